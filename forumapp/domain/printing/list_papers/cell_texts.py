"""Days, times and ways as working papers tell them, in cells. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.values.text import LANGUAGES
from forumapp.core.values.times import offset_mark
from forumapp.domain.printing.list_papers import words
from forumapp.domain.printing.list_papers.values import plain, text
from forumapp.domain.printing.wording import dates
from forumapp.domain.printing.wording import words as paper

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from forumapp.core.values.times import Moment, Span
    from forumapp.domain.printing.list_papers.values import Cell
    from forumapp.domain.printing.paper.documents import Texts


def in_each(say: Callable[[str], str]) -> dict[str, str]:
    """A text in every language that paper has."""
    return {language: say(language) for language in LANGUAGES}


def day_texts(day: date) -> dict[str, str]:
    return in_each(lambda language: dates.date_text(day, language))


def clock(at: Moment, beside: Moment | None = None) -> str:
    """The time on the clocks of the place, with its offset where they show it twice, or change on the way to there
    from `beside`.
    """
    mark = offset_mark(at.local, beside.local if beside else None)
    return f"{at.local:%H:%M}" + (f" {mark}" if mark else "")


def end_clock(span: Span) -> str:
    """The time at the end, with "+1" where it is a later date than at the start."""
    mark = dates.day_mark(span)
    return clock(span.end) + (f" {mark}" if mark else "")


def zone_cell(zone: str) -> Cell:
    return text(in_each(lambda language: words.word("zone", language, zone=paper.zone_name(zone, language))), "quiet")


def clock_cell(at: Moment) -> Cell:
    """A time and by which clocks."""
    return plain(clock(at), "strong") + zone_cell(at.zone)


def span_cell(span: Span, zone: str) -> Cell:
    """From when to when; by which clocks, where these are not those of `zone`."""
    start, end = span.start, span.end
    if start.zone != end.zone:
        return clock_cell(start) + plain(end_clock(span), "strong") + zone_cell(end.zone)
    same = clock(start, end) == clock(start) and not dates.day_mark(span)
    last = clock(end) if same else " ".join(part for part in (clock(end, start), dates.day_mark(span)) if part)
    first = plain(f"{clock(start, end)}–{last}", "strong")
    return first if start.zone == zone else first + zone_cell(start.zone)


def way_texts(start: Texts, end: Texts) -> dict[str, str]:
    """From where to where, as far as it is known."""
    ends = [one for one in (start, end) if any(one.values())]
    if not ends:
        return {}
    return in_each(lambda language: " → ".join(one.get(language) or next(filter(None, one.values())) for one in ends))
