"""Where the sample delegation goes: airports as they are called, and all else made up, in no real street."""

from __future__ import annotations

from forumapp.cli.demo.data import ZONE
from forumapp.cli.demo.records import Emergencies, ItineraryPlace

CHINA = "Asia/Shanghai"


def _place(
    key: str,
    kind: str,
    name: tuple[str, str],
    address: tuple[str, str],
    *,
    zone: str = ZONE,
    phone: str = "",
    connection: int | None = None,
) -> ItineraryPlace:
    return ItineraryPlace(
        key=key,
        kind=kind,
        name={"en": name[0], "zh-Hans": name[1]},
        address={"en": address[0], "zh-Hans": address[1]},
        zone=zone,
        phone=phone,
        connection_minutes=connection,
    )


PLACES = (
    _place("pvg", "airport", ("Shanghai Pudong International Airport", "上海浦东国际机场"),
           ("Pudong New Area, Shanghai", "上海市浦东新区"), zone=CHINA, connection=90),
    _place("wuh", "airport", ("Wuhan Tianhe International Airport", "武汉天河国际机场"),
           ("Huangpi District, Wuhan", "武汉市黄陂区"), zone=CHINA),
    _place("sfo", "airport", ("San Francisco International Airport", "旧金山国际机场"),
           ("San Francisco, CA 94128", "加利福尼亚州旧金山 94128"), connection=120),
    _place("lax", "airport", ("Los Angeles International Airport", "洛杉矶国际机场"),
           ("1 World Way, Los Angeles, CA 90045", "加利福尼亚州洛杉矶世界路1号 90045"), connection=120),
    _place("sjc", "airport", ("San José Mineta International Airport", "圣何塞国际机场"),
           ("1701 Airport Blvd., San Jose, CA 95110", "加利福尼亚州圣何塞机场大道1701号 95110")),
    _place("hotel", "hotel", ("Delegation hotel (sample)", "代表团酒店（示例）"),
           ("100 Sample Street, Downtown Los Angeles, CA", "加利福尼亚州洛杉矶市中心示例街100号"),
           phone="+1 213 555 0140"),
    _place("forum", "venue", ("Downtown Los Angeles venue (sample)", "洛杉矶市中心会场（示例）"),
           ("200 Sample Street, Downtown Los Angeles, CA", "加利福尼亚州洛杉矶市中心示例街200号")),
    _place("museum", "other", ("Garden museum (sample)", "园林博物馆（示例）"),
           ("300 Sample Avenue, Los Angeles, CA", "加利福尼亚州洛杉矶示例大道300号"), phone="+1 213 555 0143"),
    _place("port", "other", ("Container terminal (sample)", "集装箱码头（示例）"),
           ("1 Sample Wharf, San Pedro Bay, CA", "加利福尼亚州圣佩德罗湾示例码头1号"), phone="+1 310 555 0144"),
    _place("energy", "other", ("Clean energy company (sample)", "清洁能源企业（示例）"),
           ("400 Sample Road, Long Beach, CA", "加利福尼亚州长滩示例路400号"), phone="+1 562 555 0145"),
    _place("foods", "other", ("Food company (sample)", "食品企业（示例）"),
           ("500 Sample Road, Vernon, CA", "加利福尼亚州弗农示例路500号"), phone="+1 323 555 0146"),
    _place("solar", "other", ("Solar company (sample)", "光伏企业（示例）"),
           ("600 Sample Road, Torrance, CA", "加利福尼亚州托兰斯示例路600号"), phone="+1 310 555 0147"),
    _place("sf-hotel", "hotel", ("San Francisco hotel (sample)", "旧金山酒店（示例）"),
           ("100 Sample Hill, San Francisco, CA", "加利福尼亚州旧金山示例山街100号"), phone="+1 415 555 0148"),
    _place("council", "other", ("Bay Area Council, office (sample address)", "湾区委员会办公室（示例地址）"),
           ("200 Sample Pier, San Francisco, CA", "加利福尼亚州旧金山示例码头200号")),
    _place("chips", "other", ("Instruments company (sample)", "仪器企业（示例）"),
           ("700 Sample Road, San Jose, CA", "加利福尼亚州圣何塞示例路700号"), phone="+1 408 555 0149"),
)  # fmt: skip
# Numbers that nobody has, but for the country's own.
EMERGENCIES = Emergencies(
    emergency_numbers={
        "en": "Police, fire, ambulance: 911\nForum desk, day and night: +1 213 555 0141 (sample)",
        "zh-Hans": "报警、火警、急救：911\n论坛24小时值班电话：+1 213 555 0141（示例）",
    },
    consulate={
        "en": "Consulate General of China in Los Angeles\nConsular protection: +1 213 555 0142 (sample)",
        "zh-Hans": "中国驻洛杉矶总领事馆\n领事保护热线：+1 213 555 0142（示例）",
    },
)
