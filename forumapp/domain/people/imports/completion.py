"""What rows of a table say of people and organizations whose records say nothing of it, and putting it there where
someone says so. Nothing that stands is ever replaced.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select

from forumapp.domain.accounts.scope import people_with_open_contacts
from forumapp.domain.audit.services import batched
from forumapp.domain.people.imports.services import PARTS, State
from forumapp.domain.people.models import Organization, Person
from forumapp.domain.people.records import services

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.scope import ContactScope
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.people.imports.services import Line

Row = TypeVar("Row", Person, Organization)
_LATIN = ("latin_family", "latin_given", "name_order")
_NATIVE = ("native_full", "native_family", "native_given")


def people_with_more(db: DbSession, lines: Sequence[Line], contact_scope: ContactScope | None) -> list[Line]:
    """How to reach someone is filled in, and said to be lacking, for those alone who are told it."""
    reachable = people_with_open_contacts(db, _meant(lines), contact_scope)

    def gaps(values: Mapping[str, Any], row: Person) -> dict[str, Any]:
        return {
            name: value
            for name, value in person_gaps(values, row).items()
            if _is_open(name, row, reachable, contact_scope)
        }

    return _with_more(db, lines, Person, gaps)


def _is_open(name: str, row: Person, reachable: frozenset[int], contact_scope: ContactScope | None) -> bool:
    return name not in services.CONTACTS or contact_scope is None or row.id in reachable


def organizations_with_more(db: DbSession, lines: Sequence[Line]) -> list[Line]:
    return _with_more(db, lines, Organization, organization_gaps)


def fill_people(db: DbSession, lines: Iterable[Line], *, actor: Actor, now: datetime) -> None:
    for line, row in _records(db, lines, Person):
        changes = _changes(line, row, person_gaps(line.draft.values, row))
        if "latin_given" in changes and "flags" in line.draft.values:
            changes["flags"] = [*row.flags, *line.draft.values["flags"]]
        if changes:
            services.update_person(db, row.id, changes, version=row.version, actor=actor, now=now)


def fill_organizations(db: DbSession, lines: Iterable[Line], *, actor: Actor, now: datetime) -> None:
    for line, row in _records(db, lines, Organization):
        if changes := _changes(line, row, organization_gaps(line.draft.values, row)):
            services.update_organization(db, row.id, changes, version=row.version, actor=actor, now=now)


def person_gaps(values: Mapping[str, Any], row: Person) -> dict[str, Any]:
    """What is said and not known yet: by column, and by column and language where it has several."""
    plain = ["call_name", "pronunciation", "languages", "also_known_as", "email", "phone", "wechat"]
    if not (row.latin_family or row.latin_given):
        plain += _LATIN
    if row.native_full in ("", values["native_full"]):
        plain += _NATIVE
    found = {name: values[name] for name in plain if values.get(name) and not getattr(row, name)}
    if not row.native_full and "native_full" in found and "native_language" in values:
        found["native_language"] = values["native_language"]
    if "latin_given" in found or "latin_family" in found:
        found |= {name: values[name] for name in ("name_order",) if name in values}
    return found | _text_gaps(values, row, ("form_of_address", "biography"))


def organization_gaps(values: Mapping[str, Any], row: Organization) -> dict[str, Any]:
    """A name that it has already, wherever it stands, is nothing new."""
    there = {*row.also_known_as, *(text for part in PARTS for text in (getattr(row, part) or {}).values())}
    names = {name: text for name, text in _text_gaps(values, row, PARTS).items() if text not in there}
    plain = ("also_known_as", "country_region")
    return names | {name: values[name] for name in plain if values.get(name) and not getattr(row, name)}


def _text_gaps(values: Mapping[str, Any], row: Any, columns: Iterable[str]) -> dict[str, str]:
    said = ((name, language, text) for name in columns for language, text in values.get(name, {}).items())
    return {f"{name}.{language}": text for name, language, text in said if not (getattr(row, name) or {}).get(language)}


def _changes(line: Line, row: Any, gaps: Mapping[str, Any]) -> dict[str, Any]:
    """By column. An earlier row of the file may have filled some by now."""
    changes: dict[str, Any] = {}
    for name, value in gaps.items():
        if name not in line.more:
            continue
        column, _dot, language = name.partition(".")
        changes[column] = {**changes.get(column, getattr(row, column) or {}), language: value} if language else value
    return changes


def _meant(lines: Iterable[Line]) -> set[int]:
    return {line.alike.id for line in lines if line.alike and line.alike.id and line.state is not State.FAULTY}


def _with_more(
    db: DbSession, lines: Sequence[Line], model: type[Row], gaps: Callable[[Mapping[str, Any], Row], dict[str, Any]]
) -> list[Line]:
    found = (db.scalars(select(model).where(model.id.in_(some))) for some in batched(_meant(lines)))
    rows = {row.id: row for some in found for row in some}

    def looked_at(line: Line) -> Line:
        row = rows.get(line.alike.id or 0) if line.alike and line.state is not State.FAULTY else None
        more = tuple(gaps(line.draft.values, row)) if row is not None else ()
        state = State.MORE if more and line.state is State.SAME else line.state
        return replace(line, more=more, state=state)

    return [looked_at(line) for line in lines]


def _records(db: DbSession, lines: Iterable[Line], model: type[Row]) -> Iterable[tuple[Line, Row]]:
    return ((line, db.get_one(model, line.alike.id)) for line in lines if line.alike and line.alike.id)
