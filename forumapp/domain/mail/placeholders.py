"""Placeholders in the texts of mails, such as {name}: a closed list, put in by value and never run. Pure."""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class Placeholder(enum.StrEnum):
    GREETING = "greeting"
    NAME = "name"
    FORUM = "forum"
    TYPE = "type"
    DATES = "dates"
    PLACE = "place"
    CODE = "code"
    NUMBER = "number"
    UNTIL = "until"
    LINK = "link"
    FORUM_LINK = "forum_link"
    OFFICE = "office"
    WORDS = "words"
    ANSWER_BY = "answer_by"
    PEOPLE = "people"
    MISSING = "missing"
    OTHERS = "others"
    FOR_WHOM = "for_whom"
    PARTS = "parts"
    AGENDA_VERSION = "agenda_version"
    CHANGES = "changes"
    NOTE = "note"


_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
# Beside a value until it stands among words: a character that nobody can have typed.
_JOINT = "\x1f"
_LETTER = re.compile(r"[A-Za-z\u00c0-\u024f]")
_LATIN, _HAN = r"[0-9A-Za-z\u00c0-\u024f]", r"[\u3400-\u9fff]"
_CLOSE = re.compile(rf"(?<={_HAN}){_JOINT}+(?={_LATIN})|(?<={_LATIN}){_JOINT}+(?={_HAN})")


def unknown_in(text: str, known: Collection[str]) -> list[str]:
    """What stands in braces and is none of `known`, as it was written."""
    return [found[0] for found in _PLACEHOLDER.finditer(text) if found[1] not in known]


def names_in(text: str) -> set[str]:
    return {found[1] for found in _PLACEHOLDER.finditer(text)}


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with what the placeholders stand for, put in once: a value that looks like a placeholder is left alone.

    A line that names something there is not ("Your number is {number}.") is left out, with the gap it would leave.
    """
    lines = [line for line in text.splitlines() if all(values.get(name, "") for name in names_in(line))]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(filled_line(line, values) for line in lines)).strip()


def filled_line(line: str, values: Mapping[str, str]) -> str:
    """One line, such as a subject, which stays also where a value is missing."""
    return spaced(_PLACEHOLDER.sub(lambda found: put_in(values.get(found[1], "")), line))


def put_in(value: object) -> str:
    """A value as it is put among words, for `spaced`."""
    text = str(value)
    return f"{_JOINT}{text}{_JOINT}" if _LETTER.search(text) else text


def spaced(text: str) -> str:
    """With a space where a value of Latin letters was put in beside Chinese; pages and paper have a narrower one there.
    Numbers and dates stand as the words have them.
    """
    return _CLOSE.sub(" ", text).replace(_JOINT, "")
