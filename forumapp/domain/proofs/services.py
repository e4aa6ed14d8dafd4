"""Making name checks, saying who stands on them, and sending them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import AlreadyExists, Invalid, NotFound, Refusal
from forumapp.core.values.text import email_key, fold, is_visible
from forumapp.domain.accounts.access import require, require_row
from forumapp.domain.accounts.editing.ordering import next_place, reorder_in
from forumapp.domain.accounts.editing.removals import bring_back_in, get_removal
from forumapp.domain.accounts.editing.rows import change_in, create_in, find_in, get_in, remove_in
from forumapp.domain.accounts.permissions import Permission, Reach
from forumapp.domain.accounts.scope import people_of_edition
from forumapp.domain.audit.removals import values_of
from forumapp.domain.audit.services import create
from forumapp.domain.delegations.models.delegations import Delegation
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.people.models import Organization, Person
from forumapp.domain.people.queries import get_organization, organization_name
from forumapp.domain.people.records.services import name_of
from forumapp.domain.proofs import letters
from forumapp.domain.proofs.models import NameProof, ProofCorrection, ProofEntry
from forumapp.domain.proofs.offices import people_of_office
from forumapp.domain.proofs.queries import active_members, lines_of, lock_proof

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor

EDIT = Permission.EDIT_PROOFS


class HasProof(AlreadyExists):
    """There is one of this delegation or office, the `proof_id`, already."""


class LinksAreOver(Refusal):
    """The forum was so long ago that its links no longer open."""

    code = "links-are-over"


def create_proof(
    db: DbSession,
    edition_id: int,
    values: Mapping[str, Any],
    people: Sequence[int] = (),
    *,
    actor: Actor,
    now: datetime,
) -> NameProof:
    """`values`: name, delegation_id or organization_id, email, language. A delegation's proof bears its name unless
    another one is given, and holds its members in the order in which they are printed; an office's holds `people`, in
    the given order, and after them those of the organization, whose name it bears likewise.
    """
    access = require(db, edition_id, EDIT, actor=actor)
    values = _with_email_key(values)
    delegation = _delegation(db, edition_id, values.get("delegation_id"))
    if delegation is None and access.reach(EDIT) is not Reach.ALL:
        raise Invalid(fields={"delegation_id": "required"})
    organization = _organization(db, values.pop("organization_id", None), delegation)
    if delegation is not None:
        require_row(db, edition_id, EDIT, "delegation", delegation.id, actor=actor)
        values["name"] = _name_or(values, delegation.name)
    if organization is not None:
        values["name"] = _name_or(values, organization_name(organization.short, organization.legal, None))
        people = [*people, *people_of_office(db, edition_id, organization.id)]
    _refuse_nameless(values["name"])
    _refuse_second(db, edition_id, delegation, values["name"])
    row = NameProof(edition_id=edition_id, **values)
    create_in(db, row, EDIT, actor=actor, now=now)
    chosen = people if delegation is None else active_members(db, delegation)
    _add(db, row, chosen, actor=actor, now=now)
    return row


def update_proof(
    db: DbSession,
    edition_id: int,
    proof_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> NameProof:
    """Change its name, whom it goes to, or its language. A link that is out stays good."""
    row = _own(db, edition_id, proof_id, actor=actor)
    if "name" in changes:
        _refuse_nameless(changes["name"])
    change_in(db, row, _with_email_key(changes), EDIT, version=version, actor=actor, now=now)
    return row


def add_people(
    db: DbSession, edition_id: int, proof_id: int, people: Sequence[int], *, actor: Actor, now: datetime
) -> list[ProofEntry]:
    """Put people of the edition at the end; who stands there already stays where they are. On a delegation's proof,
    its members alone.
    """
    return _add(db, _own(db, edition_id, proof_id, actor=actor), people, actor=actor, now=now)


def add_missing_members(
    db: DbSession, edition_id: int, proof_id: int, *, actor: Actor, now: datetime
) -> list[ProofEntry]:
    """Those who joined the delegation since the proof was made."""
    row = _own(db, edition_id, proof_id, actor=actor)
    delegation = _delegation(db, edition_id, row.delegation_id)
    return _add(db, row, [] if delegation is None else active_members(db, delegation), actor=actor, now=now)


def reorder(
    db: DbSession, edition_id: int, proof_id: int, ids: Sequence[int], *, version: int, actor: Actor, now: datetime
) -> None:
    """Put the entries that the approved order of precedence leaves open into the order of `ids`. `version` is that of
    the order as the caller read it.
    """
    row = _own(db, edition_id, proof_id, actor=actor)
    open_ones = [one.id for one in lines_of(db, edition_id, [row])[0].movable]
    query = select(ProofEntry).where(ProofEntry.id.in_(open_ones)).order_by(ProofEntry.position)
    reorder_in(db, edition_id, query, ids, EDIT, by=ProofEntry.position, version=version, actor=actor, now=now)


def remove_entry(
    db: DbSession, edition_id: int, entry_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    """Take a person off a proof, with what was approved and what they wanted otherwise."""
    require_row(db, edition_id, EDIT, "proof_entry", entry_id, actor=actor)
    row = get_in(db, ProofEntry, edition_id, entry_id)
    proof = get_in(db, NameProof, edition_id, row.proof_id)
    corrections = list(db.scalars(select(ProofCorrection).where(ProofCorrection.entry_id == row.id)))
    label = name_of(db.get_one(Person, row.person_id)).texts
    by: dict[str, Any] = {"actor": actor, "now": now}
    of = proof.delegation_id
    return remove_in(db, row, along=corrections, label=label, delegation_id=of, version=version, **by)


def bring_back_entry(db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime) -> Removal:
    """To where the person was, or to the end where someone else stands there by now."""
    held = values_of(get_removal(db, edition_id, removal_id, actor=actor))
    on_proof = ProofEntry.proof_id == held["proof_id"]
    lock_proof(db, held["proof_id"])
    taken = db.scalar(select(ProofEntry.id).where(on_proof, ProofEntry.position == held["position"]))
    instead = {"position": next_place(db, ProofEntry.position, on_proof)} if taken else None
    return bring_back_in(db, edition_id, removal_id, instead=instead, actor=actor, now=now)


def remove_proof(
    db: DbSession, edition_id: int, proof_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    """With all that was answered on it. Its links end, and are good again if it is brought back."""
    row = _own(db, edition_id, proof_id, actor=actor)
    entries = list(db.scalars(select(ProofEntry).where(ProofEntry.proof_id == row.id)))
    of_them = ProofCorrection.entry_id.in_([one.id for one in entries])
    along = [*entries, *db.scalars(select(ProofCorrection).where(of_them))]
    by: dict[str, Any] = {"actor": actor, "now": now}
    return remove_in(db, row, along=along, label=row.name, delegation_id=row.delegation_id, version=version, **by)


def send_proof(
    db: DbSession, edition_id: int, proof_id: int, *, version: int, actor: Actor, now: datetime
) -> NameProof:
    """Write to whom it goes, with its link. Also once more, after a change or when nobody answers."""
    row = _own(db, edition_id, proof_id, actor=actor)
    if not row.email:
        raise Invalid(fields={"email": "required"})
    edition = get_edition_by_id(db, edition_id)
    if not letters.opens(row, edition, now=now):
        raise LinksAreOver
    _note_sent(db, row, version=version, actor=actor, now=now)
    letters.send(db, row, edition, now=now)
    return row


def note_sent(db: DbSession, edition_id: int, proof_id: int, *, version: int, actor: Actor, now: datetime) -> NameProof:
    """Say that its link was handed over some other way."""
    row = _own(db, edition_id, proof_id, actor=actor)
    _note_sent(db, row, version=version, actor=actor, now=now)
    return row


def end_links(db: DbSession, edition_id: int, proof_id: int, *, version: int, actor: Actor, now: datetime) -> NameProof:
    """Make every link of the proof that is out invalid; what was answered stays. The next one is good again."""
    row = _own(db, edition_id, proof_id, actor=actor)
    changes = {"link_number": row.link_number + 1}
    change_in(db, row, changes, EDIT, version=version, actor=actor, now=now, action="links-ended")
    return row


def _own(db: DbSession, edition_id: int, proof_id: int, *, actor: Actor) -> NameProof:
    require_row(db, edition_id, EDIT, "name_proof", proof_id, actor=actor)
    return get_in(db, NameProof, edition_id, proof_id)


def _note_sent(db: DbSession, row: NameProof, *, version: int, actor: Actor, now: datetime) -> None:
    change_in(db, row, {"sent_at": now}, EDIT, version=version, actor=actor, now=now, action="sent")


def _delegation(db: DbSession, edition_id: int, delegation_id: int | None) -> Delegation | None:
    if delegation_id is None:
        return None
    row = find_in(db, Delegation, edition_id, delegation_id)
    if row is None:
        raise Invalid(fields={"delegation_id": "unknown"})
    return row


def _organization(db: DbSession, organization_id: int | None, delegation: Delegation | None) -> Organization | None:
    if organization_id is None:
        return None
    if delegation is not None:
        raise Invalid(fields={"organization_id": "delegation-or-office"})
    try:
        return get_organization(db, organization_id)
    except NotFound as refusal:
        raise Invalid(fields={"organization_id": "unknown"}) from refusal


def _name_or(values: Mapping[str, Any], own: Mapping[str, str]) -> dict[str, str]:
    given: dict[str, str] = values.get("name") or {}
    return given if any(map(is_visible, given.values())) else dict(own)


def _add(db: DbSession, proof: NameProof, people: Iterable[int], *, actor: Actor, now: datetime) -> list[ProofEntry]:
    """Whoever adds at the same time waits, and then finds the next place."""
    lock_proof(db, proof.id)
    there = set(db.scalars(select(ProofEntry.person_id).where(ProofEntry.proof_id == proof.id)))
    wanted = [one for one in dict.fromkeys(people) if one not in there]
    _refuse_strangers(db, proof, wanted)
    place = next_place(db, ProofEntry.position, ProofEntry.proof_id == proof.id)
    rows = [
        ProofEntry(edition_id=proof.edition_id, proof_id=proof.id, person_id=one, position=place + number)
        for number, one in enumerate(wanted)
    ]
    for row in rows:
        create(db, row, actor=actor, now=now)
    return rows


def _refuse_strangers(db: DbSession, proof: NameProof, people: Sequence[int]) -> None:
    if not people:
        return
    delegation = _delegation(db, proof.edition_id, proof.delegation_id)
    if delegation is not None:
        known = set(active_members(db, delegation))
    else:
        here = people_of_edition(proof.edition_id).subquery()
        known = set(db.scalars(select(here)))
    if not known.issuperset(people):
        raise Invalid(fields={"people": "unknown"})


def _refuse_second(db: DbSession, edition_id: int, delegation: Delegation | None, name: Mapping[str, str]) -> None:
    """One proof for each delegation, and for each office by the name that it is to read."""
    query = select(NameProof).where(NameProof.edition_id == edition_id).order_by(NameProof.id)
    if delegation is not None:
        query = query.where(NameProof.delegation_id == delegation.id)
    for other in db.scalars(query):
        same = any(text and fold(text) == fold(other.name.get(language, "")) for language, text in name.items())
        if delegation is not None or (other.delegation_id is None and same):
            raise HasProof(fields={"name" if delegation is None else "delegation_id": "has-proof"}, proof_id=other.id)


def _refuse_nameless(name: Mapping[str, str] | None) -> None:
    if not any(map(is_visible, (name or {}).values())):
        raise Invalid(fields={"name": "required"})


def _with_email_key(values: Mapping[str, Any]) -> dict[str, Any]:
    return (
        {**values, "email": email_key(values["email"]) if values["email"] else None}
        if "email" in values
        else dict(values)
    )
