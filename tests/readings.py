"""Whether the tables of readings are loaded within a transaction."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from typing import TYPE_CHECKING

from forumapp.core.database.db import WRITING, db
from forumapp.domain.people.names import spellings

if TYPE_CHECKING:
    import pytest


class _Loading(MetaPathFinder):
    def __init__(self) -> None:
        self.in_transaction: list[bool] = []

    def find_spec(self, name: str, *_: object) -> None:
        if name == "pypinyin":
            self.in_transaction.append(WRITING in db.session.info)


def forget_readings(patch: pytest.MonkeyPatch) -> list[bool]:
    """Have the tables loaded anew. The list tells of each time whether a transaction was open."""
    loaded = [name for name in sys.modules if name.partition(".")[0] == "pypinyin"]
    for name in loaded:
        patch.delitem(sys.modules, name)
    spellings.load_readings.cache_clear()
    spellings.syllable_spellings.cache_clear()
    loading = _Loading()
    patch.setattr(sys, "meta_path", [loading, *sys.meta_path])
    return loading.in_transaction
