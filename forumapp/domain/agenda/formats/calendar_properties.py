"""What our calendars say of a session in properties of their own, so that an import reads it back. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.agenda.formats.published import both

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Properties = tuple[tuple[str, str, Mapping[str, str]], ...]


def session_properties(
    *,
    title: Mapping[str, str],
    abstract: Mapping[str, str],
    room: Mapping[str, str],
    track: Mapping[str, str],
    kind: str,
    speakers: Iterable[tuple[str, str]],
    left_out: Iterable[str],
    language: str,
) -> Properties:
    """`speakers` are names with roles. SUMMARY, DESCRIPTION and LOCATION are for people, in one `language`."""
    first_room, other_room = both(room, language)
    named = [
        ("X-ALT-SUMMARY", both(title, language)[1]),
        ("X-ROOM", first_room),
        ("X-ALT-LOCATION", other_room),
        ("X-SESSION-KIND", kind),
        *(("X-ABSTRACT", text) for text in both(abstract, language)),
        ("X-LEFT-OUT", " ".join(left_out)),
        *(("CATEGORIES", text) for text in both(track, language)),
    ]
    return (
        *((name, text, {}) for name, text in named),
        *(("X-SPEAKER", name, {"X-ROLE": role}) for name, role in speakers),
    )
