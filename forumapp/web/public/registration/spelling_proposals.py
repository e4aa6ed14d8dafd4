"""Proposes Latin spellings of a name, for its owner to accept or not."""

from __future__ import annotations

from typing import Any

from flask import request

from forumapp.core.values.text import NAME, SIGNS, is_plain, is_written
from forumapp.domain.people.names.pinyin import proposed_spellings


def with_spelling(values: dict[str, Any], before: str = "") -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
    """The submitted values with the chosen spelling, or unchanged with the proposed spellings. `before` is the prefix
    of the controls.
    """
    if taken := request.form.get(f"{before}spelling"):
        family, _bar, given = taken.partition("|")
        taken_over = {"latin_family": family, "latin_given": given, "name_order": "family-first"}
        return {**values, **{f"{before}{name}": text for name, text in taken_over.items()}}, None
    return values, proposed_spellings(printable(str(values.get(f"{before}native_full", "")), NAME))


def printable(text: str, longest: int) -> str:
    """What is typed, as far as it can be printed."""
    text = text.strip()[:longest]
    return text if is_plain(text) and is_written(text, signs=SIGNS) else ""
