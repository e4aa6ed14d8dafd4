"""Of a crowd, few are at work at a time."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from forumapp.core.database.concurrency_limit import Line, Turns

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 60.0


def test_a_line_lets_in_so_many_and_then_who_waited_longest() -> None:
    line, let_in = Line(2), []

    def come(name: str) -> None:
        assert line.enter(PATIENCE)
        let_in.append(name)

    assert line.enter(0)
    assert line.enter(0)
    assert not line.enter(0)
    threads = [threading.Thread(target=come, args=(name,)) for name in "abc"]
    for number, thread in enumerate(threads, 1):
        thread.start()
        _wait_until(line.count_waiting, number)
    for number, thread in enumerate(threads, 1):
        line.leave()
        thread.join(PATIENCE)
        assert let_in == list("abc"[:number])


def test_who_is_too_slow_holds_up_nobody_for_long() -> None:
    turns, went_in = Turns(1), threading.Event()

    def come() -> None:
        with turns.taken(patience=0.01):
            went_in.set()

    with turns.taken():
        thread = threading.Thread(target=come)
        thread.start()
        assert went_in.wait(PATIENCE)
    thread.join(PATIENCE)
    with turns.taken(patience=0.0):  # whoever went in beside had no turn to give up
        assert not turns._line.enter(0)


def test_a_turn_is_given_up_once() -> None:
    turns = Turns(1)
    with turns.taken(), turns.taken():  # a request that asks another of the same process
        turns.give_up()
        turns.give_up()
        assert turns._line.enter(0)
    assert not turns._line.enter(0)


def _wait_until(count: Callable[[], int], wanted: int) -> None:
    end = time.monotonic() + PATIENCE
    while count() != wanted:
        assert time.monotonic() < end
        time.sleep(0.001)
