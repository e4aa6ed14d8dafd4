"""What a paper would need mended is found within limits, whoever asks: on the page, through the interface and at the
console. What is more than these allow is told, stops the print, and hinders nobody who comes next.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from lxml import html

from forumapp.app import settle
from forumapp.cli.printing import check
from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.tokens.services import create_token
from forumapp.domain.printing.previews import pages
from tests.web.organizer.house import BY, HOME, add_registration, set_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.web.organizer.house import Browser, House

SECONDS, MEGABYTES = 1, 500
PAGE, CHECK = f"{HOME}/paper/check?paper=badges", "/api/v1/editions/forum/print-preflight?paper=badges"


def endless(*_arguments: object, **_of: object) -> None:
    while True:
        pass


def greedy(*_arguments: object, **_of: object) -> None:
    held = []
    while True:
        held.append(bytearray(2_000_000))


def begins_endless() -> None:
    pages.badge_findings = endless


def begins_greedy() -> None:
    pages.badge_findings = greedy


def told(house: House, owner: Browser, token: str) -> tuple[str, list[tuple[str, bool]], str]:
    """What blocks, as the page heads it, as the interface names it, and as the console says it."""
    page = html.fromstring(owner.get(PAGE).text)
    heads = " ".join(" ".join(one.text_content().split()) for one in page.xpath("//details/summary"))
    answer = house.browser().get(CHECK, headers={"Authorization": f"Bearer {token}"}).json
    codes = [(one["code"], one["blocking"]) for one in answer["findings"] if one["code"].startswith("drawing")]
    said = CliRunner().invoke(check, ["forum"], obj=house.app.extensions["forumapp.config"])
    lines = [line for line in said.stdout.splitlines() if "to draw" in line]
    assert all(line.startswith("BLOCKS ") for line in lines)
    assert said.exit_code == (1 if "BLOCKS " in said.stdout else 0)
    return heads, codes, " ".join(lines)


@pytest.mark.one_database
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("begins", "code", "words"),
    [(begins_endless, "drawing-too-long", "longer"), (begins_greedy, "drawing-too-large", "more memory")],
)
def test_what_breaks_the_limits_is_told_on_page_interface_and_console(
    own_app: Flask, monkeypatch: pytest.MonkeyPatch, begins: Callable[[], None], code: str, words: str
) -> None:
    settle(
        own_app,
        replace(own_app.extensions["forumapp.config"], print_seconds=SECONDS * 10, print_megabytes=MEGABYTES),
    )
    with transaction() as session:
        house = set_up(session, own_app)
        token = create_token(session, session.get_one(Account, house.owner_id), name="tests", **BY)
    add_registration(house, "Anna")
    owner = house.browser()
    owner.sign_in("owner@forum.example")
    db.session.remove()
    lookers = own_app.extensions["forumapp.lookers"]
    try:
        with monkeypatch.context() as patch:
            patch.setattr(lookers, "_begins", begins)
            heads, codes, said = told(house, owner, token)
        assert ("Blocks" in heads, "to draw" in heads) == (True, True)
        assert codes == [(code, True)]
        assert f"takes {words} to draw than is allowed" in said
        assert told(house, owner, token)[1:] == ([], "")  # by another process
    finally:
        lookers.close()
