"""What an office answers, by the link it was sent: it approves what it sees, takes that back, or says what it
wants otherwise.

Nobody has signed in here: who answers is the name that they give, and the link is what lets them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import Invalid, LinkHasEnded, Refusal, Stale
from forumapp.core.values.text import is_visible
from forumapp.domain.audit.services import change, create
from forumapp.domain.forums.editions.archiving import refuse_archived
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import settle_proposed_name
from forumapp.domain.proofs import rules
from forumapp.domain.proofs.models import NameProof, ProofCorrection, ProofEntry
from forumapp.domain.proofs.queries import EntryLine, ProofLine, lines_of, lock_proof
from forumapp.domain.proofs.rules import EntryState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor


class TooManyCorrections(Refusal):
    code = "too-many-corrections"


class CorrectionWaits(Refusal):
    """Who wants something otherwise does not approve it as it stands."""

    code = "correction-waits"


def get_by_link(db: DbSession, proof_id: int, link_number: int) -> ProofLine:
    """The proof that a link was signed for."""
    row = db.scalar(select(NameProof).where(NameProof.id == proof_id, NameProof.link_number == link_number))
    if row is None:
        raise LinkHasEnded
    return lines_of(db, row.edition_id, [row])[0]


def approve(
    db: DbSession,
    proof_id: int,
    link_number: int,
    seen: Mapping[int, str],
    *,
    by: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Approve the entries of `seen`, each with the fingerprint of what the reader saw; how many were approved.

    Raises Stale with the ids of those that would print otherwise by now: then none is approved.
    """
    _refuse_nobody(by)
    proof = _for_an_answer(db, proof_id, link_number)
    lines = [proof.entry(entry_id) for entry_id in seen]
    _refuse_stale(lines, seen)
    if any(line.state is EntryState.CORRECTION for line in lines):
        raise CorrectionWaits
    wanted = [line for line in lines if line.state is not EntryState.APPROVED]
    for line in wanted:
        row = db.get_one(ProofEntry, line.id)
        changes = {"approved": line.shown.kept, "approved_by": by, "approved_at": now}
        change(db, row, changes, version=line.version, actor=actor, now=now, action="approved")
        person = db.get_one(Person, line.person_id)
        settle_proposed_name(db, person, version=person.version, actor=actor, now=now)
    return len(wanted)


def take_back(
    db: DbSession, proof_id: int, link_number: int, entry_id: int, *, version: int, actor: Actor, now: datetime
) -> None:
    """Approve a person no longer. `version` is that of the entry as the reader saw it approved."""
    line = _for_an_answer(db, proof_id, link_number).entry(entry_id)
    row = db.get_one(ProofEntry, line.id)
    if row.approved_at is None:
        return
    changes: dict[str, Any] = {"approved": {}, "approved_by": None, "approved_at": None}
    change(db, row, changes, version=version, actor=actor, now=now, action="unapproved")


def correct(
    db: DbSession,
    proof_id: int,
    link_number: int,
    entry_id: int,
    wanted: Mapping[str, str],
    *,
    remark: str = "",
    seen: str,
    by: str,
    actor: Actor,
    now: datetime,
) -> ProofCorrection:
    """Say what of a person is to be printed otherwise. `wanted` has parts as `EntryLine.parts` names them; `remark`
    says what no part can, such as their place in the order. Nothing is changed by it.
    """
    _refuse_nobody(by)
    line = _for_an_answer(db, proof_id, link_number).entry(entry_id)
    _refuse_stale([line], {entry_id: seen})
    proposed = rules.proposal(line.parts, wanted)
    if not proposed and not is_visible(remark):
        raise Invalid(fields={"remark": "nothing-to-correct"})
    names = {**line.parts, **proposed}
    if not any(is_visible(names[part]) for part in ("latin_family", "latin_given", "native_full")):
        raise Invalid(fields={"latin_family": "required"})
    if line.open_corrections >= rules.MOST_OPEN:
        raise TooManyCorrections
    entry = db.get_one(ProofEntry, line.id)
    row = ProofCorrection(
        edition_id=entry.edition_id,
        entry_id=entry.id,
        shown=dict(line.parts),
        proposed=proposed,
        remark=remark,
        proposed_by=by,
    )
    create(db, row, actor=actor, now=now)
    return row


def _for_an_answer(db: DbSession, proof_id: int, link_number: int) -> ProofLine:
    """Answers to one proof wait for each other: nothing is approved that someone is just correcting."""
    lock_proof(db, proof_id)
    proof = get_by_link(db, proof_id, link_number)
    refuse_archived(db, proof.row.edition_id)
    return proof


def _refuse_nobody(by: str) -> None:
    if not is_visible(by):
        raise Invalid(fields={"by": "required"})


def _refuse_stale(lines: list[EntryLine], seen: Mapping[int, str]) -> None:
    changed = [line.id for line in lines if line.shown.fingerprint != seen[line.id]]
    if changed:
        raise Stale(entries=changed)
