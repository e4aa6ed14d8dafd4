"""What an agenda says of a session that it did not say before, in words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.core.values.text import pick
from forumapp.domain.printing.wording.languages import stands
from forumapp.domain.printing.wording.words import MARKS, PERSON_ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forumapp.domain.printing.wording.people_words import Reader

    Json = Mapping[str, Any]
    Texts = dict[str, str]

PRINTED = {"room", "press", "in_all_rooms"}  # details that a printed program tells
_PERSON: Texts = {"en": "{role}: {person}.", "zh-Hans": "{role}：{person}。"}
_ITEM: Texts = {"en": "{time} {item}{people}.", "zh-Hans": "{time} {item}{people}。"}
_ROOM: Texts = {
    "en": "The room “{before}” is now called “{after}”.",
    "zh-Hans": "会场“{before}”现称“{after}”。",
}
_PRESS: Texts = {"en": "It is now {after}; it was {before}.", "zh-Hans": "现为{after}，原为{before}。"}
_OPEN: Texts = {"en": "open to the press", "zh-Hans": "对媒体开放"}
_BEFORE_PEOPLE, _AMONG = {"en": ": ", "zh-Hans": "："}, {"en": "; ", "zh-Hans": "；"}


def of_new(session: Json, items: list[str], reader: Reader) -> list[str]:
    """Who takes part in a new session, and its `items`, already in words, with who is in them."""
    language = reader.language
    written = [
        _PERSON[language].format(role=PERSON_ROLES[part["role"]][language], person=reader.introduced(part["person"]))
        for part in session["people"]
    ]
    for item, title in zip(session["items"], items, strict=True):
        people = [reader.introduced(part["person"]) for part in item["people"]]
        after = f"{_BEFORE_PEOPLE[language]}{_AMONG[language].join(people)}" if people else ""
        written.append(_ITEM[language].format(time=item["start"]["wall"][11:16], item=title, people=after))
    return written


def of_details(before: Json, after: Json, reader: Reader) -> tuple[list[str], list[str]]:
    """How the room is called and whether the press is let in, and the fields of which no more is told than that they
    changed. On paper nothing is told of those that a program does not print.
    """
    language, written = reader.language, []
    fields = [name for name in after["fields"] if not reader.languages or name in PRINTED]
    if "press" in fields and before.get("press") and after.get("press"):
        written.append(_PRESS[language].format(before=_press(before, language), after=_press(after, language)))
        fields.remove("press")
    if "room" in fields:
        was, now = (_called(end.get("room") or {}, reader) for end in (before, after))
        if was != now and was and now:
            written.append(_ROOM[language].format(before=was, after=now))
        if was != now or reader.languages:
            fields.remove("room")
    return written, fields


def _press(details: Json, language: str) -> str:
    mark = MARKS.get(details["press"])
    return mark[1][language] if mark else _OPEN[language]


def _called(name: Texts, reader: Reader) -> str:
    return stands(name, reader.language, reader.languages) if reader.languages else pick(name, reader.language)
