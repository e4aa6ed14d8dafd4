"""What the texts of mails may hold. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.mail.placeholders import Placeholder, names_in, unknown_in

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

LONGEST_SUBJECT, LONGEST_TEXT = 200, 10_000


def text_faults(
    subject: Mapping[str, str], text: Mapping[str, str], known: Collection[str], *, needs_link: bool
) -> dict[str, str]:
    """What is wrong, by field and language ("text.en"): a placeholder that is none is named after the code."""
    found: dict[str, str] = {}
    for field, texts, longest in (("subject", subject, LONGEST_SUBJECT), ("text", text, LONGEST_TEXT)):
        for language, words in texts.items():
            unknown = unknown_in(words, known)
            if unknown:
                found[f"{field}.{language}"] = f"unknown-placeholder:{unknown[0]}"
            elif len(words) > longest:
                found[f"{field}.{language}"] = "too-long"
            elif needs_link and field == "text" and words and Placeholder.LINK not in names_in(words):
                found[f"{field}.{language}"] = "needs-link"
    return found


def differing(texts: Mapping[str, str], default: Mapping[str, str]) -> dict[str, str]:
    """Of what was written, what is not as it was anyway, so that the rest follows the default when that is mended."""
    return {language: words for language, words in texts.items() if words and words != default.get(language)}
