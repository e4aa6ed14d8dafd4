"""A delegation's itinerary, day by day, and its items."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.values.numbers import id_from
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations import queries
from forumapp.domain.delegations.conflicts.queries import new_conflicts, open_of_items
from forumapp.domain.delegations.groups import audiences
from forumapp.domain.delegations.itineraries import items
from forumapp.domain.delegations.itineraries.dependent_transfers import (
    change_and_move,
    find_dependents,
    move_where_allowed,
)
from forumapp.domain.delegations.rules.reading_order import by_day, days_later, home_zone, minutes, span_in
from forumapp.schemas.choices import ItineraryKind
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.itinerary_fields import audience_words
from forumapp.web.organizer.delegations.double_booking import tell_of_vehicles
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.itineraries.item_form import defaults, fields_of, rows_of, values_of
from forumapp.web.organizer.kit.guard import blueprint, edition, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.times import Span
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.conflicts.queries import ClashLine
    from forumapp.domain.delegations.itineraries.dependent_transfers import Dependent
    from forumapp.domain.delegations.models.delegations import Delegation, ItineraryItem

SECTION = "delegations"
SEE, EDIT = Permission.SEE_ITINERARIES, Permission.EDIT_DELEGATIONS


@dataclass(frozen=True, slots=True)
class Line:
    """An item in a list. `whom` describes the audience of the delegation's own item and `people` counts it.

    `home` are its times in the zone that the delegation comes from, if different. An item of a parent delegation links
    only for those who may see the parent.
    """

    item: ItineraryItem
    whom: str
    people: int
    elapsed: int
    later: int
    home: Span | None
    is_own: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """The effect of a change: people affected, conflicts caused, and transfers that could move too.

    `others` are titles of items that stay unchanged. `left` are the conflicts that remain if the `dependents` with the
    ids in `chosen` move along, each with its minutes.
    """

    touched: audiences.Touched
    others: list[tuple[dict[str, str], audiences.Touched]]
    conflicts: list[ClashLine]
    dependents: list[tuple[Dependent, int]]
    chosen: Collection[int]
    left: list[ClashLine]


class Seen(Exception):
    """Rolls a change back once its preview is known."""

    def __init__(self, preview: Preview) -> None:
        super().__init__()
        self.preview = preview


def lines_of(db: DbSession, delegation: Delegation) -> list[Line]:
    """Return the lines of a list, in a constant number of queries. Names of other delegations are left out."""
    rows = queries.itinerary(db, delegation)
    ids = [row.id for row in rows]
    audience, people = audiences.audience_of(db, ids), audiences.people_of(db, ids)
    known = audiences.choices_for(db, delegation)
    names = {row.key: row.words for row in rows_of(known)}
    home, reach = home_zone(row.span for row in rows), within(SEE)
    return [
        Line(
            row,
            audience_words(audience[row.id], names) if row.delegation_id in known.delegations else "",
            len(people[row.id] & known.people.keys()),
            minutes(row.span),
            days_later(row.span),
            span_in(row.span, home),
            row.delegation_id in known.delegations,
            reach is None or row.delegation_id in reach,
        )
        for row in rows
    ]


def days_of(lines: Collection[Line]) -> dict[date, list[Line]]:
    return by_day(lines, lambda line: line.item.span)


@blueprint.get("/<edition>/delegations/<code>/itinerary")
@needs(SEE)
def itinerary(code: str) -> str:
    row = queries.get_delegation(reading(), edition().id, code, within=within(SEE))
    days = days_of(lines_of(reading(), row))
    return render_template(
        "organizer/itineraries/itinerary.html", section=SECTION, row=row, days=days, kinds=list(ItineraryKind)
    )


@blueprint.route("/<edition>/delegations/<code>/itinerary/new", methods=["GET", "POST"])
@needs(EDIT)
def new_itinerary_item(code: str) -> ResponseReturnValue:
    delegation = _delegation(code)
    kind = _kind(request.args.get("kind"))
    fields = fields_of(kind, delegation)
    if request.method == "GET":
        form = Form.empty(fields, **defaults(_day(delegation)))
        form.raw |= {"starts.zone": "", "ends.zone": ""}  # which the places say
        return _item_page(delegation, form, kind, None)
    form = Form.sent(fields, request.form)

    def create(db: DbSession) -> None:
        row = queries.get_delegation(db, edition().id, code, within=within(EDIT))
        values, span = values_of(form, kind)
        items.add_itinerary_item(db, row, values, span, actor=actor(), now=clock.now())

    if not saved(form, create):
        return _item_page(_delegation(code), form, kind, None), 422
    flash(_("The itinerary item has been added."), "ok")
    return redirect(url_for("organizer.itinerary", code=code))


@blueprint.route("/<edition>/delegations/<code>/itinerary/<id:item_id>", methods=["GET", "POST"])
@needs(SEE, to_change=EDIT)
def itinerary_item(code: str, item_id: int) -> ResponseReturnValue:
    """Edit an item. Before saving, the page shows whom the change affects."""

    def current() -> ItineraryItem:
        return queries.get_itinerary_item(reading(), edition().id, item_id, within=within(SEE))

    row = current()
    delegation, kind = queries.get_delegation_of(reading(), row), ItineraryKind(row.kind)
    fields = fields_of(kind, delegation)
    if request.method == "GET":
        return _item_page(delegation, Form.of(fields, row), kind, row, back=code)
    form = Form.sent(fields, request.form, row)
    if "again" in request.form:  # from the page that shows whom it affects
        return _item_page(delegation, form, kind, row, back=code)

    def change(db: DbSession) -> None:
        values, span = values_of(form, kind, queries.get_itinerary_item(db, edition().id, item_id))
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        items.update_itinerary_item(db, edition().id, item_id, values, span, **by)

    def change_with_dependents(db: DbSession) -> None:
        before = queries.get_itinerary_item(db, edition().id, item_id)
        _change_and_move(db, before, change, _chosen_dependents())

    try:
        done = saved(
            form, change_with_dependents if "confirmed" in request.form else _looked_at(change, item_id), current
        )
    except Seen as seen:
        return _confirm_page(form, current(), code, seen.preview)
    if not done:
        return _item_page(delegation, form, kind, current(), back=code), form.status
    flash(_("The itinerary item has been saved."), "ok")
    tell_of_vehicles(code, [item_id])
    return redirect(url_for("organizer.itinerary", code=code))


@blueprint.post("/<edition>/delegations/<code>/itinerary/<id:item_id>/remove")
@needs(Permission.EDIT_DELEGATIONS)
def remove_itinerary_item(code: str, item_id: int) -> ResponseReturnValue:
    """Remove an item, also one of the parent delegation, which is on the same page."""

    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        return items.remove_itinerary_item(db, edition().id, item_id, version=version or 0, actor=actor(), now=now)

    return removed(remove, _("The itinerary item has been removed."), url_for("organizer.itinerary", code=code))


def _chosen_dependents() -> dict[int, int]:
    """The transfers that were ticked to move along, by id, with the version that was seen."""
    pairs = (value.partition(".") for value in request.form.getlist("move_too"))
    read = ((id_from(item_id), id_from(version)) for item_id, _dot, version in pairs)
    return {item_id: version for item_id, version in read if item_id and version}


def _change_and_move(
    db: DbSession, row: ItineraryItem, change: Callable[[DbSession], None], chosen: Mapping[int, int]
) -> list[tuple[Dependent, int]]:
    reach = within(EDIT)
    return change_and_move(db, row, lambda: change(db), chosen, within=reach, actor=actor(), now=clock.now())


def _looked_at(change: Callable[[DbSession], None], item_id: int) -> Callable[[DbSession], None]:
    """Preview the change and roll it back; if it affects nobody, apply it."""

    def look(db: DbSession) -> None:
        edition_id, row = edition().id, queries.get_itinerary_item(db, edition().id, item_id)
        old_conflicts = open_of_items(db, edition_id, [item_id], within=within(SEE))
        moving = [dependent.item_id for dependent in find_dependents(db, row, within=within(EDIT))]
        known = open_of_items(db, edition_id, [item_id, *moving], within=within(SEE))
        before = audiences.people_of(db, [item_id])[item_id]
        shared = audiences.people_of_branches(db, [item_id], within=within(SEE))
        version = queries.get_itinerary_item(db, edition().id, item_id).version
        dependents = _change_and_move(db, row, change, {})
        after = audiences.people_of(db, [item_id])[item_id]
        is_changed = queries.get_itinerary_item(db, edition().id, item_id).version != version
        swayed = audiences.swayed(db, shared, but=[item_id])
        if is_changed and (before or after or swayed):
            others = [(item.title, audiences.touched(db, item.went, item.came)) for item in swayed]
            conflicts = new_conflicts(old_conflicts, open_of_items(db, edition_id, [item_id], within=within(SEE)))
            movable, chosen = _move_chosen(db, dependents)
            left = new_conflicts(known, open_of_items(db, edition_id, [item_id, *chosen], within=within(SEE)))
            raise Seen(Preview(audiences.touched(db, before, after), others, conflicts, movable, chosen, left))

    return look


def _move_chosen(
    db: DbSession, dependents: Collection[tuple[Dependent, int]]
) -> tuple[list[tuple[Dependent, int]], set[int]]:
    """Move the ticked transfers, at first all that may move. Returns all that may, and the ids of the moved."""
    by: Any = {"actor": actor(), "now": clock.now()}
    trial = db.begin_nested()
    movable = move_where_allowed(db, edition().id, dependents, **by)
    trial.rollback()
    ticked = _chosen_dependents().keys()
    wanted = [
        (dependent, by_minutes)
        for dependent, by_minutes in movable
        if "choice" not in request.form or dependent.item_id in ticked
    ]
    moved = move_where_allowed(db, edition().id, wanted, **by)
    return movable, {dependent.item_id for dependent, _by_minutes in moved}


def _confirm_page(form: Form, row: ItineraryItem, code: str, preview: Preview) -> str:
    return render_template(
        "organizer/itineraries/confirm.html",
        section=SECTION,
        form=form,
        row=row,
        code=code,
        preview=preview,
        touched=preview.touched,
        others=preview.others,
        changed=[
            (field.label, field.words(field.get(row)), field.words(form.values[field.name]))
            for field in form.fields
            if field.name in form.values and field.words(field.get(row)) != field.words(form.values[field.name])
        ],
    )


def _item_page(
    delegation: Delegation, form: Form, kind: ItineraryKind, row: ItineraryItem | None, *, back: str = ""
) -> str:
    return render_template(
        "organizer/itineraries/item.html",
        section=SECTION,
        form=form,
        delegation=delegation,
        kind=kind,
        row=row,
        back=back or delegation.code,
        clashes=open_of_items(reading(), edition().id, [row.id], within=within(SEE)) if row else [],
        history=past("itinerary_item", row.id) if row else [],
    )


def _delegation(code: str) -> Delegation:
    return queries.get_delegation(reading(), edition().id, code, within=within(EDIT))


def _kind(word: str | None) -> ItineraryKind:
    return ItineraryKind(word) if word in set(ItineraryKind) else ItineraryKind.VISIT


def _day(delegation: Delegation) -> date:
    """Return the day to add to: the one asked for, or the first of the stay."""
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return delegation.arrives_on or edition().starts_on
