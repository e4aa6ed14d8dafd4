"""Aliases of mapped classes that are made once."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy.orm import aliased


@cache
def alias_named(name: str, mapped: type) -> Any:
    """The alias of a mapped class with this name: a new one costs some milliseconds, as all its columns are copied.

    Each use has a name of its own, so that a query within another one is not correlated with it by chance.
    """
    return aliased(mapped, name=name)
