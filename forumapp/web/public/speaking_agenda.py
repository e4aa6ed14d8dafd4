"""A speaker's own agenda and briefing: as a page, for calendars, and on paper, as it was last published."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask import Response, current_app, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.errors import NotFound
from forumapp.core.limits import DRAWINGS, is_local, limiter
from forumapp.core.text import pick
from forumapp.core.transactions import reading
from forumapp.domain.agenda.briefing import OwnPart, own_parts
from forumapp.domain.agenda.queries import latest_version, published_agenda, with_people_of_now
from forumapp.domain.forums.ics import calendar_file, filled_event, host_of, new_event
from forumapp.domain.printing.queries import edition_head
from forumapp.domain.printing.rules import Options
from forumapp.web import labels
from forumapp.web.language import language
from forumapp.web.public.own_papers import handed_over
from forumapp.web.public.published import CALENDAR
from forumapp.web.public.site import render
from forumapp.web.public.speaking import blueprint, edition_of, line_of, speaker_of
from forumapp.web.words import local

if TYPE_CHECKING:
    from datetime import date, datetime

    from forumapp.core.config import Config
    from forumapp.domain.agenda.models import AgendaVersion
    from forumapp.domain.agenda.speaker_models import Speaker


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    parts: list[OwnPart]


@blueprint.get("/<token>/agenda")
def agenda(token: str) -> str:
    row = speaker_of(token)
    edition = edition_of(row)
    version, parts = briefed(row)
    return render(
        "public/speaking/agenda.html",
        edition,
        "speaking",
        token=token,
        row=row,
        line=line_of(row),
        version=version,
        days=[Day(day, list(found)) for day, found in groupby(parts, key=lambda one: one.span.start.local.date())],
        role_words=role_words,
    )


@blueprint.get("/<token>/agenda.ics")
def agenda_ics(token: str) -> Response:
    """A calendar that asks for it again sees what is published by then."""
    row = speaker_of(token)
    edition = edition_of(row)
    version, parts = briefed(row)
    config: Config = current_app.extensions["forumapp.config"]
    address = config.base_url + url_for("agenda.page", slug=edition.slug)
    stamp, number = (version.published_at, version.number) if version else (edition.updated_at, 0)
    events = [
        _filled(new_event(f"{one.code}.{place}.speaker{row.id}@{host_of(address)}", stamp, number), one, row, address)
        for place, one in enumerate(parts)
    ]
    return handed_over(calendar_file(pick(edition.name, language()), events), CALENDAR, f"{edition.slug}-speaker.ics")


@blueprint.get("/<token>/agenda.pdf")
@limiter.limit(DRAWINGS, exempt_when=is_local)
def agenda_pdf(token: str) -> Response:
    # With the typesetter, which few requests need.
    from forumapp.domain.printing.making import make_book
    from forumapp.domain.printing.speaker_agendas import speaker_agenda_values

    row = speaker_of(token)
    edition = edition_of(row)
    if latest_version(reading(), edition.id) is None:
        raise NotFound(entity="agenda_version")
    head = edition_head(reading(), edition, Options())
    values = speaker_agenda_values(reading(), edition, row.person_id, head, now=clock.now())
    folder = current_app.extensions["forumapp.config"].data_dir / "fonts"
    return handed_over(make_book(values, folder), "application/pdf", "speaker-agenda.pdf")


def briefed(row: Speaker) -> tuple[AgendaVersion | None, tuple[OwnPart, ...]]:
    """The last published version, and what in it is theirs."""
    version = latest_version(reading(), row.edition_id)
    if version is None:
        return None, ()
    content = with_people_of_now(reading(), published_agenda(version))
    return version, own_parts(content, row.person_id)


def role_words(word: str) -> str:
    return labels.assignment_role(word)


def _filled(event: Any, one: OwnPart, row: Speaker, address: str) -> Any:
    here = language()
    what = pick(one.item, here) or pick(one.title, here)
    return filled_event(
        event,
        one.span.start.local,
        one.span.end.local,
        summary=f"{what} ({role_words(one.role)})",
        description="\n".join(told(one, row, here)),
        url=f"{address}#{one.code}",
        location=pick(one.room, here),
        is_cancelled=one.is_off,
    )


def told(one: OwnPart, row: Speaker, here: str) -> list[str]:
    """What else they should know, line by line."""
    lines = [pick(one.title, here)] if one.item else []
    if row.home_zone:
        lines.append(_("At home: %(moment)s", moment=_at(one.span.start.utc, row.home_zone)))
    if one.moderators:
        lines.append(_("Moderated by %(names)s", names=", ".join(each.name.shown(here) for each in one.moderators)))
    if one.others:
        lines.append(_("With %(names)s", names=", ".join(each.name.shown(here) for each in one.others)))
    if row.contact:
        lines.append(_("Contact: %(contact)s", contact=row.contact))
    return lines


def _at(instant: datetime, zone: str) -> str:
    return f"{local(instant, zone):%Y-%m-%d %H:%M}"
