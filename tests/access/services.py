"""What each service that changes something is given: rows that are there, and values that it would take."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from forumapp.core.files.spreadsheets import TableRow
from forumapp.core.serving.render_pool import Workshop
from forumapp.core.values.ordering import Order
from forumapp.domain.accounts.permissions import Role, Scope
from forumapp.domain.accounts.team import mail_permissions, roles
from forumapp.domain.accounts.tokens import services as tokens_services
from forumapp.domain.agenda.findings import severity_settings
from forumapp.domain.agenda.findings.severity_settings import severities_of
from forumapp.domain.agenda.models import AssignmentRole, Session
from forumapp.domain.agenda.run_of_show import cues
from forumapp.domain.agenda.sessions import parts as agenda_parts
from forumapp.domain.agenda.sessions import services as agenda
from forumapp.domain.agenda.sessions import speech_orders
from forumapp.domain.agenda.speakers import emails as speakers_emails
from forumapp.domain.agenda.speakers import mailing as speakers_mailing
from forumapp.domain.agenda.speakers import services as speakers_services
from forumapp.domain.agenda.speakers.queries import lines_of
from forumapp.domain.checkin.attendance import closure, report
from forumapp.domain.checkin.desk import check_in, undo, walk_ins
from forumapp.domain.checkin.offline import reconciliation
from forumapp.domain.checkin.rehearsal import badge_on_demand
from forumapp.domain.checkin.rehearsal import services as rehearsal_services
from forumapp.domain.checkin.rules import Asks
from forumapp.domain.checkin.scanning import override, vip_alerts
from forumapp.domain.checkin.scanning.judgement import Read
from forumapp.domain.checkin.scanning.override import Authorizer
from forumapp.domain.checkin.setup import checkpoints, date_change, devices
from forumapp.domain.checkin.setup.stations import Station
from forumapp.domain.cloning import services as cloning
from forumapp.domain.delegations.coaches import boardings, captain, runs, vehicles
from forumapp.domain.delegations.conflicts import overrides
from forumapp.domain.delegations.groups import members
from forumapp.domain.delegations.groups import services as groups_services
from forumapp.domain.delegations.hotel import services as hotel_services
from forumapp.domain.delegations.hotel import stays
from forumapp.domain.delegations.itineraries import bulk_edits, dependent_transfers, items, places
from forumapp.domain.delegations.members import bulk_actions, leaving, roster
from forumapp.domain.delegations.members import services as delegations
from forumapp.domain.delegations.members.merging import merge_people
from forumapp.domain.delegations.models.coaches import BoardingState
from forumapp.domain.delegations.models.delegations import Delegation, ItineraryItem, MemberRole
from forumapp.domain.delegations.models.groups import DelegationGroup, Partition
from forumapp.domain.delegations.models.rooms import HotelRoom
from forumapp.domain.delegations.notifications import sending
from forumapp.domain.delegations.seating import services as seating_services
from forumapp.domain.forums import protection
from forumapp.domain.forums.calendar import tasks
from forumapp.domain.forums.calendar.rules import Days
from forumapp.domain.forums.editions import archiving, replaced_pictures
from forumapp.domain.forums.editions import services as forums
from forumapp.domain.forums.hosts import levels
from forumapp.domain.forums.hosts import services as hosts_services
from forumapp.domain.forums.models import Edition
from forumapp.domain.forums.pages import services as pages_services
from forumapp.domain.forums.pages.queries import content_order
from forumapp.domain.forums.queries import host_order, level_order, room_order
from forumapp.domain.forums.venues import services as venues_services
from forumapp.domain.importing.models import ImportKind
from forumapp.domain.importing.runs import services as importing
from forumapp.domain.importing.runs.files import ImportFile, Upload
from forumapp.domain.importing.runs.kinds import Brought, TablePlace
from forumapp.domain.letters import addresses, mailings, reminders
from forumapp.domain.letters import texts as mail_texts
from forumapp.domain.people.archive import replaced_photos
from forumapp.domain.people.duplicates import merging, removal
from forumapp.domain.people.imports.services import Line, State
from forumapp.domain.people.models import EditionTitle, Kept, PrecedenceList
from forumapp.domain.people.precedence import lists, reordering
from forumapp.domain.people.precedence.reordering import entry_order
from forumapp.domain.people.records import posts, titles
from forumapp.domain.people.records import services as people
from forumapp.domain.people.spreadsheets.rows import Draft
from forumapp.domain.printing import custom_stocks
from forumapp.domain.printing.designs import services as designs
from forumapp.domain.printing.jobs import overrides as jobs_overrides
from forumapp.domain.printing.jobs import rooming_export
from forumapp.domain.printing.jobs import services as printing
from forumapp.domain.printing.letter_models import LetterKind
from forumapp.domain.printing.letters import forms
from forumapp.domain.printing.letters import services as letters_services
from forumapp.domain.printing.letters.queries import Selection
from forumapp.domain.printing.models import Paper, Reprint
from forumapp.domain.printing.pdf.fonts import font_folder
from forumapp.domain.printing.rules import Options
from forumapp.domain.proofs import deciding, restoring
from forumapp.domain.proofs import services as proofs
from forumapp.domain.publishing import planning
from forumapp.domain.publishing import services as publishing
from forumapp.domain.registration import person_requirements as registrants
from forumapp.domain.registration.consent_texts import Purpose
from forumapp.domain.registration.groups import plus_ones, services
from forumapp.domain.registration.invitations import services as invitations_services
from forumapp.domain.registration.lifecycle import (
    accreditation,
    consent,
    decisions,
    desk_notes,
    links,
    manual_entry,
    substitution,
    type_change,
    undo_substitution,
)
from forumapp.domain.registration.lifecycle import no_shows as said_to_attend
from forumapp.domain.registration.lifecycle import register as registration
from forumapp.domain.registration.lifecycle import reminders as lifecycle_reminders
from forumapp.domain.registration.lists.queries import type_order
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.rules import Applicant, Media, RegistrationStatus, Source
from forumapp.domain.registration.session_signup import by_staff
from forumapp.domain.registration.types import allotments, edition_capacity, form_editor
from forumapp.domain.registration.types import services as types_services
from forumapp.domain.registration.uploads import replaced_files
from forumapp.domain.registration.waitlist import promotion
from forumapp.domain.retention import services as retention
from forumapp.domain.retention.erasure import services as erasure
from tests.access.standing import LABELS, QUESTIONS
from tests.web.organizer.house import NOW, Span, wall

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session as DbSession

    from tests.access.parties import Party
    from tests.access.world import World

    Service = Callable[..., Any]


V: dict[str, Any] = {"version": 1}
NAMED = {"name": {"en": "Changed"}}
NIGHTS = {"check_in": date(2023, 5, 20), "check_out": date(2023, 5, 26)}
AFTER = {"from_on": date(2023, 5, 24)}
SPAN = Span(wall(13), wall(14))

ROSTER = Brought(("Name",), [TableRow(2, {"Name": "Made Ann"})], "utf-8", TablePlace("", 1))


def calls(db: DbSession, world: World, party: Party) -> dict[Service, tuple[tuple[Any, ...], dict[str, Any]]]:
    """What each service is given: rows that are there, and values that it would take."""
    house, ids = world.house, world.ids
    instead, instead_by = Applicant(latin_family="Stand"), {"source": Source.MANUAL, "language": "en", **V}
    of, session_id, person_id = house.edition_id, house.session_ids[0], party.person_id
    edition, meeting = db.get_one(Edition, of), db.get_one(Session, session_id)
    delegation = db.get_one(Delegation, party.delegation_id)
    item = db.get_one(ItineraryItem, party.item_id)
    order = db.query(PrecedenceList).filter_by(edition_id=of, scope="program").one()
    plan = seating_services.get_plan(db, of, "stage")
    empty_order = db.query(PrecedenceList).filter_by(edition_id=of, scope="speeches").one()
    title = db.query(EditionTitle).filter_by(edition_id=of, person_id=person_id).one()
    invited = {"email": "x@forum.example", "name": "X", "language": "en", "roles": [Role.VIEWER]}
    entered = {"status": RegistrationStatus.APPLIED, "source": Source.MANUAL, "language": "en"}
    asked = [form_editor.number_of(str(one["code"])) for one in QUESTIONS]
    made = printing.Finished("print/x.pdf", "0", 1, "x")
    edition_values = {
        "slug": "made",
        "series_id": ids["series_id"],
        "ordinal": 9,
        "year": 2024,
        **NAMED,
        "zone": "UTC",
        "starts_on": NOW.date(),
        "ends_on": NOW.date(),
        "languages": ["en"],
    }
    return {
        tokens_services.create_own_token: ((of,), {"name": "x", "scopes": [Scope.READ], "expires_at": None}),
        tokens_services.revoke_token: ((of, ids["token_id"]), {}),
        roles.invite: ((edition,), invited),
        roles.invite_again: ((edition, ids["account_id"]), {}),
        roles.set_access: ((of, ids["account_id"], [Role.OWNER], []), V),
        roles.take_access_away: ((of, ids["account_id"]), V),
        roles.bring_back_access: ((of, party.removal_id), {}),
        agenda.create_track: ((of, {"code": "made", **NAMED}), {}),
        agenda.update_track: ((of, ids["track_id"], NAMED), V),
        agenda.remove_track: ((of, ids["track_id"]), V),
        agenda.create_session: ((of, {"code": "made", "title": {"en": "x"}, "kind": "panel"}, SPAN), {}),
        agenda.update_session: ((of, session_id, {"title": {"en": "x"}}), V),
        agenda.remove_session: ((of, session_id), V),
        agenda.add_item: ((meeting, {"title": {"en": "x"}, "minutes": 5}), {}),
        agenda.update_item: ((of, ids["session_item_id"], {"minutes": 6}), V),
        agenda.remove_item: ((of, ids["session_item_id"]), V),
        severity_settings.set_severities: ((of, {"too-long": "ignore"}), {"version": severities_of(db, of).version}),
        cues.add_cue: ((of, {"session_id": session_id, "department": "stage", "text": {"en": "x"}}), {}),
        cues.update_cue: ((of, ids["cue_id"], {"owner": "x"}), V),
        cues.remove_cue: ((of, ids["cue_id"]), V),
        cues.issue_cue_sheet: ((of,), {"note": {}}),
        jobs_overrides.note_run_of_show: ((of, 1, "Mended by hand"), {}),
        jobs_overrides.note_door_signs: ((of, 1, "Mended by hand"), {}),
        agenda_parts.order_items: ((of, session_id, ids["session_item_ids"][::-1]), V),
        agenda_parts.order_roles: ((of, session_id, ids["role_ids"][::-1]), V),
        speech_orders.order_speeches: ((of, session_id, ids["session_item_ids"][::-1], ids["role_ids"][::-1]), V),
        agenda_parts.update_role: ((of, ids["role_id"], {"status": "invited"}), V),
        agenda_parts.add_channel: ((of, session_id, {"number": 7, "language": "fr"}), {}),
        agenda_parts.update_channel: ((of, ids["channel_id"], {"number": 8}), V),
        agenda_parts.remove_channel: ((of, ids["channel_id"]), V),
        agenda.assign_role: ((meeting, house.person_id, AssignmentRole.MODERATOR), {}),
        agenda.remove_role: ((of, ids["role_id"]), V),
        agenda.bring_back: ((of, party.removal_id), {}),
        speakers_services.ensure_speaker: ((of, house.person_id), {}),
        speakers_services.update_speaker: ((of, house.person_id, {"speaks": "en"}), V),
        speakers_services.end_links: ((of, house.person_id), V),
        speakers_services.add_window: ((of, house.person_id, SPAN), {}),
        speakers_services.remove_window: ((of, ids["window_id"]), V),
        speakers_services.remove_speaker: ((of, house.person_id), V),
        speakers_emails.invite_speaker: ((of, house.person_id), V),
        speakers_emails.remind_speaker: ((of, house.person_id), V),
        speakers_emails.write_to: ((of, lines_of(db, of, [house.person_id])[0]), {"again": False, "key": "x"}),
        speakers_mailing.write_to_all: ((of, [house.person_id]), {"again": False}),
        agenda.publish: ((of,), {"label": "", "note": {}, "reason": "x"}),
        planning.set_plan: ((of, {"at_wall": datetime(2999, 1, 1, 9), "note": {}}), {}),
        planning.change_plan: ((of, ids["plan_id"], {"label": "x"}), V),
        planning.take_plan_back: ((of, ids["plan_id"]), V),
        publishing.publish: ((of,), {"note": {}, "reason": "x", "tell": False}),
        leaving.cancel_registration: ((of, party.registration_id), V),
        leaving.substitute_registration: ((of, party.registration_id, instead), instead_by),
        substitution.substitute: ((of, party.registration_id, instead), instead_by),
        leaving.give_place_back: ((of, party.registration_id), V),
        undo_substitution.give_back: ((of, party.registration_id), V),
        links.end_links: ((of, party.registration_id), V),
        by_staff.sign_up: ((of, party.registration_id, {world.house.session_ids[0]}, ()), {}),
        leaving.decline_registration: ((of, party.applied_id), V),
        proofs.create_proof: ((of, {"delegation_id": party.delegation_id}), {}),
        proofs.update_proof: ((of, party.proof_id, NAMED), V),
        proofs.add_people: ((of, party.proof_id, [party.person_id]), {}),
        proofs.add_missing_members: ((of, party.proof_id), {}),
        proofs.reorder: ((of, party.proof_id, party.proofed_ids), {"version": Order(party.proofed_ids).version}),
        proofs.remove_entry: ((of, party.proofed_id), V),
        proofs.bring_back_entry: ((of, party.removal_id), {}),
        proofs.remove_proof: ((of, party.proof_id), V),
        proofs.send_proof: ((of, party.proof_id), V),
        proofs.note_sent: ((of, party.proof_id), V),
        proofs.end_links: ((of, party.proof_id), V),
        deciding.accept: ((of, party.correction_id, ["latin_given"]), V),
        deciding.decline: ((of, party.correction_id, "x"), V),
        restoring.restore: ((of, party.removal_id), {}),
        restoring.bring_back_in: ((of, party.removal_id), {}),
        delegations.create_delegation: ((of, {"code": "made", **NAMED}), {}),
        delegations.update_delegation: ((of, party.delegation_id, {"origin": {"en": "x"}}), V),
        delegations.remove_delegation: ((of, party.delegation_id), V),
        delegations.add_member: ((delegation, party.registration_id), {}),
        delegations.bring_member: ((delegation, db.get_one(Registration, party.registration_id), MemberRole.MEMBER), {}),
        delegations.remove_member: ((of, party.member_id), V),
        seating_services.create_plan: ((of, {**NAMED, "shape": "stage", "convention": "domestic"}, [2]), {}),
        seating_services.update_plan: ((plan, NAMED), {"version": plan.version}),
        seating_services.remove_plan: ((plan,), {"version": plan.version}),
        seating_services.fill_plan: ((plan,), {"version": plan.version}),
        seating_services.arrange: ((plan, [None, None, house.person_id]), {"version": plan.version}),
        roster.update_member: ((of, party.member_id, {"role": MemberRole.DEPUTY}), V),
        overrides.override_clash: (
            (of, party.person_id, (("session", 1), ("itinerary_item", 1))), {"minutes": 5, "reason": "Known"}
        ),
        overrides.remove_clash_override: ((of, party.override_id), V),
        sending.give_out: ((delegation,), {}),
        sending.take_in: ((delegation,), {}),
        sending.tell_by_phone: ((of, party.registration_id, [party.notice_id]), {"seen": party.seen}),
        sending.tell_by_mail: ((of, party.registration_id), {}),
        sending.take_telling_back: ((of, party.telling_id), {}),
        roster.add_supporter: ((delegation, house.organization_id), {}),
        roster.remove_supporter: ((of, party.supporter_id), V),
        delegations.bring_back_member: ((of, party.removal_id), {}),
        groups_services.create_partition: ((delegation, {"kind": "visit", **NAMED}), {}),
        groups_services.update_partition: ((of, party.partition_id, NAMED), V),
        groups_services.remove_partition: ((of, party.partition_id), V),
        groups_services.create_group: ((db.get_one(Partition, party.partition_id), NAMED), {}),
        groups_services.update_group: ((of, party.group_id, NAMED), V),
        groups_services.remove_group: ((of, party.group_id), V),
        groups_services.bring_back_groups: ((of, party.removal_id), {}),
        members.put_into_group: ((of, party.group_id, {party.registration_id: f"{party.group_member_id}.1"}), {}),
        members.add_group_member: ((db.get_one(DelegationGroup, party.group_id), party.applied_id), {}),
        members.update_group_member: ((of, party.group_member_id, {"from_utc": NOW}), V),
        members.remove_group_member: ((of, party.group_member_id), V),
        members.take_moves_back: ((of, party.removal_id), {}),
        members.bring_back_group_member: ((of, party.removal_id), {}),
        rooming_export.take_rooming_list: ((edition, delegation), {}),
        hotel_services.create_rooms: ((delegation, {"kind": "single", "place_id": party.hotel_id, **NIGHTS}), {}),
        hotel_services.update_room: ((of, party.hotel_room_id, {"number": "501"}), V),
        hotel_services.remove_room: ((of, party.hotel_room_id), V),
        hotel_services.bring_back_room: ((of, party.removal_id), {}),
        stays.put_into_room: ((of, party.hotel_room_id, {party.registration_id: f"{party.stay_id}.1"}), {}),
        stays.add_stay: ((db.get_one(HotelRoom, party.hotel_room_id), party.registration_id, AFTER), {}),
        stays.update_stay: ((of, party.stay_id, {"agreed": True}), V),
        stays.remove_stay: ((of, party.stay_id), V),
        stays.bring_back_stay: ((of, party.removal_id), {}),
        vehicles.create_vehicle: ((of, {"kind": "car", "seats": 3, **NAMED}), {}),
        vehicles.update_vehicle: ((of, ids["vehicle_id"], {"plate": "x"}), V),
        vehicles.remove_vehicle: ((of, ids["vehicle_id"]), V),
        checkpoints.create_checkpoint: ((of, {"kind": "door", **NAMED}), {}),
        checkpoints.update_checkpoint: ((of, ids["checkpoint_id"], NAMED), V),
        checkpoints.remove_checkpoint: ((of, ids["checkpoint_id"]), V),
        checkpoints.set_up_suggested: ((of,), {}),
        check_in.check_in: (
            (of, party.registration_id),
            {"checkpoint_id": ids["checkpoint_id"], "nonce": "desk"},
        ),
        badge_on_demand.make_badge: (
            (db.get_one(Edition, of), party.registration_id, {}, {}),
            {"reason": Reprint.LOST, "workshop": Workshop(None), "folder": font_folder()},
        ),
        undo.undo_check_in: (
            (of, party.registration_id),
            {"checkpoint_id": ids["checkpoint_id"], "nonce": "desk"},
        ),
        devices.add_device: ((of, {"checkpoint_id": ids["checkpoint_id"], "name": "x"}), {}),
        devices.update_device: ((of, ids["device_id"], {"name": "x"}), V),
        devices.renew_code: ((of, ids["device_id"]), V),
        devices.revoke_device: ((of, ids["device_id"]), V),
        override.force_in: (
            (of, party.registration_id, Authorizer(name="x")),
            {"checkpoint_id": ids["checkpoint_id"], "nonce": "force", "reason": "x"},
        ),
        walk_ins.check_in_together: (
            (of, party.registration_id, [party.registration_id]),
            {"checkpoint_id": ids["checkpoint_id"], "nonce": "together"},
        ),
        walk_ins.walk_in_at_desk: (
            (of, house.type_id, {"latin_family": "Made"}),
            {"checkpoint_id": ids["checkpoint_id"], "nonce": "walk", "language": "en"},
        ),
        walk_ins.substitute_at_desk: ((of, party.registration_id, instead), instead_by),
        walk_ins.give_place_back_at_desk: ((of, party.registration_id), V),
        override.let_pass: (
            (Station(of, ids["checkpoint_id"], Asks(), NOW, account_id=1), Read("NOBODY22", "forced"), Authorizer(name="x")),
            {"reason": "x"},
        ),
        closure.close: ((of,), {}),
        report.take_out: ((of,), {}),
        reconciliation.review: ((of, party.scan_id), {}),
        reconciliation.reopen: ((of, party.scan_id), {}),
        rehearsal_services.start_rehearsal: ((of,), {}),
        rehearsal_services.end_rehearsal: ((of, ids["rehearsal_id"]), V),
        runs.create_run: ((of, party.transfer_id, {"vehicle_id": ids["vehicle_id"]}), {}),
        runs.update_run: ((of, party.coach_run_id, {"captain_id": party.registration_id}), V),
        runs.remove_run: ((of, party.coach_run_id), V),
        runs.bring_back_run: ((of, party.removal_id), {}),
        runs.close_run: ((of, party.coach_run_id), V),
        captain.end_captain_links: ((of, party.coach_run_id), V),
        runs.reopen_run: ((of, party.coach_run_id), {"reason": "x", **V}),
        boardings.put_into_run: (
            (of, party.coach_run_id, {party.registration_id: f"{party.boarding_id}.2"}), {}
        ),
        boardings.seat_by_groups: ((of, [party.transfer_id]), {}),
        boardings.mark_boarding: ((of, party.boarding_id, BoardingState.ABSENT), {"version": 2}),
        boardings.remove_boarding: ((of, party.boarding_id), {"version": 2}),
        boardings.bring_back_boarding: ((of, party.removal_id), {}),
        items.add_itinerary_item: ((delegation, {"kind": "meal", "title": {"en": "x"}}, SPAN), {}),
        items.update_itinerary_item: ((of, party.item_id, {"title": {"en": "x"}}), V),
        dependent_transfers.move_dependents: (
            (
                of,
                [dependent_transfers.Dependent(party.item_id, item.version, {}, item.span, on_arrival=True)],
                dependent_transfers.Shift(5, 5),
                {party.item_id: item.version},
            ),
            {},
        ),
        items.remove_itinerary_item: ((of, party.item_id), V),
        bulk_edits.copy_day: ((delegation, item.start_wall.date(), NOW.date(), [party.item_id]), {}),
        bulk_edits.shift_items: ((delegation, {party.item_id: 1}), {"minutes": 5}),
        bulk_edits.spread_to_groups: ((item, [party.group_id]), {}),
        bulk_edits.remove_items: ((delegation, {party.item_id: 1}), {}),
        items.bring_back_items: ((of, party.removal_id), {}),
        places.create_place: ((of, {"kind": "hotel", "zone": "UTC", **NAMED}), {}),
        places.update_place: ((of, ids["place_id"], {"phone": "x"}), V),
        places.remove_place: ((of, ids["place_id"]), V),
        places.change_settings: ((of, {"travel_minutes": 5}), V),
        protection.require_two_factor_of_all: ((of, True), V),
        forums.create_series: ((), {"code": "made", **NAMED}),
        forums.update_series: (("series", NAMED), V),
        forums.begin_series: ((NAMED["name"], 2024), {}),
        forums.create_edition: ((edition_values,), {}),
        forums.update_edition: ((of, {"theme": {"en": "x"}}), {"version": edition.version}),
        date_change.change_edition: ((of, {"theme": {"en": "x"}}), {"version": edition.version}),
        cloning.clone_edition: ((of, {"ordinal": 9, "starts_on": NOW.date()}), {}),
        archiving.archive_edition: ((of,), {"version": edition.version}),
        archiving.reopen_edition: ((of,), {"version": edition.version}),
        archiving.take_names_of_now: ((of,), {"version": edition.version}),
        hosts_services.add_host: ((of, {"organization_id": party.organization_id, "role": "sponsor", "print_order": 9}), {}),
        hosts_services.update_host: ((of, ids["host_id"], {"remark": {"en": "x"}}), {"version": 2}),
        hosts_services.remove_host: ((of, ids["host_id"]), {"version": 2}),
        hosts_services.order_hosts: ((of, list(host_order(db, of).ids)), {"version": host_order(db, of).version}),
        levels.create_level: ((of, {"en": "x"}), {}),
        levels.rename_level: ((of, ids["level_id"], {"en": "x"}), V),
        levels.remove_level: ((of, ids["level_id"]), V),
        levels.bring_back_level: ((of, party.removal_id), {}),
        levels.order_levels: ((of, list(level_order(db, of).ids)), {"version": level_order(db, of).version}),
        hosts_services.bring_back_host: ((of, party.removal_id), {}),
        venues_services.create_venue: ((of, {"code": "made", **NAMED, "zone": "UTC"}), {}),
        venues_services.update_venue: ((of, ids["venue_id"], NAMED), V),
        venues_services.remove_venue: ((of, ids["venue_id"]), V),
        venues_services.create_room: ((of, {"code": "made", **NAMED, "venue_id": ids["venue_id"]}), {}),
        venues_services.update_room: ((of, house.room_id, NAMED), V),
        venues_services.remove_room: ((of, house.room_id), V),
        pages_services.create_page: ((of, {"kind": "other", "title": {"en": "x"}}), {}),
        pages_services.update_page: ((of, ids["welcome_id"], {"title": {"en": "x"}}), V),
        pages_services.remove_page: ((of, ids["welcome_id"]), V),
        pages_services.bring_back_page: ((of, party.removal_id), {}),
        pages_services.order_pages: (
            (of, [ids["taxis_id"], ids["welcome_id"]]),
            {"version": content_order(db, of).version},
        ),
        tasks.lay_out_calendar: ((of,), {}),
        tasks.add_task: ((of, {"title": {"en": "x"}, "role": Role.SECRETARIAT, "due_on": NOW.date()}), {}),
        tasks.update_task: ((of, world.tasks["owner"], {"note": "x"}), V),
        tasks.tick_task: ((of, world.tasks["owner"]), {"done": True, **V}),
        tasks.remove_task: ((of, world.tasks["owner"]), V),
        tasks.shift_tasks: ((of, Days(NOW.date(), NOW.date())), {}),
        importing.bring: ((of, Upload(ImportKind.ROSTER, "x.csv", b"Name\nMade Ann\n", ROSTER, party.code)), {}),
        importing.set_out: (
            (of, party.import_id),
            {"mapping": {"Name": "latin"}, "chosen": [], "file": ImportFile(party.import_id, 1, ROSTER, ROSTER), **V},
        ),
        importing.choose_table: ((of, party.import_id, ROSTER), V),
        importing.take_out: ((of, ImportKind.PEOPLE), {}),
        importing.confirm: ((of, party.import_id), {"lines": [Line(2, State.NEW, "Made Ann", Draft(2, {}))], **V}),
        importing.cancel: ((of, party.import_id), V),
        venues_services.order_rooms: ((of, [ids["side_room_id"], house.room_id]), {"version": room_order(db, of).version}),
        mail_permissions.send_mail_again: ((of, party.message_id), {}),
        lists.create_precedence_list: ((of, "made"), NAMED),
        lists.update_precedence_list: ((order, NAMED), {"version": order.version}),
        lists.approve_precedence_list: ((order, "Someone"), {"version": order.version}),
        reordering.order_precedence: (
            (order, entry_order(db, order).ids[::-1]),
            {"reason": "x", "version": entry_order(db, order).version},
        ),
        reordering.copy_entries: ((order, empty_order), {}),
        lists.add_precedence_entry: ((order, house.person_id), {"capacity": {}}),
        lists.update_precedence_entry: ((of, party.entry_id, {"capacity": {"en": "x"}}), V),
        lists.move_precedence_entry: ((of, party.entry_id), {"reason": "x", **V}),
        lists.remove_precedence_entry: ((of, party.entry_id), V),
        lists.bring_back_precedence_entry: ((of, party.removal_id), {}),
        people.create_organization: (({"legal": {"en": "x"}},), {}),
        people.update_organization: ((party.organization_id, {"legal": {"en": "x"}}), V),
        people.create_person: (({"latin_given": "x"},), {}),
        people.bring_person: ((of, party.delegation_id, {"latin_given": "x"}), {}),
        people.update_person: ((person_id, {"call_name": "x"}), V),
        people.confirm_latin_name: ((person_id,), V),
        people.add_affiliation: ((person_id, party.organization_id, {"en": "x"}), {}),
        people.set_edition_title: ((of, person_id), {"title": {"en": "x"}}),
        people.add_edition_title: ((of, person_id, {"title": {"en": "x"}}), {}),
        people.remove_edition_title: ((title,), V),
        people.bring_back_edition_title: ((of, party.removal_id), {}),
        posts.update_affiliation: ((person_id, party.affiliation_id, {"title": {"en": "x"}}), V),
        posts.remove_affiliation: ((person_id, party.affiliation_id), V),
        posts.bring_back_affiliation: ((of, party.removal_id), {}),
        posts.order_affiliations: (
            (person_id, [party.affiliation_id]),
            {"version": Order((party.affiliation_id,)).version},
        ),
        titles.approve_title_pair: (({"en": "x", "zh-Hans": "某"},), {}),
        titles.update_title_pair: ((ids["pair_id"], {"title": {"en": "x", "zh-Hans": "某"}}), V),
        titles.remove_title_pair: ((ids["pair_id"],), V),
        people.update_edition_title: ((title, {"title": {"en": "x"}}), V),
        removal.remove_kept: ((Kept.PERSON, person_id), V),
        removal.bring_back_kept: ((of, party.removal_id), {}),
        merging.merge: ((Kept.PERSON, person_id, house.person_id), {"version": 1, "gone_version": 1}),
        merge_people: ((person_id, house.person_id), {"version": 1, "gone_version": 1}),
        merging.keep_distinct: ((Kept.PERSON, person_id, house.person_id), {}),
        merging.forget_distinct: ((Kept.PERSON, person_id, house.person_id), {}),
        printing.ask_print: ((of, Paper.BADGES, {"delegation": party.code}), {}),
        printing.cancel: ((of, party.queued_id), V),
        printing.keep_made: ((of, Paper.BADGES, Options(delegation=party.code), made), {"badges": []}),
        decisions.cancel: ((of, party.registration_id), V),
        decisions.give_way: ((of, party.registration_id, party.applied_id), V),
        decisions.decline: ((of, party.applied_id), V),
        decisions.confirm: ((of, party.applied_id), V),
        promotion.promote: ((of, house.type_id), {}),
        type_change.change_type: ((of, party.registration_id, "guest"), V),
        said_to_attend.set_attendance: ((of, party.registration_id, "attended"), V),
        type_change.change_language: ((of, party.registration_id, "en"), V),
        bulk_actions.undo: ((of, party.bulk_id), {}),
        decisions.mark_vip: ((of, party.registration_id), {"responsible_id": house.owner_id, **V}),
        desk_notes.write_desk_note: ((of, party.registration_id, "call protocol"), V),
        decisions.change_answers: ((of, party.registration_id, {}), V),
        allotments.create_block: ((of, {"type_id": house.type_id, "quota": 1, **NAMED}), {}),
        allotments.update_block: ((of, ids["block_id"], {"quota": 4}), V),
        allotments.release_block: ((of, ids["block_id"]), V),
        allotments.end_block_links: ((of, ids["block_id"]), V),
        services.end_group_links: ((of, ids["group_id"]), V),
        services.send_group_link: ((of, ids["group_id"]), V),
        invitations_services.create_invitation: ((of, {"type_id": house.type_id, "latin_family": "x"}), {}),
        invitations_services.create_invitations: ((of, [{"latin_family": "x"}], {"type_id": house.type_id}), {}),
        invitations_services.update_invitation: ((of, ids["invitation_id"], {"greeting": "x"}), V),
        invitations_services.send_invitation: ((of, ids["invitation_id"]), V),
        invitations_services.send_unsent: ((of,), {}),
        invitations_services.remind_invited: ((of,), {}),
        lifecycle_reminders.remind: ((of, party.registration_id), {}),
        invitations_services.note_invitation_sent: ((of, ids["invitation_id"]), V),
        invitations_services.revoke_invitation: ((of, ids["invitation_id"]), V),
        invitations_services.restore_invitation: ((of, ids["revoked_id"]), {"version": 2}),
        registrants.update_person: ((person_id, {"call_name": "x"}), V),
        manual_entry.enter_by_hand: (
            (of, house.type_id, {"latin_family": "Made", "latin_given": "By hand"}),
            {"title": {}, "organization": {}, "language": "en"},
        ),
        plus_ones.add_plus_one: (
            (of, party.registration_id, Applicant(latin_family="Made")),
            {"source": Source.API, "language": "en"},
        ),
        accreditation.note_id_seen: ((of, party.registration_id), V),
        accreditation.take_back_id_seen: ((of, party.registration_id), {"reason": "x", **V}),
        accreditation.change_accreditation: ((of, party.registration_id, Media()), V),
        manual_entry.walk_in: ((of, house.type_id, {"latin_family": "Made"}), {"language": "en"}),
        registration.enter: ((of, house.person_id, house.type_id), entered),
        form_editor.add_question: ((of, house.type_id, {"kind": "date", "label": NAMED["name"]}), V),
        form_editor.change_question: ((of, house.type_id, "diet", {"label": NAMED["name"]}), V),
        form_editor.remove_question: ((of, house.type_id, "diet"), V),
        form_editor.order_questions: ((of, house.type_id, asked[::-1]), {"version": Order(tuple(asked)).version}),
        form_editor.copy_questions: ((of, ids["press_id"], "guest"), V),
        types_services.create_type: ((of, {"code": "made", **NAMED}), {}),
        types_services.bring_back_type: ((of, party.removal_id), {}),
        form_editor.bring_back_question: ((of, party.removal_id), {}),
        replaced_photos.bring_back_photo: ((of, party.removal_id), {}),
        replaced_files.bring_back_file: ((of, party.removal_id), {}),
        replaced_pictures.bring_back_picture: ((of, party.removal_id), {}),
        types_services.update_type: ((of, house.type_id, NAMED), V),
        types_services.remove_type: ((of, house.type_id), V),
        types_services.order_types: ((of, [ids["press_id"], house.type_id]), {"version": type_order(db, of).version}),
        mailings.create_mailing: ((of, {"subject": {"en": "x"}}), {}),
        mailings.update_mailing: ((of, ids["mailing_id"], {"subject": {"en": "x"}}), V),
        mailings.start_mailing: ((of, ids["mailing_id"]), V),
        mailings.stop_mailing: ((of, ids["mailing_id"]), V),
        mailings.try_mailing: ((of, ids["mailing_id"]), {"registration_id": None}),
        addresses.stop_address: ((of, party.registration_id), {}),
        addresses.clear_address: ((of, party.registration_id), {}),
        addresses.send_once_more: ((of, party.message_id), {}),
        reminders.add_reminder: ((of, 5, "09:00"), {}),
        reminders.remove_reminder: ((of, ids["reminder_id"]), V),
        custom_stocks.create_stock: ((of, {"name": {"en": "x"}, **LABELS}), {}),
        custom_stocks.update_stock: ((of, ids["stock_id"], {"radius": 2}), V),
        custom_stocks.remove_stock: ((of, ids["stock_id"]), V),
        custom_stocks.create_printer: ((of, {"name": {"en": "x"}}), {}),
        custom_stocks.update_printer: ((of, ids["printer_id"], {"offset_x": 2}), V),
        custom_stocks.remove_printer: ((of, ids["printer_id"]), V),
        designs.create_design: ((of, {"name": {"en": "x"}, "ready": "a7-portrait-vip"}), {}),
        designs.change_design: ((of, "badge", {"name": {"en": "x"}}), {"version": 2}),
        designs.set_logo: ((of, "badge", None), {"version": 2}),
        designs.use_again: ((of, "badge", 1), {"version": 2}),
        forms.set_letter_form: ((of, LetterKind.CERTIFICATE, {"has_seal": True}), V),
        letters_services.issue_letters: ((edition, Selection(LetterKind.CERTIFICATE)), {}),
        vip_alerts.note_seen: ((of, party.alert_id), {}),
        letters_services.revoke_letter: ((of, party.letter_id, "x"), V),
        letters_services.reissue_letter: ((edition, party.letter_id, "x"), V),
        mail_texts.set_mail_text: ((of, "registration-confirmed", {"en": "x"}, {}), V),
        mail_texts.back_to_default: ((of, "registration-confirmed"), V),
        erasure.preview_erasure: ((person_id,), {}),
        erasure.erase_person: ((person_id,), {"mark": "", "confirmed": True}),
        retention.set_rule: ((of, "diet", NOW.date()), {"version": 0}),
        consent.set_consent_words: ((of, Purpose.PHOTO, NAMED["name"]), {"is_asked": True, "version": 0}),
        edition_capacity.set_edition_places: ((of, 900), {"version": 0}),
    }  # fmt: skip


def named(service: Service) -> str:
    return f"{service.__module__.removeprefix('forumapp.domain.')}.{service.__name__}"
