"""Orders of precedence: put in order by hand, with reasons, and approved by someone. No place has a number anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, Stale
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.ordering import Order
from forumapp.core.values.text import pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.queries import session_titles
from forumapp.domain.forums.rules import free_code
from forumapp.domain.people import queries
from forumapp.domain.people.precedence import lists as people_lists
from forumapp.domain.people.precedence import reordering
from forumapp.schemas.choices import PrecedencePurpose
from forumapp.web.forms.faults import fault
from forumapp.web.forms.fields import Choice, Field, Optional, Pick, PickCode, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.ordering import Arrangement, order_refused, place_on_page
from forumapp.web.frame import Offer, tell
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed
from forumapp.web.organizer.kit.suggestions import person_box
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.people.models import PrecedenceList
    from forumapp.domain.people.precedence.reordering import EntryLine

SECTION, ALL, LONGEST = "precedence", 200, 500


def lists() -> list[PrecedenceList]:
    return queries.precedence_lists_page(reading(), edition().id, size=ALL).items


def find(scope: str) -> PrecedenceList:
    return queries.get_precedence_list(reading(), edition().id, scope)


def sessions_offered() -> list[tuple[str, Any]]:
    titles = session_titles(reading(), edition().id)
    return [(str(session_id), pick(title, language())) for session_id, title in titles.items()]


def lists_offered() -> list[tuple[str, Any]]:
    return [(order.scope, pick(order.name, language()) or order.scope) for order in lists()]


def fields() -> tuple[Field, ...]:
    what_for = _l("Speeches, seats, photos and cars may each have an order of their own.")
    return (
        Texts(name="name", label=_l("Name"), required=True),
        Choice(name="purpose", label=_l("What for"), kind=PrecedencePurpose, help=what_for, required=True),
        Pick(name="session_id", label=_l("Session"), offer=sessions_offered, empty=_l("The whole edition")),
    )


CAPACITY: tuple[Field, ...] = (
    Texts(
        name="capacity",
        label=_l("Ranked as"),
        help=_l("The office and capacity in which the person stands here. Left empty, it is their first title."),
    ),
    Field(name="reason", label=_l("Reason"), help=_l("Why the person stands where they do.")),
)


@blueprint.get("/<edition>/precedence")
@needs(Permission.SEE_PRECEDENCE)
def precedence_lists() -> str:
    db = reading()
    return render_template(
        "organizer/precedence/list.html",
        section=SECTION,
        lists=lists(),
        people=reordering.people_by_list(db, edition().id, within=within(Permission.SEE_PRECEDENCE)),
        sessions=session_titles(db, edition().id),
    )


@blueprint.route("/<edition>/precedence/new", methods=["GET", "POST"])
@needs(Permission.EDIT_PRECEDENCE)
def new_precedence_list() -> ResponseReturnValue:
    copied = PickCode(
        name="copy_of", label=_l("Begin with"), offer=lists_offered, empty=_l("Nobody"),
        help=_l("The people of another order, as they stand there."),
    )  # fmt: skip
    asked = (*fields(), copied)
    form = Form.empty(asked, purpose="program") if request.method == "GET" else Form.sent(asked, request.form)
    made: list[PrecedenceList] = []

    def create(db: DbSession) -> None:
        values = dict(form.values)
        by: Any = {"actor": actor(), "now": clock.now()}
        source = values.pop("copy_of")
        scope = free_code({"en": values["purpose"].value}, {order.scope for order in lists()}, "order")
        made.append(people_lists.create_precedence_list(db, edition().id, scope, **values, **by))
        if source:
            source_list = queries.get_precedence_list(db, edition().id, source)
            reordering.copy_entries(db, source_list, made[0], actor=actor(), now=clock.now())

    if request.method == "GET" or not saved(form, create):
        page = render_template("organizer/precedence/form.html", section=SECTION, form=form, row=None)
        return page, 422 if form.faults else 200
    flash(_("The order has been added. It counts once someone has approved it."), "ok")
    return redirect(url_for("organizer.precedence_list", scope=made[0].scope))


@blueprint.get("/<edition>/precedence/<scope>")
@needs(Permission.SEE_PRECEDENCE)
def precedence_list(scope: str, arrangement: Arrangement | None = None, reason: str = "", words: str = "") -> str:
    db, row = reading(), find(scope)
    lines = reordering.list_entries(db, row, within=within(Permission.SEE_PRECEDENCE))
    arrangement = arrangement or Arrangement.of(lines)
    return render_template(
        "organizer/precedence/one.html",
        section=SECTION,
        is_kept_to=queries.is_kept_to(db, row),
        row=row,
        lines=arrangement.sorted(lines),
        arrangement=arrangement,
        theirs=[name_of(line) for line in arrangement.sorted_as_theirs(lines)],
        session=session_titles(db, edition().id).get(row.session_id or 0),
        reason=reason,
        words=words,
        history=past("precedence_list", row.id),
    )


def name_of(line: EntryLine) -> str:
    return pick(line.name.texts, language())


@blueprint.route("/<edition>/precedence/<scope>/edit", methods=["GET", "POST"])
@needs(Permission.EDIT_PRECEDENCE)
def edit_precedence_list(scope: str) -> ResponseReturnValue:
    return list_form(scope, fields(), people_lists.update_precedence_list, _("The order has been saved."))


@blueprint.route("/<edition>/precedence/<scope>/approve", methods=["GET", "POST"])
@needs(Permission.EDIT_PRECEDENCE)
def approve_precedence_list(scope: str) -> ResponseReturnValue:
    """Record who approved the order that this page shows. An empty value withdraws the approval."""
    hint = _l("As the office is called, such as Chief of Protocol. Left empty, the approval is taken back.")
    by = Optional(name="approved_by", label=_l("Approved by"), help=hint)

    def approve(db: DbSession, row: PrecedenceList, values: dict[str, Any], **how: Any) -> object:
        return people_lists.approve_precedence_list(db, row, values["approved_by"], **how)

    return list_form(scope, (by,), approve, _("The approval has been saved."))


def list_form(scope: str, asked: tuple[Field, ...], change: Any, words: str) -> ResponseReturnValue:
    row = find(scope)
    form = Form.of(asked, row) if request.method == "GET" else Form.sent(asked, request.form, row)

    def save(db: DbSession) -> None:
        precedence_list = queries.get_precedence_list(db, edition().id, scope)
        change(db, precedence_list, form.values, version=form.based_on, actor=actor(), now=clock.now())

    if request.method == "GET" or not saved(form, save, lambda: find(scope)):
        lines = reordering.list_entries(reading(), row)
        page = render_template("organizer/precedence/form.html", section=SECTION, form=form, row=row, lines=lines)
        return page, form.status if request.method == "POST" else 200
    flash(words, "ok")
    return redirect(url_for("organizer.precedence_list", scope=scope))


@blueprint.post("/<edition>/precedence/<scope>/order")
@needs(Permission.EDIT_PRECEDENCE)
def order_precedence(scope: str) -> ResponseReturnValue:
    before, reason = reordering.entry_order(reading(), find(scope)), request.form.get("reason", "").strip()[:LONGEST]
    wanted: list[int] = []

    def change(db: DbSession, ids: list[int], version: int) -> None:
        wanted[:] = ids
        row = queries.get_precedence_list(db, edition().id, scope)
        by: Any = {"actor": actor(), "now": clock.now()}
        reordering.order_precedence(db, row, ids, reason=reason, version=version, **by)

    try:
        refused = order_refused(change, lambda: reordering.entry_order(reading(), find(scope)))
    except Invalid as refusal:
        if "reason" not in refusal.fields:
            raise
        shown = Arrangement(Order(tuple(wanted)), before.version)
        return precedence_list(scope, shown, reason, fault(refusal.fields["reason"])), 422
    if refused:
        return precedence_list(scope, refused, reason), 412
    after = Order(tuple(wanted))
    if after != before:
        back = url_for("organizer.undo_precedence_order", scope=scope, version=after.version, ids=joined(before))
        tell(_("The order has been saved."), "ok", do=Offer(_("Undo"), back))
    return redirect(url_for("organizer.precedence_list", scope=scope, _anchor=place_on_page()))


def joined(order: Order) -> str:
    return "-".join(map(str, order.ids))


@blueprint.post("/<edition>/precedence/<scope>/order/undo")
@needs(Permission.EDIT_PRECEDENCE)
def undo_precedence_order(scope: str) -> ResponseReturnValue:
    """Put all back where they stood before the last save, unless someone has moved anyone since."""
    ids = [whole_number(part) for part in request.args.get("ids", "").split("-") if part.isdecimal()]
    try:
        with transaction() as db:
            row = queries.get_precedence_list(db, edition().id, scope)
            version = request.args.get("version", 0, whole_number)
            by: Any = {"actor": actor(), "now": clock.now()}
            reordering.order_precedence(db, row, ids, reason=_("Taken back"), version=version, **by)
    except (Stale, Invalid):
        flash(_("The order was changed since, so it stays as it is."), "bad")
    else:
        flash(_("All stand again where they stood before."), "ok")
    return redirect(url_for("organizer.precedence_list", scope=scope))


@blueprint.route("/<edition>/precedence/<scope>/people/new", methods=["GET", "POST"])
@needs(Permission.EDIT_PRECEDENCE)
def new_precedence_entry(scope: str) -> ResponseReturnValue:
    row = find(scope)
    asked = (person_box("person_id", _l("Person"), required=True), *CAPACITY)
    form = Form.empty(asked) if request.method == "GET" else Form.sent(asked, request.form)

    def add(db: DbSession) -> None:
        precedence_list, values = queries.get_precedence_list(db, edition().id, scope), dict(form.values)
        person_id = values.pop("person_id")
        values["capacity"] = values["capacity"] or reordering.first_title(db, edition().id, person_id)
        people_lists.add_precedence_entry(db, precedence_list, person_id, **values, actor=actor(), now=clock.now())

    if request.method == "GET" or not saved(form, add):
        page = render_template("organizer/precedence/entry.html", section=SECTION, form=form, row=row, entry=None)
        return page, 422 if form.faults else 200
    flash(_("The person stands last in the order now. Move them to their place."), "ok")
    return redirect(url_for("organizer.precedence_list", scope=scope))


@blueprint.route("/<edition>/precedence/<scope>/people/<id:entry_id>", methods=["GET", "POST"])
@needs(Permission.SEE_PRECEDENCE, to_change=Permission.EDIT_PRECEDENCE)
def precedence_entry(scope: str, entry_id: int) -> ResponseReturnValue:
    row, reach = find(scope), within(Permission.SEE_PRECEDENCE)

    def current() -> Any:
        return queries.get_precedence_entry(reading(), row, entry_id, within=reach)

    entry = current()
    form = Form.of(CAPACITY, entry) if request.method == "GET" else Form.sent(CAPACITY, request.form, entry)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        people_lists.update_precedence_entry(db, edition().id, entry_id, form.values, **by)

    if request.method == "GET" or not saved(form, change, current):
        page = render_template(
            "organizer/precedence/entry.html",
            section=SECTION,
            form=form,
            row=row,
            entry=entry,
            name=reordering.name_in(reading(), entry),
            history=past("precedence_entry", entry_id),
        )
        return page, form.status if request.method == "POST" else 200
    flash(_("The entry has been saved."), "ok")
    return redirect(url_for("organizer.precedence_list", scope=scope))


@blueprint.post("/<edition>/precedence/<scope>/people/<id:entry_id>/remove")
@needs(Permission.EDIT_PRECEDENCE)
def remove_precedence_entry(scope: str, entry_id: int) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        queries.get_precedence_entry(db, queries.get_precedence_list(db, edition().id, scope), entry_id)
        by: Any = {"version": version or 0, "actor": actor(), "now": now}
        return people_lists.remove_precedence_entry(db, edition().id, entry_id, **by)

    words = _("The person has been taken out of the order. The others stay in theirs.")
    return removed(remove, words, url_for("organizer.precedence_list", scope=scope))
