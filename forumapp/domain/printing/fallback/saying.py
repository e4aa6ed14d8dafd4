"""What each page of a fallback pack says."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from forumapp.core.text import pick
from forumapp.domain.printing.working.lists import stamp_texts
from forumapp.domain.printing.working.values import Line, in_languages

if TYPE_CHECKING:
    from forumapp.domain.printing.documents import EditionHead
    from forumapp.domain.printing.working.values import Stamp


def said_on(head: EditionHead, stamp: Stamp) -> dict[str, Any]:
    """For its templates."""
    return {
        "head": head,
        "languages": head.languages,
        "title": pick(head.name, head.languages[0]),
        "stamps": stamp_texts(stamp, head),
        "lines": partial(in_languages, languages=head.languages),
        "line_of": Line,
    }
