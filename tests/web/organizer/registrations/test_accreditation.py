"""Media on the organizers' pages: outlet and role, an ID that somebody saw, and whose place it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.registration.lifecycle.register import create_type
from forumapp.domain.registration.models import PlaceBlock, Registration
from forumapp.domain.registration.types.allotments import create_block
from tests.web.organizer.house import BY, HOME, row, rows

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

LIST = f"{HOME}/registrations"
pytestmark = pytest.mark.one_database


@pytest.fixture
def press(house: House) -> int:
    with transaction() as db:
        kind = {"code": "press-crew", "name": {"en": "Press", "zh-Hans": "媒体"}, "is_media": True, "quota": 3}
        return create_type(db, house.edition_id, kind, **BY).id


def newest() -> Registration:
    return rows(select(Registration).order_by(Registration.id.desc()))[0]


def test_the_desk_asks_media_for_role_and_id_and_takes_it_back_for_a_reason(
    house: House, owner: Browser, press: int
) -> None:
    sent = {"latin_family": "Wang", "latin_given": "Li", "type_id": press, "organization": "新华社", "id_seen": "1"}
    nameless = owner.send(f"{LIST}/walk-in", sent)
    made = owner.send(f"{LIST}/walk-in", {**sent, "media_role": "other", "media_role_other": "Drone pilot"})

    one = newest()
    page = f"{LIST}/{one.id}"
    assert (nameless.status_code, 'id="e-media_role"' in nameless.text) == (422, True)
    assert (made.location, one.id_seen_by, one.media_role_other) == (page, house.owner_id, "Drone pilot")
    text = owner.get(page).text
    assert [word for word in ("新华社", "Drone pilot", "ID seen by", "Not their ID…") if word not in text] == []

    stale = owner.send(page, {"version": 1, "id_reason": "x"}, to=f"{page}/take-back-id-seen")
    assert (stale.status_code, row(Registration, one.id).id_seen_by) == (412, house.owner_id)
    silent = owner.send(page, {"version": one.version}, to=f"{page}/take-back-id-seen")
    owner.send(page, {"version": one.version, "id_reason": "A colleague's"}, to=f"{page}/take-back-id-seen")

    assert (silent.status_code, 'id="e-id_reason"' in silent.text) == (422, True)
    assert row(Registration, one.id).id_seen_at is None
    assert "Wang" in owner.get(f"{LIST}?missing=id-check").text
    owner.send(page, {"version": row(Registration, one.id).version}, to=f"{page}/see-id")
    assert row(Registration, one.id).id_seen_by == house.owner_id
    assert "Wang" not in owner.get(f"{LIST}?missing=id-check").text


def test_outlet_and_role_are_put_right(house: House, owner: Browser, press: int) -> None:
    owner.send(f"{LIST}/new", {"type_id": press, "latin_family": "Wang", "latin_given": "Li"})
    one = newest()
    page = f"{LIST}/{one.id}/accreditation"

    silent = owner.send(page, {"version": one.version, "media_role": "other"})
    owner.send(page, {"version": one.version, "media_role": "editor", "outlet.en": "Xinhua"})

    assert (silent.status_code, 'id="e-media_role_other"' in silent.text) == (422, True)
    stored = row(Registration, one.id)
    assert (stored.outlet, stored.media_role) == ({"en": "Xinhua"}, "editor")


def test_an_organizer_says_out_of_which_block_a_place_is(house: House, owner: Browser, press: int) -> None:
    with transaction() as db:
        values = {"type_id": press, "name": {"en": "Pool"}, "quota": 1}
        block_id = create_block(db, house.edition_id, values, **BY).id
    sent = {"latin_family": "Wang", "latin_given": "Li", "block_id": block_id}

    other = owner.send(f"{LIST}/new", {**sent, "type_id": house.type_id})
    owner.send(f"{LIST}/new", {**sent, "type_id": press})
    full = owner.send(f"{LIST}/walk-in", {**sent, "type_id": press, "latin_family": "Zhao", "block_id": block_id})

    assert (other.status_code, "of another registration type" in other.text) == (422, True)
    assert (newest().block_id, row(PlaceBlock, block_id).taken) == (block_id, 1)
    assert (full.status_code, 'id="e-block_id"' in full.text) == (422, True)
