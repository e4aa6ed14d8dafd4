"""The pages of the calendar."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from sqlalchemy import select, update

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.checkin.models import Admission
from forumapp.domain.forums.calendar.tasks import remove_task
from forumapp.domain.forums.models import Edition, Task
from tests.pictures import photo
from tests.web.organizer.house import BY, HOME, browser_as, queries, row, rows
from tests.web.organizer.onsite.test_attendance import let_in

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

PAGE = f"{HOME}/calendar"
TODAY = datetime(2023, 3, 27, 5, tzinfo=UTC)  # still the day before in Los Angeles, and eight weeks before the forum


@pytest.fixture(autouse=True)
def at_eight_weeks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: TODAY)


def task_of(house: House, code: str) -> Task:
    return rows(select(Task).filter_by(edition_id=house.edition_id, code=code))[0]


def shown(browser: Browser, address: str = PAGE) -> dict[str, list[str]]:
    """The tasks under their headings."""
    page = html.fromstring(browser.get(address).text)
    return {
        part.xpath("string(h2)"): [
            " ".join(one.text_content().split()) for one in part.xpath(".//*[@class='task-what']")
        ]
        for part in page.xpath("//section[@class='task-part']")
    }


def send(browser: Browser, to: str, **values: Any) -> Any:
    return browser.send(PAGE, {key: str(value) for key, value in values.items()}, to=to)


def test_tasks_stand_by_time_with_how_far_off_they_are(owner: Browser) -> None:
    parts = shown(owner)
    text = owner.get(PAGE).text

    assert list(parts) == [
        "20 weeks before, or earlier", "20 to 14 weeks before", "14 to 8 weeks before", "8 to 4 weeks before",
        "4 weeks to 1 week before", "The last week before", "During the forum", "The week after",
        "Later than a week after",
    ]  # fmt: skip
    assert parts["14 to 8 weeks before"][-1] == (
        "Open the profiles for matchmaking Due within a week Mon 27 Mar 2023 T−8 weeks Secretariat"
    )
    assert (
        "Print most badges and sort them by delegation Fri 19 May 2023 T−3 days Registration desk"
        in (parts["The last week before"])
    )
    assert "57 days until the forum" in text
    assert re.search(r"\d+ tasks are overdue", text)
    assert parts["20 weeks before, or earlier"][0].startswith("Fix the date, clear of both countries' holidays Overdue")


def test_the_calendar_speaks_chinese(owner: Browser) -> None:
    parts = shown(owner, f"{PAGE}?lang=zh-Hans")

    assert "打印大部分胸卡，按代表团分装 2023年5月19日 周五 会前 3 天 签到台" in parts["会前最后一周"]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("query", "kept", "gone"),
    [
        ("role=registration-desk", "Order badge stock", "Settle the budget"),
        ("state=overdue", "Settle the budget", "Print most badges"),
        ("state=due", "Open the profiles", "Settle the budget"),
        ("state=later&role=registration-desk", "Print most badges", "Open the profiles"),
        ("state=open", "Settle the budget", None),
        ("state=nonsense&role=nonsense", "Settle the budget", None),
    ],
)
def test_the_list_is_filtered_by_role_and_state(owner: Browser, query: str, kept: str, gone: str | None) -> None:
    told = " ".join(line for lines in shown(owner, f"{PAGE}?{query}").values() for line in lines)

    assert kept in told
    assert gone is None or gone not in told


def test_no_task_of_a_kind_says_so(owner: Browser) -> None:
    assert "No task is found" in owner.get(f"{PAGE}?state=done").text


def test_a_task_is_ticked_and_that_is_undone(house: House, owner: Browser) -> None:
    one = task_of(house, "settle-budget")
    ticked = send(owner, f"{PAGE}/{one.id}/tick", version=1, state="overdue")
    assert (ticked.status_code, ticked.location) == (302, f"{PAGE}?state=overdue#task-{one.id}")
    page = owner.get(PAGE).text
    assert "Done by Olga Owner on Sun 26 Mar 2023" in page
    undo = re.search(r'action="([^"]*/untick\?version=2)"', page)
    assert undo

    assert send(owner, undo[1]).status_code == 302
    assert row(Task, one.id).done_at is None
    stale = send(owner, f"{PAGE}/{one.id}/untick", version=2)
    assert (stale.status_code, "Someone else changed this in the meantime" in stale.text) == (412, True)
    assert row(Task, one.id).version == 3


def test_a_task_is_moved_in_the_list(house: House, owner: Browser) -> None:
    one = task_of(house, "settle-budget")
    moved = send(owner, f"{PAGE}/{one.id}/move", version=1, due_on="2023-04-03", role="secretariat")
    assert moved.location == f"{PAGE}?role=secretariat#task-{one.id}"
    assert row(Task, one.id).due_on == date(2023, 4, 3)

    send(owner, f"{PAGE}/{one.id}/move", version=2, due_on="someday")
    assert "Write a date, as in 2023-05-22." in owner.get(PAGE).text
    assert row(Task, one.id).due_on == date(2023, 4, 3)


def test_a_task_of_ones_own_is_added_saved_and_removed(house: House, owner: Browser) -> None:
    values = {"title.en": "Call the mayor", "title.zh-Hans": "致电市长", "role": "owner", "due_on": "2023-04-03"}
    empty = owner.send(f"{PAGE}/new", {**values, "title.en": "", "title.zh-Hans": ""})
    assert empty.status_code == 422
    assert owner.send(f"{PAGE}/new", values).status_code == 302
    (one,) = rows(select(Task).filter_by(edition_id=house.edition_id, code=None))
    at = f"{PAGE}/{one.id}"

    assert owner.send(at, {**values, "version": "1", "note": "She is away until May."}).status_code == 302
    assert "She is away until May." in owner.get(PAGE).text
    stale = owner.send(at, {**values, "version": "1", "note": "She is back."})
    assert (stale.status_code, "She is away until May." in stale.text) == (412, True)
    send(owner, f"{at}/remove", version=2)
    page = owner.get(PAGE).text
    assert ("The task has been removed." in page, "Call the mayor" in page) == (True, False)


def test_whose_task_it_is_notes_and_ticks_it_and_no_more(house: House) -> None:
    desk = browser_as(house, Role.REGISTRATION_DESK)
    own, foreign = task_of(house, "order-badge-stock"), task_of(house, "settle-budget")
    page = html.fromstring(desk.get(f"{PAGE}/{own.id}").text)
    assert page.xpath("//main//input[@type!='hidden']/@name") == ["note"]

    sent = {"version": "1", "note": "Ordered.", "due_on": "2023-04-03"}
    assert desk.send(f"{PAGE}/{own.id}", sent).status_code == 302
    assert send(desk, f"{PAGE}/{own.id}/tick", version=2).status_code == 302
    stands = row(Task, own.id)
    assert (stands.note, stands.due_on, stands.done_at is not None) == ("Ordered.", own.due_on, True)
    assert "You can view this, but not change it." in desk.get(f"{PAGE}/{foreign.id}").text
    for to in (f"{PAGE}/{foreign.id}/tick", f"{PAGE}/{own.id}/move", f"{PAGE}/{own.id}/remove"):
        assert send(desk, to, version=1, due_on="2023-04-03").status_code == 403
    assert "Add a task" not in desk.get(PAGE).text
    print_staff = browser_as(house, Role.PRINT_STAFF)  # it is neither theirs nor do they plan
    read = [desk.get(PAGE).text, print_staff.get(PAGE).text, print_staff.get(f"{PAGE}/{own.id}").text]
    assert ["Ordered." in page for page in read] == [True, False, False]


def test_a_viewer_sees_the_calendar_and_has_no_buttons(house: House) -> None:
    page = html.fromstring(browser_as(house, Role.VIEWER).get(PAGE).text)

    assert page.xpath("//main//button/text()") == ["Filter"]
    assert len(page.xpath("//*[contains(@class, 'tick-mark')]")) > 50


def test_an_edition_without_tasks_gets_the_calendar_by_a_button(house: House, owner: Browser) -> None:
    with transaction() as db:
        for one in db.scalars(select(Task).filter_by(edition_id=house.edition_id)).all():
            remove_task(db, house.edition_id, one.id, version=1, **BY)
    assert "There is no task yet" in owner.get(PAGE).text

    assert send(owner, f"{PAGE}/lay-out").status_code == 302
    assert re.search(r"\d\d tasks stand in the calendar.", owner.get(PAGE).text)
    send(owner, f"{PAGE}/lay-out")
    assert "There are tasks in the calendar already." in owner.get(PAGE).text


def settings(owner: Browser, **changes: Any) -> Any:
    page = html.fromstring(owner.get(f"{HOME}/settings").text)
    form = max(page.forms, key=lambda form: len(form.fields))
    values = {name: value or "" for name, value in form.form_values() if name != "csrf_token"}
    return owner.send(f"{HOME}/settings", {**values, **changes})


def test_whoever_moves_the_forum_away_from_its_sessions_and_guests_is_asked_first(house: House, owner: Browser) -> None:
    let_in(house, "Liu", "Wang")
    with transaction() as db:
        db.execute(update(Admission).values(first_at=datetime(2023, 5, 22, 17, tzinfo=UTC)))
    days = {"starts_on": "2027-05-22", "ends_on": "2027-05-23"}
    asked = html.fromstring(settings(owner, **days, logo=(BytesIO(photo()), "logo.jpg")).text)
    assert asked.xpath("//input[@name='logo.kept']/@value")  # a browser sends a file once
    (words,) = asked.find_class("alert-warn")
    assert "2 sessions begin on none of the new days." in words.text_content()
    assert "2 people were let in on none of the new days." in words.text_content()
    assert row(Edition, house.edition_id).starts_on == date(2023, 5, 22)
    (moves_to,) = asked.xpath("//input[@name='moves_to']/@value")

    other = {**days, "ends_on": "2027-05-24"}  # of which nobody was asked
    assert settings(owner, **other, moves_to=moves_to).status_code == 200
    assert settings(owner, starts_on="2023-05-21").status_code == 302  # nothing lies outside
    assert settings(owner, **days, moves_to=moves_to).status_code == 302
    assert row(Edition, house.edition_id).starts_on == date(2027, 5, 22)
    assert settings(owner, **{"theme.en": "Trade"}).status_code == 302  # asked once
    further = html.fromstring(settings(owner, starts_on="2027-05-23").text)  # of all that stays behind, once more
    assert "2 sessions begin on none of the new days." in further.find_class("alert-warn")[0].text_content()


def test_moving_the_forum_offers_to_move_the_open_tasks_and_moves_none_by_itself(house: House, owner: Browser) -> None:
    one, done = task_of(house, "print-badges"), task_of(house, "settle-budget")
    send(owner, f"{PAGE}/{done.id}/tick", version=1)
    assert settings(owner, **{"theme.en": "Trade"}).status_code == 302
    assert "Move the open tasks too" not in owner.get(f"{HOME}/settings").text

    days = {"starts_on": "2023-06-05", "ends_on": "2023-06-05"}
    assert settings(owner, **days, moves_to="2023-06-05 2023-06-05").status_code == 302
    told = html.fromstring(owner.get(f"{HOME}/settings").text)
    (offer,) = told.xpath("//a[text()='Move the open tasks too']/@href")
    assert row(Task, one.id).due_on == date(2023, 5, 19)
    page = owner.get(offer)
    assert "The forum was on Mon 22 May 2023 and is now on Mon 5 Jun 2023." in page.text
    assert "Settle the budget" not in page.text
    seen = html.fromstring(page.text).xpath("//input[@name='seen']/@value")[0]
    assert owner.send(offer, {"seen": seen}).location == PAGE
    assert (row(Task, one.id).due_on, row(Task, done.id).due_on) == (date(2023, 6, 2), done.due_on)
    assert row(Edition, house.edition_id).starts_on == date(2023, 6, 5)

    assert owner.send(offer, {"seen": seen}).location == offer, "sent twice, they move once"
    assert row(Task, one.id).due_on == date(2023, 6, 2)
    assert owner.get(f"{PAGE}/shift?first=then").location == PAGE


def test_the_list_asks_as_much_for_ten_tasks_as_for_a_hundred(owner: Browser) -> None:
    owner.get(PAGE)  # what is read once
    with queries() as few:
        owner.get(f"{PAGE}?role=registration-desk&state=overdue")
    with queries() as many:
        owner.get(PAGE)

    assert len(many) == len(few)


def test_tasks_are_for_those_who_may_do_them(owner: Browser) -> None:
    page = html.fromstring(owner.get(f"{PAGE}/new").text)
    offered = page.xpath("//select[@name='role']/option/@value")
    assert "delegation-liaison" in offered
    assert "viewer" not in offered
    sent = {"title.en": "Look", "title.zh-Hans": "", "role": "viewer", "due_on": "2023-05-01", "note": ""}
    assert "People with this role can only look." in owner.send(f"{PAGE}/new", sent).text
