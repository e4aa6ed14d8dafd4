"""Hosts in order: whatever order is asked for is the one that is read, and nobody overwrites one they did not see."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from forumapp.core.database.db import db
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Forbidden, Invalid, NotFound, Stale
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.audit.models import AuditEvent, AuditValue, Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.forums.editions.services import create_edition, create_series
from forumapp.domain.forums.hosts.services import add_host, order_hosts
from forumapp.domain.forums.models import EditionHost, SponsorLevel
from forumapp.domain.forums.queries import host_order, list_hosts
from forumapp.domain.people.records.services import create_organization
from tests.domain.conftest import BY, edition_values

if TYPE_CHECKING:
    import random

    from flask import Flask
    from sqlalchemy.orm import Session as DbSession

    from tests.domain.conftest import Forum


def add_hosts(session: DbSession, edition_id: int, roles: list[tuple[str, int | None]]) -> list[int]:
    """A host for each role and level; their ids."""
    made = []
    for number, (role, level) in enumerate(roles):
        organization = create_organization(session, {"legal": {"en": f"Organization {number}"}}, **BY)
        values = {"organization_id": organization.id, "role": role, "level_id": level}
        made.append(add_host(session, edition_id, values, **BY).id)
    return made


def levels(session: DbSession, edition_id: int, *positions: int) -> list[int]:
    rows = [SponsorLevel(edition_id=edition_id, name={"en": str(place)}, position=place) for place in positions]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def put(session: DbSession, edition_id: int, ids: list[int], **by: Any) -> list[int]:
    version = host_order(session, edition_id).version
    return list(order_hosts(session, edition_id, ids, version=version, **{**BY, **by}).ids)


def moves(session: DbSession) -> list[tuple[int, Any, Any]]:
    query = select(AuditEvent.entity_id, AuditValue.before, AuditValue.after)
    query = query.join(AuditValue, AuditValue.event_id == AuditEvent.id).where(AuditEvent.action == "moved")
    return [tuple(row) for row in session.execute(query.order_by(AuditEvent.id))]  # type: ignore[misc]


def test_only_who_moves_is_told_of_and_numbered_anew(session: DbSession, forum: Forum) -> None:
    a, b, c, d = add_hosts(session, forum.edition.id, [("host", None)] * 4)

    assert put(session, forum.edition.id, [a, c, b, d]) == [a, c, b, d]

    assert moves(session) == [(c, 3, 2), (b, 2, 3)]
    versions = dict(session.execute(select(EditionHost.id, EditionHost.version)).all())
    assert versions == {a: 1, b: 2, c: 2, d: 1}


def test_the_same_order_again_changes_nothing(session: DbSession, forum: Forum) -> None:
    made = add_hosts(session, forum.edition.id, [("host", None)] * 3)
    assert put(session, forum.edition.id, made) == made
    assert moves(session) == []


def test_levels_come_in_their_order_and_sponsors_without_one_last(session: DbSession, forum: Forum) -> None:
    silver, gold = levels(session, forum.edition.id, 2, 1)
    kinds = [
        ("media", None),
        ("sponsor", None),
        ("sponsor", silver),
        ("sponsor", gold),
        ("sponsor", gold),
        ("host", None),
    ]
    press, without, two, one, first, host = add_hosts(session, forum.edition.id, kinds)
    assert list(host_order(session, forum.edition.id).ids) == [host, one, first, two, without, press]

    assert put(session, forum.edition.id, [press, first, two, without, one, host]) == [
        host, first, one, two, without, press,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "spoil",
    [lambda ids: ids[1:], lambda ids: [*ids, ids[0]], lambda ids: [*ids[1:], 999_999]],
    ids=["one left out", "one twice", "a strange one"],
)
def test_an_order_that_is_not_of_the_hosts_is_refused(session: DbSession, forum: Forum, spoil: Any) -> None:
    made = add_hosts(session, forum.edition.id, [("host", None)] * 3)
    with pytest.raises(Invalid) as refusal:
        put(session, forum.edition.id, spoil(made))
    assert refusal.value.fields == {"ids": "not-all-of-them"}


def test_hosts_of_another_edition_are_not_put_in_order(session: DbSession, forum: Forum) -> None:
    mine = add_hosts(session, forum.edition.id, [("host", None)] * 2)
    theirs = add_hosts(session, forum.other.id, [("host", None)] * 2)
    with pytest.raises(Invalid):
        put(session, forum.edition.id, [*theirs, *mine])
    with pytest.raises(NotFound):
        put(session, forum.other.id, theirs[::-1], **forum.by_owner)


def test_who_may_not_edit_the_edition_orders_nothing(session: DbSession, forum: Forum) -> None:
    made = add_hosts(session, forum.edition.id, [("host", None)] * 2)
    viewer = create_account(session, email="v@forum.example", name="V", password=None, **BY)
    grant_role(session, viewer.id, forum.edition.id, Role.VIEWER, **BY)
    with pytest.raises(Forbidden):
        put(session, forum.edition.id, made[::-1], actor=Actor(viewer.id, Via.PAGE))
    assert list(host_order(session, forum.edition.id).ids) == made


def test_an_order_that_was_made_on_another_one_is_refused_with_the_one_that_stands(
    session: DbSession, forum: Forum
) -> None:
    a, b, c = add_hosts(session, forum.edition.id, [("host", None)] * 3)
    read = host_order(session, forum.edition.id).version
    put(session, forum.edition.id, [c, a, b])
    with pytest.raises(Stale) as refusal:
        order_hosts(session, forum.edition.id, [b, a, c], version=read, **BY)
    assert refusal.value.details["current"]["ids"] == [c, a, b]
    read = host_order(session, forum.edition.id).version
    add_hosts(session, forum.edition.id, [("host", None)])
    with pytest.raises(Stale):  # who is added meanwhile has a place too
        order_hosts(session, forum.edition.id, [b, a, c], version=read, **BY)


@pytest.fixture
def turn() -> list[int]:
    return []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kinds=st.lists(st.sampled_from(["host", "organizer", "gold", "silver", "sponsor"]), min_size=1, max_size=8),
    luck=st.randoms(use_true_random=False),
    gaps=st.booleans(),
)
def test_any_order_is_read_back_within_roles_and_levels(
    session: DbSession, forum: Forum, turn: list[int], kinds: list[str], luck: random.Random, gaps: bool
) -> None:
    turn.append(len(turn))
    values = edition_values(forum.series, slug=f"turn-{len(turn)}", ordinal=100 + len(turn))
    edition_id = create_edition(session, values, **BY).id
    gold, silver = levels(session, edition_id, 1, 2)
    level = {"gold": gold, "silver": silver}
    made = add_hosts(session, edition_id, [("sponsor" if kind in level else kind, level.get(kind)) for kind in kinds])
    if gaps:  # as after a removal
        apart = update(EditionHost).where(EditionHost.edition_id == edition_id)
        session.execute(apart.values(print_order=EditionHost.print_order + 100 * EditionHost.id))
        session.expire_all()
    kind_of = dict(zip(made, kinds, strict=True))
    wanted = luck.sample(made, len(made))

    read = put(session, edition_id, wanted)

    rank = ["host", "organizer", "gold", "silver", "sponsor"]
    assert read == sorted(wanted, key=lambda one: (rank.index(kind_of[one]), wanted.index(one)))
    assert [line.id for line in list_hosts(session, edition_id)] == read
    numbers = session.execute(
        select(EditionHost.role, EditionHost.print_order, func.count())
        .group_by(EditionHost.role, EditionHost.print_order)
        .where(EditionHost.edition_id == edition_id)
    ).all()
    assert all(count == 1 and number > 0 for _, number, count in numbers)


def test_of_two_who_put_them_in_order_at_once_one_is_told(own_app: Flask) -> None:
    """Also where each moves others than the other does."""
    with transaction() as session:
        series = create_series(session, code="ccbf", name={"en": "Forum"}, **BY)
        edition_id = create_edition(session, edition_values(series), **BY).id
        a, b, c, d = add_hosts(session, edition_id, [("host", None)] * 4)
    with own_app.app_context():
        version = host_order(reading(), edition_id).version
    start, outcomes = threading.Barrier(2), []

    def put_in_order(ids: list[int]) -> None:
        with own_app.app_context():
            start.wait(30)
            try:
                with transaction() as session:
                    order_hosts(session, edition_id, ids, version=version, **BY)
                outcomes.append(ids)
            except Stale:
                outcomes.append(None)
            finally:
                db.session.remove()

    both = [threading.Thread(target=put_in_order, args=(ids,)) for ids in ([b, a, c, d], [a, b, d, c])]
    for one in both:
        one.start()
    for one in both:
        one.join()

    done = [ids for ids in outcomes if ids]
    assert (len(outcomes), len(done)) == (2, 1)
    with own_app.app_context():
        assert list(host_order(reading(), edition_id).ids) == done[0]
