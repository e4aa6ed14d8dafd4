"""Each web worker stays on one processor.

Python runs one thread of a process at a time. A thread waiting on another processor takes the GIL during each statement
or response, and the handover takes longer than most of these: nearly half of the workers' time with sixteen scanners.
On one processor the running thread continues.
"""

from __future__ import annotations

import os
from collections import Counter, deque
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Where the system lets a process choose: Linux.
_CAN_CHOOSE = hasattr(os, "sched_setaffinity")
# Those that this process may use when it begins, in an order of its own: two servers on one machine do not both take
# the first ones.
ALLOWED = deque(sorted(os.sched_getaffinity(0)) if _CAN_CHOOSE else ())
ALLOWED.rotate(os.getpid())


def least_used(taken: Iterable[int | None], allowed: Sequence[int] = ALLOWED) -> int | None:
    """The first allowed processor with the fewest users in `taken`; None if none can be chosen."""
    users = Counter(taken)
    return min(allowed, key=lambda processor: users[processor], default=None)


def stay_on(processors: Iterable[int]) -> None:
    """Pin this process and its children to these processors. Does nothing where unsupported, or for none."""
    some = set(processors)
    if some and _CAN_CHOOSE:
        with suppress(OSError):  # taken from us meanwhile: then wherever there is one
            os.sched_setaffinity(0, some)
