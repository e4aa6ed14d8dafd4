"""A made-up forum for trials of paper: several hundred people from a fixed seed, none of them real."""

from __future__ import annotations

import random
from datetime import date

from forumapp.domain.printing.documents import (
    BadgeValues,
    EditionHead,
    Host,
)
from forumapp.domain.printing.layout import latin_name

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
