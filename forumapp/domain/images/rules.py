"""What a picture is, and why one is refused. Pure."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass

from forumapp.core.errors import Invalid


class MediaType(enum.StrEnum):
    PNG = "image/png"
    JPEG = "image/jpeg"
    SVG = "image/svg+xml"


# What may be brought; WebP and GIF are kept as PNG or JPEG.
TAKEN = (*MediaType, "image/webp", "image/gif")
LARGEST = 12_000_000  # bytes of an upload: a phone's photo is half of it
LONGEST = 2400  # pixels of the longer side that are kept: 20 cm of paper at 300 to the inch
WHOLE = 1.0


class BadPicture(Invalid):
    """A file that is not taken as a picture; `code` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that has been checked, as it is kept, shown and printed."""

    media_type: MediaType
    width: int
    height: int
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def even_size(width: int, height: int, *, area: float, widest: float, highest: float) -> tuple[float, float]:
    """How large a logo is shown, so that wide and high ones beside each other weigh alike to the eye: each has the same
    area, unless it would be wider or higher than there is room for.
    """
    shape = width / height
    wide = min((area * shape) ** 0.5, widest, highest * shape)
    return wide, wide / shape


@dataclass(frozen=True, slots=True)
class Crop:
    """The part of an upright picture that is wanted, in fractions of its width and height."""

    left: float = 0.0
    top: float = 0.0
    width: float = WHOLE
    height: float = WHOLE

    @property
    def is_within(self) -> bool:
        sides = ((self.left, self.width), (self.top, self.height))
        return all(begin >= 0 and extent > 0 and begin + extent <= WHOLE + 1e-6 for begin, extent in sides)


def box_of(crop: Crop | None, size: tuple[int, int], aspect: float | None) -> tuple[int, int, int, int]:
    """The pixels that `crop` means, left, top, right and bottom; trimmed about its center to an `aspect` of width to
    height. Whatever is asked for, at least a pixel of the picture is left.
    """
    wanted = crop if crop is not None and crop.is_within else Crop()
    width, height = wanted.width * size[0], wanted.height * size[1]
    left, top = wanted.left * size[0], wanted.top * size[1]
    if aspect is not None:
        fitting = min(width, height * aspect)
        left += (width - fitting) / 2
        top += (height - fitting / aspect) / 2
        width, height = fitting, fitting / aspect
    across, down = _within(left, width, size[0]), _within(top, height, size[1])
    return across[0], down[0], across[1], down[1]


def _within(begin: float, extent: float, whole: int) -> tuple[int, int]:
    first = min(int(begin), whole - 1)
    return first, max(first + 1, min(round(begin + extent), whole))
