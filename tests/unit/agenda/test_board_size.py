"""What looking through a large agenda costs, in comparisons of instants: they are the same on any machine."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from bench.findings import agenda, drafts
from forumapp.domain.agenda.findings.board import Board

if TYPE_CHECKING:
    from forumapp.domain.agenda.findings.values import Booked


class Instant(datetime):
    """One that counts how often it and its like are compared."""

    compared: ClassVar[int] = 0
    __hash__ = datetime.__hash__

    def __lt__(self, other: Any) -> bool:
        return Instant.counted(super().__lt__(other))

    def __le__(self, other: Any) -> bool:
        return Instant.counted(super().__le__(other))

    def __gt__(self, other: Any) -> bool:
        return Instant.counted(super().__gt__(other))

    def __ge__(self, other: Any) -> bool:
        return Instant.counted(super().__ge__(other))

    def __eq__(self, other: object) -> bool:
        return Instant.counted(super().__eq__(other))

    @classmethod
    def counted(cls, answer: Any) -> Any:
        cls.compared += 1
        return answer

    @classmethod
    def of(cls, one: datetime | None) -> Instant:
        assert one
        return cls.combine(one.date(), one.timetz())


def counted(sessions: list[Booked]) -> list[Booked]:
    return [replace(one, start=Instant.of(one.start), end=Instant.of(one.end)) for one in sessions]


def comparisons(count: int) -> tuple[int, int]:
    """To find all that is wrong with so many sessions, and of the move of one that took most of them."""
    sessions, frame = agenda()
    counting = counted(sessions[:count])
    Instant.compared = 0
    board = Board(counting, frame)
    assert board.findings
    whole, most = Instant.compared, 0
    for one in counting[::25]:
        assert one.start
        assert one.end
        Instant.compared = 0
        board.move(one.id, one.start + timedelta(minutes=30), one.end + timedelta(minutes=30), one.room)
        most = max(most, Instant.compared)
    return whole, most


def test_twice_the_sessions_take_little_more_than_twice_the_comparisons_and_a_move_few_of_them() -> None:
    """A little more, since the same rooms and people are in more sessions; it would be four times, if all were compared."""
    (half, _), (whole, move) = comparisons(500), comparisons(1000)
    assert whole < 2.6 * half
    assert whole < 50 * 1000
    assert move < whole / 10  # of one with interpreters who are in fifty sessions each


def test_what_nobody_has_confirmed_or_translated_yet_takes_as_few_comparisons() -> None:
    """A draft has sixty times the findings, which are told in order of time as well."""
    sessions, frame = agenda()
    taken = []
    for those in (sessions, *(those for _, those in drafts(sessions))):
        counting = counted(those)
        Instant.compared = 0
        found = len(Board(counting, frame).findings)
        taken.append((found, Instant.compared))
    (few, least), *_, (many, most) = taken
    assert many > 50 * few
    assert most < 1.1 * least
