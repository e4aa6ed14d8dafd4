"""What a formal letter says, as plain values that are kept with it, so that it can be made again as it was. Pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from forumapp.core.values.text import pick
from forumapp.domain.mail.placeholders import filled
from forumapp.domain.people.rules import Name
from forumapp.domain.printing.letters import wording
from forumapp.domain.printing.paper.documents import Logo
from forumapp.domain.printing.wording import dates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forumapp.domain.printing.paper.documents import Texts


@dataclass(frozen=True, slots=True)
class Head:
    """A host on the letterhead."""

    name: Texts
    logo: Logo | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What letters that are issued together share. `text` is by language; the first of `languages` leads."""

    kind: str
    forum: Texts
    ordinal: int
    theme: Texts
    place: Texts
    starts_on: date
    ends_on: date
    zone: str
    hosts: tuple[Head, ...]
    languages: tuple[str, ...]
    page_size: str
    accent_color: str
    is_sample: bool
    text: Texts
    dress: Texts
    answer_by: date | None
    signatory_latin: str
    signatory_native: str
    office: Texts
    signature: Logo | None
    has_seal: bool

    def text_in(self, language: str) -> str:
        return self.text.get(language) or wording.usual_text(self.kind, language)

    def names(self, placeholder: str, language: str) -> bool:
        return placeholder in self.text_in(language)

    @property
    def pictures(self) -> tuple[int, ...]:
        found = [one.key for one in (*(host.logo for host in self.hosts), self.signature) if one]
        return tuple(dict.fromkeys(found))

    @property
    def plain(self) -> dict[str, Any]:
        return asdict(self) | {name: day.isoformat() if day else None for name, day in self._days.items()}

    @property
    def _days(self) -> dict[str, date | None]:
        return {"starts_on": self.starts_on, "ends_on": self.ends_on, "answer_by": self.answer_by}


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a letter names. `hours` are those that they attended, where that is known."""

    latin_family: str
    latin_given: str
    family_first: bool
    native_full: str
    native_language: str
    address: Texts = field(default_factory=dict)
    title: Texts = field(default_factory=dict)
    organization: Texts = field(default_factory=dict)
    hours: str = ""

    @property
    def name(self) -> Name:
        return Name(
            self.latin_family, self.latin_given, self.family_first, self.native_full, self.native_language or "zh-Hans"
        )

    @property
    def in_passport_order(self) -> str:
        """The family name first and in capitals, as passports have it."""
        return " ".join(self.passport_parts)

    @property
    def passport_parts(self) -> tuple[str, ...]:
        """Family and given name, each of which is rather kept on one line."""
        return tuple(part for part in (self.latin_family.upper(), self.latin_given) if part)

    @property
    def shown_name(self) -> str:
        return " ".join(part for part in (self.name.latin_in_print, self.native_full) if part)

    def named(self, language: str) -> str:
        """In running text of that language."""
        latin = self.name.latin_in_print
        return (self.native_full or latin) if dates.is_chinese(language) else (latin or self.native_full)

    def addressed(self, language: str) -> str:
        """ "Mr. LIU Chun", "刘春先生"; whose form of address nobody has said, by the name alone."""
        form = self.address.get(language, "")
        if dates.is_chinese(language):
            return f"{self.named(language)}{form}"
        return f"{form} {self.named(language)}".strip()


@dataclass(frozen=True, slots=True)
class LetterValues:
    """One letter. `serial` and `issued_on` are empty of one that is only looked at."""

    content: Content
    said: Recipient
    serial: str = ""
    issued_on: date | None = None
    registration_id: int | None = None
    invitation_id: int | None = None

    @property
    def seal(self) -> str:
        """The hash of all that it says."""
        signed_values = [
            self.serial,
            self.issued_on.isoformat() if self.issued_on else "",
            self.content.plain,
            asdict(self.said),
        ]
        return hashlib.sha256(json.dumps(signed_values, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    def parts(self, language: str) -> tuple[str, str]:
        """What stands before and after the line of the name, if it has one, with the placeholders put in; lines that
        name what is not known are left out.
        """
        lines = self.content.text_in(language).splitlines()
        names = [number for number, line in enumerate(lines) if line.strip() == wording.NAME]
        cut = names[0] if names else len(lines)
        placed = self._placed(language)
        return filled("\n".join(lines[:cut]), placed), filled("\n".join(lines[cut + 1 :]), placed)

    def _placed(self, language: str) -> Mapping[str, str]:
        content, person = self.content, self.said
        placed = {
            "name": person.named(language),
            "title": pick(person.title, language),
            "organization": pick(person.organization, language),
            "forum": pick(content.forum, language),
            "ordinal": dates.ordinal_text(content.ordinal, language),
            "theme": pick(content.theme, language),
            "dates": formal_dates(content.starts_on, content.ends_on, language),
            "place": pick(content.place, language),
            "hosts": wording.joined([pick(one.name, language) for one in content.hosts], language),
            "serial": self.serial,
            "address": person.addressed(language),
            "dress": pick(content.dress, language),
            "answer_by": formal_date(content.answer_by, language) if content.answer_by else "",
            "hours": person.hours,
        }
        return {name: " ".join(value.split()) for name, value in placed.items()}


@dataclass(frozen=True, slots=True)
class LetterBook:
    """A letter with the pictures that it shows, as it goes to print. Its fonts are cut to the `characters` of all
    letters that were issued with it, once for all of them, so that it comes out the same each time.
    """

    letter: LetterValues
    characters: str
    pictures: Mapping[int, bytes] = field(default_factory=dict)
    printed_at: datetime | None = None  # it shows no such moment
    revoked_on: date | None = None  # of one that is marked so, across the page


def content_from(plain: Mapping[str, Any]) -> Content:
    days = {
        name: date.fromisoformat(plain[name]) if plain[name] else None for name in ("starts_on", "ends_on", "answer_by")
    }
    hosts = tuple(Head(one["name"], _logo(one["logo"])) for one in plain["hosts"])
    known = {**plain, **days, "hosts": hosts, "languages": tuple(plain["languages"])}
    return Content(**{**known, "signature": _logo(plain["signature"])})


def recipient_from(plain: Mapping[str, Any]) -> Recipient:
    return Recipient(**plain)


def _logo(plain: Mapping[str, Any] | None) -> Logo | None:
    return Logo(**plain) if plain else None


def formal_date(day: date, language: str) -> str:
    """ "22 May 2023" or "2023年5月22日"."""
    if dates.is_chinese(language):
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {dates.MONTHS[day.month - 1]} {day.year}"


def formal_dates(first: date, last: date, language: str) -> str:
    return formal_date(first, language) if first == last else dates.range_text(first, last, language)
