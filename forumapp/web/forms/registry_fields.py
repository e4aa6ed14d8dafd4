"""Fields of people and organizations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from forumapp.core.values.text import LANGUAGES, PHONE, PHONE_NUMBER, is_of_two_languages
from forumapp.schemas.fields import LANGUAGE
from forumapp.web.forms.fields import Fault, Field, Optional, Texts
from forumapp.web.wording.labels import language_name
from forumapp.web.wording.language import OWN_NAMES
from forumapp.web.wording.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from werkzeug.datastructures import MultiDict

# Besides ours, what many who come to such forums speak; a record may name any other.
SPOKEN = (*LANGUAGES, "yue", "ja", "ko", "es", "fr", "de", "ru", "ar")
MOST_SPOKEN = 20


@dataclass(frozen=True, kw_only=True)
class Phone(Optional):
    longest: int = PHONE
    type: str = "tel"

    def parse(self, raw: Mapping[str, Any]) -> str | None:
        text = super().parse(raw)
        if text and not re.fullmatch(PHONE_NUMBER, text):
            raise Fault("not-a-phone")
        return text


@dataclass(frozen=True, kw_only=True)
class Names(Texts):
    """What someone or something is called in each language. Both in one row are not taken for the name of one."""

    def parse(self, raw: Mapping[str, Any]) -> dict[str, str]:
        texts = super().parse(raw)
        for language, text in texts.items():
            if len(texts) == 1 and is_of_two_languages(text):
                raise Fault("two-languages", f"{self.name}.{language}")
        return texts


@dataclass(frozen=True, kw_only=True)
class Spoken(Field):
    """The languages that someone speaks. What a record says comes first, in its order, so that a form that is sent as
    it stands changes nothing.
    """

    control: ClassVar[str] = "choices"

    def offered(self, raw: Mapping[str, Any]) -> list[tuple[str, str]]:
        codes = dict.fromkeys((*filter(_is_tag, raw[self.name]), *SPOKEN))
        return [(code, OWN_NAMES.get(code) or language_name(code)) for code in codes]

    def write(self, value: Any) -> dict[str, Any]:
        return {self.name: list(value or [])}

    def read(self, sent: MultiDict[str, str]) -> dict[str, Any]:
        return {self.name: sent.getlist(self.name)[:MOST_SPOKEN]}

    def parse(self, raw: Mapping[str, Any]) -> list[str]:
        chosen = list(dict.fromkeys(raw[self.name]))
        if not all(map(_is_tag, chosen)):
            raise Fault("not-a-choice")
        return chosen

    def words(self, value: Iterable[str] | None) -> str:
        return listed(map(language_name, value or ()))


def _is_tag(code: str) -> bool:
    return re.fullmatch(LANGUAGE, code) is not None
