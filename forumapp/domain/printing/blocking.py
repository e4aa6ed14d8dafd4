"""What of all that is found before a print an edition lets stop it. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

One = TypeVar("One", bound=Any)


def weighed(found: Iterable[One], blocks: Collection[str]) -> list[One]:
    """Findings with those codes block, besides what always does."""
    return [replace(one, blocking=True) if one.code in blocks else one for one in found]
