"""Who gets a spot, and which changes of status are allowed. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, Any

from forumapp.domain.people.names.search_keys import known_by
from forumapp.domain.people.rules import Name, usual_order

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from forumapp.domain.registration.consent_texts import Purpose

LONGEST_OFFER = 24 * 30  # hours
MOST_PLUS_ONES = 20
# Registrations per email address: enough for an office that registers its leaders, few enough to protect mailboxes and
# quotas.
MOST_FOR_ADDRESS, ADDRESS_WINDOW = 30, timedelta(hours=1)
MOST_IN_GROUP = MOST_FOR_ADDRESS  # by one request
# How long a spot is held until its email address is confirmed, in minutes.
DEFAULT_HOLD, SHORTEST_HOLD, LONGEST_HOLD = 30, 5, 60 * 24 * 7
# Up to this capacity, the form of a type recommends email confirmation.
FEW_SPOTS = 50


def counted_people(sent: int) -> int:
    """How often a request that registers `sent` people counts toward the rate limit: at least once, and at most as the
    largest group; a larger one is refused for its size instead.
    """
    return min(max(sent, 1), MOST_IN_GROUP)


class RegistrationStatus(enum.StrEnum):
    INVITED = "invited"
    APPLIED = "applied"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"  # a spot is held until they accept or the offer ends
    UNCONFIRMED = "unconfirmed"  # waits until the email address is confirmed; a spot may be held until then
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    ATTENDED = "attended"
    NO_SHOW = "no-show"


class Source(enum.StrEnum):
    FORM = "form"
    API = "api"
    IMPORT = "import"
    INVITATION = "invitation"
    DELEGATION = "delegation"
    MANUAL = "manual"
    WALK_IN = "walk-in"


class InvitationState(enum.StrEnum):
    MADE = "made"
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REVOKED = "revoked"
    EXPIRED = "expired"  # never stored: it follows from the time


UNANSWERED = frozenset({InvitationState.MADE, InvitationState.SENT})
# The shortest time between a mail and its reminder.
REST = timedelta(hours=12)


class Area(enum.StrEnum):
    """What a registration type admits to in addition to open sessions."""

    CLOSED_SESSIONS = "closed-sessions"
    MEALS = "meals"
    DINNER = "dinner"
    VIP_ROOM = "vip-room"
    PRESS_ROOM = "press-room"
    BACKSTAGE = "backstage"


class MediaRole(enum.StrEnum):
    """A person's role for a media outlet."""

    REPORTER = "reporter"
    EDITOR = "editor"
    PHOTOGRAPHER = "photographer"
    CAMERA = "camera"
    SOUND = "sound"
    PRODUCER = "producer"
    PRESENTER = "presenter"
    INTERPRETER = "interpreter"
    DRIVER = "driver"
    OTHER = "other"  # described in `role_other`


# A person has at most one registration in an edition with one of these statuses.
ACTIVE = ("invited", "unconfirmed", "applied", "waitlisted", "offered", "confirmed", "attended")
# Those that count in statistics. An unconfirmed address blocks a second registration, but counts nowhere.
PARTICIPATING = frozenset(RegistrationStatus(status) for status in ACTIVE if status != RegistrationStatus.UNCONFIRMED)
# The statuses that use one of the type's spots, no-shows included.
PLACED = frozenset(
    {RegistrationStatus.OFFERED, RegistrationStatus.CONFIRMED, RegistrationStatus.ATTENDED, RegistrationStatus.NO_SHOW}
)
# Those with a ticket to show at the door.
ADMITTED = frozenset({RegistrationStatus.CONFIRMED, RegistrationStatus.ATTENDED})

# Attendance that can be set for a registration with a spot: unknown, attended or no-show.
ATTENDANCE = frozenset({RegistrationStatus.CONFIRMED, RegistrationStatus.ATTENDED, RegistrationStatus.NO_SHOW})

# The statuses in which registrants can change their own registration.
CHANGEABLE = PARTICIPATING - {RegistrationStatus.ATTENDED}

# Which of two registrations of a person to keep by default: the first in this order.
_SUREST = ("attended", "confirmed", "offered", "waitlisted", "applied", "invited", "unconfirmed")

# By new status, the statuses from which organizers or registrants can change to it.
MAY_BECOME = {
    RegistrationStatus.CONFIRMED: frozenset(
        {
            RegistrationStatus.INVITED,
            RegistrationStatus.APPLIED,
            RegistrationStatus.WAITLISTED,
            RegistrationStatus.OFFERED,
            RegistrationStatus.UNCONFIRMED,
        }
    ),
    RegistrationStatus.DECLINED: frozenset(
        {RegistrationStatus.INVITED, RegistrationStatus.APPLIED, RegistrationStatus.WAITLISTED}
    ),
    RegistrationStatus.CANCELLED: frozenset(
        {
            RegistrationStatus.INVITED,
            RegistrationStatus.APPLIED,
            RegistrationStatus.WAITLISTED,
            RegistrationStatus.OFFERED,
            RegistrationStatus.UNCONFIRMED,
            RegistrationStatus.CONFIRMED,
        }
    ),
}


@dataclass(frozen=True, slots=True)
class Places:
    """The capacity of a type. `quota` None is unlimited. `rest` is the number of spots left in the edition, None if
    that is unlimited.
    """

    quota: int | None
    taken: int = 0
    waiting: int = 0
    needs_approval: bool = False
    rest: int | None = None

    @property
    def free(self) -> int | None:
        """The number of spots left; None is unlimited."""
        own = None if self.quota is None else max(0, self.quota - self.taken)
        return min((limit for limit in (own, self.rest) if limit is not None), default=None)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A registration in its type's queue."""

    id: int
    type_id: int
    since: datetime


def place_for(places: Places) -> RegistrationStatus:
    """The status of a new request: confirmed, waitlisted or, if the type needs approval, applied.

    A new request never overtakes the waitlist, even if a spot is free.
    """
    if places.needs_approval:
        return RegistrationStatus.APPLIED
    if places.waiting == 0 and places.free != 0:
        return RegistrationStatus.CONFIRMED
    return RegistrationStatus.WAITLISTED


def quota_fault(quota: int | None, taken: int) -> str | None:
    if quota is None or quota >= max(taken, 0):
        return None
    return "too-small" if quota < 0 else "below-taken"


def block_fault(quota: int | None, taken: int, standing: int | None = None) -> str | None:
    """The fault of an allotment's quota: at least 1 and not below `taken`. A released allotment may stay at
    `standing`, its current quota.
    """
    if quota is None:
        return "required"
    return "too-small" if quota < 1 and quota != standing else quota_fault(quota, taken)


def plus_ones_fault(most: int | None) -> str | None:
    if most is None:
        return None
    return "too-small" if most < 0 else "too-large" if most > MOST_PLUS_ONES else None


def plus_ones_left(most: int, standing: int) -> int:
    return max(0, most - standing)


def hours_fault(hours: int | None) -> str | None:
    if hours is None:
        return None
    return "too-small" if hours < 1 else "too-large" if hours > LONGEST_OFFER else None


def hold_fault(minutes: int | None) -> str | None:
    if minutes is None:
        return None
    return "too-small" if minutes < SHORTEST_HOLD else "too-large" if minutes > LONGEST_HOLD else None


def has_few_spots(quota: int | None) -> bool:
    """Whether one visitor could take all spots. If so, email confirmation is recommended."""
    return quota is not None and quota <= FEW_SPOTS


def uses_spot(status: RegistrationStatus, *, holds_spot: bool) -> bool:
    """Whether a registration in this status uses up one of the type's spots."""
    return status in PLACED or (status == RegistrationStatus.UNCONFIRMED and holds_spot)


def promotions(places: Places) -> int:
    """How many on the waitlist can move up now."""
    return places.waiting if places.free is None else min(places.waiting, places.free)


def surest(status: str, registered_at: datetime, registration_id: int) -> tuple[int, datetime, int]:
    """The sort key of active registrations of one person: the strongest status first, then the earliest."""
    return _SUREST.index(status), registered_at, registration_id


def in_turn(queues: Iterable[Sequence[Waiting]], free: int) -> list[Waiting]:
    """Who moves up if several queues share `free` spots: the longest wait first, in the order of each queue."""
    return list(islice(merge(*queues, key=lambda waiting: (waiting.since, waiting.id)), free))


def last_day_to_change(changes_until: date | None, starts_on: date) -> date:
    """The last day for registrants to change their own registration, in the zone of the forum."""
    return changes_until or starts_on - timedelta(days=1)


def invitation_state(state: InvitationState, answer_by: date | None, today: date) -> InvitationState:
    """The state of an invitation on a day in the forum's zone. On the last day it can still be answered."""
    ended = state in UNANSWERED and answer_by is not None and answer_by < today
    return InvitationState.EXPIRED if ended else state


def way_fault(*, is_open: bool, by_invitation: bool) -> str | None:
    """The fault of a type that is both open to everyone and by invitation."""
    return "by-invitation" if is_open and by_invitation else None


@dataclass(frozen=True, slots=True)
class Media:
    """The outlet and role of a media registrant. `role_other` describes the role OTHER."""

    outlet: Mapping[str, str] = field(default_factory=dict)
    role: MediaRole | None = None
    role_other: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.outlet and self.role is None

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of the registration. `role_other` is stored for the role OTHER only."""
        other = self.role_other.strip() if self.role == MediaRole.OTHER else ""
        values = {"outlet": dict(self.outlet), "media_role": self.role, "media_role_other": other}
        return {"is_media": None if self.is_empty else True, **values}


NO_MEDIA = Media()


@dataclass(frozen=True, slots=True)
class Accreditation:
    """The accreditation of a media registrant, with the account and time of the identity check."""

    outlet: Mapping[str, str]
    role: MediaRole | None
    role_other: str
    id_seen_at: datetime | None
    id_seen_by: int | None


def media_faults(media: Media, *, outlet: str = "organization", whole: bool = True) -> dict[str, str]:
    """Faults by field. `outlet` is the form's field for the outlet. Empty fields are faults only if `whole`."""
    faults = {}
    if whole and not media.outlet:
        faults[outlet] = "required"
    if whole and media.role is None:
        faults["media_role"] = "required"
    if media.role == MediaRole.OTHER and not media.role_other.strip():
        faults["media_role_other"] = "required"
    return faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """The values of a registration form. Names are stored exactly as typed.

    `organization` and `title` are texts by language; `answers` are values by question code; `consents` are the purposes
    agreed to.
    """

    latin_family: str = ""
    latin_given: str = ""
    name_order: str = ""  # "" follows from the script of the name
    native_full: str = ""
    native_family: str = ""
    native_given: str = ""
    native_language: str = "zh-Hans"
    form_of_address: Mapping[str, str] = field(default_factory=dict)
    email: str | None = None
    phone: str | None = None
    organization: Mapping[str, str] = field(default_factory=dict)
    title: Mapping[str, str] = field(default_factory=dict)
    media_role: MediaRole | None = None
    media_role_other: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    consents: Collection[Purpose] = ()

    def __post_init__(self) -> None:
        if not self.name_order:
            object.__setattr__(self, "name_order", usual_order(self.native_full))

    @property
    def name(self) -> Name:
        family_first = self.name_order == "family-first"
        return Name(self.latin_family, self.latin_given, family_first, self.native_full, self.native_language)

    @property
    def media(self) -> Media:
        """Their organization is the outlet."""
        return Media(self.organization, self.media_role, self.media_role_other)

    def reckon(self) -> None:
        """Compute the search keys of the name in advance (they are cached), to keep the write lock short."""
        known_by(self.name, "", (), tuple(self.organization.values()))

    @property
    def as_person(self) -> dict[str, Any]:
        """The columns of Person, and the organization, which is searchable as well."""
        names = (
            "latin_family", "latin_given", "name_order", "native_full", "native_family", "native_given",
            "native_language", "email", "phone",
        )  # fmt: skip
        texts = {name: dict(getattr(self, name)) for name in ("form_of_address", "organization")}
        return {name: getattr(self, name) for name in names} | texts


def media_faults_of(applicant: Applicant, *, is_media: bool, whole: bool) -> dict[str, str]:
    """Faults by field of the media values of a form, for a media type or another one."""
    if is_media:
        return media_faults(applicant.media, whole=whole)
    return {"media_role": "unknown"} if applicant.media_role else {}


@dataclass(frozen=True, slots=True)
class Invited:
    """A registration by invitation, which needs neither an open form nor approval. `block_id` is its allotment.
    `principal_id` is the registrant whose plus-one it is; plus-ones do need approval.
    """

    block_id: int | None = None
    principal_id: int | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of the registration."""
        return {"block_id": self.block_id, "principal_id": self.principal_id}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """The person who registers a group and receives its mail, in `language`."""

    name: str
    email: str
    phone: str | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Placed:
    """The result of a request to register.

    Show the public `status` and nothing else: someone registered before gets the answer of a new registration (`known`,
    without the other values). Everything else is mailed to the address.
    """

    status: RegistrationStatus
    registration_id: int | None = None
    queue_number: int | None = None
    short: str | None = None
    known: bool = False
    # The existing registration, for the mail to its address. Never shown.
    standing_id: int | None = None
    # For unconfirmed addresses: the deadline, and whether a spot is held until then.
    confirm_by: datetime | None = None
    holds_spot: bool = False
