"""Reads JSON bodies. Anything else is refused before it reaches a view."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any, ClassVar

import marshmallow as ma
from flask import request
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, UnprocessableEntity, UnsupportedMediaType

from forumapp.schemas.fields import Shape

if TYPE_CHECKING:
    from typing import NoReturn

    from flask import Request


class BodyParser(FlaskParser):
    # A misspelled filter is refused like a misspelled field: ignoring it would return other rows than asked for.
    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012 (webargs' own convention)
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": None,
    }

    def _raw_load_json(self, req: Request) -> Any:
        return read_json(req)


def read_json(req: Request = request) -> Any:
    """Raises UnsupportedMediaType, and BadRequest where it is not JSON."""
    if req.mimetype != "application/json" and not req.mimetype.endswith("+json"):
        raise UnsupportedMediaType
    try:
        return parse_json(req.get_data(cache=True))
    except (ValueError, RecursionError) as error:
        raise BadRequest from error


def count_sent(name: str) -> int:
    """How many items the list `name` of the body has. 0 if there is no such list or the body cannot be read."""
    try:
        body = read_json()
    except (BadRequest, UnsupportedMediaType):
        return 0
    items = body.get(name) if isinstance(body, dict) else None
    return len(items) if isinstance(items, list) else 0


def parse_json(sent: bytes) -> Any:
    """Parse strict RFC 8259: no NaN, and none of the numbers or nesting of hostile callers. Raises ValueError or
    RecursionError.
    """
    return json.loads(sent, parse_constant=_refuse)


def body_if_any(schema: ma.Schema, req: Request = request) -> dict[str, Any]:
    """Load an optional body. Raises UnprocessableEntity if it is invalid."""
    sent = read_json(req) if req.get_data(cache=True) else {}
    try:
        loaded: dict[str, Any] = schema.load(sent)
    except ma.ValidationError as error:
        refusal = UnprocessableEntity()
        refusal.data = {"messages": {"json": error.messages}}  # type: ignore[attr-defined]  # where webargs puts them
        raise refusal from error
    return loaded


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


class Changes(Shape):
    """A change, which may be what was read, sent back whole. Its `read_only` fields are dropped here and compared with
    the record by `read_only_fields.py`.
    """

    read_only: ClassVar[frozenset[str]] = frozenset()

    @ma.pre_load
    def set_aside(self, sent: Any, **_: Any) -> Any:
        return (
            {name: value for name, value in sent.items() if name not in self.read_only}
            if isinstance(sent, dict)
            else sent
        )


def changes_of(new: type[ma.Schema], response: type[ma.Schema], *, without: tuple[str, ...] = ()) -> type[Changes]:
    """The schema of a PATCH: the fields of `new`, each optional, except those of `without`. `response` is the schema of
    the answer: its other fields are read-only.
    """
    fields: dict[str, Any] = {}
    for name, declared in new._declared_fields.items():  # noqa: SLF001 (marshmallow offers no other way)
        if name not in without:
            field = copy.copy(declared)
            field.required, field.load_default = False, ma.missing
            fields[name] = field
    stem = new.__name__.removeprefix("New").removesuffix("Schema")
    aside = frozenset(response._declared_fields) - set(fields)  # noqa: SLF001 (as above)
    return type(f"{stem}ChangesSchema", (Changes,), {**fields, "read_only": aside})
