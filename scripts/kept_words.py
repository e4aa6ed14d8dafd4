"""Words that need no translation (kept_words.txt), for the checks of templates and of translations."""

from __future__ import annotations

import re
from pathlib import Path

LIST = Path(__file__).with_suffix(".txt")


def kept_words() -> list[str]:
    lines = (line.strip() for line in LIST.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


_KEPT = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, kept_words()), key=len, reverse=True)) + r")\b")


def has_words(text: str) -> bool:
    """Whether letters of any script remain once the kept words are taken out."""
    return any(character.isalpha() for character in _KEPT.sub("", text))
