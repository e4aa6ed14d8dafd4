"""Sessions that a visitor has picked, without an account: their codes in a cookie.

Nothing else is kept, here or there. The page's script writes the same cookie, and the calendar of what was picked has
the codes in its address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import make_response, redirect, request, url_for

from forumapp.core.serving.rate_limits import FORMS, is_local, limiter
from forumapp.web.public.agenda import filters
from forumapp.web.public.agenda.feeds import feed
from forumapp.web.public.agenda.pages import blueprint, common, find_published, wish
from forumapp.web.public.agenda.program import by_day
from forumapp.web.public.signed_links import keep_private
from forumapp.web.public.site import edition_named, render
from forumapp.web.wording.language import A_YEAR

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

    from forumapp.web.public.agenda.program import Session

COOKIE = "picks"  # app.js has its name, too


@blueprint.get("/<slug>/agenda/picks")
def picks(slug: str) -> Response:
    """My picks; with `session`, asks whether to add that one."""
    published = find_published(slug)
    if published is None:
        return keep_private(
            make_response(render("public/agenda/picks.html", edition_named(slug), "agenda", version=None))
        )
    codes = filters.picks_of(request.cookies.get(COOKIE, ""))
    mine = filters.find_picked(published.program, codes)
    asked = published.program.session(request.args.get("session", ""))
    body = render(
        "public/agenda/picks.html",
        published.edition,
        "agenda",
        **common(published),
        shown=by_day(mine, published.program.zone),
        clashes=clashes(mine),
        asked=asked if asked and asked not in mine else None,
        feed=feed(slug, picks=filters.SEPARATOR.join(session.code for session in mine)) if mine else None,
        wish=wish(),
    )
    return keep_private(make_response(body))


@blueprint.post("/<slug>/agenda/picks")
@limiter.limit(FORMS, exempt_when=is_local)
def pick(slug: str) -> ResponseReturnValue:
    """Add the session of this code, or take it away."""
    published = find_published(slug)
    known = {session.code for session in published.program.sessions} if published else set()
    code = request.form.get("session", "")
    codes = [pick for pick in filters.picks_of(request.cookies.get(COOKIE, "")) if pick in known and pick != code]
    if request.form.get("do") == "add" and code in known:
        codes.append(code)
    response = redirect(url_for(".picks", slug=slug), 303)
    response.set_cookie(
        COOKIE,
        filters.SEPARATOR.join(filters.limit_picks(codes)),
        max_age=A_YEAR,
        path=f"/{slug}",
        samesite="Lax",
        secure=request.is_secure,
    )
    return response


def clashes(sessions: list[Session]) -> dict[str, list[Session]]:
    """Overlapping sessions, by code."""
    return {
        session.code: [other for other in sessions if other is not session and other.overlaps(session)]
        for session in sessions
    }
