"""Under which words a name is found, in whatever script and order someone types it. Pure.

How Chinese is read aloud serves to find and to propose, and is never stored as anyone's name: a reading is a guess.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from itertools import islice, product
from typing import TYPE_CHECKING

from forumapp.core.values.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from forumapp.domain.people.rules import Name

# Of longer ones the beginning is enough to find them.
LONGEST_WORD = 40
# A surname may be read in any of its ways (单 as Shan), a given name in its usual ones; more ways than these are noise.
_GIVEN_WAYS, _MOST_WAYS = 2, 24
_LETTERS = "LMN"
# Before words of the index that are no names. Nothing that is folded begins with a dot, and names do not with a tilde.
INITIALS, OFFICE = ".", "~"
# Behind the beginning of a word: after all that begin so.
LAST = "\U0010ffff"
# Typed for ü: as keyboards have it, without its dots, and as passports write it (吕 as LYU).
_UMLAUT = ("v", "u", "yu")
# A word, and whether it is only how Chinese is read.
Words = dict[str, bool]


def words_of_person(name: Name, others: Iterable[str] = ()) -> Words:
    """`others` are further spellings, such as former names."""
    family, given = name.latin_family, name.latin_given
    written = (f"{family} {given}", f"{given} {family}", name.native_full, *others)
    read = [way for text in (name.native_full, *others) for way in name_readings(text)]
    return _words(written, read)


def initials(name: Name) -> Words:
    """The first letters of the parts of a name in either order, and of how its characters are read: jlp, pjl; lc. A
    character of which no reading is known is left out.
    """
    family, given = ([fold(part)[:1] for part in text.split()] for text in (name.latin_family, name.latin_given))
    native = [[syllable[0] for syllable in way if not is_han(syllable)] for way in name_readings(name.native_full)]
    ways = [family + given, given + family, *native, *(way[1:] + way[:1] for way in native)]
    return {INITIALS + "".join(way): True for way in ways if len(way) > 1}


def words_of_offices(texts: Iterable[str]) -> Words:
    """Of a person: the organizations that no registry knows, as they were written."""
    words = words_of_organization(*({"": text} for text in texts))
    return {OFFICE + word: is_read for word, is_read in words.items()}


def words_of_organization(*names: Mapping[str, str], others: Iterable[str] = ()) -> Words:
    """`names` are its texts by language."""
    written = [text for texts in names for text in texts.values()]
    written += others
    return _words(written, [reading(text) for text in written if is_han(text)])


def _words(written: Iterable[str], read: Iterable[Sequence[str]]) -> Words:
    found: Words = {}
    for syllables in read:
        found |= dict.fromkeys((_cut("".join(syllables[at:])) for at in range(len(syllables))), True)
    for text in written:
        found |= dict.fromkeys(_beginnings(text), False)
    found.pop("", None)
    return found


def _beginnings(text: str) -> Iterable[str]:
    """`text` folded from every place at which someone may begin to type it: each word, and each Chinese character."""
    starts = (at for at, one in enumerate(text) if at == 0 or is_han(one) or not _in_word(text[at - 1]))
    return (_cut(fold(text[at:])) for at in starts)


def _in_word(character: str) -> bool:
    return unicodedata.category(character)[0] in _LETTERS and not is_han(character)


def _cut(word: str) -> str:
    return word[:LONGEST_WORD]


def prefixes(search: str) -> tuple[str, list[str]]:
    """What was typed as one, and its words, each folded as the words of names are."""
    parts = [_cut(folded) for folded in map(fold, search.split()) if folded]
    return _cut(fold(search)), list(dict.fromkeys(parts))


def is_han(text: str) -> bool:
    return any("\u3400" <= c <= "\u9fff" or "\uf900" <= c <= "\ufaff" or c >= "\U00020000" for c in text)


@cache
def load_readings() -> None:
    """Load the tables of readings, which takes up to half a second of CPU, once per process.

    Called before any transaction that may write a Chinese name, so that no write lock is held meanwhile: by the first
    request of a web process that is no plain read, at the start of the worker, and by commands that import or purge.
    """
    reading("中")
    syllable_spellings("中")


def reading(text: str) -> list[str]:
    """How a text is usually read, a syllable a character; what is not Chinese stays, folded."""
    from pypinyin import lazy_pinyin  # a large table, for those requests alone that meet Chinese

    return [folded for folded in map(fold, lazy_pinyin(text, v_to_u=False)) if folded]


def name_readings(name: str) -> list[tuple[str, ...]]:
    """How a Chinese name may be read, syllable by syllable, the likeliest first."""
    characters = [c for c in fold(name) if is_han(c)]
    if not characters or len(characters) != len(fold(name)):
        return []
    ways = [
        syllable_spellings(one) if at == 0 else syllable_spellings(one)[:_GIVEN_WAYS]
        for at, one in enumerate(characters)
    ]
    return list(islice(product(*ways), _MOST_WAYS))


@lru_cache(maxsize=4096)
def syllable_spellings(character: str) -> tuple[str, ...]:
    """How one character may be spelled in pinyin, the likeliest first; ü in each way that people type it."""
    from pypinyin import Style, pinyin  # as above

    plain = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
    return tuple(dict.fromkeys(typed for one in plain for typed in _typed(one)))


def _typed(syllable: str) -> list[str]:
    return [syllable.replace("v", instead) for instead in _UMLAUT] if "v" in syllable else [syllable]
