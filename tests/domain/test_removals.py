"""What is removed comes back as it was, where it was, once, for those who may."""

from __future__ import annotations

import contextvars
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier, Event
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, func, select, text

from forumapp.core.db import Base, db
from forumapp.core.errors import AlreadyExists, Forbidden, InUse, Invalid, NotFound, Stale
from forumapp.core.times import Moment, Span
from forumapp.core.transactions import transaction
from forumapp.domain.accounts.access import access_to
from forumapp.domain.accounts.granting import grant_role, take_access_away
from forumapp.domain.accounts.models import AccessDelegation, EditionAccess
from forumapp.domain.accounts.permissions import Role, whole_house
from forumapp.domain.accounts.removed import REMOVING, removals_page
from forumapp.domain.accounts.services import create_account
from forumapp.domain.agenda import services as agenda
from forumapp.domain.agenda.cues import add_cue, remove_cue
from forumapp.domain.agenda.models import (
    AssignmentRole,
    Cue,
    InterpretationChannel,
    RoleAssignment,
    Session,
    SessionItem,
    SessionKind,
    Track,
)
from forumapp.domain.agenda.parts import add_channel, remove_channel
from forumapp.domain.agenda.speaker_models import Speaker, SpeakerAvailability
from forumapp.domain.agenda.speakers import add_window, ensure_speaker, remove_speaker, remove_window
from forumapp.domain.audit import removals
from forumapp.domain.audit.models import AuditEvent, Removal
from forumapp.domain.audit.removals import AlreadyBroughtBack, BelongingGone, forget_removals
from forumapp.domain.audit.services import SYSTEM, Actor, Via, create
from forumapp.domain.checkin import checkpoints
from forumapp.domain.checkin.devices import add_device
from forumapp.domain.checkin.models import Checkpoint
from forumapp.domain.checkin.rules import CheckpointKind
from forumapp.domain.delegations import boardings, coach_runs, items, places, roster, seating_services, vehicles
from forumapp.domain.delegations import services as delegations
from forumapp.domain.delegations.clash_models import ClashOverride
from forumapp.domain.delegations.clash_overrides import remove_clash_override
from forumapp.domain.delegations.coach_models import Boarding, CoachRun, Vehicle
from forumapp.domain.delegations.commitments import PartyKind
from forumapp.domain.delegations.group_members import add_group_member, remove_group_member
from forumapp.domain.delegations.group_models import DelegationGroup, GroupMember, Partition
from forumapp.domain.delegations.group_services import create_group, create_partition, remove_group, remove_partition
from forumapp.domain.delegations.itinerary_models import ItineraryPlace
from forumapp.domain.delegations.models import (
    Delegation,
    DelegationMember,
    DelegationSupporter,
    ItemKind,
    ItineraryItem,
    MemberRole,
)
from forumapp.domain.delegations.room_models import HotelRoom, RoomStay
from forumapp.domain.delegations.room_services import create_rooms, remove_room
from forumapp.domain.delegations.room_stays import add_stay, remove_stay
from forumapp.domain.delegations.seating_models import SeatingPlan
from forumapp.domain.forums import contents, hosts, levels, tasks, venues
from forumapp.domain.forums.models import ContentKind, ContentPage, EditionHost, Room, SponsorLevel, Task, Venue
from forumapp.domain.letters import reminders
from forumapp.domain.letters import texts as mail_texts
from forumapp.domain.letters.models import MailReminder, MailText
from forumapp.domain.people.models import (
    Affiliation,
    EditionTitle,
    Kept,
    Organization,
    Person,
    PrecedenceEntry,
    TitlePair,
)
from forumapp.domain.people.posts import remove_affiliation
from forumapp.domain.people.ranking import add_precedence_entry, create_precedence_list, remove_precedence_entry
from forumapp.domain.people.removing import remove_kept
from forumapp.domain.people.services import (
    add_affiliation,
    create_organization,
    create_person,
    remove_edition_title,
    set_edition_title,
)
from forumapp.domain.people.titles import approve_title_pair, remove_title_pair
from forumapp.domain.printing import own_stocks
from forumapp.domain.printing.models import BadgeStock, Printer
from forumapp.domain.proofs import services as proofs
from forumapp.domain.proofs.models import NameProof, ProofEntry
from forumapp.domain.proofs.restoring import restore
from forumapp.domain.registration import types
from forumapp.domain.registration.models import RegistrationStatus, RegistrationType
from tests.domain.conftest import BY, NOW, Forum
from tests.domain.test_delegations import make_delegation, make_registration
from tests.seeds import seed, seed_delegation

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy.orm import Session as DbSession

LA, SHANGHAI = "America/Los_Angeles", "Asia/Shanghai"
ONCE: dict[str, Any] = {"version": 1, **BY}


def hours(first: int, last: int) -> Span:
    # 5 November 2023: the clocks show 01:30 twice.
    return Span(Moment(datetime(2023, 11, 5, first, 30), LA, 1), Moment(datetime(2023, 11, 6, last), SHANGHAI))


def make_session(db: DbSession, forum: Forum, code: str = "opening", **values: Any) -> Session:
    given = {
        "code": code, "title": {"en": "Opening", "zh-Hans": "开幕"}, "kind": SessionKind.OPENING,
        "languages": ["en", "zh-Hans"], "room_id": forum.room.id, **values,
    }  # fmt: skip
    return agenda.create_session(db, forum.edition.id, given, hours(1, 2), **BY)


def make_person(db: DbSession, family: str = "Liu") -> int:
    names = {"latin_family": family, "latin_given": "Chun", "name_order": "family-first", "native_full": "刘春"}
    return create_person(db, names, **BY).id


def make_item(db: DbSession, delegation: Delegation, kind: ItemKind = ItemKind.FLIGHT) -> ItineraryItem:
    values = {"kind": kind, "title": {"en": "CA987", "zh-Hans": "国航987"}, "open_to_press": True}
    return items.add_itinerary_item(db, delegation, values, hours(1, 4), **BY)


def a_track(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    values = {"code": "trade", "name": {"en": "Trade"}, "color": "#123456"}
    row = agenda.create_track(db, forum.edition.id, values, **BY)
    return Track, row.id, agenda.remove_track(db, forum.edition.id, row.id, **ONCE)


def a_session(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    row = make_session(db, forum)
    return Session, row.id, agenda.remove_session(db, forum.edition.id, row.id, **ONCE)


def an_item(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    row = agenda.add_item(db, make_session(db, forum), {"title": {"en": "Film"}, "minutes": 5}, **BY)
    return SessionItem, row.id, agenda.remove_item(db, forum.edition.id, row.id, **ONCE)


def a_part(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    row = agenda.assign_role(db, make_session(db, forum), make_person(db), AssignmentRole.MC, status="confirmed", **BY)
    return RoleAssignment, row.id, agenda.remove_role(db, forum.edition.id, row.id, **ONCE)


def a_channel(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    of = forum.edition.id
    row = add_channel(db, of, make_session(db, forum).id, {"number": 1, "language": "en"}, **BY)
    return InterpretationChannel, row.id, remove_channel(db, of, row.id, **ONCE)


def a_cue(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    of, session_id = forum.edition.id, make_session(db, forum).id
    values = {"session_id": session_id, "department": "stage", "text": {"en": "Lights up"}}
    row = add_cue(db, of, values, **BY)
    return Cue, row.id, remove_cue(db, of, row.id, **ONCE)


def a_speaker(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    of, person_id = forum.edition.id, make_person(db)
    agenda.assign_role(db, make_session(db, forum), person_id, AssignmentRole.SPEAKER, status="confirmed", **BY)
    row = ensure_speaker(db, of, person_id, **BY)
    return Speaker, row.id, remove_speaker(db, of, person_id, **ONCE)


def a_window(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    of, person_id = forum.edition.id, make_person(db)
    agenda.assign_role(db, make_session(db, forum), person_id, AssignmentRole.SPEAKER, status="confirmed", **BY)
    row = add_window(db, of, person_id, hours(1, 2), **BY)
    return SpeakerAvailability, row.id, remove_window(db, of, row.id, **ONCE)


def a_host(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    house = create_organization(db, {"legal": {"en": "Chamber"}}, **BY)
    values = {"organization_id": house.id, "role": "host", "remark": {"en": "Since 2012"}}
    row = hosts.add_host(db, forum.edition.id, values, **BY)
    return EditionHost, row.id, hosts.remove_host(db, forum.edition.id, row.id, **ONCE)


def a_level(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    row = levels.create_level(db, forum.edition.id, {"en": "Gold", "zh-Hans": "金"}, **BY)
    return SponsorLevel, row.id, levels.remove_level(db, forum.edition.id, row.id, **ONCE)


def an_access(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    account = create_account(db, email="lin@forum.example", name="Lin", password=None, **BY)
    make_delegation(db, forum, "jiangsu")
    grant_role(db, account.id, forum.edition.id, Role.DELEGATION_LIAISON, delegations=["jiangsu"], **BY)
    access_id = db.scalars(select(EditionAccess.id).where(EditionAccess.account_id == account.id)).one()
    return EditionAccess, access_id, take_access_away(db, forum.edition.id, account.id, version=2, **BY)


def a_venue(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    row = venues.create_venue(db, forum.edition.id, {"code": "annex", "name": {"en": "Annex"}, "zone": LA}, **BY)
    return Venue, row.id, venues.remove_venue(db, forum.edition.id, row.id, **ONCE)


def a_room(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    return Room, forum.room.id, venues.remove_room(db, forum.edition.id, forum.room.id, **ONCE)


def a_type(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    questions = [{"code": "diet", "kind": "diet", "label": {"en": "Diet", "zh-Hans": "饮食"}}]
    values = {"code": "guest", "name": {"en": "Guest"}, "quota": 5, "questions": questions}
    row = types.create_type(db, forum.edition.id, values, **BY)
    return RegistrationType, row.id, types.remove_type(db, forum.edition.id, row.id, **ONCE)


def an_entry(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    order = create_precedence_list(db, forum.edition.id, "program", name={"en": "Order"}, **BY)
    row = add_precedence_entry(db, order, make_person(db), capacity={"en": "Chair"}, reason="By rank", **BY)
    return PrecedenceEntry, row.id, remove_precedence_entry(db, forum.edition.id, row.id, version=1, **BY)


def a_delegation(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    days = {"arrives_on": date(2023, 5, 20), "departs_on": date(2023, 5, 25)}
    row = make_delegation(db, forum, "jiangsu", quota=3, **days)
    return Delegation, row.id, delegations.remove_delegation(db, forum.edition.id, row.id, **ONCE)


def a_member(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    into = make_delegation(db, forum, "jiangsu", quota=3)
    row = delegations.add_member(db, into, make_registration(db, forum, "Adams").id, MemberRole.HEAD, **BY)
    return DelegationMember, row.id, delegations.remove_member(db, forum.edition.id, row.id, **ONCE)


def a_supporter(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    office = create_organization(db, {"legal": {"en": "Port"}}, **BY)
    row = roster.add_supporter(db, make_delegation(db, forum, "jiangsu"), office.id, **BY)
    return DelegationSupporter, row.id, roster.remove_supporter(db, forum.edition.id, row.id, **ONCE)


def a_seating_plan(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    values = {"name": {"en": "Stage"}, "shape": "stage", "convention": "domestic"}
    row = seating_services.create_plan(db, forum.edition.id, values, [2], **BY)
    seating_services.arrange(db, row, [make_person(db), None], version=row.version, **BY)
    return SeatingPlan, row.id, seating_services.remove_plan(db, row, version=row.version, **BY)


def an_itinerary_item(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    row = make_item(db, make_delegation(db, forum, "jiangsu"))
    return ItineraryItem, row.id, items.remove_itinerary_item(db, forum.edition.id, row.id, **ONCE)


def an_allowed_clash(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    one, other = {"one_kind": PartyKind.ITEM, "one_id": 1}, {"other_kind": PartyKind.SESSION, "other_id": 1}
    row = ClashOverride(
        edition_id=forum.edition.id, person_id=make_person(db), minutes=5, reason="Known", **one, **other
    )
    create(db, row, **BY)
    return ClashOverride, row.id, remove_clash_override(db, forum.edition.id, row.id, **ONCE)


def a_place(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    told = {"kind": "hotel", "name": {"en": "Inn"}, "zone": "UTC"}
    row = places.create_place(db, forum.edition.id, told, **BY)
    return ItineraryPlace, row.id, places.remove_place(db, forum.edition.id, row.id, **ONCE)


def make_proof(db: DbSession, forum: Forum) -> NameProof:
    row = make_registration(db, forum, "Adams")
    return proofs.create_proof(db, forum.edition.id, {"name": {"en": "Office"}}, [row.person_id], **BY)


def a_proof(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    row = make_proof(db, forum)
    return NameProof, row.id, proofs.remove_proof(db, forum.edition.id, row.id, **ONCE)


def a_proofed_person(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    proof = make_proof(db, forum)
    row = db.scalars(select(ProofEntry).where(ProofEntry.proof_id == proof.id)).one()
    return ProofEntry, row.id, proofs.remove_entry(db, forum.edition.id, row.id, **ONCE)


def a_task(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    values = {"title": {"en": "Flags"}, "role": Role.SECRETARIAT, "due_on": date(2023, 5, 1)}
    row = tasks.add_task(db, forum.edition.id, values, **BY)
    return Task, row.id, tasks.remove_task(db, forum.edition.id, row.id, **ONCE)


def a_page(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    values = {"kind": ContentKind.PRACTICAL, "title": {"en": "Taxis"}, "body": {"en": "At the *door*."}}
    row = contents.create_page(db, forum.edition.id, values, **BY)
    return ContentPage, row.id, contents.remove_page(db, forum.edition.id, row.id, **ONCE)


def a_reminder(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    row = reminders.add_reminder(db, forum.edition.id, 7, "09:00", **BY)
    return MailReminder, row.id, reminders.remove_reminder(db, forum.edition.id, row.id, **ONCE)


def a_mail_text(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    where = (db, forum.edition.id, "name-proof")
    row_id = mail_texts.set_mail_text(*where, {"en": "Please check"}, {}, version=0, **BY).id
    assert row_id
    return MailText, row_id, mail_texts.back_to_default(*where, **ONCE)


def a_title(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    row = set_edition_title(db, forum.edition.id, make_person(db), title={"en": "Director"}, **BY)
    return EditionTitle, row.id, remove_edition_title(db, row, **ONCE)


def a_post(db: DbSession, _forum: Forum) -> tuple[type[Any], int, Removal]:
    row = add_affiliation(db, make_person(db), None, {"en": "Chair", "zh-Hans": "主席"}, **BY)
    return Affiliation, row.id, remove_affiliation(db, row.person_id, row.id, **ONCE)


def a_pair(db: DbSession, _forum: Forum) -> tuple[type[Any], int, Removal]:
    row = approve_title_pair(db, {"en": "Chair", "zh-Hans": "主席"}, **BY)
    return TitlePair, row.id, remove_title_pair(db, row.id, **ONCE)


def a_person(db: DbSession, _forum: Forum) -> tuple[type[Any], int, Removal]:
    row_id = make_person(db)
    add_affiliation(db, row_id, None, {"en": "Chair"}, **BY)
    return Person, row_id, remove_kept(db, Kept.PERSON, row_id, **ONCE)


def an_organization(db: DbSession, _forum: Forum) -> tuple[type[Any], int, Removal]:
    row = create_organization(db, {"legal": {"en": "Office"}, "code": "office"}, **BY)
    return Organization, row.id, remove_kept(db, Kept.ORGANIZATION, row.id, **ONCE)


def make_partition(db: DbSession, forum: Forum) -> Partition:
    delegation = make_delegation(db, forum, "jiangsu")
    return create_partition(db, delegation, {"kind": "coach", "name": {"en": "Coaches"}}, **BY)


def a_partition(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    row = make_partition(db, forum)
    return Partition, row.id, remove_partition(db, forum.edition.id, row.id, **ONCE)


def a_delegation_group(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    row = create_group(db, make_partition(db, forum), {"name": {"en": "Coach 1"}}, **BY)
    return DelegationGroup, row.id, remove_group(db, forum.edition.id, row.id, **ONCE)


def a_group_member(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    partition = make_partition(db, forum)
    registration = make_registration(db, forum, "Adams")
    delegations.add_member(db, db.get_one(Delegation, partition.delegation_id), registration.id, **BY)
    group = create_group(db, partition, {"name": {"en": "Coach 1"}}, **BY)
    row = add_group_member(db, group, registration.id, from_utc=NOW, **BY)
    return GroupMember, row.id, remove_group_member(db, forum.edition.id, row.id, **ONCE)


def make_hotel_room(db: DbSession, forum: Forum, delegation: Delegation) -> HotelRoom:
    hotel = places.create_place(db, forum.edition.id, {"kind": "hotel", "name": {"en": "Inn"}, "zone": "UTC"}, **BY)
    nights = {"check_in": date(2023, 5, 20), "check_out": date(2023, 5, 26)}
    return create_rooms(db, delegation, {"kind": "twin", "place_id": hotel.id, **nights}, **BY)[0]


def a_hotel_room(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    row = make_hotel_room(db, forum, make_delegation(db, forum, "jiangsu"))
    return HotelRoom, row.id, remove_room(db, forum.edition.id, row.id, **ONCE)


def a_room_stay(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    delegation, registration = make_delegation(db, forum, "jiangsu"), make_registration(db, forum, "Adams")
    delegations.add_member(db, delegation, registration.id, **BY)
    room = make_hotel_room(db, forum, delegation)
    row = add_stay(db, room, registration.id, {"from_on": date(2023, 5, 21), "agreed": True}, **BY)
    return RoomStay, row.id, remove_stay(db, forum.edition.id, row.id, **ONCE)


def a_vehicle(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    row = vehicles.create_vehicle(db, forum.edition.id, {"kind": "car", "name": {"en": "Car"}, "seats": 3}, **BY)
    return Vehicle, row.id, vehicles.remove_vehicle(db, forum.edition.id, row.id, **ONCE)


def a_stock(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    labels = {"page_width": 210, "page_height": 297, "width": 90, "height": 55, "columns": 2, "rows": 5}
    row = own_stocks.create_stock(db, forum.edition.id, {"name": {"en": "Cards"}, **labels}, **BY)
    return BadgeStock, row.id, own_stocks.remove_stock(db, forum.edition.id, row.id, **ONCE)


def a_printer(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    row = own_stocks.create_printer(db, forum.edition.id, {"name": {"en": "Desk 2"}, "offset_x": 0.5}, **BY)
    return Printer, row.id, own_stocks.remove_printer(db, forum.edition.id, row.id, **ONCE)


def a_checkpoint(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    of = forum.edition.id
    values = {"name": {"en": "Door"}, "kind": CheckpointKind.DOOR}
    row = checkpoints.create_checkpoint(db, of, values, **BY)
    add_device(db, of, {"checkpoint_id": row.id, "name": "Left"}, **BY)
    return Checkpoint, row.id, checkpoints.remove_checkpoint(db, of, row.id, **ONCE)


def make_boarding(db: DbSession, forum: Forum) -> Boarding:
    delegation, registration = make_delegation(db, forum, "jiangsu"), make_registration(db, forum, "Adams")
    delegations.add_member(db, delegation, registration.id, **BY)
    transfer = make_item(db, delegation, kind=ItemKind.TRANSFER)
    car = vehicles.create_vehicle(db, forum.edition.id, {"kind": "car", "name": {"en": "Car"}, "seats": 3}, **BY)
    run = coach_runs.create_run(db, forum.edition.id, transfer.id, {"vehicle_id": car.id}, **BY)
    boardings.put_into_run(db, forum.edition.id, run.id, {registration.id: ""}, **BY)
    return db.scalars(select(Boarding)).one()


def a_coach_run(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    run_id = make_boarding(db, forum).run_id
    return CoachRun, run_id, coach_runs.remove_run(db, forum.edition.id, run_id, **ONCE)


def a_boarding(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    row = make_boarding(db, forum)
    return Boarding, row.id, boardings.remove_boarding(db, forum.edition.id, row.id, **ONCE)


EVERY_KIND = {
    "person": a_person,
    "organization": an_organization,
    "affiliation": a_post,
    "title_pair": a_pair,
    "task": a_task,
    "content_page": a_page,
    "mail_text": a_mail_text,
    "mail_reminder": a_reminder,
    "edition_title": a_title,
    "track": a_track,
    "session": a_session,
    "session_item": an_item,
    "interpretation_channel": a_channel,
    "speaker": a_speaker,
    "speaker_availability": a_window,
    "cue": a_cue,
    "role_assignment": a_part,
    "edition_access": an_access,
    "edition_host": a_host,
    "sponsor_level": a_level,
    "venue": a_venue,
    "room": a_room,
    "registration_type": a_type,
    "precedence_entry": an_entry,
    "delegation": a_delegation,
    "delegation_member": a_member,
    "delegation_supporter": a_supporter,
    "seating_plan": a_seating_plan,
    "itinerary_item": an_itinerary_item,
    "itinerary_place": a_place,
    "clash_override": an_allowed_clash,
    "partition": a_partition,
    "delegation_group": a_delegation_group,
    "group_member": a_group_member,
    "hotel_room": a_hotel_room,
    "room_stay": a_room_stay,
    "badge_stock": a_stock,
    "badge_printer": a_printer,
    "checkpoint": a_checkpoint,
    "vehicle": a_vehicle,
    "coach_run": a_coach_run,
    "boarding": a_boarding,
    "name_proof": a_proof,
    "proof_entry": a_proofed_person,
}


def held(db: DbSession, entity: str) -> list[dict[str, Any]]:
    """The rows of a table as the database has them, but for what tells only of the last change."""
    rows = db.execute(select(Base.metadata.tables[entity])).mappings()
    return [{key: value for key, value in row.items() if key not in ("version", "updated_at")} for row in rows]


def test_this_file_knows_every_kind_that_people_remove() -> None:
    assert EVERY_KIND.keys() == REMOVING.keys()


@pytest.mark.parametrize("entity", EVERY_KIND)
def test_a_row_comes_back_as_it_was(
    session: DbSession, forum: Forum, entity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before: list[list[dict[str, Any]]] = []
    told = removals._told

    def note(*of: Any) -> dict[str, Any]:
        session.flush()
        before.append(held(session, entity))
        return told(*of)

    monkeypatch.setattr(removals, "_told", note)
    kind, row_id, removal = EVERY_KIND[entity](session, forum)
    gone = session.scalar(select(func.count()).select_from(kind).where(kind.id == row_id))
    assert gone == (1 if entity == "delegation_member" else 0)

    back = restore(session, forum.edition.id, removal.id, **BY)

    expected = before[0]
    if entity == "delegation_member":
        expected = [{**row, "left_on": None} for row in expected]
    assert held(session, entity) == expected
    assert (back.entity, back.entity_id, back.restored_at) == (entity, row_id, NOW)
    events = select(AuditEvent.action).where(AuditEvent.entity == entity, AuditEvent.entity_id == row_id)
    assert list(session.scalars(events.order_by(AuditEvent.id)))[-1] == "restored"
    with pytest.raises(AlreadyBroughtBack):
        restore(session, forum.edition.id, removal.id, **BY)


def test_a_session_takes_its_items_and_parts_along_and_back(session: DbSession, forum: Forum) -> None:
    row = make_session(session, forum)
    first, second = (agenda.add_item(session, row, {"title": {"en": one}, "minutes": 5}, **BY) for one in "ab")
    person = make_person(session)
    for item in (None, first, second):
        agenda.assign_role(session, row, person, AssignmentRole.SPEAKER, item=item, status="confirmed", **BY)
    tables = ("session", "session_item", "role_assignment")
    before = {name: held(session, name) for name in tables}
    assert [len(rows) for rows in before.values()] == [1, 2, 3]

    removal = agenda.remove_session(session, forum.edition.id, row.id, **ONCE)
    assert {name: held(session, name) for name in tables} == {name: [] for name in tables}
    line = removals_page(session, whole_house(forum.edition.id)).items[0]
    assert (line.label, line.along) == (
        {"en": "Opening", "zh-Hans": "开幕"}, {"session_item": 2, "role_assignment": 3},
    )  # fmt: skip

    restore(session, forum.edition.id, removal.id, **BY)
    assert {name: held(session, name) for name in tables} == before


def test_where_the_id_is_taken_by_now_all_get_new_ones_together(session: DbSession, forum: Forum) -> None:
    row = make_session(session, forum)
    item = agenda.add_item(session, row, {"title": {"en": "Film"}, "minutes": 5}, **BY)
    agenda.assign_role(session, row, make_person(session), AssignmentRole.MC, item=item, status="confirmed", **BY)
    removal = agenda.remove_session(session, forum.edition.id, row.id, **ONCE)
    other = make_session(session, forum, "other")
    session.execute(text("UPDATE session SET id = :id WHERE id = :old"), {"id": removal.entity_id, "old": other.id})
    session.expire_all()

    old = removal.entity_id
    back = restore(session, forum.edition.id, removal.id, **BY)

    assert back.entity_id != old
    restored = session.get_one(Session, back.entity_id)
    assert restored.code == "opening"
    assert [one.title for one in restored.items] == [{"en": "Film"}]
    assert [(one.session_id, one.item_id) for one in restored.assignments] == [(restored.id, restored.items[0].id)]


def test_nothing_comes_back_under_something_else_that_has_the_same_id_by_now(session: DbSession, forum: Forum) -> None:
    row = make_session(session, forum)
    item = agenda.add_item(session, row, {"title": {"en": "Film"}, "minutes": 5}, **BY)
    film = agenda.remove_item(session, forum.edition.id, item.id, **ONCE)
    whole = agenda.remove_session(session, forum.edition.id, row.id, **ONCE)
    with pytest.raises(BelongingGone) as refusal, session.begin_nested():
        restore(session, forum.edition.id, film.id, **BY)
    assert refusal.value.details == {"entity": "session"}
    with session.begin_nested() as undone:
        other = make_session(session, forum, "other")
        session.execute(text("UPDATE session SET id = :id WHERE id = :old"), {"id": whole.entity_id, "old": other.id})
        session.expire_all()
        with pytest.raises(BelongingGone), session.begin_nested():
            restore(session, forum.edition.id, film.id, **BY)
        undone.rollback()
    restore(session, forum.edition.id, whole.id, **BY)
    restore(session, forum.edition.id, film.id, **BY)
    assert [one["title"] for one in held(session, "session_item")] == [{"en": "Film"}]


@pytest.mark.parametrize("back_to", ["its place", "the end"])
def test_an_item_comes_back_to_its_place_or_last(session: DbSession, forum: Forum, back_to: str) -> None:
    row = make_session(session, forum)
    for one in "ab":
        last = agenda.add_item(session, row, {"title": {"en": one}, "minutes": 5}, **BY)
    removal = agenda.remove_item(session, forum.edition.id, last.id, **ONCE)
    if back_to == "the end":
        agenda.add_item(session, row, {"title": {"en": "c"}, "minutes": 5}, **BY)
    restore(session, forum.edition.id, removal.id, **BY)
    session.expire_all()
    assert "".join(one.title["en"] for one in row.items) == ("ab" if back_to == "its place" else "acb")


def test_a_host_and_a_person_of_rank_come_back_behind_who_took_their_place(session: DbSession, forum: Forum) -> None:
    houses = [create_organization(session, {"legal": {"en": name}}, **BY).id for name in ("One", "Two")]
    values = [{"organization_id": one, "role": "host", "print_order": 1} for one in houses]
    first = hosts.add_host(session, forum.edition.id, values[0], **BY)
    host = hosts.remove_host(session, forum.edition.id, first.id, **ONCE)
    hosts.add_host(session, forum.edition.id, values[1], **BY)
    restore(session, forum.edition.id, host.id, **BY)
    places = select(EditionHost.organization_id).order_by(EditionHost.print_order)
    assert list(session.scalars(places)) == [houses[1], houses[0]]

    order = create_precedence_list(session, forum.edition.id, "program", name={}, **BY)
    people = [make_person(session, name) for name in ("An", "Bo", "Chen")]
    one, _last = (add_precedence_entry(session, order, each, capacity={}, **BY) for each in (people[0], people[2]))
    key = one.sort_key
    entry = remove_precedence_entry(session, forum.edition.id, one.id, version=1, **BY)
    session.add(
        PrecedenceEntry(edition_id=forum.edition.id, list_id=order.id, person_id=people[1], capacity={}, sort_key=key)
    )
    session.flush()
    restore(session, forum.edition.id, entry.id, **BY)
    ranked = select(PrecedenceEntry.person_id).order_by(PrecedenceEntry.sort_key)
    assert list(session.scalars(ranked)) == [people[1], people[0], people[2]]


def take_code(db: DbSession, forum: Forum) -> None:
    agenda.create_track(db, forum.edition.id, {"code": "trade", "name": {"en": "Other"}}, **BY)


def test_what_has_lost_its_place_does_not_come_back(session: DbSession, forum: Forum) -> None:
    _, _, removal = a_track(session, forum)
    take_code(session, forum)
    with pytest.raises(AlreadyExists), session.begin_nested():
        restore(session, forum.edition.id, removal.id, **BY)
    session.expire_all()
    assert removal.restored_at is None


def use_session(db: DbSession, forum: Forum) -> Callable[[], object]:
    row = make_session(db, forum)
    values = {"kind": ItemKind.SESSION, "title": {"en": "Opening"}, "session_id": row.id}
    items.add_itinerary_item(db, make_delegation(db, forum, "a"), values, hours(1, 2), **BY)
    return lambda: agenda.remove_session(db, forum.edition.id, row.id, **ONCE)


def use_track(db: DbSession, forum: Forum) -> Callable[[], object]:
    track = agenda.create_track(db, forum.edition.id, {"code": "trade", "name": {"en": "Trade"}}, **BY)
    for code in "ab":
        make_session(db, forum, code, track_id=track.id)
    return lambda: agenda.remove_track(db, forum.edition.id, track.id, **ONCE)


def use_room(db: DbSession, forum: Forum) -> Callable[[], object]:
    make_session(db, forum)
    return lambda: venues.remove_room(db, forum.edition.id, forum.room.id, **ONCE)


def use_venue(db: DbSession, forum: Forum) -> Callable[[], object]:
    return lambda: venues.remove_venue(db, forum.edition.id, forum.venue.id, **ONCE)


def use_type(db: DbSession, forum: Forum) -> Callable[[], object]:
    row = make_registration(db, forum, "Adams", "cancelled")
    return lambda: types.remove_type(db, forum.edition.id, row.type_id, **ONCE)


def use_delegation(db: DbSession, forum: Forum) -> Callable[[], object]:
    row = make_delegation(db, forum, "whole")
    make_delegation(db, forum, "part", parent_id=row.id)
    member = delegations.add_member(db, row, make_registration(db, forum, "Adams").id, **BY)
    delegations.remove_member(db, forum.edition.id, member.id, version=1, **BY)
    version = row.version
    return lambda: delegations.remove_delegation(db, forum.edition.id, row.id, version=version, **BY)


@pytest.mark.parametrize(
    ("use", "entity", "by"),
    [
        (use_session, "session", {"itinerary_item": 1}),
        (use_track, "track", {"session": 2}),
        (use_room, "room", {"session": 1}),
        (use_venue, "venue", {"room": 1}),
        (use_type, "registration_type", {"registration": 1}),
        (use_delegation, "delegation", {"delegation": 1, "delegation_member": 1}),
    ],
)
def test_what_is_used_stays_and_says_by_what(
    session: DbSession, forum: Forum, use: Callable[..., Callable[[], object]], entity: str, by: dict[str, int]
) -> None:
    remove = use(session, forum)
    with pytest.raises(InUse) as refusal:
        remove()
    assert refusal.value.details == {"entity": entity, "by": by}
    assert held(session, "removal") == [] or entity == "delegation"


def test_what_someone_else_changed_is_not_removed(session: DbSession, forum: Forum) -> None:
    with pytest.raises(Stale):
        venues.remove_room(session, forum.edition.id, forum.room.id, version=7, **BY)
    assert held(session, "removal") == []


@pytest.mark.parametrize(
    ("meanwhile", "refusal"),
    [
        ("nothing", None),
        ("cancelled", Invalid),
        ("in another", AlreadyExists),
        ("full", delegations.DelegationFull),
    ],
)
def test_a_member_is_back_where_that_is_still_possible(
    session: DbSession, forum: Forum, meanwhile: str, refusal: type[Exception] | None
) -> None:
    into = make_delegation(session, forum, "jiangsu", quota=1)
    registration = make_registration(session, forum, "Adams")
    member = delegations.add_member(session, into, registration.id, **BY)
    removal = delegations.remove_member(session, forum.edition.id, member.id, version=1, **BY)
    if meanwhile == "cancelled":
        registration.status = RegistrationStatus.CANCELLED
    elif meanwhile == "in another":
        delegations.add_member(session, make_delegation(session, forum, "hubei"), registration.id, **BY)
    elif meanwhile == "full":
        delegations.add_member(session, into, make_registration(session, forum, "Baker").id, **BY)
    session.flush()
    if refusal:
        with pytest.raises(refusal), session.begin_nested():
            restore(session, forum.edition.id, removal.id, **BY)
    else:
        restore(session, forum.edition.id, removal.id, **BY)
    session.expire_all()
    assert (member.left_on is None) == (refusal is None)
    assert into.members == (0 if meanwhile in ("cancelled", "in another") else 1)


def liaison_of(db: DbSession, forum: Forum, delegation: Delegation) -> Actor:
    account = create_account(db, email=f"{delegation.code}@forum.example", name="Li", password=None, **BY)
    grant_role(db, account.id, forum.edition.id, Role.DELEGATION_LIAISON, **BY)
    access_id = db.scalars(select(EditionAccess.id).where(EditionAccess.account_id == account.id)).one()
    db.add(AccessDelegation(edition_id=forum.edition.id, access_id=access_id, delegation_id=delegation.id))
    db.flush()
    return Actor(account.id, Via.PAGE)


def test_a_liaison_sees_and_brings_back_only_what_was_its_own(session: DbSession, forum: Forum) -> None:
    jiangsu, hubei = (make_delegation(session, forum, code) for code in ("jiangsu", "hubei"))
    liaison = liaison_of(session, forum, jiangsu)
    made = [make_item(session, one).id for one in (jiangsu, hubei)]
    own, foreign = (items.remove_itinerary_item(session, forum.edition.id, one, version=1, **BY) for one in made)
    room = venues.remove_room(session, forum.edition.id, forum.room.id, **ONCE)

    listed = removals_page(session, access_to(session, forum.edition.id, actor=liaison))
    assert ([line.id for line in listed.items], listed.total) == ([own.id], 1)
    for removal, refusal in ((foreign, NotFound), (room, Forbidden)):
        with pytest.raises(refusal):
            restore(session, forum.edition.id, removal.id, actor=liaison, now=NOW)
    with pytest.raises(NotFound):
        restore(session, forum.edition.id, 10_000, actor=liaison, now=NOW)
    with pytest.raises(NotFound):
        restore(session, forum.other.id, own.id, **BY)
    restore(session, forum.edition.id, own.id, actor=liaison, now=NOW)
    assert [row["delegation_id"] for row in held(session, "itinerary_item")] == [jiangsu.id]


def test_the_list_is_searched_in_both_scripts_and_tells_who(session: DbSession, forum: Forum) -> None:
    part = agenda.assign_role(
        session, make_session(session, forum), make_person(session), AssignmentRole.MC, status="confirmed", **BY
    )
    person = agenda.remove_role(session, forum.edition.id, part.id, version=1, **forum.by_owner)
    track = a_track(session, forum)[2]
    everything = whole_house(forum.edition.id)
    for search, found in (("chun liu", [person.id]), ("刘春", [person.id]), ("TRADE", [track.id]), ("none", [])):
        assert [line.id for line in removals_page(session, everything, search=search).items] == found, search
    assert {line.id: line.by for line in removals_page(session, everything).items} == {
        person.id: "Owner", track.id: None,
    }  # fmt: skip


def test_after_a_while_it_is_gone_for_good(session: DbSession, forum: Forum) -> None:
    removal = a_track(session, forum)[2]
    assert forget_removals(session, before=NOW) == 0
    assert forget_removals(session, before=NOW + timedelta(seconds=1)) == 1
    with pytest.raises(NotFound):
        restore(session, forum.edition.id, removal.id, **BY)


def bring_back_twice(app: Flask) -> list[str]:
    """What two get who bring the same itinerary item back at once."""
    by: dict[str, Any] = {"actor": SYSTEM, "now": NOW}
    with transaction() as session:
        edition = seed(session, 0).edition
        item = make_item(session, seed_delegation(session, edition, "jiangsu", []))
        edition_id = edition.id
        removal_id = items.remove_itinerary_item(session, edition_id, item.id, version=1, **by).id
    ready = Barrier(2, timeout=60)

    def one() -> str:
        with app.app_context():
            try:
                ready.wait()
                with transaction() as session:
                    restore(session, edition_id, removal_id, **by)
            except AlreadyBroughtBack as refusal:
                return refusal.code
            finally:
                db.session.remove()
        return "back"

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(contextvars.Context().run, one) for _ in range(2)]
        return sorted(each.result(timeout=120) for each in both)


def test_bringing_back_twice_at_once_brings_back_once(own_app: Flask) -> None:
    assert bring_back_twice(own_app) == ["already-brought-back", "back"]
    assert len(held(db.session(), "itinerary_item")) == 1


def test_without_its_lock_it_would_come_back_twice(
    own_app: Flask, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if backend == "sqlite":
        pytest.skip("SQLite has a single writer")
    both_have_looked, first_is_done = Barrier(2, timeout=60), Event()

    def unlocked(session: DbSession, removal: Removal, **_: Any) -> None:
        assert removal.restored_at is None
        if both_have_looked.wait() == 0:
            event.listen(session, "after_commit", lambda _session: first_is_done.set(), once=True)
        else:
            first_is_done.wait(60)

    monkeypatch.setattr(removals, "claim", unlocked)
    assert bring_back_twice(own_app) == ["back", "back"]
    assert len(held(db.session(), "itinerary_item")) == 2
