"""What all pages share: language, headers, form protection, error pages, and template functions."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, current_app, flash, make_response, render_template, request
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException

from forumapp.core.database.outage import PASSING, RETRY_SECONDS, RETRY_SECONDS_WHEN_FULL, is_outage, outages
from forumapp.core.errors import NotFound, Refusal
from forumapp.core.files.storage import is_full
from forumapp.core.serving import rate_limits
from forumapp.core.serving.request_facts import REQUEST_ID, begin_request, request_id
from forumapp.core.values.text import LANGUAGES, is_storable, storable
from forumapp.schemas.addresses import IdConverter
from forumapp.web import assets, compression, redirects, template_cache, theme
from forumapp.web.cookies import API, CookieSessions
from forumapp.web.form_tokens import MaskedTokens, form_token
from forumapp.web.wording import language, words

if TYPE_CHECKING:
    from flask import Flask, Response
    from flask.typing import ResponseReturnValue

    from forumapp.core.config import Config

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# Of a page that holds a frame of ours, and of what stands in one.
FRAMING = POLICY.replace("default-src 'none'", "default-src 'none'; frame-src 'self'")
FRAMED = POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Personal links must not leave the site in a Referer, but forms over HTTPS are checked by it.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
}
FIRST_ERROR, UNAVAILABLE = 400, 503
AWAY = "forumapp.database-is-away"
LONGEST_QUERY = 4000  # bytes; what is longer was pasted by mistake
TWO_YEARS = 2 * 365 * 24 * 3600

csrf = MaskedTokens()
# A mail program sends it, without cookies: the signed link alone lets it do so (RFC 8058).
WITHOUT_SESSION = frozenset({"unsubscribing.unsubscribe"})


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of a navigation. `key` is compared with the page's `section`."""

    key: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that a message offers to do or to see."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class ErrorWords:
    title: Any
    text: Any


ERRORS: dict[int, ErrorWords] = {
    400: ErrorWords(
        _l("This request could not be understood"),
        _l("Go back, reload the page and try again. If you filled in a form, allow cookies for this site."),
    ),
    401: ErrorWords(_l("Please sign in"), _l("This page is open to organizers who have signed in.")),
    403: ErrorWords(_l("This is not open to you"), _l("Your account may not do this. Ask the owner of the edition.")),
    404: ErrorWords(
        _l("There is no page at this address"),
        _l("The address may be mistyped, or the page may not be published yet."),
    ),
    405: ErrorWords(_l("This cannot be done here"), _l("Go back and use the buttons of the page.")),
    409: ErrorWords(_l("This cannot be done now"), _l("Something else prevents it. Reload the page and check.")),
    410: ErrorWords(_l("This link has ended"), _l("Ask the organizer for a new one.")),
    412: ErrorWords(
        _l("Someone else changed this in the meantime"), _l("Reload the page, look at the change and try again.")
    ),
    413: ErrorWords(_l("This is too large"), _l("A file or form of this size is not accepted.")),
    414: ErrorWords(_l("This address is too long"), _l("If you searched, use fewer words.")),
    422: ErrorWords(_l("Something in this form is not right"), _l("Go back and check what was filled in.")),
    429: ErrorWords(
        _l("Too many requests from this address"), _l("Nothing was lost. Wait a minute, then send it again.")
    ),
    500: ErrorWords(
        _l("Something went wrong on our side"), _l("It has been noted. Please try again in a few minutes.")
    ),
    503: ErrorWords(_l("The service is not ready"), _l("Please try again in a few minutes.")),
}
DISK_FULL = ErrorWords(
    _l("The server's disk is full"),
    _l("Nothing was saved. Tell the people who run this site, and try again once there is room."),
)


def set_up(app: Flask) -> None:
    app.session_interface = CookieSessions()
    # A form may stay open over lunch; the token still ends with the browser's session.
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    csrf.init_app(app)
    compression.set_up(app)  # the first one registered runs last
    language.set_up(app)
    assets.set_up(app)
    theme.set_up(app)
    words.set_up(app)
    rate_limits.set_up(app)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    template_cache.set_up(app)
    app.jinja_env.globals.update(csrf_token=form_token, address_in=language.address_in, languages=LANGUAGES)
    app.context_processor(lambda: {"language": language.language(), "csrf_token": form_token})
    app.url_map.converters["id"] = IdConverter
    app.before_request(begin_request)
    app.before_request(refuse_unstorable)
    app.before_request(leave_slash)
    app.before_request(protect_forms)
    app.after_request(add_headers)
    # For the class and not by status: the handlers of the API's own blueprints must come first.
    app.register_error_handler(HTTPException, http_error)
    for error in PASSING:
        app.register_error_handler(error, outage_page)


def pages(name: str, import_name: str, url_prefix: str | None = None) -> Blueprint:
    """A blueprint of pages: refusals that its views let through are answered by a page."""
    blueprint = Blueprint(name, import_name, url_prefix=url_prefix)
    blueprint.register_error_handler(Refusal, refusal_page)
    return blueprint


def tell(text: str, kind: str, *, do: Offer | None = None, see: Offer | None = None) -> None:
    """Flash a message with a button that does something about it by POST, a link to where it is done, or both."""
    message = {"text": text, "do": asdict(do) if do else None, "see": asdict(see) if see else None}
    flash(message, kind)  # type: ignore[arg-type]  # kept as JSON, which holds more than text; `messages` of states.html


def is_api() -> bool:
    return request.path.startswith(API)


def refuse_unstorable() -> None:
    """Refuse addresses with text that no database can store. In forms it is replaced by a character that their fields
    refuse. The API names the field instead.
    """
    if is_api():
        return
    if not is_storable(request.path):
        abort(404)
    if len(request.query_string) > LONGEST_QUERY:
        abort(414)
    if not all(is_storable(text) for pair in request.args.items(multi=True) for text in pair):
        abort(400)
    if not all(is_storable(text) for pair in request.form.items(multi=True) for text in pair):
        sent = [(storable(name), storable(value)) for name, value in request.form.items(multi=True)]
        request.form = ImmutableMultiDict(sent)


def leave_slash() -> ResponseReturnValue | None:
    return None if is_api() else redirects.leave_slash()


def protect_forms() -> None:
    """Every form carries a token. The API is called with a token of its own and without cookies; where nothing is
    offered under the address or method, the answer says that.
    """
    if not is_api() and request.routing_exception is None and request.endpoint not in WITHOUT_SESSION:
        csrf.protect()


def add_headers(response: Response) -> Response:
    # Looked for one by one, they would take longer than some views do.
    present = {name.lower() for name, _value in response.headers}
    for name, value in HEADERS.items():
        if name.lower() not in present:
            response.headers.add(name, value)
    if response.status_code >= FIRST_ERROR and (number := request_id()):
        response.headers[REQUEST_ID] = number
    config: Config = current_app.extensions["forumapp.config"]
    if config.secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={TWO_YEARS}")
    if response.mimetype == "text/html":
        response.vary.update(("Accept-Language", "Cookie"))
        response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def http_error(error: HTTPException) -> ResponseReturnValue:
    """A page for people; what belongs to no page keeps its own answer."""
    if is_api() or error.response is not None or error.code not in ERRORS:
        return error
    if error.code in (404, 405) and (page := redirects.lead_back()):
        return page
    kept = [(key, value) for key, value in error.get_headers() if key in ("Allow", "Retry-After", "WWW-Authenticate")]
    return error_page(error.code), error.code, kept


def outage_page(error: Exception) -> ResponseReturnValue:
    """Answer 503 if the database is unreachable or a disk is full. Raises any other error again."""
    is_disk_full = is_full(error)
    if not (is_disk_full or is_outage(error)):
        raise error
    outages.note(error)
    if is_disk_full:
        return error_page(UNAVAILABLE, DISK_FULL), UNAVAILABLE, {"Retry-After": str(RETRY_SECONDS_WHEN_FULL)}
    request.environ[AWAY] = True  # nothing around the page asks it again
    return error_page(UNAVAILABLE), UNAVAILABLE, {"Retry-After": str(RETRY_SECONDS)}


def refusal_page(refusal: Refusal) -> ResponseReturnValue:
    """A refusal that no view has put into the words of its own page."""
    if refusal.status == NotFound.status and (page := redirects.lead_back()):
        return page
    return error_page(refusal.status), refusal.status


def error_page(status: int, own_words: ErrorWords | None = None) -> str:
    texts = own_words or ERRORS.get(status) or ERRORS[500]
    return render_template("errors/error.html", status=status, words=texts, request_id=request_id())


def unless_known(page: str) -> Response:
    """An answer that a page asks for again and again, sent only when it says something new. What the token of its forms
    says is the time.
    """
    response = make_response(page)
    response.set_etag(hashlib.sha256(page.replace(form_token(), "").encode()).hexdigest())
    response.make_conditional(request)
    return response
