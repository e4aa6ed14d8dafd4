"""Every page is valid HTML by the Nu validator, in both languages."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pytest
from flask import template_rendered
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.core.paths import ROOT
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.forums.models import Edition, EditionStatus
from forumapp.web.frame import ERRORS, error_page
from tests.access.asking import address
from tests.access.outcomes import OUTCOMES
from tests.access.routes import PUBLIC, ROUTES
from tests.access.world import NOBODY, STRANGER, undone
from tests.web.organizer.house import BY

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from jinja2 import Template
    from werkzeug.test import TestResponse

    from tests.access.world import World

VNU = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
LANGUAGES = ("en", "zh-Hans")
TAG = re.compile(r"<[/a-z][^>]*>")
ATTRIBUTE_VALUE = re.compile(r'="([^"]*)"')
SECRET, DIGIT, LETTERS = re.compile(r"[\w-]{20,}"), re.compile(r"\d"), re.compile(r"[^\W\d_]+")
EXTENDS = re.compile(r'\{% extends (?:"([^"]+)"|\w+) %\}')
# Templates that extend another one and are no page by themselves, and why.
NO_PAGES = {"public/registration/framed.html": "the frame of public/registration/form.html in the form builder"}
FRONT = re.compile(r"^GET /organizer/(<edition>/?)?$")
REFUSED = {"version": "1"}  # and everything else is left empty


class Pages:
    """Files of pages for the validator, which starts once for all of them.

    Of callers other than the owner only pages are added that are of a new template, or in which three tags with the
    shapes of their attributes follow each other as in no page so far: they see much of the same.
    """

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.folder = world, folder
        self.count: Counter[str] = Counter()
        self.templates: set[str] = set()
        self._seen: set[tuple[str, str, str]] = set()
        self._rendered = ""

    def note_template(self, _app: Flask, template: Template, **_context: Any) -> None:
        self._rendered = template.name or ""

    def add(self, kind: str, name: str, answer: TestResponse | str, language: str) -> bool:
        """Whether it is a page that adds something."""
        text = answer if isinstance(answer, str) else answer.text if answer.mimetype == "text/html" else ""
        if not text.lstrip().lower().startswith("<!doctype"):
            return False
        tags = [ATTRIBUTE_VALUE.sub(shape_of, tag) for tag in TAG.findall(text)]
        parts = set(zip(tags, tags[1:], tags[2:], strict=False))
        if parts <= self._seen and self._rendered in self.templates and kind != Role.OWNER:
            return False
        self._seen |= parts
        self.templates.add(self._rendered)
        self.count[str(kind)] += 1
        name = re.sub(r"[^A-Za-z0-9]+", "-", name)
        (self.folder / f"{kind}{name}-{language}.html").write_text(text, encoding="utf-8")
        return True

    def ask(self, kind: str, caller: str, path: str, *, method: str = "GET") -> None:
        """In English, and in Chinese too where that adds something."""
        data = {**REFUSED, "csrf_token": self.world.callers[caller].csrf} if method == "POST" else None
        is_new = True
        for language in LANGUAGES:
            with undone() if method == "POST" else nullcontext():
                headers = {"Accept-Language": language}
                answer = self.world.browser(caller).open(path, method=method, data=data, headers=headers)
            is_new = is_new and self.add(kind, f"{method}{path[-80:]}", answer, language)
            if not is_new:
                break


def shape_of(value: re.Match[str]) -> str:
    """An attribute's value with its spaces and signs, but other letters and digits: `9:00 am` is `0:00 x`."""
    return f'="{LETTERS.sub("x", DIGIT.sub("0", SECRET.sub("x", value[1])))}"'


def list_page_templates() -> set[str]:
    """Templates of whole pages: they extend another one, or begin a document, and no other one extends them."""
    folder = ROOT / "templates"
    texts = {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in folder.rglob("*.html")}
    pages = {name for name, text in texts.items() if EXTENDS.search(text) or text.lstrip().startswith("<!doctype")}
    bases = {base for text in texts.values() for base in EXTENDS.findall(text)}
    return {name for name in pages - bases if not name.startswith(("print/", "mail/"))}


def list_routes(method: str) -> list[str]:
    return [route for route in ROUTES if route.startswith(f"{method} ") and "/api/" not in route]


def add_rows(pages: Pages, caller: str, routes: list[str]) -> None:
    for route in routes:
        pages.ask(caller, caller, address(pages.world, route, pages.world.jiangsu))


def add_empty(pages: Pages) -> None:
    """Pages of an edition without any rows."""
    with transaction() as session:
        other = session.scalars(select(Edition).filter_by(slug="other")).one()
        other.status = EditionStatus.OPEN
        grant_role(session, pages.world.callers[Role.OWNER].account_id or 0, other.id, Role.OWNER, **BY)
    for rule in (route.removeprefix("GET ") for route in list_routes("GET")):
        path = rule.replace("<edition>", "other").replace("<slug>", "other")
        if path != rule and "<" not in path:
            pages.ask("empty", Role.OWNER, path)


def add_refused(pages: Pages) -> None:
    """Forms in which nothing is filled in."""
    shown = {route.removeprefix("GET ") for route in list_routes("GET")}
    for route in list_routes("POST"):
        if route.removeprefix("POST ") in shown:
            pages.ask("refused", Role.OWNER, address(pages.world, route, pages.world.jiangsu), method="POST")


def add_outcomes(pages: Pages) -> None:
    """What is shown after a valid form, or depends on how a record stands."""
    for template, (caller, show) in OUTCOMES.items():
        for language in LANGUAGES:
            browser = pages.world.browser(caller)
            browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
            with undone():
                pages.add("outcome", template, show(pages.world, browser), language)


def add_errors(pages: Pages) -> None:
    for status in ERRORS:
        for language in LANGUAGES:
            with pages.world.app.test_request_context("/", headers={"Accept-Language": language}):
                pages.add("error", str(status), error_page(status), language)


def validate(folder: Path) -> None:
    assert VNU.exists(), "vnu-jar is not installed: make test installs it"
    command = ["java", "-Xss4m", "-jar", str(VNU), "--errors-only", "--format", "json", "--exit-zero-always"]
    result = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=True)

    messages = json.loads(result.stderr)["messages"]
    assert [
        f"{message['url'].rsplit('/', 1)[-1]}:{message['lastLine']}: {message['message']} {message.get('extract', '')!r}"
        for message in messages
    ] == []


@pytest.mark.one_database
def test_every_page_is_valid_in_both_languages(world: World, tmp_path: Path) -> None:
    """With rows and without, with refused forms, for those who have no role, and pages of errors."""
    pages, routes = Pages(world, tmp_path), list_routes("GET")
    with template_rendered.connected_to(pages.note_template, world.app):
        add_rows(pages, Role.OWNER, routes)
        for caller in (NOBODY, STRANGER):
            add_rows(pages, caller, [route for route in routes if ROUTES[route] == PUBLIC or FRONT.search(route)])
        for add in (add_empty, add_refused, add_outcomes, add_errors):
            add(pages)

    validate(tmp_path)
    assert sorted(list_page_templates() - pages.templates) == sorted(NO_PAGES)
    assert pages.count["owner"] > 400
    assert min(pages.count[kind] for kind in ("stranger", "empty", "refused", "outcome")) > 0


@pytest.mark.long
@pytest.mark.one_database
@pytest.mark.parametrize("role", [Role.DELEGATION_LIAISON, Role.REGISTRATION_DESK])
def test_what_other_roles_see_is_valid(world: World, tmp_path: Path, role: Role) -> None:
    pages = Pages(world, tmp_path)
    add_rows(pages, role, list_routes("GET"))

    validate(tmp_path)
    assert pages.count[role] > 50
