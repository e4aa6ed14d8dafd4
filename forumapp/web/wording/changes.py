"""What has changed in the agenda, as pages show it."""

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
    # Whether it still stands where the list leads.
    is_kept: bool


def told(differences: Iterable[Difference], kept: Collection[int] = ()) -> list[ChangedSession]:
    """In the reader's language. `kept` are the sessions that can be led to."""
    return [
        ChangedSession(
            id=one.id,
            code=one.code,
            title=one.title,
            kinds=kinds_in_words(one, language()),
            sentences=sentences(one, language()),
            is_bad=one.is_gone,
            is_kept=one.id in kept,
        )
        for one in differences
    ]


def marks(differences: Iterable[Difference]) -> dict[str, str]:
    """By session, a short mark of what is different, by which a page knows later what has changed since."""
    return {str(one.id): seal_of(repr(one))[:8] for one in differences}
