"""Pages behind a signed link: the address alone gives access."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import current_app

from forumapp.core import clock
from forumapp.core.errors import LinkHasEnded

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Response

    from forumapp.core.tokens import Links

KEPT_DAYS = 30  # at most, on a device that has no network meanwhile


def read_link(purpose: str, token: str) -> tuple[int, int]:
    """The id and the link number that a link was signed for. Raises LinkHasEnded."""
    links: Links = current_app.extensions["forumapp.links"]
    values = links.read(purpose, token, now=clock.now())
    if values is None or len(values) != 2:  # noqa: PLR2004 (id and link number)
        raise LinkHasEnded
    return int(values[0]), int(values[1])


def keep_private(response: Response) -> Response:
    """Neither caches nor search engines may have it."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def seconds_to_keep(purpose: str, token: str, now: datetime) -> int:
    """How long a device may store the page for when there is no network: until the link ends, at most 30 days."""
    links: Links = current_app.extensions["forumapp.links"]
    left = links.end_of(purpose, token) - now
    return int(min(left, timedelta(days=KEPT_DAYS)).total_seconds())
