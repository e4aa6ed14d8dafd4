"""What a list says beyond the questions of a registration type, and how a registration keeps it. Pure.

Travel and hotel wishes have questions of their own here, for types that do not ask them. A cell that its question
cannot take is kept as a note. Both are kept as answers to questions for organizers, so that permissions, the log and
retention treat them as they treat the answers of the form.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from forumapp.core.values.text import LANGUAGES, fold, has_han, pick
from forumapp.domain.registration.forms.answers import Topic, snapshot, topic_of
from forumapp.domain.registration.forms.parsing import LONGEST
from forumapp.domain.registration.forms.questions import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

HOTEL = "hotel-wishes"
TRAVEL = {
    "code": "travel",
    "kind": Kind.TRAVEL.value,
    "label": {"en": "Arrival and departure", "zh-Hans": "抵离信息"},
    "for_organizers": True,
}
HOTEL_WISHES = {
    "code": HOTEL,
    "kind": Kind.LONG_TEXT.value,
    "label": {"en": "Hotel wishes", "zh-Hans": "住宿要求"},
    "for_organizers": True,
}
HOTEL_HEADINGS = (
    "hotel wishes", "hotel requests", "hotel request", "hotel", "hotel requirements", "accommodation", "room type",
    "room wishes", "room preference", "single/double", "single or double", "单双人间", "单人间/双人间", "单间/标间",
    "住宿要求", "住宿需求", "住宿", "酒店要求", "酒店需求", "酒店", "房型",
    "房间类型", "用房要求", "用房需求",
)  # fmt: skip
# What lists tell of a room in columns of their own, beside the wishes in words, and how such columns are called.
HOTEL_PARTS: dict[str, dict[str, str]] = {
    "share-with": {"en": "Share with", "zh-Hans": "同住人"},
    "check-in": {"en": "Check-in", "zh-Hans": "入住"},
    "check-out": {"en": "Check-out", "zh-Hans": "退房"},
    "nights": {"en": "Nights", "zh-Hans": "晚数"},
}
HOTEL_PART_HEADINGS: dict[str, tuple[str, ...]] = {
    "share-with": (
        "share with", "sharing with", "shares with", "shared with", "share room with", "roommate", "room mate",
        "room share", "同住人", "同住", "合住人", "合住", "同屋", "拼房", "室友",
    ),
    "check-in": ("check-in", "check-in date", "checkin", "入住日期", "入住时间", "入住"),
    "check-out": ("check-out", "check-out date", "checkout", "退房日期", "离店日期", "退房时间", "退房"),
    "nights": ("nights", "number of nights", "room nights", "入住晚数", "晚数", "房晚", "入住天数", "住宿天数"),
}  # fmt: skip
DIET_HEADINGS = (
    "diet", "dietary requirements", "dietary needs", "dietary restrictions", "meal preference", "food restrictions",
    "饮食要求", "饮食需求", "饮食习惯", "饮食禁忌", "饮食", "餐饮要求", "用餐要求", "忌口",
)  # fmt: skip
_HOTEL_WORDS = frozenset({"hotel", "room", "rooms", "accommodation", "lodging"})
_HOTEL_LABELS = frozenset(map(fold, HOTEL_HEADINGS))
_PART, _BETWEEN = {"en": "{}: {}", "zh-Hans": "{}：{}"}, {"en": "; ", "zh-Hans": "；"}
_NOTE_LABEL = {"en": "{} (note from the list)", "zh-Hans": "{}（名单备注）"}
# Where the code of a question does not tell its topic, the kind of its note and the end of the code do.
_NOTES: dict[Topic | None, tuple[Kind, str]] = {
    Topic.NEEDS: (Kind.LONG_TEXT, "food-note"),
    Topic.CONTACT: (Kind.CONTACT, "note"),
    Topic.TRAVEL: (Kind.LONG_TEXT, "arrival-note"),
}
# What people write into a cell that has nothing to say.
_NOTHING = frozenset(
    map(fold, ("无", "没有", "暂无", "无特殊要求", "正常", "none", "nil", "no", "n/a", "na", "not applicable"))
)
_DASHES = frozenset("-—–―－/／\\.。_*×")


@dataclass(frozen=True, slots=True)
class Note:
    """A cell as it was written. `code` and `label` are of the question under which it stands."""

    code: str
    kind: str
    label: Mapping[str, str]
    text: str

    @property
    def stored(self) -> dict[str, Any]:
        return {"code": self.code, "kind": self.kind, "label": dict(self.label), "for_organizers": True}


def is_nothing(cell: str) -> bool:
    """Whether a cell only says that there is nothing to say: "无", "N/A", "—"."""
    return fold(cell) in _NOTHING or set(cell.strip()) <= _DASHES


def note_on(code: str, kind: str, label: Mapping[str, str], text: str) -> Note:
    """The note keeps the topic of its question, so that the same people may read it for the same time."""
    kept, ending = Kind.LONG_TEXT, "note"
    topic = topic_of(code, kind)
    if topic_of(f"{code}-{ending}", kept) is not topic:
        kept, ending = _NOTES.get(topic, (kept, ending))
    labels = {language: _NOTE_LABEL[language].format(pick(label, language)) for language in LANGUAGES}
    return Note(f"{code}-{ending}", kept.value, labels, text[: LONGEST[kept]])


def hotel_wishes(cells: Mapping[str, str]) -> str:
    """Wishes and their parts in one text, in the language in which the list is written."""
    words = {part: cell for part, cell in cells.items() if not is_nothing(cell)}
    language = "zh-Hans" if any(map(has_han, words.values())) else "en"
    parts = [
        _PART[language].format(labels[language], words[part]) for part, labels in HOTEL_PARTS.items() if part in words
    ]
    return _BETWEEN[language].join([words[""], *parts] if "" in words else parts)


def is_about_hotel(question: Mapping[str, Any]) -> bool:
    """Whether a stored question, or a note on it, is about hotel rooms."""
    return not _HOTEL_WORDS.isdisjoint(question["code"].split("-")) or any(
        fold(text) in _HOTEL_LABELS for text in question["label"].values()
    )


def is_note_on(code: str, questions: Iterable[str]) -> bool:
    """Whether this is the code of a note on one of these questions about food."""
    return any(code in (f"{question}-note", f"{question}-food-note") for question in questions)


def list_questions(questions: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The questions of lists that these of a type leave out."""
    asked = list(questions)
    codes = {one["code"] for one in asked}
    has_travel = any(one["kind"] == Kind.TRAVEL for one in asked) or TRAVEL["code"] in codes
    has_hotel = any(map(is_about_hotel, asked))
    return [*([] if has_travel else [dict(TRAVEL)]), *([] if has_hotel else [dict(HOTEL_WISHES)])]


def _free_code(code: str, taken: Collection[str]) -> str:
    numbered = (f"{code}-{number}" for number in count(2))
    return next(one for one in chain((code,), numbered) if one not in taken)


def kept_answers(
    stored: Sequence[Mapping[str, Any]],
    more: Iterable[Mapping[str, Any]],
    answers: Mapping[str, Any],
    notes: Iterable[Note],
) -> dict[str, Any]:
    """What a registration keeps: the questions of its type, those of lists that have an answer, and notes."""
    answered = [one for one in more if one["code"] in answers]
    taken = {one["code"] for one in (*stored, *answered)}
    kept: dict[str, Note] = {}
    for note in notes:
        code = _free_code(note.code, taken)
        text = f"{kept[code].text}; {note.text}"[: LONGEST[Kind(note.kind)]] if code in kept else note.text
        kept[code] = replace(note, code=code, text=text)
    questions = [*stored, *answered, *(note.stored for note in kept.values())]
    return snapshot(questions, {**answers, **{code: note.text for code, note in kept.items()}})
