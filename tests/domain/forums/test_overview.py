"""What needs somebody now: each need with what brings it about, who is told, and how many queries it takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, select

from forumapp.core.values.attention import Need, Section, Severity, in_order
from forumapp.core.values.times import Span
from forumapp.domain.accounts.access import access_to
from forumapp.domain.accounts.permissions import Role, Scope, whole_house
from forumapp.domain.agenda.models import AssignmentStatus, RoleAssignment, Session, SessionKind, SessionStatus
from forumapp.domain.agenda.sessions.services import add_item, assign_role, create_session, publish, update_session
from forumapp.domain.agenda.speakers.services import add_window
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.checkin.models import Checkpoint, Scan
from forumapp.domain.delegations.coaches.runs import create_run
from forumapp.domain.delegations.coaches.vehicles import create_vehicle
from forumapp.domain.delegations.groups.members import put_into_group
from forumapp.domain.delegations.groups.services import create_group, create_partition
from forumapp.domain.delegations.itineraries.items import update_itinerary_item
from forumapp.domain.delegations.models.audiences import ItemPerson
from forumapp.domain.delegations.models.coaches import CoachRun
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember, ItineraryItem, MemberRole
from forumapp.domain.forums.models import ContentPage, EditionHost, EditionStatus, Room, SponsorLevel, Task, Venue
from forumapp.domain.forums.venues.services import update_venue
from forumapp.domain.images.checking import check_picture
from forumapp.domain.mail.models import Message, MessageState
from forumapp.domain.overview.queries import Overview, overview
from forumapp.domain.overview.rules import STEPS, Step, first_steps, next_step
from forumapp.domain.people.index.likely_duplicates import DOUBLES
from forumapp.domain.people.models import EditionTitle, Kept, Organization, Person, PrecedenceList, PrecedencePurpose
from forumapp.domain.people.names.likeness import Reason
from forumapp.domain.people.precedence import lists
from forumapp.domain.people.records.services import update_person
from forumapp.domain.printing.cards.print_log import note_cards
from forumapp.domain.printing.cards.values import list_cards
from forumapp.domain.printing.delegation_papers.review import editions_to_look_at, keep_looks, look
from forumapp.domain.printing.delegation_papers.versions import made_now
from forumapp.domain.printing.jobs.services import Finished, keep_made
from forumapp.domain.printing.jobs.stale_badges import of_older_agenda, outdated_badges
from forumapp.domain.printing.models import JobStatus, Paper, PrintJob
from forumapp.domain.printing.queries import badge_values
from forumapp.domain.printing.rules import Options
from forumapp.domain.proofs.models import NameProof, ProofCorrection, ProofEntry
from forumapp.domain.registration.models import (
    Invitation,
    Registration,
    RegistrationStatus,
    RegistrationType,
    TicketCode,
)
from forumapp.domain.registration.rules import InvitationState, Source
from forumapp.web.organizer.settings.attention import NEED_TEXTS
from tests.domain.conftest import BY, NOW
from tests.domain.registering import make_type
from tests.pictures import photo
from tests.seeds import coded, seed_access, seed_delegation
from tests.web.organizer.house import queries as counted
from tests.web.organizer.house import wall

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session as DbSession

    from tests.domain.conftest import Forum

BOTH = {"en": "Both", "zh-Hans": "都有"}
HALF = {"en": "Half"}
LATER = NOW + timedelta(hours=1)
PROVEN = {"latin_name": "Ann", "native_name": "", "title": {}, "organization": {}, "before": []}


@dataclass
class Scene:
    """An edition of which nothing needs anybody, and what may go wrong in it."""

    db: DbSession
    forum: Forum
    type: RegistrationType
    people: int = 0

    @property
    def of(self) -> int:
        return self.forum.edition.id

    def add(self, row: Any) -> Any:
        self.db.add(row)
        self.db.flush()
        return row

    def person(self, **values: Any) -> Person:
        self.people += 1  # each of another name
        person: Person = self.add(Person(**{"latin_given": f"Ann{coded(self.people, 4)}", **values}))
        self.add(EditionTitle(edition_id=self.of, person_id=person.id, title=BOTH, organization_name=BOTH))
        return person

    def registration(self, status: str = "confirmed", **values: Any) -> Registration:
        number = 1 if status == "waitlisted" else None
        person = values.pop("person", None) or self.person()
        row = Registration(
            edition_id=self.of, person_id=person.id, type_id=self.type.id, status=RegistrationStatus(status),
            source=Source.MANUAL, registered_at=NOW, queue_number=number, **values,
        )  # fmt: skip
        self.add(row)
        self.add(TicketCode(edition_id=self.of, registration_id=row.id, code=f"C{row.id}", short=f"S{row.id}"))
        return row

    def session(self, code: str = "talk", start: int = 9, end: int = 10, **values: Any) -> Session:
        given = {"code": code, "title": BOTH, "kind": SessionKind.PANEL, "room_id": self.forum.room.id, **values}
        return create_session(self.db, self.of, given, Span(wall(start), wall(end)) if end else None, **BY)

    def delegation(self, code: str = "js", **values: Any) -> Delegation:
        given = {"name": BOTH, "liaison_id": self.forum.owner.id, "origin": {}, **values}
        return self.add(Delegation(edition_id=self.of, code=code, **given))

    def member(self, delegation: Delegation, **values: Any) -> DelegationMember:
        registration = self.registration()
        ids = {"edition_id": self.of, "delegation_id": delegation.id, "registration_id": registration.id}
        return self.add(DelegationMember(**ids, **{"role": MemberRole.HEAD, **values}))

    def item(self, delegation: Delegation, **values: Any) -> ItineraryItem:
        given = {"kind": "meal", "title": BOTH, **values}
        row = ItineraryItem(edition_id=self.of, delegation_id=delegation.id, **given)
        row.span = Span(wall(9), wall(10))
        return self.add(row)

    def job(self, status: JobStatus, paper: Paper = Paper.BADGES, **values: Any) -> PrintJob:
        file = "print/1.pdf" if status is JobStatus.DONE else None
        given = {"options": {}, "created_at": NOW, **values}
        return self.add(PrintJob(edition_id=self.of, paper=paper, status=status, file=file, **given))

    def message(self, **values: Any) -> Message:
        given = {"recipient": "a@example.org", "language": "en", "template": "x", "values": {}, "due_at": NOW}
        return self.add(Message(key=str(values), edition_id=self.of, **{**given, **values}))

    def proof(self, *people: Person, **values: Any) -> list[ProofEntry]:
        proof = self.add(NameProof(edition_id=self.of, name=BOTH))
        ids = {"edition_id": self.of, "proof_id": proof.id}
        return [
            self.add(ProofEntry(**ids, person_id=one.id, position=place, **values)) for place, one in enumerate(people)
        ]

    def printed(self) -> None:
        badges = badge_values(self.db, self.of, Options())
        keep_made(self.db, self.of, Paper.BADGES, Options(), Finished("x.pdf", "0", 1, "x"), badges=badges, **BY)

    def seen(self, *, now: datetime = NOW) -> Overview:
        self.db.flush()
        self.db.expire_all()
        return overview(self.db, self.forum.edition, whole_house(self.of), contact_scope=None, now=now)


@pytest.fixture
def scene(session: DbSession, forum: Forum) -> Scene:
    forum.edition.place = BOTH
    forum.venue.name = forum.room.name = BOTH
    session.flush()
    kind = make_type(session, forum.edition.id, quota=100)
    session.execute(delete(Task).where(Task.edition_id == forum.edition.id))
    session.flush()
    return Scene(session, forum, kind)


def clash(scene: Scene) -> str:
    scene.session("one")
    return str(scene.session("two").id)


def busy(scene: Scene) -> str:
    person = scene.person()
    for code in ("one", "two"):
        last = scene.session(code, room_id=None)
        assign_role(scene.db, last, person.id, "speaker", status="confirmed", **BY)
    return str(last.id)


def crowded(scene: Scene) -> str:
    meeting = scene.session()
    add_item(scene.db, meeting, {"title": BOTH, "minutes": 90}, **BY)
    return str(meeting.id)


def long(scene: Scene) -> str:
    meeting = scene.session()
    meeting.span = Span(wall(1), replace(wall(1), wall=datetime(2023, 5, 23, 1)))
    return str(meeting.id)


def abroad(scene: Scene) -> str:
    meeting = scene.session()
    meeting.span = Span(*(replace(wall(9), wall=datetime(2023, 5, 24, hour)) for hour in (9, 10)))
    return str(meeting.id)


def unsure(scene: Scene) -> str:
    meeting = scene.session()
    ids = {"edition_id": scene.of, "session_id": meeting.id, "person_id": scene.person().id}
    scene.add(RoleAssignment(**ids, role="speaker", status=AssignmentStatus.INVITED))
    return str(meeting.id)


def deserted(scene: Scene) -> str:
    meeting = scene.session()
    assign_role(scene.db, meeting, scene.person().id, "moderator", status=AssignmentStatus.DECLINED, **BY)
    return str(meeting.id)


def rearranged(scene: Scene) -> str:
    """They speak the other way round than in the order that was approved."""
    first, second = scene.person(), scene.person()
    given: dict[str, Any] = {"name": BOTH, "purpose": PrecedencePurpose.SPEECHES}
    order = lists.create_precedence_list(scene.db, scene.of, "speeches", **given, **BY)
    meeting = scene.session()
    for one in (second, first):
        lists.add_precedence_entry(scene.db, order, one.id, capacity=BOTH, **BY)
    for one in (first, second):
        assign_role(scene.db, meeting, one.id, "keynote", status="confirmed", **BY)
    lists.approve_precedence_list(scene.db, order, "Protocol", version=order.version, **BY)
    return str(meeting.id)


def across_town(scene: Scene) -> str:
    annex = scene.add(Venue(edition_id=scene.of, code="far", name=BOTH, zone=scene.forum.venue.zone))
    room = scene.add(Room(edition_id=scene.of, code="far", venue_id=annex.id, name=BOTH, capacity=20, layouts={}))
    person = scene.person()
    for code, start, place in (("near", 9, scene.forum.room), ("far", 10, room)):
        last = scene.session(code, start, start + 1, room_id=place.id)
        assign_role(scene.db, last, person.id, "speaker", status="confirmed", **BY)
    return str(last.id)


def tight(scene: Scene) -> str:
    scene.session("one", changeover_minutes=5)
    return str(scene.session("two", 10, 11).id)


def beside(scene: Scene) -> str:
    meal = scene.session("lunch", room_id=None, in_all_rooms=True)
    later = scene.session("two", 9, 11)
    return str(max(meal.id, later.id))


def crammed(scene: Scene) -> str:
    venue = scene.forum.room.venue_id
    room = scene.add(Room(edition_id=scene.of, code="b", venue_id=venue, name=BOTH, capacity=20, layouts={}))
    return str(scene.session(room_id=room.id, expected_audience=21).id)


def jumped(scene: Scene) -> str:
    meeting = scene.session()
    meeting.start_wall = datetime(2023, 5, 22, 8, 30)  # as rules that changed would leave it
    return str(meeting.id)


def interpreted(scene: Scene, *hours: tuple[int, int], kind: str = "simultaneous") -> str:
    person, last = scene.person(), 0
    for number, times in enumerate(hours):
        meeting = scene.session(f"talk-{number}", *times, interpretation=kind)
        assign_role(scene.db, meeting, person.id, "interpreter", status="confirmed", **BY)
        last = meeting.id
    return str(last)


def away(scene: Scene) -> str:
    meeting, person = scene.session(), scene.person()
    assign_role(scene.db, meeting, person.id, "speaker", status="confirmed", **BY)
    add_window(scene.db, scene.of, person.id, Span(wall(13), wall(17)), **BY)
    return str(meeting.id)


def changed(scene: Scene) -> None:
    meeting = scene.session()
    publish(scene.db, scene.of, label="", note={}, **BY)
    update_session(scene.db, scene.of, meeting.id, {"title": {**BOTH, "en": "New"}}, version=1, **BY)


def half_named(scene: Scene) -> str:
    organization = scene.add(Organization(legal=HALF, short={}))
    scene.person()
    scene.db.query(EditionTitle).filter_by(edition_id=scene.of).update({"organization_id": organization.id})
    return str(organization.id)


def half_titled(scene: Scene) -> str:
    person = scene.person()
    scene.db.query(EditionTitle).filter_by(person_id=person.id).one().title = HALF
    return str(person.id)


def headless(scene: Scene) -> str:
    scene.member(scene.delegation(), role=MemberRole.MEMBER)
    return "js"


def torn(scene: Scene) -> None:
    """The head of a delegation is to be at two things, an hour each."""
    delegation = scene.delegation("td")
    member = scene.member(delegation, role=MemberRole.HEAD)
    for item in [scene.item(delegation) for _ in range(2)]:
        told = {"edition_id": scene.of, "item_id": item.id, "registration_id": member.registration_id}
        scene.db.add(ItemPerson(**told))
    scene.db.flush()


def apart(scene: Scene) -> str:
    """A coach runs for the group of somebody who has no seat in it."""
    delegation = scene.delegation("sg")
    one, item = scene.member(delegation).registration_id, scene.item(delegation, kind="transfer")
    partition = create_partition(scene.db, delegation, {"name": BOTH, "kind": "coach"}, **BY)
    group = create_group(scene.db, partition, {"name": BOTH}, **BY).id
    put_into_group(scene.db, scene.of, group, {one: ""}, **BY)
    vehicle = create_vehicle(scene.db, scene.of, {"code": "a", "kind": "van", "name": BOTH, "seats": 5}, **BY).id
    create_run(scene.db, scene.of, item.id, {"vehicle_id": vehicle, "group_id": group}, **BY)
    scene.add(ItemPerson(edition_id=scene.of, item_id=item.id, registration_id=one))
    return delegation.code


def doubled(scene: Scene) -> None:
    """One vehicle runs for two transfers at the same time, and nobody said why."""
    delegation = scene.delegation("tw")
    vehicle = create_vehicle(scene.db, scene.of, {"code": "b", "kind": "van", "name": BOTH, "seats": 5}, **BY).id
    for _ in range(2):
        item = scene.item(delegation, kind="transfer")
        scene.add(CoachRun(edition_id=scene.of, item_id=item.id, vehicle_id=vehicle))


def led_by_nobody(scene: Scene) -> str:
    """A coach is led by somebody for whom its transfer is not."""
    delegation = scene.delegation("sx")
    captain, item = scene.member(delegation).registration_id, scene.item(delegation, kind="transfer")
    vehicle = create_vehicle(scene.db, scene.of, {"code": "led", "kind": "van", "name": BOTH, "seats": 5}, **BY).id
    scene.add(CoachRun(edition_id=scene.of, item_id=item.id, vehicle_id=vehicle, captain_id=captain))
    return delegation.code


def half_native(scene: Scene) -> str:
    delegation = scene.delegation("zj")
    head, other = (scene.member(delegation, role=role) for role in (MemberRole.HEAD, MemberRole.MEMBER))
    person_of = {row.id: row.person_id for row in scene.db.query(Registration)}
    scene.db.get_one(Person, person_of[head.registration_id]).native_full = "方伟"
    return str(person_of[other.registration_id])


def half_shown(scene: Scene) -> str:
    meeting, person = scene.session("keynote", 13, 14), scene.person(biography=HALF)
    assign_role(scene.db, meeting, person.id, "speaker", status="confirmed", **BY)
    assign_role(scene.db, meeting, scene.person().id, "interpreter", status="confirmed", **BY)
    return str(person.id)


def half_planned(scene: Scene) -> str:
    scene.item(scene.delegation(), place=HALF)
    return "js"


def renamed(scene: Scene) -> str:
    registration = scene.registration()
    scene.printed()
    scene.db.get_one(Person, registration.person_id).latin_given = "Anna"
    return str(registration.id)


def renamed_on_a_card(scene: Scene) -> None:
    registration = scene.registration()
    job = scene.job(JobStatus.DONE, Paper.TENT_CARDS)
    note_cards(scene.db, job, list_cards(scene.db, scene.of, Paper.TENT_CARDS, Options()), ("en",))
    scene.db.get_one(Person, registration.person_id).latin_given = "Anna"


def old_program(scene: Scene) -> str:
    scene.session()
    first = publish(scene.db, scene.of, label="", note={}, **BY)
    publish(scene.db, scene.of, label="", note={}, **BY)
    job = scene.job(JobStatus.DONE, Paper.PROGRAM, agenda_version_id=first.id)
    [found] = of_older_agenda(scene.db, scene.of, [Paper.PROGRAM, Paper.SPEAKER_AGENDAS])
    assert (found.paper, found.shows, found.newest) == (Paper.PROGRAM, 1, 2)
    return str(job.id)


def old_book(scene: Scene) -> str:
    job = scene.job(JobStatus.DONE, Paper.PROGRAM, created_at=NOW - timedelta(hours=1))
    venue = scene.forum.venue
    update_venue(scene.db, scene.of, venue.id, {"name": {**BOTH, "en": "Arena"}}, version=venue.version, **BY)
    return str(job.id)


def old_itinerary(scene: Scene) -> str:
    delegation = scene.delegation("old-booklet")
    scene.member(delegation)
    item = scene.item(delegation)
    print_booklet(scene)
    told = []
    for place in (BOTH, {}, BOTH):  # a change that is taken back is none
        update_itinerary_item(scene.db, scene.of, item.id, {"place": place}, version=item.version, **BY)
        assert editions_to_look_at(scene.db) == [scene.of]
        keep_looks(scene.db, look(scene.db, scene.of))
        told.append([one.where for one in scene.seen().needs if one.code == "itinerary-outdated"])
    assert (told, editions_to_look_at(scene.db)) == ([[delegation.code], [], [delegation.code]], [])
    return delegation.code


def print_booklet(scene: Scene) -> None:
    scene.db.expire_all()
    delegation = scene.db.scalars(select(Delegation).where(Delegation.code == "old-booklet")).one()
    made = made_now(scene.db, scene.forum.edition, delegation, Paper.ITINERARIES)
    file: Any = {"badges": [], "made_from": made, **BY}
    options = Options(delegation=delegation.code)
    keep_made(scene.db, scene.of, Paper.ITINERARIES, options, Finished("x.pdf", "0", 1, "x"), **file)


def alike(scene: Scene, kind: str) -> Any:
    called = {"latin_family": "Liu"} if kind == "person" else {"legal": BOTH}
    one, other = (scene.add({"person": Person, "organization": Organization}[kind](**called)) for _ in range(2))
    return scene.add(DOUBLES[Kept(kind)](low_id=one.id, high_id=other.id, reason=Reason.SAME_LATIN))


def corrected(scene: Scene) -> None:
    (entry,) = scene.proof(scene.person())
    row = ProofCorrection(edition_id=scene.of, entry_id=entry.id, shown={}, proposed={"title.en": "X"}, proposed_by="Y")
    scene.add(row)


def approved_before(scene: Scene) -> None:
    scene.proof(scene.person(), approved=PROVEN, approved_by="Office", approved_at=NOW)


def let_in_wrongly(scene: Scene) -> None:
    door = scene.add(Checkpoint(edition_id=scene.of, code="door", name=BOTH, kind="door"))
    told: dict[str, Any] = {"told": "passed", "result": "not-confirmed", "direction": "in", "nonce": "alone"}
    at = {"checkpoint_id": door.id, "account_id": scene.forum.owner.id, "received_at": NOW, "counts_at": NOW}
    scene.add(Scan(edition_id=scene.of, registration_id=scene.registration().id, **at, **told))


def over(scene: Scene) -> None:
    edition = scene.forum.edition
    edition.starts_on = edition.ends_on = date(2023, 2, 28)
    edition.status = EditionStatus.CLOSED


def still_open(scene: Scene) -> str:
    over(scene)
    scene.forum.edition.status = EditionStatus.OPEN
    return scene.type.code


def invited(scene: Scene) -> str:
    """One is sent, one lies here, and of one the time is over."""
    said = {"edition_id": scene.of, "type_id": scene.type.id, "latin_family": "Liu"}
    late = {"answer_by": date(2023, 2, 1)}
    for state, more in (("made", {}), ("sent", late), ("revoked", {})):
        scene.add(Invitation(state=InvitationState(state), **said, **more))
    return str(scene.add(Invitation(state=InvitationState.SENT, **said)).id)


def task(scene: Scene, days: int) -> None:
    due_on = date(2023, 3, 1) + timedelta(days=days)
    scene.add(Task(edition_id=scene.of, title=BOTH, role=Role.SECRETARIAT, due_on=due_on))


MISSING, WAITING, STALE = Severity.MISSING, Severity.WAITING, Severity.STALE
# By code: its section and severity, and what brings it about; that returns what the line leads to.
BROUGHT: dict[str, tuple[Section, Severity, Callable[[Scene], Any]]] = {
    "edition-untranslated": (
        Section.SETUP, MISSING, lambda s: setattr(s.forum.edition, "theme", HALF) or str(s.of)),
    "edition-over": (Section.SETUP, Severity.DUE, over),
    "host-without-logo": (Section.SETUP, MISSING, lambda s: str(s.add(EditionHost(
        edition_id=s.of, organization_id=s.add(Organization(legal=BOTH)).id, role="host", print_order=1)).id)),
    "host-untranslated": (Section.SETUP, MISSING, lambda s: str(s.add(EditionHost(
        edition_id=s.of, organization_id=s.add(Organization(legal=HALF)).id, role="host", print_order=2)).id)),
    "level-untranslated": (
        Section.SETUP, MISSING, lambda s: str(s.add(SponsorLevel(edition_id=s.of, name=HALF, position=1)).id)),
    "venue-untranslated": (Section.SETUP, MISSING, lambda s: str(s.add(Venue(
        edition_id=s.of, code="annex", name=BOTH, address=HALF, zone="UTC")).id)),
    "room-untranslated": (Section.SETUP, MISSING, lambda s: str(s.add(Room(
        edition_id=s.of, code="annex", venue_id=s.forum.venue.id, name=HALF)).id)),
    "page-untranslated": (Section.SETUP, MISSING, lambda s: s.add(ContentPage(
        edition_id=s.of, code="wifi", kind="practical", title=BOTH, body=HALF, position=1)).code),
    "emergency-page-missing": (Section.SETUP, MISSING, lambda s: s.add(ContentPage(
        edition_id=s.of, code="map", kind="floor-plan", title=BOTH, body=BOTH, in_program=True, position=2)) and str(
        s.of)),
    "latin-name-missing": (
        Section.PEOPLE, MISSING, lambda s: str(s.person(latin_given="", native_full="刘春").id)),
    "title-untranslated": (Section.PEOPLE, MISSING, half_titled),
    "person-flagged": (Section.PEOPLE, Severity.DOUBTFUL, lambda s: str(s.person(flags=["rare-character"]).id)),
    "organization-untranslated": (Section.PEOPLE, MISSING, half_named),
    "order-changed": (Section.PEOPLE, Severity.DOUBTFUL, lambda s: str(s.add(PrecedenceList(
        edition_id=s.of, scope="photo", name=BOTH, was_approved_by="Protocol", was_approved_at=NOW)).id)),
    "people-alike": (Section.PEOPLE, Severity.DOUBTFUL, lambda s: str(alike(s, "person").low_id)),
    "organizations-alike": (Section.PEOPLE, Severity.DOUBTFUL, lambda s: str(alike(s, "organization").low_id)),
    "name-corrected": (Section.PEOPLE, WAITING, corrected),
    "name-changed-since-proof": (Section.PEOPLE, STALE, approved_before),
    "name-unapproved": (Section.PEOPLE, WAITING, lambda s: s.proof(s.person()) and None),
    "name-without-proof": (
        Section.PEOPLE, MISSING, lambda s: s.registration(is_vip=True, responsible_id=s.forum.owner.id) and None),
    "request-waiting": (Section.REGISTRATION, WAITING, lambda s: str(s.registration("applied").id)),
    "waitlisted": (Section.REGISTRATION, WAITING, lambda s: str(s.registration("waitlisted").id)),
    "invitation-unanswered": (Section.REGISTRATION, WAITING, lambda s: str(s.registration("invited").id)),
    "invitation-sent": (Section.REGISTRATION, WAITING, invited),
    "type-untranslated": (
        Section.REGISTRATION, MISSING, lambda s: make_type(s.db, s.of, "press", quota=1, name=HALF).code),
    "type-still-open": (Section.REGISTRATION, Severity.DUE, still_open),
    "type-without-quota": (Section.REGISTRATION, MISSING, lambda s: make_type(s.db, s.of, "press").code),
    "scan-conflict": (Section.REGISTRATION, Severity.DOUBTFUL, let_in_wrongly),
    "room-clash": (Section.AGENDA, Severity.CLASHING, clash),
    "person-clash": (Section.AGENDA, Severity.CLASHING, busy),
    "speaker-travel": (Section.AGENDA, Severity.DOUBTFUL, across_town),
    "outside-edition": (Section.AGENDA, Severity.DOUBTFUL, abroad),
    "too-long": (Section.AGENDA, Severity.DOUBTFUL, long),
    "items-longer-than-session": (Section.AGENDA, Severity.DOUBTFUL, crowded),
    "room-changeover": (Section.AGENDA, Severity.CLASHING, tight),
    "speaker-unavailable": (Section.AGENDA, Severity.DOUBTFUL, away),
    "all-rooms-clash": (Section.AGENDA, Severity.DOUBTFUL, beside),
    "clock-change": (Section.AGENDA, Severity.BLOCKING, jumped),
    "room-too-small": (Section.AGENDA, Severity.DOUBTFUL, crammed),
    "confirmed-without-time": (Section.AGENDA, MISSING, lambda s: str(s.session(start=0, end=0).id)),
    "interpreter-missing": (Section.AGENDA, MISSING, lambda s: str(s.session(interpretation="consecutive").id)),
    "interpreter-alone": (Section.AGENDA, Severity.DOUBTFUL, lambda s: interpreted(s, (9, 10))),
    "interpreter-back-to-back": (Section.AGENDA, Severity.DOUBTFUL, lambda s: interpreted(s, (9, 10), (10, 11))),
    "interpreter-without-rest": (
        Section.AGENDA, Severity.DOUBTFUL, lambda s: interpreted(s, (9, 12), kind="consecutive")),
    "panel-without-moderator": (Section.AGENDA, MISSING, lambda s: str(s.session().id)),
    "session-untranslated": (Section.AGENDA, MISSING, lambda s: str(s.session(title=HALF).id)),
    "session-without-room": (Section.AGENDA, MISSING, lambda s: str(s.session(room_id=None).id)),
    "speaker-declined": (Section.AGENDA, MISSING, deserted),
    "speeches-out-of-order": (Section.AGENDA, Severity.DOUBTFUL, rearranged),
    "speaker-unconfirmed": (Section.AGENDA, WAITING, unsure),
    "speaker-half-shown": (Section.AGENDA, MISSING, half_shown),
    "agenda-unpublished": (Section.AGENDA, MISSING, lambda s: s.session() and None),
    "agenda-changed": (Section.AGENDA, STALE, changed),
    "people-torn": (Section.DELEGATIONS, Severity.CLASHING, torn),
    "seat-beside-group": (Section.DELEGATIONS, STALE, apart),
    "captain-not-coming": (Section.DELEGATIONS, STALE, led_by_nobody),
    "vehicle-twice": (Section.DELEGATIONS, Severity.CLASHING, doubled),
    "delegation-headless": (Section.DELEGATIONS, MISSING, headless),
    "native-name-missing": (Section.DELEGATIONS, MISSING, half_native),
    "delegation-untranslated": (Section.DELEGATIONS, MISSING, lambda s: s.delegation(name=HALF).code),
    "itinerary-untranslated": (Section.DELEGATIONS, MISSING, half_planned),
    "delegation-without-liaison": (Section.DELEGATIONS, MISSING, lambda s: s.delegation(liaison_id=None).code),
    "print-failed": (Section.PAPER, Severity.FAILED, lambda s: str(s.job(JobStatus.FAILED).id)),
    "print-stuck": (
        Section.PAPER, WAITING, lambda s: str(s.job(JobStatus.QUEUED, created_at=NOW - timedelta(minutes=11)).id)),
    "book-outdated": (Section.PAPER, STALE, old_book),
    "itinerary-outdated": (Section.PAPER, STALE, old_itinerary),
    "program-outdated": (Section.PAPER, STALE, old_program),
    "badge-outdated": (Section.PAPER, STALE, renamed),
    "card-outdated": (Section.PAPER, STALE, renamed_on_a_card),
    "mail-failed": (Section.MAIL, Severity.FAILED, lambda s: str(s.message(state=MessageState.FAILED).id)),
    "mail-stuck": (Section.MAIL, WAITING, lambda s: str(s.message(due_at=NOW - timedelta(minutes=16)).id)),
    "task-overdue": (Section.CALENDAR, Severity.OVERDUE, lambda s: task(s, -1)),
    "task-due": (Section.CALENDAR, Severity.DUE, lambda s: task(s, 6)),
}  # fmt: skip


def test_of_an_edition_in_order_nothing_is_needed(scene: Scene) -> None:
    assert scene.seen().needs == []


@pytest.mark.parametrize("code", BROUGHT)
def test_what_needs_somebody_is_told_with_its_one_record(scene: Scene, code: str) -> None:
    section, severity, bring = BROUGHT[code]

    where = bring(scene)

    assert {one.code: one for one in scene.seen().needs}[code] == Need(section, code, 1, severity, where)


def test_every_need_has_its_words_and_its_page() -> None:
    assert set(NEED_TEXTS) == set(BROUGHT)


def test_several_are_counted_and_lead_to_the_list(scene: Scene) -> None:
    for _ in range(3):
        scene.registration("applied")
    task(scene, -1)
    task(scene, -2)

    assert scene.seen().needs == [
        Need(Section.REGISTRATION, "request-waiting", 3, WAITING),
        Need(Section.CALENDAR, "task-overdue", 2, Severity.OVERDUE),
    ]


def test_a_book_is_outdated_by_a_new_photo_of_whoever_has_a_part_alone(scene: Scene) -> None:
    scene.job(JobStatus.DONE, Paper.PROGRAM, created_at=NOW)
    later = {**BY, "now": NOW + timedelta(hours=1)}
    speaker, other = scene.person(), scene.person()
    ids = {"edition_id": scene.of, "session_id": scene.session().id, "person_id": speaker.id}
    scene.add(RoleAssignment(**ids, role="speaker"))
    told = []
    for person in (other, speaker):
        update_person(scene.db, person.id, {"photo": check_picture(photo(1))}, version=person.version, **later)
        told.append("book-outdated" in {one.code for one in scene.seen().needs})

    assert told == [False, True]


@pytest.mark.parametrize(
    ("code", "mended"),
    [
        ("print-failed", lambda s: s.job(JobStatus.DONE)),
        ("print-failed", lambda s: s.job(JobStatus.RUNNING)),
        ("session-without-room", lambda s: s.db.query(Session).update({"status": SessionStatus.CANCELLED})),
        ("session-without-room", lambda s: s.db.query(Session).update({"in_all_rooms": True})),
        ("badge-outdated", lambda s: s.printed()),
        ("program-outdated", lambda s: s.job(JobStatus.DONE, Paper.PROGRAM, agenda_version_id=newest(s))),
        ("book-outdated", lambda s: s.job(JobStatus.DONE, Paper.PROGRAM)),
        ("itinerary-outdated", print_booklet),
        ("agenda-changed", lambda s: publish(s.db, s.of, label="", note={}, **BY)),
        ("speaker-half-shown", lambda s: s.db.query(Session).update({"status": SessionStatus.CANCELLED})),
        ("native-name-missing", lambda s: s.db.query(Person).update({"native_full": ""})),
        ("emergency-page-missing", lambda s: s.db.query(ContentPage).update({"kind": "emergency"})),
        ("task-overdue", lambda s: s.db.query(Task).update({"done_at": NOW, "done_by": ""})),
    ],
)
def test_what_was_mended_is_needed_no_more(scene: Scene, code: str, mended: Callable[[Scene], Any]) -> None:
    BROUGHT[code][2](scene)
    assert code in {one.code for one in scene.seen().needs}

    mended(scene)

    assert code not in {one.code for one in scene.seen().needs}


def newest(scene: Scene) -> int:
    from forumapp.domain.agenda.queries import latest_version

    version = latest_version(scene.db, scene.of)
    assert version
    return version.id


@pytest.mark.parametrize(
    "later",
    [
        lambda s, _one: s.job(JobStatus.CANCELLED),
        lambda s, _one: s.job(JobStatus.DONE, Paper.PROGRAM),
        lambda s, _one: s.job(JobStatus.DONE, delegation_id=s.delegation().id),
    ],
    ids=["cancelled", "another paper", "for a delegation alone"],
)
def test_a_print_that_failed_is_told_until_the_same_came_through(scene: Scene, later: Callable[..., Any]) -> None:
    later(scene, scene.job(JobStatus.FAILED))

    assert "print-failed" in {one.code for one in scene.seen().needs}


def test_what_is_new_is_not_stuck_yet(scene: Scene) -> None:
    scene.job(JobStatus.QUEUED, created_at=NOW - timedelta(minutes=9))
    scene.message(due_at=NOW - timedelta(minutes=14))

    assert scene.seen().needs == []


def test_badges_say_which_part_of_them_is_out_of_date(scene: Scene) -> None:
    one, _other = scene.registration(), scene.registration()
    scene.printed()
    scene.db.query(EditionTitle).filter_by(person_id=one.person_id).one().title = {**BOTH, "en": "Minister"}
    scene.db.get_one(Person, one.person_id).call_name = "not on the badge"
    scene.db.flush()

    (found,) = outdated_badges(scene.db, scene.of)

    assert (found.badge.registration_id, found.parts, found.printed_at) == (one.id, ("title",), NOW)
    assert (found.was["title"], found.now["title"]) == (BOTH, {**BOTH, "en": "Minister"})
    [again] = badge_values(scene.db, scene.of, Options(changed=True))
    assert again.registration_id == one.id


def acting(scene: Scene, role: Role, *delegations: int, token: frozenset[str] | None = None) -> Any:
    account = seed_access(scene.db, scene.of, f"the-{role}@forum.example", role, delegations=delegations)
    access = access_to(scene.db, scene.of, actor=Actor(account.id, Via.PAGE))
    return replace(access, scopes=token)


@pytest.fixture
def all_wrong(scene: Scene) -> Scene:
    """Everything that can be wrong at once, before the forum is over."""
    for code, (_section, _severity, bring) in BROUGHT.items():
        if code in ("edition-over", "type-still-open", "delegation-headless", "itinerary-untranslated",
                    "delegation-untranslated"):  # fmt: skip
            continue
        if code == "delegation-without-liaison":
            delegation = scene.delegation(liaison_id=None, name=HALF)
            scene.member(delegation, role=MemberRole.MEMBER)
            scene.item(delegation, place=HALF)
        elif code == "type-untranslated":
            make_type(scene.db, scene.of, "half", quota=1, name=HALF)
        elif code.startswith(("interpreter-", "panel-", "clock-", "confirmed-")) or code in (
                      "room-clash", "room-changeover", "all-rooms-clash", "room-too-small", "person-clash",
                      "speaker-unavailable", "agenda-unpublished", "session-untranslated", "agenda-changed",
                      "session-without-room", "outside-edition", "too-long", "items-longer-than-session",
                      "speaker-unconfirmed", "speaker-declined", "speeches-out-of-order", "program-outdated"):  # fmt: skip
            continue
        else:
            bring(scene)
    clash(scene)
    return scene


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("role", "sections"),
    [
        (Role.OWNER, set(Section)),
        (Role.SECRETARIAT, set(Section)),
        (Role.PROGRAM_MANAGER, {Section.PEOPLE, Section.AGENDA, Section.PAPER}),
        (Role.PROTOCOL_OFFICER, {Section.PEOPLE, Section.REGISTRATION, Section.DELEGATIONS, Section.PAPER}),
        (Role.REGISTRATION_DESK, {Section.PEOPLE, Section.REGISTRATION, Section.PAPER}),
        (Role.PRINT_STAFF, {Section.PAPER}),
        (Role.VIEWER, set()),
    ],
)
def test_each_role_is_told_of_what_it_can_mend(all_wrong: Scene, role: Role, sections: set[Section]) -> None:
    access = acting(all_wrong, role)

    found = overview(all_wrong.db, all_wrong.forum.edition, access, contact_scope=None, now=NOW)

    assert {one.section for one in found.needs} == sections
    assert bool(found.steps) == (role in (Role.OWNER, Role.SECRETARIAT))


def test_a_task_is_told_to_its_role_and_to_those_who_set_up(scene: Scene) -> None:
    task(scene, -1)
    scene.add(Task(edition_id=scene.of, title=BOTH, role=Role.REGISTRATION_DESK, due_on=date(2023, 1, 1)))

    def told(role: Role) -> list[Need]:
        return overview(scene.db, scene.forum.edition, acting(scene, role), contact_scope=None, now=NOW).needs

    overdue = (Section.CALENDAR, "task-overdue")
    assert told(Role.SECRETARIAT) == [Need(*overdue, 2, Severity.OVERDUE)]
    assert told(Role.REGISTRATION_DESK) == [Need(*overdue, 1, Severity.OVERDUE, "registration-desk")]
    assert told(Role.PROTOCOL_OFFICER) == []
    assert told(Role.VIEWER) == []


def test_a_liaison_is_told_of_its_own_delegation_alone(scene: Scene) -> None:
    mine, other = (scene.delegation(code) for code in ("js", "hb"))
    for one in (mine, other, other):
        scene.member(one, role=MemberRole.MEMBER)
        scene.item(one, place=HALF)
        scene.job(JobStatus.FAILED, delegation_id=one.id)
    scene.registration("applied")
    access = acting(scene, Role.DELEGATION_LIAISON, mine.id)
    (member,) = scene.db.query(DelegationMember).filter_by(delegation_id=mine.id)
    person = scene.db.get_one(Registration, member.registration_id).person_id
    scene.db.get_one(Person, person).flags = ["rare-character"]
    scene.db.flush()

    found = overview(scene.db, scene.forum.edition, access, contact_scope=None, now=NOW)

    jobs = scene.db.query(PrintJob).filter_by(delegation_id=mine.id).one()
    assert (found.needs, found.steps) == (
        [
            Need(Section.PEOPLE, "person-flagged", 1, Severity.DOUBTFUL, str(person)),
            Need(Section.DELEGATIONS, "delegation-headless", 1, MISSING, "js"),
            Need(Section.DELEGATIONS, "itinerary-untranslated", 1, MISSING, "js"),
            Need(Section.PAPER, "print-failed", 1, Severity.FAILED, str(jobs.id)),
        ],
        [],
    )


def test_a_token_that_carries_nothing_is_told_nothing(all_wrong: Scene) -> None:
    access = acting(all_wrong, Role.OWNER, token=frozenset({Scope.READ}))

    assert overview(all_wrong.db, all_wrong.forum.edition, access, contact_scope=None, now=NOW).needs == []


def test_it_takes_as_many_queries_for_one_as_for_a_thousand(all_wrong: Scene) -> None:
    with counted() as few:
        all_wrong.seen()
    delegation = seed_delegation(all_wrong.db, all_wrong.forum.edition, "many", [])
    for number in range(40):
        all_wrong.registration("applied")
        all_wrong.member(delegation, role=MemberRole.MEMBER)
        all_wrong.item(delegation, place=HALF)
        all_wrong.session(f"more-{number}", title=HALF)
        all_wrong.proof(all_wrong.person(flags=["rare-character"]))
        task(all_wrong, -number)
    all_wrong.printed()

    with counted() as many:
        found = all_wrong.seen()

    assert len(many) == len(few)
    assert {one.code: one.count for one in found.needs}["request-waiting"] == 41


def test_steps_are_ticked_as_they_are_done(scene: Scene) -> None:
    def done() -> set[str]:
        return {step.code for step in scene.seen().steps if step.done}

    assert done() == {"names", "venue", "type"}
    BROUGHT["host-without-logo"][2](scene)
    scene.session()
    assert done() == {"names", "venue", "type", "hosts", "session"}
    publish(scene.db, scene.of, label="", note={}, **BY)
    scene.forum.edition.status = EditionStatus.OPEN
    assert [step.code for step in scene.seen().steps if not step.done] == ["guest", "badge"]
    scene.registration()
    scene.job(JobStatus.DONE)
    assert scene.seen().steps == []


def test_an_open_edition_without_an_open_form_is_not_open(scene: Scene) -> None:
    scene.forum.edition.status, scene.type.is_open = EditionStatus.OPEN, False

    assert "open" in {step.code for step in scene.seen().steps if not step.done}


def test_the_first_step_that_is_not_done_is_next() -> None:
    steps = first_steps(frozenset({"names", "venue"}))

    assert (steps[:3], next_step(steps)) == ([Step("names", True), Step("hosts", False), Step("venue", True)], "hosts")
    assert (first_steps(frozenset(STEPS)), next_step([])) == ([], None)


@pytest.mark.parametrize(
    ("now", "days"),
    [
        (datetime(2023, 5, 22, 6, 59, tzinfo=UTC), -1),  # one minute to midnight in Los Angeles
        (datetime(2023, 5, 22, 7, tzinfo=UTC), 0),
        (datetime(2023, 5, 23, 6, 59, tzinfo=UTC), 0),
        (datetime(2023, 5, 23, 7, tzinfo=UTC), 1),
    ],
)
def test_days_are_counted_where_the_forum_is(scene: Scene, now: datetime, days: int) -> None:
    assert scene.seen(now=now).days_from_forum == days


def test_needs_stand_by_section_and_the_most_pressing_first() -> None:
    mail = Need(Section.MAIL, "a", 1, Severity.FAILED)
    waiting, missing = (Need(Section.PEOPLE, "b", 1, one) for one in (WAITING, MISSING))
    nothing = Need(Section.SETUP, "c", 0, MISSING)

    assert in_order([mail, waiting, nothing, missing]) == [missing, waiting, mail]


def test_the_first_steps_of_an_edition_that_is_over_are_no_longer_told(scene: Scene) -> None:
    assert scene.seen(now=datetime(2023, 5, 23, 6, tzinfo=UTC)).steps != []
    assert scene.seen(now=datetime(2023, 5, 23, 8, tzinfo=UTC)).steps == []
