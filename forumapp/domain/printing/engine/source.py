"""What papers are laid out from, read and given its rules at less cost than any HTML would be."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

import tinyhtml5
from cssselect2 import ElementWrapper
from lxml import etree
from weasyprint import CSS, HTML
from weasyprint import html as reading

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcher

OF_WHAT = 3  # of a rule: None where it is of the element itself


def _plain() -> CSS:
    """The rules for documents without notes at the foot of pages, and with marks before lines in lists alone."""
    plain = copy(reading.UA_STYLESHEET)
    plain.matcher = rules = copy(plain.matcher)
    marks = [rule for rule in rules.other_selectors if rule[OF_WHAT] == "marker"]
    rules.other_selectors = [rule for rule in rules.other_selectors if rule[OF_WHAT] is None]
    by_tag = rules.lower_local_name_selectors
    rules.lower_local_name_selectors = {**by_tag, "li": [*by_tag.get("li", ()), *marks]}
    return plain


PLAIN = _plain()


class Source(HTML):
    """Usual documents make six more styles for each element, for notes and a mark that no paper shows."""

    def __init__(self, html: str, fetcher: URLFetcher) -> None:
        self.base_url, self.url_fetcher, self.media_type = "paper:", fetcher, "print"
        self.wrapper_element = ElementWrapper.from_html_root(_read(html), content_language=None)
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:  # noqa: ARG002 - theirs
        return [PLAIN]


def _read(html: str) -> Any:
    """By libxml2, in a tenth of the time, as it stands there. It knows no names of drawings, which have capitals, and
    closes elements otherwise than the standard where they cannot be within each other: such a page is read by another.
    It puts no row into a body that nobody wrote.
    """
    as_written = etree.HTMLParser(encoding="utf-8", remove_comments=True, huge_tree=True)
    root = None if "<svg" in html else etree.fromstring(html.encode("utf-8", "replace"), as_written)
    if root is None or as_written.error_log:
        return tinyhtml5.parse(html, namespace_html_elements=False)
    for table in root.iter("table"):
        rows = table.findall("tr")
        if rows:
            rows[0].addprevious(body := etree.Element("tbody"))
            body.extend(rows)
    return root
