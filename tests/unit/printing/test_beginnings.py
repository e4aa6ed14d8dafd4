"""Of a long list, the part with its first pages."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from forumapp.domain.printing.working.values import Head, ListValues, Party, Row, Section, beginning_of


@pytest.mark.parametrize(("lines", "kept"), [(3, [3]), (20, [3, 16]), (5, [3, 13]), (99, [3, 40, 2])])
def test_a_section_that_goes_on_is_cut_and_stays_one_that_may_go_on(lines: int, kept: list[int]) -> None:
    def section(count: int) -> Section:
        return Section((Head("", {}),), (), tuple(Row(str(one), {}) for one in range(count)))

    head: Any = SimpleNamespace()
    whole = ListValues(head, Party("js", {}), "arrivals", tuple(map(section, (3, 40, 2))))
    part = beginning_of(whole, lines)
    assert [len(one.rows) for one in part.sections] == kept
    assert (part == whole) == (lines == 99)
