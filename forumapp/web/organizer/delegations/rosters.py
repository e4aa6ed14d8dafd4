"""Paste the member list of a delegation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from forumapp.core.database.transactions import reading
from forumapp.core.values.numbers import whole_number
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.queries import get_delegation
from forumapp.domain.importing import queries
from forumapp.domain.importing.registrations.rosters import TypeUndecided
from forumapp.schemas.choices import ImportKind
from forumapp.schemas.messages import refusal_words
from forumapp.web.organizer.imports.imports import bring_sent
from forumapp.web.organizer.kit.guard import blueprint, edition, needs, within
from forumapp.web.organizer.kit.identity import actor

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAY = Permission.BRING_MEMBERS


@blueprint.route("/<edition>/delegations/<code>/roster", methods=["GET", "POST"])
@needs(MAY)
def roster(code: str) -> ResponseReturnValue:
    row = get_delegation(reading(), edition().id, code, within=within(MAY))
    fault = ""
    if request.method == "POST":
        try:
            brought = bring_sent(ImportKind.ROSTER, code)
        except TypeUndecided as refusal:
            brought = str(refusal_words(refusal.code))
        if not isinstance(brought, str):
            return brought
        fault = brought
    number = request.args.get("page", 1, whole_number)
    page = render_template(
        "organizer/delegations/roster.html",
        section="delegations",
        row=row,
        fault=fault,
        sent={"rows": request.form.get("rows", "")},
        page=queries.rosters_page(reading(), edition().id, row.id, actor=actor(), number=number),
    )
    return page, 422 if fault else 200
