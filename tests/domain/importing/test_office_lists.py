"""Ten lists as offices send them: each is imported as it is, without an edit of the file."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.files.spreadsheets import read_table
from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.delegations.groups.audiences import Part, people_of
from forumapp.domain.delegations.groups.services import create_group, create_partition
from forumapp.domain.delegations.hotel.queries import wishes_of
from forumapp.domain.delegations.itineraries.items import add_itinerary_item
from forumapp.domain.delegations.members.services import add_member, create_delegation
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember
from forumapp.domain.delegations.models.groups import GroupMember
from forumapp.domain.importing.models import ImportKind, ImportStatus
from forumapp.domain.importing.review import review_counts
from forumapp.domain.importing.runs.kinds import count_known
from forumapp.domain.people.imports.services import State
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import confirm_latin_name, create_person, update_person
from forumapp.domain.people.spreadsheets.rows import RowFault
from forumapp.domain.proofs.queries import list_unapproved
from forumapp.domain.registration.models import Registration
from tests import import_steps, lists
from tests.domain.conftest import BY, NOW
from tests.domain.delegations.test_delegations import make_registration
from tests.domain.registering import make_type
from tests.lists import OfficeList
from tests.unit.core.database.test_tables import ods

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.importing.models import ImportRun
    from tests.domain.conftest import Forum

DIET = [{"code": "diet", "kind": "diet", "label": {"en": "Dietary requirements", "zh-Hans": "饮食要求"}}]
# By list, the place of a person in it and what the registration says exactly: of the person by column, of the answers
# by code, and the delegation.
EXPECTED: list[tuple[Callable[[], OfficeList], int, dict[str, Any]]] = [
    (lists.government, 0, {"latin_family": "Zhang", "latin_given": "Weiwei", "native_full": "张伟伟", "diet": ["halal"], "delegation": "jiangsu"}),
    (lists.government, 1, {"phone": "+86 138 0013 8001", "diet-note": "花生过敏"}),
    (lists.government, 11, {"delegation": "hubei"}),
    (lists.chamber, 0, {"latin_family": "Zhang", "latin_given": "Weiwei", "phone": "13800130000", "delegation": "jiangsu"}),
    (
        lists.chamber,
        1,
        {
            "latin_family": "Li",
            "latin_given": "Weiwei",
            "native_full": "李伟伟",
            "email": "user1@example.org",
            "hotel-wishes": "大床房、无烟",
            "travel": {"zone": "America/Los_Angeles", "arrival": {"at": "2023-05-20T09:30", "flight": "CA985"}},
            "delegation": "hubei",
        },
    ),
    (lists.trade_show, 0, {"latin_family": "Abbott", "latin_given": "Alice", "phone": "+1 415 555 0100 x12"}),
    (lists.trade_show, 3, {"email": "david.abbott@example.com", "diet": ["vegetarian"]}),
    (
        lists.hotel,
        0,
        {
            "latin_family": "ABBOTT",
            "latin_given": "Alice",
            "hotel-wishes": "King, non-smoking; Nights: 6",
            "travel": {
                "zone": "America/Los_Angeles",
                "arrival": {"at": "2023-05-20T15:00"},
                "departure": {"at": "2023-05-26T11:00"},
            },
        },
    ),
    (
        lists.airline,
        0,
        {
            "latin_family": "ZHANG",
            "travel": {
                "zone": "America/Los_Angeles",
                "arrival": {"at": "2023-05-20T09:30", "flight": "CA985"},
                "departure": {"at": "2023-05-26T12:40", "flight": "CA986"},
            },
        },
    ),
    (lists.ticket_shop, 1, {"latin_family": "Abbott", "latin_given": "Brian", "diet": ["vegan"]}),
    (lists.ticket_shop, 2, {"diet": ["halal"], "diet-note": "halal; no nuts please"}),
    (lists.city_office, 2, {"latin_family": "Wang", "native_full": "王伟伟", "phone": "13800138000转801"}),
    (lists.city_office, 4, {"diet-note": "不吃辣"}),
    (lists.university, 0, {"latin_given": "Michael O'Brien", "native_full": ""}),
    (lists.university, 1, {"latin_family": "Li", "latin_given": "Weiwei", "native_full": "李伟伟", "wechat": "wx_00001"}),
    (lists.company, 0, {"latin_family": "Zhang", "native_full": "张伟伟", "delegation": "jiangsu", "role": "head"}),
    (lists.company, 1, {"role": "member"}),
    (lists.company, 3, {"list-role-note": "医生"}),
    (lists.embassy, 0, {"latin_given": "ST Liew", "latin_family": ""}),
    (lists.embassy, 1, {"latin_family": "ABBOTT", "latin_given": "Brian", "phone": "+44 20 7946 0100"}),
]  # fmt: skip
# The error cells of the lists.
ERROR_CELLS = {lists.company: {5: [("单位", "error-cell")]}, lists.hotel: {7: [("Phone", "error-cell")]}}


@pytest.fixture
def edition(session: DbSession, forum: Forum) -> Forum:
    make_type(session, forum.edition.id, "delegate", questions=DIET)
    whole = create_delegation(session, forum.edition.id, {"code": "china", "name": {"en": "China"}}, **BY)
    for code, name in (("jiangsu", "江苏"), ("hubei", "湖北")):
        values = {"code": code, "name": {"zh-Hans": name}, "parent_id": whole.id}
        create_delegation(session, forum.edition.id, values, **BY)
    return forum


@pytest.mark.parametrize("build", lists.LISTS)
def test_the_table_in_a_list_is_found(build: Callable[[], OfficeList]) -> None:
    one = build()
    table = read_table(one.content, count_known=count_known(ImportKind.REGISTRATIONS))
    assert (table.sheet, table.heading_row, table.read_as) == (one.sheet, one.heading_row, one.read_as)
    assert len(table.rows) == one.people + len(one.skipped)


@pytest.mark.parametrize("build", lists.LISTS)
def test_a_list_is_imported_as_it_is(session: DbSession, edition: Forum, build: Callable[[], OfficeList]) -> None:
    one = build()
    run = _bring(session, edition, one)
    ignored = {heading for heading, meant in run.mapping.items() if not meant and not heading.startswith("#")}
    assert ignored == set(one.ignored)
    lines = import_steps.plan(session, run, actor=edition.by_owner["actor"])
    faults = {line.number: [(fault.heading, fault.code) for fault in line.faults] for line in lines if line.faults}
    assert faults == ERROR_CELLS.get(build, {})
    assert tuple(line.number for line in lines if line.state is State.SKIPPED) == one.skipped
    run = _correct(session, edition, run, faults)
    taken = _take(session, edition, run)
    assert (taken.status, taken.added) == (ImportStatus.DONE, one.people)
    rows = session.scalars(select(Registration).order_by(Registration.id)).all()
    assert len(rows) == one.people
    for _build, at, expected in (case for case in EXPECTED if case[0] is build):
        assert {**_kept(session, rows[at])} | expected == _kept(session, rows[at]), (at, expected)


def test_people_with_chinese_names_alone_come_in_with_a_latin_name_to_check(session: DbSession, edition: Forum) -> None:
    names = [
        "单立文",
        "欧阳静",
        "曾丽",
        *(lists.chinese(number)[2] for number in range(85)),
        "김민수",
        "阿依古丽·买买提",
    ]
    content = "\n".join(["姓名,单位", *(f"{name},江苏省示例局" for name in names)]).encode()
    run = _bring(session, edition, OfficeList("名单.csv", content, 1, len(names)))
    lines = import_steps.plan(session, run, actor=edition.by_owner["actor"])
    assert review_counts(lines) == [("name-proposed", 88)]
    assert [(line.number, [(one.heading, one.code) for one in line.faults]) for line in lines if line.faults] == [
        (90, [("姓名", "no-latin-name")]),
        (91, [("姓名", "no-latin-name")]),
    ]
    assert [line.name for line in lines[:3]] == ["单立文 · Shan Liwen", "欧阳静 · Ouyang Jing", "曾丽 · Zeng Li"]
    run = _set(session, edition, run, settings=run.settings, cells={"4": {"姓名": "曾丽 TSANG Lai"}})
    assert _take(session, edition, run).added == 88
    people = session.scalars(select(Person).order_by(Person.id)).all()
    flagged = [(one.latin_family, one.latin_given, one.name_order.value, one.flags) for one in people[:3]]
    assert flagged == [
        ("Shan", "Liwen", "family-first", ["latin-name-proposed"]),
        ("Ouyang", "Jing", "family-first", ["latin-name-proposed"]),
        ("TSANG", "Lai", "family-first", []),
    ]
    unapproved = list_unapproved(session, edition.edition.id)
    assert len(unapproved) == 87
    again = import_steps.plan(session, _bring(session, edition, OfficeList("b.csv", content, 1, 90)), actor=BY["actor"])
    assert {line.state for line in again[:88]} == {State.SAME}
    confirm_latin_name(session, people[0].id, version=people[0].version, **edition.by_owner)
    update_person(session, people[1].id, {"latin_given": "Ching"}, version=people[1].version, **BY)
    assert [people[0].flags, people[1].flags] == [[], []]
    assert len(list_unapproved(session, edition.edition.id)) == 85


CODES = """姓名,分团,车号,参访分组,房型,同住人,入住晚数,到达航班
单立文,江苏,1,A,单人间,,3,CA985 5月20日 9:30
欧阳静,江苏,2号车,A；D,双人间,曾丽,3,
曾丽,湖北,9,E,,欧阳静,,
仇明华,,1,A,,,,
"""


def test_codes_of_groups_and_hotel_wishes_go_where_they_belong(session: DbSession, edition: Forum) -> None:
    of = {one.code: one for one in session.scalars(select(Delegation))}
    groups = {
        (kind, code): create_group(session, partition, {"code": code, "name": {"zh-Hans": name}}, **BY)
        for kind, whole, named in (
            ("coach", "china", {"1": "1号车", "2": "2号车"}),
            ("visit", "jiangsu", {"A": "上午一组", "B": "上午二组"}),
            ("visit", "jiangsu", {"D": "下午一组"}),
            ("visit", "hubei", {"E": "一线"}),
            ("visit", "hubei", {"e": "二线"}),
        )
        for partition in [create_partition(session, of[whole], {"kind": kind, "name": {"en": kind}}, **BY)]
        for code, name in named.items()
    }
    run = _bring(session, edition, OfficeList("a.csv", CODES.encode(), 1, 4))
    assert [run.mapping[one] for one in ("车号", "参访分组", "房型", "同住人", "入住晚数")] == [
        "coach_group", "visit_group", "answer.hotel-wishes", "answer.hotel-wishes.share-with",
        "answer.hotel-wishes.nights",
    ]  # fmt: skip
    lines = import_steps.plan(session, run, actor=edition.by_owner["actor"])
    told = {one.name[:3]: [(each.heading, each.code) for each in one.notices if "group" in each.code] for one in lines}
    assert told == {
        "单立文": [],
        "欧阳静": [],
        "曾丽 ": [("车号", "unknown-group"), ("参访分组", "group-unclear")],
        "仇明华": [("参访分组", "unknown-group")],  # the groups of Jiangsu, and he is of the whole
    }
    assert _take(session, edition, run).added == 4
    rows = {session.get_one(Person, one.person_id).native_full: one for one in session.scalars(select(Registration))}
    members = session.execute(select(GroupMember.registration_id, GroupMember.group_id)).all()
    held = {name: {group for one, group in members if one == row.id} for name, row in rows.items()}
    assert held == {
        "单立文": {groups["coach", "1"].id, groups["visit", "A"].id},
        "欧阳静": {groups["coach", "2"].id, groups["visit", "A"].id, groups["visit", "D"].id},
        "曾丽": set(),
        "仇明华": {groups["coach", "1"].id},
    }
    wishes = {name: row.answers["values"].get("hotel-wishes") for name, row in rows.items()}
    assert wishes == {
        "单立文": "单人间；晚数：3",
        "欧阳静": "双人间；同住人：曾丽；晚数：3",
        "曾丽": "同住人：欧阳静",
        "仇明华": None,
    }
    assert rows["曾丽"].answers["values"]["list-coach-group-note"] == "9"
    shown = wishes_of(session, [one.id for one in rows.values()])
    assert {one: [value for _asked, value in told] for one, told in shown.items()} == {
        rows[name].id: [text] for name, text in wishes.items() if text
    }


FLIGHTS = """姓名,分团,到达航班,离开航班
单立文,江苏,CA985 5月20日 9:30,2023-05-26 12:40 CA986
欧阳静,江苏,ca 985 5月20日 9:30,
曾丽,湖北,CA985 5月21日 9:30,
仇明华,湖北,MU583 5月20日 9:30,
"""


def test_people_are_put_on_the_flights_that_a_list_names(session: DbSession, edition: Forum) -> None:
    of = {one.code: one for one in session.scalars(select(Delegation))}
    lead = make_registration(session, edition, "Lead", "confirmed")
    add_member(session, of["china"], lead.id, **BY)
    shanghai, los_angeles = "Asia/Shanghai", "America/Los_Angeles"
    there = Span(Moment(datetime(2023, 5, 20, 13), shanghai), Moment(datetime(2023, 5, 20, 9, 30), los_angeles))
    back = Span(Moment(datetime(2023, 5, 26, 12, 40), los_angeles), Moment(datetime(2023, 5, 27, 18), shanghai))
    items = [
        add_itinerary_item(
            session,
            of["china"],
            {
                "kind": "flight",
                "title": {"en": "Flight"},
                "leg": leg,
                "audience": [Part(True, registration_id=lead.id)],
            },
            span,
            **BY,
        )
        for leg, span in (({"number": "CA 985"}, there), ({"carrier": "CA", "number": "986"}, back))
    ]
    run = _bring(session, edition, OfficeList("a.csv", FLIGHTS.encode(), 1, 4))
    assert _take(session, edition, run).added == 4
    names = {
        row.id: session.get_one(Person, row.person_id).native_full for row in session.scalars(select(Registration))
    }
    people = people_of(session, [one.id for one in items])
    assert [sorted(names[one] for one in people[item.id] if one != lead.id) for item in items] == [
        ["单立文", "欧阳静"],
        ["单立文"],
    ]


@pytest.mark.parametrize("heading", ["航班 Flight", "Flight", "航班号"])
def test_a_flight_alone_has_the_day_and_time_of_the_itinerary(session: DbSession, edition: Forum, heading: str) -> None:
    of = {one.code: one for one in session.scalars(select(Delegation))}
    shanghai, los_angeles = "Asia/Shanghai", "America/Los_Angeles"
    for number, days in (("MU589", (20,)), ("CA983", (20, 21))):
        for day in days:
            way = Span(Moment(datetime(2023, 5, day, 13), shanghai), Moment(datetime(2023, 5, day, 9, 30), los_angeles))
            values = {"kind": "flight", "title": {"en": "Flight"}, "leg": {"number": number}}
            add_itinerary_item(session, of["china"], values, way, **BY)
    content = f"姓名,{heading}\n单立文,mu 589\n欧阳静,CA983\n曾丽,UA1\n".encode()
    run = _bring(session, edition, OfficeList("a.csv", content, 1, 3))
    lines = import_steps.plan(session, run, actor=edition.by_owner["actor"])
    review = [{one.code for one in line.notices} - {"name-proposed"} for line in lines]
    assert (review, [line.faults for line in lines]) == ([set(), {"kept-as-note"}, {"kept-as-note"}], [()] * 3)
    assert _take(session, edition, run).added == 3
    rows = session.scalars(select(Registration).order_by(Registration.id)).all()
    assert [row.answers["values"] for row in rows] == [
        {"travel": {"zone": los_angeles, "arrival": {"at": "2023-05-20T09:30", "flight": "mu 589"}}},
        {"travel-arrival-note": "CA983"},
        {"travel-arrival-note": "UA1"},
    ]


def test_the_delegation_that_is_full_is_named(session: DbSession, edition: Forum) -> None:
    of = {one.code: one for one in session.scalars(select(Delegation))}
    of["china"].quota = 1
    session.flush()
    content = "姓名,代表团\n单立文,江苏\n欧阳静,江苏\n".encode()
    run = _bring(session, edition, OfficeList("a.csv", content, 1, 2))
    lines = import_steps.plan(session, run, actor=edition.by_owner["actor"])
    assert [line.faults for line in lines] == [(), (RowFault("代表团", "delegation-full", ("China",)),)]


def test_a_liaison_puts_members_into_groups_of_the_whole(session: DbSession, edition: Forum) -> None:
    of = {one.code: one for one in session.scalars(select(Delegation))}
    coaches = create_partition(session, of["china"], {"kind": "coach", "name": {"en": "Coaches"}}, **BY)
    first = create_group(session, coaches, {"code": "1", "name": {"zh-Hans": "1号车"}}, **BY)
    away = Span(Moment(datetime(2023, 5, 20, 9), "UTC"), Moment(datetime(2023, 5, 20, 18), "UTC"))
    values = {"kind": "flight", "title": {"en": "Flight"}, "leg": {"number": "CA985"}}
    flight = add_itinerary_item(session, of["hubei"], values, away, **BY)
    account = create_account(session, email="li@forum.example", name="Li", password=None, **BY)
    grant_role(session, account.id, edition.edition.id, Role.DELEGATION_LIAISON, delegations=["jiangsu"], **BY)
    by: dict[str, Any] = {"actor": Actor(account.id, Via.PAGE), "now": NOW}
    content = "姓名,乘车分组,到达航班\n单立文,1号车,CA985 5月20日 9:30\n".encode()
    run = import_steps.bring(
        session, edition.edition.id, ImportKind.ROSTER, "a.csv", content, delegation="jiangsu", **by
    )
    import_steps.confirm(session, edition.edition.id, run.id, version=run.version, **by)
    import_steps.take_batch(session, run.id, 0, now=NOW)
    (row,) = session.scalars(select(Registration))
    assert session.scalars(select(GroupMember.registration_id).where(GroupMember.group_id == first.id)).all() == [
        row.id
    ]
    assert people_of(session, [flight.id])[flight.id] == frozenset()


def test_a_part_that_is_not_known_keeps_nobody_out_of_the_list_of_a_delegation(
    session: DbSession, edition: Forum
) -> None:
    of = {one.code: one for one in session.scalars(select(Delegation))}
    part = {"code": "js-firms", "name": {"zh-Hans": "企业组"}, "parent_id": of["jiangsu"].id}
    firms = create_delegation(session, edition.edition.id, part, **BY)
    content = "姓名,分团 Delegation\n张海涛,政府组\n李秀英,企业组\n".encode()
    run = import_steps.bring(
        session, edition.edition.id, ImportKind.ROSTER, "a.csv", content, delegation="jiangsu", **edition.by_owner
    )
    assert run.mapping["分团 Delegation"] == "sub_delegation"
    lines = import_steps.plan(session, run, actor=edition.by_owner["actor"])
    assert [line.faults for line in lines] == [(), ()]
    assert ("unknown-part", 1) in review_counts(lines)
    import_steps.confirm(session, edition.edition.id, run.id, version=run.version, **edition.by_owner)
    import_steps.take_batch(session, run.id, 0, now=NOW)
    members = select(DelegationMember.delegation_id, Registration.answers).join(
        Registration, Registration.id == DelegationMember.registration_id
    )
    assert [
        (delegation_id, answers["values"].get("list-part-note"))
        for delegation_id, answers in session.execute(members.order_by(DelegationMember.id))
    ] == [(of["jiangsu"].id, "政府组"), (firms.id, None)]


def test_a_list_does_not_propose_a_name_for_people_who_have_one(session: DbSession, edition: Forum) -> None:
    create_person(session, {"latin_family": "CHEUNG", "latin_given": "Wai", "native_full": "张伟"}, **BY)
    run = _bring(session, edition, OfficeList("a.csv", "姓名,手机\n张伟,+8613800138000\n".encode(), 1, 1))
    (line,) = import_steps.plan(session, run, actor=edition.by_owner["actor"])
    assert (line.state, line.notices) == (State.NEW, ())
    assert _take(session, edition, run).added == 1
    assert [one.latin_family for one in session.scalars(select(Person))] == ["CHEUNG"]


def test_in_an_ods_merged_delegations_hold_for_each_row_and_error_cells_are_faults(
    session: DbSession, edition: Forum
) -> None:
    text = "<table:table-cell office:value-type='string'{}><text:p>{}</text:p></table:table-cell>"
    error = " table:formula='of:=NA()' office:string-value='' calcext:value-type='error'"
    rows = [
        [text.format("", one) for one in ("分团 Delegation", "Name", "Phone")],
        [text.format(" table:number-rows-spanned='2'", "江苏"), text.format("", "LI Ming"), text.format(error, "#N/A")],
        ["<table:covered-table-cell/>", text.format("", "WU Gang"), text.format("", "+86 10 12345678")],
    ]
    content = ods("".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows))
    run = _bring(session, edition, OfficeList("list.ods", content, 1, 2))
    lines = import_steps.plan(session, run, actor=edition.by_owner["actor"])
    faults = {line.number: [(one.heading, one.code) for one in line.faults] for line in lines if line.faults}
    assert faults == {2: [("Phone", "error-cell")]}
    assert _take(session, edition, _correct(session, edition, run, faults)).added == 2
    named = select(Delegation.code).join(DelegationMember, DelegationMember.delegation_id == Delegation.id)
    assert session.scalars(named).all() == ["jiangsu", "jiangsu"]


def _bring(db: DbSession, forum: Forum, one: OfficeList) -> ImportRun:
    run = import_steps.bring(db, forum.edition.id, ImportKind.REGISTRATIONS, one.file, one.content, **forum.by_owner)
    return _set(db, forum, run, settings={"type": "delegate", "delegation": "china"})


def _correct(db: DbSession, forum: Forum, run: ImportRun, faults: dict[int, list[tuple[str, str]]]) -> ImportRun:
    """On the page: the cells with faults are emptied."""
    cells = {str(number): {heading: "" for heading, _code in of_row} for number, of_row in faults.items()}
    return _set(db, forum, run, settings=run.settings, cells=cells) if cells else run


def _set(db: DbSession, forum: Forum, run: ImportRun, **changes: Any) -> ImportRun:
    same = {"mapping": run.mapping, "chosen": [], "version": run.version}
    return import_steps.set_out(db, forum.edition.id, run.id, **same, **changes, **forum.by_owner)


def _take(db: DbSession, forum: Forum, run: ImportRun) -> ImportRun:
    import_steps.confirm(db, forum.edition.id, run.id, version=run.version, **forum.by_owner)
    number = 0
    while import_steps.take_batch(db, run.id, number, now=NOW):
        number += 1
    db.refresh(run)
    return run


def _kept(db: DbSession, row: Registration) -> dict[str, Any]:
    person = db.get_one(Person, row.person_id)
    columns = ("latin_family", "latin_given", "native_full", "email", "phone", "wechat")
    member = db.execute(
        select(Delegation.code, DelegationMember.role)
        .join(DelegationMember, DelegationMember.delegation_id == Delegation.id)
        .where(DelegationMember.registration_id == row.id)
    ).one()
    told = {name: getattr(person, name) for name in columns}
    return {**told, **row.answers["values"], "delegation": member.code, "role": member.role.value}
