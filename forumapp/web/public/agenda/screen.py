"""Current and next sessions for a screen in a hall: large, in both languages, and refreshed automatically."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from forumapp.core import clock
from forumapp.core.errors import NotFound
from forumapp.web.public.agenda import filters
from forumapp.web.public.agenda.page_cache import HTML
from forumapp.web.public.agenda.pages import blueprint, common, find_published
from forumapp.web.public.site import edition_named, render
from forumapp.web.wording.words import local

if TYPE_CHECKING:
    from forumapp.web.public.agenda.program import Session

MOST = 6  # what can be read from the back of a hall


@blueprint.get("/<slug>/agenda/screen")
def screen(slug: str) -> Response:
    return screen_of(slug, None)


@blueprint.get("/<slug>/agenda/screen/<code>")
def room_screen(slug: str, code: str) -> Response:
    return screen_of(slug, code)


def screen_of(slug: str, code: str | None) -> Response:
    """Of one room, or of all. It is asked for again twice a minute, so that it may hang for days."""
    published, moment = find_published(slug), clock.now()
    if code is not None and (published is None or code not in {room.code for room in published.program.rooms}):
        raise NotFound(entity="room")
    sessions = [session for session in published.program.sessions if is_in(session, code)] if published else []
    edition = published.edition if published else edition_named(slug)
    body = render(
        "public/agenda/screen.html",
        edition,
        "agenda",
        **(common(published) if published else {"version": None}),
        room=next((room for room in published.program.rooms if room.code == code), None) if published else None,
        at=local(moment.isoformat(), edition.zone),
        running=filters.running_at(sessions, moment)[:MOST],
        following=filters.next_after(sessions, moment)[:MOST],
    )
    response = Response(body, content_type=HTML)
    response.headers["Cache-Control"] = "private, max-age=15"
    return response


def is_in(session: Session, code: str | None) -> bool:
    return code is None or session.room_code == code or session.in_all_rooms
