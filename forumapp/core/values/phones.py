"""Phone numbers of whatever numbering plan. Pure."""

from __future__ import annotations

import re
import unicodedata

from forumapp.core.values.text import PHONE_NUMBER

SHORTEST, TAIL = 5, 4  # digits
MOST_DIGITS = 15  # of a number, by E.164


_NUMBER = re.compile(PHONE_NUMBER)
_EXTENDED = re.compile(r"(.+)-([0-9]{2,5})")
# A slash parts two numbers here, and so do two spaces.
_NUMBER_IN_TEXT = re.compile(r"\+?(?:\([0-9]{1,5}\))?[0-9](?:[0-9.\-]| (?! )|\([0-9]{1,5}\))*[0-9]")


class BadPhone(ValueError):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def e164(text: str) -> str:
    """Normalize a number with a country code to E.164. Raises BadPhone."""
    import phonenumbers  # a large table, loaded only by requests with a number

    international = f"+{text[2:]}" if text.startswith("00") else text
    try:
        number = phonenumbers.parse(international, None)
    except phonenumbers.NumberParseException as error:
        digits = sum(character.isdigit() for character in text)
        raise BadPhone("phone-without-country-code" if digits >= SHORTEST else "not-a-phone") from error
    if not phonenumbers.is_possible_number(number):
        raise BadPhone("not-a-phone")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def is_phone(text: str) -> bool:
    """Whether this may be a phone number: a possible one with a country code, or one as it is dialed locally."""
    match = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text))
    if match is None:
        return False
    number = match[0].removesuffix(match[1] or "")
    if len(digits_of(number)) < SHORTEST:
        return False
    try:
        return not number.startswith(("+", "00")) or bool(e164(number))
    except BadPhone:
        return False


def has_country_code(text: str) -> bool:
    return unicodedata.normalize("NFKC", text).strip().startswith(("+", "00"))


def has_extension(text: str) -> bool:
    match = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return match is not None and bool(match[1])


def first_phone(text: str) -> str:
    """The text itself where it is one number, or else the first number in it; empty where there is none.

    "+86 10 12345678-801" is a number with its extension, "13800000000/13900000000" are two numbers.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if is_phone(plain) and len(digits_of(_NUMBER.sub(_without_extension, plain))) <= MOST_DIGITS:
        return text
    for match in _NUMBER_IN_TEXT.finditer(plain):
        number = match[0]
        if is_phone(number) and len(digits_of(number)) <= MOST_DIGITS:
            return number
        extended = _EXTENDED.fullmatch(number)
        if extended and is_phone(extended[1]):
            return f"{extended[1]} ext. {extended[2]}"
    return ""


def _without_extension(number: re.Match[str]) -> str:
    return number[0].removesuffix(number[1] or "")


def digits_of(text: str) -> str:
    return "".join(character for character in text if character.isdecimal())


def phone_tail(phone: str | None) -> str | None:
    """The last digits of a number, however it is written; None where there are too few."""
    digits = digits_of(phone or "")
    return digits[-TAIL:] if len(digits) >= TAIL else None
