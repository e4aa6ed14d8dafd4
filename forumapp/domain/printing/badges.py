"""Badges: from values to pages, and what to mend before they are printed."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from forumapp.core.colors import ink_on
from forumapp.core.text import missing, pick
from forumapp.domain.printing import fonts, layout, stamp, templates, words
from forumapp.domain.printing.layout import Finding
from forumapp.domain.printing.stamp import Text
from forumapp.domain.printing.typeset import TYPESETTING, Typesetter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forumapp.domain.printing.documents import BadgeValues, EditionHead
    from forumapp.domain.printing.stocks import Stock

EDITION, TYPE = "edition", "registration_type"  # what findings are about, besides people


def font_folder() -> Path:
    """Where cut fonts are kept when nobody names a folder: they can be cut again at any time."""
    return Path(tempfile.gettempdir()) / f"forumapp-fonts-{os.getuid()}"


class BadgePrinter:
    """Prints badges of one edition on one stock. It lays each registration type out once, so keep it for a run.

    `people` are those whose characters the fonts are cut to; others come out too, only slower.
    """

    def __init__(
        self, head: EditionHead, stock: Stock, people: Sequence[BadgeValues], folder: Path | None = None
    ) -> None:
        self.head = head
        self.stock = stock
        characters = {c for values in people for text in _written(values) for c in text}
        characters.update(c for values in people for text in values.type_name.values() for c in text)
        characters.update(c for text in head.name.values() for c in text)
        characters.update(c for forms in words.WORDS.values() for text in forms.values() for c in text)
        self._setter = Typesetter(fonts.SANS, characters, folder or font_folder())
        self._layers: dict[tuple[str, ...], stamp.Layer] = {}

    def pages(self, people: Sequence[BadgeValues]) -> bytes:
        """One page for each badge, in order, without regard to sheets."""
        pages = [stamp.Sheetful(self._layer(values), self.texts(values), values.code) for values in people]
        lead = self.head.languages[0]
        name = pick(self.head.name, lead)
        return stamp.write(self._setter, pages, title=name, author=name, language=lead)

    def check(self, people: Sequence[BadgeValues]) -> list[Finding]:
        """What to mend before these badges are printed, by person; what all badges of a type or all of them share is
        told once.
        """
        found: dict[tuple[object, ...], Finding] = {}
        for one in (*self._shared_glyphs(people), *(one for values in people for one in self._findings(values))):
            found.setdefault((one.code, one.registration_id, one.about, *sorted(one.details.items())), one)
        return list(found.values())

    def texts(self, values: BadgeValues) -> dict[str, Text]:
        """What each field shows. A text without words in a language leaves its field out."""
        texts = {
            "latin": Text(_plain(values.latin_name), "en"),
            "native": Text(_plain(values.native_name), values.native_lang),
            "short": Text(values.short_code, "en"),
        }
        for language in self.head.languages:
            texts[f"title.{language}"] = Text(_plain(values.title.get(language, "")), language)
            texts[f"organization.{language}"] = Text(_plain(values.organization.get(language, "")), language)
        return {name: text for name, text in texts.items() if text.text}

    def source(self, values: BadgeValues) -> tuple[str, str, dict[str, Text]]:
        """The template of a badge's type as HTML and CSS, and the texts that all badges of the type share."""
        head, languages = self.head, self.head.languages
        html = templates.page(
            "badge.html", languages=languages, title=pick(head.name, languages[0]), design=self.stock.design
        )
        band = layout.fill(values.type_color)
        colors = {**templates.accents(head), "type": band, "on-type": ink_on(band)}
        constants = {f"event.{language}": Text(_plain(head.name.get(language, "")), language) for language in languages}
        constants |= {
            f"type.{language}": Text(_plain(values.type_name.get(language, "")), language) for language in languages
        }
        return html, templates.style("badge.css", f"{self.stock.design}.css", colors=colors), constants

    def _layer(self, values: BadgeValues) -> stamp.Layer:
        key = (values.type_code, values.type_color, *values.type_name.values())
        layer = self._layers.get(key)
        if layer is None:
            with TYPESETTING:
                layer = self._layers[key] = stamp.Layer(self._setter, *self.source(values))
        return layer

    def _shared_glyphs(self, people: Sequence[BadgeValues]) -> Iterator[Finding]:
        names = {(TYPE, values.type_code): values.type_name for values in people}
        for about, name in {(EDITION, ""): self.head.name, **names}.items():
            for details in _uncovered("".join(name.values())):
                yield Finding("missing-glyph", True, None, pick(name, self.head.languages[0]), details, about)

    def _findings(self, values: BadgeValues) -> Iterator[Finding]:
        def found(code: str, *, blocking: bool, **details: str) -> Finding:
            return Finding(code, blocking, values.registration_id, values.shown_name, details)

        for details in _uncovered("".join(_written(values))):
            yield found("missing-glyph", blocking=True, **details)
        if not values.latin_name:
            yield found("missing-latin-name", blocking=True)
        for kind, texts in (("title", values.title), ("organization", values.organization)):
            # Without any words there is nothing to translate, and the badge shows nothing in its place.
            for language in missing(texts, self.head.languages) if any(texts.values()) else ():
                yield found("missing-translation", blocking=False, part=kind, language=language)
        stacks = self._layer(values).arrange(self.texts(values))
        for part in (placed.part for stacked in stacks for placed in stacked.placed if not placed.fit.fits):
            code = "name-under-floor" if part.is_name else "text-under-floor"
            one = found(code, blocking=False, part=part.name, floor=f"{part.floor:g}")
            yield self._shared(part.name, values, one) or one
        if not all(stacked.fits for stacked in stacks):
            yield found("badge-overfull", blocking=False)

    def _shared(self, part: str, values: BadgeValues, one: Finding) -> Finding | None:
        """Of a line that is the same on other people's badges."""
        lead, kind = self.head.languages[0], part.partition(".")[0]
        if kind == "event":
            return replace(one, registration_id=None, name=pick(self.head.name, lead), about=(EDITION, ""))
        if kind == "type":
            about = (TYPE, values.type_code)
            return replace(one, registration_id=None, name=pick(values.type_name, lead), about=about)
        return None


def _uncovered(text: str) -> list[dict[str, str]]:
    return [{"character": c, "codepoint": f"U+{ord(c):04X}"} for c in fonts.uncovered(text, fonts.SANS)]


def _written(values: BadgeValues) -> list[str]:
    return [
        values.latin_name,
        values.native_name,
        values.short_code,
        *values.title.values(),
        *values.organization.values(),
    ]


def _plain(text: str) -> str:
    """On one line: a field holds no breaks of its own."""
    return " ".join(text.split("\n")).strip()
