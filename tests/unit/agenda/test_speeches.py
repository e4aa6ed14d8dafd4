"""Speeches by the order that was approved for them, over plain values: one row a rule."""

from __future__ import annotations

import pytest

from forumapp.domain.agenda.speech_order import Speaking, Speeches, items_by_list, out_of_order, parts_by_list

# Items, of which 1 to 4 are speeches and 9 is a panel; people by letter, in the order of the list.
RANK = {ord(letter): place for place, letter in enumerate("ABCD")}


def session(items: str, *parts: str) -> Speeches:
    """Of parts such as "A1", A in item 1, and "B", B in the session as a whole; their ids are 10 and up."""
    speaking = tuple(
        Speaking(number, ord(part[0]), int(part[1:]) if part[1:] else None) for number, part in enumerate(parts, 10)
    )
    return Speeches(tuple(map(int, items)), frozenset({1, 2, 3, 4}), speaking)


@pytest.mark.parametrize(
    ("of", "items", "people", "pair"),
    [
        pytest.param(session("12", "A1", "B2"), "12", "AB", None, id="as the list"),
        pytest.param(session("12", "B1", "A2"), "21", "AB", "BA", id="the other way round"),
        pytest.param(session("192", "B1", "A2"), "291", "AB", "BA", id="what is no speech stays between them"),
        pytest.param(session("123", "B1", "X2", "A3"), "321", "AXB", "BA", id="who is not in the list stays"),
        pytest.param(session("123", "X1", "A2", "B3"), "123", "XAB", None, id="so the first may be one of those"),
        pytest.param(session("123", "B1", "A2", "B3"), "123", "BAB", None, id="who speaks twice stays"),
        pytest.param(
            session("12", "D1", "B1", "C2"), "12", "BDC", "DB", id="an item stands by the first of its speakers"
        ),
        pytest.param(session("12", "D1", "B2", "A1"), "12", "ADB", "DA", id="and who speaks with them comes with them"),
        pytest.param(session("12", "B2", "A1"), "12", "AB", "BA", id="people are named as they speak"),
        pytest.param(session("", "C", "A", "B"), "", "ABC", "CA", id="of the session as a whole"),
        pytest.param(session("19", "B1", "A9"), "19", "BA", None, id="whoever is in a panel gives no speech"),
        pytest.param(session("19", "C1", "B9", "A9"), "19", "CAB", "BA", id="but among those in it the list holds"),
        pytest.param(session("1", "A1", "A1"), "1", "AA", None, id="two parts in one speech"),
    ],
)
def test_speeches_follow_the_list(of: Speeches, items: str, people: str, pair: str | None) -> None:
    who = {one.part: chr(one.person) for one in of.parts}
    helper, ids = 5, [5, *who]  # an interpreter's part stands first and stays there

    found = parts_by_list(ids, of, RANK)

    assert "".join(map(str, items_by_list(of, RANK))) == items
    assert (found[0], "".join(who[one] for one in found[1:])) == (helper, people)
    told = out_of_order(of, RANK)
    assert (told and "".join(map(chr, told))) == pair
    # Done once, it is done: nothing is told any more.
    by_id = {one.part: one for one in of.parts}
    after = Speeches(tuple(items_by_list(of, RANK)), of.speeches, tuple(by_id[one] for one in found[1:]))
    assert out_of_order(after, RANK) is None
