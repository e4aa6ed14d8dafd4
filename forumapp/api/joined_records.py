"""Records with what was read beside them."""

from __future__ import annotations

from typing import Any


class With:
    """A record with what was read beside it, each under its name."""

    def __init__(self, row: Any, **beside: Any) -> None:
        self._row = row
        vars(self).update(beside)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)
