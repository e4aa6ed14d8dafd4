"""Corrections of printed papers: what they said and what holds now, for everyone or on one person's own line."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.permissions import Access, Role
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.delegations.coaches.boardings import put_into_run, seen_of
from forumapp.domain.delegations.coaches.runs import create_run
from forumapp.domain.delegations.coaches.vehicles import create_vehicle, update_vehicle
from forumapp.domain.delegations.groups.audiences import Part
from forumapp.domain.delegations.itineraries import items
from forumapp.domain.delegations.members.services import add_member, remove_member
from forumapp.domain.delegations.models.coaches import Boarding, VehicleKind
from forumapp.domain.delegations.models.delegations import ItemKind
from forumapp.domain.printing.delegation_papers.registry import read_paper
from forumapp.domain.printing.delegation_papers.versions import Made, paper_states, shown_of
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.jobs.services import Finished
from forumapp.domain.printing.list_papers.lists import lay
from forumapp.domain.printing.list_papers.values import Stamp, facts_of, whom_of
from forumapp.domain.printing.models import Paper
from forumapp.domain.printing.queries import NothingToPrint
from forumapp.domain.printing.rules import Options
from forumapp.domain.registration.models import Registration
from tests.domain.conftest import BY, NOW
from tests.domain.delegations.test_delegations import make_registration
from tests.domain.printing.test_working_papers import HERE, LEG, Trip

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from tests.domain.conftest import Forum


class Printed(Trip):
    """The trip, whose arrival list is printed before the car gets a driver and Chen comes along."""

    def __init__(self, db: DbSession, forum: Forum) -> None:
        super().__init__(db, forum)
        self.first = self.made()
        self.print_it(self.first)
        self.chen = make_registration(db, forum, "Chen").id

    def change(self) -> None:
        items.update_itinerary_item(self.db, self.edition.id, self.car.id, {"contact": "Driver Wu"}, version=1, **BY)
        add_member(self.db, self.delegation, self.chen, **BY)

    def errata(self, **options: Any) -> Any:
        self.db.expire_all()
        return read_paper(self.db, self.edition, self.delegation, Paper.ERRATA, Options(**options))

    def rows(self, **options: Any) -> list[dict[str, Any]]:
        values = self.errata(**options)
        assert [section.heads[0].said["paper"]["en"] for section in values.sections] == ["Arrival list"]
        return [row.said for row in values.sections[0].rows]


@pytest.fixture
def printed(session: DbSession, forum: Forum) -> Printed:
    return Printed(session, forum)


def test_a_slip_says_what_was_printed_and_what_holds_now_and_whom_it_concerns(printed: Printed) -> None:
    with pytest.raises(NothingToPrint):
        printed.errata()
    printed.change()
    car, came = printed.rows()
    assert (car["what"]["en"], car["whom"]) == ("Coach to the hotel", {"en": "Everyone", "zh-Hans": "全体人员"})
    assert (car["was"], car["now"]) == (
        {"en": "Contact: —", "zh-Hans": "联系人：—"},
        {"en": "Contact: Driver Wu", "zh-Hans": "联系人：Driver Wu"},
    )
    assert (came["was"]["en"], "Chen" in str(came["now"]), "Chen" in str(came["whom"])) == (
        "Not on the paper", True, True
    )  # fmt: skip
    html = lay(printed.errata(), Stamp(1, NOW)).pieces[0]
    assert all(word in html for word in ("Corrections", "更正单", "Driver Wu", "It was", "原为"))


@pytest.mark.one_database
def test_who_lands_after_their_coach_has_left_needs_a_car_and_none_is_said_to_be_cancelled(printed: Printed) -> None:
    trip = printed
    leg = {**LEG, "estimated_end_utc": trip.car.start_utc + timedelta(minutes=5)}
    items.update_itinerary_item(trip.db, trip.edition.id, trip.flight.id, {"leg": leg}, version=1, **BY)
    trip.db.expire_all()
    (section,) = trip.read().sections
    assert [len(section.rows), section.heads[-1].said["car"][0]["en"]] == [2, "No car: needs one"]
    told = {str(row["what"]): str(row["now"]) for row in printed.rows()}
    assert "No car: needs one" in " ".join(told.values())
    assert "before they arrive" in " ".join(told.values())
    assert not [one for one in told.values() if "已取消" in one]


def test_papers_that_tell_answers_are_corrected_too(printed: Printed) -> None:
    printed.item(ItemKind.MEAL, {"en": "Dinner"}, (20, 18, HERE), (20, 20, HERE))
    printed.print_it(printed.made(Paper.DIET_SHEET), Paper.DIET_SHEET)
    questions = [{"code": "diet", "kind": "diet", "label": {}}]
    baker = printed.db.get_one(Registration, printed.people[1])
    baker.answers = {"questions": questions, "values": {"diet": ["halal"]}}
    printed.db.flush()
    [section] = printed.errata().sections
    assert section.heads[0].said["paper"]["en"] == "Diet sheet"
    halal, others = [row.said for row in section.rows]
    assert ("Halal" in str(halal["what"]), halal["was"]["en"], "Baker" in str(halal["whom"])) == (
        True, "Not on the paper", True
    )  # fmt: skip
    assert (others["was"]["en"], others["now"]["en"]) == ("People: 2", "People: 1")


def test_whoever_reads_no_answers_is_told_what_changed_of_the_papers_that_they_may_print(printed: Printed) -> None:
    db, edition, of = printed.db, printed.edition, printed.delegation
    printed.item(ItemKind.MEAL, {"en": "Dinner"}, (20, 18, HERE), (20, 20, HERE))
    printed.print_it(printed.made(Paper.DIET_SHEET), Paper.DIET_SHEET)
    printed.change()
    manager = Account(email="manager@example.org", name="Manager")
    db.add(manager)
    db.flush()
    grant_role(db, manager.id, edition.id, Role.PROGRAM_MANAGER, **BY)
    by: dict[str, Any] = {"actor": Actor(manager.id, Via.PAGE), "now": NOW}
    job = services.ask_print(db, edition.id, Paper.ERRATA, {"delegation": of.code}, **by)
    said = printed.errata(corrects=tuple(job.options["corrects"]))
    assert [section.heads[0].said["paper"]["en"] for section in said.sections] == ["Arrival list"]
    assert len(printed.errata().sections) == 2

    # What was printed for those who read answers is not theirs to read.
    theirs = Access(edition.id, frozenset({Role.PROGRAM_MANAGER}))
    assert services.may_read(theirs, job)
    made = printed.errata()
    all_of_it = printed.print_it(Made(facts_of(made), whom_of(made)), Paper.ERRATA)
    assert not services.may_read(theirs, all_of_it)
    told = services.papers_of(theirs, of.id)
    assert {one.paper: one.state for one in paper_states(db, edition, of, told)}[Paper.ERRATA] == "never"


def test_a_booklet_that_was_printed_for_all_is_the_last_of_each(printed: Printed) -> None:
    file: Any = {"badges": [], "made_for_all": {"js": printed.read(Paper.ITINERARIES)}, **BY}
    made = Finished("x.pdf", "0", 1, "x")
    services.keep_made(printed.db, printed.edition.id, Paper.ITINERARIES, Options(), made, **file)
    assert printed.state(Paper.ITINERARIES).state == "current"
    items.update_itinerary_item(printed.db, printed.edition.id, printed.car.id, {"contact": "Wu"}, version=1, **BY)
    state = printed.state(Paper.ITINERARIES)
    assert (state.state, state.last.delegation_id, len(state.people)) == ("stale", None, 2)


def test_one_person_is_told_their_own_line_alone(printed: Printed) -> None:
    printed.change()
    adams = printed.people[0]
    assert [row["what"]["en"] for row in printed.rows(registration=adams)] == ["Coach to the hotel"]
    assert list(whom_of(printed.errata(registration=adams))) == [adams]
    # Who was not on it before is told all of what stands for them now.
    assert len(printed.rows(registration=printed.chen)) == 3


def test_nothing_is_to_be_corrected_once_what_changed_is_printed_again(printed: Printed) -> None:
    printed.change()
    listed = paper_states(printed.db, printed.edition, printed.delegation, [Paper.ARRIVALS, Paper.ERRATA])
    assert [(one.paper, one.state) for one in listed] == [(Paper.ARRIVALS, "stale"), (Paper.ERRATA, "never")]
    values = printed.read()
    options = Options(delegation="js", changed=True)
    shown = shown_of(printed.db, printed.delegation, Paper.ARRIVALS, options, values)
    # A heading that changed is printed with all who stand under it.
    assert len(shown.sections[0].rows) == 3
    assert shown_of(printed.db, printed.delegation, Paper.ARRIVALS, Options(delegation="js"), values) == values
    assert printed.print_it(printed.made()).paper_version == 2
    with pytest.raises(NothingToPrint):
        printed.errata()
    with pytest.raises(NothingToPrint):
        shown_of(printed.db, printed.delegation, Paper.ARRIVALS, options, printed.read())
    assert printed.state(Paper.ERRATA).state == "empty"


def test_what_is_printed_again_stands_below_headings_that_are_right(printed: Printed) -> None:
    db, edition_id = printed.db, printed.edition.id

    def shown(paper: Paper = Paper.ARRIVALS) -> list[tuple[list[str], int]]:
        """Of each section, what stands above it and how many stand below."""
        values = shown_of(db, printed.delegation, paper, Options(changed=True), printed.read(paper))
        sections = values.sections
        return [([part for head in one.heads for part in head.parts], len(one.rows)) for one in sections]

    def counted() -> list[str]:
        heads = [head.said for one in printed.read().sections for head in one.heads]
        return [said["people"]["en"] for said in heads if "people" in said]

    member = add_member(db, printed.delegation, printed.chen, **BY)
    assert ([rows for _, rows in shown()], counted()) == ([3], ["3 people"])
    for paper in (Paper.ARRIVALS, Paper.BOOKLETS):
        printed.print_it(printed.made(paper), paper)
    remove_member(db, edition_id, member.id, version=1, **BY)
    assert ([rows for _, rows in shown()], counted()) == ([2], ["2 people"])
    states = [printed.state(paper) for paper in (Paper.ARRIVALS, Paper.BOOKLETS)]
    assert [(one.state, one.reprints) for one in states] == [("stale", True), ("stale", False)]
    with pytest.raises(NothingToPrint):
        shown(Paper.BOOKLETS)

    # Of two coaches on one day, the second one alone, with its day.
    vehicle = create_vehicle(
        db, edition_id, {"code": "v1", "kind": VehicleKind.VAN, "name": {"en": "Van"}, "seats": 1}, **BY
    )
    run = create_run(db, edition_id, printed.car.id, {"vehicle_id": vehicle.id}, **BY)
    put_into_run(db, edition_id, run.id, {printed.people[1]: seen_of(None)}, **BY)
    printed.print_it(printed.made())
    update_vehicle(db, edition_id, vehicle.id, {"plate": "8ABC123"}, version=1, **BY)
    [(parts, rows)] = shown()
    assert (parts[0], "plate" in parts, rows) == ("day", True, 1)


def test_whoever_changes_cars_is_another_line_though_both_cars_stay_as_they_were(printed: Printed) -> None:
    db, edition_id = printed.db, printed.edition.id
    runs = []
    for code, one in zip(("v1", "v2"), printed.people, strict=True):
        said = {"code": code, "kind": VehicleKind.VAN, "name": {"en": f"Van {code}"}, "seats": 3, "plate": f"{code}-A"}
        runs.append(
            create_run(
                db, edition_id, printed.car.id, {"vehicle_id": create_vehicle(db, edition_id, said, **BY).id}, **BY
            )
        )
        put_into_run(db, edition_id, runs[-1].id, {one: seen_of(None)}, **BY)
    add_member(db, printed.delegation, printed.chen, **BY)
    put_into_run(db, edition_id, runs[0].id, {printed.chen: seen_of(None)}, **BY)
    printed.print_it(printed.made())
    seat = db.scalars(select(Boarding).where(Boarding.registration_id == printed.chen)).one()
    put_into_run(db, edition_id, runs[1].id, {printed.chen: seen_of(seat)}, **BY)
    state = printed.state()
    assert (state.state, [one for one, _name in state.people], state.reprints) == ("stale", [printed.chen], True)
    [row] = printed.rows()
    assert ("Chen" in str(row["what"]), [line["en"] for line in row["was"]], [line["en"] for line in row["now"]]) == (
        True, ["Vehicle: Van v1", "Plate: v1-A"], ["Vehicle: Van v2", "Plate: v2-A"]
    )  # fmt: skip
    assert len(shown_of(db, printed.delegation, Paper.ARRIVALS, Options(changed=True), printed.read()).sections) == 2


def test_whoever_loses_an_item_alone_has_a_booklet_that_is_out_of_date(printed: Printed) -> None:
    printed.print_it(printed.made(Paper.BOOKLETS), Paper.BOOKLETS)
    adams = printed.people[0]
    whom = [Part(True, delegation_id=printed.delegation.id), Part(False, registration_id=adams)]
    items.update_itinerary_item(printed.db, printed.edition.id, printed.car.id, {"audience": whom}, version=1, **BY)
    assert [one for one, _name in printed.state(Paper.BOOKLETS).people] == [adams]
    lost = next(row for row in printed.errata(registration=adams).sections[0].rows if row.key.endswith("/days"))
    assert (lost.said["was"]["en"], lost.said["now"]["en"]) == ("Own days: Coach to the hotel", "Own days: —")
    shown = shown_of(
        printed.db, printed.delegation, Paper.BOOKLETS, Options(changed=True), printed.read(Paper.BOOKLETS)
    )
    assert [one.registration_id for one in shown] == [adams]
