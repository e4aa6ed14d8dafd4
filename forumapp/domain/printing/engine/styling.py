"""Styles worked out once for all elements of a book that are declared alike, in whichever of its documents they stand.
It leans on WeasyPrint's private names.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from weasyprint import css

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lxml.etree import _Element

Cascade = dict[str, tuple[Any, Any]]  # by property, its value and what that weighs


class Known(NamedTuple):
    """What all that are declared alike have: a number, their style, and by their names those of pseudo-elements.
    Sheets are held, so that no other one takes the place by which they are known.
    """

    number: int
    style: Any
    others: dict[str, Any]
    sheets: Sequence[Any]


class StyleFor(css.StyleFor):
    """WeasyPrint's own finds those of one document that are declared alike after it has gathered for each of them what
    all rules say. Here this is gathered of the first alone that the same rules match below parents of one style.

    `known` is of all documents that follow one another. Root and body have a style of their own in each, since
    WeasyPrint changes it. Lengths in parts of the page (`vw`, `vh`) would be those of the first document's pages: no
    paper has any.
    """

    def __init__(  # noqa: PLR0917 - as it is called
        self, known: dict[Any, Known], html: Any, sheets: list[Any], hints: object, fonts: Any, targets: Any
    ) -> None:
        self._cascaded_styles: dict[Any, Any] = {}
        self._computed_styles: dict[Any, Any] = {}
        self.initial_page_sizes = {"box": None, "area": None}
        self._sheets, self.font_config = sheets, fonts
        self._root, self._base_url = html.etree_element, html.base_url
        declared: dict[_Element, tuple[Any, ...]] = {}
        for rank, element, declarations, base_url in css.find_style_attributes(self._root, hints, html.base_url):
            declared[element] = (*declared.get(element, ()), (rank, tuple(declarations), base_url))
        numbers: dict[_Element, int] = {}
        for wrapped in html.wrapper_element.iter_subtree():
            element, parent = wrapped.etree_element, wrapped.parent.etree_element if wrapped.parent else None
            own = declared.get(element, ())
            rules = [(*sheet, rule) for sheet in sheets for rule in sheet[0].matcher.match(wrapped)]
            above = (fonts, html.base_url) if parent is None else numbers[parent]
            key = above, own, tuple((id(sheet), rule[1]) for sheet, _origin, _rank, rule in rules)
            found = known.get(key)
            if found is None or parent is None or parent is self._root:
                number = len(known) if found is None else found.number
                known[key] = found = Known(number, *self._worked_out(parent, own, rules), sheets)
            numbers[element] = found.number
            self._take(element, found, targets)

    def _take(self, element: _Element, found: Known, targets: Any) -> None:
        self._computed_styles[element, None] = found.style
        for name, style in found.others.items():
            self._computed_styles[element, name] = style
        anchor = found.style["anchor"]
        if targets and anchor and anchor not in targets.target_lookup_items:
            targets.collect_anchor(anchor)

    def _worked_out(
        self, parent: _Element | None, own: Iterable[Any], rules: Iterable[Any]
    ) -> tuple[Any, dict[str, Any]]:
        """The style of an element, and those of what stands before and behind its text."""
        itself: Cascade = {}
        around: dict[str, Cascade] = {}
        for rank, declarations, base_url in own:
            _weigh(itself, css.preprocess_declarations(base_url, declarations), "author", inf, rank)
        for sheet, origin, of_sheet, (rank, _order, name, (declarations, layer)) in rules:
            place = inf if layer is None else sheet.layers.index(layer)
            cascade = itself if name is None else around.setdefault(name, {})
            _weigh(cascade, declarations, origin, place, of_sheet or rank)
        above, root = (self._computed_styles.get((one, None)) for one in (parent, self._root))
        common = self._base_url, self.font_config, self.initial_page_sizes
        begin = css.InitialStyle(self.font_config) if root is None else root
        style = css.ComputedStyle(above, itself, None, begin, *common)
        root = style if root is None else root
        pseudo = {name: css.ComputedStyle(style, cascade, name, root, *common) for name, cascade in around.items()}
        return style, pseudo


def _weigh(cascade: Cascade, declarations: Iterable[Any], origin: str, place: float, rank: Any) -> None:
    """Of what is said twice, what weighs more stands, or what comes later."""
    for name, values, importance in declarations:
        weight = css.declaration_precedence(origin, importance), place, rank
        if name not in cascade or cascade[name][1] <= weight:
            cascade[name] = values, weight
