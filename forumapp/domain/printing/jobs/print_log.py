"""The log of what has been printed: a line for each piece, and one for each paper that has no pieces of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select, true
from sqlalchemy.orm import aliased

from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.core.values.text import LANGUAGES
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import limited
from forumapp.domain.audit.services import record
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import name_of
from forumapp.domain.people.search_conditions import says
from forumapp.domain.printing.cards.print_log import NAMES, TITLES
from forumapp.domain.printing.letter_models import Letter
from forumapp.domain.printing.letters.values import recipient_from
from forumapp.domain.printing.models import JobStatus, Paper, PrintJob, PrintLine, Reprint
from forumapp.domain.registration.lists.conditions import chosen_ids
from forumapp.domain.registration.lists.filters import Filters
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.people.rules import Name

NOBODY: frozenset[int] = frozenset()  # of whom mail addresses are looked through
HEADINGS = (
    "print", "paper", "registration", "Latin name", "native name", "printed at", "printed by", "device", "copy",
    "version", "reason", "box", "serial", "edited",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PieceFilters:
    """Which lines are wanted: all that are named must hold. `reprints` are of what there had been one."""

    search: str = ""
    paper: Paper | None = None
    registration: int | None = None
    reprints: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """What was printed, for whom, by whom, when and where. `version` counts what it says: of a badge or a card whenever
    that is another, of a working paper as it is printed on it. `reason` is that of one which is not the first, and
    `edited` the parts of a badge that the desk worded otherwise on this piece.
    """

    job_id: int
    paper: Paper
    registration_id: int | None
    name: Name | None
    printed_at: datetime | None
    printed_by_id: int | None
    printed_by: str | None
    device: str
    copy: int | None
    version: int | None
    reason: Reprint | None
    box: str | None
    letter_id: int | None = None
    serial: str | None = None
    edited: Mapping[str, Any] = field(default_factory=dict)

    @property
    def edited_lines(self) -> list[str]:
        """What the desk wrote on it, line by line, as badges have them."""
        printed = [self.edited[part] for part in (*NAMES, *TITLES) if part in self.edited]
        texts = [[one] if isinstance(one, str) else [one[each] for each in LANGUAGES if each in one] for one in printed]
        return [line or "—" for lines in texts for line in lines or [""]]


def pieces_page(
    db: DbSession,
    edition_id: int,
    filters: PieceFilters,
    *,
    within: Collection[int] | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[Piece]:
    """The newest print first, its pieces as they came. `within` limits it to people and papers of these delegations."""
    page = paged(db, _chosen(db, edition_id, filters, within), number=number, size=size)
    return page.of([_piece(row) for row in page.items])


def take_out_pieces(
    db: DbSession, edition_id: int, filters: PieceFilters, *, actor: Actor, now: datetime
) -> tuple[list[str], list[list[str]]]:
    """Headings and rows of a table. Who took what out is told to the log."""
    require(db, edition_id, Permission.PRINT, actor=actor)
    within = require(db, edition_id, Permission.EXPORT, actor=actor).within(Permission.PRINT, Permission.EXPORT)
    rows = [_cells(_piece(row)) for row in db.execute(_chosen(db, edition_id, filters, within))]
    taken = {"columns": (None, list(HEADINGS)), "count": (None, len(rows))}
    record(db, "took-out", "edition", edition_id, actor=actor, now=now, edition_id=edition_id, changes=taken)
    return list(HEADINGS), rows


def _chosen(
    db: DbSession, edition_id: int, filters: PieceFilters, within: Collection[int] | None
) -> Select[*tuple[Any, ...]]:
    query = (
        select(PrintJob, PrintLine, Person, Account.name, Letter)
        .select_from(PrintJob)
        .outerjoin(PrintLine, PrintLine.job_id == PrintJob.id)
        .outerjoin(Registration, Registration.id == PrintLine.registration_id)
        .outerjoin(Letter, Letter.id == PrintLine.letter_id)
        .outerjoin(Person, Person.id == func.coalesce(PrintLine.person_id, Registration.person_id))
        .outerjoin(Account, Account.id == PrintJob.asked_by)
        .where(PrintJob.edition_id == edition_id, PrintJob.status == JobStatus.DONE)
        .order_by(PrintJob.id.desc(), PrintLine.position)
    )
    if within is not None:
        of_person = and_(true(), *limited(Registration.id, "registration", edition_id, within))
        card = and_(true(), *limited(PrintLine.person_id, "person", edition_id, within))
        whole = and_(PrintLine.id.is_(None), *limited(PrintJob.id, "print_job", edition_id, within))
        query = query.where(or_(of_person, card, whole))
    if filters.paper is not None:
        query = query.where(PrintJob.paper == filters.paper)
    if filters.registration is not None:
        query = query.where(_of_registrations(edition_id, Registration.id == filters.registration))
    if filters.reprints:
        again = and_(PrintLine.id.is_(None), PrintJob.reason.is_not(None))
        query = query.where(or_(PrintLine.copy_number > 1, again))
    if filters.search:
        found = chosen_ids(db, edition_id, Filters(search=filters.search), within=within, details_within=NOBODY)
        on_letters = and_(Letter.id.is_not(None), *(says(Letter.search_text, one) for one in filters.search.split()))
        query = query.where(or_(_of_registrations(edition_id, Registration.id.in_(found)), on_letters))
    return query


def _of_registrations(edition_id: int, which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Their own pieces, and the cards of whoever is registered so."""
    other = aliased(Registration)
    ids = select(Registration.id).where(Registration.edition_id == edition_id, which)
    people = select(other.person_id).where(other.id.in_(ids))
    return or_(PrintLine.registration_id.in_(ids), PrintLine.person_id.in_(people))


def _piece(row: Any) -> Piece:
    job, line, person, account, letter = row
    copy = line.copy_number if line else None
    return Piece(
        job_id=job.id,
        paper=job.paper,
        registration_id=line.registration_id if line else None,
        name=recipient_from(letter.said).name if letter else name_of(person) if person else None,
        printed_at=job.finished_at,
        printed_by_id=job.asked_by,
        printed_by=account,
        device=job.device,
        copy=copy,
        version=line.content_version if line and copy else job.paper_version,
        reason=job.reason if line is None or (copy and copy > 1) else None,
        box=line.box if line else None,
        letter_id=letter.id if letter else None,
        serial=letter.serial if letter else None,
        edited=line.said if line and job.paper is Paper.BADGES else {},
    )


def _cells(one: Piece) -> list[str]:
    """As a table holds it; what is not known is empty."""
    name = one.name
    cells = (
        one.job_id, one.paper.value, one.registration_id, name.latin if name else None,
        name.native_full if name else None, one.printed_at.isoformat() if one.printed_at else None, one.printed_by,
        one.device, one.copy, one.version, one.reason.value if one.reason else None, one.box, one.serial,
        " / ".join(one.edited_lines),
    )  # fmt: skip
    return ["" if cell is None else str(cell) for cell in cells]
