"""Pauses of the garbage collector."""

from __future__ import annotations

import gc
from contextlib import ExitStack

import pytest

from forumapp.core.database.gc_pauses import no_collections


@pytest.fixture(autouse=True)
def collecting():
    was = gc.isenabled()
    gc.enable()
    yield
    if not was:
        gc.disable()


@pytest.mark.parametrize("first_to_end", [0, 1])
def test_pauses_that_overlap_end_with_the_last_of_them(first_to_end: int) -> None:
    pauses = [ExitStack(), ExitStack()]
    for pause in pauses:
        pause.enter_context(no_collections())
    pauses[first_to_end].close()
    assert not gc.isenabled()
    pauses[1 - first_to_end].close()
    assert gc.isenabled()


def test_nothing_is_switched_on_that_was_off() -> None:
    gc.disable()
    with no_collections():
        pass
    assert not gc.isenabled()


def test_a_fault_ends_a_pause() -> None:
    with pytest.raises(ValueError, match="x"), no_collections():
        raise ValueError("x")
    assert gc.isenabled()
