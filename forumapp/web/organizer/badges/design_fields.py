"""A badge design as a form: one field per measure of each box, and the layout built from them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core.values.text import LANGUAGES
from forumapp.domain.printing.designs.reader import BLEEDS, COLOR, MOST_BOXES, plain
from forumapp.domain.printing.designs.shapes import BOLD, COLORS, PICTURES, REGULAR, SAYS, Kind
from forumapp.web.forms.fields import Fault, Field, Flag, PickCode, Texts
from forumapp.web.forms.pictures import PictureField

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from werkzeug.datastructures import MultiDict

    from forumapp.domain.printing.designs.queries import DesignLine

Flat = dict[str, Any]
KINDS: dict[str, Any] = {
    "head": _l("Area at the head"),
    "band": _l("Band"),
    "event": _l("Name of the event"),
    "names": _l("Names"),
    "title": _l("Title"),
    "organization": _l("Organization"),
    "delegation": _l("Delegation"),
    "type": _l("Registration type"),
    "code": _l("Code to read aloud"),
    "text": _l("Text of your own"),
    "qr": _l("QR code"),
    "logo": _l("Logo"),
    "photo": _l("Photo"),
}
LINES: dict[str, Any] = {
    "big-name": _l("Large name"),
    "other-name": _l("Other name"),
    "title": _l("Title"),
    "organization": _l("Organization"),
    "delegation": _l("Delegation"),
    "event": _l("Name of the event"),
    "type": _l("Registration type"),
    "label": _l("The word for the code"),
    "code": _l("Code"),
    "text": _l("Text of your own"),
}
TINTS: dict[str, Any] = {
    "head": _l("Color of the head"),
    "on-head": _l("Words on the head"),
    "band": _l("Color of the band"),
    "on-band": _l("Words on the band"),
    "text": _l("All other words"),
}
CHOICES: dict[str, dict[str, Any]] = {
    "big": {"latin": _l("The name in Latin letters"), "native": _l("The name in its own script")},
    "back": {
        "none": _l("Nothing"), "same": _l("The same as the front"), "agenda": _l("Agenda"),
        "emergency": _l("Emergency card"), "agenda-and-emergency": _l("Agenda and emergency card"),
    },
    "fold": {"none": _l("Not folded"), "top": _l("At the top"), "side": _l("At the side")},
    "align": {"left": _l("Left"), "center": _l("In the middle"), "right": _l("Right")},
    "stand": {
        "top": _l("At the top"), "upper": _l("A little below the top"), "middle": _l("In the middle"),
        "bottom": _l("At the bottom"),
    },
    "bleed": {f"{bleed:.1f}": _l("%(length)s mm", length=f"{bleed:g}") for bleed in BLEEDS},
    "weight": {str(REGULAR): _l("Regular"), str(BOLD): _l("Bold")},
}  # fmt: skip
PLACES = {"x": _l("From the left (mm)"), "y": _l("From the top (mm)"), "w": _l("Width (mm)"), "h": _l("Height (mm)")}
SIDE_BY_SIDE = {"beside": _l("Between languages side by side (mm)"), "first": _l("Room for the first language (%)")}
SIZES = {"size": _l("Size (pt)"), "floor": _l("Smallest size (pt)"), "gap": _l("Space above (mm)")}
NEW: Mapping[str, tuple[float, float]] = {"qr": (20, 20), "photo": (20, 25), "logo": (25, 10)}


@dataclass(frozen=True, kw_only=True)
class Of(Field):
    """A part of a layout. Field names begin with its path, as `boxes.3.x`; `short` is its label next to the box."""

    short: Any = ""


@dataclass(frozen=True, kw_only=True)
class Hidden(Of):
    """A value that the form only carries along."""

    control: ClassVar[str] = "hidden"


@dataclass(frozen=True, kw_only=True)
class Measure(Of):
    """A number with a fraction; None where it may be left empty and is. The domain knows the bounds."""

    type: str = "number"
    whole: bool = False

    def write(self, value: Any) -> dict[str, Any]:
        return {self.name: "" if value is None else f"{value:g}"}

    def parse(self, raw: Mapping[str, Any]) -> float | None:
        text = super().parse(raw)
        if not text:
            return None
        try:
            number = float(text)
        except ValueError as error:
            raise Fault("not-a-measure") from error
        if not math.isfinite(number):
            raise Fault("not-a-measure")
        return int(number) if self.whole and number == int(number) else number

    def words(self, value: Any) -> str:
        return "" if value is None else f"{value:g}"


@dataclass(frozen=True, kw_only=True)
class OneOf(PickCode):
    short: Any = ""


@dataclass(frozen=True, kw_only=True)
class Tint(Of):
    """A color of the design; left empty it follows the edition and the registration type."""

    def parse(self, raw: Mapping[str, Any]) -> str | None:
        text = super().parse(raw).lower()
        if text and not COLOR.fullmatch(text):
            raise Fault("not-a-color")
        return text or None


@dataclass(frozen=True, kw_only=True)
class Shown(Flag):
    short: Any = ""


@dataclass(frozen=True, kw_only=True)
class Paint(OneOf):
    """The color of a box: one of the list, or one set through the API."""

    def parse(self, raw: Mapping[str, Any]) -> Any:
        return raw[self.name] if COLOR.fullmatch(raw[self.name]) else super().parse(raw)

    def offered(self, raw: Mapping[str, Any]) -> list[tuple[str, Any]]:
        own = raw[self.name]
        return self.options if own in dict(self.options) or not own else [*self.options, (own, own)]


class Standing:
    """A design as forms compare it: every part under the name of its field."""

    def __init__(self, version: int, flat: Flat) -> None:
        self.version, self.flat = version, flat

    def __getattr__(self, name: str) -> Any:
        return self.flat.get(name, {} if name.endswith(".texts") else None)


def standing(line: DesignLine) -> Standing:
    flat = flat_of(plain(line.design))
    return Standing(line.row.version, {"name": line.row.name, "logo_id": line.current.logo_id, **flat})


def flat_of(layout: Mapping[str, Any]) -> Flat:
    """A layout by the names of its fields."""
    flat: Flat = {name: layout[name] for name in ("width", "height", "big", "back", "fold")}
    flat["bleed"] = f"{float(layout['bleed']):.1f}"
    flat |= {f"colors.{name}": layout["colors"].get(name) for name in COLORS}
    for number, box in enumerate(layout["boxes"]):
        flat |= {f"boxes.{number}.{name}": value for name, value in flat_box(number, box)}
    return flat


def flat_box(number: int, box: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from ((name, box.get(name)) for name in ("kind", "shown", *PLACES, *SIDE_BY_SIDE, "align", "stand", "color"))
    yield "place", number + 1
    yield "texts", box.get("texts") or {}
    lines = {line["field"]: (order, line) for order, line in enumerate(box.get("fields") or (), start=1)}
    for field_name in SAYS.get(Kind(box["kind"]), ()):
        order, line = lines.get(field_name.value, (len(lines) + 1, USUAL))
        at = f"lines.{field_name.value}"
        yield f"{at}.shown", field_name.value in lines
        yield f"{at}.order", order
        yield from ((f"{at}.{name}", line[name]) for name in (*SIZES, "lines"))
        yield f"{at}.weight", str(line["weight"])


USUAL: Flat = {"size": 12.0, "floor": 9.0, "gap": 0.0, "lines": 1, "weight": REGULAR}


def new_box(kind: Kind, layout: Mapping[str, Any]) -> Flat:
    """Return a new box at the upper left. It is not saved yet."""
    wide, high = NEW.get(kind.value, (min(60.0, layout["width"] - 10), 12.0))
    lines = [{"field": field_name.value, **USUAL} for field_name in SAYS.get(kind, ())[:1]]
    return {"kind": kind.value, "shown": True, "x": 5.0, "y": 5.0, "w": wide, "h": high, "fields": lines}


def kinds_sent(sent: MultiDict[str, str]) -> dict[int, Kind]:
    """The boxes that a form holds, by their numbers in it."""
    kinds = {number: sent.get(f"boxes.{number}.kind", "") for number in range(MOST_BOXES)}
    return {number: Kind(kind) for number, kind in kinds.items() if kind in list(Kind)}


def kinds_of(layout: Mapping[str, Any]) -> dict[int, Kind]:
    return {number: Kind(box["kind"]) for number, box in enumerate(layout["boxes"])}


def one_of(name: str, label: Any, choices: str, *, within: Any = None) -> OneOf:
    def offer() -> list[tuple[str, Any]]:
        return list(CHOICES[choices].items())

    return OneOf(name=name, label=label if within is None else Within(within, label), short=label, offer=offer,
                 required=True, empty=None)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Within:
    """A label that includes the one of its box, for use outside the box."""

    box: Any
    label: Any

    def __str__(self) -> str:
        if isinstance(self.label, int):
            return f"{self.box} {self.label}"
        return str(_("%(box)s: %(part)s", box=self.box, part=self.label))

    def __html__(self) -> str:
        return str(self)


DESIGN_FIELDS: tuple[Field, ...] = (
    Texts(name="name", label=_l("Name of the design"), required=True),
    Measure(name="width", label=_l("Width of the badge (mm)")),
    Measure(name="height", label=_l("Height of the badge (mm)")),
    one_of("big", _l("Large name"), "big"),
    one_of("back", _l("On the back"), "back"),
    one_of("fold", _l("Folded"), "fold"),
    one_of("bleed", _l("Bleed for a print shop"), "bleed"),
    PictureField(
        name="logo",
        label=_l("Logo of this design"),
        help=_l("Shown in boxes of the kind logo. Where none is chosen it is that of the edition."),
    ),
    *(Tint(name=f"colors.{name}", label=label, short=label) for name, label in TINTS.items()),
)


def fields_for(kinds: Mapping[int, Kind]) -> tuple[Field, ...]:
    """Those of the design and of its boxes."""
    return (*DESIGN_FIELDS, *(field for number, kind in kinds.items() for field in box_fields(number, kind)))


def box_fields(number: int, kind: Kind) -> Iterator[Field]:
    at, box = f"boxes.{number}", Within(KINDS[kind.value], number + 1)
    yield Hidden(name=f"{at}.kind", label=box, required=True)
    shown, gone, place = _l("Shown"), _l("Remove this box"), _l("Place in the order of painting")
    yield Shown(name=f"{at}.shown", label=Within(box, shown), short=shown)
    yield Shown(name=f"{at}.gone", label=Within(box, gone), short=gone)
    for name, label in PLACES.items():
        yield Measure(name=f"{at}.{name}", label=Within(box, label), short=label)
    yield Measure(name=f"{at}.place", label=Within(box, place), short=place, whole=True)
    if kind not in PICTURES:
        yield Paint(
            name=f"{at}.color", label=Within(box, _l("Color")), short=_l("Color"), offer=tints, empty=_l("As usual")
        )
    if kind is Kind.TEXT:
        yield Texts(name=f"{at}.texts", label=_l("Text of your own"))
    if kind in SAYS:
        for name in ("align", "stand"):
            yield one_of(f"{at}.{name}", {"align": _l("Across"), "stand": _l("Up and down")}[name], name, within=box)
        for name, label in SIDE_BY_SIDE.items():
            yield Measure(name=f"{at}.{name}", label=Within(box, label), short=label)
        for field_name in SAYS[kind]:
            yield from line_fields(f"{at}.lines.{field_name.value}", Within(box, LINES[field_name.value]))


def tints() -> list[tuple[str, Any]]:
    plain = {"#ffffff": _l("White"), "#16191d": _l("Black"), "#b08d3c": _l("Gold"), "#23282e": _l("Dark gray")}
    return [*TINTS.items(), *plain.items()]


def line_fields(at: str, line: Within) -> Iterator[Field]:
    shown, order = _l("Shown"), _l("Order")
    yield Shown(name=f"{at}.shown", label=Within(line, shown), short=shown)
    yield Measure(name=f"{at}.order", label=Within(line, order), short=order, whole=True)
    for name, label in SIZES.items():
        yield Measure(name=f"{at}.{name}", label=Within(line, label), short=label)
    most = _l("Lines at most")
    yield Measure(name=f"{at}.lines", label=Within(line, most), short=most, whole=True)
    yield one_of(f"{at}.weight", _l("Weight"), "weight", within=line)


@dataclass(frozen=True, slots=True)
class Built:
    """A layout built from the form. `names` maps each path in it to the field that filled it, to place faults."""

    layout: Flat
    names: dict[str, str]

    def field_of(self, fault: str) -> str:
        """Return the field that shows a fault of the layout."""
        at = fault.removeprefix("layout.")
        while at and at not in self.names:
            at = at.rpartition(".")[0]
        return self.names.get(at, "")


def built(flat: Mapping[str, Any], kinds: Mapping[int, Kind]) -> Built:
    """Boxes in the order of their places without those that are to be removed, and lines in theirs."""
    names = {name: name for name in ("width", "height", "bleed", *(f"colors.{tint}" for tint in COLORS))}
    layout: Flat = {name: flat.get(name) for name in ("width", "height", "big", "back", "fold")}
    layout["bleed"] = float(flat.get("bleed") or BLEEDS[0])
    layout["colors"] = {tint: flat.get(f"colors.{tint}") for tint in COLORS}
    layout["boxes"] = []
    for number, kind in sorted(kinds.items(), key=lambda box: (flat.get(f"boxes.{box[0]}.place") or 0, box[0])):
        if flat.get(f"boxes.{number}.gone"):
            continue
        at = f"boxes.{len(layout['boxes'])}"
        layout["boxes"].append(_box(flat, number, kind, at, names))
    return Built(layout, names)


def _box(flat: Mapping[str, Any], number: int, kind: Kind, at: str, names: dict[str, str]) -> Flat:
    typed = f"boxes.{number}"
    takes = ["shown", *PLACES]
    takes += [] if kind in PICTURES else ["color"]
    takes += ["align", "stand", *SIDE_BY_SIDE] if kind in SAYS else []
    takes += ["texts"] if kind is Kind.TEXT else []
    names |= {f"{at}.{name}": f"{typed}.{name}" for name in takes} | {
        at: f"{typed}.x",
        f"{at}.fields": f"{typed}.shown",
    }
    box: Flat = {"kind": kind.value} | {name: flat.get(f"{typed}.{name}") for name in takes}
    if kind is Kind.TEXT:
        box["texts"] = {code: text for code, text in (box["texts"] or {}).items() if code in LANGUAGES and text}
    if kind in SAYS:
        box["fields"] = list(_lines(flat, typed, kind, at, names))
    return {name: value for name, value in box.items() if value is not None}


def _lines(flat: Mapping[str, Any], typed: str, kind: Kind, at: str, names: dict[str, str]) -> Iterator[Flat]:
    shown = [field_name for field_name in SAYS[kind] if flat.get(f"{typed}.lines.{field_name.value}.shown")]
    shown.sort(key=lambda field_name: flat.get(f"{typed}.lines.{field_name.value}.order") or 0)
    for place, field_name in enumerate(shown):
        own = f"{typed}.lines.{field_name.value}"
        names |= {f"{at}.fields.{place}.{name}": f"{own}.{name}" for name in (*SIZES, "lines", "weight")}
        names[f"{at}.fields.{place}"] = f"{own}.shown"
        line = {name: flat.get(f"{own}.{name}") for name in (*SIZES, "lines")}
        line |= {"field": field_name.value, "weight": int(flat.get(f"{own}.weight") or REGULAR)}
        yield {name: value for name, value in line.items() if value is not None}
