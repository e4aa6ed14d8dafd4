"""By which words a person is found, and by which keys held against others: reckoned from names alone. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from forumapp.domain.people.names.likeness import Face, person_keys
from forumapp.domain.people.names.spellings import LONGEST_WORD, initials, words_of_offices, words_of_person

if TYPE_CHECKING:
    from forumapp.domain.people.names.likeness import Keys
    from forumapp.domain.people.names.spellings import Words
    from forumapp.domain.people.rules import Name


@dataclass(frozen=True, slots=True)
class KnownBy:
    words: Words
    keys: Keys


# One organization sends many people.
_words_of_offices = lru_cache(maxsize=2048)(words_of_offices)


@lru_cache(maxsize=1024)
def known_by(name: Name, call_name: str, also_known_as: tuple[str, ...], offices: tuple[str, ...]) -> KnownBy:
    """`offices` are organizations as they were written. What was reckoned lately is kept."""
    keys = person_keys(Face(0, (name.latin_family, name.latin_given), name.native_full, also_known_as))
    words = words_of_person(name, (call_name, *also_known_as))
    return KnownBy(_written(keys) | words | initials(name) | _words_of_offices(offices), keys)


def _written(keys: Keys) -> Words:
    """By what a person is held against others besides how Chinese is read, such as 劉春 by 刘春."""
    return {key[:LONGEST_WORD]: True for key in keys.native | keys.latin}
