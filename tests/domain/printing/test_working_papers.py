"""Working papers: what they say, which version a print is, and whether the last one still says what stands."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from forumapp.core import clock
from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.permissions import Access, Role
from forumapp.domain.agenda.models import AssignmentRole, SessionKind
from forumapp.domain.agenda.sessions.services import assign_role, create_session, publish
from forumapp.domain.audit.models import Via
from forumapp.domain.delegations.coaches.boardings import put_into_run, seen_of
from forumapp.domain.delegations.coaches.queries import transfers_of
from forumapp.domain.delegations.coaches.runs import create_run
from forumapp.domain.delegations.coaches.vehicles import create_vehicle
from forumapp.domain.delegations.itineraries import items
from forumapp.domain.delegations.members.services import add_member
from forumapp.domain.delegations.models.coaches import VehicleKind
from forumapp.domain.delegations.models.delegations import ItemKind, MemberRole
from forumapp.domain.images.checking import check_picture
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import update_person
from forumapp.domain.printing.delegation_papers.registry import PAPERS, read_paper
from forumapp.domain.printing.delegation_papers.versions import Made, OtherVersion, next_version, paper_states
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.jobs.services import Finished
from forumapp.domain.printing.list_papers.cell_texts import span_cell
from forumapp.domain.printing.list_papers.journeys import (
    Step,
    arrival_legs,
    car_after,
    car_before,
    departure_legs,
)
from forumapp.domain.printing.list_papers.typesetting import Setter
from forumapp.domain.printing.list_papers.values import Stamp
from forumapp.domain.printing.models import JobStatus, Paper, PrintJob, PrintLine
from forumapp.domain.printing.pdf.imposition import pages_in
from forumapp.domain.printing.queries import NothingToPrint
from forumapp.domain.printing.rules import Options
from forumapp.domain.registration.consent_texts import Purpose
from forumapp.domain.registration.models import Consent, Registration
from forumapp.domain.retention.purging import purge
from forumapp.domain.retention.rules import Kind as Data
from tests.domain.conftest import BY
from tests.domain.delegations.test_delegations import make_delegation, make_registration
from tests.domain.printing.test_printing import counted
from tests.pictures import photo

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.models.delegations import ItineraryItem
    from tests.domain.conftest import Forum

HOME, HERE = "Asia/Shanghai", "America/Los_Angeles"
START = datetime(2023, 5, 20, tzinfo=UTC)
FORUM_ENDS = START + timedelta(days=3)


def steps(*said: tuple[str, float, float]) -> list[Step]:
    """Kind, and from which to which hour after the start."""
    return [
        Step(number, kind, START + timedelta(hours=first), START + timedelta(hours=last))
        for number, (kind, first, last) in enumerate(said)
    ]


TRIP = steps(
    ("flight", 0, 3),
    ("free", 3, 5),
    ("flight", 5, 16),  # 2: the connection arrives
    ("transfer", 17, 18),  # 3
    ("hotel", 18, 100),
    ("visit", 40, 42),
    ("transfer", 43, 44),  # 6
    ("train", 45, 47),  # 7: on to the next city
    ("transfer", 48, 49),  # 8
    ("meeting", 50, 52),
    ("transfer", 90, 92),  # 10
    ("flight", 94, 106),  # 11: home, by two flights
    ("flight", 108, 110),
)


def test_arrivals_are_last_legs_but_the_one_home_and_departures_first_legs_but_the_one_from_home() -> None:
    arrived, left = arrival_legs(TRIP, FORUM_ENDS), departure_legs(TRIP, FORUM_ENDS)
    assert ([one.id for one in arrived], [one.id for one in left]) == ([2, 7], [7, 11])
    cars = [car_after(one, TRIP) for one in arrived] + [car_before(one, TRIP) for one in left]
    assert [car.id for car in cars if car] == [3, 8, 6, 10]
    by_themselves = steps(
        ("flight", 0, 10), ("meal", 11, 12), ("transfer", 13, 14), ("visit", 15, 16), ("flight", 17, 20)
    )
    assert car_after(by_themselves[0], by_themselves) is None
    assert car_before(by_themselves[4], by_themselves) is None


@pytest.mark.parametrize(("first", "arrives"), [(0, True), (100, False)])
def test_who_flies_once_arrives_before_the_forum_has_ended_and_leaves_after(first: int, arrives: bool) -> None:
    only = steps(("flight", first, first + 10))
    assert (len(arrival_legs(only, FORUM_ENDS)), len(departure_legs(only, FORUM_ENDS))) == (arrives, not arrives)
    assert car_after(only[0], steps(("transfer", first + 17, first + 18))) is None


class Trip:
    """A delegation of two who fly in together, of whom one is fetched by a car."""

    def __init__(self, db: DbSession, forum: Forum) -> None:
        self.db, self.edition = db, forum.edition
        self.delegation = make_delegation(db, forum, "js")
        self.people = [make_registration(db, forum, name).id for name in ("Adams", "Baker")]
        add_member(db, self.delegation, self.people[1], **BY)
        add_member(db, self.delegation, self.people[0], role=MemberRole.HEAD, **BY)
        title = {"en": "To Los Angeles", "zh-Hans": "前往洛杉矶"}
        self.flight = self.item(ItemKind.FLIGHT, title, (20, 13, HOME), (20, 9, HERE), leg=LEG)
        title = {"en": "Coach to the hotel"}
        self.car = self.item(ItemKind.TRANSFER, title, (20, 10, HERE), (20, 11, HERE))

    def item(self, kind: ItemKind, title: dict[str, str], start: Any, end: Any, **values: Any) -> ItineraryItem:
        span = Span(*(Moment(datetime(2023, 5, day, hour), zone) for day, hour, zone in (start, end)))
        return items.add_itinerary_item(self.db, self.delegation, {"kind": kind, "title": title, **values}, span, **BY)

    def read(self, paper: Paper = Paper.ARRIVALS) -> Any:
        return read_paper(self.db, self.edition, self.delegation, paper, Options())

    def made(self, paper: Paper = Paper.ARRIVALS) -> Made:
        values = self.read(paper)
        return Made(PAPERS[paper].facts(values), PAPERS[paper].whom(values))

    def print_it(self, made: Made, paper: Paper = Paper.ARRIVALS, **which: Any) -> PrintJob:
        options = Options(delegation=self.delegation.code, **which)
        file: Any = {"badges": [], "made_from": made, **BY}
        return services.keep_made(self.db, self.edition.id, paper, options, Finished("x.pdf", "0", 1, "x"), **file)

    def state(self, paper: Paper = Paper.ARRIVALS) -> Any:
        self.db.expire_all()
        return paper_states(self.db, self.edition, self.delegation, [paper])[0]


LEG = {"carrier": "MU", "number": "583", "to_terminal": "B"}


@pytest.fixture
def trip(session: DbSession, forum: Forum) -> Trip:
    return Trip(session, forum)


def test_an_arrival_list_tells_the_flight_the_car_and_who_is_on_it_the_head_first(trip: Trip) -> None:
    facts, whom = trip.made().facts, trip.made().whom
    flight, car = f"item:{trip.flight.id}", f"item:{trip.car.id}"
    ids = [trip.db.get_one(Registration, one).person_id for one in trip.people]
    assert list(facts) == [flight, car, *(f"{flight}/person:{one}" for one in ids)]
    assert (facts[flight]["flight"], facts[flight]["time"][0]) == ("MU 583", "09:00")
    assert (facts[car]["car"], facts[car]["time"]) == ({"en": "Coach to the hotel"}, "10:00")
    assert whom == {
        one: [flight, car, f"{flight}/person:{person}"] for one, person in zip(trip.people, ids, strict=True)
    }
    with pytest.raises(NothingToPrint):
        trip.read(Paper.DEPARTURES)


def test_papers_count_whom_pages_count_and_mark_who_is_not_admitted(trip: Trip, forum: Forum) -> None:
    row = make_registration(trip.db, forum, "Chen", "applied")
    add_member(trip.db, trip.delegation, row.id, **BY)
    told = trip.made().facts
    names = {key.partition("/")[2]: said["name"] for key, said in told.items() if "/" in key}
    [transfer] = transfers_of(trip.db, trip.edition.id, [trip.car])
    assert len(names) == len(transfer.without) == 3
    marked = [key for key, said in names.items() if "尚未确认参会" in str(said)]
    assert marked == [f"person:{row.person_id}"]


def test_a_night_flight_stands_under_the_day_of_its_arrival_and_a_late_one_says_when_it_comes(trip: Trip) -> None:
    late = Moment(datetime(2023, 5, 22, 0, 40), HERE).utc
    title = {"en": "To Los Angeles by night"}
    leg = {"number": "7", "estimated_end_utc": late}
    flight = trip.item(ItemKind.FLIGHT, title, (20, 22, "America/New_York"), (21, 6, HERE), leg=leg)
    told = trip.made().facts[f"item:{flight.id}"]
    assert told["time"][0] == "06:00"  # the 21st stands above it
    assert told["expected"] == {"en": "expected Mon 22 May 2023 00:40", "zh-Hans": "预计2023年5月22日 周一 00:40"}


def test_whoever_has_a_seat_in_a_vehicle_stands_under_it(trip: Trip) -> None:
    told = {"code": "v1", "kind": VehicleKind.VAN, "name": {"en": "Van 1"}, "plate": "8ABC123", "seats": 1}
    vehicle = create_vehicle(
        trip.db, trip.edition.id, {**told, "driver": "Wu", "driver_mobile": "+1 213 555 0100"}, **BY
    )
    run = create_run(trip.db, trip.edition.id, trip.car.id, {"vehicle_id": vehicle.id}, **BY)
    put_into_run(trip.db, trip.edition.id, run.id, {trip.people[1]: seen_of(None)}, **BY)
    sections = trip.read().sections
    riding = {tuple(head.key for head in one.heads if head.key): [row.people for row in one.rows] for one in sections}
    over = (f"item:{trip.flight.id}", f"item:{trip.car.id}")
    assert riding == {over: [(trip.people[0],)], (*over, f"run:{run.id}"): [(trip.people[1],)]}
    said = {"vehicle": {"en": "Van 1"}, "plate": "8ABC123", "driver": "Wu +1 213 555 0100"}
    assert trip.made().facts[f"run:{run.id}"] == said


def test_what_is_missing_is_told_by_the_name_of_whom_it_concerns(trip: Trip) -> None:
    person = trip.db.get_one(Person, trip.db.get_one(Registration, trip.people[0]).person_id)
    person.native_full = "周\U00013000"
    trip.db.flush()
    found = PAPERS[Paper.ARRIVALS].check(trip.read())
    assert [(one.code, one.about) for one in found if one.blocking] == [("missing-glyph", ("person", person.id))]
    lacking = {(one.name, one.details["part"]) for one in found if one.code == "missing-translation"}
    assert ("Coach to the hotel", "car") in lacking


def test_prints_are_numbered_by_what_they_say(trip: Trip) -> None:
    before = trip.made()
    assert [trip.print_it(before).paper_version for _ in range(2)] == [1, 1]
    items.update_itinerary_item(trip.db, trip.edition.id, trip.car.id, {"contact": "Driver Wu"}, version=1, **BY)
    assert trip.print_it(trip.made()).paper_version == 2
    assert trip.print_it(before).paper_version == 3  # what was true before is another version all the same
    assert next_version(trip.db, trip.edition.id, Paper.DEPARTURES, trip.delegation.id, {}) == 1
    with pytest.raises(OtherVersion):
        trip.print_it(Made(before.facts, before.whom, version=2))


def test_what_one_person_gets_is_numbered_by_itself(trip: Trip) -> None:
    whole = trip.made(Paper.BOOKLETS)
    own = Made({"person:1": {"days": "1"}})
    made = ((whole, None), (own, trip.people[0]), (whole, None), (own, trip.people[0]))
    printed = [trip.print_it(one, Paper.BOOKLETS, registration=whose) for one, whose in made]
    assert [one.paper_version for one in printed] == [1, 1, 1, 1]


def test_a_paper_is_out_of_date_once_it_would_say_something_else_and_for_whom(trip: Trip) -> None:
    assert trip.state().state == "never"
    assert trip.state(Paper.DEPARTURES).state == "empty"
    trip.print_it(trip.made())
    assert trip.state().state == "current"
    add_member(trip.db, trip.delegation, make_registration(trip.db, trip, "Chen").id, **BY)
    state = trip.state()
    assert (state.state, [name.latin_family for _, name in state.people]) == ("stale", ["Chen"])
    items.update_itinerary_item(trip.db, trip.edition.id, trip.car.id, {"contact": "Driver Wu"}, version=1, **BY)
    state = trip.state()
    assert [name.latin_family for _, name in state.people] == ["Adams", "Baker", "Chen"]
    car = state.differences[0]
    assert (car.key, "contact" in car.was, car.now["contact"]) == (f"item:{trip.car.id}", False, "Driver Wu")


def test_a_worker_lays_out_what_its_job_was_made_from(trip: Trip) -> None:
    job = services.ask_print(trip.db, trip.edition.id, Paper.ARRIVALS, {"delegation": "js"}, **BY)
    assert (job.status, job.delegation_id) == (JobStatus.QUEUED, trip.delegation.id)
    with pytest.raises(services.Invalid, match="required"):
        services.ask_print(trip.db, trip.edition.id, Paper.ARRIVALS, {}, **BY)
    trip.print_it(trip.made())
    lines = trip.db.execute(select(PrintLine.registration_id, PrintLine.facts).order_by(PrintLine.position)).all()
    assert [one.registration_id for one in lines] == trip.people
    assert all(f"item:{trip.flight.id}" in one.facts for one in lines)


def test_a_contact_list_names_those_alone_who_agree_and_still_do(trip: Trip) -> None:
    with pytest.raises(NothingToPrint):
        trip.read(Paper.CONTACT_LIST)
    of: Any = {"edition_id": trip.edition.id, "number": 0, "text": "Yes", "language": "en", "channel": Via.PAGE}
    for one, purpose, withdrawn in (
        (0, Purpose.CONTACT_LIST, None),
        (1, Purpose.CONTACT_LIST, START),
        (1, Purpose.PHOTO, None),
    ):
        trip.db.add(
            Consent(registration_id=trip.people[one], purpose=purpose, withdrawn_at=withdrawn, given_at=START, **of)
        )
    trip.db.flush()
    assert list(trip.made(Paper.CONTACT_LIST).whom) == trip.people[:1]

    trip.db.execute(update(Person).values(phone="+12135550100"))
    assert "+12135550100" not in str(trip.made(Paper.CONTACT_LIST))  # they agreed to mail
    for one in (0, 1):  # the second stands in no list
        trip.db.add(Consent(registration_id=trip.people[one], purpose=Purpose.CONTACT_PHONE, given_at=START, **of))
    trip.db.flush()
    facts = trip.made(Paper.CONTACT_LIST).facts
    assert [one.get("phone") for one in facts.values()] == ["+12135550100"]


def test_a_diet_sheet_counts_everyone_at_each_meal_once_and_names_those_with_needs(trip: Trip) -> None:
    dinner = trip.item(ItemKind.MEAL, {"en": "Dinner"}, (20, 18, HERE), (20, 20, HERE))
    asked = [{"code": "diet", "kind": "diet", "label": {}}, {"code": "allergy", "kind": "short-text", "label": {}}]
    trip.db.get_one(Registration, trip.people[1]).answers = {
        "questions": asked,
        "values": {"diet": ["nut-free", "halal"], "allergy": "peanuts"},
    }
    trip.db.flush()
    made = trip.made(Paper.DIET_SHEET)
    told = {key: said["count"] for key, said in made.facts.items() if "/" in key}
    assert told == {f"item:{dinner.id}/diet:halal+nut-free/peanuts": "1", f"item:{dinner.id}/diet:none": "1"}
    assert list(made.whom) == trip.people[1:]


def test_a_face_sheet_shows_the_head_and_vips_with_how_their_names_are_said_and_when_they_come(trip: Trip) -> None:
    rows = [trip.db.get_one(Registration, one) for one in trip.people]
    trip.db.get_one(Person, rows[0].person_id).pronunciation = "AD-uhms"
    trip.db.flush()
    record = trip.db.get_one(Person, rows[0].person_id)
    update_person(trip.db, record.id, {"photo": check_picture(photo())}, version=record.version, **BY)
    with counted(trip.db) as statements:
        facts = trip.made(Paper.FACE_SHEET).facts
        trip.made(Paper.ITINERARIES)
    assert facts[f"person:{record.id}"]["photo"] == record.photo_id
    assert "image.content" not in str(statements)  # papers are compared without their pictures
    assert list(facts) == [f"person:{rows[0].person_id}"]
    said = facts[f"person:{rows[0].person_id}"]
    assert (said["spoken"], said["arrives"][1:]) == ("[AD-uhms]", ["09:00", "MU 583"])
    assert trip.state(Paper.FACE_SHEET).state == "never"


@pytest.mark.parametrize(
    ("role", "papers"),
    [
        (Role.PROGRAM_MANAGER, {Paper.ARRIVALS, Paper.FACE_SHEET}),  # it reads no answers
        (Role.REGISTRATION_DESK, set()),  # it sees no itineraries, and exports no contacts
        (Role.PRINT_STAFF, set()),
        (Role.PROTOCOL_OFFICER, {Paper.ARRIVALS, Paper.FACE_SHEET, Paper.CONTACT_LIST, Paper.DIET_SHEET}),
    ],
)
def test_a_paper_is_for_whoever_may_read_all_that_it_tells(role: Role, papers: set[Paper]) -> None:
    asked = {Paper.ARRIVALS, Paper.FACE_SHEET, Paper.CONTACT_LIST, Paper.DIET_SHEET}
    assert set(services.papers_of(Access(1, frozenset({role})), 1)) & asked == papers
    liaison = Access(1, frozenset({Role.DELEGATION_LIAISON}), frozenset({1}))
    assert (set(services.papers_of(liaison, 1)) & asked, services.papers_of(liaison, 2)) == (asked, [])


@pytest.mark.one_database
def test_the_head_has_a_page_a_day_with_host_dress_gift_and_what_to_say(trip: Trip, tmp_path: Path) -> None:
    head = trip.db.get_one(Registration, trip.people[0])
    opening = open_forum(trip, head.person_id)
    told = {"dress": {"en": "Dark suit"}, "gift": {"en": "Silk"}, "session_id": opening}
    item = trip.item(ItemKind.SESSION, {"en": "The forum"}, (22, 9, HERE), (22, 12, HERE), **told)
    values = trip.read(Paper.HEAD_DAYS)
    facts, whom = trip.made(Paper.HEAD_DAYS).facts, trip.made(Paper.HEAD_DAYS).whom
    assert (list(whom), len(values.sections)) == (trip.people[:1], 2)
    notes = facts[f"item:{item.id}"]["notes"]
    assert ([one["en"] for one in notes[:2]], notes[2]["en"]) == (
        ["Dress: Dark suit", "Gift: Silk"],
        "Speaker: Opening",
    )
    assert f"session:opening/{AssignmentRole.SPEAKER.value}" not in facts  # it stands with the item
    for number in range(18):
        trip.item(ItemKind.VISIT, {"en": f"Visit {number}"}, (22, 13, HERE), (22, 14, HERE))
    laid = PAPERS[Paper.HEAD_DAYS].lay(trip.read(Paper.HEAD_DAYS), Stamp(1, START))
    days = [Setter(laid, {}, tmp_path).pdf(number) for number in range(2)]
    assert [pages_in(one) for one in days] == [1, 1]
    left, beside = columns_of(days[0], "MU")
    assert any("时间" in said for said, _end in left)
    assert max(end for _said, end in left) < beside
    assert pages_in(Setter(replace(laid, one_page=False), {}, tmp_path).pdf(1)) == 2


def columns_of(pdf: bytes, first: str) -> tuple[list[tuple[str, float]], float]:
    """Where the words end that stand left of this one in its row of a table, and where it begins."""
    told = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    place = r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="[\d.]+">([^<]+)<'
    words = [(float(x), float(y), float(end), said) for x, y, end, said in re.findall(place, told)]
    beside, top = next((x, y) for x, y, _end, said in words if said == first)
    return [(said, end) for x, y, end, said in words if x < beside and top - 2 < y < top + 60], beside


def open_forum(trip: Trip, person_id: int) -> int:
    """A published session in which this person speaks."""
    span = Span(*(Moment(datetime(2023, 5, 22, hour), HERE) for hour in (9, 10)))
    values = {"code": "opening", "title": {"en": "Opening"}, "kind": SessionKind.OPENING}
    opening = create_session(trip.db, trip.edition.id, values, span, **BY)
    assign_role(trip.db, opening, person_id, AssignmentRole.SPEAKER, status="confirmed", **BY)
    publish(trip.db, trip.edition.id, label="", note={}, **BY)
    return opening.id


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ((22, 9, HERE), (22, 11, HERE), ["09:00–11:00"]),
        ((22, 22, HERE), (23, 1, HERE), ["22:00–01:00 +1"]),
        ((22, 9, HOME), (22, 11, HOME), ["09:00–11:00", "Beijing time"]),
        ((20, 13, HOME), (20, 9, HERE), ["13:00", "Beijing time", "09:00", "Los Angeles time"]),
        ((20, 9, HERE), (21, 13, HOME), ["09:00", "Los Angeles time", "13:00 +1", "Beijing time"]),
    ],
)
def test_times_name_the_clocks_where_they_are_not_those_of_the_forum(start: Any, end: Any, said: list[str]) -> None:
    span = Span(*(Moment(datetime(2023, 5, day, hour), zone) for day, hour, zone in (start, end)))
    assert [line.words.get("en") or line.words[""] for line in span_cell(span, HERE)] == said


def test_a_time_that_is_shown_twice_names_its_offset() -> None:
    span = Span(*(Moment(datetime(2023, 11, 5, 1, minute), HERE, fold) for minute, fold in ((30, 0), (15, 1))))
    assert [line.words[""] for line in span_cell(span, HERE)] == ["01:30 UTC−7–01:15 UTC−8"]


@pytest.mark.parametrize(
    ("kind", "paper"),
    [(Data.FLIGHTS, Paper.ARRIVALS), (Data.DIET, Paper.DIET_SHEET), (Data.OFFICIALS, Paper.CONTACT_LIST)],
)
def test_what_a_paper_told_goes_with_the_data_of_its_kind_alone(trip: Trip, kind: Data, paper: Paper) -> None:
    jobs = {one: trip.print_it(trip.made(), one) for one in (Paper.ARRIVALS, Paper.DIET_SHEET, Paper.CONTACT_LIST)}
    purge(trip.db, trip.edition.id, kind, now=clock.now())
    trip.db.expire_all()
    assert {one for one, job in jobs.items() if job.purged_at} == {paper}
    assert {one for one, job in jobs.items() if not job.made_from} == {paper}
    left = trip.db.execute(select(PrintLine.job_id, PrintLine.facts)).all()
    assert {line.job_id for line in left if not line.facts} == {jobs[paper].id}
    assert trip.state(paper).state == "gone"
