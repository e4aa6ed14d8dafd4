"""A mark: one figure, the floor taken in the same run, and how they compare."""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from pathlib import Path


class Mark(TypedDict):
    """`ratio` is value / floor; None where a floor says nothing. `asked` says what is to be reached, "" where nothing
    is, and `missed` whether it was not.
    """

    name: str
    value: float
    unit: str
    floor: float | None
    ratio: float | None
    asked: str
    missed: bool


def mark(
    name: str,
    value: float,
    unit: str,
    floor: float | None = None,
    *,
    most: float | None = None,
    least_ratio: float | None = None,
    most_ratio: float | None = None,
) -> Mark:
    """`most` is what the value may be at most, `least_ratio` and `most_ratio` what the ratio has to be."""
    ratio = value / floor if floor else None
    asked, missed = "", False
    if most is not None:
        asked, missed = f"at most {most:g} {unit}", value > most
    if least_ratio is not None:
        asked, missed = f"{least_ratio:.2f} of the floor", ratio is None or ratio < least_ratio
    if most_ratio is not None:
        asked, missed = f"at most {most_ratio:.2f} of the floor", ratio is None or ratio > most_ratio
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "floor": floor,
        "ratio": ratio,
        "asked": asked,
        "missed": missed,
    }


def measured(part: str) -> list[Mark]:
    """The marks of the module of that name."""
    marks: list[Mark] = import_module(f"bench.{part}").marks()
    return marks


def table(marks: list[Mark]) -> str:
    width = max(len(one["name"]) for one in marks)
    lines = [f"{'mark':<{width}}  {'value':>12}  {'unit':<12}  {'floor':>12}  ratio  asked"]
    for one in marks:
        floor = "" if one["floor"] is None else f"{one['floor']:,.2f}"
        ratio = "" if one["ratio"] is None else f"{one['ratio']:.2f}"
        line = f"{one['name']:<{width}}  {one['value']:>12,.2f}  {one['unit']:<12}  {floor:>12}  {ratio:>5}"
        lines.append(f"{line}  {one['asked']}{': MISSED' if one['missed'] else ''}".rstrip())
    missed = [one["name"] for one in marks if one["missed"]]
    lines += ["", f"{len(missed)} missed: {'; '.join(missed)}"] if missed else []
    return "\n".join(lines)


def keep(marks: list[Mark], path: Path) -> None:
    path.write_text(json.dumps(marks, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
