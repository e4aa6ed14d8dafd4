"""Letters that were issued: the list of them, and each as it is printed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update

from forumapp.core.database.locks import lock_name
from forumapp.core.errors import Invalid, Refusal
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.editing.rows import get_in
from forumapp.domain.accounts.scope import limited
from forumapp.domain.forums.calendar.queries import today_at
from forumapp.domain.images.queries import contents_of
from forumapp.domain.people.search_conditions import says
from forumapp.domain.printing.letter_models import Letter, LetterIssue, LetterKind
from forumapp.domain.printing.letters.values import LetterBook, LetterValues, content_from, recipient_from
from forumapp.domain.printing.models import Paper, PrintLine
from forumapp.domain.printing.paper.layout import Finding
from forumapp.domain.printing.queries import NothingToPrint
from forumapp.domain.printing.rules import Options
from forumapp.domain.registration.lists.conditions import chosen
from forumapp.domain.registration.lists.filters import Filters
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.models import PrintJob

REVOKED = "letter-revoked"
KINDS = {Paper.INVITATIONS: LetterKind.INVITATION, Paper.CERTIFICATES: LetterKind.CERTIFICATE}


class LetterAltered(Refusal):
    """What is kept of a letter is not what was issued: nothing is printed of it."""

    code = "letter-altered"


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter in a list, with what it says of the person."""

    row: Letter
    said: LetterValues

    @property
    def altered(self) -> bool:
        """What is kept of it is not what was issued."""
        return self.said.seal != self.row.sha256


def letters_page(
    db: DbSession,
    edition: Edition,
    *,
    kind: LetterKind | None = None,
    revoked: bool | None = None,
    search: str = "",
    within: Collection[int] | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[LetterLine]:
    """The newest first. Each word of `search` is found in the serial or the name."""
    query = select(Letter).where(Letter.edition_id == edition.id, *limited(Letter.id, "letter", edition.id, within))
    if kind is not None:
        query = query.where(Letter.kind == kind)
    if revoked is not None:
        query = query.where(Letter.revoked_at.is_not(None) if revoked else Letter.revoked_at.is_(None))
    query = query.where(*(says(Letter.search_text, word) for word in search.split()))
    page = paged(db, query.order_by(Letter.id.desc()), number=number, size=size)
    return page.of(letter_lines(db, edition, page.items))


def get_letter(db: DbSession, edition: Edition, letter_id: int, *, within: Collection[int] | None = None) -> LetterLine:
    row = get_in(db, Letter, edition.id, letter_id, within=within)
    return letter_lines(db, edition, [row])[0]


def letter_values(db: DbSession, edition: Edition, rows: Sequence[Letter]) -> list[LetterValues]:
    """As they were issued. One query. Raises LetterAltered."""
    lines = letter_lines(db, edition, rows)
    for one in lines:
        if one.altered:
            raise LetterAltered(serial=one.row.serial)
    return [one.said for one in lines]


def letter_lines(db: DbSession, edition: Edition, rows: Sequence[Letter]) -> list[LetterLine]:
    """One query."""
    issues = select(LetterIssue.id, LetterIssue.content).where(LetterIssue.id.in_({row.issue_id for row in rows}))
    contents = {row.id: content_from(row.content) for row in db.execute(issues)} if rows else {}
    found = []
    for row in rows:
        one = LetterValues(
            contents[row.issue_id],
            recipient_from(row.said),
            row.serial,
            today_at(edition, row.issued_at),
            row.registration_id,
            row.invitation_id,
        )
        found.append(LetterLine(row, one))
    return found


def list_to_print(
    db: DbSession, edition: Edition, paper: Paper, options: Options, *, within: Collection[int] | None = None
) -> list[int]:
    """The ids of the letters that a print is of, by their serials, without those that `altered` tells and those
    that are revoked. Raises NothingToPrint and LetterAltered.
    """
    found = lines_to_print(db, edition, paper, options, within=within)
    if not found:
        raise NothingToPrint(edition=edition.slug)
    sound = [one.row.id for one in found if not one.altered]
    if not sound:
        raise LetterAltered(serial=found[0].row.serial)
    return sound


def require_letters(
    db: DbSession, edition_id: int, paper: Paper, options: Options, *, within: Collection[int] | None = None
) -> None:
    """Raises Invalid for a letter that is named and that there is not, or that is revoked."""
    if not options.letters:
        return
    found = db.scalars(chosen_letters(db, edition_id, paper, options, within=within)).all()
    if len(found) < len(set(options.letters)):
        named = _letters(edition_id, paper, within).where(Letter.id.in_(options.letters))
        revoked = db.scalars(named.where(Letter.revoked_at.is_not(None)).limit(1)).first()
        raise Invalid(fields={"letters": "unknown" if revoked is None else REVOKED})


def altered(lines: Iterable[LetterLine]) -> list[Finding]:
    """Those of which nothing is printed, since they are not what was issued."""
    return [_finding("letter-altered", one, blocking=True) for one in lines if one.altered]


def revoked_letters(db: DbSession, edition: Edition, ids: Sequence[int]) -> dict[int, Finding]:
    """Those of them that are revoked by now, with what is told of each: it is not printed."""
    if not ids:
        return {}
    query = select(Letter).where(Letter.id.in_(ids), Letter.revoked_at.is_not(None)).order_by(Letter.number)
    lines = letter_lines(db, edition, db.scalars(query.execution_options(populate_existing=True)).all())
    return {one.row.id: _finding(REVOKED, one, blocking=False) for one in lines}


def _finding(code: str, one: LetterLine, *, blocking: bool) -> Finding:
    details = {"serial": one.row.serial}
    return Finding(code, blocking, None, one.said.said.shown_name, details, ("letter", one.row.id))


def lines_to_print(
    db: DbSession, edition: Edition, paper: Paper, options: Options, *, within: Collection[int] | None = None
) -> list[LetterLine]:
    """The letters that a print is of, by their serials, also those that are not what was issued."""
    ids = chosen_letters(db, edition.id, paper, options, within=within)
    return letter_lines(db, edition, db.scalars(select(Letter).where(Letter.id.in_(ids)).order_by(Letter.number)).all())


def chosen_letters(
    db: DbSession, edition_id: int, paper: Paper, options: Options, *, within: Collection[int] | None = None
) -> Select[int]:
    """The ids of those named, or of all that are not revoked."""
    query = _letters(edition_id, paper, within).where(Letter.revoked_at.is_(None))
    if options.registration is not None:
        query = query.where(Letter.registration_id == options.registration)
    if options.type or options.delegation:
        filters = Filters(
            type=(options.type,) if options.type else (),
            delegation=(options.delegation,) if options.delegation else (),
        )
        chosen_ones = select(Registration.id).where(
            Registration.edition_id == edition_id, *chosen(db, edition_id, filters)
        )
        query = query.where(Letter.registration_id.in_(chosen_ones))
    if options.letters:
        query = query.where(Letter.id.in_(options.letters))
    return query


def _letters(edition_id: int, paper: Paper, within: Collection[int] | None) -> Select[int]:
    """The ids of all that there are."""
    query = select(Letter.id).where(Letter.edition_id == edition_id, Letter.kind == KINDS[paper])
    return query.where(*limited(Letter.id, "letter", edition_id, within))


def find_by_serial(
    db: DbSession, edition_id: int, paper: Paper, serial: str, *, within: Collection[int] | None = None
) -> int | None:
    """The letter that has it, if there is one. Raises what `require_letters` does."""
    query = _letters(edition_id, paper, within).where(Letter.serial == serial.strip().upper())
    found = db.scalar(query)
    if found is not None:
        require_letters(db, edition_id, paper, Options(letters=(found,)), within=within)
    return found


def count_printed(
    db: DbSession, edition_id: int, paper: Paper, options: Options, *, within: Collection[int] | None = None
) -> int:
    """How many of those that a print is of have been printed before."""
    ids = chosen_letters(db, edition_id, paper, options, within=within)
    lines = select(func.count(PrintLine.letter_id.distinct())).where(PrintLine.edition_id == edition_id)
    return db.execute(lines.where(PrintLine.letter_id.in_(ids))).scalar_one()


def letter_books(db: DbSession, edition: Edition, ids: Sequence[int], *, marked: bool = False) -> list[LetterBook]:
    """These letters with all that their paper needs, in their order, as they were issued; `marked`, those that are
    revoked say so. Three queries.
    """
    rows = {row.id: row for row in db.scalars(select(Letter).where(Letter.id.in_(ids)))}
    ordered = [rows[one] for one in ids]
    values = letter_values(db, edition, ordered)
    issues = select(LetterIssue.id, LetterIssue.characters).where(LetterIssue.id.in_({row.issue_id for row in ordered}))
    characters = {row.id: row.characters for row in db.execute(issues)}
    pictures = contents_of(db, {key for one in values for key in one.content.pictures})
    return [
        LetterBook(
            one,
            characters[row.issue_id],
            {key: pictures[key] for key in one.content.pictures},
            revoked_on=today_at(edition, row.revoked_at) if marked and row.revoked_at else None,
        )
        for row, one in zip(ordered, values, strict=True)
    ]


def file_name(row: Letter) -> str:
    """What its paper is called when it is taken out."""
    return f"{row.serial.replace('/', '-')}{'' if row.revoked_at is None else '-revoked'}.pdf"


def note_paper(db: DbSession, letter_id: int, pdf: bytes, renderer: str, *, now: datetime) -> None:
    """Keep the hash of a letter's paper as it was first made."""
    first = update(Letter).where(Letter.id == letter_id, Letter.pdf_sha256.is_(None))
    values = {"pdf_sha256": hashlib.sha256(pdf).hexdigest(), "renderer": renderer, "updated_at": now}
    db.connection().execute(first.values(**values))


def note_letters(db: DbSession, job: PrintJob, ids: Sequence[int]) -> None:
    """A line in the log of pieces for each, in the order of the print, with which copy of it this is. Harmless when
    done twice. Nobody else numbers pieces of the edition until the transaction ends.
    """
    lock_name(db, f"print-lines-{job.edition_id}")
    connection = db.connection()
    connection.execute(delete(PrintLine).where(PrintLine.job_id == job.id))
    query = (
        select(Letter.id, Letter.registration_id, func.coalesce(func.max(PrintLine.copy_number), 0).label("copies"))
        .outerjoin(PrintLine, PrintLine.letter_id == Letter.id)
        .where(Letter.id.in_(ids))
        .group_by(Letter.id, Letter.registration_id, Letter.number)
        .order_by(Letter.number)
    )
    of = {"edition_id": job.edition_id, "job_id": job.id, "content_version": 1}
    lines = [
        {**of, "letter_id": row.id, "registration_id": row.registration_id, "position": place,
         "copy_number": row.copies + 1}
        for place, row in enumerate(db.execute(query), start=1)
    ]  # fmt: skip
    if lines:
        connection.execute(insert(PrintLine), lines)
