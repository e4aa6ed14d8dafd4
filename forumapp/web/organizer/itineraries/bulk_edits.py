"""Apply one action to several items: preview it, run it, and offer to undo it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import InUse, Invalid, NotFound, Stale
from forumapp.core.values.numbers import id_from
from forumapp.core.values.text import pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.tokens.idempotency import AnsweredMeanwhile
from forumapp.domain.delegations import queries
from forumapp.domain.delegations.conflicts.queries import new_conflicts, open_of_items
from forumapp.domain.delegations.groups import audiences
from forumapp.domain.delegations.itineraries import bulk_edits
from forumapp.domain.delegations.rules.reading_order import NO_FOLDS
from forumapp.web.forms.fields import Day, Number
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.repeated_fields import Several
from forumapp.web.frame import Offer, tell
from forumapp.web.organizer.delegations.double_booking import tell_of_vehicles
from forumapp.web.organizer.kit.guard import blueprint, edition, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.single_use_forms import FORM_KEY, new_key, spend_key
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.times import Span
    from forumapp.domain.delegations.conflicts.queries import ClashLine
    from forumapp.domain.delegations.models.delegations import Delegation, ItineraryItem
    from forumapp.domain.delegations.rules.reading_order import Folds
    from forumapp.web.forms.fields import Field

SECTION = "delegations"
SEE, EDIT = Permission.SEE_ITINERARIES, Permission.EDIT_DELEGATIONS
FARTHEST = 10_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """An item after the change: its former times, if it existed, and how many people it is for."""

    item_id: int
    version: int
    title: dict[str, str]
    before: Span | None
    after: Span
    people: int

    @property
    def has_fold(self) -> bool:
        """Whether it was at a time that the clocks showed twice."""
        return self.before is not None and (self.before.start.fold, self.before.end.fold) != NO_FOLDS


class Looked(Exception):
    """Rolls a change back after reading its effect and the conflicts that it causes."""

    def __init__(self, outcomes: list[Outcome], others: list[audiences.Swayed], conflicts: list[ClashLine]) -> None:
        super().__init__()
        self.outcomes = outcomes
        self.others = others
        self.conflicts = conflicts


@blueprint.route("/<edition>/delegations/<code>/itinerary/copy", methods=["GET", "POST"])
@needs(EDIT)
def copy_itinerary_day(code: str) -> ResponseReturnValue:
    """A day's items once more on another day, at the same times by the clocks on the wall."""
    delegation, day = _delegation(code), _day()
    rows = bulk_edits.items_on(reading(), delegation, day)
    fields = (_picked(rows), Day(name="to", label=_l("To the day"), required=True))
    form = _form(fields, items=[_mark(row) for row in rows])

    def copy(db: DbSession) -> list[ItineraryItem]:
        made = bulk_edits.copy_day(db, _delegation(code), day, form.values["to"], _seen(form).keys(), **_by())
        return list(made)

    title = _("Copy items of %(day)s", day=f"{day:%Y-%m-%d}")
    return _done(delegation, form, title, copy, _copied, undo=lambda made: {"made": _marks(made)})


@blueprint.route("/<edition>/delegations/<code>/itinerary/shift", methods=["GET", "POST"])
@needs(EDIT)
def shift_itinerary_day(code: str) -> ResponseReturnValue:
    delegation, day = _delegation(code), _day()
    rows = bulk_edits.items_on(reading(), delegation, day)
    fields = (
        _picked(rows),
        Number(
            name="days",
            label=_l("Days later"),
            help=_l("At the same times by the clocks there. Less than 0 is earlier."),
            least=-bulk_edits.MOST_DAYS,
            most=bulk_edits.MOST_DAYS,
        ),
        Number(
            name="minutes",
            label=_l("Or minutes later"),
            help=_l("Less than 0 is earlier."),
            least=-FARTHEST,
            most=FARTHEST,
        ),
    )
    form = _form(fields, items=[_mark(row) for row in rows])

    def shift(db: DbSession) -> list[ItineraryItem]:
        by: dict[str, Any] = {"days": form.values["days"] or 0, "minutes": form.values["minutes"] or 0}
        return bulk_edits.shift_items(db, _delegation(code), _seen(form), **by, **_by())

    def back(moved: Sequence[Outcome]) -> dict[str, Any]:
        folds = ",".join(
            f"{item.item_id}.{_fold(item, 'start')}.{_fold(item, 'end')}" for item in moved if item.has_fold
        )
        by = {name: -(form.values[name] or 0) for name in ("days", "minutes")}
        return {"moved": _marks(moved), **by, "folds": folds or None}

    return _done(delegation, form, _("Move items of %(day)s", day=f"{day:%Y-%m-%d}"), shift, _moved, undo=back)


@blueprint.route("/<edition>/delegations/<code>/itinerary/<id:item_id>/spread", methods=["GET", "POST"])
@needs(EDIT)
def spread_itinerary_item(code: str, item_id: int) -> ResponseReturnValue:
    """The same for several groups, each as an item of its own."""
    row = queries.get_itinerary_item(reading(), edition().id, item_id, within=within(EDIT))
    delegation, shown_language = _delegation(code), language()
    groups = audiences.choices_for(reading(), queries.get_delegation_of(reading(), row)).groups
    offer = [
        (str(group_id), f"{pick(partition, shown_language)}{_(': ')}{pick(name, shown_language)}")
        for group_id, (name, partition) in groups.items()
    ]
    form = _form((Several(name="groups", label=_l("Groups of the delegation"), offer=lambda: offer, required=True),))

    def spread(db: DbSession) -> list[ItineraryItem]:
        item = queries.get_itinerary_item(db, edition().id, item_id, within=within(EDIT))
        return bulk_edits.spread_to_groups(db, item, [int(group_id) for group_id in form.values["groups"]], **_by())

    title = _("The same for groups: %(title)s", title=pick(row.title, shown_language))
    return _done(delegation, form, title, spread, _spread, undo=lambda made: {"made": _marks(made)})


@blueprint.post("/<edition>/delegations/<code>/itinerary/undo")
@needs(EDIT)
def undo_itinerary_items(code: str) -> ResponseReturnValue:
    """Undo a bulk action: delete what it created and move back what it moved, unless changed since."""
    _delegation(code)
    made, moved = (_read(request.args.get(name, "")) for name in ("made", "moved"))
    by: dict[str, Any] = {name: request.args.get(name, 0, int) for name in ("days", "minutes")}
    try:
        with transaction() as db:
            if made:
                bulk_edits.remove_items(db, _delegation(code), made, **_by())
            if moved:
                bulk_edits.shift_items(db, _delegation(code), moved, folds=_folds(), **by, **_by())
    except (Stale, NotFound, Invalid, InUse):  # or groups split or rejoin at it by now
        tell(_("Someone has changed some of it in the meantime, so it was left as it is."), "warn")
    else:
        tell(_("It is as it was before."), "ok")
        tell_of_vehicles(code, moved)
    return redirect(url_for("organizer.itinerary", code=code))


def _done(
    delegation: Delegation,
    form: Form,
    title: str,
    change: Callable[[DbSession], list[ItineraryItem]],
    words: Callable[[int], str],
    *,
    undo: Callable[[Sequence[Outcome]], dict[str, Any]],
) -> ResponseReturnValue:
    """Render the form, then the preview, then run the action."""
    values: dict[str, Any] = {"section": SECTION, "row": delegation, "form": form, "title": title}
    if request.method == "GET" or "again" in request.form:
        return render_template("organizer/itineraries/several.html", **values)
    spans = {row.id: row.span for row in queries.itinerary(reading(), delegation)}
    outcomes: list[Outcome] = []

    def look(db: DbSession) -> None:
        if "confirmed" in request.form and FORM_KEY in request.form:
            spend_key(db)
        if "confirmed" in request.form:
            outcomes.extend(_outcomes(db, change(db), spans))
            return
        shared = audiences.people_of_branches(db, spans.keys(), within=within(EDIT))
        chosen = [key for key in (_seen(form) if "items" in form.values else {}) if key in spans]
        before = open_of_items(db, delegation.edition_id, chosen, within=within(SEE))
        outcomes.extend(_outcomes(db, change(db), spans))
        ids = [outcome.item_id for outcome in outcomes]
        conflicts = new_conflicts(before, open_of_items(db, delegation.edition_id, ids, within=within(SEE)))
        raise Looked(outcomes, audiences.swayed(db, shared, but=ids), conflicts)

    try:
        done = saved(form, look)
    except Looked as looked:
        sent = [(name, key) for name, key in request.form.items(multi=True) if name not in ("csrf_token", FORM_KEY)]
        values |= {"outcomes": looked.outcomes, "others": looked.others, "conflicts": looked.conflicts}
        values |= {"sent": [*sent, (FORM_KEY, new_key())]}
        return render_template("organizer/itineraries/outcome.html", **values)
    except AnsweredMeanwhile:
        tell(_("This has been done already."), "info")
        return redirect(url_for("organizer.itinerary", code=delegation.code))
    except Stale:
        form.faults["items"] = "changed-meanwhile"
        done = False
    if not done:
        return render_template("organizer/itineraries/several.html", **values), form.status
    back = url_for("organizer.undo_itinerary_items", code=delegation.code, **undo(outcomes))
    tell(words(len(outcomes)), "ok", do=Offer(_("Undo"), back))
    tell_of_vehicles(delegation.code, [key.item_id for key in outcomes])
    return redirect(url_for("organizer.itinerary", code=delegation.code))


def _copied(number: int) -> str:
    return str(ngettext("%(num)s item has been copied.", "%(num)s items have been copied.", number))


def _moved(number: int) -> str:
    return str(ngettext("%(num)s item has been moved.", "%(num)s items have been moved.", number))


def _spread(number: int) -> str:
    return str(
        ngettext("The item has been added for %(num)s group.", "The item has been added for %(num)s groups.", number)
    )


def _outcomes(db: DbSession, rows: Sequence[ItineraryItem], spans: dict[int, Span]) -> list[Outcome]:
    people = audiences.people_of(db, [row.id for row in rows])
    return [Outcome(row.id, row.version, row.title, spans.get(row.id), row.span, len(people[row.id])) for row in rows]


def _form(fields: tuple[Field, ...], **defaults: Any) -> Form:
    return Form.empty(fields, **defaults) if request.method == "GET" else Form.sent(fields, request.form)


def _picked(rows: Sequence[ItineraryItem]) -> Several:
    """Return the selected items with the versions that the page showed."""
    offer = [(_mark(row), f"{row.start_wall:%H:%M} {pick(row.title, language())}") for row in rows]
    # An outdated version counts as changed, not as unknown.
    sent = [(mark, "") for mark in request.form.getlist("items") if mark not in dict(offer)]
    return Several(name="items", label=_l("Itinerary items"), offer=lambda: [*offer, *sent], required=True)


def _seen(form: Form) -> dict[int, int]:
    return _read(",".join(form.values["items"]))


def _mark(row: ItineraryItem | Outcome) -> str:
    return f"{row.item_id if isinstance(row, Outcome) else row.id}.{row.version}"


def _marks(rows: Sequence[Outcome]) -> str:
    return ",".join(map(_mark, rows))


def _read(marks: str) -> dict[int, int]:
    """Parse ids with their versions; malformed pairs are ignored."""
    pairs = (mark.partition(".") for mark in marks.split(",") if mark)
    versions = {id_from(item_id): id_from(version) for item_id, _dot, version in pairs}
    return {item_id: version for item_id, version in versions.items() if item_id is not None and version is not None}


def _fold(outcome: Outcome, end: str) -> str:
    fold = getattr(outcome.before, end).fold
    return "" if fold is None else str(fold)


def _folds() -> dict[int, Folds]:
    """Parse the clock folds of the address by item; unknown items are ignored."""
    parts = [part.split(".") for part in request.args.get("folds", "").split(",")]
    known: dict[str, int | None] = {"": None, "0": 0, "1": 1}
    rows = [(id_from(part[0]), [known.get(end) for end in part[1:]]) for part in parts]
    size = len(NO_FOLDS)
    return {row_id: (ends[0], ends[1]) for row_id, ends in rows if row_id is not None and len(ends) == size}


def _day() -> date:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return edition().starts_on


def _delegation(code: str) -> Delegation:
    return queries.get_delegation(reading(), edition().id, code, within=within(EDIT))


def _by() -> dict[str, Any]:
    return {"actor": actor(), "now": clock.now()}
