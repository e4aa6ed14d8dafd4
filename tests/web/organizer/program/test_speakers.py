"""Writing to the speakers of the list: to those ticked, or to all by a button that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.agenda.models import AssignmentRole
from forumapp.domain.agenda.queries import get_session
from forumapp.domain.agenda.sessions.services import assign_role
from forumapp.domain.agenda.speakers import mailing as writing
from forumapp.domain.agenda.speakers.models import SpeakerWriting
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.forums.models import Edition, EditionStatus
from forumapp.domain.mail.models import Message
from forumapp.domain.people.records.services import create_person
from tests.web.organizer.house import BY, HOME, rows

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

LIST, WRITE = f"{HOME}/speakers", f"{HOME}/speakers/write"


@pytest.fixture
def asked(house: House) -> list[int]:
    """Three more who have a part, and can be written to."""
    with transaction() as db:
        # The links of an open forum open.
        version = db.get_one(Edition, house.edition_id).version
        update_edition(db, house.edition_id, {"status": EditionStatus.OPEN}, version=version, **BY)
        meeting = get_session(db, house.edition_id, house.session_ids[0])
        people = []
        for name in ("Ann", "Ben", "Cid"):
            one = create_person(db, {"latin_family": name, "email": f"{name}@guests.example".lower()}, **BY)
            assign_role(db, meeting, one.id, AssignmentRole.PANELIST, **BY)
            people.append(one.id)
    return people


def written() -> list[str]:
    return [one.recipient for one in rows(select(Message).where(Message.about == "speaker").order_by(Message.id))]


@pytest.mark.parametrize("ticked", [{}, {"person_id": "no number"}, {"person_id": "0"}], ids=["none", "unread", "zero"])
def test_with_nobody_ticked_nobody_is_written_to(
    house: House, owner: Browser, asked: list[int], ticked: dict[str, Any]
) -> None:
    for do in ("invite", "remind", ""):
        owner.send(LIST, {"do": do, **ticked}, to=WRITE)
        assert "Nobody is ticked" in owner.get(LIST).text
    assert written() == []


def test_those_ticked_are_written_to_and_all_by_a_button_of_its_own(
    house: House, owner: Browser, asked: list[int]
) -> None:
    """A page tells how far the worker is, and whom it could not write to."""
    first = owner.send(LIST, {"do": "invite", "person_id": str(asked[1])}, to=WRITE).location
    assert "Queued" in owner.get(first).text
    assert "Speakers are being written to: 0 of 1" in owner.get(LIST).text
    done()
    page = owner.get(first).text
    assert ("1 person has been written to." in page, "data-poll" in page) == (True, False)
    page = owner.get(LIST).text
    assert ("being written to" in page, "Invite all 4 people" in page) == (False, True)

    every = owner.send(LIST, {"do": "invite-all"}, to=WRITE).location
    done()
    words = text_of(owner.get(f"{every}/progress").text)
    assert "4 of 4 done 2 people have been written to. Not written to: 1: nothing left to answer" in words
    assert "1: written to already" in words
    assert written() == [f"{name}@guests.example" for name in ("ben", "ann", "cid")]


def done() -> None:
    """What the worker does."""
    for run in rows(select(SpeakerWriting)):
        with transaction() as db:
            writing.take_batch(db, run.id, now=BY["now"])


def text_of(page: str) -> str:
    return " ".join(html.fromstring(page).text_content().split())
