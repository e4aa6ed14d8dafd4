"""Badges of real people, where their names are at hand, or of a few like them."""

from __future__ import annotations

import csv
import random
from typing import TYPE_CHECKING

import sample

from forumapp.core.paths import ROOT

if TYPE_CHECKING:
    from forumapp.domain.printing.paper.documents import BadgeValues

REAL = ROOT.parent / "shared" / "data" / "names" / "people.csv"
# As long as names and titles of officials are, and none of them real.
LIKE_THEM = [
    ("约翰·亚历山大·费瑟斯通霍", "John Alexander Featherstonehaugh-Montgomery", "Vice Chair", "副主席"),
    ("司馬懿", "SZUMA I", "Member of the Legislative Council and Convenor of the Subcommittee on Harbor and Trade", "立法會議員"),
    ("", "Maria de los Ángeles Hernández y Fernández de Córdoba", "Consul General", ""),
    ("欧阳𠮷", "OUYANG Ji", "President", "中国机电产品进出口商会副会长兼太平洋沿岸经贸合作委员会主任委员、高级工程师"),
    ("李丽", "LI Li", "CEO", "首席执行官（CEO）"),
]  # fmt: skip
MOST = 150  # characters of a name, as the house lets in


def real_people() -> list[BadgeValues]:
    """All of them, each once; one that is not at hand is made up."""
    rows = [tuple(row) for row in LIKE_THEM]
    if REAL.exists():
        with REAL.open(encoding="utf-8") as file:
            rows += [
                (row["name_local"], row["name_latin"], row["title_en"], row["title_local"])
                for row in csv.DictReader(file)
                if row["name_local"] or row["name_latin"]
            ]
    return [_badge(number, *row) for number, row in enumerate(rows, start=1)]


def chosen(count: int, seed: int = 11) -> list[BadgeValues]:
    """So many of them, the same ones each time."""
    people = real_people()
    return random.Random(seed).sample(people, min(count, len(people)))


def longest(share: float = 0.01) -> list[BadgeValues]:
    """Those with the longest names and titles."""
    people = real_people()
    count = max(3, round(len(people) * share))
    by = [
        lambda one: len(one.latin_name),
        lambda one: len(one.native_name),
        lambda one: max(map(len, one.title.values()), default=0),
    ]
    found = {one.registration_id: one for key in by for one in sorted(people, key=key)[-count:]}
    return [*found.values()]


def _badge(number: int, native: str, latin: str, title: str, native_title: str) -> BadgeValues:
    titles = {language: text for language, text in (("en", title), ("zh-Hans", native_title)) if text}
    given = {"latin_name": latin[:MOST] or "Name Unknown", "native_name": native[:MOST], "title": titles}
    return sample.badge(number, random.Random(number), type_code="x", **given)
