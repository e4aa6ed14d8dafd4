"""Static files: named with the hash of their content, cached for a year, sent compressed."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Response, abort, current_app, make_response, request, url_for
from werkzeug.security import safe_join

if TYPE_CHECKING:
    from flask import Flask

FOREVER = "public, max-age=31536000, immutable"
_HASH_LENGTH = 12
_COMPRESSED = ("text/", "application/javascript", "application/json", "image/svg+xml")
_PROGRAM = "application/wasm"  # compressed as well; browsers take it under this very name alone


@dataclass(frozen=True, slots=True)
class Asset:
    content: bytes
    packed: bytes | None
    kind: str
    digest: str


def set_up(app: Flask) -> None:
    app.extensions["forumapp.assets"] = {}
    # Flask's own view neither compresses nor knows whether the address carries the hash of what it answers.
    app.view_functions["static"] = serve
    app.jinja_env.globals["asset"] = address


def address(name: str) -> str:
    """The address of a file in static/, which changes with its content."""
    asset = find(name)
    return url_for("static", filename=name, v=asset.digest if asset else None)


def find(name: str) -> Asset | None:
    """The file, read anew when it has changed: the two hundred milliseconds of packing are paid once."""
    path = safe_join(str(current_app.static_folder), name)
    known: dict[str, tuple[float, Asset]] = current_app.extensions["forumapp.assets"]
    try:
        changed = _changed_at(path)
        if name in known and known[name][0] == changed:
            return known[name][1]
        asset = _read(path)
    except (OSError, ValueError):  # a name that no file can have
        return None
    known[name] = (changed, asset)
    return asset


def serve(filename: str) -> Response:
    asset = find(filename)
    if asset is None:
        abort(404)
    packed = asset.packed if request.accept_encodings["gzip"] > 0 else None
    response = make_response(packed or asset.content)
    response.content_type = asset.kind
    response.set_etag(asset.digest, weak=True)  # the compressed and the plain form are one file
    response.vary.add("Accept-Encoding")
    if packed:
        response.content_encoding = "gzip"
    if request.args.get("v") == asset.digest:
        response.headers["Cache-Control"] = FOREVER
    else:
        response.cache_control.no_cache = True
    response.make_conditional(request)
    return response


def _changed_at(path: str | None) -> float:
    import os

    if path is None:
        raise FileNotFoundError
    return os.stat(path).st_mtime  # noqa: PTH116 (a string from safe_join, asked for at every request)


def _read(path: str | None) -> Asset:
    from pathlib import Path

    content = Path(path or "").read_bytes()
    kind = mimetypes.guess_type(path or "")[0] or "application/octet-stream"
    if kind == "text/javascript":
        kind = "application/javascript"
    is_text = kind.startswith(_COMPRESSED)
    return Asset(
        content=content,
        packed=gzip.compress(content, 9, mtime=0) if is_text or kind == _PROGRAM else None,
        kind=f"{kind}; charset=utf-8" if is_text else kind,
        digest=hashlib.sha256(content).hexdigest()[:_HASH_LENGTH],
    )
