"""Passwords that too many people use. Pure but for reading the list once."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib import resources

LIST = "common_passwords.txt"  # made by scripts/common_passwords.py
REMARK = "# "


def is_common(password: str) -> bool:
    """Whether someone who tries the most common passwords would try this one, in whatever case or width."""
    return folded(password) in common_passwords()


def folded(password: str) -> str:
    return unicodedata.normalize("NFKC", password).casefold()


@cache
def common_passwords() -> frozenset[str]:
    """Those long enough to be chosen at all, folded."""
    text = resources.files(__package__).joinpath(LIST).read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if not line.startswith(REMARK))
