"""Every finding has its words wherever findings are told, and times are held against the clocks of their zone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from forumapp.cli.finding_words import WORDS as IN_THE_CONSOLE
from forumapp.domain.agenda.findings.board import ORDER
from forumapp.domain.agenda.findings.detection import clock_faults
from forumapp.domain.agenda.severities import DEFAULTS, FindingCode
from forumapp.web.organizer.program.finding_words import WORDS
from forumapp.web.organizer.settings.attention import NEED_TEXTS
from forumapp.web.wording.choice_words import LABELS

ZONE = "America/Los_Angeles"


def test_every_finding_has_its_words() -> None:
    codes = {code.value for code in FindingCode}
    on_the_first_page = codes - {"missing-translation"} | {"session-untranslated"}

    assert set(WORDS) == set(LABELS[FindingCode]) == set(DEFAULTS) == set(ORDER) == codes
    assert (codes - set(IN_THE_CONSOLE), on_the_first_page - set(NEED_TEXTS)) == (set(), set())


@pytest.mark.parametrize(
    ("wall", "fold", "utc", "found"),
    [
        (datetime(2023, 5, 22, 9), None, datetime(2023, 5, 22, 16, tzinfo=UTC), ()),
        (datetime(2023, 5, 22, 9), None, datetime(2023, 5, 22, 17, tzinfo=UTC), (("start", "moved"),)),
        (datetime(2023, 3, 12, 2, 30), None, datetime(2023, 3, 12, 10, 30, tzinfo=UTC), (("start", "gap"),)),
        (datetime(2023, 11, 5, 1, 30), None, datetime(2023, 11, 5, 8, 30, tzinfo=UTC), (("start", "fold"),)),
        (datetime(2023, 11, 5, 1, 30), 1, datetime(2023, 11, 5, 9, 30, tzinfo=UTC), ()),
        (datetime(2023, 11, 5, 1, 30), 0, datetime(2023, 11, 5, 9, 30, tzinfo=UTC), (("start", "moved"),)),
    ],
    ids=["as promised", "by rules of before", "jumped over", "shown twice", "the second time", "the first time"],
)
def test_a_time_whose_instant_does_not_follow_from_the_clocks_is_told(
    wall: datetime, fold: int | None, utc: datetime, found: tuple[tuple[str, str], ...]
) -> None:
    assert clock_faults(("start", wall, ZONE, fold, utc)) == found
