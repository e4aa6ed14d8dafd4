"""A forum with everything in it that someone might see who should not: two delegations, each with names, numbers,
papers and a past that occur nowhere else, and an account for everyone who might ask.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text, update

from forumapp.core import clock
from forumapp.core.db import db
from forumapp.core.times import Span
from forumapp.core.transactions import transaction
from forumapp.domain.accounts import two_factor
from forumapp.domain.accounts.api_tokens import create_token
from forumapp.domain.accounts.granting import grant_role, invite
from forumapp.domain.accounts.letters import INVITATION, PASSWORD
from forumapp.domain.accounts.models import Account, ApiToken, SignIn
from forumapp.domain.accounts.permissions import Permission, Reach, Role, Scope, reach_of
from forumapp.domain.accounts.services import create_account
from forumapp.domain.agenda.cues import add_cue, issue_cue_sheet
from forumapp.domain.agenda.models import RoleAssignment, Session, SessionItem
from forumapp.domain.agenda.parts import add_channel
from forumapp.domain.agenda.queries import items_of
from forumapp.domain.agenda.queries import roles_of as roles_of_session
from forumapp.domain.agenda.services import add_item, create_track, publish, update_session
from forumapp.domain.agenda.speaker_models import Speaker
from forumapp.domain.agenda.speaker_writing import write_to_all
from forumapp.domain.agenda.speakers import add_window
from forumapp.domain.audit.services import Actor, Via, create, record
from forumapp.domain.checkin.checkpoints import create_checkpoint
from forumapp.domain.checkin.devices import add_device
from forumapp.domain.checkin.models import Checkpoint, Rehearsal, Scan, VipAlert
from forumapp.domain.checkin.rules import Direction, Result
from forumapp.domain.delegations.boardings import mark_boarding, put_into_run
from forumapp.domain.delegations.clash_models import ClashOverride
from forumapp.domain.delegations.coach_models import Boarding, BoardingState, Vehicle
from forumapp.domain.delegations.coach_runs import create_run
from forumapp.domain.delegations.commitments import PartyKind
from forumapp.domain.delegations.group_members import add_group_member
from forumapp.domain.delegations.group_services import create_group, create_partition
from forumapp.domain.delegations.items import add_itinerary_item, remove_itinerary_item
from forumapp.domain.delegations.itinerary_models import ItineraryPlace
from forumapp.domain.delegations.models import BulkAction, BulkRow, BulkRun, BulkStatus
from forumapp.domain.delegations.notice_models import GivenOut, How, ItemNotice, ItineraryTelling
from forumapp.domain.delegations.noticing import said_by_item
from forumapp.domain.delegations.places import create_place
from forumapp.domain.delegations.room_services import create_rooms
from forumapp.domain.delegations.room_stays import add_stay
from forumapp.domain.delegations.roster import add_supporter
from forumapp.domain.delegations.seating_services import create_plan
from forumapp.domain.delegations.services import add_member, create_delegation, remove_member
from forumapp.domain.delegations.told import ItemChange, mark_of
from forumapp.domain.delegations.vehicles import create_vehicle
from forumapp.domain.forums.contents import create_page
from forumapp.domain.forums.hosts import add_host, update_host
from forumapp.domain.forums.levels import create_level
from forumapp.domain.forums.models import Edition, EditionHost, HostRole, Venue
from forumapp.domain.forums.queries import list_hosts
from forumapp.domain.forums.services import update_edition
from forumapp.domain.forums.tasks import DOERS, add_task
from forumapp.domain.forums.venues import create_room, update_venue
from forumapp.domain.images.checking import check_picture
from forumapp.domain.images.services import keep_picture
from forumapp.domain.importing.models import ImportKind
from forumapp.domain.importing.services import bring
from forumapp.domain.jobs.services import note_worker_seen
from forumapp.domain.letters.mailings import create_mailing
from forumapp.domain.letters.reminders import add_reminder
from forumapp.domain.letters.texts import set_mail_text
from forumapp.domain.mail.models import Message
from forumapp.domain.people import ranking
from forumapp.domain.people.models import Affiliation, Person, PrecedenceList
from forumapp.domain.people.services import (
    add_affiliation,
    create_organization,
    create_person,
    set_edition_title,
)
from forumapp.domain.people.titles import approve_title_pair
from forumapp.domain.printing.designs.services import create_design, set_logo
from forumapp.domain.printing.formal.forms import set_letter_form
from forumapp.domain.printing.formal.issuing import issue_letters
from forumapp.domain.printing.formal.reading import Selection
from forumapp.domain.printing.letter_models import LetterKind
from forumapp.domain.printing.models import JobStatus, Paper, PrintJob
from forumapp.domain.printing.own_stocks import create_printer, create_stock
from forumapp.domain.proofs import answering, of_speakers
from forumapp.domain.proofs import services as proofs
from forumapp.domain.proofs.models import ProofCorrection
from forumapp.domain.proofs.queries import get_proof
from forumapp.domain.publishing.models import Telling, TellingStatus
from forumapp.domain.publishing.planning import set_plan
from forumapp.domain.registration.blocks import create_block
from forumapp.domain.registration.files import keep_file
from forumapp.domain.registration.group_models import RegistrationGroup
from forumapp.domain.registration.inviting import create_invitation, revoke_invitation
from forumapp.domain.registration.letters import LINK_PURPOSE
from forumapp.domain.registration.models import Registration, TicketCode
from forumapp.domain.registration.questions import read_questions
from forumapp.domain.registration.rules import RegistrationStatus, Source
from forumapp.domain.registration.services import change_answers, create_type, enter, update_type
from tests.conftest import BOTH
from tests.pictures import document, photo
from tests.web.organizer.house import BY, TOKEN, Browser, House, set_up, wall
from tests.web.organizer.house import PASSWORD as PASSWORD_OF_ALL

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from flask import Flask
    from sqlalchemy.orm import Session as DbSession
    from werkzeug.test import TestResponse

    from forumapp.domain.delegations.models import Delegation, ItineraryItem

# Of a stock of an edition's own, in mm.
LABELS = {"page_width": 210, "page_height": 297, "width": 90, "height": 60, "columns": 2, "rows": 4}
SLUG = "forum"
STRANGER = "stranger"  # has not signed in, and has no token
NOBODY = "nobody"  # has an account, and no role in the forum
OTHER_LIAISON = "liaison-of-another"
# Roles add up: a liaison of Jiangsu who has another role beside it, which sees everyone, but not everything of them.
# One of them; with BOTH also others, who differ from this one by the table of permissions alone.
BESIDE = (Role.VIEWER, *((Role.REGISTRATION_DESK, Role.PROGRAM_MANAGER, Role.PRINT_STAFF) if BOTH else ()))
TWO_ROLES = {f"{role}-and-liaison": (role, Role.DELEGATION_LIAISON) for role in BESIDE}
CALLERS = (*map(str, Role), *TWO_ROLES, OTHER_LIAISON, NOBODY, STRANGER)
# One of each reach: all, one's own, and one's own beside all.
ON_BOTH = {str(Role.OWNER), str(Role.DELEGATION_LIAISON), next(iter(TWO_ROLES))}
FINDING = {
    "code": "missing-glyph",
    "blocking": False,
    "registration_id": None,
    "details": {"character": "x", "codepoint": "U+0078"},
}
QUESTIONS = [
    {"code": "diet", "kind": "diet", "label": {"en": "Diet"}},
    {"code": "access", "kind": "access", "label": {"en": "Access"}},
    {"code": "flight", "kind": "short-text", "label": {"en": "Flight"}},
    {"code": "cv", "kind": "file", "label": {"en": "CV"}},
]


def by_everyone(names: Iterable[str], on_both: Container[str] = ON_BOTH) -> pytest.MarkDecorator:
    """Each of them on SQLite, and on PostgreSQL one of each reach.

    What a role permits is one table for both databases; statements differ by reach.
    """
    alone = pytest.mark.one_database
    return pytest.mark.parametrize("name", [pytest.param(one, marks=() if one in on_both else alone) for one in names])


def roles_of(name: str) -> tuple[Role, ...]:
    """The roles that a caller has in the forum."""
    if name in (NOBODY, STRANGER):
        return ()
    return TWO_ROLES.get(name) or (Role.DELEGATION_LIAISON if name == OTHER_LIAISON else Role(name),)


def reach_for(name: str, permission: Permission) -> Reach:
    """How far any of them gives it."""
    return max((reach_of(role, permission) for role in roles_of(name)), default=Reach.NONE)


@dataclass(frozen=True)
class Words:
    """What is said of one delegation and of nothing else."""

    code: str
    name: dict[str, str]
    family: str
    native: str
    phone: str
    office: dict[str, str]
    title: dict[str, str]
    needs: str
    flight: str
    dinner: dict[str, str]
    gone: dict[str, str]
    left: str
    rank: str
    reason: str
    allowed: str
    quota: int

    @property
    def email(self) -> str:
        return f"{self.family.lower()}@{self.code}.example"

    @property
    def wish(self) -> str:
        """What the office remarks on its name proof."""
        return f"wish-of-{self.code}"

    @property
    def contacts(self) -> tuple[str, ...]:
        return (self.phone, self.phone.replace(" ", ""), self.phone[-7:], self.family.lower() + "@", self.needs)

    @property
    def days(self) -> tuple[str, ...]:
        return (self.flight, *self.dinner.values())

    @property
    def all(self) -> tuple[str, ...]:
        texts = (self.name, self.office, self.title, self.gone)
        return (
            self.code, self.family, self.native, self.left, self.rank, self.reason, self.allowed, self.email,
            *self.contacts, *self.days, *(word for one in texts for word in one.values()),
        )  # fmt: skip


JIANGSU = Words(
    code="subeiq",
    name={"en": "Jiangsu Mission", "zh-Hans": "江苏团组"},
    family="Subeiqian",
    native="蘇乾甲",
    phone="+86 25 5550 1731",
    office={"en": "Zijin Foundry", "zh-Hans": "紫金铸造"},
    title={"en": "Wharf Warden", "zh-Hans": "码头监"},
    needs="ramp-for-zijin",
    flight="MU7731",
    dinner={"en": "Taihu lantern supper", "zh-Hans": "太湖灯宴"},
    gone={"en": "Gone to Yixing", "zh-Hans": "宜兴已去"},
    left="Suleftone",
    rank="rank-of-zijin",
    reason="reason-of-zijin",
    allowed="allowed-for-zijin",
    quota=7731,
)
HUBEI = Words(
    code="jingcq",
    name={"en": "Hubei Mission", "zh-Hans": "湖北团组"},
    family="Jingchuren",
    native="荆楚乙",
    phone="+86 27 5550 9428",
    office={"en": "Guanggu Optics", "zh-Hans": "光谷光学"},
    title={"en": "Ferry Marshal", "zh-Hans": "轮渡督"},
    needs="lift-for-guanggu",
    flight="CZ9428",
    dinner={"en": "Donghu lotus supper", "zh-Hans": "东湖荷宴"},
    gone={"en": "Gone to Jingzhou", "zh-Hans": "荆州已去"},
    left="Eleftone",
    rank="rank-of-guanggu",
    reason="reason-of-guanggu",
    allowed="allowed-for-guanggu",
    quota=9428,
)


@dataclass(frozen=True)
class Party:
    """A delegation's words, and the ids of its rows."""

    words: Words
    delegation_id: int
    registration_id: int
    applied_id: int
    person_id: int
    organization_id: int
    member_id: int
    supporter_id: int
    override_id: int
    telling_id: int
    notice_id: int
    seen: str
    item_id: int
    partition_id: int
    group_id: int
    group_member_id: int
    hotel_id: int
    hotel_room_id: int
    stay_id: int
    transfer_id: int
    coach_run_id: int
    boarding_id: int
    entry_id: int
    job_id: int
    book_id: int
    queued_id: int
    removal_id: int
    message_id: int
    proof_id: int
    proofed_ids: tuple[int, ...]
    correction_id: int
    affiliation_id: int
    bulk_id: int
    letter_id: int
    alert_id: int
    scan_id: int
    import_id: int
    codes: tuple[str, ...] = ()

    @property
    def proofed_id(self) -> int:
        return self.proofed_ids[0]

    @property
    def code(self) -> str:
        return self.words.code

    @property
    def secrets(self) -> tuple[str, ...]:
        return (*self.words.all, *self.codes)


@dataclass(frozen=True)
class Caller:
    """Someone who asks: `cookie` is a browser in which they have signed in, `token` all that they may by program."""

    name: str
    account_id: int | None = None
    sign_in_id: int | None = None
    cookie: str = ""
    csrf: str = ""
    token: str = ""


@dataclass
class World:
    app: Flask
    house: House
    jiangsu: Party
    hubei: Party
    part_code: str
    ids: dict[str, Any]
    tasks: dict[str, int]  # by role: one of the calendar that is for it
    callers: dict[str, Caller] = field(default_factory=dict)
    scoped: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    # What was read once to be sent many times: the ETag of an address, the form of a route for a delegation.
    tags: dict[str, str] = field(default_factory=dict)
    forms: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def browser(self, name: str) -> Browser:
        """A browser as it was right after signing in: what another one was told since does not show in it."""
        browser = Browser(self.app, self.app.response_class, use_cookies=True)
        if name in self.callers:
            browser.set_cookie("session", self.callers[name].cookie)
        return browser

    def ask(self, name: str, method: str, path: str, data: dict[str, Any] | None = None) -> TestResponse:
        """A page, with the token that its forms carry."""
        sent = {**(data or {}), "csrf_token": self.callers[name].csrf} if method == "POST" else None
        return self.browser(name).open(path, method=method, data=sent)

    def call(
        self, name: str, method: str, path: str, body: Any = None, *, token: str | None = None, **headers: str
    ) -> TestResponse:
        """An operation of the API."""
        token = self.callers[name].token if token is None else token
        said = {key.replace("_", "-"): value for key, value in headers.items()}
        if token:
            said["Authorization"] = f"Bearer {token}"
        sent = {"data": body, "content_type": "image/jpeg"} if isinstance(body, bytes) else {"json": body}
        return Browser(self.app, self.app.response_class).open(path, method=method, headers=said, **sent)


@contextmanager
def undone() -> Iterator[None]:
    """What is written meanwhile is taken back."""
    savepoint = db.session.bind.begin_nested()
    try:
        yield
    finally:
        db.session.remove()
        savepoint.rollback()


def fingerprint() -> dict[str, int]:
    """All that the database holds, by table."""
    connection = db.session.bind
    tables = [table.name for table in db.metadata.sorted_tables]
    return {
        name: hash(tuple(sorted(map(repr, connection.execute(text(f'SELECT * FROM "{name}"')))))) for name in tables
    }


def add_party(session: DbSession, house: House, words: Words, *, liaison_id: int | None = None) -> Party:
    edition_id = house.edition_id
    values = {"code": words.code, "name": words.name, "quota": words.quota, "liaison_id": liaison_id}
    office = create_organization(session, {"legal": words.office, "short": words.office}, **BY)
    delegation = create_delegation(session, edition_id, {**values, "lead_organization_id": office.id}, **BY)
    registration = add_person(session, house, words, office.id)
    member = add_member(session, delegation, registration.id, **BY)
    applied = add_person(session, house, words, office.id, family=f"{words.family}B", status=RegistrationStatus.APPLIED)
    add_member(session, delegation, applied.id, **BY)
    gone = add_person(session, house, words, office.id, family=words.left)
    remove_member(session, edition_id, add_member(session, delegation, gone.id, **BY).id, version=1, **BY)
    # What is removed is not the last: its id would be given again (on SQLite), and be another's.
    wrong, dinner, _flight = [
        add_itinerary_item(session, delegation, {"kind": kind, "title": title}, Span(wall(9), wall(10)), **BY)
        for kind, title in (
            ("visit", words.gone), ("meal", words.dinner), ("flight", {"en": words.flight}),
        )
    ]  # fmt: skip
    removal = remove_itinerary_item(session, edition_id, wrong.id, version=1, **BY)
    partition = create_partition(session, delegation, {"kind": "visit", "name": words.dinner}, **BY)
    group = create_group(session, partition, {"code": "branch", "name": words.dinner}, **BY)
    in_group = add_group_member(session, group, registration.id, **BY)
    inn = {"code": "lodge", "kind": "hotel", "name": {"en": "Lodge"}, "zone": "UTC"}
    lodge = select(ItineraryPlace).filter_by(edition_id=edition_id, code="lodge")  # which all share
    hotel = session.scalars(lodge).one_or_none() or create_place(session, edition_id, inn, **BY)
    nights = {"check_in": date(2023, 5, 20), "check_out": date(2023, 5, 26)}
    # Who is alone in it is asked for no agreement: a second one shares it.
    wish = {"kind": "twin", "place_id": hotel.id, "requests": {"en": words.needs}, **nights}
    [room] = create_rooms(session, delegation, wish, **BY)
    add_stay(session, room, applied.id, {}, **BY)
    stay = add_stay(session, room, registration.id, {"until_on": date(2023, 5, 24)}, **BY)
    transfer = add_itinerary_item(
        session, delegation, {"kind": "transfer", "title": words.dinner}, Span(wall(20), wall(21)), **BY
    )
    coach = {"code": "coach", "kind": "coach", "name": {"en": "Coach"}, "seats": 20}
    known = select(Vehicle).filter_by(edition_id=edition_id, code="coach")  # the edition's, as the hotel is
    vehicle = session.scalars(known).one_or_none() or create_vehicle(session, edition_id, coach, **BY)
    led = {"vehicle_id": vehicle.id, "captain_id": registration.id, "beside_reason": "Shared"}
    run = create_run(session, edition_id, transfer.id, led, **BY)
    put_into_run(session, edition_id, run.id, {registration.id: ""}, **BY)
    boarding = session.scalars(select(Boarding).filter_by(run_id=run.id)).one()
    mark_boarding(session, edition_id, boarding.id, BoardingState.BOARDED, version=1, **BY)
    order = session.scalars(select(PrecedenceList).filter_by(edition_id=edition_id, scope="program")).one()
    entry = ranking.add_precedence_entry(
        session, order, registration.person_id, capacity=words.title, reason=words.rank, **BY
    )
    proof = proofs.create_proof(
        session, edition_id, {"delegation_id": delegation.id, "email": f"office@{words.code}.example"}, **BY
    )
    lines = get_proof(session, edition_id, proof.id).entries
    line = lines[0]
    seen: Any = {"seen": line.shown.fingerprint, "by": words.family, "actor": Actor(None, Via.PAGE), "now": BY["now"]}
    wanted = {"latin_given": "Weiwei"}
    correction = answering.correct(session, proof.id, 1, line.id, wanted, remark=words.wish, **seen)
    image = keep_picture(session, check_picture(photo()), **BY)
    session.execute(update(ProofCorrection).where(ProofCorrection.id == correction.id).values(photo_id=image.id))
    record(session, "changed", "proof_correction", correction.id, edition_id=edition_id, **BY)
    for entity, row_id in (("registration", registration.id), ("person", registration.person_id)):
        seen = {"role": (words.reason, words.family)}
        record(session, "changed", entity, row_id, edition_id=edition_id, reason=words.reason, changes=seen, **BY)
    return Party(
        words=words,
        delegation_id=delegation.id,
        registration_id=registration.id,
        applied_id=applied.id,
        person_id=registration.person_id,
        organization_id=office.id,
        member_id=member.id,
        supporter_id=add_supporter(session, delegation, office.id, **BY).id,
        override_id=allow_clash(session, edition_id, registration.person_id, words.allowed),
        **told_of(session, delegation, registration.id, dinner),
        item_id=dinner.id,
        partition_id=partition.id,
        group_id=group.id,
        group_member_id=in_group.id,
        hotel_id=hotel.id,
        hotel_room_id=room.id,
        stay_id=stay.id,
        transfer_id=transfer.id,
        coach_run_id=run.id,
        boarding_id=boarding.id,
        entry_id=entry.id,
        job_id=add_job(session, house, words, delegation.id, JobStatus.DONE),
        book_id=add_job(session, house, words, delegation.id, JobStatus.DONE, Paper.ITINERARIES),
        queued_id=add_job(session, house, words, delegation.id, JobStatus.QUEUED),
        removal_id=removal.id,
        message_id=add_message(session, edition_id, words, registration.id),
        proof_id=proof.id,
        proofed_ids=tuple(one.id for one in lines),
        correction_id=correction.id,
        bulk_id=_bulk_run(session, edition_id, registration.id),
        import_id=_roster(session, edition_id, words),
        affiliation_id=posts_of(session, registration.person_id)[0],
        letter_id=certificate_of(session, edition_id, registration.id),
        alert_id=alert_of(session, edition_id, registration.id, house.owner_id),
        scan_id=kept_scan_of(session, edition_id, registration.id, house.owner_id),
        codes=tuple(
            code
            for row in session.scalars(select(TicketCode).where(TicketCode.registration_id == registration.id))
            for code in (row.code, row.short)
        ),
    )


def add_person(
    session: DbSession,
    house: House,
    words: Words,
    office_id: int,
    *,
    family: str = "",
    status: RegistrationStatus = RegistrationStatus.CONFIRMED,
) -> Registration:
    family = family or words.family
    told: dict[str, Any] = {
        "latin_family": family,
        "latin_given": "Wei",
        "name_order": "family-first",
        "native_full": words.native,
        "email": f"{family.lower()}@{words.code}.example",
        "phone": words.phone,
        "wechat": f"{words.needs}-wechat",
        "photo": check_picture(photo()),
    }
    person = create_person(session, told, **BY)
    add_affiliation(session, person.id, office_id, words.title, **BY)
    set_edition_title(session, house.edition_id, person.id, title=words.title, organization_id=office_id, **BY)
    how: Any = {"status": status, "source": Source.MANUAL, "language": "en", **BY}
    row = enter(session, house.edition_id, person.id, house.type_id, **how)
    cv = keep_file(session, house.edition_id, read_questions(QUESTIONS[-1:])[0], "cv.pdf", document(), now=BY["now"])
    said = {"cv": cv, "diet": ["halal"], "access": words.needs, "flight": f"{words.needs} 88"}
    change_answers(session, house.edition_id, row.id, said, version=1, **BY)
    return row


def told_of(session: DbSession, delegation: Delegation, registration_id: int, item: ItineraryItem) -> dict[str, Any]:
    """A member was told of an item once, and is to be told that it is not on another day."""
    of: dict[str, Any] = {"edition_id": item.edition_id, "registration_id": registration_id}
    session.add(GivenOut(edition_id=item.edition_id, delegation_id=delegation.id))
    telling = ItineraryTelling(**of, how=How.PHONE)
    session.add(telling)
    session.flush()
    far = {end: {"wall": f"2099-05-22T{hour}:00", "zone": "UTC"} for end, hour in (("start", "09"), ("end", "10"))}
    said = said_by_item(session, [item])[item.id]
    was = {**said, **far}
    about: Any = {"delegation_id": delegation.id, "item_id": item.id, "item_made_at": item.created_at, "was": was}
    session.add(ItemNotice(**of, **about, telling_id=telling.id))
    notice = ItemNotice(**of, **about)
    session.add(notice)
    session.flush()
    change = ItemChange(notice.id, item.id, was, said)
    return {"telling_id": telling.id, "notice_id": notice.id, "seen": mark_of([change])}


def certificate_of(session: DbSession, edition_id: int, registration_id: int) -> int:
    to = Selection(LetterKind.CERTIFICATE, registration=registration_id)
    return issue_letters(session, session.get_one(Edition, edition_id), to, **BY)[0].id


def alert_of(session: DbSession, edition_id: int, registration_id: int, officer_id: int) -> int:
    known = select(Checkpoint).filter_by(edition_id=edition_id, code="vip-desk")
    told = {"code": "vip-desk", "kind": "vip", "name": {"en": "VIP desk"}}
    desk = session.scalars(known).one_or_none() or create_checkpoint(session, edition_id, told, **BY)
    row = VipAlert(edition_id=edition_id, registration_id=registration_id, checkpoint_id=desk.id, officer_id=officer_id)
    row.result, row.day, row.at = Result.PASSED, date(2023, 5, 22), BY["now"]
    session.add(row)
    session.flush()
    return row.id


def kept_scan_of(session: DbSession, edition_id: int, registration_id: int, account_id: int) -> int:
    """One by which a station let somebody in on its own who was in already."""
    desk = session.scalars(select(Checkpoint).filter_by(edition_id=edition_id, code="vip-desk")).one()
    told: dict[str, Any] = {"result": Result.ALREADY_IN, "told": Result.PASSED, "direction": Direction.IN}
    when = {"received_at": BY["now"], "counts_at": BY["now"]}
    of: dict[str, Any] = {"edition_id": edition_id, "checkpoint_id": desk.id, "registration_id": registration_id}
    row = Scan(**of, account_id=account_id, nonce=f"kept-{registration_id}", **told, **when)
    session.add(row)
    session.flush()
    return row.id


def allow_clash(session: DbSession, edition_id: int, person_id: int, reason: str) -> int:
    """One that is none any more, as it stays listed."""
    one, other = {"one_kind": PartyKind.ITEM, "one_id": 10**6}, {"other_kind": PartyKind.SESSION, "other_id": 10**6}
    row = ClashOverride(edition_id=edition_id, person_id=person_id, minutes=5, reason=reason, **one, **other)
    create(session, row, **BY)
    return row.id


def add_job(
    session: DbSession,
    house: House,
    words: Words,
    delegation_id: int,
    status: JobStatus,
    paper: Paper = Paper.BADGES,
) -> int:
    """A print that tells the names of the delegation, a booklet also what is in its itinerary."""
    file = f"print/{words.code}-{paper}.pdf" if status is JobStatus.DONE else None
    found = words.dinner["en"] if paper is Paper.ITINERARIES else words.native
    if file:
        house.app.extensions["forumapp.storage"].put(file, f"%PDF- {words.family} {found}".encode())
    job = PrintJob(
        edition_id=house.edition_id,
        paper=paper,
        options={"delegation": words.code},
        delegation_id=delegation_id,
        status=status,
        file=file,
        pages=1 if file else None,
        finished_at=BY["now"] if file else None,
        findings=[FINDING | {"name": found}],
    )
    session.add(job)
    session.flush()
    return job.id


def add_message(session: DbSession, edition_id: int, words: Words, registration_id: int) -> int:
    row = Message(
        key=f"first-{registration_id}",
        edition_id=edition_id,
        about="registration",
        about_id=registration_id,
        recipient=words.email,
        language="en",
        template="registration-confirmed",
        values={"name": words.family},
        state="failed",
        due_at=BY["now"],
        fault=words.reason,
    )
    session.add(row)
    session.flush()
    return row.id


def _roster(session: DbSession, edition_id: int, words: Words) -> int:
    content = f"Name,Title\nMade {words.family},{words.reason}\n".encode()
    name = f"{words.family}.csv"
    return bring(session, edition_id, ImportKind.ROSTER, name, content, delegation=words.code, **BY).id


def build(app: Flask) -> World:
    with transaction() as session:
        house = set_up(session, app)
        ids = add_rest(session, house)
        accounts = add_accounts(session, house)
        jiangsu = add_party(session, house, JIANGSU, liaison_id=accounts[Role.DELEGATION_LIAISON].id)
        hubei = add_party(session, house, HUBEI, liaison_id=accounts[OTHER_LIAISON].id)
        ids["group_id"] = add_group(session, house, jiangsu.registration_id)
        part = {"code": "su-part", "name": {"en": "Suzhou Part", "zh-Hans": "苏州分团"}}
        create_delegation(session, house.edition_id, {**part, "parent_id": jiangsu.delegation_id}, **BY)
        edition_id = house.edition_id
        bind: Any = {"role": Role.DELEGATION_LIAISON, **BY}
        grant_role(session, accounts[Role.DELEGATION_LIAISON].id, edition_id, delegations=[JIANGSU.code], **bind)
        grant_role(session, accounts[OTHER_LIAISON].id, edition_id, delegations=[HUBEI.code], **bind)
        for name in TWO_ROLES:
            grant_role(session, accounts[name].id, edition_id, delegations=[JIANGSU.code], **bind)
        tasks = add_tasks(session, edition_id)
    world = World(app, house, jiangsu, hubei, "su-part", ids, tasks)
    add_callers(world, {name: row.id for name, row in accounts.items()})
    return world


def add_tasks(session: DbSession, edition_id: int) -> dict[str, int]:
    values = {"title": {"en": "Task"}, "due_on": BY["now"].date()}
    own = {role: role if role in DOERS else Role.DELEGATION_LIAISON for role in Role}
    return {str(role): add_task(session, edition_id, {**values, "role": own[role]}, **BY).id for role in Role}


def add_rest(session: DbSession, house: House) -> dict[str, Any]:
    """What belongs to no delegation."""
    edition_id, (first, _second) = house.edition_id, house.session_ids
    update_edition(session, edition_id, {"status": "open"}, version=1, **BY)
    update_type(session, edition_id, house.type_id, {"questions": QUESTIONS, "quota": 500}, version=1, **BY)
    meeting = session.get_one(Session, first)
    update_session(session, edition_id, first, {"places": 500}, version=meeting.version, **BY)
    for title in ("Opening", "Questions"):  # which stand in an order
        add_item(session, meeting, {"title": {"en": title}, "minutes": 5}, **BY)
    channel = add_channel(session, edition_id, first, {"number": 1, "language": "en"}, **BY)
    track = create_track(session, edition_id, {"code": "main", "name": {"en": "Main"}}, **BY)
    ranking.create_precedence_list(session, edition_id, "program", name={"en": "Program"}, **BY)
    order = ranking.create_precedence_list(session, edition_id, "speeches", name={"en": "Speeches"}, **BY)
    ranking.approve_precedence_list(session, order, "Protocol", version=1, **BY)
    plan = {"code": "stage", "name": {"en": "Stage"}, "shape": "stage", "convention": "domestic", "list_id": order.id}
    create_plan(session, edition_id, plan, [3], **BY)
    version = publish(session, edition_id, label="", note={}, reason="They clash on purpose.", **BY)
    session.add(Telling(edition_id=edition_id, version_id=version.id, since=0, status=TellingStatus.TOLD, total=0))
    meeting = session.get_one(Session, first)
    update_session(session, edition_id, first, {"press": "invited"}, version=meeting.version, **BY)
    called = {"session_id": first, "department": "stage", "text": {"en": "Lights up"}}
    cue_id = add_cue(session, edition_id, called, **BY).id
    issue_cue_sheet(session, edition_id, note={}, **BY)
    design = {"code": "badge", "name": {"en": "Badge"}, "ready": "a6-portrait-delegate"}
    create_design(session, edition_id, design, **BY)
    set_logo(session, edition_id, "badge", check_picture(photo()), version=1, **BY)
    signed = {"signatory_latin": "GUO Shaochun"}
    set_letter_form(session, edition_id, LetterKind.CERTIFICATE, signed, version=0, **BY)
    for number in range(2):  # which stand in an order
        organization = create_organization(session, {"legal": {"en": f"Sponsor {number}"}}, **BY)
        add_host(session, edition_id, {"organization_id": organization.id, "role": HostRole.SPONSOR}, **BY)
    in_order = add_orders(session, house)
    reached = update(Person).where(Person.id == house.person_id).values(email="speaker@house.example")
    session.execute(reached)
    record(session, "changed", "person", house.person_id, **BY)
    window = add_window(session, edition_id, house.person_id, Span(wall(8), wall(18)), **BY)
    own = of_speakers.own_print(session, session.get_one(Speaker, window.speaker_id))
    sent = of_speakers.propose(
        session, window.speaker_id, 1, {}, photo=check_picture(photo()), seen=own.shown.fingerprint, **BY
    )
    guests = [{"type_id": house.type_id, "latin_family": "Invited", "email": f"guest{one}@x.example"} for one in "12"]
    invited = [create_invitation(session, edition_id, {**one, "language": "en"}, **BY) for one in guests]
    revoke_invitation(session, edition_id, invited[1].id, version=1, **BY)
    aside = {"type_id": house.type_id, "name": {"en": "Bay Bank"}, "quota": 3}
    block_id = create_block(session, edition_id, aside, **BY).id
    named = {"type_id": house.type_id, "block_id": block_id, "latin_family": "Named", "language": "en"}
    levels = [create_level(session, edition_id, {"en": name}, **BY) for name in ("Gold", "Silver")]
    session.flush()

    def one(kind: Any) -> int:
        return int(session.scalars(select(kind.id).filter_by(edition_id=edition_id).order_by(kind.id)).first() or 0)

    door = create_checkpoint(session, edition_id, {"kind": "door", "name": {"en": "Main door"}}, **BY)
    phone = {"checkpoint_id": door.id, "name": "Phone"}
    device, pairing_code = add_device(session, edition_id, phone, **BY)
    rehearsal = Rehearsal(edition_id=edition_id, started_at=BY["now"])
    session.add(rehearsal)
    session.flush()
    record(session, "created", "rehearsal", rehearsal.id, edition_id=edition_id, **BY)
    device.code_ends_at = clock.now() + timedelta(days=9999)  # by the clock of those who ask
    return {
        "checkpoint_id": door.id,
        "device_id": device.id,
        "rehearsal_id": rehearsal.id,
        "pairing_code": pairing_code,
        "track_id": track.id,
        "block_id": block_id,
        "named_id": create_invitation(session, edition_id, named, **BY).id,
        "invitation_id": invited[0].id,
        "revoked_id": invited[1].id,
        "session_item_id": one(SessionItem),
        "session_item_ids": [item.id for item in items_of(session, [first])[first]],
        "role_id": one(RoleAssignment),
        "role_ids": [role.id for role in roles_of_session(session, [first])[first]],
        "channel_id": channel.id,
        "cue_id": cue_id,
        "window_id": window.id,
        "place_id": create_place(session, edition_id, {"kind": "hotel", "name": {"en": "Inn"}, "zone": "UTC"}, **BY).id,
        "stock_id": create_stock(session, edition_id, {"name": {"en": "Cards"}, **LABELS}, **BY).id,
        "printer_id": create_printer(session, edition_id, {"name": {"en": "Desk 2"}}, **BY).id,
        "vehicle_id": create_vehicle(session, edition_id, {"kind": "van", "name": {"en": "Van"}, "seats": 7}, **BY).id,
        "speaker_id": window.speaker_id,
        "own_correction_id": sent.id,
        "own_role_id": session.scalars(select(RoleAssignment.id).filter_by(person_id=house.person_id)).first(),
        **in_order,
        "host_id": one(EditionHost),
        **dict(zip(("level_id", "other_level_id"), [level.id for level in levels], strict=True)),
        "image_id": one_picture(session, edition_id, one(EditionHost)),
        **dict(zip(("sponsor_id", "other_sponsor_id"), sponsors(session, edition_id), strict=True)),
        "venue_id": one(Venue),
        "series_id": session.get_one(Edition, edition_id).series_id,
        "pair_id": approve_title_pair(session, {"en": "Vice Governor", "zh-Hans": "副省长"}, **BY).id,
    }


def add_group(session: DbSession, house: House, registration_id: int) -> int:
    """With one in its contact's care."""
    one = session.get_one(Registration, registration_id)
    contact = {"contact_name": "Sue Secretary", "email": one.person.email, "agreed": {}}
    row = RegistrationGroup(edition_id=house.edition_id, type_id=house.type_id, **contact)
    create(session, row, **BY)
    session.execute(update(Registration).where(Registration.id == one.id).values(group_id=row.id))
    record(session, "changed", "registration", one.id, edition_id=house.edition_id, **BY)
    return row.id


def posts_of(session: DbSession, person_id: int) -> list[int]:
    return list(session.scalars(select(Affiliation.id).where(Affiliation.person_id == person_id)))


def one_picture(session: DbSession, edition_id: int, host_id: int) -> int:
    edition = session.get_one(Edition, edition_id)
    update_edition(session, edition_id, {"logo": check_picture(photo())}, version=edition.version, **BY)
    update_host(session, edition_id, host_id, {"logo": check_picture(photo())}, version=1, **BY)
    return session.get_one(EditionHost, host_id).logo_id or 0


def add_orders(session: DbSession, house: House) -> dict[str, int]:
    """A second room and type, and two written pages: what stands alone cannot be put in order."""
    edition_id, venue_id = house.edition_id, session.scalars(select(Venue.id)).one()
    picture = check_picture(photo())
    update_venue(session, edition_id, venue_id, {"floor_plan": picture}, version=1, **BY)
    room = create_room(session, edition_id, {"name": {"en": "Side Room"}, "venue_id": venue_id}, **BY)
    kind = create_type(session, edition_id, {"code": "press", "name": {"en": "Press"}}, **BY)
    pages = [
        create_page(
            session, edition_id, {"kind": "other", "title": {"en": title}, "on_site": True, "picture": picture}, **BY
        )
        for title in ("Welcome", "Taxis")
    ]
    welcome = {"en": "Welcome to {forum}"}
    set_mail_text(session, edition_id, "registration-confirmed", welcome, {}, version=0, **BY)
    words = {"en": "Come", "zh-Hans": "来"}
    mailing = create_mailing(session, edition_id, {"subject": words, "text": words}, **BY)
    return {
        "mailing_id": mailing.id,
        "plan_id": set_plan(session, edition_id, {"at_wall": datetime(2999, 1, 1, 9), "note": {}}, **BY).id,
        "writing_id": write_to_all(session, edition_id, [house.person_id], again=False, **BY).id,
        "reminder_id": add_reminder(session, edition_id, 7, "09:00", **BY).id,
        "side_room_id": room.id,
        "press_id": kind.id,
        "welcome_id": pages[0].id,
        "taxis_id": pages[1].id,
    }


def sponsors(session: DbSession, edition_id: int) -> list[int]:
    return [line.id for line in list_hosts(session, edition_id) if line.role == HostRole.SPONSOR]


def add_accounts(session: DbSession, house: House) -> dict[str, Account]:
    found = {}
    for name in CALLERS[:-1]:
        email = f"the-{name}@forum.example"
        found[name] = create_account(session, email=email, name=f"The {name}", password=PASSWORD_OF_ALL, **BY)
        if name not in (Role.DELEGATION_LIAISON, OTHER_LIAISON, NOBODY):
            grant_role(session, found[name].id, house.edition_id, roles_of(name)[0], **BY)
    other = session.scalars(select(Edition).filter_by(slug="other")).one()
    grant_role(session, found[NOBODY].id, other.id, Role.VIEWER, **BY)
    return found


def session_of(browser: Browser, page: str) -> dict[str, str]:
    """What a browser keeps, with the token that its forms carry."""
    csrf, cookie = TOKEN.search(browser.get(page).text), browser.get_cookie("session")
    assert csrf, page
    assert cookie, page
    return {"cookie": cookie.value, "csrf": csrf[1]}


def add_callers(world: World, accounts: dict[str, int]) -> None:
    """Everyone signs in once, begins with two factors, and has a token that may all that they may."""
    app, now = world.app, clock.now()
    world.callers[STRANGER] = Caller(STRANGER, **session_of(world.browser(STRANGER), "/organizer/sign-in"))
    for name, account_id in accounts.items():
        browser = world.browser(STRANGER)
        assert browser.sign_in(f"the-{name}@forum.example").status_code == 302
        kept = session_of(browser, "/organizer/account")
        with transaction() as session:
            account = session.get_one(Account, account_id)
            two_factor.begin(
                session, account_id, app.extensions["forumapp.seals"], actor=Actor(account_id, Via.PAGE), now=now
            )
            token = create_token(session, account, name=name, **BY)
            sign_in = session.scalars(select(SignIn.id).filter_by(account_id=account_id)).one()
        world.callers[name] = Caller(name, account_id, sign_in, token=token, **kept)
        world.call(name, "GET", "/api/v1/editions")  # which notes that the token is in use
    owner_id = accounts[Role.OWNER]
    with transaction() as session:
        owner = session.get_one(Account, owner_id)
        for scope in Scope:
            world.scoped[scope] = create_token(session, owner, name=f"to {scope}", scopes=[scope], **BY)
        edition = session.get_one(Edition, world.house.edition_id)
        world.ids["token_id"] = session.scalars(select(ApiToken.id).filter_by(account_id=owner_id)).first() or 0
        how: Any = {"name": "Ina Invited", "language": "en", "roles": [Role.VIEWER], "delegations": []}
        invite(session, edition, email="invited@forum.example", actor=Actor(owner_id, Via.PAGE), now=now, **how)
        invited = session.scalars(select(Account).filter_by(email="invited@forum.example")).one()
        world.ids["account_id"] = invited.id
        signed = {
            "own": (LINK_PURPOSE, [world.jiangsu.registration_id, 1]),
            "unsubscribe": ("unsubscribe", ["0" * 64]),
            "block": ("block", [world.ids["block_id"], 1]),
            "captain": ("captain", [world.jiangsu.coach_run_id, world.jiangsu.registration_id, 1]),
            "group": ("group", [world.ids["group_id"], 1]),
            "invited": ("invited", [world.ids["invitation_id"], 1]),
            "proof": ("proof", [world.jiangsu.proof_id, 1]),
            "speaker": ("speaker", [world.ids["speaker_id"], 1]),
            "invitation": (INVITATION, [invited.id, invited.link_number]),
            "password": (PASSWORD, [owner.id, owner.link_number]),
        }
    links = app.extensions["forumapp.links"]
    for name, (purpose, values) in signed.items():
        world.links[name] = links.sign(purpose, values, ends=now + timedelta(hours=1))
    with transaction() as session:
        note_worker_seen(session, "worker", now=now + timedelta(hours=1))
    for token in world.scoped.values():
        world.call(STRANGER, "GET", "/api/v1/editions", token=token)


def _bulk_run(session: DbSession, edition_id: int, registration_id: int) -> int:
    """Of one delegation's member alone, so that another's liaison has nothing to do with it."""
    said: Any = {"action": BulkAction.LANGUAGE, "value": "en", "status": BulkStatus.DONE, "total": 1, "done": 1}
    run = BulkRun(edition_id=edition_id, via=Via.COMMAND, **said)
    session.add(run)
    session.flush()
    row = {"registration_id": registration_id, "seen": 1, "outcome": "stale"}
    session.add(BulkRow(edition_id=edition_id, run_id=run.id, **row))
    return run.id
