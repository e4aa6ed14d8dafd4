"""Of whom one is told how to reach them is said by each edition for those who take part in it: what an account may do
elsewhere, a token that is limited and a door that is barred lead to nobody's number.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.accounts.tokens.services import create_token
from forumapp.domain.audit.services import Actor, Via, record
from forumapp.domain.forums.models import Edition
from forumapp.domain.importing.runs import services as importing
from forumapp.domain.people.records.services import create_person, set_edition_title
from tests import import_steps
from tests.access.routes import API
from tests.access.walk.test_leaks import NOTHING, addresses, found, get, guesses, told
from tests.access.world import BY, fingerprint

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.access.world import World

LIAISON, OWNER = str(Role.DELEGATION_LIAISON), str(Role.OWNER)
HOME = "/organizer/other/"
SLUG = re.compile(r"(?<=/organizer/)forum(?=/)|(?<=/editions/)forum(?=/|$)")


# Beside what the party says: an address that stands in the log alone.
WAS = "was@was.example"


@pytest.fixture
def other(world: World) -> int:
    """The other edition, of which the liaison of Jiangsu and the owner of the forum are owners as well. Someone of Hubei
    has a title there, which lets nobody take part.
    """
    with transaction() as session:
        found = session.scalars(select(Edition).filter_by(slug="other")).one()
        for name in (LIAISON, OWNER):
            grant_role(session, world.callers[name].account_id, found.id, Role.OWNER, **BY)
        set_edition_title(session, found.id, world.hubei.person_id, title={"en": "Guest"}, **BY)
        was = {"email": (WAS, world.hubei.words.email)}
        record(session, "changed", "person", world.hubei.person_id, changes=was, **BY)
        return found.id


def there(path: str) -> str:
    """The same address in the other edition."""
    return SLUG.sub("other", path)


def kept_from(world: World, answers: dict[str, TestResponse]) -> list[tuple[str, str]]:
    secrets = (*world.hubei.words.contacts, WAS)
    return [(path, word) for path, answer in answers.items() for word in secrets if word in told(answer)]


@pytest.mark.one_database
def test_a_liaison_here_who_owns_another_edition_is_told_nobodys_number_through_it(world: World, other: int) -> None:
    words = world.hubei.words
    paths = {there(path) for path in addresses(world, LIAISON, world.hubei, words.family)}
    paths |= {f"{HOME}people/export/people.csv", f"{HOME}people/{world.hubei.person_id}", f"{HOME}log?record=person"}

    answers = {path: get(world, LIAISON, path) for path in paths if "/forum" not in path}

    assert kept_from(world, answers) == []
    assert sum(words.family in told(answer) for answer in answers.values()) > 5  # their names are
    mine = [answers[f"{HOME}people/export/people.csv"], get(world, LIAISON, f"{API}/people/{world.jiangsu.person_id}")]
    assert [world.jiangsu.words.email in told(answer) for answer in mine] == [True, True]


def test_no_number_finds_someone_of_whom_one_is_not_told(world: World, other: int) -> None:
    words = world.hubei.words
    searches = [
        f"{HOME}people?search=",
        f"{API}/people?q=",
        f"{HOME}log?search=",
        f"{API}/editions/other/audit-events?q=",
    ]
    numbers = (words.phone[-4:], words.phone.replace(" ", "")[-6:], words.email, WAS)

    hits = [(path, one) for path in searches for one in numbers if finds(world, LIAISON, path, one)]

    assert hits == []
    assert finds(world, LIAISON, searches[0], world.jiangsu.words.phone[-4:])
    assert finds(world, OWNER, searches[3], WAS)


def finds(world: World, name: str, path: str, word: str) -> bool:
    return found(world, name, path, word) != found(world, name, path, NOTHING)


def test_a_token_of_one_edition_and_a_barred_edition_tell_of_nobody_in_the_other(world: World, other: int) -> None:
    person, family = world.jiangsu.person_id, world.jiangsu.words.family
    asked = (f"{API}/people/{person}", f"{API}/people?q={family}", f"{API}/people?q={world.jiangsu.words.email}")
    with transaction() as session:
        owner = session.get_one(Account, world.callers[OWNER].account_id)
        limited = create_token(session, owner, name="limited", editions=[other], **BY)

    def emails(token: str | None = None) -> list[Any]:
        answers = [world.call(OWNER, "GET", path, token=token).json for path in asked]
        return [one["email"] for answer in answers for one in answer.get("items", [answer]) if one["id"] == person]

    assert emails() == [world.jiangsu.words.email] * 3
    assert emails(limited) == [None] * 2

    with transaction() as session:
        session.get_one(Edition, world.house.edition_id).requires_two_factor = True
    assert emails() == [None] * 2
    page = world.ask(OWNER, "GET", f"{HOME}people/{person}").text
    assert (family in page, world.jiangsu.words.email in page, 'name="phone"' in page) == (True, False, False)


def test_contacts_of_whom_one_is_not_told_are_not_changed_and_no_guess_is_confirmed(world: World, other: int) -> None:
    words, person = world.hubei.words, world.hubei.person_id
    path = f"{API}/people/{person}"
    tag = world.call(LIAISON, "GET", path).headers["ETag"]
    before = fingerprint()

    tries = [
        world.call(LIAISON, "PATCH", path, {field: guess}, If_Match=match)
        for field, right, wrong in guesses(words)
        for guess in (right, wrong)
        for match in (tag, '"9-000000000000"')
    ]
    sent = world.ask(
        LIAISON,
        "POST",
        f"{HOME}people/{person}",
        {"version": "0", "phone": "+1", "latin_family": "X", "name_order": "family-first"},
    )
    merges = [
        world.call(LIAISON, "GET", f"{API}/people/{world.jiangsu.person_id}/merge-plans/{person}"),
        world.ask(LIAISON, "GET", f"{HOME}people/{world.jiangsu.person_id}/merge/{person}"),
        world.ask(LIAISON, "POST", f"{HOME}people/doubles/apart?one={world.jiangsu.person_id}&other={person}"),
    ]

    assert {one.status_code for one in (*tries, *merges)} == {403}
    assert (sent.status_code, "both-versions" in sent.text) == (412, True)
    assert kept_from(world, {str(number): one for number, one in enumerate((*tries, sent, *merges))}) == []
    assert fingerprint() == before


def test_doubles_are_those_of_whom_one_is_told(world: World, other: int) -> None:
    words = world.hubei.words
    same = {"latin_family": words.family, "latin_given": "Wei", "native_full": words.native, "email": words.email}
    with transaction() as session:
        mine, twin = (
            create_person(session, {**same, "email": one}, **BY).id for one in (words.email, "else@x.example")
        )

    def pairs(name: str) -> set[tuple[int, int]]:
        items = world.call(name, "GET", f"{API}/people/doubles?page_size=200").json["items"]
        return {(one["low_id"], one["high_id"]) for one in items}

    assert (world.hubei.person_id, mine) in pairs(OWNER)
    assert (mine, twin) in pairs(LIAISON)
    assert not [pair for pair in pairs(LIAISON) if world.hubei.person_id in pair]
    assert f"merge/{mine}" not in world.ask(LIAISON, "GET", f"{HOME}people/{world.hubei.person_id}").text


def test_an_import_confirms_no_address_of_whom_one_is_not_told(world: World, other: int) -> None:
    words = world.hubei.words
    known = (
        (words.family, words.email),
        (words.family, "guess@else.example"),
        (world.jiangsu.words.family, "x@x.example"),
    )
    lines = [f"{family},Wei,family-first,{email}" for family, email in known]
    table = "\n".join(["Family name,Given name,Name order,E-mail address", *lines])
    body = {"kind": "people", "filename": "x.csv", "content": base64.b64encode(table.encode()).decode()}

    made = world.call(LIAISON, "POST", f"{API}/editions/other/imports", body)
    rows = world.call(LIAISON, "GET", f"{made.headers['Location']}/rows").json["items"]

    assert [row["alike"]["reason"] for row in rows] == ["address-not-told", "address-not-told", "other-address"]
    page = world.ask(LIAISON, "GET", f"{HOME}imports/{made.json['id']}?state=double").text
    assert page.count("you are not told whether this is their e-mail address") == 2

    by: Any = {"actor": Actor(world.callers[LIAISON].account_id, Via.PAGE), "now": BY["now"]}
    run = importing.get_run(reading(), other, made.json["id"], actor=by["actor"])
    chosen: Any = {"mapping": run.mapping, "chosen": [2, 3], "version": run.version}
    file = importing.open_draft(reading(), other, run.id, version=run.version, actor=by["actor"])
    with transaction() as session:
        importing.set_out(session, other, run.id, file=file, **chosen, **by)
    import_steps.confirm_committed(other, run.id, **by)
    import_steps.work_batch(run.id)
    with transaction() as session:
        session.refresh(run)
        assert run.added == 2  # the one whose address it is as well as the other


def test_who_comes_to_take_part_is_told_from_then_on(world: World, other: int) -> None:
    path, words = f"{API}/people/{world.hubei.person_id}", world.hubei.words
    assert world.call(LIAISON, "GET", path).json["phone"] is None
    type_id = world.call(
        LIAISON, "POST", f"{API}/editions/other/registration-types", {"code": "g", "name": {"en": "G"}}
    )

    values = {
        "type_id": str(type_id.json["id"]),
        "latin_family": words.family,
        "latin_given": "Wei",
        "email": words.email,
    }
    sent = {**values, "name_order": "family-first", "native_full": words.native}
    assert world.ask(LIAISON, "POST", f"{HOME}registrations/new", sent).status_code == 302
    assert world.call(LIAISON, "GET", path).json["phone"] == words.phone
