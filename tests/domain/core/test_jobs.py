"""Background work is asked for inside the transaction, and nothing else is done there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from forumapp.core.database.db import db
from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.jobs import services

NOW = datetime(2023, 5, 22, 9, tzinfo=UTC)


def stored():
    schema = "dbos." if db.engine.dialect.name == "postgresql" else ""
    query = text(
        f"SELECT s.workflow_uuid, name, queue_name, i.inputs, serialization FROM {schema}workflow_status s"
        f" JOIN {schema}workflow_input i ON i.workflow_uuid = s.workflow_uuid"
    )
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query)]


def test_work_is_there_once_the_transaction_is_committed(own_app):
    with transaction() as session:
        services.enqueue(session, "print", 7, key="print-7")
    assert stored() == [
        ("print-7", "print", "print", '{"namedArgs":{},"positionalArgs":[7]}', "portable_json"),
    ]


def test_work_asked_for_twice_is_there_once(own_app):
    for _ in range(2):
        with transaction() as session:
            services.enqueue(session, "print", 7, key="print-7")
    assert len(stored()) == 1


def test_work_is_gone_with_a_transaction_that_is_rolled_back(own_app):
    def ask_and_fail():
        with transaction() as session:
            services.enqueue(session, "print", 7, key="print-7")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask_and_fail()
    assert stored() == []


@pytest.mark.parametrize(
    "call",
    [
        services.client_outside,
        lambda session: services.take_over(session, ["one"]),
        lambda session: services.purge(session, finished_before=NOW),
    ],
    ids=["any other call", "take over", "purge"],
)
def test_every_other_call_is_refused_inside_a_transaction_and_works_outside(own_app, call):
    with transaction() as session, pytest.raises(services.InsideTransaction):
        call(session)
    call(reading())


def test_our_own_statements_still_work_after_enqueue(own_app):
    with transaction() as session:
        services.enqueue(session, "print", 7, key="print-7")
        services.note_worker_seen(session, "one", now=NOW)
    assert services.list_workers_seen_since(reading(), NOW) == ["one"]


def test_a_worker_is_seen_when_it_last_said_so(session):
    assert services.list_workers_seen_since(session, NOW) == []
    services.note_worker_seen(session, "one", now=NOW)
    services.note_worker_seen(session, "two", now=NOW)
    services.note_worker_seen(session, "two", now=NOW + timedelta(seconds=5))
    assert services.list_workers_seen_since(session, NOW + timedelta(seconds=5)) == ["two"]
    assert services.list_workers_seen_since(session, NOW + timedelta(seconds=6)) == []
    assert services.list_workers_seen_since(session, NOW) == ["one", "two"]
    assert services.list_workers_seen_since(session, NOW + timedelta(seconds=1)) == ["two"]
    services.forget_workers(session, not_seen_since=NOW + timedelta(seconds=1))
    assert services.list_workers_seen_since(session, NOW) == ["two"]
