"""Changes of the agenda, as pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forumapp.domain.agenda.content.snapshots import seal_of
from forumapp.domain.printing.wording.agenda_changes import kinds_in_words, sentences
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from forumapp.domain.agenda.content.diff import Difference


@dataclass(frozen=True, slots=True)
class ChangedSession:
    id: int
    code: str
    title: dict[str, str]
    kinds: list[str]
    sentences: list[str]
    is_bad: bool
    # Whether the session still exists at the link.
    is_kept: bool


def describe_changes(differences: Iterable[Difference], kept: Collection[int] = ()) -> list[ChangedSession]:
    """Changed sessions in the reader's language. Sessions in `kept` can be linked."""
    return [
        ChangedSession(
            id=difference.id,
            code=difference.code,
            title=difference.title,
            kinds=kinds_in_words(difference, language()),
            sentences=sentences(difference, language()),
            is_bad=difference.is_gone,
            is_kept=difference.id in kept,
        )
        for difference in differences
    ]


def marks(differences: Iterable[Difference]) -> dict[str, str]:
    """A short mark of each session's differences, by which a page later detects new changes."""
    return {str(difference.id): seal_of(repr(difference))[:8] for difference in differences}
