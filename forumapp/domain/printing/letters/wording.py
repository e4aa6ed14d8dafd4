"""What formal letters say: the usual texts, the placeholders of each kind, and how serials are written. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from forumapp.domain.mail.placeholders import unknown_in

if TYPE_CHECKING:
    from collections.abc import Mapping

INVITATION, CERTIFICATE = "invitation", "certificate"
DIGITS = 4
LONGEST_PREFIX = 24
_PREFIX = re.compile(rf"[A-Z0-9][A-Z0-9/.-]{{0,{LONGEST_PREFIX - 1}}}")
_INITIALS = {INVITATION: "I", CERTIFICATE: "C"}
NAME = "{name}"  # where it stands alone on a line of a certificate, it is set large
HOURS = "{hours}"  # where a certificate names them, those attended are looked for
ADDRESS, ANSWER = "{address}", "{answer_by}"

_SHARED = ("name", "title", "organization", "forum", "ordinal", "theme", "dates", "place", "hosts", "serial")
PLACEHOLDERS: Mapping[str, tuple[str, ...]] = {
    INVITATION: (*_SHARED, "address", "dress", "answer_by"),
    CERTIFICATE: (*_SHARED, "hours"),
}

TITLES: Mapping[str, Mapping[str, str]] = {
    INVITATION: {"en": "Invitation", "zh-Hans": "邀请函"},
    CERTIFICATE: {"en": "Certificate of Attendance", "zh-Hans": "参会证书"},
}

# A line that names what is not known is left out, as in mails.
TEXTS: Mapping[str, Mapping[str, str]] = {
    INVITATION: {
        "en": (
            "Dear {address},\n\n"
            "It is my honor to invite you to the {forum}, to be held in {place}, {dates}, hosted by {hosts}.\n\n"
            "The theme of the forum is “{theme}”.\n\n"
            "Your presence would do us great honor. We look forward to welcoming you.\n\n"
            "Dress: {dress}\n"
            "The favor of a reply is requested by {answer_by}.\n\n"
            "Yours sincerely,"
        ),
        "zh-Hans": (
            "尊敬的{address}：\n\n"
            "谨代表{hosts}，诚挚邀请阁下拨冗出席定于{dates}在{place}举行的{forum}。\n\n"
            "本届论坛以“{theme}”为主题。\n\n"
            "恭候阁下光临。\n\n"
            "着装要求：{dress}\n"
            "敬请于{answer_by}前赐复。\n\n"
            "顺颂时祺！"
        ),
    },
    CERTIFICATE: {
        "en": (
            "This is to certify that\n\n{name}\n\n"
            "attended the {forum}\n"
            "held in {place}, {dates}.\n"
            "Hours attended: {hours}"
        ),
        "zh-Hans": (
            "兹证明\n\n{name}\n\n出席了{dates}在{place}举行的\n{forum}。\n参会时长：{hours}小时\n特发此证，以资证明。"
        ),
    },
}

WORDS: Mapping[str, Mapping[str, str]] = {
    "serial": {"en": "No.", "zh-Hans": "编号"},
    "seal": {"en": "Seal", "zh-Hans": "盖章处"},
    "revoked": {"en": "Revoked", "zh-Hans": "已撤销"},
    "not-issued": {"en": "not issued", "zh-Hans": "未签发"},
    "colon": {"en": " ", "zh-Hans": "："},
    "and": {"en": " and ", "zh-Hans": "和"},
    "comma": {"en": ", ", "zh-Hans": "、"},
}


def word(key: str, language: str) -> str:
    return WORDS[key].get(language, WORDS[key]["en"])


def title_of(kind: str, language: str) -> str:
    return TITLES[kind].get(language, TITLES[kind]["en"])


def usual_text(kind: str, language: str) -> str:
    return TEXTS[kind].get(language, TEXTS[kind]["en"])


def usual_prefix(kind: str, series: str, ordinal: int) -> str:
    """ "CCBF5-C-" of the fifth forum of a series."""
    code = re.sub(r"[^A-Z0-9]", "", series.upper())[: LONGEST_PREFIX - 8] or "FORUM"
    return f"{code}{ordinal}-{_INITIALS[kind]}-"


def serial_of(prefix: str, number: int) -> str:
    return f"{prefix}{number:0{DIGITS}}"


def prefix_fault(prefix: str) -> str | None:
    return None if not prefix or _PREFIX.fullmatch(prefix) else "not-a-prefix"


def text_fault(kind: str, text: str) -> str | None:
    """What is wrong with a text in one language: a placeholder that there is not, named after the code, or a
    certificate without a line for the name.
    """
    if not text.strip():
        return None
    if unknown := unknown_in(text, PLACEHOLDERS[kind]):
        return f"unknown-placeholder:{unknown[0]}"
    if kind == CERTIFICATE and [line.strip() for line in text.splitlines()].count(NAME) != 1:
        return "no-line-for-the-name"
    return None


def joined(names: list[str], language: str) -> str:
    """ "A, B and C", "A、B和C"."""
    if len(names) < 2:  # noqa: PLR2004 (one needs no "and")
        return "".join(names)
    return word("comma", language).join(names[:-1]) + word("and", language) + names[-1]
