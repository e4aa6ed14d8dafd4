"""Whoever looks after a VIP is told when their code is scanned, once, and of a refusal at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.errors import Forbidden, NotFound
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.audit.services import Actor, Via, create
from forumapp.domain.checkin.desk.undo import undo_check_in
from forumapp.domain.checkin.models import Rehearsal, VipAlert
from forumapp.domain.checkin.rules import Direction, Result
from forumapp.domain.checkin.scanning.judgement import Read
from forumapp.domain.checkin.scanning.override import Authorizer, let_pass
from forumapp.domain.checkin.scanning.vip_alerts import TEMPLATE, alerts_page, note_seen, open_alerts
from forumapp.domain.checkin.setup.stations import station_of_organizer
from forumapp.domain.mail.models import Message
from forumapp.domain.mail.render import Letter, Sender, write
from forumapp.domain.registration.lifecycle.decisions import mark_vip
from forumapp.domain.registration.rules import RegistrationStatus
from forumapp.domain.retention.own_data import own_data
from forumapp.domain.retention.purging import purge
from forumapp.domain.retention.rules import Kind
from tests.domain.checkin.test_scanning import AT, MINUTE, Desk
from tests.domain.conftest import BY, NOW

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.models import Account
    from tests.domain.conftest import Forum

HOUSE = Sender("forum@house.example", "https://forum.example")


@pytest.fixture
def desk(session: DbSession, forum: Forum) -> Desk:
    desk = Desk(session, forum)
    officer = account(desk, "Chen Li", Role.VIEWER, language="zh-Hans")
    liu = desk.people["Liu"]
    mark_vip(session, desk.of, liu.id, responsible_id=officer.id, version=liu.version, **BY)
    return desk


def account(desk: Desk, name: str, role: Role, **values: Any) -> Account:
    email = f"{name.partition(' ')[0].lower()}@x.example"
    made = create_account(desk.db, email=email, name=name, password=None, **values, **BY)
    grant_role(desk.db, made.id, desk.of, role, **BY)
    return made


def officer_of(desk: Desk) -> int:
    return int(desk.people["Liu"].responsible_id or 0)


def named(desk: Desk, language: str = "en") -> str:
    name = desk.forum.edition.name
    return name.get(language) or name["en"]


def mails(desk: Desk) -> list[Message]:
    return list(desk.db.scalars(select(Message).where(Message.template == TEMPLATE).order_by(Message.id)))


def subjects(desk: Desk) -> list[str]:
    return [
        write(Letter(one.key, one.template, one.recipient, "en", one.values, "https://x"), HOUSE).subject.partition(
            " ("
        )[0]
        for one in mails(desk)
    ]


def told(desk: Desk) -> list[tuple[str, bool]]:
    rows = desk.db.scalars(select(VipAlert).order_by(VipAlert.id))
    return [(row.result.value, row.is_late) for row in rows]


def test_an_officer_is_told_once_a_day_that_their_vip_has_come(desk: Desk) -> None:
    meal, hand_out, back = (
        desk.checkpoint(kind, **said)
        for kind, said in (("meal", {}), ("hand-out", {}), ("door", {"name": {"en": "Back"}, "code": "back"}))
    )
    desk.scan("Wang")
    desk.scan("Liu", secret=desk.device(meal, "Meal"))  # of which nobody waits to hear
    assert told(desk) == []
    desk.scan("Liu", nonce="a")
    desk.scan("Liu", nonce="a")
    desk.scan("Liu")
    desk.scan("Liu", secret=desk.device(hand_out, "Hand-out"))
    assert told(desk) == [("passed", False)]
    desk.scan("Liu", AT + timedelta(days=1), secret=desk.device(back, "Back"))
    assert len(told(desk)) == 2
    own = own_data(desk.db, desk.forum.edition, desk.people["Liu"], now=AT)["told_to_who_looks_after_them"]
    assert [one["result"] for one in own] == ["passed", "passed"]

    (first, _second) = mails(desk)
    written = write(
        Letter(first.key, first.template, first.recipient, first.language, first.values, "https://x"), HOUSE
    )
    assert (first.recipient, first.language, written.subject) == (
        "chen@x.example",
        "zh-Hans",
        "Ann Liu 已到场：door，08:00（" + named(desk, "zh-Hans") + "）",
    )
    assert "断网" not in written.text
    assert [line.row.day.day for line in open_alerts(desk.db, desk.of, officer_of(desk))] == [23, 22]
    assert {line.officer for line in alerts_page(desk.db, desk.of).items} == {"Chen Li"}


def test_a_refusal_is_told_at_once_and_a_late_scan_says_when_it_was(desk: Desk) -> None:
    closed = desk.checkpoint("meal", types=[desk.people["Wang"].type_id])
    secret = desk.device(closed, "Meal")
    for _again in range(3):
        desk.scan("Liu", secret=secret)
    kept = {"told": Result.PASSED, "scanned_at": AT - 40 * MINUTE, "sent_at": AT + MINUTE}
    desk.scan("Liu", AT + MINUTE, **kept)

    assert told(desk) == [("wrong-checkpoint", False), ("passed", True)]
    refused, late = mails(desk)
    words = [
        write(Letter(one.key, one.template, one.recipient, "en", one.values, "https://x"), HOUSE)
        for one in (refused, late)
    ]
    assert words[0].subject == f"Ann Liu was refused: meal, 08:00 ({named(desk)})"
    assert "not at this door" in words[0].text
    assert words[1].subject == f"Ann Liu has come: door, 07:20 ({named(desk)})"
    assert "this reached us at 08:01" in words[1].text


def test_who_came_by_somebodys_word_is_told_with_it(desk: Desk) -> None:
    """Once the rules let them in, it is by nobody's word, whoever is named."""
    by: Any = {"reason": "The mayor asked", "actor": desk.forum.by_owner["actor"]}
    liu, doors = desk.people["Liu"], (desk.door, desk.checkpoint("door", code="other"))
    for days, status in enumerate((RegistrationStatus.APPLIED, RegistrationStatus.CONFIRMED)):
        liu.status, at = status, AT + timedelta(days=days)
        desk.db.flush()
        station = station_of_organizer(desk.db, desk.of, doors[days].id, actor=by["actor"], now=at)
        read = Read(desk.codes["Liu"], f"w{days}")
        assert let_pass(desk.db, station, read, Authorizer(name="Consul Guo"), **by, now=at).result is Result.PASSED
    texts = [
        write(Letter(one.key, one.template, one.recipient, language, one.values, "https://x"), HOUSE).text
        for one in mails(desk)
        for language in ("en", "zh-Hans")
    ]
    words = "by the word of Consul Guo: the rules had refused them.", "按规则本不予放行，由 Consul Guo 批准入场。"
    assert [[said in text for said in words] for text in texts] == [
        [True, False], [False, True], [False, False], [False, False]
    ]  # fmt: skip
    assert "word" in mails(desk)[0].values
    older = {key: value for key, value in mails(desk)[0].values.items() if key != "word"}  # that waits from before
    assert "was let in" in write(Letter("k", TEMPLATE, "c@x.example", "en", older, "https://x"), HOUSE).text


def test_a_check_in_that_was_taken_back_is_told_and_so_is_that_they_come_after_all(desk: Desk) -> None:
    clerk = Actor(account(desk, "Rita R", Role.REGISTRATION_DESK).id, Via.PAGE)
    officer, liu = officer_of(desk), desk.people["Liu"].id

    def take_back(at: int, minutes: int, nonce: str) -> None:
        said: Any = {"checkpoint_id": at, "nonce": nonce, "actor": clerk, "now": AT + minutes * MINUTE}
        undo_check_in(desk.db, desk.of, liu, **said)

    desk.scan("Liu")
    (line,) = open_alerts(desk.db, desk.of, officer)
    note_seen(desk.db, desk.of, line.row.id, actor=clerk, now=AT)
    take_back(desk.door.id, 1, "a")
    assert told(desk) == [("undone", False)]
    assert [one.row.at for one in open_alerts(desk.db, desk.of, officer)] == [AT + MINUTE]
    desk.scan("Liu", AT + 2 * MINUTE)
    assert told(desk) == [("undone", False), ("passed", False)]
    take_back(desk.door.id, 3, "b")
    assert told(desk) == [("undone", False)]  # once a day
    both = desk.checkpoint("door", mode="in-out", code="both")
    secret = desk.device(both, "Both")
    desk.scan("Liu", AT + 4 * MINUTE, secret=secret)
    desk.scan("Liu", AT + 5 * MINUTE, secret=secret, direction=Direction.OUT)
    desk.scan("Liu", AT + 6 * MINUTE, secret=secret)
    take_back(both.id, 7, "c")  # and they have come before
    assert told(desk) == [("undone", False), ("passed", False)]
    assert subjects(desk) == [
        "Ann Liu has come: door, 08:00",
        "Ann Liu has not come after all: door, 08:01",
        "Ann Liu has come: door, 08:02",
        "Ann Liu has not come after all: door, 08:03",
        "Ann Liu has come: door, 08:04",
    ]


def test_who_was_told_that_they_have_come_is_not_told_otherwise_while_they_are_in_by_another_door(desk: Desk) -> None:
    clerk = Actor(account(desk, "Rita R", Role.REGISTRATION_DESK).id, Via.PAGE)
    other = desk.checkpoint("door", code="other")
    desk.scan("Liu")
    desk.scan("Liu", AT + MINUTE, secret=desk.device(other, "Other"))
    for at, stands in ((desk.door, "passed"), (other, "undone")):
        said: Any = {"checkpoint_id": at.id, "nonce": stands, "actor": clerk, "now": AT + 2 * MINUTE}
        undo_check_in(desk.db, desk.of, desk.people["Liu"].id, **said)
        assert told(desk) == [(stands, False)]
    (line,) = open_alerts(desk.db, desk.of, officer_of(desk))
    assert line.row.checkpoint_id == other.id


def test_whoever_has_seen_that_they_came_has_not_seen_that_it_was_taken_back(desk: Desk) -> None:
    clerk = Actor(account(desk, "Rita R", Role.REGISTRATION_DESK).id, Via.PAGE)
    desk.scan("Liu")
    said: Any = {"checkpoint_id": desk.door.id, "nonce": "undo", "actor": clerk, "now": AT + MINUTE}
    undo_check_in(desk.db, desk.of, desk.people["Liu"].id, **said)
    (line,) = open_alerts(desk.db, desk.of, officer_of(desk))
    for seen, left in (("passed", 1), ("undone", 0)):
        note_seen(desk.db, desk.of, line.row.id, told=seen, actor=clerk, now=AT + MINUTE)
        assert len(open_alerts(desk.db, desk.of, officer_of(desk))) == left


@pytest.mark.one_database
def test_it_stands_until_its_officer_or_whoever_may_check_in_has_seen_it(desk: Desk, session: DbSession) -> None:
    desk.scan("Liu")
    officer, stranger, clerk = (
        Actor(one, Via.PAGE)
        for one in (
            officer_of(desk),
            account(desk, "Vera V", Role.VIEWER).id,
            account(desk, "Rita R", Role.REGISTRATION_DESK).id,
        )
    )
    (line,) = open_alerts(session, desk.of, officer.account_id)
    assert open_alerts(session, desk.of, clerk.account_id) == []
    with pytest.raises(Forbidden):
        note_seen(session, desk.of, line.row.id, actor=stranger, now=AT)
    with pytest.raises(NotFound):
        note_seen(session, desk.of, line.row.id + 9, actor=officer, now=AT)
    note_seen(session, desk.of, line.row.id, actor=officer, now=AT)
    again = note_seen(session, desk.of, line.row.id, actor=clerk, now=AT + MINUTE)

    assert (again.seen_by, again.seen_at, open_alerts(session, desk.of, officer.account_id)) == (
        officer.account_id, AT, []
    )  # fmt: skip
    assert alerts_page(session, desk.of).total == 1
    seen = select(AuditEvent.actor_id).where(AuditEvent.action == "vip-alert-seen")
    assert session.scalars(seen).all() == [officer.account_id]


@pytest.mark.one_database
def test_a_rehearsal_tells_nobody_and_what_a_mail_said_goes_with_the_contacts(desk: Desk, session: DbSession) -> None:
    create(session, Rehearsal(edition_id=desk.of, started_at=NOW), **BY)
    desk.scan("Liu", NOW + MINUTE)
    assert (told(desk), mails(desk)) == ([], [])
    desk.scan("Liu")
    assert len(mails(desk)) == 1

    purge(session, desk.of, Kind.OFFICIALS, now=AT + timedelta(days=60))
    (mail,) = mails(desk)
    assert (mail.recipient, mail.values) == ("", {})
