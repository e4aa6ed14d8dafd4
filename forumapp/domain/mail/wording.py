"""The mails whose words an edition may choose, what each may say, and what it says until someone has chosen.

`templates/mail/KIND.LANGUAGE.txt` holds the subject in its first line and the text below it.
"""

from __future__ import annotations

import enum
from functools import cache
from typing import NamedTuple

from forumapp.core.paths import ROOT
from forumapp.core.values.text import LANGUAGES
from forumapp.domain.mail.placeholders import Placeholder as P  # noqa: N817 (the table is read by its columns)

MAILS = ROOT / "templates" / "mail"


class MailKind(enum.StrEnum):
    INVITATION = "registration-invitation"
    UNCONFIRMED = "registration-unconfirmed"
    APPLIED = "registration-applied"
    WAITLISTED = "registration-waitlisted"
    OFFERED = "registration-offered"
    OFFER_ENDED = "registration-offer-ended"
    CONFIRMED = "registration-confirmed"
    PROMOTED = "registration-promoted"
    CHANGED = "registration-changed"
    SUBSTITUTE = "registration-substitute"
    REPLACED = "registration-replaced"
    KNOWN = "registration-known"
    GROUP = "registration-group"
    DECLINED = "registration-declined"
    CANCELLED = "registration-cancelled"
    REMINDER = "registration-reminder"
    MISSING = "registration-missing"
    NAME_PROOF = "name-proof"
    SPEAKER = "speaker-invitation"
    SPEAKER_REMINDER = "speaker-reminder"
    AGENDA_CHANGED = "agenda-changed"
    ITINERARY_CHANGED = "itinerary-changed"
    # To be copied, for people without mail.
    MESSAGE = "registration-message"
    MESSAGES = "registration-messages"


_ALWAYS = (P.FORUM, P.DATES, P.PLACE, P.LINK, P.FORUM_LINK)
_REGISTRATION = (P.GREETING, P.NAME, *_ALWAYS, P.TYPE)
_PERSONAL = (*_REGISTRATION, P.FOR_WHOM)
PLACEHOLDERS: dict[MailKind, tuple[P, ...]] = {
    MailKind.INVITATION: (*_REGISTRATION, P.WORDS, P.ANSWER_BY),
    MailKind.UNCONFIRMED: (*_PERSONAL, P.UNTIL),
    MailKind.APPLIED: _PERSONAL,
    MailKind.WAITLISTED: (*_PERSONAL, P.NUMBER),
    MailKind.OFFERED: (*_REGISTRATION, P.UNTIL),
    MailKind.OFFER_ENDED: (*_REGISTRATION, P.UNTIL),
    MailKind.CONFIRMED: (*_PERSONAL, P.CODE),
    MailKind.PROMOTED: (*_REGISTRATION, P.CODE),
    MailKind.CHANGED: (*_PERSONAL, P.CODE),
    MailKind.SUBSTITUTE: (*_REGISTRATION, P.CODE),
    MailKind.REPLACED: _REGISTRATION,
    MailKind.KNOWN: _REGISTRATION,
    MailKind.GROUP: (*_REGISTRATION, P.PEOPLE, P.OTHERS),
    MailKind.DECLINED: _REGISTRATION,
    MailKind.CANCELLED: _REGISTRATION,
    MailKind.REMINDER: (*_REGISTRATION, P.CODE),
    MailKind.MISSING: (*_REGISTRATION, P.CODE, P.MISSING),
    MailKind.NAME_PROOF: (*_ALWAYS, P.OFFICE),
    MailKind.SPEAKER: (P.GREETING, P.NAME, *_ALWAYS, P.PARTS),
    MailKind.SPEAKER_REMINDER: (P.GREETING, P.NAME, *_ALWAYS, P.PARTS),
    MailKind.AGENDA_CHANGED: (P.GREETING, P.NAME, *_ALWAYS, P.AGENDA_VERSION, P.CHANGES, P.NOTE),
    MailKind.ITINERARY_CHANGED: (P.GREETING, P.NAME, *_ALWAYS, P.CHANGES, P.FOR_WHOM),
    MailKind.MESSAGE: (*_PERSONAL, P.CODE),
    MailKind.MESSAGES: (P.FORUM, P.DATES, P.PLACE, P.FORUM_LINK, P.PEOPLE),
}
# Without their link nobody could do what they are asked to.
NEED_LINK = frozenset(
    {MailKind.INVITATION, MailKind.UNCONFIRMED, MailKind.APPLIED, MailKind.WAITLISTED, MailKind.OFFERED,
     MailKind.CONFIRMED, MailKind.PROMOTED, MailKind.CHANGED, MailKind.SUBSTITUTE, MailKind.MISSING,
     MailKind.NAME_PROOF, MailKind.SPEAKER, MailKind.SPEAKER_REMINDER, MailKind.ITINERARY_CHANGED, MailKind.GROUP,
     MailKind.MESSAGE}
)  # fmt: skip


# How the people of a group stand, as the mail to their contact says it.
STATES: dict[str, dict[str, str]] = {
    "unconfirmed": {"en": "email address not confirmed", "zh-Hans": "邮箱待验证"},
    "applied": {"en": "requested", "zh-Hans": "待审核"},
    "waitlisted": {"en": "on the waitlist", "zh-Hans": "候补中"},
    "offered": {"en": "a place is offered", "zh-Hans": "有空位待接受"},
    "confirmed": {"en": "confirmed", "zh-Hans": "已确认"},
    "declined": {"en": "no place", "zh-Hans": "未能安排名额"},
    "cancelled": {"en": "cancelled", "zh-Hans": "已取消"},
    "attended": {"en": "attended", "zh-Hans": "已到会"},
}

# What organizers write to many at once. It has no words but theirs.
MAILING = "mailing"
MAILING_PLACEHOLDERS = (*_REGISTRATION, P.CODE)


class Wording(NamedTuple):
    subject: str
    text: str


@cache
def default_wording(kind: MailKind, language: str) -> Wording:
    subject, _, text = (MAILS / f"{kind}.{language}.txt").read_text(encoding="utf-8").strip().partition("\n")
    return Wording(subject, text.strip())


def default_subject(kind: MailKind) -> dict[str, str]:
    return {language: default_wording(kind, language).subject for language in LANGUAGES}


def default_text(kind: MailKind) -> dict[str, str]:
    return {language: default_wording(kind, language).text for language in LANGUAGES}
