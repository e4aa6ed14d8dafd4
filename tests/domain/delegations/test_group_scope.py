"""What whoever is bound to one part of a whole learns of its groups and days, and undoes of them: of their own people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from forumapp.core.errors import Invalid, NotFound
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.delegations.groups.audiences import Part
from forumapp.domain.delegations.groups.members import put_into_group, remove_group_member
from forumapp.domain.delegations.groups.queries import mark_of, rows_of
from forumapp.domain.delegations.groups.services import create_partition, update_partition
from forumapp.domain.delegations.members.services import add_member, remove_member
from forumapp.domain.delegations.queries import itinerary
from forumapp.domain.proofs.restoring import restore
from tests.domain.conftest import BY, NOW
from tests.domain.delegations.test_audiences import Party, hours
from tests.domain.delegations.test_delegations import make_delegation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.models.delegations import Delegation
    from tests.domain.conftest import Forum

pytestmark = pytest.mark.one_database


@pytest.fixture
def party(session: DbSession, forum: Forum) -> Party:
    return Party(session, forum)


def liaison(party: Party, *of: Delegation) -> Any:
    codes = [one.code for one in of]
    account = create_account(party.db, email=f"{'-'.join(codes)}@x.example", name="Li", password=None, **BY)
    grant_role(party.db, account.id, party.of, Role.DELEGATION_LIAISON, delegations=codes, **BY)
    return {"actor": Actor(account.id, Via.PAGE), "now": NOW}


def group_of(party: Party, name: str) -> list[int]:
    return [row.group_id for row in rows_of(party.db, party.partition.id, [party.people[name]])]


def moved(party: Party, group_id: int, *names: str, by: Any) -> Removal:
    people = [party.people[one] for one in names]
    seen = {one: mark_of(rows_of(party.db, party.partition.id, [one])) for one in people}
    removal = put_into_group(party.db, party.of, group_id, seen, **by)
    assert removal is not None
    return removal


def test_who_is_bound_to_one_part_takes_back_no_move_of_another(party: Party) -> None:
    js, both = liaison(party, party.jiangsu), liaison(party, party.jiangsu, party.hubei)
    whole = liaison(party, party.whole)
    of_all = moved(party, party.bay.id, "Chen", "Baker", by=whole)
    assert of_all.delegation_id == party.whole.id
    with pytest.raises(NotFound):
        restore(party.db, party.of, of_all.id, **js)
    restore(party.db, party.of, of_all.id, **whole)

    of_two = moved(party, party.bay.id, "Chen", "Baker", by=both)
    of_two.delegation_id = party.jiangsu.id  # as such moves were kept before
    with pytest.raises(NotFound):
        restore(party.db, party.of, of_two.id, **js)
    assert group_of(party, "Chen") == [party.bay.id]

    own = moved(party, party.stay.id, "Baker", by=both)
    restore(party.db, party.of, own.id, **js)
    assert group_of(party, "Baker") == [party.bay.id]


def test_nobody_comes_back_to_a_group_by_those_whom_they_have_left(party: Party) -> None:
    js = liaison(party, party.jiangsu)
    (row,) = rows_of(party.db, party.partition.id, [party.people["Adams"]])
    removal = remove_group_member(party.db, party.of, row.id, version=row.version, **BY)
    remove_member(party.db, party.of, party.members["Adams"].id, version=1, **BY)
    add_member(party.db, party.hubei, party.people["Adams"], **BY)

    with pytest.raises(NotFound):
        restore(party.db, party.of, removal.id, **js)
    assert group_of(party, "Adams") == []
    restore(party.db, party.of, removal.id, **BY)
    assert group_of(party, "Adams") == [party.bay.id]


def test_a_part_with_nobody_in_it_sees_what_is_for_whoever_comes(party: Party, forum: Forum) -> None:
    new = make_delegation(party.db, forum, "gd", parent_id=party.whole.id)
    everyone, left_out = Part(True, delegation_id=party.whole.id), Part(False, delegation_id=new.id)
    for_adams = party.item(hours(26, 9, 10), Part(True, registration_id=party.people["Adams"]))
    not_for_them = party.item(hours(26, 11, 12), everyone, left_out)
    of_jiangsu = party.item(hours(26, 13, 14), Part(True, delegation_id=party.jiangsu.id))

    seen = {row.id for row in itinerary(party.db, new)}

    assert seen == {party.split.id, party.rejoin.id}
    assert not {for_adams.id, not_for_them.id, of_jiangsu.id} & seen


def test_a_part_is_divided_by_what_its_own_people_do(party: Party) -> None:
    other = party.item(hours(26, 9, 10), Part(True, registration_id=party.people["Chen"]))
    told = {"kind": "coach", "name": {"en": "Coaches"}}
    with pytest.raises(Invalid) as refusal:
        create_partition(party.db, party.jiangsu, {**told, "split_item_id": other.id}, **liaison(party, party.jiangsu))
    assert refusal.value.fields == {"split_item_id": "unknown"}
    row = create_partition(party.db, party.jiangsu, {**told, "split_item_id": party.split.id}, **BY)
    with pytest.raises(Invalid):
        update_partition(party.db, party.of, row.id, {"rejoin_item_id": other.id}, version=1, **BY)
