"""In which language someone is written to. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.values.text import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Sequence


def language_for(said: Sequence[str | None], native_full: str, native_language: str, offered: Sequence[str]) -> str:
    """The first that was `said`: that in which they registered, or are written to as a speaker; else that of their name
    in their own script, or the forum's first. None that the forum does not speak.
    """
    known = [*said, native_language if native_full else "en", *offered]
    usable = [one for one in LANGUAGES if one in offered] or list(LANGUAGES)
    return next((one for one in map(_ours, known) if one in usable), usable[0])


def _ours(language: str | None) -> str:
    """Whoever reads Chinese reads ours, be it "zh" or "zh-Hant"."""
    return "zh-Hans" if (language or "").startswith("zh") else (language or "").partition("-")[0]
