"""The back of a badge that is not its front again: the agenda, whom to ring, or both, in the front's own colors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forumapp.core.values.text import language_of, pick
from forumapp.domain.printing.designs import markup
from forumapp.domain.printing.designs.markup import Field, Placed, Stack
from forumapp.domain.printing.designs.shapes import AREAS, BOLD, REGULAR, Back, Box, Design, FieldName, Kind, Line
from forumapp.domain.printing.wording import dates, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forumapp.domain.printing.paper.documents import BackFacts, EditionHead

SMALLEST = 9.0  # points, as on the front
LARGE, SMALL, WIDE = 10.5, 9.5, 90.0  # on faces wider than so many millimetres, and on others
ABOVE, BELOW, EDGE = 2.5, 1.5, 4.0  # millimetres that stay free
LARGEST = 0.6  # of the room, for one of two parts
AGENDA, HELP = PARTS = ("agenda", "help")
TITLES = {Back.AGENDA: ("agenda",), Back.EMERGENCY: ("emergency",), Back.BOTH: ("agenda", "emergency")}


@dataclass(frozen=True, slots=True)
class BackLine:
    """A text of the back under its key, and how it is set."""

    key: str
    text: str
    language: str
    weight: int = REGULAR
    gap: float = 0


@dataclass(frozen=True, slots=True)
class BackFace:
    """What is laid out, and its texts."""

    html: str
    css: str
    lines: tuple[BackLine, ...]


def back_face(
    design: Design, facts: BackFacts, head: EditionHead, spoken: Mapping[str, Sequence[str]], type_color: str
) -> BackFace:
    """The back of a design, with each of `PARTS` in the languages that are `spoken` in it; the front's areas and the
    words of the type stand there as well.
    """
    kept = [(number, box) for number, box in enumerate(design.shown) if box.kind in AREAS or box.kind is Kind.TYPE]
    placed = [markup.placed_box(number, box, design, head.languages) for number, box in kept]
    title, lines = _title(design, head.languages), [list(part) for part in _parts(design, facts, spoken)]
    placed.append(_stack("title", _title_box(design), [title], line=Line(FieldName.TEXT, 12, SMALLEST, 2, BOLD)))
    size = LARGE if design.width > WIDE else SMALL
    for number, (box, part) in enumerate(zip(_shared(design, lines), lines, strict=True)):
        placed.append(_stack(f"part-{number}", box, part, line=Line(FieldName.TEXT, size, SMALLEST, 2)))
    html, css = markup.written(placed, design, head, head.languages, type_color=type_color)
    return BackFace(html, css, (title, *(one for part in lines for one in part)))


def _stack(name: str, box: Box, lines: Sequence[BackLine], *, line: Line) -> Placed:
    fields = tuple(
        Field(
            one.key,
            "text",
            one.language,
            f"{name}-{number}",
            Line(line.field, line.size, line.floor, line.lines, max(line.weight, one.weight), one.gap),
            sample=markup.sample_of(one.language),
        )
        for number, one in enumerate(lines)
    )
    return Placed(name, box, (Stack(name, box.slack, (box.x, box.y, box.w, box.h), box.align, fields),))


def _title_box(design: Design) -> Box:
    """Where the front has the forum's name, since no slot is punched there."""
    event = next((box for box in design.shown if box.kind is Kind.EVENT), None)
    if event is None:
        return Box(Kind.TEXT, EDGE, EDGE, design.width - 2 * EDGE, 2 * EDGE)
    wide = event.w if event.beside is None or event.beside < markup.KEPT_FREE else (event.w - event.beside) / 2
    return Box(Kind.EVENT, event.x, event.y, wide, event.h, stand=event.stand, color=event.color)


def _room(design: Design) -> tuple[float, float, float, float]:
    """Below what is colored at the top, above what is at the foot."""
    middle = design.height / 2
    areas = [box for box in design.shown if box.kind in AREAS]
    top = max((box.y + box.h for box in areas if box.y + box.h < middle), default=EDGE) + ABOVE
    foot = min((box.y for box in areas if box.y > middle), default=design.height - EDGE) - BELOW
    names = next(box for box in design.shown if box.kind is Kind.NAMES)
    edge = min(names.x, design.width / 8)
    return edge, top, design.width - 2 * edge, foot - top


def _shared(design: Design, lines: Sequence[Sequence[BackLine]]) -> list[Box]:
    """The box of each part, by its length: next to each other on a landscape face, else one below the other."""
    left, top, wide, high = _room(design)
    if len(lines) == 1:
        return [Box(Kind.TEXT, left, top, wide, high)]
    first, other = (max(1, len(part)) for part in lines)
    share = min(LARGEST, max(1 - LARGEST, first / (first + other)))
    if design.width > design.height:
        split_width = wide * LARGEST
        return [
            Box(Kind.TEXT, left, top, split_width - ABOVE, high),
            Box(Kind.TEXT, left + split_width, top, wide - split_width, high),
        ]
    return [
        Box(Kind.TEXT, left, top, wide, high * share - ABOVE),
        Box(Kind.TEXT, left, top + high * share, wide, high * (1 - share)),
    ]


def _title(design: Design, languages: Sequence[str]) -> BackLine:
    word = TITLES[design.back][0]
    return BackLine("back-title", " · ".join(words.word(word, one) for one in languages), languages[0])


def _parts(design: Design, facts: BackFacts, spoken: Mapping[str, Sequence[str]]) -> Iterator[Iterator[BackLine]]:
    if design.back in (Back.AGENDA, Back.BOTH):
        yield _agenda(facts, spoken[AGENDA])
    if design.back in (Back.EMERGENCY, Back.BOTH):
        yield _help(facts, spoken[HELP], titled=design.back is Back.BOTH)


def _agenda(facts: BackFacts, languages: Sequence[str]) -> Iterator[BackLine]:
    """Each session with its hour and its room in the first language, and below it what it is called in the others."""
    lead, days = languages[0], {session.day for session in facts.sessions}
    last = None
    for number, session in enumerate(facts.sessions):
        if len(days) > 1 and session.day != last:
            day = " · ".join(dates.date_text(session.day, language) for language in languages)
            yield BackLine(f"day-{number}", day, lead, BOLD, 1.6 if number else 0)
        last = session.day
        where = pick(session.room, lead)
        text = f"{session.at}  {pick(session.title, lead)}" + (f" · {where}" if where else "")
        yield BackLine(f"session-{number}", text, language_of(session.title, lead), BOLD, 1.0 if number else 0.2)
        for language in languages[1:]:
            if title := session.title.get(language):
                yield BackLine(f"session-{number}.{language}", title, language)


def _help(facts: BackFacts, languages: Sequence[str], *, titled: bool) -> Iterator[BackLine]:
    lead = languages[0]
    if titled:
        yield BackLine("help-title", " · ".join(words.word("emergency", one) for one in languages), lead, BOLD)
    for number, (word, texts) in enumerate(facts.help):
        label = " · ".join(dict.fromkeys(words.word(word, one) for one in languages))
        yield BackLine(f"help-{number}", label, lead, BOLD, 1.0)
        seen_texts: set[str] = set()
        for language in languages:
            lines = (" ".join(line.split()) for line in texts.get(language, "").splitlines())
            text = " · ".join(line for line in lines if line)
            if text and text not in seen_texts:
                seen_texts.add(text)
                yield BackLine(f"help-{number}.{language}", text, language)
