"""Last year's papers never change: an archived edition keeps the names that it printed."""

from __future__ import annotations

import subprocess
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.database.db import Base
from forumapp.core.errors import Stale
from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.access import Archived
from forumapp.domain.agenda.models import AssignmentRole, AssignmentStatus, SessionKind, SessionStatus
from forumapp.domain.agenda.sessions.services import assign_role, create_session, publish
from forumapp.domain.audit.models import Removal
from forumapp.domain.audit.removals import references
from forumapp.domain.delegations.models.delegations import ItemKind, ItineraryItem
from forumapp.domain.delegations.seating.services import arrange, create_plan, get_plan, list_seats
from forumapp.domain.forums.editions.archiving import archive_edition, names_are_kept, reopen_edition, take_names_of_now
from forumapp.domain.forums.editions.pictures import is_shown
from forumapp.domain.forums.hosts.services import update_host
from forumapp.domain.forums.models import ContentKind, ContentPage, EditionHost, EditionStatus, HostRole
from forumapp.domain.forums.pages.queries import page_on_site
from forumapp.domain.images.checking import check_picture
from forumapp.domain.people.archive.archived_names import ORGANIZATIONS, PEOPLE, PHOTOS
from forumapp.domain.people.duplicates.merging import merge
from forumapp.domain.people.models import EditionTitle, FrozenName, Kept, Organization, Person
from forumapp.domain.people.records.services import (
    create_organization,
    update_edition_title,
    update_organization,
    update_person,
)
from forumapp.domain.printing import queries as printing
from forumapp.domain.printing.books import itineraries
from forumapp.domain.printing.paper.stocks import STOCKS
from forumapp.domain.printing.production.render import render_badges, render_program
from forumapp.domain.printing.rules import Options
from forumapp.domain.proofs.models import NameProof, ProofEntry
from forumapp.domain.proofs.queries import list_proofs
from forumapp.domain.proofs.restoring import restore
from forumapp.domain.registration.models import Registration
from forumapp.domain.retention.purging import purge
from forumapp.domain.retention.rules import Kind
from tests.domain.conftest import BY, NOW
from tests.pictures import photo
from tests.seeds import seed, seed_delegation

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session as DbSession

OLD, NEW = {"en": "Taihu Energy", "zh-Hans": "太湖能源"}, {"en": "Renamed Holdings", "zh-Hans": "更名控股"}
# Places of a record in an edition that are not printed from it: a title is printed where its person stands, an order
# prints no name, no paper names who supports a delegation yet or what clashes, and parts in the agenda are printed as versions hold them.
NOT_PRINTED = {
    "approved_place", "clash_override", "delegation_supporter", "edition_title", "place_block", "precedence_entry", "print_line", "role_assignment",
    "speaker",
}  # fmt: skip


class Year:
    """An edition with every place in which something of the registry is printed."""

    def __init__(self, db: DbSession, client: FlaskClient) -> None:
        self.db, self.client = db, client
        forum = seed(db, 2)
        self.edition = forum.edition
        self.edition.status = EditionStatus.CLOSED
        self.office, self.twin = (Organization(legal=OLD) for _ in range(2))
        db.add_all([self.office, self.twin])
        db.flush()
        first, second = (db.get_one(Registration, one) for one in forum.registration_ids)
        self.person = db.get_one(Person, first.person_id)
        self.twin_person = Person(latin_family="Zhou", latin_given="Yi", photo_id=None)
        db.add(self.twin_person)
        db.flush()
        of: dict[str, Any] = {"edition_id": self.edition.id}
        title = db.scalars(select(EditionTitle).filter_by(person_id=first.person_id)).one()
        title.organization_id = self.office.id
        delegation = seed_delegation(db, self.edition, "d", forum.registration_ids)
        delegation.lead_organization_id = self.office.id
        proof = NameProof(**of, name={"en": "Office"}, delegation_id=delegation.id)
        db.add(proof)
        db.flush()
        wall = {"start_wall": datetime(2023, 5, 22, 9), "end_wall": datetime(2023, 5, 22, 10)}
        zones = {"start_zone": "UTC", "end_zone": "UTC", "start_utc": NOW, "end_utc": NOW.replace(hour=20)}
        db.add_all([
            EditionHost(**of, organization_id=self.office.id, role=HostRole.HOST, print_order=1, remark={}),
            EditionHost(**of, organization_id=self.twin.id, role=HostRole.HOST, print_order=2, remark={}),
            ItineraryItem(
                **of, delegation_id=delegation.id, kind=ItemKind.FLIGHT, title={"en": "Visit"}, place={}, note={},
                host_id=self.office.id, **wall, **zones,
            ),
            ContentPage(
                **of, code="welcome", kind=ContentKind.WELCOME, title={"en": "Welcome"}, body={"en": "Welcome."},
                signatory_id=self.person.id, position=1, on_site=True, in_program=True,
            ),
            ProofEntry(**of, proof_id=proof.id, person_id=self.person.id, position=1, approved={}),
        ])  # fmt: skip
        db.flush()
        self.change_person(photo=check_picture(photo()))
        span = Span(*(Moment(datetime(2023, 5, 22, hour), "UTC") for hour in (9, 10)))
        values = {
            "code": "o",
            "title": {"en": "Opening"},
            "kind": SessionKind.OPENING,
            "status": SessionStatus.CONFIRMED,
        }
        opening = create_session(db, self.edition.id, values, span, **BY)
        self.speaker = db.get_one(Person, second.person_id)
        self.change_photo(self.speaker, 1)
        role = assign_role(db, opening, self.speaker.id, AssignmentRole.SPEAKER, status="confirmed", **BY)
        role.status = AssignmentStatus.CONFIRMED
        publish(db, self.edition.id, label="", note={}, **BY)
        plan = create_plan(
            db, self.edition.id, {"name": {"en": "Dinner"}, "shape": "tables", "convention": "domestic"}, [1], **BY
        )
        arrange(db, plan, [self.person.id], version=plan.version, **BY)

    def archive(self) -> None:
        archive_edition(self.db, self.edition.id, version=self.edition.version, **BY)

    def reopen(self) -> None:
        reopen_edition(self.db, self.edition.id, version=self.edition.version, **BY)

    def change_photo(self, person: Person, sample: int | None) -> int | None:
        """The photo's id, of which pages make an address."""
        said = {"photo": None if sample is None else check_picture(photo(sample))}
        return update_person(self.db, person.id, said, version=person.version, **BY).photo_id

    def change_person(self, **changes: Any) -> None:
        update_person(self.db, self.person.id, changes, version=self.person.version, **BY)

    def papers(self) -> list[Any]:
        self.db.expire_all()
        edition, options = self.edition, Options()
        return [
            printing.badge_values(self.db, edition.id, options),
            printing.program_values(self.db, edition, options, now=NOW),
            itineraries.itinerary_values(self.db, edition, "d", options, now=NOW),
            [one.shown for proof in list_proofs(self.db, edition.id) for one in proof.entries],
            page_on_site(self.db, edition.id, "welcome"),
        ]

    def seats(self) -> list[Any]:
        self.db.expire_all()
        return list_seats(self.db, get_plan(self.db, self.edition.id, "dinner"))

    def site(self) -> list[str]:
        return [self.client.get(f"/{self.edition.slug}{path}").text for path in ("", "/pages/welcome", "/speakers")]


@pytest.fixture
def year(session: DbSession, client: FlaskClient) -> Year:
    return Year(session, client)


def rename(year: Year) -> None:
    """All that can happen to what a past edition named."""
    db = year.db
    update_organization(db, year.office.id, {"legal": NEW, "short": NEW}, version=year.office.version, **BY)
    year.change_person(latin_family="Renamed", native_full="更名", photo=check_picture(photo(3)))
    year.change_photo(year.speaker, 4)
    for kind, kept, gone in (
        (Kept.ORGANIZATION, year.office, year.twin),
        (Kept.PERSON, year.person, year.twin_person),
    ):
        merge(db, kind, kept.id, gone.id, version=kept.version, gone_version=gone.version, **BY)


def text_of(pdf: bytes, folder: Path) -> str:
    file = folder / "paper.pdf"
    file.write_bytes(pdf)
    return subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True).stdout


@pytest.mark.one_database
def test_what_happens_to_a_record_later_changes_no_paper_and_no_page(year: Year, tmp_path: Path) -> None:
    before, seats = year.papers(), year.seats()
    year.archive()
    site, shown = year.site(), before[-1].picture_id
    assert year.papers() == before

    rename(year)

    assert (year.papers(), year.seats()) == (before, seats)
    assert year.site() == site
    assert "Taihu Energy" in site[0]
    assert is_shown(year.db, year.edition.id, shown, published=True)
    badges, program = before[:2]
    paper = text_of(render_badges(badges, STOCKS["a6"], program.head), tmp_path)
    assert ("ZHOU Yi AAA" in paper, "RENAMED" in paper) == (True, False)
    book = text_of(render_program(program), tmp_path)
    assert ("太湖能源" in book, "更名" in book, "Renamed" in book) == (True, False, False)


def test_reopening_rewrites_nothing_and_archiving_again_neither(year: Year) -> None:
    before = year.papers()
    year.archive()
    site = year.site()
    rename(year)

    year.reopen()

    assert year.papers() == before
    assert year.site() == site
    year.archive()
    assert year.papers() == before
    assert year.site() == site


def test_names_of_now_are_taken_when_someone_says_so_and_who_became_one_stands_once(year: Year) -> None:
    db, edition = year.db, year.edition
    year.archive()
    rename(year)
    with pytest.raises(Archived), db.begin_nested():
        take_names_of_now(db, edition.id, version=edition.version, **BY)
    year.reopen()
    assert names_are_kept(db, edition)
    with pytest.raises(Stale), db.begin_nested():
        take_names_of_now(db, edition.id, version=edition.version - 1, **BY)

    take_names_of_now(db, edition.id, version=edition.version, **BY)

    badges, program, booklet, shown, page = year.papers()
    assert [host.name for host in program.head.hosts] == [NEW]
    assert {badges[-1].latin_name, booklet.members[0].person.latin_name, shown[0].printed.latin_name} == {
        "RENAMED Yi AAA"
    }
    assert (badges[-1].organization, booklet.lead, booklet.days[0].items[0].host) == (NEW, NEW, NEW)
    assert (page.picture_id, page.signatory.first.organization) == (year.person.photo_id, NEW)
    home, _page, speakers = year.site()
    assert ("Renamed Holdings" in home, f"/images/{year.speaker.photo_id}" in speakers) == (True, True)
    assert not names_are_kept(db, edition)


def test_what_is_changed_in_a_reopened_edition_is_printed_as_it_is_now(year: Year) -> None:
    db, edition_id = year.db, year.edition.id
    title = db.scalars(select(EditionTitle).filter_by(person_id=year.person.id)).one()
    year.archive()
    rename(year)
    year.reopen()
    other = create_organization(db, {"legal": {"en": "Port"}}, **BY)
    first, second = db.scalars(select(EditionHost).order_by(EditionHost.print_order))
    update_host(db, edition_id, first.id, {"organization_id": other.id}, version=first.version, **BY)
    update_host(db, edition_id, second.id, {"remark": {"en": "Again"}}, version=second.version, **BY)
    update_edition_title(db, title, {"title": title.title}, version=title.version, **BY)
    assert "ZHOU Yi AAA" in {one.latin_name for one in year.papers()[0]}

    update_edition_title(db, title, {"title": {"en": "Chair"}}, version=title.version, **BY)

    for _again in range(2):
        badges, program, booklet, shown, page = year.papers()
        assert [host.name for host in program.head.hosts] == [{"en": "Port"}, OLD]
        assert [(one.title, one.organization) for one in badges if "RENAMED" in one.latin_name] == [
            ({"en": "Chair"}, NEW)
        ]
        assert {booklet.members[0].person.latin_name, shown[0].printed.latin_name} == {"RENAMED Yi AAA"}
        assert (booklet.lead, page.picture_id, page.signatory.first.title) == (
            OLD,
            year.person.photo_id,
            {"en": "Chair"},
        )
        if year.edition.status != EditionStatus.ARCHIVED:
            year.archive()


def test_a_photo_that_was_taken_away_is_shown_nowhere_however_old(year: Year) -> None:
    year.archive()
    olds = [year.papers()[-1].picture_id, year.speaker.photo_id]
    addresses = [f"/{year.edition.slug}/images/{one}" for one in olds]
    for person in (year.person, year.speaker):
        year.change_photo(person, 6)
    newer = f"/{year.edition.slug}/images/{year.speaker.photo_id}"
    speakers = year.site()[-1]
    assert [year.client.get(one).status_code for one in (*addresses, newer)] == [200, 200, 404]
    assert (addresses[1] in speakers, newer in speakers) == (True, False)

    for person in (year.person, year.speaker):
        year.change_photo(person, None)

    assert [year.client.get(one).status_code for one in addresses] == [404, 404]
    assert year.papers()[-1].picture_id is None
    assert "/images/" not in year.site()[-1]

    for taken in year.db.scalars(
        select(Removal.id).where(Removal.entity == "photo").order_by(Removal.id.desc()).limit(2)
    ).all():
        restore(year.db, year.edition.id, taken, **BY)

    assert [year.client.get(one).status_code for one in addresses] == [200, 200]
    assert (year.papers()[-1].picture_id, year.site()[-1]) == (olds[0], speakers)


def test_a_program_that_is_published_again_shows_the_photos_of_now(year: Year) -> None:
    year.archive()
    photo_id = year.change_photo(year.speaker, 4)
    year.reopen()
    assert f"/images/{photo_id}" not in year.site()[-1]

    publish(year.db, year.edition.id, label="", note={}, **BY)

    assert f"/images/{photo_id}" in year.site()[-1]


def test_what_must_go_goes_from_past_editions_too(year: Year) -> None:
    year.archive()
    kept = select(FrozenName.image_id, FrozenName.entity)
    assert {row.entity for row in year.db.execute(kept)} == ORGANIZATIONS.keys() | PEOPLE.keys() | {PHOTOS}

    purge(year.db, year.edition.id, Kind.FLIGHTS, now=NOW)

    assert "itinerary_item" not in {row.entity for row in year.db.execute(kept)}


def test_every_place_that_names_a_record_in_an_edition_is_known() -> None:
    named = {
        (table.name, column.name): target.name
        for table in Base.metadata.sorted_tables
        if "edition_id" in table.c
        for column, target in references(table)
        if target.name in ("organization", "person")
    }
    printed = {**dict.fromkeys(ORGANIZATIONS.items(), "organization"), **dict.fromkeys(PEOPLE.items(), "person")}
    assert printed == {place: target for place, target in named.items() if place[0] not in NOT_PRINTED}
