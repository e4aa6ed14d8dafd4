"""Words out of foreign files: untrusted HTML made plain text, nothing invisible, and whose language it is. Pure."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from forumapp.core.values.text import NOT_IN_A_LINE, NOT_PLAIN, has_han, is_latin, is_one_line, is_visible

if TYPE_CHECKING:
    from collections.abc import Iterable

ENGLISH, CHINESE = "en", "zh-Hans"
_INVISIBLE = re.compile(rf"[{NOT_PLAIN}\ud800-\udfff]")
_NOT_IN_A_LINE = re.compile(rf"[{NOT_IN_A_LINE}]")
# Only what HTML knows is taken for a tag: "a<b" and "<Liu Chun>" are words.
_TAGS = frozenset({
    "a", "abbr", "article", "b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt",
    "em", "embed", "font", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html",
    "i", "iframe", "img", "input", "li", "link", "main", "meta", "nav", "object", "ol", "p", "pre", "s",
    "script", "section", "small", "span", "strike", "strong", "style", "sub", "sup", "svg", "table", "tbody",
    "td", "template", "textarea", "tfoot", "th", "thead", "title", "tr", "tt", "u", "ul", "video", "audio",
})  # fmt: skip
_TAG = re.compile(r"<(?P<ends>/?)(?P<tag>[A-Za-z][A-Za-z0-9]*)\b[^<>]*>|<!--")
_APART = frozenset({
    "p", "div", "ul", "ol", "table", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header",
    "footer", "tr", "dl", "pre",
})  # fmt: skip
_UNSEEN = frozenset({"script", "style", "template", "head", "title", "iframe", "object", "svg", "textarea"})
_LONGEST = 200_000  # characters that are looked at, of which far fewer are kept
_BLANK_LINES = re.compile(r"\n{3,}")
# What stands before the subtitle of a session that is not certain yet, in formats that know no state of one.
_TENTATIVE = {ENGLISH: "Tentative", CHINESE: "暂定"}
_MARK = re.compile(rf"(?:{'|'.join(_TENTATIVE.values())})(?: · |$)")
_BOTH = re.compile(r"(?P<one>[^()（）]+?)\s*[(（](?P<other>[^()（）]+)[)）]")


def _without_tags(html: str) -> str:
    """Read once from the left: what is made to be looked through again and again costs no more than other texts."""
    said: list[str] = []
    unseen, at, has_comments = "", 0, True
    for found in _TAG.finditer(html):
        tag = (found["tag"] or "").lower()
        if found.start() < at or (tag and tag not in _TAGS):
            continue  # within a comment, or words in angle brackets
        if not unseen:
            said.append(unescape(html[at : found.start()]))
        at = found.end()
        if not tag:
            end = html.find("-->", at) if has_comments else -1
            has_comments, at = end >= 0, end + 3 if end >= 0 else at
        elif found["ends"]:
            unseen = "" if tag == unseen else unseen
            said.append(_after(tag))
        else:
            unseen = unseen or (tag if tag in _UNSEEN else "")
            said.append(_before(tag))
    return "".join([*said, "" if unseen else unescape(html[at:])])


def _before(tag: str) -> str:
    return "\n" if tag == "br" else "\n• " if tag == "li" else "\n\n" if tag in _APART else ""


def _after(tag: str) -> str:
    return "\n\n" if tag in _APART else " " if tag in {"span", "td", "th"} else ""


def has_html(text: str) -> bool:
    return any(not found["tag"] or found["tag"].lower() in _TAGS for found in _TAG.finditer(text))


def paragraphs(value: object) -> str:
    """Whatever a file says, as plain paragraphs without a mark-up of any kind that it brought."""
    text = _said(value)[:_LONGEST]
    if has_html(text):
        text = _INVISIBLE.sub("", _without_tags(text))
    lines = (" ".join(line.split()) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def line(value: object) -> str:
    """The same on one line, without control characters."""
    return _NOT_IN_A_LINE.sub("", " ".join(paragraphs(value).split()))


def kept(value: object) -> str:
    """To the character, as we wrote it, but for what stands around it."""
    return _INVISIBLE.sub("", value).strip() if isinstance(value, str) else ""


def kept_line(value: object) -> str:
    """The same of one line; more lines than one are no text that we wrote there."""
    text = kept(value)
    return text if is_one_line(text) else line(text)


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


def marked(subtitle: str, status: str, language: str) -> str:
    """The subtitle, which says in `language` that a session is tentative."""
    mark = _TENTATIVE.get(language, _TENTATIVE[ENGLISH]) if status == "tentative" else ""
    return " · ".join(text for text in (mark, subtitle) if text)


def unmarked(text: str) -> tuple[str, str]:
    """The status that a subtitle says, where it says one, and the subtitle itself."""
    mark = _MARK.match(text)
    return ("tentative", text[mark.end() :]) if mark else ("", text)


def two_names(text: str) -> tuple[str, str]:
    """A name in Latin letters and one in its own script, of which one may be empty: "Liu Chun (刘春)" has both."""
    both = _BOTH.fullmatch(text)
    one, other = (both["one"].strip(), both["other"].strip()) if both else (text, "")
    if both and is_latin(one) == is_latin(other):
        one, other = text, ""
    latin, native = (one, other) if is_latin(one) else (other, one)
    return latin, native
