"""Badges: from values to pages, and what to mend before they are printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from forumapp.core.values.text import LANGUAGES, missing, pick
from forumapp.domain.printing.badges import legibility
from forumapp.domain.printing.designs import markup, quiet_zone
from forumapp.domain.printing.designs.backs import AGENDA, HELP, PARTS, back_face
from forumapp.domain.printing.designs.ready_designs import for_label
from forumapp.domain.printing.designs.shapes import Back, Big, FieldName, Fold, Kind, is_duplex, shows
from forumapp.domain.printing.engine import stamp
from forumapp.domain.printing.engine.stamp import Text
from forumapp.domain.printing.engine.typeset import TYPESETTING, Typesetter
from forumapp.domain.printing.paper.documents import BackFacts
from forumapp.domain.printing.paper.layout import Finding
from forumapp.domain.printing.pdf import fonts
from forumapp.domain.printing.wording import dates, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from weasyprint.images import RasterImage

    from forumapp.domain.printing.designs.choices import Chosen
    from forumapp.domain.printing.designs.shapes import Design
    from forumapp.domain.printing.paper.documents import BackSession, BadgeValues, EditionHead
    from forumapp.domain.printing.paper.stocks import Stock

Pictures = Callable[[Collection[int]], Mapping[int, bytes]]
NO_BACKS = BackFacts()
_SPACES = re.compile(r"[ \t\r\n]+")
EDITION, TYPE = "edition", "registration_type"  # what findings are about, besides people


class BadgePrinter:
    """Prints badges of one edition on one stock. It lays each registration type out once, so keep it for a run.

    `people` are those whose characters the fonts are cut to, with `letters`; others come out too, only slower. `looks`
    are the designs of registration types by their codes; the others have the one that stands ready for the stock.
    `pictures` answers the bytes of logos and photos by their keys, as they are needed. With `bleed` mm, areas of color
    go on beyond the edge, whatever the designs say.
    """

    def __init__(
        self,
        head: EditionHead,
        stock: Stock,
        people: Sequence[BadgeValues],
        folder: Path | None = None,
        looks: Mapping[str, Chosen] | None = None,
        *,
        pictures: Pictures | None = None,
        backs: BackFacts = NO_BACKS,
        bleed: float = 0,
        letters: str = "",
    ) -> None:
        self.head = head
        self.stock = stock
        self._looks = {code: _bleeding(look, bleed) for code, look in (looks or {}).items()}
        self._pictures = pictures or (lambda _keys: {})
        self._backs = backs
        self._ready = replace(for_label(stock.width, stock.height), bleed=bleed)
        characters = {*letters, *(c for values in people for text in _written(values) for c in text)}
        characters.update(c for values in people for text in values.type_name.values() for c in text)
        characters.update(c for text in head.name.values() for c in text)
        characters.update(c for forms in words.WORDS.values() for text in forms.values() for c in text)
        characters.update(c for look in self._looks.values() for text in _fixed_texts(look.design) for c in text)
        characters.update(c for text in _back_texts(backs) for c in text)
        logos = {look.logo.key for look in self._looks.values() if look.logo and shows(look.design, Kind.LOGO)}
        self._setter = Typesetter(fonts.SANS, characters, folder or fonts.font_folder(), self._pictures(logos))
        self._layers: dict[tuple[str, ...], stamp.Layer] = {}

    def pages(self, people: Sequence[BadgeValues]) -> bytes:
        """One page for each badge, in order, without regard to sheets; two where badges have backs of their own."""
        photos = self._photos(people)
        pages = [sheet for values in people for sheet in self._sheets(values, photos)]
        lead = self.head.languages[0]
        name = pick(self.head.name, lead)
        return stamp.write(self._setter, pages, title=name, author=name, language=lead)

    @property
    def is_two_sided(self) -> bool:
        """Whether each badge has a page for its back, if a blank one."""
        return any(look.fits and is_duplex(look.design) for look in self._looks.values())

    def _sheets(self, values: BadgeValues, photos: Mapping[int, RasterImage]) -> Iterator[stamp.Sheet]:
        design = self.design(values)
        front = stamp.Sheetful(self._layer(values), self.texts(values), values.code, photos.get(values.photo or 0))
        page = front.layer.page
        back = front if design.back is Back.SAME else self._back(values)
        if back is None or design.fold is Fold.NONE:
            yield stamp.alone(front)
            if self.is_two_sided:
                yield stamp.alone(back) if back else stamp.Sheet(page.width, page.height, page.bleed)
        elif design.fold is Fold.TOP:
            yield stamp.folded_at_top(front, back)
        else:
            yield stamp.folded_at_side(front, back)

    def _back(self, values: BadgeValues) -> stamp.Sheetful | None:
        """The agenda or whom to ring. A part that has no room for both languages is in the holder's own."""
        if self.design(values).back in (Back.NONE, Back.SAME):
            return None
        layer = self._back_layer(values)
        crowded = tuple(sorted({part for part in map(_part, layer.overfull()) if part}))
        if crowded and len(self.head.languages) > 1:
            layer = self._back_layer(values, crowded, _own_language(values, self.head.languages))
        return stamp.Sheetful(layer, {}, "")

    def _back_layer(self, values: BadgeValues, crowded: tuple[str, ...] = (), own: str = "") -> stamp.Layer:
        """With both languages but for the `crowded` parts."""
        key = ("back", own, *crowded, *_kind_of(values))
        if key not in self._layers:
            languages = self.head.languages
            spoken = {part: (own,) if part in crowded else languages for part in PARTS}
            face = back_face(self.design(values), self._backs, self.head, spoken, values.type_color)
            texts_by_field = {line.key: Text(_plain(line.text), line.language) for line in face.lines}
            with TYPESETTING:
                constants = {**self._constants(values), **texts_by_field}
                self._layers[key] = stamp.Layer(self._setter, face.html, face.css, constants)
        return self._layers[key]

    def _photos(self, people: Sequence[BadgeValues]) -> dict[int, RasterImage]:
        """Of those whose design shows one."""
        boxes = {values.photo: self._layer(values).photo_box for values in people if values.photo is not None}
        shown = {key: box for key, box in boxes.items() if key is not None and box}
        photos = {}
        for key, content in (self._pictures(shown) if shown else {}).items():
            _x, _y, wide, high = shown[key]
            photos[key] = stamp.photo(content, f"photo-{key}", wide / high)
        return photos

    def check(self, people: Sequence[BadgeValues]) -> list[Finding]:
        """What to mend before these badges are printed, by person; what all badges of a type or all of them share is
        told once.
        """
        found: dict[tuple[object, ...], Finding] = {}
        shared = (*self._shared_glyphs(people), *self._of_types(people))
        for finding in (*shared, *(finding for values in people for finding in self._findings(values))):
            found.setdefault(finding.key, finding)
        return list(found.values())

    def photo_sizes(self, people: Sequence[BadgeValues]) -> dict[str, tuple[float, float] | None]:
        """By the codes of their types, how large badges show a photo, in mm; None where the design shows none."""
        by_type = {values.type_code: values for values in people}
        boxes = {code: self._layer(values).photo_box for code, values in by_type.items()}
        return {code: (box[2] * legibility.PIXEL, box[3] * legibility.PIXEL) if box else None
                for code, box in boxes.items()}  # fmt: skip

    def design(self, values: BadgeValues) -> Design:
        """That of the badge's type where it fits the stock."""
        chosen = self._looks.get(values.type_code)
        return chosen.design if chosen and chosen.fits else self._ready

    def texts(self, values: BadgeValues) -> dict[str, Text]:
        """What each field shows. A text with words in one of the languages leaves the others' fields out."""
        texts = {
            **_names(values, self.design(values).big),
            FieldName.CODE: Text(values.short_code, "en"),
        }
        texts_by_field = (
            (FieldName.TITLE, values.title),
            (FieldName.ORGANIZATION, values.organization),
            (FieldName.DELEGATION, values.delegation),
        )
        for kind, by_language in texts_by_field:
            plain = {language: _plain(text) for language, text in by_language.items()}
            texts |= {
                f"{kind}.{language}": text for language, text in stamp.in_languages(plain, self.head.languages).items()
            }
        return {name: text for name, text in texts.items() if text.text}

    def source(self, values: BadgeValues) -> tuple[str, str, dict[str, Text]]:
        """The template of a badge's type as HTML and CSS, and the texts that all badges of the type share."""
        head, languages, design = self.head, self.head.languages, self.design(values)
        chosen = self._looks.get(values.type_code)
        html, css = markup.template(design, head, languages, values.type_color, chosen.logo if chosen else None)
        return html, css, self._constants(values)

    def _constants(self, values: BadgeValues) -> dict[str, Text]:
        languages, fixed = self.head.languages, markup.fixed_texts(self.design(values))
        shared = {FieldName.EVENT: self.head.name, FieldName.TYPE: values.type_name, **fixed}
        constants = {
            f"{name}.{language}": Text(_plain(texts.get(language, "")), language)
            for name, texts in shared.items()
            for language in languages
        }
        constants[FieldName.LABEL] = Text(markup.label(languages), languages[0])
        return constants

    def _layer(self, values: BadgeValues) -> stamp.Layer:
        key = _kind_of(values)
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

    def _of_types(self, people: Sequence[BadgeValues]) -> Iterator[Finding]:
        """What is hard to read on all badges of a type: words in colors too much alike, a code too small to scan, or
        one for which a small label has no room.
        """
        for values in {badge.type_code: badge for badge in people}.values():
            name, about = pick(values.type_name, self.head.languages[0]), (TYPE, values.type_code)
            design = self.design(values)
            for code, details in legibility.faults(self._layer(values), partial(markup.boxes_of, design)):
                yield Finding(code, False, None, name, details, about)
            if found := quiet_zone.crowded(design, markup.palette(design, self.head, values.type_color)):
                free, near = found
                details = {"free": f"{free:.1f}"} | ({"boxes": markup.boxes_at(design, near)} if near else {})
                yield Finding("qr-crowded", False, None, name, details, about)
            if design is self._ready and not shows(design, Kind.QR):
                yield Finding("qr-left-out", False, None, name, {}, about)

    def _findings(self, values: BadgeValues) -> Iterator[Finding]:
        def found(code: str, *, blocking: bool, **details: str) -> Finding:
            return Finding(code, blocking, values.registration_id, values.shown_name, details)

        for details in _uncovered("".join(_written(values))):
            yield found("missing-glyph", blocking=True, **details)
        if not values.latin_name:
            yield found("missing-latin-name", blocking=True)
        chosen = self._looks.get(values.type_code)
        if chosen and not chosen.fits:
            about = (TYPE, values.type_code)
            name = pick(values.type_name, self.head.languages[0])
            yield Finding("design-not-for-stock", False, None, name, {"stock": self.stock.name}, about)
        for kind, texts in (("title", values.title), ("organization", values.organization)):
            # Without any words there is nothing to translate, and the badge shows nothing in its place.
            for language in missing(texts, self.head.languages) if any(texts.values()) else ():
                yield found("missing-translation", blocking=False, part=kind, language=language)
        yield from self._behind(values)
        stacks = self._layer(values).arrange(self.texts(values))
        for placed in (placed for stacked in stacks for placed in stacked.placed if not placed.fit.fits):
            part = placed.part
            code = "name-under-floor" if part.is_name else "text-under-floor"
            finding = found(code, blocking=placed.is_unreadable, part=part.name, floor=f"{part.floor:g}")
            yield self._shared(part.name, values, finding) or finding
        if not all(stacked.fits for stacked in stacks):
            yield found("badge-overfull", blocking=False)

    def _behind(self, values: BadgeValues) -> Iterator[Finding]:
        """Of what is the same on the backs of all badges."""
        back = self._back(values)
        if back is None:
            return
        about, name = (EDITION, ""), pick(self.head.name, self.head.languages[0])
        if not all(stacked.fits for stacked in back.layer.arrange({})):
            yield Finding("back-overfull", False, None, name, {}, about)
        wanted = self.design(values).back
        if (wanted is not Back.EMERGENCY and not self._backs.sessions) or (
            wanted is not Back.AGENDA and not self._backs.help
        ):
            yield Finding("back-empty", False, None, name, {}, about)

    def _shared(self, part: str, values: BadgeValues, finding: Finding) -> Finding | None:
        """Of a line that is the same on other people's badges."""
        lead, kind = self.head.languages[0], part.partition(".")[0]
        if kind == "event":
            return replace(finding, registration_id=None, name=pick(self.head.name, lead), about=(EDITION, ""))
        if kind in {"type", "label"}:  # what stands beside a code
            about = (TYPE, values.type_code)
            return replace(finding, registration_id=None, name=pick(values.type_name, lead), about=about)
        return None


def _bleeding(chosen: Chosen, bleed: float) -> Chosen:
    return replace(chosen, design=replace(chosen.design, bleed=bleed)) if bleed else chosen


def _uncovered(text: str) -> list[dict[str, str]]:
    return [{"character": c, "codepoint": f"U+{ord(c):04X}"} for c in fonts.uncovered(text, fonts.SANS)]


def _names(values: BadgeValues, big: Big) -> dict[str, Text]:
    """In the places of the large and the other name; whoever has one name alone has it large."""
    names = {
        "latin": Text(_plain(values.latin_name), "en"),
        "native": Text(_plain(values.native_name), values.native_lang),
    }
    if names[big].text:
        return dict(names)
    other = "latin" if big is Big.NATIVE else "native"
    return {f"{other}-alone": names[other]}


def _kind_of(values: BadgeValues) -> tuple[str, ...]:
    """What badges of one ground share."""
    return (values.type_code, values.type_color, *values.type_name.values())


def _part(block: stamp.Block) -> str | None:
    """Of a back, which part of it this is."""
    kind = block.fields[0].name.partition("-")[0] if block.fields else ""
    return {"day": AGENDA, "session": AGENDA, "help": HELP}.get(kind)


def _own_language(values: BadgeValues, languages: Sequence[str]) -> str:
    """That of their own name where the forum has it, whatever its script; else the first one."""
    spoken = values.native_lang.partition("-")[0] if values.native_name else ""
    return next((language for language in languages if language.partition("-")[0] == spoken), languages[0])


def _back_texts(backs: BackFacts) -> Iterator[str]:
    yield "0123456789:"
    for session in backs.sessions:
        yield from (*session.title.values(), *session.room.values(), *_days(session))
    for _word, texts in backs.help:
        yield from texts.values()


def _days(session: BackSession) -> list[str]:
    return [dates.date_text(session.day, language) for language in LANGUAGES]


def _fixed_texts(design: Design) -> Iterator[str]:
    for box in design.shown:
        if box.kind is Kind.TEXT:
            yield from box.texts.values()


def _written(values: BadgeValues) -> list[str]:
    return [
        values.latin_name,
        values.native_name,
        values.short_code,
        *values.title.values(),
        *values.organization.values(),
        *values.delegation.values(),
    ]


def _plain(text: str) -> str:
    """On one line: a field holds no breaks of its own, and one space where several were typed, as on any page. Spaces
    of other kinds, such as a full-width one between Chinese names, stay.
    """
    return _SPACES.sub(" ", text).strip()
