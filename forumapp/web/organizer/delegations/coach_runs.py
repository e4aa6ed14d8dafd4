"""The coaches of a delegation: which vehicles run for its transfers, and who rides in which.

People are ticked and seated by the button of a run, which works by keyboard and without a script; coaches.js lets them
be dragged there, which presses the same button.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, NotFound
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.text import pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations import queries
from forumapp.domain.delegations.coaches import boardings, runs, vehicles
from forumapp.domain.delegations.coaches import queries as coaches_queries
from forumapp.schemas.choices import ItineraryKind
from forumapp.web.forms.faults import fault
from forumapp.web.forms.fields import Field, Flag, Pick
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.delegations.delegation_form import find
from forumapp.web.organizer.delegations.delegations import SECTION, is_within
from forumapp.web.organizer.delegations.workspace_board import Asked
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.itineraries.partition import people_sent
from forumapp.web.organizer.kit.display import full_name
from forumapp.web.organizer.kit.guard import blueprint, edition, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.coaches.queries import Transfer
    from forumapp.domain.delegations.models.coaches import CoachRun
    from forumapp.domain.delegations.models.delegations import Delegation, ItineraryItem

SEE, EDIT = Permission.SEE_ITINERARIES, Permission.EDIT_DELEGATIONS
ALL = "/<edition>/delegations/<code>/coaches"
ONE = f"{ALL}/<id:transfer_id>"
RUN = "/<edition>/coach-runs/<id:coach_run_id>"
LONGEST = 500


def transfers(delegation: Delegation) -> list[ItineraryItem]:
    """Return the transfers of the delegation, including those of the delegation that it is part of and of its parts."""
    return [item for item in queries.itinerary_with_parts(reading(), delegation) if item.kind == ItineraryKind.TRANSFER]


def people_seen(delegation: Delegation) -> set[int]:
    """Return the ids of the delegation and its parts that the caller may see people of."""
    parts, reach = set(queries.list_parts(reading(), delegation)), within(SEE)
    return parts if reach is None else parts & set(reach)


def transfer_of(code: str, transfer_id: int, permission: Permission = SEE) -> tuple[Delegation, Transfer]:
    delegation = find(code, permission)
    item = next((transfer for transfer in transfers(delegation) if transfer.id == transfer_id), None)
    if item is None:
        raise NotFound(entity="itinerary_item")
    (transfer,) = coaches_queries.transfers_of(reading(), edition().id, [item], within=people_seen(delegation))
    return delegation, transfer


def own_transfer(code: str, transfer_id: int) -> tuple[Delegation, ItineraryItem]:
    """Return a transfer that the caller may assign vehicles to; a parent delegation's takes access to all of it."""
    delegation, transfer = transfer_of(code, transfer_id, EDIT)
    if not is_within(transfer.item.delegation_id, EDIT):
        abort(404)
    return delegation, transfer.item


def run_fields(item: ItineraryItem) -> tuple[Field, ...]:
    db, edition_id = reading(), edition().id
    within_item: Any = within(SEE)

    def offered() -> list[tuple[str, Any]]:
        rows = vehicles.list_vehicles(db, edition_id)
        return [(str(row.id), f"{pick(row.name, language())} · {row.seats} · {row.plate}".rstrip(" ·")) for row in rows]

    def groups() -> list[tuple[str, Any]]:
        return [(str(group.id), pick(group.name, language())) for group in runs.groups_offered(db, item)]

    def people() -> list[tuple[str, Any]]:
        (transfer,) = coaches_queries.transfers_of(db, edition_id, [item], within=within_item)
        riders = (*transfer.without, *(rider for ride in transfer.rides for rider in ride.riders))
        return [(str(rider.registration_id), full_name(rider.name).striptags()) for rider in riders]

    return (
        Pick(name="vehicle_id", label=_l("Vehicle"), offer=offered, empty=_l("Choose a vehicle"), required=True),
        Pick(
            name="group_id",
            label=_l("For the people of"),
            help=_l("Those of this group who have no seat yet get theirs when the run is added."),
            offer=groups,
            empty=_l("No group: seated by hand"),
        ),
        Pick(name="captain_id", label=_l("Captain of the coach"), offer=people, empty=_l("Nobody yet")),
        Flag(
            name="captain_may_be_rung",
            label=_l("The captain agreed to be rung"),
            help=_l(
                "Ask them first. Their phone number is then printed on the manifest of this coach, and without this it"
                " is not. Ask again when somebody else is made captain."
            ),
        ),
        Field(
            name="beside_reason",
            label=_l("Why it may run elsewhere at the same time"),
            help=_l("Only if this vehicle runs twice at that time, as when it turns round in between."),
            longest=LONGEST,
        ),
    )


@blueprint.get(ALL)
@needs(SEE)
def delegation_coaches(code: str) -> str:
    delegation = find(code, SEE)
    rows = coaches_queries.transfers_of(reading(), edition().id, transfers(delegation), within=people_seen(delegation))
    return render_template("organizer/coaches/transfers.html", section=SECTION, row=delegation, transfers=rows)


@blueprint.get(ONE)
@needs(SEE)
def coaches_of_transfer(code: str, transfer_id: int) -> str:
    return seats_page(*transfer_of(code, transfer_id))


def seats_page(
    delegation: Delegation,
    transfer: Transfer,
    *,
    ticked: Mapping[int, str] | None = None,
    wrong: Mapping[int, str] | None = None,
    error: str = "",
) -> str:
    return render_template(
        "organizer/coaches/transfer.html",
        section=SECTION,
        row=delegation,
        item=transfer.item,
        transfer=transfer,
        is_own=is_within(transfer.item.delegation_id, EDIT),
        names={ride.run.id: ride.vehicle.name for ride in transfer.rides},
        ticked=ticked or {},
        wrong=wrong or {},
        error=error,
    )


@blueprint.post(f"{ONE}/seats")
@needs(EDIT)
def seat_people(code: str, transfer_id: int) -> ResponseReturnValue:
    """Seat the selected people in the run whose button was pressed."""
    delegation, transfer = transfer_of(code, transfer_id, EDIT)
    seen, run_id = people_sent(), request.form.get("coach_run_id", 0, whole_number)
    if run_id not in {ride.run.id for ride in transfer.rides}:
        abort(404)
    if not seen:
        return seats_page(delegation, transfer, error=fault("nobody-ticked")), 422
    values: dict[str, Any] = {"ticked": seen}
    try:
        with transaction() as db:
            moved = boardings.put_into_run(db, edition().id, run_id, seen, actor=actor(), now=clock.now())
    except boardings.SeatedMeanwhile as refusal:
        values["wrong"] = dict.fromkeys(refusal.details["registrations"], fault(refusal.code))
        return seats_page(*transfer_of(code, transfer_id, EDIT), **values), refusal.status
    except runs.RunClosed as refusal:
        return seats_page(delegation, transfer, **values, error=fault(refusal.code)), refusal.status
    except Invalid as refusal:
        code_of = next(iter(refusal.fields.values()), refusal.code)
        return seats_page(delegation, transfer, **values, error=fault(code_of)), refusal.status
    words = ngettext("%(num)s person has a seat there now.", "%(num)s people have a seat there now.", moved)
    flash(words if moved else _("All of them were there already."), "ok" if moved else "info")
    return redirect(url_for("organizer.coaches_of_transfer", code=code, transfer_id=transfer_id))


@blueprint.post(f"{ONE}/by-groups")
@needs(EDIT)
def seat_by_groups(code: str, transfer_id: int) -> ResponseReturnValue:
    transfer_of(code, transfer_id, EDIT)
    _seat_by_groups([transfer_id])
    return redirect(url_for("organizer.coaches_of_transfer", code=code, transfer_id=transfer_id))


@blueprint.post(f"{ALL}/by-groups")
@needs(EDIT)
def seat_all_by_groups(code: str) -> ResponseReturnValue:
    """Seat everyone in the run of their group, in one action, after people moved between groups."""
    delegation = find(code, EDIT)
    _seat_by_groups(riding_apart_from_group(reading(), delegation))
    if request.args.get("back") == "workspace":
        return redirect(url_for("organizer.workspace", code=code, **Asked.of(request.args).kept))
    return redirect(url_for("organizer.delegation_coaches", code=code))


def riding_apart_from_group(db: DbSession, delegation: Delegation) -> dict[int, dict[int, int]]:
    """By transfer, who of the people of a delegation does not sit where their group does."""
    return coaches_queries.beside_groups(db, edition().id, transfers(delegation), within=people_seen(delegation))


def _seat_by_groups(transfer_ids: Iterable[int]) -> None:
    try:
        with transaction() as db:
            moved = boardings.seat_by_groups(db, edition().id, transfer_ids, actor=actor(), now=clock.now())
    except runs.NoSeatLeft:
        flash(_("A group has more people than its vehicle has seats. Nobody was seated."), "bad")
    else:
        words = ngettext(
            "%(num)s person has a seat with their group now.", "%(num)s people have seats with their groups now.", moved
        )
        flash(words if moved else _("Everyone sits where their group does."), "ok" if moved else "info")


@blueprint.route(f"{ONE}/new", methods=["GET", "POST"])
@needs(EDIT)
def new_coach_run(code: str, transfer_id: int) -> ResponseReturnValue:
    _delegation, item = own_transfer(code, transfer_id)
    fields = run_fields(item)
    form = Form.empty(fields) if request.method == "GET" else Form.sent(fields, request.form)

    def create(db: DbSession) -> None:
        try:
            runs.create_run(db, edition().id, item.id, form.values, actor=actor(), now=clock.now())
        except runs.NoSeatLeft as refusal:
            raise Invalid(fields={"vehicle_id": refusal.code}) from refusal

    back = url_for("organizer.coaches_of_transfer", code=code, transfer_id=transfer_id)
    if request.method == "GET" or not saved(form, create):
        page = render_template("organizer/coaches/run.html", section=SECTION, item=item, form=form, back=back)
        return page, 422 if form.faults else 200
    flash(_("The run has been added."), "ok")
    return redirect(back)


def own_run(coach_run_id: int) -> tuple[CoachRun, ItineraryItem, str]:
    """Return a run of a transfer that the caller manages, with the code of its delegation."""
    row = coaches_queries.get_run(reading(), edition().id, coach_run_id, within=within(EDIT))
    item = queries.get_itinerary_item(reading(), edition().id, row.item_id, within=within(EDIT))
    return row, item, queries.code_of(reading(), edition().id, item.delegation_id)


@blueprint.route(f"{RUN}/edit", methods=["GET", "POST"])
@needs(EDIT)
def edit_coach_run(coach_run_id: int) -> ResponseReturnValue:
    row, item, code = own_run(coach_run_id)
    fields = run_fields(item)
    form = Form.of(fields, row) if request.method == "GET" else Form.sent(fields, request.form, row)

    kept: list[bool] = []

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        try:
            kept.append(runs.update_run(db, edition().id, coach_run_id, form.values, **by).captain_may_be_rung)
        except runs.RunClosed as refusal:
            raise Invalid(fields={"": refusal.code}) from refusal

    back = url_for("organizer.coaches_of_transfer", code=code, transfer_id=item.id)
    if request.method == "GET" or not saved(form, change, lambda: own_run(coach_run_id)[0]):
        history = past("coach_run", row.id)
        page = render_template(
            "organizer/coaches/run.html", section=SECTION, item=item, form=form, back=back, row=row, history=history
        )
        return page, form.status if request.method == "POST" else 200
    flash(_("The run has been saved."), "ok")
    if form.values["captain_may_be_rung"] and form.values["captain_id"] and not any(kept):
        flash(_("Somebody else is captain now: ask them whether they may be rung, and tick it then."), "warn")
    return redirect(back)


@blueprint.post(f"{RUN}/remove")
@needs(EDIT)
def remove_coach_run(coach_run_id: int) -> ResponseReturnValue:
    _row, item, code = own_run(coach_run_id)

    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        by: Any = {"version": version or 0, "actor": actor(), "now": now}
        return runs.remove_run(db, edition().id, coach_run_id, **by)

    back = url_for("organizer.coaches_of_transfer", code=code, transfer_id=item.id)
    try:
        return removed(remove, _("The run has been removed. Those who rode in it have no seat now."), back)
    except runs.RunClosed as refusal:
        flash(fault(refusal.code), "bad")
    return redirect(back)


@blueprint.post(f"{RUN}/boardings/<id:boarding_id>/remove")
@needs(EDIT)
def remove_boarding(coach_run_id: int, boarding_id: int) -> ResponseReturnValue:
    row = coaches_queries.get_run(reading(), edition().id, coach_run_id, within=within(EDIT))
    coaches_queries.get_boarding(reading(), row, boarding_id, within=within(EDIT))
    item = queries.get_itinerary_item(reading(), edition().id, row.item_id)
    code = request.form.get("code") or queries.code_of(reading(), edition().id, item.delegation_id)
    back = url_for("organizer.coaches_of_transfer", code=code, transfer_id=item.id)

    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        by: Any = {"version": version or 0, "actor": actor(), "now": now}
        return boardings.remove_boarding(db, edition().id, boarding_id, **by)

    try:
        return removed(remove, _("The person has no seat for this transfer now."), back)
    except runs.RunClosed as refusal:
        flash(fault(refusal.code), "bad")
    return redirect(back)
