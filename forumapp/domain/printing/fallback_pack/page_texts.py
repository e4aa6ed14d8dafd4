"""What each page of a fallback pack says."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from forumapp.core.values.text import pick
from forumapp.domain.printing.list_papers.lists import stamp_texts
from forumapp.domain.printing.list_papers.values import Line, in_languages

if TYPE_CHECKING:
    from forumapp.domain.printing.list_papers.values import Stamp
    from forumapp.domain.printing.paper.documents import EditionHead


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
