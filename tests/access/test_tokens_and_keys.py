"""What is limited stays limited: tokens to their editions, and kept answers to those who may still read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.transactions import transaction
from forumapp.domain.accounts.api_tokens import create_token
from forumapp.domain.accounts.granting import take_access_away
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.permissions import Role, Scope
from tests.access.test_leaks import API
from tests.access.world import BY

if TYPE_CHECKING:
    from tests.access.world import World


def test_an_answer_kept_for_a_repeated_request_is_for_who_may_still_read_it(world: World) -> None:
    who = Role.PROTOCOL_OFFICER
    at = f"{API}/editions/forum/registrations/{world.jiangsu.applied_id}"
    tag = world.call(who, "GET", at).headers["ETag"]
    asked = {"If_Match": tag, "Idempotency_Key": "k1"}
    first = world.call(who, "POST", f"{at}/confirm", None, **asked)
    again = world.call(who, "POST", f"{at}/confirm", None, **asked)
    assert (first.status_code, again.status_code, again.json) == (200, 200, first.json)
    with transaction() as db:
        take_access_away(db, world.house.edition_id, world.callers[who].account_id, **BY)

    late = world.call(who, "POST", f"{at}/confirm", None, **asked)

    assert late.status_code in (404, 422)
    assert not [word for word in world.jiangsu.words.contacts if word in late.text]


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
