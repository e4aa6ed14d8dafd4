"""Photos that would be blurred in print."""

from __future__ import annotations

from forumapp.domain.printing.paper.documents import Logo
from forumapp.domain.printing.paper.photo_resolution import FACE, SPEAKER, coarse


def test_a_photo_with_too_few_dots_is_told_by_the_name_of_the_person() -> None:
    photos = [
        ("A", ("person", 1), Logo(1, 119, 119)),
        ("B", ("person", 2), Logo(2, 90, 400)),
        ("C", ("person", 3), None),
    ]
    assert [(one.name, one.details["dots"]) for one in coarse(photos, SPEAKER)] == [("B", "114")]
    assert [one.details["size"] for one in coarse(photos[:1], FACE)] == ["166 × 213"]
