"""Drawing people who do not exist: no name twice, no mailbox or phone that could reach anyone.

Mail goes to domains reserved for examples (RFC 2606). American numbers are 555-0100 to 555-0199, which are reserved
for fiction; the Chinese ones begin with 100, which no mobile network uses.
"""

from __future__ import annotations

import unicodedata
from random import Random
from types import MappingProxyType
from typing import TYPE_CHECKING

from forumapp.cli.demo import names
from forumapp.cli.demo.records import Person

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SEED = "ccbf-2023"
NOTHING: Mapping[str, str] = MappingProxyType({})
AREA_CODES = ("213", "310", "323", "408", "415", "510", "626", "650", "714", "858", "916", "949")
MAIL_DOMAINS = ("example.com", "example.org", "example.net")
ADDRESS = {"male": {"en": "Mr.", "zh-Hans": "先生"}, "female": {"en": "Ms.", "zh-Hans": "女士"}}
DOCTOR = {"en": "Dr.", "zh-Hans": "博士"}
# One in so many people holds a doctorate, and one in so many left the form of address open.
DOCTORS, UNADDRESSED = 17, 23


def rng_for(group: str) -> Random:
    """One stream of chance for each group, so that enlarging one group leaves the others as they were."""
    return Random(f"{SEED}/{group}")  # noqa: S311 -- a sample must come out the same each time; nothing is secret


def _ascii(text: str) -> str:
    """Fold a Latin name to what stands in a mail address."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "".join(letter for letter in folded if letter.isalnum())


class Casting:
    """Hands out people one after another and remembers what is taken."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._mails: set[str] = set()
        self._phones = 0

    def chinese(self, rng: Random, *, key: str, group: str, organization: str, title: Mapping[str, str]) -> Person:
        """A person from China, drawn from the tables."""
        gender = rng.choice(("male", "male", "female"))
        given_table = names.GIVEN_MALE if gender == "male" else names.GIVEN_FEMALE
        while True:
            family, given = rng.choice(names.SURNAMES), rng.choice(given_table)
            if self._claim(family[0] + given[0]) and self._claim(f"{family[1]} {given[1]}"):
                break
        return self.chinese_named(
            (family[0], given[0]), (family[1], given[1]), gender,
            rng=rng, key=key, group=group, organization=organization, title=title,
        )  # fmt: skip

    def chinese_named(
        self,
        native: tuple[str, str],
        latin: tuple[str, str],
        gender: str,
        *,
        rng: Random,
        key: str,
        group: str,
        organization: str,
        title: Mapping[str, str],
        native_language: str = "zh-Hans",
        pronunciation: str = "",
        flags: tuple[str, ...] = (),
    ) -> Person:
        """A person from China whose name is given, both spellings."""
        self._claim("".join(native))
        self._claim(" ".join(latin))
        address = self._form_of_address(rng, gender)
        return Person(
            key=key,
            group=group,
            latin_family=latin[0],
            latin_given=latin[1],
            name_order="family-first",
            organization=organization,
            title=title,
            native_family=native[0],
            native_given=native[1],
            native_full="".join(native),
            native_language=native_language,
            form_of_address=address,
            pronunciation=pronunciation,
            languages=("zh-Hans", "en") if rng.random() < 0.6 else ("zh-Hans",),  # noqa: PLR2004 -- a share
            email=self._mail(rng, " ".join(reversed(latin))),
            phone=self._chinese_phone(),
            biography=NOTHING,
            flags=flags,
        )

    def californian(self, rng: Random, *, key: str, group: str, organization: str, title: Mapping[str, str]) -> Person:
        """A Californian without a native name."""
        gender = rng.choice(("male", "female"))
        table = names.CALIFORNIAN_MALE if gender == "male" else names.CALIFORNIAN_FEMALE
        while True:
            given, family = rng.choice(table), rng.choice(names.CALIFORNIAN_FAMILY)
            if self._claim(f"{given} {family}"):
                break
        return self.western_named(
            (family, given), given, gender, rng=rng, key=key, group=group, organization=organization, title=title
        )

    def western_named(
        self,
        latin: tuple[str, str],
        call_name: str,
        gender: str,
        *,
        rng: Random,
        key: str,
        group: str,
        organization: str,
        title: Mapping[str, str],
        native: tuple[str, str, str] = ("", "", ""),
        native_language: str = "",
        flags: tuple[str, ...] = (),
    ) -> Person:
        """A person whose given name comes first; `native` is (family, given, full) where they use a Chinese name."""
        self._claim(f"{latin[1]} {latin[0]}")
        address = self._form_of_address(rng, gender)
        has_own_chinese_name = bool(native_language) and "·" not in native[2]
        return Person(
            key=key,
            group=group,
            latin_family=latin[0],
            latin_given=latin[1],
            name_order="given-first",
            organization=organization,
            title=title,
            native_family=native[0],
            native_given=native[1],
            native_full=native[2],
            native_language=native_language,
            call_name=call_name,
            form_of_address=address,
            languages=("en", "zh-Hans") if has_own_chinese_name else ("en",),
            email=self._mail(rng, f"{latin[1]} {latin[0]}"),
            phone=self._american_phone(),
            biography=NOTHING,
            flags=flags,
        )

    def _claim(self, name: str) -> bool:
        fresh = name not in self._names
        self._names.add(name)
        return fresh

    def _form_of_address(self, rng: Random, gender: str) -> Mapping[str, str]:
        draw = rng.randrange(DOCTORS * UNADDRESSED)
        if draw % UNADDRESSED == 0:
            return NOTHING
        return DOCTOR if draw % DOCTORS == 0 else ADDRESS[gender]

    def _mail(self, rng: Random, name: str) -> str:
        local = ".".join(_ascii(part) for part in name.split())
        domain = rng.choice(MAIL_DOMAINS)
        address, number = f"{local}@{domain}", 2
        while address in self._mails:
            address, number = f"{local}{number}@{domain}", number + 1
        self._mails.add(address)
        return address

    def _american_phone(self) -> str:
        self._phones += 1
        area = AREA_CODES[self._phones % len(AREA_CODES)]
        return f"+1 {area} 555 01{self._phones // len(AREA_CODES) % 100:02d}"

    def _chinese_phone(self) -> str:
        self._phones += 1
        return f"+86 100 0000 {self._phones:04d}"


def cycle_title(table: Sequence[tuple[str, ...]], index: int, *, chinese_first: bool) -> dict[str, str]:
    row = table[index % len(table)]
    return {"en": row[1], "zh-Hans": row[0]} if chinese_first else {"en": row[0], "zh-Hans": row[1]}
