"""Merging changes rows of every edition in which either stands: it takes what changing each of them takes, and tells of
none that does not exist for whoever merges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.accounts.tokens.services import create_token
from forumapp.domain.agenda.models import RoleAssignment, Session
from forumapp.domain.agenda.sessions.services import assign_role
from forumapp.domain.delegations.members.services import create_delegation
from forumapp.domain.forums.hosts.services import add_host
from forumapp.domain.forums.models import Edition, EditionHost, HostRole
from forumapp.domain.people.models import Person, PrecedenceEntry, PrecedenceList
from forumapp.domain.people.precedence import lists
from forumapp.domain.people.records.services import create_organization, create_person
from tests.access.routes import API
from tests.access.walk.test_archived import archive
from tests.access.world import fingerprint
from tests.web.organizer.house import BY

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession
    from werkzeug.test import TestResponse

    from tests.access.world import World

DESK, OWNER, SECRETARIAT, MANAGER = Role.REGISTRATION_DESK, Role.OWNER, Role.SECRETARIAT, Role.PROGRAM_MANAGER
HIDDEN = "Forum other"


def other_of(db: DbSession) -> Edition:
    return db.scalars(select(Edition).filter_by(slug="other")).one()


def houses(db: DbSession) -> tuple[int, int]:
    kept, gone = (create_organization(db, {"legal": {"en": name}}, **BY).id for name in ("Alpha Works", "Beta Works"))
    return kept, gone


def people(db: DbSession) -> tuple[int, int]:
    said = {"latin_family": "Speak", "latin_given": "Er", "email": "speak@x.example"}
    kept, gone = (create_person(db, said, **BY).id for _ in range(2))
    return kept, gone


def joined(world: World, name: str, role: Role) -> None:
    with transaction() as db:
        grant_role(db, world.callers[name].account_id, other_of(db).id, role, **BY)


def merge(
    world: World, name: str, kind: str, ids: tuple[int, int], token: str | None = None
) -> tuple[TestResponse, TestResponse, dict[str, Any]]:
    """What the interface and the page say, and the plan before."""
    kept, gone = ids
    path = f"{API}/{kind}/{kept}"
    plan = world.call(name, "GET", f"{path}/merge-plans/{gone}", token=token).json
    body, tag = {"gone_id": gone, "gone_version": 1}, world.call(name, "GET", path, token=token).headers["ETag"]
    page = world.ask(
        name, "POST", f"/organizer/forum/{kind}/{kept}/merge/{gone}", {"version": "1", "gone_version": "1"}
    )
    return world.call(name, "POST", f"{path}/merge", body, token=token, If_Match=tag), page, plan


def refused(answer: TestResponse) -> list[tuple[str, list[int], int, list[str]]]:
    assert (answer.status_code, answer.json["code"]) == (403, "rows-elsewhere")
    return [
        tuple(one[part] for part in ("needs", "editions", "others", "tables"))
        for one in answer.json["details"]["missing"]
    ]


def test_rows_of_an_edition_that_one_does_not_know_stay_and_are_not_told(world: World) -> None:
    with transaction() as db:
        ids, other = houses(db), other_of(db).id
        for one in ids:
            add_host(db, other, {"organization_id": one, "role": HostRole.SPONSOR}, **BY)
        create_delegation(db, other, {"code": "hid", "name": {"en": "Hidden"}, "lead_organization_id": ids[1]}, **BY)
    before = fingerprint()

    answer, page, plan = merge(world, DESK, "organizations", ids)

    assert refused(answer) == [("edit-people", [], 1, [])]
    assert (plan["moves"], plan["elsewhere"], plan["barred"]) == ([], 1, True)
    assert plan["missing"] == answer.json["details"]["missing"]
    look = world.ask(DESK, "GET", f"/organizer/forum/organizations/{ids[0]}/merge/{ids[1]}")
    assert (page.status_code, "1 other edition" in page.text, "1 other edition" in look.text) == (403, True, True)
    told = (answer.text, page.text, look.text, str(plan))
    assert [text for text in told if HIDDEN in text or "delegation" in text.lower().replace("delegations", "")] == []
    assert "Make them one" not in look.text
    assert fingerprint() == before

    # Who knows the edition and may not is told its name; who keeps its people and may remove hosts merges.
    joined(world, DESK, Role.VIEWER)
    answer, page, plan = merge(world, DESK, "organizations", ids)
    assert refused(answer) == [("edit-people", [other], 0, [])]
    assert (HIDDEN in page.text, plan["moves"], plan["elsewhere"]) == (True, [], 1)
    joined(world, DESK, Role.REGISTRATION_DESK)
    answer, page, plan = merge(world, DESK, "organizations", ids)
    assert refused(answer) == [("edit-edition", [other], 0, ["edition_host"])]
    assert (HIDDEN in page.text, len(plan["moves"]), plan["elsewhere"]) == (True, 2, 0)
    joined(world, DESK, Role.SECRETARIAT)
    assert merge(world, DESK, "organizations", ids)[1].status_code == 302
    with transaction() as db:
        assert [one.organization_id for one in db.scalars(select(EditionHost).filter_by(edition_id=other))] == [ids[0]]


@pytest.mark.parametrize("where", ["limited token", "barred edition"])
def test_a_role_that_does_not_count_changes_nothing_in_its_edition(world: World, where: str) -> None:
    ids, name, token = (world.house.organization_id, world.hubei.organization_id), "owner", None
    joined(world, name, Role.OWNER)
    with transaction() as db:
        if where == "limited token":
            account = db.get_one(Account, world.callers[name].account_id)
            token = create_token(db, account, name="limited", editions=[other_of(db).id], **BY)
        else:
            db.get_one(Edition, world.house.edition_id).requires_two_factor = True
    path = f"{API}/organizations/{ids[0]}"
    tag = world.call(name, "GET", path, token=token).headers["ETag"]
    plan = world.call(name, "GET", f"{path}/merge-plans/{ids[1]}", token=token).json
    before = fingerprint()  # the token has noted that it was used

    answer = world.call(
        name, "POST", f"{path}/merge", {"gone_id": ids[1], "gone_version": 1}, token=token, If_Match=tag
    )

    assert refused(answer) == [("edit-people", [], 1, [])]
    assert ({one["edition_id"] for one in plan["moves"]}, plan["elsewhere"]) == ({None}, 1)
    assert fingerprint() == before


def test_what_one_may_not_remove_a_merge_does_not_remove(world: World) -> None:
    with transaction() as db:
        ids = people(db)
        meeting = db.get_one(Session, world.house.session_ids[0])
        for one in ids:
            assign_role(db, meeting, one, "speaker", status="confirmed", **BY)
    before = fingerprint()

    answer, page, plan = merge(world, DESK, "people", ids)

    assert refused(answer) == [("edit-agenda", [world.house.edition_id], 0, ["role_assignment"])]
    assert (page.status_code, "Part in a session" in page.text, plan["barred"]) == (403, True, True)
    assert fingerprint() == before
    assert merge(world, SECRETARIAT, "people", ids)[1].status_code == 302
    with transaction() as db:
        mine = select(func.count()).select_from(RoleAssignment).where(RoleAssignment.person_id.in_(ids))
        assert db.scalar(mine) == 1


def test_of_an_archived_edition_rows_are_renamed_and_never_removed(world: World) -> None:
    with transaction() as db:
        order = db.scalars(select(PrecedenceList).filter_by(edition_id=world.house.edition_id, scope="program")).one()
        both, single = people(db), people(db)
        for one in (*both, single[1]):
            lists.add_precedence_entry(db, order, one, capacity={"en": "x"}, reason="r", **BY)
    joined(world, OWNER, Role.OWNER)
    joined(world, MANAGER, Role.SECRETARIAT)
    archive(world)
    before = fingerprint()

    answer, page, plan = merge(world, OWNER, "people", both)

    assert (answer.status_code, answer.json["code"]) == (409, "archived")
    assert answer.json["details"] == {"editions": [world.house.edition_id]}
    assert (page.status_code, "which is archived. Reopen that edition first." in page.text) == (409, True)
    assert plan["barred"] is True
    assert fingerprint() == before
    assert merge(world, OWNER, "people", single)[1].status_code == 302
    with transaction() as db:
        assert db.scalars(select(PrecedenceEntry).filter_by(person_id=single[0])).one()
        assert db.get(Person, single[1]) is None
