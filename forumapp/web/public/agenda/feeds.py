"""The agenda as JSON, and calendars of all of it, of a room, a track, a speaker, or picked sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Response, current_app, request, url_for

from forumapp.core.database.transactions import reading
from forumapp.core.errors import NotFound
from forumapp.core.values.numbers import id_from
from forumapp.core.values.text import pick
from forumapp.domain.agenda.formats.writer import frab_xml, own_json
from forumapp.domain.agenda.publishing.publication import latest_publication
from forumapp.domain.agenda.queries import public_agenda, with_people_of_now
from forumapp.domain.people.queries import kept_instead_of
from forumapp.schemas.choices import Kept
from forumapp.web.public.agenda import filters
from forumapp.web.public.agenda.calendar import calendar
from forumapp.web.public.agenda.page_cache import CALENDAR, HTML, JSON, XML, answer
from forumapp.web.public.agenda.pages import HOW, blueprint, common, find_published, get_published, part_of
from forumapp.web.public.agenda.program import program_of
from forumapp.web.public.site import edition_named, render
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forumapp.core.config import Config
    from forumapp.domain.agenda.formats.published import Publication
    from forumapp.web.public.agenda.pages import Published
    from forumapp.web.public.agenda.program import Session

PARTS = frozenset({"room", "track", "speaker", "picks"})


@blueprint.get("/<slug>/agenda.json")
def as_json(slug: str) -> Response:
    def make() -> bytes:
        return own_json(_publication(slug))

    return answer(slug, "json", JSON, make)


@blueprint.get("/<slug>/agenda.xml")
def as_xml(slug: str) -> Response:
    """As frab writes schedules, for the programs on phones that read them."""
    return answer(slug, "xml", XML, lambda: frab_xml(_publication(slug), language()))


def _publication(slug: str) -> Publication:
    config: Config = current_app.extensions["forumapp.config"]
    return latest_publication(reading(), edition_named(slug), config.base_url)


@blueprint.get("/<slug>/agenda.ics")
def as_calendar(slug: str) -> Response:
    """Of the whole agenda, or of what the address names: `room`, `track`, `speaker` or `picks`."""

    def make() -> bytes:
        published = get_published(slug)
        part, sessions = sessions_of(published, request.args)
        config: Config = current_app.extensions["forumapp.config"]
        return calendar(
            sessions,
            slug=published.edition.slug,
            name=" · ".join(filter(None, (pick(published.edition.name, language()), part))),
            address=config.base_url + url_for("agenda.page", slug=slug),
            language=language(),
            version=published.version.number,
            published_at=published.version.published_at,
        )

    response = answer(slug, "ics", CALENDAR, make, known=PARTS)
    response.headers["Content-Disposition"] = f'inline; filename="{slug}.ics"'
    return response


def sessions_of(published: Published, asked: Mapping[str, str]) -> tuple[str, list[Session]]:
    """The name and the sessions of a calendar; of several parts, the sessions of each. Raises NotFound for an unknown
    room, track or speaker.
    """
    program = published.program
    names, sessions = [], program.sessions
    if "speaker" in asked:
        name, sessions = _heard(published, asked["speaker"])
        names.append(name)
    for by in ("room", "track"):
        if by in asked:
            place, inside = part_of(program, by, asked[by])
            names.append(pick(place.name, language()))
            sessions = _also_in(sessions, inside)
    if "picks" in asked:
        sessions = _also_in(sessions, filters.find_picked(program, filters.picks_of(asked["picks"])))
    return " · ".join(names), sessions


def _heard(published: Published, speaker_id: str) -> tuple[str, list[Session]]:
    wanted = id_from(speaker_id) or 0
    # Published under one id and read under another where two records have become one; subscribed to under either.
    wanted = kept_instead_of(reading(), Kept.PERSON, [wanted]).get(wanted, wanted)
    content = with_people_of_now(reading(), public_agenda(published.version))
    program = program_of(content, published.edition.zone)
    speaker = next((person for person in program.speakers if person.id == wanted), None)
    if speaker is None:
        raise NotFound(entity="person")
    return speaker.name.shown(language()), filters.heard_in(program.sessions, speaker.id)


def _also_in(sessions: Sequence[Session], others: Sequence[Session]) -> list[Session]:
    codes = {other.code for other in others}
    return [session for session in sessions if session.code in codes]


@blueprint.get("/<slug>/agenda/subscribe")
def subscribe(slug: str) -> Response:
    """Every calendar there is, by its address."""

    def make() -> str:
        published = find_published(slug)
        if published is None:
            return render("public/agenda/subscribe.html", edition_named(slug), "agenda", version=None)
        values = {**common(published), "feed": lambda **part: feed(slug, **part)}
        return render("public/agenda/subscribe.html", published.edition, "agenda", **values)

    return answer(slug, "subscribe", HTML, make, known=HOW)


def feed(slug: str, **part: Any) -> dict[str, str]:
    """The addresses of a calendar, in the reader's language: to copy, and for programs that subscribe by a click."""
    config: Config = current_app.extensions["forumapp.config"]
    address = config.base_url + url_for("agenda.as_calendar", slug=slug, **part, lang=language())
    return {"address": address, "webcal": f"webcal:{address.removeprefix(urlsplit(address).scheme + ':')}"}
