"""Compresses responses for clients that accept gzip.

A page that carries a form's token is masked anew for each answer (`form_tokens.py`), so its compressed length says
nothing about the token. Entity tags stay as they are: they name the record, and `If-Match` compares them strongly.
"""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from flask import request

if TYPE_CHECKING:
    from flask import Flask, Response

TYPES = frozenset(
    {
        "text/html",
        "text/css",
        "text/csv",
        "text/plain",
        "text/javascript",
        "text/calendar",
        "text/xml",
        "application/json",
        "application/problem+json",
        "application/xml",
        "image/svg+xml",
    }
)
SMALLEST = 800  # bytes; shorter answers fit into one packet as they are
LEVEL = 5  # within 3 % of the smallest, in half the time
PARTIAL = 206


def set_up(app: Flask) -> None:
    app.after_request(compress)


def compress(response: Response) -> Response:
    """Compress a whole answer of text. Files in parts, streams and what is compressed already stay as they are."""
    if response.mimetype not in TYPES or response.direct_passthrough or response.is_streamed:
        return response
    if response.content_encoding or response.status_code == PARTIAL or "Content-Range" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) < SMALLEST or request.accept_encodings["gzip"] <= 0:
        return response
    response.set_data(gzip.compress(body, LEVEL, mtime=0))
    response.content_encoding = "gzip"
    return response
