"""The parts of a content of the agenda, by their ids, and what is told of them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.domain.agenda.content.snapshots import CONFIRMED

if TYPE_CHECKING:
    from collections.abc import Mapping

    Json = Mapping[str, Any]

NAMES = ("latin_family", "latin_given", "name_order", "native_full", "native_language")


def said(texts: Json) -> dict[str, Any]:
    """A text in its languages; one that is empty is one that is not there."""
    return {language: text for language, text in texts.items() if text}


class Agenda:
    """A content, with its parts by id."""

    def __init__(self, content: Json) -> None:
        self.sessions: dict[int, Json] = {one["id"]: one for one in content["sessions"]}
        self.rooms: dict[int, Json] = {one["id"]: one for one in content["rooms"]}
        self.tracks: dict[int, Json] = {one["id"]: one for one in content["tracks"]}
        self.people: Json = content["people"]

    def place(self, session: Json) -> dict[str, Any]:
        """When and where: `room` is None without one; `in_all_rooms` is one that names none as it takes them all."""
        room = self.rooms.get(session.get("room") or 0)
        return {
            "start": dict(session["start"]),
            "end": dict(session["end"]),
            "room": {"id": room["id"], "name": room["name"]} if room else None,
            "in_all_rooms": room is None and bool(session.get("in_all_rooms")),
        }

    def name(self, person: int) -> dict[str, Any]:
        """How someone is named in it."""
        printed = self.people.get(str(person), {})
        return {"id": person, **{name: printed.get(name, "") for name in NAMES}}

    def office(self, person: int) -> dict[str, Any]:
        """In which office someone attends."""
        first = (self.people.get(str(person), {}).get("titles") or [{}])[0]
        return {part: said(first.get(part) or {}) for part in ("title", "organization")}

    def introduction(self, person: int) -> dict[str, Any]:
        """Their office, and what is told of their life."""
        biography = self.people.get(str(person), {}).get("biography") or {}
        return {"office": self.office(person), "biography": said(biography)}

    def part(self, session: Json, role: Json) -> dict[str, Any]:
        item = next((one["title"] for one in session["items"] if one["id"] == role["item"]), None)
        return {
            "person": {**self.name(role["person"]), "office": self.office(role["person"])},
            "role": role["role"],
            "item": item,
            "status": role.get("status", CONFIRMED),
            "channel": role.get("channel"),
        }
