"""Parts of addresses that both edges share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.routing import IntegerConverter

from forumapp.core.values.numbers import LARGEST_ID

if TYPE_CHECKING:
    from werkzeug.routing import Map


def up_to(most: int) -> str:
    """A pattern of the whole numbers from 1 to `most`. A number that a converter refuses only once its pattern has
    matched is answered with the methods of other routes, as if there were something at that address.
    """
    digits = str(most)
    below = [
        f"{digits[:n]}[{int(n == 0)}-{int(digit) - 1}][0-9]{{{len(digits) - n - 1}}}"
        for n, digit in enumerate(digits)
        if int(digit) > int(n == 0)
    ]
    return "(?:" + "|".join([f"[1-9][0-9]{{0,{len(digits) - 2}}}", *below, digits]) + ")"


class IdConverter(IntegerConverter):
    """An id that a column can hold; a larger one is not found."""

    regex = up_to(LARGEST_ID)

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, min=1, max=LARGEST_ID)
