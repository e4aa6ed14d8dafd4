"""Numbers in addresses: a pattern takes those that a column holds, and no other."""

from __future__ import annotations

import re

import pytest

from forumapp.schemas.addresses import up_to


@pytest.mark.parametrize("most", [2**63 - 1, 2**31 - 1, 100, 199, 207, 91])
def test_a_pattern_takes_the_numbers_up_to_one(most: int) -> None:
    pattern = re.compile(up_to(most))
    edges = {most + step for step in range(-3, 4)} | {10**n + step for n in range(25) for step in (-1, 0, 1)}
    edges |= {most // 10**n * 10**n + step for n in range(20) for step in (-1, 0, 1)} | set(range(300))
    assert {n for n in edges if n >= 0 and pattern.fullmatch(str(n))} == {n for n in edges if 0 < n <= most}
    assert not any(map(pattern.fullmatch, ("", "-1", "+1", "1.0", "１")))
