"""The order in which people speak in a session, and what it would be by the order that was approved for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forumapp.core.errors import Stale
from forumapp.core.values.ordering import Order
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.findings.detection import speech_ranks
from forumapp.domain.agenda.models import AssignmentStatus
from forumapp.domain.agenda.queries import items_of, roles_of
from forumapp.domain.agenda.sessions.parts import order_items, order_roles
from forumapp.domain.agenda.speech_order import SPEAKING, SPEECH, Speaking, Speeches, items_by_list, parts_by_list
from forumapp.domain.people.models import PrecedencePurpose
from forumapp.domain.people.queries import lists_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.models import Session
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.people.models import PrecedenceList


@dataclass(frozen=True, slots=True)
class SpeechOrder:
    """A session's items and the parts in it, each in order. They are put in order at once, so they have one version."""

    items: Order
    roles: Order

    @classmethod
    def of(cls, items: Sequence[int], roles: Sequence[int]) -> SpeechOrder:
        return cls(Order(tuple(items)), Order(tuple(roles)))

    @property
    def version(self) -> int:
        return Order((*self.items.ids, 0, *self.roles.ids)).version


@dataclass(frozen=True, slots=True)
class Compared:
    """How a session stands, and how it would by the `lists` that count: those of it, or else of the edition."""

    stands: SpeechOrder
    listed: SpeechOrder
    lists: tuple[PrecedenceList, ...]


def speech_order(db: DbSession, session_id: int) -> SpeechOrder:
    items, roles = items_of(db, [session_id])[session_id], roles_of(db, [session_id])[session_id]
    return SpeechOrder.of([one.id for one in items], [one.id for one in roles])


def compared(db: DbSession, session: Session) -> Compared | None:
    """None where no order for speeches was approved that counts here, or it names nobody who speaks."""
    ranks = speech_ranks(db, session.edition_id)
    of = session.id if session.id in ranks else None
    rank = ranks.get(of, {})
    items, roles = items_of(db, [session.id])[session.id], roles_of(db, [session.id])[session.id]
    speaking = [one for one in roles if one.role in SPEAKING and one.status is not AssignmentStatus.DECLINED]
    if not any(one.person_id in rank for one in speaking):
        return None
    there = Speeches(
        tuple(one.id for one in items),
        frozenset(one.id for one in items if one.kind == SPEECH),
        tuple(Speaking(one.id, one.person_id, one.item_id) for one in speaking),
    )
    ids = [one.id for one in roles]
    listed = SpeechOrder.of(items_by_list(there, rank), parts_by_list(ids, there, rank))
    lists = lists_for(db, session.edition_id, PrecedencePurpose.SPEECHES, of)
    return Compared(SpeechOrder.of(there.items, ids), listed, tuple(lists))


def order_speeches(
    db: DbSession,
    edition_id: int,
    session_id: int,
    items: Sequence[int],
    roles: Sequence[int],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> SpeechOrder:
    """Put the items of a session and those with a part in it in order at once, as they were seen in `version`."""
    require(db, edition_id, Permission.EDIT_AGENDA, actor=actor)
    stands = speech_order(db, session_id)
    if version != stands.version:
        current = {"items": list(stands.items.ids), "roles": list(stands.roles.ids)}
        raise Stale(current={"version": stands.version, **current})
    by: Any = {"actor": actor, "now": now}
    order_items(db, edition_id, session_id, items, version=stands.items.version, **by)
    order_roles(db, edition_id, session_id, roles, version=stands.roles.version, **by)
    return speech_order(db, session_id)
