"""Choice values for fields of the edges, which may not import models."""

from forumapp.domain.accounts.permissions import Role, Scope
from forumapp.domain.agenda.content.diff import ChangeKind
from forumapp.domain.agenda.models import (
    AssignmentRole,
    AssignmentStatus,
    Department,
    Interpretation,
    Press,
    SessionKind,
    SessionStatus,
)
from forumapp.domain.agenda.models import ItemKind as SessionItemKind
from forumapp.domain.agenda.severities import FindingCode, Severity
from forumapp.domain.agenda.speakers.models import WritingStatus
from forumapp.domain.agenda.speakers.queries import SpeakerLack
from forumapp.domain.audit.models import Via
from forumapp.domain.checkin.live.rules import DoorLoad
from forumapp.domain.checkin.offline.reconciliation import Conflict as ScanConflictKind
from forumapp.domain.checkin.offline.reconciliation import ReviewState
from forumapp.domain.checkin.rules import TOLD, CheckpointKind, Direction, PassMode, Presence
from forumapp.domain.checkin.rules import Result as ScanResult
from forumapp.domain.delegations.models.coaches import BoardingState, VehicleKind
from forumapp.domain.delegations.models.delegations import BulkAction, BulkStatus, MemberRole
from forumapp.domain.delegations.models.delegations import ItemKind as ItineraryKind
from forumapp.domain.delegations.models.groups import PartitionKind
from forumapp.domain.delegations.models.notices import How
from forumapp.domain.delegations.models.rooms import MealPlan
from forumapp.domain.delegations.models.rooms import RoomKind as HotelRoomKind
from forumapp.domain.delegations.rules.commitments import ClashKind, ClashState, PartyKind
from forumapp.domain.delegations.rules.delegations import TakenOver
from forumapp.domain.delegations.rules.places_of_honor import Convention as SeatingConvention
from forumapp.domain.delegations.rules.places_of_honor import HostSide
from forumapp.domain.delegations.rules.places_of_honor import Shape as SeatingShape
from forumapp.domain.forums.calendar.rules import TaskState
from forumapp.domain.forums.models import ContentKind, EditionStatus, HostRole, Layout, PageSize
from forumapp.domain.forums.rules import PrintBlock
from forumapp.domain.forums.venues.travel_places import PlaceKind
from forumapp.domain.images.rules import MediaType
from forumapp.domain.importing.models import ImportKind, ImportStatus
from forumapp.domain.letters.models import MailingStatus
from forumapp.domain.mail.models import MessageState, Suppressed
from forumapp.domain.mail.placeholders import Placeholder
from forumapp.domain.mail.wording import MailKind
from forumapp.domain.people.duplicates.references import Clash
from forumapp.domain.people.imports.services import State as RowState
from forumapp.domain.people.models import Kept, NameOrder, OrganizationKind, PrecedencePurpose
from forumapp.domain.people.names.likeness import Reason as LikenessReason
from forumapp.domain.printing.letter_models import LetterKind
from forumapp.domain.printing.models import JobStatus, Paper, Reprint
from forumapp.domain.proofs.readiness import Gap
from forumapp.domain.proofs.rules import CorrectionState, EntryState, ProofState
from forumapp.domain.publishing.models import PlanStatus, TellingStatus
from forumapp.domain.registration.consent_texts import Purpose
from forumapp.domain.registration.forms.questions import Kind as QuestionKind
from forumapp.domain.registration.lists.filters import Badge, Lack, Way
from forumapp.domain.registration.rules import Area, InvitationState, MediaRole, RegistrationStatus, Source
from forumapp.domain.retention.erasure.areas import Area as ErasureArea
from forumapp.domain.retention.erasure.areas import Outcome as ErasureOutcome
from forumapp.domain.retention.rules import Kind as RetentionKind

__all__ = [
    "TOLD",
    "Area",
    "AssignmentRole",
    "AssignmentStatus",
    "Badge",
    "BoardingState",
    "BulkAction",
    "BulkStatus",
    "ChangeKind",
    "CheckpointKind",
    "Clash",
    "ClashKind",
    "ClashState",
    "ContentKind",
    "CorrectionState",
    "Department",
    "Direction",
    "DoorLoad",
    "EditionStatus",
    "EntryState",
    "ErasureArea",
    "ErasureOutcome",
    "FindingCode",
    "Gap",
    "HostRole",
    "HostSide",
    "HotelRoomKind",
    "How",
    "ImportKind",
    "ImportStatus",
    "Interpretation",
    "InvitationState",
    "ItineraryKind",
    "JobStatus",
    "Kept",
    "Lack",
    "Layout",
    "LetterKind",
    "LikenessReason",
    "MailKind",
    "MailingStatus",
    "MealPlan",
    "MediaRole",
    "MediaType",
    "MemberRole",
    "MessageState",
    "NameOrder",
    "OrganizationKind",
    "PageSize",
    "Paper",
    "PartitionKind",
    "PartyKind",
    "PassMode",
    "PlaceKind",
    "Placeholder",
    "PlanStatus",
    "PrecedencePurpose",
    "Presence",
    "Press",
    "PrintBlock",
    "ProofState",
    "Purpose",
    "QuestionKind",
    "RegistrationStatus",
    "Reprint",
    "RetentionKind",
    "ReviewState",
    "Role",
    "RowState",
    "ScanConflictKind",
    "ScanResult",
    "Scope",
    "SeatingConvention",
    "SeatingShape",
    "SessionItemKind",
    "SessionKind",
    "SessionStatus",
    "Severity",
    "Source",
    "SpeakerLack",
    "Suppressed",
    "TakenOver",
    "TaskState",
    "TellingStatus",
    "VehicleKind",
    "Via",
    "Way",
    "WritingStatus",
]  # fmt: skip
