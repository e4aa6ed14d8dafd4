"""The sample forum, from the console to the database, on both databases."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from forumapp.cli.demo import sample
from forumapp.cli.demo.load import COMMAND, load
from forumapp.core.database.db import Base
from forumapp.core.errors import NotFound
from forumapp.domain.agenda.findings.detection import agenda_findings
from forumapp.domain.agenda.queries import latest_version, published_agenda
from forumapp.domain.delegations.coaches.queries import transfers_of
from forumapp.domain.delegations.conflicts.detection import list_clashes
from forumapp.domain.delegations.groups.audiences import people_of as people_of_items
from forumapp.domain.delegations.groups.members import InTwoGroups, add_group_member
from forumapp.domain.delegations.groups.queries import get_group, get_partition, partitions_of, people_of, picture_of
from forumapp.domain.delegations.hotel.queries import days_of, nights_open, rooms_for, spans_of, stays_in
from forumapp.domain.delegations.itineraries.workspace import workspace_of
from forumapp.domain.delegations.models.delegations import ItemKind
from forumapp.domain.delegations.queries import get_delegation, itinerary, itinerary_with_parts, list_members
from forumapp.domain.delegations.rules.slots import DOUBLED, WITHOUT
from forumapp.domain.forums.queries import get_edition, list_hosts
from forumapp.domain.people.models import Person
from forumapp.domain.registration.models import Registration, RegistrationType
from tests.conftest import lasting_app, seeded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.coaches.queries import Transfer
    from forumapp.domain.delegations.models.delegations import ItineraryItem

NOW = datetime(2023, 5, 1, tzinfo=UTC)


def rows(session: DbSession) -> dict[str, int]:
    return {
        name: session.scalar(select(func.count()).select_from(table)) for name, table in Base.metadata.tables.items()
    }


@pytest.fixture(scope="module")
def loaded(
    migrated: str, backend: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """Loaded once on each database; what a test changes in it is taken back."""
    with lasting_app(migrated, backend, request, tmp_path_factory.mktemp(f"sample-{backend}")) as app:
        assert seeded(app, lambda session: load(session, owner_id=None, now=NOW))
        yield app


@pytest.fixture
def ground(loaded: Flask) -> Flask:
    return loaded


def test_loading_it_twice_loads_it_once(session: DbSession) -> None:
    before = rows(session)
    assert not load(session, owner_id=None, now=NOW)
    assert rows(session) == before


def test_what_the_sample_says_is_what_the_database_holds(session: DbSession) -> None:
    given, edition = sample(), get_edition(session, "ccbf-2023")
    statuses = Counter(status.value for status in session.scalars(select(Registration.status)))
    assert statuses == Counter(one.status for one in given.registrations)
    assert statuses["confirmed"] >= 400
    assert edition.ordinal == 5
    assert [line.role.value for line in list_hosts(session, edition.id)] != []
    assert len(list_members(session, get_delegation(session, edition.id, "cccme"))) == 132
    assert get_delegation(session, edition.id, "cccme").members == 132
    assert [finding.code for finding in agenda_findings(session, edition.id) if finding.blocking] == []
    version = latest_version(session, edition.id)
    assert version.number == 1
    assert len(published_agenda(version)["sessions"]) == len(given.sessions)


def test_names_come_out_as_they_went_in(session: DbSession) -> None:
    columns = (Person.native_full, Person.native_family, Person.native_given, Person.latin_family, Person.latin_given)
    stored = Counter(tuple(row) for row in session.execute(select(*columns)))
    given = Counter(
        (one.native_full, one.native_family, one.native_given, one.latin_family, one.latin_given)
        for one in sample().people
    )
    assert stored == given


def test_counters_agree_with_what_they_count(session: DbSession) -> None:
    for kind in session.scalars(select(RegistrationType)):
        statuses = session.scalars(select(Registration.status).where(Registration.type_id == kind.id))
        counted = Counter(status.value for status in statuses)
        assert (kind.taken, kind.waiting) == (counted["confirmed"], counted["waitlisted"]), kind.code


def test_the_delegation_s_132_have_a_seat_in_one_coach_of_each_transfer(session: DbSession) -> None:
    edition = get_edition(session, "ccbf-2023")
    whole = itinerary(session, get_delegation(session, edition.id, "cccme"))
    found = transfers_of(session, edition.id, [one for one in whole if one.kind is ItemKind.TRANSFER])
    full, apart = [one for one in found if people(one) == 132], [one for one in found if people(one) < 132]
    assert [[ride.counts.expected for ride in one.rides] for one in full] == [[52, 42, 38]] * 6
    assert Counter(tuple(ride.counts.expected for ride in one.rides) for one in apart) == {(24,): 7, (40, 38, 30): 3}
    (met,) = transfers_of(session, edition.id, [item_of(session, edition.id, "cccme-staff")])
    assert [(ride.vehicle.code, ride.counts.all) for ride in met.rides] == [("van-1", 11)]
    assert not any(one.without for one in (*found, met))
    assert all(ride.run.captain_id for one in (*found, met) for ride in one.rides)


def people(transfer: Transfer) -> int:
    return sum(ride.counts.all for ride in transfer.rides)


def item_of(session: DbSession, edition_id: int, code: str) -> ItineraryItem:
    whole = itinerary(session, delegation := get_delegation(session, edition_id, code))
    return next(one for one in whole if one.kind is ItemKind.TRANSFER and one.delegation_id == delegation.id)


def test_the_delegation_s_132_are_in_one_branch_each_at_every_instant(session: DbSession) -> None:
    """Story 6: 24 go to San Francisco on 24 May and 108 stay, until all have dinner together on 25 May."""
    edition = get_edition(session, "ccbf-2023")
    whole, hubei = (get_delegation(session, edition.id, code) for code in ("cccme", "hubei"))
    coaches, visits = partitions_of(session, whole)
    everyone = people_of(session, visits)
    parted = {one.id: picture_of(session, one, everyone) for one in (coaches, visits)}
    for picture in parted.values():
        assert [(one.total, len(one.without), len(one.doubled)) for one in picture.stretches] == [(132, 0, 0)]
    (apart,) = parted[visits.id].stretches
    north, south = (group.id for group in parted[visits.id].groups)
    assert [len(apart.groups[one]) for one in (north, south)] == [24, 108]
    assert [at.astimezone(UTC).isoformat() for at in (apart.start, apart.end)] == [
        "2023-05-24T16:00:00+00:00", "2023-05-26T02:00:00+00:00",
    ]  # fmt: skip
    group = get_group(session, edition.id, south)
    with pytest.raises(InTwoGroups):
        add_group_member(session, group, min(apart.groups[north]), actor=COMMAND, now=NOW)
    with pytest.raises(NotFound):
        get_partition(session, edition.id, visits.id, within=set())
    assert len(people_of(session, visits, within={hubei.id})) == 31

    rooms = rooms_for(session, whole)
    beds: dict[int, list[Any]] = {}
    for one in spans_of(session, stays_in(session, [one.id for one in rooms])):
        beds.setdefault(one.registration, []).append(one)
    days = days_of(session, edition.id)[whole.id]
    assert (beds.keys(), nights_open(beds, dict.fromkeys(beds, days))) == (everyone, {})
    assert {len(stays): len([1 for one in beds.values() if len(one) == len(stays)]) for stays in beds.values()} == {
        1: 108, 3: 24,
    }  # fmt: skip
    assert 66 < len([one for one in rooms if one.check_in == date(2023, 5, 20)]) < 90
    assert all(one.number for one in rooms)
    assert {one.delegation_id for one in rooms_for(session, hubei)} == {hubei.id}


def test_each_of_the_132_has_their_own_days_and_nobody_is_told_what_the_other_branch_does(session: DbSession) -> None:
    edition = get_edition(session, "ccbf-2023")
    whole = get_delegation(session, edition.id, "cccme")
    items = itinerary_with_parts(session, whole)
    (split,) = (one for one in partitions_of(session, whole) if one.split_item_id)
    everyone = people_of(session, split)
    (apart,) = picture_of(session, split, everyone).stretches
    branches = set(map(frozenset, apart.groups.values()))
    told = people_of_items(session, [one.id for one in items])

    addressed: dict[int, set[date]] = {one: set() for one in everyone}
    for item in items:
        assert {"en", "zh-Hans"} == item.full_address.keys(), item.title
        if apart.start < item.start_utc < apart.end:
            assert told[item.id] in branches, item.title
        for one in told[item.id]:
            addressed[one].add(item.start_wall.date())
    stay = {date(2023, 5, day) for day in range(20, 27)}
    assert [one for one, days in addressed.items() if not stay <= days] == []

    for day in sorted(stay):
        for slot in workspace_of(session, whole, day=day).slots:
            counted = [(len(cell.people), cell.place) for cell in slot.cells]
            assert sum(count for count, _place in counted) == 132
            assert not {place for count, place in counted if count} & {WITHOUT, DOUBLED}
    assert list_clashes(session, edition.id) == []
