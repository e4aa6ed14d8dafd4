"""What a badge design may say, and what is refused of it, by box and field."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from forumapp.core.errors import Invalid
from forumapp.domain.printing.designs.quiet_zone import crowded
from forumapp.domain.printing.designs.reader import SMALLEST_TYPE, design_from, plain, saved_design
from forumapp.domain.printing.designs.ready_designs import SIZES, Look, for_label, ready_designs
from forumapp.domain.printing.designs.shapes import Big, Box, Design, Fold, Kind, fits, overlaps
from forumapp.domain.printing.paper.stocks import STOCKS

READY = ready_designs()
DARK = {"head": "#304050", "band": "#304050"}
A6 = plain(READY["a6-portrait-delegate"])


def changed(path: str, value: Any) -> dict[str, Any]:
    """The plain A6 design with another value at `boxes.3.w`."""
    layout = copy.deepcopy(A6)
    *steps, last = path.split(".")
    part: Any = layout
    for step in steps:
        part = part[int(step)] if step.isdigit() else part[step]
    if isinstance(part, list):
        part[int(last)] = value
    else:
        part[last] = value
    return layout


def test_there_is_a_ready_design_of_every_size_for_everyone() -> None:
    assert len(READY) == len(SIZES) * len(Look) == 50
    assert {fits(design, *size) for design in (READY["4x3-landscape-vip"],) for size in [(101.6, 76.2)]} == {True}


@pytest.mark.parametrize("code", READY)
def test_a_ready_design_is_read_as_it_is_written_and_nothing_of_it_overlaps(code: str) -> None:
    design = READY[code]

    assert design_from(plain(design)) == design
    assert overlaps(design) == []
    assert {Kind.NAMES, Kind.QR, Kind.CODE, Kind.TYPE, Kind.EVENT} <= {box.kind for box in design.boxes}
    assert min(line.floor for box in design.boxes for line in box.fields) >= SMALLEST_TYPE


@pytest.mark.parametrize("code", READY)
def test_around_the_code_of_a_ready_design_four_modules_stay_light(code: str) -> None:
    assert crowded(READY[code], DARK) is None


@pytest.mark.parametrize(
    ("box", "found"),
    [
        (Box(Kind.NAMES, 4, 21, 40, 15), []),
        (Box(Kind.NAMES, 4, 21, 40, 15.6), [1]),
        (Box(Kind.NAMES, 4, 21, 40, 15.6, shown=False), []),
        (Box(Kind.BAND, 4, 21, 40, 15.6), [1]),
        (Box(Kind.BAND, 0, 0, 105, 148, color="#304050"), [1]),
        (Box(Kind.BAND, 0, 0, 105, 148, color="#f4e8d0"), []),
    ],
    ids=["apart", "too near", "not shown", "dark", "dark below", "light below"],
)
def test_what_is_too_near_to_the_code_of_an_own_design_is_told(box: Box, found: list[int]) -> None:
    """A code of 21 mm has modules of one, so that four stay free around it."""
    told = crowded(Design(105, 148, (Box(Kind.QR, 4, 40, 21, 21), box)), DARK)
    assert told == ((4, found) if found else None)


@pytest.mark.parametrize(("first", "second", "found"), [("#304050", "#ffffff", None), ("#ffffff", "#304050", (4, [1]))])
def test_a_light_area_under_the_code_covers_a_dark_one_below_it(first: str, second: str, found: Any) -> None:
    """Boxes are painted in their order."""
    code, small = Box(Kind.QR, 40, 40, 21, 21), (36, 36, 29, 29)
    whole = Box(Kind.HEAD, 0, 0, 105, 148, color=first), Box(Kind.BAND, *small, color=second)
    assert crowded(Design(105, 148, (*whole, code)), DARK) == found
    edge = replace(whole[1], w=27)  # which does not reach as far as the margin
    assert crowded(Design(105, 148, (whole[0], edge, code)), DARK) is not None


@pytest.mark.parametrize(("x", "y"), [(3.8, 40), (80.2, 40), (40, 3.8), (40, 123.2)])
def test_a_code_too_near_to_the_edge_is_told(x: float, y: float) -> None:
    assert crowded(Design(105, 148, (Box(Kind.QR, x, y, 21, 21),)), DARK) == (4, [])


@pytest.mark.parametrize("stock", STOCKS.values(), ids=STOCKS)
def test_around_the_code_on_the_labels_of_every_stock_four_modules_stay_light(stock: Any) -> None:
    assert crowded(for_label(stock.width, stock.height), DARK) is None


@pytest.mark.parametrize("stock", STOCKS.values(), ids=STOCKS)
def test_every_stock_has_a_design_of_its_size(stock: Any) -> None:
    assert fits(for_label(stock.width, stock.height), stock.width, stock.height)


@pytest.mark.parametrize("size", [(63.5, 29.6), (40, 40), (80, 50), (88.9, 33.87), (60, 90), (200, 280)], ids=str)
def test_a_label_of_any_size_has_a_design_that_may_be_saved(size: tuple[float, float]) -> None:
    design = for_label(*size)

    assert design_from(plain(design)) == design
    assert (design.width, design.height) == size
    assert overlaps(design) == []


def test_what_is_left_out_is_as_usual() -> None:
    name = {"field": "big-name", "size": 30}
    design = design_from({"width": 90, "height": 60, "boxes": [{"kind": "names", "x": 5, "y": 5, "w": 80, "h": 40,
                                                                  "fields": [name]}]})  # fmt: skip

    assert (design.big, design.fold, design.bleed, design.page) == (Big.LATIN, Fold.NONE, 0, (90, 60))
    assert (design.boxes[0].shown, design.boxes[0].fields[0].floor) == (True, SMALLEST_TYPE)


@pytest.mark.parametrize(
    ("path", "value", "faults"),
    [
        ("width", "wide", {"width": "invalid"}),
        ("width", None, {"width": "required"}),
        ("height", 10, {"height": "too-small"}),
        ("colors.head", "red", {"colors.head": "invalid"}),
        ("colors.ink", "#000000", {"colors.ink": "unknown"}),
        ("colors", [], {"colors": "invalid"}),
        ("colors", None, {"colors": "invalid"}),
        ("bleed", None, {"bleed": "unknown"}),
        ("boxes.3.shown", None, {"boxes.3.shown": "invalid"}),
        ("boxes.3.fields.0.floor", None, {"boxes.3.fields.0.floor": "invalid"}),
        ("big", "loud", {"big": "unknown"}),
        ("bleed", 2, {"bleed": "unknown"}),
        ("css", "body{}", {"css": "unknown"}),
        ("boxes", "none", {"boxes": "invalid"}),
        ("boxes.3", 7, {"boxes.3": "invalid"}),
        ("boxes.3.x", 60, {"boxes.3.w": "outside"}),
        ("boxes.3.y", float("nan"), {"boxes.3.y": "invalid"}),
        ("boxes.3.kind", "picture", {"boxes.3.kind": "unknown"}),
        ("boxes.3.shown", False, {"boxes": "no-names"}),
        ("boxes.3.shown", "yes", {"boxes.3.shown": "invalid"}),
        ("boxes.3.color", "url(x)", {"boxes.3.color": "invalid"}),
        ("boxes.3.align", "justify", {"boxes.3.align": "unknown"}),
        ("boxes.3.fields", [], {"boxes.3.fields": "required"}),
        ("boxes.3.fields.0.size", 8, {"boxes.3.fields.0.size": "too-small"}),
        ("boxes.3.fields.0.floor", 40, {"boxes.3.fields.0.floor": "above-size"}),
        ("boxes.3.fields.0.lines", 1.5, {"boxes.3.fields.0.lines": "invalid"}),
        ("boxes.3.fields.0.weight", 500, {"boxes.3.fields.0.weight": "unknown"}),
        ("boxes.3.fields.1.field", "big-name", {"boxes.3.fields.1.field": "twice"}),
        ("boxes.3.fields.1.field", "code", {"boxes.3.fields.1.field": "unknown"}),
        ("boxes.3.fields.0.font", "Papyrus", {"boxes.3.fields.0.font": "unknown"}),
        ("boxes.4.w", 12, {"boxes.4.h": "not-square"}),
        ("boxes.2.kind", "qr", {"boxes.2.h": "not-square", "boxes.4.kind": "twice"}),
        ("boxes.2", {"kind": "text", "x": 0, "y": 0, "w": 9, "h": 9}, {"boxes.2.fields": "required",
                                                                        "boxes.2.texts": "required"}),
        ("boxes.2", {"kind": "text", "x": 0, "y": 0, "w": 9, "h": 9, "texts": {"en": "Gate\n2"}},
         {"boxes.2.fields": "required", "boxes.2.texts": "required", "boxes.2.texts.en": "line-break"}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_box_and_field(path: str, value: Any, faults: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refusal:
        design_from(changed(path, value))

    found = refusal.value.fields
    assert {at: found.get(at) for at in faults} == faults


@pytest.mark.parametrize("said", [None, [], "x", {}, {"width": 90, "height": 60}], ids=str)
def test_what_is_no_design_at_all_is_refused(said: Any) -> None:
    with pytest.raises(Invalid):
        design_from(said)


@pytest.mark.parametrize("saved", ["Gate\n2", "Gate\r\n2\n", "Gate\t2", " Gate\u20282"])
def test_a_saved_text_of_several_lines_is_read_as_one(saved: str) -> None:
    box = {"kind": "text", "x": 0, "y": 0, "w": 9, "h": 9, "fields": [{"field": "text", "size": 9, "floor": 9}]}
    layout = {**A6, "boxes": [*A6["boxes"], {**box, "texts": {"en": saved, "zh-Hans": None}}]}
    assert saved_design(layout).boxes[-1].texts == {"en": "Gate 2"}
    assert saved_design(A6) == design_from(A6)


def test_a_folded_design_takes_both_faces_from_its_sheet() -> None:
    def page(**said: Any) -> tuple[float, float]:
        design: Design = design_from({**A6, **said})
        return design.page

    assert page(fold="top", back="same") == (105, 296)
    assert page(fold="side", back="same") == (210, 148)
    assert page(fold="side") == (105, 148)
