"""The speakers of the opening: real people, with the names and titles that a source attests and nothing more.

They have no mail, phone, form of address, biography or journey here, because no source gives one. Where no source
writes a Chinese name or title, it stays absent and a flag says so. How a name in pinyin is said is no more than what
its letters stand for.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from forumapp.cli.demo.records import Person

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTHING: Mapping[str, str] = MappingProxyType({})
NO_CHINESE = ("native-name-unattested", "title-zh-unattested")


def _official(
    key: str,
    latin: tuple[str, str],
    organization: str,
    title: dict[str, str],
    *,
    native: tuple[str, str] = ("", ""),
    family_first: bool = False,
    pronunciation: str = "",
    languages: tuple[str, ...] = ("en",),
    flags: tuple[str, ...] = (),
) -> Person:
    return Person(
        key=key,
        group="officials",
        latin_family=latin[0],
        latin_given=latin[1],
        name_order="family-first" if family_first else "given-first",
        organization=organization,
        title=title,
        native_family=native[0],
        native_given=native[1],
        native_full="".join(native),
        native_language="zh-Hans" if native[0] else "",
        form_of_address=NOTHING,
        pronunciation=pronunciation,
        languages=languages,
        biography=NOTHING,
        is_public_figure=True,
        is_sample=False,
        flags=flags,
    )


OFFICIALS = (
    _official(
        "guo-shaochun",
        ("Guo", "Shaochun"),
        "consulate-la",
        {"en": "Consul General of China in Los Angeles", "zh-Hans": "中国驻洛杉矶总领事"},
        native=("郭", "少春"),
        pronunciation="gwor shao-chwun",
        family_first=True,
        languages=("zh-Hans", "en"),
    ),
    _official(
        "eleni-kounalakis",
        ("Kounalakis", "Eleni"),
        "state-of-california",
        {"en": "Lieutenant Governor of California", "zh-Hans": "加州副州长"},
        native=("康", "伊莲"),
    ),
    _official(
        "fang-wei",
        ("Fang", "Wei"),
        "jiangsu",
        {"en": "Vice Governor of Jiangsu Province", "zh-Hans": "江苏省副省长"},
        native=("方", "伟"),
        pronunciation="fahng way",
        family_first=True,
        languages=("zh-Hans",),
    ),
    _official(
        "liu-chun",
        ("Liu", "Chun"),
        "cccme",
        {"en": "Vice President"},
        pronunciation="lyoh chwun",
        family_first=True,
        languages=("zh-Hans",),
        flags=NO_CHINESE,
    ),
    _official(
        "deputy-mayor",
        # As the Bay Area Council prints it; the spelling is doubtful (Bromaghim?), so the office must sign a proof.
        ("Romaghim", "Erin"),
        "city-of-los-angeles",
        {"en": "Deputy Mayor of Los Angeles"},
        flags=(*NO_CHINESE, "name-proof-needed"),
    ),
    _official("jim-wunderman", ("Wunderman", "Jim"), "bay-area-council", {"en": "CEO"}, flags=NO_CHINESE),
    _official("kevin-xu", ("Xu", "Kevin"), "mebo", {"en": "CEO"}, flags=NO_CHINESE),
)
