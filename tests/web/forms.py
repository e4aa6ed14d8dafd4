"""Sending forms as a browser does: the page first, then the form with the page's token."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def token_of(client: FlaskClient, page: str) -> str:
    """The token that the forms of `page` carry."""
    answer = client.get(page)
    found = _TOKEN.search(answer.text)
    assert found, f"{page} ({answer.status_code}) has no form"
    return found[1]


def send(client: FlaskClient, page: str, values: dict[str, Any], *, to: str | None = None, **more: Any) -> TestResponse:
    """Open `page`, fill in its form and send it (to the page itself, or to another address)."""
    return client.post(to or page, data={"csrf_token": token_of(client, page), **values}, **more)
