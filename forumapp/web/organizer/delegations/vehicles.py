"""Vehicles, with their drivers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.coaches import vehicles as services
from forumapp.domain.delegations.rules.delegations import MOST_SEATS
from forumapp.schemas.choices import VehicleKind
from forumapp.web.forms.fields import Choice, Field, Number, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed
from forumapp.web.organizer.settings.venues import CODE

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.models.coaches import Vehicle

SECTION = "delegations"
FIELDS: tuple[Field, ...] = (
    Texts(name="name", label=_l("Name"), help=_l("As its sign says, such as Coach 1."), required=True),
    Choice(name="kind", label=_l("Kind"), kind=VehicleKind, required=True),
    Number(
        name="seats",
        label=_l("Seats"),
        help=_l("How many people it takes besides its driver."),
        required=True,
        least=1,
        most=MOST_SEATS,
    ),
    Field(name="plate", label=_l("Number plate"), longest=50),
    Field(name="driver", label=_l("Driver"), longest=200),
    Field(name="driver_mobile", label=_l("The driver's phone"), type="tel", longest=50),
)


@blueprint.get("/<edition>/vehicles")
@needs(Permission.SEE_ITINERARIES)
def vehicles() -> str:
    rows = services.list_vehicles(reading(), edition().id)
    return render_template("organizer/coaches/vehicles.html", section=SECTION, rows=rows)


@blueprint.route("/<edition>/vehicles/new", methods=["GET", "POST"])
@needs(Permission.SET_UP_DELEGATIONS)
def new_vehicle() -> ResponseReturnValue:
    fields = (*FIELDS, CODE)
    if request.method == "GET":
        return vehicle_page(Form.empty(fields, kind=VehicleKind.COACH), None)
    form = Form.sent(fields, request.form)

    def create(db: DbSession) -> None:
        services.create_vehicle(db, edition().id, form.values, actor=actor(), now=clock.now())

    if not saved(form, create):
        return vehicle_page(form, None), 422
    flash(_("The vehicle has been added."), "ok")
    return redirect(url_for("organizer.vehicles"))


@blueprint.route("/<edition>/vehicles/<id:vehicle_id>", methods=["GET", "POST"])
@needs(Permission.SEE_ITINERARIES, to_change=Permission.SET_UP_DELEGATIONS)
def vehicle(vehicle_id: int) -> ResponseReturnValue:
    def current() -> Vehicle:
        return services.get_vehicle(reading(), edition().id, vehicle_id)

    row = current()
    if request.method == "GET":
        return vehicle_page(Form.of(FIELDS, row), row)
    form = Form.sent(FIELDS, request.form, row)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        services.update_vehicle(db, edition().id, vehicle_id, form.values, **by)

    if not saved(form, change, current):
        return vehicle_page(form, current()), form.status
    flash(_("The vehicle has been saved."), "ok")
    return redirect(url_for("organizer.vehicles"))


@blueprint.post("/<edition>/vehicles/<id:vehicle_id>/remove")
@needs(Permission.SET_UP_DELEGATIONS)
def remove_vehicle(vehicle_id: int) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        return services.remove_vehicle(db, edition().id, vehicle_id, version=version or 0, actor=actor(), now=now)

    return removed(remove, _("The vehicle has been removed."), url_for("organizer.vehicles"))


def vehicle_page(form: Form, row: Vehicle | None) -> str:
    history = past("vehicle", row.id) if row else []
    return render_template("organizer/coaches/vehicle.html", section=SECTION, form=form, row=row, history=history)
