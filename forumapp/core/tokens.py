"""Random codes, their hashes, and links that are signed and end."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from itsdangerous import BadData, URLSafeSerializer

if TYPE_CHECKING:
    from collections.abc import Mapping

# Without 0, O, 1 and I, which people confuse when reading a code aloud.
READABLE = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
SHORT_CODE_LENGTH = 8
QR_CODE_LENGTH = 20


def short_code() -> str:
    """What a person reads aloud at the desk."""
    return _readable(SHORT_CODE_LENGTH)


def qr_code() -> str:
    """What a badge's QR holds: opaque ASCII, about 100 random bits, in the QR's compact upper-case alphabet."""
    return _readable(QR_CODE_LENGTH)


def _readable(length: int) -> str:
    """Every letter as likely as any other: 32 of them divide a byte evenly."""
    return "".join(READABLE[byte % len(READABLE)] for byte in secrets.token_bytes(length))


def new_secret(prefix: str) -> str:
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def hashed(secret: str) -> str:
    """For secrets with full entropy, where a slow hash would only slow us."""
    return hashlib.sha256(secret.encode()).hexdigest()


def ending(wanted: Mapping[str, Any], *, now: datetime) -> datetime:
    """When a link expires: at `ends`, but at least `days` from now.

    It expires at the end of a day, so the same link is signed all day long.
    """
    ends, days = datetime.fromisoformat(wanted["ends"]), wanted.get("days", 0)
    return max(ends, end_after(days, now=now)) if days else ends


def end_after(days: int, *, now: datetime) -> datetime:
    """The end of the day, so many days from now."""
    return datetime.combine(now.date() + timedelta(days=days + 1), time(), tzinfo=UTC)


class Links:
    """Signs the values of a link together with its expiry."""

    def __init__(self, secret_key: str) -> None:
        self._secret_key = secret_key

    def sign(self, purpose: str, values: list[int | str], *, ends: datetime) -> str:
        token = self._serializer(purpose).dumps([int(ends.timestamp()), *values])
        return token if isinstance(token, str) else token.decode()

    def address(self, wanted: Mapping[str, Any], base_url: str, *, now: datetime) -> str:
        """A link as `wanted` describes it: `purpose` and `values` are signed, and `page` is where it leads, or to what
        is `below` it.
        """
        token = self.sign(wanted["purpose"], wanted["values"], ends=ending(wanted, now=now))
        below = wanted.get("below")
        return f"{base_url}/{wanted['page']}/{token}" + (f"/{below}" if below else "")

    def read(self, purpose: str, token: str, *, now: datetime) -> list[int | str] | None:
        """What was signed, or None when the token is not ours, is for something else or has ended."""
        try:
            ends, *values = self._serializer(purpose).loads(token)
        except (BadData, ValueError, TypeError):
            return None
        return values if now.timestamp() < ends else None

    def end_of(self, purpose: str, token: str) -> datetime:
        """When a link ends that was read."""
        ends, *_ = self._serializer(purpose).loads(token)
        return datetime.fromtimestamp(ends, UTC)

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(self._secret_key, salt=f"forumapp.link.{purpose}")
