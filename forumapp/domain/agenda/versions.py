"""What a published agenda holds, and its seal. Pure.

The content is plain JSON: `rooms`, `tracks`, `sessions` (in order of time, each with its `items` and `roles`), `people`
by id as they are printed, and `speakers`, the ids of those who speak in protocol order. Instants are UTC in ISO form.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

# Those who stand in the program as speakers; interpreters work for it but are not announced in it.
ANNOUNCED = ("speaker", "moderator", "panelist", "signatory", "mc")


def sealed(content: dict[str, Any]) -> tuple[str, str]:
    """The content as the text that is stored, and the text's SHA-256."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text, seal_of(text)


def seal_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def speakers_in_order(sessions: list[dict[str, Any]], precedence: list[int]) -> list[int]:
    """Everyone announced in a session that stands: those of the approved list first, in its order, then the others as
    the agenda comes to them. Never by alphabet.
    """
    met: dict[int, None] = {}
    for session in sessions:
        if session["status"] != "cancelled":
            met.update({role["person"]: None for role in session["roles"] if role["role"] in ANNOUNCED})
    listed = [person for person in precedence if person in met]
    return [*listed, *(person for person in met if person not in set(listed))]
