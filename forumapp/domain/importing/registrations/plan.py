"""What an import of registrations would do, held against who is there and the places there are; and doing it.

A row is read (`registration.rows`), its person is looked for in the registry as an import of people does it, and then
its place is counted, row after row. Nobody is registered twice, whatever became of them: the same file again changes
nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, false, func, or_, select
from sqlalchemy.orm import aliased

from forumapp.core.errors import AlreadyExists
from forumapp.core.values.text import fold
from forumapp.core.values.times import zone_named
from forumapp.domain.accounts.editing.rows import get_in
from forumapp.domain.accounts.scope import people_of, registrations_in
from forumapp.domain.audit.services import batched
from forumapp.domain.delegations.groups.members import add_group_member
from forumapp.domain.delegations.members import services as delegations
from forumapp.domain.delegations.members.roster import refuse_second_head
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember, MemberRole
from forumapp.domain.delegations.models.groups import DelegationGroup, Partition
from forumapp.domain.delegations.rules.delegations import with_wholes
from forumapp.domain.forums.models import Edition
from forumapp.domain.importing.footers import in_file_order, split_footers
from forumapp.domain.importing.registrations.flights import join_flights, times_of_flights
from forumapp.domain.importing.registrations.spots_used import Places, RegistrationLine
from forumapp.domain.importing.type_words import with_words
from forumapp.domain.mail.services import asking_for_many
from forumapp.domain.people.imports import services as imports_services
from forumapp.domain.people.imports.services import Alike, Line, State
from forumapp.domain.people.index.registrants import add_title
from forumapp.domain.people.records.services import create_person
from forumapp.domain.people.spreadsheets.rows import NAME_PROPOSED, fault_at, guess
from forumapp.domain.registration.capacity import counters
from forumapp.domain.registration.emails import tell
from forumapp.domain.registration.errors import AlreadyRegistered, NoPlacesLeft
from forumapp.domain.registration.lifecycle.register import enter
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.rules import ACTIVE, RegistrationStatus, Source
from forumapp.domain.registration.spreadsheets import rows as reading
from forumapp.domain.registration.spreadsheets.group_cells import GroupChoice
from forumapp.domain.registration.spreadsheets.list_forms import form_of
from forumapp.domain.registration.spreadsheets.rows import (
    REGISTRATION_FIELDS,
    Choices,
    answer_fields,
    known_headings,
    read_registration,
)
from forumapp.domain.registration.waitlist import unconfirmed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.files.spreadsheets import TableRow
    from forumapp.domain.accounts.scope import ContactScope
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.importing.models import ImportRun
    from forumapp.domain.registration.forms.questions import Question
    from forumapp.domain.registration.spreadsheets.rows import Entry, Form

_PART_HEADINGS = frozenset({"分团", "团组", "分团delegation"})
_NAME_COLUMNS = ("latin", "latin_family", "latin_given", "native", "native_family")
# Who is told of their registration as if they had sent a form.
_TOLD = frozenset({RegistrationStatus.CONFIRMED, RegistrationStatus.WAITLISTED, RegistrationStatus.APPLIED})


class _Standing(NamedTuple):
    """The registration of someone, which a row `joins` if it is in no delegation, and never was, or unconfirmed. `role`
    is that of a member.
    """

    registration_id: int
    joins: bool
    role: str | None = None
    is_unconfirmed: bool = False


def fields(db: DbSession, edition_id: int) -> dict[str, Mapping[str, str]]:
    """What a column may mean; the edition's own questions with what they ask."""
    return {**{name: {} for name in REGISTRATION_FIELDS}, **answer_fields(forms_of(db, edition_id))}


def guessed(db: DbSession, edition_id: int, headings: Iterable[str]) -> dict[str, str]:
    return with_sub_delegation(guess(headings, known_headings(forms_of(db, edition_id))))


def with_sub_delegation(mapping: Mapping[str, str]) -> dict[str, str]:
    """A column headed 分团 means a part where another column names the delegation."""
    return _with_part(mapping, {""}) if "delegation" in mapping.values() else dict(mapping)


def with_part_of_known(mapping: Mapping[str, str]) -> dict[str, str]:
    """The same for the list of one delegation, whose members it names no delegation for."""
    return _with_part(mapping, {"", "delegation"})


def _with_part(mapping: Mapping[str, str], meanings: Collection[str]) -> dict[str, str]:
    """With the first column that is headed 分团, and means one of these so far, as the part of the delegation."""
    if "sub_delegation" in mapping.values():
        return dict(mapping)
    part = next((one for one, meant in mapping.items() if meant in meanings and fold(one) in _PART_HEADINGS), None)
    return {heading: "sub_delegation" if heading == part else meant for heading, meant in mapping.items()}


def forms_of(db: DbSession, edition_id: int) -> list[Form]:
    """The edition's registration types, in their order."""
    kind = RegistrationType
    query = select(kind.id, kind.code, kind.name, kind.questions, kind.is_media).where(kind.edition_id == edition_id)
    return [form_of(*row) for row in db.execute(query.order_by(kind.position, kind.id))]


def strange_settings(db: DbSession, edition_id: int, settings: Mapping[str, Any]) -> dict[str, str]:
    """The faults of what is said for the whole file."""
    there = {"type": RegistrationType, "delegation": Delegation}
    codes = {form.code for form in forms_of(db, edition_id)} if settings.get("types") else set()
    strange = set(settings.get("types", {}).values()) - codes
    return dict.fromkeys(["settings.types"] if strange else (), "unknown") | {
        f"settings.{name}": "unknown"
        for name, model in there.items()
        if settings.get(name)
        and not db.scalar(
            select(model.id).where(model.edition_id == edition_id, model.code == settings[name])  # type: ignore[attr-defined]
        )
    }


def type_of_list(db: DbSession, edition_id: int, delegation_code: str) -> str:
    """The type that is meant where the list of a delegation names none: that of most of its members, or "delegate", or
    the only one there is. Of its head, its deputies and VIPs it says nothing what the others are.
    """
    codes = [form.code for form in forms_of(db, edition_id)]
    leads = select(DelegationMember.registration_id).where(
        DelegationMember.edition_id == edition_id,
        DelegationMember.left_on.is_(None),
        DelegationMember.role.in_((MemberRole.HEAD, MemberRole.DEPUTY)),
    )
    members = (
        select(RegistrationType.code)
        .join(Registration, Registration.type_id == RegistrationType.id)
        .where(Registration.id.in_(registrations_in(edition_id, [delegation_code])))
        .where(~Registration.is_vip, Registration.id.not_in(leads))
        .group_by(RegistrationType.code)
        .order_by(func.count().desc(), RegistrationType.code)
    )
    usual = db.scalars(members).first() or "delegate"
    return usual if usual in codes else codes[0] if len(codes) == 1 else ""


def plan(
    db: DbSession,
    run: ImportRun,
    rows: Sequence[TableRow],
    contact_scope: ContactScope | None,
    *,
    within: frozenset[int] | None = None,
    beside: frozenset[int] = frozenset(),
    decided: Callable[[Entry], Entry] = lambda entry: entry,
) -> list[Line]:
    """As many queries as for people, and a few more, whatever the number of rows.

    Where there are delegations `within` which it stays, rows name no others and are held against the members of these,
    and of those `beside` them, alone. `decided` is what an entry becomes by what its file does not say.
    """
    choices, among = _choices(db, run, within), None if within is None else people_of(within | beside)
    listed, skipped = split_footers(rows)
    entries = [decided(read_registration(row, run.mapping, choices)) for row in listed]
    drafts = [entry.person for entry in entries]
    people = imports_services.plan_people(db, drafts, contact_scope, posts=False, before=run.created_at, among=among)
    held = _Held(run, _standing(db, run, people))
    lines: list[RegistrationLine] = [held.line(line, entry) for line, entry in zip(people, entries, strict=True)]
    places = Places(db, run)
    whole = ((line, _with_open_answers(line, run)) for line in lines)
    return in_file_order(
        [places.line(planned) if _is_taken(line, run) else planned for line, planned in whole], skipped
    )


def without_column(lines: Iterable[Line], run: ImportRun) -> list[Question]:
    """What the forms require of those who are taken, and no column of the file tells."""
    forms = {line.entry.form.id: line.entry.form for line in lines if _comes(line) and _is_taken(line, run)}  # type: ignore[attr-defined]
    return reading.without_column(forms.values(), run.mapping.values())


def add(
    db: DbSession,
    run: ImportRun,
    lines: Sequence[Line],
    *,
    register: Callable[..., None] | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Register those who are to be taken, each by `register`. Whoever finds their place gone at the last moment is left
    out, as the same file tells when it is brought again.
    """
    take: Callable[..., None] = register or _register
    added = 0
    for line in lines:
        try:
            with db.begin_nested(), asking_for_many(db):
                take(db, run, line, actor=actor, now=now)
        except (AlreadyExists, AlreadyRegistered, NoPlacesLeft, delegations.DelegationFull):
            continue
        added += 1
    return added


def hold_places(db: DbSession, edition_id: int) -> None:
    """So that what is planned can be done: nobody else takes a place until the transaction ends."""
    counters.hold_every(db, edition_id)


def _register(db: DbSession, run: ImportRun, line: RegistrationLine, *, actor: Actor, now: datetime) -> None:
    entry = line.entry
    by: dict[str, Any] = {"actor": actor, "now": now}
    if entry is None or entry.form is None:
        raise RuntimeError("a row that names no type is faulty")
    if line.registration_id is not None:
        _join(db, run, line.registration_id, entry, **by)
        return
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
        answers=entry.kept_answers,
        media=entry.media,
        **by,
    )
    if entry.delegation_id is not None and entry.status in ACTIVE:
        _join(db, run, row.id, entry, **by)
    if run.settings.get("notify") and entry.status in _TOLD:
        tell(db, row, occasion="first", now=now)


def _join(db: DbSession, run: ImportRun, registration_id: int, entry: Entry, **by: Any) -> None:
    if entry.delegation_id is None:
        unconfirmed.confirm_for_list(db, registration_id, **by)
        return
    delegation = get_in(db, Delegation, run.edition_id, entry.delegation_id)
    if entry.role == MemberRole.HEAD:
        refuse_second_head(db, delegation.id, 0)
    unconfirmed.confirm_for_list(db, registration_id, **by)
    delegations.add_member(db, delegation, registration_id, MemberRole(entry.role or MemberRole.MEMBER), **by)
    join_groups_and_flights(db, run, registration_id, entry, **by)


def join_groups_and_flights(
    db: DbSession, run: ImportRun, registration_id: int, entry: Entry, *, actor: Actor, now: datetime
) -> None:
    """Put a new member into the groups, for the whole time of each partition, and on the flights that the row names."""
    for group_id in entry.groups:
        group = get_in(db, DelegationGroup, run.edition_id, group_id)
        add_group_member(db, group, registration_id, actor=actor, now=now)
    join_flights(db, run.edition_id, registration_id, entry, actor=actor, now=now)


def _choices(db: DbSession, run: ImportRun, within: frozenset[int] | None) -> Choices:
    forms, one = forms_of(db, run.edition_id), Delegation
    query = select(one.id, one.code, one.name, one.parent_id).where(one.edition_id == run.edition_id)
    there = db.execute(query.order_by(one.id.desc())).all()
    nameable = [row for row in there if within is None or row.id in within]
    delegations_named = {fold(word): row.id for row in nameable for word in (*row.name.values(), row.code)}
    said = run.settings.get("delegation")
    whole = run.delegation_id or next((row.id for row in there if row.code == said), None)
    parents = {row.id: row.parent_id for row in there}
    edition = db.execute(select(Edition.zone, Edition.starts_on).where(Edition.id == run.edition_id)).one()
    zone = zone_named(edition.zone)
    seen = None if within is None else within.union(with_wholes(whole or 0, parents))
    return Choices(
        with_words(forms, run.settings.get("types", {})),
        delegations_named,
        zone,
        next((form for form in forms if form.code == run.settings.get("type")), None),
        whole,
        frozenset(one for one in parents if whole in with_wholes(one, parents)),
        {one: with_wholes(one, parents) for one in parents},
        {one.code: one for form in reversed(forms) for one in form.asked},
        edition.starts_on,
        _groups(db, run.edition_id),
        times_of_flights(db, run.edition_id, zone, seen) if _has_flights(run) else {},
    )


def _has_flights(run: ImportRun) -> bool:
    return any(meant.endswith(".flight") for meant in run.mapping.values())


def _groups(db: DbSession, edition_id: int) -> list[GroupChoice]:
    """The groups of the edition's delegations that a row may name."""
    group = DelegationGroup
    query = (
        select(group.id, Partition.kind, Partition.id, Partition.delegation_id, group.code, group.name)
        .join(Partition, Partition.id == group.partition_id)
        .where(group.edition_id == edition_id)
    )
    return [
        GroupChoice(group_id, kind.value, partition_id, of, frozenset(map(fold, (code, *name.values()))))
        for group_id, kind, partition_id, of, code, name in db.execute(query.order_by(group.id))
    ]


def _standing(db: DbSession, run: ImportRun, lines: Iterable[Line]) -> dict[int, _Standing]:
    """The registrations of those whom rows resemble, whatever became of them. A list of a delegation may bring someone
    into it who had registered alone; who was let go of one stays out of it. Any list continues a registration whose
    email address is not confirmed, and registers those anew whose time to confirm is over.
    """
    found: dict[int, _Standing] = {}
    member = select(DelegationMember.id).where(DelegationMember.registration_id == Registration.id).exists()
    alone = and_(Registration.status.in_(ACTIVE), ~member) if run.settings.get("delegation") else false()
    waits = Registration.status == RegistrationStatus.UNCONFIRMED
    one = aliased(DelegationMember)
    query = select(Registration.person_id, Registration.id, or_(alone, waits), waits, one.role).outerjoin(
        one, and_(one.registration_id == Registration.id, one.left_on.is_(None))
    )
    query = query.where(Registration.edition_id == run.edition_id, ~unconfirmed.was_released())
    for batch in batched({line.alike.id for line in lines if line.alike and line.alike.id}):
        for person_id, registration_id, joins, is_unconfirmed, role in db.execute(
            query.where(Registration.person_id.in_(batch))
        ):
            before = found.get(person_id, _Standing(0, joins=False))
            if not before.joins:
                found[person_id] = _Standing(registration_id, bool(joins), role or before.role, bool(is_unconfirmed))
    return found


def _is_taken(line: Line, run: ImportRun) -> bool:
    decided = line.number in run.chosen or line.number in run.joined
    return line.state is State.NEW or (line.state is State.DOUBLE and decided)


def _comes(line: Line) -> bool:
    """Whether it is of someone who gets a registration of their own."""
    return isinstance(line, RegistrationLine) and line.registration_id is None and bool(line.entry and line.entry.form)


def _with_open_answers(line: RegistrationLine, run: ImportRun) -> RegistrationLine:
    """Faulty, if it leaves open what the form requires, unless someone said that it may. Who is there already is asked
    for nothing.
    """
    if not line.entry or not line.entry.unanswered or run.settings.get("unanswered") or not _comes(line):
        return line
    if line.state is not State.FAULTY and not _is_taken(line, run):
        return line
    return replace(line, state=State.FAULTY, faults=(*line.faults, *line.entry.unanswered))


def _who(line: Line) -> tuple[str, ...]:
    """The same for two rows of one name and one address."""
    values = line.draft.values
    names = (values["latin_family"] + " " + values["latin_given"], values["native_full"], values.get("email", ""))
    return tuple("".join(sorted(map(fold, text.split()))) for text in names)


class _Held:
    """Rows held against the people there are and the rows before them."""

    def __init__(self, run: ImportRun, standing: Mapping[int, _Standing]) -> None:
        self.run, self.standing = run, standing
        self.rows: dict[int, Line] = {}  # by the person whom an earlier row registers
        self.seen: dict[tuple[str, ...], Line] = {}  # whatever is wrong with them
        self.named = next((one for one in _NAME_COLUMNS if one in run.mapping.values()), "")

    def line(self, line: Line, entry: Entry) -> RegistrationLine:
        notices = (*line.notices, *entry.notices)
        made = RegistrationLine(line.number, line.state, line.name, line.draft, line.faults, line.alike, notices, entry)
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
        if person_id in self.standing and not self._joins(line, person_id):
            return self._with_role(replace(line, alike=alike._replace(reason="registered")), person_id)
        if (earlier := self.rows.get(person_id)) is not None:
            return self._twice(line, Alike(None, earlier.number, earlier.name, "same"))
        self.rows[person_id] = line
        return self._as(replace(line, state=State.NEW), person_id)

    def _with_role(self, line: RegistrationLine, person_id: int) -> RegistrationLine:
        """Who is a member keeps what they are there. A list that says otherwise is told so, or it would seem taken."""
        said, role = line.entry and line.entry.role, self.standing[person_id].role
        if not said or not role or said == role:
            return line
        notice = fault_at(self.run.mapping, "role", "other-role-stays")
        return replace(line, notices=(*line.notices, notice))

    def _joins(self, line: RegistrationLine, person_id: int) -> bool:
        coming = line.entry is not None and line.entry.status in ACTIVE
        return coming and self.standing[person_id].joins

    def _as(self, line: RegistrationLine, person_id: int) -> RegistrationLine:
        """That very person, who may be registered and only joins the delegation then. Their name stays."""
        notices = tuple(one for one in line.notices if one.code != NAME_PROPOSED)
        if notices != line.notices and line.alike:
            line = replace(line, notices=notices, name=line.alike.name)
        if person_id not in self.standing:
            return replace(line, person_id=person_id)
        standing = self.standing[person_id]
        code = "confirms-registration" if standing.is_unconfirmed else "joins-delegation"
        notice, registration_id = fault_at(self.run.mapping, self.named, code), standing.registration_id
        return replace(line, person_id=person_id, registration_id=registration_id, notices=(*line.notices, notice))

    def _resembling(self, line: RegistrationLine, alike: Alike) -> RegistrationLine:
        """That very person, if someone says so and they are not registered; or someone else."""
        person_id = alike.id or 0
        stands = person_id in self.standing and not self._joins(line, person_id)
        if stands or person_id in self.rows:
            return replace(line, notices=(*line.notices, fault_at(self.run.mapping, self.named, "registered")))
        if line.number in self.run.joined:
            self.rows[person_id] = line
            return self._as(line, person_id)
        return line
