"""Badges by their designs: the same as a full render, both faces, pictures, and nothing cut of the longest names."""

from __future__ import annotations

import io
import random
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import names_in
import pikepdf
import pytest
import sample
from full import differing, full_render, pictures
from PIL import Image

from forumapp.domain.printing.badges.printer import BadgePrinter
from forumapp.domain.printing.designs.choices import Chosen
from forumapp.domain.printing.designs.ready_designs import SIZES, Look, ready_designs
from forumapp.domain.printing.designs.shapes import Back, Big, Box, Design, Fold, Kind
from forumapp.domain.printing.paper.documents import BackFacts, BackSession, Logo
from forumapp.domain.printing.paper.sheet_layout import Placing
from forumapp.domain.printing.paper.stocks import STOCKS, Stock
from forumapp.domain.printing.pdf import imposition
from forumapp.domain.printing.wording.dates import date_text

if TYPE_CHECKING:
    from pathlib import Path

    from forumapp.domain.printing.paper.documents import BadgeValues

READY = ready_designs()
LOOKS = list(Look)
A7 = READY["a7-portrait-delegate"]
# Each size once, and all looks among them: what sets looks apart is the same in all sizes.
SOME = [f"{size}-{LOOKS[number % len(LOOKS)]}" for number, size in enumerate(SIZES)]
DPI = 72


FACTS = BackFacts(
    tuple(
        BackSession(
            sample.HEAD.starts_on, f"{9 + n:02}:30", {"en": f"Panel {n}", "zh-Hans": f"研讨{n}"}, {"en": "Hall"}
        )
        for n in range(4)
    ),
    (
        ("emergency-numbers", {"en": "911", "zh-Hans": "911"}),
        ("consulate", {"en": "At the harbor\nRing twice", "zh-Hans": "港口"}),
    ),
)


def printer_of(design: Design, folder: Path, *, stock: Stock | None = None, **options: Any) -> BadgePrinter:
    """Its fonts are cut to all who stand on these badges, so that they are cut once."""
    looks = {"x": Chosen(design, 1, **options.pop("look", {}))}
    return BadgePrinter(sample.HEAD, stock or Stock("x", *design.page), everyone(), folder, looks, **options)


@cache
def everyone() -> list[BadgeValues]:
    letters = "".join(text for one in FACTS.sessions for texts in (one.title, one.room) for text in texts.values())
    letters += "".join(text for _word, texts in FACTS.help for text in texts.values())
    days = "".join(date_text(sample.HEAD.starts_on, language) for language in ("en", "zh-Hans"))
    told = sample.badge(0, random.Random(0), type_code="x", title={"en": f"0123456789:{letters}{days}"})
    return [told, *two_people(), *names_in.longest(), *names_in.chosen(1)]


def test_ready_designs_are_stamped_as_a_full_render_has_them(font_folder: Path, tmp_path: Path) -> None:
    """A real name in each size; `python -m bench.badge_pixels` tries 200 in every one."""
    people = names_in.chosen(1)
    designs = [replace(READY[code], big=list(Big)[number % 2]) for number, code in enumerate(SOME)]
    printers = [printer_of(design, font_folder) for design in designs]
    stamped = imposition.merge([printer.pages(people) for printer in printers])
    whole = [full_render(printer, one) for printer in printers for one in people]
    full = whole[0].copy([page for document in whole for page in document.pages]).write_pdf()

    found = []
    for name, pdf in (("stamped", stamped), ("full", full)):
        (tmp_path / name).mkdir()
        found.append(pictures(pdf, tmp_path / name, DPI))
    each = [(printer, one) for printer in printers for one in people]
    assert [len(found[0]), len(found[1])] == [len(each)] * 2
    assert [differing(one, two, *of, DPI) for one, two, of in zip(*found, each, strict=True)] == [0] * len(each)


@pytest.mark.parametrize("code", SOME)
def test_of_the_longest_names_nothing_is_cut_nor_overlaps_and_what_is_small_is_found(
    code: str, font_folder: Path
) -> None:
    people = names_in.longest()
    printer = printer_of(READY[code], font_folder)
    told = printer.check(people)
    assert not [one for one in told if one.code == "low-contrast"]
    found = {one.registration_id for one in told if one.code.endswith(("-floor", "-overfull"))}
    for values in people:
        layer, texts = printer._layer(values), printer.texts(values)
        small = False
        for block, stacked in zip(layer.blocks, layer.arrange(texts), strict=True):
            fields, shown = {field.name: field for field in block.fields}, {**layer.constants, **texts}
            assert stacked.height * 4 / 3 <= block.height + 0.02
            bottom = 0.0
            for placed in stacked.placed:
                field, text = fields[placed.part.name], shown[placed.part.name]
                assert "".join(placed.fit.lines).replace(" ", "") == text.text.replace(" ", "")
                assert all(
                    field.laid_out(line, text.language, placed.fit.size)[1] <= field.rule.width * 4 / 3 + 0.02
                    for line in placed.fit.lines
                )
                assert placed.top >= bottom - 0.01
                bottom = placed.bottom
                small |= placed.fit.size < placed.part.floor and placed.part.name not in layer.constants
        assert not small or values.registration_id in found


def two_people() -> list[Any]:
    return [sample.badge(n, random.Random(n), type_code="x", photo=n if n == 1 else None) for n in (1, 2)]


def picture(color: str) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (60, 60), color).save(held, "PNG")
    return held.getvalue()


def test_logo_and_photo_stand_in_their_boxes_on_paper_and_on_the_screen(font_folder: Path, tmp_path: Path) -> None:
    boxes = (*A7.boxes, Box(Kind.LOGO, 45, 2, 20, 10), Box(Kind.PHOTO, 55, 73, 12, 16))
    held = {7: picture("#ff0000"), 1: picture("#00ff00")}
    options = {"look": {"logo": Logo(7, 60, 60)}, "pictures": lambda keys: {key: held[key] for key in keys}}
    printer = printer_of(replace(A7, boxes=boxes), font_folder, **options)
    pdf = printer.pages(two_people())

    pages = pictures(pdf, tmp_path, 72)
    colors = [[page.convert("RGB").getpixel((round(x / 25.4 * 72), round(y / 25.4 * 72))) for x, y in ((55, 7), (61, 81))]
              for page in pages]  # fmt: skip
    assert [page[0] for page in colors] == [(255, 0, 0)] * 2
    assert colors[0][1][1] > 200 > colors[0][1][0]
    assert colors[1][1] == (255, 255, 255)


@pytest.mark.parametrize(
    ("said", "size", "pages"),
    [({"back": Back.NONE}, (74, 105), 2), ({"back": Back.SAME}, (74, 105), 4),
     ({"back": Back.SAME, "fold": Fold.TOP}, (74, 210), 2), ({"back": Back.SAME, "fold": Fold.SIDE}, (148, 105), 2)],
)  # fmt: skip
def test_backs_are_pages_of_their_own_or_stand_on_the_folded_sheet(
    said: dict[str, Any], size: tuple[float, float], pages: int, font_folder: Path, poppler: Any
) -> None:
    people = two_people()
    pdf = printer_of(replace(A7, **said), font_folder).pages(people)

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        boxes = {tuple(round(float(side) / 72 * 25.4) for side in page.mediabox[2:]) for page in opened.pages}
        assert (len(opened.pages), boxes) == (pages, {size})
    text = poppler(pdf, "pdftotext", "-raw", "{}", "-")
    faces = 1 if said["back"] is Back.NONE else 2
    assert [text.count(one.short_code) for one in people] == [faces, faces]


@pytest.mark.parametrize(("fold", "size"), [(Fold.NONE, (74, 105)), (Fold.TOP, (74, 210)), (Fold.SIDE, (148, 105))])
def test_areas_bleed_beyond_the_edges_and_not_over_the_fold(
    fold: Fold, size: tuple[float, float], font_folder: Path, tmp_path: Path
) -> None:
    people = two_people()[:1]
    design = replace(A7, bleed=3, back=Back.NONE if fold is Fold.NONE else Back.EMERGENCY, fold=fold)
    pdf = printer_of(design, font_folder, backs=FACTS).pages(people)

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        page = opened.pages[0]
        media, trim = ([float(side) / 72 * 25.4 for side in box] for box in (page.mediabox, page.trimbox))
    assert [round(media[2] - media[0]), round(media[3] - media[1])] == [size[0] + 6, size[1] + 6]
    assert [round(trim[2] - trim[0]), round(trim[3] - trim[1])] == list(size)
    (shown,) = pictures(pdf, tmp_path, 72)
    ground = shown.convert("RGB")

    def at(x: float, y: float) -> tuple[int, ...]:
        return ground.getpixel((round((x + 3) / 25.4 * 72), round((y + 3) / 25.4 * 72)))

    foot = size[1]
    assert at(-2, foot - 2) == at(-2, foot + 2) == at(10, foot - 1) != (255, 255, 255)
    assert at(size[0] + 2, foot + 2) == at(-2, foot - 2)


@pytest.mark.parametrize(
    ("back", "tells"),
    [(Back.AGENDA, (True, False)), (Back.EMERGENCY, (False, True)), (Back.BOTH, (True, True))],
)
def test_a_back_tells_the_agenda_and_whom_to_ring_in_both_languages(
    back: Back, tells: tuple[bool, bool], font_folder: Path, poppler: Any
) -> None:
    people = two_people()[:1]
    printer = printer_of(replace(READY["a6-portrait-vip"], back=back), font_folder, backs=FACTS)
    text = poppler(printer.pages(people), "pdftotext", "-f", "2", "-l", "2", "{}", "-")

    agenda = "09:30 Panel 0 · Hall" in " ".join(text.split()) and "研讨3" in text
    assert (agenda, "At the harbor · Ring twice" in text and "港口" in text and text.count("911") == 1) == tells
    assert people[0].short_code not in text
    assert [one.code for one in printer.check(people)] == []


def test_a_part_of_a_back_without_room_for_both_languages_is_in_that_of_the_holders_own_name(
    font_folder: Path, poppler: Any
) -> None:
    crowded = BackFacts(FACTS.sessions + FACTS.sessions[:2], FACTS.help)
    design = replace(READY["a7-landscape-speaker"], back=Back.BOTH)
    one = replace(two_people()[0], native_name="刘春", native_lang="zh-Hant")
    people = [one, replace(one, native_name="")]
    printer = printer_of(design, font_folder, backs=crowded)

    told = [poppler(printer.pages([one]), "pdftotext", "-f", "2", "-l", "2", "{}", "-") for one in people]

    assert [("研讨3" in text, "Panel 3" in text) for text in told] == [(True, False), (False, True)]
    assert [("At the harbor" in text, "港口" in text) for text in told] == [(True, True)] * 2
    assert [one.code for one in printer.check(people)] == []


def test_a_back_that_is_empty_or_too_full_is_told_once_and_of_the_edition(font_folder: Path) -> None:
    people = two_people()
    design = replace(READY["cr80-landscape-delegate"], back=Back.AGENDA)
    crowded = BackFacts(FACTS.sessions * 6)
    found = [printer_of(design, font_folder, backs=one).check(people) for one in (BackFacts(), crowded)]
    behind = [[(one.code, one.registration_id, one.about) for one in told if one.code.startswith("back-")]
              for told in found]  # fmt: skip
    assert behind == [[("back-empty", None, ("edition", ""))], [("back-overfull", None, ("edition", ""))]]


def test_backs_land_behind_their_fronts_on_a_sheet(font_folder: Path, poppler: Any) -> None:
    """Turned about its long edge, left becomes right: each back is where its front is, seen from behind."""
    people = [sample.badge(n, random.Random(n), type_code="x") for n in (1, 2, 3)]
    design = replace(READY["4x3-landscape-delegate"], back=Back.SAME)
    stock = STOCKS["avery-74459"]
    printer = printer_of(design, font_folder, stock=stock)
    pdf = imposition.onto_sheets(printer.pages(people), stock, Placing(2), two_sided=printer.is_two_sided)

    assert imposition.pages_in(pdf) == 2
    at = []
    for page in ("1", "2"):
        words = poppler(pdf, "pdftotext", "-bbox", "-f", page, "-l", page, "{}", "-").splitlines()
        at.append(
            {one.short_code: float(next(w for w in words if one.short_code in w).split('"')[1]) for one in people}
        )
    left = {code: x < 72 * 4.25 for code, x in at[0].items()}
    assert [left[one.short_code] for one in people] == [False, True, False]  # labels 2, 3 and 4
    assert {code: x > 72 * 4.25 for code, x in at[1].items()} == left
