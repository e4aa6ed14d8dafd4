from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forumapp.core.database.transactions import transaction
from forumapp.domain.people.models import Person

if TYPE_CHECKING:
    from conftest import Api


def a_person(api: Api) -> int:
    return int(api.post("/people", {"latin_family": "Liu", "native_full": "刘春"}).json["id"])


def an_organization(api: Api, name: str = "Chamber") -> int:
    return int(api.post("/organizations", {"legal": {"en": name}}).json["id"])


def test_posts_of_a_person_stand_in_the_order_in_which_they_were_added(api: Api) -> None:
    where = f"/people/{a_person(api)}/affiliations"
    organization = an_organization(api)
    title = {"en": "President", "zh-Hans": "会长"}
    first = api.post(where, {"organization_id": organization, "title": title, "starts_on": "2020-01-01"})
    second = api.post(where, {"organization_id": organization})
    assert first.json == {
        "id": first.json["id"],
        "version": 1,
        "organization_id": organization,
        "title": title,
        "starts_on": "2020-01-01",
        "ends_on": None,
        "position": 1,
    }
    assert api.get(where).json["items"] == [first.json, second.json]
    assert api.public().get(where).status_code == 401


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"organization_id": 99999}, {"organization_id": ["unknown"]}),
        ({"starts_on": "2021-01-01", "ends_on": "2020-12-31"}, {"ends_on": ["ends-before-start"]}),
    ],
    ids=["strange organization", "ends before it starts"],
)
def test_a_post_that_cannot_be_is_refused(api: Api, changes: dict[str, object], errors: dict[str, list[str]]) -> None:
    where = f"/people/{a_person(api)}/affiliations"
    answer = api.post(where, {"organization_id": an_organization(api), **changes})
    assert (answer.status_code, answer.json["errors"]) == (422, errors)
    assert api.get(where).json["total"] == 0
    assert api.post("/people/99999/affiliations", {"organization_id": 1}).status_code == 404


@pytest.mark.parametrize("text", ["Smile 😀", "   ", "\u2800", "\U0001f3fd"])
@pytest.mark.parametrize("part", ["latin_family", "native_full"])
def test_a_name_without_letters_is_refused(api: Api, part: str, text: str) -> None:
    person = f"/people/{a_person(api)}"
    new = api.post("/people", {"latin_given": "Anna", part: text})
    changed = api.patch(person, {part: text}, If_Match=api.get(person).headers["ETag"])
    api.post("/editions/mine/registration-types", {"code": "guest", "name": {"en": "Guest"}})
    invited = api.post("/editions/mine/invitations", {"type": "guest", "latin_given": "Anna", part: text})
    assert [(one.status_code, one.json["errors"]) for one in (new, changed, invited)] == [
        (422, {part: ["not-a-letter"]})
    ] * 3


def test_titles_in_an_edition_take_the_next_place_or_a_free_one(api: Api) -> None:
    where = f"/editions/mine/people/{a_person(api)}/titles"
    second = api.post(where, {"title": {"en": "Party secretary"}, "position": 2})
    third = api.post(where, {"organization_name": {"zh-Hans": "小作坊"}})
    first = api.post(where, {"title": {"en": "President"}, "position": 1})
    assert [made.json["position"] for made in (second, third, first)] == [2, 3, 1]
    assert api.get(where).json["items"] == [first.json, second.json, third.json]
    taken = api.post(where, {"title": {"en": "Chair"}, "position": 2})
    assert (taken.status_code, taken.json["errors"]) == (409, {"position": ["taken"]})
    assert api.get(second.headers["Location"]).json == second.json


def test_a_title_in_an_edition_changes_by_its_tag_and_the_post_stays(api: Api) -> None:
    person, organization = a_person(api), an_organization(api)
    post = api.post(f"/people/{person}/affiliations", {"organization_id": organization, "title": {"en": "Chair"}}).json
    body = {"title": {"en": "Chair"}, "organization_id": organization, "affiliation_id": post["id"]}
    made = api.post(f"/editions/mine/people/{person}/titles", body)
    where = made.headers["Location"]
    changed = api.patch(where, {"title": {"en": "Head of delegation"}}, If_Match=made.headers["ETag"])
    assert changed.json == {**made.json, "title": {"en": "Head of delegation"}, "version": 2}
    assert api.patch(where, {"title": {}}, If_Match=made.headers["ETag"]).status_code == 412
    assert api.get(f"/people/{person}/affiliations").json["items"] == [post]


def test_a_title_names_an_own_post_and_an_organization_that_is_known(api: Api) -> None:
    person, organization = a_person(api), an_organization(api)
    other = api.post(f"/people/{a_person(api)}/affiliations", {"organization_id": organization}).json["id"]
    where = f"/editions/mine/people/{person}/titles"
    for body, field in (({"affiliation_id": other}, "affiliation_id"), ({"organization_id": 99999}, "organization_id")):
        answer = api.post(where, body)
        assert (answer.status_code, answer.json["errors"]) == (422, {field: ["unknown"]})
    assert api.get(where).json["items"] == []
    assert api.get(where.replace("/mine/", "/theirs/")).status_code == 404
    assert api.get("/editions/mine/people/99999/titles").status_code == 404


@pytest.mark.parametrize(
    ("said", "order"),
    [
        ({"native_full": "刘春"}, "family-first"),
        ({}, "given-first"),
        ({"native_full": "刘春", "name_order": "given-first"}, "given-first"),
    ],
)
def test_the_name_order_of_a_new_person_follows_the_script_unless_given(
    api: Api, said: dict[str, str], order: str
) -> None:
    made = api.post("/people", {"latin_family": "Liu", "latin_given": "Chun", **said})
    assert made.json["name_order"] == order


def test_a_latin_name_that_was_read_from_the_chinese_is_confirmed_by_its_tag(api: Api) -> None:
    made = api.post("/people", {"latin_family": "Shan", "latin_given": "Wei", "native_full": "单伟"})
    with transaction() as db:
        db.get_one(Person, made.json["id"]).flags = ["latin-name-proposed"]
    where = f"/people/{made.json['id']}/confirm-latin-name"
    assert api.post(where, {}).status_code == 428
    assert api.post(where, {}, If_Match='"99-000000000000"').status_code == 412
    stands = api.get(f"/people/{made.json['id']}")
    confirmed = api.post(where, {}, If_Match=stands.headers["ETag"])
    assert (stands.json["flags"], confirmed.json["flags"]) == (["latin-name-proposed"], [])
