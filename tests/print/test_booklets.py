"""Personal booklets: pages that several share are laid out once, and nobody sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sample

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
