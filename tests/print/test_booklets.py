"""Personal booklets: pages that several share are laid out once, and nobody sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
import sample
from weasyprint import CSS, HTML
from weasyprint.formatting_structure.boxes import LineBox, TextBox

from forumapp.domain.printing import boxtree, templates
from forumapp.domain.printing.itinerary_documents import OwnFact
from forumapp.domain.printing.working.booklets import lay
from forumapp.domain.printing.working.setting import END_OF_SHARED, SHARED, Setter
from forumapp.domain.printing.working.values import Stamp


@pytest.mark.parametrize("own", [(), (OwnFact({"en": "Room 7", "zh-Hans": "7号房"}, "your-room"),)])
def test_a_booklet_with_pages_that_others_share_is_as_if_it_was_laid_out_whole(own, font_folder, poppler):
    shared = sample.itinerary(3)
    values = [
        replace(shared, members=(), person=member.person, own=own, registration_id=place)
        for place, member in enumerate(shared.members)
    ]
    laid = lay(values, Stamp(2, datetime(2023, 5, 15, 17, 30, tzinfo=UTC)))
    whole = replace(
        laid, pieces=tuple(one.replace(SHARED, "").replace(END_OF_SHARED, "") for one in laid.pieces), css=laid.css
    )
    shares, alone = Setter(laid, {}, font_folder), Setter(whole, {}, font_folder)
    for place, member in enumerate(shared.members):
        pdf = shares.pdf(place)
        text = poppler(pdf, "pdftotext", "-layout", "{}", "-")
        assert text == poppler(alone.pdf(place), "pdftotext", "-layout", "{}", "-")
        assert member.person.latin_name in text.split("\f")[0]
        assert "No syntax or stream encoding errors" in poppler(pdf, "qpdf", "--check", "{}")
    assert len(shares._shared) <= 2


def test_a_number_is_never_broken_at_the_end_of_a_line():
    said = templates.spaced("一组赴旧金山访问至5月25日，另一组留在洛杉矶。", "zh-Hans")
    rows = "".join(
        f'<table style="width:{width}mm"><tr><td><span lang="zh-Hans">{said}</span></table>' for width in range(25, 50)
    )
    style = templates.FOLDER.joinpath("book.css").read_text(encoding="utf-8")
    pages = HTML(string=rows).render(stylesheets=[CSS(string=style)]).pages
    lines = [
        "".join(one.text for one in boxtree.walk(line) if isinstance(one, TextBox))
        for page in pages
        for line in boxtree.on(page)
        if isinstance(line, LineBox)
    ]
    assert len(lines) > 50
    broken = [(one, other) for one, other in pairwise(lines) if one[-1:].isdigit() and other[:1].isdigit()]
    assert broken == []
