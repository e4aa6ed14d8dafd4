"""Places, legs and items of itineraries: what they say, what is refused, and what comes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from forumapp.core.errors import InUse, Invalid, Stale
from forumapp.core.values.times import Moment, Span
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.delegations.itineraries import items, places
from forumapp.domain.delegations.models.delegations import ItemKind, ItineraryItem
from forumapp.domain.delegations.models.itineraries import TravelLeg
from forumapp.domain.forums.venues.travel_places import PlaceKind
from forumapp.domain.proofs.restoring import restore
from forumapp.domain.retention.purging import purge
from forumapp.domain.retention.rules import Kind
from tests.domain.conftest import BY, NOW
from tests.domain.delegations.test_delegations import make_delegation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from tests.domain.conftest import Forum

OUT = Span(
    Moment(datetime(2023, 5, 20, 13), "Asia/Shanghai"), Moment(datetime(2023, 5, 20, 9, 30), "America/Los_Angeles")
)
LEG = {"carrier": "Sample Air", "number": "XX 100", "to_terminal": "B"}


def make_place(db: DbSession, forum: Forum, name: str, **values: Any) -> int:
    told = {"kind": PlaceKind.AIRPORT, "name": {"en": name}, "zone": "Asia/Shanghai", **values}
    return places.create_place(db, forum.edition.id, told, **BY).id


def make_flight(db: DbSession, forum: Forum, **values: Any) -> ItineraryItem:
    told = {"kind": ItemKind.FLIGHT, "title": {"en": "Flight"}, "leg": LEG, **values}
    return items.add_itinerary_item(db, make_delegation(db, forum, "jiangsu"), told, OUT, **BY)


def test_a_flight_says_its_ports_and_its_leg(session: DbSession, forum: Forum) -> None:
    here, there = (make_place(session, forum, name) for name in ("Pudong", "LAX"))
    row = make_flight(session, forum, place_id=here, end_place_id=there)
    session.expire_all()

    assert (row.where, row.where_to) == ({"en": "Pudong"}, {"en": "LAX"})
    assert row.leg is not None
    assert (row.leg.carrier, row.leg.number, row.leg.from_terminal, row.leg.to_terminal) == (
        "Sample Air",
        "XX 100",
        "",
        "B",
    )
    with pytest.raises(InUse):
        places.remove_place(session, forum.edition.id, there, version=1, **BY)


def test_whoever_has_not_seen_another_leg_is_stale(session: DbSession, forum: Forum) -> None:
    """Its leg stands in a row of its own, and is a part of the item all the same."""
    row = make_flight(session, forum)
    items.update_itinerary_item(
        session, forum.edition.id, row.id, {"leg": {**LEG, "number": "XX 200"}}, version=1, **BY
    )

    with pytest.raises(Stale):
        items.update_itinerary_item(session, forum.edition.id, row.id, {"leg": LEG}, version=1, **BY)
    items.update_itinerary_item(session, forum.edition.id, row.id, {"gift": {"en": "Tea"}}, version=2, **BY)
    assert (row.version, row.leg and row.leg.number) == (3, "XX 200")


def test_what_is_no_journey_any_more_loses_its_leg(session: DbSession, forum: Forum) -> None:
    row = make_flight(session, forum)
    with pytest.raises(Invalid) as refusal:
        items.update_itinerary_item(
            session, forum.edition.id, row.id, {"kind": ItemKind.MEAL, "leg": LEG}, version=1, **BY
        )
    assert refusal.value.fields == {"leg": "not-a-journey"}
    items.update_itinerary_item(session, forum.edition.id, row.id, {"kind": ItemKind.TRANSFER}, version=1, **BY)
    assert session.scalar(select(func.count()).select_from(TravelLeg)) == 0


def test_a_leg_comes_back_with_its_item_and_goes_with_the_flights(session: DbSession, forum: Forum) -> None:
    row = make_flight(session, forum)
    removal = items.remove_itinerary_item(session, forum.edition.id, row.id, version=1, **BY)
    assert session.scalar(select(func.count()).select_from(TravelLeg)) == 0
    restore(session, forum.edition.id, removal.id, **BY)
    assert session.scalars(select(TravelLeg.number)).all() == ["XX 100"]

    purge(session, forum.edition.id, Kind.FLIGHTS, now=NOW + timedelta(days=400))
    assert session.scalar(select(func.count()).select_from(ItineraryItem)) == 0
    assert session.scalar(select(func.count()).select_from(TravelLeg)) == 0


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"place_id": 10_000}, {"place_id": "unknown"}),
        ({"end_place_id": 10_000}, {"end_place_id": "unknown"}),
        (
            {
                "leg": {
                    "estimated_start_utc": datetime(2023, 5, 20, 6, tzinfo=UTC),
                    "estimated_end_utc": datetime(2023, 5, 20, 5, tzinfo=UTC),
                }
            },
            {"estimated_end_utc": "ends-before-start"},
        ),
    ],
)
def test_what_a_flight_cannot_say_is_refused(
    session: DbSession, forum: Forum, values: dict[str, Any], fault: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        make_flight(session, forum, **values)
    assert refusal.value.fields == fault


def test_minutes_are_as_usual_until_someone_says_otherwise(session: DbSession, forum: Forum) -> None:
    of = forum.edition.id
    assert (places.settings_of(session, of).travel_minutes, places.settings_of(session, of).version) == (30, 0)
    said = places.change_settings(session, of, {"travel_minutes": 45}, version=0, **BY)
    assert (said.travel_minutes, said.connection_minutes) == (45, 90)
    with pytest.raises(Stale):
        places.change_settings(session, of, {"travel_minutes": 20}, version=0, **BY)
    told = select(AuditEvent.action).where(AuditEvent.entity == "itinerary_settings").order_by(AuditEvent.id)
    assert session.scalars(told).all() == ["created", "changed"]


@pytest.mark.one_database
def test_no_meal_lasts_for_years_and_a_stay_may_last_for_weeks(session: DbSession, forum: Forum) -> None:
    delegation = make_delegation(session, forum, "js")
    span = Span(*(Moment(datetime(year, 5, 20, 13), "UTC") for year in (2023, 2123)))
    with pytest.raises(Invalid) as refused:
        items.add_itinerary_item(session, delegation, {"kind": ItemKind.MEAL, "title": {"en": "x"}}, span, **BY)
    assert refused.value.fields == {"end": "lasts-too-long"}
    weeks = Span(span.start, Moment(datetime(2023, 6, 20, 13), "UTC"))
    stay = items.add_itinerary_item(session, delegation, {"kind": ItemKind.HOTEL, "title": {"en": "x"}}, weeks, **BY)
    with pytest.raises(Invalid) as refused:
        items.update_itinerary_item(session, stay.edition_id, stay.id, {"kind": ItemKind.MEAL}, version=1, **BY)
    assert refused.value.fields == {"end": "lasts-too-long"}
