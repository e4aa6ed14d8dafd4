"""No edition takes the address of another page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forumapp.domain.forums.rules import RESERVED_SLUGS

if TYPE_CHECKING:
    from flask import Flask


@pytest.mark.parametrize("above", ["/", "/organizer/"])
def test_the_words_of_other_pages_are_kept_from_editions(app: Flask, above: str) -> None:
    rules = [rule.rule.removeprefix(above) for rule in app.url_map.iter_rules() if rule.rule.startswith(above)]
    first = {rule.split("/")[0].partition(".")[0] for rule in rules}

    words = {word for word in first if word and not word.startswith("<")}

    assert len(words) > 5
    assert words - RESERVED_SLUGS == set()
