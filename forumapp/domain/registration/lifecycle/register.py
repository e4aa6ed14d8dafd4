"""New registrations. Later changes are in decisions.py."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from forumapp.core.errors import Forbidden, Invalid, NotFound, refuse_faults
from forumapp.core.values.text import email_key, is_visible
from forumapp.domain.accounts.access import access_to, require_all, require_row
from forumapp.domain.accounts.editing.rows import get_in, refuse_strangers
from forumapp.domain.accounts.permissions import Permission, Reach
from forumapp.domain.accounts.team.authorizers import in_whose_name
from forumapp.domain.audit.services import Actor, create, record, told_at_once
from forumapp.domain.forums.models import EditionStatus
from forumapp.domain.people.index.registrants import add_title, find_or_add, people_at
from forumapp.domain.people.models import Person
from forumapp.domain.people.rules import name_faults
from forumapp.domain.registration.capacity import counters, options, statements
from forumapp.domain.registration.capacity.counters import Place
from forumapp.domain.registration.consent_queries import asked_consents, live_consents
from forumapp.domain.registration.consent_texts import agreed_words
from forumapp.domain.registration.emails import Letter, mail_confirmation_link, send, tell
from forumapp.domain.registration.errors import AlreadyRegistered, RegistrationClosed
from forumapp.domain.registration.forms.answers import chosen, snapshot
from forumapp.domain.registration.forms.questions import places_of
from forumapp.domain.registration.invitations.queries import today_in
from forumapp.domain.registration.lifecycle.consent import store_consents
from forumapp.domain.registration.lifecycle.decisions import (
    accept_offer,
    cancel,
    cancel_own,
    change_answers,
    confirm,
    decline,
    mark_vip,
    require_authorizer,
)
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.rules import (
    ACTIVE,
    NO_MEDIA,
    PLACED,
    Applicant,
    Invited,
    Media,
    Placed,
    RegistrationStatus,
    Source,
    media_faults_of,
    place_for,
)
from forumapp.domain.registration.types.services import create_type, remove_type, update_type
from forumapp.domain.registration.uploads.replaced_files import keep_former_files
from forumapp.domain.registration.uploads.services import claim_files
from forumapp.domain.registration.uploads.validation import first_answers
from forumapp.domain.registration.waitlist import unconfirmed
from forumapp.domain.registration.waitlist.over_capacity import log_authorizer
from forumapp.domain.registration.waitlist.promotion import promote

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.people.index.registrants import Found
    from forumapp.domain.registration.capacity.statements import Offer
    from forumapp.domain.registration.consent_texts import ConsentWords

__all__ = [
    "Applicant",
    "Placed",
    "Source",
    "accept_offer",
    "cancel",
    "cancel_own",
    "change_answers",
    "confirm",
    "create_type",
    "decline",
    "enter",
    "mark_vip",
    "preview_registration",
    "promote",
    "register",
    "remove_type",
    "update_type",
]  # fmt: skip

DECIDE = Permission.DECIDE_REGISTRATIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """A checked request to register. `authorizer` is the account that answers for a spot over capacity."""

    offer: Offer
    applicant: Applicant
    answers: dict[str, Any]
    agreed: list[ConsentWords]
    source: Source
    language: str
    group_id: int | None
    invited: Invited | None
    authorizer: int | None
    is_trusted: bool
    is_email_confirmed: bool
    notify: bool
    reason: str
    actor: Actor
    now: datetime

    @property
    def is_proven(self) -> bool:
        """Whether the registration can be changed without another look at the email address."""
        return self.is_trusted or self.is_email_confirmed

    @property
    def must_confirm_email(self) -> bool:
        return self.offer.needs_email_confirmation and not self.is_proven

    @property
    def columns(self) -> dict[str, Any]:
        """Of the registration, whether it is added or continued."""
        columns = {"source": self.source, "language": self.language, "group_id": self.group_id}
        columns |= {"over_capacity_by": self.authorizer, **(self.invited or Invited()).columns}
        return columns | self.applicant.media.columns if self.offer.is_media else columns


def register(
    db: DbSession,
    edition_id: int,
    type_code: str,
    applicant: Applicant,
    *,
    source: Source,
    language: str,
    actor: Actor,
    now: datetime,
    over_capacity: bool = False,
    reason: str = "",
    notify: bool = True,
    invited: Invited | None = None,
    block_id: int | None = None,
    group_id: int | None = None,
    email_confirmed: bool = False,
) -> Placed:
    """Register someone: confirmed, waitlisted or applied, with code, mail and log entry, all or nothing. The public may
    have to confirm the email address first, unless a link proves it (`email_confirmed`).

    Organizers may register for closed types, in an allotment (`block_id`), and `over_capacity` for a `reason`. Raises
    AlreadyRegistered to organizers; the public gets the answer of a new registration, which does not reveal who takes
    part. Raises NotFound, RegistrationClosed, NoPlacesLeft, TooManyForAddress, Forbidden, and Invalid by field.
    """
    trusted = _is_decided_on(invited) and access_to(db, edition_id, actor=actor).reach(DECIDE) is Reach.ALL
    offer = _offer(db, edition_id, type_code, trusted=trusted, invited=invited is not None)
    authorizer = _authorizer(actor, reason, block_id, trusted=trusted) if over_capacity else None
    invited = invited if block_id is None else _in_block(db, offer, block_id, trusted=trusted)
    answers, agreed = _checked(db, applicant, offer, trusted=trusted)
    attempt = _Attempt(
        offer=offer,
        applicant=applicant,
        answers=answers,
        agreed=agreed,
        source=source,
        language=language,
        group_id=group_id,
        invited=invited,
        authorizer=authorizer,
        is_trusted=trusted,
        is_email_confirmed=email_confirmed,
        notify=notify,
        reason=reason,
        actor=actor,
        now=now,
    )
    _refuse_no_email(applicant, must_confirm=attempt.must_confirm_email)
    with told_at_once(db):
        return _register(db, attempt)


def enter(
    db: DbSession,
    edition_id: int,
    person_id: int,
    type_id: int,
    *,
    status: RegistrationStatus,
    source: Source,
    language: str,
    registered_at: datetime | None = None,
    responsible_id: int | None = None,
    answers: Mapping[str, Any] | None = None,
    block_id: int | None = None,
    over_capacity: bool = False,
    authorized_by: int | None = None,
    reason: str = "",
    media: Media = NO_MEDIA,
    brought_to: int | None = None,
    actor: Actor,
    now: datetime,
) -> Registration:
    """Register a known person with a given status, for organizers, imports and invitations. Sends no mail.

    `responsible_id` makes a VIP. `answers` are a `snapshot`. `block_id` is an allotment. `over_capacity` is in the name
    of the actor or of the account `authorized_by`, for a `reason`. `media` is stored for media types only. `brought_to`
    is the delegation that lists them. Raises NoPlacesLeft, AlreadyRegistered, NotFound, Forbidden and Invalid.
    """
    _require_entering(db, edition_id, brought_to, actor=actor)
    own = _authorizer(actor, reason, block_id) if over_capacity else None
    authorizer = in_whose_name(db, edition_id, own, authorized_by)
    kind = get_in(db, RegistrationType, edition_id, type_id)
    refuse_strangers(db, edition_id, {"responsible_id": responsible_id}, actor=actor)
    standing = _refuse_person(db, edition_id, person_id, status)
    values: dict[str, Any] = {"type_id": type_id, "status": status, "block_id": block_id, "source": source}
    values |= {"language": language, "over_capacity_by": authorizer, "answers": dict(answers or snapshot([], {}))}
    values |= {"is_vip": responsible_id is not None, "responsible_id": responsible_id}
    values |= (media if kind.is_media else NO_MEDIA).columns
    if standing is not None and (existing := unconfirmed.lock(db, standing, type_id)) is not None:
        return _continue(db, existing, values, reason, actor=actor, now=now)
    row = Registration(
        edition_id=edition_id,
        person_id=person_id,
        queue_number=_queue_number(db, type_id, status, block_id, over_capacity=over_capacity),
        registered_at=registered_at or now,
        **values,
    )
    return _created(db, row, reason, actor=actor, now=now)


def _continue(
    db: DbSession, row: Registration, values: dict[str, Any], reason: str, *, actor: Actor, now: datetime
) -> Registration:
    """Continue an unconfirmed registration. It keeps a held spot of the same type."""
    before, answered, status, block_id = row.status, row.answers, values["status"], values["block_id"]
    if not values["answers"]["values"]:
        values = {**values, "answers": answered}
    options.give_back(db, row)
    if row.holds_spot and row.type_id == values["type_id"] and status in PLACED and row.block_id == block_id:
        values = {**values, "over_capacity_by": None}
    else:
        counters.give_back(db, counters.hold(db, row.type_id), row, before)
        over = values["over_capacity_by"] is not None
        number = _queue_number(db, values["type_id"], status, block_id, over_capacity=over)
        values = {**values, "queue_number": number}
    unconfirmed.take_over(db, row, values, reason=reason, actor=actor, now=now)
    options.take_or_refuse(db, row)
    keep_former_files(db, row, answered, actor=actor, now=now)
    return row


def _register(db: DbSession, attempt: _Attempt) -> Placed:
    applicant, actor, now = attempt.applicant, attempt.actor, attempt.now
    known = _people_at(db, applicant.email, trusted=attempt.is_trusted, now=now)
    person = find_or_add(db, applicant.as_person, known=known, actor=actor, now=now)
    standing = _find_standing(db, attempt, person)
    if standing is not None:
        return _register_known(db, attempt, standing)
    edition_id = attempt.offer.edition_id
    title, organization = applicant.title, applicant.organization
    add_title(
        db,
        edition_id,
        person.person_id,
        title=title,
        organization=organization,
        is_new=person.is_new,
        actor=actor,
        now=now,
    )
    registration_id, placed = _enroll(db, attempt, person.person_id)
    store_consents(db, edition_id, registration_id, attempt.agreed, language=attempt.language, via=actor.via, now=now)
    if attempt.notify:
        _write(db, attempt, placed)
    record(
        db,
        "registered",
        "registration",
        registration_id,
        edition_id=edition_id,
        reason=attempt.reason.strip() or None,
        changes=log_authorizer(attempt.authorizer),
        actor=actor,
        now=now,
    )
    return placed


def _find_standing(db: DbSession, attempt: _Attempt, person: Found) -> Any:
    """The person's registration in the edition, if any. One that will be continued is locked."""
    offer = attempt.offer
    standing = None if person.is_new else statements.find_active(db, offer.edition_id, person.person_id)
    if standing is not None and attempt.is_proven and unconfirmed.lock(db, standing.id, offer.type_id) is None:
        return statements.find_active(db, offer.edition_id, person.person_id)
    return standing


def _register_known(db: DbSession, attempt: _Attempt, standing: Any) -> Placed:
    """Handle someone who has a registration already. An unconfirmed one is continued if the email address is proven or
    an organizer registers them; any other stays as it is.
    """
    row = unconfirmed.lock(db, standing.id, attempt.offer.type_id) if attempt.is_proven else None
    if row is not None:
        return _take_over(db, attempt, row)
    if attempt.is_trusted:
        raise AlreadyRegistered(registration_id=standing.id)
    if attempt.notify:
        _write_known(db, attempt, standing)
    newcomer = _Newcomer(attempt.offer, attempt.answers, attempt.must_confirm_email, attempt.invited)
    placed = _place_newcomer(db, newcomer, now=attempt.now)
    return replace(placed, standing_id=standing.id)


def _take_over(db: DbSession, attempt: _Attempt, row: Registration) -> Placed:
    """Continue an unconfirmed registration with the new values. It keeps a held spot of the same type."""
    before, answered, left = row.status, row.answers, row.type_id
    options.give_back(db, row)
    columns = attempt.columns
    if row.holds_spot and left == attempt.offer.type_id and row.block_id is None and columns["block_id"] is None:
        place = Place(RegistrationStatus.CONFIRMED)
        columns["over_capacity_by"] = None
    else:
        counters.give_back(db, counters.hold(db, left), row, before)
        place = _place(db, attempt)
    changes = {
        **NO_MEDIA.columns,
        **columns,
        "answers": _answers(db, attempt, place),
        "group_id": attempt.group_id or row.group_id,
        "type_id": attempt.offer.type_id,
        "status": place.status,
        "queue_number": place.queue_number,
    }
    actor, now = attempt.actor, attempt.now
    unconfirmed.take_over(db, row, changes, reason=attempt.reason, actor=actor, now=now)
    keep_former_files(db, row, answered, actor=actor, now=now)
    live = live_consents(db, row.id)
    fresh = [consent for consent in attempt.agreed if consent.purpose not in live]
    store_consents(db, row.edition_id, row.id, fresh, language=row.language, via=actor.via, now=now)
    if attempt.notify:
        tell(db, row, now=now)
    return Placed(row.status, row.id, row.queue_number, statements.find_short_code(db, row.id))


def _created(db: DbSession, row: Registration, reason: str, *, actor: Actor, now: datetime) -> Registration:
    authorizer = log_authorizer(row.over_capacity_by)
    create(db, row, actor=actor, now=now, reason=reason.strip() or None, changes=authorizer)
    if row.status in ACTIVE:
        options.take_or_refuse(db, row)
        statements.add_code(db, row.edition_id, row.id)
    return row


def _require_entering(db: DbSession, edition_id: int, brought_to: int | None, *, actor: Actor) -> None:
    if brought_to is None:
        require_all(db, edition_id, Permission.DECIDE_REGISTRATIONS, actor=actor)
    else:
        require_row(db, edition_id, Permission.BRING_MEMBERS, "delegation", brought_to, actor=actor)


def _refuse_person(db: DbSession, edition_id: int, person_id: int, status: RegistrationStatus) -> int | None:
    """The id of the person's unconfirmed registration, which will be continued, or None. Raises AlreadyRegistered."""
    person = db.get(Person, person_id)
    if person is None:
        raise NotFound(entity="person")
    if status in PLACED and not (person.latin_family or person.latin_given):
        raise Invalid(fields={"latin_family": "required"})
    standing = statements.find_active(db, edition_id, person_id) if status in ACTIVE else None
    if standing is not None and standing.status != RegistrationStatus.UNCONFIRMED:
        raise AlreadyRegistered(person_id=person_id)
    return None if standing is None else int(standing.id)


def _queue_number(
    db: DbSession, type_id: int, status: RegistrationStatus, block_id: int | None, *, over_capacity: bool
) -> int | None:
    """Take what the status uses: a spot, of the allotment if there is one, or a queue number, which is returned."""
    if over_capacity:
        counters.seat_over_capacity(db, counters.hold(db, type_id))
    elif block_id is not None:
        counters.refuse_other_block(db, type_id, block_id)
        refuse_faults({"block_id": None if status in PLACED else "of-another-type"})
        counters.seat_in_block(db, type_id, block_id)
    elif status in PLACED:
        counters.seat(db, counters.hold(db, type_id))
    elif status == RegistrationStatus.WAITLISTED:
        return counters.queue(db, counters.hold(db, type_id))
    return None


def _answers(db: DbSession, attempt: _Attempt, place: Place) -> dict[str, Any]:
    """The answers to store. Chosen options are counted, and uploaded files claimed."""
    if place.counts_choices:
        options.take(db, attempt.offer.type_id, chosen(attempt.answers))
    return claim_files(db, attempt.offer.edition_id, attempt.answers, now=attempt.now)


def _authorizer(actor: Actor, reason: str, block_id: int | None, *, trusted: bool = True) -> int | None:
    """The account that authorizes a spot over capacity. Allotments have no such spots: they are part of the quota."""
    require_authorizer(actor, reason, trusted=trusted)
    refuse_faults({"block_id": "not-over-capacity" if block_id is not None else None})
    return actor.account_id


def _in_block(db: DbSession, offer: Offer, block_id: int, *, trusted: bool) -> Invited:
    """A spot in an allotment, which organizers may give away as well as its holder. Raises Forbidden and Invalid."""
    if not trusted:
        raise Forbidden(needs=DECIDE.value)
    counters.refuse_other_block(db, offer.type_id, block_id)
    return Invited(block_id)


def _enroll(db: DbSession, attempt: _Attempt, person_id: int) -> tuple[int, Placed]:
    place = _place(db, attempt)
    row = {
        "edition_id": attempt.offer.edition_id,
        "person_id": person_id,
        "type_id": attempt.offer.type_id,
        "status": place.status,
        "queue_number": place.queue_number,
        "offer_ends_at": place.confirm_by,
        "holds_spot": place.holds_spot,
        "registered_at": attempt.now,
        "answers": _answers(db, attempt, place),
        **attempt.columns,
    }
    registration_id = statements.add_registration(db, row)
    short = statements.add_code(db, attempt.offer.edition_id, registration_id)
    return registration_id, Placed(
        place.status,
        registration_id,
        place.queue_number,
        short,
        confirm_by=place.confirm_by,
        holds_spot=place.holds_spot,
    )


def preview_registration(
    db: DbSession, edition_id: int, type_code: str, applicant: Applicant, *, now: datetime
) -> Placed:
    """The answer that a new plus-one would get. Writes nothing and sends no mail."""
    offer = _offer(db, edition_id, type_code, trusted=False, invited=True)
    kept, _agreed = _checked(db, applicant, offer, trusted=False)
    must_confirm_email = offer.needs_email_confirmation
    _refuse_no_email(applicant, must_confirm=must_confirm_email)
    return _place_newcomer(db, _Newcomer(offer, kept, must_confirm_email), now=now)


def _people_at(db: DbSession, email: str | None, *, trusted: bool, now: datetime) -> Sequence[Any]:
    known = people_at(db, email)
    if known and not trusted:
        statements.refuse_too_many(db, email, now=now)
    return known


def _refuse_no_email(applicant: Applicant, *, must_confirm: bool) -> None:
    """Raises Invalid where an email address has to be confirmed and there is none."""
    refuse_faults({"email": "required" if must_confirm and not applicant.email else None})


def _write(db: DbSession, attempt: _Attempt, placed: Placed) -> None:
    """Send the first mail. One link confirms the address for a registrant and all their plus-ones."""
    invited, now = attempt.invited, attempt.now
    letter = _letter(attempt, registration_id=placed.registration_id or 0, placed=placed)
    if letter is None:
        return
    if placed.status != RegistrationStatus.UNCONFIRMED:
        send(db, letter, f"registration-{placed.status}", occasion="first", now=now)
    elif invited is None or invited.principal_id is None:
        mail_confirmation_link(db, letter.registration_id, now=now)


def _write_known(db: DbSession, attempt: _Attempt, standing: Any) -> None:
    """Mail someone registered already: the confirmation link if it is due, else a note at most once a day in the
    forum's zone.
    """
    letter = _letter(attempt, registration_id=standing.id, link_number=standing.link_number)
    if letter is None:
        return
    if standing.status == RegistrationStatus.UNCONFIRMED:
        mail_confirmation_link(db, standing.id, now=attempt.now)
    else:
        today = today_in(db, attempt.offer.edition_id, now=attempt.now)
        send(db, letter, "registration-known", occasion=today.isoformat(), now=attempt.now)


@dataclass(frozen=True, slots=True)
class _Newcomer:
    """The values that decide the answer to a request as if the email address were new."""

    offer: Offer
    answers: dict[str, Any]
    must_confirm_email: bool
    invited: Invited | None = None


def _place_newcomer(db: DbSession, newcomer: _Newcomer, *, now: datetime) -> Placed:
    """The answer to someone registered already. Nothing is written."""
    offer, invited, must_confirm = newcomer.offer, newcomer.invited, newcomer.must_confirm_email
    options.refuse_full(db, offer.type_id, chosen(newcomer.answers))
    rest = counters.lock_edition(db, offer.edition_id) if offer.is_limited else None
    confirm_by = now + timedelta(minutes=offer.hold_minutes) if must_confirm else None
    if invited and invited.block_id:
        counters.refuse_full_block(db, invited.block_id)
        status = RegistrationStatus.UNCONFIRMED if must_confirm else RegistrationStatus.CONFIRMED
        return Placed(status, known=True, confirm_by=confirm_by, holds_spot=must_confirm)
    places = replace(offer.places, rest=rest, needs_approval=offer.places.needs_approval and _is_decided_on(invited))
    status = place_for(places)
    if must_confirm:
        has_spot = status == RegistrationStatus.CONFIRMED
        return Placed(RegistrationStatus.UNCONFIRMED, known=True, confirm_by=confirm_by, holds_spot=has_spot)
    return Placed(status, known=True)


def _offer(db: DbSession, edition_id: int, type_code: str, *, trusted: bool, invited: bool) -> Offer:
    """The type to register for. The public sees no drafts and, unless `invited`, no closed types.

    Raises NotFound and RegistrationClosed.
    """
    offer = statements.find_offer(db, edition_id, type_code)
    if offer is None or (offer.edition_status == EditionStatus.DRAFT and not trusted):
        raise NotFound(entity="registration_type")
    if not trusted and not ((offer.is_open or invited) and offer.edition_status == EditionStatus.OPEN):
        raise RegistrationClosed
    return offer


def _checked(
    db: DbSession, applicant: Applicant, offer: Offer, *, trusted: bool
) -> tuple[dict[str, Any], list[ConsentWords]]:
    """The answers to store, and the consent texts agreed to. Raises Invalid with all faults; a Latin name is required,
    too.
    """
    kept, faults = first_answers(db, offer.edition_id, offer.questions, applicant.answers, organizer=trusted)
    if not is_visible(applicant.latin_family + applicant.latin_given):
        faults["latin_family"] = "required"
    faults |= name_faults(applicant.as_person)
    faults |= media_faults_of(applicant, is_media=offer.is_media, whole=not trusted)
    agreed = agreed_words(asked_consents(db, offer.edition_id) if applicant.consents else [], applicant.consents)
    if len(agreed) < len(set(applicant.consents)):
        faults["consents"] = "no-longer-asked"
    if faults:
        raise Invalid(fields=faults)
    return kept, agreed


def _place(db: DbSession, attempt: _Attempt) -> Place:
    offer, invited = attempt.offer, attempt.invited
    if attempt.must_confirm_email:
        return unconfirmed.hold(db, offer, invited, now=attempt.now)
    if attempt.authorizer is not None:
        counters.seat_over_capacity(db, counters.hold(db, offer.type_id))
        return Place(RegistrationStatus.CONFIRMED)
    if invited and invited.block_id:
        counters.seat_in_block(db, offer.type_id, invited.block_id)
        return Place(RegistrationStatus.CONFIRMED)
    if offer.places.needs_approval and _is_decided_on(invited):
        if places_of(offer.questions):
            counters.hold(db, offer.type_id)
        return Place(RegistrationStatus.APPLIED)
    where = (offer.edition_id, offer.type_id)
    even_closed = attempt.is_trusted or invited is not None
    return counters.take_or_queue(db, *where, limited=offer.is_limited, even_closed=even_closed)


def _is_decided_on(invited: Invited | None) -> bool:
    """Whether a type that needs approval asks for it. Invited people skip it; their plus-ones do not, since they were
    not invited themselves. Organizers may skip it for all but invitations.
    """
    return invited is None or invited.principal_id is not None


def _letter(
    attempt: _Attempt, *, registration_id: int, link_number: int = 1, placed: Placed | None = None
) -> Letter | None:
    """None for someone without an email address."""
    offer, applicant, language = attempt.offer, attempt.applicant, attempt.language
    if not applicant.email:
        return None
    return Letter(
        registration_id=registration_id,
        link_number=link_number,
        edition_id=offer.edition_id,
        edition_slug=offer.edition_slug,
        edition_name=offer.edition_name,
        starts_on=offer.starts_on,
        ends_on=offer.ends_on,
        place=offer.edition_place,
        is_open=offer.edition_status == EditionStatus.OPEN,
        type_name=offer.type_name,
        name=applicant.name.shown(language),
        recipient=email_key(applicant.email),
        language=language,
        short=placed.short if placed else None,
        queue_number=placed.queue_number if placed else None,
    )
