"""What registrants are asked to agree to, each purpose apart, in which words unless an edition has its own. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forumapp.core.values.text import pick

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


class Purpose(enum.StrEnum):
    """What someone agrees to. Without the first nobody can register; the others are free, and can be taken back."""

    PRIVACY = "privacy"
    PHOTO = "photo"
    CONTACT_LIST = "contact-list"
    CONTACT_PHONE = "contact-phone"  # beside it
    SPONSORS = "sponsors"
    TRANSFER_ABROAD = "transfer-abroad"


FREE = tuple(one for one in Purpose if one is not Purpose.PRIVACY)

# The words of version 0, of which a consent keeps those that were shown. To change one, an edition writes its own.
USUAL: Mapping[Purpose, Mapping[str, str]] = {
    Purpose.PRIVACY: {
        "en": "The organizer may keep what I have written here to run this forum.",
        "zh-Hans": "我同意主办方为举办本次论坛保存以上信息。",
    },
    Purpose.PHOTO: {
        "en": "Photos and recordings of the forum that show me may be published.",
        "zh-Hans": "我同意公开发布含有本人形象的论坛照片和音像资料。",
    },
    Purpose.CONTACT_LIST: {
        "en": "My name, title, organization and e-mail address may stand in the list of participants that all"
        " participants receive.",
        "zh-Hans": "我同意将我的姓名、职务、单位和电子邮箱列入发给全体参会者的通讯录。",
    },
    Purpose.CONTACT_PHONE: {
        "en": "My phone number may stand in the list of participants as well.",
        "zh-Hans": "我同意在发给全体参会者的通讯录中同时列出我的电话号码。",
    },
    Purpose.SPONSORS: {
        "en": "My name, title, organization and e-mail address may be given to the sponsors of this forum.",
        "zh-Hans": "我同意将我的姓名、职务、单位和电子邮箱提供给本次论坛的赞助商。",
    },
    Purpose.TRANSFER_ABROAD: {
        "en": "What I have written here may be sent to the organizers in the other country, to the hosts and to the"
        " hotels and carriers there, for this forum alone. I can see it, correct it and take this consent back at any"
        " time.",
        "zh-Hans": "我单独同意仅为本次论坛之目的，将我在此填写的个人信息提供给境外的主办方、接待单位以及当地的酒店"
        "和交通承运方。我可以随时查阅、更正这些信息，也可以随时撤回本同意。",
    },
}


@dataclass(frozen=True, slots=True)
class ConsentWords:
    """A purpose as an edition asks for it. `number` tells the versions of its words apart: 0 are the usual ones.
    `version` 0: nobody has set anything, so there is no id.
    """

    purpose: Purpose
    text: Mapping[str, str]
    number: int = 0
    is_asked: bool = False
    version: int = 0
    id: int | None = field(default=None, compare=False)

    def shown(self, language: str) -> str:
        return pick(self.text, language)


def usual(purpose: Purpose) -> ConsentWords:
    return ConsentWords(purpose, USUAL[purpose], is_asked=purpose is Purpose.PRIVACY)


def asked_of(words: Iterable[ConsentWords]) -> list[ConsentWords]:
    return [one for one in words if one.is_asked]


def agreed_words(asked: Iterable[ConsentWords], given: Collection[Purpose]) -> list[ConsentWords]:
    """The words that were agreed to; fewer than purposes were given where words were not shown."""
    return [one for one in asked if one.purpose in given]
