"""Numbers as forms and addresses carry them."""

from __future__ import annotations

import pytest

from forumapp.core.values.numbers import LARGEST_ID, id_from, whole_number

TOO_LARGE = [str(LARGEST_ID + 1), "9" * 4500]


@pytest.mark.parametrize("text", ["", "0", "-1", "abc", "1.0", " 1", "\uff11", "\u00b2", *TOO_LARGE])
def test_what_is_no_id_is_none(text: str) -> None:
    assert id_from(text) is None


@pytest.mark.parametrize("text", ["", "abc", "1.5", *TOO_LARGE, f"-{LARGEST_ID + 1}"])
def test_what_no_database_holds_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        whole_number(text)


def test_the_largest_are_taken() -> None:
    assert id_from(str(LARGEST_ID)) == whole_number(str(LARGEST_ID)) == LARGEST_ID
    assert whole_number(f"-{LARGEST_ID}") == -LARGEST_ID
