"""Whether what all pages of a template share can be read and scanned: the colors of words, and the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.values.colors import READABLE, contrast
from forumapp.domain.printing.engine.boxtree import inks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from forumapp.domain.printing.engine.stamp import Layer

SMALLEST_CODE = 15.0  # mm of a code's side, without its quiet zone: phones and desks scan it
PIXEL = 25.4 / 96  # mm


def faults(layer: Layer, named: Callable[[Sequence[str]], str]) -> Iterator[tuple[str, dict[str, str]]]:
    """What all pages of a template share, as codes with details; `named` says which boxes these stacks are of."""
    for (ink, ground), stacks in sorted(inks(layer.page).items()):
        ratio = contrast(ink, ground)
        if ratio < READABLE:
            told = {"ink": ink, "ground": ground, "ratio": f"{ratio:.1f}", "least": f"{READABLE:g}"}
            yield "low-contrast", told | {"boxes": named(stacks)}
    if layer.code_box is not None:
        side = layer.code_box[2] * PIXEL
        if side < SMALLEST_CODE - 0.05:  # a length in pixels is never quite one in millimetres
            yield "qr-too-small", {"side": f"{side:.1f}", "least": f"{SMALLEST_CODE:g}"}
