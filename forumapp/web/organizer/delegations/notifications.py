"""Notify people of changes to their itineraries: by email, or by phone with a checked call list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.paging import page_of
from forumapp.core.values.text import pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.members import bulk_actions
from forumapp.domain.delegations.notifications import queries as notifications_queries
from forumapp.domain.delegations.notifications import sending
from forumapp.domain.delegations.queries import delegation_names, get_delegation
from forumapp.domain.delegations.rules import change_wording
from forumapp.domain.registration.lists.filters import EVERYONE
from forumapp.schemas.choices import BulkAction
from forumapp.web.frame import Offer, tell
from forumapp.web.organizer.kit.guard import blueprint, edition, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from forumapp.domain.delegations.models.delegations import Delegation
    from forumapp.domain.delegations.rules.item_changes import ItemChange

SECTION = "delegations"
SEE, EDIT = Permission.SEE_ITINERARIES, Permission.EDIT_DELEGATIONS
HOURS = (6, 12, 24, 48, 72)
SOON = 24
LATELY = timedelta(days=2)
BADGES = {True: "info", False: "bad"}  # what applies to them now


@dataclass(frozen=True, slots=True)
class Shown:
    """A change in the words of the page."""

    kind: str
    badge: str
    title: str
    when: str
    where: str
    lines: list[change_wording.Line]


def shown_of(change: ItemChange) -> Shown:
    shown_language, lines = language(), change_wording.lines_of(change, language())
    return Shown(
        change_wording.kind_of(change)[shown_language],
        "warn" if lines else BADGES[bool(change.now)],
        change_wording.title_of(change, shown_language),
        change_wording.when_of(change.said, shown_language),
        pick(change.said.get("place") or {}, shown_language),
        lines,
    )


@blueprint.get("/<edition>/call-list")
@needs(SEE)
def call_list() -> str:
    """List the people to call now: a change of theirs begins soon, or was to."""
    reach, now = within(SEE), clock.now()
    offered = delegation_names(reading(), edition().id, within=reach)
    hours = request.args.get("hours", SOON, whole_number)
    hours = hours if hours in (0, *HOURS) else SOON
    code = request.args.get("delegation", "")
    code = code if code in dict(offered) else ""
    until = now + timedelta(hours=hours) if hours else None
    which: dict[str, Any] = {"delegation": code, "within": reach}
    people = notifications_queries.list_to_tell(reading(), edition().id, until=until, **which, actor=actor(), now=now)
    return render_template(
        "organizer/itineraries/call_list.html",
        section=SECTION,
        page=page_of(people, number=request.args.get("page", 1, whole_number)),
        shown_of=shown_of,
        told=notifications_queries.list_told(reading(), edition().id, since=now - LATELY, **which),
        planned=notifications_queries.not_given_out(reading(), edition().id, within=reach),
        kept={"hours": hours, "delegation": code},
        hours=[(hour, ngettext("In the next %(num)s hour", "In the next %(num)s hours", hour)) for hour in HOURS],
        delegations=[(row_code, pick(name, language())) for row_code, name in offered],
    )


@blueprint.post("/<edition>/call-list/told")
@needs(EDIT)
def tick_told() -> ResponseReturnValue:
    """Record a call that passed on the changes that the page showed."""
    registration_id = request.form.get("registration", 0, whole_number)
    ids = request.form.getlist("notice", whole_number)
    try:
        with transaction() as db:
            by: Any = {"seen": request.form.get("seen", ""), "actor": actor(), "now": clock.now()}
            row = sending.tell_by_phone(db, edition().id, registration_id, ids, **by)
    except sending.NothingToTell:
        flash(_("They have been told already, or it was changed back."), "info")
    except sending.ChangedSinceSeen:
        flash(_("It has changed once more since the page was opened. Look again at what they are to be told."), "warn")
    else:
        back = url_for("organizer.take_tick_back", telling_id=row.id)
        tell(_("Ticked: they have been told."), "ok", do=Offer(_("Undo"), back))
    return redirect(_back())


@blueprint.post("/<edition>/call-list/told/<id:telling_id>/undo")
@needs(EDIT)
def take_tick_back(telling_id: int) -> ResponseReturnValue:
    try:
        with transaction() as db:
            sending.take_telling_back(db, edition().id, telling_id, actor=actor(), now=clock.now())
    except Invalid:
        flash(_("A mail that was sent cannot be taken back."), "warn")
    else:
        flash(_("They stand in the list again."), "ok")
    return redirect(_back())


@blueprint.get("/<edition>/delegations/<code>/changes")
@needs(SEE)
def itinerary_changes(code: str) -> str:
    row = _delegation(code, SEE)
    now, reach = clock.now(), within(SEE)
    which: dict[str, Any] = {"delegation": code, "within": reach}
    people = notifications_queries.list_to_tell(reading(), edition().id, **which, actor=actor(), now=now)
    return render_template(
        "organizer/itineraries/changes.html",
        section=SECTION,
        row=row,
        given=notifications_queries.given_out(reading(), row),
        reached=[person for person in people if person.email],
        others=[person for person in people if not person.email],
        too_late=not people and notifications_queries.has_untold(reading(), edition().id, **which),
        shown_of=shown_of,
        told=notifications_queries.list_told(reading(), edition().id, since=now - LATELY, **which),
    )


@blueprint.post("/<edition>/delegations/<code>/changes/tell")
@needs(EDIT)
def mail_changes(code: str) -> ResponseReturnValue:
    """Queue one email to each selected person."""
    _delegation(code, EDIT)
    ids = [value for value in request.form.getlist("id", whole_number) if value]
    try:
        with transaction() as db:
            run = bulk_actions.ask(db, edition().id, BulkAction.TELL, EVERYONE, ids, actor=actor(), now=clock.now())
    except Invalid:
        flash(_("Tick whoever is to be written to."), "warn")
        return redirect(url_for("organizer.itinerary_changes", code=code))
    return redirect(url_for("organizer.bulk_run", bulk_id=run.id))


@blueprint.post("/<edition>/delegations/<code>/changes/given-out")
@needs(EDIT)
def give_itinerary_out(code: str) -> ResponseReturnValue:
    with transaction() as db:
        row = get_delegation(db, edition().id, code, within=within(EDIT))
        sending.give_out(db, row, actor=actor(), now=clock.now())
    flash(_("From now on, whatever changes for them is kept here until they are told."), "ok")
    return redirect(url_for("organizer.itinerary_changes", code=code))


@blueprint.post("/<edition>/delegations/<code>/changes/not-given-out")
@needs(EDIT)
def take_itinerary_in(code: str) -> ResponseReturnValue:
    try:
        with transaction() as db:
            row = get_delegation(db, edition().id, code, within=within(EDIT))
            sending.take_in(db, row, actor=actor(), now=clock.now())
    except sending.NotGivenOut:
        flash(_("Somebody else has changed this meanwhile."), "warn")
    else:
        flash(_("Their itinerary counts as planned again. Nobody waits for news of it."), "ok")
    return redirect(url_for("organizer.itinerary_changes", code=code))


def _delegation(code: str, permission: Permission) -> Delegation:
    return get_delegation(reading(), edition().id, code, within=within(permission))


def _back() -> str:
    """To the list as it was filtered."""
    kept: dict[str, Any] = {name: request.form[name] for name in ("hours", "delegation") if request.form.get(name)}
    return url_for("organizer.call_list", **kept)
