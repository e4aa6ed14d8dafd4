"""Who the speakers of a file are: people of the edition by their names, or new ones. Nobody is made one with another
because of a name alone who is not in the edition yet; who resembles someone is told.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlalchemy import select, union

from forumapp.core.files.spreadsheets import TableRow
from forumapp.core.values.text import SCRIPTS
from forumapp.domain.agenda.formats.parsing.schedule_builder import texts_key
from forumapp.domain.agenda.models import RoleAssignment
from forumapp.domain.audit.services import batched
from forumapp.domain.people.imports import services as imports_services
from forumapp.domain.people.imports.services import UNCLEAR, State
from forumapp.domain.people.index.same_names import people_with_names
from forumapp.domain.people.models import EditionTitle, Person
from forumapp.domain.people.names.name_split import split_title
from forumapp.domain.people.rules import Name
from forumapp.domain.people.spreadsheets.rows import RowFault, read_person
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.scope import ContactScope
    from forumapp.domain.agenda.formats.parsing.values import FileSpeaker
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.people.spreadsheets.rows import Draft

_COLUMNS = (
    "latin",
    "native",
    *(f"{part}.{code}" for part in ("title", "organization", "biography") for code in SCRIPTS),
)
_LOOKED_UP = ("latin", "native")
_MALE, _FEMALE = frozenset({"mr"}), frozenset({"ms", "mrs", "miss"})
_MAPPING = {column: column for column in _COLUMNS}


@dataclass(slots=True)
class Known:
    """Who is who, by the file's key. `drafts` are of those who are new; `notices` are shown with their sessions."""

    people: dict[str, int] = field(default_factory=dict)
    drafts: dict[str, Draft] = field(default_factory=dict)
    notices: dict[str, RowFault] = field(default_factory=dict)

    def add(self, db: DbSession, key: str, *, actor: Actor, now: datetime) -> int | None:
        """The person with this key, who is made where there is none; None of whom no record can be made."""
        if key not in self.people and key in self.drafts:
            (self.people[key],) = imports_services.add_people(db, [self.drafts[key]], actor=actor, now=now)
        return self.people.get(key)


def know(
    db: DbSession,
    edition_id: int,
    speakers: Mapping[str, FileSpeaker],
    contact_scope: ContactScope | None,
    *,
    before: datetime | None = None,
) -> Known:
    """The number of queries grows with every thousand speakers."""
    found, there = Known(), _there(db, edition_id, speakers.values())
    rest = {}
    for key, one in speakers.items():
        matches = _matches(one, there)
        if len(matches) == 1:
            found.people[key] = next(iter(matches))
        elif matches:
            found.notices[key] = RowFault("", "several-people", (one.shown,))
        else:
            rest[key] = one
    if rest:
        _strangers(db, found, rest, contact_scope, before)
    return found


def _there(
    db: DbSession, edition_id: int, speakers: Iterable[FileSpeaker]
) -> dict[str, list[tuple[int, dict[str, str]]]]:
    """Those who take part in the edition and share a name with a speaker, by the keys of their names."""
    kinds = (RoleAssignment, Registration, EditionTitle)
    ids = union(*(select(one.person_id).where(one.edition_id == edition_id) for one in kinds)).subquery()
    named = (
        Person.latin_family, Person.latin_given, Person.name_order, Person.native_full, Person.form_of_address,
    )  # fmt: skip
    found = defaultdict(list)
    query = select(Person.id, *named).where(Person.id.in_(select(ids.c.person_id))).order_by(Person.id)
    texts = (text for one in speakers for text in (one.latin, split_title(one.latin)[1], one.native))
    likely = batched(people_with_names(db, texts))
    rows = (row for batch in likely for row in db.execute(query.where(Person.id.in_(batch))))
    for person_id, family, given, order, native, form in rows:
        names = _name_keys(Name(family, given, order == "family-first").latin, native, form.get("en", ""))
        for kind in _LOOKED_UP:
            if names[kind]:
                found[f"{kind} {names[kind]}"].append((person_id, names))
    return found


def _matches(one: FileSpeaker, there: Mapping[str, list[tuple[int, dict[str, str]]]]) -> set[int]:
    """Who has one of the names and contradicts in no other: "Mr Li Wei" is not "Ms Li Wei"."""
    names = _name_keys(one.latin, one.native)
    return {
        person_id
        for kind in _LOOKED_UP
        if names[kind]
        for person_id, theirs in there.get(f"{kind} {names[kind]}", ())
        if all(not names[other] or not theirs[other] or names[other] == theirs[other] for other in names)
    }


def _name_keys(latin: str, native: str, form_of_address: str = "") -> dict[str, str]:
    """The Latin name is compared without the title before it. Of a title only the gender counts."""
    title, name = split_title(latin)
    words = {word.strip(".").lower() for word in f"{title} {form_of_address}".split()}
    gender = "m" if words & _MALE else "f" if words & _FEMALE else ""
    return {"latin": texts_key(name), "native": texts_key(native), "gender": gender}


def _strangers(
    db: DbSession,
    found: Known,
    speakers: Mapping[str, FileSpeaker],
    contact_scope: ContactScope | None,
    before: datetime | None,
) -> None:
    """Who is not in the edition: someone of the registry where name and post are theirs, and else new."""
    keys = dict(enumerate(speakers, start=1))
    drafts = [_draft(number, speakers[key]) for number, key in keys.items()]
    for line in imports_services.plan_people(db, drafts, contact_scope, before=before):
        key, draft = keys[line.number], _without_office(line.draft)
        if draft.faults:
            found.notices[key] = RowFault("", "speaker-left-out", (line.name,))
        elif line.state is State.SAME and line.alike and line.alike.id and (draft.title or draft.organization):
            found.people[key] = line.alike.id
        else:
            found.drafts[key] = draft
            if line.alike:
                found.notices[key] = RowFault("", "speaker-resembles", (line.name, line.alike.name))


def _without_office(draft: Draft) -> Draft:
    """An organization that may be one of several keeps nobody from speaking: it is left out."""
    faults = tuple(one for one in draft.faults if one.code != UNCLEAR)
    return draft if len(faults) == len(draft.faults) else replace(draft, faults=faults, organization={})


def _draft(number: int, one: FileSpeaker) -> Draft:
    cells = {"latin": one.latin, "native": one.native}
    for part in ("title", "organization", "biography"):
        cells |= {f"{part}.{code}": text for code, text in getattr(one, part).items()}
    return read_person(TableRow(number, cells), _MAPPING)


def spoken(keys: Iterable[str], speakers: Mapping[str, FileSpeaker]) -> dict[str, FileSpeaker]:
    return {key: speakers[key] for key in dict.fromkeys(keys) if key in speakers}
