"""The agenda of a forum at which the clocks are set back: which zone holds when, and which of two equal times is meant."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from lxml import html

from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Moment, Span
from forumapp.domain.agenda.models import SessionKind
from forumapp.domain.agenda.sessions import services as agenda
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.forums.models import Edition
from tests.domain.registering import make_edition
from tests.web.conftest import BY, ZONE, publish

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

AGENDA = "/forum-2023/agenda"
SUMMER, WINTER = "Pacific Daylight Time (UTC−7)", "Pacific Standard Time (UTC−8)"
BOTH = f"{SUMMER}; from Sun 1 Nov 2026 01:00 {WINTER}"
EVENING = datetime(2026, 10, 31, 20)
TIMES = {  # first of November: the clocks show the hour from 01:00 twice
    "dinner": (Moment(EVENING, ZONE), Moment(datetime(2026, 11, 1, 1, 30), ZONE, 0)),
    "party": (Moment(EVENING, ZONE), Moment(datetime(2026, 11, 1, 1, 30), ZONE, 1)),
    "watch": (Moment(datetime(2026, 11, 1, 1, 15), ZONE, 0), Moment(datetime(2026, 11, 1, 1, 15), ZONE, 1)),
    "keynote": (Moment(datetime(2026, 11, 1, 10), ZONE), Moment(datetime(2026, 11, 1, 11), ZONE)),
}


@pytest.fixture
def autumn(app: Flask) -> int:
    with transaction() as db:
        edition_id = make_edition(db)
        days = {"starts_on": date(2026, 10, 31), "ends_on": date(2026, 11, 1)}
        update_edition(db, edition_id, days, version=db.get_one(Edition, edition_id).version, **BY)
        for code, ends in TIMES.items():
            values = {"code": code, "title": {"en": code.title()}, "kind": SessionKind.KEYNOTE}
            agenda.create_session(db, edition_id, values, Span(*ends), **BY)
        publish(db, edition_id)
    return edition_id


def words(client: FlaskClient, path: str, where: str) -> list[str]:
    page = html.fromstring(client.get(f"{AGENDA}{path}", query_string={"lang": "en"}).text)
    return [" ".join(one.text_content().split()) for one in page.xpath(where)]


def test_pages_name_the_zone_that_holds_and_tell_equal_times_apart(client: FlaskClient, autumn: int) -> None:
    line = "//p[span/@data-own-zone]"
    assert [one.partition("Your own")[0] for one in words(client, "", line)] == [f"All times: {BOTH}"]
    assert WINTER in words(client, "/sessions/keynote", "//dl")[0]
    assert SUMMER not in words(client, "/sessions/keynote", "//dl")[0]
    assert {code: words(client, f"/sessions/{code}", "//span[@class='session-span']")[0] for code in TIMES} == {
        "dinner": "20:00–01:30 UTC−7",
        "party": "20:00 UTC−7–01:30 UTC−8",
        "watch": "01:15 UTC−7–01:15 UTC−8",
        "keynote": "10:00–11:00",
    }
    day = html.fromstring(client.get(f"{AGENDA}?lang=en&day=2026-11-01").text).xpath(line)[0].text_content()
    assert BOTH in day  # of the short watch of that night


def test_the_change_is_told_in_chinese(client: FlaskClient, autumn: int) -> None:
    said = "北美太平洋夏令时间（UTC−7）；自2026年11月1日 周日 01:00起为北美太平洋标准时间（UTC−8）"
    assert [said in client.get(f"{path}?lang=zh-Hans").text for path in (AGENDA, f"{AGENDA}/sessions/watch")] == [
        True
    ] * 2
