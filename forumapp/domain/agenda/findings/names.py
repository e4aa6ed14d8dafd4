"""What those are called whom findings are about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.domain.agenda.models import Session, SessionItem
from forumapp.domain.forums.models import Room
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.findings.values import Finding
    from forumapp.domain.people.rules import Name

SESSION, ITEM, ROOM, PERSON = "session", "item", "room", "person"
# What a name is made of, without the rest of the person.
NAMED = (
    Person.id, Person.latin_family, Person.latin_given, Person.name_order, Person.native_full, Person.native_language,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Names:
    """Sessions, items and rooms by (kind, id) in the languages they have; people by id. A session that nobody has given
    a title yet has its code. Sessions of one title are told apart by when they `begin`.
    """

    texts: Mapping[tuple[str, int], dict[str, str]]
    people: Mapping[int, Name]
    begin: Mapping[int, datetime | None]

    def of(self, kind: str, one: int) -> dict[str, str]:
        """The name in the languages it has, without empty ones."""
        texts = self.people[one].texts if kind == PERSON else self.texts[kind, one]
        return {language: text for language, text in texts.items() if text}


def names_of(db: DbSession, findings: Iterable[Finding]) -> Names:
    """The names of all who are concerned. At most four queries."""
    parties = {party for finding in findings for party in finding.parties}
    texts: dict[tuple[str, int], dict[str, str]] = {}
    begin: dict[int, datetime | None] = {}
    for kind, columns in (
        (SESSION, (Session.id, Session.title, Session.code, Session.start_wall)),
        (ITEM, (SessionItem.id, SessionItem.title)),
        (ROOM, (Room.id, Room.name, Room.code)),
    ):
        ids = [one for of, one in parties if of == kind]
        rows: Any = db.execute(select(*columns).where(columns[0].in_(ids))).all() if ids else ()
        texts |= {(kind, row[0]): row[1] if any(row[1].values()) else {"en": "".join(row[2:3])} for row in rows}
        begin |= {row.id: row.start_wall for row in rows if kind == SESSION}
    people = [one for of, one in parties if of == PERSON]
    named_people: Any = db.execute(select(*NAMED).where(Person.id.in_(people))) if people else ()
    return Names(texts, {row.id: name_of(row) for row in named_people}, begin)


def named(finding: Finding, names: Names) -> dict[str, Any]:
    """A finding with the names of all that are concerned, as refusals and the interface tell it."""
    parties = [{"kind": kind, "id": one, "name": names.of(kind, one)} for kind, one in finding.parties]
    return {"code": finding.code, "parties": parties}
