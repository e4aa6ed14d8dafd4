"""Where an account starts, and where a refused page leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.accounts.permissions import Role
from tests.web.organizer.house import HOME, browser_as

if TYPE_CHECKING:
    from tests.web.organizer.house import House


def test_a_volunteer_is_led_to_the_check_in_page_alone(house: House) -> None:
    volunteer = browser_as(house, Role.CHECK_IN_VOLUNTEER)
    station = f"/checkin/{HOME.rsplit('/', 1)[1]}"
    assert volunteer.get("/organizer/").location == station
    assert f'href="{station}"' in volunteer.get("/organizer/editions").text
    refused = volunteer.get(f"{HOME}/people")
    assert refused.status_code == 403
    assert f'href="{station}"' in refused.text
    assert f'href="{HOME}/"' not in refused.text


def test_the_check_in_page_leads_to_the_desk_only_those_who_may_use_it(house: House) -> None:
    station, desk = f"/checkin/{HOME.rsplit('/', 1)[1]}", f'href="{HOME}/desk"'
    assert desk not in browser_as(house, Role.CHECK_IN_VOLUNTEER).get(station).text
    assert desk in browser_as(house, Role.REGISTRATION_DESK).get(station).text


def test_others_are_led_to_the_overview(house: House) -> None:
    printer = browser_as(house, Role.PRINT_STAFF)
    assert printer.get("/organizer/").location == f"{HOME}/"
    refused = printer.get(f"{HOME}/people")
    assert (refused.status_code, f'href="{HOME}/"' in refused.text) == (403, True)
