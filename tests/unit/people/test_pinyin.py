"""Latin names that are proposed for Chinese ones."""

from __future__ import annotations

import pytest

from forumapp.domain.people.names.pinyin import proposed_name


@pytest.mark.parametrize(
    ("native", "family", "given"),
    [
        ("张伟", "Zhang", "Wei"),
        ("张伟伟", "Zhang", "Weiwei"),
        ("单立文", "Shan", "Liwen"),
        ("單立文", "Shan", "Liwen"),
        ("曾丽", "Zeng", "Li"),
        ("仇明华", "Qiu", "Minghua"),
        ("查良", "Zha", "Liang"),
        ("解振波", "Xie", "Zhenbo"),
        ("阚泽", "Kan", "Ze"),
        ("欧阳静", "Ouyang", "Jing"),
        ("欧阳娜娜", "Ouyang", "Nana"),
        ("司马光", "Sima", "Guang"),
        ("鲜于明", "Xianyu", "Ming"),
        ("诸葛 亮", "Zhuge", "Liang"),
        ("单于明", "Chanyu", "Ming"),
        ("單于明华", "Chanyu", "Minghua"),
        ("么明", "Yao", "Ming"),
        ("吕丽", "Lyu", "Li"),
    ],
)
def test_a_chinese_name_is_read(native: str, family: str, given: str) -> None:
    assert proposed_name(native) == (family, given)


@pytest.mark.parametrize(
    ("native", "reason"),
    [
        ("张", "a surname alone"),
        ("阿卜杜拉·买买提", "not Chinese, as its dot says"),
        ("山田太郎", "four characters without a surname of two"),
        ("约翰逊史密斯", "too long"),
        ("さくら", "kana"),
        ("김민수", "hangul"),
        ("Иван", "Cyrillic"),
        ("", "nothing"),
    ],
)
def test_other_names_are_not_read(native: str, reason: str) -> None:
    assert proposed_name(native) is None, reason


def test_a_family_name_in_a_column_of_its_own_counts() -> None:
    assert proposed_name("张杨小明", "张杨") == ("Zhangyang", "Xiaoming")
    assert proposed_name("单于明", "单") == ("Shan", "Yuming")
