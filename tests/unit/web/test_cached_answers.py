"""What a process keeps of its answers."""

from __future__ import annotations

from forumapp.web.public.agenda.page_cache import Kept


def test_what_was_used_last_is_kept_as_far_as_there_is_room() -> None:
    kept: Kept[str] = Kept(100)
    for name in "abc":
        kept.put(name, name, 40)
        kept.get("a")

    assert [name for name in "abc" if kept.get(name)] == ["a", "c"]


def test_an_answer_that_is_made_again_takes_the_place_of_the_first() -> None:
    kept: Kept[str] = Kept(100)
    for _ in range(5):
        kept.put("a", "a", 60)

    assert kept.get("a") == "a"


def test_what_is_larger_than_all_room_is_not_kept() -> None:
    kept: Kept[str] = Kept(100)
    kept.put("a", "a", 101)

    assert kept.get("a") is None
