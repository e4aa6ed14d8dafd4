"""What is different between two contents of the agenda, session by session. Pure.

A difference is data: which session, and for each thing that reads differently its kind with what stood there before and
what stands there now, as plain JSON. Words are made of it in `printing.difference_words`.
"""

from __future__ import annotations

import enum
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from forumapp.domain.agenda.content.parts import Agenda, said
from forumapp.domain.agenda.content.snapshots import CANCELLED, CONFIRMED, NOT_OF_ALL, public_view, told_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import timedelta

    Json = Mapping[str, Any]

INTERPRETATION = ("interpretation", "languages", "channels")
ITEM = ("id", "kind", "title", "minutes", "mode")
# Said by a kind of their own, or following from what is.
_TOLD_APART = {"id", "title", "status", "start", "end", "room", "in_all_rooms", "items", "roles", *INTERPRETATION}
# What those who set up and write the program look at, and nobody else needs to hear of.
QUIET = frozenset({"in_all_rooms", "setup_minutes", "changeover_minutes", "layout", "av_needs", "code", "is_sample"})
NOTHING: Json = {"rooms": [], "tracks": [], "sessions": [], "people": {}, "speakers": []}


class ChangeKind(enum.StrEnum):
    NEW = "new"
    REMOVED = "removed"
    CANCELLED = "cancelled"
    BROUGHT_BACK = "brought-back"
    STATUS = "status"
    MOVED = "moved"
    RETITLED = "retitled"
    CAME = "came"
    WENT = "went"
    REPLACED = "replaced"
    ROLE = "role"
    PART = "part"  # someone's part is confirmed, or no longer
    CHANNEL = "channel"  # an interpreter is heard on another one
    PEOPLE_ORDER = "people-order"
    ITEM_NEW = "item-new"
    ITEM_REMOVED = "item-removed"
    ITEM_CHANGED = "item-changed"
    ITEM_MOVED = "item-moved"  # within its session, or otherwise than that
    ITEM_ORDER = "item-order"
    INTERPRETATION = "interpretation"
    NAMES = "names"  # someone in it is named or introduced otherwise
    DETAILS = "details"


# These say all there is to say of a session.
WHOLE = frozenset({ChangeKind.NEW, ChangeKind.REMOVED, ChangeKind.CANCELLED})
_UNTOLD = frozenset({ChangeKind.PART, ChangeKind.NAMES})
_OF_ITEM = frozenset({ChangeKind.ITEM_NEW, ChangeKind.ITEM_REMOVED, ChangeKind.ITEM_CHANGED, ChangeKind.ITEM_MOVED})


@dataclass(frozen=True, slots=True)
class Change:
    """`before` and `after` are of one shape, which the kind names: a place, of a new session with its people and items;
    a person's part with their office; people, each with what has changed of their office and biography; an item, a new
    one with when it begins; when an item begins; or fields, with how the room is called and whether the press is let
    in, if these are among them.
    """

    kind: ChangeKind
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None

    @property
    def is_told(self) -> bool:
        """Whether those in the session are written to about it."""
        if self.kind is ChangeKind.DETAILS:
            return not QUIET.issuperset((self.after or {})["fields"])
        return self.kind not in _UNTOLD

    @property
    def item(self) -> int | None:
        """The id of the one item that it is about."""
        if self.kind not in _OF_ITEM:
            return None
        key: int = (self.after or self.before or {})["id"]
        return key

    def is_about(self, person: int) -> bool:
        """Whether it is about someone's own part."""
        return any(part and part.get("person", {}).get("id") == person for part in (self.before, self.after))


@dataclass(frozen=True, slots=True)
class Difference:
    """A session that reads differently, as it is called now, or was called."""

    id: int
    code: str
    title: dict[str, str]
    is_off: bool
    changes: tuple[Change, ...]

    @property
    def kinds(self) -> tuple[ChangeKind, ...]:
        return tuple(dict.fromkeys(change.kind for change in self.changes))

    @property
    def is_gone(self) -> bool:
        """Whether it was to take place, and no longer is."""
        return not {ChangeKind.REMOVED, ChangeKind.CANCELLED}.isdisjoint(self.kinds)

    @property
    def told(self) -> tuple[Change, ...]:
        """What is written to those in it. Of one that stays cancelled, nothing."""
        if self.is_off and not WHOLE.intersection(self.kinds):
            return ()
        return tuple(change for change in self.changes if change.is_told)


def differences(before: Json, after: Json) -> list[Difference]:
    """In order of time: all sessions that read differently in `after`, and those that are in one of the two alone."""
    return _differences(before, after, told=lambda _session: frozenset(NOT_OF_ALL))


def public_differences(before: Json, after: Json) -> list[Difference]:
    """The same of what everyone may read. Where something is not told of a session, it is no news that it is not."""
    return _differences(public_view(before), public_view(after), told=told_of)


def changed_sessions(before: Json, after: Json) -> set[int]:
    return {one.id for one in differences(before, after)}


@dataclass(frozen=True, slots=True)
class Notice:
    """What someone is written about a session."""

    difference: Difference
    changes: tuple[Change, ...]


def public_notices(before: Json, after: Json) -> dict[int, Notice]:
    """By session, what anyone who takes part in it is written. When an item begins is written to those alone who have
    a part in it: one that lasts longer moves all that follow.
    """
    found = {}
    for one in public_differences(before, after):
        if changes := tuple(change for change in one.told if change.kind is not ChangeKind.ITEM_MOVED):
            found[one.id] = Notice(one, changes)
    return found


def notices_by_person(before: Json, after: Json) -> dict[int, dict[int, Notice]]:
    """By person and session, what those are written who have a part in it, or had one: what everyone may read, and what
    concerns their own part, or the item that it is in. In order of time.
    """
    public, found = public_notices(before, after), defaultdict[int, dict[int, Notice]](dict)
    had, has = _items_by_person(before), _items_by_person(after)
    for one in differences(before, after):
        known = public[one.id].changes if one.id in public else ()
        was, now = had.get(one.id, {}), has.get(one.id, {})
        for person in was.keys() | now.keys():
            items = was.get(person, set()) | now.get(person, set())
            own = tuple(
                change
                for change in one.told
                if (change.is_about(person) or change.item in items) and change not in known
            )
            if known or own:
                found[person][one.id] = Notice(one, (*known, *own))
    return dict(sorted(found.items()))


def _items_by_person(content: Json) -> dict[int, dict[int, set[int]]]:
    """By session and person with a part in it, the items that they have parts in."""
    found: dict[int, dict[int, set[int]]] = {}
    for session in content["sessions"]:
        people = found[session["id"]] = defaultdict[int, set[int]](set)
        for role in session["roles"]:
            people[role["person"]].update([role["item"]] if role["item"] else [])
    return found


def _differences(before: Json, after: Json, *, told: Callable[[Json], frozenset[str]]) -> list[Difference]:
    old, new = Agenda(before), Agenda(after)
    found = []
    for key in old.sessions.keys() | new.sessions.keys():
        was, now = old.sessions.get(key), new.sessions.get(key)
        session: Json = now or was or {}
        changes = tuple(_changes(old, new, was, now, told))
        if changes:
            is_off = session["status"] == CANCELLED
            one = Difference(key, session["code"], dict(session["title"]), is_off, changes)
            found.append((session["start"]["utc"], session["end"]["utc"], key, one))
    return [one for *_order, one in sorted(found, key=lambda line: line[:3])]


def _changes(
    old: Agenda, new: Agenda, was: Json | None, now: Json | None, told: Callable[[Json], frozenset[str]]
) -> Iterator[Change]:
    if was is None:
        yield from [Change(ChangeKind.NEW, after=_whole(new, now, told(now)))] if now else []
    elif now is None:
        yield Change(ChangeKind.REMOVED, before=old.place(was))
    elif now["status"] == CANCELLED != was["status"]:
        yield Change(ChangeKind.CANCELLED, before=old.place(was))
    else:
        yield from _of_itself(old, new, was, now)
        both = told(was) & told(now)
        if "roles" in both:
            yield from _people(old, new, was, now)
        if "items" in both:
            yield from _items(was, now)
            yield from _item_times(was, now)
        if _some(was, INTERPRETATION) != _some(now, INTERPRETATION):
            yield Change(ChangeKind.INTERPRETATION, _some(was, INTERPRETATION), _some(now, INTERPRETATION))
        yield from _details(old, new, was, now, untold=NOT_OF_ALL.keys() - both)


def _whole(new: Agenda, session: Json, told: frozenset[str]) -> dict[str, Any]:
    """When and where it is, who takes part, and its items, as far as that is told."""
    roles = session["roles"] if "roles" in told else []
    items = [
        {**_begun(item, session), "people": [new.part(session, role) for role in roles if role["item"] == item["id"]]}
        for item in (session["items"] if "items" in told else [])
    ]
    people = [new.part(session, role) for role in roles if not role["item"]]
    return {**new.place(session), "people": people, "items": items}


def _of_itself(old: Agenda, new: Agenda, was: Json, now: Json) -> Iterator[Change]:
    """Whether, when and where it takes place, and what it is called."""
    if was["status"] == CANCELLED != now["status"]:
        yield Change(ChangeKind.BROUGHT_BACK, after=new.place(now))
    elif was["status"] != now["status"]:
        yield Change(ChangeKind.STATUS, {"status": was["status"]}, {"status": now["status"]})
    if _where(was) != _where(now):
        yield Change(ChangeKind.MOVED, old.place(was), new.place(now))
    if said(was["title"]) != said(now["title"]):
        yield Change(ChangeKind.RETITLED, {"title": was["title"]}, {"title": now["title"]})


def _where(session: Json) -> list[Any]:
    """Where one with a room is held does not depend on whether it takes the others, too."""
    room = session.get("room")
    return [session["start"], session["end"], room, room is None and bool(session.get("in_all_rooms"))]


def _some(row: Json, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row.get(name) or None for name in names}


def _people(old: Agenda, new: Agenda, was: Json, now: Json) -> Iterator[Change]:
    """Who came and who went: one person in another role, or another person in the same one, is one change."""
    before, after = ({_part_key(role): role for role in session["roles"]} for session in (was, now))
    gone = [role for key, role in before.items() if key not in after]
    come = [role for key, role in after.items() if key not in before]
    same_person, same_part = (lambda role: role["person"]), (lambda role: (role["item"], role["role"]))
    for kind, alike in ((ChangeKind.ROLE, same_person), (ChangeKind.REPLACED, same_part)):
        for one, other in _paired(gone, come, alike):
            yield Change(kind, old.part(was, one), new.part(now, other))
    yield from (Change(ChangeKind.WENT, before=old.part(was, role)) for role in gone)
    yield from (Change(ChangeKind.CAME, after=new.part(now, role)) for role in come)
    kept = [key for key in before if key in after]
    for key in kept:
        for kind, name, usual in ((ChangeKind.PART, "status", CONFIRMED), (ChangeKind.CHANNEL, "channel", None)):
            # Most stand as they stood, and nothing needs to be told of them.
            if before[key].get(name, usual) != after[key].get(name, usual):
                yield Change(kind, old.part(was, before[key]), new.part(now, after[key]))
    if kept != [key for key in after if key in before]:
        ends = ((old, before, after), (new, after, before))
        yield Change(ChangeKind.PEOPLE_ORDER, *({"people": _in_order(*end)} for end in ends))
    named = dict.fromkeys(key[0] for key in kept)
    for key in named:
        if old.people.get(str(key)) != new.people.get(str(key)):
            yield Change(ChangeKind.NAMES, *({"people": [person]} for person in _otherwise(old, new, key)))


def _in_order(agenda: Agenda, roles: Mapping[Any, Json], others: Mapping[Any, Json]) -> list[dict[str, Any]]:
    """Everyone who stays, once."""
    return [agenda.name(person) for person in dict.fromkeys(key[0] for key in roles if key in others)]


def _otherwise(old: Agenda, new: Agenda, person: int) -> Iterator[dict[str, Any]]:
    """How someone is named before and now, with that of their introduction which has changed."""
    ends = [(one.name(person), one.introduction(person)) for one in (old, new)]
    (_, was), (_, now) = ends
    return ({**name, **{part: told[part] for part in told if was[part] != now[part]}} for name, told in ends)


def _part_key(role: Json) -> tuple[Any, ...]:
    return (role["person"], role["item"], role["role"])


def _paired(gone: list[Json], come: list[Json], alike: Any) -> Iterator[tuple[Json, Json]]:
    """Takes out of both lists, in order, what belongs together."""
    for one in list(gone):
        other = next((role for role in come if alike(role) == alike(one)), None)
        if other is not None:
            gone.remove(one)
            come.remove(other)
            yield one, other


def _items(was: Json, now: Json) -> Iterator[Change]:
    before, after = ({one["id"]: _item(one) for one in session["items"]} for session in (was, now))
    yield from (Change(ChangeKind.ITEM_REMOVED, before=one) for key, one in before.items() if key not in after)
    yield from (Change(ChangeKind.ITEM_NEW, after=_begun(one, now)) for one in now["items"] if one["id"] not in before)
    for key, one in before.items():
        if key in after and one != after[key]:
            yield Change(ChangeKind.ITEM_CHANGED, one, after[key])
    if [key for key in before if key in after] != [key for key in after if key in before]:
        yield Change(ChangeKind.ITEM_ORDER)


def _item_times(was: Json, now: Json) -> Iterator[Change]:
    """Items that begin at another time, unless it is their session that has moved, and they with it."""
    before, after = ({one["id"]: one["start_utc"] for one in session["items"]} for session in (was, now))
    for item in now["items"]:
        one, other = before.get(item["id"]), after[item["id"]]
        # Most stand as they stood, and nothing needs to be reckoned of them.
        if one and one != other and _passed(one, other) != _passed(was["start"]["utc"], now["start"]["utc"]):
            told = {"id": item["id"], "title": said(item["title"])}
            ends = ({**told, "start": _moment(at, session)} for at, session in ((one, was), (other, now)))
            yield Change(ChangeKind.ITEM_MOVED, *ends)


def _passed(one: str, other: str) -> timedelta:
    return datetime.fromisoformat(other) - datetime.fromisoformat(one)


def _moment(utc: str, session: Json) -> dict[str, str]:
    """By the clocks of where its session begins."""
    zone = session["start"]["zone"]
    wall = datetime.fromisoformat(utc).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return {"utc": utc, "wall": wall.isoformat(), "zone": zone}


def _begun(item: Json, session: Json) -> dict[str, Any]:
    return {**_item(item), "start": _moment(item["start_utc"], session)}


def _item(item: Json) -> dict[str, Any]:
    return {**{name: item[name] for name in ITEM}, "title": said(item["title"])}


def _details(old: Agenda, new: Agenda, was: Json, now: Json, untold: set[str]) -> Iterator[Change]:
    """Whatever else reads differently, by the names of its fields. What an older version does not say is no change."""
    names = sorted((was.keys() | now.keys()) - _TOLD_APART - untold)
    fields = [name for name in names if (was.get(name) or None) != (now.get(name) or None)]
    for name, before, after in (("room", old.rooms, new.rooms), ("track", old.tracks, new.tracks)):
        key = now.get(name)
        if name not in fields and key == was.get(name) and before.get(key or 0) != after.get(key or 0):
            fields.append(name)
    if was.get("room") and now.get("room") and bool(was.get("in_all_rooms")) != bool(now.get("in_all_rooms")):
        fields.append("in_all_rooms")
    if fields:
        ends = ((old, was), (new, now))
        yield Change(ChangeKind.DETAILS, *({"fields": sorted(fields), **_named(*end, fields)} for end in ends))


def _named(agenda: Agenda, session: Json, fields: list[str]) -> dict[str, Any]:
    """How the room is called, and whether the press is let in, if that is news."""
    room = agenda.rooms.get(session.get("room") or 0)
    held = {"press": session.get("press"), "room": said(room["name"]) if room else {}}
    return {name: value for name, value in held.items() if name in fields}
