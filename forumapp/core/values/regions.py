"""Countries and regions by ISO 3166 code. Pure. Their names are CLDR's, never our own."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from babel import Locale
from babel.core import get_global
from babel.languages import get_official_languages

if TYPE_CHECKING:
    from collections.abc import Iterable

# Codes of CLDR that are no country or region of ISO 3166: groups of countries, what is unknown or made up for tests,
# and islands and exclaves that are kept apart for the post alone.
_NOT_PLACES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"} | {"AC", "CP", "CQ", "DG", "EA", "IC", "TA"})
_LOCALES = {"en": "en", "zh-Hans": "zh_Hans"}


@cache
def region_names(language: str) -> dict[str, str]:
    """Code to name, sorted as readers look for it: by the name's letters in English, in Chinese by how it is read."""
    territories = Locale.parse(_LOCALES.get(language, "en")).territories
    places = {code: str(name) for code, name in territories.items() if code.isalpha() and code not in _NOT_PLACES}
    if not language.startswith("zh"):
        return dict(sorted(places.items(), key=lambda place: place[1]))
    read = _readings(places.values())
    return dict(sorted(places.items(), key=lambda place: read[place[1]]))


def is_region(code: str) -> bool:
    return code in region_names("en")


def language_there(zone: str, given: Iterable[str]) -> str | None:
    """Of the given languages, the one read in the time zone: Chinese in Shanghai and Hong Kong, English in Los Angeles.
    If none of them is, English, or else any.
    """
    known = list(given)
    country = get_global("zone_territories").get(get_global("zone_aliases").get(zone, zone))
    read = get_official_languages(country, de_facto=True) if country else ()
    for language in (*read, "en"):
        locale_ = next(
            (known_locale for known_locale in known if known_locale.partition("-")[0] == language.partition("_")[0]),
            None,
        )
        if locale_:
            return locale_
    return known[0] if known else None


def _readings(names: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """By name, character by character the syllable and then its tone, as dictionaries put them in order."""
    from pypinyin import Style, lazy_pinyin  # a large table, loaded only by requests that need it

    def read(name: str) -> list[tuple[str, str]]:
        tones = lazy_pinyin(name, style=Style.TONE3, neutral_tone_with_five=True)
        return [(syllable.rstrip("12345"), syllable) for syllable in tones]

    return {name: read(name) for name in names}
