"""The fifth edition of a forum from its fourth, from an empty database and through the interface alone."""

from __future__ import annotations

import contextvars
import subprocess
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from pikepdf import Pdf

from forumapp.cli.first_run import make_owner
from tests.worker.processes import Workers, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from werkzeug.test import TestResponse

API = "/api/v1"
YEARS = (2016, 2017, 2018, 2019)
NAME = {"en": "2023 China-California Business Forum", "zh-Hans": "2023年中国-加州经贸论坛"}
HOSTS = (
    ("host", "Consulate General in Los Angeles", "中国驻洛杉矶总领事馆"),
    ("host", "Bay Area Council", "湾区委员会"),
    ("host", "CCCME", "中国机电产品进出口商会"),
    ("guest-of-honor", "Jiangsu", "江苏省"),
)


class Caller:
    """Calls the interface as a program does, with the token that the first run has printed."""

    def __init__(self, app: Flask, token: str) -> None:
        self._app, self._token = app, token

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        sent = {"Authorization": f"Bearer {self._token}"} | {key.replace("_", "-"): one for key, one in headers.items()}
        address = path if path.startswith(API) else f"{API}{path}"
        ask = self._app.test_client().open
        # In a context of its own, as on a server: nothing is read twice from what another request has begun.
        return contextvars.Context().run(ask, address, method=method, json=body, headers=sent)

    def make(self, path: str, body: Any) -> Any:
        answer = self("POST", path, body)
        assert answer.status_code == 201, (path, answer.json)
        return answer.json

    def change(self, path: str, body: Any) -> Any:
        answer = self("PATCH", path, body, If_Match=self("GET", path).headers["ETag"])
        assert answer.status_code == 200, answer.json
        return answer.json


@pytest.fixture
def call(own_app: Flask, tmp_path: Path) -> Caller:
    note = tmp_path / "sign-in.txt"
    make_owner(note)
    return Caller(own_app, note.read_text(encoding="utf-8").split()[-1])


@pytest.fixture
def worker(own_app: Flask, own_database: str, tmp_path: Path) -> Iterator[Workers]:
    started = Workers(own_app, own_database, tmp_path)
    yield started
    started.end_all()


def earlier_editions(call: Caller) -> None:
    series = call.make("/series", {"code": "ccbf", "name": {"en": "China-California Business Forum"}})
    for ordinal, year in enumerate(YEARS, start=1):
        values = {
            "slug": f"ccbf-{year}",
            "series_id": series["id"],
            "ordinal": ordinal,
            "year": year,
            "name": {"en": f"{year} Forum", "zh-Hans": f"{year}年论坛"},
            "place": {"en": "Los Angeles", "zh-Hans": "洛杉矶"},
            "starts_on": f"{year}-05-22",
            "ends_on": f"{year}-05-22",
            "zone": "America/Los_Angeles",
            "languages": ["en", "zh-Hans"],
        }
        call.make("/editions", values)
    last = f"/editions/ccbf-{YEARS[-1]}"
    both = {"en": "Biltmore", "zh-Hans": "比尔特莫尔酒店"}
    venue = call.make(f"{last}/venues", {"code": "biltmore", "name": both, "zone": "America/Los_Angeles"})
    call.make(f"{last}/rooms", {"code": "gold", "venue_id": venue["id"], "name": {"en": "Gold", "zh-Hans": "金厅"}})
    call.make(
        f"{last}/registration-types", {"code": "guest", "name": {"en": "Guest", "zh-Hans": "嘉宾"}, "is_open": True}
    )
    guest = {"type": "guest", "latin_family": "Liu", "latin_given": "Chun", "native_full": "刘春", "consent": True}
    call.make(f"{last}/registrations", {**guest, "email": "liu@example.org", "language": "en"})


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.timeout(240)
def test_the_fifth_edition_from_the_fourth_to_a_printed_badge(call: Caller, worker: Workers, own_app: Flask) -> None:
    earlier_editions(call)
    fifth = {"ordinal": 5, "starts_on": "2023-05-22", "name": NAME, "without": ["hosts"]}
    edition = call.make(f"/editions/ccbf-{YEARS[-1]}/clones", fifth)
    assert (edition["slug"], edition["ordinal"], edition["status"]) == ("ccbf-2023", 5, "draft")
    twin = call("POST", f"/editions/ccbf-{YEARS[-1]}/clones", {**fifth, "slug": "ccbf-again"})
    assert (twin.status_code, twin.json["errors"]) == (409, {"ordinal": ["taken"]})

    base = "/editions/ccbf-2023"
    for kind, count in (("rooms", 1), ("registration-types", 1), ("registrations", 0), ("delegations", 0)):
        assert call("GET", f"{base}/{kind}").json["total"] == count, kind
    for role, english, chinese in HOSTS:
        office = call.make("/organizations", {"legal": {"en": english, "zh-Hans": chinese}})
        call.make(f"{base}/hosts", {"organization_id": office["id"], "role": role})
    room = call("GET", f"{base}/rooms").json["items"][0]
    opening = {"start": {"wall": "2023-05-22T09:00:00", "zone": "America/Los_Angeles"}}
    opening |= {"end": {"wall": "2023-05-22T10:00:00", "zone": "America/Los_Angeles"}}
    titled = {"code": "opening", "title": {"en": "Opening", "zh-Hans": "开幕式"}, "kind": "opening"}
    call.make(f"{base}/sessions", {**titled, **opening, "room_id": room["id"]})
    call.make(f"{base}/agenda-versions", {})
    call.change(f"{base}/registration-types/guest", {"is_open": True})
    call.change(base, {"status": "open"})
    site = own_app.test_client()
    for language, shown in (("en", "5th"), ("zh-Hans", "第五届")):
        home = site.get(f"/ccbf-2023?lang={language}").text
        assert shown in home
        assert NAME[language] in home
        named = [one[1 if language == "en" else 2] for one in HOSTS]
        assert sorted(named, key=home.index) == named
    assert "Opening" in site.get("/ccbf-2023/agenda?lang=en").text

    guest = {"type": "guest", "latin_family": "Fang", "latin_given": "Wei", "native_full": "方伟", "consent": True}
    call.make(f"{base}/registrations", {**guest, "email": "fang@example.org", "language": "zh-Hans"})
    jobs = {paper: call.make(f"{base}/print-jobs", {"paper": paper})["id"] for paper in ("badges", "program")}
    worker.start("one")
    files = {paper: printed(call, f"{base}/print-jobs/{job}") for paper, job in jobs.items()}
    assert len(Pdf.open(BytesIO(files["badges"])).pages) == 1
    cover = first_page(files["program"])
    assert "5th / 第五届" in cover
    for column in (1, 2):
        named = [host[column] for host in HOSTS]
        assert sorted(named, key=cover.index) == named


def printed(call: Caller, at: str) -> bytes:
    wait_for(lambda: call("GET", at).json["status"] not in ("queued", "running"), "it is not printed")
    assert call("GET", at).json["status"] == "done", call("GET", at).json
    return call("GET", f"{at}/file").data


def first_page(pdf: bytes) -> str:
    words = ["pdftotext", "-l", "1", "-", "-"]
    return subprocess.run(words, input=pdf, capture_output=True, check=True).stdout.decode()
