"""What records are called, of which the log tells or to which its values refer, and what the addresses of their pages
take. Also of those that are gone: by what a removal kept of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, case, cast, func, literal, or_, select

from forumapp.domain.accounts.models import Account, ApiToken, EditionAccess
from forumapp.domain.accounts.scope import REACHED, limited
from forumapp.domain.agenda.models import (
    AgendaVersion,
    Cue,
    CueSheet,
    FindingSeverity,
    InterpretationChannel,
    RoleAssignment,
    Session,
    SessionItem,
    Track,
)
from forumapp.domain.agenda.speakers.models import Speaker, SpeakerAvailability
from forumapp.domain.audit.models import AuditEvent, Removal
from forumapp.domain.checkin.models import CheckinDevice, Checkpoint, Scan
from forumapp.domain.delegations.models.audiences import ItemAudience
from forumapp.domain.delegations.models.coaches import Boarding, CoachRun, Vehicle
from forumapp.domain.delegations.models.conflicts import ClashOverride
from forumapp.domain.delegations.models.delegations import (
    BulkRun,
    Delegation,
    DelegationMember,
    DelegationSupporter,
    ItineraryItem,
)
from forumapp.domain.delegations.models.groups import DelegationGroup, GroupMember, Partition
from forumapp.domain.delegations.models.itineraries import TravelLeg
from forumapp.domain.delegations.models.notices import GivenOut, ItineraryTelling
from forumapp.domain.delegations.models.rooms import HotelRoom, RoomStay
from forumapp.domain.delegations.models.seating import Seat, SeatingPlan
from forumapp.domain.forums.models import ContentPage, Edition, EditionHost, Room, Series, SponsorLevel, Task, Venue
from forumapp.domain.forums.venues.travel_places import ItineraryPlace, ItinerarySettings
from forumapp.domain.importing.models import ImportRun
from forumapp.domain.letters.models import Mailing, MailReminder, MailText
from forumapp.domain.log.values import RECORD, held_in
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import (
    Affiliation,
    EditionTitle,
    Organization,
    Person,
    PrecedenceEntry,
    PrecedenceList,
    TitlePair,
)
from forumapp.domain.people.queries import merged_by, organization_name
from forumapp.domain.people.rules import Name
from forumapp.domain.printing.letter_models import Letter, LetterForm
from forumapp.domain.printing.models import BadgeDesign, BadgeStock, Printer, PrintJob
from forumapp.domain.proofs.models import NameProof, ProofCorrection, ProofEntry
from forumapp.domain.publishing.models import AgendaPlan
from forumapp.domain.registration.group_models import RegistrationGroup
from forumapp.domain.registration.models import (
    ConsentText,
    EditionPlaces,
    Invitation,
    PlaceBlock,
    Registration,
    RegistrationType,
    SessionSignUp,
)
from forumapp.domain.retention.models import RetentionRule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime
    from enum import StrEnum

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.log.queries import LogLine

# A table and an id.
Ref = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Named:
    """A record's name: as texts (under "" in no language), or as one of a few choices. `at` is what the address of its
    page takes besides its id.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    choice: StrEnum | None = None
    at: Mapping[str, Any] = field(default_factory=dict)


_PERSON = (
    Person.latin_family,
    Person.latin_given,
    (Person.name_order == "family-first").label("family_first"),
    Person.native_full,
    Person.native_language,
)
_ORGANIZATION = (Organization.short, Organization.legal)
# Of a person: whoever is limited to it does not see the whole whose people are divided.
_OWN = Delegation.__table__.alias()
# A room whose number is not known yet is called by its place.
_NUMBERED = case(
    (HotelRoom.number != "", HotelRoom.number), else_=literal("#").concat(cast(HotelRoom.position, String))
)
# By table, the id first; then what makes the name (`_PERSON`, `_ORGANIZATION`, "texts", "word", "choice"), and the rest
# is for the address.
# fmt: off
KINDS: dict[str, Any] = {
    "account": select(Account.id, Account.name.label("word")),
    "affiliation": select(Affiliation.id, *_PERSON, Affiliation.person_id)
        .join(Person, Person.id == Affiliation.person_id),
    "agenda_plan": select(AgendaPlan.id, AgendaPlan.label.label("word")),
    "agenda_version": select(AgendaVersion.id, AgendaVersion.number.label("word")),
    "badge_design": select(BadgeDesign.id, BadgeDesign.name.label("texts"), BadgeDesign.code),
    "badge_stock": select(BadgeStock.id, BadgeStock.name.label("texts")),
    "badge_printer": select(Printer.id, Printer.name.label("texts")),
    "api_token": select(ApiToken.id, ApiToken.name.label("word")),
    "clash_override": select(ClashOverride.id, *_PERSON).join(Person, Person.id == ClashOverride.person_id),
    "consent_text": select(ConsentText.id, ConsentText.purpose.label("choice"), ConsentText.purpose),
    "content_page": select(ContentPage.id, ContentPage.title.label("texts"), ContentPage.code),
    "cue": select(Cue.id, Cue.text.label("texts")),
    "cue_sheet": select(CueSheet.id, CueSheet.number.label("word")),
    "delegation": select(Delegation.id, Delegation.name.label("texts"), Delegation.code),
    "delegation_member": select(DelegationMember.id, *_PERSON, Delegation.code)
        .join(Registration, Registration.id == DelegationMember.registration_id)
        .join(Person, Person.id == Registration.person_id)
        .join(Delegation, Delegation.id == DelegationMember.delegation_id),
    "delegation_supporter": select(DelegationSupporter.id, *_ORGANIZATION, Delegation.code)
        .join(Organization, Organization.id == DelegationSupporter.organization_id)
        .join(Delegation, Delegation.id == DelegationSupporter.delegation_id),
    "edition": select(Edition.id, Edition.name.label("texts")),
    "edition_access": select(EditionAccess.id, Account.name.label("word"), EditionAccess.account_id)
        .join(Account, Account.id == EditionAccess.account_id),
    "edition_host": select(EditionHost.id, *_ORGANIZATION)
        .join(Organization, Organization.id == EditionHost.organization_id),
    "edition_places": select(EditionPlaces.id, Edition.name.label("texts"))
        .join(Edition, Edition.id == EditionPlaces.edition_id),
    "edition_title": select(EditionTitle.id, *_PERSON, EditionTitle.person_id)
        .join(Person, Person.id == EditionTitle.person_id),
    "partition": select(Partition.id, Partition.name.label("texts"), Delegation.code)
        .join(Delegation, Delegation.id == Partition.delegation_id),
    "delegation_group": select(DelegationGroup.id, DelegationGroup.name.label("texts"), Delegation.code)
        .join(Partition, Partition.id == DelegationGroup.partition_id)
        .join(Delegation, Delegation.id == Partition.delegation_id),
    "group_member": select(GroupMember.id, *_PERSON, func.coalesce(_OWN.c.code, Delegation.code).label("code"))
        .join(Registration, Registration.id == GroupMember.registration_id)
        .join(Person, Person.id == Registration.person_id)
        .join(Partition, Partition.id == GroupMember.partition_id)
        .join(Delegation, Delegation.id == Partition.delegation_id)
        .outerjoin(DelegationMember, (DelegationMember.registration_id == Registration.id)
            & DelegationMember.left_on.is_(None))
        .outerjoin(_OWN, _OWN.c.id == DelegationMember.delegation_id),
    "hotel_room": select(HotelRoom.id, _NUMBERED.label("word"), Delegation.code)
        .join(Delegation, Delegation.id == HotelRoom.delegation_id),
    "room_stay": select(RoomStay.id, *_PERSON, func.coalesce(_OWN.c.code, Delegation.code).label("code"))
        .join(Registration, Registration.id == RoomStay.registration_id)
        .join(Person, Person.id == Registration.person_id)
        .join(HotelRoom, HotelRoom.id == RoomStay.room_id)
        .join(Delegation, Delegation.id == HotelRoom.delegation_id)
        .outerjoin(DelegationMember, (DelegationMember.registration_id == Registration.id)
            & DelegationMember.left_on.is_(None))
        .outerjoin(_OWN, _OWN.c.id == DelegationMember.delegation_id),
    "vehicle": select(Vehicle.id, Vehicle.name.label("texts")),
    "coach_run": select(CoachRun.id, Vehicle.name.label("texts")).join(Vehicle, Vehicle.id == CoachRun.vehicle_id),
    "boarding": select(Boarding.id, *_PERSON, Boarding.run_id.label("coach_run_id"))
        .join(Registration, Registration.id == Boarding.registration_id)
        .join(Person, Person.id == Registration.person_id),
    "checkin_device": select(CheckinDevice.id, CheckinDevice.name.label("word")),
    "checkpoint": select(Checkpoint.id, Checkpoint.name.label("texts")),
    "scan": select(Scan.id, Checkpoint.name.label("texts")).join(Checkpoint, Checkpoint.id == Scan.checkpoint_id),
    "bulk_run": select(BulkRun.id, BulkRun.action.label("choice")),
    "import_run": select(ImportRun.id, ImportRun.filename.label("word")),
    "interpretation_channel": select(
        InterpretationChannel.id, InterpretationChannel.language.label("word"), InterpretationChannel.session_id
    ),
    "invitation": select(
        Invitation.id,
        Invitation.latin_family,
        Invitation.latin_given,
        (Invitation.name_order == "family-first").label("family_first"),
        Invitation.native_full,
        literal("zh-Hans").label("native_language"),
    ),
    "item_audience": select(ItemAudience.id, ItineraryItem.title.label("texts"), Delegation.code)
        .join(ItineraryItem, ItineraryItem.id == ItemAudience.item_id)
        .join(Delegation, Delegation.id == ItineraryItem.delegation_id),
    "itinerary_item": select(ItineraryItem.id, ItineraryItem.title.label("texts"), Delegation.code)
        .join(Delegation, Delegation.id == ItineraryItem.delegation_id),
    "itinerary_given_out": select(GivenOut.id, Delegation.name.label("texts"), Delegation.code)
        .join(Delegation, Delegation.id == GivenOut.delegation_id),
    "itinerary_telling": select(ItineraryTelling.id, *_PERSON, ItineraryTelling.registration_id)
        .join(Registration, Registration.id == ItineraryTelling.registration_id)
        .join(Person, Person.id == Registration.person_id),
    "itinerary_place": select(ItineraryPlace.id, ItineraryPlace.name.label("texts")),
    "itinerary_settings": select(ItinerarySettings.id, Edition.name.label("texts"))
        .join(Edition, Edition.id == ItinerarySettings.edition_id),
    "message": select(Message.id, Message.template.label("word")),
    "mail_reminder": select(MailReminder.id, MailReminder.at_time.label("word")),
    "letter": select(Letter.id, Letter.serial.label("word")),
    "letter_form": select(LetterForm.id, LetterForm.kind.label("choice"), LetterForm.kind.label("letter_kind")),
    "mailing": select(Mailing.id, Mailing.subject.label("texts")),
    "mail_text": select(MailText.id, MailText.kind.label("word"), MailText.kind),
    "name_proof": select(NameProof.id, NameProof.name.label("texts")),
    "organization": select(Organization.id, *_ORGANIZATION),
    "person": select(Person.id, *_PERSON),
    "place_block": select(PlaceBlock.id, PlaceBlock.name.label("texts")),
    "precedence_entry": select(PrecedenceEntry.id, *_PERSON, PrecedenceList.scope)
        .join(Person, Person.id == PrecedenceEntry.person_id)
        .join(PrecedenceList, PrecedenceList.id == PrecedenceEntry.list_id),
    "precedence_list": select(PrecedenceList.id, PrecedenceList.name.label("texts"), PrecedenceList.scope),
    "print_job": select(PrintJob.id, PrintJob.paper.label("choice")),
    "proof_correction": select(ProofCorrection.id, *_PERSON, ProofEntry.proof_id)
        .join(ProofEntry, ProofEntry.id == ProofCorrection.entry_id)
        .join(Person, Person.id == ProofEntry.person_id),
    "proof_entry": select(ProofEntry.id, *_PERSON, ProofEntry.proof_id)
        .join(Person, Person.id == ProofEntry.person_id),
    "registration": select(Registration.id, *_PERSON).join(Person, Person.id == Registration.person_id),
    "registration_group": select(RegistrationGroup.id, RegistrationType.name.label("texts"))
        .join(RegistrationType, RegistrationType.id == RegistrationGroup.type_id),
    "registration_type": select(RegistrationType.id, RegistrationType.name.label("texts"), RegistrationType.code),
    "finding_severity": select(FindingSeverity.id, FindingSeverity.code.label("choice")),
    "retention_rule": select(RetentionRule.id, RetentionRule.kind.label("choice"), RetentionRule.kind),
    "role_assignment": select(RoleAssignment.id, *_PERSON, RoleAssignment.session_id)
        .join(Person, Person.id == RoleAssignment.person_id),
    "room": select(Room.id, Room.name.label("texts")),
    "seat": select(Seat.id, SeatingPlan.name.label("texts"), SeatingPlan.code)
        .join(SeatingPlan, SeatingPlan.id == Seat.plan_id),
    "seating_plan": select(SeatingPlan.id, SeatingPlan.name.label("texts"), SeatingPlan.code),
    "series": select(Series.id, Series.name.label("texts")),
    "session": select(Session.id, Session.title.label("texts")),
    "session_item": select(SessionItem.id, SessionItem.title.label("texts"), SessionItem.session_id),
    "session_sign_up": select(SessionSignUp.id, *_PERSON, SessionSignUp.session_id)
        .join(Registration, Registration.id == SessionSignUp.registration_id)
        .join(Person, Person.id == Registration.person_id),
    "speaker": select(Speaker.id, *_PERSON, Speaker.person_id).join(Person, Person.id == Speaker.person_id),
    "speaker_availability": select(SpeakerAvailability.id, *_PERSON, Speaker.person_id)
        .join(Speaker, Speaker.id == SpeakerAvailability.speaker_id)
        .join(Person, Person.id == Speaker.person_id),
    "sponsor_level": select(SponsorLevel.id, SponsorLevel.name.label("texts")),
    "task": select(Task.id, Task.title.label("texts")),
    "title_pair": select(TitlePair.id, TitlePair.title.label("texts")),
    "track": select(Track.id, Track.name.label("texts")),
    "travel_leg": select(TravelLeg.id, ItineraryItem.title.label("texts"), Delegation.code)
        .join(ItineraryItem, ItineraryItem.id == TravelLeg.item_id)
        .join(Delegation, Delegation.id == ItineraryItem.delegation_id),
    "venue": select(Venue.id, Venue.name.label("texts")),
}
# fmt: on


@dataclass(frozen=True, slots=True)
class Names:
    """`made` tells by which event a record was made: an id is given again (on SQLite), and what happened before
    happened to another one.
    """

    there: Mapping[Ref, Named]
    made: Mapping[Ref, int]
    gone: Mapping[Ref, list[tuple[datetime, Named]]]

    def of(self, entity: str, row_id: int, line: LogLine) -> Named | None:
        """What the record is called that had this id when the line was written."""
        here = entity, row_id
        if here in self.there and self.made.get(here, 0) <= line.id:
            return self.there[here]
        return next((named for removed_at, named in self.gone.get(here, ()) if removed_at >= line.at), None)

    def is_there(self, line: LogLine) -> bool:
        here = line.entity, line.entity_id
        return here in self.there and self.made.get(here, 0) <= line.id


def names_in(
    db: DbSession, lines: Collection[LogLine], edition_id: int | None, *, within: Collection[int] | None = None
) -> Names:
    """What the lines tell of, and all that their values refer to. As many queries as there are kinds, and two more.

    Who is limited to delegations is told no name of what lies outside of them.
    """
    wanted: dict[str, set[int]] = {}
    for entity, row_id in refs_of(lines):
        wanted.setdefault(entity, set()).add(row_id)
    there: dict[Ref, Named] = {}
    for entity, ids in sorted(wanted.items()):
        there |= _read(db, entity, ids, edition_id, within)
    if not wanted:
        return Names(there, {}, {})
    return Names(there, _made(db, wanted), _gone(db, wanted, within))


def refs_of(lines: Iterable[LogLine]) -> set[Ref]:
    found: set[Ref] = set()
    for line in lines:
        found.add((line.entity, line.entity_id))
        if line.token_id is not None:
            found.add(("api_token", line.token_id))
        for name, *values in line.changes:
            held = held_in(line.entity, name)
            if held.sort == RECORD:
                found |= {(held.table, value) for value in values if isinstance(value, int)}
    return {ref for ref in found if ref[0] in KINDS}


def _read(
    db: DbSession, entity: str, ids: Collection[int], edition_id: int | None, within: Collection[int] | None
) -> dict[Ref, Named]:
    query = KINDS[entity]
    row_id: Any = next(iter(query.selected_columns))
    reach = limited(row_id, entity, edition_id, within) if entity in REACHED else []
    instead = merged_by(db, entity, ids)
    rows = db.execute(query.where(row_id.in_({*ids, *instead.values()}), *reach)).mappings()
    names = {row["id"]: _named(dict(row)) for row in rows}
    leads = {one: instead.get(one, one) for one in ids}
    return {(entity, one): names[lead] for one, lead in leads.items() if lead in names}


def _named(row: dict[str, Any]) -> Named:
    del row["id"]
    texts: dict[str, str] = row.pop("texts", {})
    if "word" in row:
        texts = {"": str(row.pop("word"))}
    if "short" in row:
        texts = organization_name(row.pop("short"), row.pop("legal"), None)
    if "latin_family" in row:
        texts = Name(**{column.key: row.pop(column.key) for column in _PERSON}).texts
    return Named(texts, row.pop("choice", None), row)


def _among(table: type[AuditEvent | Removal], wanted: Mapping[str, Collection[int]]) -> ColumnElement[bool]:
    return or_(*(and_(table.entity == entity, table.entity_id.in_(ids)) for entity, ids in sorted(wanted.items())))


def _made(db: DbSession, wanted: Mapping[str, Collection[int]]) -> dict[Ref, int]:
    query = select(AuditEvent.entity, AuditEvent.entity_id, func.max(AuditEvent.id))
    query = query.where(AuditEvent.action == "created", _among(AuditEvent, wanted))
    rows = db.execute(query.group_by(AuditEvent.entity, AuditEvent.entity_id))
    return {(entity, row_id): event_id for entity, row_id, event_id in rows}


def _gone(
    db: DbSession, wanted: Mapping[str, Collection[int]], within: Collection[int] | None
) -> dict[Ref, list[tuple[datetime, Named]]]:
    query = select(Removal.entity, Removal.entity_id, Removal.label, Removal.removed_at)
    query = query.where(_among(Removal, wanted)).order_by(Removal.removed_at, Removal.id)
    if within is not None:
        query = query.where(Removal.delegation_id.in_(within))
    found: dict[Ref, list[tuple[datetime, Named]]] = {}
    for entity, row_id, label, removed_at in db.execute(query):
        found.setdefault((entity, row_id), []).append((removed_at, Named(label)))
    return found
