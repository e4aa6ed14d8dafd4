"""A delegation's groups, such as coach and visit groups, in the cells of a table. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forumapp.core.values.text import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

# By kind of partition, the field of a column and how such columns are called.
GROUP_FIELDS = {kind: f"{kind}_group" for kind in ("coach", "visit", "hotel", "language")}
GROUP_HEADINGS: dict[str, tuple[str, ...]] = {
    "coach_group": (
        "coach group", "coach", "coach number", "bus", "bus number", "bus group", "乘车分组", "乘车组", "车组", "车号",
        "车辆编号", "车辆", "乘车", "乘坐车辆", "大巴", "大巴编号",
    ),
    "visit_group": (
        "visit group", "visit groups", "visit", "visits", "company visit", "company visits", "site visit", "参访分组",
        "参访组", "参观分组", "参观组", "考察分组", "考察组", "参访", "参访路线", "考察路线",
    ),
    "hotel_group": ("hotel group", "酒店分组", "住宿分组"),
    "language_group": ("language group", "语言分组", "语言组"),
}  # fmt: skip
GROUP_LABELS: dict[str, dict[str, str]] = {
    "coach_group": {"en": "Coach group", "zh-Hans": "乘车分组"},
    "visit_group": {"en": "Visit group", "zh-Hans": "参访分组"},
    "hotel_group": {"en": "Hotel group", "zh-Hans": "住宿分组"},
    "language_group": {"en": "Language group", "zh-Hans": "语言分组"},
}
UNKNOWN, UNCLEAR = "unknown-group", "group-unclear"
_SEVERAL = re.compile(r"[;；,，、/|\n]+")


@dataclass(frozen=True, slots=True)
class GroupChoice:
    """A group that a cell may name by one of its `words`, its code and its names, folded."""

    id: int
    kind: str
    partition_id: int
    delegation_id: int
    words: frozenset[str]


class WrongGroup(Exception):
    """A cell names no group of the person's delegation, or an ambiguous one."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_groups(cell: str, groups: Sequence[GroupChoice], wholes: Sequence[int]) -> tuple[int, ...]:
    """The ids of the groups that a cell names, at most one of each partition. `wholes` are the person's delegation and
    its parents, the nearest first. Raises WrongGroup.
    """
    reachable = [group for group in groups if group.delegation_id in wholes]
    try:
        matches = [_named(cell, reachable, wholes)]
    except WrongGroup:
        words = [word for word in _SEVERAL.split(cell) if word.strip()]
        if len(words) < 2:  # noqa: PLR2004 (several)
            raise
        matches = [_named(word, reachable, wholes) for word in words]
    if len({group.partition_id for group in matches}) < len({group.id for group in matches}):
        raise WrongGroup(UNCLEAR)
    return tuple(dict.fromkeys(group.id for group in matches))


def _named(word: str, groups: Collection[GroupChoice], wholes: Sequence[int]) -> GroupChoice:
    named = [group for group in groups if fold(word) in group.words]
    for delegation_id in wholes:
        near = [group for group in named if group.delegation_id == delegation_id]
        if len(near) == 1:
            return near[0]
        if near:
            raise WrongGroup(UNCLEAR)
    raise WrongGroup(UNKNOWN)


def group_cells(cells: Mapping[str, str]) -> dict[str, str]:
    """The cells of a row that name groups, by kind of group."""
    return {kind: cells[name] for kind, name in GROUP_FIELDS.items() if cells.get(name)}
