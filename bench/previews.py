"""The first pages of every paper of the sample, as an organizer sees them who asks for its preview.

From the request to the second page's picture. Each paper is asked for in a process that has not drawn anything yet, as
if nobody had looked at papers in it before; its fonts are cut, as they are for as long as nobody writes another letter.
The first paper of all is chosen on its page, as people do, and its fonts are cut then.
"""

from __future__ import annotations

import contextvars
import os
import sys
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from lxml import html

from bench import places
from bench.marks import Mark, mark
from bench.publishing import EMAIL, PASSWORD, SIGN_IN, answered, sent
from forumapp.app import create_app
from forumapp.cli.demo.load import EDITION, load
from forumapp.core import clock
from forumapp.core.config import load_config
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.paths import ROOT
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.forums.queries import get_edition
from forumapp.domain.printing.jobs.services import PRINTABLE
from forumapp.domain.printing.letter_models import LetterKind
from forumapp.domain.printing.letters.queries import Selection
from forumapp.domain.printing.letters.services import issue_letters
from forumapp.domain.printing.list_papers.kinds import WORKING
from forumapp.domain.printing.models import Paper

if TYPE_CHECKING:
    from flask import Flask

WHOLE = "cccme"
MOST, CHOOSING = 2, 2  # seconds
LEFT_OUT = (Paper.PROGRAM_ERRATUM, Paper.ERRATA)  # of which the sample has none
BY: dict[str, Any] = {"actor": Actor(None, Via.COMMAND), "now": clock.now()}


def marks() -> list[Mark]:
    with places.database("sqlite") as environment:
        app = create_app(load_config({**os.environ, **environment}, ROOT))
        with app.app_context():
            _fill()
        browser = app.test_client()
        answered(browser, SIGN_IN, sent(browser, SIGN_IN, "password") | {"email": EMAIL, "password": PASSWORD})
        _got(browser, f"/organizer/{EDITION.slug}/paper")  # where it is chosen, and a process begins for it
        time.sleep(CHOOSING)
        begun = first_pages(browser, Paper.PROGRAM)
        took = {}
        for paper in PRINTABLE:
            if paper not in LEFT_OUT:
                first_pages(browser, paper)  # its fonts are cut now
                _forget(app)
                took[paper] = first_pages(browser, paper)
                print(f"  {paper.value:<18}{took[paper]:.2f} s", file=sys.stderr)
        app.extensions["forumapp.workshop"].close()
    slowest = max(took, key=lambda paper: took[paper])
    return [
        mark(f"first pages of {len(took)} papers, the slowest: {slowest.value}", took[slowest], "s", most=MOST),
        mark("first pages of the program, chosen on its page right after the start", begun, "s", most=MOST),
    ]


def _fill() -> None:
    with transaction() as db:
        load(db, owner_id=None, now=clock.now())
        edition = get_edition(db, EDITION.slug)
        account = create_account(db, email=EMAIL, name="Owner", password=PASSWORD, **BY)
        grant_role(db, account.id, edition.id, Role.OWNER, **BY)
    for kind in LetterKind:
        with transaction() as db:
            issue_letters(db, get_edition(reading(), EDITION.slug), Selection(kind), **BY)


def _forget(app: Flask) -> None:
    app.extensions["forumapp.workshop"].close()
    rack = app.extensions["forumapp.config"].data_dir / "previews"
    for one in rack.rglob("*.*"):
        one.unlink()


def first_pages(browser: Any, paper: Paper) -> float:
    """Seconds until the first two pages are there."""
    choices = {"paper": paper.value} | ({"delegation": WHOLE} if paper in WORKING else {})
    began = time.perf_counter()
    page = _got(browser, f"/organizer/{EDITION.slug}/paper/preview?{urlencode(choices)}")
    shown = html.fromstring(page.text).xpath("//ol[@class='sheets']//img/@src")
    if not shown:
        raise RuntimeError(f"{paper.value} has no pages")
    for address in shown[:2]:
        _got(browser, address)
    return time.perf_counter() - began


def _got(browser: Any, address: str) -> Any:
    answer = contextvars.Context().run(browser.get, address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return answer
