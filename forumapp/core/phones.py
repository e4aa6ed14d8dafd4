"""Phone numbers of whatever numbering plan. Pure."""

from __future__ import annotations

import re
import unicodedata

from forumapp.core.text import PHONE_NUMBER

SHORTEST, TAIL = 5, 4  # digits


_NUMBER = re.compile(PHONE_NUMBER)


class BadPhone(ValueError):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def e164(text: str) -> str:
    """A number that is written with its country code, as it is kept. Raises BadPhone."""
    import phonenumbers  # a large table, for those requests alone that bring a number

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
    """Whether this may be a number as organizers keep it: with a country code, in which case it has to be possible, or
    as it is dialed at home.
    """
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text))
    if found is None:
        return False
    number = found[0].removesuffix(found[1] or "")
    if len(digits_of(number)) < SHORTEST:
        return False
    try:
        return not number.startswith(("+", "00")) or bool(e164(number))
    except BadPhone:
        return False


def digits_of(text: str) -> str:
    return "".join(character for character in text if character.isdecimal())


def phone_tail(phone: str | None) -> str | None:
    """The last digits of a number, however it is written; None where there are too few."""
    digits = digits_of(phone or "")
    return digits[-TAIL:] if len(digits) >= TAIL else None
