"""What differs between two printings, and for whom, against a twin that looks at every person and every key."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from forumapp.domain.printing.paper.changed_facts import Difference, differences, differences_by_line

KEYS = [f"item:{number}" for number in range(5)]
FACTS = st.dictionaries(st.sampled_from(KEYS), st.sampled_from([None, {"at": "9"}, {"at": "10"}]))
LINES = st.dictionaries(st.integers(1, 4), st.sets(st.sampled_from(KEYS)))


@given(FACTS, FACTS, LINES, LINES)
def test_those_are_told_whose_own_line_would_read_otherwise(then, now, lines_then, lines_now):
    found = differences_by_line(then, now, lines_then, lines_now)
    for one in range(1, 5):
        was = {key: then[key] for key in KEYS if key in then and key in lines_then.get(one, ())}
        is_now = {key: now[key] for key in KEYS if key in now and key in lines_now.get(one, ())}
        told = found.get(one)
        assert (told is None) == (was == is_now and (one in lines_then) == (one in lines_now))
        if told is not None:
            changed = {key for key in KEYS if (key in was, was.get(key)) != (key in is_now, is_now.get(key))}
            assert {one.key: (one.was, one.now) for one in told} == {
                key: (was.get(key), is_now.get(key)) for key in changed
            }
            assert len(told) == len(changed)


@given(FACTS)
def test_the_same_facts_in_another_order_are_no_difference(facts):
    assert differences(facts, dict(reversed(facts.items()))) == []


def test_what_went_comes_last():
    then, now = {"a": 1, "b": 2, "c": 3}, {"d": 4, "c": 5, "b": 2}
    assert differences(then, now) == [Difference("d", None, 4), Difference("c", 3, 5), Difference("a", 1, None)]
