"""A schedule as it is put together out of a file, with what is to be told of it. Pure.

Every text passes through here once: what a file says too long is cut and told, and a name that is said twice is one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from forumapp.core.values.text import LINE, NAME, PARAGRAPHS, SCRIPTS, fold, is_visible
from forumapp.domain.agenda.content.snapshots import ALL_ROOMS, CONFIRMED
from forumapp.domain.agenda.formats.parsing import texts, times
from forumapp.domain.agenda.formats.parsing.values import (
    LEFT_OUT,
    MOST_PEOPLE,
    MOST_PLACES,
    MOST_SESSIONS,
    FileRoom,
    FileSession,
    FileSpeaker,
    FileTrack,
    Finding,
    Part,
    Schedule,
    UnreadableSchedule,
)
from forumapp.domain.forums.rules import slug_fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sized
    from datetime import datetime

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_LANGUAGES = {
    "english": "en", "en": "en", "eng": "en", "chinese": "zh-Hans", "zh": "zh-Hans", "zh-hans": "zh-Hans",
    "zh-cn": "zh-Hans", "mandarin": "zh-Hans", "zh-hant": "zh-Hant", "zh-tw": "zh-Hant", "german": "de", "french": "fr",
    "spanish": "es", "japanese": "ja", "ja-jp": "ja", "日本語": "ja",
    "korean": "ko", "英文": "en", "英语": "en", "英語": "en", "中文": "zh-Hans", "漢語": "zh-Hant",
}  # fmt: skip
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
_ROLES = {
    "speaker": "speaker", "keynote": "keynote", "moderator": "moderator", "chair": "chair", "panelist": "panelist",
    "signatory": "signatory", "interpreter": "interpreter", "mc": "mc", "host": "mc", "主持人": "moderator",
    "主持": "moderator", "嘉宾": "panelist", "演讲人": "speaker", "演讲嘉宾": "speaker",
}  # fmt: skip
# Which kind of session is meant by the words for it; the first that stands in them.
_KINDS = (
    ("closed", "closed-door"), ("registration", "registration"), ("check-in", "registration"), ("签到", "registration"),
    ("opening", "opening"), ("开幕", "opening"), ("keynote", "keynote"), ("主旨", "keynote"),
    ("panel", "panel"), ("roundtable", "panel"), ("圆桌", "panel"), ("podium", "panel"),
    ("signing", "signing"), ("签约", "signing"), ("matchmaking", "matchmaking"), ("对接", "matchmaking"),
    ("lunch", "meal"), ("dinner", "meal"), ("breakfast", "meal"), ("meal", "meal"), ("banquet", "meal"),
    ("午餐", "meal"), ("晚餐", "meal"), ("早餐", "meal"), ("break", "break"), ("coffee", "break"), ("茶歇", "break"),
    ("休息", "break"), ("visit", "visit"), ("tour", "visit"), ("参观", "visit"), ("闭门", "closed-door"),
    ("专题讨论", "panel"), ("用餐", "meal"), ("注册", "registration"),
)  # fmt: skip
# Words for a session like any other, of which nothing is to be told.
_ORDINARY = re.compile(r"\b(talks?|lectures?|presentations?|breakouts?)\b|^sessions?\b|分组|演讲|报告")
# Kinds that a title alone may tell; of others it may only speak.
_TITLED = frozenset({"meal", "break", "registration", "opening"})
# States of sessions as event software writes them. Sessions that were not accepted are never published.
NOT_ACCEPTED = "not-accepted"
_STATES = {
    "accepted": "confirmed", "confirmed": "confirmed", "scheduled": "confirmed", "published": "confirmed",
    "tentative": "tentative", "pending": "tentative", "cancelled": "cancelled", "canceled": "cancelled",
    "rejected": NOT_ACCEPTED, "draft": NOT_ACCEPTED, "withdrawn": NOT_ACCEPTED, "declined": NOT_ACCEPTED,
    "submitted": NOT_ACCEPTED, "deleted": NOT_ACCEPTED, "waitlisted": NOT_ACCEPTED, "not accepted": NOT_ACCEPTED,
    "已确认": "confirmed", "待定": "tentative", "取消": "cancelled", "已取消": "cancelled",
    "草稿": NOT_ACCEPTED, "拒绝": NOT_ACCEPTED, "已拒绝": NOT_ACCEPTED, "未通过": NOT_ACCEPTED, "撤回": NOT_ACCEPTED,
    "已撤回": NOT_ACCEPTED,
}  # fmt: skip
# Formats in which programs are published, and states of sessions in which these announce nobody.
PUBLISHED, UNSURE = frozenset({"frab-xml", "frab-json", "ics", "program"}), frozenset({"tentative", "cancelled"})
_OF_SPEAKERS = ("title", "organization", "biography")
OTHER_KIND = "breakout"
LONGEST_CODE = 60  # as programs may set one by hand
KINDS = frozenset({
    "opening", "keynote", "panel", "breakout", "signing", "matchmaking", "meal", "break", "registration", "visit",
    "closed-door",
})  # fmt: skip


class Notes:
    """What is told of one session. Files that we wrote hold no mark-up: what looks like it is kept (`keeps`)."""

    def __init__(self, *, keeps: bool = False) -> None:
        self.found: list[Finding] = []
        self.keeps = keeps

    def __call__(self, finding: Finding) -> None:
        self.found.append(finding)

    def note(self, at: str, code: str, said: object = "") -> None:
        self.found.append(Finding(at, code, str(said)[:80]))

    def fault(self, at: str, code: str, said: object = "") -> None:
        self.found.append(Finding(at, code, str(said)[:80], is_fault=True))

    def line(self, value: object, at: str, longest: int = LINE) -> str:
        return self._within(texts.kept_line(value) if self.keeps else texts.line(value), at, longest)

    def paragraphs(self, value: object, at: str) -> str:
        return self._within(texts.kept(value) if self.keeps else texts.paragraphs(value), at, PARAGRAPHS)

    def languages(self, value: object, at: str) -> tuple[str, ...]:
        """Working languages as files name them: en, English, "en, zh"."""
        words = (word.strip() for word in re.split(r"[,;/|、，；]|\s+and\s+", texts.line(value)))
        tags = {word: _LANGUAGES.get(word.lower(), word) for word in words if word}
        unknown = [word for word, tag in tags.items() if not _TAG.fullmatch(tag)]
        if unknown:
            self.note(at, "unknown-language", ", ".join(unknown))
        return tuple(dict.fromkeys(tag for tag in tags.values() if _TAG.fullmatch(tag)))

    def kind(self, word: object, title: Mapping[str, str], at: str) -> str:
        """What its word or its title tells. A word that means none of ours is told, with what it is taken as."""
        said = texts.line(word)
        kind = kind_of(said, title)
        if said and not kind_of(said, {}) and not _ORDINARY.search(said.lower()):
            self.note(at, "kind-by-title" if kind else "unknown-kind", f"{said[:50]} → {kind or OTHER_KIND}")
        return kind

    def status(self, word: object, at: str) -> str:
        """A session that was not accepted comes as cancelled, and is reported."""
        said = texts.line(word).lower()
        status = _STATES.get(said)
        if said and status is None:
            self.note(at, "not-an-option", said)
        if status == NOT_ACCEPTED:
            self.note(at, "not-accepted", said)
            return "cancelled"
        return status or ""

    def length(self, value: object, at: str) -> int | None:
        """In minutes; what is none is told."""
        said = texts.line(value)
        minutes = times.length(said) if said else None
        if minutes is None and is_said(value):
            self.note(at, "not-a-length", said or value)
        return minutes

    def left_out(self, words: object, at: str) -> None:
        """What a file of ours says of itself that its format has no place for."""
        for word in texts.line(words).replace(",", " ").split():
            if self.keeps and word in LEFT_OUT:
                self.note(at, f"{word}-left-out")

    def _within(self, text: str, at: str, longest: int) -> str:
        if len(text) > longest:
            self.note(at, "too-long", text[:40] + "…")
        return text[:longest].strip()


class Building:
    def __init__(self, read_as: str, edition_zone: str, *, is_ours: bool = False) -> None:
        self.read_as = read_as
        self.is_ours = is_ours
        self.notes = self.noted()
        self.times = times.Times(edition_zone, self.notes)
        self.source = self.edition = ""
        self.sessions: list[FileSession] = []
        self.rooms: dict[str, FileRoom] = {}
        self.tracks: dict[str, FileTrack] = {}
        self.speakers: dict[str, FileSpeaker] = {}
        self._keys: dict[str, str] = {}
        self._refs: set[str] = set()
        self._codes: dict[str, str] = {}  # with their places
        self._left_out: dict[str, None] = {}

    def noted(self) -> Notes:
        """To take down what is told of one session."""
        return Notes(keeps=self.is_ours)

    def room(self, name: Any, at: str = "", capacity: Any = None) -> str:
        """The key of a room: the name that the file calls it by first."""
        names = self._names(name, at)
        key = next(iter(names.values()), "")
        _refuse_too_many(self.rooms, MOST_PLACES, at)
        if key and key not in self.rooms and key not in ALL_ROOMS.values():
            self.rooms[key] = FileRoom(names)
        seats = capacity if isinstance(capacity, int) and 0 < capacity < 1_000_000 else 0  # noqa: PLR2004 (no arena)
        if key in self.rooms and seats:
            self.rooms[key] = replace(self.rooms[key], capacity=seats)
        return key

    def track(self, name: Any, at: str = "", color: Any = None) -> str:
        names = self._names(name, at)
        key = next(iter(names.values()), "")
        _refuse_too_many(self.tracks, MOST_PLACES, at)
        if key and key not in self.tracks:
            self.tracks[key] = FileTrack(names)
        if key and isinstance(color, str) and _COLOR.fullmatch(color):
            self.tracks[key] = replace(self.tracks[key], color=color.lower())
        return key

    def _names(self, name: Any, at: str) -> dict[str, str]:
        """A text, several of whichever languages, or each under its own."""
        if isinstance(name, dict):
            told = {language: self.notes.line(text, at) for language, text in name.items() if language in SCRIPTS}
            return {language: text for language, text in told.items() if is_visible(text)}
        said = name if isinstance(name, tuple) else (name,)
        return texts.in_languages(*(self.notes.line(one, at) for one in said))

    def speaker(self, latin: str, native: str = "", at: str = "", **more: Mapping[str, str]) -> str:
        """The key of a speaker, "" where nobody is named. What is said of them here and there comes together."""
        _refuse_too_many(self.speakers, MOST_PEOPLE, at)
        latin, native = self.notes.line(latin, at, NAME), self.notes.line(native, at, NAME)
        if latin and not native:
            latin, native = texts.two_names(latin)
        if not is_visible(latin + native):
            return ""
        by = [f"{kind} {texts_key(text)}" for kind, text in (("latin", latin), ("native", native)) if text]
        key = next((self._keys[one] for one in by if one in self._keys and self._agrees(one, latin, native)), "")
        key = key or " · ".join(text for text in (latin, native) if text)
        before = self.speakers.get(key, FileSpeaker("", ""))
        said = {
            part: {**more.get(part, {}), **getattr(before, part)} for part in ("title", "organization", "biography")
        }
        self.speakers[key] = FileSpeaker(before.latin or latin, before.native or native, **said)
        self._keys |= {one: key for one in by if one not in self._keys}
        return key

    def _agrees(self, by: str, latin: str, native: str) -> bool:
        """Who shares one name and contradicts in no other: 李伟 and 李薇 are both Li Wei."""
        other = self.speakers[self._keys[by]]
        pairs = ((latin, other.latin), (native, other.native))
        return all(texts_key(one) == texts_key(two) for one, two in pairs if one and two)

    def session(
        self,
        notes: Notes,
        at: str,
        title: Mapping[str, str],
        *,
        ref: object = "",
        code: object = "",
        places: Mapping[str, str] | None = None,
        **said: Any,
    ) -> None:
        """`said` are fields of FileSession, of times `start` and `end` or `minutes` as far as they are known. `places`
        are where of the file it says `code`, `ref`, `start`, `end` and `minutes`, if not where the session is.
        """
        where = _Places(at, places or {})
        _refuse_too_many(self.sessions, MOST_SESSIONS, at)
        if not any(title.values()):
            notes.fault(at, "no-title")
        told, known = self._code(notes, texts.line(code), where["code"]), texts.line(ref)[:LINE]
        known = known or ("" if told else texts.line(code)[:LINE])
        if known and known in self._refs:
            notes.note(where["ref"], "ref-twice", known)
            known = ""
        self._refs.add(known)
        number = said.pop("number", len(self.sessions) + 1)
        session = FileSession(number=number, at=at, ref=known, code=told, title=title, **said)
        if session.room in ALL_ROOMS.values():
            session = replace(session, room="", in_all_rooms=True)
        session = self._answered(_timed(session, notes, where))
        self.sessions.append(replace(session, findings=tuple(notes.found)))

    def _code(self, notes: Notes, code: str, at: str) -> str:
        """Codes stand in addresses. One that comes twice keeps the later session out: two of a code are none."""
        told = code.lower()
        if told and (len(told) > LONGEST_CODE or slug_fault(told)):
            notes.note(at, "not-a-code", code)
            return ""
        if told in self._codes:
            notes.fault(at, "code-twice", f"{code} ({self._codes[told]})")
        elif told:
            self._codes[told] = at
        return told

    def _answered(self, session: FileSession) -> FileSession:
        """Whoever a published program announces has said that they come, unless it says otherwise."""
        if self.read_as not in PUBLISHED or session.status in UNSURE:
            return session
        return replace(session, parts=tuple(replace(one, answer=one.answer or CONFIRMED) for one in session.parts))

    def moment(self, value: Any, at: str, notes: Notes, zone: str = "") -> Any:
        """Of a written time; what is none is reported. `zone` is that of the time alone, where one is named."""
        text = texts.line(value)
        if not is_said(value):
            return None
        when = times.written(text)
        if when is None or not times.has_time(text):
            notes.note(at, "not-a-time", text or value)
            return None
        return self.times.moment(when, at, notes, zone)

    def wall(self, when: datetime, at: str, notes: Notes) -> Any:
        return self.times.moment(when, at, notes)

    def leave_out(self, where: str, fields: Iterable[str]) -> None:
        """Fields that no known name fits are reported once for the whole file."""
        self._left_out.update({f"{where}: {name}": None for name in fields})

    def done(self) -> Schedule:
        self.times.told()
        if self._left_out and self.sessions:
            self.notes(Finding("", "fields-left-out", ", ".join(self._left_out)[:LINE]))
        if not self.sessions and self.speakers:
            self.notes.note("", "speakers-alone", len(self.speakers))
        elif not self.sessions:
            self.notes.note("", "no-sessions")
        return Schedule(
            self.read_as,
            tuple(self.sessions),
            self.rooms,
            self.tracks,
            self.speakers,
            findings=tuple(self.notes.found),
            source=texts.line(self.source)[:LINE],
            edition=self.edition,
        )


def language_tag(word: str) -> str:
    """The language that a word names; "" where it names none."""
    return _LANGUAGES.get(word.strip().lower(), "")


def is_said(value: object) -> bool:
    """Whether a file says anything there, be it what cannot be read."""
    return bool(texts.line(value)) or isinstance(value, bool | list | dict)


def _refuse_too_many(found: Sized, most: int, at: str) -> None:
    if len(found) >= most:
        raise UnreadableSchedule(why="too-long", at=at)


class _Places(dict[str, str]):
    """Where of the file something stands; what has no place of its own is where its session is."""

    def __init__(self, at: str, places: Mapping[str, str]) -> None:
        super().__init__(places)
        self._at = at

    def __missing__(self, _name: str) -> str:
        return self._at


def _timed(session: FileSession, notes: Notes, where: _Places) -> FileSession:
    """With both ends, or with none: what cannot be put into the timetable comes without its time, and is told."""
    start, end, minutes = session.start, session.end, session.minutes
    if minutes is not None and not 0 < minutes <= times.LONGEST:
        notes.note(where["minutes"], "strange-length", minutes)
        minutes = None
    if start is not None and end is None and minutes:
        end = times.later(start, minutes)
    if start is not None and end is not None and end.utc <= start.utc:
        notes.note(where["end"], "ends-before-start", f"{start.wall:%Y-%m-%d %H:%M} – {end.wall:%Y-%m-%d %H:%M}")
        start = end = None
    if start is None or end is None:
        if start is not None and end is None:
            notes.note(where["start"], "no-end", f"{start.wall:%Y-%m-%d %H:%M}")
        return replace(session, start=None, end=None, minutes=minutes)
    between = times.minutes_between(start, end)
    if between > times.LONGEST:
        notes.note(where["end"], "strange-length", between)
        return replace(session, start=None, end=None, minutes=None)
    return replace(session, start=start, end=end, minutes=between)


def texts_key(name: str) -> str:
    """The same for whichever order a name's words stand in."""
    return "".join(sorted(fold(word) for word in name.split()))


def role_of(word: Any) -> str:
    return _ROLES.get(texts.line(word).lower(), "")


def kind_of(word: Any, title: Mapping[str, str]) -> str:
    """The kind of session that a file's word or else its title tells; "" where neither does."""
    said = texts.line(word).lower()
    if said in KINDS:
        return said
    for mark, kind in _KINDS:
        if mark in said:
            return kind
    named = " ".join(title.values()).lower()
    return next((kind for mark, kind in _KINDS if kind in _TITLED and mark in named and len(named) < 60), "")  # noqa: PLR2004 (a name, not a sentence)


def parts(named: Iterable[tuple[Any, ...]]) -> tuple[Part, ...]:
    """Each part once, in the order in which they are named: of a key, a role and, where they are said, an answer and an
    item. Whoever is named without a role, and elsewhere with one, has that one.
    """
    those = [Part(*one) for one in named if one[0]]
    said: dict[tuple[str, int | None], str] = {}
    for one in those:
        if one.role:
            said.setdefault((one.speaker, one.item), one.role)
    found: dict[tuple[str, str, int | None], Part] = {}
    for one in those:
        role = one.role or said.get((one.speaker, one.item), "")
        found.setdefault((one.speaker, role, one.item), replace(one, role=role))
    return tuple(found.values())
