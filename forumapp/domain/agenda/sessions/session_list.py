"""The organizers' list of sessions, narrowed down and a page at a time: in order of time, those that have none last."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.values.paging import Page, page_of
from forumapp.core.values.text import fold
from forumapp.domain.agenda.days import day_of
from forumapp.domain.agenda.models import RoleAssignment, Session
from forumapp.domain.people.models import Person
from forumapp.domain.people.search_conditions import called

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.models import SessionKind, SessionStatus

MOST_WORDS = 8  # of a search, each of which asks once who is called so


@dataclass(frozen=True, slots=True)
class SessionFilters:
    """`room` is a room's id, or "all" for what takes every room; `among` are the ids of those that may be shown."""

    search: str = ""
    room: int | str | None = None
    track: int | None = None
    kind: SessionKind | None = None
    status: SessionStatus | None = None
    among: Collection[int] | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of sessions. `days` has every day on which anything is, with how many of it the filters choose, `waiting`
    how many of those without a time, and `total` all of them, whichever day is looked at.
    """

    page: Page[Session]
    days: dict[date, int]
    waiting: int

    @property
    def total(self) -> int:
        return sum(self.days.values()) + self.waiting


def sessions_listed(
    db: DbSession,
    edition_id: int,
    zone: str,
    filters: SessionFilters,
    *,
    day: date | None = None,
    waiting: bool = False,
    number: int = 1,
) -> Listing:
    """Of one day, of those that wait for a time, or of all; `zone` is the edition's. Two queries, and one for each word
    that is searched for.
    """
    lines = db.execute(_LINES.where(Session.edition_id == edition_id)).all()
    dated = [(line, day_of(line.start_utc, zone) if line.start_utc else None) for line in lines]
    chosen = _chosen(db, edition_id, lines, filters)
    met = [(line.id, at) for line, at in dated if line.id in chosen]
    counted = Counter(at for _id, at in met)
    days = sorted({at for _line, at in dated if at is not None})
    shown = [one for one, at in met if (at is None if waiting else day in (None, at))]
    page = page_of(shown, number=number)
    rows = {row.id: row for row in db.scalars(select(Session).where(Session.id.in_(page.items)))} if page.items else {}
    return Listing(page.of([rows[one] for one in page.items]), {one: counted[one] for one in days}, counted[None])


_LINES = select(
    Session.id,
    Session.code,
    Session.title,
    Session.start_utc,
    Session.room_id,
    Session.in_all_rooms,
    Session.track_id,
    Session.kind,
    Session.status,
).order_by(Session.start_utc.is_(None), Session.start_utc, Session.end_utc, Session.id)


def _chosen(db: DbSession, edition_id: int, lines: Sequence[Any], filters: SessionFilters) -> set[int]:
    found = {line.id for line in lines if _fits(line, filters)}
    parts = select(RoleAssignment.session_id).join(Person, Person.id == RoleAssignment.person_id)
    for word in filters.search.split()[:MOST_WORDS]:
        heard = db.scalars(parts.where(RoleAssignment.edition_id == edition_id, called(word)))
        found &= {*heard, *(line.id for line in lines if fold(word) in _said_of(line))}
    return found


def _said_of(line: Any) -> str:
    return "|".join(map(fold, (line.code, *line.title.values())))


def _fits(line: Any, filters: SessionFilters) -> bool:
    return (
        (filters.room is None or (line.in_all_rooms if filters.room == "all" else line.room_id == filters.room))
        and filters.track in (None, line.track_id)
        and filters.kind in (None, line.kind)
        and filters.status in (None, line.status)
        and (filters.among is None or line.id in filters.among)
    )
