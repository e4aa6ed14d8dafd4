"""The fields of how badges lie on their stock."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from forumapp.domain.printing.placing import Flip
from forumapp.web.fields import Fault, Field, Flag, Number, PickCode

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_LABELS = 999


@dataclass(frozen=True, kw_only=True)
class Millimetres(Field):
    """A length, with a point or a comma; nothing is none."""

    def parse(self, raw: Mapping[str, Any]) -> float | None:
        text = super().parse(raw).replace(",", ".")
        if not text:
            return None
        try:
            number = float(text)
        except ValueError as error:
            raise Fault("not-a-number") from error
        if not math.isfinite(number):
            raise Fault("not-a-number")
        return number


def flips() -> list[tuple[str, Any]]:
    return [(Flip.SHORT.value, _l("Short edge"))]


ON_SHEETS: tuple[Field, ...] = (
    Number(
        name="first_label",
        label=_l("Begin at label"),
        help=_l("Of a sheet already begun, counted row by row."),
        least=1,
        most=MOST_LABELS,
    ),
    Millimetres(
        name="offset_x",
        label=_l("Move to the right (mm)"),
        help=_l("What the calibration page shows. Less than 0 moves to the left."),
    ),
    Millimetres(name="offset_y", label=_l("Move down (mm)"), help=_l("Less than 0 moves up.")),
    PickCode(name="flip", label=_l("The printer turns sheets about their"), offer=flips, empty=_l("Long edge")),
    Flag(name="guides", label=_l("With cutting guides on sheets")),
)
FOR_THE_SHOP: tuple[Field, ...] = (
    Flag(
        name="bleed",
        label=_l("With 3 mm of bleed for a print shop"),
        help=_l("Only of stocks with one badge a page."),
    ),
    Flag(name="marks", label=_l("With crop marks"), help=_l("Ask the print shop: some want none.")),
)
