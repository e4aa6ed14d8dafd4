"""The token that protects forms, masked anew for each answer.

Without the mask, an attacker who can inject guesses into a compressed page and see its length could guess the token
(BREACH).
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

from flask import request
from flask_wtf.csrf import CSRFProtect, generate_csrf

_KEY = "forumapp.form-token"


def form_token() -> str:
    """The token for the forms of this answer: the same for all of them."""
    token: str = request.environ.get(_KEY) or request.environ.setdefault(_KEY, mask(generate_csrf()))
    return token


def mask(token: str) -> str:
    """A random pad, and the token combined with it."""
    plain = token.encode()
    pad = secrets.token_bytes(len(plain))
    return urlsafe_b64encode(pad + _combine(pad, plain)).decode()


def unmask(masked: str) -> str:
    """What `mask` was given; text that it did not make comes back as it is, and is refused where it is checked."""
    try:
        content = urlsafe_b64decode(masked)
        half = len(content) // 2
        return _combine(content[:half], content[half:]).decode("ascii")
    except ValueError:
        return masked


def _combine(pad: bytes, text: bytes) -> bytes:
    return bytes(key_byte ^ text_byte for key_byte, text_byte in zip(pad, text, strict=True))


class MaskedTokens(CSRFProtect):
    """Reads the tokens that `form_token` gives."""

    def _get_csrf_token(self) -> str | None:
        masked: str | None = super()._get_csrf_token()
        return unmask(masked) if masked else masked
