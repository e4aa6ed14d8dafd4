"""Seating plans: drawn as the audience sees them, filled from an order of precedence, and edited seat by seat.

A link picks a person and a button puts them down, so that it works by keyboard and without a script. seating.js adds
dragging, which sends the same form.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, Stale
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.text import pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.queries import session_titles
from forumapp.domain.delegations.seating import services
from forumapp.domain.people import queries
from forumapp.domain.people.precedence import reordering
from forumapp.schemas.choices import HostSide, PrecedencePurpose, SeatingConvention, SeatingShape
from forumapp.web.forms.fields import Choice, Fault, Field, Pick, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.frame import Offer, tell
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed
from forumapp.web.organizer.people.precedence import sessions_offered
from forumapp.web.wording.language import language
from forumapp.web.wording.words import day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.models.seating import SeatingPlan
    from forumapp.domain.people.models import PrecedenceList

SECTION, ALL = "seating", 200
DIGITS = 3
# By shape: the purposes of orders that fill a plan, the usual one first. Rows are mostly for a photo.
MADE_FOR = {
    SeatingShape.STAGE: (PrecedencePurpose.PHOTO, PrecedencePurpose.SEATING),
    SeatingShape.TABLES: (PrecedencePurpose.SEATING,),
}
EMPTY = "0"  # an empty seat in an address


class Sizes(Field):
    """How many seats each row or table has, as in "7, 9"."""

    def parse(self, raw: Mapping[str, Any]) -> list[int]:
        words = str(super().parse(raw)).replace("，", ",").replace("、", ",").split(",")
        if not all(word.strip().isdecimal() and len(word.strip()) <= DIGITS for word in words):
            raise Fault("not-numbers")
        return [int(word) for word in words]


def lists_for(shape: SeatingShape | None) -> list[PrecedenceList]:
    """All orders, first those that are for such a plan."""
    lists = queries.precedence_lists_page(reading(), edition().id, size=ALL).items
    first = MADE_FOR[shape] if shape else ()
    return sorted(lists, key=lambda row: first.index(row.purpose) if row.purpose in first else len(first))


def usual_list(shape: SeatingShape | None) -> int | None:
    """Return the default order for a new plan: one of the edition with that purpose."""
    purposes = MADE_FOR[shape] if shape else ()
    fitting = (order.id for order in lists_for(shape) if order.purpose in purposes and order.session_id is None)
    return next(fitting, None)


def items_offered() -> list[tuple[str, Any]]:
    occasions = services.occasions(reading(), edition().id)
    return [
        (str(key), f"{day(occasion.start_wall.date())} · {pick(occasion.title, language())}")
        for key, occasion in occasions.items()
    ]


def fields(shape: SeatingShape | None) -> tuple[Field, ...]:
    def orders() -> list[tuple[str, Any]]:
        return [(str(order.id), pick(order.name, language()) or order.scope) for order in lists_for(shape)]

    hand = _l("Foreign affairs: the guest of honor sits at the right of the host. Domestic: the second at the left.")
    return (
        Texts(name="name", label=_l("Name"), required=True),
        Choice(name="convention", label=_l("Convention"), kind=SeatingConvention, help=hand, required=True),
        Pick(name="list_id", label=_l("Filled from"), offer=orders, empty=_l("By hand alone")),
        Choice(
            name="host_side",
            label=_l("Side of the hosts"),
            kind=HostSide,
            help=_l(
                "As the audience sees it, or whoever comes in by the door. Whoever is in a delegation sits with the"
                " guests, unless their organization hosts."
            ),
            empty=_l("Hosts and guests sit among each other"),
        ),
        Pick(name="session_id", label=_l("Session"), offer=sessions_offered, empty=_l("None")),
        Pick(
            name="item_id",
            label=_l("Itinerary item"),
            offer=items_offered,
            help=_l("Such as a banquet, instead of a session."),
            empty=_l("None"),
        ),
    )


@blueprint.get("/<edition>/seating")
@needs(Permission.SEE_PRECEDENCE, everywhere=True)
def seating_plans() -> str:
    page = services.plans_page(reading(), edition().id, size=ALL)
    return render_template(
        "organizer/seating/list.html",
        section=SECTION,
        plans=page.items,
        sessions=session_titles(reading(), edition().id),
        items=services.occasions(reading(), edition().id),
    )


@blueprint.route("/<edition>/seating/new", methods=["GET", "POST"])
@needs(Permission.EDIT_PRECEDENCE)
def new_seating_plan() -> ResponseReturnValue:
    typed = request.args.get("shape", "")
    shape = SeatingShape(typed) if typed in list(SeatingShape) else None
    rows = _l("The seats of each row, the front row first, or of each table, such as 7, 9.")
    asked = (
        *fields(shape),
        Choice(name="shape", label=_l("Shape"), kind=SeatingShape, required=True),
        Sizes(name="sizes", label=_l("Seats"), help=rows, required=True),
    )
    begun = {"sizes": "7", "shape": shape, "list_id": usual_list(shape)}
    form = Form.empty(asked, **begun) if request.method == "GET" else Form.sent(asked, request.form)
    made: list[SeatingPlan] = []

    def create(db: DbSession) -> None:
        values = dict(form.values)
        sizes = values.pop("sizes")
        made.append(services.create_plan(db, edition().id, values, sizes, actor=actor(), now=clock.now()))

    if request.method == "GET" or not saved(form, create):
        page = render_template("organizer/seating/form.html", section=SECTION, form=form, row=None)
        return page, 422 if form.faults else 200
    flash(_("The plan has been added. All seats are empty."), "ok")
    return redirect(url_for("organizer.seating_plan", code=made[0].code))


@blueprint.get("/<edition>/seating/<code>")
@needs(Permission.SEE_PRECEDENCE, everywhere=True)
def seating_plan(code: str) -> str:
    db, row = reading(), services.get_plan(reading(), edition().id, code)
    lines = services.list_seats(db, row)
    orders = queries.precedence_lists_page(db, edition().id, size=ALL).items
    order = next((order for order in orders if order.id == row.list_id), None)
    ranked = reordering.list_entries(db, order) if order else []
    seated = {line.person_id for line in lines}
    return render_template(
        "organizer/seating/one.html",
        section=SECTION,
        row=row,
        tiers=[(tier, list(seats)) for tier, seats in groupby(lines, key=lambda line: line.tier)],
        order=order,
        waiting=[entry for entry in ranked if entry.person_id not in seated],
        hand=next(
            (line for line in lines if line.person_id and line.id == request.args.get("hand", 0, whole_number)), None
        ),
        comes=next((entry for entry in ranked if entry.person_id == request.args.get("person", 0, whole_number)), None),
        session=session_titles(db, edition().id).get(row.session_id or 0),
        item=services.occasions(db, edition().id).get(row.item_id or 0),
        history=past("seating_plan", row.id),
    )


@blueprint.route("/<edition>/seating/<code>/edit", methods=["GET", "POST"])
@needs(Permission.EDIT_PRECEDENCE)
def edit_seating_plan(code: str) -> ResponseReturnValue:
    def current() -> SeatingPlan:
        return services.get_plan(reading(), edition().id, code)

    row = current()
    asked = fields(row.shape)
    form = Form.of(asked, row) if request.method == "GET" else Form.sent(asked, request.form, row)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        services.update_plan(db, services.get_plan(db, edition().id, code), form.values, **by)

    if request.method == "GET" or not saved(form, change, current):
        page = render_template("organizer/seating/form.html", section=SECTION, form=form, row=row)
        return page, form.status if request.method == "POST" else 200
    flash(_("The plan has been saved. Whoever is seated stays there until it is filled anew."), "ok")
    return redirect(url_for("organizer.seating_plan", code=code))


@blueprint.post("/<edition>/seating/<code>/remove")
@needs(Permission.EDIT_PRECEDENCE)
def remove_seating_plan(code: str) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        row = services.get_plan(db, edition().id, code)
        return services.remove_plan(db, row, version=version or 0, actor=actor(), now=now)

    kept = url_for("organizer.seating_plan", code=code)
    return removed(remove, _("The seating plan has been removed."), url_for("organizer.seating_plans"), kept=kept)


@blueprint.post("/<edition>/seating/<code>/fill")
@needs(Permission.EDIT_PRECEDENCE)
def fill_seating_plan(code: str) -> ResponseReturnValue:
    def fill(db: DbSession, row: SeatingPlan, _people: list[int | None], by: Any) -> None:
        services.fill_plan(db, row, **by)

    return changed(code, fill)


@blueprint.post("/<edition>/seating/<code>/move")
@needs(Permission.EDIT_PRECEDENCE)
def move_seat(code: str) -> ResponseReturnValue:
    """Move the picked person to a seat and swap with its occupant, or clear the person's seat."""

    def move(db: DbSession, row: SeatingPlan, people: list[int | None], by: Any) -> None:
        places = {line.id: place for place, line in enumerate(services.list_seats(db, row))}
        hand, to = (places.get(request.form.get(name, 0, whole_number)) for name in ("hand", "to"))
        if to is not None:
            comes = request.form.get("person", 0, whole_number) if hand is None else people[hand]
            left, people[to] = people[to], comes or None
            if hand is not None:
                people[hand] = left
        elif hand is not None:
            people[hand] = None
        services.arrange(db, row, people, **by)

    return changed(code, move)


@blueprint.post("/<edition>/seating/<code>/undo")
@needs(Permission.EDIT_PRECEDENCE)
def undo_seating(code: str) -> ResponseReturnValue:
    """All sit again where they sat before the last change, unless someone has changed a seat since."""

    def back(db: DbSession, row: SeatingPlan, _people: list[int | None], by: Any) -> None:
        people = [
            whole_number(person_id) for person_id in request.args.get("people", "").split("-") if person_id.isdecimal()
        ]
        by["version"] = request.args.get("version", 0, whole_number)
        services.arrange(db, row, [person_id or None for person_id in people], **by)

    return changed(code, back)


def changed(code: str, change: Any) -> ResponseReturnValue:
    """Change who sits where, and offer the way back."""
    try:
        with transaction() as db:
            row = services.get_plan(db, edition().id, code)
            people = [line.person_id for line in services.list_seats(db, row)]
            before = list(people)
            change(
                db,
                row,
                people,
                {"version": request.form.get("version", 0, whole_number), "actor": actor(), "now": clock.now()},
            )
            db.flush()
            version = row.version
    except Stale:
        flash(_("Someone else changed the seats in the meantime. Nothing was changed: look at them again."), "bad")
    except services.OrderNotApproved:
        flash(_("The order of precedence is not approved, so no seat is filled from it."), "bad")
    except Invalid:
        flash(_("This does not fit with the seats as they stand. Nothing was changed."), "bad")
    else:
        people_text = "-".join(str(person_id) if person_id else EMPTY for person_id in before)
        back = url_for("organizer.undo_seating", code=code, version=version, people=people_text)
        tell(_("The seats have been saved."), "ok", do=Offer(_("Undo"), back))
    return redirect(url_for("organizer.seating_plan", code=code))
