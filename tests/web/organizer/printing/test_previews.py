"""Papers as pictures of their pages: the same that will print, for those alone who may have the paper."""

from __future__ import annotations

import errno
import pickle
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from lxml import html
from PIL import Image
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.core.files.preview_cache import Rack
from forumapp.core.serving.render_pool import Limits, Workshop
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.agenda.sessions.services import publish
from forumapp.domain.printing.models import PrintJob
from forumapp.domain.printing.pdf import raster
from forumapp.domain.printing.previews import first_pages
from forumapp.domain.printing.production import finished_papers
from tests.web.endless import begins
from tests.web.organizer.house import BY, HOME, add_registration, browser_as, rows

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, Group, House

pytestmark = pytest.mark.one_database
PREVIEW = f"{HOME}/paper/preview"


class Sending(Workshop):
    """Sends everything to itself and back, as to another process."""

    def run(self, work: Any, *arguments: Any) -> Any:
        sent, values = pickle.loads(pickle.dumps((work, arguments)))
        return pickle.loads(pickle.dumps(sent(*values)))


@pytest.fixture(autouse=True)
def sending(house: House, owner: Browser) -> None:
    owner.application.extensions["forumapp.workshop"] = Sending(None)


def pages(browser: Browser, address: str) -> list[dict[str, str]]:
    """The pictures on a page of previews."""
    return [dict(one.attrib) for one in html.fromstring(browser.get(address).text).xpath('//ol[@class="sheets"]//img')]


def test_the_first_badges_are_shown_as_they_will_print_and_nothing_is_printed(
    house: House, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_pages, "BADGES", 1)
    for name in ("Anna", "Berta"):
        add_registration(house, name)

    text = owner.get(f"{PREVIEW}?paper=badges&stock=a6").text
    (first,) = pages(owner, f"{PREVIEW}?paper=badges&stock=a6")
    answer, large = owner.get(first["src"]), owner.get(f"{first['src']}?size=large")

    drawn = [Image.open(BytesIO(one.data)) for one in (answer, large)]
    assert [(one.format, one.size) for one in drawn] == [("WEBP", (710, 1000)), ("WEBP", (1561, 2200))]
    assert len(drawn[0].getcolors(10**6) or ()) > 10  # there is something on it
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/webp", "private, no-store")
    assert (first["alt"], first["width"], first["height"]) == ("Page 1 of the preview", "298", "420")
    assert "The first page only. The print has all of them." in text
    assert "Anna" not in first["src"]
    assert f'href="{HOME}/paper/check?paper=badges&amp;stock=a6"' in text
    assert rows(select(PrintJob)) == []


def test_a_preview_that_never_ends_is_ended_and_says_what_to_do(house: House, owner: Browser) -> None:
    add_registration(house, "Anna")
    workshop = Workshop(Limits(1, 500), loads=["forumapp.domain.printing.previews.pages"], begins=begins)
    owner.application.extensions["forumapp.workshop"] = workshop

    answers = [owner.get(f"{PREVIEW}?paper={paper}&stock=a6") for paper in ("badges", "tent-cards")]
    workshop.close()

    assert [one.status_code for one in answers] == [503, 200]
    assert "Print it in parts, such as one delegation or one type at a time" in answers[0].text


def test_a_preview_without_room_on_the_disk_says_so(
    house: House, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_registration(house, "Anna")

    def put(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Rack, "put", put)
        answer = owner.get(f"{PREVIEW}?paper=badges")

    assert (answer.status_code, "The disk of the server is full" in answer.text) == (503, True)
    assert owner.get(f"{PREVIEW}?paper=badges").status_code == 200


def test_what_says_the_same_is_laid_out_and_drawn_once(
    house: House, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_registration(house, "Anna")
    (before,) = pages(owner, f"{PREVIEW}?paper=badges")
    owner.get(before["src"])

    with monkeypatch.context() as patch:
        patch.setattr(raster, "page_as_picture", None)
        patch.setattr(raster, "page_sizes", None)
        (again,) = pages(owner, f"{PREVIEW}?paper=badges")
        status = owner.get(again["src"]).status_code
    add_registration(house, "Berta")

    assert (again["src"], status) == (before["src"], 200)
    assert len(pages(owner, f"{PREVIEW}?paper=badges")) == 2


def test_a_page_is_for_those_who_may_have_the_paper(house: House, owner: Browser, jiangsu: Group, hubei: Group) -> None:
    mine, other = jiangsu.liaison, hubei.liaison
    desk = browser_as(house, Role.PRINT_STAFF)
    viewer = browser_as(house, Role.VIEWER)
    (badge,) = pages(mine, f"{PREVIEW}?paper=badges&delegation={jiangsu.code}")
    (all_of_them, _) = pages(owner, f"{PREVIEW}?paper=badges")
    asked = (owner, desk, mine, other, viewer)

    assert [one.get(badge["src"]).status_code for one in asked] == [200, 200, 200, 404, 403]
    assert [one.get(all_of_them["src"]).status_code for one in asked] == [200, 200, 404, 404, 403]
    assert other.get(f"{PREVIEW}?paper=badges&delegation={jiangsu.code}").status_code == 404
    missing = (badge["src"][:-1] + "2", f"{HOME}/previews/{'0' * 64}/1", f"{HOME}/previews/..%2f..%2fsecret-key/1")
    assert [owner.get(one).status_code for one in missing] == [404, 404, 404]


def test_of_a_program_the_first_day_alone_is_laid_out(
    house: House, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "There is nothing to print" in owner.get(f"{PREVIEW}?paper=program").text
    with transaction() as session:
        publish(session, house.edition_id, label="", note={}, reason="The house clashes on purpose.", **BY)
    laid: list[Any] = []
    with pikepdf.new() as blank:
        blank.add_blank_page()
        blank.save(pdf := BytesIO())
    monkeypatch.setattr(finished_papers, "make_book", lambda values, *_rest: laid.append(values) or pdf.getvalue())
    monkeypatch.setattr(first_pages, "SESSIONS", 1)

    (page,) = pages(owner, f"{PREVIEW}?paper=program")

    assert [[len(day.sessions) for day in values.days] for values in laid] == [[1]]
    told = [owner.get(f"{PREVIEW}?paper=program&lang={one}").text for one in ("en", "zh-Hans")]
    assert ["the page numbers are not those of the print" in told[0], "页码与实际打印" in told[1]] == [True, True]
    assert owner.get(page["src"]).status_code == 200
