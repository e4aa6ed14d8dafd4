"""The day as it runs, by numbers that keep themselves fresh: a page, and a screen for the wall."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from flask import abort, make_response, render_template, request

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.errors import Invalid
from forumapp.domain.checkin.live import numbers
from forumapp.web.charts import bars
from forumapp.web.organizer.kit.guard import access, blueprint, edition, needs
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from flask import Response

SECTION = "checkin"
AT = "/<edition>/live"
ALL_DAYS = "all"


@blueprint.get(AT)
@needs(numbers.SEE)
def live() -> str:
    return _page("organizer/live/page.html")


@blueprint.get(f"{AT}/board")
@needs(numbers.SEE)
def live_board() -> Response:
    """Render the part of the page that is polled."""
    return _again("organizer/live/board.html")


@blueprint.get(f"{AT}/screen")
@needs(numbers.SEE)
def live_screen() -> str:
    """Counts alone, for a wall that everyone sees."""
    return _page("organizer/live/screen.html")


@blueprint.get(f"{AT}/screen/board")
@needs(numbers.SEE)
def live_screen_board() -> Response:
    return _again("organizer/live/screen_board.html")


def _page(template: str) -> str:
    return render_template(template, section=SECTION, **_values())


def _again(template: str) -> Response:
    """Rebuild the board only if something changed, which one statement checks."""
    tag = f"{numbers.mark_of(reading(), edition().id, access(), now=clock.now())}-{language()}"
    if request.if_none_match.contains(tag):
        return make_response("", 304)
    answer = make_response(render_template(template, **_values()))
    answer.set_etag(tag)
    return answer


def _values() -> dict[str, Any]:
    now, chosen_day = clock.now(), request.args.get("day", "")
    try:
        if chosen_day:
            day = numbers.day_of(edition(), None if chosen_day == ALL_DAYS else date.fromisoformat(chosen_day))
        else:
            day = numbers.today_of(edition(), now=now)
    except (ValueError, Invalid):
        abort(404)
    days = numbers.days_of(edition())
    return {
        "live": numbers.live(reading(), edition(), access(), day=day, now=now),
        "days": days if len(days) > 1 else [],
        "asked": {"day": chosen_day} if chosen_day else {},
        "bars_of": bars.bars_of,
        "size": bars,
    }
