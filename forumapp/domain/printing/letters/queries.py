"""What letters would say now: of the edition, and of those to whom they may be issued."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import Invalid
from forumapp.domain.delegations.models.delegations import Delegation
from forumapp.domain.forums.editions.pictures import sizes_of
from forumapp.domain.forums.hosts.services import HOSTING
from forumapp.domain.forums.queries import list_hosts
from forumapp.domain.people.archive.archived_names import frozen_beside
from forumapp.domain.people.models import EditionTitle, FrozenName, NameOrder, Organization, Person
from forumapp.domain.printing.letter_models import Letter, LetterKind
from forumapp.domain.printing.letters.attendance import attended, hours_attended
from forumapp.domain.printing.letters.forms import get_letter_form, texts_of
from forumapp.domain.printing.letters.values import Content, Head, LetterValues, Recipient
from forumapp.domain.printing.letters.wording import HOURS
from forumapp.domain.printing.paper.documents import Logo
from forumapp.domain.printing.paper.handout_boxes import as_read
from forumapp.domain.printing.queries import appearance
from forumapp.domain.registration.invitations.queries import stands_as, today_in
from forumapp.domain.registration.lists.conditions import chosen
from forumapp.domain.registration.lists.filters import Filters
from forumapp.domain.registration.models import Invitation, Registration, RegistrationType
from forumapp.domain.registration.rules import ADMITTED, PARTICIPATING, InvitationState, RegistrationStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition

# Whose letters may be issued: certificates to those who have a place, invitations to whoever may still come.
STATES: Mapping[LetterKind, tuple[RegistrationStatus, ...]] = {
    LetterKind.CERTIFICATE: tuple(ADMITTED),
    LetterKind.INVITATION: tuple(PARTICIPATING),
}


@dataclass(frozen=True, slots=True)
class Selection:
    """To whom letters are issued: people who are registered, or with `invited` those with an invitation that waits for
    an answer. `type` and `delegation` are codes; `registration` and `invitation` are the ids of a single one.
    """

    kind: LetterKind
    invited: bool = False
    type: str | None = None
    delegation: str | None = None
    registration: int | None = None
    invitation: int | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Of those who are chosen, how many get no letter: they hold one; they have no place, or declined; they passed no
    door, while others did; or nothing but their mail address is known.
    """

    have_one: int = 0
    without_place: int = 0
    not_there: int = 0
    unnamed: int = 0


def content_of(db: DbSession, edition: Edition, kind: LetterKind, languages: Sequence[str] = ()) -> Content:
    """What letters that are issued now share. Four queries."""
    form = get_letter_form(db, edition.id, kind)
    hosts = [one for one in list_hosts(db, edition.id) if one.role in HOSTING]
    signature = sizes_of(db, [form.signature_id]) if form.signature_id else {}
    return Content(
        kind=kind.value,
        forum=edition.name,
        ordinal=edition.ordinal,
        theme=edition.theme,
        place=edition.place,
        starts_on=edition.starts_on,
        ends_on=edition.ends_on,
        zone=edition.zone,
        hosts=tuple(
            Head(one.name, Logo(one.logo.id, one.logo.width, one.logo.height) if one.logo else None) for one in hosts
        ),
        languages=tuple(languages or edition.languages),
        page_size=edition.page_size.value,
        accent_color=edition.accent_color,
        is_sample=edition.is_sample,
        text=texts_of(form),
        dress=form.dress,
        answer_by=form.answer_by,
        signatory_latin=form.signatory_latin,
        signatory_native=form.signatory_native,
        office=form.office,
        signature=next((Logo(one, *size) for one, size in signature.items()), None),
        has_seal=form.has_seal,
    )


def candidates(
    db: DbSession, edition: Edition, selection: Selection, languages: Sequence[str] = (), *, now: datetime
) -> list[LetterValues]:
    """The letters that would be issued: to whoever is chosen and holds none of the kind that is not revoked. In the
    order of family names as they are read.
    """
    content = content_of(db, edition, selection.kind, languages)
    read = _invited if selection.invited or selection.invitation is not None else _registered
    found = read(db, edition, selection, content, now=now)
    found.sort(key=lambda one: (as_read(one.said.name), one.registration_id or 0, one.invitation_id or 0))
    return found


def refuse_unknown(db: DbSession, edition_id: int, selection: Selection) -> None:
    """Raises Invalid for what is chosen and the edition does not have."""
    asked: tuple[tuple[str, Any, Any], ...] = (
        ("type", RegistrationType.code, selection.type),
        ("delegation", Delegation.code, selection.delegation),
        ("registration_id", Registration.id, selection.registration),
        ("invitation_id", Invitation.id, selection.invitation),
    )
    for field, key, wanted in asked:
        here = select(key).where(key.class_.edition_id == edition_id, key == wanted)
        if wanted is not None and db.scalar(here) is None:
            raise Invalid(fields={field: "unknown"})


def who_is_left_out(db: DbSession, edition: Edition, selection: Selection, *, now: datetime) -> LeftOut:
    """One query, or two for certificates."""
    if selection.invited or selection.invitation is not None:
        found = db.execute(_waiting(db, edition, selection, now=now).add_columns(_holds(selection, Invitation.id)))
        waiting = [(bool(holds), _is_named(row)) for row, holds in found]
        unnamed = sum(not holds and not named for holds, named in waiting)
        return LeftOut(have_one=sum(holds for holds, _named in waiting), unnamed=unnamed)
    columns = Registration.id, Registration.status, _holds(selection, Registration.id)
    query = select(*columns).where(*_those(db, edition.id, selection))
    there, counts = _there(db, edition, selection), dict.fromkeys(("have_one", "without_place", "not_there"), 0)
    for one, status, holds in db.execute(query):
        if holds:
            counts["have_one"] += 1
        elif status not in STATES[selection.kind]:
            counts["without_place"] += 1
        elif there is not None and one not in there:
            counts["not_there"] += 1
    return LeftOut(**counts)


def _holds(selection: Selection, ids: Any) -> ColumnElement[bool]:
    """Whether there is such a letter that counts for the registration, or the invitation, with that id."""
    column = Letter.invitation_id if ids is Invitation.id else Letter.registration_id
    return select(Letter.id).where(Letter.kind == selection.kind, column == ids, Letter.revoked_at.is_(None)).exists()


def _those(db: DbSession, edition_id: int, selection: Selection) -> list[ColumnElement[bool]]:
    """What a query of Registration adds to its `where`: whoever is chosen, whatever became of them."""
    filters = Filters(
        type=(selection.type,) if selection.type else (),
        delegation=(selection.delegation,) if selection.delegation else (),
    )
    one = [Registration.id == selection.registration] if selection.registration is not None else []
    return [Registration.edition_id == edition_id, *one, *chosen(db, edition_id, filters)]


def _there(db: DbSession, edition: Edition, selection: Selection) -> Collection[int] | None:
    """Who was there, where that is asked: whoever is named was there all the same, since scans are missed."""
    asks = selection.kind is LetterKind.CERTIFICATE and selection.registration is None
    return attended(db, edition) if asks else None


def _registered(
    db: DbSession, edition: Edition, selection: Selection, content: Content, *, now: datetime
) -> list[LetterValues]:
    del now  # who is registered is so at any time
    query = _people(edition.id).where(*_those(db, edition.id, selection))
    query = query.where(Registration.status.in_(STATES[selection.kind]), ~_holds(selection, Registration.id))
    there = _there(db, edition, selection)
    rows = [row for row in db.execute(query) if there is None or row.id in there]
    asks = selection.kind is LetterKind.CERTIFICATE and any(HOURS in text for text in content.text.values())
    hours = hours_attended(db, edition) if asks else {}
    return [LetterValues(content, _recipient(row, hours.get(row.id, "")), registration_id=row.id) for row in rows]


def _people(edition_id: int) -> Select[*tuple[Any, ...]]:
    columns: tuple[Any, ...] = (
        Registration.id, Registration.outlet, Person.latin_family, Person.latin_given, Person.name_order,
        Person.native_full, Person.native_language, Person.form_of_address, EditionTitle.title,
        EditionTitle.organization_name, Organization.short, Organization.legal, FrozenName.said,
    )  # fmt: skip
    held = (EditionTitle.edition_id == Registration.edition_id) & (EditionTitle.person_id == Registration.person_id)
    return (
        select(*columns)
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(EditionTitle, held & (EditionTitle.position == 1))
        .outerjoin(Organization, Organization.id == EditionTitle.organization_id)
        .outerjoin(FrozenName, frozen_beside(Registration))
        .where(Registration.edition_id == edition_id)
    )


def _recipient(row: Any, hours: str) -> Recipient:
    shown = appearance(row)
    name = shown.name
    return Recipient(
        latin_family=name.latin_family,
        latin_given=name.latin_given,
        family_first=name.family_first,
        native_full=name.native_full,
        native_language=name.native_language,
        address=dict(row.form_of_address or {}),
        title=dict(shown.first.title or {}),
        organization=dict(row.outlet or shown.first.organization or {}),
        hours=hours,
    )


def _invited(
    db: DbSession, edition: Edition, selection: Selection, content: Content, *, now: datetime
) -> list[LetterValues]:
    """Of an invitation a name alone is known; one with a mail address only gets no letter."""
    if selection.kind is not LetterKind.INVITATION or selection.delegation or selection.registration is not None:
        return []
    query = _waiting(db, edition, selection, now=now).where(~_holds(selection, Invitation.id))
    return [LetterValues(content, _invitee(row), invitation_id=row.id) for row in db.scalars(query) if _is_named(row)]


def _waiting(db: DbSession, edition: Edition, selection: Selection, *, now: datetime) -> Select[Any]:
    """The invitations that are chosen and wait for an answer."""
    today = today_in(db, edition.id, now=now)
    waits = stands_as(InvitationState.MADE, today) | stands_as(InvitationState.SENT, today)
    query = select(Invitation).where(Invitation.edition_id == edition.id, waits)
    if selection.type:
        query = query.join(RegistrationType, RegistrationType.id == Invitation.type_id)
        query = query.where(RegistrationType.code == selection.type)
    if selection.invitation is not None:
        query = query.where(Invitation.id == selection.invitation)
    return query


def _is_named(row: Invitation) -> bool:
    return bool(row.latin_family or row.latin_given or row.native_full)


def _invitee(row: Invitation) -> Recipient:
    first = row.name_order == NameOrder.FAMILY_FIRST
    return Recipient(row.latin_family or "", row.latin_given or "", first, row.native_full or "", "zh-Hans")
