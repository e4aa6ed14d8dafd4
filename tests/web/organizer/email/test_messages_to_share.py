"""Messages to copy, for people without mail, and setting reminders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import html

from forumapp.core.database.transactions import transaction
from forumapp.domain.forums.editions.services import update_edition
from tests.web.organizer.house import BY, HOME, add_registration

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, Group, House


def test_a_message_has_the_link_in_both_languages_and_the_code_holds_the_link_alone(
    house: House, owner: Browser
) -> None:
    with transaction() as session:  # or its links would have ended
        update_edition(session, house.edition_id, {"status": "open"}, version=1, **BY)
    person = add_registration(house, "Mute")
    page = html.fromstring(owner.get(f"{HOME}/registrations/{person}/message").text)
    message, link = page.get_element_by_id("f-message").text, page.get_element_by_id("f-link").get("value")
    assert message.index("Mute，您好：") < message.index("Dear Mute,")  # in their own language first
    assert message.count(link) == 2
    assert "Mute" not in link
    assert owner.get(link.partition("8000")[2]).status_code == 200
    picture = owner.get(f"{HOME}/registrations/{person}/link.svg")
    assert (picture.mimetype, "no-store" in picture.headers["Cache-Control"]) == ("image/svg+xml", True)


def test_a_group_gets_each_persons_own_link_and_no_other_groups(jiangsu: Group, hubei: Group) -> None:
    page = html.fromstring(jiangsu.liaison.get(f"{HOME}/registrations/messages").text)
    message = page.get_element_by_id("f-message").text
    assert message.count("/r/") == 2  # once in each language
    assert (jiangsu.family in message, hubei.family in message) == (True, False)
    hidden = jiangsu.liaison.get(f"{HOME}/registrations/{hubei.registration_id}/message")
    assert hidden.status_code == 404


def test_a_reminder_is_refused_removed_and_brought_back(house: House, owner: Browser) -> None:
    page = f"{HOME}/mail/reminders"
    answer = owner.send(page, {"days_before": "3", "at_time": "09:00"}, to=f"{page}/new")
    assert (answer.status_code, "This time has passed" in answer.text) == (422, True)  # the forum was in 2023
