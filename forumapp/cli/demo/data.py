"""The edition, its hosts, rooms and registration types: what the record says, and what the sample adds to it.

The record (Xinhua of 24 May 2023, the Bay Area Council's news of that week, Xinhua Daily of 25 May 2023) gives date,
city, hosts, guest of honor and the opening's speakers. It names no theme, hotel, room or timetable: those are sample
data and say so.
"""

from __future__ import annotations

from datetime import date

from forumapp.cli.demo.answering import QUESTIONS
from forumapp.cli.demo.records import AgendaVersion, Edition, Host, RegistrationType, Room, Series, Track, Venue

ZONE = "America/Los_Angeles"

SERIES = Series(code="ccbf", name={"en": "China-California Business Forum", "zh-Hans": "中国-加州经贸论坛"})

EDITION = Edition(
    slug="ccbf-2023",
    series="ccbf",
    ordinal=5,
    year=2023,
    name={"en": "2023 China-California Business Forum", "zh-Hans": "2023年中国-加州经贸论坛"},
    theme={"en": "Together across the Pacific (sample theme)", "zh-Hans": "携手太平洋，共创新机遇（示例主题）"},
    place={"en": "Downtown Los Angeles, California", "zh-Hans": "美国加利福尼亚州洛杉矶市中心"},
    starts_on=date(2023, 5, 22),
    ends_on=date(2023, 5, 22),
    timezone=ZONE,
    languages=("en", "zh-Hans"),
    page_size="A4",
    accent_color="#0b5d7a",
    status="open",
    flags=("sample-theme",),
)

HOSTS = (
    Host(
        organization="consulate-la",
        role="co-host",
        print_order=1,
        note={},
        source="Xinhua, 24 May 2023",
    ),
    Host(organization="bay-area-council", role="co-host", print_order=2, note={}, source="Xinhua, 24 May 2023"),
    Host(organization="cccme", role="co-host", print_order=3, note={}, source="Xinhua, 24 May 2023"),
    Host(
        organization="jiangsu",
        role="guest-of-honor",
        print_order=1,
        note={"en": "Guest of honor province", "zh-Hans": "主宾省"},
        source="Xinhua, 24 May 2023; Xinhua Daily, 25 May 2023",
    ),
    Host(
        organization="consulate-la",
        role="supporter",
        print_order=1,
        note={"en": "Supporter of the delegation led by CCCME", "zh-Hans": "机电商会代表团支持单位"},
        source="report on the delegation, May 2023",
    ),
)

VENUE = Venue(
    key="downtown",
    name={"en": "Downtown Los Angeles venue (sample)", "zh-Hans": "洛杉矶市中心会场（示例）"},
    address={
        "en": "Downtown Los Angeles, California, United States (sample address)",
        "zh-Hans": "美国加利福尼亚州洛杉矶市中心（示例地址）",
    },
    timezone=ZONE,
    is_sample=True,
    flags=("venue-not-in-record",),
)


def _room(key: str, order: int, names: tuple[str, str], **layouts: int) -> Room:
    """The first layout is the usual one."""
    name = {"en": names[0], "zh-Hans": names[1]}
    capacity = next(iter(layouts.values()))
    return Room(key=key, venue="downtown", name=name, capacity=capacity, layouts=layouts, print_order=order)


ROOMS = (
    _room("ballroom", 1, ("Grand Ballroom", "大宴会厅"), theater=460, banquet=320),
    _room("room-a", 2, ("Meeting Room A", "A会议室"), theater=160, classroom=90),
    _room("room-b", 3, ("Meeting Room B", "B会议室"), theater=160, classroom=90),
    _room("room-c", 4, ("Meeting Room C", "C会议室"), theater=120, classroom=70),
    _room("matchmaking-hall", 5, ("Matchmaking Hall", "对接洽谈厅"), banquet=240, theater=380),
    _room("banquet-hall", 6, ("Banquet Hall", "宴会厅"), banquet=460),
    _room("foyer", 7, ("Foyer", "前厅"), reception=500),
)


def _track(code: str, order: int, names: tuple[str, str], color: str) -> Track:
    return Track(code=code, name={"en": names[0], "zh-Hans": names[1]}, color=color, print_order=order)


# The themes are those that the Consul General named, with trade, tourism and zero carbon beside them.
TRACKS = (
    _track("clean-energy", 1, ("Clean energy", "清洁能源"), "#8a5a00"),
    _track("logistics", 2, ("Logistics", "物流运输"), "#0b4f8a"),
    _track("agriculture", 3, ("Agriculture", "农业合作"), "#3f6b1d"),
    _track("trade", 4, ("Trade", "贸易合作"), "#7a1f2b"),
    _track("culture", 5, ("Culture and tourism", "文化旅游"), "#5b2a86"),
    _track("zero-carbon", 6, ("Zero carbon", "零碳发展"), "#1d6b62"),
    _track("jiangsu", 7, ("Guest of honor", "主宾省"), "#a3245a"),
)

REGISTRATION_TYPES = (
    RegistrationType(
        code="vip",
        name={"en": "VIP", "zh-Hans": "贵宾"},
        description={"en": "By the hosts' invitation", "zh-Hans": "由主办单位邀请"},
        color="#7a1f2b",
        text_color="#ffffff",
        quota=40,
        admits=("closed-sessions", "meals", "dinner", "vip-room"),
        badge_style="vip",
        print_order=1,
    ),
    RegistrationType(
        code="speaker",
        name={"en": "Speaker", "zh-Hans": "演讲嘉宾"},
        description={"en": "Speakers, moderators and panelists", "zh-Hans": "演讲人、主持人及专题讨论嘉宾"},
        color="#5b2a86",
        text_color="#ffffff",
        quota=60,
        admits=("meals", "dinner", "backstage"),
        badge_style="standard",
        print_order=2,
    ),
    RegistrationType(
        code="delegate",
        name={"en": "Delegate", "zh-Hans": "代表团成员"},
        description={"en": "Members of a delegation", "zh-Hans": "代表团成员"},
        color="#0b4f8a",
        text_color="#ffffff",
        quota=135,
        admits=("closed-sessions", "meals", "dinner"),
        badge_style="standard",
        print_order=3,
        questions=QUESTIONS,
    ),
    RegistrationType(
        code="guest",
        name={"en": "Guest", "zh-Hans": "嘉宾"},
        description={
            "en": "Businesses, associations and institutions in California",
            "zh-Hans": "加州工商企业、商协会及机构人士",
        },
        color="#1d6b45",
        text_color="#ffffff",
        quota=250,
        admits=("meals",),
        badge_style="standard",
        print_order=4,
        is_open=True,
        is_public=True,
        has_waitlist=True,
    ),
    RegistrationType(
        code="observer",
        name={"en": "Student Observer", "zh-Hans": "学生观察员"},
        description={
            "en": "University students, seats at the rear of the ballroom",
            "zh-Hans": "高校学生，大宴会厅后排就座",
        },
        color="#4a5568",
        text_color="#ffffff",
        quota=12,
        admits=(),
        badge_style="standard",
        print_order=5,
        is_open=True,
        is_public=True,
        has_waitlist=True,
    ),
    RegistrationType(
        code="media",
        name={"en": "Media", "zh-Hans": "媒体"},
        description={
            "en": "Accredited journalists; the secretariat approves each application",
            "zh-Hans": "获准采访的新闻工作者，须经秘书处审核",
        },
        color="#f2b705",
        text_color="#1a1a1a",
        quota=20,
        admits=("press-room",),
        badge_style="standard",
        print_order=6,
        is_open=True,
        is_public=True,
        needs_approval=True,
    ),
    RegistrationType(
        code="staff",
        name={"en": "Staff", "zh-Hans": "工作人员"},
        description={"en": "Secretariat, interpreters and helpers", "zh-Hans": "秘书处、译员及会务人员"},
        color="#d9dde2",
        text_color="#1a1a1a",
        quota=None,
        admits=("closed-sessions", "meals", "dinner", "press-room", "backstage"),
        badge_style="staff",
        print_order=7,
    ),
)

AGENDA_VERSION = AgendaVersion(
    number=1,
    label="v1",
    note={
        "en": "First published version. Times, rooms and panels are sample data.",
        "zh-Hans": "首次发布。时间、会场及分论坛均为示例数据。",
    },
)
