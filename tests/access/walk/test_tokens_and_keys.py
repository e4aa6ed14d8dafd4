"""What is limited stays limited: tokens to their editions, and kept answers to those who may still read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.permissions import Role, Scope
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import take_access_away
from forumapp.domain.accounts.tokens.services import create_token
from forumapp.domain.delegations.members.services import add_member, remove_member
from forumapp.domain.delegations.models.delegations import Delegation
from forumapp.domain.forums.models import Edition
from tests.access.walk.test_leaks import API
from tests.access.world import BY, PASSWORD_OF_ALL

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.access.world import World

# `test_walk` and `test_leaks` ask every address on both databases, and tests/domain every service.
pytestmark = pytest.mark.one_database


def without_request_id(answer: TestResponse) -> tuple[int, dict[str, Any]]:
    return answer.status_code, {**answer.json, "request_id": None}


def test_an_answer_kept_for_a_repeated_request_is_for_who_may_still_read_it(world: World) -> None:
    who = Role.PROTOCOL_OFFICER
    at = f"{API}/editions/forum/registrations/{world.jiangsu.applied_id}"
    tag = world.call(who, "GET", at).headers["ETag"]
    asked = {"If_Match": tag, "Idempotency_Key": "k1"}
    first = world.call(who, "POST", f"{at}/confirm", None, **asked)
    again = world.call(who, "POST", f"{at}/confirm", None, **asked)
    assert (first.status_code, again.status_code, again.json) == (200, 200, first.json)
    with transaction() as db:
        take_access_away(db, world.house.edition_id, world.callers[who].account_id, version=2, **BY)

    late = world.call(who, "POST", f"{at}/confirm", None, **asked)

    assert late.status_code in (404, 422)
    assert not [word for word in world.jiangsu.words.contacts if word in late.text]


def test_an_answer_kept_of_what_stands_across_editions_is_for_who_may_still_do_it(world: World) -> None:
    who, phone = Role.REGISTRATION_DESK, "+86 25 5550 1111"
    made = {"latin_family": "Rep", "latin_given": "Lay", "phone": phone}
    first, again = (world.call(who, "POST", f"{API}/people", made, Idempotency_Key="k1") for _ in range(2))
    assert (first.status_code, again.status_code, again.json) == (201, 201, first.json)
    with transaction() as db:
        take_access_away(db, world.house.edition_id, world.callers[who].account_id, version=2, **BY)

    late, fresh = (world.call(who, "POST", f"{API}/people", made, Idempotency_Key=key) for key in ("k1", "k2"))

    assert without_request_id(late) == without_request_id(fresh)
    assert late.status_code == 403


def test_an_answer_kept_for_a_liaison_is_given_as_long_as_the_row_is_theirs(world: World) -> None:
    who, forum, party = Role.DELEGATION_LIAISON, f"{API}/editions/forum", world.jiangsu
    of, post = world.house.edition_id, {"title": {"en": "Deputy"}}
    places = [f"{API}/people/{party.person_id}/affiliations", f"{forum}/people/{party.person_id}/titles"]
    for place in places:
        made, again = (world.call(who, "POST", place, post, Idempotency_Key="k1") for _ in range(2))
        assert (made.status_code, again.status_code, again.json) == (201, 201, made.json)
    given_up = f"{forum}/registrations/{party.applied_id}"
    asked = {"If_Match": world.call(who, "GET", given_up).headers["ETag"], "Idempotency_Key": "k2"}
    first, twice = (world.call(who, "POST", f"{given_up}/cancel", {}, **asked) for _ in range(2))
    assert (first.status_code, twice.status_code, twice.json) == (200, 200, first.json)  # it has left by that itself

    with transaction() as db:
        remove_member(db, of, party.member_id, version=1, **BY)
        add_member(db, db.get_one(Delegation, world.hubei.delegation_id), party.registration_id, **BY)
    for place in places:
        late, fresh = (world.call(who, "POST", place, post, Idempotency_Key=key) for key in ("k1", "k3"))
        assert without_request_id(late) == without_request_id(fresh)
        assert late.status_code == 404


def test_no_account_is_named_by_its_id_where_it_does_not_work_on_the_edition(world: World) -> None:
    """Whoever may name a liaison or an officer would read the names of all accounts of the house."""
    who, forum = Role.SECRETARIAT, f"{API}/editions/forum"
    registration, delegation = (
        f"{forum}/registrations/{world.jiangsu.registration_id}",
        f"{forum}/delegations/{world.jiangsu.code}",
    )
    with transaction() as db:
        strange = create_account(
            db, email="hidden@example.org", name="Hidden Colleague", password=PASSWORD_OF_ALL, **BY
        ).id
    known = world.callers[Role.PROTOCOL_OFFICER].account_id

    def put(at: str, field: str, account_id: int) -> tuple[int, dict[str, str]]:
        tag = world.call(who, "GET", at).headers["ETag"]
        answer = world.call(who, "PATCH", at, {field: account_id}, If_Match=tag)
        assert "Hidden" not in answer.text
        return answer.status_code, answer.json.get("errors", {})

    for at, field in ((registration, "responsible_id"), (delegation, "liaison_id")):
        for nobody in (strange, strange + 1000):
            assert put(at, field, nobody) == (422, {field: ["unknown"]})
        assert put(at, field, known) == (200, {})
    made = {"code": "new-one", "name": {"en": "New"}, "liaison_id": strange}
    assert world.call(who, "POST", f"{forum}/delegations", made).json["errors"] == {"liaison_id": ["unknown"]}


def test_a_token_of_one_edition_begins_no_others(world: World) -> None:
    made = {"code": "by-token", "name": {"en": "X"}}
    with transaction() as db:
        owner = db.get_one(Account, world.callers[Role.OWNER].account_id)
        limited, free = (
            create_token(db, owner, name="t", scopes=[Scope.ADMIN], editions=editions, **BY)
            for editions in ([world.house.edition_id], None)
        )
    assert world.call(Role.OWNER, "POST", f"{API}/series", made, token=limited).status_code == 403
    assert world.call(Role.OWNER, "POST", f"{API}/series", made, token=free).status_code == 201


def test_a_barred_edition_names_no_delegation_in_ones_own_log(world: World) -> None:
    who, name = Role.DELEGATION_LIAISON, world.jiangsu.words.name["en"]
    before = world.ask(who, "GET", "/organizer/account/log").text
    with transaction() as db:
        db.get_one(Edition, world.house.edition_id).requires_two_factor = True

    barred = world.ask(who, "GET", "/organizer/account/log")

    assert (barred.status_code, name in before, name in barred.text) == (200, True, False)
