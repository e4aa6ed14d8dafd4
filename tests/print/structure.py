"""What is wrong with the tagged structure of a file."""

from __future__ import annotations

import io
from collections import Counter

import pikepdf

SHOWS = {"Tj", "TJ", "'", '"'}
PARTS = {"THead": {"Table"}, "TBody": {"Table"}, "TFoot": {"Table"}, "TR": {"Table", "THead", "TBody", "TFoot"},
         "TH": {"TR"}, "TD": {"TR"}, "LI": {"L"}, "Lbl": {"LI"}, "LBody": {"LI"}}  # fmt: skip
PARAGRAPHS = {"P", "H1", "H2", "H3", "H4", "H5", "H6"}
HOLD_WORDS = {"P", "H1", "H2", "H3", "H4", "H5", "H6", "TH", "TD", "LBody", "Lbl", "Link", "Span", "Caption", "Figure"}


def outline(pdf: bytes) -> str:
    """The elements in order, each with what is in it: `Sect(H2 P(Span@zh-Hans))`."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        (document,) = opened.Root.StructTreeRoot.K
        return _inside(document)


def _inside(element):
    return " ".join(_outline(one) for one in element.K if not isinstance(one, int) and "/S" in one)


def _outline(element):
    more = {**element.get("/A", {})}
    said = "".join(f" {name[1:]}={more[name]}" for name in ("/Scope", "/ColSpan", "/RowSpan") if name in more)
    language = f"@{element.Lang}" if "/Lang" in element else ""
    within = _inside(element)
    return f"{str(element.S)[1:]}{language}{said}" + (f"({within})" if within else "")


def faults(pdf: bytes) -> list[str]:
    """Words that no element holds, elements in the wrong place or without what they need, and numbers that lead
    elsewhere.
    """
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        root = opened.Root.StructTreeRoot
        nums = root.ParentTree.Nums
        by_number = {int(nums[n]): nums[n + 1] for n in range(0, len(nums), 2)}
        found: list[str] = []
        held: Counter[tuple[object, int]] = Counter()
        (document,) = root.K
        for element in document.K:
            found += _of_element(element, document, held)
        for number, page in enumerate(opened.pages, 1):
            found += [f"page {number}: {fault}" for fault in _of_page(page, by_number, held)]
        found += [f"nothing on its page has number {key[1]}" for key, count in held.items() if count]
        return found


def _of_element(element, within, held):
    kind, above = str(element.S)[1:], str(within.S)[1:]
    if element.P.objgen != within.objgen:
        yield f"{kind} in {above} names another one"
    if kind in PARTS and above not in PARTS[kind]:
        yield f"{kind} in {above}"
    if kind == "Figure" and not str(element.get("/Alt", "")):
        yield "picture that says nothing"
    if kind in PARAGRAPHS and above in {*PARAGRAPHS, "Span", "Link"}:
        yield f"{kind} in {above}"
    if kind == "Table":
        if "TH" not in _kinds(element):
            yield "table without heads"
        if len(set(_widths(element))) > 1:
            yield f"rows of {sorted(set(_widths(element)))} columns"
    if not len(element.K) and kind not in {"TH", "TD"}:
        yield f"empty {kind}"
    for one in element.K:
        if isinstance(one, int):
            held[element.Pg.objgen, one] += 1
            if kind not in HOLD_WORDS:
                yield f"words in {kind}"
        elif "/S" in one:
            yield from _of_element(one, element, held)


def _widths(table):
    """The columns of each row, with those that rows above reach into."""
    reaching: list[int] = []  # rows that each further column of rows above takes
    for row in _rows(table):
        cells = [{**cell.get("/A", {})} for cell in row.K]
        spans = [(int(cell.get("/ColSpan", 1)), int(cell.get("/RowSpan", 1))) for cell in cells]
        yield sum(across for across, _ in spans) + len(reaching)
        reaching = [left - 1 for left in reaching if left > 1]
        reaching += [down - 1 for across, down in spans if down > 1 for _ in range(across)]


def _rows(element):
    for one in element.K:
        if str(one.S) == "/TR":
            yield one
        elif str(one.S) in {"/THead", "/TBody", "/TFoot"}:
            yield from _rows(one)


def _kinds(element):
    for one in element.K:
        if not isinstance(one, int) and "/S" in one:
            yield str(one.S)[1:]
            yield from _kinds(one)


def _of_page(page, by_number, held):
    numbers, loose = _marked(page)
    if loose:
        yield f"{loose} times words that are neither text nor artifact"
    owners = by_number.get(int(page.obj.get("/StructParents", -1)), [])
    if sorted(numbers) != list(range(len(owners))):
        yield f"{len(numbers)} numbers for {len(owners)}"
    for number in numbers:
        held[page.obj.objgen, number] -= 1
        if number >= len(owners) or number not in [one for one in owners[number].K if isinstance(one, int)]:
            yield f"number {number} leads elsewhere"
    for link in page.obj.get("/Annots", ()):
        owner = by_number[int(link.StructParent)]
        if not any(
            not isinstance(one, int) and one.get("/Obj", link.A if "/A" in link else None) == link for one in owner.K
        ):
            yield "a link leads elsewhere"


def _marked(page):
    """The numbers of what is marked, and how often words are shown that nothing marks."""
    numbers, loose, within = [], 0, []
    for operands, operator in pikepdf.parse_content_stream(page):
        said = str(operator)
        if said in {"BDC", "BMC"}:
            more = operands[1] if said == "BDC" else {}
            if isinstance(more, pikepdf.Dictionary) and "/MCID" in more:
                numbers.append(int(more.MCID))
            within.append(str(operands[0]))
        elif said == "EMC":
            within.pop()
        elif said in SHOWS and not within:
            loose += 1
    return numbers, loose
