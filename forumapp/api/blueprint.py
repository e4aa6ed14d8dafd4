"""The kinds of operation that every collection is made of. Each is a decorator over a function of plain values."""

from __future__ import annotations

import http
import re
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

from flask import Response, g
from flask_smorest import Blueprint

from forumapp.api import answers, etags, idempotency, pictures
from forumapp.api.answers import ROOT, to_json
from forumapp.api.auth import call, identify
from forumapp.api.bodies import BodyParser, body_if_any, changes_of, read_json
from forumapp.api.documentation.shared_answers import LED_ON, LOCATION, TOO_MANY
from forumapp.api.operations import FAST_PATH, Operation, Work, name_after
from forumapp.api.paging import PageQuery, page_body, page_of
from forumapp.api.problems import answer_in_problems
from forumapp.api.read_only_fields import refuse_changed
from forumapp.api.stale_writes import Reader, both_versions, stale_in_body
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Stale
from forumapp.core.serving.rate_limits import SharedLimit, in_turn, is_local, limited
from forumapp.domain.accounts.tokens.idempotency import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import marshmallow as ma

    from forumapp.api.auth import Call
    from forumapp.domain.accounts.permissions import Permission

    View = Callable[..., Any]
    Decorator = Callable[[View], View]

# Records that may have been merged into another: requests are redirected to it.
LEADING = re.compile(r"<id:(person|organization)_id>")
BEARER: list[dict[str, list[str]]] = [{"bearer": []}]
OPTIONAL_BEARER = [{}, *BEARER]
# Readers of records by path: a record may be changed in another module than the one that reads it.
READERS: dict[str, Reader] = {}


class ApiBlueprint(Blueprint):
    """A domain's operations. The functions below get a Call, then the body or query, then the path's parts by name.

    `needs` is the permission that an operation asks for: `call.edition()` and `call.within_any()` check it.
    """

    ARGUMENTS_PARSER = BodyParser()

    def __init__(self, name: str, module: str, *, description: str) -> None:
        super().__init__(name, module, url_prefix=ROOT, description=description)
        answer_in_problems(self)

    def lists(
        self,
        path: str,
        item: type[ma.Schema],
        *,
        query: type[PageQuery] = PageQuery,
        public: bool = False,
        needs: Permission | None = None,
    ) -> Decorator:
        """`f(call, query, **path) -> Page` of what `item` describes."""
        schema = item(many=True)

        def decorate(f: View) -> View:
            def view(arguments: dict[str, Any], **parts: Any) -> Response:
                page = f(call(reading()), arguments, **parts)
                return answers.json_response(200, to_json(page_body(page, schema.dump(page.items))))

            described = self.arguments(query(), location="query")(
                self.response(200, page_of(item))(name_after(view, f))
            )
            return self._offer("GET", path, f, described, needs=needs, public=public)

        return decorate

    def reads(
        self,
        path: str,
        schema: type[ma.Schema],
        *,
        query: type[ma.Schema] | None = None,
        public: bool = False,
        devices: bool = False,
        marked: Callable[..., str] | None = None,
        needs: Permission | None = None,
    ) -> Decorator:
        """`f(call, **path) -> row`, or with `query` `f(call, query, **path)`. The response has an ETag, and is 304 for
        a caller that has it. `marked` takes the same arguments and computes a cheap ETag; else the body is hashed.
        """
        item = schema()

        def decorate(f: View) -> View:
            READERS[path] = Reader(f, item, needs)

            def view(*asked: Any, **parts: Any) -> Response:
                return answers.answer_read(call(reading()), asked, parts, f, item, marked=marked)

            described = self.response(200, schema, headers=etags.ETAG)(name_after(view, f))
            described = self.alt_response(304, description="Not changed", success=True)(described)
            described = self.arguments(query(), location="query")(described) if query else described
            # Parameters given to `doc` replace those of `arguments`, so the query is listed again.
            by_hand = [etags.IF_NONE_MATCH, *([{"in": "query", "schema": query()}] if query else [])]
            return self._offer("GET", path, f, described, needs=needs, public=public, devices=devices, headers=by_hand)

        return decorate

    def creates(
        self,
        path: str,
        body: type[ma.Schema],
        schema: type[ma.Schema],
        *,
        located_by: str | None = "id",
        public: bool = False,
        devices: bool = False,
        limit: str | SharedLimit | None = None,
        crowded: bool = False,
        straight: Callable[[Mapping[str, Any]], str] | None = None,
        ahead: View | None = None,
        needs: Permission | None = None,
    ) -> Decorator:
        """`f(call, values, **path) -> row`; the new record's own address ends with its field `located_by`, or is that
        path with its fields filled in. `ahead` runs before anything is written; its result comes after the values.

        `limit` is the rate limit of an address without a token; `crowded` admits only a few calls at a time. What
        check-in `devices` send has its own nonce, so it takes effect once without a key. `straight` serves it by the
        fast path, and returns the key by which a batch is sorted.
        """

        def decorate(f: View) -> View:
            operation = Operation(f, body(), schema(), needs, f"{self.name}.{f.__name__}", ahead, straight)
            if straight:
                FAST_PATH[path] = operation

            def view(values: dict[str, Any], **parts: Any) -> Response:
                work = Work(operation, values, parts)
                once = idempotency.effective_once
                answer = idempotency.at_once(work) if devices else once(work, work.prepare if ahead else None)
                return answers.answer_creation(answer, located_by)

            headers = {**etags.ETAG, **LOCATION} if located_by else {}
            described = self.arguments(operation.takes)(
                self.response(201, schema, headers=headers)(name_after(view, f))
            )
            described = self._add_limit(in_turn(described) if crowded else described, limit)
            access: Any = {"needs": needs, "public": public, "devices": devices}
            return self._offer("POST", path, f, described, headers=[] if devices else [idempotency.PARAMETER], **access)

        return decorate

    def acts(
        self,
        path: str,
        schema: type[ma.Schema],
        *,
        tagged: bool = False,
        body: type[ma.Schema] | None = None,
        public: bool = False,
        limit: str | SharedLimit | None = None,
        ahead: View | None = None,
        needs: Permission | None = None,
    ) -> Decorator:
        """`f(call, **path) -> row`: a POST that does something to a record and answers with it.

        With `tagged`, it is `f(call, version, **path)`: a decision on what the caller has read. With `body`, which may
        be left out, the values come before the version. What `ahead` makes before the transaction comes after both; it
        is called with the same arguments.
        """
        item = schema()

        def decorate(f: View) -> View:
            def view(**parts: Any) -> Response:
                sent = (body_if_any(body()),) if body else ()

                made: list[Any] = []

                def prepare(this: Call) -> None:
                    read = (etags.version_wanted(),) if tagged else ()
                    made[:] = [ahead(this, *sent, *read, **parts)] if ahead else []

                def work(this: Call) -> Answer:
                    read = (etags.version_wanted(),) if tagged else ()
                    return Answer(200, to_json(item.dump(f(this, *sent, *read, *made, **parts))))

                with self._stale_with_both(path.rpartition("/")[0], parts):
                    answer = idempotency.effective_once(work, prepare if ahead else None)
                return answers.tagged_response(answer.status, answer.text)

            described = self.response(200, schema, headers=etags.ETAG)(name_after(view, f))
            described = self._problems(*((400, 412, 428) if tagged else ()))(described)
            if body:
                described = self.doc(requestBody={"content": {"application/json": {"schema": body}}})(described)
            described = self._add_limit(described, limit)
            headers = [idempotency.PARAMETER, *([etags.IF_MATCH] if tagged else [])]
            return self._offer("POST", path, f, described, needs=needs, public=public, headers=headers)

        return decorate

    def changes(
        self,
        path: str,
        body: type[ma.Schema],
        schema: type[ma.Schema],
        *,
        without: tuple[str, ...] = (),
        ahead: View | None = None,
        needs: Permission | None = None,
    ) -> Decorator:
        """`f(call, changes, version, **path) -> row`; `body` describes creation, and here its fields are optional.
        `ahead` runs before the transaction with the same arguments; its result comes after the version.
        """
        fields = changes_of(body, schema, without=without)
        return self._edits("PATCH", path, fields, schema, ahead=ahead, needs=needs)

    def replaces(
        self, path: str, body: type[ma.Schema], schema: type[ma.Schema], *, needs: Permission | None = None
    ) -> Decorator:
        """`f(call, values, version, **path) -> row`: replaces the whole record at the address."""
        return self._edits("PUT", path, body, schema, needs=needs)

    def _edits(
        self,
        method: str,
        path: str,
        body: type[ma.Schema],
        schema: type[ma.Schema],
        *,
        ahead: View | None = None,
        needs: Permission | None,
    ) -> Decorator:
        aside: frozenset[str] = getattr(body, "read_only", frozenset())

        def decorate(f: View) -> View:
            def view(values: dict[str, Any], **parts: Any) -> Response:
                sent: Any = {"take": lambda: (values,), "values": dict(values), "aside": aside}
                return self._apply_edit(f, schema(), path, parts, ahead=ahead, **sent)

            described = self.arguments(body())(self.response(200, schema, headers=etags.ETAG)(name_after(view, f)))
            described = self._problems(400, 412, 428)(described)
            return self._offer(method, path, f, described, needs=needs, headers=[etags.IF_MATCH])

        return decorate

    def _apply_edit(
        self,
        f: View,
        item: ma.Schema,
        record_path: str,
        parts: dict[str, Any],
        *,
        take: Callable[[], tuple[Any, ...]],
        values: Mapping[str, Any] | None = None,
        aside: frozenset[str] = frozenset(),
        ahead: View | None = None,
    ) -> Response:
        """Apply `f` to the record that is read at `record_path`, and respond with the changed record."""
        with self._stale_with_both(record_path, parts, values):
            version = etags.version_wanted()
            taken = take()
            made = (ahead(call(reading()), *taken, version, **parts),) if ahead else ()
            with transaction() as db:
                refuse_changed(db, READERS[record_path], parts, aside)
                text = to_json(item.dump(f(call(db), *taken, version, *made, **parts)))
        return answers.tagged_response(200, text)

    def takes_picture(
        self,
        path: str,
        schema: type[ma.Schema],
        *,
        record_path: str,
        aspect: float | None = None,
        needs: Permission | None = None,
    ) -> Decorator:
        """`f(call, picture, version, **path) -> row`: stores a picture of the record read at `record_path`."""

        def decorate(f: View) -> View:
            def view(**parts: Any) -> Response:
                return self._apply_edit(f, schema(), record_path, parts, take=lambda: (pictures.picture_sent(aspect),))

            described = self.response(200, schema, headers=etags.ETAG)(name_after(view, f))
            described = self.doc(requestBody=pictures.body(aspect))(self._problems(400, 412, 413, 428)(described))
            return self._offer("PUT", path, f, described, needs=needs, headers=[etags.IF_MATCH, pictures.CROP])

        return decorate

    def drops_picture(
        self, path: str, schema: type[ma.Schema], *, record_path: str, needs: Permission | None = None
    ) -> Decorator:
        """`f(call, version, **path) -> row`: removes the picture of the record that is read at `record_path`."""

        def decorate(f: View) -> View:
            def view(**parts: Any) -> Response:
                return self._apply_edit(f, schema(), record_path, parts, take=lambda: ())

            described = self.response(200, schema, headers=etags.ETAG)(name_after(view, f))
            described = self._problems(400, 412, 428)(described)
            return self._offer("DELETE", path, f, described, needs=needs, headers=[etags.IF_MATCH])

        return decorate

    def shows_picture(self, path: str, *, public: bool = False, needs: Permission | None = None) -> Decorator:
        """`f(call, **path) -> Image`, with its content."""

        def decorate(f: View) -> View:
            def view(**parts: Any) -> Response:
                return pictures.picture_response(f(call(reading()), **parts))

            described = self.doc(responses={"200": pictures.ANSWER})(name_after(view, f))
            described = self.alt_response(304, description="Not changed", success=True)(described)
            return self._offer("GET", path, f, described, needs=needs, public=public, headers=[etags.IF_NONE_MATCH])

        return decorate

    def removes(
        self, path: str, schema: type[ma.Schema], *, tagged: bool = True, needs: Permission | None = None
    ) -> Decorator:
        """`f(call, version, **path) -> removal`: removes the record; the returned removal can restore it.
        Without `tagged`, for records without an ETag of their own, `f(call, **path)`.
        """
        removal = schema()

        def decorate(f: View) -> View:
            def view(**parts: Any) -> Response:
                with self._stale_with_both(path, parts):
                    read = (etags.version_wanted(),) if tagged else ()
                    with transaction() as db:
                        text = to_json(removal.dump(f(call(db), *read, **parts)))
                return answers.json_response(200, text)

            described = self.response(200, schema)(name_after(view, f))
            if not tagged:
                return self._offer("DELETE", path, f, described, needs=needs)
            described = self._problems(400, 412, 428)(described)
            return self._offer("DELETE", path, f, described, needs=needs, headers=[etags.IF_MATCH])

        return decorate

    def downloads(self, path: str, content_type: str, *, needs: Permission | None = None) -> Decorator:
        """`f(call, **path) -> (bytes, file name)`."""

        def decorate(f: View) -> View:
            def view(**parts: Any) -> Response:
                content, name = f(call(reading()), **parts)
                disposition = f'attachment; filename="{name}"'
                return Response(content, content_type=content_type, headers={"Content-Disposition": disposition})

            schema = {"type": "string", "format": "binary"}
            described = self.response(200, schema, content_type=content_type)(name_after(view, f))
            return self._offer("GET", path, f, described, needs=needs)

        return decorate

    def _offer(
        self,
        method: str,
        path: str,
        f: View,
        described: View,
        *,
        needs: Permission | None,
        public: bool = False,
        devices: bool = False,
        headers: list[dict[str, Any]] | None = None,
    ) -> View:
        """Register `described` at its address. The caller is identified before the rest of the request is read.

        `needs` is the required permission. None is for anyone with a token and, if `public`, for anyone.
        """
        written = method in ("POST", "PUT", "PATCH", "DELETE")
        refused = (401, 404) if needs is None else (401, 403, 404)
        refused = (*refused, 410) if "<link:" in path else refused  # a signed link ends
        described = self._problems(*refused, *((400, 409, 415, 422) if written else (422,)))(described)
        if LEADING.search(path):
            described = self.alt_response(308, **LED_ON)(described)
        documentation = {"operationId": f.__name__, "security": OPTIONAL_BEARER if public else BEARER}
        described = self.doc(**documentation, **({"parameters": headers} if headers else {}))(described)

        @wraps(described)
        def view(**parts: Any) -> Response:
            identify(public=public, needs=needs, devices=devices)
            answer: Response = described(**parts)
            return answer

        self.route(path, methods=[method], endpoint=f.__name__)(view)
        return f

    @contextmanager
    def _stale_with_both(
        self, path: str, parts: dict[str, Any], values: Mapping[str, Any] | None = None
    ) -> Iterator[None]:
        """Raise a stale write with both versions. `path` is where the record is read."""
        try:
            yield
        except Stale as refusal:
            if "seen" in refusal.details:
                raise stale_in_body(READERS[path], parts, **refusal.details) from refusal
            body = {} if values is None else read_json()
            raise both_versions(READERS[path], parts, body, values or {}) from refusal

    def _add_limit(self, described: View, limit: str | SharedLimit | None) -> View:
        if limit:
            described = self.alt_response(429, **TOO_MANY)(limited(limit, exempt_when=_is_free)(described))
        return described

    def _problems(self, *statuses: int) -> Decorator:
        """Like `alt_response(status, NAME)` for each status, without its wrapper and copy."""

        def decorate(view: View) -> View:
            described: dict[str, Any] = view._apidoc  # type: ignore[attr-defined]  # noqa: SLF001 (flask-smorest's)
            responses = described.setdefault("response", {}).setdefault("responses", {})
            for status in statuses:
                responses.setdefault(status, []).append(http.HTTPStatus(status).name)
            return view

        return decorate


def _is_free() -> bool:
    """Whether no rate limit applies: the caller has a token, or is on this machine."""
    return g.api_actor.account_id is not None or is_local()
