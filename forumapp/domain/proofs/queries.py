"""Reading name checks: who stands on which, as they are printed now, and where each of them stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, literal, not_, or_, select, union

from forumapp.core.database.columns import Json
from forumapp.core.errors import NotFound
from forumapp.core.values.paging import PAGE_SIZE, Page, page_of, paged
from forumapp.core.values.text import fold
from forumapp.domain.accounts.editing.rows import get_in
from forumapp.domain.accounts.scope import limited, people_of_edition
from forumapp.domain.agenda.content.snapshots import ANNOUNCED
from forumapp.domain.agenda.models import AssignmentStatus, RoleAssignment
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember
from forumapp.domain.delegations.queries import PROGRAM, list_members, parents_of
from forumapp.domain.delegations.rules.delegations import with_parts
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.people.archive.archived_names import frozen_beside, person_printed
from forumapp.domain.people.models import FrozenName, Person
from forumapp.domain.people.names.printed_names import printed
from forumapp.domain.people.queries import matches, precedence, titles_in_edition
from forumapp.domain.people.records.services import name_of
from forumapp.domain.people.spreadsheets.rows import PROPOSED
from forumapp.domain.proofs import rules
from forumapp.domain.proofs.models import NameProof, ProofCorrection, ProofEntry
from forumapp.domain.proofs.rules import CorrectionState, EntryState, ProofState, Shown
from forumapp.domain.registration.models import ACTIVE, Registration
from forumapp.domain.registration.rules import PARTICIPATING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import CompoundSelect
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.people.archive.archived_names import Appearance
    from forumapp.domain.people.queries import TitleLine
    from forumapp.domain.people.rules import Name

    Row = tuple[ProofEntry, Person, dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class EntryLine:
    """A person on a proof. `changed` names the parts that print otherwise than they were approved; `place` counts from
    1; `parts` are what can be corrected of them, as it stands.
    """

    row: ProofEntry
    person_id: int
    place: int
    name: Name
    shown: Shown
    parts: Mapping[str, str]
    state: EntryState
    changed: tuple[str, ...]
    ranked: bool  # by the approved order of precedence, so that only that one moves them
    open_corrections: int
    stands: Mapping[str, str] = field(default_factory=dict)  # the same with what is told of them besides

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)

    @property
    def printed(self) -> Any:
        return self.shown.printed


@dataclass(frozen=True, slots=True)
class ProofLine:
    """A proof with its people in the order in which they are printed."""

    row: NameProof
    entries: tuple[EntryLine, ...]
    missing: frozenset[int] = frozenset()  # ids of the people who joined the delegation since

    @property
    def state(self) -> ProofState:
        states = [one.state for one in self.entries]
        return rules.proof_state(states, sent=self.row.sent_at is not None, complete=not self.missing)

    @property
    def approved(self) -> int:
        return sum(one.state is EntryState.APPROVED for one in self.entries)

    @property
    def open_corrections(self) -> int:
        return sum(one.open_corrections for one in self.entries)

    @property
    def movable(self) -> list[EntryLine]:
        """Those whose order the proof itself says."""
        return [one for one in self.entries if not one.ranked]

    def entry(self, entry_id: int) -> EntryLine:
        found = [one for one in self.entries if one.id == entry_id]
        if not found:
            raise NotFound(entity="proof_entry")
        return found[0]


@dataclass(frozen=True, slots=True)
class Unapproved:
    """Someone whose name is not approved as it would be printed. `state` None: they stand on no proof at all; `proof`
    None, though there is a state: on one that the caller does not see.
    """

    person_id: int
    name: Name
    state: EntryState | None
    changed: tuple[str, ...] = ()
    proof: NameProof | None = None
    entry_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Beside:
    """What an edition's proofs are read with. `members` are all who were not let go, by delegation; `active` those of
    them who take part.
    """

    rank: Mapping[int, int]
    titles: Mapping[int, list[TitleLine]]
    corrections: Mapping[int, int]
    members: Mapping[int, set[int]]
    active: Mapping[int, set[int]]
    parents: Mapping[int, int | None] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    told: Mapping[int, Mapping[str, str]] = field(default_factory=dict)

    def stand(self, proof: NameProof, person_id: int) -> bool:
        """Whether the person is still of those whom the proof is about: whoever left a delegation is not."""
        if proof.delegation_id is None:
            return True
        whole = with_parts(proof.delegation_id, self.parents)
        return any(person_id in self.members.get(one, ()) for one in whole)

    def missing(self, proof: NameProof, there: Collection[int]) -> frozenset[int]:
        """Who is in the delegation and does not stand on its proof."""
        return frozenset() if proof.delegation_id is None else self._of(proof.delegation_id) - frozenset(there)

    def _of(self, delegation_id: int) -> frozenset[int]:
        return frozenset().union(*(self.active.get(one, ()) for one in with_parts(delegation_id, self.parents)))


def list_proofs(db: DbSession, edition_id: int, *, within: Collection[int] | None = None) -> list[ProofLine]:
    """All proofs of an edition, the oldest first. The same number of queries for one and for a hundred."""
    reached = limited(NameProof.id, "name_proof", edition_id, within)
    query = select(NameProof).where(NameProof.edition_id == edition_id, *reached).order_by(NameProof.id)
    return lines_of(db, edition_id, list(db.scalars(query)))


def proofs_page(
    db: DbSession,
    edition_id: int,
    *,
    state: ProofState | None = None,
    search: str = "",
    within: Collection[int] | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[ProofLine]:
    """By what needs the organizer first; searched by the proof's name and those of its people."""
    order = tuple(reversed(ProofState))
    found = [one for one in list_proofs(db, edition_id, within=within) if state in (None, one.state)]
    found = [one for one in found if _has(search, _words_of(one))]
    # In memory, since states follow from what prints now and stand in no column.
    return page_of(sorted(found, key=lambda one: order.index(one.state)), number=number, size=size)


def get_proof(db: DbSession, edition_id: int, proof_id: int, *, within: Collection[int] | None = None) -> ProofLine:
    row = get_in(db, NameProof, edition_id, proof_id, within=within)
    return lines_of(db, edition_id, [row])[0]


def lock_proof(db: DbSession, proof_id: int) -> None:
    """Whoever adds to the proof or answers it at the same time waits."""
    db.scalar(select(NameProof.id).where(NameProof.id == proof_id).with_for_update())


def candidates_page(
    db: DbSession,
    proof: NameProof,
    *,
    search: str = "",
    within: Collection[int] | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[Person]:
    """Who takes part in the edition and does not stand on the proof, by family name."""
    there = select(ProofEntry.person_id).where(ProofEntry.proof_id == proof.id)
    query = (
        select(Person)
        .where(Person.id.in_(people_of_edition(proof.edition_id)), Person.id.not_in(there))
        .where(*limited(Person.id, "person", None, within), *matches(Person.search_text, search))
        .order_by(Person.latin_family, Person.latin_given, Person.id)
    )
    return paged(db, query, number=number, size=size)


def active_members(db: DbSession, delegation: Delegation) -> list[int]:
    """The ids of the people who are in the delegation and take part, in the order in which they are printed."""
    return [line.person_id for line in list_members(db, delegation) if line.status in ACTIVE]


def missing_members(db: DbSession, proof: ProofLine) -> list[int]:
    """Who joined the delegation since its proof was made."""
    if proof.row.delegation_id is None:
        return []
    there = {one.person_id for one in proof.entries}
    delegation = get_in(db, Delegation, proof.row.edition_id, proof.row.delegation_id)
    return [one for one in active_members(db, delegation) if one not in there]


def get_correction(
    db: DbSession, edition_id: int, correction_id: int, *, within: Collection[int] | None = None
) -> ProofCorrection:
    return get_in(db, ProofCorrection, edition_id, correction_id, within=within)


def list_corrections(db: DbSession, proof: ProofLine, *, state: CorrectionState | None = None) -> list[ProofCorrection]:
    """Those of the people who stand on the proof, the open ones first, then the latest."""
    query = select(ProofCorrection).where(ProofCorrection.entry_id.in_([one.id for one in proof.entries]))
    rows = [row for row in db.scalars(query.order_by(ProofCorrection.id.desc())) if state in (None, row.state)]
    return sorted(rows, key=lambda row: row.state is not CorrectionState.OPEN)


def list_unapproved(
    db: DbSession, edition_id: int, *, search: str = "", within: Collection[int] | None = None
) -> list[Unapproved]:
    """Everyone whose name is not approved as it would be printed: those on a proof, whoever joined a delegation after
    its proof was made, and the VIPs, announced speakers and people with a proposed Latin name who stand on none.
    """
    proofs = list_proofs(db, edition_id, within=within)
    found = [
        Unapproved(one.person_id, one.name, one.state, one.changed, proof.row, one.id)
        for proof in proofs
        for one in proof.entries
        if one.state is not EntryState.APPROVED
    ]
    known = {one.person_id for proof in proofs for one in proof.entries}
    elsewhere = _standing_elsewhere(db, edition_id, within)
    found += [
        Unapproved(one.person_id, one.name, one.state)
        for one in elsewhere.values()
        if one.person_id not in known and one.state is not EntryState.APPROVED
    ]
    known |= elsewhere.keys()
    joined = {person_id: proof.row for proof in proofs for person_id in sorted(proof.missing - known)}
    wanted = or_(Person.id.in_(_in_print(edition_id)), Person.id.in_({*joined, *_proposed(db, edition_id)}))
    others = select(Person).where(wanted, *limited(Person.id, "person", None, within)).order_by(Person.id)
    found += [
        Unapproved(person.id, name_of(person), None, proof=joined.get(person.id))
        for person in db.scalars(others)
        if person.id not in known
    ]
    return [one for one in found if _has(search, _readings(one.name))]


def _proposed(db: DbSession, edition_id: int) -> list[int]:
    """The ids of the people whose Latin name was read from the Chinese and not confirmed yet."""
    flagged = Person.id.in_(people_of_edition(edition_id)), Person.flags != literal([], Json)
    return [row.id for row in db.execute(select(Person.id, Person.flags).where(*flagged)) if PROPOSED in row.flags]


def _standing_elsewhere(db: DbSession, edition_id: int, within: Collection[int] | None) -> dict[int, EntryLine]:
    """By person within reach, where they stand on a proof that is out of reach."""
    if within is None:
        return {}
    within_reach = limited(ProofEntry.person_id, "person", edition_id, within)
    those = select(ProofEntry.proof_id).where(ProofEntry.edition_id == edition_id, *within_reach)
    out_of_reach = not_(*limited(NameProof.id, "name_proof", edition_id, within))
    proofs = list(db.scalars(select(NameProof).where(NameProof.id.in_(those), out_of_reach)))
    people = set(db.scalars(select(ProofEntry.person_id).where(ProofEntry.edition_id == edition_id, *within_reach)))
    return {
        one.person_id: one
        for proof in lines_of(db, edition_id, proofs)
        for one in proof.entries
        if one.person_id in people
    }


def _in_print(edition_id: int) -> CompoundSelect[tuple[int]]:
    """The ids of those whose names are printed large or are read by everyone: VIPs and announced speakers."""
    vips = select(Registration.person_id).where(
        Registration.edition_id == edition_id, Registration.is_vip, Registration.status.in_(PARTICIPATING)
    )
    speakers = select(RoleAssignment.person_id).where(
        RoleAssignment.edition_id == edition_id,
        RoleAssignment.role.in_(ANNOUNCED),
        RoleAssignment.status == AssignmentStatus.CONFIRMED,
    )
    return union(vips, speakers)


def tally(db: DbSession, edition_id: int, *, within: Collection[int] | None = None) -> Counter[ProofState]:
    """How many proofs stand where."""
    return Counter(one.state for one in list_proofs(db, edition_id, within=within))


def lines_of(db: DbSession, edition_id: int, proofs: Sequence[NameProof]) -> list[ProofLine]:
    """The proofs with their people."""
    ids = [proof.id for proof in proofs]
    query = select(ProofEntry, Person, FrozenName.said).join(Person, Person.id == ProofEntry.person_id)
    query = query.outerjoin(FrozenName, frozen_beside(ProofEntry)).where(ProofEntry.proof_id.in_(ids))
    rows: list[Row] = [(one, person, said) for one, person, said in db.execute(query)]
    if not rows and all(proof.delegation_id is None for proof in proofs):
        return [ProofLine(proof, ()) for proof in proofs]
    beside = _beside(db, edition_id, proofs, rows)
    by_proof: dict[int, list[tuple[ProofEntry, Appearance]]] = {}
    for entry, person, said in rows:
        one = person_printed(said, name_of(person), beside.titles.get(person.id, ()))
        by_proof.setdefault(entry.proof_id, []).append((entry, one))
    return [_line(proof, by_proof.get(proof.id, []), beside) for proof in proofs]


def _line(proof: NameProof, rows: list[tuple[ProofEntry, Appearance]], beside: _Beside) -> ProofLine:
    missing = beside.missing(proof, [entry.person_id for entry, _ in rows])
    return ProofLine(proof, tuple(_entries(proof, rows, beside)), missing)


def _beside(db: DbSession, edition_id: int, proofs: Iterable[NameProof], rows: Collection[Row]) -> _Beside:
    open_ones = (
        select(ProofCorrection.entry_id, func.count())
        .where(ProofCorrection.edition_id == edition_id, ProofCorrection.state == CorrectionState.OPEN)
        .group_by(ProofCorrection.entry_id)
    )
    of_delegations = any(proof.delegation_id is not None for proof in proofs)
    members, active = _members(db, edition_id) if of_delegations else ({}, {})
    languages = tuple(get_edition_by_id(db, edition_id).languages)
    return _Beside(
        rank={person: place for place, person in enumerate(precedence(db, edition_id, PROGRAM))},
        titles=titles_in_edition(db, edition_id, {person.id for _, person, _ in rows}),
        corrections={row[0]: row[1] for row in db.execute(open_ones)},
        members=members,
        active=active,
        parents=parents_of(db, edition_id) if of_delegations else {},
        languages=languages,
        told={one.id: rules.told_of(one.biography, one.photo_id, languages) for _, one, _ in rows},
    )


def _members(db: DbSession, edition_id: int) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """By delegation, the ids of the people who are in it now; and of these, those who take part."""
    query = (
        select(DelegationMember.delegation_id, Registration.person_id, Registration.status)
        .join(Registration, Registration.id == DelegationMember.registration_id)
        .where(DelegationMember.edition_id == edition_id, DelegationMember.left_on.is_(None))
    )
    found: dict[int, set[int]] = {}
    active: dict[int, set[int]] = {}
    for delegation_id, person_id, status in db.execute(query):
        found.setdefault(delegation_id, set()).add(person_id)
        if status in ACTIVE:
            active.setdefault(delegation_id, set()).add(person_id)
    return found, active


def _entries(proof: NameProof, rows: Iterable[tuple[ProofEntry, Appearance]], beside: _Beside) -> Iterable[EntryLine]:
    standing = [(entry, one) for entry, one in rows if beside.stand(proof, entry.person_id)]
    order = rules.in_order([(entry.person_id, entry.position) for entry, _ in standing], beside.rank)
    ids = [standing[at][0].id for at in order]
    for place, at in enumerate(order):
        yield _entry(*standing[at], tuple(ids[:place]), frozenset(ids), beside)


def _entry(
    entry: ProofEntry, one: Appearance, before: tuple[int, ...], standing: frozenset[int], beside: _Beside
) -> EntryLine:
    name, first = one.name, one.first
    parts = rules.parts_of(name, first.title, first.organization, beside.languages)
    shown = Shown(printed(name, first.title, first.organization), before)
    approved = entry.approved_at is not None
    changed = rules.changes(entry.approved, shown, standing) if approved else []
    waiting = beside.corrections.get(entry.id, 0)
    return EntryLine(
        row=entry,
        person_id=entry.person_id,
        place=len(before) + 1,
        name=name,
        shown=shown,
        parts=parts,
        state=rules.entry_state(approved=approved, changed=bool(changed), open_corrections=waiting),
        changed=tuple(changed),
        ranked=entry.person_id in beside.rank,
        open_corrections=waiting,
        stands={**parts, **beside.told.get(entry.person_id, {})},
    )


def _words_of(proof: ProofLine) -> list[str]:
    return [*proof.row.name.values(), *(reading for one in proof.entries for reading in _readings(one.name))]


def _readings(name: Name) -> list[str]:
    return [name.latin_family + name.latin_given, name.latin_given + name.latin_family, name.native_full]


def _has(search: str, words: Iterable[str]) -> bool:
    """Every word of `search` somewhere in `words`, however it is written."""
    text = "|".join(map(fold, words))
    return all(fold(word) in text for word in search.split())
