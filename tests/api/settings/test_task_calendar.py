"""The calendar, by the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forumapp.domain.forums.calendar.rules import JOBS

if TYPE_CHECKING:
    from conftest import Api

TASKS = "/editions/mine/tasks"
NEW = {"title": {"en": "Call the mayor", "zh-Hans": "致电市长"}, "role": "secretariat", "due_on": "2023-05-15"}


@pytest.mark.both_databases
def test_tasks_are_listed_by_day_and_filtered(api: Api) -> None:
    listed = api.get(f"{TASKS}?page_size=200").json
    assert listed["total"] == len(JOBS)
    assert [one["code"] for one in listed["items"]] == [job.code for job in JOBS]
    one = next(each for each in listed["items"] if each["code"] == "print-badges")
    assert one | {"id": 0} == {
        "id": 0,
        "version": 1,
        "code": "print-badges",
        "title": {"en": "Print most badges and sort them by delegation", "zh-Hans": "打印大部分胸卡，按代表团分装"},
        "role": "registration-desk",
        "due_on": "2023-05-19",
        "days_from_forum": -3,
        "state": "overdue",
        "done_at": None,
        "done_by": None,
        "note": "",
    }
    desk = sum(job.role == "registration-desk" for job in JOBS)
    assert api.get(f"{TASKS}?role=registration-desk").json["total"] == desk
    assert api.get(f"{TASKS}?state=done").json["total"] == 0
    assert api.get(f"{TASKS}?state=nonsense").status_code == 422


def test_a_task_is_added_changed_ticked_and_removed(api: Api) -> None:
    made = api.post(TASKS, NEW)
    assert (made.status_code, made.json["code"], made.json["days_from_forum"]) == (201, None, -7)
    at = made.headers["Location"]
    changed = api.patch(at, {"note": "She is away."}, If_Match=made.headers["ETag"])
    assert (changed.status_code, changed.json["note"]) == (200, "She is away.")
    assert api.post(f"{at}/tick").status_code == 428
    assert api.post(f"{at}/tick", If_Match=made.headers["ETag"]).status_code == 412

    ticked = api.post(f"{at}/tick", If_Match=changed.headers["ETag"])

    assert (ticked.status_code, ticked.json["state"], ticked.json["done_by"]) == (200, "done", "Owner")
    unticked = api.post(f"{at}/untick", If_Match=ticked.headers["ETag"])
    assert (unticked.json["done_at"], unticked.json["done_by"]) == (None, None)
    removed = api("DELETE", at, If_Match=unticked.headers["ETag"])
    assert (removed.status_code, removed.json["kind"]) == (200, "task")
    assert api.get(at).status_code == 404
    assert api.post(f"/editions/mine/removals/{removed.json['id']}/restore").status_code == 200
    assert api.get(at).json["note"] == "She is away."


@pytest.mark.parametrize(
    ("body", "field"), [({"title": {}}, "title"), ({"role": "king"}, "role"), ({"due_on": "May"}, "due_on")]
)
def test_a_task_that_says_too_little_is_refused(api: Api, body: dict[str, object], field: str) -> None:
    refused = api.post(TASKS, {**NEW, **body})

    assert (refused.status_code, list(refused.json["errors"])) == (422, [field])


def test_open_tasks_move_along_once_the_edition_has_moved(api: Api) -> None:
    edition = api.get("/editions/mine")
    moved = {"starts_on": "2023-06-05", "ends_on": "2023-06-05"}
    api.patch("/editions/mine", moved, If_Match=edition.headers["ETag"])
    before = {"starts_on": "2023-05-22", "ends_on": "2023-05-22"}

    first = api.post(f"{TASKS}/moves", before, Idempotency_Key="once")
    again = api.post(f"{TASKS}/moves", before, Idempotency_Key="once")

    assert (first.status_code, first.json, again.json) == (201, {"tasks": len(JOBS)}, {"tasks": len(JOBS)})
    due = {one["code"]: one["due_on"] for one in api.get(f"{TASKS}?page_size=200").json["items"]}
    assert due["print-badges"] == "2023-06-02"
    crossed = api.post(f"{TASKS}/moves", {"starts_on": "2023-05-22", "ends_on": "2023-05-21"})
    assert (crossed.status_code, crossed.json["errors"]) == (422, {"ends_on": ["ends-before-start"]})


def test_a_calendar_is_laid_out_where_there_is_none(api: Api) -> None:
    assert api.post("/editions/mine/calendar").status_code == 409
    for one in api.get(f"{TASKS}?page_size=200").json["items"]:
        at = f"{TASKS}/{one['id']}"
        api("DELETE", at, If_Match=api.get(at).headers["ETag"])

    laid = api.post("/editions/mine/calendar")

    assert (laid.status_code, laid.json) == (200, {"tasks": len(JOBS)})


def test_the_calendar_is_for_those_with_a_role_there(api: Api) -> None:
    assert api.get("/editions/theirs/tasks").status_code == 404
    assert api.public().get(TASKS).status_code == 401
