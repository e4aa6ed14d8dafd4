"""The field for colors that organizers choose, with a hint on each color's contrast."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core.values.colors import INKS, READABLE, SEEN, reading_of
from forumapp.web.forms.fields import Fault, Field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

    from forumapp.core.values.colors import Reading

_COLOR = re.compile(r"#[0-9a-f]{6}")
_ON_IT: dict[str, Any] = dict(
    zip(
        INKS,
        (
            _l("Text on this color is white, with a contrast of %(ratio)s to 1."),
            _l("Text on this color is nearly black, with a contrast of %(ratio)s to 1."),
            _l("Text on this color is black, with a contrast of %(ratio)s to 1."),
        ),
        strict=True,
    )
)


@dataclass(frozen=True, kw_only=True)
class Color(Field):
    """With `as_text`, words are written in it too; with `as_band`, it is printed as a band on white paper."""

    as_text: bool = False
    as_band: bool = False
    type: str = "color"
    control: ClassVar[str] = "color"

    def parse(self, raw: Mapping[str, Any]) -> str:
        text: str = super().parse(raw).lower()
        if not is_color(text):
            raise Fault("not-a-color")
        return text


def is_color(text: str) -> bool:
    return _COLOR.fullmatch(text) is not None


def set_up(app: Flask) -> None:
    app.jinja_env.globals.update(color_reading=color_reading, color_words=color_words)


def color_reading(typed: str) -> Reading | None:
    """Of what was typed, which may be no color."""
    color = typed.lower()
    return reading_of(color) if is_color(color) else None


def color_words(it: Reading, as_text: bool, as_band: bool) -> list[str]:
    """Notes on adjustments for readability and on low contrast, with contrasts by WCAG."""
    on_it = str(_ON_IT[it.ink]) % {"ratio": _ratio(it.on_it)}
    if as_band and it.on_paper < SEEN:
        faint = _(
            "On white paper the band itself has only %(ratio)s to 1, so that it is hardly seen from afar. Choose a"
            " darker color: 3 to 1 is enough.",
            ratio=_ratio(it.on_paper),
        )
        return [on_it, faint]
    if not as_text:
        return [on_it]
    if it.in_it >= READABLE:
        return [on_it, _("Text in this color has %(ratio)s to 1 on our pages.", ratio=_ratio(it.in_it))]
    darkened = _(
        "Text in this color would have only %(ratio)s to 1 on our pages; 4.5 to 1 is needed, so it is darkened to"
        " %(color)s.",
        ratio=_ratio(it.in_it),
        color=it.as_text,
    )
    return [on_it, darkened]


def _ratio(contrast: float) -> str:
    """Never more than it is."""
    return f"{int(contrast * 10) / 10:.1f}"
