"""What drives the delegation's 132 people: coaches of their groups for what all do, a van for those of the chamber when
they arrive. Plates and drivers are sample data, in numbers that nobody has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    code: str
    kind: str
    name: Mapping[str, str]
    plate: str
    seats: int
    driver: str
    driver_mobile: str
    is_sample: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CoachRun:
    """Of a vehicle for an item, a transfer; without a group, everyone of that rides in it."""

    item: str
    vehicle: str
    group: str = ""


VEHICLES = (
    Vehicle(code="coach-1", kind="coach", name={"en": "Coach 1", "zh-Hans": "1号车"}, plate="SAMPLE 1", seats=55,
            driver="Sam Sample", driver_mobile="+1 213 555 0151"),
    Vehicle(code="coach-2", kind="coach", name={"en": "Coach 2", "zh-Hans": "2号车"}, plate="SAMPLE 2", seats=45,
            driver="Pat Sample", driver_mobile="+1 213 555 0152"),
    Vehicle(code="coach-3", kind="coach", name={"en": "Coach 3", "zh-Hans": "3号车"}, plate="SAMPLE 3", seats=45,
            driver="Lee Sample", driver_mobile="+1 213 555 0153"),
    Vehicle(code="van-1", kind="van", name={"en": "Van 1", "zh-Hans": "商务车1号"}, plate="SAMPLE 4", seats=15,
            driver="Kim Sample", driver_mobile="+1 213 555 0154"),
)  # fmt: skip
TOGETHER = ("to-forum", "from-forum", "departure-transfer")
# By delegation, what meets it at the airport.
MEETS = {"jiangsu": "coach-1", "hubei": "coach-2", "shanghai": "coach-3", "cccme-staff": "van-1"}


def sample_runs() -> tuple[CoachRun, ...]:
    """A vehicle's code is that of the group that rides in it; those without a group take everyone."""
    coaches = [one.code for one in VEHICLES if one.kind == "coach"]
    return (
        *(CoachRun(item=item, vehicle=code, group=code) for item in TOGETHER for code in coaches),
        *(
            CoachRun(item=f"{code}-arrival-transfer", vehicle=vehicle, group=vehicle if vehicle in coaches else "")
            for code, vehicle in MEETS.items()
        ),
    )
