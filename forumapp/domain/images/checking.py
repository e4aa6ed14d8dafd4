"""Checks what someone brings as a picture: by what it holds, never by its name, and makes it anew from what is good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.images.rules import LARGEST, LONGEST, BadPicture

if TYPE_CHECKING:
    from forumapp.domain.images.rules import Crop, Picture


def check_picture(
    content: bytes, *, crop: Crop | None = None, aspect: float | None = None, longest: int = LONGEST
) -> Picture:
    """The picture in `content`, upright, cropped and shrunk, without whatever cameras and editors add to it.

    Raises BadPicture. A drawing stays one, and is neither cropped nor shrunk: none is taken where an `aspect` is asked.
    """
    # Few requests bring pictures; the libraries for them take longer to load than most pages to make.
    from forumapp.domain.images.drawings import clean_drawing, looks_like_drawing
    from forumapp.domain.images.rasters import check_raster

    if not content:
        raise BadPicture("not-a-picture")
    if len(content) > LARGEST:
        raise BadPicture("picture-too-large")
    if looks_like_drawing(content):
        if aspect is not None:
            raise BadPicture("not-a-photo")
        return clean_drawing(content)
    return check_raster(content, crop=crop, aspect=aspect, longest=longest)
