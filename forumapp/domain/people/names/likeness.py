"""Which records may be of one person, or of one organization, and why: proposals that a person decides on. Pure.

Records are held against those alone with which they share a key, so that it takes as long for each of many as for each
of few.
"""

from __future__ import annotations

import enum
import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from forumapp.core.values.text import fold
from forumapp.domain.people.names.characters import simplified
from forumapp.domain.people.names.spellings import is_han, name_readings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Reason(enum.StrEnum):
    """Why two are proposed, the surest first."""

    SAME_NATIVE = "same-native"  # 刘春 and 刘春, also written 劉春
    SAME_LATIN = "same-latin"  # Liu Chun and Chun LIU
    READ_ALIKE = "read-alike"  # Liu Chun and 刘春
    SOUND_ALIKE = "sound-alike"  # 刘春 and 刘椿, of one house or at one address
    SAME_NAME = "same-name"  # of organizations
    BUT_FOR_ITS_FORM = "but-for-its-form"  # Port Trading Inc. and Port Trading, 港口贸易有限公司 and 港口贸易
    ABBREVIATION = "abbreviation"  # CCCME, as the one is called and the other abbreviated


RANKS = {reason: rank for rank, reason in enumerate(Reason)}
# Of more than so many with one name each is held against the first, so that none is left out.
COMMON = 6  # people, who are held against those of the same house or address besides
MANY = 50  # organizations


@dataclass(frozen=True, slots=True)
class Face:
    """What a person is known by. `others` are further spellings; `bonds` what tells of one person if they share it with
    someone of a like name: organizations, mail addresses, phone numbers.
    """

    id: int
    latin: tuple[str, str] = ("", "")  # family name and given name
    native: str = ""
    others: tuple[str, ...] = ()
    bonds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class House:
    """What an organization is known by. `country_region` holds two of one name in different countries apart."""

    id: int
    names: tuple[str, ...]
    abbreviations: tuple[str, ...] = ()
    country_region: str | None = None


@dataclass(frozen=True, slots=True)
class Double:
    """Two that are likely the same; `low` is the smaller id."""

    low: int
    high: int
    reason: Reason


def like_people(faces: Sequence[Face]) -> list[Double]:
    """Of all pairs that share a key, those that are likely one, the surest first."""
    faces = sorted(faces, key=lambda face: face.id)
    keys = {face.id: person_keys(face) for face in faces}
    found: dict[tuple[int, int], int] = {}
    for group in _groups(faces, keys):
        for one, other in _pairs(group):
            reason = why_person(one, other, (keys[one.id], keys[other.id]))
            if reason is not None:
                _note(found, one.id, other.id, reason)
    return _sorted(found)


def _note(found: dict[tuple[int, int], int], one: int, other: int, reason: Reason) -> None:
    pair, rank = (one, other) if one < other else (other, one), RANKS[reason]
    if rank < found.get(pair, len(RANKS)):
        found[pair] = rank


def _sorted(found: dict[tuple[int, int], int]) -> list[Double]:
    reasons = list(RANKS)
    return [Double(*pair, reasons[rank]) for pair, rank in sorted(found.items(), key=lambda one: (one[1], one[0]))]


def _groups(faces: Sequence[Face], keys: dict[int, Keys]) -> Iterator[list[Face]]:
    by_key = defaultdict(list)
    for face in faces:
        for key in keys[face.id].all:
            by_key[key].append(face)
    return (group for group in by_key.values() if len(group) > 1)


def _pairs(group: list[Face]) -> Iterator[tuple[Face, Face]]:
    """All of a few; of a name that many have, besides, those with a bond and those who have it in both scripts."""
    yield from _held(group, COMMON)
    if len(group) <= COMMON:
        return
    by_bond = defaultdict(list)
    for face in group:
        for bond in (*face.bonds, (_compared("".join(face.latin)), _compared(face.native))):
            by_bond[bond].append(face)
    for bound in by_bond.values():
        yield from _held(bound, COMMON)


def _held(group: Sequence[Any], most: int) -> Iterable[tuple[Any, Any]]:
    """Each of a group against each, or against the first of them if there are more than `most`."""
    return combinations(group, 2) if len(group) <= most else ((group[0], other) for other in group[1:])


def _compared(text: str) -> str:
    return simplified(fold(text))


@dataclass(frozen=True, slots=True)
class Keys:
    native: frozenset[str]
    latin: frozenset[str]
    read: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        return self.native | self.latin | self.read


def person_keys(face: Face) -> Keys:
    """By which a person is held against others: names in every order of their words, and Chinese as it may be read."""
    latin = [" ".join(filter(None, face.latin)), *(text for text in face.others if not is_han(text))]
    native = [face.native, *(text for text in face.others if is_han(text))]
    read = [_turned(way) for text in native for way in name_readings(text)]
    return Keys(
        frozenset(key for text in native for key in _orders(text)),
        frozenset(key for text in latin for key in _orders(text)),
        frozenset(key for keys in read for key in keys),
    )


def _orders(text: str) -> set[str]:
    """The words of a name turned around, as one: Liu Chun, Chun Liu; 约翰·史密斯, 史密斯·约翰."""
    words = _unaddressed([folded for folded in map(_compared, re.split(r"[\s·・•]+", text)) if folded])
    return {"".join((*words[at:], *words[:at])) for at in range(len(words))}


def _unaddressed(words: list[str]) -> list[str]:
    """A name without the form of address that someone wrote before it or after; Dr. Liu alone stays as it is."""
    words = [word if len(bare := _HAN_ADDRESS.sub("", word)) < _SHORTEST else bare for word in words]
    named = [word for word in words if word not in _ADDRESSES]
    return named if len(named) > 1 or (named and is_han(named[0])) else words


def _turned(syllables: Sequence[str]) -> set[str]:
    """Family name first, and last: of one character, or of two as in 欧阳."""
    cuts = range(min(3, len(syllables)))
    return {"".join((*syllables[at:], *syllables[:at])) for at in cuts}


def why_person(one: Face, other: Face, keys: tuple[Keys, Keys]) -> Reason | None:
    """The surest reason to take both for one, or None."""
    mine, theirs = keys
    same_native = bool(mine.native & theirs.native)
    same_latin = bool(mine.latin & theirs.latin)
    if mine.native and theirs.native and not same_native:
        # Li Wei and Li Wei, 李伟 and 李薇, are two; of one house they may be one.
        return Reason.SOUND_ALIKE if one.bonds & other.bonds and mine.read & theirs.read else None
    if same_native:
        return Reason.SAME_NATIVE
    if same_latin:
        return Reason.SAME_LATIN
    if (mine.read & theirs.latin) or (mine.latin & theirs.read):
        return Reason.READ_ALIKE
    return None


_ADDRESSES = frozenset({"mr", "mrs", "ms", "mx", "miss", "madam", "dr", "prof", "professor"})
_HAN_ADDRESS = re.compile("(先生|女士|小姐|博士|教授)$")
_SHORTEST = 2  # characters of a Chinese name: 王先生 has no other

# What says only in which form of law an organization stands.
_FORMS = (
    "incorporated", "corporation", "company", "limited", "holdings", "holding", "group", "inc", "corp", "co", "ltd",
    "llc", "llp", "lp", "plc", "gmbh", "ag", "sa", "srl", "bv", "nv", "pty", "pte", "kk",
)  # fmt: skip
_HAN_FORMS = (
    "股份有限公司",
    "有限责任公司",
    "责任有限公司",
    "有限公司",
    "股份公司",
    "集团公司",
    "集团",
    "公司",
)
_SMALL = frozenset({"the", "of", "and", "for", "a", "an", "in", "&"})
_MARKS = re.compile(r"[\s.,;:()（），、·&/'’\"“”-]+")


def core_of(name: str) -> str:
    """A name without its form of law and its small words, folded: what two spellings of one organization share."""
    words = [word for word in _MARKS.split(name.casefold()) if word and word not in _SMALL]
    while len(words) > 1 and words[-1] in _FORMS:
        words.pop()
    core = _compared("".join(words))
    for form in _HAN_FORMS:
        if core.endswith(form) and core != form:
            return core.removesuffix(form)
    return core


def initials_of(name: str) -> str:
    """CCC of "China Chamber of Commerce"; nothing of one or two words, whose initials many share."""
    words = [word for word in _MARKS.split(name) if word and word.casefold() not in _SMALL]
    while words and words[-1].casefold() in _FORMS:
        words.pop()
    plain = len(words) > 2 and not is_han(name)  # noqa: PLR2004 (as the docstring says)
    return fold("".join(word[0] for word in words)) if plain else ""


def like_houses(houses: Sequence[House]) -> list[Double]:
    by_key: dict[str, list[tuple[House, str]]] = defaultdict(list)
    for house in houses:
        for key, kind in house_keys(house):
            by_key[key].append((house, kind))
    found: dict[tuple[int, int], int] = {}
    for group in by_key.values():
        for (one, kind), (other, their_kind) in _held(group, MANY):
            reason = _why_house(one, other, {kind, their_kind}, len(group))
            if reason is not None:
                _note(found, one.id, other.id, reason)
    return _sorted(found)


_NAME, _SHORT, _INITIALS = "name", "short", "initials"


def house_keys(house: House) -> Iterable[tuple[str, str]]:
    keys = dict.fromkeys(filter(None, map(core_of, house.names)), _NAME)
    short = dict.fromkeys(filter(None, map(fold, house.abbreviations)), _SHORT)
    initials = dict.fromkeys(filter(None, map(initials_of, house.names)), _INITIALS)
    return {**initials, **short, **keys}.items()


def _why_house(one: House, other: House, kinds: set[str], many: int) -> Reason | None:
    if one.country_region and other.country_region and one.country_region != other.country_region:
        return None
    if kinds == {_NAME}:
        alike = {*map(_compared, one.names)} & {*map(_compared, other.names)}
        return Reason.SAME_NAME if alike else Reason.BUT_FOR_ITS_FORM
    # Initials that nobody uses are many organizations'.
    return Reason.ABBREVIATION if kinds != {_INITIALS} and many <= COMMON else None
