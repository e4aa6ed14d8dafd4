"""Addresses that are no pages themselves, but lie near one: they lead there."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import current_app, redirect, request
from werkzeug.exceptions import HTTPException, NotFound

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.routing import Rule


def leave_slash() -> ResponseReturnValue | None:
    """A page's address with a slash too many leads to the page."""
    shorter = request.path.rstrip("/")
    if not shorter or not isinstance(request.routing_exception, NotFound) or not _rule_at(shorter, request.method):
        return None
    query = request.query_string.decode("latin-1")
    return redirect(f"{quote(shorter)}?{query}" if query else quote(shorter), 308)


def lead_back() -> ResponseReturnValue | None:
    """Redirects GETs of form actions to the page with the form: after a refused form the browser shows the action's
    address, which people may reload.
    """
    sent = _rule_at(request.path, "POST") if request.method in ("GET", "HEAD") else None
    # A page of its own that lacks is missing, whatever can be sent to it.
    if sent is None or (request.url_rule is not None and request.url_rule.rule == sent.rule):
        return None
    above = request.path
    while above := above.rpartition("/")[0]:
        if _rule_at(above, "GET"):
            return redirect(quote(above), 303)
    return redirect("/", 303)


def _rule_at(path: str, method: str) -> Rule | None:
    """What answers at an address; nothing where that only leads on to another one."""
    try:
        rule, _values = current_app.create_url_adapter(request).match(path, method=method, return_rule=True)  # type: ignore[union-attr]  # a request has one
    except HTTPException:
        return None
    return rule
