"""Keeping for every item the people for whom it is, as its audience, its time, groups and delegations change.

Whoever changes one of these calls `renew` in the same transaction. Only what differs is written.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from forumapp.core import clock
from forumapp.core.database.flushing import refusal_for
from forumapp.core.database.locks import lock_name, lock_names
from forumapp.domain.audit.services import batched
from forumapp.domain.delegations.groups.queries import memberships_in
from forumapp.domain.delegations.models.audiences import ItemAudience, ItemPerson
from forumapp.domain.delegations.models.delegations import DelegationMember, ItineraryItem
from forumapp.domain.delegations.notifications.recording import note_people
from forumapp.domain.delegations.queries import parents_of
from forumapp.domain.delegations.rules.audiences import AudienceRow, Roster, resolve
from forumapp.domain.delegations.rules.delegations import with_parts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.rules.audiences import Membership


def renew(
    db: DbSession,
    edition_id: int,
    *,
    item_ids: Collection[int] | None = None,
    registration_ids: Collection[int] | None = None,
) -> None:
    """Of these items, or all of the edition; of these registrations, or everyone. A constant number of queries.

    An item and a member who come at once would each not see the other; two members do each other no harm, and of one
    member two changes wait for each other (`hold_people`).
    """
    lock_name(db, f"itineraries:{edition_id}", shared=registration_ids is not None)
    db.flush()
    which = [] if item_ids is None else [ItineraryItem.id.in_(item_ids)]
    query = select(ItineraryItem.id, ItineraryItem.delegation_id, ItineraryItem.start_utc)
    items = db.execute(query.where(ItineraryItem.edition_id == edition_id, *which)).all()
    if not items:
        return
    rosters = _Rosters(db, edition_id, registration_ids)
    said, stands = _said(db, edition_id, item_ids), _stands(db, edition_id, item_ids, registration_ids)
    come: list[dict[str, Any]] = []
    go: dict[int, tuple[int, int]] = {}  # by row, who is no longer in which item
    now = clock.now()
    for item_id, delegation_id, start in items:
        wanted = resolve(said.get(item_id, ()), rosters.of(delegation_id), start)
        kept = stands.get(item_id, {})
        of = {"edition_id": edition_id, "item_id": item_id, "created_at": now, "updated_at": now}
        come += [{**of, "registration_id": one} for one in sorted(wanted - kept.keys())]
        go |= {row_id: (registration, item_id) for registration, row_id in kept.items() if registration not in wanted}
    if come or go:
        note_people(db, edition_id, [(one["registration_id"], one["item_id"]) for one in come], go.values())
    for some in batched(go):
        db.connection().execute(delete(ItemPerson).where(ItemPerson.id.in_(some)))
    if come:
        try:
            db.connection().execute(insert(ItemPerson), come)
        except IntegrityError as error:  # an item has gone meanwhile
            raise refusal_for(error) from error


def hold_people(db: DbSession, registration_ids: Iterable[int]) -> None:
    """Until the transaction ends, nobody else changes in which delegation and in which groups these are.

    Whoever is about to do so calls it before reading where they are: who leaves a delegation while someone else puts
    them into a group would stand in it afterwards, and two who move them in different partitions would each count for
    whom an item is without what the other did.
    """
    lock_names(db, (f"itinerary-of:{one}" for one in registration_ids))


class _Rosters:
    """An item's audience never reaches beyond its own delegation and the parts of that."""

    def __init__(self, db: DbSession, edition_id: int, registration_ids: Collection[int] | None) -> None:
        self._parents = parents_of(db, edition_id)
        now = [DelegationMember.edition_id == edition_id, DelegationMember.left_on.is_(None)]
        if registration_ids is not None:
            now.append(DelegationMember.registration_id.in_(registration_ids))
        query = select(DelegationMember.registration_id, DelegationMember.delegation_id).where(*now)
        self._members: dict[int, int] = {row.registration_id: row.delegation_id for row in db.execute(query)}
        self._memberships: list[Membership] = memberships_in(db, edition_id, registration_ids)
        self._made: dict[int, Roster] = {}

    def of(self, delegation_id: int) -> Roster:
        if delegation_id not in self._made:
            parts = set(with_parts(delegation_id, self._parents))
            members: Mapping[int, int | None] = {one: of for one, of in self._members.items() if of in parts}
            self._made[delegation_id] = Roster(members, self._memberships, self._parents)
        return self._made[delegation_id]


def _said(db: DbSession, edition_id: int, item_ids: Collection[int] | None) -> dict[int, list[AudienceRow]]:
    query = select(ItemAudience).where(ItemAudience.edition_id == edition_id)
    if item_ids is not None:
        query = query.where(ItemAudience.item_id.in_(item_ids))
    found: dict[int, list[AudienceRow]] = defaultdict(list)
    for row in db.scalars(query):
        found[row.item_id].append(AudienceRow(row.includes, row.delegation_id, row.group_id, row.registration_id))
    return found


def _stands(
    db: DbSession, edition_id: int, item_ids: Collection[int] | None, registration_ids: Collection[int] | None
) -> dict[int, dict[int, int]]:
    """By item, the registrations that are kept with the ids of their rows."""
    query = select(ItemPerson.item_id, ItemPerson.registration_id, ItemPerson.id)
    query = query.where(ItemPerson.edition_id == edition_id)
    if item_ids is not None:
        query = query.where(ItemPerson.item_id.in_(item_ids))
    if registration_ids is not None:
        query = query.where(ItemPerson.registration_id.in_(registration_ids))
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for item_id, registration_id, row_id in db.execute(query):
        found[item_id][registration_id] = row_id
    return found
