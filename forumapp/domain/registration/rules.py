"""Who gets a place, and what may become of a registration. Pure."""

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
# An office registers all its leaders with one address; nobody fills another's mailbox or a quota with one.
MOST_FOR_ADDRESS, ADDRESS_WINDOW = 30, timedelta(hours=1)
MOST_IN_GROUP = MOST_FOR_ADDRESS  # by one request
# How long a spot is held until its email address is confirmed, in minutes.
DEFAULT_HOLD, SHORTEST_HOLD, LONGEST_HOLD = 30, 5, 60 * 24 * 7
# Up to this capacity a type's form recommends to have email addresses confirmed.
FEW_SPOTS = 50


def counted_people(sent: int) -> int:
    """How many times a request that registers `sent` people counts: at least once, and at most as often as the largest
    group, so that a larger one is refused for its size.
    """
    return min(max(sent, 1), MOST_IN_GROUP)


class RegistrationStatus(enum.StrEnum):
    INVITED = "invited"
    APPLIED = "applied"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"  # a place is held until they accept, or the offer ends
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


# In which an invitation waits for an answer.
UNANSWERED = frozenset({InvitationState.MADE, InvitationState.SENT})
# Nobody is reminded before they can have read what they were asked last.
REST = timedelta(hours=12)


class Area(enum.StrEnum):
    """What a registration type admits to, besides the open sessions."""

    CLOSED_SESSIONS = "closed-sessions"
    MEALS = "meals"
    DINNER = "dinner"
    VIP_ROOM = "vip-room"
    PRESS_ROOM = "press-room"
    BACKSTAGE = "backstage"


class MediaRole(enum.StrEnum):
    """In which someone comes for an outlet."""

    REPORTER = "reporter"
    EDITOR = "editor"
    PHOTOGRAPHER = "photographer"
    CAMERA = "camera"
    SOUND = "sound"
    PRODUCER = "producer"
    PRESENTER = "presenter"
    INTERPRETER = "interpreter"
    DRIVER = "driver"
    OTHER = "other"  # said in words beside it


# A person takes part once in an edition; these are the states in which they do or still may.
ACTIVE = ("invited", "unconfirmed", "applied", "waitlisted", "offered", "confirmed", "attended")
# Those that count. An address that is not confirmed keeps the person's one registration, but counts nowhere.
PARTICIPATING = frozenset(RegistrationStatus(status) for status in ACTIVE if status != RegistrationStatus.UNCONFIRMED)
# The states that use up one of the type's places. Who stays away had one all the same.
PLACED = frozenset(
    {RegistrationStatus.OFFERED, RegistrationStatus.CONFIRMED, RegistrationStatus.ATTENDED, RegistrationStatus.NO_SHOW}
)
# Those with a ticket to show at the door.
ADMITTED = frozenset({RegistrationStatus.CONFIRMED, RegistrationStatus.ATTENDED})

# What may be said of whoever had a place: that they came, that they did not, or that it is not known.
ATTENDANCE = frozenset({RegistrationStatus.CONFIRMED, RegistrationStatus.ATTENDED, RegistrationStatus.NO_SHOW})

# Who may still change what they said of themselves.
CHANGEABLE = PARTICIPATING - {RegistrationStatus.ATTENDED}

# Of two registrations of one person, the one that stays unless someone says otherwise.
_SUREST = ("attended", "confirmed", "offered", "waitlisted", "applied", "invited", "unconfirmed")

# From which states an organizer's (or the registrant's own) decision may lead where.
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
    """A type's places as they stand; `quota` None has no limit. `rest` is how many the whole edition has left, where
    that is limited too.
    """

    quota: int | None
    taken: int = 0
    waiting: int = 0
    needs_approval: bool = False
    rest: int | None = None

    @property
    def free(self) -> int | None:
        """How many are left; None is without end."""
        own = None if self.quota is None else max(0, self.quota - self.taken)
        return min((one for one in (own, self.rest) if one is not None), default=None)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A registration in its type's queue."""

    id: int
    type_id: int
    since: datetime


def place_for(places: Places) -> RegistrationStatus:
    """Decide what a new request gets: a place, a place in the queue, or a decision by people.

    A newcomer never overtakes people who already wait, even if a place is free.
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
    """A block has so many places, one at least, and not fewer than have a name. What was released stays as it is."""
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
    """Whether one visitor could take all of them, so that email addresses had better be confirmed."""
    return quota is not None and quota <= FEW_SPOTS


def uses_spot(status: RegistrationStatus, *, holds_spot: bool) -> bool:
    """Whether a registration in this status uses up one of the type's spots."""
    return status in PLACED or (status == RegistrationStatus.UNCONFIRMED and holds_spot)


def promotions(places: Places) -> int:
    """How many of those who wait have a place now."""
    return places.waiting if places.free is None else min(places.waiting, places.free)


def surest(status: str, registered_at: datetime, registration_id: int) -> tuple[int, datetime, int]:
    """By which active registrations of one person sort: the best claim to a place first, then the earlier."""
    return _SUREST.index(status), registered_at, registration_id


def in_turn(queues: Iterable[Sequence[Waiting]], free: int) -> list[Waiting]:
    """Who moves up where several queues share what is free: of those at the heads, whoever has waited longest."""
    return list(islice(merge(*queues, key=lambda one: (one.since, one.id)), free))


def last_day_to_change(changes_until: date | None, starts_on: date) -> date:
    """On which registrants change their own registration, where the forum is."""
    return changes_until or starts_on - timedelta(days=1)


def invitation_state(state: InvitationState, answer_by: date | None, today: date) -> InvitationState:
    """How an invitation stands on a day of the forum's zone; on its last one it can still be answered."""
    ended = state in UNANSWERED and answer_by is not None and answer_by < today
    return InvitationState.EXPIRED if ended else state


def way_fault(*, is_open: bool, by_invitation: bool) -> str | None:
    """A type that is by invitation has no form that is open to everyone."""
    return "by-invitation" if is_open and by_invitation else None


@dataclass(frozen=True, slots=True)
class Media:
    """For which outlet someone comes, and in which role; `role_other` says which one where it is "other"."""

    outlet: Mapping[str, str] = field(default_factory=dict)
    role: MediaRole | None = None
    role_other: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.outlet and self.role is None

    @property
    def columns(self) -> dict[str, Any]:
        """Of the registration. Words for a role that is in the list are not kept."""
        other = self.role_other.strip() if self.role == MediaRole.OTHER else ""
        kept = {"outlet": dict(self.outlet), "media_role": self.role, "media_role_other": other}
        return {"is_media": None if self.is_empty else True, **kept}


NO_MEDIA = Media()


@dataclass(frozen=True, slots=True)
class Accreditation:
    """What is known of someone whose type accredits media, and who saw an identity document of theirs and when."""

    outlet: Mapping[str, str]
    role: MediaRole | None
    role_other: str
    id_seen_at: datetime | None
    id_seen_by: int | None


def media_faults(media: Media, *, outlet: str = "organization", whole: bool = True) -> dict[str, str]:
    """By field, what is wrong with it; `outlet` is where the outlet was asked. It may be incomplete unless `whole`."""
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
    """What someone says of themselves when they register. Names are kept to the character.

    `organization` and `title` are texts by language; `answers` are values by a question's code; `consents` are what
    they agreed to.
    """

    latin_family: str = ""
    latin_given: str = ""
    name_order: str = ""  # left empty, as the script of the name has it
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
        """Whoever comes as media comes for the organization that they name."""
        return Media(self.organization, self.media_role, self.media_role_other)

    def reckon(self) -> None:
        """By what a newcomer will be found, so that it is known before anyone waits for the database's writer."""
        known_by(self.name, "", (), tuple(self.organization.values()))

    @property
    def as_person(self) -> dict[str, Any]:
        """The columns of a person, and the organization by which they can be searched as well."""
        names = (
            "latin_family", "latin_given", "name_order", "native_full", "native_family", "native_given",
            "native_language", "email", "phone",
        )  # fmt: skip
        texts = {name: dict(getattr(self, name)) for name in ("form_of_address", "organization")}
        return {name: getattr(self, name) for name in names} | texts


def media_faults_of(applicant: Applicant, *, is_media: bool, whole: bool) -> dict[str, str]:
    """What is wrong with what someone says who registers, as media or not."""
    if is_media:
        return media_faults(applicant.media, whole=whole)
    return {"media_role": "unknown"} if applicant.media_role else {}


@dataclass(frozen=True, slots=True)
class Invited:
    """Whoever registers by invitation needs neither an open form nor a decision. A place may be held in a block."""

    block_id: int | None = None
    # Whom they come with: a decision is needed all the same.
    principal_id: int | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """Of the registration."""
        return {"block_id": self.block_id, "principal_id": self.principal_id}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whoever registers a group: mail about its people goes to them, in `language`."""

    name: str
    email: str
    phone: str | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Placed:
    """What a request to register led to.

    For the public, an edge shows `status` and nothing else: someone who was registered before gets the same answer
    as a newcomer (`known`, without the other values), and everything more travels by mail to the address itself.
    """

    status: RegistrationStatus
    registration_id: int | None = None
    queue_number: int | None = None
    short: str | None = None
    known: bool = False
    # The registration of someone known, for the mail to the address itself; no edge shows it.
    standing_id: int | None = None
    # Of an address that is not confirmed: by when it has to be, and whether a spot is held until then.
    confirm_by: datetime | None = None
    holds_spot: bool = False
