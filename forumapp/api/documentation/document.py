"""The OpenAPI document, made by flask-smorest of the operations and their schemas."""

from __future__ import annotations

import http
import threading
from typing import TYPE_CHECKING, Any

from flask_smorest import Api
from flask_smorest.utils import prepare_response
from werkzeug.routing import BaseConverter, IntegerConverter

from forumapp.api.problems import PROBLEM, ProblemSchema, StaleProblemSchema
from forumapp.schemas.addresses import IdConverter, up_to
from forumapp.schemas.fields import LARGEST

if TYPE_CHECKING:
    from flask import Flask
    from flask_smorest import Blueprint
    from werkzeug.routing import Map

DESCRIPTION = """\
Lists come in pages of at most 200. Texts in several languages are objects by BCP 47 tag. A time at a place \
is read and written in one shape: `wall`, what the clocks there show, `zone`, an IANA name, and `fold` where they show \
it twice; `at`, the same as RFC 3339 with its offset, is returned too and need not be sent. An instant of ours, \
such as when something was sent, is `at` in UTC. \
What exists is changed and removed with `If-Match`, the ETag of the last read. Without it the answer is 428, 400 if \
it is no such ETag, and 412 with both versions field by field when someone else was faster; `detail` says what to \
send. \
What was read can be sent back whole: fields that cannot be changed are accepted if they equal the \
record, and refused as `read-only` if not. A POST with an `Idempotency-Key` takes effect once, and without one as \
often as it is sent. Refusals are problem documents with a stable `code`."""


class LinkConverter(BaseConverter):
    """The signed part of a personal link."""

    regex = r"[A-Za-z0-9_.-]{1,500}"


class SlugConverter(BaseConverter):
    """A code in an address. Anything else is rejected before a query."""

    regex = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,59})"


class NumberConverter(IntegerConverter):
    regex = up_to(LARGEST)

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, min=1, max=LARGEST)


class ProblemApi(Api):
    """Documents refusals as problems, and leaves errors of the pages alone. The document is built on first request,
    because building it would double the start-up time of every process.
    """

    def __init__(self, app: Flask, **options: Any) -> None:
        self._offered: list[Blueprint] = []
        self._writing = threading.Lock()
        self._written: dict[str, Any] | None = None
        super().__init__(app, **options)

    def register_blueprint(self, blp: Blueprint, **options: Any) -> None:
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blp.name] = self
        self._app.register_blueprint(blp, **options)
        self._offered.append(blp)

    def to_dict_cached(self) -> dict[str, Any]:
        with self._writing:
            if self._written is None:
                for blueprint in self._offered:
                    blueprint.register_views_in_doc(self, self._app, self.spec, name=blueprint.name, parameters=None)
                    self.spec.tag({"name": blueprint.name, "description": blueprint.description})
                self._written = self.spec.to_dict()
            return self._written

    def _register_responses(self) -> None:
        """As the parent's, but every error is a problem document."""
        answers = {status.name: status.phrase for status in http.HTTPStatus if status >= http.HTTPStatus.BAD_REQUEST}
        for name, description in {**answers, "DEFAULT_ERROR": "Any other refusal"}.items():
            schema = StaleProblemSchema if name == http.HTTPStatus.PRECONDITION_FAILED.name else ProblemSchema
            response: dict[str, Any] = {"description": description, "schema": schema}
            prepare_response(response, self.spec, PROBLEM)
            self.spec.components.response(name, response, lazy=True)

    def _register_error_handlers(self) -> None:
        """None for the whole application: each blueprint has its own (problems.py)."""


def new_document(app: Flask) -> ProblemApi:
    app.url_map.converters.update(slug=SlugConverter, id=IdConverter, number=NumberConverter, link=LinkConverter)
    app.config.update(API_TITLE="forumapp", API_VERSION="1", OPENAPI_VERSION="3.1.0")
    options = {
        "info": {"description": DESCRIPTION},
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
    }
    document = ProblemApi(app, spec_kwargs=options)
    for converter in (SlugConverter, LinkConverter):
        document.register_converter(converter, lambda used: {"type": "string", "pattern": f"^{used.regex}$"})
    document.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    return document
