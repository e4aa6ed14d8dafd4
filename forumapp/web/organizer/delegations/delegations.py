"""Delegations with their parts, members and itineraries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.values.numbers import whole_number
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations import queries
from forumapp.domain.delegations.members import roster, services
from forumapp.web.forms.fields import Field, Number, Pick, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.itineraries.itineraries import days_of, lines_of
from forumapp.web.organizer.kit.guard import blueprint, edition, needs, officers, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.models.delegations import Delegation

SECTION = "delegations"
ALL = 200
FIELDS: tuple[Field, ...] = (
    Texts(name="name", label=_l("Name"), help=_l("Such as Jiangsu Delegation."), required=True),
    Texts(name="origin", label=_l("From"), help=_l("The place that it comes from.")),
    Number(name="quota", label=_l("Places"), help=_l("Leave empty for no limit.")),
    Pick(name="liaison_id", label=_l("Delegation liaison"), offer=officers, empty=_l("Nobody yet")),
)


@blueprint.get("/<edition>/delegations")
@needs(Permission.SEE_DELEGATIONS)
def delegations() -> str:
    page = queries.delegations_page(reading(), edition().id, within=within(Permission.SEE_DELEGATIONS), size=ALL)
    return render_template("organizer/delegations/list.html", section=SECTION, page=page, rows=in_tree(page.items))


def in_tree(rows: list[Delegation]) -> list[tuple[int, Delegation]]:
    """The delegations with their depth: each followed by its parts."""
    ids = {row.id for row in rows}
    parts: dict[int | None, list[Delegation]] = {}
    for row in rows:
        parts.setdefault(row.parent_id if row.parent_id in ids else None, []).append(row)
    ordered: list[tuple[int, Delegation]] = []
    waiting = [(0, row) for row in reversed(parts.get(None, []))]
    while waiting:
        depth, row = waiting.pop()
        ordered.append((depth, row))
        waiting += [(depth + 1, part) for part in reversed(parts.get(row.id, []))]
    return ordered


@blueprint.route("/<edition>/delegations/new", methods=["GET", "POST"])
@needs(Permission.SET_UP_DELEGATIONS)
def new_delegation() -> ResponseReturnValue:
    form = Form.empty(FIELDS) if request.method == "GET" else Form.sent(FIELDS, request.form)
    made: list[Delegation] = []

    def create(db: DbSession) -> None:
        made.append(services.create_delegation(db, edition().id, form.values, actor=actor(), now=clock.now()))

    if request.method == "GET" or not saved(form, create):
        page = render_template("organizer/delegations/new.html", section=SECTION, form=form)
        return page, 422 if form.faults else 200
    flash(_("The delegation has been added."), "ok")
    return redirect(url_for("organizer.delegation", code=made[0].code))


@blueprint.get("/<edition>/delegations/<code>")
@needs(Permission.SEE_DELEGATIONS)
def delegation(code: str) -> str:
    db = reading()
    reach = within(Permission.SEE_DELEGATIONS)
    row = queries.get_delegation(db, edition().id, code, within=reach)
    search = request.args.get("search", "")
    everyone = queries.delegations_page(db, edition().id, within=reach, size=ALL).items
    return render_template(
        "organizer/delegations/one.html",
        section=SECTION,
        row=row,
        history=past("delegation", row.id),
        whole=next((delegation for delegation in everyone if delegation.id == row.parent_id), None),
        supporters=roster.list_supporters(db, row),
        led_by=roster.led_by(db, row),
        liaison=roster.liaison_of(db, row),
        parts=[delegation for delegation in everyone if delegation.parent_id == row.id],
        page=queries.members_page(db, row, search=search, number=request.args.get("page", 1, whole_number)),
        search=search,
        days=days_of(lines_of(db, row)) if is_within(row.id, Permission.SEE_ITINERARIES) else {},
    )


def is_within(delegation_id: int, permission: Permission) -> bool:
    """Whether the caller may do this for the delegation."""
    reach = within(permission)
    return reach is None or delegation_id in reach


@blueprint.post("/<edition>/delegations/<code>/remove")
@needs(Permission.SET_UP_DELEGATIONS)
def remove_delegation(code: str) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        row = queries.get_delegation(db, edition().id, code)
        return services.remove_delegation(db, edition().id, row.id, version=version or 0, actor=actor(), now=now)

    words, kept = _("The delegation has been removed."), url_for("organizer.delegation", code=code)
    return removed(remove, words, url_for("organizer.delegations"), kept=kept)


@blueprint.post("/<edition>/delegations/<code>/members/<id:member_id>/remove")
@needs(Permission.EDIT_DELEGATIONS)
def remove_member(code: str, member_id: int) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        row = queries.get_delegation(db, edition().id, code, within=within(Permission.EDIT_DELEGATIONS))
        queries.get_member(db, row, member_id)
        return services.remove_member(db, edition().id, member_id, version=version or 0, actor=actor(), now=now)

    words = _("The member has left the delegation. The registration stays.")
    return removed(remove, words, url_for("organizer.delegation", code=code))
