"""Where journeys lead: of all that someone does, with which flight or train they arrive, and with which they leave.
Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

CONNECTION = timedelta(hours=24)  # between two legs of one journey, where nothing else is done
MEETS = timedelta(hours=6)  # within which a car fetches who has arrived, or brings who leaves
TRAVEL, CAR = frozenset({"flight", "train"}), "transfer"
BETWEEN = frozenset({CAR, "free"})  # what is done while one changes planes
LASTING = frozenset({"hotel", "free"})  # what goes on beside what one does


@dataclass(frozen=True, slots=True)
class Step:
    """An item of someone's itinerary."""

    id: int
    kind: str
    start: datetime
    end: datetime


def journeys(steps: Iterable[Step]) -> list[list[Step]]:
    """The flights and trains of one person, those of one journey together."""
    found: list[list[Step]] = []
    last: Step | None = None
    stayed = False
    for step in sorted(steps, key=lambda one: (one.start, one.end)):
        if step.kind not in TRAVEL:
            # What goes on beside a journey, as a night in a hotel that was booked from the day of departure, ends none.
            stayed = stayed or (step.kind not in BETWEEN and last is not None and step.start >= last.end)
            continue
        if last is None or stayed or step.start - last.end > CONNECTION:
            found.append([])
        found[-1].append(step)
        last, stayed = step, False
    return found


def arrival_legs(steps: Sequence[Step], ends: datetime) -> list[Step]:
    """The last legs of all journeys but of the one home. Who has one journey alone arrives by it before the forum
    `ends`.
    """
    found = journeys(steps)
    coming = found[:-1] if len(found) > 1 else [one for one in found if one[-1].end <= ends]
    return [legs[-1] for legs in coming]


def departure_legs(steps: Sequence[Step], ends: datetime) -> list[Step]:
    """The first legs of all journeys but of the one from home."""
    found = journeys(steps)
    going = found[1:] if len(found) > 1 else [one for one in found if one[-1].end > ends]
    return [legs[0] for legs in going]


def car_after(leg: Step, steps: Iterable[Step]) -> Step | None:
    """What fetches whoever has arrived: the first transfer after it, before anything else is done elsewhere."""
    after = sorted((one for one in steps if one.start >= leg.end and one.kind not in LASTING), key=_begin)
    first = next(iter(after), None)
    return first if first and first.kind == CAR and first.start <= leg.end + MEETS else None


def car_missed(leg: Step, steps: Iterable[Step]) -> Step | None:
    """What would have fetched them, had it not left while they are still on the way."""
    left = [one for one in steps if one.kind == CAR and leg.start < one.start < leg.end]
    return max(left, key=_begin, default=None)


def car_before(leg: Step, steps: Iterable[Step]) -> Step | None:
    """What brings whoever leaves: the last transfer before it, after which nothing else is done elsewhere."""
    before = sorted((one for one in steps if one.end <= leg.start and one.kind not in LASTING), key=_end)
    last = before[-1] if before else None
    return last if last and last.kind == CAR and last.end >= leg.start - MEETS else None


def _begin(step: Step) -> tuple[datetime, datetime]:
    return step.start, step.end


def _end(step: Step) -> tuple[datetime, datetime]:
    return step.end, step.start
