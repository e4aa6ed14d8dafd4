"""Records with additional values."""

from __future__ import annotations

from typing import Any


class With:
    """A record with additional values as attributes, which override its own."""

    def __init__(self, row: Any, **values: Any) -> None:
        self._row = row
        vars(self).update(values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)
