"""Telling those whom a version of the agenda concerns: each once, in their language, and nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.errors import NotFound
from forumapp.core.values.times import Moment, Span
from forumapp.domain.agenda.models import AssignmentRole, AssignmentStatus, Session, SessionKind, SessionStatus
from forumapp.domain.agenda.queries import published_agenda
from forumapp.domain.agenda.sessions import services as agenda
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.mail.models import Message, MessageState
from forumapp.domain.mail.render import Sender
from forumapp.domain.people.records.services import create_person
from forumapp.domain.publishing import letters, recipients, services
from forumapp.domain.publishing.models import TellingStatus
from forumapp.domain.publishing.queries import find_telling, working_compared
from forumapp.domain.publishing.rules import language_for
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.session_signup.self_service import choose_sessions
from tests.domain.registering import HOUSE, NOW, STRANGER, applicant, make_edition, make_type, sign_up

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

BY: dict[str, Any] = {"actor": HOUSE, "now": NOW}
ZONE = "America/Los_Angeles"


def span(start: int, end: int) -> Span:
    return Span(*(Moment(datetime(2023, 5, 22, hour), ZONE) for hour in (start, end)))


@dataclass
class Forum:
    """Liu speaks in the first session and Li interprets it, Lin in the second; Ann has signed up for both. By name or
    code, their ids. It is published once.
    """

    db: DbSession
    edition_id: int
    sessions: dict[str, int]
    people: dict[str, int]

    def change(self, code: str, span: Span | None = None, **values: Any) -> None:
        row = self.db.get_one(Session, self.sessions[code])
        agenda.update_session(self.db, self.edition_id, row.id, values, span, version=row.version, **BY)

    def publish(self, **said: Any) -> int:
        return services.publish(self.db, self.edition_id, note={}, **said, **BY).number

    def tell(self, number: int) -> list[tuple[str, str, str]]:
        """To whom mail about this version goes, in which language, and what it says has changed."""
        told = find_telling(self.db, self.edition_id, number)
        assert told is not None
        while services.take_batch(self.db, told.row.id, now=NOW):
            pass
        query = select(Message).where(Message.telling_id == told.row.id).order_by(Message.id)
        return [(one.recipient, one.language, one.values["changes"]) for one in self.db.scalars(query)]


def speaker(db: DbSession, edition_id: int, session_id: int, name: str, role: AssignmentRole, **values: Any) -> int:
    said = {"latin_family": name, "email": f"{name.lower()}@example.org", **values}
    person = create_person(db, said, **BY)
    agenda.assign_role(db, db.get_one(Session, session_id), person.id, role, status="confirmed", **BY)
    return person.id


@pytest.fixture
def forum(session: DbSession) -> Forum:
    edition_id = make_edition(session)
    make_type(session, edition_id, quota=9)
    ids = {}
    for code, start in (("first", 9), ("second", 11)):
        values = {"code": code, "title": {"en": code, "zh-Hans": f"第{code}"}, "kind": SessionKind.PANEL, "places": 5}
        ids[code] = agenda.create_session(session, edition_id, values, span(start, start + 1), **BY).id
    people = {
        "liu": speaker(session, edition_id, ids["first"], "Liu", AssignmentRole.SPEAKER, native_full="刘春"),
        "li": speaker(session, edition_id, ids["first"], "Li", AssignmentRole.INTERPRETER),
        "lin": speaker(session, edition_id, ids["second"], "Lin", AssignmentRole.SPEAKER, email=None),
    }
    registered = sign_up(session, edition_id, applicant(1))
    people["ann"] = session.get_one(Registration, registered.registration_id).person_id
    services.publish(session, edition_id, note={}, **BY)
    choose_sessions(session, registered.registration_id, 1, ids.values(), seen=(), actor=STRANGER, now=NOW)
    return Forum(session, edition_id, ids, people)


def test_a_first_version_tells_nobody_unless_asked(forum: Forum) -> None:
    assert find_telling(forum.db, forum.edition_id, 1) is None
    forum.change("first", title={"en": "Opening"})
    assert forum.publish(tell=False) == 2
    assert find_telling(forum.db, forum.edition_id, 2) is None


def test_everyone_concerned_is_written_to_once_in_their_language(forum: Forum, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "BATCH", 2)
    forum.change("first", span(14, 15))
    forum.change("second", status=SessionStatus.CANCELLED)
    number = forum.publish()
    moved = "“first”\nMoved from Mon 22 May 09:00–10:00 to Mon 22 May 14:00–15:00."
    cancelled = "“second”\nCancelled. It was to be Mon 22 May 11:00–12:00."
    told = [
        ("liu@example.org", "zh-Hans", "【第first】\n由5月22日 周一 09:00–10:00改为5月22日 周一 14:00–15:00。"),
        ("li@example.org", "en", moved),
        ("guest1@example.org", "en", f"{moved}\n\n{cancelled}"),
    ]
    assert forum.tell(number) == told
    line = find_telling(forum.db, forum.edition_id, number)
    assert line is not None
    assert (line.row.status, line.row.total, line.row.asked, line.row.without_address) == (TellingStatus.TOLD, 4, 3, 1)
    assert line.states == {MessageState.QUEUED: 3}

    # A step that has run, and whose record was lost, runs again.
    line.row.status, line.row.reached_id = TellingStatus.TELLING, 0
    assert forum.tell(number) == told


def test_what_everyone_may_not_read_is_told_to_those_alone_whose_part_it_is(forum: Forum) -> None:
    first = forum.db.get_one(Session, forum.sessions["first"])
    role = agenda.assign_role(forum.db, first, forum.people["ann"], AssignmentRole.PANELIST, status="confirmed", **BY)
    role.status = AssignmentStatus.INVITED
    forum.db.flush()
    assert [to for to, *_ in forum.tell(forum.publish())] == ["guest1@example.org"]


def test_whoever_goes_with_a_session_is_told_and_a_new_version_of_the_same_concerns_nobody(forum: Forum) -> None:
    agenda.remove_session(
        forum.db,
        forum.edition_id,
        agenda.create_session(
            forum.db, forum.edition_id, {"title": {"en": "x"}, "kind": SessionKind.PANEL}, span(16, 17), **BY
        ).id,
        version=1,
        **BY,
    )
    assert forum.tell(forum.publish()) == []
    parts = forum.db.get_one(Session, forum.sessions["first"]).assignments
    agenda.remove_role(forum.db, forum.edition_id, parts[0].id, version=parts[0].version, **BY)
    assert [to for to, *_ in forum.tell(forum.publish())] == [
        "liu@example.org",
        "li@example.org",
        "guest1@example.org",
    ]


def test_going_back_publishes_the_old_content_anew_and_leaves_the_draft(forum: Forum) -> None:
    forum.change("first", title={"en": "Opening"})
    forum.publish(tell=False)
    forum.change("second", title={"en": "Closing"})
    assert forum.publish(again=1, label="Back") == 3
    assert find_telling(forum.db, forum.edition_id, 3) is None  # nobody is told of it, unless someone says so
    first, third = (agenda.get_version(forum.db, forum.edition_id, number) for number in (1, 3))
    assert (third.content, third.sha256, third.label) == (first.content, first.sha256, "Back")
    assert [one["title"]["en"] for one in published_agenda(third)["sessions"]] == ["first", "second"]
    compared = working_compared(forum.db, forum.edition_id)
    assert [one.title["en"] for one in compared.differences] == ["Opening", "Closing"]
    with pytest.raises(NotFound):
        forum.publish(again=9)


def test_the_preview_is_what_is_sent(forum: Forum) -> None:
    forum.change("first", span(14, 15))
    page = recipients.list_recipients(forum.db, forum.edition_id, search="刘", actor=HOUSE)
    assert [(one.person_id, one.language) for one in page.items] == [(forum.people["liu"], "zh-Hans")]
    assert recipients.list_recipients(forum.db, forum.edition_id, actor=HOUSE).total == 3
    one, number = recipients.get_recipient(forum.db, forum.edition_id, forum.people["liu"], actor=HOUSE)
    edition = get_edition_by_id(forum.db, forum.edition_id)
    sender = Sender("forum@example.org", "https://forum.example")
    written, _ = letters.previewed(forum.db, edition, one, number, sender=sender)
    assert written.subject == "2023年论坛议程变更通知（第2版）"
    assert "由5月22日 周一 09:00–10:00改为5月22日 周一 14:00–15:00。" in written.text
    assert "https://forum.example/forum-2023/agenda/changes?version=2&lang=zh-Hans" in written.text
    assert "{" not in written.text
    with pytest.raises(NotFound):
        recipients.get_recipient(forum.db, forum.edition_id, forum.people["lin"], actor=HOUSE)


def test_publishing_asks_as_many_queries_of_many_sessions_as_of_few(forum: Forum, statements: list[str]) -> None:
    def counted() -> int:
        statements.clear()
        forum.publish()
        return len(statements)

    forum.change("first", span(14, 15))
    few = counted()
    for number in range(30):
        values = {"code": f"m{number}", "title": {"en": "More"}, "kind": SessionKind.PANEL}
        row = agenda.create_session(forum.db, forum.edition_id, values, span(9, 10), **BY)
        speaker(forum.db, forum.edition_id, row.id, f"Speaker{number}", AssignmentRole.SPEAKER)
        agenda.add_item(forum.db, row, {"title": {"en": "Speech"}, "minutes": 10}, **BY)
    assert counted() == few
    assert 0 < few < 40


@pytest.mark.parametrize(
    ("known", "language"),
    [
        ((["en", "zh-Hans"], "刘春", "zh-Hans", ["en", "zh-Hans"]), "en"),
        (([None, "zh-Hans"], "", "en", ["en", "zh-Hans"]), "zh-Hans"),
        (([], "劉春", "zh-Hant", ["en", "zh-Hans"]), "zh-Hans"),
        (([], "", "zh-Hans", ["zh-Hans", "en"]), "en"),
        ((["zh-Hans"], "刘春", "zh-Hans", ["en"]), "en"),
        (([], "이름", "ko", ["zh-Hans"]), "zh-Hans"),
    ],
    ids=["registered", "as a speaker", "own script", "no name in it", "not the forum's", "neither is"],
)
def test_the_language_of_a_mail_is_its_readers(known: Any, language: str) -> None:
    assert language_for(*known) == language
