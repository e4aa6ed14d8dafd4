"""Answers in JSON: of a read, of a change with its entity tag, of a creation with its address."""

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


def dumped(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def plain(status: int, text: str) -> Response:
    return Response(text, status, content_type="application/json")


def tagged(status: int, text: str) -> Response:
    response = plain(status, text)
    response.headers["ETag"] = etags.tag(json.loads(text).get("version", 1), text)
    return response


def read(
    this: Call,
    asked: tuple[Any, ...],
    parts: dict[str, Any],
    f: Callable[..., Any],
    item: Schema,
    *,
    marked: Callable[..., str] | None,
) -> Response:
    """Of a read: 304 to whoever has it. Where a word tells that by itself, the answer is not even made."""
    if marked is None:
        return etags.unchanged(tagged(200, dumped(item.dump(f(this, *asked, **parts)))))
    tag = etags.tag(1, marked(this, *asked, **parts))
    answer = plain(304, "") if etags.is_known(tag) else plain(200, dumped(item.dump(f(this, *asked, **parts))))
    answer.headers["ETag"] = tag
    return answer


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
