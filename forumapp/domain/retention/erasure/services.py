"""Erasing one person on their request: a preview first, then everything in one transaction."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.database.locks import lock_name
from forumapp.core.errors import Invalid, NotFound, Refusal, Stale
from forumapp.domain.accounts.access import access_to, acts_for_the_house, require_anywhere
from forumapp.domain.accounts.permissions import Permission, Reach
from forumapp.domain.accounts.tokens.idempotency import forget_answers_at
from forumapp.domain.agenda.sessions.services import lock_agendas
from forumapp.domain.audit.latest import latest_of
from forumapp.domain.audit.services import record
from forumapp.domain.forums.queries import list_editions
from forumapp.domain.importing.models import ImportRun
from forumapp.domain.importing.runs.services import UNFINISHED as IMPORTING
from forumapp.domain.people.duplicates.permissions import Missing, refuse_missing
from forumapp.domain.people.queries import get_person
from forumapp.domain.printing.jobs.services import UNFINISHED as PRINTING
from forumapp.domain.printing.models import PrintJob
from forumapp.domain.retention.erasure.erasing import Rewritten, Run, erase_areas, list_shown
from forumapp.domain.retention.erasure.mentions import list_mentions
from forumapp.domain.retention.erasure.scope import list_running, load_scope
from forumapp.domain.retention.models import Erasure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.people.models import Person
    from forumapp.domain.retention.erasure.areas import Line
    from forumapp.domain.retention.erasure.mentions import Mention
    from forumapp.domain.retention.erasure.scope import Scope

RIGHT = Permission.MANAGE_ACCESS


class TakesPart(Refusal):
    """The person takes part in editions that are not over; `editions` are their slugs."""

    code = "takes-part"


class WorkUnfinished(Refusal):
    """An import or a print of these editions is not finished and holds a file about people; `editions` are slugs."""

    code = "work-unfinished"


@dataclass(frozen=True, slots=True)
class Preview:
    """What erasing a person would do. `running` are the editions that are not over, in which they take part, and
    `busy` those with an import or a print that is not finished: neither may be. `mentions` are texts about others that
    name the person. `mark` identifies what was shown and is sent along when it is confirmed. `rewritten` are published
    agendas and run sheets without the person.
    """

    scope: Scope
    lines: Sequence[Line]
    mentions: Sequence[Mention]
    running: Sequence[Edition]
    busy: Sequence[Edition]
    mark: str
    log_end: str
    rewritten: dict[tuple[str, int], Rewritten]

    @property
    def person(self) -> Person:
        return self.scope.person

    @property
    def person_id(self) -> int:
        return self.person.id

    @property
    def texts(self) -> Sequence[Mention]:
        """Those mentions that are shown one by one."""
        return list_shown(self.mentions)


def preview_erasure(db: DbSession, person_id: int, *, actor: Actor, now: datetime) -> Preview:
    """Changes nothing. Searches all texts of the person's editions, which takes long: do it before a transaction.

    Raises NotFound, Forbidden and RowsElsewhere.
    """
    scope = _load(db, person_id, actor=actor)
    log_end = _log_end(db, scope)
    mentions = list_mentions(db, scope.unshared, scope.editions, scope.ids)
    rewritten: dict[tuple[str, int], Rewritten] = {}
    lines = erase_areas(Run(db, scope, actor, now, mentions, rewritten, dry_run=True))
    running, busy = list_running(db, scope, now=now), _list_busy(db, scope)
    return Preview(scope, lines, mentions, running, busy, _mark(scope, lines, mentions), log_end, rewritten)


def erase_person(
    db: DbSession,
    person_id: int,
    *,
    mark: str,
    confirmed: bool,
    actor: Actor,
    now: datetime,
    preview: Preview | None = None,
) -> list[Line]:
    """Erase everything about a person, as the preview with this mark showed it; how many rows of each area.

    `preview` is one that was made just before the transaction; it is made again within it if anything has changed
    since. Stored files go after the commit (`delete_purged_files`). Raises TakesPart, WorkUnfinished, Stale and what
    the preview raises.
    """
    lock_name(db, f"person-erasure:{person_id}")
    preview = _lock_and_check(db, person_id, preview, actor=actor, now=now)
    if not confirmed:
        raise Invalid(fields={"confirmed": "required"})
    if preview.running:
        raise TakesPart(editions=[one.slug for one in preview.running])
    if preview.busy:
        raise WorkUnfinished(editions=[one.slug for one in preview.busy])
    if preview.mark != mark:
        raise Stale(entity="person", row_id=person_id)
    scope = replace(preview.scope, person=get_person(db, person_id))
    erasure = Erasure(person_id=person_id, asked_by=actor.account_id)
    db.add(erasure)
    db.flush()
    lines = erase_areas(Run(db, scope, actor, now, preview.mentions, preview.rewritten, dry_run=False))
    _forget_answers(db, scope)
    counts = {line.area.value: line.count for line in lines}
    erasure.counts, erasure.finished_at = counts, now
    db.flush()
    db.expire_all()
    record(db, "erased", "person", person_id, actor=actor, now=now)
    return lines


def may_erase(db: DbSession, *, actor: Actor) -> bool:
    """Whether the actor may erase anybody; of each person it depends on their editions."""
    try:
        require_anywhere(db, RIGHT, actor=actor)
    except Refusal:
        return False
    return True


def _load(db: DbSession, person_id: int, *, actor: Actor) -> Scope:
    require_anywhere(db, RIGHT, actor=actor)
    scope = load_scope(db, person_id)
    _require(db, scope, actor=actor)
    return scope


def _require(db: DbSession, scope: Scope, *, actor: Actor) -> None:
    """Raises NotFound where the actor works on none of the person's editions, and RowsElsewhere where not on all."""
    require_anywhere(db, RIGHT, actor=actor)
    if acts_for_the_house(actor):
        return
    held = [access_to(db, one, actor=actor) for one in scope.editions]
    closed = [access for access in held if access.reach(RIGHT) is not Reach.ALL]
    if closed and not any(access.roles for access in held):
        raise NotFound(entity="person")
    known = [access.edition_id for access in closed if access.roles]
    refuse_missing([Missing(RIGHT, known, len(closed) - len(known))] if closed else [])


def _lock_and_check(db: DbSession, person_id: int, preview: Preview | None, *, actor: Actor, now: datetime) -> Preview:
    """The preview as it holds while the agendas of the person's editions are locked."""
    if preview is None or preview.person_id != person_id:
        preview = preview_erasure(db, person_id, actor=actor, now=now)
    locked = preview.scope.editions
    lock_agendas(db, locked)
    if _still_holds(db, preview, now=now):
        _require(db, preview.scope, actor=actor)
        return preview
    preview = preview_erasure(db, person_id, actor=actor, now=now)
    if preview.scope.editions != locked:
        raise Stale(entity="person", row_id=person_id)
    return preview


def _still_holds(db: DbSession, preview: Preview, *, now: datetime) -> bool:
    scope = preview.scope
    return _log_end(db, scope) == preview.log_end and not list_running(db, scope, now=now) and not _list_busy(db, scope)


def _forget_answers(db: DbSession, scope: Scope) -> None:
    """The API keeps its answers for some days, for callers that ask twice; they repeat what was sent."""
    for edition in list_editions(db, scope.editions):
        forget_answers_at(db, f"/editions/{edition.slug}/")
    forget_answers_at(db, "/people")


def _list_busy(db: DbSession, scope: Scope) -> list[Edition]:
    importing = select(ImportRun.edition_id).where(ImportRun.status.in_(IMPORTING))
    printing = select(PrintJob.edition_id).where(PrintJob.status.in_(PRINTING))
    ids = set(db.scalars(importing.union(printing))) & {*scope.editions}
    return list_editions(db, ids) if ids else []


def _log_end(db: DbSession, scope: Scope) -> str:
    """Another word after each change that the log has of the person's editions or of what stands across editions."""
    return " ".join(latest_of(db, one) for one in scope.editions or (0,))


def _mark(scope: Scope, lines: Sequence[Line], mentions: Sequence[Mention]) -> str:
    """Another one if any row is there, or is gone, or the person's record is another version."""
    shown = [
        scope.person.id,
        scope.person.version,
        [[line.area.value, line.count] for line in lines],
        [[table, sorted(ids)] for table, ids in sorted(scope.ids.items())],
        [[one.table, one.row_id, one.column, one.excerpt] for one in mentions],
    ]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:32]
