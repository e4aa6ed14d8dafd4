"""The program book in every size: nothing cut or overlapping with the longest names, and what a print shop asks for."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pikepdf
import pytest
import sample
from overlaps import divided, heads_alone, overlapping

from forumapp.core.errors import Invalid
from forumapp.domain.printing.engine import boxtree
from forumapp.domain.printing.paper.documents import PersonValues, Venue
from forumapp.domain.printing.paper.page_formats import LARGE, ROOMY, SIZES, Format, grown
from forumapp.domain.printing.pdf import imposition
from forumapp.domain.printing.production import render
from forumapp.domain.printing.rules import Options, format_for

BOTH = ("en", "zh-Hans")
MM = 72 / 25.4
# The longest 1 % of names and titles: nothing shorter is harder to set.
LONGEST = PersonValues(
    1, "Featherstonehaugh-Papadopoulos Maximiliana Wilhelmina", "古丽娜尔·阿卜杜热合曼·买买提明",
    title={
        "en": "Deputy Secretary for International Affairs and Trade, Chair of the Interagency Working Group on Ports",
        "zh-Hans": "国际事务与贸易副部长兼跨部门港口工作组主席、长三角地区合作办公室常务副主任",
    },
    organization={
        "en": "China Chamber of Commerce for Import and Export of Machinery and Electronic Products",
        "zh-Hans": "中国机电产品进出口商会长三角地区与太平洋沿岸合作伙伴联合办事处",
    },
    biography={"en": "Leads the harbor. " * 20, "zh-Hans": "主持港务工作。" * 20},
)  # fmt: skip


def harsh():
    """Two days in which everyone has the longest name."""
    values = sample.program(2, 4, 3)
    cast = {one.person_id: replace(LONGEST, person_id=one.person_id) for one in values.speakers}

    def heard(parts):
        return tuple(replace(one, person=replace(LONGEST, person_id=one.person.person_id)) for one in parts)

    days = tuple(
        replace(day, sessions=tuple(
            replace(
                one, title=sample.both((one.title["en"] * 3, one.title["zh-Hans"] * 3)), people=heard(one.people),
                items=tuple(replace(item, people=heard(item.people)) for item in one.items),
                channels=((1, "en"), (2, "zh-Hans")),
            )
            for one in day.sessions
        ))
        for day in values.days
    )  # fmt: skip
    rooms = tuple(
        sample.both((f"Meeting Room {number} of the Long Corridor", f"长廊{number}号会议室")) for number in range(30)
    )
    venue = Venue(sample.both((LONGEST.organization["en"], LONGEST.organization["zh-Hans"])), {}, rooms, None)
    head = replace(values.head, name={**values.head.name, "en": "2023 China-California Business Forum"})
    return replace(values, head=head, days=days, speakers=tuple(cast.values()), venues=(venue,))


@pytest.mark.parametrize(
    ("form", "languages", "days", "sessions"),
    [
        (Format("A4", large=True), BOTH, 2, 14),
        (Format("A4", large=True), BOTH[::-1], 2, 14),
        (Format("letter", large=True), BOTH, 1, 20),
        (Format("A5"), BOTH, 3, 10),
    ],
)
def test_a_page_on_which_contents_go_on_is_never_nearly_empty(form, languages, days, sessions, laid_out):
    pages = laid_out(sample.program(days, sessions, 3), languages, form)
    said = [{box.element.get("class") for box in boxtree.on(page) if box.element is not None} for page in pages]
    contents = [page for page, classes in zip(pages, said, strict=True) if "contents" in classes]
    assert len(contents) > 1
    assert min(map(boxtree.fill, contents)) > 1 / 3


@pytest.mark.parametrize(
    ("form", "languages"),
    [
        (Format("A5"), BOTH),
        (Format("half-letter"), BOTH[::-1]),
        (Format("A4", large=True), BOTH),
    ],
    ids=["A5", "half Letter", "large"],
)
def test_nothing_is_cut_or_split_with_the_longest_names(form, languages, laid_out):
    pages = laid_out(harsh(), languages, form)

    assert len(pages) % 4 == 0
    width, height = (side / 25.4 * 96 for side in form.sides)
    assert (divided(pages, but=("biography",)), heads_alone(pages)) == ([], [])
    for number, page in enumerate(pages, 1):
        boxes = [box for box in boxtree.on(page) if box.element is not None]
        texts = [box for box in boxtree.on(page) if getattr(box, "text", "").strip()]
        outside = [box.text for box in texts if box.position_x < 0 or box.position_x + box.width > width - 20]
        assert outside == [], number
        beside = [box for box in boxtree.walk(page._page_box) if getattr(box, "text", "").strip()]
        assert [box.text for box in beside if box.position_x + box.width > width - 20] == [], number
        assert all(box.position_y + box.height < height - 40 for box in texts if not boxtree.is_planned(page)), number
        for one in (box for box in boxes if box.element.tag in {"h2", "h3"}):
            assert any(box.position_y > one.position_y for box in boxes if box.element.tag in {"td", "p"}), number
            # A session may be no more than its title; a section never is.
            below = any(box.position_y >= one.position_y + one.height for box in texts)
            assert below or one.element.tag == "h3" or boxtree.is_planned(page), number
        if form.large:
            small = {box.style["font_size"] for box in texts if box.style["font_size"] < 18 * 4 / 3 - 0.1}
            assert small == set(), number


@pytest.mark.parametrize("languages", [BOTH, BOTH[::-1]], ids=["English leads", "Chinese leads"])
@pytest.mark.parametrize("form", [Format("A5"), Format("half-letter"), Format("A4", large=True)])
def test_no_two_words_of_the_longest_names_overlap(form, languages, font_folder, poppler):
    pdf = render.render_program(harsh(), languages, form=form, folder=font_folder)
    assert overlapping(pdf, poppler) == []


def test_for_a_shop_the_art_reaches_beyond_the_edge_and_the_marks_stand_outside_of_it(font_folder):
    values = sample.program(sessions=3, speakers=1)
    pdf = render.render_program(values, form=Format("A5", bleed=True, marks=True), folder=font_folder)

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) % 4 == 0
        for page in opened.pages:
            trim, bleed, media = ([float(side) for side in page[box]] for box in ("/TrimBox", "/BleedBox", "/MediaBox"))
            assert (trim[2] - trim[0], trim[3] - trim[1]) == pytest.approx((148 * MM, 210 * MM), abs=0.1)
            beyond = [trim[0] - bleed[0], trim[1] - bleed[1], bleed[2] - trim[2], bleed[3] - trim[3]]
            assert beyond == pytest.approx([3 * MM] * 4, abs=0.01)
            assert [trim[0] - media[0], media[3] - trim[3]] == pytest.approx([8 * MM] * 2, abs=0.1)


def test_a_book_folds_in_the_order_of_its_pages(font_folder, poppler):
    for size, sheet in (("A5", (297, 210)), ("half-letter", (279.4, 215.9))):
        values = sample.program(sessions=3, speakers=1, head=replace(sample.HEAD, hosts=()))
        pdf = render.render_program(values, ("en",), form=Format(size), folder=font_folder)
        count = imposition.pages_in(pdf)
        sheets = imposition.booklet(pdf)
        with pikepdf.open(io.BytesIO(sheets)) as opened:
            box = [float(side) / MM for side in opened.pages[0].mediabox]
            assert box[2:] == pytest.approx(sheet, abs=0.2)
        found = re.findall(r'<(page|word)(?: xMin="([\d.]+)")?[^>]*>(Pacific|Contents|Index|)', poppler(
            sheets, "pdftotext", "-bbox", "{}", "-"
        ))  # fmt: skip
        sides, page = {}, -1
        for kind, left, word in found:
            page += kind == "page"
            if word:
                sides.setdefault((page, word), []).append(float(left) > sheet[0] * MM / 2)
        # Outside, the last page is left of the first one; inside, the second is left of the one before the last.
        assert count == 4
        assert (set(sides[0, "Index"]), sides[1, "Contents"]) == ({False}, [False, False])
        assert True in sides[0, "Pacific"]
    assert imposition.folded(8) == [(7, 0), (1, 6), (5, 2), (3, 4)]


def test_what_does_not_go_together_is_refused():
    for options, fault in (
        (Options(size="A5", large=True), {"size": "too-small-for-large-print"}),
        (Options(size="A4", imposed=True), {"imposed": "only-half-sheets"}),
        (Options(imposed=True, marks=True), {"imposed": "not-for-the-shop"}),
    ):
        with pytest.raises(Invalid) as refusal:
            format_for(options, "A4")
        assert refusal.value.fields == fault
    assert [format_for(Options(), size).size for size in ("A4", "Letter")] == ["A5", "half-letter"]
    assert format_for(Options(large=True), "Letter").size == "letter"


def test_a_style_sheet_grows_with_its_page():
    css = "@page :left { margin: 10mm; @top-left { font-size: 8pt; } } h2 { font-size: 20pt; line-height: 10mm; }"
    css += " p { line-height: 3mm; border: .3pt solid; padding: 2mm }"
    assert "line-height:11.300mm" in grown(css, ROOMY)
    assert "margin: 11.300mm" in grown(css, ROOMY)
    large = grown(css, LARGE)
    assert [one in large for one in ("font-size:19.000pt", "font-size:30.000pt", "line-height:15.000mm", ".3pt")] == [
        True
    ] * 4
    assert set(SIZES) == {"A5", "A4", "half-letter", "letter"}


def test_the_index_leads_to_where_people_stand_and_channels_are_told(font_folder, poppler):
    values = sample.program(1, 5, 4)
    days = tuple(
        replace(day, sessions=tuple(replace(one, channels=((1, "en"), (2, "es"))) for one in day.sessions))
        for day in values.days
    )
    pdf = render.render_program(replace(values, days=days), folder=font_folder)

    pages = poppler(pdf, "pdftotext", "-layout", "{}", "-").split("\f")
    index = next(page for page in pages[2:] if "Index of names" in page)
    for person in sample.people(5):
        numbers = re.search(rf"{person.latin_name}\s.*?(\d+(?:, \d+)*)$", index, re.MULTILINE)[1].split(", ")
        assert all(person.latin_name.split()[-1] in pages[int(number) - 1] for number in numbers), person
    assert any("第2频道" in page and "Spanish" in page and "西班牙语" in page for page in pages)


@pytest.mark.parametrize(("sessions", "on_pages"), [(20, [21]), (21, [14, 8])])
def test_contents_in_large_print_never_run_over_by_a_line(sessions, on_pages, laid_out):
    values = sample.program(1, sessions, 0)
    (day,) = values.days
    listed = tuple(
        replace(one, kind="panel", people=(), items=(), title=sample.both(("T", "会"))) for one in day.sessions
    )
    pages = laid_out(replace(values, days=(replace(day, sessions=listed),)), ("zh-Hans",), Format("A4", large=True))

    of_contents = [[box.element for box in boxtree.on(page) if box.element is not None] for page in pages]
    of_contents = [found for found in of_contents if any(one.get("class") == "contents" for one in found)]
    assert [sum(one.tag == "tr" for one in found) for found in of_contents] == on_pages
