"""Whether whoever merges may change each row that a merge changes: in every edition, not only in their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forumapp.core.errors import Forbidden
from forumapp.domain.accounts.access import access_to, reaches
from forumapp.domain.accounts.editing.removals import REMOVING
from forumapp.domain.accounts.permissions import Permission, Reach
from forumapp.domain.people.duplicates.references import Clash

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.permissions import Access
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.people.duplicates.references import Move

# Nobody removes such a row by itself: it goes as the other would.
ALIKE = {"approved_place": "precedence_entry"}


class RowsElsewhere(Forbidden):
    """Rows would change that the caller may not change. `missing` has for each permission that they lack the ids of
    the editions that they know, how many `others` there are, and the `tables` of rows that would be removed.
    """

    code = "rows-elsewhere"


@dataclass(frozen=True, slots=True)
class Missing:
    """A permission that whoever merges lacks, in the `editions` that they know and in so many `others`."""

    needs: Permission
    editions: Sequence[int]
    others: int = 0
    tables: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a merge goes beyond what the caller may: the ids of the editions whose rows they do not change, and what
    they lack.
    """

    closed: frozenset[int]
    missing: Sequence[Missing]


def extent_of(db: DbSession, moves: Collection[Move], editions: Iterable[int], *, actor: Actor) -> Extent:
    """Of a merge that changes rows in these `editions`."""
    held = {one: access_to(db, one, actor=actor) for one in sorted(editions)}
    closed = [access for access in held.values() if not _merges_in(access)]
    missing = [_lacking(closed)] if closed else []
    return Extent(frozenset(access.edition_id for access in closed), [*missing, *_removals(db, moves, held)])


def refuse_missing(missing: Sequence[Missing]) -> None:
    if missing:
        told = [
            {"needs": one.needs.value, "editions": one.editions, "others": one.others, "tables": one.tables}
            for one in missing
        ]
        raise RowsElsewhere(missing=told)


def _merges_in(access: Access) -> bool:
    """Whoever keeps its people. Rows of an archived edition may come to name another record, since its papers keep the
    names that they had (`frozen`).
    """
    return access.reopened().reach(Permission.EDIT_PEOPLE) is Reach.ALL


def _lacking(closed: Collection[Access]) -> Missing:
    known = [access.edition_id for access in closed if access.roles]
    return Missing(Permission.EDIT_PEOPLE, known, len(closed) - len(known))


def _removals(db: DbSession, moves: Collection[Move], held: Mapping[int, Access]) -> Iterable[Missing]:
    """Where both stand in one place, a row goes: it takes what removing it takes."""
    refused: dict[Permission, list[Move]] = {}
    for move in moves:
        if move.clash is not Clash.ABSORB or move.edition_id is None or not _merges_in(held[move.edition_id]):
            continue
        needs = REMOVING[ALIKE.get(move.table, move.table)]
        if not reaches(db, held[move.edition_id], needs, move.table, move.row_id):
            refused.setdefault(needs, []).append(move)
    for needs, found in refused.items():
        editions = sorted({move.edition_id for move in found if move.edition_id is not None})
        yield Missing(needs, editions, tables=sorted({move.table for move in found}))
