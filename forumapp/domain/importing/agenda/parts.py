"""What a session of a file is made of, held against what the edition's session is made of. Pure.

Whatever stands and the file does not name stays, here too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from forumapp.domain.agenda.models import AssignmentRole, Interpretation, ItemKind, SessionKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from forumapp.domain.agenda.formats.parsing.values import FileItem, Part
    from forumapp.domain.agenda.models import SessionItem
    from forumapp.domain.importing.agenda.speakers import Known

# Of a part that stands: its item, the person and the role.
Stands = tuple[int | None, int, str]


@dataclass(slots=True)
class Within:
    """What one session holds already."""

    items: list[SessionItem] = field(default_factory=list)
    channels: dict[int, str] = field(default_factory=dict)
    parts: list[Stands] = field(default_factory=list)


def matched(items: Sequence[FileItem], there: Sequence[SessionItem], *, by_id: bool) -> list[SessionItem | None]:
    """Which item of the session each one of the file is: by its id, of files of this edition, or else the next one of
    its kind and title.
    """
    left = list(there)
    found: list[SessionItem | None] = [None] * len(items)
    for n, one in enumerate(items):
        same = next((row for row in left if by_id and row.id == one.id), None)
        if same:
            found[n] = same
            left.remove(same)
    for n, one in enumerate(items):
        alike = next(
            (row for row in left if found[n] is None and _key(row.kind, row.title) == _key(one.kind, one.title)), None
        )
        if alike:
            found[n] = alike
            left.remove(alike)
    return found


def _key(kind: str, title: Mapping[str, str]) -> tuple[str, frozenset[tuple[str, str]]]:
    return str(kind), frozenset((code, text.strip()) for code, text in title.items() if text.strip())


def item_values(one: FileItem) -> dict[str, Any]:
    return {
        "kind": ItemKind(one.kind),
        "title": dict(one.title),
        "minutes": one.minutes,
        "mode": Interpretation(one.mode),
    }


def item_changes(one: FileItem, row: SessionItem) -> dict[str, Any]:
    """A file tells no blanks around titles."""
    said = item_values(one)
    if _key("", one.title) == _key("", row.title):
        del said["title"]
    else:
        said["title"] = {**row.title, **said["title"]}
    return {name: value for name, value in said.items() if getattr(row, name) != value}


def in_order(rows: Iterable[SessionItem], there: Sequence[SessionItem]) -> list[SessionItem]:
    """The items of the file as it has them, and after them those that it does not name."""
    named = list(rows)
    return [*named, *(row for row in there if row not in named)]


def differ(items: Sequence[FileItem], rows: Sequence[SessionItem | None], there: Sequence[SessionItem]) -> bool:
    """Whether taking the file would change any of the items or their order."""
    stand = [row for row in rows if row]
    if len(stand) < len(items):
        return True
    changed = any(item_changes(one, row) for one, row in zip(items, stand, strict=True))
    return changed or (bool(items) and in_order(stand, there) != list(there))


def channels_to_add(
    said: Iterable[tuple[int, str]], there: Mapping[int, str]
) -> tuple[list[tuple[int, str]], list[str]]:
    """Those whose number and language are both free, and those that the session has otherwise."""
    new, taken = [], []
    for number, language in said:
        if number not in there and language not in there.values():
            new.append((number, language))
        elif there.get(number) != language:
            taken.append(f"{number} {language}")
    return new, taken


def role_in(part: Part, kind: SessionKind) -> AssignmentRole:
    """A part without a role is the usual one of its session."""
    usual = AssignmentRole.PANELIST if kind is SessionKind.PANEL else AssignmentRole.SPEAKER
    return AssignmentRole(part.role) if part.role else usual


def missing(
    parts: Sequence[Part],
    known: Known,
    kind: SessionKind,
    rows: Sequence[SessionItem | None],
    there: Sequence[Stands],
) -> list[Part]:
    """Those parts that nobody has yet. Whoever stands in another role than the file says was put there by hand: that
    part is theirs, one for one, of an item only in that item.
    """
    left, seen, open_parts = list(there), set(), []
    for part in parts:
        item, person = rows[part.item] if part.item is not None else None, known.people.get(part.speaker)
        if person is None or (part.item is not None and item is None):
            open_parts += [part] if person or part.speaker in known.drafts else []
            continue
        exactly = (item.id if item else None, person, role_in(part, kind).value)
        if exactly in left:
            left.remove(exactly)
        elif exactly not in seen:  # or the person is named by each of their names
            open_parts.append(part)
        seen.add(exactly)
    return [part for part in open_parts if not _is_held(part, known, rows, left)]


def _is_held(part: Part, known: Known, rows: Sequence[SessionItem | None], left: list[Stands]) -> bool:
    item = rows[part.item] if part.item is not None else None
    if part.item is not None and item is None:
        return False
    for one in left:
        if one[1] == known.people.get(part.speaker) and (item is None or one[0] == item.id):
            left.remove(one)
            return True
    return False
