from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from forumapp.core.errors import AlreadyExists, Invalid, Stale
from forumapp.core.values.times import Moment, Span, TimeDoesNotExist, TimeIsAmbiguous
from forumapp.domain.agenda.content.snapshots import seal_of
from forumapp.domain.agenda.findings.detection import agenda_findings
from forumapp.domain.agenda.models import (
    AgendaVersion,
    AssignmentRole,
    AssignmentStatus,
    Interpretation,
    RoleAssignment,
    Session,
    SessionKind,
)
from forumapp.domain.agenda.publishing.draft import working_agenda
from forumapp.domain.agenda.publishing.refusals import AgendaBlocked, EmptyAgenda
from forumapp.domain.agenda.queries import (
    SealBroken,
    last_number,
    latest_version,
    published_agenda,
)
from forumapp.domain.agenda.sessions.services import (
    add_item,
    assign_role,
    create_session,
    create_track,
    publish,
    remove_item,
    update_session,
)
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.people.precedence.lists import (
    add_precedence_entry,
    approve_precedence_list,
    create_precedence_list,
)
from forumapp.domain.people.records.services import create_person
from tests.domain.conftest import BY, NOW, Forum

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

LA = "America/Los_Angeles"


def span(start: datetime, minutes: int, fold: int | None = None) -> Span:
    return Span(Moment(start, LA, fold), Moment(start + timedelta(minutes=minutes), LA, fold))


def make_session(db: DbSession, forum: Forum, code: str, start: datetime, minutes: int = 60, **values: Any) -> Session:
    given = {
        "code": code,
        "title": {"en": code, "zh-Hans": code},
        "kind": SessionKind.PANEL,
        "room_id": forum.room.id,
        **values,
    }
    return create_session(db, forum.edition.id, given, span(start, minutes), **BY)


def make_person(db: DbSession, family: str) -> int:
    return create_person(db, {"latin_family": family, "latin_given": "Ann"}, **BY).id


def test_wall_time_and_zone_are_kept_and_the_instant_is_derived(session: DbSession, forum: Forum) -> None:
    made = make_session(session, forum, "opening", datetime(2023, 5, 22, 9))
    session.expire_all()
    assert (made.start_wall, made.start_zone, made.start_utc.isoformat()) == (
        datetime(2023, 5, 22, 9), LA, "2023-05-22T16:00:00+00:00",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("start", "refusal"),
    [(datetime(2026, 3, 8, 2, 30), TimeDoesNotExist), (datetime(2026, 11, 1, 1, 15), TimeIsAmbiguous)],
    ids=["skipped", "doubled"],
)
def test_times_that_do_not_exist_or_exist_twice_are_refused(
    session: DbSession, forum: Forum, start: datetime, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        make_session(session, forum, "night", start, 15)


def test_the_database_refuses_an_end_before_the_start(session: DbSession, forum: Forum) -> None:
    made = make_session(session, forum, "opening", datetime(2023, 5, 22, 9))
    with pytest.raises(IntegrityError):
        session.execute(text("UPDATE session SET end_utc = start_utc WHERE id = :id"), {"id": made.id})


def test_an_item_belongs_to_the_very_session(session: DbSession, forum: Forum) -> None:
    first = make_session(session, forum, "first", datetime(2023, 5, 22, 9))
    second = make_session(session, forum, "second", datetime(2023, 5, 22, 11))
    item = add_item(session, first, {"title": {"en": "Speech"}, "minutes": 8}, **BY)
    stray = RoleAssignment(
        edition_id=forum.edition.id, session_id=second.id, item_id=item.id, person_id=make_person(session, "Lee"),
        role=AssignmentRole.SPEAKER,
    )  # fmt: skip
    session.add(stray)
    with pytest.raises(IntegrityError):
        session.flush()


def test_those_after_an_item_that_is_removed_begin_earlier(session: DbSession, forum: Forum) -> None:
    made = make_session(session, forum, "opening", datetime(2023, 5, 22, 9))
    film, speech = (add_item(session, made, {"title": {"en": "x"}, "minutes": 8}, **BY) for _ in range(2))
    remove_item(session, forum.edition.id, film.id, version=1, **BY)
    third = add_item(session, made, {"title": {"en": "x"}, "minutes": 8}, **BY)
    items = working_agenda(session, forum.edition.id)["sessions"][0]["items"]
    assert [(item["id"], item["start_utc"]) for item in items] == [
        (speech.id, "2023-05-22T16:00:00+00:00"), (third.id, "2023-05-22T16:08:00+00:00"),
    ]  # fmt: skip


def test_a_track_keeps_a_code_of_its_own(session: DbSession, forum: Forum) -> None:
    create_track(session, forum.edition.id, {"code": "trade", "name": {"en": "Trade"}}, **BY)
    create_track(session, forum.other.id, {"code": "trade", "name": {"en": "Trade"}}, **BY)
    with pytest.raises(AlreadyExists) as refusal:
        create_track(session, forum.edition.id, {"code": "trade", "name": {"en": "Trade"}}, **BY)
    assert refusal.value.fields == {"code": "taken"}


def test_the_same_part_twice_is_refused(session: DbSession, forum: Forum) -> None:
    made = make_session(session, forum, "first", datetime(2023, 5, 22, 9))
    person = make_person(session, "Lee")
    assign_role(session, made, person, AssignmentRole.MODERATOR, status="confirmed", **BY)
    with pytest.raises(Exception, match="already-exists"):
        assign_role(session, made, person, AssignmentRole.MODERATOR, status="confirmed", **BY)


def test_a_room_of_another_edition_is_refused(session: DbSession, forum: Forum) -> None:
    values = {"code": "x", "title": {"en": "x"}, "kind": SessionKind.PANEL, "room_id": forum.room.id}
    with pytest.raises(Invalid) as refusal:
        create_session(session, forum.other.id, values, span(datetime(2024, 5, 20, 9), 60), **BY)
    assert refusal.value.fields == {"room_id": "unknown"}


def test_a_stale_move_is_refused(session: DbSession, forum: Forum) -> None:
    made = make_session(session, forum, "panel", datetime(2023, 5, 22, 9))
    move = span(datetime(2023, 5, 22, 10), 60)
    update_session(session, forum.edition.id, made.id, {}, move, version=1, **BY)
    with pytest.raises(Stale):
        update_session(session, forum.edition.id, made.id, {}, move, version=1, **BY)
    assert made.start_wall == datetime(2023, 5, 22, 10)


def test_clashes_name_both_sessions_and_what_they_share(session: DbSession, forum: Forum) -> None:
    first = make_session(session, forum, "first", datetime(2023, 5, 22, 9))
    second = make_session(session, forum, "second", datetime(2023, 5, 22, 9, 30))
    third = make_session(session, forum, "third", datetime(2023, 5, 22, 10, 30))  # touches, does not clash
    person = make_person(session, "Lee")
    for one in (first, second, third):
        assign_role(session, one, person, AssignmentRole.PANELIST, status="confirmed", **BY)
    found = [(one.code, one.parties) for one in agenda_findings(session, forum.edition.id) if one.blocking]
    assert found == [
        ("person-clash", (("session", first.id), ("session", second.id), ("person", person))),
        ("room-clash", (("session", first.id), ("session", second.id), ("room", forum.room.id))),
    ]


def test_who_declined_clashes_with_nothing(session: DbSession, forum: Forum) -> None:
    first = make_session(session, forum, "first", datetime(2023, 5, 22, 9))
    second = make_session(session, forum, "second", datetime(2023, 5, 22, 9, 30))
    person = make_person(session, "Lee")
    roles = [
        assign_role(session, one, person, AssignmentRole.PANELIST, status="confirmed", **BY) for one in (first, second)
    ]
    before = [one.code for one in agenda_findings(session, forum.edition.id) if one.blocking]

    roles[0].status = AssignmentStatus.DECLINED
    session.flush()

    after = [one.code for one in agenda_findings(session, forum.edition.id) if one.blocking]
    assert (before, after) == (["person-clash", "room-clash"], ["room-clash"])


def test_versions_count_up_and_keep_what_they_said(session: DbSession, forum: Forum) -> None:
    made = make_session(session, forum, "opening", datetime(2023, 5, 22, 9))
    first = publish(session, forum.edition.id, label="First", note={}, **BY)
    text_then = first.content
    update_session(session, forum.edition.id, made.id, {"title": {"en": "New"}}, version=1, **BY)
    second = publish(session, forum.edition.id, label="Second", note={}, **BY)
    assert (first.number, second.number) == (1, 2)
    assert latest_version(session, forum.edition.id).id == second.id
    session.expire_all()
    assert first.content == text_then
    assert seal_of(first.content) == first.sha256 != second.sha256
    assert published_agenda(second)["sessions"][0]["title"] == {"en": "New"}


def test_an_agenda_in_which_no_session_has_a_time_is_not_published(session: DbSession, forum: Forum) -> None:
    made = make_session(session, forum, "opening", datetime(2023, 5, 22, 9))
    publish(session, forum.edition.id, label="", note={}, reason="As it is", **BY)
    update_session(session, forum.edition.id, made.id, {}, unscheduled=True, version=1, **BY)
    with pytest.raises(EmptyAgenda) as refused:
        publish(session, forum.edition.id, label="", note={}, reason="All the same", **BY)
    assert (refused.value.status, refused.value.code) == (409, "agenda-empty")
    assert last_number(session, forum.edition.id) == 1


@pytest.mark.parametrize("change", ["UPDATE agenda_version SET label = 'x'", "DELETE FROM agenda_version"])
def test_a_published_version_never_changes(session: DbSession, forum: Forum, change: str) -> None:
    make_session(session, forum, "opening", datetime(2023, 5, 22, 9))
    publish(session, forum.edition.id, label="First", note={}, **BY)
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(change))


def test_a_clash_is_published_only_with_a_reason_and_the_log_keeps_it(session: DbSession, forum: Forum) -> None:
    first = make_session(session, forum, "first", datetime(2023, 5, 22, 9))
    second = make_session(session, forum, "second", datetime(2023, 5, 22, 9, 30))
    with pytest.raises(AgendaBlocked) as refused:
        publish(session, forum.edition.id, label="", note={}, reason=" ", **BY)
    parties = [
        {"kind": "session", "id": first.id, "name": {"en": "first", "zh-Hans": "first"}},
        {"kind": "session", "id": second.id, "name": {"en": "second", "zh-Hans": "second"}},
        {"kind": "room", "id": forum.room.id, "name": {"en": "Main"}},
    ]
    assert (refused.value.status, refused.value.code) == (409, "agenda-blocked")
    assert refused.value.details == {"findings": [{"code": "room-clash", "parties": parties}]}
    publish(session, forum.edition.id, label="", note={}, reason="One hall, a movable wall", **BY)
    reasons = session.scalars(select(AuditEvent.reason).where(AuditEvent.action == "published")).all()
    assert reasons == ["One hall, a movable wall"]


def test_a_version_whose_text_is_not_the_sealed_one_is_not_used(session: DbSession, forum: Forum) -> None:
    make_session(session, forum, "opening", datetime(2023, 5, 22, 9))
    given = publish(session, forum.edition.id, label="First", note={}, **BY)
    changed = AgendaVersion(
        edition_id=forum.edition.id,
        number=2,
        note={},
        published_at=NOW,
        content=given.content + " ",
        sha256=given.sha256,
    )
    session.add(changed)
    session.flush()
    with pytest.raises(SealBroken) as refused:
        published_agenda(changed)
    assert (refused.value.code, refused.value.details) == ("seal-broken", {"number": 2})


def test_item_times_follow_from_the_minutes_before_them(session: DbSession, forum: Forum) -> None:
    made = make_session(session, forum, "opening", datetime(2023, 5, 22, 9))
    for minutes in (8, 10):
        add_item(session, made, {"title": {"en": "Speech"}, "minutes": minutes}, **BY)
    items = working_agenda(session, forum.edition.id)["sessions"][0]["items"]
    assert [item["start_utc"] for item in items] == ["2023-05-22T16:00:00+00:00", "2023-05-22T16:08:00+00:00"]


def test_speakers_stand_in_the_approved_order_and_interpreters_not_at_all(session: DbSession, forum: Forum) -> None:
    made = make_session(session, forum, "opening", datetime(2023, 5, 22, 9))
    adams, baker, chen, helper = (make_person(session, name) for name in ("Adams", "Baker", "Chen", "Helper"))
    for place, person in enumerate((adams, baker, chen)):
        assign_role(session, made, person, AssignmentRole.SPEAKER, position=place, status="confirmed", **BY)
    assign_role(session, made, helper, AssignmentRole.INTERPRETER, status="confirmed", **BY)
    order = create_precedence_list(session, forum.edition.id, "program", name={}, **BY)
    add_precedence_entry(session, order, chen, capacity={}, **BY)
    approve_precedence_list(session, order, "Protocol", version=order.version, **BY)
    assert working_agenda(session, forum.edition.id)["speakers"] == [chen, adams, baker]


def test_a_list_that_nobody_approved_orders_nothing(session: DbSession, forum: Forum) -> None:
    made = make_session(session, forum, "opening", datetime(2023, 5, 22, 9))
    adams, chen = (make_person(session, name) for name in ("Adams", "Chen"))
    for place, person in enumerate((adams, chen)):
        assign_role(session, made, person, AssignmentRole.SPEAKER, position=place, status="confirmed", **BY)
    order = create_precedence_list(session, forum.edition.id, "program", name={}, **BY)
    add_precedence_entry(session, order, chen, capacity={}, **BY)
    assert working_agenda(session, forum.edition.id)["speakers"] == [adams, chen]


def test_a_consecutive_speech_takes_twice_as_long(session: DbSession, forum: Forum) -> None:
    made = make_session(session, forum, "opening", datetime(2023, 5, 22, 9))
    for mode in (Interpretation.CONSECUTIVE, Interpretation.SIMULTANEOUS):
        add_item(session, made, {"title": {"en": mode}, "minutes": 10, "mode": mode}, **BY)

    items = working_agenda(session, forum.edition.id)["sessions"][0]["items"]

    assert [(one["minutes"], one["speaking_minutes"], one["start_utc"][11:16]) for one in items] == [
        (20, 10, "16:00"), (10, 10, "16:20"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("of_session", "given", "mode", "takes"),
    [
        (Interpretation.CONSECUTIVE, {}, Interpretation.CONSECUTIVE, 20),
        (Interpretation.CONSECUTIVE, {"mode": Interpretation.NONE}, Interpretation.NONE, 10),
        (Interpretation.SIMULTANEOUS, {}, Interpretation.SIMULTANEOUS, 10),
        (Interpretation.NONE, {"mode": Interpretation.CONSECUTIVE}, Interpretation.CONSECUTIVE, 20),
    ],
)
def test_a_new_item_is_interpreted_as_its_session_is_unless_it_says_otherwise(
    session: DbSession,
    forum: Forum,
    of_session: Interpretation,
    given: dict[str, Any],
    mode: Interpretation,
    takes: int,
) -> None:
    made = make_session(session, forum, "opening", datetime(2023, 5, 22, 9), interpretation=of_session)
    item = add_item(session, made, {"title": {"en": "Toast"}, "minutes": 10, **given}, **BY)
    assert (item.mode, item.clock_minutes) == (mode, takes)


def test_the_working_agenda_is_plain_json(session: DbSession, forum: Forum) -> None:
    make_session(session, forum, "opening", datetime(2023, 5, 22, 9))
    content = working_agenda(session, forum.edition.id)
    assert json.loads(json.dumps(content)) == content
