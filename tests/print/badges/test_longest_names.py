"""The longest names, titles and organizations on cards, letters, sheets and lists, and on plans of seats: none of them
stands upon another or is cut.
"""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pikepdf
import pytest
import sample
from names_in import longest
from overlaps import lines, overlapping

from forumapp.domain.people.names.printed_names import Printed
from forumapp.domain.printing.cards import seating_plans
from forumapp.domain.printing.cards import sign_in_sheets as cards_sign_in_sheets
from forumapp.domain.printing.cards.printer import CardPrinter
from forumapp.domain.printing.delegation_papers.contacts import WITH_PHONES
from forumapp.domain.printing.letter_models import LetterKind
from forumapp.domain.printing.letters.values import Content, LetterBook, LetterValues, Recipient
from forumapp.domain.printing.letters.values import Head as LetterHead
from forumapp.domain.printing.list_papers.lists import lay
from forumapp.domain.printing.list_papers.typesetting import Setter
from forumapp.domain.printing.list_papers.values import (
    ListValues,
    Party,
    Row,
    Section,
    Stamp,
    name,
    plain,
    text,
)
from forumapp.domain.printing.paper.card_documents import Card, CardsValues, SignInValues
from forumapp.domain.printing.pdf import imposition
from forumapp.domain.printing.production import finished_papers

AT = datetime(2023, 5, 15, 17, 30, tzinfo=UTC)
BOTH = ("en", "zh-Hans")
EDGE = 8  # points
ORGANIZATION = {
    "en": "China Chamber of Commerce for Import and Export of Machinery and Electronic Products",
    "zh-Hans": "中国机电产品进出口商会长三角地区与太平洋沿岸合作伙伴联合办事处",
}
TOUR = {"en": "Visit to the harbor and its terminal without carbon", "zh-Hans": "参观港口和零碳码头"}
PEOPLE = [
    Printed(one.latin_name, one.native_name, one.native_lang, one.title, ORGANIZATION)
    for one in sorted(longest(), key=lambda one: -len(one.latin_name + one.native_name))[:24]
]


def cards(paper, head, folder):
    each = tuple(Card(one, registration_id=number) for number, one in enumerate(PEOPLE, start=1))
    return CardPrinter(CardsValues(head, paper, each, untitled=False, printed_at=AT), folder).pdf()


def sign_in_sheets(_, head, folder):
    each = tuple(Card(one) for one in PEOPLE)
    return cards_sign_in_sheets.sheets(
        SignInValues(head, TOUR, ORGANIZATION, datetime(2023, 5, 22, 9), each, AT), folder
    )


def contact_list(_, head, folder):
    rows = tuple(
        Row(f"person:{number}", {
            "name": name(one), "title": text(one.title) + text(one.organization, "quiet"),
            "email": plain(f"{re.sub('[^a-z]', '.', one.latin_name.lower())}@secretariat.chamber-of-commerce.example"),
            "phone": plain("+86 138 0013 8000"),
        })
        for number, one in enumerate(PEOPLE)
    )  # fmt: skip
    values = ListValues(head, Party("js", ORGANIZATION), "contact-list", (Section((), WITH_PHONES, rows),))
    return Setter(lay(values, Stamp(1, AT)), {}, folder).pdf(0)


def seats(shape, head, folder):
    taken = [seating_plans.Seat(one, one.latin_name) for one in (PEOPLE * 4)[:16]]
    tiers = (tuple(taken[:8]), tuple(taken[8:]))
    plan = seating_plans.Plan("x", TOUR, TOUR, datetime(2023, 5, 22, 9), shape, "foreign-affairs", "right", tiers)
    return seating_plans.render([plan], head, at=AT, folder=folder)


def letters(kind, head, folder):
    hosts = tuple(LetterHead(host.name) for host in head.hosts)
    content = Content(
        kind, head.name, 5, head.theme, head.place, head.starts_on, head.ends_on, head.zone, hosts, head.languages,
        head.page_size, head.accent_color, False, {}, {}, date(2023, 5, 1), PEOPLE[0].latin_name,
        PEOPLE[0].native_name, {one: ORGANIZATION[one] for one in head.languages}, None, has_seal=True,
    )  # fmt: skip
    for number, one in enumerate(PEOPLE[:6]):
        *given, family = one.latin_name.split() or [""]
        said = Recipient(
            family, " ".join(given), False, one.native_name, one.native_language, {}, one.title, ORGANIZATION
        )
        letter = LetterValues(content, said, f"CCBF-{number:04}", date(2023, 5, 22))
        yield finished_papers.make_book(LetterBook(letter, ""), folder)


MADE = {
    **dict.fromkeys(("tent-cards", "place-cards", "seat-signs", "lectern-signs"), cards),
    "sign-in-sheets": sign_in_sheets,
    "contact-list": contact_list,
    **dict.fromkeys(("stage", "tables"), seats),
    **dict.fromkeys(map(str, LetterKind), letters),
}


@pytest.mark.parametrize("languages", [BOTH, BOTH[::-1]], ids=["English leads", "Chinese leads"])
@pytest.mark.parametrize("size", ["A4", "Letter"])
@pytest.mark.parametrize("paper", MADE)
def test_no_two_words_overlap_and_none_is_cut(paper, size, languages, font_folder, poppler):
    made = MADE[paper](paper, replace(sample.HEAD, page_size=size, languages=languages), font_folder)
    for pdf in [made] if isinstance(made, bytes) else made:
        assert overlapping(pdf, poppler) == []
        assert [word for words in beyond(pdf, poppler) for word in words] == []


def beyond(pdf, poppler):
    """Of each page, the words that stand where printers leave the edge white."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        sides = [[float(side) for side in page.mediabox[2:]] for page in opened.pages]
    for words, (width, height) in zip(lines(pdf, poppler, "word"), sides, strict=True):
        yield [
            one
            for one in words
            if not (EDGE < one[0] < one[2] < width - EDGE and EDGE < one[1] < one[3] < height - EDGE)
        ]


@pytest.mark.parametrize("languages", [BOTH, BOTH[::-1]], ids=["English leads", "Chinese leads"])
@pytest.mark.parametrize("size", ["A4", "Letter"])
@pytest.mark.parametrize("around", [5, 8, 12])
def test_what_a_seat_at_a_table_says_is_all_in_it(around, size, languages, font_folder, poppler):
    head = replace(sample.HEAD, page_size=size, languages=languages)
    people = (PEOPLE * 3)[:around]
    tiers = (tuple(seating_plans.Seat(one, one.latin_name) for one in people),)
    plan = seating_plans.Plan("x", TOUR, TOUR, datetime(2023, 5, 22, 9), "tables", "foreign-affairs", "right", tiers)
    (words,) = lines(seating_plans.render([plan], head, at=AT, folder=font_folder), poppler, "word")
    width, height = seating_plans.PAGES[size]
    for box in seating_plans.around(around, width, height - seating_plans.HEAD):
        left, top, right, foot = (
            side * imposition.MM
            for side in (box.left + 12, box.top + 42, box.left + box.width + 12, box.top + box.height + 42)
        )
        inside = [one for one in words if left - 1 < one[0] and one[2] < right + 1 and top - 1 < one[1] < foot]
        assert inside
        assert [one for one in inside if one[3] > foot + 2] == []
