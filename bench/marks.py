"""A mark: one figure, the floor taken in the same run, and how they compare."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from pathlib import Path


class Mark(TypedDict):
    """`ratio` is value / floor; None where a floor says nothing."""

    name: str
    value: float
    unit: str
    floor: float | None
    ratio: float | None


def mark(name: str, value: float, unit: str, floor: float | None = None) -> Mark:
    ratio = value / floor if floor else None
    return {"name": name, "value": value, "unit": unit, "floor": floor, "ratio": ratio}


def table(marks: list[Mark]) -> str:
    width = max(len(one["name"]) for one in marks)
    lines = [f"{'mark':<{width}}  {'value':>12}  {'unit':<12}  {'floor':>12}  ratio"]
    for one in marks:
        floor = "" if one["floor"] is None else f"{one['floor']:,.2f}"
        ratio = "" if one["ratio"] is None else f"{one['ratio']:.2f}"
        lines.append(f"{one['name']:<{width}}  {one['value']:>12,.2f}  {one['unit']:<12}  {floor:>12}  {ratio}")
    return "\n".join(lines)


def keep(marks: list[Mark], path: Path) -> None:
    path.write_text(json.dumps(marks, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
