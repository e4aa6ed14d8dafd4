"""Names as a forum's guests have them: most family names are common ones, and several people share a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.people.names.spellings import reading

if TYPE_CHECKING:
    import random

FAMILIES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超兰霞平刚桂春华文建国"
# Of a thousand, as many as have them in China; the rest of FAMILIES have what is left.
COMMON = {"王": 72, "李": 72, "张": 68, "刘": 54, "陈": 45, "杨": 31, "黄": 22, "赵": 20, "吴": 20, "周": 19}
REST = 1000 - sum(COMMON.values())


def some_name(chance: random.Random) -> dict[str, str]:
    """Columns of a person."""
    family = chance.choices([*COMMON, ""], [*COMMON.values(), REST])[0] or chance.choice(FAMILIES)
    given = "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2, 2))))
    return {"native_full": family + given, "latin_family": spelled(family), "latin_given": spelled(given)}


def spelled(characters: str) -> str:
    """As passports spell it."""
    return "".join(reading(characters)).title()
