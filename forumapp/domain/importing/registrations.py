"""What an import of registrations would do, held against who is there and the places there are; and doing it.

A row is read (`registration.rows`), its person is looked for in the registry as an import of people does it, and then
its place is counted, row after row. Nobody is registered twice, whatever became of them: the same file again changes
nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.text import fold
from forumapp.core.times import zone_named
from forumapp.domain.accounts.editing import get_in
from forumapp.domain.audit.services import batched
from forumapp.domain.delegations import services as delegations
from forumapp.domain.delegations.models import Delegation
from forumapp.domain.delegations.rules import with_wholes
from forumapp.domain.forums.models import Edition
from forumapp.domain.people import imports
from forumapp.domain.people.finding import add_title
from forumapp.domain.people.imports import Alike, Line, State
from forumapp.domain.people.rows import RowFault, fault_at, guess
from forumapp.domain.people.services import create_person
from forumapp.domain.registration import seats
from forumapp.domain.registration.answers import snapshot
from forumapp.domain.registration.errors import AlreadyRegistered, NoPlacesLeft
from forumapp.domain.registration.models import EditionPlaces, Registration, RegistrationType
from forumapp.domain.registration.rows import (
    REGISTRATION_FIELDS,
    Choices,
    answer_fields,
    form_of,
    known_headings,
    read_registration,
)
from forumapp.domain.registration.rules import PLACED, RegistrationStatus, Source
from forumapp.domain.registration.services import enter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.tables import TableRow
    from forumapp.domain.accounts.reach import Told
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.importing.models import ImportRun
    from forumapp.domain.registration.rows import Entry, Form

_NAME_COLUMNS = ("latin", "latin_family", "latin_given", "native", "native_family")
WHERE_FULL = {"type-full": "type", "edition-full": "type", "delegation-full": "delegation"}


@dataclass(frozen=True, slots=True)
class RegistrationLine(Line):
    """`person_id` is who registers, where they are in the registry already."""

    entry: Entry | None = None
    person_id: int | None = None


def fields(db: DbSession, edition_id: int) -> dict[str, Mapping[str, str]]:
    """What a column may mean; the edition's own questions with what they ask."""
    return {**{name: {} for name in REGISTRATION_FIELDS}, **answer_fields(forms_of(db, edition_id))}


def guessed(db: DbSession, edition_id: int, headings: Iterable[str]) -> dict[str, str]:
    return guess(headings, known_headings(forms_of(db, edition_id)))


def forms_of(db: DbSession, edition_id: int) -> list[Form]:
    """The edition's registration types, in their order."""
    kind = RegistrationType
    query = select(kind.id, kind.code, kind.name, kind.questions).where(kind.edition_id == edition_id)
    return [form_of(*row) for row in db.execute(query.order_by(kind.position, kind.id))]


def plan(db: DbSession, run: ImportRun, rows: Sequence[TableRow], told: Told | None) -> list[Line]:
    """As many queries as for people, and six more, whatever the number of rows."""
    choices = _choices(db, run)
    entries = [read_registration(row, run.mapping, choices) for row in rows]
    people = imports.plan_people(db, [entry.person for entry in entries], told, posts=False, before=run.created_at)
    held = _Held(run, _standing(db, run.edition_id, people))
    lines: list[RegistrationLine] = [held.line(line, entry) for line, entry in zip(people, entries, strict=True)]
    places = _Places(db, run)
    return [places.line(line) if _is_taken(line, run) else line for line in lines]


def add(db: DbSession, run: ImportRun, lines: Sequence[Line], *, actor: Actor, now: datetime) -> int:
    """Register those who are to be taken. Whoever finds their place gone at the last moment is left out, as the same
    file tells when it is brought again.
    """
    added = 0
    for line in lines:
        try:
            with db.begin_nested():
                _register(db, run, line, actor=actor, now=now)  # type: ignore[arg-type]  # of `plan`
        except (AlreadyRegistered, NoPlacesLeft, delegations.DelegationFull):
            continue
        added += 1
    return added


def hold_places(db: DbSession, edition_id: int) -> None:
    """So that what is planned can be done: nobody else takes a place until the transaction ends."""
    for type_id in db.scalars(
        select(RegistrationType.id).where(RegistrationType.edition_id == edition_id).order_by(RegistrationType.id)
    ).all():
        seats.hold(db, type_id)


def _register(db: DbSession, run: ImportRun, line: RegistrationLine, *, actor: Actor, now: datetime) -> None:
    entry = line.entry
    by: dict[str, Any] = {"actor": actor, "now": now}
    if entry is None or entry.form is None:
        raise RuntimeError("a row that names no type is faulty")
    person = entry.person
    person_id = line.person_id or create_person(db, person.values, **by).id
    add_title(db, run.edition_id, person_id, title=person.title, organization=person.organization, **by)
    row = enter(
        db,
        run.edition_id,
        person_id,
        entry.form.id,
        status=entry.status,
        source=Source.IMPORT,
        language=entry.language,
        registered_at=entry.registered_at,
        answers=snapshot(entry.form.stored, entry.answers),
        **by,
    )
    if entry.delegation_id is not None:
        delegation = get_in(db, Delegation, run.edition_id, entry.delegation_id)
        delegations.add_member(db, delegation, row.id, **by)


def _choices(db: DbSession, run: ImportRun) -> Choices:
    forms = forms_of(db, run.edition_id)
    named = select(Delegation.id, Delegation.code, Delegation.name).where(Delegation.edition_id == run.edition_id)
    delegations_named = {
        fold(word): delegation_id
        for delegation_id, code, name in db.execute(named.order_by(Delegation.id.desc()))
        for word in (*name.values(), code)
    }
    zone = db.scalars(select(Edition.zone).where(Edition.id == run.edition_id)).one()
    return Choices(
        {fold(word): form for form in reversed(forms) for word in (*form.name.values(), form.code)},
        delegations_named,
        zone_named(zone),
        next((form for form in forms if form.code == run.settings.get("type")), None),
    )


def _standing(db: DbSession, edition_id: int, lines: Iterable[Line]) -> set[int]:
    """Who of those whom rows resemble is registered, whatever became of it."""
    found: set[int] = set()
    for some in batched({line.alike.id for line in lines if line.alike and line.alike.id}):
        query = select(Registration.person_id).where(Registration.edition_id == edition_id)
        found |= set(db.scalars(query.where(Registration.person_id.in_(some))))
    return found


def _is_taken(line: Line, run: ImportRun) -> bool:
    decided = line.number in run.chosen or line.number in run.joined
    return line.state is State.NEW or (line.state is State.DOUBLE and decided)


def _who(line: Line) -> tuple[str, ...]:
    """The same for two rows of one name and one address."""
    values = line.draft.values
    names = (values["latin_family"] + " " + values["latin_given"], values["native_full"], values.get("email", ""))
    return tuple("".join(sorted(map(fold, text.split()))) for text in names)


class _Held:
    """Rows held against the people there are and the rows before them."""

    def __init__(self, run: ImportRun, standing: set[int]) -> None:
        self.run, self.standing = run, standing
        self.rows: dict[int, Line] = {}  # by the person whom an earlier row registers
        self.seen: dict[tuple[str, ...], Line] = {}  # whatever is wrong with them
        self.named = next((one for one in _NAME_COLUMNS if one in run.mapping.values()), "")

    def line(self, line: Line, entry: Entry) -> RegistrationLine:
        made = RegistrationLine(
            line.number, line.state, line.name, line.draft, line.faults, line.alike, entry.notices, entry
        )
        earlier = self.seen.setdefault(_who(line), line)
        if line.state is State.FAULTY and earlier is not line:
            return self._twice(made, Alike(None, earlier.number, earlier.name, "same"))
        if line.alike is None or line.state is State.FAULTY:
            return made
        if line.alike.id is None:
            found = self._twice(made, line.alike)
        elif line.state is State.SAME:
            found = self._known(made, line.alike)
        else:
            found = self._resembling(made, line.alike)
        if found.state is State.DOUBLE and found.number in self.run.joined and found.person_id is None:
            return replace(found, state=State.SAME)  # as someone who registers already
        return found

    def _twice(self, line: RegistrationLine, alike: Alike) -> RegistrationLine:
        """Nobody decides on what says the same twice; the rest is someone's to look at."""
        state = State.DOUBLE if line.state is State.DOUBLE else State.FAULTY
        fault = fault_at(self.run.mapping, self.named, "twice-in-file")
        return replace(line, state=state, alike=alike, faults=(*line.faults, fault))

    def _known(self, line: RegistrationLine, alike: Alike) -> RegistrationLine:
        person_id = alike.id or 0
        if person_id in self.standing:
            return replace(line, alike=alike._replace(reason="registered"))
        if (earlier := self.rows.get(person_id)) is not None:
            return self._twice(line, Alike(None, earlier.number, earlier.name, "same"))
        self.rows[person_id] = line
        return replace(line, state=State.NEW, person_id=person_id)

    def _resembling(self, line: RegistrationLine, alike: Alike) -> RegistrationLine:
        """That very person, if someone says so and they are not registered; or someone else."""
        person_id = alike.id or 0
        if person_id in self.standing or person_id in self.rows:
            return replace(line, notices=(*line.notices, fault_at(self.run.mapping, self.named, "registered")))
        if line.number in self.run.joined:
            self.rows[person_id] = line
            return replace(line, person_id=person_id)
        return line


class _Places:
    """The places there are, row after row."""

    def __init__(self, db: DbSession, run: ImportRun) -> None:
        self.run = run
        kind = RegistrationType
        rows = db.execute(select(kind.id, kind.quota, kind.taken).where(kind.edition_id == run.edition_id))
        self.free = {("type", one): None if quota is None else quota - taken for one, quota, taken in rows}
        whole = select(EditionPlaces.quota, EditionPlaces.taken).where(EditionPlaces.edition_id == run.edition_id)
        for quota, taken in db.execute(whole):
            self.free["edition", 0] = None if quota is None else quota - taken
        one = Delegation
        groups = select(one.id, one.parent_id, one.quota, one.members).where(one.edition_id == run.edition_id)
        self.parents: dict[int, int | None] = {}
        for delegation_id, parent_id, quota, members in db.execute(groups):
            self.parents[delegation_id] = parent_id
            self.free["delegation", delegation_id] = None if quota is None else quota - members
        self.used: Counter[tuple[str, int]] = Counter()

    def line(self, line: RegistrationLine) -> RegistrationLine:
        """With the place it gets, or with what is full."""
        entry = line.entry
        if entry is None or entry.form is None:
            return line
        wholes = with_wholes(entry.delegation_id, self.parents) if entry.delegation_id else []
        seat = [("type", entry.form.id), ("edition", 0)] if entry.status in PLACED else []
        wanted = [*seat, *(("delegation", one) for one in wholes)]
        full = next((one for one in wanted if self._is_full(one)), None)
        if full and full in seat and entry.status is RegistrationStatus.CONFIRMED and self.run.settings.get("waitlist"):
            queued = replace(entry, status=RegistrationStatus.WAITLISTED)
            notice = fault_at(self.run.mapping, "type", "waitlisted")
            return self.line(replace(line, entry=queued, notices=(*line.notices, notice)))
        if full:
            fault = self._fault(full[0])
            return replace(line, state=State.FAULTY, faults=(*line.faults, fault))
        self.used.update(wanted)
        return line

    def _is_full(self, what: tuple[str, int]) -> bool:
        free = self.free.get(what)
        return free is not None and self.used[what] >= free

    def _fault(self, what: str) -> RowFault:
        code = f"{what}-full"
        return fault_at(self.run.mapping, WHERE_FULL[code], code)
