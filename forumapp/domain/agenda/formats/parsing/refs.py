"""What sessions are known by in the files that we write, and by which such a file finds them again. Pure."""

from __future__ import annotations

import hashlib
import re
import uuid
from typing import TYPE_CHECKING

from forumapp.domain.agenda.formats.parsing.schedule_builder import texts_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forumapp.domain.agenda.formats.parsing.values import FileSession

_OURS = re.compile(r"(?P<code>[A-Za-z0-9-]+)@(?P<slug>[a-z0-9-]+)\.[^@]+")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MADE = re.compile(r"[0-9a-f]{32}")
_UNIQUE = 20  # characters from which on an id is taken to be one across events


def uuid_in(ref: str | None) -> str:
    """The id of a session that its file gave as a UUID, "" for any other id."""
    return ref.lower() if ref and _UUID.fullmatch(ref) else ""


def guid_of(slug: str, code: str) -> str:
    """Stays the same for each session of an edition, in whichever version."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:forumapp:{slug}:session:{code}"))


def code_in(uid: str, slug: str) -> str:
    """The code of a session of this edition that an event of our calendars is of."""
    found = _OURS.fullmatch(uid)
    return found["code"] if found and found["slug"] == slug else ""


def refs_of(sessions: Iterable[FileSession], source: str) -> dict[int, str]:
    """By number, what each session is known by: an id that is unique anywhere, or its source and id, "source/id".

    A session without an id gets one made from its values. The source is empty where the file names none.
    """
    refs: dict[int, str] = {}
    taken: set[str] = set()
    for one in sessions:
        ref = normalized(one.ref) if len(one.ref) >= _UNIQUE or not one.ref else f"{source}/{one.ref}"
        attempt = 0
        while not ref or ref in taken:
            attempt += 1
            ref = _made(one, attempt)
        taken.add(ref)
        refs[one.number] = ref
    return refs


def normalized(ref: str) -> str:
    return uuid_in(ref) or ref


def source_and_id(ref: str) -> tuple[str, str]:
    """The two parts of "source/id"; an id that is unique anywhere has no source."""
    source, separator, own_id = ref.rpartition("/")
    return (source, own_id) if separator else ("", "")


def named_source(ref: str) -> str:
    """The source that a file named: "" for an id that is unique anywhere, and where one was made."""
    source, _own_id = source_and_id(ref)
    return "" if _MADE.fullmatch(source) else source


def is_bare_number(ref: str) -> bool:
    """Whether the file names no source, so that its ids 1, 2, 3 may belong to any event."""
    source, own_id = source_and_id(ref)
    return not source and own_id.isdigit()


def with_made_source(one: FileSession, ref: str) -> str:
    """Another ref for a session whose bare number belongs to an unrelated session."""
    return f"{_made(one, 0)}/{source_and_id(ref)[1]}"


def _made(one: FileSession, attempt: int) -> str:
    said = [one.code, *(text for _language, text in sorted(one.title.items())), one.room]
    said.append(one.start.utc.isoformat() if one.start else "")
    return hashlib.sha256("\n".join([*said, str(attempt)]).encode()).hexdigest()[:32]


def name_keys(names: Mapping[str, str]) -> set[str]:
    return {texts_key(text) for text in names.values() if text}
