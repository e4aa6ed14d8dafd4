"""Conflicts of people across itineraries, the agenda and their session sign-ups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid
from forumapp.core.values.numbers import id_from, whole_number
from forumapp.core.values.text import pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.conflicts import overrides
from forumapp.domain.delegations.conflicts.queries import clashes_page
from forumapp.domain.delegations.queries import delegation_names
from forumapp.schemas.choices import ClashKind, ClashState, PartyKind
from forumapp.web.organizer.kit.guard import blueprint, edition, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed
from forumapp.web.wording import labels
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.rules.commitments import Party

SECTION = "delegations"
SEE, EDIT = Permission.SEE_ITINERARIES, Permission.EDIT_DELEGATIONS


@blueprint.get("/<edition>/clashes")
@needs(SEE)
def clashes() -> str:
    """In order of time; a filter that is not known is none."""
    return clashes_list()


def clashes_list() -> str:
    reach = within(SEE)
    offered = delegation_names(reading(), edition().id, within=reach)
    kept = {name: request.args.get(name, "") for name in ("search", "kind", "state", "delegation")}
    if kept["kind"] not in list(ClashKind):
        kept["kind"] = ""
    if kept["state"] not in list(ClashState):
        kept["state"] = ""
    if kept["delegation"] not in dict(offered):
        kept["delegation"] = ""
    page = clashes_page(
        reading(),
        edition().id,
        within=reach,
        delegation=kept["delegation"],
        search=kept["search"],
        kind=kept["kind"] or None,
        state=kept["state"] or None,
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
            ("state", _("Status"), _("Every status"), labels.options(ClashState)),
        ),
    )


@blueprint.post("/<edition>/clashes/overrides")
@needs(EDIT)
def override_clash() -> ResponseReturnValue:
    """Allow a clash as the page showed it."""
    person_id, minutes = (request.form.get(name, type=whole_number) for name in ("person_id", "minutes"))
    one, other = (_party(request.form.get(name, "")) for name in ("one", "other"))
    by: Any = {"reason": request.form.get("reason", ""), "actor": actor(), "now": clock.now()}
    if not (person_id and minutes and one and other):  # no form of ours
        return clashes_list(), 422
    try:
        with transaction() as db:
            overrides.override_clash(db, edition().id, person_id, (one, other), minutes=minutes, **by)
    except Invalid:
        flash(_("Say in at most 1,000 characters why the clash is allowed."), "bad")
        return clashes_list(), 422
    except overrides.LacksMore:
        flash(_("More minutes are lacking by now than the list showed. Look at it again."), "warn")
    except overrides.NoClash:
        flash(_("Nothing clashes there any more."), "info")
    else:
        flash(_("The clash is allowed. It stays in the list with the reason."), "ok")
    return redirect(url_for("organizer.clashes"))


@blueprint.post("/<edition>/clashes/overrides/<id:override_id>/remove")
@needs(EDIT)
def remove_clash_override(override_id: int) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        by: Any = {"version": version or 0, "actor": actor(), "now": now}
        return overrides.remove_clash_override(db, edition().id, override_id, **by)

    return removed(remove, _("The clash is not allowed any more."), url_for("organizer.clashes"))


def _party(text: str) -> Party | None:
    """As the form carries it: a table and an id."""
    kind, _dash, number = text.partition("-")
    row_id = id_from(number)
    return None if row_id is None or kind not in list(PartyKind) else (PartyKind(kind), row_id)
