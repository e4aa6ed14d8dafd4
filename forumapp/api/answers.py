"""JSON responses to reads, to changes with an entity tag, and to creations with a Location."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Response, request

from forumapp.api import etags

if TYPE_CHECKING:
    from collections.abc import Callable

    from marshmallow import Schema

    from forumapp.api.auth import Call
    from forumapp.domain.accounts.tokens.idempotency import Answer

ROOT = "/api/v1"


def to_json(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def json_response(status: int, text: str) -> Response:
    return Response(text, status, content_type="application/json")


def tagged_response(status: int, text: str) -> Response:
    response = json_response(status, text)
    response.headers["ETag"] = etags.tag(json.loads(text).get("version", 1), text)
    return response


def answer_read(
    this: Call,
    asked: tuple[Any, ...],
    parts: dict[str, Any],
    f: Callable[..., Any],
    item: Schema,
    *,
    marked: Callable[..., str] | None,
) -> Response:
    """Answer a read, with 304 if the caller has it. With `marked`, an unchanged answer is not even computed."""
    if marked is None:
        return etags.unchanged(tagged_response(200, to_json(item.dump(f(this, *asked, **parts)))))
    tag = etags.tag(1, marked(this, *asked, **parts))
    answer = (
        json_response(304, "")
        if etags.is_known(tag)
        else json_response(200, to_json(item.dump(f(this, *asked, **parts))))
    )
    answer.headers["ETag"] = tag
    return answer


def answer_creation(answer: Answer, located_by: str | None) -> Response:
    """Respond to a creation. The headers follow from the body, so a repeated response has the same.

    The Location ends with the field `located_by`, or is that path with the body's fields filled in.
    """
    if located_by is None:
        return json_response(answer.status, answer.text)
    response = tagged_response(answer.status, answer.text)
    path = ROOT + located_by if located_by.startswith("/") else f"{request.path}/{{{located_by}}}"
    response.headers["Location"] = path.format_map(json.loads(answer.text))
    return response
