"""What the words of an edition must be like, and what follows where nothing is said. Pure."""

from __future__ import annotations

import enum
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from forumapp.core.values.text import LANGUAGES, NOT_PLAIN, missing
from forumapp.core.values.times import UnknownZone, is_reckonable, zone_named

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

# The first part of an edition's addresses, for the public and below /organizer/; these words mean other pages.
RESERVED_SLUGS = frozenset({
    "account", "api", "b", "c", "checkin", "colors", "e", "editions", "favicon", "forgot-password", "g", "healthz", "i",
    "invitation", "metrics", "new-password", "organizer", "proof", "r", "readyz", "robots", "s", "series", "sign-in",
    "sign-out", "sitemap", "static", "suggestions", "u",
})  # fmt: skip
# What of an edition its faults are about.
CHECKED = ("zone", "languages", "name", "starts_on", "ends_on", "accent_color", "ordinal")

MOST_MINUTES = 1440  # of a way from one place to another
# From one place to another, and from one leg to the next, where an edition has no settings.
TRAVEL_MINUTES, CONNECTION_MINUTES = 30, 90


def travel_minutes(*own: int | None, usual: int | None = None) -> int:
    """How long it takes to reach or leave a place, in the agenda and in itineraries alike.

    `own` are the minutes set for it: as a venue, and as a place of itineraries. The longest counts. Without any, the
    `usual` ones of the edition count.
    """
    minutes = [one for one in own if one is not None]
    return max(minutes) if minutes else TRAVEL_MINUTES if usual is None else usual


class PrintBlock(enum.StrEnum):
    """What is found before a print that an edition may let stop it; characters without a glyph always do."""

    MISSING_TRANSLATION = "missing-translation"
    NAME_NOT_PROOFED = "name-not-proofed"
    NAME_UNDER_FLOOR = "name-under-floor"
    TEXT_UNDER_FLOOR = "text-under-floor"
    LOW_CONTRAST = "low-contrast"
    PHOTO_TOO_SMALL = "photo-too-small"
    QR_TOO_SMALL = "qr-too-small"
    QR_CROWDED = "qr-crowded"


_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_COLOR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
_LONGEST_CODE = 40
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_SHORTEST, _LONGEST = 2, 12  # letters of a code that is made of initials
ANY_SERIES = "forum"
# In the addresses of records these words mean other pages.
RESERVED_CODES = frozenset({"new", "order", "preview"})
# A link that readers follow from our pages: encrypted, to a named host, without a user's name and password in it.
_IN_LINK = rf"\s{NOT_PLAIN}\"<>\\^`{{|}}"
_HOST = rf"[^{_IN_LINK}/?#@:.]+"
LINK = rf"^https://{_HOST}(\.{_HOST})+(:[0-9]{{1,5}})?([/?#][^{_IN_LINK}]*)?$"


def code_fault(code: str) -> str | None:
    """Of a record whose page has its code in the address."""
    return slug_fault(code) or ("reserved" if code in RESERVED_CODES else None)


def slug_fault(slug: str) -> str | None:
    return None if _SLUG.fullmatch(slug) else "not-a-slug"


def address_fault(slug: str) -> str | None:
    """Of the slug of an edition, which stands in addresses alone and stays as it is."""
    return slug_fault(slug) or ("reserved" if slug in RESERVED_SLUGS else None)


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


def most_seats(capacity: int, layouts: Mapping[str, Any]) -> int:
    """How many a room holds, in whichever layout it holds most; 0 where nobody has said."""
    return max([capacity, *map(int, layouts.values())])


def seats_in(capacity: int, layouts: Mapping[str, Any], layout: str | None) -> int:
    """How many a room holds as it is set up: usually, where it says nothing of that layout; where none is chosen, in
    whichever it holds most.
    """
    return int(layouts.get(layout) or capacity) if layout else most_seats(capacity, layouts)


def free_code(texts: Mapping[str, str], taken: Collection[str], kind: str) -> str:
    """A code for a new record made of its English name, or else of what `kind` it is, that none of `taken` is."""
    plain = unicodedata.normalize("NFKD", texts.get("en", "")).encode("ascii", "ignore").decode().lower()
    base = "-".join(re.findall(r"[a-z0-9]+", plain))[:_LONGEST_CODE].strip("-") or kind
    return _unused(base, taken)


def _unused(base: str, taken: Collection[str]) -> str:
    number = 1
    while (code := base if number == 1 else f"{base}-{number}") in RESERVED_CODES.union(taken):
        number += 1
    return code


def edition_faults(values: Mapping[str, Any]) -> dict[str, str | None]:
    """By field, a code for what is wrong with an edition of these values."""
    languages = [language for language in values["languages"] if language in LANGUAGES]
    color = values.get("accent_color") or "#000000"
    return {
        "zone": zone_fault(values["zone"]),
        "languages": None if languages and languages == list(values["languages"]) else "unknown-language",
        **{f"name.{language}": "required" for language in missing(values["name"], languages)},
        "ends_on": _end_fault(values["starts_on"], values["ends_on"]),
        "accent_color": color_fault(color),
        "ordinal": None if values["ordinal"] > 0 else "too-small",
        "print_blocks": None if set(values.get("print_blocks") or ()) <= set(PrintBlock) else "unknown",
    }


def _end_fault(starts_on: date, ends_on: date) -> str | None:
    """An end that follows from the length of another edition may be one that nobody could write."""
    if ends_on < starts_on:
        return "ends-before-start"
    return None if is_reckonable(ends_on) else "out-of-years"


def completed(values: Mapping[str, Any], series_code: str) -> dict[str, Any]:
    """`values` with what follows from the others: one day, the year of that day, an address of series and year.

    The ordinal never follows from anything: years are skipped, and sources disagree.
    """
    told = {field: value for field, value in values.items() if value is not None and value != ""}
    told.setdefault("ends_on", told["starts_on"])
    told.setdefault("year", told["starts_on"].year)
    told.setdefault("slug", f"{series_code}-{told['year']}")
    return told


def series_name(name: Mapping[str, str], year: int) -> dict[str, str]:
    """What is left of the name of an edition without its year: a series that is named like its first edition."""
    mark = re.compile(rf"\s*{year}\s*年?\s*")
    return {
        language: mark.sub("" if language.startswith("zh") else " ", text).strip() or text
        for language, text in name.items()
    }


def series_code(name: Mapping[str, str], taken: Collection[str]) -> str:
    """The initials of the English name, with a number where another series has them: ccbf, ccbf-2."""
    initials = "".join(word[0] for word in _WORD.findall(name.get("en", ""))).lower()[:_LONGEST]
    stem = initials if len(initials) >= _SHORTEST and initials not in RESERVED_SLUGS else ANY_SERIES
    return _unused(stem, taken)
