"""What of all that is found before a print stops it. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from forumapp.domain.printing.layout import Finding
    from forumapp.domain.printing.rules import Options

One = TypeVar("One", bound=Any)


def weighed(found: Iterable[One], blocks: Collection[str]) -> list[One]:
    """Findings with those codes block, besides what always does."""
    return [replace(one, blocking=True) if one.code in blocks else one for one in found]


def blocked(found: Iterable[Finding], options: Options) -> bool:
    """Whether nothing is printed before these are mended. Whoever prints in spite of what they saw does not do so in
    spite of what they did not.
    """
    stops = {one.code for one in found if one.blocking}
    return bool(stops - set(options.despite or stops) if options.anyway else stops)
