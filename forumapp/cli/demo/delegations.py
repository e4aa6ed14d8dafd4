"""The delegation led by CCCME, its four parts, and what the whole of it does from 20 to 26 May 2023.

The record has a delegation of more than 130 led by CCCME, and that part of it went on to the Bay Area Council's office
on 24 May; everybody and everything else here is sample data. The public figures of the opening are in no roster, so
that no journey or hotel is made up for them. Flights are made up too, of a carrier that there is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from forumapp.cli.demo.data import ZONE
from forumapp.cli.demo.records import Delegation, ItineraryItem, Leg, Member

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forumapp.cli.demo.records import Person

NOTHING: Mapping[str, str] = MappingProxyType({})
CHINA_ZONE = "Asia/Shanghai"
ARRIVAL, DEPARTURE = date(2023, 5, 20), date(2023, 5, 26)

# Code, English and Chinese name, origin in both, organization, quota, liaison of the secretariat.
PARTS = (
    ("jiangsu", "Jiangsu Delegation", "江苏代表团", "Jiangsu", "江苏", "jiangsu", 53, "staff-22"),
    ("hubei", "Hubei Delegation", "湖北代表团", "Hubei", "湖北", "hubei", 32, "staff-23"),
    ("shanghai", "Shanghai Delegation", "上海代表团", "Shanghai", "上海", "shanghai", 39, "staff-24"),
    ("cccme-staff", "CCCME Staff", "机电商会工作组", "Beijing", "北京", "cccme", 11, "staff-25"),
)
# Numbers that nobody has.
PHONES = {f"staff-{number}": f"+1 213 555 01{number}" for number in range(22, 26)}
# Places in each roster after the head; places counted from the end are the staff's.
DEPUTIES, INTERPRETERS = (2, 3), (14,)
STAFF_FROM_END = 2


def sample_delegations(people: Iterable[Person]) -> tuple[Delegation, ...]:
    rosters: dict[str, list[str]] = {}
    for person in people:
        rosters.setdefault(person.group, []).append(person.key)
    whole = Delegation(
        code="cccme",
        name={"en": "Chinese Business Delegation led by CCCME", "zh-Hans": "机电商会率领的中国企业家代表团"},
        origin={"en": "China", "zh-Hans": "中国"},
        organization="cccme",
        head="cccme-staff-01",
        liaison="staff-22",
        liaison_phone=PHONES["staff-22"],
        quota=135,
        arrives_on=ARRIVAL,
        departs_on=DEPARTURE,
    )
    return (whole, *[_part(row, rosters[row[0]]) for row in PARTS])


def _part(row: tuple[str, str, str, str, str, str, int, str], roster: list[str]) -> Delegation:
    code, english, chinese, origin, origin_chinese, organization, quota, liaison = row
    return Delegation(
        code=code,
        name={"en": english, "zh-Hans": chinese},
        origin={"en": origin, "zh-Hans": origin_chinese},
        organization=organization,
        head=roster[0],
        liaison=liaison,
        liaison_phone=PHONES[liaison],
        quota=quota,
        arrives_on=ARRIVAL,
        departs_on=DEPARTURE,
        parent="cccme",
        members=tuple(
            Member(person=key, role=_member_role(code, number, len(roster)), print_order=number)
            for number, key in enumerate(roster, start=1)
        ),
    )


def _member_role(code: str, number: int, size: int) -> str:
    if number == 1:
        return "head"
    if number in DEPUTIES[: 1 if code == "cccme-staff" else 2]:
        return "deputy"
    if code == "cccme-staff":
        # The sixth of CCCME's own titles is the interpreter's.
        return "interpreter" if number == 6 else "staff"  # noqa: PLR2004 -- a place in the roster
    if number in INTERPRETERS:
        return "interpreter"
    return "staff" if number > size - STAFF_FROM_END else "member"


def _item(
    key: str,
    delegation: str,
    kind: str,
    title: tuple[str, str],
    place: tuple[str, str] | str,
    *,
    span: tuple[str, str],
    to: str | None = None,
    leg: Leg | None = None,
    zones: tuple[str, str] = (ZONE, ZONE),
    note: tuple[str, str] = ("", ""),
    is_frame: bool = False,
    session: str | None = None,
) -> ItineraryItem:
    """`place` is the key of one, or what it is called that only this item has."""
    at = place if isinstance(place, str) else None
    called = NOTHING if isinstance(place, str) else {"en": place[0], "zh-Hans": place[1]}
    return ItineraryItem(
        key=key,
        delegation=delegation,
        kind=kind,
        title={"en": title[0], "zh-Hans": title[1]},
        place=called,
        at=at,
        to=to,
        leg=leg,
        starts_at=datetime.fromisoformat(f"2023-05-{span[0]}"),
        starts_zone=zones[0],
        ends_at=datetime.fromisoformat(f"2023-05-{span[1]}"),
        ends_zone=zones[1],
        note={"en": note[0], "zh-Hans": note[1]} if note[0] else NOTHING,
        is_frame=is_frame,
        session=session,
    )


HOTEL, FORUM, LAX, PVG, WUH, SFO = "hotel", "forum", "lax", "pvg", "wuh", "sfo"
OUT, BACK = (CHINA_ZONE, ZONE), (ZONE, CHINA_ZONE)
HOME, HERE = (CHINA_ZONE, CHINA_ZONE), (ZONE, ZONE)
COACH = ("Coaches leave from the main entrance.", "大巴在酒店正门发车。")
CARRIER = "Sample Air"
CITIES = {
    PVG: ("Shanghai", "上海"),
    WUH: ("Wuhan", "武汉"),
    SFO: ("San Francisco", "旧金山"),
    LAX: ("Los Angeles", "洛杉矶"),
}


@dataclass(frozen=True, slots=True)
class Flight:
    """From one airport to another, by the clocks of each: "20T13:00" is 13:00 on 20 May."""

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
        _item(
            f"{code}-assembly", code, "meeting", ("Assembly at the airport", "机场集合"), first.start,
            span=(journey.meets, first.leaves), zones=HOME,
        ),
        *_flights(f"{code}-outbound", code, journey.outbound),
        _item(
            f"{code}-arrival-transfer", code, "transfer",
            ("Reception at the airport and transfer to the hotel", "机场迎接并前往酒店"), LAX,
            span=(last.lands, journey.hotel), to=HOTEL,
        ),
        *_flights(f"{code}-return", code, journey.homeward),
    )  # fmt: skip


def _flights(key: str, code: str, flights: tuple[Flight, ...]) -> list[ItineraryItem]:
    return [
        _item(
            key if number == 1 else f"{key}-{number}",
            code,
            "flight",
            (
                f"Flight from {CITIES[one.start][0]} to {CITIES[one.end][0]} (sample)",
                f"{CITIES[one.start][1]}飞往{CITIES[one.end][1]}（示例）",
            ),
            one.start,
            span=(one.leaves, one.lands),
            zones=one.zones,
            to=one.end,
            leg=Leg(carrier=CARRIER, number=one.number, from_terminal=one.terminals[0], to_terminal=one.terminals[1]),
        )
        for number, one in enumerate(flights, start=1)
    ]


WHOLE = (
    _item("check-in", "cccme", "hotel", ("Hotel check-in", "办理酒店入住"), HOTEL, span=("20T15:00", "20T16:00")),
    _item("briefing", "cccme", "meeting", ("Delegation briefing and dinner", "代表团情况说明会暨晚餐"), HOTEL,
          span=("20T18:00", "20T20:00")),
    _item("city-tour", "cccme", "free", ("Getting to know the city", "市区参观"),
          ("Los Angeles", "洛杉矶"), span=("21T10:00", "21T16:00"), note=COACH),
    _item("sunday-dinner", "cccme", "meal", ("Dinner", "晚餐"), HOTEL, span=("21T18:00", "21T19:30")),
    _item("to-forum", "cccme", "transfer", ("Transfer to the forum", "乘车前往论坛会场"), HOTEL,
          span=("22T07:45", "22T08:15"), to=FORUM, note=COACH),
    _item("forum-day", "cccme", "session",
          ("2023 China-California Business Forum", "2023年中国-加州经贸论坛"), FORUM,
          span=("22T08:30", "22T17:30"), is_frame=True),
    _item("forum-dinner", "cccme", "meal", ("Welcome dinner", "欢迎晚宴"), FORUM,
          span=("22T18:00", "22T20:30"), session="dinner"),
    _item("from-forum", "cccme", "transfer", ("Transfer to the hotel", "乘车返回酒店"), FORUM,
          span=("22T20:45", "22T21:15"), to=HOTEL),
    _item("visit-port", "cccme", "visit", ("Visit to a container terminal", "参观集装箱码头"),
          ("San Pedro Bay (sample)", "圣佩德罗湾（示例）"), span=("23T09:00", "23T12:00"), note=COACH),
    _item("visit-lunch", "cccme", "meal", ("Working lunch with logistics companies", "与物流企业工作午餐"),
          ("Long Beach (sample)", "长滩（示例）"), span=("23T12:15", "23T13:45")),
    _item("visit-energy", "cccme", "visit", ("Visit to a clean energy company", "参观清洁能源企业"),
          ("Tule Grid Storage, Inc. (sample)", "图利电网储能公司（示例）"), span=("23T14:30", "23T16:30")),
    _item("visits-in-groups", "cccme", "visit",
          ("Program in groups: company visits", "分组活动：企业考察"),
          ("Los Angeles and San Francisco", "洛杉矶、旧金山"), span=("24T09:00", "24T17:00"), is_frame=True,
          note=("Part of the delegation visits the Bay Area Council in San Francisco; groups are announced separately.",
                "部分成员赴旧金山访问湾区委员会，分组名单另行通知。")),
    _item("industry-talks", "cccme", "free", ("Follow-up meetings by arrangement", "自行约定后续洽谈"),
          ("Los Angeles", "洛杉矶"), span=("25T10:00", "25T16:00"), is_frame=True),
    _item("farewell-dinner", "cccme", "meal", ("Farewell dinner, all groups", "欢送晚宴（全体成员）"),
          HOTEL, span=("25T19:00", "25T21:00")),
    _item("check-out", "cccme", "hotel", ("Hotel check-out", "办理退房"), HOTEL, span=("26T08:00", "26T08:45")),
    _item("departure-transfer", "cccme", "transfer", ("Transfer to the airport", "乘车前往机场"), HOTEL,
          span=("26T09:00", "26T10:15"), to=LAX, note=COACH),
)  # fmt: skip


def sample_itinerary() -> tuple[ItineraryItem, ...]:
    return (*WHOLE, *[item for journey in JOURNEYS for item in _journey(journey)])
