"""Registrations: the list and its filters, the one in hand, and decisions on it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from lxml import html
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.delegations.members.services import add_member, create_delegation
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember
from forumapp.domain.mail.models import Message, MessageState
from forumapp.domain.people.models import EditionTitle, Organization, Person
from forumapp.domain.registration.lifecycle.register import cancel
from forumapp.domain.registration.models import Registration, RegistrationType
from tests.web.organizer.house import BY, HOME, add_registration, queries, row, rows

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

LIST = f"{HOME}/registrations"


def stored(registration_id: int) -> Registration:
    return row(Registration, registration_id)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Anna", "Berta", "Chloe"}),
        ("?status=waitlisted", {"Chloe"}),
        ("?status=confirmed&search=ann", {"Anna"}),
        ("?search=oakland", {"Anna", "Berta", "Chloe"}),
        ("?search=berta@", {"Berta"}),
        ("?type=guest", {"Anna", "Berta", "Chloe"}),
        ("?status=nonsense&type=nonsense&page=-3", {"Anna", "Berta", "Chloe"}),
        ("?search=nobody", set()),
        ("?page=999", set()),
    ],
)
def test_the_list_is_filtered_by_status_type_and_words(
    house: House, owner: Browser, query: str, found: set[str]
) -> None:
    add_registration(house, "Anna")
    add_registration(house, "Berta", email="berta@example.org")
    add_registration(house, "Chloe", "waitlisted")

    answer = owner.get(LIST + query)

    assert answer.status_code == 200
    assert {
        name
        for name in ("Anna", "Berta", "Chloe")
        if f">{name}</bdi>" in answer.text or f'lang="en">{name}' in answer.text
    } == found


def test_one_registration_shows_all_that_is_known_beside_the_list(house: House, owner: Browser) -> None:
    one = add_registration(house, "Anna", email="anna@example.org")
    add_registration(house, "Berta")

    text = owner.get(f"{LIST}/{one}?search=a").text

    shown = (
        "anna@example.org",
        "Manager",
        "经理",
        "Port of Oakland",
        "Entered by an organizer",
        "Berta",
        "1 entry in the log",
    )
    assert [words for words in shown if words not in text] == []


def test_a_cancelled_registration_frees_its_place_for_whoever_waits(house: House, owner: Browser) -> None:
    first, _, waiting = (add_registration(house, *who) for who in (("Anna",), ("Berta",), ("Chloe", "waitlisted")))

    sent = {"version": stored(first).version, "status": "confirmed", "cancel_reason": "She is ill."}
    answer = owner.send(f"{LIST}/{first}", sent, to=f"{LIST}/{first}/cancel")

    assert answer.location == f"{LIST}/{first}?status=confirmed"
    assert (stored(first).status.value, stored(waiting).status.value) == ("cancelled", "confirmed")
    page = owner.get(answer.location).text
    assert ("The registration is cancelled" in page, "She is ill." in page) == (True, True)


def test_a_reason_that_is_too_long_is_told_where_it_was_typed(house: House, owner: Browser) -> None:
    one = add_registration(house, "Anna")

    answer = owner.send(f"{LIST}/{one}", {"version": "1", "cancel_reason": "x" * 501}, to=f"{LIST}/{one}/cancel")

    form = html.fromstring(answer.text).xpath("//details[@open][contains(@class, 'confirm')]")[0]
    assert (answer.status_code, stored(one).status.value) == (422, "confirmed")
    assert form.xpath(".//p[@class='field-error']/@id") == ["e-cancel_reason"]
    assert form.xpath(".//input[@name='cancel_reason']/@value") == ["x" * 501]


def test_a_full_type_refuses_a_confirmation_unless_over_capacity_in_ones_own_name(house: House, owner: Browser) -> None:
    _, _, waiting = (add_registration(house, *who) for who in (("Anna",), ("Berta",), ("Chloe", "waitlisted")))
    page = f"{LIST}/{waiting}"

    owner.send(page, {"version": "1"}, to=f"{page}/confirm")
    refused = owner.get(page).text
    state = stored(waiting).status.value
    sent = {"version": "1", "over_capacity": "1", "search": "Chloe"}
    unsaid = owner.send(page, {**sent, "reason": " "}, to=f"{page}/confirm")
    asked = html.fromstring(unsaid.text)
    owner.send(page, {**sent, "reason": "The ministry asked."}, to=f"{page}/confirm")

    assert (unsaid.status_code, asked.get_element_by_id("e-reason").text_content()) == (422, "This is needed.")
    assert asked.get_element_by_id("f-over_capacity").checked
    assert asked.xpath("//input[@name='search']/@value") == ["Chloe"] * len(asked.xpath("//input[@name='search']"))
    assert ("No place of this type is left." in refused, state) == (True, "waitlisted")
    seated = stored(waiting)
    assert (seated.status.value, seated.over_capacity_by) == ("confirmed", house.owner_id)


def test_a_decision_on_what_changed_meanwhile_is_refused(house: House, owner: Browser) -> None:
    one = add_registration(house, "Anna", "applied")
    with transaction() as session:
        cancel(session, house.edition_id, one, version=1, **BY)

    page = f"{LIST}/{one}"
    seen = json.dumps({"status": "applied"})
    stale = owner.send(page, {"version": "1", "seen": seen, "over_capacity": "1", "search": "an"}, to=f"{page}/confirm")

    assert stale.status_code == 412
    assert [cell.text_content() for cell in html.fromstring(stale.text).xpath("//main//tbody//*[self::th or self::td]")] == [
        "Status", "Applied", "Cancelled"
    ]  # fmt: skip
    assert stored(one).status.value == "cancelled"

    (again,) = [form for form in html.fromstring(stale.text).forms if form.action == f"{page}/confirm"]
    kept = dict(again.form_values())
    assert (kept["version"], kept["over_capacity"], kept["search"]) == ("2", "1", "an")
    owner.post(f"{page}/confirm", data=kept)
    assert "in another state by now" in owner.get(page).text
    assert stored(one).status.value == "cancelled"


def test_a_vip_has_a_responsible_officer_of_the_edition(house: House, owner: Browser) -> None:
    one = add_registration(house, "Anna")
    page = f"{LIST}/{one}"

    strange = owner.send(page, {"version": "1", "responsible_id": str(house.owner_id + 1)}, to=f"{page}/vip")
    owner.send(page, {"version": "1", "responsible_id": str(house.owner_id)}, to=f"{page}/vip")
    marked = stored(one)
    marked = (marked.is_vip, marked.responsible_id, marked.version)
    owner.send(page, {"version": "2", "responsible_id": ""}, to=f"{page}/vip")

    assert strange.status_code == 404
    assert marked == (True, house.owner_id, 2)
    assert (stored(one).is_vip, stored(one).responsible_id) == (False, None)


def test_a_failed_mail_shows_with_its_fault_and_is_sent_again(house: House, owner: Browser) -> None:
    one = add_registration(house, "Anna", "applied", email="anna@example.org")
    owner.send(f"{LIST}/{one}", {"version": "1"}, to=f"{LIST}/{one}/confirm")
    with transaction() as session:
        message = session.scalars(select(Message)).one()
        message.state, message.fault = MessageState.FAILED, "550 no such mailbox"
        message_id = message.id

    page = owner.get(f"{LIST}/{one}").text
    overview = owner.get(f"{HOME}/").text
    owner.send(f"{HOME}/mail?state=failed", to=f"{HOME}/mail/{message_id}/send")

    assert "550 no such mailbox" in page
    assert "1 mail could not be sent." in overview
    assert row(Message, message_id).state.value == "queued"


def test_a_type_takes_no_quota_below_the_places_taken(house: House, owner: Browser) -> None:
    add_registration(house, "Anna")
    add_registration(house, "Berta")
    page = f"{LIST}/types/guest"
    typed = {"version": "1", "name.en": "Guest", "color": "#1f4e79", "position": "0", "is_open": "1"}

    refused = owner.send(page, {**typed, "quota": "1"})
    saved = owner.send(page, {**typed, "quota": ""})

    assert "More places than this are taken already." in refused.text
    assert (refused.status_code, saved.status_code) == (422, 302)
    kept = row(RegistrationType, house.type_id)
    assert (kept.quota, kept.is_open, kept.name) == (None, True, {"en": "Guest"})


def test_a_new_type_begins_closed(house: House, owner: Browser) -> None:
    answer = owner.send(f"{LIST}/types/new", {"code": "press", "name.en": "Press", "color": "#884400", "quota": "5"})
    twice = owner.send(f"{LIST}/types/new", {"code": "press", "name.en": "Press", "color": "#884400"})

    assert answer.status_code == 302
    made = rows(select(RegistrationType).where(RegistrationType.code == "press"))[0]
    assert (made.is_open, made.quota, made.color) == (False, 5, "#884400")
    assert (twice.status_code, "Another one has this already." in twice.text) == (422, True)


def test_the_list_and_the_overview_cost_the_same_for_many(house: House, owner: Browser) -> None:
    add_registration(house, "Anna", "applied")
    with queries() as few:
        owner.get(LIST)
    with queries() as few_over:
        owner.get(f"{HOME}/")
    for number in range(12):
        add_registration(house, f"Name{number}", "applied")
    with queries() as many:
        text = owner.get(LIST).text
    with queries() as many_over:
        owner.get(f"{HOME}/")

    assert "Name11" in text
    assert (len(many), len(many_over)) == (len(few), len(few_over))


@pytest.mark.parametrize(
    ("native", "order"), [("刘春", "family-first"), ("", "given-first"), ("Łukasz", "given-first")]
)
def test_the_order_of_a_latin_name_follows_the_native_one(
    house: House, owner: Browser, native: str, order: str
) -> None:
    sent = {"type_id": str(house.type_id), "latin_family": "Hong", "latin_given": "Mei", "native_full": native}
    assert owner.send(f"{LIST}/new", {**sent, "name_order": ""}).status_code == 302
    assert rows(select(Person.name_order).where(Person.latin_family == "Hong")) == [order]


def test_someone_is_registered_by_hand_with_an_organization_of_the_registry_or_a_new_one(
    house: House, owner: Browser
) -> None:
    (office,) = rows(select(Organization).where(Organization.id == house.organization_id))
    sent = {"type_id": str(house.type_id), "latin_given": "Mei", "title.en": "Chair", "title.zh-Hans": "主席"}
    page = html.fromstring(owner.get(f"{LIST}/new").text)
    assert page.xpath("//*[contains(@data-suggests, 'suggestions/titles')]")
    chosen = {"organization_id": str(office.id), "organization_id.text": next(iter(office.legal.values()))}
    added = {"organization_id": "new", "organization_id.text": "示例贸易"}
    for family, one in (("Hong", chosen), ("Wong", added)):
        assert owner.send(f"{LIST}/new", {**sent, "latin_family": family, **one}).status_code == 302
    found = (
        select(Person.latin_family, EditionTitle.organization_id, EditionTitle.title)
        .join(EditionTitle, EditionTitle.person_id == Person.id)
        .where(Person.latin_given == "Mei")
        .order_by(Person.id)
    )
    (made,) = rows(select(Organization.id).where(Organization.legal["zh-Hans"].as_string() == "示例贸易"))
    with transaction() as db:
        assert db.execute(found).all() == [
            ("Hong", office.id, {"en": "Chair", "zh-Hans": "主席"}),
            ("Wong", made, {"en": "Chair", "zh-Hans": "主席"}),
        ]
    mistyped = {**sent, "latin_family": "Fong", "organization_id": "", "organization_id.text": "Unheard of"}
    assert owner.send(f"{LIST}/new", mistyped).status_code == 422


def test_a_place_is_given_to_another_person_on_what_was_seen(house: House, owner: Browser) -> None:
    one = add_registration(house, "Anna", email="anna@example.org")
    page = f"{LIST}/{one}/substitute"
    given = {"latin_family": "Li", "latin_given": "Na", "native_full": "李娜", "email": "li@example.org"}

    nameless = owner.send(page, {**given, "latin_family": ""})
    stale = owner.send(page, {**given, "version": "7"})
    before = stored(one).status
    version = html.fromstring(owner.get(page).text).xpath("string(//input[@name='version']/@value)")
    seen = html.fromstring(owner.get(page).text).xpath("string(//input[@name='seen']/@value)")
    done = owner.send(page, {**given, "version": version, "seen": seen})

    assert (nameless.status_code, stale.status_code, before.value, done.status_code) == (422, 412, "confirmed", 302)
    assert "李娜" in stale.text  # what was typed is sent again with what stands now
    assert stored(one).status.value == "cancelled"
    instead = stored(stored(one).replaced_by_id)
    assert (row(Person, instead.person_id).native_full, instead.language) == ("李娜", "zh-Hans")
    assert f"{LIST}/{one}/substitute" not in owner.get(f"{LIST}/{one}").text


def test_a_substitute_takes_over_what_is_ticked_where_there_is_something(house: House, owner: Browser) -> None:
    one, other = add_registration(house, "Anna"), add_registration(house, "Berta")
    delegation_id = make_member(house, one)
    page, given = f"{LIST}/{one}/substitute", {"latin_family": "Li", "latin_given": "Na"}
    shown = html.fromstring(owner.get(page).text)
    ticked = shown.xpath("//input[@type='checkbox' and starts-with(@name, 'takes_') and @checked]/@name")
    assert ticked == ["takes_delegation"]
    assert "Takes over the delegation: Jiangsu" in " ".join(shown.text_content().split())
    assert "takes_delegation" not in owner.get(f"{LIST}/{other}/substitute").text

    version = shown.xpath("string(//input[@name='version']/@value)")
    assert owner.send(page, {**given, "takes_delegation": "1", "version": version}).status_code == 302

    assert row(Delegation, delegation_id).members == 1
    members = rows(select(DelegationMember.registration_id).where(DelegationMember.left_on.is_(None)))
    assert members == [stored(one).replaced_by_id]


def test_without_the_tick_the_first_person_leaves_the_delegation(house: House, owner: Browser) -> None:
    one = add_registration(house, "Anna")
    delegation_id = make_member(house, one)
    page = f"{LIST}/{one}/substitute"
    version = html.fromstring(owner.get(page).text).xpath("string(//input[@name='version']/@value)")
    assert owner.send(page, {"latin_family": "Li", "version": version}).status_code == 302
    assert row(Delegation, delegation_id).members == 0


def make_member(house: House, registration_id: int) -> int:
    """Puts someone into a delegation; its id."""
    with transaction() as db:
        delegation = create_delegation(db, house.edition_id, {"code": "sz", "name": {"en": "Jiangsu"}}, **BY)
        add_member(db, delegation, registration_id, **BY)
        return delegation.id


def test_who_walks_in_has_a_code_at_once_and_over_capacity_a_name_and_a_reason(house: House, owner: Browser) -> None:
    add_registration(house, "Anna")
    add_registration(house, "Berta")  # the last place
    sent = {"latin_family": "Liu", "native_full": "刘春", "organization": "湾区银行", "type_id": house.type_id}

    full = owner.send(f"{LIST}/walk-in", sent)
    nameless = owner.send(f"{LIST}/walk-in", {**sent, "over_capacity": "1", "reason": ""})
    made = owner.send(f"{LIST}/walk-in", {**sent, "over_capacity": "1", "reason": "The mayor's guest"})

    assert [one.status_code for one in (full, nameless, made)] == [422, 422, 302]
    assert 'name="over_capacity"' in full.text
    [new] = rows(select(Registration).where(Registration.source == "walk-in"))
    kind = row(RegistrationType, house.type_id)
    assert (new.status, new.over_capacity_by is not None, kind.taken, kind.over) == ("confirmed", True, 2, 1)
    page = owner.get(made.location).text
    assert 'name="over_capacity"' not in owner.get(f"{LIST}/walk-in").text
    assert "The person may go in. Their code is" in page
    facts, past = (
        " ".join(html.fromstring(page).xpath(f"string({path})").split())
        for path in ("//section[@aria-labelledby='state']", "//ol[@class='log']")
    )
    assert "Over capacityIn the name of Olga OwnerThe mayor's guest" in facts
    assert ("The mayor's guest" in past, "Over capacity in the name of" in past) == (True, True)
    assert rows(select(EditionTitle.organization_name).where(EditionTitle.person_id == new.person_id)) == [
        {"zh-Hans": "湾区银行"}
    ]


def test_someone_is_added_who_comes_along(house: House, owner: Browser) -> None:
    one = add_registration(house, "Anna")
    with transaction() as db:
        db.get_one(RegistrationType, house.type_id).plus_ones = 1
    page = f"{LIST}/{one}/plus-ones/new"
    assert page in owner.get(f"{LIST}/{one}").text

    faulty = owner.send(page, {"native_full": "李娜"})
    spelled = owner.send(page, {"native_full": "李娜", "propose": ""})
    made = owner.send(page, {"latin_family": "Li", "latin_given": "Na", "native_full": "李娜"})

    assert (faulty.status_code, 'value="李娜"' in faulty.text, "Li Na" in spelled.text) == (422, True, True)
    assert made.status_code == 303
    [guest] = rows(select(Registration).where(Registration.principal_id == one))
    shown = owner.get(f"{LIST}/{one}").text
    assert (f"{LIST}/{guest.id}" in shown, page in shown) == (True, False)
