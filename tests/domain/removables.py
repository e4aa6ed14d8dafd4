"""One of every kind that people remove, as it was just removed."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.models import EditionAccess
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role, take_access_away
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
from forumapp.domain.agenda.run_of_show.cues import add_cue, remove_cue
from forumapp.domain.agenda.sessions import services as agenda
from forumapp.domain.agenda.sessions.parts import add_channel, remove_channel
from forumapp.domain.agenda.speakers.models import Speaker, SpeakerAvailability
from forumapp.domain.agenda.speakers.services import add_window, ensure_speaker, remove_speaker, remove_window
from forumapp.domain.audit.services import create
from forumapp.domain.checkin.models import Checkpoint
from forumapp.domain.checkin.rules import CheckpointKind
from forumapp.domain.checkin.setup import checkpoints
from forumapp.domain.checkin.setup.devices import add_device
from forumapp.domain.delegations.coaches import boardings, runs, vehicles
from forumapp.domain.delegations.conflicts.overrides import remove_clash_override
from forumapp.domain.delegations.groups.members import add_group_member, remove_group_member
from forumapp.domain.delegations.groups.services import create_group, create_partition, remove_group, remove_partition
from forumapp.domain.delegations.hotel.services import create_rooms, remove_room
from forumapp.domain.delegations.hotel.stays import add_stay, remove_stay
from forumapp.domain.delegations.itineraries import items, places
from forumapp.domain.delegations.members import roster
from forumapp.domain.delegations.members import services as delegations
from forumapp.domain.delegations.models.coaches import Boarding, CoachRun, Vehicle
from forumapp.domain.delegations.models.conflicts import ClashOverride
from forumapp.domain.delegations.models.delegations import (
    Delegation,
    DelegationMember,
    DelegationSupporter,
    ItemKind,
    ItineraryItem,
    MemberRole,
)
from forumapp.domain.delegations.models.groups import DelegationGroup, GroupMember, Partition
from forumapp.domain.delegations.models.rooms import HotelRoom, RoomStay
from forumapp.domain.delegations.models.seating import SeatingPlan
from forumapp.domain.delegations.rules.commitments import PartyKind
from forumapp.domain.delegations.seating import services as seating_services
from forumapp.domain.forums.calendar import tasks
from forumapp.domain.forums.hosts import levels
from forumapp.domain.forums.hosts import services as hosts_services
from forumapp.domain.forums.models import ContentKind, ContentPage, EditionHost, Room, SponsorLevel, Task, Venue
from forumapp.domain.forums.pages import services as pages_services
from forumapp.domain.forums.venues import services as venues_services
from forumapp.domain.forums.venues.travel_places import ItineraryPlace
from forumapp.domain.letters import reminders
from forumapp.domain.letters import texts as mail_texts
from forumapp.domain.letters.models import MailReminder, MailText
from forumapp.domain.people.duplicates.removal import remove_kept
from forumapp.domain.people.models import (
    Affiliation,
    EditionTitle,
    Kept,
    Organization,
    Person,
    PrecedenceEntry,
    TitlePair,
)
from forumapp.domain.people.precedence.lists import (
    add_precedence_entry,
    create_precedence_list,
    remove_precedence_entry,
)
from forumapp.domain.people.records.posts import remove_affiliation
from forumapp.domain.people.records.services import (
    add_affiliation,
    create_organization,
    create_person,
    remove_edition_title,
    set_edition_title,
)
from forumapp.domain.people.records.titles import approve_title_pair, remove_title_pair
from forumapp.domain.printing import custom_stocks
from forumapp.domain.printing.models import BadgeStock, Printer
from forumapp.domain.proofs import services as proofs
from forumapp.domain.proofs.models import NameProof, ProofEntry
from forumapp.domain.registration.models import RegistrationType
from forumapp.domain.registration.types import services
from tests.domain.conftest import BY, NOW, Forum
from tests.domain.delegations.test_delegations import make_delegation, make_registration

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal


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
    row = hosts_services.add_host(db, forum.edition.id, values, **BY)
    return EditionHost, row.id, hosts_services.remove_host(db, forum.edition.id, row.id, **ONCE)


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
    row = venues_services.create_venue(
        db, forum.edition.id, {"code": "annex", "name": {"en": "Annex"}, "zone": LA}, **BY
    )
    return Venue, row.id, venues_services.remove_venue(db, forum.edition.id, row.id, **ONCE)


def a_room(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    return Room, forum.room.id, venues_services.remove_room(db, forum.edition.id, forum.room.id, **ONCE)


def a_type(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    questions = [{"code": "diet", "kind": "diet", "label": {"en": "Diet", "zh-Hans": "饮食"}}]
    values = {"code": "guest", "name": {"en": "Guest"}, "quota": 5, "questions": questions}
    row = services.create_type(db, forum.edition.id, values, **BY)
    return RegistrationType, row.id, services.remove_type(db, forum.edition.id, row.id, **ONCE)


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
    row = pages_services.create_page(db, forum.edition.id, values, **BY)
    return ContentPage, row.id, pages_services.remove_page(db, forum.edition.id, row.id, **ONCE)


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
    row = custom_stocks.create_stock(db, forum.edition.id, {"name": {"en": "Cards"}, **labels}, **BY)
    return BadgeStock, row.id, custom_stocks.remove_stock(db, forum.edition.id, row.id, **ONCE)


def a_printer(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    row = custom_stocks.create_printer(db, forum.edition.id, {"name": {"en": "Desk 2"}, "offset_x": 0.5}, **BY)
    return Printer, row.id, custom_stocks.remove_printer(db, forum.edition.id, row.id, **ONCE)


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
    run = runs.create_run(db, forum.edition.id, transfer.id, {"vehicle_id": car.id}, **BY)
    boardings.put_into_run(db, forum.edition.id, run.id, {registration.id: ""}, **BY)
    return db.scalars(select(Boarding)).one()


def a_coach_run(db: DbSession, forum: Forum) -> tuple[type[Any], int, Removal]:
    run_id = make_boarding(db, forum).run_id
    return CoachRun, run_id, runs.remove_run(db, forum.edition.id, run_id, **ONCE)


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
