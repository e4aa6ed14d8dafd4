"""What drives the delegation's 132 people: coaches of their groups for what all do and what those do who stay in Los
Angeles, smaller ones for those who go on to San Francisco, and a van for those of the chamber when they arrive. Plates
and drivers are sample data, in numbers that nobody has.
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
    """Of a vehicle for an item, a transfer; without a group, everyone of that rides in it, led by `captain`."""

    item: str
    vehicle: str
    group: str = ""
    captain: str = ""


VEHICLES = (
    Vehicle(code="coach-1", kind="coach", name={"en": "Coach 1", "zh-Hans": "1号车"}, plate="SAMPLE 1", seats=55,
            driver="Sam Sample", driver_mobile="+1 213 555 0151"),
    Vehicle(code="coach-2", kind="coach", name={"en": "Coach 2", "zh-Hans": "2号车"}, plate="SAMPLE 2", seats=45,
            driver="Pat Sample", driver_mobile="+1 213 555 0152"),
    Vehicle(code="coach-3", kind="coach", name={"en": "Coach 3", "zh-Hans": "3号车"}, plate="SAMPLE 3", seats=45,
            driver="Lee Sample", driver_mobile="+1 213 555 0153"),
    Vehicle(code="van-1", kind="van", name={"en": "Van 1", "zh-Hans": "商务车1号"}, plate="SAMPLE 4", seats=15,
            driver="Kim Sample", driver_mobile="+1 213 555 0154"),
    Vehicle(code="minibus-1", kind="coach", name={"en": "Minibus 1", "zh-Hans": "中巴1号"}, plate="SAMPLE 5", seats=28,
            driver="Max Sample", driver_mobile="+1 213 555 0155"),
    Vehicle(code="minibus-2", kind="coach", name={"en": "Minibus 2", "zh-Hans": "中巴2号"}, plate="SAMPLE 6", seats=28,
            driver="Ray Sample", driver_mobile="+1 415 555 0156"),
)  # fmt: skip
COACHES = ("coach-1", "coach-2", "coach-3")
TOGETHER = (
    *("to-forum", "from-forum", "to-port", "to-energy", "from-energy"),
    *("la-to-foods", "la-to-solar", "la-to-hotel", "departure-transfer"),
)
# By delegation, what meets it at the airport.
MEETS = {"jiangsu": "coach-1", "hubei": "coach-2", "shanghai": "coach-3"}
# Those to San Francisco, at either end; who leads them leads the group.
NORTH = {
    "minibus-1": ("sf-to-lax", "sf-to-hotel"),
    "minibus-2": ("sf-from-airport", "sf-to-council", "sf-from-council", "sf-to-company", "sf-to-sjc"),
}
LEADS_NORTH, LEADS_CHAMBER = "cccme-staff-02", "cccme-staff-11"


def sample_runs() -> tuple[CoachRun, ...]:
    """A coach's code is that of the group that rides in it."""
    return (
        *(CoachRun(item=item, vehicle=code, group=code) for item in TOGETHER for code in COACHES),
        *(CoachRun(item=f"{code}-arrival-transfer", vehicle=coach, group=coach) for code, coach in MEETS.items()),
        CoachRun(item="cccme-staff-arrival-transfer", vehicle="van-1", captain=LEADS_CHAMBER),
        *(CoachRun(item=item, vehicle=code, captain=LEADS_NORTH) for code, items in NORTH.items() for item in items),
    )
