"""People who can't be where they are wanted, over itineraries, the agenda and what they signed up for."""

from __future__ import annotations

from flask import render_template, request
from flask_babel import gettext as _

from forumapp.core.numbers import whole_number
from forumapp.core.text import pick
from forumapp.core.transactions import reading
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.clash_queries import clashes_page
from forumapp.domain.delegations.queries import delegation_names
from forumapp.schemas.choices import ClashKind
from forumapp.web import labels
from forumapp.web.language import language
from forumapp.web.organizer.guard import blueprint, edition, needs, within

SECTION = "delegations"
SEE = Permission.SEE_ITINERARIES


@blueprint.get("/<edition>/clashes")
@needs(SEE)
def clashes() -> str:
    """In order of time; a filter that is not known is none."""
    reach = within(SEE)
    offered = delegation_names(reading(), edition().id, within=reach)
    kept = {name: request.args.get(name, "") for name in ("search", "kind", "delegation")}
    if kept["kind"] not in list(ClashKind):
        kept["kind"] = ""
    if kept["delegation"] not in dict(offered):
        kept["delegation"] = ""
    page = clashes_page(
        reading(),
        edition().id,
        within=reach,
        delegation=kept["delegation"],
        search=kept["search"],
        kind=kept["kind"] or None,
        number=request.args.get("page", 1, whole_number),
    )
    return render_template(
        "organizer/delegations/clashes.html",
        section=SECTION,
        page=page,
        kept=kept,
        filters=(
            (
                "delegation",
                _("Delegation"),
                _("Every delegation"),
                [(code, pick(name, language())) for code, name in offered],
            ),
            ("kind", _("What is lacking"), _("Every kind"), labels.options(ClashKind)),
        ),
    )
