"""Countries and regions by ISO 3166 code. Pure. Their names are CLDR's, never our own."""

from __future__ import annotations

from functools import cache

from babel import Locale

# Codes of CLDR that are no place one comes from.
_NOT_PLACES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
_LOCALES = {"en": "en", "zh-Hans": "zh_Hans"}


@cache
def region_names(language: str) -> dict[str, str]:
    """Code to name, sorted by the name's letters in English and by code in Chinese, whose readers search by typing."""
    territories = Locale.parse(_LOCALES.get(language, "en")).territories
    places = {code: str(name) for code, name in territories.items() if code.isalpha() and code not in _NOT_PLACES}
    by_code = language.startswith("zh")
    return dict(sorted(places.items(), key=lambda place: place[0] if by_code else place[1]))


def is_region(code: str) -> bool:
    return code in region_names("en")
