"""Delegations with their parts, members and itineraries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from forumapp.core.transactions import reading
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations import queries
from forumapp.domain.delegations.itinerary import by_day, days_later
from forumapp.web.organizer.guard import access, blueprint, edition, needs, within

if TYPE_CHECKING:
    from forumapp.core.times import Span
    from forumapp.domain.delegations.models import Delegation, ItineraryItem

SECTION = "delegations"
ALL = 200


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
    found: list[tuple[int, Delegation]] = []
    waiting = [(0, row) for row in reversed(parts.get(None, []))]
    while waiting:
        depth, row = waiting.pop()
        found.append((depth, row))
        waiting += [(depth + 1, part) for part in reversed(parts.get(row.id, []))]
    return found


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
        whole=next((one for one in everyone if one.id == row.parent_id), None),
        parts=[one for one in everyone if one.parent_id == row.id],
        page=queries.members_page(db, row, search=search, number=request.args.get("page", 1, int)),
        search=search,
        days=by_day(queries.itinerary(db, row), span_of) if access().allows(Permission.SEE_ITINERARIES) else {},
        days_later=lambda item: days_later(span_of(item)),
    )


def span_of(item: ItineraryItem) -> Span:
    return item.span
