"""Suggestions while one types, and the field they fill in: with its script and without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from forumapp.core.database.transactions import transaction
from forumapp.domain.people.models import Organization, TitlePair
from forumapp.domain.people.records.services import add_affiliation, create_organization, create_person
from forumapp.domain.people.records.titles import key_of
from tests.web.organizer.house import BY, HOME, row

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, Group, House

PAIR = {"en": "Vice Governor", "zh-Hans": "副省长"}
CHAMBER = {
    "legal": {"en": "China Chamber of Commerce", "zh-Hans": "中国商会"},
    "short": {"en": "The Chamber"},
    "abbreviation": {"en": "CCC"},
    "country_region": "CN",
}


@pytest.fixture
def chamber(house: House) -> int:
    with transaction() as session:
        made = create_organization(session, CHAMBER, **BY)
        add_affiliation(session, house.person_id, made.id, {"en": "Chair", "zh-Hans": "会长"}, **BY)
        return made.id


def ask(browser: Browser, kind: str, typed: str, language: str = "en") -> list[dict[str, Any]]:
    answer = browser.get(f"/organizer/suggestions/{kind}", query_string={"q": typed, "lang": language})
    assert answer.headers["Cache-Control"] == "no-store"
    return list(answer.json["items"])


@pytest.mark.parametrize(
    ("kind", "typed", "language", "label", "note"),
    [
        ("people", "liu", "en", "Liu Chun 刘春", "Chair · The Chamber"),
        ("people", "刘春", "zh-Hans", "刘春 Liu Chun", "会长 · 中国商会"),
        ("organizations", "ccc", "en", "The Chamber", "中国商会 · China Chamber of Commerce · CCC · China"),
        ("organizations", "商会", "zh-Hans", "中国商会", "The Chamber · China Chamber of Commerce · CCC · 中国"),
    ],
)
def test_suggestions_are_in_the_readers_language(
    chamber: int, house: House, owner: Browser, *, kind: str, typed: str, language: str, label: str, note: str
) -> None:
    wanted = {"people": house.person_id, "organizations": chamber}[kind]
    assert ask(owner, kind, typed, language) == [{"id": wanted, "label": label, "note": note}]
    assert ask(owner, kind, "", language) == []


@pytest.mark.parametrize("typed", ["副", "vice", "Governor", "VICE  governor"])
def test_titles_come_whole_by_either_language(owner: Browser, typed: str) -> None:
    with transaction() as session:
        session.add(TitlePair(title=PAIR, key=key_of(PAIR), approved_by="Olga"))
    assert [(one["label"], one["texts"]) for one in ask(owner, "titles", typed)] == [("Vice Governor · 副省长", PAIR)]
    assert [one["label"] for one in ask(owner, "titles", typed, "zh-Hans")] == ["副省长 · Vice Governor"]
    assert ask(owner, "titles", "Consul") == []


def test_a_liaison_is_suggested_no_one_elses_people(jiangsu: Group, hubei: Group) -> None:
    assert [one["label"] for one in ask(jiangsu.liaison, "people", "jiangren")] != []
    assert ask(jiangsu.liaison, "people", hubei.family) == []
    assert jiangsu.liaison.get("/organizer/suggestions/organizations?q=port").status_code == 403


def organization(**changes: str) -> dict[str, str]:
    return {"version": "1", "legal.en": "Port of Oakland", "kind": "other", **changes}


@pytest.mark.parametrize(
    ("sent", "is_chosen"),
    [
        ({"parent_id": "{chamber}", "parent_id.text": "The Chamber"}, True),
        ({"parent_id": "{chamber}", "parent_id.text": "ccc"}, True),
        ({"parent_id": "", "parent_id.text": "the  chamber"}, True),
        ({"parent_id": "{chamber}", "parent_id.text": ""}, False),
        ({}, False),
    ],
    ids=["chosen", "chosen by another name", "typed to its end", "emptied", "untouched"],
)
def test_what_was_typed_counts(
    chamber: int, house: House, owner: Browser, sent: dict[str, str], is_chosen: bool
) -> None:
    values = {name: value.format(chamber=chamber) for name, value in sent.items()}
    answer = owner.send(f"{HOME}/organizations/{house.organization_id}", organization(**values))
    assert answer.status_code == 302
    assert row(Organization, house.organization_id).parent_id == (chamber if is_chosen else None)


def test_where_several_may_be_meant_they_are_shown_to_choose_from(chamber: int, house: House, owner: Browser) -> None:
    with transaction() as session:
        create_organization(session, {"legal": {"en": "China Council"}}, **BY)
    page = f"{HOME}/organizations/{house.organization_id}"
    answer = owner.send(page, organization(**{"parent_id": "", "parent_id.text": "china"}))
    assert answer.status_code == 422
    assert "More than one may be meant" in answer.text
    assert f'<input type="radio" name="parent_id" value="{chamber}">' in answer.text
    assert "China Council" in answer.text
    assert owner.send(page, organization(**{"parent_id": str(chamber), "parent_id.text": "china"})).status_code == 302
    assert row(Organization, house.organization_id).parent_id == chamber
    assert 'name="parent_id.text" value="The Chamber"' in owner.get(page).text


@pytest.mark.parametrize("chosen", ["", "99999", "x"])
def test_what_is_not_found_is_said_at_the_field(chamber: int, house: House, owner: Browser, chosen: str) -> None:
    page = f"{HOME}/organizations/{house.organization_id}"
    answer = owner.send(page, organization(**{"parent_id": chosen, "parent_id.text": "Nobody knows"}))
    assert (answer.status_code, "Nothing is found by this name" in answer.text) == (422, True)
    assert 'value="Nobody knows"' in answer.text
    assert row(Organization, house.organization_id).parent_id is None
    assert chamber


def test_a_stale_change_tells_the_parent_by_its_name(chamber: int, house: House, owner: Browser) -> None:
    page = f"{HOME}/organizations/{house.organization_id}"
    owner.send(page, organization(**{"parent_id": str(chamber), "parent_id.text": "The Chamber"}))
    answer = owner.send(page, organization())
    assert answer.status_code == 412
    assert "The Chamber</td>" in answer.text


def test_a_person_with_a_name_of_another_is_told_apart(house: House, owner: Browser) -> None:
    with transaction() as session:
        create_person(session, {"latin_family": "Liu", "latin_given": "Chun", "name_order": "family-first"}, **BY)
    assert [one["note"] for one in ask(owner, "people", "Liu Chun")] == ["", ""]
    assert len({one["id"] for one in ask(owner, "people", "Chun Liu")}) == 2
    assert house
