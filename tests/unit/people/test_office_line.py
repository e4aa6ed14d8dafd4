from __future__ import annotations

import pytest

from forumapp.domain.people.rules import office_line


@pytest.mark.parametrize(
    ("title", "organization", "language", "line"),
    [
        ("Chair", "Example Trading", "en", "Chair, Example Trading"),
        ("董事长", "示例贸易", "zh-Hans", "示例贸易 董事长"),
        ("Vice Governor of Jiangsu Province", "Jiangsu", "en", "Vice Governor of Jiangsu Province"),
        ("加州副州长", "加州", "zh-Hans", "加州副州长"),
        ("中国驻洛杉矶总领事", "中国驻洛杉矶总领事馆", "zh-Hans", "中国驻洛杉矶总领事"),
        ("Director", "Directorate of Trade", "en", "Director, Directorate of Trade"),
        ("Technology Officer", "Tech", "en", "Technology Officer, Tech"),
        ("", "Example Trading", "en", "Example Trading"),
        ("Chair", "", "en", "Chair"),
    ],
)
def test_an_office_on_one_line(title: str, organization: str, language: str, line: str) -> None:
    assert office_line(title, organization, language) == line
