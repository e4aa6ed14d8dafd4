"""Taking out how people can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, or_, select, update

from forumapp.domain.audit.erasing import list_removed, scrub_removals
from forumapp.domain.audit.services import batched, erase_values
from forumapp.domain.people.models import (
    Affiliation,
    EditionTitle,
    Kept,
    Merge,
    Organization,
    OrganizationKind,
    Person,
    PersonDouble,
    PersonWord,
)
from forumapp.domain.people.queries import merged_into
from forumapp.domain.people.records.services import CONTACTS, SEARCHED, search_text_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

# By what a person is found; what was removed long ago may hold a phone number in it, and loses it with the others.
DERIVED = "search_text"
_TABLE: Any = Person.__table__
_HAS_CONTACTS = or_(*(getattr(Person, field) != "" for field in CONTACTS))
_KEEP = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("person"))
    .values(
        **dict.fromkeys(CONTACTS),
        phone_tail=None,
        search_text=bindparam("words"),
        version=_TABLE.c.version + 1,
        updated_at=bindparam("at"),
    )
)


def list_of_government(db: DbSession, edition_id: int) -> set[int]:
    """The ids of people who have in the edition a title of a government's organization, or had when it was removed."""
    organization = func.coalesce(EditionTitle.organization_id, Affiliation.organization_id)
    query = (
        select(EditionTitle.person_id)
        .outerjoin(Affiliation, Affiliation.id == EditionTitle.affiliation_id)
        .join(Organization, Organization.id == organization)
        .where(EditionTitle.edition_id == edition_id, Organization.kind == OrganizationKind.GOVERNMENT)
    )
    removed = list_removed(db, edition_id, "edition_title")
    if not removed:
        return set(db.scalars(query))
    governments = set(db.scalars(select(Organization.id).where(Organization.kind == OrganizationKind.GOVERNMENT)))
    gone = list_removed(db, edition_id, "organization")
    governments |= {row["id"] for row in gone if row["kind"] == OrganizationKind.GOVERNMENT}
    return set(db.scalars(query)) | {row["person_id"] for row in removed if row.get("organization_id") in governments}


def erase_contacts(
    db: DbSession, edition_id: int | None, person_ids: Collection[int], *, now: datetime, dry_run: bool = False
) -> dict[str, int]:
    """Take out these people's mail address, phone number and WeChat name: of their records, of the log, and of what
    was removed in the edition or across all; and of the records that have become one with theirs.
    """
    merged = [one for person_id in sorted(person_ids) for one in merged_into(db, Kept.PERSON, person_id)]

    def scrub(table: str, values: dict[str, Any]) -> dict[str, Any]:
        if table != "person" or values["id"] not in person_ids or not any(values.get(one) for one in CONTACTS):
            return values
        return {**values, **dict.fromkeys(CONTACTS), DERIVED: ""}

    return {
        "person": sum(_erase(db, batch, now=now, dry_run=dry_run) for batch in batched(person_ids)),
        "merge": _erase_merged(db, merged, dry_run=dry_run),
        "audit_value": erase_values(db, "person", {*person_ids, *merged}, (*CONTACTS, DERIVED), dry_run=dry_run),
        "removal": scrub_removals(db, edition_id, scrub, dry_run=dry_run),
    }


def list_reachable(db: DbSession, person_ids: Collection[int]) -> list[int]:
    """Which of these people's records have contact details."""
    query = select(Person.id).where(Person.id.in_(person_ids), _HAS_CONTACTS)
    return list(db.scalars(query.order_by(Person.id)))


def _erase_merged(db: DbSession, gone_ids: list[int], *, dry_run: bool) -> int:
    concerned = 0
    for some in batched(gone_ids):
        for row in db.scalars(select(Merge).where(Merge.entity == Kept.PERSON, Merge.gone_id.in_(some))):
            if any(row.gone.get(one) for one in CONTACTS):
                concerned += 1
                if not dry_run:
                    row.gone = {**row.gone, **dict.fromkeys(CONTACTS), DERIVED: ""}
    db.flush()
    return concerned


def _erase(db: DbSession, ids: list[int], *, now: datetime, dry_run: bool) -> int:
    columns = {field: getattr(Person, field) for field in SEARCHED if field not in CONTACTS}
    query = select(Person.id, *columns.values()).where(Person.id.in_(ids), _HAS_CONTACTS).order_by(Person.id)
    rows = db.execute(query if dry_run else query.with_for_update()).all()
    if rows and not dry_run:
        db.connection().execute(
            _KEEP, [{"person": row.id, "words": search_text_of(db, row), "at": now} for row in rows]
        )
    return len(rows)


def erase_record(
    db: DbSession,
    person_id: int,
    merged_ids: Collection[int],
    *,
    names: tuple[str, str],
    now: datetime,
    dry_run: bool = False,
) -> None:
    """Empty a person's record for good and all records that were merged into it; `names`, one in Latin letters and one
    in Chinese, stand in for theirs. Posts and titles are deleted, and nobody finds the record by its former names.
    """
    if dry_run:
        return
    row = db.get_one(Person, person_id)
    kept = {"id", "created_at", "updated_at", "version", "is_sample", "name_order", "native_language"}
    blank: dict[str, Any] = {}
    for column in _TABLE.c:
        if column.name not in kept:
            value = getattr(row, column.name)
            blank[column.name] = None if column.nullable else type(value)()
    blank |= {"latin_family": names[0], "native_full": names[1], "native_language": "zh-Hans", "erased_at": now}
    connection = db.connection()
    for table in (EditionTitle, Affiliation, PersonWord):
        connection.execute(delete(table).where(table.person_id == person_id))
    pairs = or_(PersonDouble.low_id == person_id, PersonDouble.high_id == person_id)
    connection.execute(delete(PersonDouble).where(pairs))
    raised = {"version": _TABLE.c.version + 1, "updated_at": now}
    connection.execute(update(_TABLE).where(_TABLE.c.id == person_id).values(**blank, **raised))
    for merge in db.scalars(select(Merge).where(Merge.entity == Kept.PERSON, Merge.gone_id.in_(merged_ids))):
        merge.gone = {name: value for name, value in merge.gone.items() if name in kept}
        merge.moved = {**merge.moved, "absorbed": []}
    db.flush()
    db.expire_all()
