"""A made-up forum for trials of paper: several hundred people from a fixed seed, none of them real."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from forumapp.core.values.times import Moment, Span
from forumapp.domain.printing.paper.documents import (
    Appearance,
    BadgeValues,
    EditionHead,
    Host,
    PersonValues,
    ProgramDay,
    ProgramItem,
    ProgramSession,
    ProgramValues,
    WrittenPage,
)
from forumapp.domain.printing.paper.itinerary_documents import ItineraryDay, ItineraryItem, ItineraryValues, Member
from forumapp.domain.printing.paper.layout import latin_name

READABLE = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
FAMILIES = [
    ("Wang", "王"), ("Li", "李"), ("Zhang", "张"), ("Liu", "刘"), ("Chen", "陈"), ("Yang", "杨"), ("Zhao", "赵"),
    ("Ouyang", "欧阳"), ("Shan", "单"), ("Xie", "解"), ("Lyu", "吕"), ("Zhuge", "诸葛"), ("Zhou", "周"), ("Xu", "徐"),
]  # fmt: skip
GIVEN = [
    ("Chun", "春"), ("Jianguo", "建国"), ("Wei", "伟"), ("Xiaoming", "晓明"), ("Hua", "华"), ("Meiling", "美玲"),
    ("Zhiqiang", "志强"), ("Yan", "燕"), ("Haotian", "浩天"), ("Ruoxi", "若曦"), ("Jing", "静"), ("Mingyuan", "明远"),
]  # fmt: skip
WESTERN = (
    ["Maria", "James", "Aisha", "Robert", "Jean-Luc", "Priya", "Daniel", "Sofia"],
    ["Gonzalez", "Montgomery", "Okafor", "Featherstonehaugh", "Nguyen", "Iyer", "O'Brien", "Papadopoulos"],
)
TITLES = [
    ("Vice President", "副会长"), ("Deputy Director-General", "副厅长"), ("General Manager", "总经理"),
    ("Senior Vice President for International Trade and Investment", "国际贸易与投资高级副总裁"),
    ("Chair", "董事长"), ("Chief Executive Officer", "首席执行官"), ("Secretary General", "秘书长"),
]  # fmt: skip
ORGANIZATIONS = [
    ("Taihu Clean Energy Group", "太湖清洁能源集团"), ("Pacific Harbor Logistics, Inc.", "太平洋港湾物流公司"),
    ("Jiangnan Silk and Garment Import and Export Co., Ltd.", "江南丝绸服装进出口有限公司"),
    ("Golden Valley Almond Growers", "金谷杏仁种植者协会"), ("Bay Bridge Ventures", "海湾大桥创投"),
    ("Association of Machinery and Electronics Exporters of the Yangtze Delta", "长三角机电产品出口企业联合会"),
    ("Department of Commerce", "商务厅"),
]  # fmt: skip
TYPES = [
    ("delegate", {"en": "Delegate", "zh-Hans": "代表"}, "#00529b"),
    ("speaker", {"en": "Speaker", "zh-Hans": "演讲嘉宾"}, "#8a1020"),
    ("media", {"en": "Media", "zh-Hans": "媒体"}, "#e0a800"),
    ("staff", {"en": "Staff", "zh-Hans": "工作人员"}, "#3a5a40"),
]

HEAD = EditionHead(
    name={"en": "2023 Pacific Business Forum", "zh-Hans": "2023年太平洋经贸论坛"},
    ordinal=5,
    starts_on=date(2023, 5, 22),
    ends_on=date(2023, 5, 22),
    zone="America/Los_Angeles",
    place={"en": "Harbor Hotel, Los Angeles", "zh-Hans": "洛杉矶港湾酒店"},
    theme={"en": "New energy for trade across the ocean", "zh-Hans": "跨越大洋，为经贸合作注入新动能"},
    hosts=(
        Host({"en": "Chamber for Trade in Machinery and Electronics", "zh-Hans": "机电产品贸易商会"}, "host"),
        Host({"en": "Bay Council", "zh-Hans": "湾区委员会"}, "co-host"),
        Host({"en": "Harbor Chamber of Commerce", "zh-Hans": "港湾商会"}, "co-host"),
        Host({"en": "Jiangnan Province", "zh-Hans": "江南省"}, "guest-of-honor"),
        Host({"en": "Consular Corps", "zh-Hans": "领事团"}, "supporter"),
    ),
    accent_color="#12355b",
)


def both(pair: tuple[str, str]) -> dict[str, str]:
    return dict(zip(("en", "zh-Hans"), pair, strict=True))


def names(chance: random.Random) -> tuple[str, str]:
    """A Latin and a native name; every third person has no native one."""
    if chance.random() < 2 / 3:
        family, given = chance.choice(FAMILIES), chance.choice(GIVEN)
        return latin_name(family[0], given[0], "family-first"), family[1] + given[1]
    return latin_name(chance.choice(WESTERN[1]), chance.choice(WESTERN[0]), "given-first"), ""


def badge(number: int, chance: random.Random, **changes: object) -> BadgeValues:
    latin, native = names(chance)
    code, name, color = chance.choices(TYPES, weights=(8, 1, 1, 1))[0]
    values = {
        "registration_id": number,
        "latin_name": latin,
        "native_name": native,
        "native_lang": "zh-Hans",
        "title": both(chance.choice(TITLES)),
        "organization": both(chance.choice(ORGANIZATIONS)),
        "type_code": code,
        "type_name": name,
        "type_color": color,
        "code": "".join(chance.choices(READABLE, k=20)),
        "short_code": "".join(chance.choices(READABLE, k=8)),
    }
    return BadgeValues(**{**values, **changes})  # type: ignore[arg-type]


def badges(count: int, seed: int = 5) -> list[BadgeValues]:
    chance = random.Random(seed)
    return [badge(number, chance) for number in range(1, count + 1)]


def people(count: int, seed: int = 11) -> list[PersonValues]:
    chance = random.Random(seed)
    made = []
    for number in range(1, count + 1):
        latin, native = names(chance)
        title, organization = both(chance.choice(TITLES)), both(chance.choice(ORGANIZATIONS))
        made.append(PersonValues(number, latin, native, "zh-Hans", title, organization))
    return made


SESSIONS = [
    ("registration", 450, 60, ("Registration and coffee", "签到与咖啡"), "none", 0),
    ("opening", 540, 60, ("Opening ceremony", "开幕式"), "consecutive", 4),
    ("break", 600, 15, ("Break", "茶歇"), "none", 0),
    ("panel", 615, 75, ("Panel: clean energy and zero-carbon ports", "专题论坛：清洁能源与零碳港口"), "simultaneous", -4),
    ("panel", 615, 75, ("Panel: logistics after the harbor backlog", "专题论坛：港口拥堵之后的物流"), "simultaneous", -4),
    ("meal", 720, 80, ("Lunch", "午餐"), "none", 0),
    ("keynote", 800, 40, ("Agriculture, culture and tourism across the Pacific", "跨太平洋的农业、文化与旅游合作"), "simultaneous", 2),
    ("matchmaking", 840, 150, ("Business matchmaking", "企业对接洽谈"), "none", 0),
    ("signing", 990, 45, ("Signing ceremony", "签约仪式"), "consecutive", -3),
    ("meal", 1080, 120, ("Dinner", "晚宴"), "none", 0),
]  # fmt: skip
ROOMS = [("Crystal Ballroom", "水晶厅"), ("Gold Room", "金厅"), ("Harbor Terrace", "港湾露台")]
REMARKS = [("Welcome remarks", "致欢迎辞"), ("Remarks", "致辞"), ("Keynote", "主旨演讲"), ("Address", "讲话")]


def session(number: int, day: date, cast: list[PersonValues], chance: random.Random) -> ProgramSession:
    kind, minute, length, title, mode, parts = SESSIONS[number % len(SESSIONS)]
    starts = datetime.combine(day, datetime.min.time(), ZoneInfo("America/Los_Angeles")) + timedelta(minutes=minute)
    chosen = chance.sample(cast, abs(parts))
    roles = ["moderator", *["panelist"] * 9] if kind == "panel" else ["signatory"] * 9
    return ProgramSession(
        code=f"S{number}",
        title=both(title),
        kind=kind,
        starts=starts,
        ends=starts + timedelta(minutes=length),
        room=both(ROOMS[number % 3]),
        interpretation=mode,
        press="closed" if kind == "matchmaking" else "open",
        people=tuple(Appearance(role, person) for role, person in zip(roles, chosen, strict=False))
        if parts < 0
        else (),
        items=tuple(
            ProgramItem(
                both(chance.choice(REMARKS)), chance.choice((8, 10, 12)), (Appearance("speaker", person),), mode
            )
            for person in chosen
        )
        if parts > 0
        else (),
    )


def program(days: int = 1, sessions: int = 10, speakers: int = 18, head: EditionHead = HEAD) -> ProgramValues:
    chance = random.Random(23)
    cast = people(max(speakers, 5))
    dates = [head.starts_on + timedelta(days=n) for n in range(days)]
    return ProgramValues(
        head=head,
        days=tuple(ProgramDay(day, tuple(session(n, day, cast, chance) for n in range(sessions))) for day in dates),
        speakers=tuple(cast[:speakers]),
        version=3,
        printed_at=datetime(2023, 5, 15, 17, 30, tzinfo=UTC),
    )


def step(kind, title, start, end, zones, *place) -> ItineraryItem:
    ends = [Moment(datetime.fromisoformat(at), zone) for at, zone in zip((start, end), zones, strict=True)]
    return ItineraryItem(kind, both(title), Span(*ends), both(place[0]) if place else {})


HERE, THERE = "America/Los_Angeles", "Asia/Shanghai"
DAYS = [
    [
        step("flight", ("Flight ZZ 581 Shanghai to Los Angeles", "ZZ 581 航班，上海至洛杉矶"), "2023-05-20T13:00", "2023-05-20T09:30", (THERE, HERE), ("Pudong, terminal 2", "浦东机场2号航站楼")),
        step("transfer", ("Coach to the hotel", "乘车前往酒店"), "2023-05-20T10:45", "2023-05-20T11:45", (HERE, HERE), ("Arrivals, door 4", "到达厅4号门")),
        step("hotel", ("Check-in", "办理入住"), "2023-05-20T15:00", "2023-05-20T15:30", (HERE, HERE), ("Harbor Hotel", "港湾酒店")),
        step("meal", ("Welcome dinner", "欢迎晚宴"), "2023-05-20T19:00", "2023-05-21T00:30", (HERE, HERE), ("Harbor Terrace", "港湾露台")),
    ],
    [
        step("session", ("Forum", "论坛"), "2023-05-22T09:00", "2023-05-22T18:00", (HERE, HERE), ("Crystal Ballroom", "水晶厅")),
        step("visit", ("Visit to a zero-carbon terminal", "参观零碳码头"), "2023-05-22T18:30", "2023-05-22T20:00", (HERE, HERE)),
    ],
    [step("flight", ("Flight ZZ 582 Los Angeles to Shanghai", "ZZ 582 航班，洛杉矶至上海"), "2023-05-26T12:40", "2023-05-27T18:00", (HERE, THERE))],
]  # fmt: skip


def itinerary(count: int = 40) -> ItineraryValues:
    roles = ["head", "deputy", *["member"] * (count - 3), "interpreter"]
    return ItineraryValues(
        head=HEAD,
        code="JN",
        name={"en": "Delegation of Jiangnan Province", "zh-Hans": "江南省代表团"},
        lead={"en": "Led by the Chamber for Trade in Machinery and Electronics", "zh-Hans": "机电产品贸易商会率团"},
        members=tuple(Member(person, role) for person, role in zip(people(count), roles, strict=True)),
        days=tuple(ItineraryDay(items[0].span.start.wall.date(), tuple(items)) for items in DAYS),
        pages=(
            WrittenPage(
                "taxi",
                "practical",
                {"en": "For the taxi", "zh-Hans": "乘出租车"},
                {
                    "en": "Harbor Hotel, 1 Harbor Way, Los Angeles",
                    "zh-Hans": "请出示英文地址：Harbor Hotel, 1 Harbor Way",
                },
            ),
        ),
        printed_at=datetime(2023, 5, 15, 17, 30, tzinfo=UTC),
    )
