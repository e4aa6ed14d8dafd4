"""Refusals as RFC 9457 problem documents."""

from __future__ import annotations

import http
from typing import TYPE_CHECKING, Any

import marshmallow as ma
from flask import Flask, Response, json, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException, default_exceptions

from forumapp.api.etags import MalformedIfMatch
from forumapp.core.database import outage
from forumapp.core.errors import Merged, Refusal
from forumapp.core.files.storage import is_full
from forumapp.core.serving import rate_limits
from forumapp.core.serving.request_facts import request_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask import Blueprint

PROBLEM = "application/problem+json"
PREFIX = "/api/"
# Details of a refusal that concern our tables and not the request.
_INTERNAL = frozenset({"constraint"})
NO_VERSION = "Read the record first, and send the ETag of that answer as If-Match."
MALFORMED_TAG = 'If-Match must be one ETag as a read of the record gave it, with its quotes: "3-0123456789ab".'
CHANGED = "The record has changed since you read it. Read it again, and send the ETag of that last answer as If-Match."
CHANGED_IN_BODY = "A record that the body names has changed since you read it. Read it again, and send its version."
CHANGED_PREVIEW = "What you read has changed since. Read it again, and send the request with what it says now."
# Descriptions of refusals by code, formatted with their details.
DETAILS = {
    "nothing-to-import": _l(
        "Nothing is left to import. Rows read: %(read)s. Already there: %(known)s. Already there, with new "
        "details to join: %(more)s. With faults: %(faulty)s. Not decided because they resemble a record: "
        "%(undecided)s. Left out, such as totals: %(skipped)s."
    ),
}
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="forumapp"'}


class ProblemSchema(ma.Schema):
    """Why a request was refused. `code` is stable; `errors` says by field what is wrong with it."""

    type = ma.fields.String(required=True, metadata={"examples": ["urn:forumapp:problem:stale"]})
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    code = ma.fields.String(required=True, metadata={"examples": ["stale"]})
    detail = ma.fields.String(
        metadata={"description": "What to do next, of the answers 412 and 428, and of a malformed If-Match."}
    )
    request_id = ma.fields.String(metadata={"description": "Names the request in the server's log."})
    errors = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.List(ma.fields.String()))
    details = ma.fields.Dict(keys=ma.fields.String())


class StaleDetailsSchema(ma.Schema):
    entity = ma.fields.String(
        metadata={"description": "What has changed, with its `row_id`, where that is not the record at the address."}
    )
    row_id = ma.fields.Integer()
    sent = ma.fields.Dict(
        keys=ma.fields.String(),
        required=True,
        metadata={"description": "The version that If-Match names, and the fields of the body that differ."},
    )
    current = ma.fields.Dict(
        keys=ma.fields.String(),
        metadata={
            "description": "The version that stands, and the same fields as a read would tell them; all of them where"
            " nothing was sent, or where only values joined to the record have changed."
            " Left out where the caller may not read the record."
        },
    )


class StaleProblemSchema(ProblemSchema):
    """The record has changed since it was read. Nothing was done; the details compare both versions by field."""

    details = ma.fields.Nested(StaleDetailsSchema, required=True)  # type: ignore[assignment]  # schemas are no types


def problem(
    status: int,
    code: str,
    *,
    detail: str = "",
    errors: Mapping[str, list[str]] | None = None,
    details: Mapping[str, Any] | None = None,
    headers: Iterable[tuple[str, str]] = (),
) -> Response:
    title = http.HTTPStatus(status).phrase
    body: dict[str, Any] = {"type": f"urn:forumapp:problem:{code}", "title": title, "status": status, "code": code}
    if detail:
        body["detail"] = detail
    if number := request_id():
        body["request_id"] = number
    if errors:
        body["errors"] = errors
    if details:
        body["details"] = details
    return Response(json.dumps(body), status, list(headers), content_type=PROBLEM)


def from_refusal(refusal: Refusal) -> Response:
    headers = {http.HTTPStatus.UNAUTHORIZED: _CHALLENGE}.get(http.HTTPStatus(refusal.status), {})
    if "retry_after" in refusal.details:
        headers = {"Retry-After": str(refusal.details["retry_after"])}
    details = {key: value for key, value in refusal.details.items() if key not in _INTERNAL}
    errors = {field: [code] for field, code in refusal.fields.items()}
    return problem(
        refusal.status, refusal.code, detail=_detail(refusal), errors=errors, details=details, headers=headers.items()
    )


def _detail(refusal: Refusal) -> str:
    """The reason, where the code says too little; or what to send instead, if the version is missing, malformed or
    stale.
    """
    if refusal.code in DETAILS:
        return str(DETAILS[refusal.code] % refusal.details)
    if refusal.status == http.HTTPStatus.PRECONDITION_REQUIRED:
        return NO_VERSION
    if isinstance(refusal, MalformedIfMatch):
        return MALFORMED_TAG
    if refusal.status != http.HTTPStatus.PRECONDITION_FAILED:
        return ""
    if "entity" in refusal.details:
        return CHANGED_IN_BODY
    return CHANGED if "If-Match" in request.headers else CHANGED_PREVIEW


def from_outage(error: Exception) -> Response:
    """Answer 503 if the database is unreachable or a disk is full. Raises any other error again."""
    is_disk_full = is_full(error)
    if not (is_disk_full or outage.is_outage(error)):
        raise error
    outage.outages.note(error)
    if is_disk_full:
        headers = [("Retry-After", str(outage.RETRY_SECONDS_WHEN_FULL))]
        return problem(http.HTTPStatus.SERVICE_UNAVAILABLE, "disk-full", headers=headers)
    headers = [("Retry-After", str(outage.RETRY_SECONDS))]
    return problem(http.HTTPStatus.SERVICE_UNAVAILABLE, "database-unavailable", headers=headers)


def from_merged(refusal: Merged) -> Response:
    """Redirect to the record into which this one was merged."""
    part = f"{refusal.details['entity']}_id"
    if part not in (request.view_args or {}):
        return from_refusal(refusal)
    parts = {**(request.view_args or {}), part: refusal.details["into"]}
    location = url_for(request.endpoint or "", **parts)
    return problem(
        http.HTTPStatus.PERMANENT_REDIRECT,
        "merged",
        details={"into": refusal.details["into"]},
        headers=[("Location", location)],
    )


def from_http_exception(error: HTTPException) -> Response:
    """Convert werkzeug's and webargs' exceptions. webargs puts a schema's messages in `data`."""
    status = error.code or 500
    if status < http.HTTPStatus.BAD_REQUEST:
        return Response(status=status, headers=error.get_headers())
    code = "invalid" if status == http.HTTPStatus.UNPROCESSABLE_ENTITY else _code_for(status)
    messages = (getattr(error, "data", None) or {}).get("messages") or {}
    errors = {field: texts for location in messages.values() for field, texts in by_field(location)}
    if status == http.HTTPStatus.TOO_MANY_REQUESTS:
        return problem(status, code, headers=[("Retry-After", str(rate_limits.seconds_left()))])
    headers = [pair for pair in error.get_headers() if pair[0].lower() not in ("content-type", "content-length")]
    return problem(status, code, errors=errors, headers=headers)


def _code_for(status: int) -> str:
    return http.HTTPStatus(status).phrase.lower().replace(" ", "-")


def by_field(messages: Any, name: str = "") -> list[tuple[str, list[str]]]:
    """A schema's nested messages as pairs of a dotted field and its texts. Errors of an object as a whole belong to its
    field.
    """
    if isinstance(messages, dict):
        pairs = ((_within(name, str(key)), inner) for key, inner in messages.items())
        return [error for field, inner in pairs for error in by_field(inner, field)]
    texts = messages if isinstance(messages, list) else [messages]
    return [(name, [str(text) for text in texts])]


def _within(name: str, key: str) -> str:
    if not name:
        return key
    return name if key == ma.exceptions.SCHEMA else f"{name}.{key}"


def answer_in_problems(blueprint: Blueprint) -> None:
    """Every refusal of the blueprint's views becomes a problem.

    By status too, because the pages' handlers for a status would come before one of ours for every status.
    """
    blueprint.register_error_handler(Merged, from_merged)
    blueprint.register_error_handler(Refusal, from_refusal)
    for error in outage.PASSING:
        blueprint.register_error_handler(error, from_outage)
    for status in default_exceptions:
        blueprint.register_error_handler(status, from_http_exception)
    blueprint.register_error_handler(HTTPException, from_http_exception)


def answer_unrouted(app: Flask) -> None:
    """An address or a method that no view has belongs to no blueprint, so it is answered before dispatch."""

    @app.before_request
    def unrouted() -> Response | None:
        missed = request.routing_exception
        if missed is None or not request.path.startswith(PREFIX):
            return None
        return from_http_exception(missed) if isinstance(missed, HTTPException) else None
