"""Copying a day, moving items, and doing one for several groups: right over the clocks' changes, all or nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from forumapp.core.errors import Invalid, Stale
from forumapp.core.values.times import Moment, Span, TimeDoesNotExist, TimeIsAmbiguous
from forumapp.domain.delegations.groups.audiences import Part
from forumapp.domain.delegations.itineraries import bulk_edits, items
from forumapp.domain.delegations.itineraries.items import SplitAfterRejoin
from forumapp.domain.delegations.members.services import remove_member
from forumapp.domain.delegations.models.delegations import ItemKind
from forumapp.domain.delegations.rules.reading_order import home_zone, moved_by_days, moved_by_minutes, span_in
from tests.domain.conftest import BY
from tests.domain.delegations.test_audiences import Party, hours

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from tests.domain.conftest import Forum

MOST_OF_AN_ITEM = 10  # statements: the item, for whom it is, the log of both, and asking for the role
LA, SHANGHAI = "America/Los_Angeles", "Asia/Shanghai"


@pytest.fixture
def party(session: DbSession, forum: Forum) -> Party:
    return Party(session, forum)


def span(start: str, end: str, *zones: str) -> Span:
    one, other = zones or (LA, LA)
    return Span(Moment(datetime.fromisoformat(start), one), Moment(datetime.fromisoformat(end), other))


def walls(one: Span) -> tuple[str, str]:
    return tuple(end.wall.isoformat(" ", "minutes") for end in (one.start, one.end))  # type: ignore[return-value]


def test_by_days_the_wall_times_stay_and_by_minutes_the_true_ones() -> None:
    """In 2026 the clocks of Los Angeles go forward on 8 March at 02:00, and back on 1 November at 02:00."""
    night = span("2026-03-07T22:00", "2026-03-08T06:00")
    assert walls(moved_by_days(night, 1)) == ("2026-03-08 22:00", "2026-03-09 06:00")
    assert walls(moved_by_minutes(night, 240)) == ("2026-03-08 03:00", "2026-03-08 10:00")
    assert moved_by_minutes(moved_by_minutes(night, 240), -240) == night

    skipped, twice = span("2026-03-07T02:30", "2026-03-07T03:30"), span("2026-10-31T01:30", "2026-10-31T03:00")
    with pytest.raises(TimeDoesNotExist):
        moved_by_days(skipped, 1)
    with pytest.raises(TimeIsAmbiguous):
        moved_by_days(twice, 1).checked()
    second = Span(Moment(datetime(2026, 11, 1, 1, 30), LA, 1), Moment(datetime(2026, 11, 1, 3), LA))
    assert moved_by_days(second, -1) == twice


def test_what_is_moved_back_to_a_night_on_which_the_clocks_went_back_is_at_the_same_one_of_two_times(
    party: Party,
) -> None:
    second = Moment(datetime(2026, 11, 1, 1, 30), LA, 1)
    row = party.item(Span(second, Moment(datetime(2026, 11, 1, 3), LA)))
    was = row.span
    bulk_edits.shift_items(party.db, party.whole, {row.id: 1}, days=1, **BY)
    with pytest.raises(TimeIsAmbiguous), party.db.begin_nested():
        bulk_edits.shift_items(party.db, party.whole, {row.id: 2}, days=-1, **BY)
    bulk_edits.shift_items(party.db, party.whole, {row.id: 2}, days=-1, folds={row.id: (1, None)}, **BY)
    assert row.span == was


def test_home_time_is_told_where_the_clocks_are_others() -> None:
    out = span("2023-05-20T13:00", "2023-05-20T09:30", SHANGHAI, LA)
    back = span("2023-05-26T12:40", "2023-05-27T18:00", LA, SHANGHAI)
    meeting = span("2023-05-20T10:00", "2023-05-20T13:00", SHANGHAI, SHANGHAI)
    home = home_zone([back, out, meeting])
    assert home == SHANGHAI
    told = [span_in(one, home) for one in (meeting, out, back)]
    assert [one and walls(one) for one in told] == [
        None,
        ("2023-05-20 13:00", "2023-05-21 00:30"),
        ("2023-05-27 03:40", "2023-05-27 18:00"),
    ]


def test_a_day_is_copied_with_whom_it_is_for(party: Party) -> None:
    visit = party.item(hours(22, 9, 10), Part(True, delegation_id=party.jiangsu.id), dress={"en": "Business"})
    flight = items.add_itinerary_item(
        party.db, party.whole, {"kind": ItemKind.FLIGHT, "title": {"en": "F"}, "leg": {"number": "XX 1"}}, hours(22, 11, 12), **BY
    )  # fmt: skip
    made = bulk_edits.copy_day(party.db, party.whole, date(2023, 5, 22), date(2023, 5, 23), [visit.id, flight.id], **BY)

    assert [walls(one.span)[0] for one in made] == ["2023-05-23 09:00", "2023-05-23 11:00"]
    assert (made[0].dress, made[1].leg and made[1].leg.number) == ({"en": "Business"}, "XX 1")
    assert (party.who(made[0]), party.who(made[1])) == ({"Adams", "Baker"}, {"Adams", "Baker", "Chen"})
    bulk_edits.remove_items(party.db, party.whole, {one.id: one.version for one in made}, **BY)
    assert bulk_edits.items_on(party.db, party.whole, date(2023, 5, 23)) == []


def test_each_item_more_of_a_day_that_is_copied_takes_only_its_own_rows(party: Party) -> None:
    rows = [party.item(hours(22, hour, hour + 1)).id for hour in (9, 11, 13)]
    sent: list[str] = []
    event.listen(party.db.get_bind(), "before_cursor_execute", lambda *given: sent.append(given[2]))

    def statements(item_ids: list[int], to: int) -> int:
        before = len(sent)
        bulk_edits.copy_day(party.db, party.whole, date(2023, 5, 22), date(2023, 5, to), item_ids, **BY)
        return len(sent) - before

    one, all_three = statements(rows[:1], 23), statements(rows, 24)
    assert (all_three - one) / 2 <= MOST_OF_AN_ITEM


def test_items_are_moved_in_the_versions_that_were_seen_and_back(party: Party) -> None:
    rows = [party.item(hours(22, 9, 10)), party.item(hours(22, 11, 12))]
    seen = {row.id: 1 for row in rows}
    bulk_edits.shift_items(party.db, party.whole, seen, minutes=90, **BY)
    assert [walls(row.span)[0] for row in rows] == ["2023-05-22 10:30", "2023-05-22 12:30"]
    with pytest.raises(Stale):
        bulk_edits.shift_items(party.db, party.whole, seen, days=1, **BY)
    bulk_edits.shift_items(party.db, party.whole, {row.id: row.version for row in rows}, minutes=-90, **BY)
    assert [walls(row.span)[0] for row in rows] == ["2023-05-22 09:00", "2023-05-22 11:00"]


def test_what_is_estimated_stays_with_the_times_that_it_is_of(party: Party) -> None:
    said = {"number": "XX 1", "estimated_start_utc": datetime(2023, 5, 26, 17, tzinfo=UTC)}
    flight = party.item(hours(26, 9, 12), kind=ItemKind.FLIGHT, leg=said)
    [copy] = bulk_edits.copy_day(party.db, party.whole, date(2023, 5, 26), date(2023, 5, 28), [flight.id], **BY)
    bulk_edits.shift_items(party.db, party.whole, {flight.id: 1}, days=1, **BY)
    other = party.item(hours(26, 9, 12), kind=ItemKind.FLIGHT, leg=said)
    items.update_itinerary_item(party.db, party.of, other.id, {"note": {"en": "x"}}, hours(26, 9, 12), version=1, **BY)
    estimated = [(one.leg and one.leg.number, one.leg and one.leg.estimated_start_utc) for one in (copy, flight, other)]
    assert estimated == [("XX 1", None), ("XX 1", None), ("XX 1", said["estimated_start_utc"])]


def test_groups_split_before_they_rejoin_whatever_is_moved(party: Party) -> None:
    with pytest.raises(SplitAfterRejoin), party.db.begin_nested():
        bulk_edits.shift_items(party.db, party.whole, {party.split.id: 1}, days=2, **BY)
    bulk_edits.shift_items(party.db, party.whole, {party.split.id: 1, party.rejoin.id: 1}, days=2, **BY)
    assert walls(party.split.span)[0] == "2023-05-26 08:00"
    with pytest.raises(SplitAfterRejoin):
        items.update_itinerary_item(party.db, party.of, party.rejoin.id, {}, hours(26, 7, 9), version=2, **BY)


def test_a_copy_is_for_those_who_are_still_there(party: Party) -> None:
    adams = party.people["Adams"]
    visit = party.item(hours(22, 9, 10), Part(True, delegation_id=party.whole.id), Part(False, registration_id=adams))
    meal = party.item(hours(22, 12, 13), Part(True, registration_id=adams))
    remove_member(party.db, party.of, party.members["Adams"].id, version=1, **BY)
    day, to = date(2023, 5, 22), date(2023, 5, 23)
    [copy] = bulk_edits.copy_day(party.db, party.whole, day, to, [visit.id], **BY)
    assert party.who(copy) == {"Baker", "Chen"}
    with pytest.raises(Invalid) as refusal:
        bulk_edits.copy_day(party.db, party.whole, day, to, [meal.id], **BY)
    assert refusal.value.fields == {"items": "nobody-comes"}


def test_one_item_becomes_one_for_each_group(party: Party) -> None:
    lunch = party.item(hours(24, 12, 13))
    made = bulk_edits.spread_to_groups(party.db, lunch, [party.bay.id, party.stay.id], **BY)
    assert [party.who(one) for one in made] == [{"Adams"}, {"Baker", "Chen"}]
    assert lunch.version == 1


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda party, **by: bulk_edits.copy_day(party.db, party.whole, date(2023, 5, 24), date(2023, 5, 24), [party.split.id], **by), {"to": "same-day"}),
        (lambda party, **by: bulk_edits.copy_day(party.db, party.whole, date(2023, 5, 22), date(2023, 5, 24), [party.split.id], **by), {"items": "unknown"}),
        (lambda party, **by: bulk_edits.shift_items(party.db, party.whole, {party.split.id: 1}, **by), {"days": "days-or-minutes"}),
        (lambda party, **by: bulk_edits.shift_items(party.db, party.whole, {}, days=1, **by), {"items": "required"}),
        (lambda party, **by: bulk_edits.spread_to_groups(party.db, party.split, [], **by), {"groups": "required"}),
    ],
)  # fmt: skip
def test_what_says_too_little_is_refused(party: Party, change: Any, fault: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refusal:
        change(party, **BY)
    assert refusal.value.fields == fault
