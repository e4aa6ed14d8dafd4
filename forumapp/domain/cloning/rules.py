"""What a new edition is called and when it is, of what is said and of what the earlier one was. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


FOLLOWING = frozenset({"ends_on", "year", "name", "slug"})  # what is not said where it is empty


def with_year(text: str, before: int, after: int) -> str:
    """`text` with the one year in place of the other: "2019 Forum", "2019年论坛" and "ccbf-2019"."""
    return re.sub(rf"(?<!\d){before}(?!\d)", str(after), text)


def values_of(
    said: Mapping[str, Any], *, year: int, name: Mapping[str, str], slug: str, starts_on: date, ends_on: date
) -> dict[str, Any]:
    """What is said of a new edition, and what follows where nothing is; the keywords are of the earlier one.

    It lasts as long, and has the old name and address with the new year. An address without a year is left out, and
    so made of series and year. The ordinal is always said.
    """
    told = {field: value for field, value in said.items() if field not in FOLLOWING or value}
    told.setdefault("ends_on", told["starts_on"] + (ends_on - starts_on))
    told.setdefault("year", told["starts_on"].year)
    told.setdefault("name", {language: with_year(text, year, told["year"]) for language, text in name.items()})
    address = with_year(slug, year, told["year"])
    if address != slug:
        told.setdefault("slug", address)
    return told
