"""How people and organizations are named in print: as the registry has them or, in an edition that was archived, as it
had them.

What was printed last year does not change because a record is renamed or becomes one with another, nor because the
edition is opened again. So whatever prints a name asks here; it is kept for each row that names a record, since two
rows may come to name the same one. Where such a row comes to name someone else, what is kept of it counts no more.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, insert, or_, select, update

from forumapp.core.database.db import Base
from forumapp.domain.audit.removals import is_kept_of
from forumapp.domain.people.index.search_index import name_in
from forumapp.domain.people.models import FrozenName, Kept, Organization, Person
from forumapp.domain.people.queries import TitleLine, kept_instead_of, organization_name, titles_in_edition
from forumapp.domain.people.rules import Name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Select, Table
    from sqlalchemy.orm import Session as DbSession

# By table, the column by which its rows name in print a record of the registry.
ORGANIZATIONS = {"delegation": "lead_organization_id", "edition_host": "organization_id", "itinerary_item": "host_id"}
PEOPLE = {
    "content_page": "signatory_id",
    "proof_entry": "person_id",
    "registration": "person_id",
    "seat": "person_id",
}
# The photo of those in the agenda as it is published, which holds their names itself, and of those in a delegation.
PHOTOS = "person"
_KEPT = {Kept.ORGANIZATION: tuple(ORGANIZATIONS), Kept.PERSON: (*PEOPLE, PHOTOS)}
_COLUMNS = {**ORGANIZATIONS, **PEOPLE}
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
    record = table.c[_COLUMNS[str(table.name)]]
    return and_(FrozenName.entity == str(table.name), FrozenName.row_id == table.c.id, FrozenName.record_id == record)


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


def photos_printed(db: DbSession, edition_id: int, ids: Collection[int]) -> dict[int, int]:
    """By person in the published agenda or in a delegation, the id of the photo that the edition shows. One query."""
    kept = FrozenName.row_id == FrozenName.record_id
    query = select(Person.id, Person.photo_id, FrozenName.id, FrozenName.image_id)
    query = query.outerjoin(FrozenName, _photo_beside(edition_id)).where(Person.id.in_(ids))
    rows = db.execute(query.order_by(kept))  # of two that have become one, the photo of the one that stayed
    photos = {person: live if frozen is None else image for person, live, frozen, image in rows}
    return {person: image for person, image in photos.items() if image is not None}


def photos_of_now(edition_id: int) -> Select[Any]:
    """The ids of people whose photo the edition shows as it is now."""
    return select(Person.id).outerjoin(FrozenName, _photo_beside(edition_id)).where(FrozenName.id.is_(None))


def people_pictured(db: DbSession, edition_id: int, image_id: int) -> list[int]:
    """Those of whom the edition shows this photo if they are in its agenda."""
    live = and_(FrozenName.id.is_(None), Person.photo_id == image_id)
    query = select(Person.id).outerjoin(FrozenName, _photo_beside(edition_id))
    return list(db.scalars(query.where(or_(live, FrozenName.image_id == image_id))))


def _photo_beside(edition_id: int) -> ColumnElement[bool]:
    here = FrozenName.edition_id == edition_id
    return and_(here, FrozenName.entity == PHOTOS, FrozenName.record_id == Person.id)


def freeze(db: DbSession, edition_id: int) -> None:
    """From now on the edition's papers say what they would say now. What they say as it was kept before stays."""
    for table, _column in _places(_COLUMNS):
        named = select(table.c.id).where(frozen_beside(table)).correlate(FrozenName)
        stale = (FrozenName.edition_id == edition_id, FrozenName.entity == str(table.name), ~named.exists())
        db.execute(delete(FrozenName).where(*stale))
    rows = [
        *(row for table, column in _places(ORGANIZATIONS) for row in _organizations(db, edition_id, table, column)),
        *(row for table, column in _places(PEOPLE) for row in _people(db, edition_id, table, column)),
        *_photos(db, edition_id),
    ]
    if rows:
        db.execute(insert(FrozenName), rows)


def release(db: DbSession, edition_id: int, person_id: int) -> None:
    """The edition's papers name this person as they are now, whom someone has changed in it."""
    here = (FrozenName.edition_id == edition_id, FrozenName.record_id == person_id)
    db.execute(delete(FrozenName).where(*here, FrozenName.entity.in_(PEOPLE)))


def release_all(db: DbSession, edition_id: int) -> None:
    """Its papers follow the registry again."""
    db.execute(delete(FrozenName).where(FrozenName.edition_id == edition_id))


def keeps_names(db: DbSession, edition_id: int) -> bool:
    return db.scalar(select(FrozenName.id).where(FrozenName.edition_id == edition_id).limit(1)) is not None


def release_photos(db: DbSession, edition_id: int) -> None:
    """Its agenda is published anew, with the people of now."""
    db.execute(delete(FrozenName).where(FrozenName.edition_id == edition_id, FrozenName.entity == PHOTOS))


def follow(db: DbSession, kind: Kept, gone_id: int, kept_id: int) -> None:
    """What is kept of rows that named a record is of the one that it has become one with."""
    named = (FrozenName.entity.in_(_KEPT[kind]), FrozenName.record_id == gone_id)
    db.execute(update(FrozenName).where(*named).values(record_id=kept_id))


def forget_frozen(db: DbSession, entity: str, ids: Iterable[int]) -> None:
    """Of rows that are taken out for good."""
    db.execute(delete(FrozenName).where(FrozenName.entity == entity, FrozenName.row_id.in_(list(ids))))


def forget_frozen_photos(db: DbSession, person_id: int) -> list[tuple[FrozenName, dict[str, int | None]]]:
    """Whoever takes their photo away has all that they ever had taken from past editions, too; what each showed."""
    theirs = (FrozenName.entity.in_(_KEPT[Kept.PERSON]), FrozenName.record_id == person_id)
    rows = db.scalars(select(FrozenName).where(*theirs, FrozenName.image_id.is_not(None))).all()
    shown = [(row, {"image_id": row.image_id}) for row in rows]
    for row in rows:
        row.image_id = None
    return shown


def put_back_frozen_photos(db: DbSession, person_id: int, kept: Iterable[Mapping[str, Any]]) -> None:
    """`kept` are the values of what `forget_frozen_photos` emptied: it shows them again where it still stands."""
    for values in kept:
        row = db.get(FrozenName, values["id"])
        if row is not None and is_kept_of(row, values) and row.record_id == person_id and row.image_id is None:
            row.image_id = values["image_id"]


def _places(columns: Mapping[str, str]) -> Iterator[tuple[Table, str]]:
    """Of the domains above this one as well."""
    return ((Base.metadata.tables[table], column) for table, column in columns.items())


def _organizations(db: DbSession, edition_id: int, table: Table, column: str) -> Iterator[dict[str, Any]]:
    query = select(table.c.id, Organization.id, Organization.short, Organization.legal)
    query = query.join(Organization, Organization.id == table.c[column])
    for row_id, record_id, short, legal in db.execute(_alive(query, edition_id, table)):
        said = {"name": organization_name(short, legal, None)}
        yield _row(edition_id, (str(table.name), row_id), record_id, said)


def _people(db: DbSession, edition_id: int, table: Table, column: str) -> Iterator[dict[str, Any]]:
    columns = [getattr(Person, name) for name in _NAME]
    query = select(table.c.id.label("row_id"), Person.id, Person.photo_id, *columns)
    query = query.join(Person, Person.id == table.c[column])
    rows = db.execute(_alive(query, edition_id, table)).mappings().all()
    titles = titles_in_edition(db, edition_id, {row["id"] for row in rows})
    for row in rows:
        said = {
            "name": dataclasses.asdict(name_in(dict(row))),
            "titles": [dataclasses.asdict(one) for one in titles.get(row["id"], ())],
        }
        photo = row["photo_id"] if "picture_id" in table.c else None
        yield _row(edition_id, (str(table.name), row["row_id"]), row["id"], said, photo)


def _alive(query: Select[Any], edition_id: int, table: Table) -> Select[Any]:
    query = query.outerjoin(FrozenName, frozen_beside(table))
    return query.where(table.c.edition_id == edition_id, FrozenName.id.is_(None))


def _photos(db: DbSession, edition_id: int) -> Iterator[dict[str, Any]]:
    """Under the records of now, as pages ask for them."""
    version = Base.metadata.tables["agenda_version"]
    published = select(version.c.content).where(version.c.edition_id == edition_id)
    content = db.scalar(published.order_by(version.c.number.desc()).limit(1))
    ids = [int(one) for one in json.loads(content)["people"]] if content else []
    ids += db.scalars(_travelling(edition_id))
    instead = kept_instead_of(db, Kept.PERSON, ids)
    query = select(Person.id, Person.photo_id).outerjoin(FrozenName, _photo_beside(edition_id))
    now = {instead.get(one, one) for one in ids}
    for person_id, photo_id in db.execute(query.where(Person.id.in_(now), FrozenName.id.is_(None))):
        yield _row(edition_id, (PHOTOS, person_id), person_id, {}, photo_id)


def _travelling(edition_id: int) -> Select[int]:
    """Those whom an itinerary booklet pictures."""
    registration, member = Base.metadata.tables["registration"], Base.metadata.tables["delegation_member"]
    query = select(registration.c.person_id).join(member, member.c.registration_id == registration.c.id)
    return query.where(member.c.edition_id == edition_id, member.c.left_on.is_(None))


def _row(
    edition_id: int, place: tuple[str, int], record_id: int, said: dict[str, Any], image_id: int | None = None
) -> dict[str, Any]:
    entity, row_id = place
    return {
        "edition_id": edition_id, "entity": entity, "row_id": row_id, "record_id": record_id, "said": said,
        "image_id": image_id,
    }  # fmt: skip
