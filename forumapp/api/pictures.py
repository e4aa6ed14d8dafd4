"""Pictures in requests and responses: raw bytes instead of JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import Response, request
from werkzeug.exceptions import UnsupportedMediaType

from forumapp.core.errors import Invalid
from forumapp.domain.images.checking import check_picture
from forumapp.domain.images.rules import TAKEN, Crop, MediaType, Picture

if TYPE_CHECKING:
    from forumapp.domain.images.models import Image

_BYTES = {"schema": {"type": "string", "format": "binary"}}
_SHARE = r"(0(\.[0-9]{1,9})?|1(\.0{1,9})?)"
FOUR_SHARES = f"^{_SHARE}(,{_SHARE}){{3}}$"
ANSWER: dict[str, Any] = {
    "description": "The picture, upright and without metadata",
    "content": {str(kind): _BYTES for kind in MediaType},
}
CROP: dict[str, Any] = {
    "in": "query",
    "name": "crop",
    "required": False,
    "schema": {"type": "string", "pattern": FOUR_SHARES},
    "description": "The part that is kept, in shares of the upright picture: left, top, width, height.",
    "example": "0.1,0,0.8,1",
}


def body(aspect: float | None) -> dict[str, Any]:
    """The documentation of the request body. With an `aspect`, SVG is not accepted."""
    kinds = [kind for kind in TAKEN if aspect is None or kind != MediaType.SVG]
    return {"required": True, "content": dict.fromkeys(kinds, _BYTES)}


def picture_sent(aspect: float | None) -> Picture:
    if request.mimetype not in TAKEN:
        raise UnsupportedMediaType
    return check_picture(request.get_data(), crop=_crop(), aspect=aspect)


def _crop() -> Crop | None:
    named = request.args.get("crop")
    if named is None:
        return None
    if not re.fullmatch(FOUR_SHARES, named):
        raise Invalid(fields={"crop": "malformed"})
    crop = Crop(*map(float, named.split(",")))
    if not crop.is_within:
        raise Invalid(fields={"crop": "out-of-range"})
    return crop


def picture_response(image: Image) -> Response:
    answer = Response(image.content, content_type=image.media_type)
    answer.headers["Content-Disposition"] = "attachment"  # a browser that is led here opens nothing
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.set_etag(image.sha256[:20])
    answer.make_conditional(request)
    return answer
