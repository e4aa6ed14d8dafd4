"""The agenda as last published, and each version that was: whole, by day, room, track and kind, session by session."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import Response, current_app, request, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.errors import NotFound
from forumapp.core.values.text import pick
from forumapp.domain.agenda.queries import get_version, latest_version, public_agenda
from forumapp.web.assets import FOREVER
from forumapp.web.frame import pages
from forumapp.web.public import linked_data
from forumapp.web.public.agenda import filters as agenda_filters
from forumapp.web.public.agenda import grid
from forumapp.web.public.agenda.page_cache import CSS, HTML, PARSED, LaidOut, answer, digest, shelf
from forumapp.web.public.agenda.program import Place, Program, by_day, program_of
from forumapp.web.public.site import edition_named, render
from forumapp.web.public.wording import WORDS
from forumapp.web.wording.language import OWN_NAMES, language

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forumapp.core.config import Config
    from forumapp.domain.agenda.models import AgendaVersion
    from forumapp.domain.forums.models import Edition
    from forumapp.web.public.agenda.program import Day, Session

blueprint = pages("agenda", __name__)
# Query parameters that filter the agenda or change its layout.
FILTERS = ("room", "track", "kind", "language")
CHOICES = frozenset({"day", "q", "languages", "view", *FILTERS})
HOW = frozenset({"languages"})
LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True)
class Published:
    """A version as the public reads it. `current` is the number of the latest."""

    edition: Edition
    version: AgendaVersion
    laid_out: LaidOut
    current: int

    @property
    def program(self) -> Program:
        return self.laid_out.program

    @property
    def is_current(self) -> bool:
        return self.version.number == self.current


@dataclass(frozen=True, slots=True)
class Wish:
    """The filters in the address, without the place or topic of a page of its own."""

    day: date | None
    words: str
    both: bool
    in_full: bool
    chosen: Mapping[str, str]  # by name of a filter

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.chosen)

    @property
    def is_whole(self) -> bool:
        return self.day is None and not self.is_narrowed


def find_published(slug: str, number: int | None = None) -> Published | None:
    """The version of that number, or the latest. None if nothing was published. Raises NotFound."""
    edition = edition_named(slug)
    db = reading()
    latest = latest_version(db, edition.id, with_content=False)
    if latest is None:
        return None
    version = latest if number in (None, latest.number) else get_version(db, edition.id, number or 0)
    return Published(edition, version, lay_out(version, edition.zone), latest.number)


def lay_out(version: AgendaVersion, zone: str) -> LaidOut:
    """The version's layout, cached: it depends only on the version's text, which never changes, and the zone."""
    cache, key = shelf().laid_out, (version.sha256, zone)
    layout = cache.get(key)
    if layout is None:
        program = program_of(public_agenda(version), zone)
        style = grid.stylesheet(by_day(program.sessions, zone), program)
        layout = LaidOut(program, style, digest(style.encode()))
        cache.put(key, layout, len(version.content) * PARSED)
    return layout


def get_published(slug: str, number: int | None = None) -> Published:
    published = find_published(slug, number)
    if published is None:
        raise NotFound(entity="agenda_version")
    return published


def wish() -> Wish:
    day = None
    with suppress(ValueError):
        day = date.fromisoformat(request.args.get("day", ""))
    return Wish(
        day=day,
        words=request.args.get("q", "")[:LONGEST_SEARCH].strip(),
        both=request.args.get("languages") != "one",
        in_full=request.args.get("view") == "full",
        chosen={name: value for name in FILTERS if (value := request.args.get(name, "")[:LONGEST_SEARCH])},
    )


@blueprint.get("/<slug>/agenda")
def page(slug: str) -> Response:
    return add_noindex(answer(slug, "agenda", HTML, lambda: agenda_page(slug), known=CHOICES))


@blueprint.get("/<slug>/agenda/v/<id:number>")
def version_page(slug: str, number: int) -> Response:
    kind = f"agenda-v{number}"
    return add_noindex(answer(slug, kind, HTML, lambda: agenda_page(slug, number), known=CHOICES), old=True)


def add_noindex(response: Response, *, old: bool = False) -> Response:
    """Keep search results and former versions out of search engines."""
    if old or not request.args.keys().isdisjoint({"q", *FILTERS}):
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def agenda_page(slug: str, number: int | None = None) -> str:
    published = find_published(slug, number)
    if published is None:
        return render("public/agenda/page.html", edition_named(slug), "agenda", version=None)
    wanted, program = wish(), published.program
    sessions = agenda_filters.match_all(program.sessions, wanted.chosen)
    sessions = agenda_filters.search(sessions, wanted.words) if wanted.words else sessions
    days = by_day(sessions, program.zone)
    shown = [day for day in days if wanted.day in (None, day.date)]
    grids = {} if wanted.in_full or wanted.is_narrowed else grids_of(shown, program)
    return render(
        "public/agenda/page.html",
        published.edition,
        "agenda",
        **common(published),
        days=by_day(program.sessions, program.zone),
        shown=shown,
        wish=wanted,
        filters=filters_of(program),
        unfiltered=dict.fromkeys(("q", *FILTERS)),
        grids=grids,
        has_grids=bool(grids or grids_of(shown, program)),
        linked=linked_forum(published) if published.is_current and wanted.is_whole else "",
    )


def filters_of(program: Program) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """Each filter with its label, the words for all, and its options; one with fewer than two options is left out."""
    here = language()
    kinds = {session.kind for session in program.sessions}
    spoken = {code for session in program.sessions for code in session.languages}
    filters = [
        ("room", _("Room"), _("All rooms"), [(room.code, pick(room.name, here)) for room in program.rooms]),
        ("track", _("Topic"), _("All topics"), [(track.code, pick(track.name, here)) for track in program.tracks]),
        (
            "kind",
            _("Kind"),
            _("All kinds"),
            [(code, str(words)) for code, words in WORDS["session-kind"].items() if code in kinds],
        ),
        (
            "language",
            _("Language"),
            _("All languages"),
            [(code, str(OWN_NAMES.get(code, code))) for code in sorted(spoken)],
        ),
    ]
    return [options for options in filters if len(options[3]) > 1]


def common(published: Published) -> dict[str, Any]:
    """What every page of a version shows, except the edition."""
    number = published.version.number
    return {
        "version": published.version,
        "is_current": published.is_current,
        "program": published.program,
        "style": url_for("agenda.style", slug=published.edition.slug, number=number, v=published.laid_out.tag),
        "here": here,
        "session_address": lambda code: session_address(published, code),
        "agenda_address": agenda_address(published),
    }


def here(**changes: str | None) -> str:
    """This page's address with other choices; None leaves one out."""
    kept = {name: request.args[name] for name in sorted(CHOICES) if request.args.get(name)}
    wanted = {name: value for name, value in {**kept, **changes}.items() if value}
    return url_for(request.endpoint or "", **{**(request.view_args or {}), **wanted})


def agenda_address(published: Published) -> str:
    if published.is_current:
        return url_for("agenda.page", slug=published.edition.slug)
    return url_for("agenda.version_page", slug=published.edition.slug, number=published.version.number)


def session_address(published: Published, code: str) -> str:
    if published.is_current:
        return url_for("agenda.session", slug=published.edition.slug, code=code)
    number = published.version.number
    return url_for("agenda.version_session", slug=published.edition.slug, number=number, code=code)


def grids_of(days: Iterable[Day], program: Program) -> dict[date, grid.Grid]:
    grids = {day.date: grid.grid_of(day, program.rooms) for day in days}
    return {day: shown for day, shown in grids.items() if shown}


@blueprint.get("/<slug>/agenda/v/<id:number>/agenda.css")
def style(slug: str, number: int) -> Response:
    def make() -> str:
        return get_published(slug, number).laid_out.style

    response = answer(slug, f"style-{number}", CSS, make, known=frozenset({"v"}))
    response.headers["Vary"] = "Accept-Encoding"  # it holds no words
    if response.get_etag()[0] == request.args.get("v"):
        response.headers["Cache-Control"] = FOREVER
    return response


# By room, track and kind


@blueprint.get("/<slug>/agenda/rooms/<code>")
def room(slug: str, code: str) -> Response:
    return part_page(slug, "room", code)


@blueprint.get("/<slug>/agenda/tracks/<code>")
def track(slug: str, code: str) -> Response:
    return part_page(slug, "track", code)


@blueprint.get("/<slug>/agenda/kinds/<code>")
def kind(slug: str, code: str) -> Response:
    return part_page(slug, "kind", code)


def part_page(slug: str, by: str, code: str) -> Response:
    def make() -> str:
        published = get_published(slug)
        place, sessions = part_of(published.program, by, code)
        return render(
            "public/agenda/part.html",
            published.edition,
            "agenda",
            **common(published),
            by=by,
            place=place,
            shown=by_day(sessions, published.program.zone),
            wish=wish(),
            has_feed=by != "kind",
            code=code,
        )

    return answer(slug, f"{by}/{code}", HTML, make, known=HOW)


def part_of(program: Program, by: str, code: str) -> tuple[Place, list[Session]]:
    """A room, a track or a kind with its sessions. Raises NotFound."""
    if by == "kind":
        sessions = [session for session in program.sessions if session.kind == code]
        place = Place(code, {}) if sessions and code in WORDS["session-kind"] else None
    elif by == "room":
        place = next((room for room in program.rooms if room.code == code), None)
        sessions = [session for session in program.sessions if session.room_code == code or session.in_all_rooms]
    else:
        place = next((track for track in program.tracks if track.code == code), None)
        sessions = [session for session in program.sessions if session.track_code == code]
    if place is None:
        raise NotFound(entity=by)
    return place, sessions


# One session


@blueprint.get("/<slug>/agenda/sessions/<code>")
def session(slug: str, code: str) -> Response:
    return answer(slug, f"session/{code}", HTML, lambda: session_page(slug, code), known=HOW)


@blueprint.get("/<slug>/agenda/v/<id:number>/sessions/<code>")
def version_session(slug: str, number: int, code: str) -> Response:
    kind = f"session-v{number}/{code}"
    return add_noindex(answer(slug, kind, HTML, lambda: session_page(slug, code, number), known=HOW), old=True)


def session_page(slug: str, code: str, number: int | None = None) -> str:
    published = get_published(slug, number)
    shown = published.program.session(code)
    if shown is None:
        raise NotFound(entity="session")
    before, after = agenda_filters.neighbors(shown, published.program.sessions)
    return render(
        "public/agenda/session.html",
        published.edition,
        "agenda",
        **common(published),
        session=shown,
        before=before,
        after=after,
        wish=wish(),
        is_still_there=published.is_current or get_published(slug).program.session(code) is not None,
        linked=linked_session(published, shown) if published.is_current else "",
    )


def linked_forum(published: Published) -> Any:
    event = linked_data.event_of(published.edition, site(published, "home.edition"), language())
    return linked_data.block(
        linked_data.with_sessions(event, published.program.sessions, site(published, "agenda.page"), language())
    )


def linked_session(published: Published, session: Session) -> Any:
    event = linked_data.event_of(published.edition, site(published, "home.edition"), language())
    return linked_data.block(linked_data.session_of(session, event, site(published, "agenda.page"), language()))


def site(published: Published, endpoint: str) -> str:
    """A whole address of the public site."""
    config: Config = current_app.extensions["forumapp.config"]
    return config.base_url + url_for(endpoint, slug=published.edition.slug)


# What runs now


@blueprint.get("/<slug>/agenda/now")
def now(slug: str) -> Response:
    published = find_published(slug)
    moment = clock.now()
    sessions = published.program.sessions if published else []
    body = render(
        "public/agenda/now.html",
        published.edition if published else edition_named(slug),
        "agenda",
        **(common(published) if published else {"version": None}),
        moment=moment,
        running=agenda_filters.running_at(sessions, moment),
        following=agenda_filters.next_after(sessions, moment),
    )
    response = Response(body, content_type=HTML)
    response.headers["Cache-Control"] = "private, max-age=30"
    return response
