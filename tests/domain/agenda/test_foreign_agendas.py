"""Sessions of foreign files: what is published of them, and how they are found again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.agenda.formats.reader import files_in, read
from forumapp.domain.agenda.formats.writer import written
from forumapp.domain.agenda.models import AssignmentStatus, Session, SessionStatus
from forumapp.domain.agenda.publishing.publication import latest_publication
from forumapp.domain.agenda.sessions.services import publish, update_session
from forumapp.domain.forums.venues.services import update_venue
from forumapp.domain.importing.models import ImportKind
from forumapp.domain.people.imports.services import State
from forumapp.web.public.agenda.calendar import calendar
from forumapp.web.public.agenda.program import program_of
from tests import import_steps
from tests.domain.agenda.test_imports import OPENING, PANEL, answered, table, taken
from tests.domain.conftest import BY, NOW

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.formats.published import Publication
    from tests.domain.conftest import Forum

pytestmark = pytest.mark.one_database
GUID = "0a4f9ed9-34cf-4d0b-a8a7-3f7f0c2b8f11"


def open_event(*sessions: tuple[int, str, str]) -> bytes:
    """Sessions with id, title and state, on the hour in which the id says."""
    return json.dumps([
        {
            "id": number, "title": title, "state": state, "microlocation": {"id": 1, "name": "Hall 9"},
            "starts-at": f"2023-05-22T{8 + number:02}:00:00-07:00", "ends-at": f"2023-05-22T{8 + number:02}:30:00-07:00",
        }
        for number, title, state in sessions
    ]).encode()  # fmt: skip


def published(db: DbSession, forum: Forum) -> Publication:
    publish(db, forum.edition.id, label="", note={}, reason="As it is", **BY)
    return latest_publication(db, forum.edition, "https://forum.example", is_whole=True)


def titles(content: Any) -> set[str]:
    return {one["title"]["en"] for one in content["sessions"]}


def sessions(db: DbSession) -> dict[str, Session]:
    return {row.title["en"]: row for row in db.scalars(select(Session).order_by(Session.id))}


def test_sessions_that_were_not_accepted_are_never_published(session: DbSession, forum: Forum) -> None:
    states = ("accepted", "rejected", "draft", "withdrawn", "submitted")
    taken(session, forum, open_event(*((n, state.title(), state) for n, state in enumerate(states, 1))))
    assert {row.status for title, row in sessions(session).items() if title != "Accepted"} == {SessionStatus.CANCELLED}

    publication = published(session, forum)
    assert titles(publication.content) == titles(publication.whole) == {"Accepted"}
    for form in ("json", "ics", "csv", "frab-xml", "frab-json"):
        assert "Rejected" not in written(form, publication, "en").decode()
    assert titles(published(session, forum).content) == {"Accepted"}  # the next version has none of them either


def test_a_session_that_was_published_is_shown_as_cancelled_when_a_later_file_withdraws_it(
    session: DbSession, forum: Forum
) -> None:
    taken(session, forum, open_event((1, "Ports", "accepted"), (2, "Rail", "accepted")))
    assert titles(published(session, forum).content) == {"Ports", "Rail"}
    taken(session, forum, open_event((1, "Ports", "accepted"), (2, "Rail", "withdrawn")))
    for _version in range(2):
        states = {one["title"]["en"]: one["status"] for one in published(session, forum).content["sessions"]}
        assert states == {"Ports": "confirmed", "Rail": "cancelled"}


def test_a_session_cancelled_before_the_first_version_is_not_shown(session: DbSession, forum: Forum) -> None:
    taken(session, forum, table(OPENING, PANEL))
    row = sessions(session)["Opening"]
    update_session(
        session, forum.edition.id, row.id, {"status": SessionStatus.CANCELLED}, version=row.version, **forum.by_owner
    )
    assert titles(published(session, forum).content) == {"Panel on trade"}


def test_the_same_numbers_in_a_file_of_another_event_are_other_sessions(session: DbSession, forum: Forum) -> None:
    first = open_event((1, "Ports", "accepted"), (2, "Rail", "accepted"), (3, "Lunch", "accepted"))
    other = open_event((1, "Solar", "accepted"), (2, "Wind", "accepted")).replace(b"Hall 9", b"Hall 2")
    taken(session, forum, first)
    taken(session, forum, other)
    assert list(sessions(session)) == ["Ports", "Rail", "Lunch", "Solar", "Wind"]
    for content in (first, other):
        run = import_steps.bring(session, forum.edition.id, ImportKind.AGENDA, "x.json", content, **forum.by_owner)
        lines = import_steps.plan(session, run, actor=forum.by_owner["actor"])
        assert {line.state for line in lines} == {State.SAME}


def test_sessions_of_another_event_are_not_among_those_that_a_file_leaves_out(session: DbSession, forum: Forum) -> None:
    def frab(acronym: str, *titles: str) -> bytes:
        events = [
            {"id": number, "title": title, "date": f"2023-05-22T{9 + number:02}:00:00-07:00", "duration": "00:30"}
            for number, title in enumerate(titles)
        ]
        conference = {"acronym": acronym, "days": [{"date": "2023-05-22", "rooms": {"Hall": events}}]}
        return json.dumps({"schedule": {"version": "1", "conference": conference}}).encode()

    taken(session, forum, frab("ports", "Ports", "Rail", "Lunch"))
    taken(session, forum, frab("energy", "Solar", "Wind"))
    file = frab("energy", "Solar")
    run = import_steps.bring(session, forum.edition.id, ImportKind.AGENDA, "x.json", file, **forum.by_owner)
    plan = import_steps.plan_of_agenda(session, run, actor=forum.by_owner["actor"])
    assert [title["en"] for title in plan.left] == ["Wind"]


@pytest.mark.parametrize("change", ["title", "time"])
def test_a_session_known_by_a_bare_number_is_found_again_after_a_change(
    session: DbSession, forum: Forum, change: str
) -> None:
    first = open_event((1, "Ports", "accepted"))
    later = first.replace(b"Ports", b"Sea ports") if change == "title" else first.replace(b"T09:", b"T12:")
    taken(session, forum, first)
    taken(session, forum, later)
    assert list(sessions(session)) == ["Sea ports" if change == "title" else "Ports"]


def test_guids_of_a_frab_file_are_kept_and_exported(session: DbSession, forum: Forum) -> None:
    event = {"id": 7, "guid": GUID.upper(), "title": "Ports", "date": "2023-05-22T10:00:00-07:00", "duration": "01:00"}
    conference = {"acronym": "x", "days": [{"date": "2023-05-22", "rooms": {"Hall": [event]}}]}
    file = json.dumps({"schedule": {"version": "1", "conference": conference}}).encode()
    taken(session, forum, file)
    publication = published(session, forum)
    for form in ("frab-xml", "frab-json"):
        content = written(form, publication, "en")
        (again,) = read(files_in("x", content), forum.edition.zone).sessions
        assert again.ref == GUID
        run = import_steps.bring(session, forum.edition.id, ImportKind.AGENDA, "x", content, **forum.by_owner)
        assert [line.state for line in import_steps.plan(session, run, actor=BY["actor"])] == [State.SAME]


def in_venue(db: DbSession, forum: Forum, changes: Any) -> None:
    update_venue(db, forum.edition.id, forum.venue.id, changes, version=forum.venue.version, **forum.by_owner)


def feed(publication: Publication, forum: Forum) -> bytes:
    program = program_of(publication.content, publication.zone)
    return calendar(
        program.sessions, slug=publication.slug, name="Forum", address=publication.address, language="en",
        version=publication.number, published_at=datetime(2023, 5, 1, tzinfo=UTC), edition=forum.edition,
    )  # fmt: skip


@pytest.mark.parametrize("has_properties", [True, False])
def test_our_own_calendar_read_back_changes_nothing(session: DbSession, forum: Forum, has_properties: bool) -> None:
    """Also calendars that were written before they had properties of their own."""
    taken(session, forum, table(OPENING, PANEL))
    in_venue(session, forum, {"address": {"en": "1 Main Street"}})
    row = sessions(session)["Opening"]
    abstract = {"abstract": {"en": "What it is about", "zh-Hans": "简介"}}
    update_session(session, forum.edition.id, row.id, abstract, version=row.version, **forum.by_owner)
    answered(session, forum.edition.id, AssignmentStatus.CONFIRMED)
    content = feed(published(session, forum), forum)
    if not has_properties:
        lines = content.replace(b"\r\n ", b"").split(b"\r\n")
        content = b"\r\n".join(line for line in lines if not line.startswith((b"X-", b"CATEGORIES", b"LOCATION")))
    assert b"Zhang San" in content
    run = import_steps.bring(session, forum.edition.id, ImportKind.AGENDA, "forum.ics", content, **forum.by_owner)
    lines = import_steps.plan(session, run, actor=forum.by_owner["actor"])
    assert [(line.state, line.more, line.notices) for line in lines] == [(State.SAME, (), ())] * 2


def test_our_public_calendar_brings_the_whole_agenda_into_another_edition(session: DbSession, forum: Forum) -> None:
    grant_role(session, forum.owner.id, forum.other.id, Role.OWNER, **BY)
    taken(session, forum, table(OPENING, PANEL))
    answered(session, forum.edition.id, AssignmentStatus.CONFIRMED)
    content = feed(published(session, forum), forum)
    run = import_steps.bring(session, forum.other.id, ImportKind.AGENDA, "forum.ics", content, **forum.by_owner)
    import_steps.confirm(session, forum.other.id, run.id, version=run.version, **forum.by_owner)
    import_steps.take_batch(session, run.id, 0, now=NOW)
    publish(session, forum.other.id, label="", note={}, reason="As it is", **BY)
    other = latest_publication(session, forum.other, "https://forum.example").content
    ours = latest_publication(session, forum.edition, "https://forum.example").content
    compared = ("title", "abstract", "kind")
    assert [[one[name] for name in compared] for one in other["sessions"]] == [
        [one[name] for name in compared] for one in ours["sessions"]
    ]
    assert [len(one["roles"]) for one in other["sessions"]] == [len(one["roles"]) for one in ours["sessions"]]
    assert [room["name"] for room in other["rooms"]] == [room["name"] for room in ours["rooms"]]


def test_calendars_name_venue_and_address(session: DbSession, forum: Forum) -> None:
    in_venue(session, forum, {"name": {"en": "Expo"}, "address": {"en": "1 Main Street"}})
    taken(session, forum, table(OPENING.replace(",Main,", ",Room A,")))
    publication = published(session, forum)
    for content in (feed(publication, forum), written("ics", publication, "en")):
        assert b"\r\nLOCATION:Room A\\, Expo\\, 1 Main Street\r\n" in content.replace(b"\r\n ", b"")
