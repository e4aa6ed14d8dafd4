"""How people and organizations are named in print: as the registry has them or, in an archived edition, as it had them.

What was printed last year does not change because a record is renamed or becomes one with another. So whatever prints
a name asks here; it is kept for each row that names a record, since two rows may come to name the same one.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, insert, select, update

from forumapp.core.db import Base
from forumapp.domain.people.indexing import name_in
from forumapp.domain.people.models import FrozenName, Organization, Person
from forumapp.domain.people.queries import TitleLine, organization_name, titles_in_edition
from forumapp.domain.people.rules import Name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Table
    from sqlalchemy.orm import Session as DbSession

# By table, the column by which its rows name in print a record of the registry.
ORGANIZATIONS = {"delegation": "lead_organization_id", "edition_host": "organization_id", "itinerary_item": "host_id"}
PEOPLE = {"content_page": "signatory_id", "proof_entry": "person_id", "registration": "person_id"}
_NAME = ("latin_family", "latin_given", "name_order", "native_full", "native_language")
_NOWHERE = TitleLine({}, {})


@dataclass(frozen=True, slots=True)
class Appearance:
    """A person as an edition prints them, the office in which they attend first."""

    name: Name
    titles: tuple[TitleLine, ...]

    @property
    def first(self) -> TitleLine:
        return self.titles[0] if self.titles else _NOWHERE


def frozen_beside(kind: Any) -> ColumnElement[bool]:
    """Joins to rows of `kind`, which may be a table or a class, what is kept of each; nothing where they are alive."""
    table = getattr(kind, "__table__", kind)
    return and_(FrozenName.entity == str(table.name), FrozenName.row_id == table.c.id)


def person_printed(said: Mapping[str, Any] | None, name: Name, titles: Sequence[TitleLine]) -> Appearance:
    if said is None:
        return Appearance(name, tuple(titles))
    return Appearance(Name(**said["name"]), tuple(TitleLine(**one) for one in said["titles"]))


def organization_printed(
    said: Mapping[str, Any] | None, short: dict[str, str] | None, legal: dict[str, str] | None
) -> dict[str, str]:
    return organization_name(short, legal, None) if said is None else dict(said["name"])


def organizations_printed(db: DbSession, kind: Any, ids: Collection[int]) -> dict[int, dict[str, str]]:
    """By row of `kind`, the organization that it names. One query."""
    table = kind.__table__
    query = (
        select(table.c.id, FrozenName.said, Organization.short, Organization.legal)
        .join(Organization, Organization.id == table.c[ORGANIZATIONS[table.name]])
        .outerjoin(FrozenName, frozen_beside(kind))
        .where(table.c.id.in_(ids))
    )
    return {row_id: organization_printed(*found) for row_id, *found in db.execute(query)}


def freeze(db: DbSession, edition_id: int) -> None:
    """From now on the edition's papers say what they would say now."""
    release(db, edition_id)
    rows = [
        *(row for table, column in _places(ORGANIZATIONS) for row in _organizations(db, edition_id, table, column)),
        *(row for table, column in _places(PEOPLE) for row in _people(db, edition_id, table, column)),
    ]
    if rows:
        db.execute(insert(FrozenName), rows)


def release(db: DbSession, edition_id: int) -> None:
    """Its papers follow the registry again."""
    db.execute(delete(FrozenName).where(FrozenName.edition_id == edition_id))


def forget_frozen(db: DbSession, entity: str, ids: Iterable[int]) -> None:
    """Of rows that are taken out for good."""
    db.execute(delete(FrozenName).where(FrozenName.entity == entity, FrozenName.row_id.in_(list(ids))))


def forget_frozen_photo(db: DbSession, image_id: int | None) -> None:
    """Whoever takes their photo away has it taken from past editions, too."""
    if image_id is not None:
        db.execute(update(FrozenName).where(FrozenName.image_id == image_id).values(image_id=None))


def _places(columns: Mapping[str, str]) -> Iterator[tuple[Table, str]]:
    """Of the domains above this one as well."""
    return ((Base.metadata.tables[table], column) for table, column in columns.items())


def _organizations(db: DbSession, edition_id: int, table: Table, column: str) -> Iterator[dict[str, Any]]:
    query = select(table.c.id, Organization.short, Organization.legal)
    query = query.join(Organization, Organization.id == table.c[column]).where(table.c.edition_id == edition_id)
    for row_id, short, legal in db.execute(query):
        yield _row(edition_id, table, row_id, {"name": organization_name(short, legal, None)})


def _people(db: DbSession, edition_id: int, table: Table, column: str) -> Iterator[dict[str, Any]]:
    columns = [getattr(Person, name) for name in _NAME]
    query = select(table.c.id.label("row_id"), Person.id, Person.photo_id, *columns)
    query = query.join(Person, Person.id == table.c[column]).where(table.c.edition_id == edition_id)
    rows = db.execute(query).mappings().all()
    titles = titles_in_edition(db, edition_id, {row["id"] for row in rows})
    for row in rows:
        said = {
            "name": dataclasses.asdict(name_in(dict(row))),
            "titles": [dataclasses.asdict(one) for one in titles.get(row["id"], ())],
        }
        photo = row["photo_id"] if "picture_id" in table.c else None
        yield _row(edition_id, table, row["row_id"], said, photo)


def _row(
    edition_id: int, table: Table, row_id: int, said: dict[str, Any], image_id: int | None = None
) -> dict[str, Any]:
    return {
        "edition_id": edition_id, "entity": str(table.name), "row_id": row_id, "said": said, "image_id": image_id,
    }  # fmt: skip
