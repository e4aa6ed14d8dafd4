"""Where the sample delegation goes: airports as they are called, and a hotel and a venue that are made up."""

from __future__ import annotations

from forumapp.cli.demo.data import ZONE
from forumapp.cli.demo.records import ItineraryPlace

CHINA = "Asia/Shanghai"


def _place(
    key: str,
    kind: str,
    name: tuple[str, str],
    address: tuple[str, str],
    *,
    zone: str = ZONE,
    connection: int | None = None,
) -> ItineraryPlace:
    return ItineraryPlace(
        key=key,
        kind=kind,
        name={"en": name[0], "zh-Hans": name[1]},
        address={"en": address[0], "zh-Hans": address[1]},
        zone=zone,
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
           ("Downtown Los Angeles (sample)", "洛杉矶市中心（示例）")),
    _place("forum", "venue", ("Downtown Los Angeles venue (sample)", "洛杉矶市中心会场（示例）"),
           ("Downtown Los Angeles (sample)", "洛杉矶市中心（示例）")),
)  # fmt: skip
