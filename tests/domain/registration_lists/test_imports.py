"""Importing registrations: every fault is named by row and column, places are counted, and nobody comes in twice."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, update

from forumapp.core.errors import Invalid
from forumapp.core.files.spreadsheets import write_xlsx
from forumapp.core.paths import ROOT
from forumapp.domain.audit.models import AuditEvent, AuditValue
from forumapp.domain.delegations.members.services import add_member, create_delegation, remove_member
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember
from forumapp.domain.forums.models import Edition, EditionStatus
from forumapp.domain.importing.models import ImportKind, ImportRun, ImportStatus
from forumapp.domain.importing.registrations.plan import forms_of, type_of_list, without_column
from forumapp.domain.importing.runs import services
from forumapp.domain.importing.type_words import strange_words
from forumapp.domain.mail.models import Message
from forumapp.domain.people.imports.services import State
from forumapp.domain.people.models import EditionTitle, Person
from forumapp.domain.people.queries import people_page
from forumapp.domain.people.records.services import create_person
from forumapp.domain.registration.forms.questions import Kind
from forumapp.domain.registration.lifecycle.register import cancel, enter
from forumapp.domain.registration.lists.conditions import chosen_ids
from forumapp.domain.registration.lists.filters import Filters, Lack
from forumapp.domain.registration.models import ChoicePlaces, Registration, RegistrationType
from forumapp.domain.registration.rules import MediaRole, RegistrationStatus, Source
from forumapp.domain.registration.spreadsheets.export import take_out
from forumapp.domain.registration.waitlist.promotion import end_offers
from tests import import_steps
from tests.domain.conftest import BY, NOW
from tests.domain.registering import applicant, make_type, sign_up, tally

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.people.imports.services import Line
    from tests.domain.conftest import Forum

ATTENDEES = ROOT.parent / "shared" / "data" / "attendees"
FAMILIES = ("Zhang", "张"), ("Li", "李"), ("Wang", "王"), ("Chen", "陈"), ("Lin", "林")
SYLLABLES = ("Wei", "伟"), ("Fang", "芳"), ("Min", "敏"), ("Jie", "杰"), ("Na", "娜"), ("Jun", "军"), ("Yu", "玉")


def brought(db: DbSession, forum: Forum, content: bytes, **settings: Any) -> ImportRun:
    run = import_steps.bring(db, forum.edition.id, ImportKind.REGISTRATIONS, "guests", content, **forum.by_owner)
    return said(db, forum, run, settings=settings) if settings else run


def said(db: DbSession, forum: Forum, run: ImportRun, **changes: Any) -> ImportRun:
    whole = {"mapping": run.mapping, "chosen": run.chosen, "version": run.version, **changes}
    return import_steps.set_out(db, forum.edition.id, run.id, **whole, **forum.by_owner)


def planned(db: DbSession, forum: Forum, run: ImportRun) -> list[Line]:
    return import_steps.plan(db, run, actor=forum.by_owner["actor"])


def faults_by_row(lines: list[Line]) -> dict[int, list[tuple[str, str]]]:
    return {line.number: [(one.heading, one.code) for one in line.faults] for line in lines if line.faults}


def to_review(lines: list[Line]) -> dict[int, list[tuple[str, str]]]:
    """The notices of each row, without those about its name."""
    found = {
        line.number: [(one.heading, one.code) for one in line.notices if not one.code.startswith("name-")]
        for line in lines
    }
    return {number: notices for number, notices in found.items() if notices}


def taken(db: DbSession, forum: Forum, run: ImportRun) -> ImportRun:
    import_steps.confirm(db, forum.edition.id, run.id, version=run.version, **forum.by_owner)
    number = 0
    while import_steps.take_batch(db, run.id, number, now=NOW):
        number += 1
    db.refresh(run)
    return run


def registered(db: DbSession, forum: Forum, *conditions: Any) -> int:
    return (
        db.scalar(select(func.count(Registration.id)).where(Registration.edition_id == forum.edition.id, *conditions))
        or 0
    )


def person(number: int) -> tuple[str, str, str]:
    """Family and given name, and both in Chinese: another for each number below 12,000."""
    family, parts = FAMILIES[number % 5], []
    for _ in range(4):
        number, place = divmod(number, 7)
        parts.append(SYLLABLES[place])
    return family[0], "".join(part[0] for part in parts), family[1] + "".join(part[1] for part in parts)


def story(*, mended: bool = False) -> bytes:
    """The list of the model delegation: 134 rows, of which two come twice and three have no Latin name."""
    rows = []
    for group, many in (("Jiangsu", 52), ("Hubei", 31), ("Shanghai", 38), ("CCCME", 9)):
        for _ in range(many):
            family, given, native = person(len(rows))
            rows.append([family, given, native, "family-first", group])
    rows[60] = ["SHAN", "Liwen", "单立文", "family-first", "Hubei"]
    rows[61] = ["Chen", "Wei", "陳偉", "family-first", "Hubei"]
    rows += [
        ["LIU", "Chun", "刘春", "family-first", "CCCME"],
        ["Chun", "Liu", "刘春", "given-first", "CCCME"],
        ["Fang", "Wei", "方伟", "family-first", "CCCME"],
        ["Fang", "Wei", "方伟", "family-first", "CCCME"],
    ]
    for row in (10, 70, 100):
        rows[row][:2] = ["Mended", f"Name {row}"] if mended else ["", ""]
    heads = ["Family name", "Given name", "姓名", "Name order", "Delegation"]
    return write_xlsx(heads, rows)


def test_the_list_of_a_delegation_is_told_to_the_row_and_imported_once(session: DbSession, forum: Forum) -> None:
    make_type(session, forum.edition.id, "delegate")
    whole = create_delegation(session, forum.edition.id, {"code": "cccme", "name": {"en": "CCCME"}, "quota": 135}, **BY)
    for name in ("Jiangsu", "Hubei", "Shanghai"):
        values = {"code": name.lower(), "name": {"en": name}, "parent_id": whole.id}
        create_delegation(session, forum.edition.id, values, **BY)
    lines = planned(session, forum, brought(session, forum, story(), type="delegate"))
    assert len(lines) == 134
    assert faults_by_row(lines) == {
        12: [("Family name", "no-latin-name")],
        72: [("Family name", "no-latin-name")],
        102: [("Family name", "no-latin-name")],
        133: [("Family name", "twice-in-file")],
        135: [("Family name", "twice-in-file")],
    }
    twice = {line.number: (line.alike.row, line.alike.reason) for line in lines if line.alike}
    assert twice == {133: (132, "name-written-otherwise"), 135: (134, "same")}
    assert {line.number: [one.code for one in line.notices] for line in lines if line.notices} == {63: ["traditional"]}
    assert registered(session, forum) == 0

    run = taken(session, forum, brought(session, forum, story(mended=True), type="delegate"))
    session.expire_all()
    assert (run.status, run.added, registered(session, forum)) == (ImportStatus.DONE, 132, 132)
    members = dict(session.execute(select(Delegation.code, Delegation.members)).all())
    assert members == {"cccme": 132, "jiangsu": 52, "hubei": 31, "shanghai": 38}
    assert whole.quota - members["cccme"] == 3
    again = planned(session, forum, brought(session, forum, story(mended=True), type="delegate"))
    assert Counter(line.state for line in again) == {State.SAME: 133, State.DOUBLE: 1}
    with pytest.raises(services.NothingToImport):
        taken(session, forum, brought(session, forum, story(mended=True), type="delegate"))
    shan = session.scalars(select(Person).where(Person.native_full == "单立文")).one()
    names = [one.latin_family for one in people_page(session, size=200).items]
    assert names[names.index("SHAN") - 1][0].upper() <= "S" <= names[names.index("SHAN") + 1][0].upper()
    assert (shan.latin_family, shan.native_full) == ("SHAN", "单立文")
    assert session.scalar(select(func.count(DelegationMember.id))) == 132
    created = select(func.count(AuditEvent.id)).where(
        AuditEvent.entity == "registration", AuditEvent.action == "created"
    )
    assert session.scalar(created) == 132
    assert session.scalar(select(func.count(Message.id))) == 0


HEAD = ("姓", "名", "姓名", "邮箱", "票种", "报名时间", "代表团备注")
PLANTED = (
    "no-latin-name",
    "twice-in-file",
    "not-an-address",
    "not-a-date",
    "unknown-type",
    "type-full",
    "count",
    "undecodable",
)


def large_file() -> tuple[bytes, dict[int, tuple[str, str]]]:
    """5,000 rows in GB18030 and the 40 faults planted in them: by row, the column and the code."""
    mails = ("user", "user@", "@example.org", "a@b@example.org", "two words@example.org")
    days = ("2023-02-30", "31/31/2023", "soon", "2023-13-01", "0000-00-00")
    at = {
        "no-latin-name": "Family name",
        "twice-in-file": "Family name",
        "not-an-address": "邮箱",
        "not-a-date": "报名时间",
    }
    at |= {"unknown-type": "票种", "type-full": "票种", "undecodable": "单位"}
    lines, faults = [b"Family name,Given name," + "姓名,邮箱,票种,报名时间,单位".encode("gb18030")], {}
    for number in range(5000):
        family, given, native = person(number)
        cells = [family, given, native, f"user{number}@example.org", "嘉宾", "2023-03-01", "示例贸易有限公司"]
        fault, which = PLANTED[number // 100 % 8], number // 800
        planted = number % 100 == 50 and which < 5
        if planted and fault == "no-latin-name":
            cells[:2] = ["", ""]
        elif planted and fault == "twice-in-file":
            cells = [*person(number - 7), f"USER{number - 7}@example.org", *cells[4:]]
        elif planted and fault == "not-an-address":
            cells[3] = mails[which]
        elif planted and fault == "not-a-date":
            cells[5] = days[which]
        elif planted and fault == "unknown-type":
            cells[4] = "贵宾"
        elif planted and fault == "type-full":
            cells[4] = "Media"
        line = ",".join(cells).encode("gb18030")
        if planted and fault == "count":
            line = line + b",x" if which % 2 else line.rpartition(b",")[0]
            faults[number + 2] = ("", "too-many-cells" if which % 2 else "too-few-cells")
        elif planted:
            line = line + b"\xff" if fault == "undecodable" else line
            faults[number + 2] = (at[fault], fault)
        lines.append(line)
    return b"\r\n".join(lines), faults


def test_forty_faults_in_five_thousand_rows_are_these_forty(session: DbSession, forum: Forum) -> None:
    make_type(session, forum.edition.id)
    make_type(session, forum.edition.id, "media", name={"en": "Media"}, quota=0)
    content, faults = large_file()
    run = brought(session, forum, content)
    assert (run.read_as, run.total, len(faults)) == ("gb18030", 5000, 40)
    lines = planned(session, forum, run)
    assert faults_by_row(lines) == {number: [fault] for number, fault in faults.items()}
    assert Counter(line.state for line in lines) == {State.NEW: 4960, State.FAULTY: 40}


def test_a_remark_to_the_right_of_a_workbook_keeps_nobody_out(session: DbSession, forum: Forum) -> None:
    make_type(session, forum.edition.id, "delegate")
    rows = [["Fang", "Wei", "方伟"], ["Liu", "Chun", "刘春", "", "ask again"]]
    run = brought(session, forum, write_xlsx(["Family name", "Given name", "姓名"], rows), type="delegate")
    assert [heading for heading, meant in run.mapping.items() if not meant] == ["#4", "#5"]
    assert faults_by_row(planned(session, forum, run)) == {}
    assert taken(session, forum, run).added == 2


HEADS_OF_EVENTBRITE = "Order #,Order Date,First Name,Last Name,Email,Ticket Type,Attendee Status,Job Title,Company"
EVENTBRITE = f'''{HEADS_OF_EVENTBRITE}
1,11/1/24 22:00,秀芳,魏,user0@example.org,VIP,Attending,房地产开发,双敏电子信息有限公司
2,11/2/24 22:01,Ann,Bonilla,user1@example.org,VIP,Attending,Manager,Flores
3,11/3/24 22:02,Cy,Mueller,user2@example.org,VIP,Checked In,Artist,"Turner, Terry and Higgins"
4,11/4/24 22:03,Dee,Gray,user3@example.org,VIP,Not Attending,Clerk,Ward
5,11/5/24 22:04,Gregory,Hendricks,user4@example.org,VIP,Attending,Officer,Walsh and Sons
6,11/6/24 22:05,Gregory,Hendricks,user4@example.org,VIP,Attending,Officer,Walsh and Sons
7,11/7/24 22:06,世明,陸,USER7@EXAMPLE.ORG,VIP,Attending,美容工作者,平太洋股份有限公司
8,11/8/24 22:07,世明,陸,user7@example.org,VIP,Attending,美容工作者,平太洋股份有限公司
9,11/9/24 22:08,"=HYPERLINK(""http://x"")",+1,user8@example.org,VIP,Attending,-2,@SUM(1)
10,11/10/24 22:09,"O'Brien, Jr.","""Bob""",user9@example.org,VIP,Attending,CEO,"A
B Ltd"
'''.encode()


def list_of(file: str) -> bytes:
    if not file:
        return EVENTBRITE
    if not (ATTENDEES / file).exists():
        pytest.skip("the real lists are not here")
    return (ATTENDEES / file).read_bytes()


@pytest.mark.parametrize("file", ["", "eventbrite_attendees.csv", "pretix_orderpositions.csv"])
def test_the_lists_of_other_tools_are_told_fault_by_fault(session: DbSession, forum: Forum, file: str) -> None:
    for code, name in (("vip", "VIP"), ("general", "General Admission"), ("delegate", "Delegate")):
        make_type(session, forum.edition.id, code, name={"en": name})
    lines = planned(session, forum, brought(session, forum, list_of(file)))
    faults = {number: sorted({code for _heading, code in found}) for number, found in faults_by_row(lines).items()}
    assert {number: faults.pop(number) for number in (7, 9, 10)} == {
        7: ["twice-in-file"],
        9: ["twice-in-file"],
        10: ["formula"],
    }
    values = {line.number: line.draft.values for line in lines}
    joined = [(one.heading, one.among) for one in lines[9].notices if one.code == "lines-joined"]
    assert joined == [("Company", ("A B Ltd",))]
    # People who have a Chinese name alone get a Latin one for review.
    coming = {line.number for line in lines if line.entry.status is not RegistrationStatus.CANCELLED}
    read = {line.number for line in lines if any(one.code == "name-proposed" for one in line.notices)}
    # Two people of one Chinese name with different addresses: someone decides.
    same_name = {143: 56} if file else {}
    assert faults == {number: ["twice-in-file"] for number in same_name}
    assert read == {n for n, one in values.items() if one["native_full"] and n in coming}
    assert values[2]["native_full"] == "魏秀芳"
    assert values[6]["email"] == "user4@example.org"
    twice = {line.number: line.alike.row for line in lines if line.alike}
    assert twice == {7: 6, 9: 8, **same_name}


TABLE = """Name,姓名,Email,Ticket Type,Attendee Status,Diet,Days,Wine?,Company,Company
LIU Chun,刘春,liu@example.org,Guest,Attending,halal; Vegetarian,Monday,yes,Example Trading,Invoices Ltd
Ann Lee,,office@example.org,guest,Checked In,,Tuesday; mon,NO,Example Trading,
Bob Lee,,office@example.org,GUEST,Refunded,,,,,
Cy Lee,,,guest,,fish,Sunday,perhaps,,
Dee Lee,,,guest,Waiting list,,,,,
"""
QUESTIONS = [
    {"code": "diet", "kind": "diet", "label": {"en": "Diet"}, "required": True},
    {
        "code": "days",
        "kind": "choices",
        "label": {"en": "Which days", "zh-Hans": "哪几天"},
        "options": [{"code": "mon", "label": {"en": "Monday"}}, {"code": "tue", "label": {"en": "Tuesday"}}],
    },
    {"code": "wine", "kind": "yes-no", "label": {"en": "Wine?"}},
]


def test_answers_and_states_are_read_and_places_are_counted_over_the_file(session: DbSession, forum: Forum) -> None:
    kind = make_type(session, forum.edition.id, questions=QUESTIONS, quota=1)
    run = brought(session, forum, TABLE.encode("utf-16"))
    assert (run.mapping["Company"], run.mapping["Company (2)"], run.mapping["Diet"]) == (
        "organization.en",
        "",
        "answer.diet",
    )
    lines = planned(session, forum, run)
    assert faults_by_row(lines) == {
        3: [("Diet", "required"), ("Ticket Type", "type-full")],
        5: [("Ticket Type", "type-full")],
        6: [("Diet", "required")],
    }
    assert to_review(lines)[5] == [
        ("Diet", "not-an-option"),
        ("Diet", "kept-as-note"),
        ("Days", "not-an-option"),
        ("Days", "kept-as-note"),
        ("Wine?", "not-yes-or-no"),
        ("Wine?", "kept-as-note"),
    ]
    run = said(session, forum, run, settings={"waitlist": True, "unanswered": True})
    lines = planned(session, forum, run)
    # Who is there already cannot wait to come in.
    assert 3 in faults_by_row(lines)
    assert taken(session, forum, run).added == 4
    assert tally(session, kind.id) == (1, 0, 2, 1, 0, 2)
    rows = session.scalars(select(Registration).order_by(Registration.id)).all()
    assert [row.status for row in rows] == [
        RegistrationStatus.CONFIRMED,
        RegistrationStatus.CANCELLED,
        RegistrationStatus.WAITLISTED,
        RegistrationStatus.WAITLISTED,
    ]
    assert rows[0].answers["values"] == {"diet": ["halal", "vegetarian"], "days": ["mon"], "wine": True}
    states = [line.state for line in planned(session, forum, brought(session, forum, TABLE.encode()))]
    assert states == [State.SAME, State.FAULTY, State.SAME, State.SAME, State.SAME]


def test_whom_a_row_resembles_is_for_a_person_to_say(session: DbSession, forum: Forum) -> None:
    make_type(session, forum.edition.id, quota=3)
    people = [create_person(session, {"latin_family": name, "latin_given": "Wei"}, **BY) for name in ("Fang", "Gu")]
    content = b"Family name,Given name,Email,Type\nFang,Wei,f@example.org,guest\nGu,Wei,g@example.org,guest\n"
    content += b"Xu,Ann,x@example.org,guest\nxu,ann,,guest\n"
    run = brought(session, forum, content)
    lines = planned(session, forum, run)
    assert [(line.state, line.alike and line.alike.reason) for line in lines] == [
        (State.DOUBLE, "other-address"),
        (State.DOUBLE, "other-address"),
        (State.NEW, None),
        (State.DOUBLE, "name-written-otherwise"),
    ]
    # Who is the same as an earlier row comes in with that one.
    run = taken(session, forum, said(session, forum, run, chosen=[2], joined=[3, 5]))
    assert run.added == 3
    who = set(session.scalars(select(Registration.person_id)))
    assert people[1].id in who
    assert people[0].id not in who
    assert session.scalar(select(RegistrationType.taken)) == 3


COMING = [
    {
        "code": "dinner",
        "kind": "choice",
        "label": {"en": "Dinner"},
        "options": [
            {"code": "yes-please", "label": {"en": "Yes, please"}, "places": 1},
            {"code": "no", "label": {"en": "No"}},
        ],
    },
    {
        "code": "wine",
        "kind": "yes-no",
        "label": {"en": "Wine"},
        "required": True,
        "when": [{"question": "dinner", "is": ["yes-please"]}],
    },
    {"code": "travel", "kind": "travel", "label": {"en": "Travel"}, "required": True},
    {"code": "hotel", "kind": "short-text", "label": {"en": "Hotel"}, "required": True, "for_organizers": True},
    {"code": "passport-photo", "kind": "photo", "label": {"en": "Photo of you"}, "required": True},
    {"code": "room", "kind": "short-text", "label": {"en": "Room"}, "required": True},
]
# What the cells of one row say and what is told of it, by column.
HEADS = "Name,Dinner,Wine,Arrival date,Arrival time,Arrival flight,Departure,Photo of you,Hotel"
ROWS: list[tuple[str, list[tuple[str, str]]]] = [
    ("Ann A,no,,2023-05-20,9:30,MU583,5/26/2023 12:40 PM,,", []),
    ('Bo B,"Yes, please",no,2023-05-20 09:30,,,,me.jpg,Hilton', []),
    ("Cy C,yes-please,yes,20 May 2023,09:30:00,,,,", [("Dinner", "option-full")]),
    ('Di D,"Yes, please",,2023年5月20日,09:30,,,,', [("Wine", "required"), ("Dinner", "option-full")]),
    ("Ed E,no,,,,,,,", [("Arrival date", "required")]),
    ("Fe F,no,,2023-05-20,,,,,", []),
    ("Gi G,no,,2023-05-20,soon,,,,", []),
    ("Ho H,no,,,,MU583,,,", []),
    ("Io I,no,,2023-05-20,09:30,,2023-05-19 08:00,,", []),
    ("Jo J,no,,2023-03-12,02:30,,,,", []),
    (f"Ka K,no,,2023-05-20,09:30,{'X' * 21},,,", []),
    ("Lo L,no,,2023-02-30,09:30,,,,", []),
]
# By row, the cell that becomes a note, and why.
NOTES = {
    7: ("Arrival date", "not-a-time"),
    8: ("Arrival time", "not-a-time"),
    10: ("Departure", "ends-before-start"),
    11: ("Arrival time", "time-does-not-exist"),
    12: ("Arrival flight", "too-long"),
    13: ("Arrival date", "not-a-time"),
}


@pytest.mark.one_database
def test_what_a_form_asks_is_read_from_columns_and_what_is_wrong_is_told_there(
    session: DbSession, forum: Forum
) -> None:
    kind = make_type(session, forum.edition.id, questions=COMING)
    content = "\n".join([HEADS, *(row for row, _faults in ROWS)]).encode()
    run = brought(session, forum, content, type="guest")
    assert "" not in run.mapping.values()
    lines = planned(session, forum, run)
    assert faults_by_row(lines) == {number: faults for number, (_row, faults) in enumerate(ROWS, start=2) if faults}
    flight_alone = {9: [("Arrival flight", "kept-as-note")]}
    assert to_review(lines) == {3: [("Photo of you", "no-file")]} | flight_alone | {
        number: [notice, (notice[0], "kept-as-note")] for number, notice in NOTES.items()
    }
    # No column could have told the room; nobody is asked for a hotel.
    assert [one.code for one in without_column(lines, run)] == ["room"]
    run = taken(session, forum, run)
    assert run.added == 9
    rows = session.scalars(select(Registration).order_by(Registration.id)).all()
    kept = {one.answers["values"]["dinner"]: one.answers["values"] for one in rows[:2]}
    zone, arrival = forum.edition.zone, {"at": "2023-05-20T09:30", "flight": "MU583"}
    assert kept == {
        "no": {"dinner": "no", "travel": {"zone": zone, "arrival": arrival, "departure": {"at": "2023-05-26T12:40"}}},
        "yes-please": {
            "dinner": "yes-please",
            "wine": False,
            "travel": {"zone": zone, "arrival": {"at": "2023-05-20T09:30"}},
            "hotel": "Hilton",
        },
    }
    assert [one.answers["values"].get("travel-arrival-note") for one in rows[2:6]] == [
        "2023-05-20",
        "2023-05-20; soon",
        "MU583",
        "2023-05-20; 09:30; 2023-05-19 08:00",
    ]
    assert session.scalar(select(ChoicePlaces.taken).where(ChoicePlaces.type_id == kind.id)) == 1
    assert "MU583" not in str(session.execute(select(AuditValue.before, AuditValue.after)).all())

    # Taken out, changed where it is full, and brought again with what may stay open.
    headings, rows = take_out(session, forum.edition.id, Filters(), [], **forum.by_owner)
    again = planned(session, forum, brought(session, forum, write_xlsx(headings, rows), unanswered=False))
    assert {line.state for line in again} == {State.SAME}
    run = brought(session, forum, content, type="guest", unanswered=True)
    states = Counter(line.state for line in planned(session, forum, run))
    assert states == {State.SAME: 9, State.FAULTY: 2, State.NEW: 1}
    assert taken(session, forum, run).added == 1
    lacking = select(func.count()).select_from(
        chosen_ids(session, forum.edition.id, Filters(missing=(Lack.ANSWER,))).subquery()
    )
    assert session.scalar(lacking) == 10  # none has told their room


@pytest.mark.one_database
def test_a_sample_is_taken_as_it_is_given_whatever_a_form_requires(session: DbSession, forum: Forum) -> None:
    kinds = [one for one in Kind if one not in (Kind.SECTION, Kind.CHOICE, Kind.CHOICES, Kind.FILE)]
    asked = [{"code": one.value, "kind": one.value, "label": {"en": f"{one}?"}, "required": True} for one in kinds]
    asked += [
        {"code": "nights", "kind": "number", "label": {"en": "Nights"}, "required": True, "least": 2, "most": 3.5}
    ]
    make_type(session, forum.edition.id, questions=[*asked, *COMING[:2]])
    make_type(session, forum.edition.id, "press", name={"en": "Press"}, is_media=True)
    headings, rows = services.sample(session, forum.edition.id, ImportKind.REGISTRATIONS, actor=forum.by_owner["actor"])
    lines = planned(session, forum, brought(session, forum, write_xlsx(headings, rows)))
    assert (faults_by_row(lines), [line.state for line in lines]) == ({}, [State.NEW, State.NEW])
    assert set(lines[0].entry.answers) == {one["code"] for one in [*asked, *COMING[:2]]} - {"photo"}
    assert [line.entry.media.role for line in lines] == [None, MediaRole.REPORTER]


@pytest.mark.one_database
def test_who_is_imported_is_mailed_once_and_only_if_someone_says_so(session: DbSession, forum: Forum) -> None:
    make_type(session, forum.edition.id, quota=1)
    content = b"Name,Email,Status\nAnn A,a@example.org,\nBo B,b@example.org,confirmed\nCy C,c@example.org,pending\n"
    content += b"Di D,d@example.org,cancelled\nEd E,,pending\n"

    def mailed() -> list[tuple[str, str]]:
        rows = session.execute(select(Message.recipient, Message.template).order_by(Message.id))
        return [tuple(row) for row in rows]

    run = brought(session, forum, content, type="guest", waitlist=True)
    import_steps.confirm(session, forum.edition.id, run.id, notify=True, version=run.version, **forum.by_owner)
    assert mailed() == []
    for _once_more in range(2):
        import_steps.take_batch(session, run.id, 0, now=NOW)
    told = [
        ("a@example.org", "registration-confirmed"),
        ("b@example.org", "registration-waitlisted"),
        ("c@example.org", "registration-applied"),
    ]
    assert mailed() == told
    assert all(session.scalars(select(Message.is_one_of_many)))  # a confirmation that one waits for is before them
    with pytest.raises(services.NothingToImport):
        taken(session, forum, brought(session, forum, content, type="guest"))
    assert mailed() == told


@pytest.mark.one_database
def test_the_list_of_a_delegation_brings_in_those_who_registered_alone(session: DbSession, forum: Forum) -> None:
    kind = make_type(session, forum.edition.id, "delegate", name={"en": "Delegate"}, quota=3)
    whole = create_delegation(session, forum.edition.id, {"code": "cccme", "name": {"en": "CCCME"}, "quota": 4}, **BY)
    part = {"code": "hubei", "name": {"en": "Hubei", "zh-Hans": "湖北"}, "parent_id": whole.id}
    hubei = create_delegation(session, forum.edition.id, part, **BY)
    create_delegation(session, forum.edition.id, {"code": "other", "name": {"en": "Other"}}, **BY)
    alone = enter_person(session, forum, kind, "Alone")
    left = enter_person(session, forum, kind, "Left")
    member = add_member(session, hubei, left.id, **BY)
    remove_member(session, forum.edition.id, member.id, version=member.version, **BY)
    content = "Family name,Given name,Group name,Status\nAlone,Ann,湖北,\nLeft,Ann,,\nNew,Ann,,\nFar,Ann,Other,\n"
    content += "Full,Ann,,\nGone,Ann,湖北,cancelled\n"
    run = brought(session, forum, content.encode(), type="delegate", delegation="cccme")
    lines = planned(session, forum, run)
    new, same, faulty = State.NEW, State.SAME, State.FAULTY
    assert [line.state for line in lines] == [new, same, new, faulty, faulty, new]
    assert faults_by_row(lines) == {5: [("Group name", "another-delegation")], 6: [("", "type-full")]}
    assert [one.code for one in lines[0].notices] == ["joins-delegation"]
    assert taken(session, forum, run).added == 3
    session.expire_all()
    now = select(DelegationMember.registration_id, DelegationMember.delegation_id)
    members = dict(session.execute(now.where(DelegationMember.left_on.is_(None))).all())
    assert (members.pop(alone.id), list(members.values()), whole.members) == (hubei.id, [whole.id], 2)
    again = planned(session, forum, brought(session, forum, content.encode(), type="delegate", delegation="cccme"))
    assert [line.state for line in again] == [same, same, same, faulty, faulty, same]
    assert type_of_list(session, forum.edition.id, "cccme") == "delegate"
    with pytest.raises(Invalid) as refused:
        said(session, forum, run_of_nothing(session, forum), settings={"delegation": "nowhere"})
    assert refused.value.fields == {"settings.delegation": "unknown"}


@pytest.mark.parametrize("released", [False, True])
def test_a_list_takes_people_whose_email_address_was_never_confirmed(
    session: DbSession, forum: Forum, *, released: bool
) -> None:
    session.execute(update(Edition).values(status=EditionStatus.OPEN))
    kind = make_type(session, forum.edition.id, quota=1, needs_email_confirmation=True)
    sign_up(session, forum.edition.id, applicant())
    if released:
        session.execute(update(Registration).values(offer_ends_at=NOW))
        assert end_offers(session, kind.id, **BY)
    run = brought(session, forum, b"Name,Email\nAnn Guest1,guest1@example.org\n", type="guest")
    lines = planned(session, forum, run)
    assert to_review(lines) == ({} if released else {2: [("Name", "confirms-registration")]})
    assert taken(session, forum, run).added == 1
    session.expire_all()
    standing = list(session.scalars(select(Registration.status).order_by(Registration.id)))
    assert standing == (["cancelled"] if released else []) + ["confirmed"]
    assert (kind.taken, kind.waiting) == (1, 0)


@pytest.mark.one_database
def test_a_list_leaves_out_an_unconfirmed_registration_that_an_organizer_canceled(
    session: DbSession, forum: Forum
) -> None:
    session.execute(update(Edition).values(status=EditionStatus.OPEN))
    make_type(session, forum.edition.id, needs_email_confirmation=True)
    placed = sign_up(session, forum.edition.id, applicant())
    cancel(session, forum.edition.id, placed.registration_id, version=1, **BY)
    run = brought(session, forum, b"Name,Email\nAnn Guest1,guest1@example.org\n", type="guest")
    assert [line.state for line in planned(session, forum, run)] == [State.SAME]


def enter_person(db: DbSession, forum: Forum, kind: RegistrationType, family: str) -> Registration:
    person = create_person(db, {"latin_family": family, "latin_given": "Ann"}, **BY)
    status: Any = {"status": RegistrationStatus.CONFIRMED, "source": Source.FORM, "language": "en"}
    return enter(db, forum.edition.id, person.id, kind.id, **status, **BY)


def run_of_nothing(db: DbSession, forum: Forum) -> ImportRun:
    return brought(db, forum, b"Name\nAnn\n")


@pytest.mark.one_database
def test_what_a_file_calls_types_is_said_once_for_it_and_for_the_next_one(session: DbSession, forum: Forum) -> None:
    make_type(session, forum.edition.id)
    make_type(session, forum.edition.id, "vip", name={"en": "Guest of honor", "zh-Hans": "贵宾"})
    content = "Name,票种\nAnn A,VIP票\nBo B,贵宾\nCy C,工作票\nDi D,vip 票\n".encode()
    run = brought(session, forum, content)
    assert strange_words(
        services.open_file(session, run).table.rows, run.mapping, forms_of(session, forum.edition.id)
    ) == [
        "VIP票",
        "工作票",
    ]
    unknown = [("票种", "unknown-type")]
    assert faults_by_row(planned(session, forum, run)) == dict.fromkeys((2, 4, 5), unknown)
    with pytest.raises(Invalid) as refused:
        said(session, forum, run, settings={"types": {"VIP票": "nowhere"}})
    assert refused.value.fields == {"settings.types": "unknown"}
    run = said(session, forum, run, settings={"types": {"VIP票": "vip"}})
    lines = planned(session, forum, run)
    assert faults_by_row(lines) == {4: unknown}
    assert taken(session, forum, run).added == 3
    of = select(RegistrationType.code).join(Registration, Registration.type_id == RegistrationType.id)
    assert list(session.scalars(of)) == ["vip"] * 3
    again = planned(session, forum, brought(session, forum, content))
    assert [line.state for line in again] == [State.SAME, State.SAME, State.FAULTY, State.SAME]


@pytest.mark.one_database
def test_media_come_with_their_outlet_and_role_and_go_out_as_they_came(session: DbSession, forum: Forum) -> None:
    make_type(session, forum.edition.id, "press", name={"en": "Press", "zh-Hans": "媒体"}, is_media=True)
    make_type(session, forum.edition.id)
    content = "姓名,姓（拼音）,名（拼音）,单位,媒体名称,媒体角色,类型\n"
    content += (
        "李一,Li,Yi,新华社,,记者,媒体\n李二,Li,Er,,湾区日报,无人机飞手,媒体\n李三,Li,San,公司,湾区日报,记者,guest\n"
    )
    content += f"李四,Li,Si,,{'报' * 501},其他,媒体\n李五,Li,Wu,,Bay Wire,,媒体\n"
    run = brought(session, forum, content.encode("gb18030"))
    lines = planned(session, forum, run)
    assert faults_by_row(lines) == {5: [("媒体名称", "too-long")]}
    assert [(one.heading, one.code) for one in lines[2].notices] == [
        ("媒体名称", "not-media"),
        ("媒体角色", "not-media"),
    ]
    assert taken(session, forum, run).added == 4
    rows = session.scalars(select(Registration).order_by(Registration.id)).all()
    assert [(row.outlet, row.media_role, row.media_role_other) for row in rows] == [
        ({"zh-Hans": "新华社"}, MediaRole.REPORTER, ""),
        ({"zh-Hans": "湾区日报"}, MediaRole.OTHER, "无人机飞手"),
        ({}, None, ""),
        ({"zh-Hans": "Bay Wire"}, None, ""),
    ]
    shown = session.execute(select(EditionTitle.organization_name).order_by(EditionTitle.id))
    assert [one.organization_name for one in shown] == [
        {"zh-Hans": "新华社"},
        {"zh-Hans": "湾区日报"},
        {"zh-Hans": "公司"},
        {"zh-Hans": "Bay Wire"},
    ]
    headings, out = take_out(session, forum.edition.id, Filters(), [], **forum.by_owner)
    again = planned(session, forum, brought(session, forum, write_xlsx(headings, out)))
    assert [line.state for line in again] == [State.SAME] * 4
    assert [line.entry.media for line in reversed(again)] == [row.media for row in rows]


@pytest.mark.one_database
def test_free_text_in_a_column_of_choices_is_kept_as_a_note(session: DbSession, forum: Forum) -> None:
    make_type(session, forum.edition.id, questions=QUESTIONS)
    content = "Name,Which days,Diet\nCy C,Tuesday,清真，花生过敏\nDi D,Sunday,花生过敏\nEd E,Monday,无\n"
    run = brought(session, forum, content.encode(), type="guest")
    lines = planned(session, forum, run)
    assert faults_by_row(lines) == {}
    assert to_review(lines)[2] == [("Diet", "not-an-option"), ("Diet", "kept-as-note")]
    assert taken(session, forum, run).added == 3
    rows = session.scalars(select(Registration).order_by(Registration.id)).all()
    assert [row.answers["values"] for row in rows] == [
        {"diet": ["halal"], "days": ["tue"], "diet-note": "清真，花生过敏"},
        {"diet-note": "花生过敏", "days-note": "Sunday"},
        {"days": ["mon"]},
    ]
    notes = [one for one in rows[1].answers["questions"] if one["code"].endswith("-note")]
    assert [(one["kind"], one["label"]["zh-Hans"], one["for_organizers"]) for one in notes] == [
        ("long-text", "哪几天（名单备注）", True),
        ("long-text", "Diet（名单备注）", True),
    ]
    assert "花生" not in str(session.execute(select(AuditValue.before, AuditValue.after)).all())


@pytest.mark.one_database
def test_an_error_cell_is_a_fault_alone_and_no_note(session: DbSession, forum: Forum) -> None:
    make_type(session, forum.edition.id, questions=QUESTIONS)
    run = brought(session, forum, "Name,称谓,Diet\nCy C,先生,#N/A\n".encode(), type="guest")
    assert run.mapping["称谓"] == "form_of_address.zh-Hans"
    (line,) = planned(session, forum, run)
    assert [(one.heading, one.code) for one in line.faults] == [("Diet", "error-cell")]
    assert "kept-as-note" not in [one.code for one in line.notices]


@pytest.mark.one_database
def test_parts_of_a_delegation_flights_and_hotel_wishes_go_where_they_belong(session: DbSession, forum: Forum) -> None:
    make_type(session, forum.edition.id, "delegate")
    whole = create_delegation(session, forum.edition.id, {"code": "js", "name": {"zh-Hans": "江苏省代表团"}}, **BY)
    part = {"code": "js-nj", "name": {"zh-Hans": "南京分团"}, "parent_id": whole.id}
    nanjing = create_delegation(session, forum.edition.id, part, **BY)
    create_delegation(session, forum.edition.id, {"code": "hb", "name": {"zh-Hans": "湖北省代表团"}}, **BY)
    content = (
        "姓名,拼音,代表团,分团,到达日期,到达时间,到达航班,离开日期,房型\n"
        "张海涛,ZHANG HAITAO,js,JS-NJ,5月20日,9:30,MU583,,大床房，无烟\n".replace("，", "、")
        + "刘秀英,LIU  Xiuying,江苏省代表团,,5月20日上午,,CA987,5月26日,无\n"
        '何丽,"HE, Li",hb,js-nj,,,,,\n'
    )
    run = brought(session, forum, content.encode(), type="delegate")
    assert "" not in run.mapping.values()
    lines = planned(session, forum, run)
    assert faults_by_row(lines) == {4: [("分团", "another-delegation")]}
    assert taken(session, forum, run).added == 2
    members = select(DelegationMember.delegation_id).order_by(DelegationMember.id)
    assert session.scalars(members).all() == [nanjing.id, whole.id]
    kept = [row.answers for row in session.scalars(select(Registration).order_by(Registration.id))]
    assert kept[0]["values"] == {
        "travel": {
            "zone": forum.edition.zone,
            "arrival": {"at": f"{forum.edition.starts_on.year}-05-20T09:30", "flight": "MU583"},
        },
        "hotel-wishes": "大床房、无烟",
    }
    assert kept[1]["values"]["travel-arrival-note"] == f"5月20日上午; CA987; {forum.edition.starts_on.year}-05-26"
    assert [one["code"] for one in kept[0]["questions"]] == ["travel", "hotel-wishes"]


@pytest.mark.one_database
def test_what_people_are_in_their_delegation_is_read_and_it_has_one_head(session: DbSession, forum: Forum) -> None:
    make_type(session, forum.edition.id, "delegate")
    hubei = create_delegation(session, forum.edition.id, {"code": "hubei", "name": {"en": "Hubei"}}, **BY)
    rows = (
        "Li,Ann,Hubei,Head",
        "Wu,Ann,Hubei,副团长",
        "Xu,Ann,Hubei,团长",
        "Yu,Ann,Hubei,chef",
        "Zhu,Ann,,翻译",
        "Su,Ann,Hubei,",
    )
    content = "\n".join(("Family name,Given name,Delegation,Role", *rows)).encode()
    run = brought(session, forum, content, type="delegate")
    lines = planned(session, forum, run)
    assert faults_by_row(lines) == {4: [("Role", "head-full")]}
    assert [[one.code for one in line.notices] for line in lines[3:5]] == [["unknown-role"], ["role-of-no-delegation"]]
    assert taken(session, forum, run).added == 5
    theirs = select(DelegationMember.role).where(DelegationMember.delegation_id == hubei.id)
    assert session.scalars(theirs.order_by(DelegationMember.position)).all() == ["head", "deputy", "member", "member"]
    changed = content.replace(b"Wu,Ann,Hubei,\xe5\x89\xaf\xe5\x9b\xa2\xe9\x95\xbf", b"Wu,Ann,Hubei,Staff")
    lines = planned(session, forum, brought(session, forum, changed, type="delegate"))
    assert [[one.code for one in line.notices] for line in lines[:2]] == [[], ["other-role-stays"]]
    guests = "姓,名,姓名拼音,身份\n孙,安,Sun An,嘉宾\n钱,安,Qian An,发言人\n"
    lines = planned(session, forum, brought(session, forum, guests.encode(), type="delegate"))
    assert [(line.state, [one.code for one in line.notices]) for line in lines] == [
        (State.NEW, ["name-split", "role-of-no-delegation"])
    ] * 2
    again = brought(session, forum, content.replace(b"Li,", b"Liao,"), type="delegate")
    assert faults_by_row(planned(session, forum, again))[2] == [("Role", "head-full")]
