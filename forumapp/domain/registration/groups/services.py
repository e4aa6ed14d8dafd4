"""Group registration: one contact, such as a secretary, registers many people.

Members with an email address of their own manage their registrations themselves. The contact learns only that they were
mailed, whether they are new or were registered already. The contact manages the others.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from forumapp.core.database.locks import lock_name
from forumapp.core.errors import Invalid, NotFound
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.core.values.text import email_key, is_visible
from forumapp.domain.accounts.access import access_to, require_all
from forumapp.domain.accounts.editing.rows import get_in
from forumapp.domain.accounts.permissions import Permission, Reach
from forumapp.domain.audit.services import change, create, stale
from forumapp.domain.forums.editions.archiving import refuse_archived
from forumapp.domain.people.models import Person
from forumapp.domain.registration.consent_queries import asked_consents
from forumapp.domain.registration.consent_texts import Purpose
from forumapp.domain.registration.emails import mail_confirmation_link, tell
from forumapp.domain.registration.errors import (
    AlreadyRegistered,
    FewerPlaces,
    InvitationEnded,
    RegistrationClosed,
    TooManyForAddress,
)
from forumapp.domain.registration.group_models import RegistrationGroup
from forumapp.domain.registration.groups import emails
from forumapp.domain.registration.groups.plus_ones import prefix_faults
from forumapp.domain.registration.invitations.queries import today_in
from forumapp.domain.registration.lifecycle.register import register
from forumapp.domain.registration.lists.queries import get_type, lines_of
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.rules import (
    ADDRESS_WINDOW,
    MOST_FOR_ADDRESS,
    MOST_IN_GROUP,
    Placed,
    RegistrationStatus,
    Source,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.registration.lists.queries import RegistrationLine
    from forumapp.domain.registration.rules import Applicant, Contact

DECIDE = Permission.DECIDE_REGISTRATIONS


def register_group(
    db: DbSession,
    edition_id: int,
    type_code: str,
    contact: Contact,
    people: Sequence[Applicant],
    *,
    source: Source,
    actor: Actor,
    now: datetime,
    form_key: str | None = None,
    most_waiting: int | None = None,
) -> tuple[RegistrationGroup, list[Placed]]:
    """Register all of them or nobody. A repeated `form_key` changes nothing and returns the first result.

    Raises FewerPlaces if more than `most_waiting` people would be waitlisted, TooManyForAddress, Invalid with fields
    such as "people.0.latin_family", and what `register` raises.
    """
    trusted = access_to(db, edition_id, actor=actor).reach(DECIDE) is Reach.ALL
    if form_key and (earlier := _find_by_form_key(db, edition_id, form_key)):
        return earlier, [Placed(RegistrationStatus(status)) for status in earlier.outcome]
    _refuse_faults(contact, people)
    kind = get_type(db, edition_id, type_code)
    contact = replace(contact, email=email_key(contact.email))
    _lock_addresses(db, contact, people)
    if not trusted:
        _refuse_too_many(db, contact, now=now)
    apart = sum(_has_own_email(contact.email, person) for person in people)
    row = _new_group(db, kind, contact, {"form_key": form_key, "apart": apart}, actor=actor, now=now)
    values: Any = {"source": source, "language": contact.language, "actor": actor, "now": now, "group_id": row.id}
    placed = [_register(db, row, person, f"people.{number}", values) for number, person in enumerate(people)]
    waiting = sum(result.status == RegistrationStatus.WAITLISTED for result in placed)
    if most_waiting is not None and waiting > most_waiting:
        raise FewerPlaces(waiting=waiting)
    row.outcome = [result.status.value for result in placed]
    db.flush()
    _mail_contact(db, row, people, placed, now=now)
    return row, placed


def add_to_group(
    db: DbSession, group_id: int, link_number: int, person: Applicant, *, actor: Actor, now: datetime
) -> Placed:
    """Add a person by the contact's link, and mail them at their own address or else the contact's.

    Raises InvitationEnded, RegistrationClosed, and what `register` raises.
    """
    # A form sent twice at once waits here instead of failing with Stale.
    db.execute(select(RegistrationGroup.id).filter_by(id=group_id).with_for_update(key_share=True))
    group = get_group_by_link(db, group_id, link_number)
    refuse_archived(db, group.edition_id)
    kind = db.get_one(RegistrationType, group.type_id)
    if not kind.is_open:
        raise RegistrationClosed
    email = person.email or group.email
    values: Any = {"source": Source.FORM, "language": group.language, "actor": actor, "now": now}
    has_own_email = _has_own_email(group.email, person)
    values |= {"group_id": group.id, "email_confirmed": not has_own_email}
    placed = register(db, group.edition_id, kind.code, replace(person, email=email), **values)
    if has_own_email:
        change(db, group, {"apart": group.apart + 1}, version=group.version, actor=actor, now=now)
    return placed


def end_group_links(
    db: DbSession, edition_id: int, group_id: int, *, version: int, actor: Actor, now: datetime
) -> RegistrationGroup:
    """Revoke the contact's links and mail a new one. The group page links to the pages of the members that the contact
    manages, so their links are revoked, too; the links of the other members stay valid. Raises Stale and NotFound.
    """
    require_all(db, edition_id, DECIDE, actor=actor)
    row = get_in(db, RegistrationGroup, edition_id, group_id)
    managed = ids_in_care(db, row)
    query = select(Registration).where(Registration.id.in_(managed)).order_by(Registration.id).with_for_update()
    for target in (row, *db.scalars(query)):
        seen = version if target is row else target.version
        changes = {"link_number": target.link_number + 1}
        change(db, target, changes, version=seen, actor=actor, now=now, action="links-ended")
    emails.send(db, row, managed, now=now)
    return row


def send_group_link(
    db: DbSession, edition_id: int, group_id: int, *, version: int, actor: Actor, now: datetime
) -> RegistrationGroup:
    """Mail the contact the valid link again, with the members that they manage now. Raises TakesNoMail and Stale."""
    require_all(db, edition_id, DECIDE, actor=actor)
    row = get_in(db, RegistrationGroup, edition_id, group_id)
    if row.version != version:
        raise stale(row)
    emails.resend(db, row, ids_in_care(db, row), actor=actor, now=now)
    return row


def get_group_by_link(db: DbSession, group_id: int, link_number: int) -> RegistrationGroup:
    """The group of a signed link, with its type. Raises InvitationEnded if the link was revoked."""
    query = select(RegistrationGroup).filter_by(id=group_id, link_number=link_number)
    row = db.scalar(query.options(joinedload(RegistrationGroup.type)).execution_options(populate_existing=True))
    if row is None:
        raise InvitationEnded
    return row


def get_group(db: DbSession, edition_id: int, group_id: int) -> RegistrationGroup:
    query = select(RegistrationGroup).filter_by(id=group_id, edition_id=edition_id)
    row = db.scalar(query.options(joinedload(RegistrationGroup.type)))
    if row is None:
        raise NotFound(entity="registration_group")
    return row


def groups_page(db: DbSession, edition_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[RegistrationGroup]:
    query = select(RegistrationGroup).where(RegistrationGroup.edition_id == edition_id)
    query = query.options(joinedload(RegistrationGroup.type)).order_by(RegistrationGroup.id.desc())
    return paged(db, query, number=number, size=size)


def counted_people(db: DbSession, group_ids: Sequence[int]) -> dict[int, int]:
    """How many registrations each of these groups has."""
    query = select(Registration.group_id, func.count()).where(Registration.group_id.in_(group_ids))
    return {group_id: count for group_id, count in db.execute(query.group_by(Registration.group_id)) if group_id}


def people_of(db: DbSession, group: RegistrationGroup) -> list[RegistrationLine]:
    """All members of a group, for organizers."""
    query = select(Registration.id).filter_by(edition_id=group.edition_id, group_id=group.id)
    return lines_of(db, group.edition_id, list(db.scalars(query.order_by(Registration.id))))


def ids_in_care(db: DbSession, group: RegistrationGroup) -> list[int]:
    """The ids of the registrations that use the contact's email address; [] once that is erased."""
    if not group.email:
        return []
    query = select(Registration.id).join(Person, Person.id == Registration.person_id)
    mine = (Registration.edition_id == group.edition_id, Registration.group_id == group.id)
    return list(db.scalars(query.where(*mine, Person.email == group.email).order_by(Registration.id)))


def in_care(db: DbSession, group: RegistrationGroup) -> list[RegistrationLine]:
    return lines_of(db, group.edition_id, ids_in_care(db, group))


def _find_by_form_key(db: DbSession, edition_id: int, form_key: str) -> RegistrationGroup | None:
    lock_name(db, f"group:{form_key}")
    return db.scalar(select(RegistrationGroup).filter_by(edition_id=edition_id, form_key=form_key))


def _refuse_faults(contact: Contact, people: Sequence[Applicant]) -> None:
    faults = {} if is_visible(contact.name) else {"contact.name": "required"}
    if not people:
        faults["people"] = "required"
    elif len(people) > MOST_IN_GROUP:
        faults["people"] = "too-many"
    if faults:
        raise Invalid(fields=faults)


def _lock_addresses(db: DbSession, contact: Contact, people: Sequence[Applicant]) -> None:
    """Lock all email addresses before any capacity, in sorted order to prevent deadlocks between groups."""
    for email in sorted({contact.email, *(email_key(person.email) for person in people if person.email)}):
        lock_name(db, f"email:{email}")


def _refuse_too_many(db: DbSession, contact: Contact, *, now: datetime) -> None:
    """Raise TooManyForAddress if the contact has too many recent groups: each sends them a mail."""
    recent = select(func.count()).select_from(RegistrationGroup)
    recent = recent.where(RegistrationGroup.email == contact.email, RegistrationGroup.created_at > now - ADDRESS_WINDOW)
    if (db.scalar(recent) or 0) >= MOST_FOR_ADDRESS:
        raise TooManyForAddress(retry_after=int(ADDRESS_WINDOW.total_seconds()))


def _new_group(
    db: DbSession, kind: RegistrationType, contact: Contact, more: dict[str, Any], *, actor: Actor, now: datetime
) -> RegistrationGroup:
    words = next(text for text in asked_consents(db, kind.edition_id) if text.purpose is Purpose.PRIVACY)
    row = RegistrationGroup(
        edition_id=kind.edition_id,
        type_id=kind.id,
        contact_name=contact.name,
        email=contact.email,
        phone=contact.phone,
        language=contact.language,
        **more,
        agreed={"number": words.number, "text": words.shown(contact.language), "language": contact.language},
        created_at=now,
    )
    create(db, row, actor=actor, now=now)
    return row


def _register(db: DbSession, group: RegistrationGroup, person: Applicant, part: str, values: dict[str, Any]) -> Placed:
    """Register the member at `part` of the form. Those with an email address of their own are mailed there."""
    with prefix_faults(part):
        applicant = replace(person, email=person.email or group.email)
        try:
            return register(
                db, group.edition_id, group.type.code, applicant, notify=_has_own_email(group.email, person), **values
            )
        except AlreadyRegistered as refusal:
            raise Invalid(fields={"latin_family": "already-registered"}) from refusal


def _mail_contact(
    db: DbSession, group: RegistrationGroup, people: Sequence[Applicant], placed: Sequence[Placed], *, now: datetime
) -> None:
    """Send the contact one mail: the confirmation link for their address if it is due; the answer to a repeated
    registration if all members were registered before; otherwise the list of the group.
    """
    own = [result for person, result in zip(people, placed, strict=True) if not _has_own_email(group.email, person)]
    waits = RegistrationStatus.UNCONFIRMED
    new = next((result.registration_id for result in own if result.registration_id and result.status == waits), None)
    if new is not None:
        mail_confirmation_link(db, new, now=now)
        return
    standing = next((result.standing_id for result in own if result.standing_id), None)
    if standing is None or any(result.registration_id for result in own):
        emails.send(db, group, [result.registration_id for result in placed if result.registration_id], now=now)
        return
    row = db.get_one(Registration, standing)
    if row.status == waits:
        mail_confirmation_link(db, row.id, now=now)
    else:
        day = today_in(db, group.edition_id, now=now).isoformat()
        tell(db, row, template="registration-known", occasion=day, now=now)


def _has_own_email(contact_email: str | None, person: Applicant) -> bool:
    """Whether the person has another email address than the contact."""
    return bool(person.email) and email_key(person.email or "") != contact_email
