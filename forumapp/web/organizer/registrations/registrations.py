"""Registrations: the list, the selected one next to it, and its actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, NotFound, Refusal, Stale
from forumapp.core.values.numbers import whole_number
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.members import leaving
from forumapp.domain.letters.addresses import address_state
from forumapp.domain.mail.outbox import list_messages_about
from forumapp.domain.people.queries import titles_in_edition
from forumapp.domain.registration.consent_queries import list_consents
from forumapp.domain.registration.errors import NoPlacesLeft, NotMedia, WrongStatus
from forumapp.domain.registration.forms.answers import answered
from forumapp.domain.registration.groups.plus_ones import may_bring, plus_ones_of
from forumapp.domain.registration.lifecycle import decisions
from forumapp.domain.registration.lifecycle.desk_notes import LONGEST_NOTE, write_desk_note
from forumapp.domain.registration.lists import queries
from forumapp.domain.registration.lists.filters import FILTERS
from forumapp.domain.registration.lists.queries import lines_of
from forumapp.domain.registration.rules import MAY_BECOME
from forumapp.domain.registration.session_signup.by_staff import sessions_for
from forumapp.domain.registration.uploads.services import get_file
from forumapp.domain.registration.waitlist.over_capacity import over_capacity_of
from forumapp.web.forms.downloads import downloaded
from forumapp.web.forms.faults import fault as fault_words
from forumapp.web.forms.fields import Fault, Field
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import access, blueprint, edition, may, needs, officers, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.single_use_forms import new_key
from forumapp.web.organizer.kit.versioned_actions import ask_again
from forumapp.web.organizer.registrations.filters import listed, place_in_list

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Response
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.lists.queries import RegistrationLine

SECTION = "registration"
# Some forms of the page ask for a reason.
TO_CONFIRM, TO_CANCEL = (Field(name=name, label=_l("Reason")) for name in ("reason", "cancel_reason"))
DESK_NOTE = Field(name="desk_note", label=_l("Note for the desk"), longest=LONGEST_NOTE)
TO_TAKE_BACK = Field(name="id_reason", label=_l("Reason"), required=True)


@blueprint.get("/<edition>/registrations")
@needs(Permission.SEE_REGISTRATIONS)
def registrations() -> str:
    return render_template("organizer/registration/list.html", section=SECTION, **listed())


@blueprint.get("/<edition>/registrations/<id:registration_id>")
@needs(Permission.SEE_REGISTRATIONS)
def registration(registration_id: int) -> str:
    """Show one registration next to its list, which keeps its position; alone for the list's script."""
    return registration_page(registration_id, alone="alone" in request.args)


@blueprint.get("/<edition>/registrations/<id:registration_id>/files/<question>")
@needs(Permission.SEE_ANSWERS)
def registration_file(registration_id: int, question: str) -> Response:
    """A file with which someone answered, for download: nothing of it is opened here."""
    db = reading()
    row = queries.get_registration(db, edition().id, registration_id, within=within(Permission.SEE_ANSWERS))
    return downloaded(get_file(db, row, question))


def registration_page(registration_id: int, errors: Mapping[str, str] | None = None, *, alone: bool = False) -> str:
    """Render the page with the typed input of a decision and its faults."""
    db = reading()
    reach = within(Permission.SEE_REGISTRATIONS)
    row = queries.get_registration(db, edition().id, registration_id, within=reach)
    line = queries.get_line(
        db, edition().id, registration_id, within=reach, details_within=within(Permission.SEE_ANSWERS)
    )
    mail = list_messages_about(db, "registration", registration_id) if access().allows(Permission.SEE_MAIL) else []
    return render_template(
        "organizer/registration/panel.html" if alone else "organizer/registration/one.html",
        section=SECTION,
        row=row,
        over_capacity=over_capacity_of(reading(), [row.id]).get(row.id),
        line=line,
        titles=titles_in_edition(db, edition().id, [line.person_id]).get(line.person_id, []),
        answers=answered(row.answers) if line.shows_details else [],
        consents=list_consents(db, line.id) if line.shows_details else [],
        sessions=[one for one, is_mine in sessions_for(db, row) if is_mine],
        messages=mail,
        address=address_state(db, row),
        plus_ones=plus_ones_of(db, edition().id, registration_id, within=reach),
        principal=principal_of(db, line, reach),
        may_bring=may("decide-registrations", everywhere=True) and may_bring(db, row) > 0,
        history=past("registration", registration_id),
        officers=officers(),
        becomes=[status.value for status, before in MAY_BECOME.items() if line.status in before],
        errors=errors or {},
        typed=request.form,
        badge_key=new_key,
        **(place_in_list() if alone else listed()),
    )


def principal_of(db: DbSession, line: RegistrationLine, reach: frozenset[int] | None) -> RegistrationLine | None:
    """Return the registration that this one accompanies, if the reader may see it."""
    lines = lines_of(db, edition().id, [line.principal_id], within=reach) if line.principal_id else []
    return next(iter(lines), None)


@blueprint.post("/<edition>/registrations/<id:registration_id>/confirm")
@needs(Permission.DECIDE_REGISTRATIONS)
def confirm(registration_id: int) -> ResponseReturnValue:
    over = bool(request.form.get("over_capacity"))

    def do(db: DbSession, **by: Any) -> None:
        decisions.confirm(db, edition().id, registration_id, over_capacity=over, reason=typed(TO_CONFIRM), **by)

    return decided(registration_id, do, _("Confirm this registration"), _("The registration is confirmed."))


@blueprint.post("/<edition>/registrations/<id:registration_id>/decline")
@needs(Permission.DECIDE_REGISTRATIONS)
def decline(registration_id: int) -> ResponseReturnValue:
    def do(db: DbSession, **by: Any) -> None:
        leaving.decline_registration(db, edition().id, registration_id, **by)

    return decided(registration_id, do, _("Decline this registration"), _("The registration is declined."))


@blueprint.post("/<edition>/registrations/<id:registration_id>/cancel")
@needs(Permission.EDIT_REGISTRATIONS)
def cancel(registration_id: int) -> ResponseReturnValue:
    def do(db: DbSession, **by: Any) -> None:
        kept: dict[str, Any] = {"reason": typed(TO_CANCEL), "keep_plus_ones": bool(request.form.get("keep_plus_ones"))}
        leaving.cancel_registration(db, edition().id, registration_id, **kept, **by)

    words = _("The registration is cancelled, and its code no longer opens any door.")
    return decided(registration_id, do, _("Cancel this registration"), words)


@blueprint.post("/<edition>/registrations/<id:registration_id>/vip")
@needs(Permission.DECIDE_REGISTRATIONS)
def vip(registration_id: int) -> ResponseReturnValue:
    chosen = request.form.get("responsible_id", "")
    if chosen and chosen not in dict(officers()):
        raise NotFound(entity="account")

    def do(db: DbSession, **by: Any) -> None:
        decisions.mark_vip(db, edition().id, registration_id, responsible_id=int(chosen) if chosen else None, **by)

    words = _("The VIP mark is set.") if chosen else _("The VIP mark is taken away.")
    return decided(registration_id, do, _("Save"), words)


@blueprint.post("/<edition>/registrations/<id:registration_id>/desk-note")
@needs(Permission.EDIT_REGISTRATIONS)
def desk_note(registration_id: int) -> ResponseReturnValue:
    def do(db: DbSession, **by: Any) -> None:
        write_desk_note(db, edition().id, registration_id, typed(DESK_NOTE), **by)

    return decided(registration_id, do, _("Save the note"), _("The note is saved."))


def typed(field: Field) -> str:
    try:
        return str(field.parse(field.read(request.form)))
    except Fault as fault:
        raise Invalid(fields={field.name: fault.code}) from fault


def decided(registration_id: int, do: Callable[..., None], again: str, words: str) -> ResponseReturnValue:
    """Apply a decision to the version that was seen, and flash the result.

    `again` is the button to offer if someone else was faster.
    """
    try:
        with transaction() as db:
            do(db, version=request.form.get("version", 0, whole_number), actor=actor(), now=clock.now())
    except Stale as refusal:
        return ask_again(refusal, again, url_for("organizer.registration", registration_id=registration_id))
    except (WrongStatus, NoPlacesLeft, NotMedia, Invalid) as refusal:
        if refusal.fields.keys() & {field.name for field in (TO_CONFIRM, TO_CANCEL, TO_TAKE_BACK, DESK_NOTE)}:
            errors = {name: fault_words(code) for name, code in refusal.fields.items()}
            return registration_page(registration_id, errors), refusal.status
        flash(refusal_words(refusal), "bad")
    else:
        flash(words, "ok")
    kept: dict[str, Any] = {name: given for name in (*FILTERS, "page") if (given := request.form.getlist(name))}
    if (
        within(Permission.SEE_REGISTRATIONS) is not None
    ):  # who is cancelled has left the delegation, and is out of reach
        return redirect(url_for("organizer.registrations", **kept))
    return redirect(url_for("organizer.registration", registration_id=registration_id, **kept))


def refusal_words(refusal: Refusal) -> str:
    words: str
    if isinstance(refusal, NoPlacesLeft) and refusal.details.get("of") == "edition":
        words = _("No place of the whole forum is left. Raise their number, or confirm over capacity in your own name.")
    elif isinstance(refusal, NoPlacesLeft):
        words = _("No place of this type is left. Raise the quota, or confirm over capacity in your own name.")
    elif isinstance(refusal, NotMedia):
        words = _("Their registration type does not accredit media.")
    elif isinstance(refusal, WrongStatus):
        words = _("The registration is in another state by now. Look at it and decide again.")
    elif "latin_family" in refusal.fields:
        words = _("A name in Latin letters is needed first: the badge carries it. Add it to the person.")
    else:
        words = _("This cannot be done now.")
    return words
