"""The same request twice at once, on connections of their own."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.tokens import idempotency
from forumapp.domain.people.models import Person
from tests.api.onsite.test_checkin import code_of

if TYPE_CHECKING:
    from conftest import Api

pytestmark = pytest.mark.both_databases
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


def test_twins_of_a_registration_and_of_a_decision_are_answered_alike(committed: Api) -> None:
    base = "/editions/mine/registrations"
    committed.post("/editions/mine/registration-types", {"code": "guest", "name": {"en": "Guest"}, "is_open": True})
    guest = {"type": "guest", "latin_family": "Liu", "email": "liu@example.org", "consent": True}

    def send(path: str, body: Any, key: str) -> tuple[int, bytes]:
        headers = {"Idempotency_Key": key}
        if path.endswith("/cancel"):
            with ThreadPoolExecutor(1) as elsewhere:  # this thread's session would read what stood before
                read = elsewhere.submit(committed.get, path.removesuffix("/cancel")).result()
            headers["If_Match"] = read.headers["ETag"]

        def one(_: int) -> tuple[int, bytes]:
            answer = committed.post(path, body, **headers)
            return answer.status_code, answer.data

        with ThreadPoolExecutor(TWINS) as pool:
            answers = set(pool.map(one, range(TWINS)))
        assert len(answers) == 1
        return answers.pop()

    for turn in range(4):
        status, text = send(base, {**guest, "email": f"liu{turn}@example.org"}, f"register-{turn}")
        assert status == 201
        status, _ = send(f"{base}/{json.loads(text)['registration_id']}/cancel", None, f"cancel-{turn}")
        assert status == 200


def test_twins_of_a_print_in_spite_of_findings_are_one_job_by_their_key_alone(committed: Api) -> None:
    jobs, preflight = "/editions/mine/print-jobs", "/editions/mine/print-preflight?paper=badges"
    with ThreadPoolExecutor(TWINS) as pool:
        pool.submit(without_glyph, committed).result()
        mark = pool.submit(committed.get, preflight).result().json["mark"]
        assert mark
        body = {"paper": "badges", "options": {"anyway": "Written by hand", "despite": mark}}

        def send(key: str | None) -> tuple[int, bytes]:
            answer = committed.post(jobs, body, **({} if key is None else {"Idempotency_Key": key}))
            return answer.status_code, answer.data

        answers = set(pool.map(send, ["twin"] * TWINS))
        assert [status for status, _ in answers] == [201]
        assert pool.submit(committed.get, jobs).result().json["total"] == 1

        assert len(set(pool.map(send, [None] * TWINS))) == TWINS  # as a key alone keeps them from being
        assert pool.submit(committed.get, jobs).result().json["total"] == 1 + TWINS


def without_glyph(api: Api) -> None:
    """Register somebody whose name no font has."""
    code_of(api, "Liu")
    with api.app.app_context(), transaction() as db:
        db.execute(update(Person).values(native_full="周\U00013000"))


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
