"""What the words of an edition must be like: codes, colors, zones and links. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from forumapp.core.text import NOT_PLAIN
from forumapp.core.times import UnknownZone, zone_named

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_COLOR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
_LONGEST_CODE = 40
# A link that readers follow from our pages: encrypted, to a named host, without a user's name and password in it.
_IN_LINK = rf"\s{NOT_PLAIN}\"<>\\^`{{|}}"
_HOST = rf"[^{_IN_LINK}/?#@:.]+"
LINK = rf"^https://{_HOST}(\.{_HOST})+(:[0-9]{{1,5}})?([/?#][^{_IN_LINK}]*)?$"


def slug_fault(slug: str) -> str | None:
    return None if _SLUG.fullmatch(slug) else "not-a-slug"


def color_fault(color: str) -> str | None:
    return None if _COLOR.fullmatch(color) else "not-a-color"


def zone_fault(zone: str) -> str | None:
    try:
        zone_named(zone)
    except UnknownZone:
        return "unknown-zone"
    return None


def name_fault(texts: Mapping[str, str]) -> str | None:
    """A name stands in one language at least."""
    return None if any(texts.values()) else "required"


def link_fault(url: str | None) -> str | None:
    return None if not url or re.fullmatch(LINK, url) else "not-https"


def seats_fault(capacity: int, layouts: Mapping[str, Any], known: Collection[str]) -> dict[str, str | None]:
    """What is wrong with how many a room seats, all in all and in each layout."""
    counts_up = all(isinstance(seats, int) and seats >= 0 for seats in layouts.values())
    return {
        "capacity": "too-small" if capacity < 0 else None,
        "layouts": None if counts_up and set(layouts) <= set(known) else "not-a-layout",
    }


def free_code(texts: Mapping[str, str], taken: Collection[str], kind: str) -> str:
    """A code for a new record made of its English name, or else of what `kind` it is, that none of `taken` is."""
    plain = unicodedata.normalize("NFKD", texts.get("en", "")).encode("ascii", "ignore").decode().lower()
    base = "-".join(re.findall(r"[a-z0-9]+", plain))[:_LONGEST_CODE].strip("-") or kind
    number = 1
    while (code := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return code
