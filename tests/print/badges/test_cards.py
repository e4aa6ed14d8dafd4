"""Cards and signs that name people: both faces upright once folded, sheets as they are cut, and nothing cut off."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime

import pikepdf
import pytest
import sample

from forumapp.domain.people.names.printed_names import Printed
from forumapp.domain.printing.cards.printer import KINDS, CardPrinter
from forumapp.domain.printing.paper.card_documents import Card, CardsValues

AT = datetime(2023, 5, 15, 17, 30, tzinfo=UTC)
LONG = Printed(
    "Wolfeschlegelsteinhausenbergerdorff Hubert",
    "阿卜杜热合曼·阿卜杜热依木江",
    "zh-Hans",
    {"en": "Deputy Secretary General of the Committee for International Trade and Investment " * 2},
    {"en": "Chamber of Commerce", "zh-Hans": "商会"},
)
LIU = Printed("LIU Chun", "刘春", "zh-Hans", {"en": "Director", "zh-Hans": "主任"}, {})


def cards(paper, *who, **head):
    each = tuple(Card(one, registration_id=number) for number, one in enumerate(who, start=1))
    return CardsValues(replace(sample.HEAD, **head), paper, each, untitled=False, printed_at=AT)


@pytest.mark.parametrize("size", ["A4", "Letter"])
def test_a_tent_card_shows_its_name_upright_on_both_sides_of_the_fold(size, font_folder, poppler):
    pdf = CardPrinter(cards("tent-cards", LONG, LIU, LIU, page_size=size), font_folder).pdf()

    kind = KINDS["tent-cards"][size]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == 2  # two on a sheet
        height = float(opened.pages[0].mediabox[3]) / 72 * 25.4
    text = poppler(pdf, "pdftotext", "-bbox", "-l", "1", "{}", "-")
    found = [float(y) / 72 * 25.4 for y in re.findall(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="[\d.]+">Chun<', text)]
    fold = kind.top + kind.pitch + kind.height
    above, below = sorted(found)
    # What is turned about the fold lies as far above it as the other face does below.
    tops = [float(y) / 72 * 25.4 for y in re.findall(r'yMax="([\d.]+)">Chun<', text)]
    assert fold - min(tops) == pytest.approx(below - fold, abs=0.3)
    assert kind.top + kind.pitch < above < fold < below < height - kind.top
    drawn = poppler(pdf, "pdftotext", "-l", "1", "-raw", "{}", "-")
    assert (drawn.count("刘春"), drawn.count("Wolfeschlegelsteinhausenbergerdorff")) == (2, 2)


@pytest.mark.parametrize(("paper", "pages"), [("place-cards", 1), ("seat-signs", 2), ("lectern-signs", 3)])
def test_signs_say_who_in_both_scripts_and_what_is_too_long_is_told_and_whole(paper, pages, font_folder, poppler):
    printer = CardPrinter(cards(paper, LONG, LIU, replace(LIU, native_name="")), font_folder)
    pdf = printer.pdf()

    text = poppler(pdf, "pdftotext", "-raw", "{}", "-")
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert (len(opened.pages), str(opened.Root.Lang)) == (pages, "en")
    assert (text.count("LIU Chun"), text.count("刘春"), text.count("阿卜杜热合曼")) == (2, 1, 1)
    assert text.count("Reserved") == (3 if paper == "seat-signs" else 0)
    found = {(one.code, one.registration_id, one.details.get("part")) for one in printer.check()}
    assert ("missing-translation", 1, "title") in found
    assert ("name-under-floor", 1, "latin") in found
    assert {one[1] for one in found} == {1}


@pytest.mark.parametrize("paper", ["tent-cards", "place-cards", "seat-signs", "lectern-signs"])
def test_a_name_or_a_title_that_nobody_can_read_stops_the_print(paper, font_folder):
    named, titled = replace(LIU, latin_name="W" * 110), replace(LIU, title={"en": "W" * 900})
    printer = CardPrinter(cards(paper, named, titled), font_folder)

    stopped = {(one.code, one.registration_id) for one in printer.check() if one.blocking}
    assert stopped == {("name-under-floor", 1), ("text-under-floor", 2)}
