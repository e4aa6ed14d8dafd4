"""Converts organizers' Markdown to HTML, the same for pages, previews and paper.

A safe subset of Markdown: no HTML, pictures or code; links lead only to the web, to a mail address or to a phone. Line
breaks are kept.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline.state_inline import Scanned, StateInline
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.token import Token

BLOCKS = ("paragraph", "heading", "list", "blockquote", "table", "hr")
WITHIN = ("text", "newline", "escape", "emphasis", "link", "autolink", "entity")
PAIRS = ("balance_pairs", "emphasis", "fragments_join")
BREAKS = ("softbreak", "hardbreak")
LOWEST = 6  # of HTML's headings
_LINK = re.compile(r"(https?://[^/?#]|mailto:[^@\s]+@|tel:\+?[0-9])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list, table or quotation. `kind` is its tag, and `html` the whole of it."""

    kind: str
    html: Markup


def to_html(text: str, *, level: int, say: Callable[[str], Markup] = escape) -> Markup:
    """`text` as HTML in which the first headings have `level`. `say` sets the words between the marks."""
    return Markup("").join(block.html for block in blocks(text, level=level, say=say))


def blocks(text: str, *, level: int, say: Callable[[str], Markup] = escape) -> list[Block]:
    """The same, block by block. No heading skips a level, however many "#" it was written with."""
    blocks_: list[Block] = []
    inside: list[Token] = []
    above: list[int] = []  # the levels that the headings around this place were written with
    for token in _reader().parse(text):
        if token.type == "heading_open":
            written = int(token.tag[1])
            above = [*(level for level in above if level < written), written]
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(level + len(above) - 1, LOWEST)}"
        inside.append(token)
        if token.level == 0 and token.nesting <= 0:
            blocks_.append(Block(inside[0].tag, Markup(_written(inside, say))))  # noqa: S704 (our tags and escaped words)
            inside = []
    return blocks_


def to_words(text: str) -> str:
    """What is read of `text`, without its marks."""
    inline = (token.children or [] for token in _reader().parse(text) if token.type == "inline")
    return " ".join(
        "".join(" " if child.type in BREAKS else child.content for child in children) for children in inline
    )


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("zero", {"html": False, "breaks": True})
    reader.block.ruler.enableOnly(BLOCKS)
    reader.inline = _Inline()
    reader.inline.ruler.enableOnly(WITHIN)
    reader.inline.ruler2.enableOnly(PAIRS)
    reader.validateLink = lambda url: _LINK.match(url) is not None  # type: ignore[method-assign]  # its own convention
    return reader


def _written(tokens: Sequence[Token], say: Callable[[str], Markup]) -> str:
    return "".join(_piece(token, say) for token in tokens if not token.hidden)


def _piece(token: Token, say: Callable[[str], Markup]) -> str:
    if token.type == "inline":
        return _written(token.children or (), say)
    if token.type in ("text", "text_special"):
        return str(say(token.content)) if token.content else ""
    if token.type in BREAKS:
        return "<br>"
    if token.nesting < 0:
        return f"</{token.tag}>"
    attributes = "".join(str(Markup(' {}="{}"').format(name, value)) for name, value in _attributes(token))
    return f"<{token.tag}{attributes}>"


def _attributes(token: Token) -> Sequence[tuple[str, Any]]:
    if token.type == "link_open":
        return (("href", token.attrGet("href")), ("rel", "noreferrer"))
    start = token.attrGet("start") if token.type == "ordered_list_open" else None
    return (("start", start),) if start is not None else ()


class _ChineseEmphasis(StateInline):
    """Chinese has no spaces next to emphasis: `**注意：**请` is emphasis too."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803 (theirs)
        scanned = super().scanDelims(start, canSplitWord)
        before = self.src[start - 1] if start else " "
        end = start + scanned.length
        after = self.src[end] if end < self.posMax else " "
        if not (_is_wide(before) or _is_wide(after)):
            return scanned
        return Scanned(
            scanned.can_open or not after.isspace(), scanned.can_close or not before.isspace(), scanned.length
        )


class _Inline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        state = _ChineseEmphasis(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"
