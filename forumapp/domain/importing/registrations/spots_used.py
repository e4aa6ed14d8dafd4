"""The places that rows of registrations use up, counted over the file, and what is full."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.domain.accounts.scope import registrations_in
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember, MemberRole
from forumapp.domain.delegations.rules.delegations import with_wholes
from forumapp.domain.importing.models import ImportKind
from forumapp.domain.people.imports.services import Line, State
from forumapp.domain.people.spreadsheets.rows import RowFault, fault_at
from forumapp.domain.registration.models import ChoicePlaces, EditionPlaces, Registration, RegistrationType
from forumapp.domain.registration.rules import ACTIVE, PLACED, RegistrationStatus
from forumapp.domain.registration.spreadsheets.rows import ANSWER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.importing.models import ImportRun
    from forumapp.domain.registration.spreadsheets.rows import Entry

    Place = tuple[str, int]  # of a type, the edition, a delegation, its head or an option, by id

HELD = (*PLACED, RegistrationStatus.WAITLISTED)  # what only others take back
_COLUMNS = {"type": "type", "edition": "type", "delegation": "delegation", "head": "role"}


@dataclass(frozen=True, slots=True)
class RegistrationLine(Line):
    """`person_id` is who registers, where they are in the registry already, and `registration_id` theirs, where they
    only join a delegation.
    """

    entry: Entry | None = None
    person_id: int | None = None
    registration_id: int | None = None


class Places:
    """The places there are, row after row."""

    def __init__(self, db: DbSession, run: ImportRun) -> None:
        self.run = run
        self.used: Counter[Place] = Counter()
        self.free: dict[Place, int | None] = {}
        for what, row_id, quota, taken in _seats(db, run.edition_id):
            self.free[what, row_id] = None if quota is None else quota - taken
        one = Delegation
        groups = select(one.id, one.parent_id, one.quota, one.members, one.name)
        self.parents: dict[int, int | None] = {}
        self.names: dict[int, str] = {}
        for delegation_id, parent_id, quota, members, name in db.execute(
            groups.where(one.edition_id == run.edition_id)
        ):
            self.parents[delegation_id] = parent_id
            self.names[delegation_id] = " · ".join(name.values())
            self.free["delegation", delegation_id] = None if quota is None else quota - members
        heads = select(DelegationMember.delegation_id).where(
            DelegationMember.edition_id == run.edition_id,
            DelegationMember.left_on.is_(None),
            DelegationMember.role == MemberRole.HEAD,
        )
        self.free |= {("head", delegation_id): 0 for delegation_id in db.scalars(heads)}
        self.let_go = _let_go(db, run.edition_id, self.parents) if run.kind is ImportKind.ROSTER else Counter[int]()
        self.options: dict[int, list[tuple[int, str, str]]] = {}
        for row in db.scalars(select(ChoicePlaces).where(ChoicePlaces.edition_id == run.edition_id)):
            self.options.setdefault(row.type_id, []).append((row.id, row.question, row.option))
            self.free["option", row.id] = row.quota - row.taken

    def line(self, line: RegistrationLine) -> RegistrationLine:
        """With the places it gets, or with what is full."""
        entry = line.entry
        if entry is None or entry.form is None:
            return line
        joins = entry.delegation_id is not None and entry.status in ACTIVE
        wholes = with_wholes(entry.delegation_id or 0, self.parents) if joins else []
        groups: list[Place] = [("delegation", one) for one in wholes]
        if joins and entry.role == MemberRole.HEAD:
            head = ("head", entry.delegation_id or 0)
            self.free.setdefault(head, 1)
            groups.append(head)
        if line.registration_id is not None:
            return self._taken(line, groups, {})
        if entry.status is RegistrationStatus.CONFIRMED and any(map(self._is_given, wholes)):
            asking = replace(entry, status=RegistrationStatus.APPLIED)
            notice = fault_at(self.run.mapping, "delegation", "place-not-given-back")
            return self.line(replace(line, entry=asking, notices=(*line.notices, notice)))
        seat: list[Place] = [("type", entry.form.id), ("edition", 0)] if entry.status in PLACED else []
        full = next((one for one in seat if self._is_full(one)), None)
        if full and entry.status is RegistrationStatus.CONFIRMED and self.run.settings.get("waitlist"):
            queued = replace(entry, status=RegistrationStatus.WAITLISTED)
            notice = fault_at(self.run.mapping, "type", "waitlisted")
            return self.line(replace(line, entry=queued, notices=(*line.notices, notice)))
        return self._taken(line, [*seat, *groups], self._chosen(entry))

    def _chosen(self, entry: Entry) -> dict[Place, str]:
        """The options that use up a place, with their questions."""
        if entry.form is None or entry.status not in ACTIVE:
            return {}
        found: dict[Place, str] = {}
        for row_id, question, option in self.options.get(entry.form.id, ()):
            answer = entry.answers.get(question)
            if option in (answer if isinstance(answer, list) else [answer]):
                found["option", row_id] = question
        return found

    def _taken(self, line: RegistrationLine, wanted: list[Place], chosen: dict[Place, str]) -> RegistrationLine:
        full = next((one for one in wanted if self._is_full(one)), None)
        faults = [self._fault(full)] if full else []
        questions = dict.fromkeys(question for one, question in chosen.items() if self._is_full(one))
        faults += [fault_at(self.run.mapping, ANSWER + question, "option-full") for question in questions]
        if faults or line.state is State.FAULTY:
            return replace(line, state=State.FAULTY, faults=(*line.faults, *faults))
        self.used.update([*wanted, *chosen])
        return line

    def _is_full(self, what: Place) -> bool:
        free = self.free.get(what)
        return free is not None and self.used[what] >= free

    def _is_given(self, delegation_id: int) -> bool:
        """Whether all places of its quota were given, some to people who were let go and still have theirs: or else
        whoever lets people go and brings others would give more than there are.
        """
        free, kept = self.free["delegation", delegation_id], self.let_go[delegation_id]
        return kept > 0 and free is not None and self.used["delegation", delegation_id] + kept >= free

    def _fault(self, full: Place) -> RowFault:
        """A delegation is named: it may be the whole of the one that the row names."""
        what, row_id = full
        among = (self.names[row_id],) if what == "delegation" else ()
        return replace(fault_at(self.run.mapping, _COLUMNS[what], f"{what}-full"), among=among)


def _let_go(db: DbSession, edition_id: int, parents: Mapping[int, int | None]) -> Counter[int]:
    """By delegation, how many were let go of it or its parts, still have a place, and are in no delegation now."""
    query = (
        select(DelegationMember.registration_id, DelegationMember.delegation_id)
        .join(Registration, Registration.id == DelegationMember.registration_id)
        .where(DelegationMember.edition_id == edition_id, DelegationMember.left_on.is_not(None))
        .where(Registration.status.in_(HELD), Registration.id.not_in(registrations_in(edition_id)))
    )
    left = {(one, whole) for one, of in db.execute(query) for whole in with_wholes(of, parents)}
    return Counter(whole for _, whole in left)


def _seats(db: DbSession, edition_id: int) -> list[tuple[str, int, int | None, int]]:
    """The places of types and of the edition: what, its id, how many there are, and how many are taken."""
    kind, whole = RegistrationType, EditionPlaces
    types = db.execute(select(kind.id, kind.quota, kind.taken).where(kind.edition_id == edition_id))
    edition = db.execute(select(whole.quota, whole.taken).where(whole.edition_id == edition_id))
    return [
        *(("type", row.id, row.quota, row.taken) for row in types),
        *(("edition", 0, row.quota, row.taken) for row in edition),
    ]
