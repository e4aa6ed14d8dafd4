"""Fields of people and organizations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forumapp.core.text import PHONE, PHONE_NUMBER, is_of_two_languages
from forumapp.web.fields import Fault, Optional, Texts

if TYPE_CHECKING:
    from collections.abc import Mapping


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
