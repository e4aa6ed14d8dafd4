"""Plans of seats: filled from an approved order, changed seat by seat, one person a seat, and put back."""

from __future__ import annotations

import re
import subprocess
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from forumapp.core.database.transactions import transaction
from forumapp.core.errors import Forbidden, Invalid
from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.delegations.itineraries.items import add_itinerary_item, update_itinerary_item
from forumapp.domain.delegations.members.services import add_member
from forumapp.domain.delegations.models.delegations import Delegation, ItemKind, ItineraryItem
from forumapp.domain.delegations.models.seating import Seat
from forumapp.domain.delegations.seating import services
from forumapp.domain.people import queries
from forumapp.domain.people.models import Person
from forumapp.domain.people.precedence import lists
from forumapp.domain.people.records.services import create_person
from forumapp.domain.printing.cards.print_log import note_cards
from forumapp.domain.printing.cards.values import list_cards
from forumapp.domain.printing.jobs.services import ask_print
from forumapp.domain.printing.models import JobStatus, PrintJob
from forumapp.domain.printing.rules import options_from
from forumapp.domain.registration.lifecycle.register import enter
from forumapp.domain.registration.rules import RegistrationStatus, Source
from forumapp.domain.retention.purging import purge
from forumapp.domain.retention.rules import Kind
from tests.web.organizer.house import BY, HOME, browser_as

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.web.organizer.house import Browser, House

PLANS = "/organizer/forum/seating"
OUTDATED = "/organizer/forum/paper/outdated"
PLAN = f"{PLANS}/opening"
FAMILIES = ("Adams", "Baker", "Chen", "Diaz")


@pytest.fixture
def plan(owner: Browser, house: House) -> Browser:
    """Three seats in front and two behind, to be filled from an order of four that nobody has approved yet."""
    with transaction() as db:
        row = lists.create_precedence_list(db, house.edition_id, "seating", name={"en": "Seats"}, **BY)
        for name in FAMILIES:
            one = create_person(db, {"latin_family": name}, **BY)
            lists.add_precedence_entry(db, row, one.id, capacity={"en": "Mayor"}, **BY)
        list_id = str(row.id)
    asked = {"name.en": "Opening", "convention": "foreign-affairs", "shape": "stage", "sizes": "3, 2"}
    assert owner.send(f"{PLANS}/new", {**asked, "list_id": list_id}).location == PLAN
    return owner


def approve(house: House) -> None:
    with transaction() as db:
        row = queries.get_precedence_list(db, house.edition_id, "seating")
        lists.approve_precedence_list(db, row, "Protocol", version=row.version, **BY)


def version(owner: Browser) -> str:
    return str(html.fromstring(owner.get(PLAN).text).xpath("//input[@name='version']/@value")[0])


def fill(owner: Browser) -> None:
    assert owner.send(PLAN, {"version": version(owner)}, to=f"{PLAN}/fill").status_code == 302


def drawn(page: str) -> list[str]:
    """Row after row as it is drawn, the last row first; "" where nobody sits."""
    names = [one.text_content().upper() for one in html.fromstring(page).xpath("//ul[@class='seats']/li")]
    return [next((family for family in FAMILIES if family.upper() in name), "") for name in names]


def test_seats_are_filled_by_the_convention_once_the_order_is_approved(plan: Browser, house: House) -> None:
    fill(plan)
    page = plan.get(PLAN).text
    assert ("is not approved" in page, drawn(page)) == (True, [""] * 5)
    approve(house)

    fill(plan)

    assert drawn(plan.get(PLAN).text)[2:] == ["Baker", "Adams", "Chen"]
    form = html.fromstring(plan.get(f"{PLAN}/edit").text).xpath("//form[.//input[@name='name.en']]")[0]
    asked = {"name.en": "Opening", "convention": "domestic", "list_id": form.fields["list_id"]}
    plan.send(f"{PLAN}/edit", {**asked, "version": form.fields["version"]})
    assert drawn(plan.get(PLAN).text)[2:] == ["Baker", "Adams", "Chen"]  # until it is filled anew
    fill(plan)
    assert drawn(plan.get(PLAN).text)[2:] == ["Chen", "Adams", "Baker"]


def test_who_comes_with_a_delegation_sits_across_from_the_hosts(plan: Browser, house: House) -> None:
    approve(house)
    form = html.fromstring(plan.get(f"{PLAN}/edit").text).xpath("//form[.//input[@name='name.en']]")[0]
    asked = {"name.en": "Opening", "convention": "foreign-affairs", "list_id": form.fields["list_id"]}
    plan.send(f"{PLAN}/edit", {**asked, "host_side": "right", "version": form.fields["version"]})
    with transaction() as db:
        delegation = db.get_one(Delegation, house.delegation_id)
        for name in ("Chen", "Diaz"):
            one = db.scalars(select(Person.id).where(Person.latin_family == name)).one()
            said: dict[str, Any] = {"status": RegistrationStatus.CONFIRMED, "source": Source.MANUAL, "language": "en"}
            row = enter(db, house.edition_id, one, house.type_id, **said, **BY)
            add_member(db, delegation, row.id, **BY)

    fill(plan)

    # Behind, where one guest is left over; in front the guests on the left, and the first host in the middle.
    assert drawn(plan.get(PLAN).text) == ["Diaz", "", "Chen", "Adams", "Baker"]


def test_two_change_seats_by_links_and_buttons_and_sit_again_where_they_sat(plan: Browser, house: House) -> None:
    approve(house)
    fill(plan)
    page = html.fromstring(plan.get(PLAN).text)
    adams, baker = (page.xpath(f"//a[@data-hand][contains(., '{name}')]/@data-seat")[0] for name in FAMILIES[:2])
    taken = html.fromstring(plan.get(f"{PLAN}?hand={adams}").text)
    form = taken.get_element_by_id("put-down")
    assert baker in taken.xpath("//button[@form='put-down']/@value")
    sent = {"version": form.fields["version"], "hand": form.fields["hand"], "to": baker}

    assert plan.send(PLAN, sent, to=f"{PLAN}/move").status_code == 302

    told = plan.get(PLAN).text
    assert drawn(told)[2:] == ["Adams", "Baker", "Chen"]
    plan.send(PLAN, sent, to=f"{PLAN}/move")  # a second click has not seen the first
    again = plan.get(PLAN).text
    assert ("Someone else changed the seats" in again, drawn(again)[2:]) == (True, ["Adams", "Baker", "Chen"])
    undo = html.fromstring(told).xpath("//form[contains(@action, '/undo')]/@action")[0]
    plan.send(PLAN, to=undo)
    assert drawn(plan.get(PLAN).text)[2:] == ["Baker", "Adams", "Chen"]
    plan.send(PLAN, {**sent, "version": version(plan), "to": "0"}, to=f"{PLAN}/move")
    assert drawn(plan.get(PLAN).text)[2:] == ["Baker", "", "Chen"]


def test_a_banquet_of_an_itinerary_has_a_plan_and_a_flight_none(owner: Browser, house: House) -> None:
    def add(db: Session, kind: ItemKind, title: str) -> str:
        ends = (Moment(datetime(2023, 5, 21, hour), "UTC") for hour in (18, 21))
        told = {"kind": kind, "title": {"en": title}}
        return str(add_itinerary_item(db, db.get_one(Delegation, house.delegation_id), told, Span(*ends), **BY).id)

    with transaction() as db:
        dinner, flight = add(db, ItemKind.MEAL, "Gala dinner"), add(db, ItemKind.FLIGHT, "Secret flight")
    form = owner.get(f"{PLANS}/new").text
    assert ("Gala dinner" in form, "Secret flight" in form) == (True, False)
    asked = {"name.en": "Dinner", "convention": "foreign-affairs", "shape": "tables", "sizes": "8, 8"}
    session = {"session_id": str(house.session_ids[0])}
    assert "Choose one of the two" in owner.send(f"{PLANS}/new", {**asked, **session, "item_id": dinner}).text
    assert owner.send(f"{PLANS}/new", {**asked, "item_id": flight}).status_code == 422

    owner.send(f"{PLANS}/new", {**asked, "item_id": dinner, "host_side": "left"})

    page = owner.get(f"{PLANS}/dinner").text
    assert [one for one in ("Gala dinner", "Sun 21 May 2023", "Hosts sit on the left.") if one not in page] == []
    with transaction() as db:
        version = db.get_one(ItineraryItem, int(dinner)).version
        update_itinerary_item(db, house.edition_id, int(dinner), {"kind": ItemKind.FLIGHT}, version=version, **BY)
        purge(db, house.edition_id, Kind.FLIGHTS, now=BY["now"] + timedelta(days=400))
        assert services.get_plan(db, house.edition_id, "dinner").item_id is None


def test_it_is_printed_as_it_is_drawn_with_no_number_at_a_seat(plan: Browser, house: House) -> None:
    approve(house)
    fill(plan)
    assert "“Opening” is missing in Chinese" in plan.get(f"{PLAN}/paper").text

    printed = plan.send(f"{PLAN}/paper", {"device": "Hall printer"})
    answer = plan.get(printed.location)

    assert (printed.status_code, answer.status_code, answer.mimetype) == (303, 200, "application/pdf")
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=answer.data, capture_output=True, check=True)
    words = done.stdout.decode().split()
    assert [word for word in words if word in FAMILIES] == ["Diaz", "Baker", "Adams", "Chen"]  # the front row below
    said = " ".join(words)
    assert [
        one for one in ("at the right hand of the first", "第二位在第一位的右手侧", "Audience") if one not in said
    ] == []
    between = said[said.index("Diaz") : said.index("Audience")].replace("Row 1", "").replace("第1排", "")
    assert re.findall(r"\d", between.replace("第 1 排", "")) == []

    # It stands in the log of prints, and why it is printed again is asked.
    assert plan.send(f"{PLAN}/paper", {"device": "Hall printer"}).status_code == 422
    again = plan.send(f"{PLAN}/paper", {"device": "", "reason": "lost"})
    assert again.status_code == 303
    with transaction() as db:
        version = services.get_plan(db, house.edition_id, "opening").version
    log = html.fromstring(plan.get(f"{HOME}/paper/log?paper=seating-plans").text)
    told = [[" ".join(cell.text_content().split()) for cell in row] for row in log.xpath("//tbody/tr")]
    assert [(row[2], row[4], row[5]) for row in told] == [
        (str(version), "—", "Lost"),
        (str(version), "Hall printer", "—"),
    ]
    assert len(html.fromstring(plan.get(f"{HOME}/paper/log?reprints=1").text).xpath("//tbody/tr")) == 1
    with pytest.raises(Invalid), transaction() as db:
        ask_print(db, house.edition_id, "seating-plans", {"plan": "opening"}, **BY)

    # It keeps what it printed, so that it is told who sits elsewhere since.
    assert "Every printed paper is up to date" in plan.get(OUTDATED).text
    with transaction() as db:
        row = services.get_plan(db, house.edition_id, "opening")
        seats = list(db.scalars(select(Seat.person_id).where(Seat.plan_id == row.id).order_by(Seat.tier, Seat.number)))
        services.arrange(db, row, [seats[1], seats[0], *seats[2:]], version=row.version, **BY)
    cells = [one.text_content() for one in html.fromstring(plan.get(OUTDATED).text).xpath("//td")]
    assert [one for one in cells if "row" in one] == [
        "row 1, seat 2",
        "row 1, seat 1",
        "row 1, seat 1",
        "row 1, seat 2",
    ]


def test_nobody_has_two_seats(plan: Browser, house: House) -> None:
    approve(house)
    fill(plan)
    with transaction() as db:
        row = services.get_plan(db, house.edition_id, "opening")
        one = db.scalars(select(Seat).where(Seat.plan_id == row.id, Seat.person_id.is_not(None))).first()
        assert one is not None
        values = {"edition_id": row.edition_id, "plan_id": row.id, "tier": 9, "number": 1, "person_id": one.person_id}
        values |= {"version": 1, "created_at": BY["now"], "updated_at": BY["now"]}
        with pytest.raises(IntegrityError), db.begin_nested():
            db.execute(insert(Seat).values(values))


@pytest.mark.one_database
def test_cards_name_who_sits_there_for_those_who_see_the_plan(plan: Browser, house: House) -> None:
    approve(house)
    fill(plan)
    asked = "paper=tent-cards&plan=opening"

    looked = html.fromstring(plan.get(f"/organizer/forum/paper/preview?{asked}").text)
    assert len(looked.xpath('//ol[@class="sheets"]//img')) == 2  # four on two sheets
    checked = plan.get(f"/organizer/forum/paper/check?{asked}").text
    assert ("Ready to print" in checked, "Tent cards" in checked) == (True, True)
    both = {"paper": "tent-cards", "plan": "opening", "type": "guest"}
    refused = plan.get("/organizer/forum/paper", query_string=both).text
    assert "Choose the plan or this." in refused
    sent = {"paper": "tent-cards", "plan": "opening", "untitled": "1"}
    assert plan.send("/organizer/forum/paper", sent, to="/organizer/forum/paper/jobs").status_code == 302
    with transaction() as db:
        job = db.scalars(select(PrintJob)).one()
        assert (job.paper, job.options) == ("tent-cards", {"plan": "opening", "untitled": True})
        job_id = job.id

    desk = browser_as(house, Role.PRINT_STAFF)
    form = html.fromstring(desk.get("/organizer/forum/paper?paper=tent-cards").text)
    assert form.xpath('//select[@name="plan"]/option/@value') == [""]
    assert desk.get(f"/organizer/forum/paper/jobs/{job_id}/file").status_code == 403
    with transaction() as db:
        of = db.scalars(select(Account.id).where(Account.email == f"the-{Role.PRINT_STAFF}@forum.example")).one()
        by: dict[str, Any] = {"actor": Actor(of, Via.PAGE), "now": BY["now"]}
        with pytest.raises(Forbidden):
            ask_print(db, house.edition_id, "tent-cards", {"plan": "opening"}, **by)

    with transaction() as db:
        job = db.get_one(PrintJob, job_id)
        cards = list_cards(db, house.edition_id, job.paper, options_from(job.options))
        job.status, job.file, job.finished_at = JobStatus.DONE, "x.pdf", BY["now"]
        note_cards(db, job, cards, ("en",))
        db.get_one(Person, cards[0].person_id).latin_given = "Renamed"
    told = html.fromstring(plan.get("/organizer/forum/paper/outdated").text).xpath('//h2[@id="tent-cards-opening"]/..')
    assert [one.xpath("string(.//a[1])")[:20] for one in told] == ["Print 1 card again: "]
    assert "Renamed" in told[0].text_content()
    checked = html.fromstring(plan.get(told[0].xpath(".//a/@href")[0]).text)
    assert checked.xpath('//select[@name="reason"]/option[@selected]/@value') == ["changed"]
    assert checked.xpath('//input[@name="changed"]/@value') == ["1"]
    assert "tent-cards" not in desk.get("/organizer/forum/paper/outdated").text


def test_a_new_plan_is_filled_from_the_order_that_is_for_it(owner: Browser, house: House) -> None:
    with transaction() as db:
        for scope in ("other", "photo", "program", "seating"):
            lists.create_precedence_list(db, house.edition_id, scope, name={"en": scope.title()}, **BY)
    for shape, first in (("stage", "Photo"), ("tables", "Seating")):
        page = html.fromstring(owner.get(f"{PLANS}/new?shape={shape}").text)
        offered = page.xpath("//select[@name='list_id']/option")
        assert (offered[1].text, [one.text for one in offered if one.get("selected") is not None]) == (first, [first])
