"""What two versions of the agenda have different, or the last one and the agenda as it is being worked on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from forumapp.core.values.numbers import LARGEST_INTEGER
from forumapp.domain.agenda.content.diff import NOTHING, differences, public_differences
from forumapp.domain.agenda.content.snapshots import sealed
from forumapp.domain.agenda.models import AgendaVersion
from forumapp.domain.agenda.publishing.draft import working_agenda
from forumapp.domain.agenda.queries import (
    get_version,
    latest_version,
    published_agenda,
    version_numbers,
    with_people_of_now,
)
from forumapp.domain.mail.models import MessageState
from forumapp.domain.mail.outbox import telling_states
from forumapp.domain.publishing.models import Telling, TellingStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.content.diff import Difference
    from forumapp.domain.agenda.publishing.refusals import Seen


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
    def seal(self) -> str:
        """That of the later one, were it published."""
        return sealed(dict(self.after))[1]

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


def next_compared(db: DbSession, edition_id: int, again: int | None = None) -> Compared:
    """What the next version would be with what was published last: the agenda as it is being worked on, or what version
    `again` holds. Raises NotFound.
    """
    if again is None:
        return working_compared(db, edition_id)
    get_version(db, edition_id, again)
    return version_compared(db, edition_id, again, version_numbers(db, edition_id)[0])


def first_like(db: DbSession, edition_id: int, versions: Iterable[AgendaVersion]) -> dict[int, int]:
    """By the numbers of those that hold what an earlier version held, the number of the first that did. One query."""
    shown = {one.number: one.sha256 for one in versions}
    here = AgendaVersion.edition_id == edition_id, AgendaVersion.sha256.in_(set(shown.values()))
    query = select(AgendaVersion.sha256, func.min(AgendaVersion.number)).where(*here).group_by(AgendaVersion.sha256)
    first = dict(db.execute(query).all())
    return {number: first[seal] for number, seal in shown.items() if first[seal] < number}


@dataclass(frozen=True, slots=True)
class TellingLine:
    """Whom a version was told to, with what became of the mails."""

    row: Telling
    states: Mapping[MessageState, int]

    @property
    def done(self) -> int:
        return sum(count for state, count in self.states.items() if state is not MessageState.QUEUED)

    @property
    def with_address(self) -> int:
        return (self.row.total or 0) - self.row.without_address

    @property
    def is_moving(self) -> bool:
        under_way = self.row.status in (TellingStatus.QUEUED, TellingStatus.TELLING)
        return under_way or bool(self.states.get(MessageState.QUEUED))


def find_telling(db: DbSession, edition_id: int, number: int) -> TellingLine | None:
    """None of a version that nobody was to be told of."""
    query = select(Telling).join(AgendaVersion, AgendaVersion.id == Telling.version_id)
    if number > LARGEST_INTEGER:
        return None
    row = db.scalar(query.where(AgendaVersion.edition_id == edition_id, AgendaVersion.number == number))
    return TellingLine(row, telling_states(db, row.id)) if row else None


def find_published(db: DbSession, edition_id: int, seen: Seen, account_id: int | None) -> int | None:
    """The number of the version that this account has published already of what it has `seen`."""
    query = select(AgendaVersion.number).where(AgendaVersion.edition_id == edition_id)
    mine = db.scalars(query.where(AgendaVersion.published_by == account_id, AgendaVersion.sha256 == seen.seal))
    return next((number for number in mine if number == seen.number + 1), None)


def content_of(db: DbSession, edition_id: int, number: int) -> Mapping[str, Any]:
    if number == 0:
        return NOTHING
    return with_people_of_now(db, published_agenda(get_version(db, edition_id, number)))
