"""Papers as pictures of their pages, before printing."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import current_app, make_response, redirect, render_template, request, url_for

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.files.storage import is_full
from forumapp.core.serving.rate_limits import DRAWINGS, is_local, limiter
from forumapp.core.serving.render_pool import AllAtWork, TookTooLong, TookTooMuch
from forumapp.core.values.numbers import id_from
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.printing import queries
from forumapp.domain.printing.previews import first_pages, previews
from forumapp.web.drawing import fonts, lookers, workshop
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.printing.papers import SECTION, asked, given, options_of
from forumapp.web.wording import labels

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

    from forumapp.core.errors import Refusal
    from forumapp.core.files.preview_cache import Rack
    from forumapp.domain.printing.previews.previews import Beginning, Preview, Readers

BEFORE_LOOKING = ("organizer.paper", "organizer.delegation_papers", "organizer.issued_letters")
BEFORE_PAGES = (
    "organizer.paper",
    "organizer.badge_designs",
    "organizer.delegation_papers",
    "organizer.desk",
    "organizer.desk_station",
    "organizer.issued_letters",
    "organizer.run_of_show",
    "organizer.seating_plan",
)


def rack() -> Rack:
    kept: Rack = current_app.extensions["forumapp.previews"]
    return kept


@blueprint.after_request
def get_ready(answer: Response) -> Response:
    """Start the render pool early: users who choose a paper or view designs look at pages next."""
    if request.endpoint in BEFORE_PAGES:
        workshop().prepare()
    if request.endpoint in BEFORE_LOOKING:
        lookers().prepare()
    return answer


@blueprint.errorhandler(AllAtWork)
def all_at_work(refusal: AllAtWork) -> ResponseReturnValue:
    return render_template("organizer/at_work.html"), refusal.status


@blueprint.get("/<edition>/paper/preview")
@limiter.limit(DRAWINGS, exempt_when=is_local)
@needs(Permission.PRINT)
def paper_preview() -> ResponseReturnValue:
    """Show the first pages of a print with these options."""
    chosen, form = asked(request.args)
    choices: dict[str, Any] = request.args.to_dict()
    registration = id_from(request.args.get("registration", ""))
    faults = {name for name in form.faults if not (registration and name == "delegation")}
    if faults:
        return redirect(url_for("organizer.paper", **choices))
    sent = given(form) | ({"registration": registration} if registration else {})
    values: Any = {"rack": rack(), "workshop": workshop(), "folder": fonts(), "actor": actor(), "now": clock.now()}
    why = ""
    try:
        preview = first_pages.preview_print(reading(), edition(), chosen, options_of(sent), **values)
    except (queries.NothingToPrint, queries.NothingPublished) as refusal:
        preview, why = None, labels.why_not_printed(chosen, refusal.code)
    except (TookTooLong, TookTooMuch, OSError) as fault:
        return too_much(fault, labels.label(chosen), url_for("organizer.paper", **choices))
    check = "" if registration and chosen == "badges" else url_for("organizer.check", **choices)
    back = url_for("organizer.paper", **choices)
    return pages_shown(preview, labels.label(chosen), back, check=check, is_cut=chosen == "program", why=why)


def pages_shown(
    preview: Preview | None,
    title: str,
    back: str,
    *,
    check: str = "",
    section: str = SECTION,
    is_cut: bool = False,
    why: str = "",
) -> str:
    """Render the preview. `check` is the page that checks the paper. `is_cut` marks a preview that lays out only a
    part, so that its contents differ from the print's. `why` is the reason for having no preview.
    """
    shown = {"preview": preview, "title": title, "back": back, "check": check, "is_cut": is_cut, "why": why}
    return render_template("organizer/paper/preview.html", section=section, **shown)


def too_much(fault: Refusal | OSError, title: str, back: str, *, section: str = SECTION) -> ResponseReturnValue:
    """Return what to do about a paper that takes too much time, memory or disk space."""
    page = render_template(
        "organizer/paper/preview.html", section=section, title=title, back=back, fault=code_of(fault)
    )
    return page, HTTPStatus.SERVICE_UNAVAILABLE


def code_of(fault: Refusal | OSError) -> str:
    if not isinstance(fault, OSError):
        return fault.code
    if not is_full(fault):
        raise fault
    return "disk-full"


def make_preview(first: Beginning, readers: Readers, title: str, back: str, *, section: str) -> ResponseReturnValue:
    """The pages of a paper that no job makes, for a view that has asked whether the caller may have it."""
    try:
        preview = previews.keep_preview(edition().id, first, readers, rack=rack(), workshop=workshop())
    except (TookTooLong, TookTooMuch, OSError) as fault:
        return too_much(fault, title, back, section=section)
    return pages_shown(preview, title, back, section=section)


@blueprint.get("/<edition>/previews/<key>/<id:number>")
@needs(Permission.SEE_EDITION)
def paper_page(key: str, number: int) -> Response:
    longest = previews.LARGE if request.args.get("size") == "large" else previews.PAGE
    values: Any = {"rack": rack(), "workshop": workshop(), "actor": actor()}
    picture = previews.preview_page(reading(), edition().id, key, number, longest, **values)
    answer = make_response(picture)
    answer.content_type = "image/webp"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
