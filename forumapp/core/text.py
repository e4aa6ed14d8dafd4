"""Texts in several languages, and the folding by which people are found. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LANGUAGES = ("en", "zh-Hans")
SCRIPTS = ("en", "zh-Hans", "zh-Hant")
_DROPPED = re.compile(r"[\s\-'’‘ʼ·・.,]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def pick(texts: Mapping[str, str] | None, language: str) -> str:
    """The text in `language`, or in the first other language that has one, or ""."""
    if not texts:
        return ""
    return texts.get(language) or next((text for text in texts.values() if text), "")


def language_of(texts: Mapping[str, str] | None, language: str) -> str:
    """The language that `pick` answers in, for the `lang` attribute."""
    if not texts or texts.get(language):
        return language
    return next((key for key, text in texts.items() if text), language)


def missing(texts: Mapping[str, str] | None, languages: Iterable[str]) -> list[str]:
    """The languages of `languages` in which nothing is written."""
    return [language for language in languages if not (texts or {}).get(language)]


def fold(text: str) -> str:
    """`text` as it is searched: width, case, tone marks, spaces, hyphens and apostrophes do not count."""
    wide = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(c for c in unicodedata.normalize("NFKD", wide) if not unicodedata.combining(c))
    return _DROPPED.sub("", plain)


def is_plain(text: str) -> bool:
    """Whether both databases can hold `text`: no control characters, no half of a surrogate pair."""
    return _CONTROL.search(text) is None


def has_han(text: str) -> bool:
    return any(unicodedata.name(c, "").startswith("CJK ") for c in text)
