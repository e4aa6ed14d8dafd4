"""Setting places aside from the organizer's pages, and naming people by the holder's link."""

from __future__ import annotations

import html
import re
from functools import partial
from typing import TYPE_CHECKING

from forumapp.core.database.transactions import transaction
from forumapp.core.values.paging import paged
from forumapp.domain.registration.personal_links import allotment_holder
from forumapp.domain.registration.types.services import update_type
from tests.web.organizer.house import BY, HOME
from tests.web.organizer.registration_types.test_invitations import ANSWER, open_forum

if TYPE_CHECKING:
    import pytest

    from tests.web.organizer.house import Browser, House

__all__ = ["open_forum"]
WITHDRAW = re.compile(r'action="(/b/[^"]+/withdraw)"')
LINK = re.compile(r"https?://[^/\s]+(/b/[\w.-]+)")


def test_a_holder_names_people_until_the_places_are_full(open_forum: House, owner: Browser) -> None:
    with transaction() as session:
        update_type(session, open_forum.edition_id, open_forum.type_id, {"quota": 10}, version=1, **BY)
    new, said = f"{HOME}/blocks/new", {"type_id": open_forum.type_id, "name.en": "Bay Bank"}
    too_many = owner.send(new, {**said, "quota": "99"})
    assert (too_many.status_code, "The type has not so many places left" in too_many.text) == (422, True)
    page = owner.send(new, {**said, "quota": "1"}).location
    found = LINK.search(html.unescape(owner.get(page).text))
    assert found
    link, holder = found[1], open_forum.browser()
    assert "1 place is held for you" in holder.get(link).text

    faulty = holder.send(f"{link}/person", {**ANSWER, "email": "no address"})
    named = holder.send(f"{link}/person", ANSWER)

    assert (faulty.status_code, named.status_code) == (422, 303)
    told = holder.get(link).text
    assert "刘春" in told
    assert ("Register a person" in told, holder.get(f"{link}/person").status_code) == (False, 302)
    assert "1 of 1 places have a name" in owner.get(page).text
    taken_back = WITHDRAW.search(told)
    assert taken_back
    holder.send(link, to=taken_back[1])
    told = holder.get(link).text
    assert ("刘春" in told, "The name has been withdrawn" in told, "Register a person" in told) == (False, True, True)
    owner.send(page, {"version": "1"}, to=f"{page}/end-links")
    assert holder.get(link).status_code == 410


def test_a_long_list_of_names_comes_by_pages(
    open_forum: House, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allotment_holder, "paged", partial(paged, size=1))
    said = {"type_id": open_forum.type_id, "name.en": "Bay Bank", "quota": "2"}
    page = owner.send(f"{HOME}/blocks/new", said).location
    found = LINK.search(html.unescape(owner.get(page).text))
    assert found
    holder, link = open_forum.browser(), found[1]

    first = holder.send(f"{link}/person", ANSWER)
    second = holder.send(f"{link}/person", {**ANSWER, "native_full": "林艺", "email": "lin@example.org"})
    assert (first.location, second.location) == (link, f"{link}?page=2")

    shown = [holder.get(f"{link}?page={number}").text for number in (1, 2, 3)]
    assert [("刘春" in one, "林艺" in one, "past the end" in one) for one in shown] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]
    assert [name in owner.get(f"{page}?page=2").text for name in ("刘春", "林艺")] == [False, True]
    withdraw = WITHDRAW.search(shown[1])
    assert withdraw
    assert holder.send(f"{link}?page=2", {"page": "2"}, to=withdraw[1]).location == link  # where the list ends now
