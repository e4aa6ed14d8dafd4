"""The agenda in a program: of which day and session each page is."""

from __future__ import annotations

import io
import itertools
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pikepdf
import pytest
import sample
from overlaps import flat, overlapping
from weasyprint.formatting_structure import boxes

from forumapp.domain.printing.engine import boxtree
from forumapp.domain.printing.pdf import binding
from forumapp.domain.printing.production import render

BOTH = ("en", "zh-Hans")


@pytest.mark.parametrize(("languages", "day"), [(BOTH, "{} May"), (BOTH[::-1], "5月{}日")])
def test_each_page_of_the_agenda_is_headed_by_the_day_that_stands_or_goes_on_at_its_top(languages, day, laid_out):
    pages = laid_out(sample.program(3, 10, 0), languages)
    heads = {}
    for number, page in enumerate(pages, 1):
        places = boxtree.places(page)
        margins = [box for box in page._page_box.children if isinstance(box, boxes.MarginBox)]
        said = "".join(box.text for margin in margins for box in boxtree.walk(margin) if isinstance(box, boxes.TextBox))
        heads |= {number: (places[0][0], said)} if places else {}
    assert len(heads) > 3
    assert [number for number, (nth, said) in heads.items() if day.format(21 + nth) not in said] == []


@pytest.mark.parametrize("languages", [BOTH, BOTH[::-1]])
def test_a_page_on_which_a_session_goes_on_begins_with_its_title(languages, laid_out, font_folder):
    values = sample.program(1, 10, 0)
    titles = [session.title for session in values.days[0].sessions]
    pages, going_on = laid_out(values, languages), []
    for before, page in itertools.pairwise(pages):
        if (here := boxtree.places(page)) and here[0] in boxtree.places(before):
            rows = (box for box in boxtree.on(page) if isinstance(box, boxes.TableRowBox))
            said = [box.text for box in boxtree.walk(next(rows)) if isinstance(box, boxes.TextBox)]
            going_on.append((flat("".join(said)), titles[here[0][1]]))
    assert going_on
    assert [said for said, title in going_on if not all(flat(title[one]) in said for one in languages)] == []
    with pikepdf.open(io.BytesIO(render.render_program(values, languages, folder=font_folder))) as pdf:
        with pdf.open_outline() as outline:
            marks = [mark.title for one in outline.root for mark in one.children]
        assert marks == [title[languages[0]] for title in titles]
        places = binding.places_in(pdf)
    first = {place[1]: number for number, page in reversed([*enumerate(pages)]) for place in boxtree.places(page)}
    begins = {number: places[f"s-1-{session.code}"] for number, session in enumerate(values.days[0].sessions)}
    assert begins == first


def test_a_session_with_a_title_in_the_second_language_alone_has_its_heading_there(font_folder, poppler):
    """Its time has room, too, when it ends on the day after."""
    values = sample.program(1, 3, 0)
    (day,) = values.days
    first, second, third = day.sessions
    named = replace(second, title={"zh-Hans": "物流合作"})
    late = replace(third, ends=third.ends + timedelta(hours=20))
    changed = replace(values, days=(replace(day, sessions=(first, named, late)),))
    pdf = render.render_program(changed, folder=font_folder)
    with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_outline() as outline:
        marks = [mark.title for one in outline.root for mark in one.children]
    assert marks == ["Registration and coffee", "物流合作", "Break"]
    assert overlapping(pdf, poppler) == []


def test_a_session_in_another_zone_has_the_time_there_and_its_zone(laid_out):
    values = sample.program(1, 2, 0)
    day = values.days[0]
    first = day.sessions[0]
    there = tuple(when.astimezone(ZoneInfo("Asia/Tokyo")) for when in (first.starts, first.ends))
    values = replace(values, days=(replace(day, sessions=(replace(first, there=there), *day.sessions[1:])),))
    walked = (box for page in laid_out(values, BOTH) for box in boxtree.walk(page._page_box))
    said = " ".join(box.text for box in walked if isinstance(box, boxes.TextBox))
    assert f"{there[0]:%H:%M}" in said
    assert "Tokyo" in said
