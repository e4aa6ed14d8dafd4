"""Giving someone's place to another person, and ending the personal links of a registration."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.errors import Stale
from forumapp.core.values.text import has_han, pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.members.leaving import substitute_registration
from forumapp.domain.delegations.members.substitution import list_possessions
from forumapp.domain.delegations.rules.delegations import TakenOver
from forumapp.domain.people.rules import usual_order
from forumapp.domain.registration.errors import AlreadyRegistered, NotTransferable, WrongStatus
from forumapp.domain.registration.lifecycle.links import end_links
from forumapp.domain.registration.lists.queries import get_line, get_registration
from forumapp.domain.registration.rules import Applicant
from forumapp.schemas.choices import Source
from forumapp.web.forms.fields import Field, Flag, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.kit.display import full_name
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.versioned_actions import ask_again, based_on
from forumapp.web.organizer.people.posts import TITLE
from forumapp.web.organizer.registrations.new_registration import EMAIL, PERSON, SECTION
from forumapp.web.organizer.registrations.registrations import decided
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.hotel.queries import OwnRoom
    from forumapp.domain.delegations.members.substitution import Possessions
    from forumapp.domain.registration.models import Registration

FIELDS = (
    *PERSON[1:],
    TITLE,
    Texts(name="organization", label=_l("Organization")),
    EMAIL,
    Field(name="reason", label=_l("Reason, if you want to note it"), help=_l("It is kept in the log.")),
)
TAKES = "takes_{}"
ALL_TICKED = {TAKES.format(part): True for part in TakenOver}


@blueprint.route("/<edition>/registrations/<id:registration_id>/substitute", methods=["GET", "POST"])
@needs(Permission.DECIDE_REGISTRATIONS)
def substitute(registration_id: int) -> ResponseReturnValue:
    row = get_registration(reading(), edition().id, registration_id)
    fields = (*FIELDS, *take_over_fields(row.id))
    if request.method == "GET":
        form = Form.empty(fields, **ALL_TICKED)
        form.version, form.opened = row.version, json.loads(based_on(row)["seen"])
        return substitute_page(form, row)
    form, made = Form.sent(fields, request.form), []
    there = url_for("organizer.registration", registration_id=registration_id)

    def change(db: DbSession) -> None:
        made.append(given_place(db, registration_id, dict(form.values), form.based_on))

    try:
        if not saved(form, change):
            return substitute_page(form, row), 422
    except Stale as refusal:
        return ask_again(refusal, _("Transfer registration"), there)
    except AlreadyRegistered:
        form.faults[""] = "already-registered"
        return substitute_page(form, row), 422
    except (NotTransferable, WrongStatus):
        flash(_("This registration cannot be transferred. Check its status and its type."), "bad")
        return redirect(there)
    flash(
        _("The registration has been transferred. Both people have been notified by email, if they have an address."),
        "ok",
    )
    return redirect(url_for("organizer.registration", registration_id=made[0]))


@blueprint.post("/<edition>/registrations/<id:registration_id>/end-links")
@needs(Permission.EDIT_REGISTRATIONS)
def end_registration_links(registration_id: int) -> ResponseReturnValue:
    def do(db: DbSession, **by: Any) -> None:
        end_links(db, edition().id, registration_id, **by)

    words = _("The personal links have ended. A new one is mailed, where there is an address.")
    return decided(registration_id, do, _("End the links"), words)


def take_over_fields(registration_id: int) -> tuple[Flag, ...]:
    """Return one checkbox per part that can be carried over."""
    owned = list_possessions(reading(), edition().id, registration_id, actor=actor())
    return tuple(take_over_flag(part, owned) for part in owned.parts)


def take_over_flag(part: TakenOver, owned: Possessions) -> Flag:
    name, help_text = TAKES.format(part), ""
    match part:
        case TakenOver.DELEGATION:
            label, details = _("Takes over the delegation"), pick(owned.delegation, language())
            help_text = _("Without the delegation, coach and room are not taken over either.")
        case TakenOver.COACH:
            label, details = _("Takes over the coach"), join_names(pick(coache, language()) for coache in owned.coaches)
        case TakenOver.ROOM:
            label, details = _("Takes over the room"), join_names(map(describe_room, owned.rooms))
    return Flag(name=name, label=f"{label}{_(': ')}{details}" if details else label, help=help_text)


def describe_room(room: OwnRoom) -> str:
    name = pick(room.hotel, language())
    if room.number:
        name = _("%(hotel)s, room %(number)s", hotel=name, number=room.number)
    if not room.sharers:
        return str(name)
    sharers = join_names(full_name(sharer).striptags() for sharer in room.sharers)
    return str(_("%(room)s with %(names)s", room=name, names=sharers))


def join_names(names: Iterable[str]) -> str:
    return str(_(", ")).join(names)


def taken_over(values: dict[str, Any]) -> tuple[TakenOver, ...]:
    """Remove the checkboxes from `values` and return the parts to carry over.

    A part without a checkbox does not exist. The other parts depend on the delegation.
    """
    ticked = tuple(part for part in TakenOver if values.pop(TAKES.format(part), True))
    return ticked if TakenOver.DELEGATION in ticked else ()


def given_place(
    db: DbSession,
    registration_id: int,
    values: dict[str, Any],
    version: int,
    do: Callable[..., Registration] = substitute_registration,
) -> int:
    reason, order = values.pop("reason", None) or "", values.pop("name_order", None)
    in_chinese = has_han(values["native_full"] or "")
    order = order or usual_order(values["native_full"] or "")
    takes_over = taken_over(values)
    instead = Applicant(**{name: value for name, value in values.items() if value}, name_order=str(order))
    return do(
        db,
        edition().id,
        registration_id,
        instead,
        source=Source.MANUAL,
        language="zh-Hans" if in_chinese else edition().languages[0],
        reason=reason,
        takes_over=takes_over,
        version=version,
        actor=actor(),
        now=clock.now(),
    ).id


def substitute_page(form: Form, row: Registration) -> str:
    line = get_line(reading(), edition().id, row.id)
    return render_template("organizer/registration/substitute.html", section=SECTION, form=form, line=line)
