"""Importing agendas: sessions are found again, nobody is made one with another by chance, and what is there stays."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from forumapp.core.files.spreadsheets import write_csv
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.agenda.formats.reader import files_in, read
from forumapp.domain.agenda.formats.writer import WITH_ANSWERS, WRITTEN, written
from forumapp.domain.agenda.models import (
    AssignmentRole,
    AssignmentStatus,
    Interpretation,
    ItemKind,
    RoleAssignment,
    Session,
    SessionKind,
    Track,
)
from forumapp.domain.agenda.publishing.draft import working_agenda
from forumapp.domain.agenda.publishing.publication import latest_publication
from forumapp.domain.agenda.sessions import parts
from forumapp.domain.agenda.sessions.services import add_item, assign_role, publish, update_session
from forumapp.domain.audit.models import AuditEvent, Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.forums.models import Layout, Room
from forumapp.domain.importing.models import ImportKind, ImportRun, ImportStatus
from forumapp.domain.importing.runs import batches, services
from forumapp.domain.people.imports.services import State
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import create_person
from forumapp.web.organizer.imports.agenda_words import FAULTS
from tests import import_steps
from tests.domain.conftest import BY, NOW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.formats.parsing.values import Schedule
    from tests.domain.conftest import Forum

HEADINGS = "ID,Title,标题,Start,End,Room,Track,Speakers"
OPENING = "id-1,Opening,开幕式,2023-05-22 09:00,2023-05-22 10:00,Main,Plenary,mc: Li Wei (李薇); Zhang San"
PANEL = "id-2,Panel on trade,,2023-05-22 10:30,2023-05-22 12:00,Annex,Trade,Zhang San; Wang Wu"
LUNCH = "id-3,Lunch,,,,,,"
LATIN = func.trim(Person.latin_family + " " + Person.latin_given)


def table(*rows: str) -> bytes:
    return "\n".join([HEADINGS, *rows]).encode()


def brought(db: DbSession, forum: Forum, content: bytes, by: dict[str, Any] | None = None) -> ImportRun:
    by = by or forum.by_owner
    return import_steps.bring(db, forum.edition.id, ImportKind.AGENDA, "agenda.csv", content, **by)


def states(db: DbSession, run: ImportRun) -> list[tuple[State, Sequence[str]]]:
    return [(line.state, line.more) for line in import_steps.plan(db, run, actor=Actor(run.asked_by, Via.PAGE))]


def taken(db: DbSession, forum: Forum, content: bytes, by: dict[str, Any] | None = None) -> ImportRun:
    by = by or forum.by_owner
    run = brought(db, forum, content, by)
    import_steps.confirm(db, forum.edition.id, run.id, version=run.version, **by)
    while import_steps.take_batch(db, run.id, run.done // batches.BATCH, now=NOW):
        db.refresh(run)
    db.refresh(run)
    assert (run.status, run.fault) == (ImportStatus.DONE, None)
    return run


def count(db: DbSession, *kinds: Any) -> tuple[int, ...]:
    return tuple(db.scalar(select(func.count(kind.id))) or 0 for kind in kinds)


def answered(db: DbSession, of: int, status: AssignmentStatus, *which: Any) -> None:
    """All who have a part, or which of them, have said so."""
    for row in db.scalars(select(RoleAssignment).where(RoleAssignment.edition_id == of, *which)).all():
        parts.update_role(db, of, row.id, {"status": status}, version=row.version, **BY)


def answers(db: DbSession) -> dict[str, str]:
    rows = db.execute(select(LATIN, RoleAssignment.status).join_from(RoleAssignment, Person))
    return {name: status.value for name, status in rows}


def agenda(db: DbSession) -> list[Any]:
    rooms = {row.id: row.code for row in db.scalars(select(Room))}
    found = []
    for row in db.scalars(select(Session).order_by(Session.id).execution_options(populate_existing=True)):
        parts = db.execute(
            select(RoleAssignment.role, LATIN)
            .join(Person, Person.id == RoleAssignment.person_id)
            .where(RoleAssignment.session_id == row.id)
            .order_by(RoleAssignment.position)
        )
        start = f"{row.start_wall:%H:%M}" if row.start_wall else ""
        found.append((row.code, start, rooms.get(row.room_id or 0), [(role.value, name) for role, name in parts]))
    return found


def test_a_file_comes_in_with_its_rooms_tracks_and_people_and_again_changes_nothing(
    session: DbSession, forum: Forum
) -> None:
    run = taken(session, forum, table(OPENING, PANEL.replace("Wang", "Dr. Wang"), LUNCH))
    assert (run.total, run.added) == (3, 3)
    before = agenda(session)
    assert before == [
        ("opening", "09:00", "main", [("mc", "Li Wei"), ("speaker", "Zhang San")]),
        ("panel-on-trade", "10:30", "annex", [("speaker", "Zhang San"), ("speaker", "Wang Wu")]),
        ("lunch", "", None, []),
    ]
    assert count(session, Room, Track, Person) == (2, 2, 3)
    event = session.scalar(select(AuditEvent).where(AuditEvent.entity == "session").limit(1))
    assert (event.actor_id, event.via) == (forum.owner.id, Via.IMPORT)

    again = brought(session, forum, table(OPENING, PANEL.replace("Wang", "Dr. Wang"), LUNCH))
    assert [state for state, _more in states(session, again)] == [State.SAME] * 3
    with pytest.raises(services.NothingToImport):
        import_steps.confirm(session, forum.edition.id, again.id, version=again.version, **forum.by_owner)
    assert agenda(session) == before


def test_what_a_later_file_says_is_changed_and_what_it_leaves_open_stays(session: DbSession, forum: Forum) -> None:
    taken(session, forum, table(OPENING, PANEL))
    row = session.scalars(select(Session).where(Session.code == "opening")).one()
    answered(session, forum.edition.id, AssignmentStatus.DECLINED, RoleAssignment.role == "mc")
    by_hand = {"abstract": {"en": "By hand"}, "title": {**row.title, "zh-Hans": "开幕"}}
    update_session(session, forum.edition.id, row.id, by_hand, version=row.version, **forum.by_owner)
    later = "id-1,Grand opening,,2023-05-22 09:15,2023-05-22 10:00,Main,Plenary,Zhang San; Sun Liu"
    run = brought(session, forum, table(later))
    assert states(session, run) == [(State.CHANGED, ("title", "times", "roles"))]
    assert [one["en"] for one in import_steps.plan_of_agenda(session, run, actor=forum.by_owner["actor"]).left] == [
        "Panel on trade"
    ]
    taken(session, forum, table(later))
    session.refresh(row)
    assert (row.title, row.abstract) == ({"en": "Grand opening", "zh-Hans": "开幕"}, {"en": "By hand"})
    assert agenda(session)[0] == (
        "opening", "09:15", "main", [("mc", "Li Wei"), ("speaker", "Zhang San"), ("speaker", "Sun Liu")],
    )  # fmt: skip
    assert answers(session) == {
        "Li Wei": "declined",
        "Zhang San": "invited",
        "Sun Liu": "invited",
        "Wang Wu": "invited",
    }
    assert len(agenda(session)) == 2


def test_speakers_are_invited_unless_a_file_says_what_they_answered(session: DbSession, forum: Forum) -> None:
    rows = [f"{row},{answer}" for row, answer in ((OPENING, ""), (PANEL.replace("Zhang San; ", ""), "Confirmed"))]
    run = taken(session, forum, "\n".join([f"{HEADINGS},Answer of the speakers", *rows]).encode())
    assert run.added == 2
    assert answers(session) == {"Li Wei": "invited", "Zhang San": "invited", "Wang Wu": "confirmed"}
    publish(session, forum.edition.id, label="", note={}, reason="As it is", **BY)
    publication = latest_publication(session, forum.edition, "https://forum.example")
    for form in WRITTEN:
        schedule = read(files_in(f"x.{form}", written(form, publication, "en")), "UTC")
        found = [(part.speaker, part.answer) for one in schedule.sessions for part in one.parts]
        assert found == [("Wang Wu", "confirmed")]
    whole = latest_publication(session, forum.edition, "https://forum.example", is_whole=True)
    for form in WRITTEN:
        schedule = read(files_in(f"x.{form}", written(form, whole, "en")), "UTC")
        everyone = {
            schedule.speakers[part.speaker].latin: part.answer for one in schedule.sessions for part in one.parts
        }
        findings = [*schedule.findings, *(told for one in schedule.sessions for told in one.findings)]
        is_told = "parts-left-out" in {one.code for one in findings}
        assert (everyone == answers(session), is_told) == (form in WITH_ANSWERS, form not in WITH_ANSWERS), form


def test_who_takes_part_already_is_known_by_name_and_nobody_else_is(session: DbSession, forum: Forum) -> None:
    def person(latin: str, native: str = "") -> Person:
        return create_person(session, {"latin_family": "", "latin_given": latin, "native_full": native}, **BY)

    known, stranger = person("Wei Li", "李薇"), person("Zhang San")
    first = taken(session, forum, table("id-9,Before,,2023-05-22 08:00,2023-05-22 08:30,Main,,"))
    row = session.scalars(select(Session)).one()
    assign_role(session, row, known.id, AssignmentRole.CHAIR, status="confirmed", **BY)
    run = brought(session, forum, table(OPENING))
    plan = import_steps.plan_of_agenda(session, run, actor=forum.by_owner["actor"])
    assert plan.people == ["Zhang San"]
    notices = [(one.code, one.among) for one in plan.lines[0].notices]
    assert notices == [("speaker-resembles", ("Zhang San", "Zhang San"))]
    taken(session, forum, table(OPENING))
    parts = set(session.scalars(select(RoleAssignment.person_id)))
    assert (known.id in parts, stranger.id in parts, len(parts)) == (True, False, 2)
    other = person("Wei Li", "李薇")
    assign_role(session, row, other.id, AssignmentRole.SPEAKER, status="confirmed", **BY)
    again = import_steps.plan_of_agenda(session, brought(session, forum, table(OPENING)), actor=forum.by_owner["actor"])
    assert [one.code for one in again.lines[0].notices] == ["several-people"]
    assert first.added == 1


def test_whoever_is_named_by_both_names_has_one_part(session: DbSession, forum: Forum) -> None:
    values = {"latin_family": "", "latin_given": "Li Wei", "native_full": "李薇"}
    known = create_person(session, values, **BY)
    taken(session, forum, table(LUNCH))
    assign_role(session, session.scalars(select(Session)).one(), known.id, AssignmentRole.MC, status="confirmed", **BY)
    twice = "id-1,Opening,,2023-05-22 09:00,2023-05-22 10:00,Main,,李薇; Li Wei"
    taken(session, forum, table(twice))
    assert agenda(session)[1][3] == [("speaker", "Li Wei")]
    assert [state for state, _more in states(session, brought(session, forum, table(twice)))] == [State.SAME]


def test_whoever_comes_with_a_file_stands_behind_those_who_were_put_in_order(session: DbSession, forum: Forum) -> None:
    known = create_person(session, {"latin_family": "", "latin_given": "Li Wei"}, **BY)
    taken(session, forum, table(LUNCH))
    row = session.scalars(select(Session)).one()
    assign_role(session, row, known.id, AssignmentRole.MC, status="confirmed", position=7, **BY)
    taken(session, forum, table(f"{LUNCH}Zhang San"))
    assert [role for role, _name in agenda(session)[0][3]] == ["mc", "speaker"]


def test_speakers_whose_titles_contradict_are_two_people(session: DbSession, forum: Forum) -> None:
    taken(session, forum, table(PANEL.replace("Wang", "Mr. Wang")))
    assert count(session, Person) == (2,)

    again = brought(session, forum, table(PANEL.replace("Wang", "Ms Wang")))

    (line,) = import_steps.plan(session, again, actor=forum.by_owner["actor"])
    assert (line.state, line.more) == (State.CHANGED, ("roles",))
    assert [notice.code for notice in line.notices] == ["speaker-resembles"]


def test_a_session_without_a_title_is_left_out_and_told_by_its_row(session: DbSession, forum: Forum) -> None:
    run = brought(session, forum, table("id-1,,,2023-05-22 09:00,2023-05-22 10:00,,,", LUNCH))
    lines = import_steps.plan(session, run, actor=forum.by_owner["actor"])
    assert [(line.number, line.state, [(one.heading, one.code) for one in line.faults]) for line in lines] == [
        (2, State.FAULTY, [("row 2, Title", "no-title")]), (3, State.NEW, []),
    ]  # fmt: skip
    assert taken(session, forum, table("id-1,,,,,,,", LUNCH)).added == 1


def test_a_session_whose_places_a_room_does_not_hold_is_told_and_keeps_no_other_out(
    session: DbSession, forum: Forum
) -> None:
    taken(session, forum, table(OPENING, PANEL))
    session.scalars(select(Room).where(Room.code == "annex")).one().capacity = 20
    opening = session.scalars(select(Session).where(Session.code == "opening")).one()
    update_session(session, forum.edition.id, opening.id, {"places": 50}, version=opening.version, **forum.by_owner)
    moved = table(OPENING.replace("Main", "Annex"), LUNCH)
    lines = import_steps.plan(session, brought(session, forum, moved), actor=forum.by_owner["actor"])
    assert [(line.state, [(one.heading, one.code, one.among) for one in line.faults]) for line in lines] == [
        (State.FAULTY, [("row 2, Title", "above-room", ("Annex",))]), (State.NEW, []),
    ]  # fmt: skip
    assert taken(session, forum, moved).added == 1
    assert [(code, room) for code, _start, room, _parts in agenda(session)] == [
        ("opening", "main"), ("panel-on-trade", "annex"), ("lunch", None),
    ]  # fmt: skip


def test_whoever_may_not_set_up_rooms_adds_none(session: DbSession, forum: Forum) -> None:
    manager = create_account(session, email="program@forum.example", name="P", password=None, **BY)
    grant_role(session, manager.id, forum.edition.id, Role.PROGRAM_MANAGER, **BY)
    by = {"actor": Actor(manager.id, Via.PAGE), "now": NOW}
    run = brought(session, forum, table(OPENING, PANEL), by)
    plan = import_steps.plan_of_agenda(session, run, actor=by["actor"])
    assert (plan.rooms, plan.makes_rooms) == (["Annex"], False)
    taken(session, forum, table(OPENING, PANEL), by)
    assert [room for _code, _start, room, _parts in agenda(session)] == ["main", None]
    again = brought(session, forum, table(OPENING, PANEL), by)
    assert [state for state, _more in states(session, again)] == [State.SAME] * 2


def test_sessions_of_one_name_and_without_an_id_are_told_apart_over_batches(
    session: DbSession, forum: Forum, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "BATCH", 2)
    breaks = [f",Break,,2023-05-22 {hour}:00,2023-05-22 {hour}:15,,," for hour in (10, 11, 11, 15)]
    assert taken(session, forum, table(*breaks)).added == 4
    assert {row.kind for row in session.scalars(select(Session))} == {SessionKind.BREAK}
    run = brought(session, forum, table(*breaks))
    assert [state for state, _more in states(session, run)] == [State.SAME] * 4


@pytest.mark.one_database
@pytest.mark.parametrize("form", WRITTEN)
def test_an_agenda_comes_into_another_edition_and_out_of_it_again_the_same(
    session: DbSession, forum: Forum, form: str
) -> None:
    grant_role(session, forum.owner.id, forum.other.id, Role.OWNER, **BY)
    by = forum.by_owner
    taken(session, forum, table(OPENING, PANEL, ",Late dinner,晚宴,2023-05-22 22:00,2023-05-23 00:30,,,"))
    dinner = session.scalars(select(Session).where(Session.code == "late-dinner")).one()
    texts = {
        "title": {"en": "<b>Late</b> dinner &amp;  more", "zh-Hans": "晚宴"},
        "abstract": {"en": "At <script>8</script>"},
    }
    update_session(session, forum.edition.id, dinner.id, texts, version=dinner.version, **by)
    answered(session, forum.edition.id, AssignmentStatus.CONFIRMED)
    publish(session, forum.edition.id, label="", note={}, reason="As it is", **BY)
    first = written(form, latest_publication(session, forum.edition, "https://forum.example"), "en")
    run = import_steps.bring(session, forum.other.id, ImportKind.AGENDA, f"agenda.{form}", first, **by)
    import_steps.confirm(session, forum.other.id, run.id, version=run.version, **by)
    while import_steps.take_batch(session, run.id, run.done // batches.BATCH, now=NOW):
        session.refresh(run)
    publish(session, forum.other.id, label="", note={}, reason="As it is", **BY)
    second = written(form, latest_publication(session, forum.other, "https://forum.example"), "en")
    found = session.scalars(
        select(Session).where(Session.edition_id == forum.other.id, Session.title == texts["title"])
    )
    assert [row.abstract for row in found] == [texts["abstract"]]
    one, other = (told(read(files_in("x", content), forum.edition.zone)) for content in (first, second))
    assert one == other
    assert [start for _titles, _abstract, start, *_rest in one] == [
        "2023-05-22T16:00",
        "2023-05-22T17:30",
        "2023-05-23T05:00",
    ]
    again = import_steps.bring(session, forum.other.id, ImportKind.AGENDA, f"agenda.{form}", second, **by)
    assert {line.state for line in import_steps.plan(session, again, actor=by["actor"])} == {State.SAME}


def latin_of(person: Any) -> str:
    return f"{person['latin_family']} {person['latin_given']}".strip()


def made_up(db: DbSession, edition_id: int) -> list[Any]:
    """What the sessions of an edition are made of, as they stand."""
    content, found = working_agenda(db, edition_id), []
    for one in content["sessions"]:
        titles = {item["id"]: item["title"] for item in one["items"]}
        items = [(item["title"], item["kind"], item["speaking_minutes"], item["mode"]) for item in one["items"]]
        roles = [
            (latin_of(content["people"][str(role["person"])]), role["role"], titles.get(role["item"]))
            for role in one["roles"]
        ]
        more = [one[name] for name in ("layout", "setup_minutes", "changeover_minutes", "channels")]
        found.append((one["code"], items, roles, more))
    return found


def composed(db: DbSession, forum: Forum) -> Session:
    """A session with items, a person who moderates it and speaks in it, and all else that only our own JSON holds."""
    taken(db, forum, table(OPENING))
    row, by = db.scalars(select(Session)).one(), forum.by_owner
    more = {"layout": Layout.BANQUET, "setup_minutes": 30, "changeover_minutes": 15}
    update_session(db, forum.edition.id, row.id, more, version=row.version, **by)
    parts.add_channel(db, forum.edition.id, row.id, {"number": 2, "language": "zh-Hans"}, **by)
    titles = ({"en": "Welcome", "zh-Hans": "致辞"}, {"en": "Questions"})
    welcome, _questions = (
        add_item(
            db, row, {"kind": ItemKind.SPEECH, "title": title, "minutes": 10, "mode": Interpretation.CONSECUTIVE}, **by
        )
        for title in titles
    )
    person = db.scalars(select(Person).where(LATIN == "Li Wei")).one()
    assign_role(db, row, person.id, AssignmentRole.SPEAKER, item=welcome, position=9, **by)
    answered(db, forum.edition.id, AssignmentStatus.CONFIRMED)
    publish(db, forum.edition.id, label="", note={}, reason="As it is", **BY)
    return row


@pytest.mark.one_database
def test_items_and_second_roles_come_into_another_edition_and_are_found_again(session: DbSession, forum: Forum) -> None:
    composed(session, forum)
    grant_role(session, forum.owner.id, forum.other.id, Role.OWNER, **BY)
    content = written("json", latest_publication(session, forum.edition, "https://forum.example"), "en")
    there = replace(forum, edition=forum.other, other=forum.edition)
    assert [state for state, _more in states(session, brought(session, forum, content))] == [State.SAME]
    taken(session, there, content)
    stands = made_up(session, forum.edition.id)
    assert made_up(session, forum.other.id) == stands
    assert [role for _code, _items, roles, _more in stands for role in roles] == [
        ("Li Wei", "mc", None),
        ("Zhang San", "speaker", None),
        ("Li Wei", "speaker", {"en": "Welcome", "zh-Hans": "致辞"}),
    ]
    assert [state for state, _more in states(session, brought(session, there, content))] == [State.SAME]

    later = json.loads(content)
    (one,) = later["sessions"]
    one["items"] = [{"kind": "other", "title": {"en": "Film"}, "minutes": 5}, *reversed(one["items"])]
    one["items"][1] |= {"title": {"en": "Your questions"}, "speaking_minutes": 20}
    one["channels"] = [{"number": 2, "language": "ja"}, {"number": 3, "language": "en"}]
    one["setup_minutes"] = 45
    changed = json.dumps(later).encode()
    run = brought(session, forum, changed)
    assert states(session, run) == [(State.CHANGED, ("setup_minutes", "items", "channels"))]
    notices = import_steps.plan_of_agenda(session, run, actor=forum.by_owner["actor"]).lines[0].notices
    assert [(one.code, one.among) for one in notices] == [("channel-taken", ("2 ja",))]
    taken(session, forum, changed)
    ((_code, items, roles, more),) = made_up(session, forum.edition.id)
    assert items == [
        ({"en": "Film"}, "other", 5, "none"),
        ({"en": "Your questions"}, "speech", 20, "consecutive"),
        ({"en": "Welcome", "zh-Hans": "致辞"}, "speech", 10, "consecutive"),
    ]
    assert (len(roles), more[1], [one["number"] for one in more[3]]) == (3, 45, [2, 3])
    assert [state for state, _more in states(session, brought(session, forum, changed))] == [State.SAME]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("form", "lost"),
    [
        ("csv", {"items-left-out", "channels-left-out", "set-up-left-out"}),
        ("ics", {"items-left-out", "channels-left-out", "set-up-left-out"}),
        ("frab-json", {"items-left-out", "channels-left-out", "set-up-left-out", "roles-left-out"}),
        ("frab-xml", {"items-left-out", "channels-left-out", "set-up-left-out", "roles-left-out"}),
    ],
)
def test_what_a_format_does_not_hold_is_told_and_nobody_gets_a_part_twice(
    session: DbSession, forum: Forum, form: str, lost: set[str]
) -> None:
    composed(session, forum)
    content = written(form, latest_publication(session, forum.edition, "https://forum.example"), "en")
    run = brought(session, forum, content)
    plan = import_steps.plan_of_agenda(session, run, actor=forum.by_owner["actor"])
    (line,) = plan.lines
    assert {one.code for one in (*line.notices, *plan.schedule.findings)} == lost
    assert lost <= set(FAULTS)
    assert (line.state, line.more) == (State.SAME, ())


def told(schedule: Schedule) -> list[Any]:
    names = schedule.speakers
    return [
        (
            dict(one.title), dict(one.abstract), f"{one.start.utc:%Y-%m-%dT%H:%M}", f"{one.end.utc:%Y-%m-%dT%H:%M}", one.room, one.track,
            [(names[part.speaker].latin, names[part.speaker].native) for part in one.parts],
        )
        for one in schedule.sessions if one.start and one.end
    ]  # fmt: skip


@pytest.mark.one_database
def test_the_table_to_fill_in_is_read_without_a_fault(session: DbSession, forum: Forum) -> None:
    headings, rows = services.sample(session, forum.edition.id, ImportKind.AGENDA, actor=forum.by_owner["actor"])
    run = brought(session, forum, write_csv(headings, rows))
    assert all(run.mapping.values())
    lines = import_steps.plan(session, run, actor=forum.by_owner["actor"])
    assert [(line.state, line.notices) for line in lines] == [(State.NEW, ())] * 2
