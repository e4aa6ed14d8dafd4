"""What two versions of the agenda have different, or the last one and the agenda as it is being worked on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forumapp.domain.agenda.differences import NOTHING, differences, public_differences
from forumapp.domain.agenda.queries import (
    get_version,
    latest_version,
    published_agenda,
    with_people_of_now,
)
from forumapp.domain.agenda.working import working_agenda

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.differences import Difference


@dataclass(frozen=True, slots=True)
class Compared:
    """Two contents, under the people's ids of today. `since` is the earlier one's number, 0 for none at all."""

    since: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def session_ids(self) -> set[int]:
        """Of the later one."""
        return {one["id"] for one in self.after["sessions"]}

    @property
    def differences(self) -> list[Difference]:
        return differences(self.before, self.after)

    @property
    def public_differences(self) -> list[Difference]:
        return public_differences(self.before, self.after)


def version_compared(db: DbSession, edition_id: int, number: int, since: int | None = None) -> Compared:
    """A version with the one before it, or with version `since`; 0 is nothing at all. Raises NotFound, SealBroken."""
    earlier = number - 1 if since is None else since
    after = content_of(db, edition_id, number)
    return Compared(earlier, content_of(db, edition_id, earlier), after)


def working_compared(db: DbSession, edition_id: int) -> Compared:
    """The agenda as it is being worked on with what was published last."""
    last = latest_version(db, edition_id)
    before = with_people_of_now(db, published_agenda(last)) if last else NOTHING
    return Compared(last.number if last else 0, before, working_agenda(db, edition_id))


def content_of(db: DbSession, edition_id: int, number: int) -> Mapping[str, Any]:
    if number == 0:
        return NOTHING
    return with_people_of_now(db, published_agenda(get_version(db, edition_id, number)))
