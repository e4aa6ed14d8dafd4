"""What each edition takes the findings of its agenda to mean, and what it may not."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError

from forumapp.core import clock
from forumapp.core.errors import Forbidden, Invalid, Stale
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.agenda.findings.detection import agenda_findings, board_of
from forumapp.domain.agenda.findings.severity_settings import set_severities, severities_of
from forumapp.domain.agenda.models import AssignmentRole, AssignmentStatus, FindingSeverity
from forumapp.domain.agenda.publishing.refusals import AgendaBlocked
from forumapp.domain.agenda.sessions.services import assign_role, publish
from forumapp.domain.agenda.severities import DEFAULTS, FindingCode, Severity
from forumapp.domain.audit.models import AuditEvent, Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.delegations.conflicts.detection import diaries_of
from forumapp.domain.delegations.itineraries.places import change_settings, create_place
from forumapp.domain.forums.models import Room, Venue
from forumapp.domain.forums.venues.travel_places import PlaceKind
from tests.domain.agenda.test_agenda import make_person, make_session
from tests.domain.conftest import BY
from tests.seeds import seed_access
from tests.web.organizer.house import queries

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from tests.domain.conftest import Forum

NINE = datetime(2023, 5, 22, 9)


def put(session: DbSession, forum: Forum, **wanted: Severity) -> None:
    of = {code.replace("_", "-"): one for code, one in wanted.items()}
    version = severities_of(session, forum.edition.id).version
    set_severities(session, forum.edition.id, of, version=version, **BY)


def seen(session: DbSession, forum: Forum) -> dict[str, bool]:
    return {one.code: one.blocking for one in agenda_findings(session, forum.edition.id)}


def test_what_an_edition_takes_to_block_blocks_and_what_it_ignores_is_not_there(
    session: DbSession, forum: Forum
) -> None:
    for code in ("first", "second"):
        make_session(session, forum, code, NINE)
    assert seen(session, forum) == {"room-clash": True, "panel-without-moderator": False}

    put(session, forum, room_clash=Severity.IGNORE, panel_without_moderator=Severity.BLOCK)

    assert seen(session, forum) == {"panel-without-moderator": True}
    with pytest.raises(AgendaBlocked) as refused:
        publish(session, forum.edition.id, label="", note={}, **BY)
    assert {one["code"] for one in refused.value.details["findings"]} == {"panel-without-moderator"}
    assert severities_of(session, forum.other.id).of == DEFAULTS

    put(session, forum)  # what is not told is as usual
    assert seen(session, forum) == {"room-clash": True, "panel-without-moderator": False}
    told = select(AuditEvent.action).where(AuditEvent.entity == "finding_severity").order_by(AuditEvent.id)
    assert session.scalars(told).all() == ["created", "created", "changed", "changed"]


def test_whoever_declined_is_told_and_neither_leads_nor_is_needed_anywhere(session: DbSession, forum: Forum) -> None:
    person = make_person(session, "Away")
    both = [make_session(session, forum, code, NINE, room_id=None) for code in ("first", "second")]
    for meeting, status in zip(both, (AssignmentStatus.DECLINED, AssignmentStatus.CONFIRMED), strict=True):
        assign_role(session, meeting, person, AssignmentRole.MODERATOR, status=status, **BY)
    first = ("session", both[0].id)
    assert [(one.code, one.parties) for one in agenda_findings(session, forum.edition.id)] == [
        ("speaker-declined", (first, ("person", person))),
        ("panel-without-moderator", (first,)),
    ]
    put(session, forum, speaker_declined=Severity.BLOCK)
    assert seen(session, forum) == {"panel-without-moderator": False, "speaker-declined": True}


def test_that_a_person_is_in_two_places_is_never_ignored(session: DbSession, forum: Forum) -> None:
    with pytest.raises(Invalid) as refused:
        put(session, forum, person_clash=Severity.IGNORE, too_long=Severity.IGNORE)
    assert refused.value.fields == {"person-clash": "never-ignored"}
    put(session, forum, person_clash=Severity.WARN)
    values = {"edition_id": forum.edition.id, "code": FindingCode.SPEAKER_UNAVAILABLE, "severity": Severity.IGNORE}
    with pytest.raises(DBAPIError, match="of_people_never_ignored"), session.begin_nested():
        session.connection().execute(insert(FindingSeverity).values(**values, version=1))


def test_who_was_slower_overwrites_nothing(session: DbSession, forum: Forum) -> None:
    read = severities_of(session, forum.edition.id).version
    put(session, forum, too_long=Severity.BLOCK)
    with pytest.raises(Stale):
        set_severities(session, forum.edition.id, {"room-clash": Severity.WARN}, version=read, **BY)
    assert severities_of(session, forum.edition.id).of == DEFAULTS | {"too-long": Severity.BLOCK}


def test_who_may_not_publish_does_not_say_what_blocks(session: DbSession, forum: Forum) -> None:
    viewer = seed_access(session, forum.edition.id, "viewer@forum.example", Role.VIEWER)
    version = severities_of(session, forum.edition.id).version
    with pytest.raises(Forbidden):
        set_severities(
            session, forum.edition.id, {}, version=version, actor=Actor(viewer.id, Via.PAGE), now=clock.now()
        )


def test_all_that_is_wrong_is_loaded_with_as_many_queries_however_much_there_is(
    session: DbSession, forum: Forum
) -> None:
    counts, edition_id = [], forum.edition.id
    for number in range(3):
        for place in range(number * 3 + 1):
            made = make_session(session, forum, f"s-{number}-{place}", NINE)
            assign_role(
                session,
                made,
                make_person(session, f"P{number}{place}"),
                AssignmentRole.SPEAKER,
                status="confirmed",
                **BY,
            )
        session.flush()
        session.expire_all()
        with queries() as asked:
            board_of(session, edition_id)
        counts.append(len(asked))
    assert counts == [9, 9, 9]


@pytest.mark.one_database
def test_minutes_between_venues_are_those_of_itineraries(session: DbSession, forum: Forum) -> None:
    """40 minutes are free between two venues. Setting the minutes at either end counts on both sides."""
    of = forum.edition.id
    annex = Venue(edition_id=of, code="annex", name={"en": "Annex"}, zone="America/Los_Angeles")
    session.add(annex)
    session.flush()
    room = Room(edition_id=of, code="b", venue_id=annex.id, name={"en": "B"}, capacity=20, layouts={})
    session.add(room)
    session.flush()
    person = make_person(session, "Away")
    for number, (start, where) in enumerate(((NINE, forum.room), (NINE.replace(hour=10, minute=40), room))):
        made = make_session(session, forum, f"s-{number}", start, room_id=where.id)
        assign_role(session, made, person, AssignmentRole.SPEAKER, status="confirmed", **BY)

    def lacking() -> list[int]:
        found = [one for one in agenda_findings(session, of) if one.code == "speaker-travel"]
        return [one.details["minutes"] for one in found]

    assert lacking() == []
    change_settings(session, of, {"travel_minutes": 60}, version=0, **BY)
    assert lacking() == [20]
    values = {"kind": PlaceKind.VENUE, "name": {"en": "Annex"}, "zone": annex.zone, "venue_id": annex.id}
    place = create_place(session, of, {**values, "buffer_minutes": 75}, **BY)
    assert lacking() == [35]
    annex.travel_minutes = 90
    session.flush()
    assert lacking() == [50]
    assert diaries_of(session, of)._buffers.travel_at[place.id] == 90
