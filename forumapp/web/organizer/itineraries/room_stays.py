"""Putting people into hotel rooms: those who are ticked or dragged, their nights, and whether they agreed to share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, NotFound, Stale
from forumapp.core.values.numbers import whole_number
from forumapp.domain.delegations import queries
from forumapp.domain.delegations.hotel import queries as hotel_queries
from forumapp.domain.delegations.hotel import stays
from forumapp.domain.delegations.hotel.stays import HousedMeanwhile, InTwoRooms
from forumapp.web.forms.faults import fault
from forumapp.web.forms.fields import Day, Flag
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.delegations.delegation_form import find
from forumapp.web.organizer.delegations.delegations import SECTION
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.itineraries.hotel_rooms import (
    EDIT,
    ONE,
    ROOMS,
    called,
    page_of,
    put_fields,
    room_of,
    rooming_of,
)
from forumapp.web.organizer.itineraries.partition import people_sent
from forumapp.web.organizer.kit.display import full_name
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed
from forumapp.web.organizer.kit.versioned_actions import ask_again

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from markupsafe import Markup
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.models.rooms import HotelRoom, RoomStay

STAY = f"{ONE}/stays/<id:stay_id>"
FIELDS = (
    Day(name="from_on", label=_l("First night"), help=_l("Left empty: from the room's first night on.")),
    Day(name="until_on", label=_l("Leaves on"), help=_l("Left empty: for all of the room's nights.")),
    Flag(name="agreed", label=_l("Has agreed to share the room")),
)


@blueprint.post(f"{ROOMS}/put")
@needs(EDIT)
def put_into_rooms(code: str) -> ResponseReturnValue:
    row = find(code, EDIT)
    shown, sent = rooming_of(reading(), row), MultiDict(request.form)
    if sent.get("here"):  # the button of a room
        sent["room_id"] = sent["here"]
    form, seen = Form.sent(put_fields(shown.cards), sent), people_sent()
    if not seen:
        form.faults[""] = "nobody-to-house"
    again: dict[str, Any] = {"ticked": seen}
    if form.faults:
        return page_of(row, shown, form, **again), 422
    values = form.values
    times: Any = {"start": values["from_on"], "end": values["until_on"], "moves": values["leaves"]}
    try:
        with transaction() as db:
            by: Any = {"actor": actor(), "now": clock.now()}
            differs = stays.put_into_room(db, edition().id, values["room_id"], seen, **times, **by)
    except (InTwoRooms, HousedMeanwhile) as refusal:
        wrong = dict.fromkeys(refusal.details["registrations"], fault(refusal.code))
        return page_of(row, rooming_of(reading(), row), form, **again, wrong=wrong), refusal.status
    except Invalid as refusal:
        form.refuse(refusal)
        return page_of(row, shown, form, **again), 422
    if differs:
        words = ngettext(
            "%(num)s person has been given this room.", "%(num)s people have been given this room.", len(seen)
        )
        flash(words, "ok")
    else:
        flash(_("All of them were there already."), "info")
    return back_to(code, values["room_id"])


def back_to(code: str, room_id: int) -> ResponseReturnValue:
    return redirect(url_for("organizer.hotel_rooms", code=code, _anchor=f"room-{room_id}"))


def stay_of(code: str, room_id: int, stay_id: int) -> tuple[HotelRoom, RoomStay, Markup]:
    """Return a stay of one of the delegation's people, with their name."""
    delegation, room = room_of(code, room_id, EDIT)
    db = reading()
    row = hotel_queries.get_stay(db, room, stay_id)
    line = next(
        (member for member in queries.list_members(db, delegation) if member.registration_id == row.registration_id),
        None,
    )
    if line is None:
        raise NotFound(entity="room_stay")
    return room, row, full_name(line.name)


@blueprint.route(STAY, methods=["GET", "POST"])
@needs(EDIT)
def room_stay(code: str, room_id: int, stay_id: int) -> ResponseReturnValue:
    room, row, name = stay_of(code, room_id, stay_id)
    form = Form.of(FIELDS, row) if request.method == "GET" else Form.sent(FIELDS, request.form, row)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        try:
            stays.update_stay(db, edition().id, stay_id, form.values, **by)
        except Invalid as refusal:
            raise Invalid(fields={on_form(field): code for field, code in refusal.fields.items()}) from refusal

    if request.method == "GET" or not saved(form, change, lambda: stay_of(code, room_id, stay_id)[1]):
        page = render_template(
            "organizer/delegations/room_stay.html", section=SECTION, code=code, room=room, stay=row, form=form,
            name=name, called=called(room), history=past("room_stay", row.id),
        )  # fmt: skip
        return page, form.status if request.method == "POST" else 200
    flash(_("The stay has been saved."), "ok")
    return back_to(code, room_id)


def on_form(field: str) -> str:
    """Place faults of the person or the room at the nights, which are what the form asks."""
    return field if field in ("from_on", "until_on") else "from_on"


@blueprint.post(f"{STAY}/agreed")
@needs(EDIT)
def agree_to_share(code: str, room_id: int, stay_id: int) -> ResponseReturnValue:
    stay_of(code, room_id, stay_id)
    agreed = request.form.get("agreed") == "1"
    try:
        with transaction() as db:
            by: Any = {"version": request.form.get("version", 0, whole_number), "actor": actor(), "now": clock.now()}
            stays.update_stay(db, edition().id, stay_id, {"agreed": agreed}, **by)
    except Stale as refusal:
        do = _("Has agreed to share") if agreed else _("Has not agreed")
        return ask_again(refusal, do, url_for("organizer.hotel_rooms", code=code))
    return back_to(code, room_id)


@blueprint.post(f"{STAY}/remove")
@needs(EDIT)
def remove_room_stay(code: str, room_id: int, stay_id: int) -> ResponseReturnValue:
    stay_of(code, room_id, stay_id)

    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        by: Any = {"version": version or 0, "actor": actor(), "now": now}
        return stays.remove_stay(db, edition().id, stay_id, **by)

    back = url_for("organizer.hotel_rooms", code=code)
    return removed(remove, _("The person no longer has this room."), back)
