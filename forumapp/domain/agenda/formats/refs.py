"""What sessions are known by in the files that we write, and by which such a file finds them again. Pure."""

from __future__ import annotations

import hashlib
import re
import uuid
from typing import TYPE_CHECKING

from forumapp.domain.agenda.formats.building import texts_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forumapp.domain.agenda.formats.values import FileSession

_OURS = re.compile(r"(?P<code>[A-Za-z0-9-]+)@(?P<slug>[a-z0-9-]+)\.[^@]+")
_UNIQUE = 20  # characters from which on an id is taken to be one across events


def guid_of(slug: str, code: str) -> str:
    """Stays the same for each session of an edition, in whichever version."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:forumapp:{slug}:session:{code}"))


def code_in(uid: str, slug: str) -> str:
    """The code of a session of this edition that an event of our calendars is of."""
    found = _OURS.fullmatch(uid)
    return found["code"] if found and found["slug"] == slug else ""


def refs_of(sessions: Iterable[FileSession], source: str) -> dict[int, str]:
    """By number, what each is known by: its id, with its event where ids count up from one; or else what it is."""
    found: dict[int, str] = {}
    taken: set[str] = set()
    for one in sessions:
        ref = one.ref if len(one.ref) >= _UNIQUE or not one.ref else f"{source}/{one.ref}"
        again = 0
        while not ref or ref in taken:
            again += 1
            ref = _made(one, again)
        taken.add(ref)
        found[one.number] = ref
    return found


def _made(one: FileSession, again: int) -> str:
    said = [one.code, *(text for _language, text in sorted(one.title.items())), one.room]
    said.append(one.start.utc.isoformat() if one.start else "")
    return hashlib.sha256("\n".join([*said, str(again)]).encode()).hexdigest()[:32]


def name_keys(names: Mapping[str, str]) -> set[str]:
    return {texts_key(text) for text in names.values() if text}
