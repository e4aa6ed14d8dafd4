"""What is removed comes back as it was, where it was, once, for those who may."""

from __future__ import annotations

import contextvars
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, func, select, text

from forumapp.core.database.db import Base, db
from forumapp.core.database.transactions import transaction
from forumapp.core.errors import AlreadyExists, Forbidden, InUse, Invalid, NotFound, Stale
from forumapp.domain.accounts.access import access_to
from forumapp.domain.accounts.editing.removals import REMOVING, removals_page
from forumapp.domain.accounts.models import AccessDelegation, EditionAccess
from forumapp.domain.accounts.permissions import Role, whole_house
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.agenda.models import (
    AssignmentRole,
    Session,
)
from forumapp.domain.agenda.sessions import services as agenda
from forumapp.domain.audit import removals
from forumapp.domain.audit.models import AuditEvent, Removal
from forumapp.domain.audit.removals import AlreadyBroughtBack, BelongingGone, forget_removals
from forumapp.domain.audit.services import SYSTEM, Actor, Via
from forumapp.domain.delegations.itineraries import items
from forumapp.domain.delegations.members import services as delegations
from forumapp.domain.delegations.models.delegations import Delegation, ItemKind
from forumapp.domain.forums.hosts import services as hosts_services
from forumapp.domain.forums.models import EditionHost
from forumapp.domain.forums.venues import services as venues_services
from forumapp.domain.people.models import (
    PrecedenceEntry,
)
from forumapp.domain.people.precedence.lists import (
    add_precedence_entry,
    create_precedence_list,
    remove_precedence_entry,
)
from forumapp.domain.people.records.services import create_organization
from forumapp.domain.proofs.restoring import restore
from forumapp.domain.registration.models import RegistrationStatus
from forumapp.domain.registration.types import services
from tests.domain.conftest import BY, NOW, Forum
from tests.domain.delegations.test_delegations import make_delegation, make_registration
from tests.domain.removables import EVERY_KIND, ONCE, a_track, hours, make_item, make_person, make_session
from tests.seeds import seed, seed_delegation

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy.orm import Session as DbSession


def held(db: DbSession, entity: str) -> list[dict[str, Any]]:
    """The rows of a table as the database has them, but for what tells only of the last change."""
    rows = db.execute(select(Base.metadata.tables[entity])).mappings()
    return [{key: value for key, value in row.items() if key not in ("version", "updated_at")} for row in rows]


def test_this_file_knows_every_kind_that_people_remove() -> None:
    assert EVERY_KIND.keys() == REMOVING.keys()


@pytest.mark.parametrize("entity", EVERY_KIND)
def test_a_row_comes_back_as_it_was(
    session: DbSession, forum: Forum, entity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before: list[list[dict[str, Any]]] = []
    told = removals._told

    def note(*of: Any) -> dict[str, Any]:
        session.flush()
        before.append(held(session, entity))
        return told(*of)

    monkeypatch.setattr(removals, "_told", note)
    kind, row_id, removal = EVERY_KIND[entity](session, forum)
    gone = session.scalar(select(func.count()).select_from(kind).where(kind.id == row_id))
    assert gone == (1 if entity == "delegation_member" else 0)

    back = restore(session, forum.edition.id, removal.id, **BY)

    expected = before[0]
    if entity == "delegation_member":
        expected = [{**row, "left_on": None} for row in expected]
    assert held(session, entity) == expected
    assert (back.entity, back.entity_id, back.restored_at) == (entity, row_id, NOW)
    events = select(AuditEvent.action).where(AuditEvent.entity == entity, AuditEvent.entity_id == row_id)
    assert list(session.scalars(events.order_by(AuditEvent.id)))[-1] == "restored"
    with pytest.raises(AlreadyBroughtBack):
        restore(session, forum.edition.id, removal.id, **BY)


def test_a_session_takes_its_items_and_parts_along_and_back(session: DbSession, forum: Forum) -> None:
    row = make_session(session, forum)
    first, second = (agenda.add_item(session, row, {"title": {"en": one}, "minutes": 5}, **BY) for one in "ab")
    person = make_person(session)
    for item in (None, first, second):
        agenda.assign_role(session, row, person, AssignmentRole.SPEAKER, item=item, status="confirmed", **BY)
    tables = ("session", "session_item", "role_assignment")
    before = {name: held(session, name) for name in tables}
    assert [len(rows) for rows in before.values()] == [1, 2, 3]

    removal = agenda.remove_session(session, forum.edition.id, row.id, **ONCE)
    assert {name: held(session, name) for name in tables} == {name: [] for name in tables}
    line = removals_page(session, whole_house(forum.edition.id)).items[0]
    assert (line.label, line.along) == (
        {"en": "Opening", "zh-Hans": "开幕"}, {"session_item": 2, "role_assignment": 3},
    )  # fmt: skip

    restore(session, forum.edition.id, removal.id, **BY)
    assert {name: held(session, name) for name in tables} == before


def test_where_the_id_is_taken_by_now_all_get_new_ones_together(session: DbSession, forum: Forum) -> None:
    row = make_session(session, forum)
    item = agenda.add_item(session, row, {"title": {"en": "Film"}, "minutes": 5}, **BY)
    agenda.assign_role(session, row, make_person(session), AssignmentRole.MC, item=item, status="confirmed", **BY)
    removal = agenda.remove_session(session, forum.edition.id, row.id, **ONCE)
    other = make_session(session, forum, "other")
    session.execute(text("UPDATE session SET id = :id WHERE id = :old"), {"id": removal.entity_id, "old": other.id})
    session.expire_all()

    old = removal.entity_id
    back = restore(session, forum.edition.id, removal.id, **BY)

    assert back.entity_id != old
    restored = session.get_one(Session, back.entity_id)
    assert restored.code == "opening"
    assert [one.title for one in restored.items] == [{"en": "Film"}]
    assert [(one.session_id, one.item_id) for one in restored.assignments] == [(restored.id, restored.items[0].id)]


def test_nothing_comes_back_under_something_else_that_has_the_same_id_by_now(session: DbSession, forum: Forum) -> None:
    row = make_session(session, forum)
    item = agenda.add_item(session, row, {"title": {"en": "Film"}, "minutes": 5}, **BY)
    film = agenda.remove_item(session, forum.edition.id, item.id, **ONCE)
    whole = agenda.remove_session(session, forum.edition.id, row.id, **ONCE)
    with pytest.raises(BelongingGone) as refusal, session.begin_nested():
        restore(session, forum.edition.id, film.id, **BY)
    assert refusal.value.details == {"entity": "session"}
    with session.begin_nested() as undone:
        other = make_session(session, forum, "other")
        session.execute(text("UPDATE session SET id = :id WHERE id = :old"), {"id": whole.entity_id, "old": other.id})
        session.expire_all()
        with pytest.raises(BelongingGone), session.begin_nested():
            restore(session, forum.edition.id, film.id, **BY)
        undone.rollback()
    restore(session, forum.edition.id, whole.id, **BY)
    restore(session, forum.edition.id, film.id, **BY)
    assert [one["title"] for one in held(session, "session_item")] == [{"en": "Film"}]


@pytest.mark.parametrize("back_to", ["its place", "the end"])
def test_an_item_comes_back_to_its_place_or_last(session: DbSession, forum: Forum, back_to: str) -> None:
    row = make_session(session, forum)
    for one in "ab":
        last = agenda.add_item(session, row, {"title": {"en": one}, "minutes": 5}, **BY)
    removal = agenda.remove_item(session, forum.edition.id, last.id, **ONCE)
    if back_to == "the end":
        agenda.add_item(session, row, {"title": {"en": "c"}, "minutes": 5}, **BY)
    restore(session, forum.edition.id, removal.id, **BY)
    session.expire_all()
    assert "".join(one.title["en"] for one in row.items) == ("ab" if back_to == "its place" else "acb")


def test_a_host_and_a_person_of_rank_come_back_behind_who_took_their_place(session: DbSession, forum: Forum) -> None:
    houses = [create_organization(session, {"legal": {"en": name}}, **BY).id for name in ("One", "Two")]
    values = [{"organization_id": one, "role": "host", "print_order": 1} for one in houses]
    first = hosts_services.add_host(session, forum.edition.id, values[0], **BY)
    host = hosts_services.remove_host(session, forum.edition.id, first.id, **ONCE)
    hosts_services.add_host(session, forum.edition.id, values[1], **BY)
    restore(session, forum.edition.id, host.id, **BY)
    places = select(EditionHost.organization_id).order_by(EditionHost.print_order)
    assert list(session.scalars(places)) == [houses[1], houses[0]]

    order = create_precedence_list(session, forum.edition.id, "program", name={}, **BY)
    people = [make_person(session, name) for name in ("An", "Bo", "Chen")]
    one, _last = (add_precedence_entry(session, order, each, capacity={}, **BY) for each in (people[0], people[2]))
    key = one.sort_key
    entry = remove_precedence_entry(session, forum.edition.id, one.id, version=1, **BY)
    session.add(
        PrecedenceEntry(edition_id=forum.edition.id, list_id=order.id, person_id=people[1], capacity={}, sort_key=key)
    )
    session.flush()
    restore(session, forum.edition.id, entry.id, **BY)
    ranked = select(PrecedenceEntry.person_id).order_by(PrecedenceEntry.sort_key)
    assert list(session.scalars(ranked)) == [people[1], people[0], people[2]]


def take_code(db: DbSession, forum: Forum) -> None:
    agenda.create_track(db, forum.edition.id, {"code": "trade", "name": {"en": "Other"}}, **BY)


def test_what_has_lost_its_place_does_not_come_back(session: DbSession, forum: Forum) -> None:
    _, _, removal = a_track(session, forum)
    take_code(session, forum)
    with pytest.raises(AlreadyExists), session.begin_nested():
        restore(session, forum.edition.id, removal.id, **BY)
    session.expire_all()
    assert removal.restored_at is None


def use_session(db: DbSession, forum: Forum) -> Callable[[], object]:
    row = make_session(db, forum)
    values = {"kind": ItemKind.SESSION, "title": {"en": "Opening"}, "session_id": row.id}
    items.add_itinerary_item(db, make_delegation(db, forum, "a"), values, hours(1, 2), **BY)
    return lambda: agenda.remove_session(db, forum.edition.id, row.id, **ONCE)


def use_track(db: DbSession, forum: Forum) -> Callable[[], object]:
    track = agenda.create_track(db, forum.edition.id, {"code": "trade", "name": {"en": "Trade"}}, **BY)
    for code in "ab":
        make_session(db, forum, code, track_id=track.id)
    return lambda: agenda.remove_track(db, forum.edition.id, track.id, **ONCE)


def use_room(db: DbSession, forum: Forum) -> Callable[[], object]:
    make_session(db, forum)
    return lambda: venues_services.remove_room(db, forum.edition.id, forum.room.id, **ONCE)


def use_venue(db: DbSession, forum: Forum) -> Callable[[], object]:
    return lambda: venues_services.remove_venue(db, forum.edition.id, forum.venue.id, **ONCE)


def use_type(db: DbSession, forum: Forum) -> Callable[[], object]:
    row = make_registration(db, forum, "Adams", "cancelled")
    return lambda: services.remove_type(db, forum.edition.id, row.type_id, **ONCE)


def use_delegation(db: DbSession, forum: Forum) -> Callable[[], object]:
    row = make_delegation(db, forum, "whole")
    make_delegation(db, forum, "part", parent_id=row.id)
    member = delegations.add_member(db, row, make_registration(db, forum, "Adams").id, **BY)
    delegations.remove_member(db, forum.edition.id, member.id, version=1, **BY)
    version = row.version
    return lambda: delegations.remove_delegation(db, forum.edition.id, row.id, version=version, **BY)


@pytest.mark.parametrize(
    ("use", "entity", "by"),
    [
        (use_session, "session", {"itinerary_item": 1}),
        (use_track, "track", {"session": 2}),
        (use_room, "room", {"session": 1}),
        (use_venue, "venue", {"room": 1}),
        (use_type, "registration_type", {"registration": 1}),
        (use_delegation, "delegation", {"delegation": 1, "delegation_member": 1}),
    ],
)
def test_what_is_used_stays_and_says_by_what(
    session: DbSession, forum: Forum, use: Callable[..., Callable[[], object]], entity: str, by: dict[str, int]
) -> None:
    remove = use(session, forum)
    with pytest.raises(InUse) as refusal:
        remove()
    assert refusal.value.details == {"entity": entity, "by": by}
    assert held(session, "removal") == [] or entity == "delegation"


def test_what_someone_else_changed_is_not_removed(session: DbSession, forum: Forum) -> None:
    with pytest.raises(Stale):
        venues_services.remove_room(session, forum.edition.id, forum.room.id, version=7, **BY)
    assert held(session, "removal") == []


@pytest.mark.parametrize(
    ("meanwhile", "refusal"),
    [
        ("nothing", None),
        ("cancelled", Invalid),
        ("in another", AlreadyExists),
        ("full", delegations.DelegationFull),
    ],
)
def test_a_member_is_back_where_that_is_still_possible(
    session: DbSession, forum: Forum, meanwhile: str, refusal: type[Exception] | None
) -> None:
    into = make_delegation(session, forum, "jiangsu", quota=1)
    registration = make_registration(session, forum, "Adams")
    member = delegations.add_member(session, into, registration.id, **BY)
    removal = delegations.remove_member(session, forum.edition.id, member.id, version=1, **BY)
    if meanwhile == "cancelled":
        registration.status = RegistrationStatus.CANCELLED
    elif meanwhile == "in another":
        delegations.add_member(session, make_delegation(session, forum, "hubei"), registration.id, **BY)
    elif meanwhile == "full":
        delegations.add_member(session, into, make_registration(session, forum, "Baker").id, **BY)
    session.flush()
    if refusal:
        with pytest.raises(refusal), session.begin_nested():
            restore(session, forum.edition.id, removal.id, **BY)
    else:
        restore(session, forum.edition.id, removal.id, **BY)
    session.expire_all()
    assert (member.left_on is None) == (refusal is None)
    assert into.members == (0 if meanwhile in ("cancelled", "in another") else 1)


def liaison_of(db: DbSession, forum: Forum, delegation: Delegation) -> Actor:
    account = create_account(db, email=f"{delegation.code}@forum.example", name="Li", password=None, **BY)
    grant_role(db, account.id, forum.edition.id, Role.DELEGATION_LIAISON, **BY)
    access_id = db.scalars(select(EditionAccess.id).where(EditionAccess.account_id == account.id)).one()
    db.add(AccessDelegation(edition_id=forum.edition.id, access_id=access_id, delegation_id=delegation.id))
    db.flush()
    return Actor(account.id, Via.PAGE)


def test_a_liaison_sees_and_brings_back_only_what_was_its_own(session: DbSession, forum: Forum) -> None:
    jiangsu, hubei = (make_delegation(session, forum, code) for code in ("jiangsu", "hubei"))
    liaison = liaison_of(session, forum, jiangsu)
    made = [make_item(session, one).id for one in (jiangsu, hubei)]
    own, foreign = (items.remove_itinerary_item(session, forum.edition.id, one, version=1, **BY) for one in made)
    room = venues_services.remove_room(session, forum.edition.id, forum.room.id, **ONCE)

    listed = removals_page(session, access_to(session, forum.edition.id, actor=liaison))
    assert ([line.id for line in listed.items], listed.total) == ([own.id], 1)
    for removal, refusal in ((foreign, NotFound), (room, Forbidden)):
        with pytest.raises(refusal):
            restore(session, forum.edition.id, removal.id, actor=liaison, now=NOW)
    with pytest.raises(NotFound):
        restore(session, forum.edition.id, 10_000, actor=liaison, now=NOW)
    with pytest.raises(NotFound):
        restore(session, forum.other.id, own.id, **BY)
    restore(session, forum.edition.id, own.id, actor=liaison, now=NOW)
    assert [row["delegation_id"] for row in held(session, "itinerary_item")] == [jiangsu.id]


def test_the_list_is_searched_in_both_scripts_and_tells_who(session: DbSession, forum: Forum) -> None:
    part = agenda.assign_role(
        session, make_session(session, forum), make_person(session), AssignmentRole.MC, status="confirmed", **BY
    )
    person = agenda.remove_role(session, forum.edition.id, part.id, version=1, **forum.by_owner)
    track = a_track(session, forum)[2]
    everything = whole_house(forum.edition.id)
    for search, found in (("chun liu", [person.id]), ("刘春", [person.id]), ("TRADE", [track.id]), ("none", [])):
        assert [line.id for line in removals_page(session, everything, search=search).items] == found, search
    assert {line.id: line.by for line in removals_page(session, everything).items} == {
        person.id: "Owner", track.id: None,
    }  # fmt: skip


def test_after_a_while_it_is_gone_for_good(session: DbSession, forum: Forum) -> None:
    removal = a_track(session, forum)[2]
    assert forget_removals(session, before=NOW) == 0
    assert forget_removals(session, before=NOW + timedelta(seconds=1)) == 1
    with pytest.raises(NotFound):
        restore(session, forum.edition.id, removal.id, **BY)


def bring_back_twice(app: Flask) -> list[str]:
    """What two get who bring the same itinerary item back at once."""
    by: dict[str, Any] = {"actor": SYSTEM, "now": NOW}
    with transaction() as session:
        edition = seed(session, 0).edition
        item = make_item(session, seed_delegation(session, edition, "jiangsu", []))
        edition_id = edition.id
        removal_id = items.remove_itinerary_item(session, edition_id, item.id, version=1, **by).id
    ready = Barrier(2, timeout=60)

    def one() -> str:
        with app.app_context():
            try:
                ready.wait()
                with transaction() as session:
                    restore(session, edition_id, removal_id, **by)
            except AlreadyBroughtBack as refusal:
                return refusal.code
            finally:
                db.session.remove()
        return "back"

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(contextvars.Context().run, one) for _ in range(2)]
        return sorted(each.result(timeout=120) for each in both)


def test_bringing_back_twice_at_once_brings_back_once(own_app: Flask) -> None:
    assert bring_back_twice(own_app) == ["already-brought-back", "back"]
    assert len(held(db.session(), "itinerary_item")) == 1


def test_without_its_lock_it_would_come_back_twice(
    own_app: Flask, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if backend == "sqlite":
        pytest.skip("SQLite has a single writer")
    both_have_looked, first_is_done = Barrier(2, timeout=60), Event()

    def unlocked(session: DbSession, removal: Removal, **_: Any) -> None:
        assert removal.restored_at is None
        if both_have_looked.wait() == 0:
            event.listen(session, "after_commit", lambda _session: first_is_done.set(), once=True)
        else:
            first_is_done.wait(60)

    monkeypatch.setattr(removals, "claim", unlocked)
    assert bring_back_twice(own_app) == ["back", "back"]
    assert len(held(db.session(), "itinerary_item")) == 2
