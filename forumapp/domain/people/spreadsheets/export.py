"""People and organizations as rows of a table, under the headings that an import knows: what went in comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forumapp.domain.accounts.scope import has_open_contacts
from forumapp.domain.people.models import Affiliation, Organization, Person
from forumapp.domain.people.spreadsheets.rows import ORGANIZATION_HEADINGS, PERSON_HEADINGS, several_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.scope import ContactScope

BATCH = 500
# In the order of the columns. A name in one cell is what an import may have; we write it in the cells it stands in.
PERSON_COLUMNS = tuple(field for field in PERSON_HEADINGS if field != "latin")
CONTACTS = frozenset({"email", "phone", "wechat"})
ORGANIZATION_COLUMNS = tuple(ORGANIZATION_HEADINGS)


def usual(columns: Sequence[str]) -> tuple[str, ...]:
    """Without those of traditional characters beside simplified ones, which few write."""
    return tuple(column for column in columns if not column.endswith(".zh-Hant"))


def in_use(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], list[list[str]]]:
    """The usual columns, and the others where anything stands in them."""
    common = usual(columns)
    kept = [n for n, column in enumerate(columns) if column in common or any(row[n] for row in rows)]
    return tuple(columns[n] for n in kept), [[row[n] for n in kept] for row in rows]


def headings(columns: Sequence[str]) -> list[str]:
    named = {**ORGANIZATION_HEADINGS, **PERSON_HEADINGS}
    return [named[column][0] for column in columns]


def person_columns(*, contacts: bool) -> tuple[str, ...]:
    """Ways to reach a person only for those who are told of anyone."""
    return tuple(column for column in PERSON_COLUMNS if contacts or column not in CONTACTS)


def person_rows(db: DbSession, columns: Sequence[str], *, contact_scope: ContactScope | None) -> Iterator[list[str]]:
    """Everyone with their main post; how to reach them of those who are `told`. A query for each of BATCH."""
    post = Affiliation.position == 1
    query = (
        select(Person, Affiliation, has_open_contacts(Person.id, contact_scope).label("has_open_contacts"))
        .outerjoin(Affiliation, (Affiliation.person_id == Person.id) & post)
        .options(joinedload(Affiliation.organization))
        .order_by(Person.id)
    )
    for person, affiliation, reachable in db.execute(query.execution_options(yield_per=BATCH)):
        cells = {**person_cells(person), **_post_cells(affiliation)} | (
            {} if reachable else dict.fromkeys(CONTACTS, "")
        )
        yield [cells.get(column, "") for column in columns]


def organization_rows(db: DbSession, columns: Sequence[str]) -> Iterator[list[str]]:
    """All, whoever is part of another one after it, as an import needs them. One query."""
    rows = {row.id: row for row in db.scalars(select(Organization).order_by(Organization.id))}
    above = {row.id: _above(rows, row) for row in rows.values()}
    for row in sorted(rows.values(), key=lambda one: len(above[one.id])):
        cells = {
            **texts_in_cells("legal", row.legal),
            **texts_in_cells("short", row.short),
            **texts_in_cells("abbreviation", row.abbreviation),
            "also_known_as": several_lines(row.also_known_as),
            "country_region": row.country_region or "",
            "kind": row.kind.value,
            "code": row.code or "",
            **texts_in_cells("parent", _called(rows.get(row.parent_id or 0))),
        }
        yield [cells.get(column, "") for column in columns]


def _above(rows: Mapping[int, Organization], row: Organization) -> list[int]:
    above = []
    while row.parent_id is not None:
        row = rows[row.parent_id]
        above.append(row.id)
    return above


def _post_cells(post: Affiliation | None) -> dict[str, str]:
    return {
        **texts_in_cells("title", post.title if post else {}),
        **texts_in_cells("organization", _called(post.organization if post else None)),
    }


def person_cells(person: Person) -> dict[str, str]:
    return {
        "latin_family": person.latin_family,
        "latin_given": person.latin_given,
        "name_order": person.name_order.value,
        "native": person.native_full,
        "native_family": person.native_family,
        "native_given": person.native_given,
        "native_language": person.native_language if person.native_full else "",
        "call_name": person.call_name,
        "also_known_as": several_lines(person.also_known_as),
        "pronunciation": person.pronunciation,
        "languages": "; ".join(person.languages),
        "email": person.email or "",
        "phone": person.phone or "",
        "wechat": person.wechat or "",
        **texts_in_cells("form_of_address", person.form_of_address),
        **texts_in_cells("biography", person.biography),
    }


def _called(office: Organization | None) -> dict[str, str]:
    """By what an import finds it again."""
    return {**office.short, **office.legal} if office else {}


def texts_in_cells(name: str, texts: dict[str, str]) -> dict[str, str]:
    return {f"{name}.{language}": text for language, text in texts.items()}
