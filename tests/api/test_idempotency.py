"""The same request twice at once, on connections of their own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from forumapp.domain.accounts import idempotency

if TYPE_CHECKING:
    import pytest
    from conftest import Api

VENUE = {"code": "main", "name": {"en": "Hotel"}, "zone": "America/Los_Angeles"}
TWINS = 6


def test_twins_at_the_same_moment_take_effect_once_and_are_answered_alike(committed: Api) -> None:
    def send(_: int) -> tuple[int, bytes]:
        answer = committed.post("/editions/mine/venues", VENUE, Idempotency_Key="twin")
        return answer.status_code, answer.data

    with ThreadPoolExecutor(TWINS) as pool:
        answers = set(pool.map(send, range(TWINS)))
    assert answers == {send(0)}
    assert {status for status, _ in answers} == {201}
    assert committed.get("/editions/mine/venues").json["total"] == 1


def test_a_twin_that_was_slower_gets_the_answer_of_the_faster(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    first = api.post("/series", {"code": "one", "name": {"en": "One"}}, Idempotency_Key="k")
    looks: list[idempotency.Answer | None] = []

    def late(db, slot):
        found = None if not looks else idempotency.find_answer(db, slot)
        looks.append(found)
        return found

    monkeypatch.setattr("forumapp.api.idempotency.find_answer", late)
    again = api.post("/series", {"code": "one", "name": {"en": "One"}}, Idempotency_Key="k")
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert len(looks) == 2
