"""Parts of addresses that both edges share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.routing import IntegerConverter

from forumapp.core.numbers import LARGEST_ID

if TYPE_CHECKING:
    from werkzeug.routing import Map


class IdConverter(IntegerConverter):
    """An id that a column can hold; a larger one is not found."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, min=1, max=LARGEST_ID)
