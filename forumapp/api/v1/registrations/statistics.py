"""How registering goes, in figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.registrations.filters import FiltersSchema, filters_of
from forumapp.api.v1.registrations.registration import REGISTRATIONS
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.registration.lists import statistics
from forumapp.schemas.fields import Day, ListOf, Shape, Text, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.domain.registration.lists.statistics import Growth

MOST = 10_000

blueprint = ApiBlueprint("Figures", __name__, description="How registering goes.")


def _numbers() -> ma.fields.Dict:
    return ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Integer())


class GrowthSchema(Shape):
    """How many had registered by the end of each step; `steps` are the first days of spans of `days` each."""

    days = WholeNumber(required=True)
    steps = ListOf(Day(), most=MOST)
    series = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.List(ma.fields.Integer()))


class CateringSchema(Shape):
    """Of those who are confirmed and answered, by diet: by type, and by day."""

    need = Text(required=True)
    by_type = _numbers()
    by_day = _numbers()


class FiguresSchema(Shape):
    by_type = ma.fields.Nested(GrowthSchema, required=True)
    by_delegation = ma.fields.Nested(GrowthSchema, required=True)
    missing = _numbers()
    catering = ListOf(ma.fields.Nested(CateringSchema), most=MOST)


@blueprint.reads(f"{REGISTRATIONS}/figures", FiguresSchema, query=FiltersSchema, needs=Permission.SEE_REGISTRATIONS)
def read_registration_figures(call: Call, query: dict[str, Any], edition: str) -> dict[str, Any]:
    """Filtered registrations over time by type and by delegation; for all of them, what confirmed people lack and the
    catering needs. Counts only the people, and the answers, that the caller may see.
    """
    edition_row = call.edition(edition)
    within, answers = call.within(edition_row.id), call.access(edition_row.id).within(Permission.SEE_ANSWERS)
    options: Any = {"of": filters_of(query), "within": within, "details_within": answers}
    counted = statistics.catering(call.db, edition_row, details_within=answers)
    missing = statistics.missing(call.db, edition_row.id, within=within, details_within=answers)
    return {
        "by_type": _serialize(statistics.growth(call.db, edition_row, by="type", **options)),
        "by_delegation": _serialize(statistics.growth(call.db, edition_row, by="delegation", **options)),
        "missing": {lack.value: count for lack, count in missing.items()},
        "catering": [
            {
                "need": need,
                "by_type": by_type,
                "by_day": {day.isoformat(): count for day, count in counted.by_day.get(need, {}).items()},
            }
            for need, by_type in counted.by_type.items()
        ],
    }


def _serialize(growth: Growth) -> dict[str, Any]:
    return {"days": growth.days, "steps": list(growth.steps), "series": growth.series}
