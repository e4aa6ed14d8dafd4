"""The registration desk: one box that finds anyone, and whoever is in hand with what can be done for them.

Everything is a page with forms. With a script the same pages are put in place without a new one.
"""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.limits import in_turn
from forumapp.core.numbers import whole_number
from forumapp.core.transactions import reading, transaction
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.checkin import desk as at_the_desk
from forumapp.domain.checkin.checking_in import NoCode, check_in
from forumapp.domain.checkin.rules import Direction
from forumapp.domain.checkin.scanning import NonceReused
from forumapp.domain.checkin.undoing import NothingToUndo, undo_check_in
from forumapp.domain.delegations.coach_runs import RunClosed
from forumapp.domain.people.queries import titles_in_edition
from forumapp.domain.registration.filters import LONGEST_SEARCH
from forumapp.web.frame import FRAMING
from forumapp.web.organizer import desk_words
from forumapp.web.organizer.desk_offers import offer_to_force, party_of
from forumapp.web.organizer.desk_station import SECTION, checkpoint_said, is_rehearsal, station_here
from forumapp.web.organizer.guard import blueprint, edition, needs, within
from forumapp.web.organizer.identity import actor
from forumapp.web.organizer.log import past
from forumapp.web.public.checkin import NONCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response
    from flask.typing import ResponseReturnValue

    from forumapp.core.errors import Refusal
    from forumapp.domain.checkin.scanning import Scanned

CHECK_IN = Permission.CHECK_IN
DESK = "/<edition>/desk"
ONE = f"{DESK}/<id:registration_id>"


@blueprint.get(DESK)
@needs(CHECK_IN)
def desk() -> ResponseReturnValue:
    """A code leads straight to whose it is, and Enter to the only one who is found."""
    words = searched()
    found = at_the_desk.find_by_badge(reading(), edition().id, words, within=within(CHECK_IN)) if words else None
    if found:
        return redirect(address_of(found[0], code="" if found[1] else "old"), 303)
    people, are_more = find(words)
    if "go" in request.args and len(people) == 1:
        return redirect(address_of(people[0].line.id), 303)
    return shown(found=people, are_more=are_more)


@blueprint.get(ONE)
@needs(CHECK_IN)
def desk_person(registration_id: int) -> ResponseReturnValue:
    return person_page(registration_id)


def person_page(registration_id: int, **more: Any) -> Response:
    """Whoever is in hand, beside those who were found with them. `more` is what was typed and is asked again."""
    db, reach = reading(), within(CHECK_IN)
    one = at_the_desk.get_at_desk(db, edition().id, registration_id, within=reach, told=within(Permission.SEE_ANSWERS))
    happened = at_the_desk.list_happened(db, edition().id, registration_id)
    scan_id = request.values.get("scan", 0, whole_number)
    said = next((each for each in happened if each.row.id == scan_id), None)
    people, are_more = find(searched())
    return shown(
        found=people,
        are_more=are_more,
        one=one,
        more=at_the_desk.more_of(db, edition().id, registration_id),
        titles=titles_in_edition(db, edition().id, [one.line.person_id]).get(one.line.person_id, []),
        happened=happened,
        said=said,
        is_old_code=request.args.get("code") == "old",
        history=past("registration", registration_id),
        **{"forcing": offer_to_force(said), "party": party_of(one), **more},
    )


@blueprint.post(f"{ONE}/check-in")
@needs(CHECK_IN)
@in_turn
def desk_check_in(registration_id: int) -> ResponseReturnValue:
    way = Direction.OUT if request.form.get("direction") == Direction.OUT else Direction.IN
    return scanned(registration_id, partial(check_in, direction=way))


@blueprint.post(f"{ONE}/undo")
@needs(CHECK_IN)
@in_turn
def undo_desk_check_in(registration_id: int) -> ResponseReturnValue:
    return scanned(registration_id, undo_check_in)


def scanned(registration_id: int, do: Callable[..., Scanned]) -> ResponseReturnValue:
    """At the desk's checkpoint or the one that the form names, once however often the form is sent."""
    sent = request.form.get("nonce", "")
    nonce = sent if NONCE.fullmatch(sent) else new_nonce()  # what is no form of ours is a scan of its own
    of: Any = {"checkpoint_id": checkpoint_said(), "nonce": nonce, "actor": actor(), "now": clock.now()}
    try:
        with transaction() as db:
            made = do(db, edition().id, registration_id, **of)
    except (NoCode, NonceReused, NothingToUndo, RunClosed) as refusal:
        flash(refused(refusal), "bad")
        return redirect(address_of(registration_id), 303)
    return redirect(address_of(registration_id, scan=made.id), 303)


def refused(refusal: Refusal) -> str:
    if isinstance(refusal, NothingToUndo):
        return str(_("They are not in there any more: somebody has taken it back already."))
    if isinstance(refusal, RunClosed):
        return str(_("The coach is closed for departure. Its captain can open it again."))
    if isinstance(refusal, NoCode):
        return str(_("They have no place yet, and so no code. Confirm the registration first."))
    return str(_("This page was sent before. Look at what stands now, and send it once more if need be."))


def find(words: str) -> tuple[list[at_the_desk.AtDesk], bool]:
    if not words:
        return [], False
    of: Any = {"within": within(CHECK_IN), "told": within(Permission.SEE_ANSWERS), "is_rehearsal": is_rehearsal()}
    return at_the_desk.find_at_desk(reading(), edition().id, words, **of)


def searched() -> str:
    return request.values.get("search", "").strip()[:LONGEST_SEARCH]


def address_of(registration_id: int, **more: Any) -> str:
    """Of whoever is in hand, with what was looked for."""
    kept = {"search": searched(), **more}
    told = {name: value for name, value in kept.items() if value}
    return url_for("organizer.desk_person", registration_id=registration_id, **told)


def new_nonce() -> str:
    return secrets.token_urlsafe(12)


def shown(**values: Any) -> Response:
    """The page may hold a frame with what is printed."""
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
