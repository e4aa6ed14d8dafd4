"""The list of a delegation, brought by whoever looks after it.

It says who comes and what they are in the delegation, and nothing that is for others to decide: not as which type they
are registered, nor whether they have a place. Its rows are held against the members of that delegation and its parts,
and of a whole of it as far as whoever brought it and whoever looks at it both look after that: nobody learns by it who
else is known, nor by what others decide on it who see more. Who is in the registry already, but in no such delegation,
is added once more, which the registry's own likely doubles tell to those who see everyone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import Invalid, Refusal
from forumapp.domain.accounts.access import access_to, require
from forumapp.domain.accounts.editing.rows import get_by_code, get_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import with_parts
from forumapp.domain.delegations.members.roster import refuse_second_head
from forumapp.domain.delegations.members.services import bring_member
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember, MemberRole
from forumapp.domain.delegations.queries import delegation_names
from forumapp.domain.delegations.rules.delegations import with_wholes
from forumapp.domain.importing.registrations import plan as registrations_plan
from forumapp.domain.people.index.registrants import add_title
from forumapp.domain.people.records.services import bring_person
from forumapp.domain.people.spreadsheets.rows import RowFault, guess
from forumapp.domain.registration.lifecycle.register import enter
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.rules import RegistrationStatus, Source
from forumapp.domain.registration.spreadsheets.rows import known_headings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.files.spreadsheets import TableRow
    from forumapp.domain.accounts.scope import ContactScope
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.importing.models import ImportRun
    from forumapp.domain.importing.registrations.spots_used import RegistrationLine
    from forumapp.domain.people.imports.services import Line
    from forumapp.domain.registration.spreadsheets.rows import Entry

# What a registration has by the decision of others.
DECIDED = frozenset({"type", "status", "registered_at"})
UNANSWERED = "unanswered"  # the one setting that is theirs
UP_TO = "up_to"  # the id of the highest whole that whoever brought it looks after


class TypeUndecided(Refusal):
    """Nothing says as which type the members of the delegation are registered."""

    code = "type-undecided"


def fields(db: DbSession, edition_id: int) -> dict[str, Mapping[str, str]]:
    return {name: words for name, words in registrations_plan.fields(db, edition_id).items() if name not in DECIDED}


def guessed(db: DbSession, edition_id: int, headings: Iterable[str]) -> dict[str, str]:
    known = known_headings(registrations_plan.forms_of(db, edition_id))
    known = {name: words for name, words in known.items() if name not in DECIDED}
    return registrations_plan.with_part_of_known(guess(headings, known))


def delegation_of(db: DbSession, edition_id: int, code: str, *, actor: Actor) -> Delegation:
    """The one whose list is brought; out of reach it does not exist."""
    access = require(db, edition_id, Permission.BRING_MEMBERS, actor=actor)
    if not code:
        raise Invalid(fields={"delegation": "required"})
    return get_by_code(db, Delegation, edition_id, code, within=access.within(Permission.BRING_MEMBERS))


def first_settings(db: DbSession, delegation: Delegation, *, actor: Actor) -> dict[str, Any]:
    """Whoever finds no place of the type left joins the waitlist."""
    usual = registrations_plan.type_of_list(db, delegation.edition_id, delegation.code)
    if not usual:
        raise TypeUndecided
    wholes = _looked_after(db, delegation.edition_id, delegation.id, actor=actor)
    return {"type": usual, "waitlist": True, **({UP_TO: wholes[-1]} if wholes else {})}


def strange_settings(run: ImportRun, settings: Mapping[str, Any]) -> dict[str, str]:
    """The faults of what is said for the whole file: what is decided stays."""
    return {
        f"settings.{name}": "not-an-option"
        for name, value in settings.items()
        if name != UNANSWERED and value != run.settings.get(name, type(value)())
    }


def kept_settings(run: ImportRun, settings: Mapping[str, Any]) -> dict[str, Any]:
    return {**run.settings, UNANSWERED: bool(settings.get(UNANSWERED))}


def plan(
    db: DbSession,
    run: ImportRun,
    rows: Sequence[TableRow],
    contact_scope: ContactScope | None,
    *,
    actor: Actor | None = None,
) -> list[Line]:
    within, beside = _with_parts(db, run.delegation_id), frozenset[int]()
    if actor is not None:
        beside = _with_parts(db, _whole_of_both(db, run, actor=actor)) - within
    lines = registrations_plan.plan(
        db, run, rows, contact_scope, within=within, beside=beside, decided=_decided(db, run)
    )
    return _with_where(db, lines, beside) if beside else lines


def part_names(db: DbSession, run: ImportRun) -> list[tuple[str, dict[str, str]]]:
    """The delegation and its parts, which its list may name, by code and name."""
    return delegation_names(db, run.edition_id, within=_with_parts(db, run.delegation_id))


def _with_parts(db: DbSession, delegation_id: int | None) -> frozenset[int]:
    whole = with_parts(select(Delegation.id).where(Delegation.id == delegation_id))
    return frozenset(db.scalars(select(whole.c.id)))


def _looked_after(db: DbSession, edition_id: int, delegation_id: int, *, actor: Actor) -> list[int]:
    """The wholes of a delegation to which the actor may bring members, the nearest first."""
    within = access_to(db, edition_id, actor=actor).within(Permission.BRING_MEMBERS)
    query = select(Delegation.id, Delegation.parent_id).where(Delegation.edition_id == edition_id)
    wholes = with_wholes(delegation_id, {row.id: row.parent_id for row in db.execute(query)})[1:]
    return [one for one in wholes if within is None or one in within]


def _whole_of_both(db: DbSession, run: ImportRun, *, actor: Actor) -> int | None:
    """The highest whole that the actor looks after, and whoever brought the list did: what the actor decides must not
    tell those who brought it of anyone.
    """
    wholes = _looked_after(db, run.edition_id, run.delegation_id or 0, actor=actor)
    up_to = run.settings.get(UP_TO)
    if up_to in wholes:
        return int(up_to)
    brought_within = _with_parts(db, up_to)
    return next((one for one in reversed(wholes) if one in brought_within), run.delegation_id)


def _with_where(db: DbSession, lines: Sequence[Line], beside: frozenset[int]) -> list[Line]:
    """Who is a member `beside` the list's own delegations, with where."""
    query = (
        select(Registration.person_id, Delegation.name)
        .join(DelegationMember, DelegationMember.registration_id == Registration.id)
        .join(Delegation, Delegation.id == DelegationMember.delegation_id)
        .where(DelegationMember.left_on.is_(None), Delegation.id.in_(beside))
    )
    there = {person_id: " · ".join(name.values()) for person_id, name in db.execute(query)}
    return [
        replace(line, notices=(*line.notices, RowFault("", "member-elsewhere", (there[line.alike.id],))))
        if line.alike and line.alike.id in there
        else line
        for line in lines
    ]


def add(db: DbSession, run: ImportRun, lines: Sequence[Line], *, actor: Actor, now: datetime) -> int:
    return registrations_plan.add(db, run, lines, register=_bring_in, actor=actor, now=now)


def _decided(db: DbSession, run: ImportRun) -> Callable[[Entry], Entry]:
    """A quota is a decision about so many people: they have a place, unless each of the type is decided on. Without
    one, they ask for it.
    """
    here, kind = Delegation.edition_id == run.edition_id, RegistrationType
    there = {
        row.id: row for row in db.execute(select(Delegation.id, Delegation.parent_id, Delegation.quota).where(here))
    }
    parents = {row.id: row.parent_id for row in there.values()}
    named = (kind.edition_id == run.edition_id, kind.code == run.settings.get("type"))
    asks = db.scalar(select(kind.needs_approval).where(*named))

    def decided(entry: Entry) -> Entry:
        wholes = with_wholes(entry.delegation_id or 0, parents)
        counted = any(one in there and there[one].quota is not None for one in wholes)
        placed = counted and not asks
        return replace(entry, status=RegistrationStatus.CONFIRMED if placed else RegistrationStatus.APPLIED)

    return decided


def _bring_in(db: DbSession, run: ImportRun, line: RegistrationLine, *, actor: Actor, now: datetime) -> None:
    entry = line.entry
    if entry is None or entry.form is None or line.person_id is not None or entry.delegation_id is None:
        raise RuntimeError("a row of a roster is of someone who is new, and becomes a member")
    by: dict[str, Any] = {"actor": actor, "now": now}
    delegation = get_in(db, Delegation, run.edition_id, entry.delegation_id)
    if entry.role == MemberRole.HEAD:
        refuse_second_head(db, delegation.id, 0)
    person = entry.person
    person_id = bring_person(db, run.edition_id, delegation.id, person.values, **by).id
    add_title(db, run.edition_id, person_id, title=person.title, organization=person.organization, **by)
    said: dict[str, Any] = {"language": entry.language, "media": entry.media}
    said["answers"] = entry.kept_answers
    one: dict[str, Any] = {"status": entry.status, "source": Source.IMPORT, "brought_to": delegation.id, **said}
    row = enter(db, run.edition_id, person_id, entry.form.id, **one, **by)
    bring_member(db, delegation, row, MemberRole(entry.role or MemberRole.MEMBER), **by)
    registrations_plan.join_groups_and_flights(db, run, row.id, entry, **by)
