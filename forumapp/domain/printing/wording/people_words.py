"""What has changed of people in the agenda, in words. Pure.

A page calls people by one name and has one reader, who is told where something is another in a language that they do
not read. On paper they are called as the program calls them, and each column tells what is to be mended in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forumapp.core.values.text import pick
from forumapp.domain.agenda.content.diff import ChangeKind
from forumapp.domain.agenda.content.snapshots import name_in
from forumapp.domain.people.rules import office_line
from forumapp.domain.printing.wording.languages import names_in, stands, tongue
from forumapp.domain.printing.wording.words import PERSON_ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forumapp.domain.agenda.content.diff import Change

    Json = Mapping[str, Any]
    Texts = dict[str, str]

_K = ChangeKind
_PARTS: dict[ChangeKind, Texts] = {
    _K.CAME: {"en": "{person} takes part ({after}).", "zh-Hans": "{person}将参加（{after}）。"},
    _K.WENT: {"en": "{person} no longer takes part ({before}).", "zh-Hans": "{person}不再参加（{before}）。"},
    _K.REPLACED: {
        "en": "{person} takes the place of {earlier} ({after}).",
        "zh-Hans": "{person}接替{earlier}（{after}）。",
    },
    _K.ROLE: {
        "en": "{person} now takes part as: {after}. It was: {before}.",
        "zh-Hans": "{person}的角色由{before}改为{after}。",
    },
    _K.PART: {"en": "{person}: the part ({role}) is now {after}.", "zh-Hans": "{person}（{role}）{after}。"},
    _K.CHANNEL: {"en": "{person} is on channel {after} now.", "zh-Hans": "{person}改用{after}频道。"},
}
PEOPLE = frozenset({*_PARTS, _K.NAMES, _K.PEOPLE_ORDER})
_ORDER: Texts = {"en": "The order of people is now: {after}.", "zh-Hans": "人员次序改为：{after}。"}
_BETWEEN: Texts = {"en": "; ", "zh-Hans": "、"}
_BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
_NAME: Texts = {"en": "Name: {after}. It was: {before}.", "zh-Hans": "姓名由{before}改为{after}。"}
# Of an office and a biography: another one stands there, there was none, and there is none any more.
_OFFICE: tuple[Texts, ...] = (
    {
        "en": "{person} is now introduced as “{after}”. It was “{before}”.",
        "zh-Hans": "{person}的单位与职务由“{before}”改为“{after}”。",
    },
    {"en": "{person} is now introduced as “{after}”.", "zh-Hans": "{person}的单位与职务已添加：“{after}”。"},
    {
        "en": "{person} is no longer introduced as “{before}”.",
        "zh-Hans": "{person}的单位与职务已删除，原为“{before}”。",
    },
)
_BIOGRAPHY: tuple[Texts, ...] = (
    {"en": "The biography of {person} has been revised.", "zh-Hans": "{person}的简介已修订。"},
    {"en": "The biography of {person} has been added.", "zh-Hans": "{person}的简介已添加。"},
    {"en": "The biography of {person} has been taken out.", "zh-Hans": "{person}的简介已删除。"},
)
_ELSEWHERE: Texts = {
    "en": "Name, title or biography has changed in another language: {person}.",
    "zh-Hans": "姓名、职务或简介在其他语言中有更新：{person}。",
}
_OTHERWISE: Texts = {"en": "Other details have changed: {person}.", "zh-Hans": "其他信息有更新：{person}。"}
STATES: dict[str, Texts] = {
    "tentative": {"en": "tentative", "zh-Hans": "暂定"},
    "confirmed": {"en": "confirmed", "zh-Hans": "已确认"},
    "cancelled": {"en": "cancelled", "zh-Hans": "已取消"},
    "invited": {"en": "not confirmed yet", "zh-Hans": "尚未确认"},
    "declined": {"en": "declined", "zh-Hans": "已谢绝"},
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Of a page in `language`, or of its column in a paper in all of these `languages`."""

    language: str
    languages: tuple[str, ...] = ()
    zone: str = ""  # the edition's; times in any other one name it

    def called(self, person: Json) -> str:
        """Alone on a paper, a language has both names."""
        name = name_in(person)
        if not self.languages:
            return name.shown(self.language)
        both = names_in(self.language, name.latin_in_print, name.native_full, name.native_language)
        names = dict.fromkeys(word for _, word in both)
        return " ".join(list(names)[: 1 if len(self.languages) > 1 else None])

    def introduced(self, person: Json) -> str:
        """With their office, which Chinese says first."""
        office, name = self.office(person), self.called(person)
        if not office:
            return name
        return f"{_BETWEEN_HAN.sub('', office)}{name}" if self.language.startswith("zh") else f"{name}, {office}"

    def who(self, person: Json) -> str:
        """The same at the beginning of a sentence, on a page without the office."""
        word = self.introduced(person) if self.languages else self.called(person)
        return f"{word}," if self.language == "en" and word != self.called(person) else word

    def office(self, person: Json) -> str:
        """Empty where it is what it was, and so not told."""
        title, organization = ((person.get("office") or {}).get(part) or {} for part in ("title", "organization"))
        word = self._tongue(title) or self._tongue(organization) or self.language
        return office_line(self._read(title), self._read(organization), word)

    def biography(self, person: Json) -> str:
        return self._read(person.get("biography") or {})

    def _read(self, texts: Texts) -> str:
        return stands(texts, self.language, self.languages or (self.language,))

    def _tongue(self, texts: Texts) -> str | None:
        return tongue(texts, self.language, self.languages or (self.language,))


def of_people(change: Change, reader: Reader) -> list[str]:
    """A change of one of the kinds of `PEOPLE`, a sentence each; on paper there may be none."""
    if change.kind in _PARTS:
        return [_of_part(change, reader)]
    ends = ((end or {})["people"] for end in (change.before, change.after))
    if change.kind is _K.PEOPLE_ORDER:
        _, after = ends
        return [_ORDER[reader.language].format(after=_BETWEEN[reader.language].join(map(reader.called, after)))]
    (before,), (after,) = ends
    return _of_person(before, after, reader)


def _of_part(change: Change, reader: Reader) -> str:
    """Who came, went, took whose place, or has their part otherwise."""
    before, after, language = change.before or {}, change.after or {}, reader.language
    named = reader.who if change.kind in {_K.CAME, _K.REPLACED} else reader.called
    words = {
        "person": named((after or before)["person"]),
        "earlier": reader.called((before or after)["person"]),
        "role": _role(after or before, language),
        "before": _role(before or after, language),
        "after": _role(after or before, language),
    }
    if change.kind is _K.PART:
        words["after"] = STATES[after["status"]][language]
    elif change.kind is _K.CHANNEL:
        words["after"] = str(after["channel"] or "—")
    return _PARTS[change.kind][language].format(**words)


def _role(part: Json, language: str) -> str:
    """moderator · moderator of “Opening remarks”"""
    role = PERSON_ROLES[part["role"]][language]
    if not part["item"]:
        return role.lower()
    item = pick(part["item"], language)
    return f"“{item}”{role}" if language.startswith("zh") else f"{role.lower()} of “{item}”"


def _of_person(before: Json, after: Json, reader: Reader) -> list[str]:
    """What someone is named, and how they are introduced. A biography is too long to be told."""
    earlier, person = reader.called(before), reader.called(after)
    written = []
    if earlier != person:
        written.append(_NAME[reader.language].format(before=earlier, after=person))
    for words, part in ((_OFFICE, reader.office), (_BIOGRAPHY, reader.biography)):
        was, now = part(before), part(after)
        if was != now:
            instead, added, taken_out = words
            which = added if not was else instead if now else taken_out
            written.append(which[reader.language].format(person=person, before=was, after=now))
    if not written and not reader.languages:
        written.append((_OTHERWISE if before == after else _ELSEWHERE)[reader.language].format(person=person))
    return written
