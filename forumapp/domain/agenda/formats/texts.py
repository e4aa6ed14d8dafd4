"""Words out of foreign files: untrusted HTML made plain text, nothing invisible, and whose language it is. Pure."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from forumapp.core.text import NOT_PLAIN, has_han, is_latin, is_visible

if TYPE_CHECKING:
    from collections.abc import Iterable

ENGLISH, CHINESE = "en", "zh-Hans"
_INVISIBLE = re.compile(rf"[{NOT_PLAIN}\ud800-\udfff]")
_TAGS = (
    "a|abbr|article|b|big|blockquote|body|br|center|code|dd|div|dl|dt|em|embed|font|footer|form|h[1-6]|head|header|hr|"
    "html|i|iframe|img|input|li|link|main|meta|nav|object|ol|p|pre|s|script|section|small|span|strike|strong|style|"
    "sub|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|title|tr|tt|u|ul|video|audio"
)
# Only what HTML knows is taken for a tag: "a<b" and "<Liu Chun>" are words.
_HTML = re.compile(rf"</?({_TAGS})\b[^<>]*>|<!--", re.IGNORECASE)
_APART = frozenset({
    "p", "div", "ul", "ol", "table", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header",
    "footer", "tr", "dl", "pre",
})  # fmt: skip
_UNSEEN = frozenset({"script", "style", "template", "head", "title", "iframe", "object", "svg", "textarea"})
_BLANK_LINES = re.compile(r"\n{3,}")
_BOTH = re.compile(r"(?P<one>[^()（）]+?)\s*[(（](?P<other>[^()（）]+)[)）]")


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002 (nothing in a tag is kept)
        if tag in _UNSEEN:
            self._unseen.append(tag)
        self.said.append("\n" if tag == "br" else "\n• " if tag == "li" else "\n\n" if tag in _APART else "")

    def handle_startendtag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002 (nothing in a tag is kept)
        self.said.append("\n" if tag == "br" else "")

    def handle_endtag(self, tag: str) -> None:
        if self._unseen and tag == self._unseen[-1]:
            self._unseen.pop()
        self.said.append("\n\n" if tag in _APART else " " if tag in {"span", "td", "th"} else "")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.said.append(data)


def has_html(text: str) -> bool:
    return _HTML.search(text) is not None


def paragraphs(value: object) -> str:
    """Whatever a file says, as plain paragraphs without a mark-up of any kind that it brought."""
    text = _said(value)
    if has_html(text):
        reader = _Plain()
        reader.feed(text)
        reader.close()
        text = _INVISIBLE.sub("", "".join(reader.said))
    lines = (" ".join(line.split()) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def line(value: object) -> str:
    """The same on one line."""
    return " ".join(paragraphs(value).split())


def _said(value: object) -> str:
    if value is None or isinstance(value, bool | dict | list):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _INVISIBLE.sub("", str(value)).replace("\u2028", "\n").replace("\u2029", "\n")


def language_of_words(text: str) -> str:
    return CHINESE if has_han(text) else ENGLISH


def in_languages(*texts: str) -> dict[str, str]:
    """Each text under its language; of two in one language the first."""
    found: dict[str, str] = {}
    for text in texts:
        if is_visible(text):
            found.setdefault(language_of_words(text), text)
    return found


def joined(texts: Iterable[str]) -> str:
    """Paragraphs one after the other, without those that stand in an earlier one already."""
    kept: list[str] = []
    for text in texts:
        if text and not any(text in other for other in kept):
            kept.append(text)
    return "\n\n".join(kept)


def two_names(text: str) -> tuple[str, str]:
    """A name in Latin letters and one in its own script, of which one may be empty: "Liu Chun (刘春)" has both."""
    both = _BOTH.fullmatch(text)
    one, other = (both["one"].strip(), both["other"].strip()) if both else (text, "")
    if both and is_latin(one) == is_latin(other):
        one, other = text, ""
    latin, native = (one, other) if is_latin(one) else (other, one)
    return latin, native
