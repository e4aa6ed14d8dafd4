"""Cards and signs that name people: tent cards, place cards, signs on reserved seats and on the lectern.

Each face is laid out once and stamped like a badge, so that names shrink by the same ladder and are never cut.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forumapp.core.values.text import missing, pick
from forumapp.domain.printing.books import checks
from forumapp.domain.printing.engine import stamp, templates
from forumapp.domain.printing.engine.stamp import PX, Text
from forumapp.domain.printing.engine.typeset import TYPESETTING, Typesetter
from forumapp.domain.printing.paper.layout import Finding
from forumapp.domain.printing.pdf import fonts
from forumapp.domain.printing.pdf.fonts import font_folder
from forumapp.domain.printing.wording import words
from forumapp.domain.printing.wording.dates import is_chinese

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from forumapp.domain.printing.paper.card_documents import Card, CardsValues

MM = 72 / 25.4 * PX  # pixels in a millimetre
PAGES = {"A4": (210.0, 297.0), "Letter": (215.9, 279.4)}


@dataclass(frozen=True, slots=True)
class Type:
    """Points of a line: as large as it is where it has room, and the smallest at which it is still read."""

    size: float
    floor: float
    lines: int = 2


@dataclass(frozen=True, slots=True)
class Kind:
    """How cards of a kind stand on a sheet, in mm. `folded` ones have a second face above, upside down, so that both
    are upright once they stand. `banner` is what their head says: nothing, the edition's name, or "Reserved" as well.
    `big` is the name in the language that leads, `other` the one in the other script; one in characters stays on one
    line, since it may not be parted anywhere.
    """

    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    big: Type
    other: Type
    line: Type
    folded: bool = False
    lying: bool = False
    banner: str = ""

    @property
    def places(self) -> int:
        return self.columns * self.rows

    @property
    def pitch(self) -> float:
        return self.height * (2 if self.folded else 1)


TENT = (Type(54, 30), Type(34, 20), Type(13, 10))
PLACE = (Type(24, 14), Type(17, 11), Type(9.5, 7))
SEAT = (Type(60, 32), Type(38, 22), Type(18, 12))
LECTERN = (Type(120, 48), Type(76, 36), Type(30, 18))
# Tent cards on Letter are the maker's 5305, place cards the size of business cards, 5371.
KINDS: Mapping[str, Mapping[str, Kind]] = {
    "tent-cards": {
        "A4": Kind(1, 2, 190, 68, 10, 12.5, *TENT, folded=True),
        "Letter": Kind(1, 2, 215.9, 63.5, 0, 12.7, *TENT, folded=True),
    },
    "place-cards": {
        "A4": Kind(2, 5, 90, 54, 15, 13.5, *PLACE),
        "Letter": Kind(2, 5, 88.9, 50.8, 19.05, 12.7, *PLACE),
    },
    "seat-signs": {
        "A4": Kind(1, 2, 210, 148.5, 0, 0, *SEAT, banner="reserved"),
        "Letter": Kind(1, 2, 215.9, 139.7, 0, 0, *SEAT, banner="reserved"),
    },
    "lectern-signs": {
        "A4": Kind(1, 1, 297, 210, 0, 0, *LECTERN, lying=True, banner="edition"),
        "Letter": Kind(1, 1, 279.4, 215.9, 0, 0, *LECTERN, lying=True, banner="edition"),
    },
}


class CardPrinter:
    """Prints the cards of one paper. The face is laid out once, and the guides of the sheet once."""

    def __init__(self, values: CardsValues, folder: Path | None = None) -> None:
        self.values, self.languages = values, values.head.languages
        self.kind = KINDS[values.paper][values.head.page_size]
        by_language = {character for card in values.cards for text in _written(card) for character in text}
        by_language.update(character for text in values.head.name.values() for character in text)
        by_language.update(character for text in words.WORDS["reserved"].values() for character in text)
        self._setter = Typesetter(fonts.SANS, {*by_language, *"0123456789 Name"}, folder or font_folder())
        with TYPESETTING:
            self._face = self._layer("card.html", self.kind.width, self.kind.height)
            width, height = PAGES[values.head.page_size]
            self._sheet = self._layer("card_guides.html", *((height, width) if self.kind.lying else (width, height)))

    def pdf(self) -> bytes:
        """As many on a sheet as have room, in order, row by row."""
        cards, places = self.values.cards, self.kind.places
        sheets = [self._sheetful(cards[start : start + places]) for start in range(0, len(cards), places)]
        lead = self.languages[0]
        name = pick(self.values.head.name, lead)
        title = f"{name}: {words.word(self.values.paper, lead)}"
        return stamp.write(self._setter, sheets, title=title, author=name, language=lead)

    def check(self) -> list[Finding]:
        """What to mend before: characters without a glyph, missing languages, and what only fits too small."""
        found = {(one.code, one.name, *sorted(one.details.items())): one for one in self._findings()}
        return list(found.values())

    def texts(self, card: Card) -> dict[str, Text]:
        """Whoever has one name alone has it large."""
        who = card.who
        names = {"latin": Text(who.latin_name, "en"), "native": Text(who.native_name, who.native_language)}
        big = "native" if is_chinese(self.languages[0]) else "latin"
        if not names[big].text:
            names = {f"{key}-alone": text for key, text in names.items()}
        lines = () if self.values.untitled else (("title", who.title), ("organization", who.organization))
        for key, by_language in lines:
            plain = {language: " ".join(text.split()) for language, text in by_language.items()}
            names |= {f"{key}.{one}": text for one, text in stamp.in_languages(plain, self.languages).items()}
        return {key: text for key, text in names.items() if text.text}

    def _sheetful(self, cards: Sequence[Card]) -> stamp.Sheet:
        kind, page = self.kind, self._sheet.page
        faces = [stamp.Face(stamp.Sheetful(self._sheet, {}, ""))]
        for number, card in enumerate(cards):
            row, column = divmod(number, kind.columns)
            shown = stamp.Sheetful(self._face, self.texts(card), "")
            x, y = (kind.left + column * kind.width) * MM, (kind.top + row * kind.pitch) * MM
            if kind.folded:
                faces.append(stamp.Face(shown, x, y, turned=True))
                y += kind.height * MM
            faces.append(stamp.Face(shown, x, y))
        return stamp.Sheet(page.width, page.height, page.bleed, tuple(faces))

    def _layer(self, name: str, width: float, height: float) -> stamp.Layer:
        native_leads = is_chinese(self.languages[0])
        html = templates.page(
            name,
            kind=self.kind,
            head=self.values.head,
            languages=self.languages,
            names=("native", "latin") if native_leads else ("latin", "native"),
            untitled=self.values.untitled,
            height=height,
        )
        lengths = {"page": f"{width}mm {height}mm"}
        css = templates.style("card.css", colors=templates.accents(self.values.head), lengths=lengths)
        constants = {f"event.{one}": Text(self.values.head.name.get(one, ""), one) for one in self.languages}
        return stamp.Layer(self._setter, html, css, constants)

    def _findings(self) -> Iterator[Finding]:
        for card in self.values.cards:
            about = ("person", card.person_id or "")
            for one in checks.missing_glyphs("".join(_written(card)), card.shown_name, about):
                yield replace(one, registration_id=card.registration_id)
            texts = (("title", card.who.title), ("organization", card.who.organization))
            for part, by_language in () if self.values.untitled else texts:
                for language in missing(by_language, self.languages) if any(by_language.values()) else ():
                    yield _found("missing-translation", card, part=part, language=language)
            for placed in (placed for stack in self._face.arrange(self.texts(card)) for placed in stack.placed):
                line = placed.part
                if not placed.fit.fits or placed.fit.size < line.floor:
                    code = "name-under-floor" if line.is_name else "text-under-floor"
                    yield _found(code, card, blocking=placed.is_unreadable, part=line.name, floor=f"{line.floor:g}")


def _found(code: str, card: Card, *, blocking: bool = False, **details: str) -> Finding:
    return Finding(code, blocking, card.registration_id, card.shown_name, details, ("person", card.person_id or ""))


def _written(card: Card) -> list[str]:
    who = card.who
    return [who.latin_name, who.native_name, *who.title.values(), *who.organization.values()]
