"""What of all that is found before a print stops it. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from forumapp.core.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from forumapp.domain.printing.paper.layout import Finding
    from forumapp.domain.printing.rules import Options

One = TypeVar("One", bound=Any)


class FindingsBlock(Refusal):
    """Something is to be mended before this is printed, unless somebody has seen it and says why it is printed in spite
    of it. `findings` are all, as programs are told them, and `mark` says which of them block.
    """

    status, code = 422, "findings"

    def __init__(self, found: Sequence[Finding]) -> None:
        super().__init__(findings=[one.told for one in found], mark=mark_of(found))


def weighed(found: Iterable[One], blocks: Collection[str]) -> list[One]:
    """Findings with those codes block, besides what always does."""
    return [replace(one, blocking=True) if one.code in blocks else one for one in found]


def mark_of(found: Iterable[Finding]) -> str | None:
    """The same where what blocks says the same of the same people and things; None where nothing does."""
    stops = sorted({repr(one.key) for one in found if one.blocking})
    return hashlib.sha256(repr(stops).encode()).hexdigest()[:16] if stops else None


def blocked(found: Iterable[Finding], options: Options) -> bool:
    """Whether nothing is printed before these are mended. Whoever prints in spite of what they saw does not do so in
    spite of what they did not.
    """
    mark = mark_of(found)
    return mark is not None and not (options.anyway and options.despite == mark)


def reason_of(found: Iterable[Finding], said: str | None) -> str | None:
    """Why something is made in spite of what would stop it; None where nothing does, whatever was `said`."""
    return said if mark_of(found) else None


def refuse_blocked(found: Sequence[Finding], options: Options) -> None:
    """Raises FindingsBlock."""
    if blocked(found, options):
        raise FindingsBlock(found)
