"""What reorder.js does: dragging, arrow keys and buttons put rows in order, and the form sends them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from flask import render_template_string

from forumapp.core.values.ordering import Order
from forumapp.web.forms.ordering import Arrangement, order_refused, place_on_page
from tests.browser.conftest import AXE, serving, visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]
NAMES = {1: "Alpha", 2: "Beta", 3: "Gamma", 4: "Delta"}
PAGE = """
{% extends 'base.html' %}{% import 'macros/ordering.html' as ordering with context %}
{% block title %}Order{% endblock %}
{% block styles %}{{ super() }}<link rel="stylesheet" href="{{ asset('organizer.css') }}">{% endblock %}
{% block scripts %}<script src="{{ asset('reorder.js') }}" defer></script>{% endblock %}
{% block page %}<main id='main'><h1>Order</h1>
{{ ordering.order("o", "/test/order", arrangement, theirs) }}
<ol class="order-list" data-order-list="o">
{% for row in rows %}<li id="row-{{ row.id }}">{{ ordering.handle("o", row.id, row.name, loop.first, loop.last) }}
<span class="name">{{ row.name }}</span></li>{% endfor %}
</ol></main>{% endblock %}
"""


class Board:
    """A list as the server holds it."""

    def __init__(self) -> None:
        self.ids = [1, 2, 3, 4]

    def page(self, arrangement: Arrangement | None = None) -> str:
        rows = [SimpleNamespace(id=one, name=NAMES[one]) for one in self.ids]
        arrangement = arrangement or Arrangement.of(rows)
        theirs = [row.name for row in arrangement.sorted_as_theirs(rows)]
        return render_template_string(PAGE, arrangement=arrangement, rows=arrangement.sorted(rows), theirs=theirs)

    def order(self) -> tuple[str, int, dict[str, str]]:
        def change(_db: object, ids: list[int], version: int) -> None:
            self.ids = list(Order(tuple(self.ids)).changed_to(ids, version).ids)

        refused = order_refused(change, lambda: Order(tuple(self.ids)))
        if refused:
            return self.page(refused), 412, {}
        anchor = place_on_page()
        return "", 303, {"Location": f"/test/page{'#' + anchor if anchor else ''}"}


@pytest.fixture
def board(new_app: Flask) -> Iterator[tuple[str, Board]]:
    held = Board()
    new_app.get("/test/page")(held.page)
    new_app.post("/test/order")(held.order)

    with serving(new_app) as site:
        yield site, held


@pytest.mark.parametrize("width", [360, 1280])
def test_keys_buttons_and_dragging(browser: Browser, board: tuple[str, Board], width: int) -> None:
    site, held = board
    context, seen = visit(browser, site, width=width, language="en-US")
    page = seen.page
    seen.go("/test/page")

    def names() -> list[str]:
        return page.locator(".order-list .name").all_inner_texts()

    handle = page.get_by_role("button", name="Move Alpha", exact=True)
    handle.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert names() == ["Beta", "Gamma", "Alpha", "Delta"]
    assert page.get_by_role("status").inner_text() == "Alpha is now 3 of 4."
    assert handle.evaluate("one => one === document.activeElement")
    page.keyboard.press("End")
    page.keyboard.press("ArrowDown")
    assert names() == ["Beta", "Gamma", "Delta", "Alpha"]
    page.get_by_role("button", name="Move Delta up").click()
    assert names() == ["Beta", "Delta", "Gamma", "Alpha"]

    # From where it is held to over the first row, and let go there; let go by Escape it stays.
    grip = page.get_by_role("button", name="Move Alpha", exact=True)
    for escape in (True, False):
        grip.hover()
        page.mouse.down()
        top = page.locator(".order-list li").first.bounding_box()
        assert top
        page.mouse.move(top["x"] + 10, top["y"] + 2, steps=5)
        assert page.locator(".is-after-drop").count() == 1
        if escape:
            page.keyboard.press("Escape")
        page.mouse.up()
    assert names() == ["Alpha", "Beta", "Delta", "Gamma"]
    assert page.get_by_role("button", name="Move Alpha up").is_disabled()
    assert seen.faults() == []

    page.get_by_role("button", name="Back to the saved order").click()
    assert names() == ["Alpha", "Beta", "Gamma", "Delta"]
    assert not page.get_by_role("button", name="Save the order").is_visible()
    page.get_by_role("button", name="Move Delta", exact=True).press("Home")
    page.get_by_role("button", name="Save the order").click()
    page.wait_for_url("**/test/page")
    assert held.ids == [4, 1, 2, 3]
    assert names() == ["Delta", "Alpha", "Beta", "Gamma"]
    context.close()


def test_a_finger_drags_too(browser: Browser, board: tuple[str, Board]) -> None:
    site, held = board
    context = browser.new_context(viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{site}/test/page")
    grip = page.get_by_role("button", name="Move Delta", exact=True).bounding_box()
    top = page.locator(".order-list li").first.bounding_box()
    assert grip
    assert top
    finger = context.new_cdp_session(page)
    x = grip["x"] + grip["width"] / 2

    def touch(kind: str, y: float | None) -> None:
        points = [] if y is None else [{"x": x, "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", grip["y"] + 10)
    for step in range(1, 6):
        touch("touchMove", grip["y"] + 10 + (top["y"] + 2 - grip["y"] - 10) * step / 5)
    touch("touchEnd", None)
    page.get_by_role("button", name="Save the order").click()
    page.wait_for_url("**/test/page")
    assert held.ids == [4, 1, 2, 3]
    context.close()


def test_without_scripts_each_button_moves_one_step(browser: Browser, board: tuple[str, Board]) -> None:
    site, held = board
    context, seen = visit(browser, site, width=360, language="en-US", scripts=False)
    seen.go("/test/page")
    seen.page.get_by_role("button", name="Move Gamma up").click()
    assert held.ids == [1, 3, 2, 4]
    assert seen.page.url.endswith("/test/page#row-3")
    assert not seen.page.get_by_role("button", name="Save the order").is_visible()
    context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_who_was_slower_sees_both_orders_and_may_save_theirs(
    browser: Browser, board: tuple[str, Board], scripts: bool
) -> None:
    site, held = board
    context, seen = visit(browser, site, width=1280, language="en-US", scripts=scripts)
    page = seen.page
    seen.go("/test/page")
    held.ids = [4, 3, 2, 1]
    page.get_by_role("button", name="Move Beta up").click()
    if scripts:
        page.get_by_role("button", name="Save the order").click()
    told = page.get_by_role("alert")
    told.wait_for()
    assert told.locator("li").all_inner_texts() == ["Delta", "Gamma", "Beta", "Alpha"]
    assert page.locator(".order-list .name").all_inner_texts() == ["Beta", "Alpha", "Gamma", "Delta"]
    assert held.ids == [4, 3, 2, 1]
    page.get_by_role("button", name="Save mine over it").click()
    page.wait_for_url("**/test/page")
    assert held.ids == [2, 1, 3, 4]
    context.close()
