"""Registrations as rows of a table, under the headings that an import knows: what went in comes out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select, true

from forumapp.core.values.text import fold, pick
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import codes_of_delegations, limited
from forumapp.domain.audit.services import Actor, record
from forumapp.domain.people.models import EditionTitle, Organization, Person
from forumapp.domain.people.queries import organization_name
from forumapp.domain.people.spreadsheets.export import BATCH, CONTACTS, person_cells, texts_in_cells
from forumapp.domain.registration.forms.questions import Question, read_questions, with_sections
from forumapp.domain.registration.lists.conditions import chosen_ids
from forumapp.domain.registration.models import Registration, RegistrationType, TicketCode
from forumapp.domain.registration.spreadsheets.cells import write_cell
from forumapp.domain.registration.spreadsheets.headings import REGISTRATION_HEADINGS
from forumapp.domain.registration.spreadsheets.media_cells import MEDIA_FIELDS
from forumapp.domain.registration.spreadsheets.rows import ANSWER

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.permissions import Access
    from forumapp.domain.registration.lists.filters import Filters

# What an import does not read, under headings that it takes for nothing.
OWN_HEADINGS = {
    "short_code": "code on the badge",
    "vip": "VIP",
    "desk_note": "note for the desk",
    "source": "came by",
    "queue_number": "place in the queue",
    "printed_at": "badge printed at",
    "id_seen_at": "ID seen at",
}
PERSON_COLUMNS = (
    "latin_family", "latin_given", "name_order", "native", "native_family", "native_given", "native_language",
    "form_of_address.en", "form_of_address.zh-Hans", "title.en", "title.zh-Hans", "organization.en",
    "organization.zh-Hans", "email", "phone", "wechat",
)  # fmt: skip
_CONTACTS = (Permission.SEE_ANSWERS, Permission.EXPORT)
COLUMNS = ("type", "status", "registered_at", "language", "delegation", *PERSON_COLUMNS, *MEDIA_FIELDS, *OWN_HEADINGS)


@dataclass(frozen=True, slots=True)
class Column:
    """`question` is what it answers, if it is one of an edition's own."""

    name: str
    heading: str
    question: Question | None = None


def columns_of(db: DbSession, edition_id: int, access: Access) -> list[Column]:
    """The columns that the caller may export. Contact details and answers need permission for some delegation."""
    shows_details = access.within(*_CONTACTS) != frozenset()
    names = [name for name in COLUMNS if shows_details or name not in CONTACTS]
    columns = [Column(name, OWN_HEADINGS.get(name) or REGISTRATION_HEADINGS[name][0]) for name in names]
    return [*columns, *_answers(db, edition_id)] if shows_details else columns


def take_out(
    db: DbSession, edition_id: int, filters: Filters, names: Collection[str], *, actor: Actor, now: datetime
) -> tuple[list[str], list[list[str]]]:
    """Headings and rows of the registrations that match, newest first; all columns where `names` is empty. The export
    is recorded in the log. Raises Forbidden.
    """
    require(db, edition_id, Permission.SEE_REGISTRATIONS, actor=actor)
    access = require(db, edition_id, Permission.EXPORT, actor=actor)
    within, details_within = access.within(Permission.SEE_REGISTRATIONS, Permission.EXPORT), access.within(*_CONTACTS)
    columns = columns_of(db, edition_id, access)
    columns = [one for one in columns if one.name in names] or columns
    ids = chosen_ids(db, edition_id, filters, within=within, details_within=details_within)
    rows = list(_rows(db, edition_id, ids, columns, details_within))
    taken = {"columns": (None, [one.name for one in columns]), "count": (None, len(rows))}
    record(db, "took-out", "edition", edition_id, actor=actor, now=now, edition_id=edition_id, changes=taken)
    return [one.heading for one in columns], rows


def _answers(db: DbSession, edition_id: int) -> list[Column]:
    """A column for each question that a type asks today, as it is asked first; by its code where its words are not
    its own.
    """
    kind = RegistrationType
    stored = db.scalars(select(kind.questions).where(kind.edition_id == edition_id).order_by(kind.position, kind.id))
    asked: dict[str, Question] = {}
    for questions in stored:
        for one in with_sections(read_questions(questions)):
            asked.setdefault(one.code, one)
    known = {fold(heading) for headings in REGISTRATION_HEADINGS.values() for heading in headings}
    known |= {fold(heading) for heading in OWN_HEADINGS.values()}
    words = Counter(fold(pick(one.label, "en")) for one in asked.values())
    alone = {word for word, count in words.items() if count == 1 and word} - known
    return [
        Column(ANSWER + code, label if fold(label := pick(one.label, "en")) in alone else ANSWER + code, one)
        for code, one in asked.items()
    ]


def _rows(
    db: DbSession, edition_id: int, ids: Select[Any], columns: Sequence[Column], details_within: Collection[int] | None
) -> Iterator[list[str]]:
    """A query for each of BATCH, and one for all delegations."""
    delegations = {row.registration_id: row.code for row in db.execute(codes_of_delegations(edition_id))}
    reachable = and_(true(), *limited(Registration.id, "registration", edition_id, details_within))
    query = (
        select(
            Registration, Person, RegistrationType.code, TicketCode.short, EditionTitle.title,
            EditionTitle.organization_name, Organization.short, Organization.legal, reachable,
        )
        .join(Person, Person.id == Registration.person_id)
        .join(RegistrationType, RegistrationType.id == Registration.type_id)
        .outerjoin(TicketCode, (TicketCode.registration_id == Registration.id) & TicketCode.revoked_at.is_(None))
        .outerjoin(
            EditionTitle,
            (EditionTitle.edition_id == Registration.edition_id)
            & (EditionTitle.person_id == Person.id)
            & (EditionTitle.position == 1),
        )
        .outerjoin(Organization, Organization.id == EditionTitle.organization_id)
        .where(Registration.id.in_(ids))
        .order_by(Registration.registered_at.desc(), Registration.id.desc())
        .execution_options(yield_per=BATCH)
    )  # fmt: skip
    for row, person, type_code, short, title, written, office, legal, shows_details in db.execute(query):
        organization = organization_name(office, legal, written)
        cells = {
            **person_cells(person),
            **texts_in_cells("title", title or {}),
            **texts_in_cells("organization", organization),
            **_cells(row, shows_details=shows_details),
            "type": type_code,
            "short_code": short or "",
            "delegation": delegations.get(row.id, ""),
        }
        answers = row.answers.get("values", {}) if shows_details else {}
        cells |= {} if shows_details else dict.fromkeys(CONTACTS, "")
        yield [_cell(one, cells, answers) for one in columns]


def _cell(column: Column, cells: Mapping[str, str], answers: Mapping[str, Any]) -> str:
    if column.question is None:
        return cells.get(column.name, "")
    value = answers.get(column.question.code)
    return "" if value is None else write_cell(column.question, value)


def _cells(row: Registration, *, shows_details: bool) -> dict[str, str]:
    return {
        "status": row.status.value,
        "registered_at": row.registered_at.isoformat(timespec="seconds"),
        "language": row.language,
        "vip": "yes" if row.is_vip else "",
        "desk_note": row.desk_note if shows_details else "",
        "source": row.source.value,
        **texts_in_cells("outlet", row.outlet),
        "media_role": row.media_role_other or (row.media_role or ""),
        "id_seen_at": row.id_seen_at.isoformat(timespec="seconds") if row.id_seen_at else "",
        "queue_number": "" if row.queue_number is None else str(row.queue_number),
        "printed_at": row.printed_at.isoformat(timespec="seconds") if row.printed_at else "",
    }
