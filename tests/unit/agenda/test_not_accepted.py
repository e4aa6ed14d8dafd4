"""Sessions that a file calls rejected, draft or withdrawn are never public: no format reads them as tentative."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from forumapp.domain.agenda.formats.reader import read

if TYPE_CHECKING:
    from collections.abc import Callable

ZONE = "Asia/Shanghai"
AT = "2031-05-22T09:00:00+08:00"


def flat(word: str) -> dict[str, bytes]:
    talk = {"title": "Ports", "start": AT, "duration": 60, "status": word, "speakers": ["Ann Lee"]}
    return {"talks.json": json.dumps([talk]).encode()}


def frab_json(word: str) -> dict[str, bytes]:
    event = {"guid": "0a4f9ed9-34cf-4d0b-a8a7-3f7f0c2b8f11", "title": "Ports", "date": AT, "duration": "01:00"}
    days = [{"rooms": {"Hall": [{**event, "state": word}]}}]
    return {"x.json": json.dumps({"schedule": {"conference": {"title": "Forum", "days": days}}}).encode()}


def open_event(word: str) -> dict[str, bytes]:
    session = {"id": 1, "title": "Ports", "starts-at": AT, "ends-at": "2031-05-22T10:00:00+08:00", "state": word}
    event = {"name": "Forum", "timezone": ZONE}
    return {"event.json": json.dumps(event).encode(), "sessions.json": json.dumps([session]).encode()}


def table(word: str) -> dict[str, bytes]:
    return {"x.csv": f"Title,Start,Minutes,Status\nPorts,2031-05-22 09:00,60,{word}\n".encode()}


def calendar(word: str) -> dict[str, bytes]:
    lines = ("BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "UID:1", "SUMMARY:Ports", "DTSTART:20310522T010000Z",
             "DTEND:20310522T020000Z", f"STATUS:{word.upper()}", "END:VEVENT", "END:VCALENDAR", "")  # fmt: skip
    return {"x.ics": "\r\n".join(lines).encode()}


@pytest.mark.parametrize("word", ["draft", "rejected", "withdrawn"])
@pytest.mark.parametrize("file", [flat, frab_json, open_event, table, calendar])
def test_a_session_that_was_not_accepted_is_reported_and_not_public(
    file: Callable[[str], dict[str, bytes]], word: str
) -> None:
    (one,) = read(file(word), ZONE).sessions
    assert one.status == "cancelled"
    assert "not-accepted" in [finding.code for finding in one.findings]
