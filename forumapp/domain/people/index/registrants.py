"""Finding the person who registers, or adding them: Core statements, because many register at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select

# PostgreSQL's construct, because its ON CONFLICT reads the same on both databases.
from sqlalchemy.dialects.postgresql import insert as insert_once

from forumapp.core.database.compiled_statements import Prepared
from forumapp.core.database.locks import lock_name
from forumapp.core.values.text import email_key
from forumapp.domain.audit.services import Actor, record
from forumapp.domain.people import rules
from forumapp.domain.people.index.search_index import index_offices, index_person
from forumapp.domain.people.models import EditionTitle, NameOrder, Person

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

_BY_EMAIL = Prepared(
    select(
        Person.id,
        Person.latin_family,
        Person.latin_given,
        Person.name_order,
        Person.native_full,
        Person.native_language,
    )
    .where(Person.email == bindparam("address"))
    .order_by(Person.id)
)
_ADD = Prepared(insert(Person).returning(Person.id))
_ADD_TITLE = Prepared(
    insert_once(EditionTitle)
    .on_conflict_do_nothing(index_elements=["edition_id", "person_id", "position"])
    .returning(EditionTitle.id)
)


@dataclass(frozen=True, slots=True)
class Found:
    person_id: int
    is_new: bool


def people_at(db: DbSession, email: str | None) -> Sequence[Any]:
    """Everyone of a mail address, by name. Requests for one address wait for each other."""
    if not email:
        return ()
    address = email_key(email)
    lock_name(db, f"email:{address}")
    return _BY_EMAIL.rows(db, {"address": address})


def find_or_add(
    db: DbSession, values: Mapping[str, Any], *, known: Sequence[Any] | None = None, actor: Actor, now: datetime
) -> Found:
    """The person with the same mail address and the same name, left as they stand, or a new one.

    The address alone says nothing: one office registers many. `values` are columns of Person, and "organization",
    the texts by which the person can be searched as well. `known` are `people_at` the address, where the caller has
    asked already.
    """
    name = rules.Name(
        values["latin_family"],
        values["latin_given"],
        values["name_order"] == NameOrder.FAMILY_FIRST,
        values["native_full"],
        values["native_language"],
    )
    for person_id, family, given, order, *native in people_at(db, values["email"]) if known is None else known:
        if rules.same_name(name, rules.Name(family, given, order == NameOrder.FAMILY_FIRST, *native)):
            return Found(person_id, is_new=False)
    email = email_key(values["email"]) if values["email"] else None
    columns = {key: value for key, value in values.items() if key != "organization"}
    columns |= {"email": email, "search_text": rules.search_text(name, values["organization"].values())}
    person_id = _ADD.value(db, columns)
    record(db, "created", "person", person_id, actor=actor, now=now)
    index_person(db, person_id, columns, offices=values["organization"].values(), is_new=True)
    return Found(person_id, is_new=True)


def add_title(
    db: DbSession,
    edition_id: int,
    person_id: int,
    *,
    title: Mapping[str, str],
    organization: Mapping[str, str],
    organization_id: int | None = None,
    is_new: bool = False,
    actor: Actor,
    now: datetime,
) -> None:
    """How the person wants to appear in the edition; what is set there already stays. One who is new was added with
    these texts of an organization, and is found by them.
    """
    if organization_id is None and not any((*title.values(), *organization.values())):
        return
    row = {
        "edition_id": edition_id,
        "person_id": person_id,
        "title": dict(title),
        "organization_id": organization_id,
        "organization_name": dict(organization),
        "position": 1,
    }
    title_id = _ADD_TITLE.value(db, row)
    if title_id is not None:
        record(db, "created", "edition_title", title_id, actor=actor, now=now, edition_id=edition_id)
        if organization and not is_new:
            index_offices(db, person_id)
