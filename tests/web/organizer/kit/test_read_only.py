"""What those see who may look and not change: forms without a way to send them, and no button that would be refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Permission, Role, roles_with_all
from forumapp.domain.checkin.setup.checkpoints import create_checkpoint
from tests.web.organizer.house import BY, HOME, add_registration, browser_as, row

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, Group, House

STATION = "/checkin/forum"
SIGN_OUT = "/organizer/sign-out"


@pytest.fixture
def viewer(house: House) -> Browser:
    return browser_as(house, Role.VIEWER)


def forms(text: str) -> list[str]:
    """Where the page's forms would be sent, but for signing out."""
    tags = re.findall(r'<form[^>]*method="post"[^>]*>', text)
    return [tag for tag in tags if SIGN_OUT not in tag]


def test_a_form_that_one_may_not_send_is_shown_closed(house: House, viewer: Browser, owner: Browser) -> None:
    pages = [f"{HOME}/settings", f"{HOME}/registrations/types/guest", f"{HOME}/agenda/sessions/{house.session_ids[0]}"]

    for page in pages:
        seen, owned = viewer.get(page).text, owner.get(page).text
        assert (forms(seen), "<fieldset disabled>" in seen, "not change it" in seen) == ([], True, True), page
        assert (len(forms(owned)) > 0, "<fieldset disabled>" in owned, "not change it" in owned) == (True, False, False)


@pytest.mark.parametrize("role", Role)
def test_no_link_leads_where_one_may_not_go(house: House, jiangsu: Group, role: Role) -> None:
    browser = jiangsu.liaison if role is Role.DELEGATION_LIAISON else browser_as(house, role)
    with transaction() as db:
        door = create_checkpoint(db, house.edition_id, {"kind": "door", "name": {"en": "Door"}}, **BY).id
    waiting, seen, refused = list[str](), set[str](), list[str]()
    if role in roles_with_all(Permission.ADMIT):
        waiting.append(f"{STATION}?at={door}")
    if role is not Role.CHECK_IN_VOLUNTEER:  # who has the station alone and no page of organizers
        waiting.append(f"{HOME}/registrations/{jiangsu.registration_id}")
    while waiting:
        page = waiting.pop().split("#")[0].replace("&amp;", "&")
        if (key := page if page.startswith(STATION) else page.partition("?")[0]) in seen:
            continue
        seen.add(key)
        answer = browser.get(page, follow_redirects=True)
        if answer.status_code != 200:
            refused.append(page)
        text = answer.text if answer.mimetype == "text/html" else ""
        waiting += [link for link in re.findall(r'href="([^"#]+)"', text) if link.startswith((f"{HOME}/", STATION))]

    assert refused == []
    assert len(seen) > (1 if role is Role.CHECK_IN_VOLUNTEER else 9)


def test_a_viewer_is_offered_nothing_to_send(viewer: Browser) -> None:
    pages = ("", "registrations", "registrations/types", "agenda", "agenda/versions", "delegations", "settings")

    assert [forms(viewer.get(f"{HOME}/{page}").text) for page in pages] == [[]] * len(pages)


def test_the_sections_are_those_that_one_may_see(viewer: Browser, owner: Browser) -> None:
    def sections(browser: Browser) -> list[str]:
        nav = browser.get(f"{HOME}/").text.split('<nav aria-label="Sections">')[1].split("</nav>")[0]
        return re.findall(rf'href="{HOME}/(\w*)"', nav)

    assert set(sections(owner)) - set(sections(viewer)) >= {"people", "paper"}
    assert sections(viewer)[:4] == ["", "registrations", "agenda", "delegations"]


def test_names_are_seen_without_contact_details_answers_and_history(
    house: House, viewer: Browser, owner: Browser
) -> None:
    registration_id = add_registration(house, "Anna", email="anna@guests.example")
    page = f"{HOME}/registrations/{registration_id}"

    texts = viewer.get(page).text, owner.get(page).text

    assert ["anna@guests.example" in text for text in texts] == [False, True]
    assert [">Anna" in text for text in texts] == [True, True]
    assert ["in the log" in text for text in texts] == [False, True]
    found = [browser.get(f"{HOME}/registrations?search=anna@guests").text for browser in (viewer, owner)]
    assert ["No registration is found" in text for text in found] == [True, False]


def test_who_may_not_see_contact_details_keeps_them_when_changing_a_person(house: House) -> None:
    from forumapp.domain.people.models import Person
    from forumapp.domain.registration.models import Registration

    registration_id = add_registration(house, "Anna", email="anna@guests.example")
    person_id = row(Registration, registration_id).person_id
    manager = browser_as(house, Role.PROGRAM_MANAGER)
    page = f"{HOME}/people/{person_id}"

    shown = manager.get(page).text
    values = {"latin_family": "Berg", "latin_given": "Anna", "name_order": "given-first", "version": "1"}
    sent = manager.send(page, {**values, "email": "mine@elsewhere.example"})

    assert ("anna@guests.example" in shown, 'name="email"' in shown, sent.status_code) == (False, False, 302)
    person = row(Person, person_id)
    assert (person.latin_family, person.email) == ("Berg", "anna@guests.example")


def test_a_name_is_as_long_as_any_on_a_passport_and_no_longer(house: House, owner: Browser) -> None:
    page = f"{HOME}/people/{house.person_id}"
    values = {"latin_given": "Chun", "name_order": "family-first", "version": "1"}

    long, right = (owner.send(page, {**values, "latin_family": "L" * length}).status_code for length in (151, 150))

    assert (long, right) == (422, 302)


def test_a_page_that_is_closed_says_what_is_missing_and_who_can_help(viewer: Browser) -> None:
    answer = viewer.get(f"{HOME}/people")

    assert answer.status_code == 403
    assert "Your role here does not include this: See people and organizations." in answer.text
    assert "An owner of this edition can give you a role with access." in answer.text
    assert 'href="/organizer/forum/agenda"' in answer.text
