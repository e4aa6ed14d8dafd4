"""How pages write numbers, days, zones and colors; no database."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_babel import Babel

from forumapp.core.values.text import ordinal
from forumapp.web.wording import words

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("number", "english", "chinese"),
    [
        (1, "1st", "第一届"),
        (2, "2nd", "第二届"),
        (3, "3rd", "第三届"),
        (5, "5th", "第五届"),
        (10, "10th", "第十届"),
        (11, "11th", "第十一届"),
        (12, "12th", "第十二届"),
        (13, "13th", "第十三届"),
        (20, "20th", "第二十届"),
        (21, "21st", "第二十一届"),
        (99, "99th", "第九十九届"),
        (111, "111th", "第111届"),
        (122, "122nd", "第122届"),
    ],
)
def test_ordinals(number: int, english: str, chinese: str) -> None:
    assert (ordinal(number, "en"), ordinal(number, "zh-Hans")) == (english, chinese)


@pytest.fixture
def written() -> Callable[..., tuple[str, str]]:
    """What a function of words.py writes in English and in Chinese."""
    app = Flask(__name__)
    Babel(app)

    def both(function: Callable[..., str], *arguments: object) -> tuple[str, str]:
        found = []
        for language in ("en", "zh-Hans"):
            with app.test_request_context(f"/?lang={language}"):
                found.append(str(function(*arguments)))
        return found[0], found[1]

    return both


WINTER, SUMMER = date(2023, 12, 1), date(2023, 5, 22)
HERE = ZoneInfo("America/Los_Angeles")


@pytest.mark.parametrize(
    ("function", "arguments", "english", "chinese"),
    [
        (words.day, [SUMMER], "Mon 22 May 2023", "2023年5月22日 周一"),
        (words.day_of_year, [SUMMER], "Mon 22 May", "5月22日 周一"),
        (words.days, [SUMMER, SUMMER], "Mon 22 May 2023", "2023年5月22日 周一"),
        (
            words.days,
            [SUMMER, date(2023, 5, 24)],
            "Mon 22 May – Wed 24 May 2023",
            "2023年5月22日 周一至5月24日 周三",
        ),
        (
            words.days,
            [date(2023, 12, 31), date(2024, 1, 2)],
            "Sun 31 Dec 2023 – Tue 2 Jan 2024",
            "2023年12月31日 周日至2024年1月2日 周二",
        ),
        (
            words.zone_words,
            [SUMMER, "America/Los_Angeles"],
            "Pacific Daylight Time (UTC−7)",
            "北美太平洋夏令时间（UTC−7）",
        ),
        (
            words.zone_words,
            [WINTER, "America/Los_Angeles"],
            "Pacific Standard Time (UTC−8)",
            "北美太平洋标准时间（UTC−8）",
        ),
        (words.marked_time, [datetime(2026, 11, 1, 1, 30, fold=1, tzinfo=HERE)], "01:30 UTC−8", "01:30 UTC−8"),
        (words.marked_time, [datetime(2026, 11, 1, 3, tzinfo=HERE)], "03:00", "03:00"),
        (words.zone_words, [SUMMER, "Asia/Shanghai"], "China Standard Time (UTC+8)", "中国标准时间（UTC+8）"),
        (words.zone_words, [SUMMER, "Asia/Kolkata"], "UTC+5:30", "UTC+5:30"),
        (
            words.moment,
            [datetime(2023, 5, 22, 16, 5, tzinfo=UTC), "America/Los_Angeles"],
            "Mon 22 May 2023 09:05",
            "2023年5月22日 周一 09:05",
        ),
        (words.t, [{"en": "Hall", "zh-Hans": "大厅"}], "Hall", "大厅"),
        (words.t, [{"zh-Hans": "大厅<1>"}], '<span lang="zh-Hans">大厅&lt;1&gt;</span>', "大厅&lt;1&gt;"),
        (words.t, [None], "", ""),
        (
            words.other,
            [{"en": "Hall", "zh-Hans": "大厅"}],
            '<span lang="zh-Hans">大厅</span>',
            '<span lang="en">Hall</span>',
        ),
        (words.other, [{"en": "Hall"}], "", ""),
        (words.other, [{"en": "CCCME", "zh-Hans": "CCCME"}], "", ""),
    ],
)
def test_words_in_both_languages(
    written: Callable[..., tuple[str, str]],
    function: Callable[..., str],
    arguments: list[object],
    english: str,
    chinese: str,
) -> None:
    assert written(function, *arguments) == (english, chinese)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Police, fire: 911", ["911"]),
        ("报警：110\n值班 +1 213 555 0141（示例）", ["110", "+12135550141"]),
        ("Li 138 0000 0000", ["13800000000"]),
        ("443 Shatto Place, CA 90020", []),
        ('Tom & "Jo": 12 <b>', ["12"]),
    ],
)
def test_numbers_in_a_text_can_be_pressed_and_all_else_is_text(text: str, numbers: list[str]) -> None:
    shown = words.dialled(text)
    assert re.findall(r'href="tel:([^"]+)"', shown) == numbers
    assert unescape(re.sub(r"</?a[^>]*>", "", shown)) == text
