"""Which languages of texts and names stand where on paper. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.values.text import language_of
from forumapp.domain.printing.wording.dates import is_chinese

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forumapp.domain.printing.paper.documents import Texts


def names_in(lead: str, latin: str, native: str, native_language: str) -> list[tuple[str, str]]:
    """Both names of a person with their languages, the one first that readers of `lead` look for."""
    both = [("en", latin), (native_language, native)]
    return [one for one in (both[::-1] if is_chinese(lead) else both) if one[1]]


def spoken(texts: Texts, languages: Sequence[str]) -> tuple[str, ...]:
    """The languages in which a text is printed: those of the book, or else the one that it is written in."""
    written = tuple(language for language in languages if texts.get(language))
    other = language_of(texts, languages[0])
    return written or ((other,) if texts.get(other) else ())


def tongue(texts: Texts, language: str, languages: Sequence[str]) -> str | None:
    """The language of what stands of a text where `language` has its place beside the others of the book: what none of
    them says stands in the place of the first.
    """
    available = spoken(texts, languages)
    if language in available:
        return language
    return available[0] if available and available[0] not in languages and language == languages[0] else None


def stands(texts: Texts, language: str, languages: Sequence[str]) -> str:
    """What stands of a text there; empty where nothing does."""
    available = tongue(texts, language, languages)
    return texts[available] if available else ""
