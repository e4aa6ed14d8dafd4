"""What the desk words otherwise on one badge."""

from __future__ import annotations

import pytest

from forumapp.core.errors import Invalid
from forumapp.domain.checkin.rehearsal.badge_on_demand import reworded
from forumapp.domain.printing.paper.documents import BadgeValues

BADGE = BadgeValues(
    1, "LIU Chun", "刘春", "zh-Hans", {"en": "Chair"}, {}, "guest", {"en": "Guest"}, "#000000", "A", "A"
)


@pytest.mark.parametrize("control", ["\n", "\t", "\x85", "\u2028", "\x00"])
@pytest.mark.parametrize("part", ["latin_name", "native_name", "title", "organization"])
def test_a_line_of_a_badge_takes_no_control_characters(part: str, control: str) -> None:
    text = f"Liu{control}Chun"
    with pytest.raises(Invalid) as refusal:
        reworded(BADGE, {part: text if part.endswith("name") else {"en": text}})
    assert refusal.value.fields == {part: "not-plain"}


def test_other_words_are_taken_without_spaces_around_them() -> None:
    assert reworded(BADGE, {"latin_name": " LIU C. ", "title": {"en": "Chair"}})[1] == {"latin_name": "LIU C."}
