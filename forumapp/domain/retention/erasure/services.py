"""Erasing one person on their request: a preview first, then everything in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forumapp.core.errors import Invalid, NotFound, Refusal, Stale
from forumapp.core.locks import lock_name
from forumapp.domain.accounts.access import access_to, acts_for_the_house, require_anywhere
from forumapp.domain.accounts.idempotency import forget_answers_at
from forumapp.domain.accounts.permissions import Permission, Reach
from forumapp.domain.audit.services import record
from forumapp.domain.forums.queries import list_editions
from forumapp.domain.people.reaching import Missing, refuse_missing
from forumapp.domain.retention.erasure.areas import Line, mark_of
from forumapp.domain.retention.erasure.erasing import Run, erase_areas
from forumapp.domain.retention.erasure.scope import list_running, load_scope
from forumapp.domain.retention.models import Erasure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.people.models import Person
    from forumapp.domain.retention.erasure.scope import Scope

RIGHT = Permission.MANAGE_ACCESS


class TakesPart(Refusal):
    """The person takes part in editions that are not over; `editions` are their slugs."""

    code = "takes-part"


@dataclass(frozen=True, slots=True)
class Preview:
    """What erasing a person would do. `running` are the editions that stand against it; `mark` identifies what was
    shown and is sent along when it is confirmed.
    """

    person: Person
    lines: Sequence[Line]
    running: Sequence[Edition]
    mark: str

    @property
    def person_id(self) -> int:
        return self.person.id


def preview_erasure(db: DbSession, person_id: int, *, actor: Actor, now: datetime) -> Preview:
    """Changes nothing. Raises NotFound, Forbidden and RowsElsewhere."""
    scope = _load(db, person_id, actor=actor)
    lines = erase_areas(Run(db, scope, actor, now, dry_run=True))
    mark = mark_of(person_id, scope.person.version, lines)
    return Preview(scope.person, lines, list_running(db, scope, now=now), mark)


def erase_person(
    db: DbSession, person_id: int, *, mark: str, confirmed: bool, actor: Actor, now: datetime
) -> list[Line]:
    """Erase everything about a person, as the preview with this mark showed it; how many rows of each area.

    Stored files go after the commit (`delete_purged_files`). Raises TakesPart, Stale and what the preview raises.
    """
    lock_name(db, f"person-erasure:{person_id}")
    preview = preview_erasure(db, person_id, actor=actor, now=now)
    if not confirmed:
        raise Invalid(fields={"confirmed": "required"})
    if preview.running:
        raise TakesPart(editions=[one.slug for one in preview.running])
    if preview.mark != mark:
        raise Stale(entity="person", row_id=person_id)
    scope = load_scope(db, person_id)
    erasure = Erasure(person_id=person_id, asked_by=actor.account_id)
    db.add(erasure)
    db.flush()
    lines = erase_areas(Run(db, scope, actor, now, dry_run=False))
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
    if acts_for_the_house(actor):
        return scope
    held = [access_to(db, one, actor=actor) for one in scope.editions]
    closed = [access for access in held if access.reach(RIGHT) is not Reach.ALL]
    if closed and not any(access.roles for access in held):
        raise NotFound(entity="person")
    known = [access.edition_id for access in closed if access.roles]
    refuse_missing([Missing(RIGHT, known, len(closed) - len(known))] if closed else [])
    return scope


def _forget_answers(db: DbSession, scope: Scope) -> None:
    """The API keeps its answers for some days, for callers that ask twice; they repeat what was sent."""
    for edition in list_editions(db, scope.editions):
        forget_answers_at(db, f"/editions/{edition.slug}/")
    forget_answers_at(db, "/people")
