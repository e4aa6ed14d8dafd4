"""The places of itineraries, the minutes between them, and their emergency information."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.itineraries import places
from forumapp.domain.forums.rules import MOST_MINUTES
from forumapp.schemas.choices import PlaceKind
from forumapp.web.forms.fields import Choice, Field, Number, Pick, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.suggested_fields import Zone
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed
from forumapp.web.organizer.settings.venues import CODE, venues_offered

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.itineraries.places import Settings
    from forumapp.domain.forums.venues.travel_places import ItineraryPlace

SECTION = "delegations"
FIELDS = (
    Texts(name="name", label=_l("Name"), required=True),
    Choice(name="kind", label=_l("Kind"), kind=PlaceKind, required=True),
    Texts(
        name="address",
        label=_l("Address"),
        help=_l("As one shows it to a driver: each language for itself, whole."),
    ),
    Zone(
        name="zone",
        label=_l("Time zone"),
        help=_l("The zone of the place, such as America/Los_Angeles."),
        required=True,
    ),
    Field(name="phone", label=_l("Phone"), longest=50),
    Pick(name="venue_id", label=_l("Venue"), offer=venues_offered, empty=_l("None of the forum's venues")),
    Number(
        name="buffer_minutes",
        label=_l("Minutes to reach or leave it"),
        help=_l("Left empty, it takes as long as usual in this edition."),
        most=MOST_MINUTES,
    ),
    Number(
        name="connection_minutes",
        label=_l("Minutes between two legs"),
        help=_l("At an airport or a station; likewise."),
        most=MOST_MINUTES,
    ),
)
SETTINGS = (
    Number(
        name="travel_minutes",
        label=_l("Minutes from place to place"),
        required=True,
        most=MOST_MINUTES,
    ),
    Number(
        name="connection_minutes",
        label=_l("Minutes between two legs"),
        help=_l("Between a flight or a train and the next one."),
        required=True,
        most=MOST_MINUTES,
    ),
    Texts(
        name="emergency_numbers",
        label=_l("Emergency numbers"),
        help=_l("Police, ambulance and whoever else helps there, each on its own line, as in Police: 911."),
        multiline=True,
    ),
    Texts(
        name="consulate",
        label=_l("Consulate or embassy"),
        help=_l("Its name, address and emergency number, each on its own line."),
        multiline=True,
    ),
)


@blueprint.get("/<edition>/places", endpoint="itinerary_places")
@needs(Permission.SEE_ITINERARIES)
def all_places() -> str:
    db = reading()
    rows, usual = places.list_places(db, edition().id), places.settings_of(db, edition().id)
    return render_template("organizer/itineraries/places.html", section=SECTION, rows=rows, usual=usual)


@blueprint.route("/<edition>/places/new", methods=["GET", "POST"])
@needs(Permission.SET_UP_DELEGATIONS)
def new_itinerary_place() -> ResponseReturnValue:
    fields = (*FIELDS, CODE)
    if request.method == "GET":
        return place_page(Form.empty(fields, zone=edition().zone), None)
    form = Form.sent(fields, request.form)

    def create(db: DbSession) -> None:
        places.create_place(db, edition().id, form.values, actor=actor(), now=clock.now())

    if not saved(form, create):
        return place_page(form, None), 422
    flash(_("The place has been added."), "ok")
    return redirect(url_for("organizer.itinerary_places"))


@blueprint.route("/<edition>/places/<id:place_id>", methods=["GET", "POST"])
@needs(Permission.SEE_ITINERARIES, to_change=Permission.SET_UP_DELEGATIONS)
def itinerary_place(place_id: int) -> ResponseReturnValue:
    def current() -> ItineraryPlace:
        return places.get_place(reading(), edition().id, place_id)

    row = current()
    if request.method == "GET":
        return place_page(Form.of(FIELDS, row), row)
    form = Form.sent(FIELDS, request.form, row)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        places.update_place(db, edition().id, place_id, form.values, **by)

    if not saved(form, change, current):
        return place_page(form, current()), form.status
    flash(_("The place has been saved."), "ok")
    return redirect(url_for("organizer.itinerary_places"))


@blueprint.post("/<edition>/places/<id:place_id>/remove")
@needs(Permission.SET_UP_DELEGATIONS)
def remove_itinerary_place(place_id: int) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        return places.remove_place(db, edition().id, place_id, version=version or 0, actor=actor(), now=now)

    return removed(remove, _("The place has been removed."), url_for("organizer.itinerary_places"))


@blueprint.route("/<edition>/places/settings", methods=["GET", "POST"])
@needs(Permission.SEE_ITINERARIES, to_change=Permission.SET_UP_DELEGATIONS)
def itinerary_settings() -> ResponseReturnValue:
    if request.method == "GET":
        return settings_page(Form.of(SETTINGS, current_settings()))
    form = Form.sent(SETTINGS, request.form)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        places.change_settings(db, edition().id, form.values, **by)

    if not saved(form, change, current_settings):
        return settings_page(form), form.status
    flash(_("The settings have been saved."), "ok")
    return redirect(url_for("organizer.itinerary_places"))


def current_settings() -> Settings:
    return places.settings_of(reading(), edition().id)


def place_page(form: Form, row: ItineraryPlace | None) -> str:
    history = past("itinerary_place", row.id) if row else []
    return render_template("organizer/itineraries/place.html", section=SECTION, form=form, row=row, history=history)


def settings_page(form: Form) -> str:
    row_id = current_settings().id
    history = past("itinerary_settings", row_id) if row_id else []
    return render_template("organizer/itineraries/settings.html", section=SECTION, form=form, history=history)
