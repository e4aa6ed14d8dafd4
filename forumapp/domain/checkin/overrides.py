"""Overrides: scans that passed because a team member authorized them although the rules refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, select

from forumapp.domain.accounts.models import Account
from forumapp.domain.checkin.models import Admission, ForcedPass, Scan
from forumapp.domain.checkin.rules import Presence, Result

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession


class ByWord(NamedTuple):
    """An override: the refusal of the rules, and the name of the authorizer (empty once erased)."""

    refused: Result
    who: str


_WHO = Account.__table__.alias()
COLUMNS: tuple[Any, ...] = (ForcedPass.refused, func.coalesce(ForcedPass.authorized_name, _WHO.c.name))


def with_overrides(query: Select[Any, *tuple[Any, ...]]) -> Select[Any, *tuple[Any, ...]]:
    """Join the override to a query of scans that selects `COLUMNS`."""
    forced = query.outerjoin(ForcedPass, ForcedPass.scan_id == Scan.id)
    return forced.outerjoin(_WHO, _WHO.c.id == ForcedPass.authorized_by)


def by_word(refused: Result | None, who: str | None) -> ByWord | None:
    return ByWord(refused, who or "") if refused is not None else None


def list_inside_by_word(
    db: DbSession, checkpoint_id: int, *, is_rehearsal: bool, among: Collection[int] | None = None
) -> set[int]:
    """Return the registrations that are inside by an override, limited to `among` if given."""
    here = Scan.checkpoint_id == checkpoint_id, Scan.is_rehearsal == is_rehearsal, Scan.result == Result.PASSED
    theirs = (
        (Admission.registration_id == Scan.registration_id)
        & (Admission.checkpoint_id == Scan.checkpoint_id)
        & (Admission.is_rehearsal == Scan.is_rehearsal)
        & (Admission.since == Scan.counts_at)
    )
    few = Scan.id.in_(select(ForcedPass.scan_id))  # first: a join begins with all scans of the checkpoint
    query = select(Scan.registration_id).join(Admission, theirs).where(few, *here, Admission.presence == Presence.IN)
    if among is not None:
        query = query.where(Scan.registration_id.in_(among))
    return {id_ for id_ in db.scalars(query) if id_ is not None}
