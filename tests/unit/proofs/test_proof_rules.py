from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forumapp.domain.people.names.printed_names import Printed, printed
from forumapp.domain.people.rules import Name, native_parts
from forumapp.domain.proofs import rules
from forumapp.domain.proofs.rules import EntryState, ProofState, Shown

LIU = Name("Liu", "Chun", family_first=True, native_full="刘春")
TITLE = {"en": "Vice President", "zh-Hans": "副会长"}
OFFICE = {"en": "CCCME", "zh-Hans": "中国机电产品进出口商会"}
NOW = Shown(printed(LIU, TITLE, OFFICE), (1, 2))


def test_what_is_printed_is_what_paper_does_with_names() -> None:
    assert printed(LIU, TITLE, None) == Printed("LIU Chun", "刘春", "zh-Hans", TITLE, {})


@pytest.mark.parametrize(
    ("now", "standing", "expected"),
    [
        (NOW, {1, 2, 3}, []),
        (Shown(printed(Name("Liu", "Chun", True, "刘春", "zh-Hant"), TITLE, OFFICE), (1, 2)), {1, 2, 3}, []),
        (Shown(printed(Name("Liu", "Chun", False, "刘春"), TITLE, OFFICE), (1, 2)), {1, 2, 3}, ["name"]),
        (Shown(printed(Name("Liu", "Chun", True, "劉春"), TITLE, OFFICE), (1, 2)), {1, 2, 3}, ["name"]),
        (Shown(printed(LIU, {**TITLE, "en": "President"}, OFFICE), (1, 2)), {1, 2, 3}, ["title"]),
        (Shown(printed(LIU, TITLE, {"en": "CCCME"}), (1, 2)), {1, 2, 3}, ["organization"]),
        (Shown(printed(LIU, TITLE, {**OFFICE, "zh-Hant": ""}), (1, 2)), {1, 2, 3}, []),
        # Whoever stood before is gone: the place in the order of those who are left is the same.
        (Shown(printed(LIU, TITLE, OFFICE), (2,)), {2, 3}, []),
        (Shown(printed(LIU, TITLE, OFFICE), (2,)), {1, 2, 3}, ["order"]),  # 1 stands after now
        (Shown(printed(LIU, TITLE, OFFICE), (1, 2, 4)), {1, 2, 3, 4}, ["order"]),  # 4 came before
        (Shown(printed(LIU, TITLE, OFFICE), (2, 1)), {1, 2, 3}, []),  # theirs is not changed by it
        (Shown(printed(Name("", "", native_full="刘"), {}, {}), ()), set(), ["name", "title", "organization"]),
    ],
)  # fmt: skip
def test_what_would_print_otherwise_than_it_was_approved(now: Shown, standing: set[int], expected: list[str]) -> None:
    assert rules.changes(NOW.kept, now, standing) == expected


texts = st.dictionaries(st.sampled_from(["en", "zh-Hans"]), st.text(max_size=5))
names = st.builds(Name, st.text(max_size=5), st.text(max_size=5), st.booleans(), st.text(max_size=5))
shown = st.builds(
    Shown,
    st.builds(printed, names, texts, texts),
    st.lists(st.integers(1, 9), unique=True, max_size=4).map(tuple),
)


@given(shown)
def test_what_is_approved_as_it_stands_has_not_changed(one: Shown) -> None:
    assert rules.changes(one.kept, one, {*one.before}) == []


@given(shown, shown)
def test_a_fingerprint_tells_apart_what_is_read_as_different(one: Shown, other: Shown) -> None:
    assert (one.fingerprint == other.fingerprint) == (one.kept == other.kept)


@pytest.mark.parametrize(
    ("approved", "changed", "waiting", "expected"),
    [
        (False, False, 0, EntryState.WAITING),
        (True, False, 0, EntryState.APPROVED),
        (True, True, 0, EntryState.CHANGED),
        (True, False, 1, EntryState.CORRECTION),
        (False, False, 2, EntryState.CORRECTION),
    ],
)
def test_where_an_entry_stands(approved: bool, changed: bool, waiting: int, expected: EntryState) -> None:
    assert rules.entry_state(approved=approved, changed=changed, open_corrections=waiting) is expected


W, A, C, O = EntryState  # noqa: E741 (short, so that the table reads)


@pytest.mark.parametrize(
    ("entries", "sent", "expected"),
    [
        ([], False, ProofState.NOT_SENT),
        ([], True, ProofState.SENT),
        ([W, W], False, ProofState.NOT_SENT),
        ([W, W], True, ProofState.SENT),
        ([A, W], True, ProofState.PARTLY),
        ([A, A], True, ProofState.APPROVED),
        ([A, A], False, ProofState.APPROVED),
        ([A, C, W], True, ProofState.CHANGED),
        ([A, C, O], True, ProofState.CORRECTION),
    ],
)
def test_what_a_proof_needs_most_comes_first(entries: list[EntryState], sent: bool, expected: ProofState) -> None:
    assert rules.proof_state(entries, sent=sent) is expected


def test_only_what_differs_is_proposed() -> None:
    stands = rules.parts_of(LIU, TITLE, OFFICE, ("en", "zh-Hans"))

    assert rules.proposal(stands, stands) == {}
    assert rules.proposal(stands, {"title.en": "President", "native_full": "刘春", "phone": "1"}) == {
        "title.en": "President"
    }
    assert rules.outdated({"title.en": "A", "native_full": "刘"}, {"title.en": "B", "native_full": "刘"}, ["title.en"])
    assert not rules.outdated({"title.en": "A"}, {"title.en": "B"}, ["native_full"])


def test_texts_take_the_chosen_languages_alone() -> None:
    chosen = {"title.en": "President", "organization.en": "X", "title.zh-Hans": ""}

    assert rules.texts_with(TITLE, chosen, "title") == {"en": "President"}


@pytest.mark.parametrize(
    ("short", "legal", "wanted", "expected"),
    [
        ({"en": "A"}, {"en": "A Ltd."}, {"en": "B"}, ({"en": "B"}, {"en": "A Ltd."})),
        ({}, {"en": "A Ltd."}, {"en": "B"}, ({}, {"en": "B"})),
        ({"en": "A"}, {}, {"zh-Hans": "乙"}, ({"en": "A"}, {"zh-Hans": "乙"})),
    ],
)
def test_an_organization_is_corrected_where_its_printed_name_comes_from(
    short: dict[str, str], legal: dict[str, str], wanted: dict[str, str], expected: tuple[dict[str, str], ...]
) -> None:
    assert rules.names_with(short, legal, wanted) == expected


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=8), st.permutations(range(1, 7)))
def test_the_approved_order_leads_and_own_places_follow(entries: list[tuple[int, int]], listed: list[int]) -> None:
    rank = {person: place for place, person in enumerate(listed)}

    order = [entries[at] for at in rules.in_order(entries, rank)]

    assert sorted(order) == sorted(entries)
    ranks = [rank.get(person, len(rank)) for person, _ in order]
    assert ranks == sorted(ranks)
    places = [place for person, place in order if person not in rank]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("full", "said", "expected"),
    [
        ("刘春华", "", ("刘", "春华")),
        ("劉春", "", ("劉", "春")),  # the given name is as before
        ("欧阳海", "", None),
        ("欧阳海", "欧阳", ("欧阳", "海")),
        ("欧阳海", "刘", None),
        ("春", "", None),
        ("刘", "", ("刘", "")),
    ],
)
def test_a_corrected_name_is_parted_where_it_can_be_told(
    full: str, said: str, expected: tuple[str, str] | None
) -> None:
    assert native_parts("刘", "春", full, said) == expected
