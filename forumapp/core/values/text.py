"""Texts in several languages, and the folding by which people are found. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LANGUAGES = ("en", "zh-Hans")
SCRIPTS = ("en", "zh-Hans", "zh-Hant")
LINE, PARAGRAPHS = 500, 20_000  # the longest texts
# A name as long as any on a passport; a limit in characters is for storage, paper measures widths itself.
NAME, FORM_OF_ADDRESS, MAIL_ADDRESS, PHONE, PRONUNCIATION, WECHAT = 150, 100, 254, 50, 200, 100
_DROPPED = re.compile(r"[\s\-'’‘ʼ·・.,]+")
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
# Insides of character classes, for regular expressions here and in JSON Schema. What is never let in: control
# characters, and marks that nobody sees but that turn the words after them around or make equal names differ.
NOT_PLAIN = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
# Also forbidden in one line of text: line breaks, tabs and the other control characters.
NOT_IN_A_LINE = NOT_PLAIN + r"\t\n\r\x80-\x9f\u2028\u2029"
# A phone number as people write it, with the way to an extension: "+86 (10) 1234-5678 ext. 9", "010-12345678转9".
PHONE_NUMBER = r"\+?[0-9(][0-9 ().\-/]*([,;]? ?([Ee][Xx][Tt]\.?|[xX#]|转|分机) ?[0-9]+)?"
# A mail address, which may be one that only the organizers' own server knows.
MAIL = rf"[^@\s{NOT_IN_A_LINE}]+@[^@\s{NOT_IN_A_LINE}]+"
_PART = r"[^\s@.,;:，；：<>()（）\[\]\\\"“”]+"
_MAIL_ON_THE_NET = re.compile(rf"{_PART}(\.{_PART})*@({_PART}\.)+[^\W\d_][^\s@.,;:]+")
_WORD = re.compile(r"[A-Za-z]{2,}")
# Characters that print nothing. The joiners \u200c and \u200d are right within names of some scripts, but are no name.
BLANK = (
    NOT_PLAIN
    + r"\s\x1c-\x1f\xad\u034f\u115f\u1160\u180b-\u180f\u200c\u200d\u2060-\u2064\u2800\u3164\ufe00-\ufe0f\uffa0"
)
_NOT_PLAIN = re.compile(rf"[{NOT_PLAIN}\ud800-\udfff]")
_NOT_IN_A_LINE = re.compile(rf"[{NOT_IN_A_LINE}\ud800-\udfff]")
_BREAK = re.compile(r"[\r\n\u2028\u2029]+")
_VISIBLE = re.compile(rf"[^{BLANK}]")


def pick(texts: Mapping[str, str] | None, language: str) -> str:
    """The text in `language`, or in the first other language that has one, or ""."""
    if not texts:
        return ""
    return texts.get(language) or next((text for text in texts.values() if text), "")


def language_of(texts: Mapping[str, str] | None, language: str) -> str:
    """The language that `pick` answers in, for the `lang` attribute."""
    if not texts or texts.get(language):
        return language
    return next((key for key, text in texts.items() if text), language)


def missing(texts: Mapping[str, str] | None, languages: Iterable[str]) -> list[str]:
    """The languages of `languages` in which nothing is written."""
    return [language for language in languages if not (texts or {}).get(language)]


def fold(text: str) -> str:
    """`text` as it is searched: width, case, tone marks, spaces, hyphens and apostrophes do not count."""
    if text.isascii():  # most of what is folded, and it has no marks and no widths
        return _DROPPED.sub("", text.lower())
    wide = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(c for c in unicodedata.normalize("NFKD", wide) if not unicodedata.combining(c))
    return _DROPPED.sub("", plain)


def is_storable(text: str) -> bool:
    """Whether both databases take `text`, if only to look for it: PostgreSQL refuses NUL even in a comparison."""
    return _UNSTORABLE.search(text) is None


def storable(text: str) -> str:
    """`text` with a control character, which is not plain either, for each one that no database takes."""
    return _UNSTORABLE.sub("\x01", text)


def is_plain(text: str) -> bool:
    """Whether `text` is what it looks like, and both databases can hold it: no control characters, no half of a
    surrogate pair, no invisible marks but the joiners.
    """
    return _NOT_PLAIN.search(text) is None


def is_one_line(text: str) -> bool:
    """Whether `text` is plain and has no line breaks, tabs or other control characters."""
    return _NOT_IN_A_LINE.search(text) is None


def line_fault(text: str) -> str | None:
    """The code of the fault of a one-line text that is not one plain line."""
    return None if is_one_line(text) else "line-break" if _BREAK.search(text) else "not-plain"


def on_one_line(text: str) -> str:
    """`text` with a space for each line break within it, and without the tabs and line breaks around its lines."""
    return text if is_one_line(text) else " ".join(line for part in _BREAK.split(text) if (line := part.strip(" \t")))


def ends_line(text: str) -> bool:
    """Whether `text` has a line break, also at its end."""
    return _BREAK.search(text) is not None


def has_line_break(text: str) -> bool:
    """Whether a line break stands between other characters of `text`."""
    return _BREAK.search(text.strip()) is not None


def is_of_two_languages(text: str) -> bool:
    """Whether a name seems to be written in Chinese and in English at once. 中国银行 (BOC) is not."""
    return has_han(text) and len(_WORD.findall(text)) > 1


def is_visible(text: str) -> bool:
    """Whether anything of `text` can be seen."""
    return _VISIBLE.search(text) is not None


# Signs that organizations carry in their names, and marks that stand for an apostrophe in people's.
SIGNS = "©®™℠°"
_MARKS = "`´"
_OF_A_SCRIPT = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nl", "Cn"})
_UNWRITTEN = frozenset({"So", "Sk", "Co", "Cn", "Me"})


def is_written(text: str, *, signs: str = "") -> bool:
    """Whether `text` has only characters of scripts: no pictures, and no private or unassigned characters.

    Rare Chinese characters are added in the planes 2 and 3 faster than our tables of Unicode learn of them.
    """
    return all(
        unicodedata.category(c) not in _UNWRITTEN
        or c in _MARKS
        or c in signs
        or "\u02b0" <= c <= "\u02ff"
        or "\U00020000" <= c <= "\U0003fffd"
        for c in text
    )


def has_han(text: str) -> bool:
    return any(unicodedata.name(c, "").startswith("CJK ") for c in text)


def is_latin(text: str) -> bool:
    """Whether all letters of `text` are Latin. Marks and modifier letters belong to no script, such as
    the \u02bbokina; characters without a name yet, such as rare Chinese ones, are not Latin.
    """
    return all(
        unicodedata.name(c, "").startswith(("LATIN ", "MODIFIER LETTER "))
        for c in unicodedata.normalize("NFKC", text)
        if unicodedata.category(c) in _OF_A_SCRIPT
    )


_DIGITS = "零一二三四五六七八九"
_HUNDRED = 100


def ordinal(number: int, language: str) -> str:
    """The number of an edition in words of `language`: "5th", "第五届"."""
    if language.startswith("zh"):
        return f"第{chinese_number(number)}届"
    teen = number // 10 % 10 == 1
    ending = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def chinese_number(number: int) -> str:
    """In Chinese numerals up to 99 (二十一), beyond that in digits, as headings write them."""
    if not 0 <= number < _HUNDRED:
        return str(number)
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def is_mail_address(text: str) -> bool:
    """Whether mail may be sent there: one address, alone, of a host with a domain."""
    return _MAIL_ON_THE_NET.fullmatch(text) is not None


def masked_email(email: str) -> str:
    """a***@example.org: enough for the owner to recognize it, and no more for others who see the screen."""
    name, _at, domain = email.rpartition("@")
    return f"{name[:1]}***@{domain}"


def email_key(email: str) -> str:
    """The normalized form of a mail address, for storage and search."""
    return email.strip().lower()
