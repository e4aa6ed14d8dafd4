"""Two records become one, and nothing that referred to either is lost."""

from __future__ import annotations

import json
from datetime import date, datetime
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from forumapp.core.database.db import Base
from forumapp.core.errors import Forbidden, Invalid, Merged, NotFound, Stale
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.agenda.models import AssignmentRole, RoleAssignment, Session, SessionKind
from forumapp.domain.agenda.speakers.models import Speaker
from forumapp.domain.audit.models import AuditEvent, AuditValue, Removal
from forumapp.domain.audit.removals import references
from forumapp.domain.audit.services import Actor, Via, record
from forumapp.domain.delegations.models.conflicts import ClashOverride
from forumapp.domain.delegations.models.delegations import Delegation, DelegationSupporter, ItemKind, ItineraryItem
from forumapp.domain.delegations.models.seating import Seat, SeatingPlan
from forumapp.domain.delegations.rules.commitments import PartyKind
from forumapp.domain.delegations.rules.places_of_honor import Convention, Shape
from forumapp.domain.forums.models import ContentKind, ContentPage, EditionHost, HostRole
from forumapp.domain.log.queries import history
from forumapp.domain.people.duplicates import references as duplicates_references
from forumapp.domain.people.duplicates.merging import BothThere, keep_distinct, merge, plan_merge
from forumapp.domain.people.models import (
    Affiliation,
    ApprovedPlace,
    DistinctPair,
    EditionTitle,
    Kept,
    Merge,
    NameOrder,
    Organization,
    Person,
    PersonWord,
    PrecedenceEntry,
    PrecedenceList,
)
from forumapp.domain.people.precedence.lists import (
    add_precedence_entry,
    create_precedence_list,
    remove_precedence_entry,
)
from forumapp.domain.people.precedence.lists import bring_back_precedence_entry as bring_back
from forumapp.domain.people.queries import get_organization, get_person, kept_instead, people_page
from forumapp.domain.people.records.erasure import erase_contacts
from forumapp.domain.people.records.services import create_organization, create_person, update_organization
from forumapp.domain.people.search.suggestions import suggest_people
from forumapp.domain.printing.models import Paper, PrintJob, PrintLine
from forumapp.domain.proofs.models import NameProof, ProofCorrection, ProofEntry
from forumapp.domain.registration.models import PlaceBlock, Registration, RegistrationType
from forumapp.domain.registration.rules import RegistrationStatus, Source
from tests.domain.conftest import BY, COMMAND, NOW, Forum
from tests.seeds import seed_access

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session as DbSession

HOUSE: dict[str, Any] = {"actor": COMMAND}
LIU = {"latin_family": "Liu", "latin_given": "Chun", "name_order": NameOrder.FAMILY_FIRST, "email": "liu@a.example"}
CHUN = {"native_full": "刘春", "phone": "+86 1", "call_name": "Lily", "biography": {"zh-Hans": "简历"}}
numbers = count(1)


def make(session: DbSession, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row


class Stage:
    """Where people and organizations may stand; by column, what puts one there."""

    def __init__(self, session: DbSession, forum: Forum) -> None:
        self.session, self.editions = session, (forum.edition, forum.other)
        of = [edition.id for edition in self.editions]
        wall = {"start_wall": datetime(2023, 5, 22, 9), "end_wall": datetime(2023, 5, 22, 10)}
        when = {**wall, "start_zone": "UTC", "end_zone": "UTC", "start_utc": NOW, "end_utc": NOW.replace(hour=20)}
        self.when = when
        self.types = [make(session, RegistrationType(edition_id=one, code="g", name={}, questions=[])) for one in of]
        self.lists = [make(session, PrecedenceList(edition_id=one, scope="p", name={})) for one in of]
        self.proofs = [make(session, NameProof(edition_id=one, name={})) for one in of]
        self.sessions = [
            make(session, Session(edition_id=one, code="s", title={}, kind=SessionKind.PANEL, **when)) for one in of
        ]
        self.delegations = [make(session, Delegation(edition_id=one, code="d", name={}, origin={})) for one in of]
        drawn = {"name": {}, "shape": Shape.STAGE, "convention": Convention.DOMESTIC}
        self.plans = [make(session, SeatingPlan(edition_id=one, code="p", **drawn)) for one in of]
        self.jobs = [make(session, PrintJob(edition_id=one, paper=Paper.TENT_CARDS, options={})) for one in of]
        house = make(session, Organization(legal={"en": "Somewhere"}))
        someone = make(session, Person(latin_family="Someone"))
        self.put: dict[str, Callable[[int, int], Any]] = {
            "affiliation.organization_id": lambda row, _: Affiliation(
                person_id=someone.id, organization_id=row, title={"en": str(next(numbers))}, position=next(numbers)
            ),
            "affiliation.person_id": lambda row, _: Affiliation(
                person_id=row, organization_id=house.id, title={"en": f"Post {next(numbers)}"}, position=self.free(row)
            ),
            "clash_override.person_id": lambda row, at: ClashOverride(
                edition_id=of[at], person_id=row, minutes=5, reason="Known",
                one_kind=PartyKind.ITEM, one_id=1, other_kind=PartyKind.SESSION, other_id=1,
            ),
            "content_page.signatory_id": lambda row, at: ContentPage(
                edition_id=of[at], code=f"c{next(numbers)}", kind=ContentKind.WELCOME, title={}, body={},
                signatory_id=row, position=next(numbers),
            ),
            "delegation.lead_organization_id": lambda row, at: Delegation(
                edition_id=of[at], code=f"d{next(numbers)}", name={}, origin={}, lead_organization_id=row
            ),
            "delegation_supporter.organization_id": lambda row, at: DelegationSupporter(
                edition_id=of[at], delegation_id=self.delegations[at].id, organization_id=row
            ),
            "edition_host.organization_id": lambda row, at: EditionHost(
                edition_id=of[at], organization_id=row, role=HostRole.HOST, print_order=next(numbers)
            ),
            "edition_title.organization_id": lambda row, at: EditionTitle(
                edition_id=of[at], person_id=someone.id, organization_id=row, title={}, position=next(numbers)
            ),
            "edition_title.person_id": lambda row, at: EditionTitle(
                edition_id=of[at], person_id=row, title={"en": f"T{next(numbers)}"}, position=self.free(row, of[at])
            ),
            "itinerary_item.host_id": lambda row, at: ItineraryItem(
                edition_id=of[at], delegation_id=self.delegations[at].id, kind=ItemKind.VISIT, title={},
                place={}, host_id=row, **when,
            ),
            "organization.parent_id": lambda row, _: Organization(legal={"en": f"O{next(numbers)}"}, parent_id=row),
            "place_block.organization_id": lambda row, at: PlaceBlock(
                edition_id=of[at], type_id=self.types[at].id, name={"en": f"B{next(numbers)}"}, organization_id=row, quota=1
            ),
            "precedence_entry.person_id": lambda row, at: PrecedenceEntry(
                edition_id=of[at], list_id=self.lists[at].id, person_id=row, capacity={}, sort_key=f"k{next(numbers)}x"
            ),
            "approved_place.person_id": lambda row, at: ApprovedPlace(
                edition_id=of[at], list_id=self.lists[at].id, person_id=row, capacity={}, sort_key=f"k{next(numbers)}x"
            ),
            "print_line.person_id": lambda row, at: PrintLine(
                edition_id=of[at], job_id=self.jobs[at].id, person_id=row, position=next(numbers)
            ),
            "proof_entry.person_id": lambda row, at: ProofEntry(
                edition_id=of[at], proof_id=self.proofs[at].id, person_id=row, position=next(numbers), approved={}
            ),
            "registration.person_id": lambda row, at: Registration(
                edition_id=of[at], person_id=row, type_id=self.types[at].id, status=RegistrationStatus.CONFIRMED,
                source=Source.MANUAL, answers={}, registered_at=NOW,
            ),
            "role_assignment.person_id": lambda row, at: RoleAssignment(
                edition_id=of[at], session_id=self.sessions[at].id, person_id=row, role=AssignmentRole.SPEAKER
            ),
            "seat.person_id": lambda row, at: Seat(
                edition_id=of[at], plan_id=self.plans[at].id, tier=1, number=next(numbers), person_id=row
            ),
            "speaker.person_id": lambda row, at: Speaker(edition_id=of[at], person_id=row),
        }  # fmt: skip

    def free(self, person_id: int, edition_id: int | None = None) -> int:
        kind: Any = Affiliation if edition_id is None else EditionTitle
        query = select(func.max(kind.position)).where(kind.person_id == person_id)
        if edition_id is not None:
            query = query.where(kind.edition_id == edition_id)
        return (self.session.scalar(query) or 0) + 1

    def place(self, link: str, row_id: int, at: int = 0) -> Any:
        return make(self.session, self.put[link](row_id, at))


@pytest.fixture
def stage(session: DbSession, forum: Forum) -> Stage:
    return Stage(session, forum)


def links() -> dict[str, Any]:
    """By "table.column", every column of the database that refers to a person or an organization."""
    return {
        f"{table.name}.{column.name}": column
        for table in Base.metadata.sorted_tables
        for column, target in references(table)
        if target.name in set(Kept)
    }


def held(session: DbSession, link: str) -> dict[int, int]:
    column = links()[link]
    rows = session.execute(select(column.table.c.id, column).where(column.is_not(None)))
    return {row[0]: row[1] for row in rows}


def people(session: DbSession) -> tuple[Person, Person]:
    return create_person(session, LIU, **BY), create_person(session, CHUN, **BY)


def merged(session: DbSession, kept: Any, gone: Any, kind: Kept = Kept.PERSON, **options: Any) -> Any:
    versions = {"version": kept.version, "gone_version": gone.version}
    return merge(session, kind, kept.id, gone.id, **{**versions, **BY, **options})


def test_every_column_that_refers_to_one_is_known_here(stage: Stage) -> None:
    """Whoever adds one says here how a record comes to stand in it, and the tests below hold that it moves."""
    assert stage.put.keys() == {link for link in links() if link.split(".")[0] not in duplicates_references.DERIVED}


@pytest.mark.parametrize(
    "link", [one for one in sorted(links()) if one.split(".")[0] not in duplicates_references.DERIVED]
)
def test_what_refers_to_the_one_refers_to_the_other(session: DbSession, stage: Stage, link: str) -> None:
    kind = Kept(next(target.name for column, target in references(links()[link].table) if column is links()[link]))
    if kind is Kept.PERSON:
        kept, gone = people(session)
    else:
        kept, gone = (create_organization(session, {"legal": {"en": name}}, **BY) for name in ("CCCME", "Chamber"))
    rows = [stage.place(link, gone.id, at) for at in (0, 1)]
    before = {row.id: row.version for row in rows}
    merged(session, kept, gone, kind)
    now_held = held(session, link)
    assert {row.id: now_held[row.id] for row in rows} == dict.fromkeys(before, kept.id)
    assert {row.id: row.version for row in rows} == {row_id: version + 1 for row_id, version in before.items()}
    told = select(AuditEvent.entity_id).where(
        AuditEvent.entity == link.split(".", maxsplit=1)[0], AuditEvent.action == "moved"
    )
    assert set(session.scalars(told)) == set(before)


def test_fifty_planted_doubles_lose_no_link(session: DbSession, stage: Stage) -> None:
    """Over all tables: each row refers to the kept record, or another one that does has taken what it said."""
    choose = Random(50)
    doubles = []
    for number in range(50):
        if number % 2:
            values = ({"legal": {"en": f"Firm {number}"}}, {"legal": {"zh-Hans": f"公司{number}"}})
            pair = tuple(create_organization(session, one, **BY) for one in values)
        else:
            pair = tuple(create_person(session, {"latin_family": f"{name}{number}"}, **BY) for name in ("Liu", "Lyu"))
        doubles.append((Kept.ORGANIZATION if number % 2 else Kept.PERSON, *pair))
    for kind, kept, gone in doubles:
        mine = [link for link, column in links().items() if link in stage.put and is_of(column, kind)]
        for link in choose.sample(mine, 4):
            sides = [(kept, 0), (gone, 1)] if link.startswith("registration") else [(kept, 0), (gone, 0), (gone, 1)]
            for row, at in sides:
                stage.place(link, row.id, at)
    leads = {(kind, gone.id): kept.id for kind, kept, gone in doubles}
    before = {link: held(session, link) for link in stage.put}
    for kind, kept, gone in doubles:
        merged(session, kept, gone, kind)
    absorbed = {
        (one["table"], one["values"]["id"]): one["into"]
        for moved in session.scalars(select(Merge.moved))
        for one in moved["absorbed"]
    }
    lost = []
    for link, rows in before.items():
        after, table = held(session, link), link.split(".")[0]
        kind = next(one for one in Kept if is_of(links()[link], one))
        for row_id, owner in rows.items():
            stays = absorbed.get((table, row_id), row_id)
            wanted = leads.get((kind, owner), owner)
            if after.get(stays) != wanted and (table, row_id) != ("organization", owner):
                lost.append((link, row_id, owner, after.get(stays)))
    assert lost == []
    assert len(absorbed) > 10
    assert all(kept_instead(session, kind, gone.id) == kept.id for kind, kept, gone in doubles)


def is_of(column: Any, kind: Kept) -> bool:
    return any(target.name == kind for one, target in references(column.table) if one is column)


def test_both_registered_in_one_edition_is_refused_until_one_is_cancelled(session: DbSession, stage: Stage) -> None:
    kept, gone = people(session)
    stage.place("registration.person_id", kept.id)
    theirs = stage.place("registration.person_id", gone.id)
    plan = plan_merge(session, Kept.PERSON, kept.id, gone.id, **HOUSE)
    assert [(move.table, move.row_id) for move in plan.barred] == [("registration", theirs.id)]
    with pytest.raises(BothThere) as refusal:
        merged(session, kept, gone)
    assert refusal.value.details == {"table": "registration", "editions": [stage.editions[0].id]}
    theirs.status = RegistrationStatus.CANCELLED
    session.flush()
    merged(session, kept, gone)
    assert held(session, "registration.person_id")[theirs.id] == kept.id


def test_titles_and_posts_go_behind_those_that_are_there_and_stay_together(session: DbSession, stage: Stage) -> None:
    kept, gone = people(session)
    for person in (kept, gone):
        post = stage.place("affiliation.person_id", person.id)
        title = stage.place("edition_title.person_id", person.id)
        title.affiliation_id = post.id
        stage.place("edition_title.person_id", gone.id, 1)
    session.flush()
    merged(session, kept, gone)
    rows = session.execute(
        select(EditionTitle.edition_id, EditionTitle.position, EditionTitle.affiliation_id)
        .where(EditionTitle.person_id == kept.id)
        .order_by(EditionTitle.edition_id, EditionTitle.position)
    ).all()
    posts = list(
        session.scalars(select(Affiliation.id).where(Affiliation.person_id == kept.id).order_by(Affiliation.position))
    )
    first, second = (edition.id for edition in stage.editions)
    assert [tuple(row) for row in rows] == [
        (first, 1, posts[0]), (first, 2, posts[1]), (second, 1, None), (second, 2, None),
    ]  # fmt: skip


def test_what_both_say_alike_is_said_once(session: DbSession, stage: Stage) -> None:
    kept, gone = people(session)
    house = create_organization(session, {"legal": {"en": "Chamber"}}, **BY)
    posts = [
        make(session, Affiliation(person_id=one.id, organization_id=house.id, title={"en": "Chair"}))
        for one in (kept, gone)
    ]
    edition_id = stage.editions[0].id
    for person, post in zip((kept, gone), posts, strict=True):
        same = {"edition_id": edition_id, "organization_id": house.id, "title": {"en": "Chair"}}
        make(session, EditionTitle(person_id=person.id, affiliation_id=post.id, **same))
        stage.place("role_assignment.person_id", person.id)
    merged(session, kept, gone)
    for link in ("affiliation.person_id", "edition_title.person_id", "role_assignment.person_id"):
        assert list(held(session, link).values()).count(kept.id) == 1, link
    assert session.scalar(select(EditionTitle.affiliation_id)) == posts[0].id


def test_of_two_seats_in_one_plan_the_other_is_free(session: DbSession, stage: Stage) -> None:
    kept, gone = people(session)
    stays, empty = (stage.place("seat.person_id", row.id) for row in (kept, gone))
    elsewhere = stage.place("seat.person_id", gone.id, 1)
    merged(session, kept, gone)
    assert held(session, "seat.person_id") == {stays.id: kept.id, elsewhere.id: kept.id}
    assert session.get_one(Seat, empty.id).person_id is None


def test_corrections_of_a_proof_follow_to_the_entry_that_stays(session: DbSession, stage: Stage) -> None:
    kept, gone = people(session)
    entries = [stage.place("proof_entry.person_id", one.id) for one in (kept, gone)]
    correction = make(
        session,
        ProofCorrection(
            edition_id=stage.editions[0].id, entry_id=entries[1].id, shown={}, proposed={}, proposed_by="Office"
        ),
    )
    merged(session, kept, gone)
    assert correction.entry_id == entries[0].id


def test_what_only_one_of_them_says_is_kept_and_the_rest_is_chosen(session: DbSession) -> None:
    kept, gone = (
        create_person(session, {**LIU, "biography": {"en": "Life"}, "call_name": "Lu"}, **BY),
        people(session)[1],
    )
    merged(session, kept, gone, take=["call_name"])
    assert (kept.latin_family, kept.native_full, kept.phone, kept.email, kept.call_name, kept.biography) == (
        "Liu", "刘春", "+86 1", "liu@a.example", "Lily", {"en": "Life", "zh-Hans": "简历"},
    )  # fmt: skip
    assert kept.also_known_as == ["Lu"]
    assert [one.id for one in suggest_people(session, "lu", **HOUSE)] == [kept.id]
    assert [one.id for one in people_page(session, search="刘春").items] != []


@pytest.mark.parametrize("take", [[], ["latin_name"], ["latin_name", "native_name"]])
def test_it_is_found_by_all_names_of_both(session: DbSession, take: list[str]) -> None:
    kept = create_person(session, {"latin_family": "Liu", "latin_given": "Chun", "native_full": "刘春"}, **BY)
    gone = create_person(session, {"latin_family": "Lau", "latin_given": "Chun", "native_full": "劉春"}, **BY)
    merged(session, kept, gone, take=take)
    for name in ("Liu Chun", "Lau Chun", "刘春", "劉春"):
        assert [one.id for one in suggest_people(session, name, **HOUSE)] == [kept.id], name
    assert session.scalar(select(func.count()).select_from(PersonWord).where(PersonWord.person_id == gone.id)) == 0


def test_the_old_id_leads_on_also_over_several_merges(session: DbSession) -> None:
    first, second = people(session)
    third = create_person(session, {"latin_family": "Liu"}, **BY)
    gone = [first.id, second.id]
    merged(session, second, first)
    merged(session, third, second)
    for one in gone:
        with pytest.raises(Merged) as lead:
            get_person(session, one)
        assert lead.value.details == {"entity": "person", "into": third.id}
    with pytest.raises(NotFound) as unknown:
        get_person(session, 99999)
    assert not isinstance(unknown.value, Merged)
    assert create_person(session, {"latin_family": "New"}, **BY).id not in gone


def test_the_id_of_the_last_one_is_not_given_again(session: DbSession) -> None:
    kept, gone = (create_organization(session, {"legal": {"en": name}}, **BY) for name in ("A", "B"))
    gone_id = gone.id
    merged(session, kept, gone, Kept.ORGANIZATION)
    assert create_organization(session, {"legal": {"en": "C"}}, **BY).id > gone_id
    with pytest.raises(Merged):
        get_organization(session, gone_id)


def test_the_log_of_both_is_read_from_the_kept_one(session: DbSession) -> None:
    kept, gone = people(session)
    gone_id = gone.id
    merged(session, kept, gone)
    told = {(line.action, line.entity_id) for line in history(session, 0, "person", kept.id)}
    assert {("created", kept.id), ("merged", kept.id), ("created", gone_id), ("removed", gone_id)} <= told
    (row,) = session.scalars(select(Merge))
    assert (row.kept_id, row.gone_id, row.gone["native_full"]) == (kept.id, gone_id, "刘春")


def test_what_was_removed_comes_back_to_the_kept_one(session: DbSession, stage: Stage) -> None:
    kept, gone = people(session)
    edition_id = stage.editions[0].id
    order = create_precedence_list(session, edition_id, "x", name={}, **BY)
    entry = add_precedence_entry(session, order, gone.id, capacity={}, **BY)
    removal = remove_precedence_entry(session, edition_id, entry.id, version=1, **BY)
    merged(session, kept, gone)
    bring_back(session, edition_id, removal.id, **BY)
    assert kept.id in held(session, "precedence_entry.person_id").values()
    assert session.scalar(select(func.count()).select_from(Removal)) == 1


def test_who_is_not_the_one_is_not_the_other(session: DbSession) -> None:
    kept, gone = people(session)
    other = create_person(session, {"latin_family": "Liu"}, **BY)
    for one in (gone, kept):
        keep_distinct(session, Kept.PERSON, one.id, other.id, **BY)
    keep_distinct(session, Kept.PERSON, kept.id, gone.id, **BY)
    merged(session, kept, gone)
    pairs = session.execute(select(DistinctPair.low_id, DistinctPair.high_id)).all()
    assert [tuple(pair) for pair in pairs] == [tuple(sorted((kept.id, other.id)))]


@pytest.mark.parametrize("versions", [(2, 1), (1, 2)])
def test_a_stale_merge_is_refused(session: DbSession, versions: tuple[int, int]) -> None:
    kept, gone = people(session)
    with pytest.raises(Stale):
        merged(session, kept, gone, version=versions[0], gone_version=versions[1])


def test_one_is_not_merged_with_itself(session: DbSession) -> None:
    kept, _ = people(session)
    with pytest.raises(Invalid):
        merged(session, kept, kept)


@pytest.mark.parametrize("role", [Role.PROGRAM_MANAGER, Role.VIEWER, Role.DELEGATION_LIAISON])
def test_who_may_not_see_what_people_told_does_not_merge_them(session: DbSession, forum: Forum, role: Role) -> None:
    account = seed_access(session, forum.edition.id, "x@forum.example", role)
    kept, gone = people(session)
    for look in (merged, lambda *_, **by: plan_merge(session, Kept.PERSON, kept.id, gone.id, actor=by["actor"])):
        with pytest.raises(Forbidden):
            look(session, kept, gone, actor=Actor(account.id, Via.PAGE))


def organizations(session: DbSession, *names: str) -> list[Organization]:
    return [create_organization(session, {"legal": {"en": name}}, **BY) for name in names]


def test_the_code_moves_along(session: DbSession) -> None:
    kept, gone = organizations(session, "Chamber", "CCCME")
    update_organization(session, gone.id, {"code": "cccme"}, version=1, **BY)
    assert merged(session, kept, gone, Kept.ORGANIZATION).code == "cccme"
    assert kept.also_known_as == ["CCCME"]


@pytest.mark.parametrize(
    ("parents", "after"),
    [
        ({"kept": "gone", "gone": "top"}, "top"),
        ({"gone": "kept"}, None),
        ({"kept": "gone"}, None),
        ({"gone": "top"}, "top"),
    ],
)
def test_none_becomes_a_part_of_itself(session: DbSession, parents: dict[str, str], after: str | None) -> None:
    kept, gone, top = organizations(session, "kept", "gone", "top")
    named = {"kept": kept, "gone": gone, "top": top}
    for part, whole in parents.items():
        update_organization(session, named[part].id, {"parent_id": named[whole].id}, version=1, **BY)
    assert merged(session, kept, gone, Kept.ORGANIZATION).parent_id == (named[after].id if after else None)


def test_a_circle_over_a_third_one_is_refused(session: DbSession) -> None:
    kept, gone, between = organizations(session, "kept", "gone", "between")
    update_organization(session, kept.id, {"parent_id": between.id}, version=1, **BY)
    update_organization(session, between.id, {"parent_id": gone.id}, version=1, **BY)
    with pytest.raises(Invalid) as refusal:
        merged(session, kept, gone, Kept.ORGANIZATION)
    assert refusal.value.fields == {"parent_id": "loop"}


def test_contact_details_of_both_go_at_the_end_of_their_retention(session: DbSession, forum: Forum) -> None:
    kept, gone = create_person(session, LIU, **BY), create_person(session, {**CHUN, "email": "gone@b.example"}, **BY)
    merged(session, kept, gone)
    counted = erase_contacts(session, forum.edition.id, [kept.id], now=NOW)
    record(session, "purged", "edition", forum.edition.id, **BY)  # as whoever erases does
    assert counted["merge"] == 1
    kept_text = json.dumps(
        [session.scalars(select(Merge.gone)).all(), session.scalars(select(AuditValue.before)).all()]
    )
    assert [word for word in ("gone@b.example", "+86 1") if word in kept_text] == []


def test_dates_and_all_else_of_the_gone_record_can_be_read(session: DbSession) -> None:
    kept, gone = people(session)
    post = make(session, Affiliation(person_id=gone.id, title={"en": "Chair"}, starts_on=date(2020, 1, 1)))
    merged(session, kept, gone)
    assert post.person_id == kept.id
    (row,) = session.scalars(select(Merge))
    assert row.moved["rows"] == {"affiliation.person_id": [post.id]}
    assert row.gone["call_name"] == "Lily"
