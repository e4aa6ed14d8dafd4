"""How a person's names are read, sorted and found. Pure; nothing here is ever stored in place of what was given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from forumapp.core.values.text import SCRIPTS, fold, has_han, is_latin, is_visible, is_written
from forumapp.domain.people.names.spellings import is_han, name_readings, reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ALIKE = 0.6  # of two spellings of one name, by letters in common


@dataclass(frozen=True, slots=True)
class Name:
    """A person's names as they were given. `family_first` is the order in which the Latin name is read."""

    latin_family: str = ""
    latin_given: str = ""
    family_first: bool = False
    native_full: str = ""
    native_language: str = "zh-Hans"

    @property
    def latin(self) -> str:
        """The Latin name in the person's own order."""
        parts = (self.latin_family, self.latin_given) if self.family_first else (self.latin_given, self.latin_family)
        return " ".join(part for part in parts if part)

    @property
    def latin_in_print(self) -> str:
        """The Latin name with the family name in capitals where its place could be mistaken: "LIU Chun"."""
        if not self.family_first:
            return self.latin
        return " ".join(part for part in (self.latin_family.upper(), self.latin_given) if part)

    @property
    def texts(self) -> dict[str, str]:
        """The name as a text in several languages has it, where people are listed among other things."""
        if self.native_language in SCRIPTS:
            return {"en": self.latin, self.native_language: self.native_full}
        return {"en": self.latin or self.native_full}

    def shown(self, language: str) -> str:
        """The name for a reader of `language`; the other script's where there is none."""
        if language.startswith("zh"):
            return self.native_full or self.latin
        return self.latin or self.native_full

    @property
    def sort_key(self) -> tuple[str, str]:
        """By the person's own Latin family name, then given name: neither code points nor pinyin sort names right."""
        return (fold(self.latin_family or self.latin_given or self.native_full), fold(self.latin_given))


def usual_order(native: str) -> str:
    """How a Latin name is read where nobody has said so: a Chinese name puts the family first."""
    return "family-first" if has_han(native) else "given-first"


NAME_PARTS = ("latin_family", "latin_given", "native_full", "native_family", "native_given")


def latin_faults(names: Mapping[str, str]) -> dict[str, str]:
    """By field, what of a Latin name is written in other letters."""
    return {part: "not-latin" for part in ("latin_family", "latin_given") if not is_latin(names.get(part) or "")}


def name_faults(names: Mapping[str, str]) -> dict[str, str]:
    """By field, what of a name cannot be printed, as an emoji or blanks alone, or is no Latin letter in a Latin one."""
    return {part: "not-a-letter" for part in NAME_PARTS if not _is_printable(names.get(part) or "")} | latin_faults(
        names
    )


def _is_printable(part: str) -> bool:
    return not part or (is_visible(part) and is_written(part))


def changed_name_faults(stands: Any, changes: Mapping[str, Any]) -> dict[str, str]:
    """The same of what is changed: a record that holds other letters from before hinders no other change."""
    return name_faults({name: changes[name] for name in changes if changes[name] != getattr(stands, name, None)})


def search_text(name: Name, others: Iterable[str] = ()) -> str:
    """What a search looks through: every way to say the name, and other words, folded, apart by a vertical bar."""
    readings = (
        name.latin_family + name.latin_given,
        name.latin_given + name.latin_family,
        name.native_full,
        *others,
        *map("".join, name_readings(name.native_full)),
    )
    return _folded(readings)


def organization_search_text(*names: Mapping[str, str], others: Iterable[str] = ()) -> str:
    texts = [text for name in names for text in name.values()]
    texts += others
    return _folded([*texts, *("".join(reading(text)) for text in texts if is_han(text))])


def _folded(texts: Iterable[str]) -> str:
    return "|".join(dict.fromkeys(folded for folded in map(fold, texts) if folded))


def same_name(one: Name, other: Name) -> bool:
    """Whether two people who share a mail address are one person.

    Their Latin names must agree, in either order; where both have a native name, that one too: Li Wei and Li Wei of
    one office may be 李伟 and 李薇.
    """
    if not (one.latin and other.latin):
        return False
    orders = {fold(other.latin_family + other.latin_given), fold(other.latin_given + other.latin_family)}
    if fold(one.latin_family + one.latin_given) not in orders:
        return False
    return not (one.native_full and other.native_full) or fold(one.native_full) == fold(other.native_full)


def is_correction(before: Name, after: Name) -> bool:
    """Whether one name may be another one's put right, and not that of someone else: something of it stays. People
    marry, and pinyin follows a passport; whoever comes instead of them has another name altogether.
    """
    if before.native_full and fold(before.native_full) == fold(after.native_full):
        return True
    kept = {fold(before.latin_family), fold(before.latin_given)} & {fold(after.latin_family), fold(after.latin_given)}
    pairs = ((before.latin, after.latin), (before.native_full, after.native_full))
    alike = (SequenceMatcher(None, fold(one), fold(other)).ratio() for one, other in pairs if one and other)
    return bool(kept - {""}) or any(ratio >= ALIKE for ratio in alike)


def native_parts(family: str, given: str, full: str, said: str = "") -> tuple[str, str] | None:
    """The family and given name of a corrected native name: `said` is the family name that it begins with, if somebody
    said so; else the one of before counts, or the given name where that alone is as before. None cannot be told.
    """
    begins = said or family
    if begins and full.startswith(begins):
        return begins, full.removeprefix(begins).strip()
    if given and not said and full.endswith(given) and full != given:
        return full.removesuffix(given).strip(), given
    return None


def office_line(title: str, organization: str, language: str) -> str:
    """Title and organization on one line, as the language orders them: "Chair, Example Trading", "示例贸易 董事长".

    What the title says already is not said again: "Vice Governor of Jiangsu Province" needs no "Jiangsu", and a 总领事
    no 总领事馆 of the same place.
    """
    if not title or not organization:
        return title or organization
    if says_organization(title, organization, language):
        return title
    return f"{organization} {title}" if language.startswith("zh") else f"{title}, {organization}"


def says_organization(title: str, organization: str, language: str) -> bool:
    """Whether a title tells already of which organization it is."""
    if not title or not organization:
        return False
    if language.startswith("zh"):
        return organization in title or organization.startswith(title)
    return re.search(rf"\b{re.escape(organization)}\b", title, re.IGNORECASE) is not None
