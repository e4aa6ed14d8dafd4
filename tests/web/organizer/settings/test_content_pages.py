"""Writing pages in the browser, and what the site shows of them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.forums.models import ContentPage
from forumapp.domain.forums.pages.services import create_page, update_page
from tests.pictures import photo
from tests.web.organizer.house import BY, HOME, browser_as, queries, row, rows

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

PAGES = f"{HOME}/pages"
LETTER = {
    "kind": "welcome",
    "title.en": "Welcome",
    "title.zh-Hans": "欢迎辞",
    "body.en": "Dear guests,\n\n**welcome**.",
    "body.zh-Hans": "尊敬的各位来宾：\n\n**欢迎！**请入座。",
    "on_site": "1",
    "in_program": "1",
}


def letter(**changes: Any) -> dict[str, Any]:
    return {**LETTER, **changes}


def write(house: House, title: str, **values: Any) -> ContentPage:
    given = {"kind": "practical", "title": {"en": title}, "body": {"en": "Words"}, "on_site": True, **values}
    with transaction() as session:
        return create_page(session, house.edition_id, given, **BY)


def opened(house: House) -> None:
    with transaction() as session:
        update_edition(session, house.edition_id, {"status": "open"}, version=1, **BY)


def test_a_letter_is_written_and_read_on_the_site(house: House, owner: Browser) -> None:
    signs = {"signatory_id": str(house.person_id), "signatory_id.text": "Liu Chun 刘春"}
    answer = owner.send(f"{PAGES}/new", letter(code="", **signs))
    opened(house)

    assert answer.location == PAGES
    page = html.fromstring(owner.get("/forum/pages/welcome?lang=zh-Hans").text)
    article = page.find_class("written")[0]
    assert article.find(".//h1").text == "欢迎辞"
    assert [one.text_content() for one in article.find_class("prose")[0]] == ["尊敬的各位来宾：", "欢迎！请入座。"]
    assert article.find(".//strong").text == "欢迎！"
    signature = article.find_class("signature")[0].text_content()
    assert "刘春" in signature
    assert "Director" in signature
    nav = [one.get("href") for one in page.xpath("//nav[@aria-label]//a[@aria-current='page']")]
    assert nav == ["/forum/pages/welcome"]


def test_what_is_missing_in_a_language_is_shown_in_the_other_and_said(house: House, owner: Browser) -> None:
    write(house, "Taxis")
    opened(house)

    page = html.fromstring(owner.get("/forum/pages/taxis?lang=zh-Hans").text)

    assert page.find_class("alert")[0].text_content() == "本页暂无中文版，以下为英文内容。"
    assert [(one.get("lang"), one.text_content()) for one in page.find_class("prose")] == [("en", "Words")]
    listed = html.fromstring(owner.get(f"{PAGES}?lang=en").text)
    assert [one.text for one in listed.find_class("badge-warn")] == ["Chinese missing"]


@pytest.mark.parametrize(("values", "status"), [({"on_site": True}, 200), ({"on_site": False}, 404)])
def test_only_what_is_for_the_site_is_there(house: House, owner: Browser, values: dict[str, bool], status: int) -> None:
    write(house, "Taxis", **values)
    assert owner.get("/forum/pages/taxis").status_code == 404  # a draft is not public
    opened(house)

    assert owner.get("/forum/pages/taxis").status_code == status
    shown = ['href="/forum/pages/taxis"' in owner.get(page).text for page in ("/forum", "/forum/agenda")]
    assert shown == [status == 200] * 2


def test_pages_that_are_kept_lead_to_a_new_page_at_once(house: House, owner: Browser) -> None:
    opened(house)
    before = owner.get("/forum/agenda").text
    write(house, "Taxis")

    assert ["Taxis" in text for text in (before, owner.get("/forum/agenda").text)] == [False, True]


def test_no_markup_of_an_organizer_reaches_the_page(house: House, owner: Browser) -> None:
    bad = "<script>alert(1)</script> [x](javascript:alert(1)) ![p](https://evil.example/p.png)"
    owner.send(f"{PAGES}/new", letter(code="bad", **{"body.en": bad, "title.en": "<i>Title</i>"}))
    opened(house)

    page = html.fromstring(owner.get("/forum/pages/bad?lang=en").text)

    article = page.find_class("written")[0]
    assert [one.tag for one in article.iter("script", "img", "i")] == []
    assert [one.get("href") for one in article.iter("a")] == ["https://evil.example/p.png"]
    assert article.find(".//h1").text_content() == "<i>Title</i>"


def test_the_preview_reads_as_the_page_will(house: House, owner: Browser) -> None:
    write(house, "Taxis")
    sent = {"body.en": "# Hi\n<b>x</b>", "body.zh-Hans": "**好：**的"}

    english, chinese = (
        owner.send(f"{PAGES}/taxis", sent, to=f"{PAGES}/preview?of={code}").text for code in ("en", "zh-Hans")
    )

    assert "<h3>Hi</h3><p>&lt;b&gt;x&lt;/b&gt;</p>" in english
    assert "<p><strong>好：</strong>的</p>" in chinese
    assert 'lang="zh-Hans"' in chinese
    assert "<html" not in english


def test_whoever_was_slower_sees_both_texts(house: House, owner: Browser) -> None:
    page = write(house, "Taxis")
    with transaction() as session:
        update_page(session, house.edition_id, page.id, {"body": {"en": "Others were faster"}}, version=1, **BY)

    answer = owner.send(f"{PAGES}/taxis", letter(version="1"))

    assert answer.status_code == 412
    assert [text in answer.text for text in ("Others were faster", "尊敬的各位来宾")] == [True, True]
    assert row(ContentPage, page.id).body == {"en": "Others were faster"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title.en": "", "title.zh-Hans": ""}, "This is needed."),
        ({"kind": "poem"}, "Choose one of the list."),
        ({"code": "new"}, "This word means another page."),
        ({"body.en": "x" * 20_001}, "This is too long."),
    ],
)
def test_a_page_that_is_refused_keeps_what_was_typed(owner: Browser, changes: dict[str, str], words: str) -> None:
    answer = owner.send(f"{PAGES}/new", letter(**changes))

    assert answer.status_code == 422
    assert words in answer.text
    assert "尊敬的各位来宾" in answer.text


def test_pages_are_put_in_order_and_removed_with_a_way_back(house: House, owner: Browser) -> None:
    for title in ("A", "B", "C"):
        write(house, title)
    shown = html.fromstring(owner.get(PAGES).text)
    version = shown.xpath("//form[@id='order-pages']//input[@name='version']/@value")[0]
    ids = shown.xpath("//input[@name='ids']/@value")

    owner.send(PAGES, {"version": version, "ids": ids, "down": ids[0]}, to=f"{PAGES}/order")
    assert rows(select(ContentPage.code).order_by(ContentPage.position)) == ["b", "a", "c"]

    gone = owner.send(PAGES, {"version": "2"}, to=f"{PAGES}/a/remove")
    told = owner.get(gone.location).text
    undo = html.fromstring(told).find_class("messages")[0].xpath(".//form/@action")[0]
    assert sorted(rows(select(ContentPage.code))) == ["b", "c"]
    assert owner.send(PAGES, to=undo).location == PAGES
    assert rows(select(ContentPage.code).order_by(ContentPage.position)) == ["b", "a", "c"]


def test_a_viewer_reads_and_changes_nothing(house: House) -> None:
    write(house, "Taxis")
    viewer = browser_as(house, Role.VIEWER)

    pages = [viewer.get(path) for path in (PAGES, f"{PAGES}/taxis")]

    assert [page.status_code for page in pages] == [200, 200]
    assert [html.fromstring(page.text).find(".//main//form") for page in pages] == [None, None]
    assert "data-hx-post" not in pages[1].text
    assert viewer.get(f"{PAGES}/new").status_code == 403


def test_the_list_costs_the_same_for_few_and_many(house: House, owner: Browser) -> None:
    write(house, "First")
    with queries() as few:
        owner.get(PAGES)
    for number in range(6):
        write(house, f"Page {number}")
    with queries() as many:
        owner.get(PAGES)

    assert len(few) == len(many)


def test_a_letter_shows_the_picture_chosen_for_it(house: House, owner: Browser) -> None:
    signs = {"signatory_id": str(house.person_id), "signatory_id.text": "Liu Chun 刘春"}
    owner.send(f"{PAGES}/new", letter(code="", picture=(BytesIO(photo()), "me.jpg"), **signs))
    opened(house)

    picture = rows(select(ContentPage.picture_id))[0]
    article = html.fromstring(owner.get("/forum/pages/welcome").text).find_class("written")[0]
    assert [one.get("src") for one in article.find_class("signature")[0].iter("img")] == [f"/forum/images/{picture}"]
    assert owner.get(f"/forum/images/{picture}").status_code == 200
    page = {**letter(version="1"), **signs, "on_site": ""}
    owner.send(f"{PAGES}/welcome", {key: value for key, value in page.items() if value})
    assert rows(select(ContentPage.picture_id)) == [picture]  # left alone
    assert owner.get(f"/forum/images/{picture}").status_code == 404
