"""All that is held about a registrant, for themselves: what stands in their edition, and their record in the registry.
And about the contact of a group: who they are, in whose care they stand, and what was written to them.

What organizers ask among themselves stays with them, and so does the place in an order of precedence, which no document
shows. Other editions have links of their own.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import undefer

from forumapp.domain.agenda.models import RoleAssignment, Session
from forumapp.domain.agenda.speakers.models import Speaker, SpeakerAvailability
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.audit.telling import as_json, snapshot
from forumapp.domain.checkin.models import Checkpoint, ForcedPass, Scan, VipAlert
from forumapp.domain.delegations.models.audiences import ItemPerson
from forumapp.domain.delegations.models.coaches import Boarding, CoachRun, Vehicle
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember, ItineraryItem
from forumapp.domain.delegations.models.groups import DelegationGroup, GroupMember
from forumapp.domain.delegations.models.notices import ItineraryTelling
from forumapp.domain.delegations.models.rooms import HotelRoom, RoomStay
from forumapp.domain.forums.venues.travel_places import ItineraryPlace
from forumapp.domain.images.queries import get_image
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import Affiliation, EditionTitle, Organization
from forumapp.domain.people.queries import organization_name
from forumapp.domain.printing.letter_models import Letter
from forumapp.domain.printing.models import JobStatus, PrintJob, PrintLine
from forumapp.domain.proofs.models import NameProof, ProofEntry
from forumapp.domain.registration.consent_queries import list_consents
from forumapp.domain.registration.forms.answers import answered
from forumapp.domain.registration.groups.services import in_care
from forumapp.domain.registration.models import AnswerFile, SessionSignUp, TicketCode
from forumapp.domain.registration.uploads.replaced_files import list_former_files
from forumapp.domain.registration.uploads.services import file_ids

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.registration.group_models import RegistrationGroup
    from forumapp.domain.registration.models import Registration

Part = dict[str, Any]
# Of the house and not of the person.
_INTERNAL = (
    "search_text", "phone_tail", "is_sample", "photo_id", "edition_id", "person_id", "type_id", "answers",
    "link_number", "responsible_id", "over_capacity_by", "replaced_by_id", "is_media", "id_seen_by",
    "desk_note",
)  # fmt: skip


def own_data(db: DbSession, edition: Edition, row: Registration, *, now: datetime) -> Part:
    """Plain values for JSON. As many queries for one answer as for sixty."""
    return {
        "about": {"forum": edition.name, "place": edition.place, "taken_out_at": now.isoformat()},
        "person": _of(row.person),
        "posts": _posts(db, row.person_id),
        "titles_at_this_forum": _titles(db, row),
        "registration": {**_of(row), "type": row.type.name},
        "answers": [
            {"question": one.label, "kind": one.kind.value, "answer": value}
            for one, value in answered(row.answers)
            if not one.for_organizers
        ],
        "consents": [_but(_of(one), "registration_id") for one in list_consents(db, row.id)],
        "codes": [_but(_of(one), "registration_id") for one in _all(db, TicketCode, registration_id=row.id)],
        "delegations": _delegations(db, row),
        "groups": _groups(db, row),
        "rooms": _rooms(db, row),
        "coaches": _coaches(db, row),
        "scans": _scans(db, row),
        "told_to_who_looks_after_them": _alerts(db, row),
        "itinerary": _itinerary(db, row),
        "told_of_its_changes": [
            {"how": one.how.value, "at": one.created_at.isoformat()}
            for one in _all(db, ItineraryTelling, registration_id=row.id)
        ],
        "sessions": _sessions(db, row),
        "parts_in_the_program": _parts(db, row),
        "as_a_speaker": _speaking(db, row),
        "name_proofs": _proofs(db, row),
        "mails": [
            {name: as_json(getattr(one, name)) for name in ("recipient", "template", "language", "state", "sent_at")}
            for one in _all(db, Message, about="registration", about_id=row.id)
        ],
        "printed": _printed(db, row),
        "letters": [
            {
                name: as_json(getattr(one, name))
                for name in ("kind", "serial", "said", "issued_at", "revoked_at", "reason")
            }
            for one in _all(db, Letter, registration_id=row.id)
        ],
        "what_happened": _log(db, row),
        "files": _files(db, row),
    }


def contact_data(db: DbSession, edition: Edition, group: RegistrationGroup, *, now: datetime) -> Part:
    """Of whoever looks after themselves, the contact is told no more here than on their page."""
    cared = in_care(db, group)
    about = or_(
        (Message.about == "registration_group") & (Message.about_id == group.id),
        (Message.about == "registration") & Message.about_id.in_([one.id for one in cared]),
    )
    mails = select(Message.recipient, Message.template, Message.language, Message.state, Message.sent_at)
    told = select(AuditEvent.at, AuditEvent.action, AuditEvent.via, AuditEvent.fields)
    here = (AuditEvent.entity == "registration_group", AuditEvent.entity_id == group.id)
    return {
        "about": {"forum": edition.name, "place": edition.place, "taken_out_at": now.isoformat()},
        "contact": {**_of(group), "type": group.type.name},
        "people_in_your_care": [
            {"name": one.name.texts, "status": one.status.value, "code": one.short} for one in cared
        ],
        "mails": _plain(db, mails.where(about, Message.recipient == group.email).order_by(Message.id)),
        "what_happened": _plain(db, told.where(*here).order_by(AuditEvent.id)),
    }


def _of(row: Any) -> Part:
    return _but(snapshot(row), *_INTERNAL)


def _but(values: Part, *names: str) -> Part:
    return {name: value for name, value in values.items() if name not in names}


def _all(db: DbSession, kind: Any, **where: Any) -> Iterable[Any]:
    return db.scalars(select(kind).filter_by(**where).order_by(kind.id))


def _posts(db: DbSession, person_id: int) -> list[Part]:
    query = select(Affiliation, Organization.short, Organization.legal)
    found = query.outerjoin(Organization, Organization.id == Affiliation.organization_id)
    return [
        {
            "title": post.title,
            "organization": organization_name(short, legal, None),
            "starts_on": as_json(post.starts_on),
            "ends_on": as_json(post.ends_on),
        }
        for post, short, legal in db.execute(found.where(Affiliation.person_id == person_id).order_by(Affiliation.id))
    ]


def _titles(db: DbSession, row: Registration) -> list[Part]:
    query = (
        select(EditionTitle, Organization.short, Organization.legal)
        .outerjoin(Organization, Organization.id == EditionTitle.organization_id)
        .where(EditionTitle.edition_id == row.edition_id, EditionTitle.person_id == row.person_id)
        .order_by(EditionTitle.position)
    )
    return [
        {"title": one.title, "organization": organization_name(short, legal, one.organization_name)}
        for one, short, legal in db.execute(query)
    ]


def _delegations(db: DbSession, row: Registration) -> list[Part]:
    query = (
        select(Delegation.name, DelegationMember.role, DelegationMember.created_at, DelegationMember.left_on)
        .join(DelegationMember, DelegationMember.delegation_id == Delegation.id)
        .where(DelegationMember.registration_id == row.id)
        .order_by(DelegationMember.id)
    )
    return _plain(db, query)


def _itinerary(db: DbSession, row: Registration) -> list[Part]:
    query = (
        select(ItineraryItem.title, ItineraryItem.start_wall, ItineraryItem.start_zone, ItineraryItem.end_wall)
        .join(ItemPerson, ItemPerson.item_id == ItineraryItem.id)
        .where(ItemPerson.registration_id == row.id)
        .order_by(ItineraryItem.start_utc, ItineraryItem.id)
    )
    return _plain(db, query)


def _groups(db: DbSession, row: Registration) -> list[Part]:
    query = (
        select(DelegationGroup.name, GroupMember.from_utc, GroupMember.until_utc)
        .join(GroupMember, GroupMember.group_id == DelegationGroup.id)
        .where(GroupMember.registration_id == row.id)
        .order_by(GroupMember.id)
    )
    return _plain(db, query)


def _rooms(db: DbSession, row: Registration) -> list[Part]:
    query = (
        select(ItineraryPlace.name, HotelRoom.number, HotelRoom.kind, HotelRoom.check_in, HotelRoom.check_out)
        .add_columns(HotelRoom.meal_plan, HotelRoom.requests, RoomStay.from_on, RoomStay.until_on, RoomStay.agreed)
        .join(HotelRoom, HotelRoom.place_id == ItineraryPlace.id)
        .join(RoomStay, RoomStay.room_id == HotelRoom.id)
        .where(RoomStay.registration_id == row.id)
        .order_by(RoomStay.id)
    )
    return _plain(db, query)


def _coaches(db: DbSession, row: Registration) -> list[Part]:
    query = (
        select(Vehicle.name, ItineraryItem.title, Boarding.state, Boarding.marked_at)
        .join(CoachRun, CoachRun.vehicle_id == Vehicle.id)
        .join(Boarding, Boarding.run_id == CoachRun.id)
        .join(ItineraryItem, ItineraryItem.id == CoachRun.item_id)
        .where(Boarding.registration_id == row.id)
        .order_by(ItineraryItem.start_utc, Boarding.id)
    )
    return _plain(db, query)


def _scans(db: DbSession, row: Registration) -> list[Part]:
    query = (
        select(Checkpoint.name, Scan.counts_at, Scan.direction, Scan.result, ForcedPass.reason.label("let_in_because"))
        .join(Scan, Scan.checkpoint_id == Checkpoint.id)
        .outerjoin(ForcedPass, ForcedPass.scan_id == Scan.id)
        .where(Scan.registration_id == row.id, Scan.is_rehearsal.is_(False))
        .order_by(Scan.id)
    )
    return _plain(db, query)


def _alerts(db: DbSession, row: Registration) -> list[Part]:
    query = select(Checkpoint.name, VipAlert.at, VipAlert.result).join(
        VipAlert, VipAlert.checkpoint_id == Checkpoint.id
    )
    return _plain(db, query.where(VipAlert.registration_id == row.id).order_by(VipAlert.id))


def _sessions(db: DbSession, row: Registration) -> list[Part]:
    query = select(Session.title, Session.start_utc, SessionSignUp.created_at).join(
        SessionSignUp, SessionSignUp.session_id == Session.id
    )
    return _plain(db, query.where(SessionSignUp.registration_id == row.id).order_by(Session.start_utc))


def _parts(db: DbSession, row: Registration) -> list[Part]:
    query = (
        select(Session.title, RoleAssignment.role, RoleAssignment.status)
        .join(RoleAssignment, RoleAssignment.session_id == Session.id)
        .where(RoleAssignment.edition_id == row.edition_id, RoleAssignment.person_id == row.person_id)
        .order_by(RoleAssignment.id)
    )
    return _plain(db, query)


def _speaking(db: DbSession, row: Registration) -> list[Part]:
    """What was agreed with them, with when they are free."""
    of = {"edition_id": row.edition_id, "person_id": row.person_id}
    return [
        {
            **_of(one),
            "free": [_but(_of(each), "speaker_id") for each in _all(db, SpeakerAvailability, speaker_id=one.id)],
        }
        for one in _all(db, Speaker, **of)
    ]


def _proofs(db: DbSession, row: Registration) -> list[Part]:
    query = (
        select(NameProof.name, ProofEntry.approved, ProofEntry.approved_at)
        .join(ProofEntry, ProofEntry.proof_id == NameProof.id)
        .where(ProofEntry.edition_id == row.edition_id, ProofEntry.person_id == row.person_id)
        .order_by(ProofEntry.id)
    )
    return _plain(db, query)


def _log(db: DbSession, row: Registration) -> list[Part]:
    """What was done to the registration, and here to their record; by whom in the house is not told."""
    here = (AuditEvent.edition_id == row.edition_id) | AuditEvent.edition_id.is_(None)
    about = or_(
        (AuditEvent.entity == "registration") & (AuditEvent.entity_id == row.id),
        (AuditEvent.entity == "person") & (AuditEvent.entity_id == row.person_id) & here,
    )
    query = select(AuditEvent.at, AuditEvent.action, AuditEvent.entity, AuditEvent.via, AuditEvent.fields)
    return _plain(db, query.where(about).order_by(AuditEvent.id))


def _files(db: DbSession, row: Registration) -> list[Part]:
    """Files and the photo, with all that is in them; of former files those that are still kept."""
    private = {
        one["code"] for one in (*row.type.questions, *row.answers.get("questions", ())) if one.get("for_organizers")
    }
    former = {one.entity_id: one.removed_at for one in list_former_files(db, row)}
    query = select(AnswerFile).where(AnswerFile.id.in_(file_ids(row.answers) | former.keys()))
    files = [
        {
            "question": one.question,
            "name": one.name,
            "media_type": one.media_type,
            **({"taken_away_at": as_json(former[one.id])} if one.id in former else {}),
            **_content(one.content),
        }
        for one in db.scalars(query.order_by(AnswerFile.id).options(undefer(AnswerFile.content)))
        if one.question not in private
    ]
    if row.person.photo_id is not None:
        photo = get_image(db, row.person.photo_id)
        files.append({"photo": True, "media_type": photo.media_type.value, **_content(photo.content)})
    return files


def _content(content: bytes) -> Part:
    return {"base64": base64.b64encode(content).decode()}


def _printed(db: DbSession, row: Registration) -> list[Part]:
    """Their badges and papers, as the print log has them; who stood at the printer is another person's."""
    columns: Any = (
        PrintJob.paper,
        PrintJob.finished_at.label("printed_at"),
        PrintLine.copy_number,
        PrintLine.content_version,
        PrintLine.box,
        PrintLine.said,
    )
    query = select(*columns).join(PrintLine, PrintLine.job_id == PrintJob.id).where(PrintJob.status == JobStatus.DONE)
    card = and_(PrintLine.person_id == row.person_id, PrintLine.edition_id == row.edition_id)
    return _plain(db, query.where(or_(PrintLine.registration_id == row.id, card)).order_by(PrintJob.id))


def _plain(db: DbSession, query: Select[*tuple[Any, ...]]) -> list[Part]:
    return [{name: as_json(value) for name, value in row.items()} for row in db.execute(query).mappings()]
