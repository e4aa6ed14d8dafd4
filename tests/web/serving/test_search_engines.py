"""What search engines and link previews read, and that answers are compressed."""

from __future__ import annotations

import gzip
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from lxml import html
from PIL import Image
from sqlalchemy import select, update

from forumapp.core.database.transactions import transaction
from forumapp.domain.forums.models import Edition
from forumapp.domain.images.checking import check_picture
from forumapp.domain.images.services import keep_picture
from forumapp.domain.people.models import Person
from forumapp.domain.printing.books.link_preview import size_of
from forumapp.web.form_tokens import mask, unmask
from tests.pictures import AI, photo
from tests.web.conftest import BY

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.conftest import Forum

SITE = "http://127.0.0.1:8000"
PAGES = ("", "/agenda", "/speakers")
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def head(client: FlaskClient, path: str) -> dict[str, str]:
    page = html.fromstring(client.get(path).text)
    names = {one.get("name") or one.get("property"): one.get("content") for one in page.xpath("//head/meta")}
    links = {
        f"{one.get('rel')} {one.get('hreflang') or ''}".strip(): one.get("href") for one in page.xpath("//head/link")
    }
    return {**names, **links, "title": page.xpath("string(//title)")}


@pytest.mark.parametrize("page", [*PAGES, "/register/guest"])
def test_each_page_has_what_search_engines_and_previews_ask_for(client: FlaskClient, forum: Forum, page: str) -> None:
    address = f"/{forum.slug}{page}"

    shown, chinese = head(client, address), head(client, f"{address}?lang=zh-Hans")

    assert shown["canonical"] == shown["og:url"] == SITE + address
    assert chinese["canonical"] == shown["alternate zh-Hans"] == f"{SITE}{address}?lang=zh-Hans"
    assert shown["alternate en"] == f"{SITE}{address}?lang=en"
    assert shown["alternate x-default"] == SITE + address
    assert shown["description"] == shown["og:description"] != chinese["description"]
    assert shown["og:title"] == shown["title"].strip()
    assert len(shown["description"]) > len(shown["title"].strip())
    assert (shown["og:locale"], chinese["og:locale"]) == ("en_US", "zh_CN")


@pytest.mark.parametrize("page", PAGES)
def test_a_stored_page_names_the_address_that_was_asked_for(client: FlaskClient, forum: Forum, page: str) -> None:
    address = f"/{forum.slug}{page}"

    # In one language, so that they could be one stored page.
    shown = [head(client, f"{address}{query}")["canonical"] for query in ("", "?lang=en", "", "?lang=en")]

    assert shown == [f"{SITE}{address}", f"{SITE}{address}?lang=en"] * 2


def test_a_filter_is_no_page_of_its_own(client: FlaskClient, forum: Forum) -> None:
    assert head(client, f"/{forum.slug}/agenda?view=full")["canonical"] == f"{SITE}/{forum.slug}/agenda"


def test_robots_are_led_to_a_sitemap_with_the_public_pages(client: FlaskClient, forum: Forum) -> None:
    robots = client.get("/robots.txt")
    sitemap = ET.fromstring(client.get("/sitemap.xml").text)

    assert robots.mimetype == "text/plain"
    assert robots.text.splitlines()[-1] == f"Sitemap: {SITE}/sitemap.xml"
    assert "Disallow: /organizer/" in robots.text
    addresses = [one.text for one in sitemap.iter(LOC)]
    assert addresses == [f"{SITE}/", *(f"{SITE}/{forum.slug}{page}" for page in PAGES)]
    assert {client.get((one or "").removeprefix(SITE)).status_code for one in addresses} == {200}


def test_icons_are_pictures_where_browsers_and_phones_look_for_them(client: FlaskClient) -> None:
    page = html.fromstring(client.get("/").text)
    icons = {one.get("rel"): client.get(one.get("href")) for one in page.xpath("//link[contains(@rel, 'icon')]")}
    with Image.open(BytesIO(client.get("/favicon.ico").data)) as icon:
        assert (icon.format, icon.info["sizes"]) == ("ICO", {(16, 16), (32, 32), (48, 48)})
    with Image.open(BytesIO(icons["apple-touch-icon"].data)) as icon:
        assert (icon.format, icon.size) == ("PNG", (180, 180))
    assert icons["icon"].mimetype == "image/svg+xml"


@pytest.mark.parametrize("page", [*PAGES, "/register/guest", "/agenda/sessions/opening"])
def test_a_link_is_shown_with_a_picture_of_the_forum(client: FlaskClient, forum: Forum, page: str) -> None:
    shown = head(client, f"/{forum.slug}{page}?lang=zh-Hans")

    address = shown["og:image"]
    assert address.startswith(f"{SITE}/{forum.slug}/link-preview.png?v=")
    assert (shown["og:image:width"], shown["og:image:height"]) == ("1200", "630")
    assert (shown["twitter:card"], shown["og:image:alt"]) == ("summary_large_image", "2023年论坛")


@pytest.mark.parametrize("content", [photo(), AI.encode(), None], ids=["photo", "drawing", "none"])
def test_a_link_to_a_speaker_is_shown_with_their_portrait_or_the_forums_picture(
    client: FlaskClient, forum: Forum, content: bytes | None
) -> None:
    with transaction() as db:
        mary = db.scalars(select(Person).where(Person.latin_family == "Smith")).one()
        image = keep_picture(db, check_picture(content), **BY) if content else None
        mary.photo_id = image.id if image else None
        person_id, image_id = mary.id, mary.photo_id

    shown = head(client, f"/{forum.slug}/speakers/{person_id}")

    if content == photo():
        assert shown["og:image"] == f"{SITE}/{forum.slug}/images/{image_id}"
        answer = client.get(shown["og:image"].removeprefix(SITE))
        with Image.open(BytesIO(answer.data)) as picture:
            assert (f"{picture.width}", f"{picture.height}") == (shown["og:image:width"], shown["og:image:height"])
        assert answer.mimetype == shown["og:image:type"]
        assert (shown["twitter:card"], shown["og:image:alt"]) == ("summary", "Mary Smith")
    else:
        assert shown["og:image"].startswith(f"{SITE}/{forum.slug}/link-preview.png?v=")
        assert shown["twitter:card"] == "summary_large_image"


def test_the_picture_of_a_forum_is_drawn_once_and_hidden_with_it(client: FlaskClient, forum: Forum) -> None:
    path = f"/{forum.slug}/link-preview.png"
    drawn = client.get(path)
    with Image.open(BytesIO(drawn.data)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 630))
    assert drawn.headers["Cache-Control"] == "public, max-age=86400"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("forumapp.web.public.agenda.link_previews.draw", None)
        assert client.get(path).data == drawn.data
        assert client.get(path, headers={"If-None-Match": drawn.headers["ETag"]}).status_code == 304
        patch.setattr("forumapp.web.public.agenda.link_previews.build_version", lambda: "next")
        patch.setattr("forumapp.web.public.agenda.link_previews.draw", lambda _edition: b"of the next release")
        assert client.get(path).data == b"of the next release"
    with transaction() as db:
        db.execute(update(Edition).values(status="draft"))
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("names", "size"),
    [
        ([], "large"),
        (["x" * 50], "large"),
        (["x", "论" * 26], "medium"),
        (["x" * 95], "medium"),
        (["x" * 96], "small"),
    ],
)
def test_longer_names_are_set_smaller(names: list[str], size: str) -> None:
    assert size_of(names) == size


@pytest.mark.parametrize(
    "path", ["/", "/forum-2023", "/forum-2023/register/guest", "/api/v1/openapi.json", "/static/app.css"]
)
def test_answers_are_compressed_for_who_takes_gzip(client: FlaskClient, forum: Forum, path: str) -> None:
    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 2
    assert gzip.decompress(packed.data)[:200] == plain.data[:200]


def test_the_token_of_forms_looks_different_in_each_answer(client: FlaskClient, forum: Forum) -> None:
    path = "/forum-2023/register/guest"
    tokens = [html.fromstring(client.get(path).text).xpath("//input[@name='csrf_token']/@value")[0] for _ in range(2)]

    assert tokens[0] != tokens[1]
    # Both are good; one that was damaged on the way is refused.
    assert [client.post(path, data={"csrf_token": token}).status_code for token in tokens] == [422, 422]
    assert client.post(path, data={"csrf_token": tokens[0][:-8] + "AAAAAAAA"}).status_code == 400
    assert client.post(path, data={}).status_code == 400


@pytest.mark.parametrize("text", ["", "token", "eyJ.abc.def"])
def test_a_mask_is_taken_off_again(text: str) -> None:
    assert unmask(mask(text)) == text


@pytest.mark.parametrize("sent", ["no token", "YWJj", "é", "=", "_____w=="])
def test_what_is_no_masked_token_raises_nothing(sent: str) -> None:
    assert isinstance(unmask(sent), str)
