"""What has been removed is known by what the address names of its own kind."""

from __future__ import annotations

from typing import Any

import pytest

from forumapp.web.organizer.kit.removed_records import key_of


@pytest.mark.parametrize(
    ("entity", "named", "key"),
    [
        ("room", {"edition": "forum", "session_id": 3}, None),
        ("edition_host", {"edition": "forum"}, None),
        ("session", {"session_id": 3, "item_id": 4}, 3),
        ("session_item", {"session_id": 3, "item_id": 4}, 4),
        ("registration_type", {"registration_id": 3}, None),
        ("sponsor_level", {"level_id": 3}, 3),
        ("role_assignment", {"role_id": 3}, 3),
        ("delegation", {"code": "jiangsu"}, "jiangsu"),
        ("question", {"code": "guest", "question": "seat"}, "seat"),
    ],
)
def test_of_no_other_kind(entity: str, named: dict[str, Any], key: Any) -> None:
    assert key_of(entity, named) == key
