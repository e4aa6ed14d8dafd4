"""How ready a delegation is: what is missing for each member, with totals."""

from __future__ import annotations

from flask import render_template, request

from forumapp.core.database.transactions import reading
from forumapp.core.values.numbers import whole_number
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.queries import get_delegation
from forumapp.domain.proofs import readiness as services
from forumapp.schemas.choices import Gap
from forumapp.web.organizer.delegations.delegations import SECTION
from forumapp.web.organizer.kit.guard import access, blueprint, edition, needs, within


@blueprint.get("/<edition>/delegations/<code>/readiness")
@needs(Permission.SEE_DELEGATIONS)
def delegation_readiness(code: str) -> str:
    db = reading()
    row = get_delegation(db, edition().id, code, within=within(Permission.SEE_DELEGATIONS))
    gaps, search = services.gaps_told(access(), row.id), request.args.get("search", "")
    asked = request.args.get("missing", "")
    missing = next((gap for gap in gaps if gap == asked), None)
    result = services.readiness(
        db,
        row,
        gaps,
        (edition().starts_on, edition().ends_on),
        missing=missing,
        search=search,
        number=request.args.get("page", 1, whole_number),
    )
    return render_template(
        "organizer/delegations/readiness.html",
        section=SECTION,
        row=row,
        found=result,
        gaps=[Gap(gap) for gap in gaps],
        missing=missing,
        search=search,
    )
