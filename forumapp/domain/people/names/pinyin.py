"""How a Chinese name may be spelled in Latin letters, to be proposed and never to be taken over unasked. Pure.

A surname that is read in its own way as one (单 as Shan, 仇 as Qiu) stands in the table; passports write ü as YU.
"""

from __future__ import annotations

from forumapp.core.values.text import fold
from forumapp.domain.people.names.spellings import is_han, syllable_spellings

MOST = 3
LONGEST = 4  # characters of a Chinese name that is read; longer ones are mostly foreign names in characters
# fmt: off
_AS_SURNAME = {
    "单": "Shan", "單": "Shan", "仇": "Qiu", "曾": "Zeng", "解": "Xie", "查": "Zha", "盖": "Ge", "蓋": "Ge",
    "区": "Ou", "區": "Ou", "朴": "Piao", "乐": "Yue", "樂": "Yue", "翟": "Zhai", "覃": "Qin", "种": "Chong",
    "员": "Yun", "員": "Yun", "缪": "Miao", "繆": "Miao", "黑": "He", "召": "Shao", "祭": "Zhai", "繁": "Po",
    "卜": "Bu", "阚": "Kan", "闞": "Kan", "都": "Du", "薄": "Bo", "洗": "Xian", "能": "Nai", "折": "She", "秘": "Bi",
    "句": "Gou", "么": "Yao",
}
_ALSO = {"覃": "Tan", "乐": "Le", "樂": "Le", "朴": "Pu", "卜": "Bo"}
_OF_TWO = {
    "欧阳": "Ouyang", "歐陽": "Ouyang", "诸葛": "Zhuge", "諸葛": "Zhuge", "司马": "Sima", "司馬": "Sima",
    "上官": "Shangguan", "司徒": "Situ", "东方": "Dongfang", "東方": "Dongfang", "皇甫": "Huangfu", "尉迟": "Yuchi",
    "尉遲": "Yuchi", "公孙": "Gongsun", "公孫": "Gongsun", "慕容": "Murong", "长孙": "Zhangsun", "長孫": "Zhangsun",
    "宇文": "Yuwen", "令狐": "Linghu", "万俟": "Moqi", "夏侯": "Xiahou", "端木": "Duanmu", "独孤": "Dugu",
    "獨孤": "Dugu", "南宫": "Nangong", "司空": "Sikong", "轩辕": "Xuanyuan", "西门": "Ximen", "西門": "Ximen",
    "呼延": "Huyan", "澹台": "Tantai", "申屠": "Shentu", "鲜于": "Xianyu", "鮮于": "Xianyu", "钟离": "Zhongli",
    "鍾離": "Zhongli", "赫连": "Helian", "赫連": "Helian", "濮阳": "Puyang", "濮陽": "Puyang", "淳于": "Chunyu",
    "闻人": "Wenren", "聞人": "Wenren", "太史": "Taishi", "东郭": "Dongguo", "東郭": "Dongguo", "百里": "Baili",
    "拓跋": "Tuoba", "宗政": "Zongzheng", "乐正": "Yuezheng", "樂正": "Yuezheng", "司寇": "Sikou", "巫马": "Wuma",
    "巫馬": "Wuma", "公羊": "Gongyang", "颛孙": "Zhuansun", "顓孫": "Zhuansun", "仲孙": "Zhongsun", "仲孫": "Zhongsun",
    "第五": "Diwu", "漆雕": "Qidiao", "纳兰": "Nalan", "納蘭": "Nalan", "完颜": "Wanyan", "完顏": "Wanyan",
    "梁丘": "Liangqiu", "左丘": "Zuoqiu", "单于": "Chanyu", "單于": "Chanyu",
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


def proposed_name(native: str, native_family: str = "") -> tuple[str, str] | None:
    """The likeliest family and given name in Latin letters. None for names with a dot, names of kana, names of four
    characters without a known surname of two, and longer ones: their spelling does not follow from the characters.

    `native_family` is the family name where a list tells it apart.
    """
    characters, family = "".join(native.split()), "".join(native_family.split())
    if not 1 < len(characters) <= LONGEST or not all(map(is_han, characters)):
        return None
    if family and characters.startswith(family) and len(family) < len(characters):
        length = len(family)
    else:
        length = family_spellings(fold(characters))[0][0]
    if length < len(characters) - 2:
        return None
    first, given = characters[:length], _read(characters[length:])
    read = _AS_SURNAME.get(first) or _OF_TWO.get(first) or _read(first)
    return (read, given) if read and given else None


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
