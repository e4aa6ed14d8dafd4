"""The differences between two agendas in words, for pages and mails alike. Pure.

A mail is in its reader's language and not in that of whoever publishes, so the words do not go by a page's language.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from babel import Locale
from babel.dates import format_date

from forumapp.core.values.text import pick
from forumapp.domain.agenda.content.diff import ChangeKind
from forumapp.domain.printing.wording.languages import stands
from forumapp.domain.printing.wording.people_words import PEOPLE, STATES, Reader, of_people
from forumapp.domain.printing.wording.session_words import of_details, of_new
from forumapp.domain.printing.wording.words import zone_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forumapp.domain.agenda.content.diff import Change, Difference

Texts = dict[str, str]
_K = ChangeKind
_DAY = {"en": "EEE d MMM", "zh-Hans": "M月d日 EEE"}
_SENTENCE_ENDS = {"en": " ", "zh-Hans": ""}
_BETWEEN, _APART = {"en": ", ", "zh-Hans": "，"}, {"en": ", ", "zh-Hans": "、"}
# Over a list of changes, one for each kind.
KINDS: dict[ChangeKind, Texts] = {
    _K.NEW: {"en": "New", "zh-Hans": "新增"},
    _K.REMOVED: {"en": "Removed", "zh-Hans": "已移除"},
    _K.CANCELLED: {"en": "Cancelled", "zh-Hans": "已取消"},
    _K.BROUGHT_BACK: {"en": "Takes place after all", "zh-Hans": "恢复举行"},
    _K.STATUS: {"en": "Status", "zh-Hans": "状态"},
    _K.MOVED: {"en": "Moved", "zh-Hans": "时间或地点变更"},
    _K.RETITLED: {"en": "Title", "zh-Hans": "标题变更"},
    _K.CAME: {"en": "People", "zh-Hans": "人员变更"},
    _K.WENT: {"en": "People", "zh-Hans": "人员变更"},
    _K.REPLACED: {"en": "People", "zh-Hans": "人员变更"},
    _K.ROLE: {"en": "People", "zh-Hans": "人员变更"},
    _K.PART: {"en": "People", "zh-Hans": "人员变更"},
    _K.CHANNEL: {"en": "Languages", "zh-Hans": "语言与传译"},
    _K.PEOPLE_ORDER: {"en": "People", "zh-Hans": "人员变更"},
    _K.NAMES: {"en": "People", "zh-Hans": "人员变更"},
    _K.ITEM_NEW: {"en": "Items", "zh-Hans": "议程细项"},
    _K.ITEM_REMOVED: {"en": "Items", "zh-Hans": "议程细项"},
    _K.ITEM_CHANGED: {"en": "Items", "zh-Hans": "议程细项"},
    _K.ITEM_MOVED: {"en": "Times of items", "zh-Hans": "细项时间变更"},
    _K.ITEM_ORDER: {"en": "Items", "zh-Hans": "议程细项"},
    _K.INTERPRETATION: {"en": "Languages", "zh-Hans": "语言与传译"},
    _K.DETAILS: {"en": "Details", "zh-Hans": "其他"},
}
_SENTENCES: dict[ChangeKind, Texts] = {
    _K.NEW: {"en": "New: {after}.", "zh-Hans": "新增环节：{after}。"},
    _K.REMOVED: {"en": "No longer in the agenda. It was to be {before}.", "zh-Hans": "已从议程中移除，原定{before}。"},
    _K.CANCELLED: {"en": "Cancelled. It was to be {before}.", "zh-Hans": "已取消，原定{before}。"},
    _K.BROUGHT_BACK: {"en": "It takes place after all: {after}.", "zh-Hans": "恢复举行：{after}。"},
    _K.STATUS: {"en": "It is now {after}; it was {before}.", "zh-Hans": "状态由“{before}”改为“{after}”。"},
    _K.MOVED: {"en": "Moved from {before} to {after}.", "zh-Hans": "由{before}改为{after}。"},
    _K.RETITLED: {"en": "New title: “{after}”. It was “{before}”.", "zh-Hans": "标题由“{before}”改为“{after}”。"},
    _K.ITEM_NEW: {"en": "New item at {time}: {after}.", "zh-Hans": "新增细项：{time} {after}。"},
    _K.ITEM_REMOVED: {"en": "Item removed: {before}.", "zh-Hans": "删除细项：{before}。"},
    _K.ITEM_CHANGED: {"en": "Item changed: {before} → {after}.", "zh-Hans": "细项变更：{before}→{after}。"},
    _K.ITEM_MOVED: {
        "en": "“{title}” now begins {after}. It was to begin {before}.",
        "zh-Hans": "细项“{title}”的开始时间由{before}改为{after}。",
    },
    _K.ITEM_ORDER: {"en": "The order of items has changed.", "zh-Hans": "细项次序有调整。"},
    _K.INTERPRETATION: {
        "en": "Languages: {after}. It was: {before}.",
        "zh-Hans": "语言安排由{before}改为{after}。",
    },
    _K.DETAILS: {"en": "Also changed: {after}.", "zh-Hans": "其他变更：{after}。"},
}
# Of a title in one language; `of` is empty for the session itself.
_TITLE_CHANGED: Texts = {
    "en": "The {tongue} title{of} has changed: “{after}”.",
    "zh-Hans": "{of}{tongue}标题有改动：“{after}”。",
}
_TITLE_ADDED: Texts = {
    "en": "The {tongue} title{of} has been added: “{after}”.",
    "zh-Hans": "{of}{tongue}标题已添加：“{after}”。",
}
_TITLE_TAKEN_OUT: Texts = {
    "en": "The {tongue} title{of} has been taken out. It was “{before}”.",
    "zh-Hans": "{of}{tongue}标题已删除，原为“{before}”。",
}
_OF_ITEM: Texts = {"en": " of the item “{title}”", "zh-Hans": "细项“{title}”的"}
_ITEM_KIND: Texts = {
    "en": "The item “{title}” is now: {after}. It was: {before}.",
    "zh-Hans": "细项“{title}”的类型由{before}改为{after}。",
}
_ITEM_KINDS: dict[str, Texts] = {
    "speech": {"en": "speech", "zh-Hans": "演讲"},
    "panel": {"en": "panel", "zh-Hans": "专题讨论"},
    "questions": {"en": "questions", "zh-Hans": "问答"},
    "signing": {"en": "signing", "zh-Hans": "签约"},
    "other": {"en": "other", "zh-Hans": "其他"},
}
_INTERPRETED: dict[str, Texts] = {
    "none": {"en": "no interpretation", "zh-Hans": "无传译"},
    "simultaneous": {"en": "simultaneous interpretation", "zh-Hans": "同声传译"},
    "consecutive": {"en": "consecutive interpretation", "zh-Hans": "交替传译"},
}
_FIELDS: dict[str, Texts] = {
    "abstract": {"en": "the abstract", "zh-Hans": "内容摘要"},
    "av_needs": {"en": "sound and screens", "zh-Hans": "音响与屏幕"},
    "changeover_minutes": {"en": "the time to clear the room", "zh-Hans": "撤场时间"},
    "code": {"en": "the code", "zh-Hans": "代码"},
    "kind": {"en": "the kind of session", "zh-Hans": "环节类型"},
    "layout": {"en": "the layout of the room", "zh-Hans": "会场布置"},
    "press": {"en": "admission of the press", "zh-Hans": "媒体开放情况"},
    "room": {"en": "how the room is called", "zh-Hans": "会场名称"},
    "in_all_rooms": {"en": "whether it takes every room", "zh-Hans": "是否占用全部会场"},
    "setup_minutes": {"en": "the time to set up", "zh-Hans": "布场时间"},
    "track": {"en": "the track", "zh-Hans": "主题板块"},
}
_OTHER: Texts = {"en": "other details", "zh-Hans": "其他信息"}
_ALL_ROOMS: Texts = {"en": "all rooms", "zh-Hans": "所有会场"}
_NO_ROOM: Texts = {"en": "no room yet", "zh-Hans": "会场待定"}
_CHINESE: Texts = {"en": "Chinese", "zh-Hans": "中文"}
_WRITTEN: dict[str, Texts] = {"en": {"en": "English", "zh-Hans": "英文"}, "zh-Hans": _CHINESE}


def kinds_in_words(difference: Difference, language: str) -> list[str]:
    """Short, to stand beside the session, each once."""
    return list(dict.fromkeys(KINDS[kind][language] for kind in difference.kinds))


def sentences(difference: Difference, language: str, *, languages: Sequence[str] = ()) -> list[str]:
    """What has changed about a session, a sentence each. They stand on a page, or in their column of a paper in
    `languages`, where none may be left of what has changed in another one.
    """
    return [written for change in difference.changes if (written := in_words(change, language, languages=languages))]


def in_words(change: Change, language: str, *, languages: Sequence[str] = (), zone: str = "") -> str:
    """`zone` is the edition's: times in any other one name it."""
    return _SENTENCE_ENDS[language].join(_describe(change, Reader(language, tuple(languages), zone)))


def _describe(change: Change, reader: Reader) -> list[str]:
    kind, before, after, language = change.kind, change.before or {}, change.after or {}, reader.language
    if kind in PEOPLE:
        return of_people(change, reader)
    if kind is _K.DETAILS:
        return _details(before, after, reader)
    if kind in (_K.NEW, _K.REMOVED, _K.CANCELLED, _K.BROUGHT_BACK, _K.MOVED):
        items = [_item(item, language) for item in after.get("items", ())]
        return [_placed(kind, before, after, reader), *(of_new(after, items, reader) if kind is _K.NEW else [])]
    if kind is _K.RETITLED:
        old, new = (_as_read(end["title"], reader) for end in (before, after))
        return _retitled(old, new, language)
    if kind is _K.ITEM_CHANGED:
        return _item_changed(before, after, reader)
    return [_sentence(kind, before, after, language)]


def _sentence(kind: ChangeKind, before: dict[str, Any], after: dict[str, Any], language: str) -> str:
    if kind is _K.ITEM_MOVED:
        return _item_moved(before, after, language)
    words = {"before": _value(kind, before, language), "after": _value(kind, after, language)}
    time = after["start"]["wall"][11:16] if kind is _K.ITEM_NEW else ""
    return _SENTENCES[kind][language].format(**words, time=time)


def _as_read(title: Texts, reader: Reader) -> Texts:
    """In which languages a page tells a title. A column of a paper tells what stands in it alone."""
    if not reader.languages:
        return title
    written = stands(title, reader.language, reader.languages)
    return {reader.language: written} if written else {}


def _retitled(before: Texts, after: Texts, language: str) -> list[str]:
    written = []
    if _reads_otherwise(before, after, language):
        words = {"before": pick(before, language), "after": pick(after, language)}
        written.append(_SENTENCES[_K.RETITLED][language].format(**words))
    return [*written, *_titles_apart(before, after, language)]


def _reads_otherwise(before: Mapping[str, str], after: Mapping[str, str], language: str) -> bool:
    """Whether a title is another one to its reader. One that they lost or gained in their own language is not: instead
    of it they read, or have read, that of another language.
    """
    return _is_written(before, language) is _is_written(after, language) and (
        pick(before, language) != pick(after, language)
    )


def _is_written(texts: Mapping[str, str], language: str) -> bool:
    return bool(texts.get(language))


def _titles_apart(before: Mapping[str, str], after: Mapping[str, str], language: str, of: str = "") -> list[str]:
    """What has changed of a title, language by language: what is added or taken out for all readers, so that all are
    told alike, and what changes for those to whom the title reads the same.
    """
    is_described, written = _reads_otherwise(before, after, language), []
    for code in sorted(before.keys() | after.keys()):
        one, other = before.get(code) or "", after.get(code) or ""
        if one == other or (is_described and one and other):
            continue
        sentence = (_TITLE_CHANGED if one else _TITLE_ADDED) if other else _TITLE_TAKEN_OUT
        tongue = _WRITTEN[code][language] if code in _WRITTEN else _tongue(code, language)
        written.append(sentence[language].format(tongue=tongue, of=of, before=one, after=other))
    return written


def _item_changed(before: Mapping[str, Any], after: Mapping[str, Any], reader: Reader) -> list[str]:
    language = reader.language
    old, new = (_as_read(end["title"], reader) for end in (before, after))
    is_gained = _is_written(new, language) and not _is_written(old, language)
    title = pick(before["title"] if is_gained else after["title"], language)
    named = (old, new) if _reads_otherwise(old, new, language) else ({language: title}, {language: title})
    one, other = (_item({**item, "title": of}, language) for item, of in zip((before, after), named, strict=True))
    written = [] if one == other else [_SENTENCES[_K.ITEM_CHANGED][language].format(before=one, after=other)]
    written += _titles_apart(old, new, language, _OF_ITEM[language].format(title=title))
    if before["kind"] != after["kind"]:
        kinds = {end: _ITEM_KINDS[item["kind"]][language] for end, item in (("before", before), ("after", after))}
        written.append(_ITEM_KIND[language].format(title=title, **kinds))
    return written


def _item_moved(before: Mapping[str, Any], after: Mapping[str, Any], language: str) -> str:
    starts = {"before": before["start"], "after": after["start"]}
    with_zone = starts["before"]["zone"] != starts["after"]["zone"]
    words = {end: _begin(moment, language, with_zone=with_zone) for end, moment in starts.items()}
    return _SENTENCES[_K.ITEM_MOVED][language].format(title=pick(after["title"], language), **words)


def _placed(kind: ChangeKind, before: dict[str, Any], after: dict[str, Any], reader: Reader) -> str:
    """Of a session that moves in time or in place alone, what stays is not said twice."""
    language = reader.language
    zones = {place["start"]["zone"] for place in (before, after) if place}
    with_zone = len(zones) > 1 or bool(reader.zone and zones - {reader.zone})
    parts = {"time": True, "room": True}
    if kind is _K.MOVED:
        same_time = all(before[end] == after[end] for end in ("start", "end"))
        same_room = _room(before, language) == _room(after, language)
        parts = {"time": not same_time, "room": same_time or not same_room}
    words = {
        end: _place(place, language, **parts, with_zone=with_zone) if place else ""
        for end, place in (("before", before), ("after", after))
    }
    return _SENTENCES[kind][language].format(**words)


def _place(place: Mapping[str, Any], language: str, *, time: bool, room: bool, with_zone: bool) -> str:
    """Mon 22 May 09:00–10:30, Hall A"""
    written = [_span(place, language, with_zone=with_zone)] if time else []
    where = _room(place, language)
    if room and (where or not time):
        written.append(where or _NO_ROOM[language])
    return _BETWEEN[language].join(written)


def _room(place: Mapping[str, Any], language: str) -> str:
    if place["in_all_rooms"]:
        return _ALL_ROOMS[language]
    return pick(place["room"]["name"], language) if place["room"] else ""


def _span(place: Mapping[str, Any], language: str, *, with_zone: bool) -> str:
    start, end = (datetime.fromisoformat(place[one]["wall"]) for one in ("start", "end"))
    words = f"{_begin(place['start'], language, with_zone=False)}–{end:%H:%M}"
    nights = (end.date() - start.date()).days
    if nights:
        words = f"{words} (+{nights})"
    return f"{words}{_in_zone(place['start'], language)}" if with_zone else words


def _begin(moment: Mapping[str, str], language: str, *, with_zone: bool) -> str:
    """Mon 22 May 09:00"""
    at = datetime.fromisoformat(moment["wall"])
    words = f"{format_date(at, _DAY[language], locale=language.replace('-', '_'))} {at:%H:%M}"
    return f"{words}{_in_zone(moment, language)}" if with_zone else words


def _in_zone(moment: Mapping[str, str], language: str) -> str:
    return f" ({zone_name(moment['zone'], language)})"


def _value(kind: ChangeKind, value: Mapping[str, Any], language: str) -> str:
    if kind is _K.STATUS:
        return STATES[value["status"]][language]
    if kind is _K.INTERPRETATION:
        return _interpretation(value, language)
    return _item(value, language) if value else ""


def _details(before: Mapping[str, Any], after: Mapping[str, Any], reader: Reader) -> list[str]:
    language = reader.language
    written, others = of_details(before, after, reader)
    if others:
        named = dict.fromkeys(_FIELDS.get(name, _OTHER)[language] for name in others)
        written.append(_SENTENCES[_K.DETAILS][language].format(after=_APART[language].join(named)))
    return written


def _item(item: Mapping[str, Any], language: str) -> str:
    minutes = f"{item['minutes']}分钟" if language.startswith("zh") else f"{item['minutes']} min"
    mode = item["mode"]
    more = [minutes, *([_INTERPRETED[mode][language]] if mode != "none" else [])]
    title = pick(item["title"], language)
    return f"“{title}”（{'，'.join(more)}）" if language.startswith("zh") else f"“{title}” ({', '.join(more)})"


def _interpretation(value: Mapping[str, Any], language: str) -> str:
    """English, simultaneous interpretation (1 English, 2 Chinese)"""
    tongues = [_tongue(code, language) for code in value["languages"] or ()]
    how = _INTERPRETED[value["interpretation"] or "none"][language]
    channels = [f"{one['number']} {_tongue(one['language'], language)}" for one in value["channels"] or ()]
    more = _APART[language].join(channels)
    if more:
        how = f"{how}（{more}）" if language.startswith("zh") else f"{how} ({more})"
    return _BETWEEN[language].join([_APART[language].join(tongues), how] if tongues else [how])


def _tongue(code: str, language: str) -> str:
    if code in ("zh", "zh-Hans"):
        return _CHINESE[language]
    return str(Locale.parse(language, sep="-").languages.get(code.replace("-", "_"), code))
