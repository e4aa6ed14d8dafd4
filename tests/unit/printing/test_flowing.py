"""Rows of long lists that are set some at a time: each of them once, below what stands over it."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from forumapp.domain.printing.fallback_pack.row_flow import BEGIN, Place, Rows


def written(counts: list[int]) -> str:
    """A page with a table for each of `counts`, as the template writes them."""
    tables = (
        f'<table><thead><tr id="t{table}"><th><span data-again>on</span></th></tr></thead><tbody>'
        + "".join(f"<tr data-row><td>{table}.{row}</td></tr>" for row in range(count))
        + "</tbody></table>"
        for table, count in enumerate(counts)
    )
    return f'<body>foot<h1 id="part">Names</h1>{"".join(tables)}</body></html>'


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.integers(1, 7), st.data())
def test_wherever_pages_end_each_row_is_set_once_and_what_goes_on_begins_nowhere_again(
    counts: list[int], most: int, data: st.DataObject
) -> None:
    rows, begin, told, ids = Rows.of(written(counts)), BEGIN, [], []
    for _run in range(sum(counts)):
        html, after = rows.some(begin, most)
        places = [Place(*map(int, found)) for found in re.findall(r'data-place="(\d+)-(\d+)"', html)]
        assert [f"{one.table}.{one.row}" for one in places] == re.findall(r"<td>(.*?)</td>", html)
        assert html.count("<table>") == html.count("</table>")
        assert ("data-again" in html.partition("</thead>")[0]) == (begin.row == 0)
        assert len(places) <= most
        assert after == _after(places[-1], counts)
        # What stood on the last of its pages begins the next.
        kept = data.draw(st.integers(1, len(places) - 1)) if after and len(places) > 1 else len(places)
        told += places[:kept]
        ids += [one for one in re.findall('id="(.*?)"', html) if one == "part" or _begun(one, places[:kept])]
        if not after:
            break
        begin = places[kept] if kept < len(places) else after
    assert told == [Place(table, row) for table, count in enumerate(counts) for row in range(count)]
    assert ids == ["part", *(f"t{table}" for table in range(len(counts)))]


def _begun(name: str, places: list[Place]) -> bool:
    return Place(int(name[1:]), 0) in places


def _after(place: Place, counts: list[int]) -> Place | None:
    if place.row + 1 < counts[place.table]:
        return Place(place.table, place.row + 1)
    return Place(place.table + 1) if place.table + 1 < len(counts) else None
