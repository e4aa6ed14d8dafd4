"""Writing to many speakers: asked for at once, done by a worker, each as if they were alone and once.

Each batch is one transaction that notes how far it is, so that whoever is killed leaves no half and does nothing twice.
What stands against one, be it a refusal or a fault of ours, is noted and keeps no other from being written to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from forumapp.core.errors import Forbidden, Invalid, Refusal
from forumapp.core.logs import logger
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.rows import get_in
from forumapp.domain.accounts.tokens.services import find_token_by_id
from forumapp.domain.agenda.models import RoleAssignment
from forumapp.domain.agenda.speakers.emails import write_to
from forumapp.domain.agenda.speakers.models import SpeakerWriting, WritingStatus
from forumapp.domain.agenda.speakers.queries import lines_of
from forumapp.domain.agenda.speakers.services import EDIT
from forumapp.domain.audit.services import Actor, record
from forumapp.domain.jobs.services import enqueue
from forumapp.domain.people.models import Kept, Person
from forumapp.domain.people.queries import kept_instead_of
from forumapp.domain.people.records.services import name_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.speakers.queries import SpeakerLine
    from forumapp.domain.people.rules import Name

WORKFLOW = "write-to-speakers"
BATCH = 25
UNFINISHED = (WritingStatus.QUEUED, WritingStatus.WRITING)
SENT, FAILED, GONE = "sent", "failed", "not-found"

_log = logger("speakers")


def write_to_all(
    db: DbSession, edition_id: int, person_ids: Collection[int], *, again: bool, actor: Actor, now: datetime
) -> SpeakerWriting:
    """Invite these, in this order; `again` reminds them. Whoever has no part in the edition is left out.

    Whom it can't be written to is known once the worker has come to them.
    """
    require(db, edition_id, EDIT, actor=actor)
    here = set(db.scalars(select(RoleAssignment.person_id).where(RoleAssignment.edition_id == edition_id)))
    people = [one for one in dict.fromkeys(person_ids) if one in here]
    if not people:
        raise Invalid(fields={"ids": "required"})
    row = SpeakerWriting(
        edition_id=edition_id,
        again=again,
        people=people,
        total=len(people),
        asked_by=actor.account_id,
        via=actor.via,
        token_id=actor.token.id if actor.token else None,
    )
    db.add(row)
    db.flush()
    action = "had-reminded" if again else "had-invited"
    record(db, action, "edition", edition_id, actor=actor, now=now, edition_id=edition_id)
    enqueue(db, WORKFLOW, row.id, key=f"{WORKFLOW}-{row.id}")
    return row


def take_batch(db: DbSession, writing_id: int, *, now: datetime) -> bool:
    """Write to the next ones, in the name of whoever asked and with what they, and the token by which they asked, may
    do by now. Whether there are more.
    """
    row = db.get_one(SpeakerWriting, writing_id, populate_existing=True, with_for_update=True)
    if row.status not in UNFINISHED:
        return False
    ids = row.people[row.reached : row.reached + BATCH]
    instead = kept_instead_of(db, Kept.PERSON, ids)
    lines = {one.person_id: one for one in lines_of(db, row.edition_id, [instead.get(one, one) for one in ids])}
    actor = _acting(db, row, now=now)
    sent, left = row.sent, {code: list(those) for code, those in row.left.items()}
    for one in ids:
        person = instead.get(one, one)
        came = _write(db, row, lines.get(person), actor=actor, now=now)
        if came == SENT:
            sent += 1
        else:
            left.setdefault(came, []).append(person)
    reached = row.reached + len(ids)
    more = reached < row.total
    status = WritingStatus.WRITING if more else WritingStatus.DONE
    _note(db, row.id, status=status, reached=reached, sent=sent, left=left, finished_at=None if more else now)
    return more


def give_up(db: DbSession, writing_id: int, *, now: datetime) -> None:
    """Those who were written to by then were; that it is not all shows."""
    still = select(SpeakerWriting.id).where(SpeakerWriting.id == writing_id, SpeakerWriting.status.in_(UNFINISHED))
    if db.scalar(still.with_for_update()):
        _note(db, writing_id, status=WritingStatus.FAILED, finished_at=now)


def get_writing(db: DbSession, edition_id: int, writing_id: int) -> SpeakerWriting:
    return get_in(db, SpeakerWriting, edition_id, writing_id)


def unfinished_writings(db: DbSession, edition_id: int) -> list[SpeakerWriting]:
    here = SpeakerWriting.edition_id == edition_id, SpeakerWriting.status.in_(UNFINISHED)
    return list(db.scalars(select(SpeakerWriting).where(*here).order_by(SpeakerWriting.id)))


def left_of(db: DbSession, row: SpeakerWriting, *, most: int) -> dict[str, list[tuple[int, Name]]]:
    """By the code of what stood against them, the first of those who were not written to, with their names."""
    named = {code: those[:most] for code, those in sorted(row.left.items())}
    asked = {one for those in named.values() for one in those}
    people = {one.id: name_of(one) for one in db.scalars(select(Person).where(Person.id.in_(asked)))}
    return {code: [(one, people[one]) for one in those if one in people] for code, those in named.items()}


def _write(db: DbSession, row: SpeakerWriting, line: SpeakerLine | None, *, actor: Actor | None, now: datetime) -> str:
    """One speaker; what came of it. With the database away, the whole batch is tried again."""
    if actor is None:
        return Forbidden.code
    if line is None:
        return GONE
    try:
        with db.begin_nested():
            write_to(db, row.edition_id, line, again=row.again, key=f"{WORKFLOW}-{row.id}", actor=actor, now=now)
    except Refusal as refusal:
        return "no-address" if isinstance(refusal, Invalid) else refusal.code
    except OperationalError:
        raise
    except Exception:  # noqa: BLE001 (whatever it is, the others are written to all the same, and this one is told)
        _log.exception("writing to a speaker failed", writing=row.id, person=line.person_id)
        return FAILED
    return SENT


def _acting(db: DbSession, row: SpeakerWriting, *, now: datetime) -> Actor | None:
    """None once the token by which it was asked has ended."""
    token = None if row.token_id is None else find_token_by_id(db, row.token_id, now=now)
    return None if row.token_id is not None and token is None else Actor(row.asked_by, row.via, token)


def _note(db: DbSession, writing_id: int, **values: Any) -> None:
    db.flush()
    db.connection().execute(update(SpeakerWriting).where(SpeakerWriting.id == writing_id).values(**values))
    db.expire_all()
