"""Encrypts and fingerprints database values with the application's secret key."""

from __future__ import annotations

import base64
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12
_KEY_BYTES = 32


class Seals:
    """Encrypts texts with AES-256-GCM. `about` is authenticated too, so a row cannot use another row's value."""

    def __init__(self, secret_key: str) -> None:
        self._cipher = AESGCM(_derive_key(secret_key, "seal"))
        self._print_key = _derive_key(secret_key, "fingerprint")

    def seal(self, text: str, *, about: str) -> str:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return base64.urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), about.encode())).decode()

    def open(self, sealed: str, *, about: str) -> str | None:
        """The text, or None when it was sealed with another key, about something else, or was tampered with."""
        try:
            whole = base64.urlsafe_b64decode(sealed)
            return self._cipher.decrypt(whole[:_NONCE_BYTES], whole[_NONCE_BYTES:], about.encode()).decode()
        except (ValueError, InvalidTag):
            return None

    def fingerprint(self, kind: str, text: str) -> str:
        """A hash that nobody without the key can find the text of by trying, however few texts there are."""
        return hmac.digest(self._print_key, f"{kind}\x00{text}".encode(), "sha256").hex()


def _derive_key(secret_key: str, use: str) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=f"forumapp.{use}".encode()).derive(secret_key.encode())
