"""The purge: nothing of what must go is found anywhere afterwards, and nothing else is touched."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, update

from forumapp.core.database.db import Base
from forumapp.core.errors import Invalid, NotFound, Stale
from forumapp.core.values.times import Moment, Span, start_of_day
from forumapp.domain.accounts.models import IdempotencyKey
from forumapp.domain.audit.models import AuditEvent, Removal, Via
from forumapp.domain.delegations.coaches.vehicles import create_vehicle
from forumapp.domain.delegations.itineraries.items import add_itinerary_item, update_itinerary_item
from forumapp.domain.delegations.members.services import create_delegation
from forumapp.domain.delegations.models.coaches import VehicleKind
from forumapp.domain.delegations.models.delegations import ItemKind, ItineraryItem
from forumapp.domain.importing.models import ImportKind, ImportRun
from forumapp.domain.mail.models import Message, MessageState
from forumapp.domain.people.models import OrganizationKind, Person
from forumapp.domain.people.records import services as people
from forumapp.domain.printing.models import JobStatus, Paper, PrintJob
from forumapp.domain.registration.forms.questions import read_questions
from forumapp.domain.registration.lifecycle import register as registrations
from forumapp.domain.registration.lifecycle.desk_notes import write_desk_note
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.uploads.services import keep_file
from forumapp.domain.retention.models import PurgeReport
from forumapp.domain.retention.purging import purge, what_would_go
from forumapp.domain.retention.queries import get_rule, list_due, reports_page, rules_of
from forumapp.domain.retention.rules import Kind, Rule, usual_day
from forumapp.domain.retention.services import set_rule
from tests.domain.conftest import BY, NOW, Forum
from tests.domain.registering import HOUSE, applicant, make_type, sign_up
from tests.pictures import document

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition

DUE = datetime(2023, 6, 21, 3, tzinfo=UTC)
QUESTIONS = [
    {"code": "food", "kind": "diet", "label": {"en": "Food"}},
    {"code": "q2", "kind": "access", "label": {"en": "What do you need?"}},
    {"code": "q3", "kind": "contact", "label": {"en": "Where do we reach you?"}},
    {"code": "arrival-flight", "kind": "short-text", "label": {"en": "Flight"}},
    {"code": "passport-number", "kind": "short-text", "label": {"en": "Passport number"}},
    {"code": "cv", "kind": "file", "label": {"en": "CV"}},
    {"code": "size", "kind": "choice", "label": {"en": "Size"}, "options": [{"code": "s20", "label": {"en": "20"}}]},
]
# What each kind must take away, as it stands in rows, in the log, among what was removed, or in kept answers.
MUST_GO = {
    Kind.DIET: ("halal", "no-seafood", "hearing loop", "wheelchair"),
    Kind.FLIGHTS: ("CA 769", "MU 583", "CZ 327", "HU 7101", "MU 9999", "Dan Driver", "+12135550199", "gate desk"),
    Kind.IDENTITY: ("E12345678",),
    Kind.FILES: ("letter-of-thanks",),
    Kind.OFFICIALS: (
        "minister@office.example", "vip@office.example", "removed@office.example", "15550100", "wx-minister", "desk 9",
    ),
    Kind.CONTACTS: ("trader@firm.example", "desk 5"),
}  # fmt: skip
# These belong to nobody whose data goes.
STAYS = ("25550100", "s20", "Great Wall visit", "returning@office.example")
# What a purge itself writes.
WRITTEN = {"purge_report", "audit_event", "audit_value", "idempotency_key"}
ANSWERS = {
    "food": ["halal", "no-seafood"],
    "q2": "hearing loop",
    "size": "s20",
    "arrival-flight": "CA 769",
    "passport-number": "E12345678",
}


@dataclass
class Attended:
    forum: Forum
    edition: Edition
    later: Edition
    minister_id: int
    vip_id: int
    trader_id: int
    returning_id: int
    minister_registration: int


def enter(db: DbSession, edition_id: int, type_code: str, family: str, **values: Any) -> int:
    answers = {**ANSWERS, "q3": values.pop("reached_at", "desk 5")}
    if values.pop("sends_a_file", False):
        cv = read_questions([one for one in QUESTIONS if one["code"] == "cv"])[0]
        answers["cv"] = keep_file(db, edition_id, cv, "letter-of-thanks.pdf", document(), now=BY["now"])
    placed = sign_up(db, edition_id, applicant(latin_family=family, answers=answers, **values), type_code, actor=HOUSE)
    return placed.registration_id


def person_of(db: DbSession, registration_id: int) -> int:
    return db.scalars(select(Registration.person_id).where(Registration.id == registration_id)).one()


@pytest.fixture
def attended(session: DbSession, forum: Forum) -> Attended:
    """A forum with an official by title, a VIP, a trader, an official who comes again, and flights."""
    db, edition, later = session, forum.edition, forum.other
    db.execute(
        update(type(later))
        .where(type(later).id == later.id)
        .values(starts_on=date(2024, 5, 20), ends_on=date(2024, 5, 22))
    )
    db.refresh(later)
    for one in (edition, later):
        make_type(db, one.id, "guest", questions=QUESTIONS)
    office = people.create_organization(db, {"legal": {"en": "Ministry"}, "kind": OrganizationKind.GOVERNMENT}, **BY)
    minister = enter(db, edition.id, "guest", "Minister", email="minister@office.example", phone="+115550100",
                     reached_at="desk 9", sends_a_file=True)  # fmt: skip
    person = db.get_one(Person, person_of(db, minister))
    people.set_edition_title(db, edition.id, person.id, title={"en": "Minister"}, organization_id=office.id, **BY)
    people.update_person(db, person.id, {"wechat": "wx-minister"}, version=person.version, **BY)
    vip = enter(db, edition.id, "guest", "Vip", email="vip@office.example", phone="+215550100", reached_at="desk 9")
    registrations.mark_vip(db, edition.id, vip, responsible_id=forum.owner.id, version=1, **BY)
    write_desk_note(db, edition.id, vip, "Fetch the wheelchair", version=2, **BY)
    trader = enter(db, edition.id, "guest", "Trader", email="trader@firm.example", phone="+125550100")
    returning = enter(db, edition.id, "guest", "Returning", email="returning@office.example", phone="+125550100",
                      reached_at="desk 7")  # fmt: skip
    back = person_of(db, returning)
    people.set_edition_title(db, edition.id, back, title={"en": "Mayor"}, organization_id=office.id, **BY)
    enter(db, later.id, "guest", "Returning", email="returning@office.example", phone="+125550100")
    add_flights(db, edition)
    add_leftovers(db, edition)
    db.flush()
    db.expire_all()
    return Attended(
        forum, edition, later, person.id, person_of(db, vip), person_of(db, trader), back, minister
    )  # fmt: skip


def add_flights(db: DbSession, edition: Edition) -> None:
    delegation = create_delegation(db, edition.id, {"code": "jiangsu", "name": {"en": "Jiangsu"}}, **BY)
    span = Span(Moment(datetime(2023, 5, 21, 9), "Asia/Shanghai"), Moment(datetime(2023, 5, 21, 9), "America/New_York"))

    def add(kind: ItemKind, title: str) -> ItineraryItem:
        return add_itinerary_item(db, delegation, {"kind": kind, "title": {"en": title}}, span, **BY)

    add(ItemKind.FLIGHT, "MU 583")
    visit = add(ItemKind.VISIT, "Great Wall visit")
    update_itinerary_item(db, edition.id, visit.id, {"contact": "gate desk"}, version=1, **BY)
    driven = {"driver": "Dan Driver", "driver_mobile": "+12135550199"}
    bus = {"code": "bus", "kind": VehicleKind.COACH, "name": {"en": "Bus"}, "seats": 40, **driven}
    create_vehicle(db, edition.id, bus, **BY)
    was = add(ItemKind.TRANSFER, "CZ 327")
    update_itinerary_item(db, edition.id, was.id, {"title": {"en": "Coach"}}, version=1, **BY)
    update_itinerary_item(db, edition.id, was.id, {"kind": ItemKind.FLIGHT}, version=2, **BY)
    gone = add(ItemKind.TRANSFER, "HU 7101")
    update_itinerary_item(db, edition.id, gone.id, {"title": {"en": "to be seen"}}, version=1, **BY)
    update_itinerary_item(db, edition.id, gone.id, {"kind": ItemKind.FLIGHT}, version=2, **BY)
    update_itinerary_item(db, edition.id, gone.id, {"kind": ItemKind.TRANSFER}, version=3, **BY)
    for paper, status, file in (
        (Paper.ITINERARIES, JobStatus.DONE, "print/1/1/i.pdf"),
        (Paper.PROGRAM, JobStatus.DONE, "print/1/2/p.pdf"),
        (Paper.FACE_SHEET, JobStatus.DONE, "print/1/3/f.pdf"),
        (Paper.ITINERARIES, JobStatus.FAILED, None),
    ):
        findings = [{"code": "untranslated", "name": "MU 583"}] if paper is Paper.ITINERARIES else []
        db.add(
            PrintJob(edition_id=edition.id, paper=paper, status=status, file=file, options={}, findings=findings,
                     created_at=NOW)
        )  # fmt: skip


def add_leftovers(db: DbSession, edition: Edition) -> None:
    """What was removed, and an answer that the API keeps."""
    person = {"id": 9001, "email": "removed@office.example", "phone": None, "wechat": None, "search_text": "removed"}
    registration = {
        "id": 9002, "edition_id": edition.id, "person_id": 9001, "is_vip": True,
        "answers": {"questions": QUESTIONS, "values": {**ANSWERS, "q3": "desk 9"}},
    }  # fmt: skip
    flight = {"id": 9003, "edition_id": edition.id, "kind": "flight", "title": {"en": "MU 9999"}}
    visit = {"id": 9004, "edition_id": edition.id, "kind": "visit", "title": {"en": "Great Wall visit"}}
    visit["contact"] = "gate desk"
    car = {"id": 9005, "edition_id": edition.id, "code": "car", "driver": "Dan Driver", "driver_mobile": "+12135550199"}
    for edition_id, table, values, label in (
        (None, "person", person, "Somebody"),
        (edition.id, "registration", registration, "Somebody"),
        (edition.id, "itinerary_item", flight, "MU 9999"),
        (edition.id, "itinerary_item", visit, "Great Wall visit"),
        (edition.id, "vehicle", car, "Car"),
    ):
        db.add(
            Removal(edition_id=edition_id, entity=table, entity_id=values["id"], label={"en": label},
                    rows=[{"table": table, "values": values, "refers": {}}], removed_at=NOW)
        )  # fmt: skip
    db.add(
        ImportRun(edition_id=edition.id, kind=ImportKind.REGISTRATIONS, filename="x.csv", sha256="", read_as="utf-8",
                  content=b"MINISTER Ann,minister@office.example,halal,CA 769,E12345678", total=1)
    )  # fmt: skip
    kept = {
        f"/api/v1/editions/{edition.slug}/registrations": [ANSWERS, "minister@office.example"],
        "/api/v1/people": ["minister@office.example"],
        "/api/v1/series": [],
    }
    for path, answer in kept.items():
        db.add(
            IdempotencyKey(
                caller="account 1",
                method="POST",
                path=path,
                key=path,
                body_sha256="",
                status=201,
                answer=json.dumps(answer),
            )
        )


def dump(db: DbSession) -> dict[str, dict[int, dict[str, str]]]:
    """Every value of every table as text."""
    db.expire_all()
    tables = (table for table in Base.metadata.sorted_tables if "id" in table.c)
    return {
        table.name: {
            row["id"]: {name: json.dumps(value, ensure_ascii=False, default=str) for name, value in row.items()}
            for row in db.execute(select(table)).mappings()
        }
        for table in tables
    }


def found(db: DbSession, words: tuple[str, ...]) -> set[str]:
    text = json.dumps(dump(db), ensure_ascii=False)
    return {word for word in words if word in text}


def touched(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """The tables and columns that differ; the whole table where a row came or went."""
    different: set[str] = set()
    for table, rows in before.items():
        if rows.keys() != after[table].keys():
            different.add(table)
        for row_id in rows.keys() & after[table].keys():
            one, other = rows[row_id], after[table][row_id]
            different |= {f"{table}.{name}" for name in one if one[name] != other[name]}
    return different


# An import that nobody has confirmed ends.
IMPORTS = (
    "import_run.content",
    "import_run.status",
    "import_run.version",
    "import_run.fault",
    "import_run.finished_at",
    "import_run.updated_at",
)
TOUCHED = {
    Kind.DIET: {
        *IMPORTS, "registration.answers", "registration.desk_note", "registration.version",
        "registration.updated_at", "removal.rows",
    },
    Kind.FLIGHTS: {
        *IMPORTS, "itinerary_item", "item_audience", "item_person", "removal", "print_job.purged_at", "print_job.findings", "print_job.version",
        "print_job.updated_at", "registration.answers", "registration.version", "registration.updated_at",
        "removal.rows", "audit_value.before", "audit_value.after", "vehicle.driver", "vehicle.driver_mobile",
        "vehicle.version", "vehicle.updated_at", "itinerary_item.contact", "itinerary_item.version",
        "itinerary_item.updated_at",
    },
    Kind.IDENTITY: {
        *IMPORTS, "registration.answers", "registration.version", "registration.updated_at", "removal.rows",
    },
    Kind.FILES: {
        "print_job.purged_at", "print_job.findings", "print_job.version", "print_job.updated_at",
        "answer_file", "registration.answers", "registration.version", "registration.updated_at", "removal.rows",
        "audit_value.before", "audit_value.after",
    },
    Kind.OFFICIALS: {
        "person.email", "person.phone", "person.phone_tail", "person.wechat", "person.search_text", "person.version",
        "person.updated_at", *IMPORTS,
        "registration.answers", "registration.version", "registration.updated_at", "removal.rows",
        "message.recipient", "message.values", "message.state", "message.updated_at", "audit_value.before",
        "audit_value.after",
    },
    Kind.CONTACTS: {
        "person.email", "person.phone", "person.phone_tail", "person.wechat", "person.search_text", "person.version",
        "person.updated_at", *IMPORTS, "registration.answers", "registration.version",
        "registration.updated_at", "removal.rows", "message.recipient", "message.values", "message.state",
        "message.updated_at", "audit_value.before", "audit_value.after",
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", list(Kind))
def test_nothing_of_a_kind_is_left_and_nothing_else_is_touched(
    session: DbSession, attended: Attended, kind: Kind
) -> None:
    other_kinds = tuple(word for other in Kind if other is not kind for word in MUST_GO[other])
    assert found(session, MUST_GO[kind]) == set(MUST_GO[kind])
    # In the later edition the same answers stand, for they are still needed.
    session.execute(update(Registration).where(Registration.edition_id == attended.later.id).values(answers={}))
    before = dump(session)
    foreseen = what_would_go(session, attended.edition.id, kind, now=DUE)
    assert dump(session) == before
    counts = purge(session, attended.edition.id, kind, now=DUE)
    after = dump(session)
    assert counts == foreseen
    assert found(session, MUST_GO[kind]) == set()
    assert found(session, (*STAYS, *other_kinds)) == {*STAYS, *other_kinds}
    assert touched(before, after) <= TOUCHED[kind] | WRITTEN
    assert purge(session, attended.edition.id, kind, now=DUE + timedelta(days=1)) == {}
    assert dump(session) == after


def test_officials_are_vips_and_those_with_a_title_of_a_government(session: DbSession, attended: Attended) -> None:
    purge(session, attended.edition.id, Kind.OFFICIALS, now=DUE)
    rows = session.execute(select(Person.id, Person.email, Person.phone, Person.wechat, Person.search_text))
    known = {row.id: row for row in rows}
    for person_id in (attended.minister_id, attended.vip_id):
        assert known[person_id][1:4] == (None, None, None)
        assert "5550100" not in known[person_id].search_text
    assert "minister" in known[attended.minister_id].search_text
    assert known[attended.trader_id][1:3] == ("trader@firm.example", "+125550100")
    assert known[attended.returning_id][1:3] == ("returning@office.example", "+125550100")


def test_who_comes_again_is_kept_until_the_later_edition_purges(session: DbSession, attended: Attended) -> None:
    a_year_on = datetime(2024, 6, 21, 7, tzinfo=UTC)  # midnight in Los Angeles
    purge(session, attended.edition.id, Kind.OFFICIALS, now=a_year_on - timedelta(minutes=1))
    assert session.get_one(Person, attended.returning_id).email == "returning@office.example"
    purge(session, attended.edition.id, Kind.OFFICIALS, now=a_year_on)
    assert session.get_one(Person, attended.returning_id).email is None


def test_who_gave_up_coming_again_is_not_kept(session: DbSession, attended: Attended) -> None:
    coming = Registration.edition_id == attended.later.id
    session.execute(update(Registration).where(coming).values(status="cancelled"))
    purge(session, attended.edition.id, Kind.OFFICIALS, now=DUE)
    assert session.get_one(Person, attended.returning_id).email is None


def test_a_mail_that_still_waits_for_an_official_fails(session: DbSession, attended: Attended) -> None:
    about = Message.about_id == attended.minister_registration
    assert session.scalars(select(Message.state).where(about)).all() == [MessageState.QUEUED]
    purge(session, attended.edition.id, Kind.OFFICIALS, now=DUE)
    row = session.scalars(select(Message).where(about)).one()
    assert (row.recipient, row.values, row.state, row.fault) == ("", {}, MessageState.FAILED, None)


def test_an_old_form_with_contact_details_cannot_be_saved_again(session: DbSession, attended: Attended) -> None:
    version = session.get_one(Person, attended.minister_id).version
    purge(session, attended.edition.id, Kind.OFFICIALS, now=DUE)
    with pytest.raises(Stale):
        people.update_person(session, attended.minister_id, {"phone": "+115550100"}, version=version, **BY)


def test_papers_of_itineraries_go_unless_they_were_asked_for_after_the_flights_had_gone(
    session: DbSession, attended: Attended
) -> None:
    edition_id = attended.edition.id
    purge(session, edition_id, Kind.FLIGHTS, now=DUE)
    later = DUE + timedelta(days=1)
    session.add(
        PrintJob(edition_id=edition_id, paper=Paper.ITINERARIES, status=JobStatus.DONE, file="late.pdf", options={},
                 created_at=later)
    )  # fmt: skip
    session.flush()
    assert purge(session, edition_id, Kind.FLIGHTS, now=later) == {}
    states = {row.file: row.purged_at for row in session.scalars(select(PrintJob))}
    assert states == {
        "print/1/1/i.pdf": DUE,
        "print/1/2/p.pdf": None,
        "print/1/3/f.pdf": DUE,
        None: DUE,
        "late.pdf": None,
    }


def test_a_purge_is_reported_and_told_to_the_log(session: DbSession, attended: Attended) -> None:
    counts = purge(session, attended.edition.id, Kind.DIET, now=DUE)
    # Four with answers, one of them with a note for the desk as well.
    assert counts == {"import_run": 1, "registration": 5, "removal": 1}
    (report,) = reports_page(session, attended.edition.id).items
    told = (report.kind, report.purged_at, report.counts, report.total)
    assert told == (Kind.DIET, DUE, counts, sum(counts.values()))
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.action, event.entity, event.entity_id, event.via, event.actor_id, event.fields) == (
        "purged", "edition", attended.edition.id, Via.WORKFLOW, None, ["diet"],
    )  # fmt: skip


@pytest.mark.parametrize("kind", list(Kind))
def test_a_purge_that_is_cut_short_leaves_everything(
    session: DbSession, attended: Attended, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(session)

    def die(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("forumapp.domain.retention.purging.record", die)
    point = session.begin_nested()
    with pytest.raises(KeyboardInterrupt):
        purge(session, attended.edition.id, kind, now=DUE)
    point.rollback()
    assert dump(session) == before
    monkeypatch.undo()
    assert purge(session, attended.edition.id, kind, now=DUE)


def test_what_is_due_follows_the_editions_days_and_leaves_samples_alone(session: DbSession, forum: Forum) -> None:
    def due(day: date) -> list[tuple[str, Kind]]:
        found = list_due(session, now=start_of_day(day, forum.edition.zone))
        return [(edition.slug, kind) for edition, kind in found]

    forum.other.is_sample = True
    session.flush()
    set_rule(session, forum.edition.id, Kind.FLIGHTS, date(2023, 5, 23), version=0, **BY)
    set_rule(session, forum.edition.id, Kind.OFFICIALS, date(2024, 1, 1), version=0, **BY)
    slug = forum.edition.slug
    assert due(date(2023, 5, 22)) == []
    assert due(date(2023, 5, 23)) == [(slug, Kind.FLIGHTS)]
    assert due(date(2023, 6, 21)) == [
        (slug, Kind.DIET),
        (slug, Kind.FLIGHTS),
        (slug, Kind.IDENTITY),
        (slug, Kind.FILES),
    ]
    assert due(date(2024, 1, 1)) == [(slug, kind) for kind in Kind if kind is not Kind.CONTACTS]
    assert due(date(2024, 5, 21)) == [(slug, kind) for kind in Kind]
    forum.edition.is_sample = True
    session.flush()
    assert due(date(2024, 1, 1)) == []


def test_a_rule_is_set_over_the_version_that_was_read(session: DbSession, forum: Forum) -> None:
    by, edition_id = forum.by_owner, forum.edition.id
    usual = date(2023, 6, 21)
    assert rules_of(session, edition_id) == [Rule(kind, usual_day(kind, date(2023, 5, 22)), 0) for kind in Kind]
    with pytest.raises(Stale):
        set_rule(session, edition_id, Kind.DIET, usual, version=1, **by)
    first = set_rule(session, edition_id, Kind.DIET, date(2023, 7, 1), version=0, **by)
    assert first == Rule(Kind.DIET, date(2023, 7, 1), 1)
    with pytest.raises(Stale):
        set_rule(session, edition_id, Kind.DIET, usual, version=0, **by)
    assert set_rule(session, edition_id, Kind.DIET, usual, version=1, **by) == Rule(Kind.DIET, usual, 2)
    with pytest.raises(Invalid) as refusal:
        set_rule(session, edition_id, Kind.DIET, date(2023, 5, 21), version=2, **by)
    assert refusal.value.fields == {"purge_on": "before-the-end"}
    with pytest.raises(NotFound):
        set_rule(session, forum.other.id, Kind.DIET, usual, version=0, **by)
    with pytest.raises(NotFound):
        get_rule(session, edition_id, "passports")
    assert session.scalar(select(func.count()).select_from(PurgeReport)) == 0
