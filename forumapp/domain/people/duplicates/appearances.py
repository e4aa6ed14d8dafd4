"""In which editions people appear, by the rows of all tables that refer to them, also of domains above this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, select, union

from forumapp.domain.audit.erasing import list_removed_rows
from forumapp.domain.people.duplicates.references import links_to
from forumapp.domain.people.models import Affiliation, Person

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Column
    from sqlalchemy.orm import Session as DbSession


def list_appearing(db: DbSession, edition_ids: Collection[int]) -> set[int]:
    """The ids of people to whom any row of these editions refers: a registration, a part in the program, a title, a
    place in an order of precedence, a seat, a name check, a printed line.
    """
    links = (select(column).where(column.table.c.edition_id.in_(edition_ids)) for column in _links())
    return {person_id for person_id in db.scalars(union(*links)) if person_id is not None}


def list_removed_people(db: DbSession, edition_id: int | None = None) -> set[int]:
    """The ids of people to whom a removed row refers that can still be brought back: of this edition, or of any."""
    links = {(column.table.name, column.name) for column in _links()}
    person_ids = set[int]()
    for row in list_removed_rows(db, edition_id):
        values: dict[str, Any] = row["values"]
        person_ids.update(
            values[name] for table, name in links if table == row["table"] and values.get(name) is not None
        )
    return person_ids


def list_in_no_edition(db: DbSession, *, unchanged_since: datetime) -> set[int]:
    """The ids of people to whom no row of any edition refers, not even a removed one, and whose record and posts are
    as they were then. Sample people are not listed.
    """
    appearing = union(*(select(column).where(column.is_not(None)) for column in _links()))
    has_new_post = exists().where(Affiliation.person_id == Person.id, Affiliation.updated_at > unchanged_since)
    query = select(Person.id).where(
        Person.updated_at <= unchanged_since, Person.is_sample.is_(False), ~has_new_post, Person.id.not_in(appearing)
    )
    return set(db.scalars(query)) - list_removed_people(db)


def _links() -> list[Column[Any]]:
    """The columns that hold a person's id, of all tables whose rows belong to an edition."""
    return [column for column in links_to(Person.__tablename__) if "edition_id" in column.table.c]
