"""The consents that registrants are asked for, by purpose, with their default texts. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forumapp.core.values.text import pick

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


class Purpose(enum.StrEnum):
    """The purpose of a consent. PRIVACY is required to register; the others are optional and can be withdrawn."""

    PRIVACY = "privacy"
    PHOTO = "photo"
    CONTACT_LIST = "contact-list"
    CONTACT_PHONE = "contact-phone"  # in addition to the contact list
    SPONSORS = "sponsors"
    TRANSFER_ABROAD = "transfer-abroad"


FREE = tuple(purpose for purpose in Purpose if purpose is not Purpose.PRIVACY)

# The texts of version 0. Consents store the text that was shown, so never change one: an edition writes its own.
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
    """The text with which an edition asks for a consent. `number` is the version of the text; 0 is the default text.
    `version` is 0 and `id` None while the edition has no text of its own.
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


def only_asked(texts: Iterable[ConsentWords]) -> list[ConsentWords]:
    return [text for text in texts if text.is_asked]


def agreed_words(asked: Iterable[ConsentWords], given: Collection[Purpose]) -> list[ConsentWords]:
    """The asked texts with a purpose in `given`. Shorter than `given` if one of its purposes is not asked."""
    return [text for text in asked if text.purpose in given]
