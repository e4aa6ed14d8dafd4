"""Reminders go out once each, by the clock of the forum, to those who had a place then."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.letters import reminders
from forumapp.domain.letters.rules import due_at
from forumapp.domain.mail.models import Message
from forumapp.domain.registration.models import Registration
from forumapp.worker.timers.reminders import remind
from tests.web.organizer.house import BY, add_registration
from tests.worker.email.test_mail import mail_app, server  # noqa: F401 (fixtures)
from tests.worker.email.test_mailings import house  # noqa: F401 (fixture)

DUE = datetime(2023, 5, 15, 16, tzinfo=UTC)  # nine o'clock in Los Angeles, a week before


@pytest.mark.parametrize(
    ("day", "at", "zone", "due"),
    [
        (date(2023, 5, 22), "09:00", "America/Los_Angeles", DUE),
        (date(2023, 5, 22), "09:00", "Asia/Shanghai", datetime(2023, 5, 15, 1, tzinfo=UTC)),
        (date(2023, 3, 15), "09:00", "America/Los_Angeles", datetime(2023, 3, 8, 17, tzinfo=UTC)),  # before DST
    ],
)
def test_the_wall_time_counts(day, at, zone, due):
    assert due_at(day, 7, at, zone) == due


def reminded():
    rows = [row.recipient for row in reading().query(Message).filter_by(template="registration-reminder")]
    reading().rollback()
    return sorted(rows)


def test_everyone_with_a_place_is_reminded_once(house, monkeypatch):  # noqa: F811 (the fixture)
    monkeypatch.setattr(reminders, "BATCH", 2)
    late = add_registration(house, "Late", email="late@guests.example")
    with transaction() as session:
        edition = house.edition_id
        update_edition(session, edition, {"status": "open"}, version=1, **BY)
        first = reminders.add_reminder(session, edition, 7, "09:00", **BY).id
        reminders.add_reminder(session, edition, 30, "09:00", **BY)
        session.query(Registration).filter_by(id=late).update({"registered_at": DUE + timedelta(minutes=1)})
    assert remind(now=DUE - timedelta(minutes=1)) == 1  # the one of a month before, which is too late to be sent
    assert reminded() == []
    assert (remind(now=DUE), remind(now=DUE + timedelta(hours=1))) == (1, 0)
    got = reminded()
    assert {"ann@guests.example", "bo@guests.example", "cy@guests.example"} <= set(got)
    assert len(got) == len(set(got))
    assert {"late@guests.example", "waiting@guests.example"} & set(got) == set()
    lines = {
        line.row.id: (line.row.is_missed, line.row.sent_at) for line in reminders.list_reminders(reading(), edition)
    }
    assert lines.pop(first) == (False, DUE)
    assert [missed for missed, _sent in lines.values()] == [True]


def test_a_time_that_has_passed_is_refused(house):  # noqa: F811 (the fixture)
    with pytest.raises(Invalid) as refusal, transaction() as session:
        reminders.add_reminder(session, house.edition_id, 7, "09:00", actor=BY["actor"], now=DUE)
    assert refusal.value.fields == {"days_before": "already-passed"}
