"""Answers in JSON: of a read, of a change with its entity tag, of a creation with its address."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Response, request

from forumapp.api import etags

if TYPE_CHECKING:
    from forumapp.domain.accounts.idempotency import Answer

ROOT = "/api/v1"


def dumped(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def plain(status: int, text: str) -> Response:
    return Response(text, status, content_type="application/json")


def tagged(status: int, text: str) -> Response:
    response = plain(status, text)
    response.headers["ETag"] = etags.tag(json.loads(text).get("version", 1), text)
    return response


def made(answer: Answer, located_by: str | None) -> Response:
    """Of a creation. Its headers follow from its body, so that a repeated one has the same.

    Its own address ends with the field `located_by`, or is that path with its fields filled in.
    """
    if located_by is None:
        return plain(answer.status, answer.text)
    response = tagged(answer.status, answer.text)
    path = ROOT + located_by if located_by.startswith("/") else f"{request.path}/{{{located_by}}}"
    response.headers["Location"] = path.format_map(json.loads(answer.text))
    return response
