"""Public pages pass the checks for search engines that Lighthouse makes, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from lxml import html

from tests.access.asking import address
from tests.access.routes import PUBLIC, ROUTES
from tests.access.world import STRANGER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.access.world import World

LANGUAGES = ("en", "zh-Hans")
SITE = "http://127.0.0.1:8000"
# Pages for one person, one device or one version: found by nobody who searches for the forum.
NOT_INDEXED = (
    "GET /<slug>/agenda/picks",
    "GET /<slug>/agenda/screen",
    "GET /<slug>/agenda/screen/<code>",
    "GET /<slug>/agenda/v/<id:number>",
    "GET /<slug>/agenda/v/<id:number>/sessions/<code>",
    "GET /checkin/<slug>",
)
# A photo that only the device which scanned it sees, and the ways in for organizers, which robots.txt closes.
CLOSED = ("GET /checkin/<slug>/scans/", "GET /organizer/", "GET /api/")
# Lighthouse's list in English, and the same in Chinese.
VAGUE_LINKS = frozenset(
    {
        *("click here", "click this", "go", "here", "information", "learn more", "more", "more info"),
        *("more information", "right here", "read more", "see more", "start", "this"),
        *("点击这里", "点此", "这里", "更多", "更多信息", "了解更多", "查看更多", "阅读更多", "详情", "开始"),
    }
)
ROBOTS = frozenset({"user-agent", "disallow", "allow", "sitemap"})


def public_pages(world: World, language: str) -> Iterator[tuple[str, html.HtmlElement, str]]:
    """Each public page as a visitor sees it: its route, its content, and whether search engines are kept away."""
    for route in (route for route, access in ROUTES.items() if access == PUBLIC and route.startswith("GET /")):
        if route.startswith(CLOSED):
            continue
        path = address(world, route, world.jiangsu)
        answer = world.browser(STRANGER).get(f"{path}?lang={language}")
        if answer.mimetype != "text/html" or answer.status_code in (301, 302, 303):
            continue
        assert answer.status_code == 200, route
        page = html.fromstring(answer.text)
        robots = page.xpath("//meta[@name='robots']/@content")
        yield route, page, " ".join([*robots, answer.headers.get("X-Robots-Tag", "")]).strip()


def find_faults(page: html.HtmlElement, language: str) -> list[str]:
    """What Lighthouse would report of a page that search engines may show."""
    faults = [
        f"no {name}"
        for name, value in (
            ("title", page.xpath("string(//head/title)").strip()),
            ("description", page.xpath("string(//head/meta[@name='description']/@content)").strip()),
            ("viewport", "width=device-width" in page.xpath("string(//head/meta[@name='viewport']/@content)")),
        )
        if not value
    ]
    if page.get("lang") != language:
        faults.append(f"lang is {page.get('lang')}")
    canonical = page.xpath("//head/link[@rel='canonical']/@href")
    if len(canonical) != 1 or not canonical[0].startswith(f"{SITE}/"):
        faults.append(f"canonical: {canonical}")
    links = page.xpath("//head/link[@rel='alternate'][@hreflang]")
    alternates = {link.get("hreflang"): link.get("href") for link in links}
    if alternates.keys() != {*LANGUAGES, "x-default"} or not all(one.startswith(SITE) for one in alternates.values()):
        faults.append(f"hreflang: {alternates}")
    for link in page.xpath("//a"):
        target, text = link.get("href", ""), " ".join(link.text_content().split())
        if not target or urlsplit(target).scheme == "javascript":
            faults.append(f"cannot be followed: {text}")
        if text.casefold() in VAGUE_LINKS and link.get("rel") != "nofollow":
            faults.append(f"says nothing: {text}")
    faults += [f"no alt: {image.get('src')}" for image in page.xpath("//img[not(@alt)]")]
    return faults


@pytest.mark.one_database
@pytest.mark.parametrize("language", LANGUAGES)
def test_public_pages_have_no_faults_for_search_engines(world: World, language: str) -> None:
    faults: dict[str, list[str]] = {}
    hidden, count = [], 0
    for route, page, robots in public_pages(world, language):
        count += 1
        if "noindex" in robots:
            hidden.append(route)
        elif on_page := find_faults(page, language):
            faults[route] = on_page

    assert faults == {}
    assert sorted(hidden) == sorted(NOT_INDEXED)
    assert count > len(NOT_INDEXED) + 10


@pytest.mark.one_database
def test_robots_txt_is_valid_and_hides_no_page_that_may_be_indexed(world: World) -> None:
    lines = [line for line in world.browser(STRANGER).get("/robots.txt").text.splitlines() if line.strip()]
    rules = [tuple(part.strip() for part in line.split(":", 1)) for line in lines]

    assert [
        line for line, rule in zip(lines, rules, strict=True) if len(rule) != 2 or rule[0].lower() not in ROBOTS
    ] == []
    assert rules[0] == ("User-agent", "*")
    assert [urlsplit(value).scheme for name, value in rules if name == "Sitemap"] == ["http"]
    closed = [value for name, value in rules if name == "Disallow"]
    assert all(path.startswith("/") for path in closed)
    shown = [urlsplit(page.xpath("string(//link[@rel='canonical']/@href)")).path for _, page, _ in indexed(world)]
    assert [path for path in shown if path.startswith(tuple(closed))] == []


def indexed(world: World) -> Iterator[tuple[str, html.HtmlElement, str]]:
    return (one for one in public_pages(world, "en") if "noindex" not in one[2])


def test_each_fault_is_found() -> None:
    page = html.fromstring(
        "<html lang='de'><head><title> </title><meta name='viewport' content='width=320'>"
        "<link rel='canonical' href='/forum'><link rel='alternate' hreflang='en' href='/forum'></head>"
        "<body><a>Agenda</a><a href='javascript:go()'>Speakers</a><a href='/x'>Read  more</a><img src='x.png'></body>"
    )
    assert find_faults(page, "en") == [
        "no title",
        "no description",
        "no viewport",
        "lang is de",
        "canonical: ['/forum']",
        "hreflang: {'en': '/forum'}",
        "cannot be followed: Agenda",
        "cannot be followed: Speakers",
        "says nothing: Read more",
        "no alt: x.png",
    ]
