"""Making one record of two: what each says is chosen field by field, and all that referred to either is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from forumapp.core.database.flushing import flush
from forumapp.core.errors import Invalid, NotFound, Refusal, Stale
from forumapp.core.values.text import fold
from forumapp.domain.accounts.access import Archived, list_archived, require_anywhere, require_contacts
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.queries import name_of_account
from forumapp.domain.audit import removals
from forumapp.domain.audit.services import change, create, record, remove
from forumapp.domain.people.archive.archived_names import follow
from forumapp.domain.people.duplicates.permissions import extent_of, refuse_missing
from forumapp.domain.people.duplicates.references import Clash, editions_of, move_all, plan_moves, values_of
from forumapp.domain.people.index.search_index import index_organization, index_person, name_in, offices_of
from forumapp.domain.people.models import DistinctPair, Kept, Merge, Organization, Person
from forumapp.domain.people.records import services
from forumapp.domain.people.records.parents import refuse_parent_loop

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.people.duplicates.permissions import Extent, Missing
    from forumapp.domain.people.duplicates.references import Move

KINDS: dict[Kept, type[Any]] = {Kept.PERSON: Person, Kept.ORGANIZATION: Organization}
# What is chosen as one, by the columns it stands in.
PARTS: dict[Kept, dict[str, tuple[str, ...]]] = {
    Kept.PERSON: {
        "native_name": ("native_full", "native_family", "native_given", "native_language"),
        "latin_name": ("latin_family", "latin_given", "name_order"),
        **{
            name: (name,)
            for name in (
                "call_name", "form_of_address", "pronunciation", "languages", "email", "phone", "wechat", "photo_id",
                "biography",
            )
        },
    },
    Kept.ORGANIZATION: {
        name: (name,) for name in ("legal", "short", "abbreviation", "kind", "country_region", "parent_id", "code")
    },
}  # fmt: skip
# How a name is to be read says nothing where there is no name.
ALWAYS_THERE = ("native_language", "name_order")
NAMES: dict[Kept, tuple[str, ...]] = {
    Kept.PERSON: ("latin_name", "native_name", "call_name"),
    Kept.ORGANIZATION: ("legal", "short", "abbreviation"),
}


class BothThere(Refusal):
    """Both stand where one alone may: in `table`, in the editions with the ids `editions`. One of them goes first."""

    code = "both-there"


@dataclass(frozen=True, slots=True)
class Plan:
    """What making one of two would do. `barred` are the moves that a person has to clear the way for; `missing` is what
    the caller may not. They are told what is in editions where they may merge, and how many there are `elsewhere`.
    """

    kept: Any
    gone: Any
    moves: list[Move]
    extent: Extent
    archived: Collection[int]

    @property
    def told(self) -> list[Move]:
        return [move for move in self.moves if move.edition_id not in self.extent.closed]

    @property
    def elsewhere(self) -> int:
        return len(self.extent.closed)

    @property
    def missing(self) -> Sequence[Missing]:
        return self.extent.missing

    @property
    def barred(self) -> list[Move]:
        return [move for move in self.told if move.clash is Clash.REFUSE]


def require_merging(db: DbSession, kind: Kept, *ids: int, actor: Actor) -> None:
    """Whoever merges people sees and keeps what both have told: they are told how to reach all with these `ids`. What
    else they need depends on where the two stand (`reaching`).
    """
    require_anywhere(db, Permission.EDIT_PEOPLE, actor=actor)
    if kind is Kept.PERSON:
        require_anywhere(db, Permission.SEE_ANSWERS, actor=actor)
        require_contacts(db, *ids, actor=actor)


def plan_merge(db: DbSession, kind: Kept, kept_id: int, gone_id: int, *, actor: Actor) -> Plan:
    require_merging(db, kind, actor=actor)
    if kept_id == gone_id:
        raise Invalid(fields={"gone_id": "the-same"})
    found = {row.id: row for row in db.scalars(select(KINDS[kind]).where(KINDS[kind].id.in_((kept_id, gone_id))))}
    if kept_id not in found or gone_id not in found:
        raise NotFound(entity=kind.value)
    require_merging(db, kind, kept_id, gone_id, actor=actor)
    archived = list_archived(db)
    moves = plan_moves(db, kind.value, gone_id, kept_id, archived=archived)
    extent = extent_of(db, moves, editions_of(db, moves), actor=actor)
    return Plan(found[kept_id], found[gone_id], moves, extent, archived)


def merge(
    db: DbSession,
    kind: Kept,
    kept_id: int,
    gone_id: int,
    *,
    take: Collection[str] = (),
    version: int,
    gone_version: int,
    actor: Actor,
    now: datetime,
) -> Any:
    """Make one of two records; the kept one. `take` names the PARTS in which the other one is right.

    What only one of them has, the kept one has then in any case, and it is found by all names of both.
    """
    _lock(db, kind, (kept_id, gone_id))
    plan = plan_merge(db, kind, kept_id, gone_id, actor=actor)
    _refuse(plan, gone_version)
    told: dict[str, Any] = {"actor": actor, "now": now}
    held = values_of(plan.gone)
    _take(db, kind, plan, take, version=version, **told)
    own = (kind.value, kept_id)
    moved = move_all(db, [one for one in plan.moves if (one.table, one.row_id) != own], kept_id, **told)
    follow(db, kind, gone_id, kept_id)
    removals.follow(db, kind.value, gone_id, plan.kept)
    _follow_pairs(db, kind, gone_id, kept_id, **told)
    remove(db, plan.gone, **told)
    if kind is Kept.ORGANIZATION:
        refuse_parent_loop(db, kept_id, plan.kept.parent_id)
    find_anew(db, kind, plan.kept)
    rows = {"rows": moved.rows, "absorbed": moved.absorbed}
    by = name_of_account(db, actor.account_id)
    create(db, Merge(entity=kind, kept_id=kept_id, gone_id=gone_id, gone=held, moved=rows, merged_by=by), **told)
    record(db, "merged", kind.value, kept_id, changes={"gone_id": (None, gone_id)}, **told)
    return plan.kept


def _refuse(plan: Plan, gone_version: int) -> None:
    refuse_missing(plan.missing)
    if plan.gone.version != gone_version:
        raise Stale(entity=plan.gone.__tablename__, row_id=plan.gone.id, seen=gone_version)
    if plan.barred:
        editions = sorted({move.edition_id for move in plan.barred if move.edition_id is not None})
        if closed := [one for one in editions if one in plan.archived]:
            raise Archived(editions=closed)
        raise BothThere(table=plan.barred[0].table, editions=editions)


def _take(
    db: DbSession, kind: Kept, plan: Plan, take: Collection[str], *, version: int, actor: Actor, now: datetime
) -> None:
    changes = merged_values(kind, plan.kept, plan.gone, take)
    if kind is Kept.ORGANIZATION:
        if changes.get("parent_id", plan.kept.parent_id) in (plan.kept.id, plan.gone.id):
            above = plan.gone.parent_id if plan.kept.parent_id == plan.gone.id else plan.kept.parent_id
            changes["parent_id"] = None if above == plan.kept.id else above
        if "code" in changes:  # which one alone can have
            change(db, plan.gone, {"code": None}, version=plan.gone.version, actor=actor, now=now)
    change(db, plan.kept, changes, version=version, actor=actor, now=now)


def merged_values(kind: Kept, kept: Any, gone: Any, take: Collection[str]) -> dict[str, Any]:
    """What the kept record has in the end, of the columns in which it differs."""
    values: dict[str, Any] = {}
    for part, columns in PARTS[kind].items():
        first, second = (gone, kept) if part in take else (kept, gone)
        if not any(getattr(first, column) for column in columns if column not in ALWAYS_THERE):
            first, second = second, first
        for column in columns:
            value = getattr(first, column)
            values[column] = {**(getattr(second, column) or {}), **value} if isinstance(value, dict) else value
    values["also_known_as"] = _other_names(kind, values, kept, gone)
    if kind is Kept.PERSON:
        values["flags"] = sorted({*kept.flags, *gone.flags})
        values["is_sample"] = kept.is_sample and gone.is_sample
    return {name: value for name, value in values.items() if value != getattr(kept, name)}


def _other_names(kind: Kept, values: Mapping[str, Any], kept: Any, gone: Any) -> list[str]:
    """The names of both that the merged record does not have as such."""
    names = {fold(name) for name in _names_of(kind, values)}
    both = [*kept.also_known_as, *gone.also_known_as, *_names(kind, kept), *_names(kind, gone)]
    return [name for name in dict.fromkeys(both) if fold(name) not in names]


def _names(kind: Kept, row: Any) -> list[str]:
    columns = [column for part in NAMES[kind] for column in PARTS[kind][part]]
    return _names_of(kind, {column: getattr(row, column) for column in columns})


def _names_of(kind: Kept, values: Mapping[str, Any]) -> list[str]:
    if kind is Kept.ORGANIZATION:
        return [text for name in NAMES[kind] for text in values[name].values() if text]
    name = name_in(values)
    return [text for text in (name.latin, name.native_full, values["call_name"]) if text]


def find_anew(db: DbSession, kind: Kept, kept: Any) -> None:
    """By the names that it has now."""
    if kind is Kept.PERSON:
        kept.search_text = services.search_text_of(db, kept)
        offices = offices_of(db, kept.id)
        index_person(db, kept.id, {field: getattr(kept, field) for field in services.SEARCHED}, offices=offices)
    else:
        kept.search_text = services.organization_search_text_of(kept)
        index_organization(db, kept)
    flush(db)


def _lock(db: DbSession, kind: Kept, ids: tuple[int, int]) -> None:
    """Whoever refers to either at this moment waits, and then finds that it is gone, or is found with what moves."""
    table = KINDS[kind]
    db.execute(select(table.id).where(table.id.in_(ids)).order_by(table.id).with_for_update())


def _follow_pairs(db: DbSession, kind: Kept, gone_id: int, kept_id: int, **told: Any) -> None:
    """Of whom it was said that they are not the one, they are not the other either."""
    with_gone = or_(DistinctPair.low_id == gone_id, DistinctPair.high_id == gone_id)
    for pair in db.scalars(select(DistinctPair).where(DistinctPair.entity == kind, with_gone)).all():
        other = pair.low_id if pair.high_id == gone_id else pair.high_id
        remove(db, pair, **told)
        if other != kept_id:
            _remember(db, kind, other, kept_id, by=pair.decided_by, **told)


def keep_distinct(db: DbSession, kind: Kept, one: int, other: int, *, actor: Actor, now: datetime) -> DistinctPair:
    """Remember that two records are not the same; saying it again changes nothing."""
    require_merging(db, kind, actor=actor)
    if one == other:
        raise Invalid(fields={"other_id": "the-same"})
    by = name_of_account(db, actor.account_id)
    for row_id in (one, other):
        if db.get(KINDS[kind], row_id) is None:
            raise NotFound(entity=kind.value)
    require_merging(db, kind, one, other, actor=actor)
    return _remember(db, kind, one, other, by=by, actor=actor, now=now)


def forget_distinct(db: DbSession, kind: Kept, one: int, other: int, *, actor: Actor, now: datetime) -> None:
    """Take that back: they are proposed as doubles again."""
    require_merging(db, kind, one, other, actor=actor)
    pair = _pair(db, kind, one, other)
    if pair is not None:
        remove(db, pair, actor=actor, now=now)


def _remember(
    db: DbSession, kind: Kept, one: int, other: int, *, by: str | None, actor: Actor, now: datetime
) -> DistinctPair:
    pair = _pair(db, kind, one, other)
    if pair is None:
        low, high = sorted((one, other))
        pair = DistinctPair(entity=kind, low_id=low, high_id=high, decided_by=by)
        create(db, pair, actor=actor, now=now)
    return pair


def _pair(db: DbSession, kind: Kept, one: int, other: int) -> DistinctPair | None:
    low, high = sorted((one, other))
    here = (DistinctPair.entity == kind, DistinctPair.low_id == low, DistinctPair.high_id == high)
    return db.scalar(select(DistinctPair).where(*here))
