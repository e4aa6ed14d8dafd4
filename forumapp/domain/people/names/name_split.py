"""Splitting a Latin name that stands in one cell into family and given name. Pure.

A split is a proposal for review. It needs evidence: the pinyin of the native name, a family name in capitals, or a
comma. Without evidence, or where two pieces of evidence contradict each other, the name is not split.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from forumapp.core.values.text import fold
from forumapp.domain.people.names.pinyin import family_spellings
from forumapp.domain.people.names.spellings import is_han, syllable_spellings

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMA = re.compile(r"[^\S\n]*[,，、][^\S\n]*")
# Titles and degrees that follow a comma: "John Smith, PhD" has its family name last.
_SUFFIXES = frozenset({
    "jr", "sr", "ii", "iii", "iv", "phd", "md", "mba", "esq", "cpa", "dds", "bsc", "msc", "llb", "llm", "jd", "dba",
})  # fmt: skip
# Of family names of several words: "van der Berg, Jan".
_PARTICLES = frozenset({
    "al", "bin", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "la", "le", "san", "st",
    "van", "von",
})  # fmt: skip
_LONGEST_INITIALS = 3  # letters: "ST Liew", "KK Tan"
_VOWELS = frozenset("AEIOU")
_WITHOUT_VOWELS = frozenset({"NG", "LV"})  # family names, not initials
_LONGEST_HAN = 4  # characters of a Chinese name that is written with blanks
_LONGEST_NATIVE = 5  # characters of a Chinese name; longer texts are names of another kind
_HAN = r"[\u3400-\u9fff\U00020000-\U0003fffd·]"
_LATIN = r"[^\W\d_\u3400-\u9fff\U00020000-\U0003fffd][^\u3400-\u9fff\U00020000-\U0003fffd()（）\n]*"
_OPEN, _CLOSE = r"[\s/|,，、;；]*[(（]?\s*", r"\s*[)）]?"
_BOTH_SCRIPTS = re.compile(
    rf"(?P<native>{_HAN}(?:\s?{_HAN})+){_OPEN}(?P<latin>{_LATIN}){_CLOSE}"
    rf"|(?P<latin_first>{_LATIN}){_OPEN}(?P<native_last>{_HAN}(?:\s?{_HAN})+){_CLOSE}"
)
_TITLE = r"(?:prof|dr|mr|mrs|ms|miss|mx)"
# "Hon" without a point is also a given name: a title before another one, or where the family name stands in capitals
# before the end, as Hong Kong writes it: "Hon TAM Yiu-chung", "Hon Alice MAK Mei-kuen".
_HON = rf"(?:hon|h\.\s*e)\.\s*|hon\s+(?={_TITLE}\b|(?-i:(?:[A-Z][a-z]+\s+)*[A-Z]{{2,}}\s[^\s]*[a-z]))"
_TITLES = re.compile(rf"(?P<title>(?:{_TITLE}(?:\.\s*|\s+)|{_HON})+)(?P<name>\S.*)", re.IGNORECASE)
_WORD_PART = re.compile(r"[^\W\d_]+")


class Evidence(enum.StrEnum):
    PINYIN = "pinyin"
    CAPITALS = "capitals"
    COMMA = "comma"


@dataclass(frozen=True, slots=True)
class SplitName:
    family: str
    given: str
    is_family_first: bool
    evidence: Evidence


def clean_spaces(name: str) -> str:
    """One space between words, none around them; line breaks stay for the checks that refuse them."""
    return "\n".join(" ".join(line.split()) for line in name.split("\n"))


def without_commas(name: str) -> str:
    """A name as a badge can carry it: without commas and double spaces."""
    return clean_spaces(_COMMA.sub(" ", name))


def split_title(latin: str) -> tuple[str, str]:
    """The title before a name, or "", and the name: "Dr. Anna Lee" is "Dr." and "Anna Lee"; "MS Dhoni" has initials."""
    name = latin.strip()
    match = _TITLES.fullmatch(name)
    if match is None:
        return "", name
    title, rest = match["title"].strip(), match["name"]
    may_be_initials = title.isupper() and "." not in title and len(rest.split()) == 1 and not rest.isupper()
    return ("", name) if may_be_initials else (title, rest)


def without_blanks(name: str) -> str:
    """A Chinese name without the blanks that make it as wide as longer ones in a list: "林 心如"."""
    joined = "".join(name.split())
    return joined if 1 < len(joined) <= _LONGEST_HAN and all(map(is_han, joined)) else name


def split_scripts(cell: str) -> tuple[str, str] | None:
    """The native and the Latin name of a cell that holds both: "张海涛 ZHANG Haitao", "Guo Zihan（郭子涵）"."""
    found = _BOTH_SCRIPTS.fullmatch(cell.strip())
    if found is None:
        return None
    native, latin = found["native"] or found["native_last"], found["latin"] or found["latin_first"]
    return native.replace(" ", ""), latin.strip(" /|,，、;；")


def split_name(latin: str, native: str = "") -> SplitName | None:
    """The family and given name in `latin`, or None where only a person can tell."""
    if "\n" in latin.strip():
        return None
    parts = _COMMA.split(clean_spaces(latin))
    if len(parts) > 2:  # noqa: PLR2004 (a family and a given name)
        return None
    words = [part.split() for part in parts if part]
    if len(parts) == 2:  # noqa: PLR2004
        return _by_comma(parts[0], parts[1], native)
    return _by_words(words[0], native) if words else None


def _by_comma(before: str, after: str, native: str) -> SplitName | None:
    """A comma marks the family name as the first part, unless the pinyin says otherwise. "Suharto," is a family name
    alone.
    """
    if not (before or after):
        return None
    if _is_chinese(native) and before and after:
        family_first, given_first = _matches(before, after, native), _matches(after, before, native)
        if given_first and not family_first:
            return None
        if family_first:
            return _split(before, after, Evidence.PINYIN)
    is_suffix = fold(after) in _SUFFIXES
    return _split(before, after, Evidence.COMMA) if _is_one_family(before) and not is_suffix else None


def _is_one_family(before: str) -> bool:
    """Whether the part before a comma is a family name. "Mary Smith, Director" has a whole name there."""
    *first, _last = before.split() or [""]
    return before.isupper() or all(fold(word) in _PARTICLES for word in first)


def _by_words(words: list[str], native: str) -> SplitName | None:
    by_capitals = _by_capitals(words)
    if not _is_chinese(native):
        return by_capitals
    by_pinyin = _by_pinyin(words, native)
    if by_pinyin is None:
        return by_capitals if by_capitals and not _contradicts(by_capitals, native) else None
    if by_capitals and fold(by_capitals.family) != fold(by_pinyin.family):
        return None
    return by_pinyin


def _by_capitals(words: list[str]) -> SplitName | None:
    """The words in capitals at the beginning or at the end, where another word has small letters."""
    marked = [_is_capitals(word) and not _is_initials(word) and fold(word) not in _SUFFIXES for word in words]
    count = sum(marked)
    if count == 0 or not any(one.islower() for word in words for one in word):
        return None
    if all(marked[:count]):
        return _split(" ".join(words[:count]), " ".join(words[count:]), Evidence.CAPITALS)
    if all(marked[-count:]):
        family, given = " ".join(words[-count:]), " ".join(words[:-count])
        return _split(family, given, Evidence.CAPITALS, is_family_first=False)
    return None


def _by_pinyin(words: list[str], native: str) -> SplitName | None:
    """The one way to cut the words so that they read as the native name. Family first is tried before given first:
    where both fit, they are the same.
    """
    cuts = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    if len(words) == 1:
        cuts = [(words[0][:at], words[0][at:].title()) for at in range(1, len(words[0]))]
    family_first = [cut for cut in cuts if _matches(*cut, native)]
    if len(family_first) == 1:
        return _split(*family_first[0], Evidence.PINYIN)
    given_first = [cut for cut in cuts if _matches(cut[1], cut[0], native)] if len(words) > 1 else []
    if len(given_first) == 1 and not family_first:
        given, family = given_first[0]
        return _split(family, given, Evidence.PINYIN, is_family_first=False)
    return None


def _contradicts(split: SplitName, native: str) -> bool:
    """Whether the part in capitals reads as the given name of the native name: Li WEI for 李伟."""
    return any(fold(split.family) in _given_spellings(given) for _families, given in _native_parts(native))


def _matches(family: str, given: str, native: str) -> bool:
    return any(
        fold(family) in families and fold(given) in _given_spellings(characters)
        for families, characters in _native_parts(native)
    )


def _native_parts(native: str) -> Iterator[tuple[frozenset[str], str]]:
    """How the family name may be spelled, folded, and the characters of the given name."""
    characters = fold(native)
    for length, spellings in family_spellings(characters):
        yield frozenset(map(fold, spellings)), characters[length:]


def _given_spellings(characters: str) -> frozenset[str]:
    return frozenset(map("".join, product(*(syllable_spellings(one) for one in characters))))


def _is_chinese(native: str) -> bool:
    characters = fold(native)
    return 1 < len(characters) <= _LONGEST_NATIVE and all(map(is_han, characters))


def _is_capitals(word: str) -> bool:
    """Two letters or more, all capitals: an initial marks nothing."""
    letters = [one for one in word if one.isalpha()]
    return len(letters) > 1 and all(one.isupper() for one in letters)


def _is_initials(word: str) -> bool:
    """Two or three capitals without a vowel, as in "CY Leung": they mark no family name and stay capitals."""
    letters = [one for one in fold(word).upper() if one.isalpha()]
    is_short = _is_capitals(word) and len(letters) <= _LONGEST_INITIALS
    return is_short and word not in _WITHOUT_VOWELS and _VOWELS.isdisjoint(letters)


def _split(family: str, given: str, evidence: Evidence, *, is_family_first: bool = True) -> SplitName:
    """Whole words of pinyin in capitals are a habit of lists and forms, not part of the name. Other names stay as
    written: only their owners know whether it is McDonald or Mcdonald.
    """
    if evidence is Evidence.PINYIN:
        family, given = _written(family), _written(given)
    return SplitName(family, given, is_family_first, evidence)


def _written(name: str) -> str:
    words = name.split()
    return " ".join(
        _WORD_PART.sub(_capitalized, one) if _is_capitals(one) and not _is_initials(one) else one for one in words
    )


def _capitalized(found: re.Match[str]) -> str:
    return found[0].capitalize()
