"""What app.js does by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Response, render_template_string, request

from tests.browser.conftest import serving, visit

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]


def test_progress_is_asked_for_until_it_is_done_and_what_did_not_change_is_not_sent(
    browser: Browser, new_app: Flask
) -> None:
    answers: list[tuple[str | None, int]] = []
    states = ["1 of 2", "1 of 2", "2 of 2"]

    @new_app.get("/test/page")
    def page() -> str:
        return render_template_string(
            "{% extends 'base.html' %}{% block page %}<main id='main'>"
            "<div data-poll='/test/progress'>0 of 2</div></main>{% endblock %}"
        )

    @new_app.get("/test/progress")
    def progress() -> Response:
        state = states[min(len(answers), len(states) - 1)]
        more = "" if state == "2 of 2" else " data-poll='/test/progress'"
        response = Response(f"<div id='told'{more}>{state}</div>")
        response.set_etag(state.replace(" ", "-"))
        response.make_conditional(request)
        answers.append((request.headers.get("If-None-Match"), response.status_code))
        return response

    with serving(new_app) as site:
        context, seen = visit(browser, site, width=360, language="en-US")
        seen.go("/test/page")
        seen.page.wait_for_selector("#told:has-text('2 of 2')")
        seen.page.wait_for_timeout(2500)
        context.close()

    assert answers == [(None, 200), ('"1-of-2"', 304), ('"1-of-2"', 200)]
    assert (seen.complaints, seen.elsewhere) == ([], [])
