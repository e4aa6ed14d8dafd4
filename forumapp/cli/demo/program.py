"""The day's sessions. The opening's speakers are the record's; every panel, time, room and minute is sample data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time
from types import MappingProxyType
from typing import TYPE_CHECKING

from forumapp.cli.demo.data import EDITION, ZONE
from forumapp.cli.demo.records import Item, Role, Session

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forumapp.cli.demo.records import Organization, Person

NOTHING: Mapping[str, str] = MappingProxyType({})
BOTH = ("en", "zh-Hans")
CHANNELS = ((1, "en"), (2, "zh-Hans"))
ENGLISH_MC, CHINESE_MC = "staff-11", "staff-12"
INTERPRETERS = tuple(f"staff-{number:02d}" for number in range(1, 11))


@dataclass(frozen=True, slots=True)
class Panel:
    theme: str
    room: str
    interpreters: tuple[str, str]
    title: Mapping[str, str]
    abstract: Mapping[str, str]


MORNING = (
    Panel(
        "clean-energy",
        "room-a",
        ("staff-01", "staff-02"),
        {"en": "Clean Energy: From Pilot Projects to Markets", "zh-Hans": "清洁能源：从示范项目走向市场"},
        {
            "en": "Solar, storage and hydrogen companies from both sides compare what it takes to go to scale.",
            "zh-Hans": "双方光伏、储能与氢能企业共同探讨如何实现规模化发展。",
        },
    ),
    Panel(
        "logistics",
        "room-b",
        ("staff-03", "staff-04"),
        {"en": "Logistics: Dependable Links across the Pacific", "zh-Hans": "物流合作：畅通跨太平洋供应链"},
        {
            "en": "Ports, forwarders and shippers on making the route between the two shores dependable.",
            "zh-Hans": "港口、货代与货主企业共议如何保障两岸航线稳定畅通。",
        },
    ),
    Panel(
        "agriculture",
        "room-c",
        ("staff-05", "staff-06"),
        {"en": "Agriculture: From Field to Port", "zh-Hans": "农业合作：从田间到港口"},
        {
            "en": "Growers and buyers talk about quality, cold chains and what consumers ask for.",
            "zh-Hans": "种植企业与采购商围绕品质、冷链和消费需求展开交流。",
        },
    ),
)
NOON = (
    Panel(
        "trade",
        "room-a",
        ("staff-07", "staff-08"),
        {"en": "Trade: New Channels for Smaller Companies", "zh-Hans": "贸易合作：中小企业的新渠道"},
        {
            "en": "How smaller companies find partners, meet standards and get paid.",
            "zh-Hans": "中小企业如何寻找伙伴、对接标准、保障收款。",
        },
    ),
    Panel(
        "culture",
        "room-b",
        ("staff-09", "staff-10"),
        {"en": "Culture and Tourism: Welcoming Visitors Again", "zh-Hans": "文化旅游：共迎八方来客"},
        {
            "en": "Museums, stages and travel companies on bringing people together again.",
            "zh-Hans": "博物馆、演艺机构与旅行企业共话重启人文往来。",
        },
    ),
    Panel(
        "zero-carbon",
        "room-c",
        ("staff-01", "staff-02"),
        {"en": "Zero Carbon: Ports, Parks and Buildings", "zh-Hans": "零碳发展：港口、园区与建筑"},
        {
            "en": "Measured results from places that set out to emit nothing.",
            "zh-Hans": "分享以零排放为目标的港口、园区和建筑的实际成效。",
        },
    ),
)
GUEST_OF_HONOR = Panel(
    "jiangsu",
    "ballroom",
    ("staff-09", "staff-10"),
    {"en": "Guest of Honor: Doing Business with Jiangsu", "zh-Hans": "主宾省专场：走进江苏"},
    {
        "en": "Companies from Jiangsu present their fields and answer questions.",
        "zh-Hans": "江苏企业介绍产业优势并现场答疑。",
    },
)

# English, Chinese, theme of both signing companies.
SIGNINGS = (
    ("Cooperation on solar modules", "光伏组件合作协议", "clean-energy"),
    ("Grid storage demonstration project", "电网储能示范项目合作备忘录", "clean-energy"),
    ("Cold chain for citrus and nuts", "柑橘与坚果冷链物流合作协议", "agriculture"),
    ("Joint warehousing service", "联合仓储服务合作协议", "logistics"),
    ("Visiting theater season", "演艺交流演出季合作备忘录", "culture"),
    ("Building materials with less carbon", "低碳建材合作备忘录", "zero-carbon"),
)

OPENING = (
    ("guo-shaochun", "Remarks by the Consul General", "总领事致辞", 8),
    ("eleni-kounalakis", "Remarks by the Lieutenant Governor", "加州副州长致辞", 10),
    ("fang-wei", "Remarks by the guest of honor", "主宾省嘉宾演讲", 10),
    ("liu-chun", "Remarks by CCCME", "机电商会致辞", 8),
    ("deputy-mayor", "Remarks for the City of Los Angeles", "洛杉矶市嘉宾致辞", 6),
    ("jim-wunderman", "Remarks by the Bay Area Council", "湾区委员会致辞", 6),
    ("kevin-xu", "Remarks by a business leader", "企业家代表致辞", 6),
)


class Cast:
    """Finds people for the stage; nobody is asked twice."""

    def __init__(self, people: Iterable[Person], organizations: Iterable[Organization]) -> None:
        self._people = tuple(people)
        self._themes = {organization.key: organization.theme for organization in organizations}
        self._asked: set[str] = set()

    def ask(self, groups: Iterable[str], theme: str | None, count: int) -> tuple[str, ...]:
        """The next people of these groups whose organization works on the theme; heads of delegations sit below."""
        found = [
            person.key
            for person in self._people
            if person.group in groups
            and person.key not in self._asked
            and not person.key.endswith("-01")
            and (theme is None or self._themes[person.organization] == theme)
        ]
        if len(found) < count:
            raise LookupError(f"{groups} have {len(found)} people on {theme}, not {count}")
        self._asked.update(found[:count])
        return tuple(found[:count])

    def ask_speakers(self, theme: str, count: int) -> tuple[str, ...]:
        found = [
            person.key
            for person in self._people
            if person.group == "speaker"
            and person.key not in self._asked
            and self._themes[person.organization] == theme
        ][:count]
        self._asked.update(found)
        return tuple(found)


def sample_sessions(people: Iterable[Person], organizations: Iterable[Organization]) -> tuple[Session, ...]:
    cast = Cast(people, organizations)
    return (
        _plain("registration", "registration", "foyer", ("08:30", "09:00"), ("Registration and coffee", "签到与咖啡")),
        _opening(),
        _plain("tea-morning", "break", "foyer", ("10:00", "10:15"), ("Tea break", "茶歇")),
        *[_panel(panel, ("10:15", "11:30"), cast) for panel in MORNING],
        *[_panel(panel, ("11:40", "12:40"), cast) for panel in NOON],
        _plain("lunch", "meal", "banquet-hall", ("12:40", "13:30"), ("Networking lunch", "交流午餐会")),
        _guest_of_honor(cast),
        _matchmaking(),
        _plain("tea-afternoon", "break", "foyer", ("16:00", "16:30"), ("Tea break", "茶歇")),
        _signing(cast),
        _dinner(),
    )


def _wall(clock: str) -> datetime:
    return datetime.combine(EDITION.starts_on, time.fromisoformat(clock))


def _plain(key: str, kind: str, room: str, span: tuple[str, str], title: tuple[str, str]) -> Session:
    return Session(
        key=key,
        kind=kind,
        track=None,
        title={"en": title[0], "zh-Hans": title[1]},
        abstract=NOTHING,
        room=room,
        starts_at=_wall(span[0]),
        ends_at=_wall(span[1]),
        timezone=ZONE,
        press="open",
        languages=BOTH,
        interpretation="none",
    )


def _interpreted(session: Session, interpreters: Iterable[str], *roles: Role) -> Session:
    """The same session with simultaneous interpretation on channels 1 and 2."""
    booth = tuple(Role(person=key, role="interpreter", order=order) for order, key in enumerate(interpreters, 1))
    return replace(session, interpretation="simultaneous", channels=CHANNELS, roles=(*roles, *booth))


def _item(
    key: str,
    order: int,
    titles: tuple[str, str],
    minutes: int,
    roles: tuple[Role, ...],
    *,
    kind: str = "speech",
    mode: str = "simultaneous",
) -> Item:
    title = {"en": titles[0], "zh-Hans": titles[1]}
    return Item(key=key, order=order, title=title, minutes=minutes, interpretation=mode, kind=kind, roles=roles)


def _mcs() -> tuple[Role, ...]:
    return (Role(person=ENGLISH_MC, role="mc", order=1), Role(person=CHINESE_MC, role="mc", order=2))


def _opening() -> Session:
    items = [
        _item(f"opening-{person}", order, (english, chinese), minutes, (Role(person=person, role="speaker", order=1),))
        for order, (person, english, chinese, minutes) in enumerate(OPENING, start=1)
    ]
    items.append(_item("opening-photo", len(items) + 1, ("Group photo", "合影"), 6, (), kind="other", mode="none"))
    session = _plain("opening", "opening", "ballroom", ("09:00", "10:00"), ("Opening ceremony", "开幕式"))
    return replace(_interpreted(session, INTERPRETERS[:3], *_mcs()), items=tuple(items))


def _panel(panel: Panel, span: tuple[str, str], cast: Cast) -> Session:
    moderator, *local = cast.ask_speakers(panel.theme, 3)
    visitors = cast.ask(("jiangsu", "hubei", "shanghai"), panel.theme, 2)
    seats = (visitors[0], local[0], visitors[1], local[1])
    return _stage(panel, span, moderator, seats)


def _guest_of_honor(cast: Cast) -> Session:
    moderator, speaker = cast.ask_speakers("trade", 2)
    return _stage(GUEST_OF_HONOR, ("13:30", "14:45"), moderator, (*cast.ask(("jiangsu",), None, 3), speaker))


def _stage(panel: Panel, span: tuple[str, str], moderator: str, seats: tuple[str, ...]) -> Session:
    """A panel: one person opens it, all discuss, the hall asks."""
    session = _plain(f"panel-{panel.theme}", "panel", panel.room, span, (panel.title["en"], panel.title["zh-Hans"]))
    roles = [Role(person=moderator, role="moderator", order=1)]
    roles += [Role(person=key, role="panelist", order=order) for order, key in enumerate(seats, start=1)]
    minutes = int((session.ends_at - session.starts_at).total_seconds()) // 60
    opener = (Role(person=seats[0], role="speaker", order=1),)
    key = session.key
    items = (
        _item(f"{key}-keynote", 1, ("Opening presentation", "主旨发言"), 10, opener),
        _item(f"{key}-discussion", 2, ("Panel discussion", "专题讨论"), minutes - 25, (), kind="panel"),
        _item(f"{key}-questions", 3, ("Questions from the floor", "现场问答"), 15, (), kind="questions"),
    )
    session = _interpreted(session, panel.interpreters, *roles)
    return replace(session, track=panel.theme, abstract=panel.abstract, items=items)


def _matchmaking() -> Session:
    title = ("Business matchmaking", "企业对接洽谈")
    session = _plain("matchmaking", "matchmaking", "matchmaking-hall", ("13:30", "16:00"), title)
    helpers = tuple(Role(person=key, role="interpreter", order=n) for n, key in enumerate(INTERPRETERS[:8], start=1))
    return replace(session, press="closed", interpretation="consecutive", roles=helpers)


def _signing(cast: Cast) -> Session:
    items: list[Item] = []
    for order, (english, chinese, theme) in enumerate(SIGNINGS, start=1):
        signatories = (*cast.ask(("jiangsu", "hubei", "shanghai"), theme, 1), *cast.ask(("guest",), theme, 1))
        roles = tuple(Role(person=key, role="signatory", order=place) for place, key in enumerate(signatories, start=1))
        items.append(_item(f"signing-{order}", order, (english, chinese), 4, roles, kind="signing", mode="consecutive"))
    items.append(
        _item("signing-toast", len(items) + 1, ("Toast and photo", "举杯合影"), 12, (), kind="other", mode="none")
    )
    session = _plain("signing", "signing", "ballroom", ("16:30", "17:30"), ("Signing ceremony", "签约仪式"))
    session = _interpreted(session, INTERPRETERS[3:5], *_mcs())
    return replace(session, items=tuple(items), interpretation="consecutive", channels=())


def _dinner() -> Session:
    session = _plain("dinner", "meal", "banquet-hall", ("18:00", "20:30"), ("Welcome dinner", "欢迎晚宴"))
    helpers = tuple(Role(person=key, role="interpreter", order=n) for n, key in enumerate(INTERPRETERS[5:7], start=1))
    return replace(session, press="invited", interpretation="consecutive", roles=(*_mcs(), *helpers))
