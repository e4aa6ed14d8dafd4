"""The content of the liaison's workspace: the day's branches with a chip per person, conflicts and missing data."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from forumapp.core.values.numbers import id_from
from forumapp.core.values.text import pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.coaches.double_booking import twice_at_once
from forumapp.domain.delegations.coaches.queries import beside_groups, runs_of
from forumapp.domain.delegations.conflicts.queries import open_of_delegation
from forumapp.domain.delegations.groups.queries import mark_of
from forumapp.domain.delegations.itineraries.workspace import Workspace, found_in, group_mark, workspace_of
from forumapp.domain.delegations.queries import list_parts
from forumapp.domain.delegations.rules.commitments import PartyKind
from forumapp.domain.delegations.rules.slots import DOUBLED, TOGETHER, WITHOUT
from forumapp.domain.proofs.readiness import gaps_told, missing_of
from forumapp.schemas.choices import Gap, ItineraryKind
from forumapp.web.charts.branches import color_of
from forumapp.web.organizer.kit.guard import access, edition, within
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.conflicts.queries import ClashLine
    from forumapp.domain.delegations.models.coaches import CoachRun
    from forumapp.domain.delegations.models.delegations import Delegation, ItineraryItem
    from forumapp.domain.delegations.queries import MemberLine
    from forumapp.domain.delegations.rules.slots import Cell, Place, Slot

CLASHING, MISSING = "clash", "missing"
EVERY, NONE = "every", "none"  # of the times of a day, which ones are open
FEW = 150  # chips shown at once; beyond this, one time of the day is expanded


@dataclass(frozen=True, slots=True)
class Asked:
    """The view that the address asks for; unknown values are ignored."""

    day: date | None = None
    by: int | None = None  # a partition
    at: str = ""  # the time that is open, as its key, or EVERY or NONE
    only: str = ""
    search: str = ""

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Asked:
        try:
            day = date.fromisoformat(args.get("day", ""))
        except ValueError:
            day = None
        only = args.get("only", "")
        return cls(
            day,
            id_from(args.get("by", "")),
            args.get("at", ""),
            only if only in (CLASHING, MISSING) else "",
            args.get("search", "").strip(),
        )

    @property
    def kept(self) -> dict[str, Any]:
        """As addresses carry it."""
        values = {"day": self.day, "by": self.by, "at": self.at, "only": self.only, "search": self.search}
        return {name: value for name, value in values.items() if value}

    def but(self, **changes: Any) -> dict[str, Any]:
        return replace(self, **changes).kept


@dataclass(frozen=True, slots=True)
class Chip:
    """A person at a start time, with the conflicts that keep them from it."""

    line: MemberLine
    sent: str  # the checkbox's value: the person and the version that was seen
    clashes: Sequence[tuple[ClashLine, Any]]  # each with the other side of the conflict
    missing: Sequence[Gap]


@dataclass(frozen=True, slots=True)
class Branch:
    """`parts` are its people by the item that begins for them, last those without one; empty if collapsed."""

    place: Place
    name: str
    color: str
    total: int
    shown: int  # of these, as far as the filter lets
    mark: str
    parts: Sequence[tuple[ItineraryItem | None, Sequence[Chip]]]


@dataclass(frozen=True, slots=True)
class Time:
    """An instant of the day at which something begins."""

    key: str
    start: datetime
    items: Sequence[ItineraryItem]
    branches: Sequence[Branch]
    clashing: int
    is_open: bool
    is_divided: bool
    later: Sequence[ItineraryItem]  # until when people may be moved


@dataclass(frozen=True, slots=True)
class Board:
    asked: Asked  # with defaults filled in
    space: Workspace
    days: Sequence[tuple[date, int]]  # each with how many of its clashes are open
    times: Sequence[Time]
    clashes: Sequence[ClashLine]  # of the day
    shown: int
    clashing: int  # people, on the day
    lacking: int  # people
    groups: Sequence[tuple[int, str]]
    apart_from_group: Sequence[tuple[ItineraryItem, int]]  # transfers, with how many do not ride where their group does
    twice: Sequence[ItineraryItem]  # transfers for which a vehicle runs that runs elsewhere as well


def board_of(db: DbSession, delegation: Delegation, asked: Asked) -> Board:
    space = workspace_of(db, delegation, day=asked.day, partition_id=asked.by)
    asked = replace(asked, day=space.day)
    clashes = open_of_delegation(db, delegation, within=within(Permission.SEE_ITINERARIES))
    here = [clash for clash in clashes if space.day in _days(clash)]
    ends = edition().starts_on, edition().ends_on
    gaps = gaps_told(access(), delegation.id)
    missing = {
        registration_id: tuple(map(Gap, lacks))
        for registration_id, lacks in missing_of(db, delegation, gaps, ends).items()
    }
    matches = found_in(db, delegation, asked.search) if asked.search else None
    torn = {clash.person_id for clash in here}
    shown = [line for line in space.lines if _is_shown(line, asked, torn, missing, matches)]
    rides = any(PartyKind.COACH in (clash.one.kind, clash.other.kind) for clash in here)
    times = _Times(space, shown, here, missing, runs_of(db, space.items) if rides else [])
    return Board(
        asked,
        space,
        [(day, sum(day in _days(clash) for clash in clashes)) for day in space.days],
        times.shown(asked.at),
        here,
        len(shown),
        len({line.registration_id for line in space.lines if line.person_id in torn}),
        len(missing.keys() & {line.registration_id for line in space.lines}),
        [(group.id, pick(group.name, language()) or group.code) for group in times.groups],
        _apart_from_group(db, delegation, space),
        _twice(db, space),
    )


def _transfers(space: Workspace) -> dict[int, ItineraryItem]:
    return {item.id: item for those in space.days.values() for item in those if item.kind == ItineraryKind.TRANSFER}


def _twice(db: DbSession, space: Workspace) -> list[ItineraryItem]:
    transfers = _transfers(space)
    runs = runs_of(db, transfers)
    twice = {run_id for run_id, overlap in twice_at_once(db, runs).items() if not overlap.is_allowed}
    items = {run.item_id for run in runs if run.id in twice}
    return [row for overlap, row in transfers.items() if overlap in items]


def _apart_from_group(db: DbSession, delegation: Delegation, space: Workspace) -> list[tuple[ItineraryItem, int]]:
    transfers = _transfers(space)
    delegation_ids, reach = set(list_parts(db, delegation)), within(Permission.SEE_ITINERARIES)
    delegation_ids = delegation_ids if reach is None else delegation_ids & set(reach)
    counts = beside_groups(db, edition().id, transfers.values(), within=delegation_ids) if transfers else {}
    return [(row, len(counts[one])) for one, row in transfers.items() if one in counts]


def _days(clash: ClashLine) -> set[date]:
    """On which it is to be mended: those on which either of the two begins."""
    return {side.span.start.wall.date() for side in (clash.one, clash.other)}


def _is_shown(
    line: MemberLine,
    asked: Asked,
    torn: Collection[int],
    missing: Collection[int],
    matches: Collection[int] | None,
) -> bool:
    if asked.only == CLASHING and line.person_id not in torn:
        return False
    if asked.only == MISSING and line.registration_id not in missing:
        return False
    return matches is None or line.registration_id in matches


def astray_names() -> tuple[str, str, str]:
    return (_("All together"), _("Without a group"), _("In several groups"))


class _Times:
    """The times of a day as the page shows them."""

    def __init__(
        self,
        space: Workspace,
        shown: Sequence[MemberLine],
        clashes: Sequence[ClashLine],
        missing: Mapping[int, Sequence[Gap]],
        runs: Sequence[CoachRun],
    ) -> None:
        self._space, self._missing, self._runs = space, missing, runs
        self._lines = {line.registration_id: line for line in shown}
        self._clashes: dict[int, list[ClashLine]] = defaultdict(list)
        for one in clashes:
            self._clashes[one.person_id].append(one)
        self.groups = space.picture.groups if space.picture else []

    def shown(self, at: str) -> list[Time]:
        keys = [f"{slot.start:%d%H%M}" for slot in self._space.slots]
        opened = self._opened(at, keys)
        return [self._time(key, slot, is_open=key in opened) for key, slot in zip(keys, self._space.slots, strict=True)]

    def _opened(self, at: str, keys: Sequence[str]) -> set[str]:
        if at in (EVERY, NONE) or at in keys:
            return set(keys) if at == EVERY else {at}
        if len(self._lines) * len(keys) <= FEW:
            return set(keys)
        return {next((key for key, slot in zip(keys, self._space.slots, strict=True) if slot.is_divided), keys[0])}

    def _time(self, key: str, slot: Slot, *, is_open: bool) -> Time:
        items = [self._space.items[row] for row in slot.items]
        parties = {(PartyKind.ITEM, item.id) for item in items} | {
            (PartyKind.SESSION, item.session_id) for item in items if item.session_id is not None
        }
        parties |= {(PartyKind.COACH, run.id) for run in self._runs if run.item_id in slot.items}
        torn = {line.person_id: list(self._torn(line, parties)) for line in self._lines.values()}
        day = self._space.days[self._space.day] if self._space.day else []
        return Time(
            key,
            slot.start,
            items,
            [self._branch(cell, torn if is_open else None) for cell in slot.cells],
            sum(map(bool, torn.values())),
            is_open,
            slot.is_divided,
            [item for item in day if item.start_utc > slot.start],
        )

    def _torn(self, line: MemberLine, parties: Collection[Any]) -> Iterator[tuple[ClashLine, Any]]:
        for one in self._clashes.get(line.person_id, ()):
            if (one.one.kind, one.one.id) in parties:
                yield one, one.other
            elif (one.other.kind, one.other.id) in parties:
                yield one, one.one

    def _branch(self, cell: Cell, torn: Mapping[int, Sequence[Any]] | None) -> Branch:
        rows = self._space.picture.rows if self._space.picture else {}
        parts: list[tuple[ItineraryItem | None, list[Chip]]] = []
        if torn is not None:
            by_item = [*((self._space.items[one], people) for one, people in cell.by_item.items()), (None, cell.free)]
            chips = [(item, self._chips(people, rows, torn)) for item, people in by_item]
            parts = [(item, some) for item, some in chips if some]
        order = [group.id for group in self.groups]
        names: dict[Place, str] = dict(zip((TOGETHER, WITHOUT, DOUBLED), astray_names(), strict=True))
        names |= {group.id: pick(group.name, language()) or group.code for group in self.groups}
        return Branch(
            cell.place,
            names[cell.place],
            color_of(order.index(cell.place)) if isinstance(cell.place, int) else "",
            len(cell.people),
            len(cell.people & self._lines.keys()),
            group_mark(cell.people, rows) if torn is not None and rows else "",
            parts,
        )

    def _chips(self, people: Collection[int], rows: Mapping[int, Any], torn: Mapping[int, Sequence[Any]]) -> list[Chip]:
        return [
            Chip(
                line,
                f"{one}:{mark_of(rows.get(one, ()))}",
                torn[line.person_id],
                self._missing.get(one, ()),
            )
            for one, line in self._lines.items()
            if one in people
        ]
