"""Where an edition takes place: its venues with their addresses, and their rooms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.values.text import pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.forums import queries
from forumapp.domain.forums.venues import services as venues_services
from forumapp.web.forms.fields import Field, Number, Pick, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.ordering import Arrangement, order_refused, place_on_page
from forumapp.web.forms.pictures import PictureField
from forumapp.web.forms.suggested_fields import Zone
from forumapp.web.forms.venue_fields import Link, Seats, seats_words
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed, tell_saved
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.forums.models import Room, Venue

SECTION = "venues"
CODE = Field(
    name="code",
    label=_l("Short code"),
    help=_l("For programs and imports. Made from the name if left empty."),
)
VENUE = (
    Texts(name="name", label=_l("Name"), required=True),
    Texts(
        name="address",
        label=_l("Address"),
        help=_l("As one shows it to a driver and as it stands on signs: each language for itself, whole."),
    ),
    Link(
        name="map_url",
        label=_l("Map link"),
        help=_l("An https address that opens a map. The site links to it and loads nothing from there."),
    ),
    PictureField(
        name="floor_plan",
        label=_l("Floor plan"),
        help=_l("Shown on the site and printed in the program book. A drawing (SVG) is sharpest."),
    ),
    Zone(
        name="zone",
        label=_l("Time zone"),
        help=_l("The zone of the place, such as America/Los_Angeles."),
        required=True,
    ),
    Number(
        name="travel_minutes",
        label=_l("Minutes from another venue"),
        help=_l("Travel time for speakers between venues. If empty, the time set for itineraries counts."),
        most=1440,
    ),
)


def venues_offered() -> list[tuple[str, Any]]:
    venues = queries.list_venues(reading(), edition().id)
    return [(str(venue.id), pick(venue.name, language())) for venue in venues]


ROOM = (
    Texts(name="name", label=_l("Name"), required=True),
    Pick(name="venue_id", label=_l("Venue"), offer=venues_offered, required=True),
    Number(name="capacity", label=_l("Seats"), help=_l("In the layout that it usually has.")),
    Seats(
        name="layouts",
        label=_l("Seats by layout"),
        help=_l("Leave out the layouts that it cannot be set up in."),
    ),
)


@blueprint.get("/<edition>/venues", endpoint="venues")
@needs(Permission.SEE_EDITION)
def venues_page(arrangement: Arrangement | None = None) -> str:
    db = reading()
    rooms = queries.list_rooms(db, edition().id)
    arrangement = arrangement or Arrangement.of(rooms)
    return render_template(
        "organizer/venues/list.html",
        section=SECTION,
        venues=queries.list_venues(db, edition().id),
        rooms=arrangement.sorted(rooms),
        arrangement=arrangement,
        theirs=[pick(room.name, language()) for room in arrangement.sorted_as_theirs(rooms)],
        seats_words=seats_words,
    )


@blueprint.post("/<edition>/venues/rooms/order")
@needs(Permission.EDIT_EDITION)
def order_rooms() -> ResponseReturnValue:
    def change(db: DbSession, ids: list[int], version: int) -> None:
        venues_services.order_rooms(db, edition().id, ids, version=version, actor=actor(), now=clock.now())

    if refused := order_refused(change, lambda: queries.room_order(reading(), edition().id)):
        return venues_page(refused), 412
    return redirect(url_for("organizer.venues", _anchor=place_on_page()))


@blueprint.route("/<edition>/venues/new", methods=["GET", "POST"])
@needs(Permission.EDIT_EDITION)
def new_venue() -> ResponseReturnValue:
    fields = (*VENUE, CODE)
    if request.method == "GET":
        return venue_page(Form.empty(fields, zone=edition().zone), None)
    form = Form.sent(fields, request.form)

    def create(db: DbSession) -> None:
        venues_services.create_venue(db, edition().id, form.values, actor=actor(), now=clock.now())

    if not saved(form, create):
        return venue_page(form, None), 422
    flash(_("The venue has been added."), "ok")
    return redirect(url_for("organizer.venues"))


@blueprint.route("/<edition>/venues/<id:venue_id>", methods=["GET", "POST"])
@needs(Permission.SEE_EDITION, to_change=Permission.EDIT_EDITION)
def venue(venue_id: int) -> ResponseReturnValue:
    row = queries.get_venue(reading(), edition().id, venue_id)
    if request.method == "GET":
        return venue_page(Form.of(VENUE, row), row)
    form = Form.sent(VENUE, request.form, row)
    now = clock.now()

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": now}
        venues_services.update_venue(db, edition().id, venue_id, form.values, **by)

    def current() -> Venue:
        return queries.get_venue(reading(), edition().id, venue_id)

    if not saved(form, change, current):
        return venue_page(form, current()), form.status
    tell_saved(_("The venue has been saved."), "picture", venue_id, since=now)
    return redirect(url_for("organizer.venues"))


@blueprint.post("/<edition>/venues/<id:venue_id>/remove")
@needs(Permission.EDIT_EDITION)
def remove_venue(venue_id: int) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        return venues_services.remove_venue(db, edition().id, venue_id, version=version or 0, actor=actor(), now=now)

    return removed(remove, _("The venue has been removed."), url_for("organizer.venues"))


@blueprint.route("/<edition>/venues/rooms/new", methods=["GET", "POST"])
@needs(Permission.EDIT_EDITION)
def new_room() -> ResponseReturnValue:
    fields = (*ROOM, CODE)
    if request.method == "GET":
        return room_page(Form.empty(fields, venue_id=request.args.get("venue") or only_venue()), None)
    form = Form.sent(fields, request.form)

    def create(db: DbSession) -> None:
        venues_services.create_room(db, edition().id, filled(form), actor=actor(), now=clock.now())

    if not saved(form, create):
        return room_page(form, None), 422
    flash(_("The room has been added."), "ok")
    return redirect(url_for("organizer.venues"))


@blueprint.route("/<edition>/venues/rooms/<id:room_id>", methods=["GET", "POST"])
@needs(Permission.SEE_EDITION, to_change=Permission.EDIT_EDITION)
def room(room_id: int) -> ResponseReturnValue:
    row = queries.get_room(reading(), edition().id, room_id)
    if request.method == "GET":
        return room_page(Form.of(ROOM, row), row)
    form = Form.sent(ROOM, request.form, row)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        venues_services.update_room(db, edition().id, room_id, filled(form), **by)

    def current() -> Room:
        return queries.get_room(reading(), edition().id, room_id)

    if not saved(form, change, current):
        return room_page(form, current()), form.status
    flash(_("The room has been saved."), "ok")
    return redirect(url_for("organizer.venues"))


@blueprint.post("/<edition>/venues/rooms/<id:room_id>/remove")
@needs(Permission.EDIT_EDITION)
def remove_room(room_id: int) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        return venues_services.remove_room(db, edition().id, room_id, version=version or 0, actor=actor(), now=now)

    return removed(remove, _("The room has been removed."), url_for("organizer.venues"))


def only_venue() -> str | None:
    offered = venues_offered()
    return offered[0][0] if len(offered) == 1 else None


def filled(form: Form) -> dict[str, Any]:
    """No number of seats is none."""
    return {**form.values, "capacity": form.values["capacity"] or 0}


def venue_page(form: Form, row: Venue | None) -> str:
    history = past("venue", row.id) if row else []
    return render_template("organizer/venues/venue.html", section=SECTION, form=form, row=row, history=history)


def room_page(form: Form, row: Room | None) -> str:
    history = past("room", row.id) if row else []
    return render_template("organizer/venues/room.html", section=SECTION, form=form, row=row, history=history)
