"""What a published agenda holds, and its seal. Pure.

The content is plain JSON: `rooms` (each with its `venue`), `tracks`, `sessions` (in order of time, each with its
`items` and `roles`), `people` by id as they are printed, and `speakers`, the ids of those who speak in protocol order.
Instants are UTC in ISO form.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, TypeVar

from forumapp.core.values.text import pick
from forumapp.domain.people.rules import Name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

T = TypeVar("T")
# Those who stand in the program as speakers; interpreters work for it but are not announced in it.
HELPER = "interpreter"
ANNOUNCED = ("speaker", "keynote", "chair", "moderator", "panelist", "signatory", "mc")
CONFIRMED, CANCELLED = "confirmed", "cancelled"  # of a session, the first of a part as well
CLOSED_DOOR = "closed-door"
QUIET = frozenset({"break", "meal", "registration"})  # kinds that are set smaller, since nobody speaks
ALL_ROOMS = {"en": "All rooms", "zh-Hans": "所有会场"}  # where that takes place which names no single one
# What is not told of every session, beside title, time and place.
NOT_OF_ALL: dict[str, Any] = {"abstract": {}, "items": [], "roles": []}
BEHIND_THE_SCENES = frozenset({"av_needs"})  # of a session: for those who make it happen, and who are heard in it


def sealed(content: dict[str, Any]) -> tuple[str, str]:
    """The content as the text that is stored, and the text's SHA-256."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text, seal_of(text)


def seal_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def is_announced(role: Mapping[str, Any]) -> bool:
    """Whether a part stands in the program: one that was confirmed, and not that of a helper."""
    # What was published before versions held the status has no part that was declined.
    return role["role"] in ANNOUNCED and role.get("status", CONFIRMED) == CONFIRMED


def by_role(parts: Iterable[T], role_of: Callable[[T], str]) -> list[T]:
    """Those with a part as pages and papers name them: by role, in the order of whoever comes first with it, and within
    one as they were put in order; interpreters last.
    """
    those = list(parts)
    met = {role: place for place, role in enumerate(dict.fromkeys(map(role_of, those)))}
    return sorted(those, key=lambda one: (role_of(one) == HELPER, met[role_of(one)]))


def name_in(person: Mapping[str, Any]) -> Name:
    """The name of one of `people`, or of whoever else is written down as they are."""
    return Name(
        person["latin_family"],
        person["latin_given"],
        person["name_order"] == "family-first",
        person["native_full"],
        person["native_language"],
    )


def told_of(session: Mapping[str, Any]) -> frozenset[str]:
    """Which of `NOT_OF_ALL` everyone may read of a session. A speech's title may name who gives it, so that items stand
    only where people do.
    """
    if session["kind"] == CLOSED_DOOR or session["status"] == CANCELLED:
        return frozenset()
    return frozenset(NOT_OF_ALL) if session["status"] == CONFIRMED else frozenset({"abstract"})


def public_view(content: Mapping[str, Any]) -> dict[str, Any]:
    """What everyone may read of a version: every session, cancelled ones marked as such, and those announced in it.

    Who would be heard in a session that is tentative, cancelled or behind closed doors is not told, nor what with.
    """
    sessions = [_public_session(one) for one in content["sessions"]]
    people = {role["person"] for session in sessions for role in session["roles"]}
    return {
        "rooms": content["rooms"],
        "tracks": content["tracks"],
        "sessions": sessions,
        "people": {key: one for key, one in content["people"].items() if int(key) in people},
        "speakers": [person for person in content["speakers"] if person in people],
    }


def whole_view(content: Mapping[str, Any]) -> dict[str, Any]:
    """What those who work on it take along of a version: also parts that are not confirmed or not for everyone."""
    sessions = [
        {name: said for name, said in one.items() if name not in BEHIND_THE_SCENES} for one in content["sessions"]
    ]
    return {**content, "sessions": sessions}


def _public_session(session: Mapping[str, Any]) -> dict[str, Any]:
    told = told_of(session)
    kept = {name: said for name, said in session.items() if name not in BEHIND_THE_SCENES}
    kept["roles"] = [role for role in session["roles"] if is_announced(role)]
    return kept | {name: nothing for name, nothing in NOT_OF_ALL.items() if name not in told}


def room_texts(content: Mapping[str, Any], session: Mapping[str, Any]) -> dict[str, str]:
    """Where a session of this content takes place, in each language: its room, also where it takes all of them beside
    it; all of them, where it names none; nothing where it has none yet.
    """
    if session["room"] is not None:
        return next((dict(room["name"]) for room in content["rooms"] if room["id"] == session["room"]), {})
    # What was published before sessions could take every room does not say so.
    return dict(ALL_ROOMS) if session.get("in_all_rooms") else {}


def venue_of(content: Mapping[str, Any], session: Mapping[str, Any]) -> Mapping[str, Any]:
    """The `name` and `address` of the venue, each by language, and its `zone`. Empty without a room, or in versions
    that had no venues.
    """
    rooms = (room for room in content["rooms"] if room["id"] == session["room"])
    return next((room.get("venue") or {} for room in rooms), {})


def zone_of(content: Mapping[str, Any], session: Mapping[str, Any], zone: str) -> str:
    """The time zone of the place of a session; `zone` is the edition's.

    A session that was given a zone of its own keeps it. Any other has that of its venue.
    """
    own = str(session["start"]["zone"])
    return own if own != zone else str(venue_of(content, session).get("zone") or zone)


def location_texts(content: Mapping[str, Any], session: Mapping[str, Any]) -> dict[str, str]:
    """Room, venue and address on one line, in each language that has any of them."""
    venue = venue_of(content, session)
    parts = [room_texts(content, session), venue.get("name") or {}, venue.get("address") or {}]
    languages = dict.fromkeys(language for part in parts for language, text in part.items() if text)
    found = {}
    for language in languages:
        texts = dict.fromkeys(" ".join(pick(part, language).split()) for part in parts)
        found[language] = ", ".join(text for text in texts if text)
    return found


def speakers_in_order(sessions: list[dict[str, Any]], precedence: list[int]) -> list[int]:
    """Everyone announced in a session that stands: those of the approved list first, in its order, then the others as
    the agenda comes to them. Never by alphabet.
    """
    met: dict[int, None] = {}
    for session in sessions:
        if session["status"] != CANCELLED:
            met.update({role["person"]: None for role in session["roles"] if is_announced(role)})
    listed = [person for person in precedence if person in met]
    return [*listed, *(person for person in met if person not in set(listed))]


def following(content: Mapping[str, Any], instead: Mapping[int, int]) -> dict[str, Any]:
    """The content with the ids that people have now, who have become one with another since; as they were printed.

    Of two parts in a session that are one person's now, one is left, as when records become one.
    """
    sessions = []
    for one in content["sessions"]:
        parts: dict[tuple[Any, ...], dict[str, Any]] = {}
        for role in one["roles"]:
            now = {**role, "person": instead.get(role["person"], role["person"])}
            parts.setdefault((now["person"], now["item"], now["role"]), now)
        sessions.append({**one, "roles": list(parts.values())})
    gone = {str(one): str(into) for one, into in instead.items()}
    people = {gone[key]: one for key, one in content["people"].items() if key in gone}
    people |= {key: one for key, one in content["people"].items() if key not in gone}
    speakers = list(dict.fromkeys(instead.get(one, one) for one in content["speakers"]))
    return {**content, "sessions": sessions, "people": people, "speakers": speakers}
