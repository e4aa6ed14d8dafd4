"""The published agenda as files to take along."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forumapp.core.transactions import transaction
from forumapp.domain.agenda.formats.writing import ENDINGS
from forumapp.domain.agenda.services import publish
from tests.web.organizer.house import BY, HOME

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@pytest.mark.one_database
def test_every_file_says_once_what_it_is(house: House, owner: Browser) -> None:
    with transaction() as db:
        publish(db, house.edition_id, label="", note={}, reason="x", **BY)
    for form, ending in ENDINGS.items():
        answer = owner.get(f"{HOME}/agenda/files/{form}")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, TYPES[ending])
    answer = owner.get(f"{HOME}/people/export/people.csv")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, TYPES["csv"])
