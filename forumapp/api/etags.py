"""Entity tags: a record's version, which guards changes, and a digest, which detects unchanged answers."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from flask import request

from forumapp.core.errors import Refusal

if TYPE_CHECKING:
    from flask import Response

TAG = r'^"[0-9]{1,9}-[0-9a-f]{12}"$'
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string", "pattern": TAG},
    "description": "The ETag of what is to be changed or removed, as the caller read it.",
}
IF_NONE_MATCH = {"in": "header", "name": "If-None-Match", "required": False, "schema": {"type": "string"}}
ETAG = {"ETag": {"description": "Version of what is returned", "schema": {"type": "string", "pattern": TAG}}}


class PreconditionRequired(Refusal):
    """A change must name the version it was made on, which prevents lost updates."""

    status, code = 428, "precondition-required"


class MalformedIfMatch(Refusal):
    """If-Match is not one of our tags, so it names no version."""

    status, code = 400, "malformed-if-match"


def tag(version: int, content: str) -> str:
    """Two representations of one version differ where records it refers to have changed."""
    return f'"{version}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"'


def version_wanted() -> int:
    """The version in If-Match. Raises PreconditionRequired or MalformedIfMatch."""
    if "If-Match" not in request.headers:
        raise PreconditionRequired
    version = version_named()
    if version is None:
        raise MalformedIfMatch
    return version


def version_named() -> int | None:
    wanted = request.headers.get("If-Match", "")
    return int(wanted.strip('"').partition("-")[0]) if re.fullmatch(TAG, wanted) else None


def is_known(tag: str) -> bool:
    """Whether the caller already has the representation with this tag."""
    return request.if_none_match.contains(tag.strip('"'))


def unchanged(response: Response) -> Response:
    """`response`, or 304 without a body when the caller has it already."""
    response.make_conditional(request)
    return response
