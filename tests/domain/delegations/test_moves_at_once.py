"""Two who move one person at once: for whom items are, and who is in which group, comes out right."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.database.db import db as database
from forumapp.core.database.transactions import transaction
from forumapp.core.errors import Invalid
from forumapp.domain.delegations.groups.audiences import Part, people_of
from forumapp.domain.delegations.groups.members import put_into_group
from forumapp.domain.delegations.groups.queries import mark_of, rows_of
from forumapp.domain.delegations.groups.services import create_group, create_partition
from forumapp.domain.delegations.members.services import remove_member
from forumapp.domain.delegations.models.groups import GroupMember
from tests.domain.conftest import BY, make_forum
from tests.domain.delegations.test_audiences import Party, hours

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy.orm import Session as DbSession

A_WHILE = 0.7  # in which whoever is not kept waiting is done


def at_once(app: Flask, first: Callable[[DbSession], Any], second: Callable[[DbSession], Any]) -> list[BaseException]:
    """The second does all that it can do before the first, who has done everything, commits."""
    begun, done = threading.Event(), threading.Event()
    failed: list[BaseException] = []

    def run(change: Callable[[DbSession], Any], before: Callable[[], Any], after: Callable[[], Any]) -> None:
        with app.app_context():
            try:
                before()
                with transaction() as db:
                    change(db)
                    after()
            except Exception as error:  # noqa: BLE001 (told to the test)
                failed.append(error)
            finally:
                database.session.remove()
        if change is second:
            done.set()

    def wait() -> None:
        begun.set()
        done.wait(A_WHILE)

    threads = [
        threading.Thread(target=run, args=(first, lambda: None, wait)),
        threading.Thread(target=run, args=(second, lambda: begun.wait(30), lambda: None)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failed


def test_who_moves_in_two_partitions_or_leaves_meanwhile(own_app: Flask, backend: str) -> None:
    if backend == "sqlite":
        pytest.skip("SQLite has a single writer")
    with transaction() as db:
        party = Party(db, make_forum(db))
        coaches = create_partition(db, party.whole, {"kind": "coach", "name": {"en": "Coaches"}}, **BY)
        coach = create_group(db, coaches, {"name": {"en": "Coach"}}, **BY).id
        bay, stay, visit = party.bay.id, party.stay.id, party.partition.id
        item = party.item(hours(24, 10, 12), Part(True, group_id=bay), Part(True, group_id=coach)).id
        adams, chen, member = party.people["Adams"], party.people["Chen"], party.members["Chen"].id
    of = party.of

    def into_stay(db: DbSession) -> None:
        put_into_group(db, of, stay, {adams: mark_of(rows_of(db, visit, [adams]))}, **BY)

    assert at_once(own_app, into_stay, lambda db: put_into_group(db, of, coach, {adams: ""}, **BY)) == []
    with transaction() as db:
        assert people_of(db, [item])[item] == {adams}

    def leave(db: DbSession) -> None:
        remove_member(db, of, member, version=1, **BY)

    [refusal] = at_once(own_app, leave, lambda db: put_into_group(db, of, coach, {chen: ""}, **BY))
    assert isinstance(refusal, Invalid)
    assert refusal.fields == {"registrations": "not-in-the-delegation"}
    with transaction() as db:
        assert not db.scalars(select(GroupMember).where(GroupMember.registration_id == chen)).all()
