"""How a Chinese name may be spelled in Latin letters, to be proposed and never to be taken over unasked. Pure.

A surname that is read in its own way as one (单 as Shan, 仇 as Qiu) stands in the table; passports write ü as YU.
"""

from __future__ import annotations

from forumapp.core.text import fold
from forumapp.domain.people.spellings import is_han, syllable_spellings

MOST = 3
# fmt: off
_AS_SURNAME = {
    "单": "Shan", "單": "Shan", "仇": "Qiu", "曾": "Zeng", "解": "Xie", "查": "Zha", "盖": "Ge", "蓋": "Ge",
    "区": "Ou", "區": "Ou", "朴": "Piao", "乐": "Yue", "樂": "Yue", "翟": "Zhai", "覃": "Qin", "种": "Chong",
    "员": "Yun", "員": "Yun", "缪": "Miao", "繆": "Miao", "黑": "He", "召": "Shao", "祭": "Zhai", "繁": "Po",
    "卜": "Bu",
}
_ALSO = {"覃": "Tan", "乐": "Le", "樂": "Le", "朴": "Pu", "卜": "Bo"}
_OF_TWO = {
    "欧阳": "Ouyang", "歐陽": "Ouyang", "诸葛": "Zhuge", "諸葛": "Zhuge", "司马": "Sima", "司馬": "Sima",
    "上官": "Shangguan", "司徒": "Situ", "东方": "Dongfang", "東方": "Dongfang", "皇甫": "Huangfu", "尉迟": "Yuchi",
    "尉遲": "Yuchi", "公孙": "Gongsun", "公孫": "Gongsun", "慕容": "Murong", "长孙": "Zhangsun", "長孫": "Zhangsun",
    "宇文": "Yuwen", "令狐": "Linghu", "万俟": "Moqi", "夏侯": "Xiahou", "端木": "Duanmu", "独孤": "Dugu",
    "獨孤": "Dugu", "南宫": "Nangong", "司空": "Sikong", "轩辕": "Xuanyuan", "西门": "Ximen", "西門": "Ximen",
    "呼延": "Huyan", "澹台": "Tantai",
}
# fmt: on


def proposed_spellings(native: str) -> list[tuple[str, str]]:
    """Family and given name in Latin letters, the likeliest first; nothing for what is no Chinese name."""
    characters = "".join(fold(native))
    if len(characters) < 2 or not all(map(is_han, characters)):  # noqa: PLR2004 (a surname and a given name)
        return []
    compound = _OF_TWO.get(characters[:2]) if len(characters) > 2 else None  # noqa: PLR2004
    if compound:
        return [(compound, _read(characters[2:]))]
    first, given = characters[0], _read(characters[1:])
    families = [_AS_SURNAME.get(first), _read(first), _ALSO.get(first)]
    return [(family, given) for family in dict.fromkeys(filter(None, families))][:MOST]


def family_spellings(characters: str) -> list[tuple[int, tuple[str, ...]]]:
    """How the family name of a folded Chinese name may be spelled, with the number of its characters. A compound
    surname excludes its first character as a surname.
    """
    compound = _OF_TWO.get(characters[:2]) if len(characters) > 2 else None  # noqa: PLR2004 (a given name follows)
    if compound:
        return [(2, (compound,))]
    first = characters[0]
    also = (spelling for spelling in (_AS_SURNAME.get(first), _ALSO.get(first)) if spelling)
    return [(1, (*also, *syllable_spellings(first)))]


def _read(characters: str) -> str:
    """As passports spell it: one word, ü as yu."""
    from pypinyin import lazy_pinyin  # a large table, for those requests alone that ask

    spelled = "".join(lazy_pinyin(characters, v_to_u=False)).replace("v", "yu")
    return spelled.capitalize() if spelled.isalpha() and spelled.isascii() else ""
