"""The list of a delegation, brought by its liaison: who is new becomes a member, and nothing is told of anyone else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from sqlalchemy import delete, func, select

from forumapp.core.errors import Forbidden, Invalid, NotFound
from forumapp.core.tables import write_csv
from forumapp.domain.accounts.access import forget_access
from forumapp.domain.accounts.models import AccessRole
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.delegations.models import Delegation, DelegationMember, MemberRole
from forumapp.domain.delegations.services import (
    add_member,
    create_delegation,
    remove_delegation,
    remove_member,
    update_delegation,
)
from forumapp.domain.importing import queries, rosters, services
from forumapp.domain.importing.models import ImportKind, ImportRun
from forumapp.domain.people.imports import State
from forumapp.domain.people.models import Person
from forumapp.domain.registration.decisions import cancel
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.rules import RegistrationStatus, Source
from forumapp.domain.registration.services import enter, update_type
from tests.domain.conftest import BY, NOW
from tests.domain.registering import make_type
from tests.seeds import seed_access

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from tests.domain.conftest import Forum

pytestmark = pytest.mark.one_database
HEADINGS = "Family name,Given name,E-mail address,Title,Role,Status,Ticket type,Group name\n"


class House(NamedTuple):
    """A whole with a part, and another delegation; `by` is the liaison of the whole, `of_part` that of the part."""

    whole: Delegation
    part: Delegation
    other: Delegation
    kind: RegistrationType
    by: dict[str, Any]
    of_part: dict[str, Any]


def a_house(db: DbSession, forum: Forum, *, quota: int | None = 3, type_code: str = "delegate") -> House:
    edition_id = forum.edition.id
    kind = make_type(db, edition_id, type_code, name={"en": "Delegate"})
    make_type(db, edition_id, "vip", name={"en": "VIP"})
    whole = create_delegation(db, edition_id, {"code": "cccme", "name": {"en": "CCCME"}, "quota": quota}, **BY)
    part = create_delegation(db, edition_id, {"code": "hubei", "name": {"en": "Hubei"}, "parent_id": whole.id}, **BY)
    other = create_delegation(db, edition_id, {"code": "other", "name": {"en": "Other"}}, **BY)
    liaisons = [
        seed_access(db, edition_id, f"{of.code}@forum.example", Role.DELEGATION_LIAISON, delegations=[of.id])
        for of in (whole, part)
    ]
    return House(whole, part, other, kind, *({"actor": Actor(one.id, Via.PAGE), "now": NOW} for one in liaisons))


def member(db: DbSession, forum: Forum, kind: RegistrationType, of: Delegation, family: str, **role: Any) -> Person:
    person = Person(latin_family=family, latin_given="Wei", email=f"{family.lower()}@x.example", search_text="")
    db.add(person)
    db.flush()
    said: Any = {"status": RegistrationStatus.CONFIRMED, "source": Source.FORM, "language": "en"}
    row = enter(db, forum.edition.id, person.id, kind.id, **said, **BY)
    add_member(db, of, row.id, **role, **BY)
    return person


def brought(db: DbSession, forum: Forum, rows: str, by: dict[str, Any], code: str = "cccme") -> ImportRun:
    content = (HEADINGS + rows).encode()
    return services.bring(db, forum.edition.id, ImportKind.ROSTER, "list", content, delegation=code, **by)


def taken(db: DbSession, run: ImportRun, by: dict[str, Any]) -> int:
    services.confirm(db, run.edition_id, run.id, version=run.version, **by)
    assert not services.take_batch(db, run.id, 0, now=NOW)
    db.refresh(run)
    return run.added


def members(db: DbSession, of: Delegation) -> list[tuple[str, str, str, str]]:
    query = (
        select(Person.latin_family, DelegationMember.role, Registration.status, RegistrationType.code)
        .join(Registration, Registration.person_id == Person.id)
        .join(RegistrationType, RegistrationType.id == Registration.type_id)
        .join(DelegationMember, DelegationMember.registration_id == Registration.id)
        .where(DelegationMember.delegation_id == of.id, DelegationMember.left_on.is_(None))
    )
    return [tuple(row) for row in db.execute(query.order_by(DelegationMember.position))]


def test_who_is_new_becomes_a_member_within_the_quota_and_what_others_decide_is_not_read(
    session: DbSession, forum: Forum
) -> None:
    house = a_house(session, forum)
    rows = "Qian,Ann,,,head,attended,vip,\nSun,Bo,,,,,,Hubei\n,,,Manager,,,,\nLi,Cy,,,,,,Other\nZhou,Di,,,,,,\nWu,Ed,,,,,,\n"
    run = brought(session, forum, rows, house.by)
    assert (run.mapping["Status"], run.mapping["Ticket type"]) == ("", "")
    lines = services.plan(session, run, actor=house.by["actor"])
    faults = {line.number: [one.code for one in line.faults] for line in lines if line.faults}
    assert faults == {4: ["no-name"], 5: ["unknown-delegation"], 7: ["delegation-full"]}
    assert taken(session, run, house.by) == 3
    confirmed = RegistrationStatus.CONFIRMED
    assert members(session, house.whole) == [
        ("Qian", MemberRole.HEAD, confirmed, "delegate"),
        ("Zhou", MemberRole.MEMBER, confirmed, "delegate"),
    ]
    assert members(session, house.part) == [("Sun", MemberRole.MEMBER, confirmed, "delegate")]
    again = services.plan(session, brought(session, forum, rows, house.by), actor=house.by["actor"])
    assert [line.state for line in again if line.state is not State.FAULTY] == [State.SAME] * 3


def test_without_places_or_where_each_is_decided_on_they_ask_for_one_and_none_left_is_waited_for(
    session: DbSession, forum: Forum
) -> None:
    house = a_house(session, forum, quota=None)
    taken(session, brought(session, forum, "Qian,Ann,,,,,,\n", house.by), house.by)
    update_delegation(session, forum.edition.id, house.whole.id, {"quota": 9}, version=house.whole.version, **BY)
    taken(session, brought(session, forum, "Sun,Bo,,,,,,\n", house.by), house.by)
    update_type(session, forum.edition.id, house.kind.id, {"quota": 1}, version=house.kind.version, **BY)
    taken(session, brought(session, forum, "Li,Cy,,,,,,\n", house.by), house.by)
    update_type(session, forum.edition.id, house.kind.id, {"needs_approval": True}, version=house.kind.version, **BY)
    taken(session, brought(session, forum, "Wu,Di,,,,,,\n", house.by), house.by)

    assert [(family, status) for family, _role, status, _type in members(session, house.whole)] == [
        ("Qian", "applied"), ("Sun", "confirmed"), ("Li", "waitlisted"), ("Wu", "applied"),
    ]  # fmt: skip


def test_who_lets_people_go_does_not_give_their_places_twice(session: DbSession, forum: Forum) -> None:
    house = a_house(session, forum, quota=2)
    edition_id = forum.edition.id
    taken(session, brought(session, forum, "Qian,Ann,,,,,,\nSun,Bo,,,,,,Hubei\n", house.by), house.by)
    for row in session.scalars(select(DelegationMember)).all():
        remove_member(session, edition_id, row.id, version=row.version, **house.by)
    assert taken(session, brought(session, forum, "Li,Cy,,,,,,\n", house.by), house.by) == 1
    for gone in session.scalars(select(Registration).filter_by(status=RegistrationStatus.CONFIRMED)).all():
        cancel(session, edition_id, gone.id, version=gone.version, **BY)
    assert taken(session, brought(session, forum, "Wu,Di,,,,,,Hubei\n", house.by), house.by) == 1
    assert [one[2] for one in members(session, house.whole) + members(session, house.part)] == ["applied", "confirmed"]


def test_a_row_is_held_against_own_members_alone(session: DbSession, forum: Forum) -> None:
    """Whoever is in another delegation, in the whole or in none is as if they were not there."""
    house = a_house(session, forum, quota=9)
    for of, family in ((house.other, "Far"), (house.whole, "Above"), (house.part, "Own")):
        member(session, forum, house.kind, of, family)
    alone = Person(latin_family="Alone", latin_given="Wei", email="alone@x.example", search_text="")
    session.add(alone)
    session.flush()
    rows = "".join(f"{one},Wei,{one.lower()}@x.example,,,,,\n" for one in ("Far", "Above", "Alone", "Nobody"))
    run = brought(
        session, forum, f"{rows}Own,Wei,own@x.example,,,,,\nOwn,Wei,else@x.example,,,,,\n", house.of_part, "hubei"
    )

    lines = services.plan(session, run, actor=house.of_part["actor"])

    assert [(line.state, line.alike and line.alike.reason) for line in lines] == [
        *[(State.NEW, None)] * 4, (State.SAME, "registered"), (State.DOUBLE, "other-address"),
    ]  # fmt: skip
    # The office sees no more in it, so that what it decides there tells nobody of anyone.
    assert services.plan(session, run, actor=forum.by_owner["actor"]) == lines
    before = session.scalar(select(func.count(Person.id)))
    run = services.set_out(
        session,
        forum.edition.id,
        run.id,
        mapping=run.mapping,
        chosen=[],
        joined=[2, 7],
        version=run.version,
        **house.of_part,
    )
    assert taken(session, run, house.of_part) == 4
    assert session.scalar(select(func.count(Person.id))) == before + 4


def test_whoever_looks_after_the_whole_too_is_told_of_its_members(session: DbSession, forum: Forum) -> None:
    house = a_house(session, forum, quota=9)
    member(session, forum, house.kind, house.whole, "Above")
    member(session, forum, house.kind, house.other, "Far")
    rows = "Above,Wei,above@x.example,,,,,\nFar,Wei,far@x.example,,,,,\n"
    run = brought(session, forum, rows, house.by, "hubei")
    for actor in (house.by["actor"], forum.by_owner["actor"]):
        above, far = services.plan(session, run, actor=actor)
        assert (above.state, far.state, far.notices) == (State.SAME, State.NEW, ())
        assert [(one.code, one.among) for one in above.notices] == [("member-elsewhere", ("CCCME",))]
    lesser = services.plan(session, run, actor=house.of_part["actor"])
    assert [(line.state, line.alike, line.notices) for line in lesser] == [(State.NEW, None, ())] * 2
    assert taken(session, run, house.by) == 1
    assert [one[0] for one in members(session, house.part)] == ["Far"]


def test_a_roster_is_seen_and_changed_by_those_who_reach_its_delegation(session: DbSession, forum: Forum) -> None:
    house = a_house(session, forum)
    edition_id = forum.edition.id
    for code in ("other", "cccme", "nowhere"):
        with pytest.raises(NotFound):
            brought(session, forum, "Qian,Ann,,,,,,\n", house.of_part, code)
    with pytest.raises(Invalid):
        brought(session, forum, "Qian,Ann,,,,,,\n", house.of_part, "")
    with pytest.raises(Forbidden):
        services.bring(session, edition_id, ImportKind.REGISTRATIONS, "x", b"Name\nA\n", delegation="hubei", **house.by)
    whole, part = (brought(session, forum, "Qian,Ann,,,,,,\n", house.by, code) for code in ("cccme", "hubei"))
    table = services.bring(session, edition_id, ImportKind.PEOPLE, "x", b"Name\nA\n", **forum.by_owner)
    listed: list[Any] = [one["actor"] for one in (house.by, house.of_part, forum.by_owner)]
    found = [{one.id for one in queries.runs_page(session, edition_id, actor=actor).items} for actor in listed]
    assert found == [{whole.id, part.id}, {part.id}, {whole.id, part.id, table.id}]
    for run in (whole, table):
        with pytest.raises(NotFound):
            services.get_run(session, edition_id, run.id, actor=house.of_part["actor"])
    said: Any = {"mapping": part.mapping, "chosen": [], "version": part.version, **house.of_part}
    for settings in ({"type": "vip"}, {"delegation": "other"}, {"waitlist": False}):
        with pytest.raises(Invalid):
            services.set_out(session, edition_id, part.id, settings=settings, **said)
    with pytest.raises(Invalid):
        services.set_out(session, edition_id, part.id, **{**said, "mapping": {**part.mapping, "Status": "status"}})
    with pytest.raises(Invalid):
        services.confirm(session, edition_id, part.id, notify=True, version=part.version, **house.of_part)


def test_the_table_to_fill_in_is_read_as_it_stands(session: DbSession, forum: Forum) -> None:
    house = a_house(session, forum)
    headings, rows = services.sample(session, forum.edition.id, ImportKind.ROSTER, actor=house.by["actor"])
    content = write_csv(headings, rows)
    run = services.bring(
        session, forum.edition.id, ImportKind.ROSTER, "sample", content, delegation="cccme", **house.by
    )
    lines = services.plan(session, run, actor=house.by["actor"])
    assert [(line.state, line.faults, line.notices) for line in lines] == [(State.NEW, (), ())] * 2
    assert "" not in run.mapping.values()


def test_whoever_is_no_liaison_any_more_brings_nobody_in(session: DbSession, forum: Forum) -> None:
    house = a_house(session, forum)
    run = brought(session, forum, "Qian,Ann,,,,,,\n", house.by)
    services.confirm(session, forum.edition.id, run.id, version=run.version, **house.by)
    session.execute(delete(AccessRole).where(AccessRole.role == Role.DELEGATION_LIAISON))
    forget_access(session)
    with pytest.raises(NotFound):
        services.take_batch(session, run.id, 0, now=NOW)
    assert members(session, house.whole) == []


def test_lists_of_which_nobody_was_taken_go_with_their_delegation(session: DbSession, forum: Forum) -> None:
    house = a_house(session, forum)
    run = brought(session, forum, "Qian,Ann,,,,,,\n", BY, "other")
    run_id = run.id
    services.confirm(session, forum.edition.id, run.id, version=run.version, **BY)
    remove_delegation(session, forum.edition.id, house.other.id, version=house.other.version, **BY)
    assert session.scalar(select(AuditEvent.entity_id).filter_by(entity="import_run", action="removed")) == run_id
    session.expunge(run)
    assert not services.take_batch(session, run_id, 0, now=NOW)
    assert session.scalars(select(ImportRun)).all() == []
    assert brought(session, forum, "Qian,Ann,,,,,,\n", house.by).id > run_id


def test_a_type_that_is_called_otherwise_by_then_stops_it(session: DbSession, forum: Forum) -> None:
    house = a_house(session, forum)
    run = brought(session, forum, "Qian,Ann,,,,,,\n", house.by)
    services.confirm(session, forum.edition.id, run.id, version=run.version, **house.by)
    update_type(session, forum.edition.id, house.kind.id, {"code": "envoy"}, version=house.kind.version, **BY)
    with pytest.raises(services.NamedIsGone):
        services.take_batch(session, run.id, 0, now=NOW)


def test_a_head_who_is_a_vip_makes_no_vips_of_the_others(session: DbSession, forum: Forum) -> None:
    house = a_house(session, forum, type_code="guest")
    vip = session.scalars(select(RegistrationType).filter_by(code="vip")).one()
    member(session, forum, vip, house.whole, "Governor", role=MemberRole.HEAD)
    with pytest.raises(rosters.TypeUndecided):
        brought(session, forum, "Qian,Ann,,,,,,\n", house.by)
    member(session, forum, house.kind, house.part, "Other")
    assert brought(session, forum, "Qian,Ann,,,,,,\n", house.by).settings["type"] == "guest"
