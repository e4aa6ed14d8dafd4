"""Scans that passed by the word of somebody of the team, told apart from those that the rules let pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func
from sqlalchemy.orm import aliased

from forumapp.domain.accounts.models import Account
from forumapp.domain.checkin.models import ForcedPass, Scan

if TYPE_CHECKING:
    from sqlalchemy import Select

    from forumapp.domain.checkin.rules import Result


class ByWord(NamedTuple):
    """What the rules had said, and `who` stands for it; nobody's name once it is erased."""

    refused: Result
    who: str


_WHO = aliased(Account)
COLUMNS: tuple[Any, ...] = (ForcedPass.refused, func.coalesce(ForcedPass.authorized_name, _WHO.name))


def beside(query: Select[Any, *tuple[Any, ...]]) -> Select[Any, *tuple[Any, ...]]:
    """A query of scans that names `COLUMNS`, with where these stand."""
    forced = query.outerjoin(ForcedPass, ForcedPass.scan_id == Scan.id)
    return forced.outerjoin(_WHO, _WHO.id == ForcedPass.authorized_by)


def by_word(refused: Result | None, who: str | None) -> ByWord | None:
    return ByWord(refused, who or "") if refused is not None else None
