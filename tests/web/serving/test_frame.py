"""The frame of all pages: language, headers, error pages, files."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

import pytest
from flask import Blueprint, abort

from forumapp.web.frame import ERRORS, POLICY

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

LANGUAGE_OF = {'<html lang="en">': "en", '<html lang="zh-Hans">': "zh-Hans"}


def language_of(text: str) -> str:
    return next(language for mark, language in LANGUAGE_OF.items() if mark in text)


@pytest.mark.parametrize(
    ("asked", "cookie", "accepts", "shown"),
    [
        (None, None, None, "en"),
        (None, None, "zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        (None, None, "zh-TW", "zh-Hans"),
        (None, None, "en-US,zh;q=0.5", "en"),
        (None, None, "zh;q=0.2,en;q=0.9", "en"),
        (None, None, "de,fr;q=0.5", "en"),
        (None, None, "de,zh;q=0.5", "zh-Hans"),
        (None, "zh-Hans", "en", "zh-Hans"),
        (None, "xx", "zh-CN", "zh-Hans"),
        ("en", "zh-Hans", "zh-CN", "en"),
        ("zh-Hans", "en", "en", "zh-Hans"),
        ("xx", "zh-Hans", "en", "zh-Hans"),
        ("zh", None, "en", "zh-Hans"),
        ("zh-CN", "en", "en", "zh-Hans"),
        ("en-US", "zh-Hans", "zh", "en"),
    ],
)
def test_language_comes_from_the_address_then_the_cookie_then_the_browser(
    client: FlaskClient, asked: str | None, cookie: str | None, accepts: str | None, shown: str
) -> None:
    if cookie:
        client.set_cookie("lang", cookie)
    headers = {"Accept-Language": accepts} if accepts else {}

    answer = client.get("/", query_string={"lang": asked} if asked else {}, headers=headers)

    assert language_of(answer.text) == shown


@pytest.mark.parametrize("tag", ["zh-Hans", "zh-CN"])
def test_a_chosen_language_is_remembered_for_the_next_page(client: FlaskClient, tag: str) -> None:
    client.get("/", query_string={"lang": tag})

    assert language_of(client.get("/").text) == "zh-Hans"


def test_the_switch_keeps_the_rest_of_the_address(client: FlaskClient) -> None:
    assert 'href="/?page=2&amp;lang=zh-Hans"' in client.get("/?page=2&lang=en").text


@pytest.mark.parametrize("address", ["/", "/nowhere", "/static/app.css", "/static/theme/1f4e79.css"])
def test_every_answer_carries_the_strict_policy(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers

    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers  # the test's address is no https://


def test_pages_are_kept_apart_by_language(client: FlaskClient) -> None:
    assert {"Accept-Language", "Cookie"} <= set(client.get("/").vary)


@pytest.fixture
def failing(new_app: Flask) -> FlaskClient:
    """An application with a page for each error."""
    pages = Blueprint("failing", __name__)

    @pages.get("/fail/<int:status>")
    def fail(status: int) -> str:
        if status == 500:
            raise RuntimeError("a fault")
        abort(status)

    new_app.register_blueprint(pages)
    new_app.config["PROPAGATE_EXCEPTIONS"] = False
    return new_app.test_client()


def test_each_error_has_a_page_in_both_languages(failing: FlaskClient) -> None:
    for status in ERRORS:
        for language in ("en", "zh-Hans"):
            answer = failing.get(f"/fail/{status}", query_string={"lang": language})
            assert (answer.status_code, answer.mimetype, language_of(answer.text)) == (status, "text/html", language)
            assert f'<p class="error-status">{status}</p>' in answer.text


def test_a_wrong_method_is_told_which_ones_are_right(client: FlaskClient) -> None:
    answer = client.put("/")

    assert (answer.status_code, sorted(answer.headers["Allow"].split(", "))) == (405, ["GET", "HEAD", "OPTIONS"])


def test_a_form_without_its_token_is_refused(client: FlaskClient) -> None:
    assert client.post("/organizer/sign-in").status_code == 400


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/static/%00", 404),
        ("GET", "/forum%00", 404),
        ("GET", "/forum/register/a%00", 404),
        ("GET", "/?page=%00", 400),
        ("GET", "/organizer/sign-in?next=%00", 400),
        ("GET", f"/?search={'a' * 5000}", 414),
    ],
)
def test_what_no_database_takes_is_answered_by_a_page(
    client: FlaskClient, method: str, address: str, status: int
) -> None:
    answer = client.open(address, method=method)

    assert (answer.status_code, f'<p class="error-status">{status}</p>' in answer.text) == (status, True)


@pytest.mark.parametrize(
    ("address", "status", "location"),
    [
        ("/forum-2023/", 308, "/forum-2023"),
        ("/forum-2023/agenda/?lang=en&a=%C3%A9", 308, "/forum-2023/agenda?lang=en&a=%C3%A9"),
        ("/%E8%AE%BA%E5%9D%9B/", 308, "/%E8%AE%BA%E5%9D%9B"),
        ("/a/b/c/d/", 404, None),
        ("/api/v1/editions/", 404, None),
    ],
)
def test_a_slash_too_many_leads_to_the_page(
    client: FlaskClient, address: str, status: int, location: str | None
) -> None:
    answer = client.get(address)

    assert (answer.status_code, answer.location) == (status, location)


def test_a_file_named_with_its_hash_is_kept_for_a_year_and_sent_compressed(client: FlaskClient) -> None:
    page = client.get("/").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0].replace("&amp;", "&")

    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})

    assert address.startswith("/static/app.css?v=")
    assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data


@pytest.mark.parametrize("address", ["/static/app.css", "/static/app.css?v=000000000000"])
def test_a_file_without_its_hash_is_asked_for_anew(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})

    assert answer.headers["Cache-Control"] == "no-cache"
    assert again.status_code == 304


@pytest.mark.parametrize("address", ["/static/none.css", "/static/../wsgi.py", "/static/theme/red.css"])
def test_other_files_are_not_there(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_form_with_what_no_database_takes_is_shown_again(own_app: Flask, client: FlaskClient) -> None:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/organizer/forgot-password").text)
    assert token
    sent = {"csrf_token": token.group(1), "email": "a\x00@example.com"}

    answer = client.post("/organizer/forgot-password", data=sent)

    assert answer.status_code < 500
    assert "error-status" not in answer.text


def test_where_only_forms_are_sent_a_visit_is_led_to_the_page_above(app: Flask, client: FlaskClient) -> None:
    """Of every such address there is, so that none is forgotten when it is added."""
    adapter = app.url_map.bind("localhost")
    led = {}
    for rule in app.url_map.iter_rules():
        if (
            rule.rule.startswith("/api/")
            or rule.methods is None
            or not {"POST"} <= rule.methods
            or "GET" in rule.methods
        ):
            continue
        path = adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, 1), method="POST")
        answer = client.get(path)
        led[path] = answer.location
        assert answer.status_code != 405, path
        if answer.status_code == 303:
            assert path.startswith(answer.location.rstrip("/")), path
    assert len(led) > 60
    assert client.get("/organizer/forum-2023/hosts/order").location == "/organizer/forum-2023/hosts"
    assert client.get("/organizer/account/two-factor/confirm").location == "/organizer/account/two-factor"
    assert client.get("/nowhere/at/all").status_code == 404
