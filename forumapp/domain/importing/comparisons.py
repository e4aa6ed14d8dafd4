"""Who a row of a table resembles, side by side with what the row says, for whoever decides whether it is them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.domain.accounts.access import contact_scope_of
from forumapp.domain.accounts.scope import has_open_contacts
from forumapp.domain.people.models import Person
from forumapp.domain.people.queries import titles_in_edition
from forumapp.domain.people.search.suggestions import list_with_posts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.people.imports.services import Line


@dataclass(frozen=True, slots=True)
class Side:
    """`email` is None for a record of which the reader is not told how to reach it. `row` is of the file."""

    name: str
    title: Mapping[str, str]
    organization: Mapping[str, str]
    email: str | None
    row: int | None = None
    person_id: int | None = None


def sides(
    db: DbSession, edition_id: int, shown: Sequence[Line], lines: Sequence[Line], *, actor: Actor
) -> dict[int, tuple[Side, Side]]:
    """Of those shown that resemble a person or an earlier row, by their number. Five queries, however many."""
    there = _records(db, edition_id, {one.alike.id for one in shown if one.alike and one.alike.id}, actor=actor)
    rows = {line.number: line for line in lines}
    found = {}
    for line in shown:
        if line.alike is None:
            continue
        other = there.get(line.alike.id or 0) or (_row(rows[line.alike.row]) if line.alike.row in rows else None)
        if other is not None:
            found[line.number] = (_row(line), other)
    return found


def _row(line: Line) -> Side:
    draft = line.draft
    return Side(line.name, draft.title, draft.organization, draft.values.get("email", ""), row=line.number)


def _records(db: DbSession, edition_id: int, ids: Collection[int], *, actor: Actor) -> dict[int, Side]:
    """As they attend this edition, or else with their first post."""
    if not ids:
        return {}
    reachable = has_open_contacts(Person.id, contact_scope_of(db, actor=actor))
    emails = {
        row.id: row.email or ""
        for row in db.execute(select(Person.id, Person.email).where(Person.id.in_(ids), reachable))
    }
    titles = titles_in_edition(db, edition_id, ids)
    found = {}
    for one in list_with_posts(db, sorted(ids)):
        post = titles[one.id][0] if one.id in titles else one
        name = " · ".join(dict.fromkeys(text for text in (one.name.native_full, one.name.latin) if text))
        found[one.id] = Side(name, post.title, post.organization, emails.get(one.id), person_id=one.id)
    return found
