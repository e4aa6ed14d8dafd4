"""Moving an edition to other days, by whoever knows what lies on none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.core.errors import Refusal
from forumapp.domain.agenda.days import bounds
from forumapp.domain.agenda.queries import scheduled
from forumapp.domain.checkin.live.queries import count_let_in_outside
from forumapp.domain.forums.calendar.tasks import days_of
from forumapp.domain.forums.editions import services
from forumapp.domain.forums.queries import get_edition_by_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.forums.models import Edition


class LeftBehind(Refusal):
    """So many `sessions` begin, and so many `people` were let in, on none of the new days; nothing of it is changed or
    lost by the move, and it may have been left behind by an earlier one.
    """

    code = "left-behind"

    def __init__(self, sessions: int, people: int) -> None:
        super().__init__(sessions=sessions, people=people)
        self.sessions, self.people = sessions, people


def change_edition(
    db: DbSession,
    edition_id: int,
    changes: Mapping[str, Any],
    *,
    leaves_behind: bool = False,
    version: int,
    actor: Actor,
    now: datetime,
) -> Edition:
    """Raises LeftBehind where the edition moves, unless whoever moves it knows that something is left behind."""
    before = days_of(get_edition_by_id(db, edition_id))
    row = services.update_edition(db, edition_id, changes, version=version, actor=actor, now=now)
    if days_of(row) == before or leaves_behind:
        return row
    first, end = bounds((row.starts_on, row.ends_on), row.zone)
    begins = [one.start_utc for one in scheduled(db, edition_id) if one.start_utc]
    sessions = sum(not first <= at < end for at in begins)
    people = count_let_in_outside(db, edition_id, (first, end))
    if sessions or people:
        raise LeftBehind(sessions, people)
    return row
