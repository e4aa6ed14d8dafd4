"""What the whole delegation does from 20 to 26 May 2023, and how each of its parts comes and goes.

All of it is made up but the forum itself; the flights are of a carrier that there is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from forumapp.cli.demo.data import ZONE
from forumapp.cli.demo.records import ItineraryItem, Leg

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTHING: Mapping[str, str] = MappingProxyType({})
CHINA_ZONE = "Asia/Shanghai"


def texts(words: tuple[str, str]) -> Mapping[str, str]:
    return {"en": words[0], "zh-Hans": words[1]} if any(words) else NOTHING


def item(
    key: str,
    kind: str,
    title: tuple[str, str],
    at: str,
    *,
    span: tuple[str, str],
    delegation: str = "cccme",
    group: str = "",
    to: str | None = None,
    leg: Leg | None = None,
    zones: tuple[str, str] = (ZONE, ZONE),
    note: tuple[str, str] = ("", ""),
    dress: tuple[str, str] = ("", ""),
    gift: tuple[str, str] = ("", ""),
    **more: Any,
) -> ItineraryItem:
    """`at` and `to` are keys of places. `span` is by the clocks of each end: "20T13:00" is 13:00 on 20 May."""
    return ItineraryItem(
        key=key,
        delegation=delegation,
        group=group,
        kind=kind,
        title=texts(title),
        at=at,
        to=to,
        leg=leg,
        starts_at=datetime.fromisoformat(f"2023-05-{span[0]}"),
        starts_zone=zones[0],
        ends_at=datetime.fromisoformat(f"2023-05-{span[1]}"),
        ends_zone=zones[1],
        note=texts(note),
        dress=texts(dress),
        gift=texts(gift),
        **more,
    )


HOTEL, FORUM, LAX, PVG, WUH, SFO, SJC = "hotel", "forum", "lax", "pvg", "wuh", "sfo", "sjc"
MUSEUM, PORT, ENERGY = "museum", "port", "energy"
OUT, BACK = (CHINA_ZONE, ZONE), (ZONE, CHINA_ZONE)
HOME, HERE = (CHINA_ZONE, CHINA_ZONE), (ZONE, ZONE)
FORMAL = ("Business attire", "商务正装")
SHOES = ("Closed, flat shoes", "请穿平底包脚鞋")
BOOKS = ("A picture book of the provinces", "各省市画册")
CARRIER = "Sample Air"
CITIES = {
    PVG: ("Shanghai", "上海"),
    WUH: ("Wuhan", "武汉"),
    SFO: ("San Francisco", "旧金山"),
    SJC: ("San José", "圣何塞"),
    LAX: ("Los Angeles", "洛杉矶"),
}


@dataclass(frozen=True, slots=True)
class Flight:
    """From one airport to another, by the clocks of each."""

    number: str
    start: str
    end: str
    leaves: str
    lands: str
    zones: tuple[str, str]
    terminals: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Journey:
    """A way in and a way out, each of one flight or more, with when one meets and when one is at the hotel."""

    code: str
    meets: str
    outbound: tuple[Flight, ...]
    hotel: str
    homeward: tuple[Flight, ...]


EAST, WEST = ("2", "B"), ("B", "2")
TO_SHANGHAI = Flight("XX 200", LAX, PVG, "26T12:40", "27T18:00", BACK, WEST)
DIRECT = Flight("XX 300", PVG, LAX, "20T13:40", "20T10:10", OUT, EAST)
VIA_SAN_FRANCISCO = (
    Flight("XX 410", WUH, SFO, "20T11:30", "20T09:00", OUT, ("3", "I")),
    Flight("XX 411", SFO, LAX, "20T11:00", "20T12:30", HERE, ("3", "7")),
)
BY_SHANGHAI = (TO_SHANGHAI, Flight("XX 412", PVG, WUH, "27T20:00", "27T21:50", HOME, ("2", "3")))
JOURNEYS = (
    Journey("jiangsu", "20T10:00", (Flight("XX 100", PVG, LAX, "20T13:00", "20T09:30", OUT, EAST),), "20T11:30",
            (TO_SHANGHAI,)),
    Journey("hubei", "20T08:30", VIA_SAN_FRANCISCO, "20T14:30", BY_SHANGHAI),
    Journey("shanghai", "20T10:30", (DIRECT,), "20T12:10", (TO_SHANGHAI,)),
    Journey("cccme-staff", "20T10:30", (DIRECT,), "20T12:10", (TO_SHANGHAI,)),
)  # fmt: skip


def _journey(journey: Journey) -> tuple[ItineraryItem, ...]:
    code, first, last = journey.code, journey.outbound[0], journey.outbound[-1]
    return (
        item(
            f"{code}-assembly", "meeting", ("Assembly at the airport", "机场集合"), first.start,
            delegation=code, span=(journey.meets, first.leaves), zones=HOME,
        ),
        *_flights(f"{code}-outbound", code, journey.outbound),
        item(
            f"{code}-arrival-transfer", "transfer",
            ("Reception at the airport and transfer to the hotel", "机场迎接并前往酒店"), LAX,
            delegation=code, span=(last.lands, journey.hotel), to=HOTEL,
        ),
        *_flights(f"{code}-return", code, journey.homeward),
    )  # fmt: skip


def _flights(key: str, code: str, flights: tuple[Flight, ...]) -> list[ItineraryItem]:
    keys = [key if number == 1 else f"{key}-{number}" for number in range(1, len(flights) + 1)]
    return [flight(one, by, delegation=code) for one, by in zip(keys, flights, strict=True)]


def flight(key: str, by: Flight, *, delegation: str = "cccme", group: str = "") -> ItineraryItem:
    start, end = CITIES[by.start], CITIES[by.end]
    title = (f"Flight from {start[0]} to {end[0]} (sample)", f"{start[1]}飞往{end[1]}（示例）")
    leg = Leg(carrier=CARRIER, number=by.number, from_terminal=by.terminals[0], to_terminal=by.terminals[1])
    of: dict[str, Any] = {"delegation": delegation, "group": group}
    return item(key, "flight", title, by.start, to=by.end, span=(by.leaves, by.lands), zones=by.zones, leg=leg, **of)


WHOLE = (
    item("check-in", "hotel", ("Hotel check-in", "办理酒店入住"), HOTEL, span=("20T15:00", "20T16:00")),
    item("briefing", "meal", ("Delegation briefing and dinner", "代表团情况说明会暨晚餐"), HOTEL,
         span=("20T18:00", "20T20:00")),
    item("city-tour", "free", ("Free day in the city", "市区自由活动"), MUSEUM, span=("21T10:00", "21T16:00"),
         note=("A coach waits at the main entrance for the museum.", "前往博物馆请在酒店正门乘车。")),
    item("sunday-dinner", "meal", ("Dinner", "晚餐"), HOTEL, span=("21T18:00", "21T19:30")),
    item("to-forum", "transfer", ("Transfer to the forum", "乘车前往论坛会场"), HOTEL, span=("22T07:45", "22T08:15"),
         to=FORUM),
    item("forum-day", "session", ("2023 China-California Business Forum", "2023年中国-加州经贸论坛"), FORUM,
         span=("22T08:30", "22T17:30"), is_frame=True, dress=FORMAL),
    item("forum-lunch", "meal", ("Lunch", "午餐"), FORUM, span=("22T12:40", "22T13:30"), session="lunch"),
    item("forum-dinner", "meal", ("Welcome dinner", "欢迎晚宴"), FORUM, span=("22T18:00", "22T20:30"),
         session="dinner", dress=FORMAL),
    item("from-forum", "transfer", ("Transfer to the hotel", "乘车返回酒店"), FORUM, span=("22T20:45", "22T21:15"),
         to=HOTEL),
    item("to-port", "transfer", ("Transfer to the harbor", "乘车前往港区"), HOTEL, span=("23T08:15", "23T09:00"),
         to=PORT),
    item("visit-port", "visit", ("Visit to a container terminal", "参观集装箱码头"), PORT,
         span=("23T09:00", "23T12:00"), host="san-pedro-drayage", dress=SHOES, gift=BOOKS,
         contact="Alex Sample, +1 213 555 0161"),
    item("visit-lunch", "meal", ("Working lunch with logistics companies", "与物流企业工作午餐"), PORT,
         span=("23T12:15", "23T13:45")),
    item("to-energy", "transfer", ("Transfer to the clean energy company", "乘车前往清洁能源企业"), PORT,
         span=("23T13:45", "23T14:30"), to=ENERGY),
    item("visit-energy", "visit", ("Visit to a clean energy company", "参观清洁能源企业"), ENERGY,
         span=("23T14:30", "23T16:30"), host="tule-storage",
         contact="Robin Sample, +1 213 555 0162"),
    item("from-energy", "transfer", ("Transfer to the hotel", "乘车返回酒店"), ENERGY, span=("23T16:45", "23T17:30"),
         to=HOTEL),
    item("tuesday-dinner", "meal", ("Dinner", "晚餐"), HOTEL, span=("23T18:30", "23T20:00")),
    item("visits-in-groups", "meeting", ("The delegation divides into groups", "代表团分组"), HOTEL,
         span=("24T09:00", "24T09:15"),
         note=("One group goes on to San Francisco until 25 May, the other stays in Los Angeles.",
               "一组赴旧金山访问至5月25日，另一组留在洛杉矶。")),
    item("farewell-dinner", "meal", ("Farewell dinner, all groups", "欢送晚宴（全体成员）"), HOTEL,
         span=("25T19:00", "25T21:00"), host="cccme", dress=FORMAL),
    item("check-out", "hotel", ("Hotel check-out", "办理退房"), HOTEL, span=("26T08:00", "26T08:45")),
    item("departure-transfer", "transfer", ("Transfer to the airport", "乘车前往机场"), HOTEL,
         span=("26T09:00", "26T10:15"), to=LAX),
)  # fmt: skip


def sample_journeys() -> tuple[ItineraryItem, ...]:
    return tuple(one for journey in JOURNEYS for one in _journey(journey))
