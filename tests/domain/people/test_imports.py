"""Importing people and organizations: what is there already, what resembles it, and that nothing is altered."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from forumapp.core import clock
from forumapp.core.files.spreadsheets import read_table, write_csv, write_xlsx
from forumapp.core.paths import ROOT
from forumapp.core.values.text import on_one_line
from forumapp.domain.accounts.scope import NOBODY
from forumapp.domain.people.imports import completion
from forumapp.domain.people.imports import services as imports_services
from forumapp.domain.people.imports.services import State
from forumapp.domain.people.models import Affiliation, Organization, OrganizationKind, Person
from forumapp.domain.people.names.name_split import split_scripts, split_title, without_commas
from forumapp.domain.people.queries import organizations_page, people_page
from forumapp.domain.people.records.services import (
    add_affiliation,
    create_organization,
    create_person,
    name_of,
    update_organization,
    update_person,
)
from forumapp.domain.people.spreadsheets import export
from forumapp.domain.people.spreadsheets.rows import (
    ORGANIZATION_HEADINGS,
    PERSON_HEADINGS,
    guess,
    read_organization,
    read_person,
    refuse_other_scripts,
)
from tests.domain.conftest import BY

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

NAMES = ROOT.parent / "shared" / "data" / "names"
PEOPLE = """name_local,name_latin,title_local,title_en,org_en,email
方伟,FANG Wei,副省长,Vice Governor,Jiangsu Province,
,Eleni Kounalakis,,Lieutenant Governor,State of California,
𠮷野太郎,Yoshino Taro,,,,shared@office.example
李伟,LI Wei,,Director,Example Trading,shared@office.example
李薇,LI Wei,,Director,Example Trading,shared@office.example
"""


def people(text: str | bytes):
    table = read_table(text if isinstance(text, bytes) else text.encode())
    return [read_person(row, guess(table.headings, PERSON_HEADINGS)) for row in table.rows]


def organizations(text: str | bytes):
    table = read_table(text if isinstance(text, bytes) else text.encode())
    mapping = guess(table.headings, ORGANIZATION_HEADINGS)
    return [read_organization(row, mapping, [str(kind) for kind in OrganizationKind]) for row in table.rows]


def take_people(db: DbSession, drafts) -> list[imports_services.Line]:
    plan = imports_services.plan_people(db, drafts, None)
    imports_services.add_people(db, [line.draft for line in plan if line.state is State.NEW], **BY)
    db.expire_all()
    return plan


def take_organizations(db: DbSession, drafts) -> list[imports_services.Line]:
    plan = imports_services.plan_organizations(db, drafts)
    imports_services.add_organizations(db, [line.draft for line in plan if line.state is State.NEW], **BY)
    db.expire_all()
    return plan


def test_the_same_file_again_changes_nothing(session: DbSession) -> None:
    assert {line.state for line in take_people(session, people(PEOPLE))} == {State.NEW}
    assert session.scalar(select(func.count(Person.id))) == 5
    assert session.scalar(select(func.count(Organization.id))) == 3
    again = take_people(session, people(PEOPLE))
    assert [(line.state, line.alike.reason) for line in again] == [(State.SAME, "same")] * 5
    assert session.scalar(select(func.count(Person.id))) == 5


def test_only_people_and_organizations_with_the_names_and_addresses_of_the_file_are_read(
    session: DbSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_people(session, people(PEOPLE))
    learned: list[str] = []
    learn = imports_services._learn

    def learning(known, one):
        learned.extend([one.shown] if one.id else [])
        learn(known, one)

    monkeypatch.setattr(imports_services, "_learn", learning)
    rows = "name_local,name_latin,org_en,email\n,Wei Fang,Trading Example,\n,Ann Berg,Port of Oakland,shared@office.example\n"
    imports_services.plan_people(session, people(rows), None)
    assert sorted(learned) == sorted(["方伟 · Fang Wei", "𠮷野太郎 · Yoshino Taro", "李伟 · Li Wei", "李薇 · Li Wei"])
    learned.clear()
    imports_services.plan_organizations(session, organizations("name,kind\nTrading Example,company\n"))
    assert learned == ["Example Trading"]


@pytest.mark.parametrize(
    ("row", "state", "reason"),
    [
        pytest.param("方伟,FANG Wei,,,,", State.SAME, "same", id="said less of"),
        pytest.param(",Wei Fang,,,,", State.DOUBLE, "name-written-otherwise", id="in the other order"),
        pytest.param("方伟,,,,,", State.SAME, "same", id="in one script"),
        pytest.param("方伟,FANG Wei,,Governor,Jiangsu Province,", State.DOUBLE, "other-post", id="with another title"),
        pytest.param("方伟,FANG Wei,,,,new@x.example", State.DOUBLE, "other-address", id="with another address"),
        pytest.param("房伟,FANG Wei,,,,", State.NEW, None, id="whose name in Chinese is another one"),
        pytest.param("房伟,FANG Wei,,,Jiangsu Province,", State.DOUBLE, "sound-alike", id="and who is of one office"),
        pytest.param("方偉,,,,,", State.DOUBLE, "same-native", id="in traditional characters"),
        pytest.param(",eleni kounalakis,,,,", State.DOUBLE, "name-written-otherwise", id="in other letters"),
    ],
)
def test_a_person_who_is_there(session: DbSession, row: str, state: State, reason: str | None) -> None:
    take_people(session, people(PEOPLE))
    (line,) = imports_services.plan_people(session, people(PEOPLE.partition("\n")[0] + "\n" + row + "\n"), None)
    assert (line.state, line.alike and line.alike.reason) == (state, reason)


def test_likeness_is_of_those_who_were_there_before_the_file_and_of_what_one_is_told(session: DbSession) -> None:
    before = clock.now()
    (was,) = people("Name,Chinese name,Phone\nTAN Bohan,谭伯函,+1 213 555 0122\n")
    create_person(session, was.values, **BY)
    (again,) = people("Name,Chinese name,Phone\nTAN Bohan,谭伯涵,+1 213 555 0122\n")
    states = [imports_services.plan_people(session, [again], told, before=now)[0].state
              for told, now in ((None, None), (None, before), (NOBODY, None))]  # fmt: skip
    assert states == [State.DOUBLE, State.NEW, State.NEW]


def test_a_person_who_stands_twice_in_the_file(session: DbSession) -> None:
    plan = imports_services.plan_people(
        session, people("name_local,name_latin\n刘春,LIU Chun\n,Chun Liu\n刘春,LIU Chun\n"), None
    )
    assert [(line.state, line.alike and line.alike.row) for line in plan] == [
        (State.NEW, None), (State.DOUBLE, 2), (State.SAME, 2),
    ]  # fmt: skip


def test_an_address_of_another_person_is_reported(session: DbSession) -> None:
    create_person(session, people("Name,Email\nEleni KOUNALAKIS,eleni@office.example\n")[0].values, **BY)
    rows = people(
        "Name,姓名,Email\n"
        "LIU Chun,刘春,ELENI@office.example\n"
        "WANG Fang,王芳,fang@office.example\n"
        "LI Wei,李伟,Fang@office.example\n"
        "Eleni KOUNALAKIS,,eleni@office.example\n"
    )
    plan = imports_services.plan_people(session, rows, None)
    shared = [[(one.code, one.among) for one in line.notices if one.heading == "Email"] for line in plan]
    assert [line.state.value for line in plan] == ["new", "new", "new", "same"]
    assert shared == [
        [("address-of-another", ("Eleni KOUNALAKIS",))],
        [],
        [("address-in-row", ("3", "王芳 · Wang Fang"))],
        [],
    ]
    hidden = imports_services.plan_people(session, rows[:1], NOBODY)
    assert [one.code for one in hidden[0].notices] == ["name-split"]


@pytest.mark.parametrize("faulty", [0, 1], ids=["first row", "second row"])
def test_an_address_that_comes_twice_is_reported_while_one_of_the_rows_is_faulty(
    session: DbSession, faulty: int
) -> None:
    titles = ["", ""]
    titles[faulty] = "#N/A"
    rows = people(
        f"Name,姓名,Email,Title\nWANG Fang,王芳,fang@office.example,{titles[0]}\n"
        f"LI Wei,李伟,Fang@office.example,{titles[1]}\n"
    )
    first, second = imports_services.plan_people(session, rows, None)
    assert [first.state, second.state][faulty] is State.FAULTY
    assert [one.code for one in first.notices if one.heading == "Email"] == []
    assert [(one.code, one.among) for one in second.notices if one.heading == "Email"] == [
        ("address-in-row", ("2", "王芳 · Wang Fang")),
    ]


def test_what_was_merged_is_not_made_anew_by_the_same_file(session: DbSession) -> None:
    take_people(session, people("Name\nLiu Chun\n"))
    take_organizations(session, organizations("name_en\nBay Area Council\n"))
    person, organization = session.scalar(select(Person)), session.scalar(select(Organization))
    update_person(session, person.id, {"also_known_as": ["Chun Liu-Wang"]}, version=person.version, **BY)
    others = {"also_known_as": ["Bay Area Council Inc."]}
    update_organization(session, organization.id, others, version=organization.version, **BY)
    (line,) = imports_services.plan_people(session, people("Name\nChun Liu-Wang\n"), None)
    assert (line.state, line.alike.id) == (State.SAME, person.id)
    (line,) = imports_services.plan_organizations(session, organizations("name_en\nBay Area Council Inc.\n"))
    assert (line.state, line.alike.id) == (State.SAME, organization.id)
    take_people(session, people("Name,Company\nWang Wei,Bay Area Council Inc.\n"))
    assert session.scalar(select(func.count(Organization.id))) == 1


def test_organizations_that_share_one_name_and_differ_in_the_other_are_two(session: DbSession) -> None:
    text = "name_zh,name_en\n甲委员会,Committee\n乙委员会,Committee\n,Committee\n甲委员会,\n,COMMITTEE\n"
    plan = take_organizations(session, organizations(text))
    assert [line.state for line in plan] == [State.NEW, State.NEW, State.SAME, State.SAME, State.DOUBLE]
    assert {line.state for line in imports_services.plan_organizations(session, organizations(text))} == {
        State.SAME, State.DOUBLE,
    }  # fmt: skip


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_what_is_taken_out_comes_back_whole(session: DbSession, write) -> None:
    kept = session.begin_nested()
    child, parent, _bureau = (
        create_organization(session, values, **BY)
        for values in (
            {"legal": {"en": "Port", "zh-Hans": "港口"}, "also_known_as": ["Inc; LLC"], "code": "port"},
            {
                "legal": {"en": "City", "zh-Hant": "臺北市"},
                "short": {"zh-Hant": "北市"},
                "also_known_as": ["A；B", "Old City"],
            },
            {"short": {"zh-Hans": "局"}},
        )
    )
    update_organization(session, child.id, {"parent_id": parent.id}, version=child.version, **BY)
    for values in (
        {"latin_family": "'-Hooft", "latin_given": "=cmd()"},
        {
            "latin_family": "Tso",
            "native_full": "左宜",
            "native_language": "zh-Hant",
            "form_of_address": {"zh-Hans": "女士", "zh-Hant": "閣下"},
            "biography": {"zh-Hant": "任職於港務局。"},
            "languages": ["yue", "zh-Hant", "en"],
        },
        {"native_full": "刘春", "also_known_as": ["Inc; LLC"]},
    ):
        person = create_person(session, values, **BY)
        add_affiliation(session, person.id, child.id, {"en": "Head"}, **BY)

    def taken_out() -> tuple[list[list[str]], list[list[str]]]:
        told = export.person_rows(session, export.PERSON_COLUMNS, contact_scope=None)
        return list(export.organization_rows(session, export.ORGANIZATION_COLUMNS)), list(told)

    offices, everyone = taken_out()
    kept.rollback()
    assert taken_out() == ([], [])
    take_organizations(session, organizations(write(export.headings(export.ORGANIZATION_COLUMNS), offices)))
    take_people(session, people(write(export.headings(export.PERSON_COLUMNS), everyone)))
    again, all_again = taken_out()
    assert sorted(again) == sorted(offices)
    assert all_again == everyone


def test_an_organization_needs_a_parent_that_is_known_and_a_code_of_its_own(session: DbSession) -> None:
    create_organization(session, {"legal": {"en": "Taken"}, "code": "taken"}, **BY)
    text = "Name,Code,Part of\nNobody's,,Unheard\nCity,city,\nPort,,CITY\nOne,taken,\nTwo,city,\nThree,a b,\nTAKEN,taken,\n"
    plan = take_organizations(session, organizations(text))
    assert [[(one.heading, one.code) for one in line.faults] for line in plan] == [
        [("Part of", "parent-unknown")], [], [], [("Code", "code-taken")], [("Code", "code-taken")],
        [("Code", "not-a-code")], [("Code", "code-taken")],
    ]  # fmt: skip
    parents = {row.legal["en"]: row.parent_id for row in session.scalars(select(Organization))}
    city = session.scalar(select(Organization.id).where(Organization.code == "city"))
    assert parents == {"Taken": None, "City": None, "Port": city}


def test_posts_find_their_organization_by_any_of_its_names(session: DbSession) -> None:
    take_organizations(session, organizations("legal name (english),缩写,名称\nChina Chamber,CCCME,机电商会\n"))
    take_people(session, people("Name,单位,Company\nLiu Chun,机电商会,\nWang Wei,,cccme\nSun Li,,China Chamber\n"))
    assert session.scalar(select(func.count(Organization.id))) == 1
    assert session.scalar(select(func.count(Affiliation.id))) == 3


def test_a_name_that_someone_divides_is_no_longer_to_be_checked(session: DbSession) -> None:
    take_people(session, people("Name\nLiu Chun\n"))
    row = session.scalar(select(Person))
    assert row.flags == ["latin-name-undivided"]
    update_person(session, row.id, {"call_name": "Chun"}, version=row.version, **BY)
    assert row.flags == ["latin-name-undivided"]
    update_person(session, row.id, {"latin_family": "Liu", "latin_given": "Chun"}, version=row.version, **BY)
    assert row.flags == []


@pytest.mark.one_database
@pytest.mark.skipif(not NAMES.is_dir(), reason="the real files stand beside the project, not in it")
def test_real_people_and_organizations_come_in_are_found_and_stand_as_they_were_written(session: DbSession) -> None:
    for name, take, read in (
        ("organisations.csv", take_organizations, organizations),
        ("people.csv", take_people, people),
    ):
        content = (NAMES / name).read_bytes()
        plan = take(session, read(content))
        assert {line.state for line in plan} <= {State.NEW, State.SAME}
        assert {line.state for line in take(session, read(content))} == {State.SAME}
    rows = list(csv.DictReader(io.StringIO((NAMES / "people.csv").read_text("utf-8-sig"), newline="")))
    kept = [(one.native_full, name_of(one).latin) for one in session.scalars(select(Person).order_by(Person.id))]
    # Split names lose the capitals of the family name and the comma after it, and titles before them.
    kept = [(native, without_commas(latin).casefold()) for native, latin in kept]
    written = [(row["name_local"], row["name_latin"]) for row in rows]
    both = {at: split_scripts(local) for at, (local, latin) in enumerate(written) if not latin}
    expected = [both.get(at) or names for at, names in enumerate(written)]
    assert kept == [(native, without_commas(split_title(latin)[1]).casefold()) for native, latin in expected]
    titles = session.scalars(select(Affiliation.title).order_by(Affiliation.person_id))
    assert [(one.get("zh-Hans", ""), one.get("en", "")) for one in titles] == [
        (on_one_line(row["title_local"]), on_one_line(row["title_en"])) for row in rows
    ]
    rows = list(csv.DictReader(io.StringIO((NAMES / "organisations.csv").read_text("utf-8-sig"), newline="")))
    legal = {(one.get("zh-Hans", ""), one.get("en", "")) for one in session.scalars(select(Organization.legal))}
    assert {(on_one_line(row["name_zh"]), on_one_line(row["name_en"])) for row in rows} <= legal
    for search in ("孫偉真", "Michelle Sun", "sun michelle", "LEUNG Kwan-yuen", "kwanyuen leung"):
        assert people_page(session, search=search, contact_scope=None).total >= 1, search
    for person in list(session.scalars(select(Person).order_by(Person.id)))[::40]:
        latin = name_of(person).latin
        for search in filter(None, (person.native_full, latin, " ".join(reversed(latin.split())), latin.casefold())):
            assert person in people_page(session, search=search, size=50, contact_scope=None).items, search
    for office in list(session.scalars(select(Organization).order_by(Organization.id)))[::80]:
        for search in office.legal.values():
            assert office in organizations_page(session, search=search, size=50).items, search


def test_an_organization_that_may_be_several_is_asked_for_and_not_chosen(session: DbSession) -> None:
    take_organizations(
        session,
        organizations("name_en,name_zh,abbreviation\nChamber of Ceramics,陶瓷商会,CC\nChamber of Cotton,棉花商会,CC\n"),
    )
    rows = "name,org_en,org_local\nAnn Li,CC,\nBo Li,CC,棉花商会\nCy Li,Chamber of Ceramics,\n"
    lines = take_people(session, people(rows))
    assert [line.state for line in lines] == [State.FAULTY, State.NEW, State.NEW]
    (fault,) = lines[0].faults
    assert (lines[0].number, fault.heading, fault.code) == (2, "org_en", imports_services.UNCLEAR)
    assert [name.split(" · ")[0] for name in fault.among] == ["Chamber of Ceramics", "Chamber of Cotton"]
    posts = select(Person.latin_given, Organization.legal).join(Affiliation, Affiliation.person_id == Person.id)
    held = session.execute(posts.join(Organization, Organization.id == Affiliation.organization_id)).all()
    assert {given: legal["en"] for given, legal in held} == {
        "Bo Li": "Chamber of Cotton",
        "Cy Li": "Chamber of Ceramics",
    }


def test_what_a_row_has_more_is_told_and_fills_only_what_is_empty(session: DbSession) -> None:
    take_people(session, people("name_local,name_latin,WeChat\n刘春,LIU Chun,chun\n"))
    more = "name_local,name_latin,WeChat,Phone,Bio,简介\n刘春,LIU Chun,other,+1 213 555 0122,Of Jiangsu,江苏人\n"
    again = more + "刘春,LIU Chun,,+1 213 555 0133,,\n"
    lines = completion.people_with_more(session, imports_services.plan_people(session, people(again), None), None)
    assert [(line.state, set(line.more)) for line in lines] == [
        (State.MORE, {"phone", "biography.en", "biography.zh-Hans"}), (State.MORE, {"phone"}),
    ]  # fmt: skip
    completion.fill_people(session, lines, **BY)
    person = session.scalars(select(Person)).one()
    assert (person.wechat, person.phone, person.version) == ("chun", "+1 213 555 0122", 2)
    assert person.biography == {"en": "Of Jiangsu", "zh-Hans": "江苏人"}
    (line,) = completion.people_with_more(session, imports_services.plan_people(session, people(more), None), None)
    assert (line.state, line.more) == (State.SAME, ())
    (line,) = completion.people_with_more(session, imports_services.plan_people(session, people(more), NOBODY), NOBODY)
    assert line.more == ()


def test_whose_contacts_are_not_told_is_not_said_to_lack_any(session: DbSession) -> None:
    take_people(session, people("Name\nLIU Chun\n"))
    (line,) = imports_services.plan_people(
        session, people("Name,Phone,Bio\nLIU Chun,+1 213 555 0122,Of Jiangsu\n"), NOBODY
    )
    (line,) = completion.people_with_more(session, [line], NOBODY)
    assert line.more == ("biography.en",)


def test_an_organization_gets_the_name_that_it_lacked(session: DbSession) -> None:
    take_organizations(session, organizations("name_en,acronym\nBay Area Council,BAC\n"))
    text = "name_en,name_zh,Short name,Country\nBay Area Council,湾区委员会,BAC,us\n"
    lines = completion.organizations_with_more(
        session, imports_services.plan_organizations(session, organizations(text))
    )
    assert [(line.state, line.more) for line in lines] == [(State.DOUBLE, ("legal.zh-Hans", "country_region"))]
    completion.fill_organizations(session, lines, **BY)
    row = session.scalars(select(Organization)).one()
    assert (row.legal, row.short) == ({"en": "Bay Area Council", "zh-Hans": "湾区委员会"}, {})
    assert (row.abbreviation, row.country_region) == ({"en": "BAC"}, "US")


def test_a_latin_name_in_other_letters_is_a_fault_at_its_column() -> None:
    drafts = people("Name,Family name,Given name,Chinese name\n刘春,,,\n,Liu,春,刘春\nLIU Chun,,,刘春\n")
    assert [[(one.heading, one.code) for one in refuse_other_scripts(draft).faults] for draft in drafts] == [
        [("Name", "not-latin")],
        [("Given name", "not-latin")],
        [],
    ]
