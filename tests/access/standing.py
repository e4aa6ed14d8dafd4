"""What stands in the forum that belongs to no delegation."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from forumapp.core import clock
from forumapp.core.values.times import Span
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.agenda.models import RoleAssignment, Session, SessionItem
from forumapp.domain.agenda.queries import items_of
from forumapp.domain.agenda.queries import roles_of as roles_of_session
from forumapp.domain.agenda.run_of_show.cues import add_cue, issue_cue_sheet
from forumapp.domain.agenda.sessions.parts import add_channel
from forumapp.domain.agenda.sessions.services import add_item, create_track, publish, update_session
from forumapp.domain.agenda.speakers.mailing import write_to_all
from forumapp.domain.agenda.speakers.models import Speaker
from forumapp.domain.agenda.speakers.services import add_window
from forumapp.domain.audit.services import create, record
from forumapp.domain.checkin.models import Rehearsal
from forumapp.domain.checkin.setup.checkpoints import create_checkpoint
from forumapp.domain.checkin.setup.devices import add_device
from forumapp.domain.delegations.coaches.vehicles import create_vehicle
from forumapp.domain.delegations.itineraries.places import create_place
from forumapp.domain.delegations.seating.services import create_plan
from forumapp.domain.forums.calendar.tasks import DOERS, add_task
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.forums.hosts.levels import create_level
from forumapp.domain.forums.hosts.services import add_host, update_host
from forumapp.domain.forums.models import Edition, EditionHost, HostRole, Venue
from forumapp.domain.forums.pages.services import create_page
from forumapp.domain.forums.queries import list_hosts
from forumapp.domain.forums.venues.services import create_room, update_venue
from forumapp.domain.images.checking import check_picture
from forumapp.domain.letters.mailings import create_mailing
from forumapp.domain.letters.reminders import add_reminder
from forumapp.domain.letters.texts import set_mail_text
from forumapp.domain.people.models import Person
from forumapp.domain.people.precedence import lists
from forumapp.domain.people.records.services import create_organization
from forumapp.domain.people.records.titles import approve_title_pair
from forumapp.domain.printing.custom_stocks import create_printer, create_stock
from forumapp.domain.printing.designs.services import create_design, set_logo
from forumapp.domain.printing.letter_models import LetterKind
from forumapp.domain.printing.letters.forms import set_letter_form
from forumapp.domain.proofs import of_speakers
from forumapp.domain.publishing.models import Telling, TellingStatus
from forumapp.domain.publishing.planning import set_plan
from forumapp.domain.registration.group_models import RegistrationGroup
from forumapp.domain.registration.invitations.services import create_invitation, revoke_invitation
from forumapp.domain.registration.lifecycle.register import create_type, update_type
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.types.allotments import create_block
from tests.pictures import photo
from tests.web.organizer.house import BY, House, wall

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession


# Of a stock of an edition's own, in mm.
LABELS = {"page_width": 210, "page_height": 297, "width": 90, "height": 60, "columns": 2, "rows": 4}
QUESTIONS = [
    {"code": "diet", "kind": "diet", "label": {"en": "Diet"}},
    {"code": "access", "kind": "access", "label": {"en": "Access"}},
    {"code": "flight", "kind": "short-text", "label": {"en": "Flight"}},
    {"code": "cv", "kind": "file", "label": {"en": "CV"}},
]


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
    lists.create_precedence_list(session, edition_id, "program", name={"en": "Program"}, **BY)
    order = lists.create_precedence_list(session, edition_id, "speeches", name={"en": "Speeches"}, **BY)
    lists.approve_precedence_list(session, order, "Protocol", version=1, **BY)
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
    written = {"kind": "other", "on_site": True, "picture": picture, "body": {"en": "## By train\nLine A"}}
    pages = [
        create_page(session, edition_id, {**written, "title": {"en": title}}, **BY) for title in ("Welcome", "Taxis")
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
