"""Checks every template: it parses, obeys the content security policy, and shows no text outside a translation.

Text that must not be translated stands in an element with `translate="no"` or in kept_words.txt.
"""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import Environment, TemplateSyntaxError, nodes
from kept_words import has_words

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
SUFFIXES = {".html", ".txt", ".css", ".xml", ".svg", ".jinja"}
# Paper and mail are not pages: no policy rules them, mail readers need inline styles, and paper sets its
# languages side by side from data.
NOT_PAGES = ("print", "mail")
# The description of the REST interface is for programmers and in English, like the interface itself.
NOT_TRANSLATED = (*NOT_PAGES, "api")
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
SILENT = frozenset(("script", "style", "code", "pre"))
SPOKEN_ATTRIBUTES = frozenset(("alt", "title", "aria-label", "placeholder"))
ASSET_ATTRIBUTES = frozenset(("src", "srcset", "poster", "data", "action", "formaction", "xlink:href"))
ELSEWHERE = re.compile(r"(?:https?:)?//|javascript:", re.IGNORECASE)
CSS_ELSEWHERE = re.compile(r"(?:url\(\s*[\"']?|@import\s+[\"'])(?:https?:)?//", re.IGNORECASE)
SENTENCE = re.compile(r"[A-Z][a-z’']+ .*[a-z]")
TRANSLATORS = frozenset(("_", "gettext", "ngettext", "pgettext", "npgettext"))
EXPRESSION = "\ufffc"  # stands for what Jinja fills in: no letter, and no part of HTML's syntax


class Fault(NamedTuple):
    line: int
    message: str


def check(source: str, *, page: bool = True, translated: bool = True) -> list[Fault]:
    """The faults of one template, by line. `page`: browsers load it. `translated`: readers of any language see it."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    try:
        tree = environment.parse(source)
    except TemplateSyntaxError as error:
        return [Fault(error.lineno, f"does not parse: {error.message}")]
    reader = PageReader(page=page, translated=translated)
    reader.feed(markup_of(environment, source))
    reader.close()
    faults = reader.faults
    if translated:
        faults += untranslated_arguments(tree)
    faults += [
        Fault(source.count("\n", 0, match.start()) + 1, "asset from another host in CSS")
        for match in CSS_ELSEWHERE.finditer(source)
    ]
    return sorted(faults)


def markup_of(environment: Environment, source: str) -> str:
    """The HTML alone, on its lines: expressions become a sign, statements vanish, translated text is blanked."""
    markup, line, translating, statement = [], 1, False, ""
    for start, kind, value in environment.lex(source):
        markup.append("\n" * max(0, start - line))
        line = max(line, start)
        if kind == "data":
            markup.append(blank(value) if translating else value)
            line += value.count("\n")
        elif kind == "variable_begin":
            markup.append(EXPRESSION)
        elif kind == "block_begin":
            statement = ""
        elif kind == "name" and not statement:
            statement = value
            translating = {"trans": True, "endtrans": False}.get(value, translating)
    return "".join(markup)


def blank(text: str) -> str:
    """Takes the letters out but leaves the tags."""
    return "".join(
        part if part.startswith("<") else re.sub(r"\w+", EXPRESSION, part) for part in re.split(r"(<[^>]*>)", text)
    )


def untranslated_arguments(tree: nodes.Template) -> Iterator[Fault]:
    """Sentences handed to macros and filters as plain strings."""
    translated = {
        id(constant)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in TRANSLATORS
        for constant in call.find_all(nodes.Const)
    }
    for constant in tree.find_all(nodes.Const):
        text = constant.value
        if isinstance(text, str) and SENTENCE.match(text) and has_words(text) and id(constant) not in translated:
            yield Fault(constant.lineno, f"text outside a translation: {text!r}")


class PageReader(HTMLParser):
    def __init__(self, *, page: bool, translated: bool) -> None:
        super().__init__()
        self.page = page
        self.translated = translated
        self.faults: list[Fault] = []
        self.kept: list[str] = []  # open elements within which nothing is to be translated, outermost first

    def fault(self, message: str, *, below: int = 0) -> None:
        self.faults.append(Fault(self.getpos()[0] + below, message))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.handle_startendtag(tag, attrs)
        if tag in VOID:
            return
        if given.get("translate") == "no" or tag in SILENT or (self.kept and tag == self.kept[0]):
            self.kept.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """All that a tag says by itself; `<path/>` says no more, for it opens nothing."""
        given = dict(attrs)
        self.check_element(tag, given)
        if self.page:
            self.check_policy(tag, given)
        if self.translated and not self.kept and given.get("translate") != "no":
            self.check_spoken(given)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.kept:
            self.kept.reverse()
            self.kept.remove(tag)
            self.kept.reverse()

    def handle_data(self, data: str) -> None:
        if self.translated and not self.kept and has_words(data):
            first_line = data[: len(data) - len(data.lstrip())].count("\n")
            text = " ".join(data.replace(EXPRESSION, "…").split())
            self.fault(f"text outside a translation: {text!r}", below=first_line)

    def check_element(self, tag: str, given: dict[str, str | None]) -> None:
        """What holds everywhere, on paper and in mail too."""
        if tag == "img" and "alt" not in given:
            self.fault("<img> without alt")
        if tag == "html" and not given.get("lang"):
            self.fault("<html> without lang")
        assets = [value for name, value in given.items() if name in ASSET_ATTRIBUTES]
        if tag in ("link", "use", "image"):
            assets.append(given.get("href"))
        for value in assets:
            if value and ELSEWHERE.match(value.strip()):
                self.fault(f"<{tag}> refers to another host: {value}")

    def check_policy(self, tag: str, given: dict[str, str | None]) -> None:
        if tag == "script" and "src" not in given:
            self.fault("inline <script>")
        if tag == "style":
            self.fault("<style> element")
        if (given.get("href") or "").lower().startswith("javascript:"):
            self.fault("javascript: address")
        for name in given:
            if name == "style":
                self.fault("style= attribute")
            elif name.startswith(("on", "hx-on")):
                self.fault(f"inline handler {name}=")

    def check_spoken(self, given: dict[str, str | None]) -> None:
        for name, value in given.items():
            if name in SPOKEN_ATTRIBUTES and value and has_words(value):
                self.fault(f"text outside a translation: {name}={value.replace(EXPRESSION, '…')!r}")


def main(templates: Path = TEMPLATES) -> int:
    files = sorted(path for path in templates.rglob("*") if path.suffix in SUFFIXES)
    faults = 0
    for path in files:
        place = path.relative_to(templates)
        page = path.suffix == ".html" and place.parts[0] not in NOT_PAGES
        translated = page and place.parts[0] not in NOT_TRANSLATED
        for fault in check(path.read_text(encoding="utf-8"), page=page, translated=translated):
            faults += 1
            print(f"templates/{place}:{fault.line}: {fault.message}", file=sys.stderr)
    print(f"Templates: {len(files)} read, faults: {faults}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
