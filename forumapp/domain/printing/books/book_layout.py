"""What books share, and the itinerary booklets and speakers' agendas: from values to pages set as a book."""

from __future__ import annotations

import itertools
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from forumapp.core.database.gc_pauses import no_collections
from forumapp.core.values.text import pick
from forumapp.domain.images.rules import even_size
from forumapp.domain.printing.books import content_pages
from forumapp.domain.printing.engine import boxtree, one_pass, templates
from forumapp.domain.printing.engine.typeset import TYPESETTING, Typesetter
from forumapp.domain.printing.paper.documents import SpeakerAgendaValues
from forumapp.domain.printing.paper.page_formats import HALF, LEADING, SIZES
from forumapp.domain.printing.pdf import fonts
from forumapp.domain.printing.pdf.fonts import font_folder
from forumapp.domain.printing.wording import dates, words
from forumapp.domain.printing.wording import languages as wording_languages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from forumapp.core.values.times import Span
    from forumapp.domain.printing.paper.documents import (
        EditionHead,
        ErratumValues,
        Host,
        Logo,
        ProgramItem,
        ProgramSession,
        ProgramValues,
        Texts,
    )
    from forumapp.domain.printing.paper.itinerary_documents import ItineraryDay, ItineraryItem, ItineraryValues

    Book = ItineraryValues | SpeakerAgendaValues
    AnyBook = ProgramValues | ErratumValues | Book

# What is tried in turn, so that no section ends in a page of three lines: sections on pages of their own or following
# one another, and lines a little closer together or further apart.
WAYS = (("sections", 1.0), ("sections", 0.95), ("continuous", 1.0), ("continuous", 0.95), ("continuous", 1.07))
# What is long, or one of many, is laid out once: a thin page hurts less than the wait.
AT_ONCE, FEW = WAYS[2:3], 30
# Of a leaf or two in someone's hand: the offices of others below their names, or behind them.
LEAF = (("below", 1.0), ("behind", 0.92))
# What a cover tries in turn until it is one page: fewer of the hosts, and how they are set. Where it does not show all,
# all of them stand at the end of the book.
OFF_COVER = ((), ("sponsor", "media"), ("sponsor", "media", "supporter"))
TIERS, SMALLER_TIERS = ("plain", "many"), ("plain", "many", "columns", "dense")
PICTURE_ROOM = (112.0, 95.0)  # mm, how wide and high a picture may be
LOGO_AREA, LOGO_ROOM = 330.0, (35.0, 17.0)  # square mm of a logo, and how wide and high it may be
SMALL = 2  # a session with so few rows is never divided


def itinerary(values: ItineraryValues, languages: Sequence[str], folder: Path | None = None) -> bytes:
    """A booklet in `languages`, the first of which leads: a delegation's, or that of one of its members."""
    large = len(values.members) > FEW or values.person
    layouts = AT_ONCE if large else WAYS
    return _book("itinerary.html", values, languages, _of_itinerary(values), folder, layouts=layouts)


def itinerary_page(values: ItineraryValues, languages: Sequence[str]) -> str:
    """The same as it is before it is laid out."""
    flow, _spacing = AT_ONCE[0]
    return templates.page("itinerary.html", **shared(values, languages, _of_itinerary(values)), flow=flow)


def style(head: EditionHead) -> str:
    """What such pages are laid out by."""
    _flow, spacing = AT_ONCE[0]
    return _style(head, spacing)


def _of_itinerary(values: ItineraryValues) -> dict[str, Any]:
    return {
        "paper": "booklet" if values.person else "itinerary",
        "blocks": blocks,
        "is_short": content_pages.is_short,
        "rows": content_pages.rows,
        "prose": content_pages.prose,
        "paragraphs": content_pages.paragraphs,
    }


def speaker_agenda(values: SpeakerAgendaValues, languages: Sequence[str], folder: Path | None = None) -> bytes:
    """One speaker's agenda in `languages`, the first of which leads."""
    context: dict[str, Any] = {"paper": "speaker-agenda", "at_home": at_home}
    return _book("speaker-agenda.html", values, languages, context, folder, layouts=LEAF)


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


def logo_size(logo: Logo, grows: float = 1.0) -> dict[str, str]:
    """Its width and height on paper, `grows` times as large as on A5."""
    widest, highest = (side * grows for side in LOGO_ROOM)
    sides = even_size(logo.width, logo.height, area=LOGO_AREA * grows**2, widest=widest, highest=highest)
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
    context = shared(values, languages, context)
    pages = {flow: templates.page(name, **context, flow=flow) for flow in dict(layouts)}
    letters = set(next(iter(pages.values()))) | set(values.letters)
    pictures = {} if isinstance(values, SpeakerAgendaValues) else values.pictures
    setter = Typesetter(fonts.books_pair(), letters, folder or font_folder(), pictures)
    with TYPESETTING, no_collections(), one_pass.in_one_pass():
        documents = (setter.document(pages[flow], setter.css(_style(head, spacing))) for flow, spacing in layouts)
        return bytes(_least_thin(documents).write_pdf(pdf_tags=True))


def half_of(head: EditionHead) -> str:
    """Books are half the size of the edition's paper."""
    return HALF.get(head.page_size, HALF["A4"])


def shared(values: AnyBook, languages: Sequence[str], context: dict[str, Any]) -> dict[str, Any]:
    """What all books are told by, and what this one is."""
    head = values.head
    return context | {
        "values": values,
        "head": head,
        "languages": tuple(languages),
        "spoken": wording_languages.spoken,
        "tongue": wording_languages.tongue,
        "printed": values.printed_at.astimezone(ZoneInfo(head.zone)),
        "title": pick(head.name, languages[0]),
    }


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


def _style(head: EditionHead, spacing: float) -> str:
    width, height = SIZES[half_of(head)]
    lengths = {"leading": f"{LEADING * spacing:.3f}mm", "gap": f"{LEADING * spacing / 2:.3f}mm", "bleed": "0mm"}
    page = f"@page{{size:{width}mm {height}mm}}"
    return page + templates.style(
        "book.css", "itinerary.css", "written.css", colors=templates.accents(head), lengths=lengths
    )
