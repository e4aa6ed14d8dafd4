"""The words that identify one person, and masking them in any text or JSON value. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

MASK = "[erased]"
# The name that is left in place of an erased one: a record needs a name.
ERASED_LATIN, ERASED_NATIVE = "Erased", "已删除"
# Shorter words are parts of other words too often.
SHORTEST_CONTACT = 5
SHORTEST_NATIVE = 2
# A Chinese name of two characters is part of longer names and words (李伟 in 李伟大), since Chinese has no gaps between
# words. It counts where no other character stands beside it, or one of these titles follows.
BOUNDED_NATIVE = 2
HAN = "[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
TITLES = (
    "先生|女士|小姐|太太|同志|老师|博士|教授|院士|主任|主席|部长|省长|市长|厅长|局长|处长|会长|理事|总|董事|经理|院长|"
    "校长|秘书|领事|大使|参赞|代表"
)
AROUND = 40  # characters of an excerpt, before and after the word


@dataclass(frozen=True, slots=True)
class Words:
    """`names` are whole names in all orders, `contacts` are email addresses, phone numbers and WeChat names."""

    names: frozenset[str] = field(default_factory=frozenset)
    contacts: frozenset[str] = field(default_factory=frozenset)

    @property
    def all(self) -> frozenset[str]:
        return self.names | self.contacts

    @property
    def pattern(self) -> re.Pattern[str] | None:
        """Finds each of the words as a whole word, in any case."""
        longest_first = sorted(self.all, key=lambda word: (-len(word), word))
        return re.compile("|".join(map(_as_whole_word, longest_first)), re.IGNORECASE) if longest_first else None

    def without(self, shared: Iterable[str]) -> Words:
        """The words that no other person shares."""
        lowered = {word.lower() for word in shared}
        return Words(
            frozenset(word for word in self.names if word.lower() not in lowered),
            frozenset(word for word in self.contacts if word.lower() not in lowered),
        )


def words_of(names: Iterable[tuple[str, str, str]], others: Iterable[str], contacts: Iterable[str | None]) -> Words:
    """Of names as (Latin family, Latin given, native), further spellings, and contact details.

    A single Latin word is never searched for on its own: it may be anyone's name, or any word.
    """
    found: set[str] = set()
    for family, given, native in names:
        if family and given:
            found |= {f"{family} {given}", f"{given} {family}", f"{family}, {given}", f"{family}{given}"}
        found.add(native)
    found |= {*others}
    return Words(
        frozenset(word for word in (one.strip() for one in found) if _is_whole_name(word)),
        frozenset(one.strip() for one in contacts if one and len(one.strip()) >= SHORTEST_CONTACT),
    )


def mask(value: Any, pattern: re.Pattern[str]) -> Any:
    """The same value with every such word masked, in keys too."""
    if isinstance(value, str):
        return pattern.sub(MASK, value)
    if isinstance(value, dict):
        return {mask(key, pattern): mask(one, pattern) for key, one in value.items()}
    if isinstance(value, list):
        return [mask(one, pattern) for one in value]
    return value


def excerpt(value: Any, pattern: re.Pattern[str]) -> str:
    """The first text in the value that has one of the words, with what stands around it; "" where there is none."""
    if isinstance(value, str):
        found = pattern.search(value)
        return value[max(found.start() - AROUND, 0) : found.end() + AROUND].strip() if found else ""
    parts: list[Any] = (
        [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []
    )
    return next((text for part in parts if (text := excerpt(part, pattern))), "")


def emptied(value: Any) -> Any:
    """The same shape without any text: for JSON whose readers expect its keys."""
    if isinstance(value, str):
        return ""
    if isinstance(value, dict):
        return {key: emptied(one) for key, one in value.items()}
    return [] if isinstance(value, list) else value


def _is_whole_name(word: str) -> bool:
    if word.isascii():
        return len(word.split()) > 1 or len(word) >= 2 * SHORTEST_CONTACT
    return len(word) >= SHORTEST_NATIVE


def _as_whole_word(word: str) -> str:
    before = r"(?<!\w)" if word[0].isascii() else ""
    after = r"(?!\w)" if word[-1].isascii() else ""
    if not word.isascii() and len(word) <= BOUNDED_NATIVE:
        return f"(?<!{HAN}){word}(?!{HAN})|{word}(?={TITLES})"
    return f"{before}{re.escape(word)}{after}"


NAME_PARTS = ("latin_family", "latin_given", "native_full")
ALSO_PERSONAL = (
    "native_family",
    "native_given",
    "call_name",
    "form_of_address",
    "pronunciation",
    "biography",
    "titles",
)


def erase_named(value: Any, names: frozenset[tuple[str, str, str]]) -> Any:
    """The same JSON where each object with one of these names (family, given, native) as its parts is without them."""
    if isinstance(value, list):
        return [erase_named(one, names) for one in value]
    if not isinstance(value, dict):
        return value
    if all(part in value for part in NAME_PARTS) and tuple(value[part] or "" for part in NAME_PARTS) in names:
        return erase_parts(value)
    return {key: erase_named(one, names) for key, one in value.items()}


def erase_parts(person: dict[str, Any]) -> dict[str, Any]:
    """The description of a person in a published version or a run sheet, without what identifies them."""
    gone = {key: emptied(one) for key, one in person.items() if key in (*NAME_PARTS, *ALSO_PERSONAL)}
    return {**person, **gone, "latin_family": ERASED_LATIN, "native_full": ERASED_NATIVE}
