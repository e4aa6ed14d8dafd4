"""Posts, titles, approved titles, likely duplicates and merging, on the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.forums.editions.archiving import archive_edition
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.forums.models import Edition
from forumapp.domain.images.checking import check_picture
from forumapp.domain.people.models import Affiliation, DistinctPair, EditionTitle, Organization, Person, TitlePair
from forumapp.domain.people.records.services import (
    add_affiliation,
    create_organization,
    create_person,
    set_edition_title,
    update_person,
)
from forumapp.domain.people.records.titles import approve_title_pair
from forumapp.domain.registration.lifecycle.register import create_type, enter
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.rules import RegistrationStatus, Source
from tests.pictures import photo
from tests.web.organizer.house import BY, HOME, add_registration, queries, row, rows

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.web.organizer.house import Browser, Group, House

PAIR = {"en": "Vice Governor", "zh-Hans": "副省长"}


@pytest.fixture
def post(house: House) -> int:
    with transaction() as session:
        return add_affiliation(session, house.person_id, house.organization_id, PAIR, **BY).id


def page(house: House, path: str = "") -> str:
    return f"{HOME}/people/{house.person_id}{path}"


def test_a_post_is_added_at_an_organization_that_is_made_with_it(house: House, owner: Browser) -> None:
    sent = {
        "title.en": "Chair",
        "organization_id": "new",
        "organization_id.text": "江苏省政府",
        "starts_on": "2020-01-01",
    }
    answer = owner.send(page(house, "/posts/new"), sent)
    (made,) = rows(select(Affiliation))
    assert answer.status_code == 302
    assert (made.title, str(made.starts_on), row(Organization, made.organization_id).legal) == (
        {"en": "Chair"}, "2020-01-01", {"zh-Hans": "江苏省政府"},
    )  # fmt: skip
    assert "江苏省政府" in owner.get(page(house)).text


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"title.en": ""}, "This is needed."),
        ({"title.en": "x", "starts_on": "2021-01-01", "ends_on": "2020-01-01"}, "The end comes before the start."),
    ],
)
def test_a_post_that_cannot_be_is_refused_at_its_field(
    house: House, owner: Browser, sent: dict[str, str], words: str
) -> None:
    answer = owner.send(page(house, "/posts/new"), sent)
    assert (answer.status_code, words in answer.text) == (422, True)


def undone(owner: Browser, on: str, gone: TestResponse) -> TestResponse:
    """What pressing Undo beside the message answers."""
    shown = owner.get(gone.location).text
    return owner.send(on, {}, to=shown.split('class="alert-offers"')[1].split('action="')[1].split('"')[0])


def test_posts_are_changed_put_in_order_and_removed(house: House, owner: Browser, post: int) -> None:
    with transaction() as session:
        second = add_affiliation(session, house.person_id, None, {"en": "Party secretary"}, **BY).id
        set_edition_title(session, house.edition_id, house.person_id, title=PAIR, affiliation_id=post, **BY)
    owner.send(page(house, f"/posts/{second}"), {"version": "1", "title.en": "Secretary"})
    assert row(Affiliation, second).title == {"en": "Secretary"}
    shown = owner.get(page(house)).text
    version = shown.split('id="order-posts"')[1].split('name="version" value="')[1].split('"')[0]
    owner.send(page(house), {"ids": [post, second], "version": version, "up": second}, to=page(house, "/posts/order"))
    assert [one.id for one in rows(select(Affiliation).order_by(Affiliation.position))] == [second, post]
    stands = row(Affiliation, post).version
    assert "cannot be undone" not in owner.get(page(house, f"/posts/{post}")).text
    gone = owner.send(page(house, f"/posts/{post}"), {"version": stands}, to=page(house, f"/posts/{post}/remove"))
    (title,) = rows(select(EditionTitle).where(EditionTitle.title == PAIR))
    assert (title.affiliation_id, [one.id for one in rows(select(Affiliation))]) == (None, [second])
    assert undone(owner, page(house), gone).location.endswith(f"/people/{house.person_id}")
    assert (row(Affiliation, post).title, row(Affiliation, post).position) == (PAIR, 2)


def test_another_persons_post_does_not_exist_here(house: House, owner: Browser, post: int) -> None:
    with transaction() as session:
        other = create_person(session, {"latin_family": "Other"}, **BY).id
    assert owner.get(f"{HOME}/people/{other}/posts/{post}").status_code == 404
    assert house


def test_a_title_in_the_edition_begins_as_the_post_and_parts_from_it(house: House, owner: Browser, post: int) -> None:
    text = owner.get(page(house, f"/titles/new?post={post}")).text
    assert ('value="Vice Governor"' in text, 'value="Port of Oakland"' in text) == (True, True)
    sent = {"title.en": "Head of delegation", "title.zh-Hans": "团长", "organization_id.text": "Port of Oakland"}
    assert owner.send(page(house, "/titles/new"), sent).status_code == 302
    assert "has this title at this organization already" in owner.send(page(house, "/titles/new"), sent).text
    without = {key: text for key, text in sent.items() if not key.startswith("title")}
    assert "say below that there is none" in owner.send(page(house, "/titles/new"), without).text
    found = {
        one.position: one.title for one in rows(select(EditionTitle).where(EditionTitle.person_id == house.person_id))
    }
    assert {"en": "Head of delegation", "zh-Hans": "团长"} in found.values()
    assert row(Affiliation, post).title == PAIR


def test_a_title_is_removed_and_comes_back(house: House, owner: Browser) -> None:
    (title,) = rows(select(EditionTitle).where(EditionTitle.person_id == house.person_id))
    gone = owner.send(page(house), {"version": "1"}, to=page(house, f"/titles/{title.position}/remove"))
    assert rows(select(EditionTitle).where(EditionTitle.person_id == house.person_id)) == []
    undone(owner, page(house), gone)
    assert [one.title for one in rows(select(EditionTitle).where(EditionTitle.person_id == house.person_id))] == [
        title.title
    ]


def test_last_years_titles_stay_when_someone_is_changed(house: House, owner: Browser, post: int) -> None:
    with transaction() as session:
        other = session.scalars(select(Edition.id).where(Edition.slug == "other")).one()
        set_edition_title(session, other, house.person_id, title={"en": "Mayor"}, affiliation_id=post, **BY)
    owner.send(page(house, f"/posts/{post}"), {"version": "1", "title.en": "Governor"})
    owner.send(page(house, "/titles/1"), {"version": "1", "title.en": "Governor"})
    (past,) = rows(select(EditionTitle).where(EditionTitle.edition_id == other))
    assert past.title == {"en": "Mayor"}


def test_titles_in_both_languages_are_offered_for_approval_once(house: House, owner: Browser, post: int) -> None:
    assert 'name="title.en" value="Vice Governor"' in owner.get(page(house)).text
    sent = {"title.en": PAIR["en"], "title.zh-Hans": PAIR["zh-Hans"], "person_id": house.person_id}
    for _ in range(2):
        assert owner.send(page(house), sent, to=f"{HOME}/titles/approve").location == page(house)
    (pair,) = rows(select(TitlePair))
    assert (pair.title, pair.approved_by) == (PAIR, "Olga Owner")
    assert 'name="title.en" value="Vice Governor"' not in owner.get(page(house)).text
    assert row(Affiliation, post).title == PAIR


def test_approved_titles_are_listed_changed_and_removed(house: House, owner: Browser) -> None:
    with transaction() as session:
        pair = approve_title_pair(session, PAIR, **BY).id
    assert "副省长" in owner.get(f"{HOME}/titles?search=vice").text
    assert "No title is found" in owner.get(f"{HOME}/titles?search=consul").text
    short = owner.send(f"{HOME}/titles/{pair}", {"version": "1", "title.en": "Lieutenant Governor"})
    assert (short.status_code, "both languages" in short.text) == (422, True)
    sent = {"version": "1", "title.en": "Lieutenant Governor", "title.zh-Hans": "副州长"}
    assert owner.send(f"{HOME}/titles/{pair}", sent).status_code == 302
    again = owner.send(f"{HOME}/titles/new", {k: v for k, v in sent.items() if k != "version"})
    assert (again.status_code, "Another one has this already." in again.text) == (422, True)
    gone = owner.send(f"{HOME}/titles/{pair}", {"version": "2"}, to=f"{HOME}/titles/{pair}/remove")
    assert rows(select(TitlePair)) == []
    assert undone(owner, f"{HOME}/titles", gone).location.endswith("/titles")
    assert [one.title["zh-Hans"] for one in rows(select(TitlePair))] == ["副州长"]
    assert house


def test_the_page_says_how_the_name_prints_and_who_shares_the_address(house: House, owner: Browser) -> None:
    with transaction() as session:
        update_person(session, house.person_id, {"email": "office@a.example", "pronunciation": "lyoh"}, version=1, **BY)
        create_person(session, {"latin_family": "Sharer", "email": "OFFICE@a.example"}, **BY)
    text = owner.get(page(house)).text
    printed = text.split('class="prints"')[1].split("</dl>")[0]
    assert [word for word in ("LIU Chun", "刘春", "Director", "lyoh") if word not in printed] == []
    assert "Sharer" in text.split('id="shares"')[1].split("</section>")[0]


@pytest.fixture
def twin(house: House) -> int:
    with transaction() as session:
        return create_person(
            session, {"native_full": "刘春", "call_name": "Lily", "biography": {"en": "Life"}}, **BY
        ).id


def test_likely_duplicates_are_listed_and_told_apart(house: House, owner: Browser, twin: int) -> None:
    text = owner.get(f"{HOME}/people/doubles").text
    assert ("the same name in its own script" in text, f"/merge/{twin}" in text) == (True, True)
    assert "Perhaps the same person" in owner.get(page(house)).text
    where = f"{HOME}/people/doubles/apart?one={house.person_id}&other={twin}"
    assert owner.send(page(house), {}, to=where).location == f"{HOME}/people/doubles"
    assert "No likely duplicates" in owner.get(f"{HOME}/people/doubles").text
    owner.send(page(house), {}, to=f"{where}&back=1")
    assert rows(select(DistinctPair)) == []


def versions(kept: Any, gone: Any) -> dict[str, int]:
    return {"version": kept.version, "gone_version": gone.version}


def test_two_records_become_one_as_it_was_chosen(house: House, owner: Browser, twin: int) -> None:
    merge = page(house, f"/merge/{twin}")
    text = owner.get(merge).text
    assert [word for word in ("Lily", "Life", "What moves to the record that is kept") if word not in text] == []
    sent = versions(row(Person, house.person_id), row(Person, twin))
    answer = owner.send(merge, {**sent, "take.native_name": "gone"})
    assert answer.location == page(house)
    kept = row(Person, house.person_id)
    assert (kept.call_name, kept.biography, kept.native_full) == ("Lily", {"en": "Life"}, "刘春")
    lead = owner.get(f"{HOME}/people/{twin}")
    assert (lead.status_code, lead.location) == (303, page(house))
    assert "merged" in owner.get(page(house)).text


def test_of_two_photos_one_is_chosen_by_sight(house: House, owner: Browser, twin: int) -> None:
    with transaction() as session:
        for one in (house.person_id, twin):
            update_person(session, one, {"photo": check_picture(photo())}, version=1, **BY)
    photos = [row(Person, one).photo_id for one in (house.person_id, twin)]
    shown = html.fromstring(owner.get(page(house, f"/merge/{twin}")).text)
    addresses = shown.xpath("//input[@name='take.photo_id']/following::img[1]/@src")
    assert addresses == [f"{HOME}/images/{one}" for one in photos]
    assert {owner.get(one).status_code for one in addresses} == {200}
    sent = versions(row(Person, house.person_id), row(Person, twin))
    owner.send(page(house, f"/merge/{twin}"), {**sent, "take.photo_id": "gone"})
    assert row(Person, house.person_id).photo_id == photos[1]


def test_a_stale_merge_tells_what_changed_and_keeps_what_was_chosen(house: House, owner: Browser, twin: int) -> None:
    merge = page(house, f"/merge/{twin}")
    with transaction() as session:
        update_person(session, house.person_id, {"biography": {"en": "Work"}}, version=1, **BY)
    text = owner.get(merge).text
    assert "Merging cannot be undone." in text
    fields = html.fromstring(text).xpath("//form[@class='merge']//input[@type='hidden']")
    sent = {one.get("name"): one.get("value") for one in fields if one.get("name") != "csrf_token"}
    sent["take.biography"] = "gone"
    with transaction() as session:
        update_person(session, twin, {"call_name": "Rose"}, version=row(Person, twin).version, **BY)

    answer = owner.send(merge, sent)

    shown = html.fromstring(answer.text)
    (told,) = shown.xpath("//table[ancestor::div[contains(@class, 'both-versions')]]/tbody")
    assert (answer.status_code, "Look at both again" in answer.text) == (412, True)
    assert [cell.text for cell in told.xpath(".//td")] == ["Lily", "Rose"]
    assert shown.xpath("//input[@name='take.biography' and @checked]/@value") == ["gone"]
    assert row(Person, twin).call_name == "Rose"
    again = {one.get("name"): one.get("value") for one in shown.xpath("//form[@class='merge']//input[@type='hidden']")}
    owner.send(merge, {**sent, **again})
    kept = row(Person, house.person_id)
    assert (kept.biography, kept.call_name) == ({"en": "Life"}, "Rose")


def test_who_is_registered_twice_keeps_the_registration_that_is_chosen(house: House, owner: Browser) -> None:
    registrations = [row(Registration, add_registration(house, name)) for name in ("Anna", "Ana")]
    ids = [one.person_id for one in registrations]
    merge = f"{HOME}/people/{ids[0]}/merge/{ids[1]}"
    shown = html.fromstring(owner.get(merge).text)
    (first, second) = shown.xpath(f"//input[@name='cancels.{house.edition_id}']")
    assert (first.get("checked") is not None, second.get("checked")) == (True, None)
    sent = versions(*(row(Person, one) for one in ids))
    stale = owner.send(f"{HOME}/people/new", {**sent, second.get("name"): f"{registrations[0].id}.9"}, to=merge)
    (still,) = html.fromstring(stale.text).xpath(f"//input[@name='cancels.{house.edition_id}' and @checked]/@value")
    assert (stale.status_code, still) == (412, second.get("value"))
    assert owner.send(f"{HOME}/people/new", sent, to=merge).status_code == 409
    owner.send(f"{HOME}/people/new", {**sent, second.get("name"): second.get("value")}, to=merge)
    after = {one.id: (one.person_id, str(one.status)) for one in rows(select(Registration)) if one.person_id in ids}
    assert after == {registrations[0].id: (ids[0], "cancelled"), registrations[1].id: (ids[0], "confirmed")}


def test_of_an_archived_edition_the_merge_says_that_it_is_reopened_first(house: House, owner: Browser) -> None:
    with transaction() as session:
        other = session.scalars(select(Edition).where(Edition.slug == "other")).one()
        account = session.scalars(select(Account.id).where(Account.name == "Olga Owner")).one()
        grant_role(session, account, other.id, Role.OWNER, **BY)
        kind = create_type(session, other.id, {"code": "g", "name": {"en": "Guest"}}, **BY)
        people = [create_person(session, {"latin_family": name}, **BY) for name in ("Anna", "Ana")]
        for one in people:
            said = {"status": RegistrationStatus.CONFIRMED, "source": Source.MANUAL, "language": "en"}
            enter(session, other.id, one.id, kind.id, **said, **BY)
        update_edition(session, other.id, {"status": "closed"}, version=other.version, **BY)
        archive_edition(session, other.id, version=other.version, **BY)
        ids, name = [one.id for one in people], other.name["en"]
    merge = f"{HOME}/people/{ids[0]}/merge/{ids[1]}"
    text = owner.get(merge).text
    assert (f"Both are registered in {name}, which is archived." in text, "Make them one" in text) == (True, False)
    sent = {"version": "1", "gone_version": "1"}
    assert owner.send(f"{HOME}/people/new", sent, to=merge).status_code == 409


def test_two_organizations_become_one(house: House, owner: Browser) -> None:
    with transaction() as session:
        other = create_organization(
            session, {"legal": {"en": "Port of Oakland, Inc."}, "country_region": "US"}, **BY
        ).id
    assert "but for the legal form" in owner.get(f"{HOME}/organizations/doubles").text
    merge = f"{HOME}/organizations/{house.organization_id}/merge/{other}"
    owner.send(merge, versions(row(Organization, house.organization_id), row(Organization, other)))
    kept = row(Organization, house.organization_id)
    assert (kept.country_region, kept.also_known_as) == ("US", ["Port of Oakland, Inc."])
    assert owner.get(f"{HOME}/organizations/{other}").location == f"{HOME}/organizations/{house.organization_id}"


def test_an_organization_says_where_it_appears_and_who_is_of_it(house: House, owner: Browser, post: int) -> None:
    with transaction() as session:
        create_organization(session, {"legal": {"en": "Terminal"}, "parent_id": house.organization_id}, **BY)
    text = owner.get(f"{HOME}/organizations/{house.organization_id}").text
    assert [word for word in ("Where it appears", "Forum forum", "Liu Chun", "Terminal") if word not in text] == []
    assert post


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("query", "found"), [("kind=company", False), ("kind=other", True), ("region=US", False), ("region=CN", True)]
)
def test_organizations_are_narrowed_by_kind_and_region(house: House, owner: Browser, query: str, found: bool) -> None:
    with transaction() as session:
        create_organization(session, {"legal": {"en": "Elsewhere"}, "country_region": "US", "kind": "company"}, **BY)
        create_organization(session, {"legal": {"en": "Found"}, "country_region": "CN"}, **BY)
    assert (">Found<" in owner.get(f"{HOME}/organizations?{query}").text) is found
    assert house


def test_a_liaison_keeps_the_posts_of_their_own_people(jiangsu: Group, hubei: Group) -> None:
    mine = f"{HOME}/people/{jiangsu.person_id}/posts/new"
    assert jiangsu.liaison.send(mine, {"title.en": "Chair"}).status_code == 302
    assert jiangsu.liaison.get(f"{HOME}/people/{hubei.person_id}/posts/new").status_code == 404
    assert jiangsu.liaison.get(f"{HOME}/people/doubles").status_code == 403
    assert "Approve" not in jiangsu.liaison.get(f"{HOME}/people/{jiangsu.person_id}").text


def test_a_persons_page_costs_the_same_for_many_posts(house: House, owner: Browser, post: int) -> None:
    def count() -> int:
        with queries() as sent:
            assert owner.get(page(house)).status_code == 200
        return len(sent)

    before = count()
    with transaction() as session:
        for number in range(3):
            house_id = create_organization(session, {"legal": {"en": f"Firm {number}"}}, **BY).id
            add_affiliation(session, house.person_id, house_id, {"en": f"Chair {number}"}, **BY)
    assert count() == before
    assert post
