"""Which things come along to a new edition, and which stay behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from forumapp.domain.accounts.models import EditionAccess
from forumapp.domain.accounts.permissions import Permission, Reach
from forumapp.domain.agenda.copies import SEVERITIES, TRACKS
from forumapp.domain.agenda.models import AgendaVersion, Session
from forumapp.domain.delegations.itineraries.copies import PLACES as ITINERARY_PLACES
from forumapp.domain.delegations.itineraries.copies import SETTINGS as ITINERARY_SETTINGS
from forumapp.domain.delegations.models.delegations import Delegation, ItineraryItem
from forumapp.domain.forums.copies import HOSTS, LEVELS, PAGES, ROOMS, VENUES
from forumapp.domain.forums.models import Task
from forumapp.domain.letters.copying import MAIL_REMINDERS, MAIL_TEXTS
from forumapp.domain.people.copies import PRECEDENCE_LISTS
from forumapp.domain.people.models import EditionTitle, PrecedenceEntry
from forumapp.domain.printing.jobs.copies import DESIGNS, LETTER_FORMS, PRINTERS, STOCKS
from forumapp.domain.printing.letter_models import Letter
from forumapp.domain.printing.models import PrintJob
from forumapp.domain.proofs.models import NameProof
from forumapp.domain.registration.group_models import RegistrationGroup
from forumapp.domain.registration.models import Invitation, PlaceBlock, Registration
from forumapp.domain.registration.types.copies import CONSENTS, PLACES, TYPES
from forumapp.domain.retention.copying import RULES

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.permissions import Access

# Of the edition itself; its days, year, name and address are said anew.
CARRIED = (
    "series_id", "theme", "place", "zone", "languages", "page_size", "print_blocks", "accent_color", "logo_id",
    "contact_email", "requires_two_factor",
)  # fmt: skip
# In this order, since types name designs, rooms name venues and hosts name levels.
PARTS = (
    PLACES,
    DESIGNS,
    STOCKS,
    PRINTERS,
    TYPES,
    CONSENTS,
    TRACKS,
    SEVERITIES,
    VENUES,
    ROOMS,
    ITINERARY_PLACES,
    ITINERARY_SETTINGS,
    LEVELS,
    HOSTS,
    PAGES,
    MAIL_TEXTS,
    MAIL_REMINDERS,
    LETTER_FORMS,
    PRECEDENCE_LISTS,
    RULES,
)
OPTIONAL = frozenset(part.key for part in PARTS if part.optional)
TASKS = "tasks"  # which forums.tasks copies, since they hang on the days
# What stays behind and is told, by who may know how much of it there is.
LEFT: tuple[tuple[str, Any, Permission], ...] = (
    ("registrations", Registration, Permission.SEE_REGISTRATIONS),
    ("invitations", Invitation, Permission.DECIDE_REGISTRATIONS),
    ("place-blocks", PlaceBlock, Permission.DECIDE_REGISTRATIONS),
    ("registration-groups", RegistrationGroup, Permission.DECIDE_REGISTRATIONS),
    ("sessions", Session, Permission.SEE_AGENDA),
    ("agenda-versions", AgendaVersion, Permission.SEE_AGENDA),
    ("delegations", Delegation, Permission.SEE_DELEGATIONS),
    ("itinerary-items", ItineraryItem, Permission.SEE_ITINERARIES),
    ("titles", EditionTitle, Permission.SEE_PEOPLE),
    ("precedence-entries", PrecedenceEntry, Permission.SEE_PRECEDENCE),
    ("name-proofs", NameProof, Permission.SEE_PROOFS),
    ("access", EditionAccess, Permission.MANAGE_ACCESS),
    ("print-jobs", PrintJob, Permission.PRINT),
    ("letters", Letter, Permission.PRINT),
)


@dataclass(frozen=True, slots=True)
class PartLine:
    """One kind of thing and how many of it there are; None is not told to the caller."""

    key: str
    count: int | None
    optional: bool = False


def parts_coming(db: DbSession, edition_id: int) -> list[PartLine]:
    """What would come along, in one query."""
    optional = {part.key: part.optional for part in PARTS}
    counts = _counts(db, edition_id, {part.key: part.kind for part in PARTS} | {TASKS: Task})
    return [PartLine(key, count, optional.get(key, False)) for key, count in counts.items()]


def parts_left(db: DbSession, access: Access) -> list[PartLine]:
    """What would stay behind, in one query; how much of it for whoever sees all of it."""
    seen = {key: kind for key, kind, permission in LEFT if access.reach(permission) is Reach.ALL}
    counts = _counts(db, access.edition_id, seen) if seen else {}
    return [PartLine(key, counts.get(key)) for key, _kind, _permission in LEFT]


def _counts(db: DbSession, edition_id: int, kinds: dict[str, Any]) -> dict[str, int]:
    asked = [
        select(func.count()).select_from(kind).where(kind.edition_id == edition_id).scalar_subquery()
        for kind in kinds.values()
    ]
    return dict(zip(kinds, db.execute(select(*asked)).one(), strict=True))
