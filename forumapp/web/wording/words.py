"""Texts, names, dates and times as the reader's language writes them: filters and functions for templates."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from babel.dates import format_date, get_timezone_location, get_timezone_name
from flask_babel import gettext as _
from markupsafe import Markup, escape

from forumapp.core.values.markdown import to_html
from forumapp.core.values.regions import region_names
from forumapp.core.values.text import language_of, ordinal, pick
from forumapp.core.values.times import offset_mark, offset_text, zone_named
from forumapp.domain.people.rules import office_line
from forumapp.web.wording.language import LOCALES, OWN_NAMES, language, locale_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask import Flask

_DAY = {"en": "EEE d MMM y", "zh-Hans": "y年M月d日 EEE"}
_TIMES = re.compile(r"(\d\d:\d\d–\d\d:\d\d)")
_NUMBER = re.compile(r"([:：]\s?|(?=\+)|\b(?=\d[\d ()-]{6,}\d))(\+?\d[\d ()-]*\d)")
_SHORT_DAY = {"en": "d MMM", "zh-Hans": "M月d日"}
_DAY_OF_YEAR = {"en": "EEE d MMM", "zh-Hans": "M月d日 EEE"}


def set_up(app: Flask) -> None:
    app.jinja_env.globals.update(
        office_line=office_line,
        t=t,
        other=other,
        in_language=in_language,
        own_name=OWN_NAMES.get,
        described_by=described_by,
    )
    app.jinja_env.filters.update(
        day=day,
        day_of_year=day_of_year,
        days=days,
        time=time,
        local=local,
        region=region,
        zone=zone_words,
        zones=zones_words,
        offset_mark=offset_mark,
        marked_time=marked_time,
        ordinal=ordinal,
        moment=moment,
        machine_time=machine_time,
        elapsed=elapsed,
        dialled=dialled,
        listed=listed,
        markdown=markdown,
        spoken=spoken,
        whole_times=whole_times,
    )


def machine_time(at: date) -> str:
    """For the `datetime` of an element: to the second, since HTML takes no more than three digits of it."""
    return at.isoformat(timespec="seconds") if isinstance(at, datetime) else at.isoformat()


def whole_times(text: str) -> Markup:
    """A sentence in which no line breaks within a time range: 10:15–11:45."""
    return Markup("").join(
        Markup('<span class="unbroken">{}</span>').format(part) if _TIMES.fullmatch(part) else escape(part)
        for part in _TIMES.split(text)
    )


def dialled(text: str, *, whole: bool = False) -> Markup:
    """A text with links for its phone numbers: numbers with a plus, after a colon, or long; or the whole text."""

    def link(number: str) -> Markup:
        return Markup('<a href="tel:{}">{}</a>').format(re.sub(r"[^+\d]", "", number), number)

    if whole:
        return link(text)
    parts = _NUMBER.split(text)  # what stands between, what comes before a number, the number
    return Markup("").join(link(part) if place % 3 == 2 else escape(part) for place, part in enumerate(parts))  # noqa: PLR2004


def in_language(text: str, code: str) -> Markup:
    """`text`, marked with its language where that is not the page's: screen readers and line breaks need it."""
    if not text or code == language():
        return escape(text)
    return Markup('<span lang="{}">{}</span>').format(code, text)


def t(texts: Mapping[str, str] | None) -> Markup:
    """A text in the reader's language, or in another one that has it, marked as such."""
    return in_language(pick(texts, language()), language_of(texts, language()))


def other(texts: Mapping[str, str] | None) -> Markup:
    """The same text in the forum's other language, "" where it is not written or says the same."""
    shown = language_of(texts, language())
    for code in LOCALES:
        text = (texts or {}).get(code)
        if code != shown and text and text != pick(texts, language()):
            return in_language(text, code)
    return Markup()


def day(value: date) -> str:
    """Mon 22 May 2023 · 2023年5月22日 周一"""
    return format_date(value, _DAY[language()], locale=locale_of(language()))


def day_of_year(value: date) -> str:
    """Mon 22 May · 5月22日 周一"""
    return format_date(value, _DAY_OF_YEAR[language()], locale=locale_of(language()))


def short_day(value: date) -> str:
    """22 May · 5月22日"""
    return format_date(value, _SHORT_DAY[language()], locale=locale_of(language()))


def days(first: date, last: date) -> str:
    """One day, or from the first to the last; the year once where it is one, at its place in the language."""
    if first == last:
        return day(first)
    same = first.year == last.year
    if language() == "zh-Hans":
        return f"{day(first)}至{day_of_year(last) if same else day(last)}"
    return f"{day_of_year(first) if same else day(first)} – {day(last)}"


def time(value: datetime) -> str:
    """09:05, of a local time."""
    return f"{value:%H:%M}"


def local(value: datetime | str, zone: str) -> datetime:
    """An instant (or its ISO text) as the clocks of `zone` show it."""
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    return instant.astimezone(zone_named(zone))


def moment(value: datetime, zone: str) -> str:
    """Mon 22 May 2023 09:05, as the clocks of `zone` show it."""
    shown = local(value, zone)
    return f"{day(shown)} {time(shown)}"


def elapsed(minutes: int) -> str:
    """11 h 30: how long something takes by the clock on one's own wrist."""
    hours, rest = divmod(minutes, 60)
    return str(_("%(hours)s h %(minutes)s", hours=hours, minutes=f"{rest:02}"))


def zone_words(at: datetime | date, zone: str) -> str:
    """Pacific Daylight Time (UTC−7): the zone at `at`, shown once for a block of times."""
    shown, short = _shown(at, zone), offset_words(at, zone)
    name = get_timezone_name(shown, width="long", locale=locale_of(language()))
    if name.startswith("GMT"):  # CLDR has no name for it
        return short
    return f"{name}（{short}）" if language() == "zh-Hans" else f"{name} ({short})"


def zone_of_place(zone: str) -> str:
    """Whatever the time, by its place: China (Shanghai) Time."""
    return str(get_timezone_location(zone_named(zone), locale=locale_of(language()), return_city=False))


def offset_words(at: datetime | date, zone: str) -> str:
    """UTC−7"""
    return offset_text(_shown(at, zone))


def marked_time(value: datetime, other: datetime | None = None) -> str:
    """01:30 UTC−8: a local time with its `offset_mark`."""
    return f"{time(value)} {offset_mark(value, other)}".rstrip()


def zones_words(moments: Iterable[datetime | date], zone: str) -> str:
    """`zone_words` of a block of times, and of each from when on it holds where the clocks change between them."""
    shown = sorted({_shown(moment, zone).astimezone(UTC) for moment in moments})
    words = zone_words(shown[0], zone)
    for before, after in pairwise(shown):
        if local(before, zone).utcoffset() != local(after, zone).utcoffset():
            change = _change(before, after, zone)
            values = {"zone": words, "moment": moment(change, zone), "next": zone_words(change, zone)}
            words = str(_("%(zone)s; from %(moment)s %(next)s", **values))
    return words


def _change(before: datetime, after: datetime, zone: str) -> datetime:
    """When the clocks change between two instants, to the second."""
    old = local(before, zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if local(middle, zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def _shown(at: datetime | date, zone: str) -> datetime:
    tz = zone_named(zone)
    noon = at if isinstance(at, datetime) else datetime(at.year, at.month, at.day, 12, tzinfo=tz)
    return noon.astimezone(tz)


def region(code: str) -> str:
    """A country or region by its name: CN is 中国, or China."""
    return str(locale_of(language()).territories.get(code, code))


def markdown(text: str, level: int) -> Markup:
    """What organizers have written, with "#" as a heading of `level`."""
    return to_html(text or "", level=level)


def spoken(texts: Mapping[str, str] | None) -> str:
    """The language in which `t` shows a text."""
    return language_of(texts, language())


def listed(words: Iterable[object]) -> str:
    """Guest, VIP · 嘉宾、贵宾"""
    return ("、" if language() == "zh-Hans" else ", ").join(map(str, words))


def regions() -> list[tuple[str, str]]:
    """All of them as choices of a form, none of them chosen for anyone."""
    return list(region_names(language()).items())


def described_by(name: str, help_text: str, errors: Mapping[str, str]) -> Markup:
    """The attributes that tie a control to its help (id "h-NAME") and to its fault (id "e-NAME")."""
    fault = name in errors
    ids = [mark + name for mark, there in (("h-", help_text), ("e-", fault)) if there]
    tied = Markup(' aria-describedby="{}"').format(" ".join(ids)) if ids else Markup()
    return tied + Markup(' aria-invalid="true"') if fault else tied
