"""Splitting a full name in one cell, with the evidence for each split."""

from __future__ import annotations

import pytest

from forumapp.domain.people.names.name_split import split_name, split_scripts, without_commas


@pytest.mark.parametrize(
    ("latin", "native", "split"),
    [
        ("HE, Li", "何丽", ("He", "Li", True, "pinyin")),
        ("LIU  Xiuying", "刘秀英", ("Liu", "Xiuying", True, "pinyin")),
        ("ZHANG HAITAO", "张海涛", ("Zhang", "Haitao", True, "pinyin")),
        ("Guo Zihan", "郭子涵", ("Guo", "Zihan", True, "pinyin")),
        ("Haitao ZHANG", "张海涛", ("Zhang", "Haitao", False, "pinyin")),
        ("Haitao Zhang", "张海涛", ("Zhang", "Haitao", False, "pinyin")),
        ("Zhang Hai Tao", "张海涛", ("Zhang", "Hai Tao", True, "pinyin")),
        ("Zhang Hai-tao", "张海涛", ("Zhang", "Hai-tao", True, "pinyin")),
        ("ZHANGHAITAO", "张海涛", ("Zhang", "Haitao", True, "pinyin")),
        ("Ouyang Nana", "欧阳娜娜", ("Ouyang", "Nana", True, "pinyin")),
        ("OU YANG NA NA", "欧阳娜娜", ("Ou Yang", "Na Na", True, "pinyin")),
        ("Nana Ouyang", "歐陽娜娜", ("Ouyang", "Nana", False, "pinyin")),
        ("Shan Tianfang", "单田芳", ("Shan", "Tianfang", True, "pinyin")),
        ("ZHA Liangyong", "查良镛", ("Zha", "Liangyong", True, "pinyin")),
        ("LYU Yanhong", "吕艳红", ("Lyu", "Yanhong", True, "pinyin")),
        ("LV YANHONG", "吕艳红", ("Lv", "Yanhong", True, "pinyin")),
        ("Lü Yanhong", "吕艳红", ("Lü", "Yanhong", True, "pinyin")),
        ("Lǚ Yànhóng", "吕艳红", ("Lǚ", "Yànhóng", True, "pinyin")),
        ("Zhu Xi'an", "朱西安", ("Zhu", "Xi'an", True, "pinyin")),
        ("Li WEI", "魏丽", ("Wei", "Li", False, "pinyin")),
        ("CHAN, Tai Man", "陳大文", ("CHAN", "Tai Man", True, "comma")),
        ("CHAN Tai Man", "陳大文", ("CHAN", "Tai Man", True, "capitals")),
        ("John KENNEDY", "", ("KENNEDY", "John", False, "capitals")),
        ("KENNEDY John F.", "", ("KENNEDY", "John F.", True, "capitals")),
        ("Seán O'BRIEN", "", ("O'BRIEN", "Seán", False, "capitals")),
        ("VAN DER BERG Jan", "", ("VAN DER BERG", "Jan", True, "capitals")),
        ("LIEW ST Kok", "", ("LIEW", "ST Kok", True, "capitals")),
        ("Liew, ST", "", ("Liew", "ST", True, "comma")),
        ("LEUNG Chun CY", "", ("LEUNG", "Chun CY", True, "capitals")),
        ("NG Ka Wai", "", ("NG", "Ka Wai", True, "capitals")),
        ("Smith, John", "", ("Smith", "John", True, "comma")),
        ("van der Berg, Jan", "", ("van der Berg", "Jan", True, "comma")),
        ("DE LA CRUZ Maria", "", ("DE LA CRUZ", "Maria", True, "capitals")),  # case as written
        ("何，丽", "", ("何", "丽", True, "comma")),
        ("Suharto,", "", ("Suharto", "", True, "comma")),
    ],
)
def test_a_name_is_split_by_evidence(latin: str, native: str, split: tuple[str, str, bool, str]) -> None:
    found = split_name(latin, native)
    assert found is not None
    assert (found.family, found.given, found.is_family_first, found.evidence) == split


@pytest.mark.parametrize(
    ("latin", "native"),
    [
        ("Chan Tai Man", "陳大文"),  # Cantonese
        ("Chang Hai-t'ao", "张海涛"),  # Wade-Giles
        ("Li WEI", "李伟"),  # the capitals and the pinyin contradict each other
        ("Haitao, Zhang", "张海涛"),  # so do the comma and the pinyin
        ("Maria Garcia MBA", ""),  # a degree, not a family name in capitals
        ("John Smith III", ""),
        ("Andrew Leung GBS", ""),
        ("Mary Smith, Director", ""),  # a whole name before the comma
        ("John Smith", ""),
        ("JOHN SMITH", ""),
        ("Suharto", ""),
        ("John Smith, PhD", ""),
        ("Smith, John, PhD", ""),
        ("Hon Andrew LEUNG Kwan-yuen", "梁君彥"),
        ("J. Smith", ""),
        ("SMITH J.", ""),
        ("ST Liew", ""),  # initials, not a family name in capitals
        ("CY Leung", ""),
        ("Tan KK", ""),
        ("TJ Smith", ""),
        ("TJ O'BRIEN Kelly", ""),
        ("PERSON 0", ""),
        ("John\nSMITH", ""),
        ("Wang Fang", "Example Trading"),
        (" , ", ""),
        ("", ""),
    ],
)
def test_a_name_without_clear_evidence_is_not_split(latin: str, native: str) -> None:
    assert split_name(latin, native) is None


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("HE,", "HE"),
        (" Xiu  ying， ", "Xiu ying"),
        ("O’Brien, Jr.", "O’Brien Jr."),
        ("John  Smith, PhD，MBA", "John Smith PhD MBA"),
        ("a\nb", "a\nb"),
        (",", ""),
    ],
)
def test_names_lose_commas_and_double_spaces(cell: str, name: str) -> None:
    assert without_commas(cell) == name


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("张海涛 ZHANG Haitao", ("张海涛", "ZHANG Haitao")),
        ("Guo Zihan（郭子涵）", ("郭子涵", "Guo Zihan")),
        ("何丽/HE, Li", ("何丽", "HE, Li")),
        ("何 丽 (He Li)", ("何丽", "He Li")),
        ("张海涛", None),
        ("Zhang Haitao", None),
        ("张海涛 Zhang 处长", None),
        ("张海涛 138", None),
        ("", None),
    ],
)
def test_a_cell_with_names_in_both_scripts_is_taken_apart(cell: str, names: tuple[str, str] | None) -> None:
    assert split_scripts(cell) == names
