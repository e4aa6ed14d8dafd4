"""What needs somebody now, by the API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Scope
from forumapp.domain.accounts.team.accounts import find_account_by_email
from forumapp.domain.accounts.tokens.services import create_token
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.forums.calendar.rules import JOBS

if TYPE_CHECKING:
    from conftest import Api

OVERVIEW = "/editions/mine/overview"
NOW = datetime(2023, 5, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def two_days_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def test_it_says_what_is_needed_and_which_steps_are_done(api: Api) -> None:
    answer = api.get(OVERVIEW)

    assert answer.status_code == 200
    told = answer.json
    assert told["days_from_forum"] == -2
    overdue = sum(job.offset < -2 for job in JOBS)  # days
    due = sum(-2 <= job.offset <= 4 for job in JOBS)
    calendar = [one for one in told["needs"] if one["section"] == "calendar"]
    assert calendar == [
        {"section": "calendar", "code": "task-overdue", "count": overdue, "severity": "overdue", "where": None},
        {"section": "calendar", "code": "task-due", "count": due, "severity": "due", "where": None},
    ]
    assert [step["code"] for step in told["steps"]] == [
        "names", "hosts", "venue", "type", "session", "publish", "open", "guest", "badge",
    ]  # fmt: skip
    assert [step for step in told["steps"] if step["done"]] == []
    assert api.get(OVERVIEW, If_None_Match=answer.headers["ETag"]).status_code == 304


def test_a_token_that_only_reads_is_told_what_its_account_can_mend(api: Api) -> None:
    with transaction() as db:
        owner = find_account_by_email(db, "owner@example.org")
        assert owner
        by = {"actor": Actor(None, Via.COMMAND), "now": NOW}
        reading = create_token(db, owner, name="dashboard", scopes=[Scope.READ], **by)
    everything = api.get(OVERVIEW).json

    api.token = reading

    assert api.get(OVERVIEW).json == everything


def test_it_is_for_those_with_a_role_there(api: Api) -> None:
    assert api.get("/editions/theirs/overview").status_code == 404
    assert api.public().get(OVERVIEW).status_code == 401


def test_badges_out_of_date_are_listed(api: Api) -> None:
    assert api.get("/editions/mine/outdated-badges").json["items"] == []
