"""Where the sample delegation goes: airports as they are called, and a hotel and a venue that are made up."""

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
    _place("hotel", "hotel", ("Delegation hotel (sample)", "代表团酒店（示例）"),
           ("Downtown Los Angeles (sample)", "洛杉矶市中心（示例）"), phone="+1 213 555 0140"),
    _place("forum", "venue", ("Downtown Los Angeles venue (sample)", "洛杉矶市中心会场（示例）"),
           ("Downtown Los Angeles (sample)", "洛杉矶市中心（示例）")),
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
