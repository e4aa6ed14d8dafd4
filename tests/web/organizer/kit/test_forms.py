"""Forms of organizers: what they keep, and what they do not let in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from werkzeug.datastructures import MultiDict

from forumapp.core.database.transactions import transaction
from forumapp.domain.agenda.models import Session, SessionItem
from forumapp.domain.agenda.sessions.services import add_item
from forumapp.domain.forums.models import Edition
from forumapp.domain.people.models import Organization, Person
from forumapp.domain.registration.models import RegistrationType
from tests.web.organizer.house import BY, HOME, row

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

THREE = {"en": "Forum", "zh-Hans": "论坛", "zh-Hant": "論壇"}


def text_columns(house: House) -> list[tuple[type[Any], int, str, tuple[str, ...]]]:
    with transaction() as db:
        item = add_item(
            db, db.get_one(Session, house.session_ids[0]), {"kind": "speech", "title": THREE, "minutes": 5}, **BY
        )
        item_id = item.id
    session = house.session_ids[0]
    return [
        (Edition, house.edition_id, "settings", ("name", "theme", "place")),
        (Person, house.person_id, f"people/{house.person_id}", ("form_of_address", "biography")),
        (
            Organization,
            house.organization_id,
            f"organizations/{house.organization_id}",
            ("legal", "short", "abbreviation"),
        ),
        (Session, session, f"agenda/sessions/{session}", ("title", "abstract")),
        (SessionItem, item_id, f"agenda/sessions/{session}/items/{item_id}", ("title",)),
        (RegistrationType, house.type_id, "registrations/types/guest", ("name", "description")),
    ]


def test_an_untouched_form_keeps_every_language(house: House, owner: Browser) -> None:
    for kind, row_id, address, names in text_columns(house):
        with transaction() as db:
            for name in names:
                setattr(db.get_one(kind, row_id), name, THREE)
        page = f"{HOME}/{address}"
        forms = html.fromstring(owner.get(page).text).forms
        form = next(one for one in forms if "version" in one.fields and f"{names[0]}.en" in one.fields)

        answer = owner.post(page, data=MultiDict(form.form_values()))

        kept = row(kind, row_id)
        assert (page, answer.status_code, [getattr(kept, name) for name in names]) == (page, 302, [THREE] * len(names))


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "page",
    [
        "people/{}",
        "organizations/{}",
        "registrations/{}",
        "agenda/sessions/{}",
        "agenda/sessions/{}/items/{}",
        "paper/jobs/{}/file",
    ],
)
@pytest.mark.parametrize("number", ["9" * 22, str(2**63), "0"])
def test_an_id_that_no_column_holds_is_not_found(owner: Browser, page: str, number: str) -> None:
    assert owner.get(f"{HOME}/{page.replace('{}', number)}").status_code == 404


@pytest.mark.parametrize(
    ("page", "field", "value"),
    [
        ("settings", "ends_on", "9999-12-31"),
        ("settings", "starts_on", "0001-01-01"),
        ("agenda/sessions/new", "ends", "9999-12-31T10:00"),
        ("agenda/sessions/new", "starts", "1899-12-31T10:00"),
    ],
)
def test_dates_stay_within_years_that_can_be_reckoned_with(owner: Browser, page: str, field: str, value: str) -> None:
    answer = owner.send(f"{HOME}/{page}", {"zone": "Asia/Shanghai", "starts": "2023-05-22T09:00", field: value})

    told = answer.text.split(f'id="e-{field}">')[1].split("</p>")[0]
    assert (answer.status_code, told) == (422, "Choose a date between the years 1900 and 2999.")


def form_of(page: str) -> Any:
    """The form of a page; buttons, too, are forms."""
    return max(html.fromstring(page).forms, key=lambda one: len(one.fields))


def opened(browser: Browser, page: str) -> dict[str, str]:
    """What the page's form would send, as it stands there."""
    return dict(form_of(browser.get(page).text).form_values())


def test_what_one_did_not_touch_follows_what_someone_else_saved(house: House, owner: Browser) -> None:
    """Two people open one form; the first saves, and the second overwrites only what both of them changed."""
    page = f"{HOME}/organizations/{house.organization_id}"
    first, second = opened(owner, page), opened(owner, page)
    first |= {"legal.en": "Port of Oakland Authority", "kind": "government"}
    assert owner.post(page, data=first).status_code == 302

    second |= {"legal.en": "Oakland Port", "short.en": "Port"}
    refused = owner.post(page, data=second)

    told = html.fromstring(refused.text).xpath("//div[contains(@class, 'both-versions')]//tbody/tr")
    rows = [[" ".join(cell.text_content().split()) for cell in row] for row in told]
    assert refused.status_code == 412
    assert rows == [
        ["Legal name Changed by both of you", "English: Oakland Port · 中文: 奥克兰港", "English: Port of Oakland Authority · 中文: 奥克兰港"],
        ["Short name Changed by you", "English: Port", "—"],
        ["Kind Changed by someone else: taken over below", "Other", "Government"],
    ]  # fmt: skip
    kept = row(Organization, house.organization_id)
    assert (kept.legal["en"], kept.short, kept.kind) == ("Port of Oakland Authority", {}, "government")

    again = form_of(refused.text)
    assert owner.post(page, data=MultiDict(again.form_values())).status_code == 302
    kept = row(Organization, house.organization_id)
    assert (kept.legal["en"], kept.short, kept.kind) == ("Oakland Port", {"en": "Port"}, "government")


def test_a_form_that_does_not_say_what_it_showed_keeps_all_that_was_sent(house: House, owner: Browser) -> None:
    page = f"{HOME}/organizations/{house.organization_id}"
    mine = opened(owner, page)
    assert owner.post(page, data={**mine, "kind": "government"}).status_code == 302

    for seen in (None, "", "[]", "{", '"x"', "[" * 100_000):
        sent = {name: value for name, value in mine.items() if name != "seen"} | (
            {} if seen is None else {"seen": seen}
        )
        refused = owner.post(page, data=sent)
        again = form_of(refused.text)
        assert (refused.status_code, again.fields["kind"], "Changed by" in refused.text) == (412, "other", False)


def test_what_stands_already_is_saved_by_a_second_click(house: House, owner: Browser) -> None:
    page = f"{HOME}/organizations/{house.organization_id}"
    changed = {**opened(owner, page), "kind": "government"}

    assert [owner.post(page, data=changed).status_code for _ in range(2)] == [302, 302]
    assert row(Organization, house.organization_id).version == 2
