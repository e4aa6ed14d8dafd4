"""The styles of a drawing, as far as they only say how something is drawn."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from forumapp.domain.images.drawing_words import STYLED

if TYPE_CHECKING:
    from collections.abc import Sequence

_SELECTOR = re.compile(r"[.#]?[\w-]+")
_LOCAL = re.compile(r"url\(\s*(['\"]?)#[\w.-]+\1\s*\)")
_FUNCTION = re.compile(r"(?:rgba?|hsla?|matrix|translate|scale|rotate|skew[XY])\([\d\s.,%eE+-]*\)")
_PLAIN = re.compile(r"[\w\s.,%#+'\"/-]*")


def is_safe(value: str) -> bool:
    """Numbers, words, colors and what is in the same drawing: nothing with an address, and nothing that is escaped."""
    return _PLAIN.fullmatch(_FUNCTION.sub("", _LOCAL.sub("", value))) is not None


def declarations(text: str) -> dict[str, str]:
    """`fill:#fff; stroke:none` by name."""
    found = {}
    for declaration in text.split(";"):
        name, _, value = declaration.partition(":")
        name, value = name.strip().lower(), value.replace("!important", "").strip()
        if name in STYLED and value and is_safe(value):
            found[name] = value
    return found


def _without_comments(sheets: str) -> str:
    first, *rest = sheets.split("/*")
    return " ".join([first, *(part.partition("*/")[2] for part in rest)])


class Styles:
    """Style sheets with rules for elements, classes and ids by themselves, as drawing programs write them."""

    def __init__(self, sheets: str) -> None:
        self._rules: dict[str, dict[str, str]] = {}
        for rule in _without_comments(sheets).split("}"):
            selectors, _, body = rule.partition("{")
            said = declarations(body)
            for selector in map(str.strip, selectors.rpartition(";")[2].split(",")):
                if _SELECTOR.fullmatch(selector):
                    self._rules.setdefault(selector, {}).update(said)
        self._places = {selector: place for place, selector in enumerate(self._rules)}

    def of(self, element: str, element_id: str, classes: Sequence[str]) -> dict[str, str]:
        """What the rules say of an element; ids outweigh classes, and those its name.

        Of several classes the later rule counts, and not the later name.
        """
        found = dict(self._rules.get(element, {}))
        named = {selector for one in classes if (selector := f".{one}") in self._places}
        for selector in sorted(named, key=self._places.__getitem__):
            found |= self._rules[selector]
        return found | self._rules.get(f"#{element_id}", {})
