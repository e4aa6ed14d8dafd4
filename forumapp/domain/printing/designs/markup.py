"""A design as the template that is stamped: HTML and CSS, made of numbers and of names of ours alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forumapp.core.values.colors import ink_on
from forumapp.core.values.text import pick
from forumapp.domain.printing.designs.shapes import (
    AREAS,
    COLORS,
    IN_LANGUAGES,
    PICTURES,
    Align,
    Big,
    Box,
    Design,
    FieldName,
    Kind,
    Line,
)
from forumapp.domain.printing.engine import templates
from forumapp.domain.printing.paper import layout
from forumapp.domain.printing.wording import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from forumapp.domain.printing.paper.documents import EditionHead, Logo

INK = "#16191d"
NATIVE = "zh-Hans"  # the language of the sample of a native name; each name brings its own
# What a box's words are colored by where it does not say so itself.
USUAL = {Kind.EVENT: "on-head", Kind.TYPE: "on-band"}
KEPT_FREE = 10  # millimetres between two languages that stay free when there is only one, as for a slot
POINTS, LEADING = 72 / 25.4, 1.2  # in a millimetre; of the lines of a code, as in badge.css
NEAR = 0.05  # millimetres from an edge
ROOM = 1.2  # a line that is set in two scripts is a little higher than one in either


@dataclass(frozen=True, slots=True)
class Field:
    """A line of a stack: `says` is its key among a badge's texts, `kind` the class that shapes it."""

    says: str
    kind: str
    language: str
    name: str
    line: Line
    is_name: bool = False
    sample: str = ""  # which has the scripts of what it will say, since they decide where its letters stand

    @property
    def floor(self) -> float:
        return self.line.floor

    @property
    def lines(self) -> int:
        return self.line.lines


@dataclass(frozen=True, slots=True)
class Stack:
    name: str
    slack: float
    place: tuple[float, float, float, float]
    align: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A box with the name of its class; one of words with its stacks, one for each column."""

    name: str
    box: Box
    stacks: tuple[Stack, ...] = ()

    @property
    def kind(self) -> str:
        return self.box.kind.value


def template(
    design: Design, head: EditionHead, languages: Sequence[str], type_color: str, logo: Logo | None = None
) -> tuple[str, str]:
    """HTML and CSS of the front."""
    placed = [placed_box(number, box, design, languages) for number, box in enumerate(design.shown)]
    return written(placed, design, head, languages, type_color=type_color, logo=logo)


def written(
    placed: Sequence[Placed],
    design: Design,
    head: EditionHead,
    languages: Sequence[str],
    *,
    type_color: str,
    logo: Logo | None = None,
) -> tuple[str, str]:
    """HTML and CSS of a face with these boxes."""
    html = templates.page(
        "badge.html", languages=languages, title=pick(head.name, languages[0]), boxes=placed, logo=logo
    )
    rules = [_page_rule(design), *(rule for one in placed for rule in _rules(one, design))]
    colors = palette(design, head, type_color)
    return html, templates.style("badge.css", colors=colors) + "\n" + "\n".join(rules)


def palette(design: Design, head: EditionHead, type_color: str) -> dict[str, str]:
    """The colors of a badge by name: those of the design, and for the others the edition's and the type's."""
    chosen = design.colors
    accent = chosen.get("head") or layout.fill(head.accent_color)
    band = chosen.get("band") or layout.fill(type_color)
    on_head, on_band = chosen.get("on-head") or ink_on(accent), chosen.get("on-band") or ink_on(band)
    return dict(zip(COLORS, (accent, on_head, band, on_band, chosen.get("text") or INK), strict=True))


def text_box(name: str) -> str:
    """The key of what a box of kind text says, without its language."""
    return f"text-{name}"


def fixed_texts(design: Design) -> dict[str, Mapping[str, str]]:
    """What its boxes of kind text say, by the same keys."""
    boxes = enumerate(design.shown)
    return {text_box(_name(number)): box.texts for number, box in boxes if box.kind is Kind.TEXT}


def _name(number: int) -> str:
    return f"b{number}"


def boxes_of(design: Design, stacks: Sequence[str]) -> str:
    """The boxes of these stacks, each by its kind and its number in the design, from 1 on."""
    shown = [number for number, box in enumerate(design.boxes) if box.shown]
    names = {_name(at): number for at, number in enumerate(shown)}
    return boxes_at(design, dict.fromkeys(names[stack.partition("-")[0]] for stack in stacks))


def boxes_at(design: Design, places: Iterable[int]) -> str:
    return " ".join(f"{design.boxes[at].kind.value}:{at + 1}" for at in places)


def placed_box(number: int, box: Box, design: Design, languages: Sequence[str]) -> Placed:
    name = _name(number)
    if box.kind is Kind.CODE:
        return Placed(name, box, tuple(_apart(name, box, design, languages)))
    if box.beside is not None and (len(languages) > 1 or box.beside > KEPT_FREE):
        return Placed(name, box, tuple(_columns(name, box, design, languages)))
    if not box.fields:
        return Placed(name, box)
    place = box.x, box.y, box.w, box.h
    return Placed(name, box, (Stack(name, box.slack, place, box.align, tuple(_fields(name, box, design, languages))),))


def _apart(name: str, box: Box, design: Design, languages: Sequence[str]) -> Iterator[Stack]:
    """Each line in a stack of its own, since the word for the code is the same on all badges and painted once."""
    highs = [line.size / POINTS * LEADING for line in box.fields]
    total = sum(highs) + sum(line.gap for line in box.fields[1:])
    squeezed = min(1.0, box.h / total)
    top = box.y + (box.h - total * squeezed) * box.slack
    for number, (line, high) in enumerate(zip(box.fields, highs, strict=True)):
        top += line.gap * squeezed if number else 0
        own = f"{name}-{number}"
        fields = tuple(_same_in_all(own, line, design, languages))
        yield Stack(own, 0, (box.x, top, box.w, high * squeezed * ROOM), box.align, fields)
        top += high * squeezed


def _columns(name: str, box: Box, design: Design, languages: Sequence[str]) -> Iterator[Stack]:
    """The first language on the left, and the last one at the right edge."""
    gap, others = box.beside or 0, max(1, len(languages) - 1)
    room = box.w - gap * others
    rest = room * (1 - box.first / 100) / others
    left = box.x
    for column, language in enumerate(languages):
        wide = rest if column else room * box.first / 100
        align = Align.RIGHT if column and column == len(languages) - 1 else box.align
        own = f"{name}-{column}"
        fields = tuple(_fields(own, box, design, [language]))
        yield Stack(own, box.slack, (left, box.y, wide, box.h), align, fields)
        left += wide + gap


def _fields(name: str, box: Box, design: Design, languages: Sequence[str]) -> Iterator[Field]:
    """In the box's order; what is said in each language is said as a whole in one before the next."""
    waiting: list[tuple[int, Line]] = []
    for number, line in enumerate(box.fields):
        if line.field in IN_LANGUAGES:
            waiting.append((number, line))
            continue
        yield from _in_languages(name, waiting, languages)
        waiting.clear()
        yield from _same_in_all(f"{name}-{number}", line, design, languages)
    yield from _in_languages(name, waiting, languages)


def _in_languages(name: str, lines: Sequence[tuple[int, Line]], languages: Sequence[str]) -> Iterator[Field]:
    for language in languages:
        for number, line in lines:
            key = text_box(name.partition("-")[0]) if line.field is FieldName.TEXT else line.field.value
            own = f"{name}-{number}"
            yield Field(f"{key}.{language}", line.field.value, language, own, line, sample=sample_of(language))


def label(languages: Sequence[str]) -> str:
    """What stands above a code, in all languages."""
    return " · ".join(dict.fromkeys(words.word("code", language) for language in languages))


def sample_of(language: str) -> str:
    return "样" if language.startswith("zh") else "Ag"


def _same_in_all(name: str, line: Line, design: Design, languages: Sequence[str]) -> Iterator[Field]:
    """A name stands in the place of the large one also when it is the only one that its owner has."""
    kind = line.field.value
    if line.field is FieldName.CODE:
        yield Field(kind, kind, "en", name, line, sample=sample_of("en"))
        return
    if line.field is FieldName.LABEL:
        yield Field(kind, kind, languages[0], name, line, sample=label(languages))
        return
    first, other = ("native", "latin") if design.big is Big.NATIVE else ("latin", "native")
    for kind in (first, other) if line.field is FieldName.BIG_NAME else (other,):
        alone = kind == other and line.field is FieldName.BIG_NAME
        says = f"{kind}-alone" if alone else kind
        language = NATIVE if kind == "native" else "en"
        yield Field(says, kind, language, name, line, is_name=True, sample=sample_of(language))


def _page_rule(design: Design) -> str:
    return f"@page {{ size: {design.width:g}mm {design.height:g}mm; margin: 0; bleed: {design.bleed:g}mm; }}"


def _rules(placed: Placed, design: Design) -> Iterator[str]:
    box = placed.box
    for stack in placed.stacks:
        yield _place(stack.name, stack.place, f"text-align: {stack.align};{_ink(box)}")
        for field in stack.fields:
            line = field.line
            yield (
                f".{stack.name} .{field.name} {{ font-size: {line.size:g}pt; font-weight: {line.weight}; "
                f"margin-top: {line.gap:g}mm; }}"
            )
    if not placed.stacks:
        ground = "" if box.kind in PICTURES or box.color is None else f"background: {_color(box.color)};"
        place = _to_the_bleed(box, design) if box.kind in AREAS else (box.x, box.y, box.w, box.h)
        yield _place(placed.name, place, ground)


def _to_the_bleed(box: Box, design: Design) -> tuple[float, float, float, float]:
    """An area that ends at an edge goes on beyond it, so that no white shows where a cut is a little off."""
    left, top, right, bottom = box.x, box.y, box.x + box.w, box.y + box.h
    beyond = design.bleed
    left, top = (-beyond if side <= NEAR else side for side in (left, top))
    right = design.width + beyond if right >= design.width - NEAR else right
    bottom = design.height + beyond if bottom >= design.height - NEAR else bottom
    return left, top, round(right - left, 2), round(bottom - top, 2)


def _place(name: str, place: tuple[float, float, float, float], also: str) -> str:
    x, y, w, h = place
    return f".{name} {{ left: {x:g}mm; top: {y:g}mm; width: {w:g}mm; height: {h:g}mm; {also} }}"


def _ink(box: Box) -> str:
    color = box.color or USUAL.get(box.kind)
    return f" color: {_color(color)};" if color else ""


def _color(color: str) -> str:
    return f"var(--{color})" if color in COLORS else layout.fill(color)
