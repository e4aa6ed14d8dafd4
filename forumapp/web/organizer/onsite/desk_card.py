"""The card of the selected person at the desk, next to the search results."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.tokens import QR_CODE_LENGTH, READABLE, SHORT_CODE_LENGTH
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.text import LINE
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.checkin.desk import search as at_the_desk
from forumapp.domain.people.queries import titles_in_edition
from forumapp.domain.printing.jobs.print_log import PieceFilters, pieces_page
from forumapp.domain.printing.queries import badge_at_desk
from forumapp.domain.printing.rules import LONGEST_ANYWAY
from forumapp.domain.registration.lists.filters import LONGEST_SEARCH
from forumapp.domain.registration.lists.queries import get_registration
from forumapp.schemas.choices import Paper
from forumapp.web.forms.fields import Field, Texts
from forumapp.web.forms.forms import Form
from forumapp.web.frame import FRAMING
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import edition, may, within
from forumapp.web.organizer.kit.single_use_forms import new_key
from forumapp.web.organizer.onsite import desk_words
from forumapp.web.organizer.onsite.desk_offers import findings_of, jobs_named, next_step, offer_to_force, party_of
from forumapp.web.organizer.onsite.desk_station import SECTION, is_rehearsal, station_here
from forumapp.web.organizer.printing.print_notes import REASON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Response
    from flask.typing import ResponseReturnValue

    from forumapp.domain.checkin.desk.search import AtDesk

CHECK_IN = Permission.CHECK_IN
SCANNED = re.compile(rf"(?:[{READABLE}]{{{QR_CODE_LENGTH}}}|[{READABLE}]{{{SHORT_CODE_LENGTH}}})$")
WORDED: tuple[Field, ...] = (
    Field(name="latin_name", label=_l("Latin name"), longest=LINE),
    Field(name="native_name", label=_l("Name in its own script"), longest=LINE),
    Texts(name="title", label=_l("Title"), longest=LINE),
    Texts(name="organization", label=_l("Organization"), longest=LINE),
)
ANYWAY = Field(
    name="anyway",
    label=_l("Why it is printed all the same"),
    help=_l("It stands with the print and in the log."),
    longest=LONGEST_ANYWAY,
)


def badge_fields(*, again: bool) -> tuple[Field, ...]:
    return (replace(REASON, required=again), *WORDED, ANYWAY)


def person_page(registration_id: int, **more: Any) -> Response:
    """Render the card of the selected person next to the search results.

    `more` is input to ask for again: of an unprinted badge, its `form` and the `findings` to fix.
    """
    db, edition_id = reading(), edition().id
    person = get_at_desk(registration_id)
    happened = at_the_desk.list_happened(db, edition_id, registration_id, is_rehearsal=is_rehearsal())
    scan_id, job_id = (request.values.get(name, 0, whole_number) for name in ("scan", "print"))
    scan = next((each for each in happened if each.row.id == scan_id), None)
    people, are_more = find(searched())
    is_old_code = request.args.get("code") == "old"
    printing = _printing(person, job_id)
    made_now = bool(printing.get("printed") or printing.get("rehearsed") or jobs_named())
    just_made = [printing["printed"].job_id] if printing.get("printed") else jobs_named()
    is_new = bool(printing["badge"]) and not (printing["pieces"] or printing.get("rehearsed"))
    values = {
        "found": people or ([person] if searched() else []),  # an old code finds them as well
        "are_more": are_more,
        "one": person,
        "row": get_registration(db, edition_id, registration_id),
        "more": at_the_desk.more_of(db, edition_id, registration_id),
        "titles": titles_in_edition(db, edition_id, [person.line.person_id]).get(person.line.person_id, []),
        "happened": happened,
        "scan": scan,
        "is_old_code": is_old_code,
        "next": next_step(person, scan, made_now=made_now, is_new=is_new, is_warned=is_old_code),
        "history": past("registration", registration_id),
        "forcing": offer_to_force(scan),
        "party": party_of(person),
        "jobs": jobs_named(),
        "print_findings": findings_of(just_made),
        **printing,
    }
    return shown(**{**values, **more})


def _printing(person: AtDesk, job_id: int) -> dict[str, Any]:
    """Return what was printed for the person, and the form for the next badge if the caller may print it."""
    if not may("print", ("registration", person.line.id)):
        return {"pieces": [], "badge": None}
    filters = PieceFilters(paper=Paper.BADGES, registration=person.line.id)
    pieces = pieces_page(reading(), edition().id, filters, within=within(Permission.PRINT)).items
    badge = badge_at_desk(reading(), edition().id, person.line.id, is_rehearsal=is_rehearsal())
    values = {each.name: getattr(badge, each.name) for each in WORDED} if badge else {}
    return {
        "pieces": pieces,
        "printed": next((each for each in pieces if each.job_id == job_id), None),
        "rehearsed": request.args.get("rehearsed", "") if is_rehearsal() else "",
        "badge": badge,
        "badge_form": Form.empty(badge_fields(again=bool(pieces)), **values) if badge else None,
        "badge_key": new_key,
    }


def get_at_desk(registration_id: int) -> AtDesk:
    return at_the_desk.get_at_desk(reading(), edition().id, registration_id, **reach())


def find(words: str) -> tuple[list[AtDesk], bool]:
    if not words:
        return [], False
    return at_the_desk.find_at_desk(reading(), edition().id, words, **reach())


def reach() -> dict[str, Any]:
    """Return the limits and the time for desk queries."""
    limits = {"within": within(CHECK_IN), "details_within": within(Permission.SEE_ANSWERS)}
    return {**limits, "is_rehearsal": is_rehearsal(), "now": clock.now()}


def searched() -> str:
    return request.values.get("search", "").strip()[:LONGEST_SEARCH]


def address_of(registration_id: int, **more: Any) -> str:
    """Return the address of a person's card, with the search kept."""
    kept = {"search": searched(), **more}
    query = {name: value for name, value in kept.items() if value}
    return url_for("organizer.desk_person", registration_id=registration_id, **query)


def unless_scanned(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Ignore forms that contain a scanned code.

    A hand scanner can type the next code into an open field and submit its form, slowly enough to look like a person.
    The form then changes nothing and the code's card opens.
    """

    @wraps(view)
    def asked(**values: Any) -> ResponseReturnValue:
        code = next(filter(_is_known, _codes_typed()), None)
        if code is None:
            return view(**values)
        flash(_("A code was read into the form that was open. That form changed nothing."), "info")
        return redirect(url_for("organizer.desk", search=code, go=1), 303)

    return asked


def _codes_typed() -> Iterator[str]:
    """Return values that end in a code, except the search box."""
    for name, typed in request.form.items():
        match = SCANNED.search(typed.rstrip())
        if match and name != "search":
            yield match[0]


def _is_known(code: str) -> bool:
    return at_the_desk.find_by_badge(reading(), edition().id, code, within=within(CHECK_IN)) is not None


def new_nonce() -> str:
    return secrets.token_urlsafe(12)


def shown(**values: Any) -> Response:
    """Allow the page a frame with the printed badge."""
    page = render_template(
        "organizer/desk/page.html",
        section=SECTION,
        words=searched(),
        station=station_here(),
        nonce=new_nonce,
        desk_words=desk_words,
        address_of=address_of,
        **values,
    )
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = FRAMING
    return answer
