"""Inviting people: making, sending and withdrawing invitations. Replies are in personal_links/invitation_replies.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from forumapp.core.errors import Invalid, Refusal, refuse_faults
from forumapp.core.values.text import email_key, is_visible
from forumapp.domain.accounts.access import require_all
from forumapp.domain.accounts.editing.rows import find_in, get_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import change, create, stale
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.mail.services import asking_for_many
from forumapp.domain.mail.suppressing import suppressed_among
from forumapp.domain.people.models import NameOrder
from forumapp.domain.people.rules import changed_name_faults, name_faults, search_text, usual_order
from forumapp.domain.registration.errors import InvitationEnded
from forumapp.domain.registration.invitations import emails as letters
from forumapp.domain.registration.invitations.queries import state_of, today_in, unanswered
from forumapp.domain.registration.models import Invitation, PlaceBlock, RegistrationType
from forumapp.domain.registration.rules import REST, UNANSWERED, InvitationState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor

DECIDE = Permission.DECIDE_REGISTRATIONS
BATCH = 1000
NAMES = ("latin_family", "latin_given", "native_full")


class LinksAreOver(Refusal):
    """The forum was so long ago that its links no longer open."""

    code = "links-are-over"


def create_invitation(
    db: DbSession, edition_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> Invitation:
    """`values` are columns: the type, and a name or a mail address at least. Nothing is sent by it."""
    require_all(db, edition_id, DECIDE, actor=actor)
    row = Invitation(edition_id=edition_id, **_read(values))
    refuse_faults(name_faults(values))
    _refuse_faults(db, row, now=now)
    _refuse_beyond_block(db, row)
    row.search_text = search_text(row.name)
    create(db, row, actor=actor, now=now)
    return row


def create_invitations(
    db: DbSession,
    edition_id: int,
    people: Iterable[Mapping[str, Any]],
    common: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> list[Invitation]:
    """One for each of the people, with what is `common` to them. Who has one already that waits for an answer gets no
    second, so that the same list again changes nothing.
    """
    require_all(db, edition_id, DECIDE, actor=actor)
    rows = select(Invitation).where(Invitation.edition_id == edition_id, Invitation.state.in_(UNANSWERED))
    known = {_who(row) for row in db.scalars(rows) if state_of(db, row, now=now) in UNANSWERED}
    made = []
    for person in people:
        refuse_faults(name_faults(person))
        row = Invitation(edition_id=edition_id, **_read({**common, **person}))
        _refuse_faults(db, row, now=now)
        if _who(row) in known:
            continue
        _refuse_beyond_block(db, row)
        known.add(_who(row))
        row.search_text = search_text(row.name)
        create(db, row, actor=actor, now=now)
        made.append(row)
    return made


def update_invitation(
    db: DbSession,
    edition_id: int,
    invitation_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Invitation:
    """Change whom it is for, as what, or until when, while nobody has answered it. Links that are out stay good."""
    row = _own(db, edition_id, invitation_id, actor=actor)
    if row.state not in UNANSWERED:
        raise InvitationEnded(state=row.state.value)
    if row.version != version:
        raise stale(row)
    refuse_faults(changed_name_faults(row, changes))
    values = _read({**{name: getattr(row, name) for name in (*NAMES, "name_order")}, **changes})
    probe = Invitation(
        edition_id=edition_id,
        **{**{name: getattr(row, name) for name in ("type_id", "block_id", "email", *NAMES, "name_order")}, **values},
    )
    _refuse_faults(db, probe, now=None if values.get("answer_by") == row.answer_by else now)
    if probe.block_id != row.block_id:
        _refuse_beyond_block(db, probe)
    values["search_text"] = search_text(probe.name)
    change(db, row, values, version=version, actor=actor, now=now)
    return row


def send_invitation(
    db: DbSession, edition_id: int, invitation_id: int, *, version: int, actor: Actor, now: datetime
) -> Invitation:
    """Write to whom it is for, with the link. Also once more, when nobody answers."""
    row = _waiting(db, edition_id, invitation_id, actor=actor, now=now)
    if not row.email:
        raise Invalid(fields={"email": "required"})
    _send(db, row, version=version, actor=actor, now=now)
    return row


def send_unsent(db: DbSession, edition_id: int, *, actor: Actor, now: datetime) -> list[Invitation]:
    """Write to all who have an address and were not written to yet."""
    require_all(db, edition_id, DECIDE, actor=actor)
    query = select(Invitation).where(
        Invitation.edition_id == edition_id,
        Invitation.state == InvitationState.MADE,
        Invitation.email.is_not(None),
    )
    found: list[Invitation] = []
    for rows in _in_batches(db, query):
        found += [row for row in rows if state_of(db, row, now=now) in UNANSWERED]
    return _send_all(db, found, actor=actor, now=now)


def remind_invited(db: DbSession, edition_id: int, *, actor: Actor, now: datetime) -> list[Invitation]:
    """Write once more to all who were written to before the last REST and have not answered, but to addresses that take
    no mail.
    """
    require_all(db, edition_id, DECIDE, actor=actor)
    found: list[Invitation] = []
    for rows in _in_batches(db, unanswered(edition_id, today_in(db, edition_id, now=now), before=now - REST)):
        no_mail = suppressed_among(db, [row.email or "" for row in rows])
        found += [row for row in rows if row.email not in no_mail]
    return _send_all(db, found, actor=actor, now=now)


def _in_batches(db: DbSession, query: Select[Any]) -> Iterator[list[Invitation]]:
    """All of them, the earliest first, held for whoever writes to them."""
    query, last = query.order_by(Invitation.id).limit(BATCH).with_for_update(), 0
    while rows := list(db.scalars(query.where(Invitation.id > last))):
        yield rows
        last = rows[-1].id


def note_invitation_sent(
    db: DbSession, edition_id: int, invitation_id: int, *, version: int, actor: Actor, now: datetime
) -> Invitation:
    """Say that its link was handed over some other way."""
    row = _waiting(db, edition_id, invitation_id, actor=actor, now=now)
    _note_sent(db, row, version=version, actor=actor, now=now)
    return row


def revoke_invitation(
    db: DbSession, edition_id: int, invitation_id: int, *, version: int, actor: Actor, now: datetime
) -> Invitation:
    """Take it back before it is answered: its link opens no form any more."""
    row = _own(db, edition_id, invitation_id, actor=actor)
    if row.state not in UNANSWERED:
        raise InvitationEnded(state=row.state.value)
    change(db, row, {"state": InvitationState.REVOKED}, version=version, actor=actor, now=now, action="revoked")
    return row


def restore_invitation(
    db: DbSession, edition_id: int, invitation_id: int, *, version: int, actor: Actor, now: datetime
) -> Invitation:
    """Undo the revocation: the links that are out are good again."""
    row = _own(db, edition_id, invitation_id, actor=actor)
    if row.state != InvitationState.REVOKED:
        raise InvitationEnded(state=row.state.value)
    _refuse_beyond_block(db, row)
    state = InvitationState.SENT if row.sent_at else InvitationState.MADE
    change(db, row, {"state": state}, version=version, actor=actor, now=now, action="restored")
    return row


def _own(db: DbSession, edition_id: int, invitation_id: int, *, actor: Actor) -> Invitation:
    require_all(db, edition_id, DECIDE, actor=actor)
    return get_in(db, Invitation, edition_id, invitation_id)


def _waiting(db: DbSession, edition_id: int, invitation_id: int, *, actor: Actor, now: datetime) -> Invitation:
    row = _own(db, edition_id, invitation_id, actor=actor)
    state = state_of(db, row, now=now)
    if state not in UNANSWERED:
        raise InvitationEnded(state=state.value)
    return row


def _send_all(db: DbSession, rows: list[Invitation], *, actor: Actor, now: datetime) -> list[Invitation]:
    with asking_for_many(db):
        for row in rows:
            _send(db, row, version=row.version, actor=actor, now=now)
    return rows


def _send(db: DbSession, row: Invitation, *, version: int, actor: Actor, now: datetime) -> None:
    edition = get_edition_by_id(db, row.edition_id)
    if not letters.opens(edition, now=now):
        raise LinksAreOver
    _note_sent(db, row, version=version, actor=actor, now=now)
    letters.send(db, row, edition, now=now)


def _note_sent(db: DbSession, row: Invitation, *, version: int, actor: Actor, now: datetime) -> None:
    changes = {"state": InvitationState.SENT, "sent_at": now}
    change(db, row, changes, version=version, actor=actor, now=now, action="sent")


def _read(values: Mapping[str, Any]) -> dict[str, Any]:
    """A Chinese name puts the family first, unless it is said how the Latin one is read."""
    read = dict(values)
    if "email" in read:
        read["email"] = email_key(read["email"]) if read["email"] else None
    if "name_order" in read or any(name in read for name in NAMES):
        read["name_order"] = read.get("name_order") or NameOrder(usual_order(read.get("native_full") or ""))
    return read


def _refuse_faults(db: DbSession, row: Invitation, *, now: datetime | None) -> None:
    """`now` is for a last day that is set by this; one that stands may be over."""
    known = find_in(db, RegistrationType, row.edition_id, row.type_id) if row.type_id else None
    named = any(is_visible(getattr(row, name) or "") for name in NAMES) or row.email
    block = find_in(db, PlaceBlock, row.edition_id, row.block_id) if row.block_id else None
    over = now is not None and row.answer_by is not None and row.answer_by < today_in(db, row.edition_id, now=now)
    fits = row.block_id is None or (block is not None and block.type_id == row.type_id)
    refuse_faults(
        {
            "type_id": None if known else "unknown",
            "block_id": None if fits else "of-another-type",
            "latin_family": None if named else "name-or-email-required",
            "answer_by": "day-over" if over else None,
        }
    )


def _refuse_beyond_block(db: DbSession, row: Invitation) -> None:
    """No more are invited to a block than it has places for."""
    if row.block_id is None:
        return
    block = get_in(db, PlaceBlock, row.edition_id, row.block_id)
    waiting = select(func.count()).select_from(Invitation)
    waiting = waiting.where(Invitation.block_id == block.id, Invitation.state.in_(UNANSWERED))
    if block.taken + db.execute(waiting).scalar_one() >= block.quota:
        raise Invalid(fields={"block_id": "block-full"})


def _who(row: Invitation) -> tuple[Any, ...]:
    return (row.type_id, row.email, *((getattr(row, name) or "").strip().casefold() for name in NAMES))
