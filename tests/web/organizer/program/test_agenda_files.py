"""The published agenda as files to take along."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forumapp.core.database.transactions import transaction
from forumapp.domain.agenda.formats.writer import ENDINGS
from forumapp.domain.agenda.queries import get_session
from forumapp.domain.agenda.sessions.services import assign_role, publish
from forumapp.domain.people.records.services import create_person
from forumapp.schemas.choices import AssignmentRole
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


@pytest.mark.one_database
def test_an_organizer_takes_parts_along_that_are_not_confirmed_and_is_told_of_them(
    house: House, owner: Browser
) -> None:
    with transaction() as db:
        asked = create_person(db, {"latin_family": "Asked", "latin_given": "Only"}, **BY).id
        session = get_session(db, house.edition_id, house.session_ids[0])
        assign_role(db, session, asked, AssignmentRole.SPEAKER, status="invited", **BY)
        publish(db, house.edition_id, label="", note={}, reason="x", **BY)
    page = owner.get(f"{HOME}/agenda/versions").text
    assert "1 part is not in these files: it is not confirmed, or not public." in page
    for form in ("json", "csv"):
        file = f"{HOME}/agenda/files/{form}"
        assert f'href="{file}?parts=all"' in page
        assert "Asked" not in owner.get(file).text
        whole = owner.get(f"{file}?parts=all")
        assert ("Asked" in whole.text, "all-parts" in whole.headers["Content-Disposition"]) == (True, True)
