"""Allowing clashes of people, for a reason, and taking that back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.database.locks import lock_name
from forumapp.core.errors import Invalid, Refusal
from forumapp.domain.accounts.access import require_row
from forumapp.domain.accounts.editing.rows import change_in, create_in, get_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import delegation_of
from forumapp.domain.audit.services import remove
from forumapp.domain.delegations.conflicts.detection import list_clashes
from forumapp.domain.delegations.models.conflicts import ClashOverride
from forumapp.domain.delegations.rules.commitments import PartyKind
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import name_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.delegations.rules.commitments import Party

LONGEST = 1000  # characters of a reason
EDIT = Permission.EDIT_DELEGATIONS


class NoClash(Refusal):
    """Nothing keeps the person from either, so that there is nothing to allow."""

    code = "no-clash"


class LacksMore(Refusal):
    """More minutes are lacking by now than were seen: `minutes`."""

    code = "lacks-more"


def override_clash(
    db: DbSession,
    edition_id: int,
    person_id: int,
    pair: tuple[Party, Party],
    *,
    minutes: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> ClashOverride:
    """Allow a clash as it was seen, with so many `minutes` lacking: when more are lacking, it stands open again.

    No more are ever allowed than are lacking now. Allowing it anew, for more, changes what was allowed before.
    """
    require_row(db, edition_id, EDIT, "person", person_id, actor=actor)
    if not reason.strip():
        raise Invalid(fields={"reason": "required"})
    if len(reason.strip()) > LONGEST:
        raise Invalid(fields={"reason": "too-long"})
    lock_name(db, f"clash-override:{edition_id}:{person_id}")
    wanted = set(pair)
    clashes = list_clashes(db, edition_id, [select(Person.id).where(Person.id == person_id)])
    lacking = [one.lack.minutes for one in clashes if {one.lack.one, one.lack.other} == wanted]
    if not lacking:
        raise NoClash(person_id=person_id)
    if max(lacking) > minutes:
        raise LacksMore(minutes=max(lacking))
    (one_kind, one_id), (other_kind, other_id) = sorted(wanted)
    said = {"minutes": max(lacking), "reason": reason.strip(), "decided_by": actor.account_id}
    which = {"one_kind": one_kind, "one_id": one_id, "other_kind": other_kind, "other_id": other_id}
    row = db.scalar(select(ClashOverride).filter_by(edition_id=edition_id, person_id=person_id, **which))
    of = delegation_of(db, person_id, None, edition_id=edition_id)
    if row is not None and row.delegation_id not in (None, of):  # what was written in another stays there
        remove(db, row, actor=actor, now=now)
        row = None
    if row is not None:
        change_in(db, row, said, EDIT, version=row.version, actor=actor, now=now)
        return row
    kinds = {"one_kind": PartyKind(one_kind), "other_kind": PartyKind(other_kind)}
    row = ClashOverride(edition_id=edition_id, person_id=person_id, delegation_id=of, **which | kinds, **said)
    create_in(db, row, EDIT, actor=actor, now=now)
    return row


def remove_clash_override(
    db: DbSession, edition_id: int, override_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    """The clash, if there still is one, stands open again."""
    access = require_row(db, edition_id, EDIT, "clash_override", override_id, actor=actor)
    row = get_in(db, ClashOverride, edition_id, override_id)
    name = name_of(db.get_one(Person, row.person_id)).texts
    of = delegation_of(db, row.person_id, access.within(EDIT), edition_id=edition_id)
    return remove_in(db, row, label=name, delegation_id=of, version=version, actor=actor, now=now)
