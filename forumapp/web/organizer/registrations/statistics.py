"""Registration statistics: growth over time, missing data, and catering numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from forumapp.core.database.transactions import reading
from forumapp.core.values.text import pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.queries import delegation_names
from forumapp.domain.registration.lists import queries, statistics
from forumapp.domain.registration.lists.filters import EVERYONE, NO_DELEGATION, filters_in
from forumapp.web.charts import lines
from forumapp.web.organizer.kit.guard import blueprint, edition, may, needs, within
from forumapp.web.wording import labels
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.lists.statistics import Growth

MOST_LINES = 6


@blueprint.get("/<edition>/registrations/figures")
@needs(Permission.SEE_REGISTRATIONS)
def registration_figures() -> str:
    db = reading()
    reach, readable = within(Permission.SEE_REGISTRATIONS), within(Permission.SEE_ANSWERS)
    types = {row.code: pick(row.name, language()) for row in queries.list_types(db, edition().id)}
    by = "delegation" if request.args.get("by") == "delegation" and _sees_delegations() else "type"
    delegations = _delegations(db) if _sees_delegations() else {}
    named = {**delegations, statistics.NONE: delegations.get(NO_DELEGATION, "")}
    names, others, other = (types, delegations, "delegation") if by == "type" else (named, types, "type")
    asked = request.args.get(other, "")
    filters = filters_in({other: [asked]}) if asked in others else EVERYONE
    growth = statistics.growth(db, edition(), by=by, of=filters, within=reach, details_within=readable)
    shown = [(names.get(key, key) or key, values) for key, values in _few(growth).items()]
    lacks = statistics.missing(db, edition().id, within=reach, details_within=readable)
    counted = (
        statistics.catering(db, edition(), details_within=readable) if may("see-answers", somewhere=True) else None
    )
    return render_template(
        "organizer/registration/figures.html",
        section="registration",
        by=by,
        other=other,
        others=[(code, words) for code, words in others.items() if len(others) > 1],
        asked=asked,
        growth=growth,
        shown=shown,
        chart=lines.drawn(shown) if growth.steps else None,
        size=lines,
        rows=[(day, [values[at] for _label, values in shown]) for at, day in enumerate(growth.steps)],
        catering_types=[types.get(code, code) for code in counted.people] if counted else [],
        days=sorted({day for filters in counted.by_day.values() for day in filters}) if counted else [],
        lacks=[(labels.label(lack), count, url_for("organizer.registrations", status="confirmed", missing=lack.value))
               for lack, count in lacks.items()],
        catering=counted,
        needs=_needs_of(counted),
        types=types,
        sees_delegations=_sees_delegations(),
    )  # fmt: skip


def _few(growth: Growth) -> dict[str, tuple[int, ...]]:
    """Return as many lines as can be distinguished, with the smallest ones combined."""
    keys = list(growth.series)
    if len(keys) <= MOST_LINES:
        return growth.series
    rest = [growth.series[key] for key in keys[MOST_LINES - 1 :]]
    several = {key: growth.series[key] for key in keys[: MOST_LINES - 1]}
    return {**several, _("All others"): tuple(map(sum, zip(*rest, strict=True)))}


def _needs_of(counted: statistics.Catering | None) -> list[tuple[str, Any]]:
    known = {
        **labels.DIETS,
        statistics.NOTED: _("Other, as noted from a list"),
        statistics.UNANSWERED: _("Nothing answered"),
    }
    return [(code, words) for code, words in known.items() if counted and code in counted.by_type]


def _sees_delegations() -> bool:
    return may("see-delegations", everywhere=True)


def _delegations(db: DbSession) -> dict[str, str]:
    named = {code: pick(name, language()) for code, name in delegation_names(db, edition().id)}
    return {**named, NO_DELEGATION: _("In no delegation")}
