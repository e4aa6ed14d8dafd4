"""After the forum: who came, who is set down as a no-show, and what stations did on their own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from forumapp.core.errors import NotFound
from forumapp.domain.agenda.models import SessionKind
from forumapp.domain.agenda.sessions.services import create_session
from forumapp.domain.checkin.attendance.closure import CannotClose, NothingToClose, close, closing
from forumapp.domain.checkin.attendance.report import attendees_page, take_out, turnout
from forumapp.domain.checkin.desk.undo import undo_check_in
from forumapp.domain.checkin.offline.reconciliation import (
    Conflict,
    ReviewState,
    conflicts_page,
    count_open,
    erase_notes,
    reopen,
    review,
)
from forumapp.domain.checkin.rules import Direction, Result
from forumapp.domain.delegations.members import bulk_actions
from forumapp.domain.delegations.members.leaving import substitute_registration
from forumapp.domain.printing.letters.attendance import attended, hours_attended
from forumapp.domain.printing.queries import badge_values
from forumapp.domain.printing.rules import Options
from forumapp.domain.registration.lifecycle.no_shows import set_attendance
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.rules import Applicant, Source
from tests.domain.checkin.test_scanning import AT, MINUTE, Desk
from tests.domain.checkin.test_station_twin import around
from tests.domain.conftest import BY

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from tests import forgotten
    from tests.domain.conftest import Forum


@pytest.fixture
def desk(session: DbSession, forum: Forum) -> Desk:
    return Desk(session, forum)


def states(desk: Desk) -> dict[str, str]:
    desk.db.expire_all()
    return {name: desk.db.get_one(Registration, row.id).status.value for name, row in desk.people.items()}


def set_down(desk: Desk, run_id: int) -> None:
    while bulk_actions.take_batch(desk.db, run_id, now=AT):
        pass


def test_who_came_attended_and_who_did_not_is_a_no_show_until_a_late_scan_says_otherwise(desk: Desk) -> None:
    by: dict[str, Any] = {**desk.forum.by_owner, "now": AT + timedelta(days=30)}
    who = by["actor"]
    assert closing(desk.db, desk.of, actor=who, now=by["now"]).why_not == "nobody-scanned"
    handed = desk.device(desk.checkpoint("hand-out"), "Laptop")
    assert desk.results("Liu", secret=handed) == ["passed"]  # somebody else may have fetched it
    with pytest.raises(CannotClose):
        close(desk.db, desk.of, **by)
    desk.scan("Liu")
    with pytest.raises(CannotClose):
        close(desk.db, desk.of, actor=who, now=AT - timedelta(days=90))
    seen = closing(desk.db, desk.of, actor=who, now=by["now"])
    assert (seen.to_attend, seen.why_not) == (1, None)

    first = close(desk.db, desk.of, **by)
    set_down(desk, first.id)
    assert states(desk) == {"Liu": "attended", "Wang": "no-show"}
    # Badges are printed as before, and certificates go to whoever came.
    assert [one.latin_name for one in badge_values(desk.db, desk.of, Options())] == ["Ann Liu"]
    assert attended(desk.db, desk.forum.edition) == {desk.people["Liu"].id}
    with pytest.raises(NothingToClose):
        close(desk.db, desk.of, **by)

    kept = {"scanned_at": AT + MINUTE, "sent_at": AT + 2 * MINUTE, "told": Result.PASSED}
    assert desk.results("Wang", now=AT + 2 * MINUTE, **kept) == ["passed"]
    again = close(desk.db, desk.of, **by)
    set_down(desk, again.id)
    assert states(desk) == {"Liu": "attended", "Wang": "attended"}
    set_down(desk, bulk_actions.undo(desk.db, desk.of, again.id, **by).id)
    set_down(desk, bulk_actions.undo(desk.db, desk.of, first.id, **by).id)
    assert states(desk)["Liu"] == "confirmed"


@pytest.mark.one_database
def test_whom_somebody_set_down_as_attended_stays_so(desk: Desk) -> None:
    by: dict[str, Any] = {**desk.forum.by_owner, "now": AT + timedelta(days=30)}
    wang = desk.people["Wang"]
    set_attendance(desk.db, desk.of, wang.id, "attended", version=wang.version, **by)
    desk.scan("Liu")

    set_down(desk, close(desk.db, desk.of, **by).id)

    assert states(desk) == {"Liu": "attended", "Wang": "attended"}


@pytest.mark.parametrize("closes", [None, AT + 90 * MINUTE])
def test_who_was_not_scanned_on_leaving_a_session_has_the_same_time_on_the_page_and_the_certificate(
    session: DbSession, forum: Forum, closes: datetime | None
) -> None:
    desk, by = Desk(session, forum), forum.by_owner
    said = {"code": "talk", "title": {"en": "Talk"}, "kind": SessionKind.PANEL}
    talk = create_session(session, desk.of, said, span=around(AT, AT + 120 * MINUTE), **by)
    until = {"span": around(AT - 30 * MINUTE, closes)} if closes else {}
    room = desk.checkpoint("session", session_id=talk.id, mode="in-out", **until)
    desk.scan("Liu", AT, secret=desk.device(room, "Phone 2"))

    (one,) = attendees_page(session, desk.of, room.id, actor=by["actor"]).items
    told = one.minutes, hours_attended(session, forum.edition)
    assert told == ((90, {one.registration_id: "1.5"}) if closes else (120, {one.registration_id: "2"}))


def test_who_came_to_a_checkpoint_and_how_long_they_stayed(session: DbSession, forum: Forum) -> None:
    desk, by = Desk(session, forum, mode="in-out"), forum.by_owner
    for minutes, way in ((0, Direction.IN), (20, Direction.OUT), (50, Direction.IN), (55, Direction.OUT)):
        desk.scan("Liu", AT + minutes * MINUTE, direction=way)
    desk.scan("Liu", AT + 60 * MINUTE)  # somebody else, which is taken back
    of = {"checkpoint_id": desk.door.id, "nonce": "taken-back", "actor": by["actor"], "now": AT + 61 * MINUTE}
    undo_check_in(session, desk.of, desk.people["Liu"].id, **of)
    for minutes, way in ((70, Direction.IN), (71, Direction.OUT)):
        desk.scan("Liu", AT + minutes * MINUTE, direction=way)

    (one,) = attendees_page(session, desk.of, desk.door.id, actor=by["actor"]).items
    assert (one.name.latin, one.first_at, one.minutes) == ("Ann Liu", AT, 26)
    assert attendees_page(session, desk.of, desk.door.id, search="wang", actor=by["actor"]).total == 0
    assert [(row.checkpoint_id, row.came, row.expected) for row in turnout(session, desk.of, actor=by["actor"])] == [
        (desk.door.id, 1, None)
    ]
    headings, rows = take_out(session, desk.of, desk.door.id, **by)
    assert (len(headings), [row[2:5:2] + row[9:10] for row in rows]) == (len(rows[0]), [["Liu", "", 26]])
    with pytest.raises(NotFound):
        take_out(session, desk.of, 0, **by)


def test_what_stations_did_on_their_own_is_looked_at_once(desk: Desk, watch: forgotten.Watch) -> None:
    other, of, by = desk.device(desk.door, "Phone 2"), desk.of, desk.forum.by_owner
    chen = desk.person("Chen")
    desk.results("Liu")
    late: dict[str, Any] = {"sent_at": AT + 6 * MINUTE, "told": Result.PASSED}
    later = AT + 6 * MINUTE
    second = desk.scan("Liu", later, scanned_at=AT + MINUTE, secret=other, **late)  # both let Liu in
    desk.scan("Wang", later, scanned_at=AT, **late)  # nobody else did
    given: Any = {"source": Source.MANUAL, "language": "en", "version": chen.version, "actor": BY["actor"]}
    new = Applicant(latin_family="Zhao")
    substitute_registration(desk.db, of, chen.id, new, now=AT + 3 * MINUTE, **given)
    before = desk.scan("Chen", later, scanned_at=AT + 2 * MINUTE, **late)
    after = desk.scan("Chen", later, scanned_at=AT + 4 * MINUTE, secret=other, **late)
    assert (before.result.value, after.result.value) == ("passed", "replaced")

    found = conflicts_page(desk.db, of, actor=by["actor"]).items
    assert [(one.scan.id, one.kind) for one in found] == [
        (after.id, Conflict.NOT_VALID), (before.id, Conflict.REPLACED), (second.id, Conflict.TWICE),
    ]  # fmt: skip
    assert (found[2].first_at, found[2].first_by, found[2].by) == (AT, "Phone 1", "Phone 2")
    assert second.id is not None
    seen = review(desk.db, of, second.id, " One badge, lent ", **by)
    assert review(desk.db, of, second.id, "again", **by).review is seen.review
    assert (seen.review and seen.review.note, seen.reviewed_by) == ("One badge, lent", desk.forum.owner.name)
    assert (
        count_open(desk.db, of),
        conflicts_page(desk.db, of, state=ReviewState.REVIEWED, actor=by["actor"]).total,
    ) == (2, 1)
    assert erase_notes(desk.db, of, now=AT) == {"scan_review": 1}
    watch.found.clear()  # purging tells of the edition, and not of each
    desk.db.expire_all()
    assert reopen(desk.db, of, second.id, **by).review is None
    assert count_open(desk.db, of) == 3
    with pytest.raises(NotFound):
        review(desk.db, of, 0, **by)


@pytest.mark.parametrize("mode", ["once", "in-out"])
def test_what_a_station_tells_after_the_desk_took_a_check_in_back_is_looked_at(
    session: DbSession, forum: Forum, mode: str
) -> None:
    """They are in by it, since the desk meant another scan; that it was the same mistake, somebody may find out."""
    desk, who = Desk(session, forum, mode=mode), forum.by_owner["actor"]
    liu = desk.people["Liu"].id

    def undo(minute: int) -> None:
        of: dict[str, Any] = {"checkpoint_id": desk.door.id, "nonce": f"u{minute}", "now": AT + minute * MINUTE}
        undo_check_in(session, desk.of, liu, **of, actor=who)

    def told(minute: int, at: int) -> str:
        kept = {"scanned_at": AT + minute * MINUTE, "sent_at": AT + at * MINUTE, "told": Result.PASSED}
        return desk.scan("Liu", AT + at * MINUTE, **kept).result.value

    def found() -> list[tuple[Conflict, datetime]]:
        items = conflicts_page(session, desk.of, actor=who).items
        return [(one.kind, one.scan.counts_at) for one in items]

    assert desk.results("Liu", now=AT + MINUTE) == ["passed"]
    undo(5)
    assert desk.results("Liu", now=AT + 6 * MINUTE) == ["passed"]
    undo(7)
    assert (found(), told(8, 9), found()) == ([], "passed", [])  # made after all that was taken back
    undo(10)
    assert told(3, 11) == "passed"

    assert found() == [(Conflict.TAKEN_BACK, AT + 3 * MINUTE)]
    assert [one.came for one in turnout(session, desk.of, actor=who)] == [1]
    undo(12)
    assert (found(), [one.came for one in turnout(session, desk.of, actor=who)]) == ([], [0])
