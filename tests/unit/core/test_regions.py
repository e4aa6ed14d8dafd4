"""Countries and regions as a form offers them."""

from __future__ import annotations

import pytest

from forumapp.core.values.regions import language_there, region_names


def test_chinese_readers_find_them_by_how_they_are_read() -> None:
    names = list(region_names("zh-Hans").values())
    some = ["阿尔巴尼亚", "德国", "俄罗斯", "法国", "美国", "日本", "台湾", "英国", "中国", "中国香港特别行政区"]
    assert sorted(some, key=names.index) == some
    assert names[0].startswith("阿")


def test_there_are_countries_and_regions_alone() -> None:
    for language in ("en", "zh-Hans"):
        codes = set(region_names(language))
        assert codes.isdisjoint({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "IC", "EA", "AC", "DG"})
        assert {"CN", "US", "HK", "MO", "TW", "XK", "AQ"} <= codes
        assert len(codes) == 250


@pytest.mark.parametrize(
    ("zone", "given", "read"),
    [
        ("Asia/Shanghai", ("en", "zh-Hans"), "zh-Hans"),
        ("Asia/Hong_Kong", ("en", "zh-Hans"), "zh-Hans"),  # who reads Traditional Chinese reads it sooner than English
        ("America/Los_Angeles", ("zh-Hans", "en"), "en"),
        ("US/Pacific", ("zh-Hans", "en"), "en"),  # another name of the same zone
        ("America/Los_Angeles", ("zh-Hans",), "zh-Hans"),
        ("Asia/Tokyo", ("zh-Hans", "en"), "en"),
        ("UTC", ("zh-Hans", "en"), "en"),
        ("UTC", (), None),
    ],
)
def test_an_address_is_shown_in_the_language_that_is_read_there(
    zone: str, given: tuple[str, ...], read: str | None
) -> None:
    assert language_there(zone, given) == read
