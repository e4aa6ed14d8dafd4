"""Who can't be where they are wanted, of 3,000 people with 60,000 commitments: processor time, from loaded values.

No two people have the same days, since what is looked at once for many would otherwise flatter the figures. The floor
is the least that anything of the kind does: everyone's commitments sorted, and each compared with the one before it.
"""

from __future__ import annotations

import gc
import random
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from bench.marks import Mark, mark
from forumapp.domain.delegations.rules.commitments import Buffers, Commitment, Diaries

if TYPE_CHECKING:
    from collections.abc import Callable

    Engaged = list[tuple[Commitment, list[int]]]

PEOPLE, DAYS, SLOTS, TOGETHER, PLACES = 3000, 5, 3, 50, 20
ROUNDS, EDITS = 15, 300
FIRST = datetime(2027, 5, 24, 15, tzinfo=UTC)  # 08:00 in Los Angeles
BUFFERS = Buffers(travel=20, connection=60, travel_at={3: 45, 9: 60}, connection_at={9: 90})


def engaged(seed: int = 3) -> Engaged:
    """Each day a frame for all, and three times fifty people to each of sixty things, mixed anew; some are late."""
    chance = random.Random(seed)
    found: Engaged = []
    for day in range(DAYS):
        start = FIRST + timedelta(days=day)
        everyone = Commitment(("itinerary_item", len(found)), start, start + timedelta(hours=14), 1, frame=True)
        found.append((everyone, list(range(PEOPLE))))
        for slot in range(SLOTS):
            people = chance.sample(range(PEOPLE), PEOPLE)
            for which in range(PEOPLE // TOGETHER):
                begin = start + timedelta(hours=slot * 4, minutes=chance.choice([0] * 40 + [10]))
                kind = "session" if slot == 1 else "itinerary_item"
                one = Commitment(
                    (kind, len(found)),
                    begin,
                    begin + timedelta(minutes=220),
                    which % PLACES + 1,
                    (which + slot) % PLACES + 1,
                )
                found.append((one, people[which * TOGETHER : (which + 1) * TOGETHER]))
    return found


def marks() -> list[Mark]:
    those = engaged()
    size = f"{PEOPLE:,} people, {sum(len(people) for _, people in those):,} commitments"
    floor = min(_seconds(lambda: _floor(those)) for _ in range(ROUNDS)) * 1000
    whole = sorted(_seconds(lambda: Diaries(those, BUFFERS).clashes()) for _ in range(ROUNDS))
    diaries = Diaries(those, BUFFERS)
    found = len(diaries.clashes())
    chance = random.Random(11)
    edited = chance.sample([each for each in those if not each[0].frame], EDITS)
    taken = sorted(_seconds(partial(_edited, diaries, *each)) for each in edited)
    frames = sorted(_seconds(partial(_edited, diaries, *each)) for each in those if each[0].frame)
    return [
        mark(f"all {found:,} clashes, {size}", whole[len(whole) // 2] * 1000, "ms", floor),
        mark(f"an edited item of {TOGETHER} people checked again: median", taken[EDITS // 2] * 1000, "ms", floor),
        mark(f"an edited item of {TOGETHER} people checked again: slowest of {EDITS}", taken[-1] * 1000, "ms", floor),
        mark(f"an edited item of all {PEOPLE:,} people checked again", frames[len(frames) // 2] * 1000, "ms", floor),
    ]


def _edited(diaries: Diaries, one: Commitment, people: list[int]) -> None:
    """Half an hour later than it was."""
    later = timedelta(minutes=30)
    moved = Commitment(one.key, one.start + later, one.end + later, one.place, one.end_place, frame=one.frame)
    diaries.put(one.key, [(moved, people)])


def _floor(those: Engaged) -> int:
    days: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for one, people in those:
        for person in people:
            days[person].append((one.start, one.end))
    return sum(one[1] > other[0] for spans in days.values() for one, other in pairwise(sorted(spans)))


def _seconds(work: Callable[[], object]) -> float:
    """Processor time, with nothing left to collect from what was done before."""
    gc.collect()
    begun = time.process_time()
    work()
    return time.process_time() - begun
