"""Papers are looked through beside whatever else is drawn, so that nobody at the desk waits for it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from forumapp import app as application
from forumapp.core.database.db import db
from forumapp.domain.printing.previews import pages
from tests.api.onsite.test_checkin import E, code_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask

    from tests.api.conftest import Api

CHECK = f"{E}/print-preflight?paper=badges"
MANY = 5  # more than a process has places of both kinds
LONG = 100.0  # seconds, for a process to begin on a busy machine


def begins(opened: Path) -> None:
    """In a process that draws: badges are not looked through before there is this file."""
    pages.badge_findings = partial(held_up, pages.badge_findings, opened)


def held_up(work: Callable[..., object], opened: Path, *arguments: object, **of: object) -> object:
    until(opened.exists)
    return work(*arguments, **of)


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture
def held(own_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file for which the processes of an application with limits wait before they look a paper through."""
    opened = tmp_path / "opened"
    monkeypatch.setattr(application, "PATIENCE", 0.5)
    application.settle(own_app, replace(own_app.extensions["forumapp.config"], print_seconds=600))
    shops = [own_app.extensions[f"forumapp.{name}"] for name in ("workshop", "lookers")]
    for one in shops:
        monkeypatch.setattr(one, "_begins", partial(begins, opened))
    yield opened
    for one in shops:
        one.close()


@pytest.mark.both_databases
@pytest.mark.timeout(300)
def test_a_badge_is_made_at_the_desk_while_many_papers_are_looked_through(committed: Api, held: Path) -> None:
    code_of(committed, "Liu")
    one = committed.get(f"{E}/registrations").json["items"][0]["id"]
    db.session.remove()
    with ThreadPoolExecutor(MANY + 1) as asking:
        try:
            looks = [asking.submit(committed.get, CHECK) for _ in range(MANY)]
            badge = asking.submit(committed.post, f"{E}/registrations/{one}/badges", {}).result(LONG)
            until(lambda: sum(look.done() for look in looks) == MANY - 1)
            # Whoever has found a place holds no connection while others draw for them.
            until(lambda: db.engine.pool.checkedout() == 0)
        finally:
            held.touch()
        answers = [look.result(LONG) for look in looks]

    assert (badge.status_code, badge.json["status"]) == (201, "done")
    told = sorted((answer.status_code, answer.json.get("code", "")) for answer in answers)
    assert told == [(200, ""), *[(503, "all-at-work")] * (MANY - 1)]
    assert committed.get(CHECK).json["count"] == 1
