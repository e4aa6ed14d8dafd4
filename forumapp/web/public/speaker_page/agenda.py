"""A speaker's own agenda and briefing: as a page, for calendars, and on paper, as it was last published."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask import Response, current_app, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.errors import NotFound
from forumapp.core.serving.rate_limits import DRAWINGS, is_local, limiter
from forumapp.core.values.text import pick
from forumapp.domain.agenda.queries import latest_version, published_agenda, with_people_of_now
from forumapp.domain.agenda.speaker_pages.briefing import own_parts
from forumapp.domain.forums.calendar.ics import CalendarEvent, calendar_file, host_of
from forumapp.domain.people.rules import office_line
from forumapp.domain.printing.queries import edition_head
from forumapp.domain.printing.rules import Options
from forumapp.web.drawing import drawn
from forumapp.web.public.agenda.page_cache import CALENDAR
from forumapp.web.public.own.papers import handed_over
from forumapp.web.public.site import render
from forumapp.web.public.speaker_page.page import blueprint, edition_of, line_of, speaker_of
from forumapp.web.public.wording import word
from forumapp.web.wording import labels
from forumapp.web.wording.language import language
from forumapp.web.wording.words import listed, moment, time, zone_words

if TYPE_CHECKING:
    from datetime import date

    from forumapp.core.config import Config
    from forumapp.domain.agenda.models import AgendaVersion
    from forumapp.domain.agenda.speaker_pages.briefing import Beside, OwnPart
    from forumapp.domain.agenda.speakers.models import Speaker


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    parts: list[OwnPart]


@blueprint.get("/<token>/agenda")
def agenda(token: str) -> str:
    row = speaker_of(token)
    edition = edition_of(row)
    version, parts = load_parts(row)
    return render(
        "public/speaking/agenda.html",
        edition,
        "speaking",
        token=token,
        row=row,
        line=line_of(row),
        version=version,
        days=[Day(day, list(of_day)) for day, of_day in groupby(parts, key=lambda part: part.span.start.local.date())],
        place_words=place_words,
        minutes_words=minutes_words,
        interpretation_lines=interpretation_lines,
    )


@blueprint.get("/<token>/agenda.ics")
def agenda_ics(token: str) -> Response:
    """Subscribed calendars always get the latest published version."""
    row = speaker_of(token)
    edition = edition_of(row)
    version, parts = load_parts(row)
    config: Config = current_app.extensions["forumapp.config"]
    address = config.base_url + url_for("agenda.page", slug=edition.slug)
    stamp, number = (version.published_at, version.number) if version else (edition.updated_at, 0)
    host = host_of(address)
    events = [
        CalendarEvent(
            uid=event_id(part, row, host),
            stamp=stamp,
            version=number,
            **_event_values(part, row),
            url=f"{address}#{part.code}",
        )
        for part in parts
    ]
    return handed_over(calendar_file(pick(edition.name, language()), events), CALENDAR, f"{edition.slug}-speaker.ics")


@blueprint.get("/<token>/agenda.pdf")
@limiter.limit(DRAWINGS, exempt_when=is_local)
def agenda_pdf(token: str) -> Response:
    from forumapp.domain.printing.speaker_agendas import speaker_agenda_values  # which few requests need

    row = speaker_of(token)
    edition = edition_of(row)
    if not load_parts(row)[1]:  # nothing is published, or they have no part in it
        raise NotFound(entity="agenda_version")
    head = edition_head(reading(), edition, Options())
    values = speaker_agenda_values(reading(), edition, row.person_id, head, now=clock.now())
    return handed_over(drawn("books", [values]), "application/pdf", "speaker-agenda.pdf")


def load_parts(row: Speaker) -> tuple[AgendaVersion | None, tuple[OwnPart, ...]]:
    """The last published version, and the speaker's parts in it."""
    version = latest_version(reading(), row.edition_id)
    if version is None:
        return None, ()
    content = with_people_of_now(reading(), published_agenda(version))
    return version, own_parts(content, row.person_id)


def role_words(word: str) -> str:
    return labels.assignment_role(word)


def event_id(part: OwnPart, row: Speaker, host: str) -> str:
    """An id that is stable across versions, unlike the part's position."""
    return f"{part.code}.{part.item_id or 'whole'}.{part.role}.speaker{row.id}@{host}"


def _event_values(part: OwnPart, row: Speaker) -> dict[str, Any]:
    here = language()
    what = pick(part.item, here) or pick(part.title, here)
    return {
        "starts": part.span.start.local,
        "ends": part.span.end.local,
        "summary": f"{what} ({role_words(part.role)})",
        "description": "\n".join(
            _("%(label)s: %(value)s", label=label, value=value) for label, value in detail_lines(part, row)
        ),
        "location": pick(part.location, here),
        "status": part.status,
    }


def detail_lines(part: OwnPart, row: Speaker) -> list[tuple[str, str]]:
    """Further details as (label, text), as the page shows them."""
    here, home, starts = language(), row.home_zone, part.span.start.utc
    lines = [
        (_("Session"), _session(part, here) if part.item else ""),
        (_("At home"), f"{moment(starts, home)} {zone_words(starts, home)}" if home else ""),
        (_("Room"), pick(part.room, here)),
        (_("Your role"), place_words(part)),
        (_("Your time"), minutes_words(part)),
        (_("Moderated by"), "; ".join(_someone(each, here) for each in part.moderators)),
        (_("With you"), "; ".join(_someone(each, here) for each in part.others)),
        (_("Languages"), listed(map(labels.language_name, part.languages))),
        (_("Interpretation"), "; ".join(interpretation_lines(part))),
        (_("A/V needs"), part.av_needs),
        (_("Your contact on site"), row.contact),
        (_("Technical needs"), row.av_needs),
    ]
    return [(label, value) for label, value in lines if value]


def _session(part: OwnPart, here: str) -> str:
    return f"{pick(part.title, here)} {time(part.whole.start.local)}–{time(part.whole.end.local)}"


def _someone(person: Beside, here: str) -> str:
    office = office_line(pick(person.title, here), pick(person.organization, here), here)
    return listed(words for words in (person.name.shown(here), office) if words)


def place_words(part: OwnPart) -> str:
    """Their role, and their position among the people on stage."""
    lines = [role_words(part.role)]
    if part.place and part.places > 1:
        lines.append(_("%(place)s of %(places)s in order", place=part.place, places=part.places))
    return " · ".join(lines)


def minutes_words(part: OwnPart) -> str:
    """How long their item is, and how much of it they speak themselves."""
    if not part.item_minutes:
        return ""
    words: str = ngettext("%(num)s minute", "%(num)s minutes", part.item_minutes)
    if not part.is_interpreted:
        return words
    own = ngettext(
        "%(num)s minute of it for your own words, since they are interpreted passage by passage",
        "%(num)s minutes of it for your own words, since they are interpreted passage by passage",
        part.speaking_minutes,
    )
    return f"{words}, {own}"


def interpretation_lines(part: OwnPart) -> list[str]:
    """The way, and the channels on which it is heard."""
    if part.way == "none":
        return []
    lines = [word(part.way, "interpretation")]
    for number, code in part.channels if part.way == "simultaneous" else ():
        line = _("Channel %(number)s: %(language)s", number=number, language=labels.language_name(code))
        lines.append(line + (f" ({_('yours')})" if number == part.channel else ""))
    return lines
