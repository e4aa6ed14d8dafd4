"""The program and the itinerary booklets: from values to pages set as a book."""

from __future__ import annotations

import gc
import itertools
from contextlib import nullcontext
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from forumapp.core.text import missing, pick
from forumapp.domain.agenda.versions import QUIET
from forumapp.domain.images.rules import even_size
from forumapp.domain.printing import boxtree, dates, fonts, templates, words, written
from forumapp.domain.printing.badges import font_folder
from forumapp.domain.printing.documents import ProgramValues, SpeakerAgendaValues
from forumapp.domain.printing.layout import About, Finding
from forumapp.domain.printing.typeset import TYPESETTING, Typesetter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from weasyprint import CSS

    from forumapp.core.times import Span
    from forumapp.domain.printing.documents import (
        EditionHead,
        Host,
        Logo,
        PersonValues,
        ProgramItem,
        ProgramSession,
        Texts,
        Venue,
        WrittenPage,
    )
    from forumapp.domain.printing.itinerary_documents import ItineraryDay, ItineraryItem, ItineraryValues

    Book = ProgramValues | ItineraryValues | SpeakerAgendaValues

# What is tried in turn, so that no section ends in a page of three lines: sections on pages of their own or following
# one another, and lines a little closer together or further apart.
WAYS = (("sections", 1.0), ("sections", 0.95), ("continuous", 1.0), ("continuous", 0.95), ("continuous", 1.07))
# What is long, or one of many, is laid out once: a thin page hurts less than the wait.
AT_ONCE, FEW = WAYS[2:3], 30
LEADING = 4.5  # mm, the baseline of books
BOOK_SIZES = {"A4": (148, 210), "Letter": (139.7, 215.9)}
# What a cover tries in turn until it is one page: fewer of the hosts, and how they are set. Where it does not show all,
# all of them stand at the end of the book.
OFF_COVER = ((), ("sponsor", "media"), ("sponsor", "media", "supporter"))
TIERS, SMALLER_TIERS = ("plain", "many"), ("plain", "many", "columns", "dense")
PICTURE_ROOM = (112.0, 95.0)  # mm, how wide and high a picture may be
LOGO_AREA, LOGO_ROOM = 330.0, (35.0, 17.0)  # square mm of a logo, and how wide and high it may be
SMALL = 2  # a session with so few rows is never divided


def program(values: ProgramValues, languages: Sequence[str], folder: Path | None = None) -> bytes:
    """The program in `languages`, the first of which leads."""
    context = {
        "paper": "program",
        "roles": hosts_by_role(values.head.hosts),
        "logo_size": logo_size,
        "timed_items": timed_items,
        "marks": marks,
        "legend": legend(values),
        "quiet": QUIET,
        "small": SMALL,
        "picture_size": picture_size,
        "letters": written.letters_in_order(values.pages, values.head.hosts),
        "information": [page for page in values.pages if not written.is_letter(page)],
        "is_short": written.is_short,
        "is_brief": written.is_brief,
        "paragraphs": written.paragraphs,
        "portraits": any(one.photo for one in values.speakers),
        "rows": written.rows,
        "prose": written.prose,
    }
    return _book("program.html", values, languages, context, folder)


def itinerary(values: ItineraryValues, languages: Sequence[str], folder: Path | None = None) -> bytes:
    """A booklet in `languages`, the first of which leads: a delegation's, or that of one of its members."""
    large = len(values.members) > FEW or values.person
    layouts = AT_ONCE if large else WAYS
    return _book("itinerary.html", values, languages, _of_itinerary(values), folder, layouts=layouts)


def itinerary_page(values: ItineraryValues, languages: Sequence[str]) -> str:
    """The same as it is before it is laid out."""
    flow, _spacing = AT_ONCE[0]
    return templates.page("itinerary.html", **_shared(values, languages, _of_itinerary(values)), flow=flow)


def style(head: EditionHead) -> str:
    """What such pages are laid out by."""
    _flow, spacing = AT_ONCE[0]
    return _style(head, *_size(head), spacing)


def _of_itinerary(values: ItineraryValues) -> dict[str, Any]:
    return {
        "paper": "booklet" if values.person else "itinerary",
        "blocks": blocks,
        "is_short": written.is_short,
        "rows": written.rows,
        "prose": written.prose,
        "paragraphs": written.paragraphs,
    }


def speaker_agenda(values: SpeakerAgendaValues, languages: Sequence[str], folder: Path | None = None) -> bytes:
    """One speaker's agenda in `languages`, the first of which leads."""
    context: dict[str, Any] = {"paper": "speaker-agenda", "at_home": at_home}
    # A leaf or two, of which the last may be short.
    return _book("speaker-agenda.html", values, languages, context, folder, layouts=WAYS[:1])


def at_home(span: Span, zone: str, language: str) -> str:
    """When it begins and ends on the clocks of `zone`, with its day."""
    first, last = (one.utc.astimezone(ZoneInfo(zone)) for one in (span.start, span.end))
    later = f" {dates.day_text(last.date(), language)}" if last.date() != first.date() else ""
    return f"{dates.day_text(first.date(), language)} {first:%H:%M}–{later}{' ' * bool(later)}{last:%H:%M}"


def hosts_by_role(hosts: Iterable[Host]) -> list[tuple[str, Texts, list[Host]]]:
    """Neighbors with the same role and level under one heading; the order is the given one."""
    groups = itertools.groupby(hosts, key=lambda host: (host.role, host.level))
    return [(role, level, list(group)) for (role, level), group in groups]


def covers(hosts: Sequence[Host]) -> Iterator[dict[str, Any]]:
    """What of them a cover may show, and how it is set: the fullest and largest first, at last none of them."""
    for off in OFF_COVER:
        shown = [host for host in hosts if host.role not in off]
        with_hosts = len(shown) < len(hosts) or any(host.logo for host in hosts)
        for tier in SMALLER_TIERS if off else TIERS:
            yield {"on_cover": hosts_by_role(shown), "tier": tier, "with_hosts": with_hosts}
    yield {"on_cover": [], "tier": "plain", "with_hosts": bool(hosts)}


def logo_size(logo: Logo) -> dict[str, str]:
    """Its width and height on paper."""
    sides = even_size(logo.width, logo.height, area=LOGO_AREA, widest=LOGO_ROOM[0], highest=LOGO_ROOM[1])
    return dict(zip(("width", "height"), (f"{side:.2f}mm" for side in sides), strict=True))


def picture_size(picture: Logo, room: tuple[float, float] = PICTURE_ROOM) -> dict[str, str]:
    """As large as the room allows, never drawn out of shape."""
    scale = min(room[0] / picture.width, room[1] / picture.height)
    return {"width": f"{picture.width * scale:.2f}mm", "height": f"{picture.height * scale:.2f}mm"}


def timed_items(session: ProgramSession) -> list[tuple[ProgramItem, datetime]]:
    """The items, each with its beginning: after the minutes of those before it."""
    before = itertools.accumulate((item.minutes for item in session.items), initial=0)
    begin, zone = session.starts.astimezone(UTC), session.starts.tzinfo  # by the clock, whatever those on the wall do
    starts = ((begin + timedelta(minutes=minutes)).astimezone(zone) for minutes in before)
    return list(zip(session.items, starts, strict=False))  # the last start is the end of the last item


def marks(session: ProgramSession) -> list[str]:
    """The marks that stand beside a session."""
    return [words.MARKS[key][0] for key in (session.interpretation, session.press) if key in words.MARKS]


def legend(values: ProgramValues) -> list[tuple[str, dict[str, str]]]:
    """The marks in use, each with its meaning."""
    used = {mark for day in values.days for session in day.sessions for mark in marks(session)}
    return [(mark, texts) for mark, texts in words.MARKS.values() if mark in used]


def check(values: ProgramValues, languages: Sequence[str]) -> list[Finding]:
    """What to mend before a program is printed: characters without a glyph, and missing languages, by name."""
    cast = {person.person_id: person for person in (*values.speakers, *_cast(values))}
    found = [finding for person in cast.values() for finding in _person_findings(person, languages)]
    for person in values.speakers:
        found += _biography_findings(person, languages)
    rooms = (("room", session.room) for day in values.days for session in day.sessions)
    said = itertools.chain(_of_head(values.head, with_hosts=True), _of_venues(values.venues), rooms)
    found += texts_findings(said, languages)
    for session in (session for day in values.days for session in day.sessions):
        for texts in (session.title, *(item.title for item in session.items)):
            found += _text_findings(texts, "session", languages)
    return [*found, *(finding for page in values.pages for finding in _page_findings(page, languages))]


def check_itinerary(values: ItineraryValues, languages: Sequence[str]) -> list[Finding]:
    """The same for one delegation's booklet, by member, item or delegation."""
    found = [finding for member in values.members for finding in _person_findings(member.person, languages)]
    found += texts_findings(_of_head(values.head, with_hosts=False), languages)
    about = ("delegation", values.code)
    for texts in (values.name, values.lead):
        found += _text_findings(texts, "delegation", languages, about)
    for item in (item for day in values.days for item in day.items):
        found += _text_findings(item.title, "item", languages, about)
        said = item.contact + "".join(word for texts in _said_of(item) for word in texts.values())
        found += missing_glyphs(said, pick(item.title, languages[0]), about)
    for texts in _beside_the_days(values):
        found += missing_glyphs("".join(texts.values()), pick(texts, languages[0]), about)
    return [*found, *(finding for page in values.pages for finding in _page_findings(page, languages))]


def _beside_the_days(values: ItineraryValues) -> Iterator[Texts]:
    for division in values.divisions:
        yield from (division.name, *(branch.name for branch in division.branches))
    yield from (texts for hotel in values.hotels for texts in (hotel.name, hotel.address))
    yield from (contact.name for contact in values.contacts)
    yield from (values.emergency.numbers, values.emergency.consulate)
    yield from (texts for fact in values.own for texts in (fact.said, fact.value))


def _said_of(item: ItineraryItem) -> Iterator[Texts]:
    yield from (item.place, item.address, item.place_to, item.address_to, item.host, item.dress, item.gift, item.notes)
    yield item.vehicle
    if item.leg:
        yield from (item.leg.start, item.leg.end)


def check_speaker_agenda(values: SpeakerAgendaValues, languages: Sequence[str]) -> list[Finding]:
    """The same for one speaker's agenda: of them, of those beside them, and of what was agreed."""
    beside = (one for day in values.days for part in day.parts for one in (*part.leading, *part.others))
    cast = {one.person.person_id: one.person for one in beside} | {values.person.person_id: values.person}
    found = [finding for person in cast.values() for finding in _person_findings(person, languages)]
    said = f"{values.contact}{values.av_needs}"
    found += missing_glyphs(said, values.person.shown_name, ("person", values.person.person_id))
    for own in (part.own for day in values.days for part in day.parts):
        for texts in (own.title, own.item):
            found += _text_findings(texts, "session", languages)
        found += missing_glyphs(own.av_needs, pick(own.title, languages[0]), ("session", ""))
    return found


def _of_head(head: EditionHead, *, with_hosts: bool) -> Iterator[tuple[str, Texts]]:
    """What a book says of the edition, by what it is; a booklet shows no theme and no hosts."""
    yield from (("edition", head.name), ("place", head.place))
    if with_hosts:
        yield "theme", head.theme
        for host in head.hosts:
            yield from (("host", host.name), ("level", host.level), ("remark", host.remark))


def _of_venues(venues: Iterable[Venue]) -> Iterator[tuple[str, Texts]]:
    for venue in venues:
        yield from (("venue", venue.name), ("address", venue.address), *(("room", room) for room in venue.rooms))


def texts_findings(parts: Iterable[tuple[str, Texts]], languages: Sequence[str]) -> Iterator[Finding]:
    """What is said in several places is told once."""
    distinct = {(part, *sorted(texts.items())): texts for part, texts in parts}
    for (part, *_said), texts in distinct.items():
        yield from _text_findings(texts, str(part), languages)


def _text_findings(
    texts: Mapping[str, str], part: str, languages: Sequence[str], about: About | None = None
) -> Iterator[Finding]:
    """`about` is what its `part` is of, where there are several."""
    shown, about = pick(texts, languages[0]), about or (part, "")
    yield from missing_glyphs("".join(texts.values()), shown, about)
    for language in missing(texts, languages) if any(texts.values()) else ():
        yield _untranslated(shown, part, language, about)


def _page_findings(page: WrittenPage, languages: Sequence[str]) -> Iterator[Finding]:
    """What a page lacks is told once for each language; it is printed in the other."""
    shown = pick(page.title, languages[0])
    about = ("page", page.code)
    yield from missing_glyphs(written.words_of(page), shown, about)
    for language in languages:
        if not (page.title.get(language) and page.body.get(language)):
            yield _untranslated(shown, "page", language, about)
    if page.signatory is not None:
        yield from _person_findings(page.signatory, languages)


def _cast(values: ProgramValues) -> Iterator[PersonValues]:
    for session in (session for day in values.days for session in day.sessions):
        yield from (appearance.person for appearance in session.people)
        yield from (appearance.person for item in session.items for appearance in item.people)


def _person_findings(person: PersonValues, languages: Sequence[str]) -> Iterator[Finding]:
    written = (person.latin_name, person.native_name, *person.title.values(), *person.organization.values())
    about = ("person", person.person_id)
    yield from missing_glyphs("".join(written), person.shown_name, about)
    for kind, texts in (("title", person.title), ("organization", person.organization)):
        for language in missing(texts, languages) if any(texts.values()) else ():
            yield _untranslated(person.shown_name, kind, language, about)


def _biography_findings(person: PersonValues, languages: Sequence[str]) -> Iterator[Finding]:
    """Who has none at all is no matter of languages: the first page tells it."""
    about = ("person", person.person_id)
    yield from missing_glyphs("".join(person.biography.values()), person.shown_name, about)
    for language in missing(person.biography, languages) if any(person.biography.values()) else ():
        yield _untranslated(person.shown_name, "biography", language, about)


def missing_glyphs(text: str, name: str, about: About) -> list[Finding]:
    """Characters that none of our fonts has."""
    return [
        Finding("missing-glyph", True, None, name, {"character": c, "codepoint": f"U+{ord(c):04X}"}, about)
        for c in fonts.uncovered(text, fonts.books_pair())
    ]


def _untranslated(name: str, part: str, language: str, about: About) -> Finding:
    return Finding("missing-translation", False, None, name, {"part": part, "language": language}, about)


def blocks(day: ItineraryDay) -> list[tuple[str | None, list[ItineraryItem]]]:
    """Neighbors whose times are of one zone, with it; what ends in another zone stands alone, under None."""
    grouped = itertools.groupby(
        day.items, key=lambda item: item.span.start.zone if item.span.start.zone == item.span.end.zone else None
    )
    return [(zone, list(items)) for zone, items in grouped]


def _book(
    name: str,
    values: Book,
    languages: Sequence[str],
    context: dict[str, Any],
    folder: Path | None,
    *,
    layouts: Sequence[tuple[str, float]] = WAYS,
) -> bytes:
    head = values.head
    width, height = _size(head)
    context = _shared(values, languages, context)
    pictures = {} if isinstance(values, SpeakerAgendaValues) else values.pictures
    ways = list(covers(head.hosts)) if isinstance(values, ProgramValues) else [{}]
    # The first way shows all that any way may show.
    letters = set(templates.page(name, **context, **ways[0], flow="sections"))
    if not isinstance(values, ProgramValues):
        letters |= set(values.letters)
    setter = Typesetter(fonts.books_pair(), letters, folder or font_folder(), pictures)
    refers_to_pages = isinstance(values, ProgramValues)  # its contents do
    with TYPESETTING, nullcontext() if refers_to_pages else boxtree.in_one_pass():
        if len(ways) > 1:
            context |= _cover_that_fits(setter, context, ways, setter.css(_style(head, width, height, 1.0)))
        pages = {flow: templates.page(name, **context, flow=flow) for flow in dict(layouts)}
        documents = (
            setter.document(pages[flow], setter.css(_style(head, width, height, spacing))) for flow, spacing in layouts
        )
        pdf = bytes(_least_thin(documents).write_pdf(pdf_tags=True))
    # Box trees are cycles that hold the fonts' bytes: left to the collector's own time they pile up.
    gc.collect()
    return pdf


def _size(head: EditionHead) -> tuple[float, float]:
    return BOOK_SIZES.get(head.page_size, BOOK_SIZES["A4"])


def _shared(values: Book, languages: Sequence[str], context: dict[str, Any]) -> dict[str, Any]:
    """What all books are told by, and what this one is."""
    head = values.head
    return context | {
        "values": values,
        "head": head,
        "languages": tuple(languages),
        "spoken": written.spoken,
        "tongue": written.tongue,
        "printed": values.printed_at.astimezone(ZoneInfo(head.zone)),
        "title": pick(head.name, languages[0]),
    }


def _cover_that_fits(
    setter: Typesetter, context: dict[str, Any], ways: list[dict[str, Any]], style: CSS
) -> dict[str, Any]:
    """The first way whose cover is one page."""
    for way in ways:
        if len(setter.document(templates.page("cover.html", **context, **way), style).pages) == 1:
            return way
    return ways[-1]


def _least_thin(documents: Iterator[Any]) -> Any:
    """The first document without a thin page, or else the one with fewest."""
    best, fewest = None, None
    for document in documents:
        thin = boxtree.thin_pages(document)
        if thin == 0:
            return document
        if fewest is None or thin < fewest:
            best, fewest = document, thin
    return best


def _style(head: EditionHead, width: float, height: float, spacing: float) -> str:
    lengths = {"leading": f"{LEADING * spacing:.3f}mm", "gap": f"{LEADING * spacing / 2:.3f}mm"}
    page = f"@page{{size:{width}mm {height}mm}}"
    return page + templates.style("book.css", "written.css", colors=templates.accents(head), lengths=lengths)
