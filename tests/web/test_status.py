"""Health, readiness and metrics."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from forumapp.core import clock
from forumapp.core.transactions import transaction
from forumapp.domain.jobs.services import note_worker_seen

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient


def test_the_process_says_that_it_lives(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


@pytest.mark.parametrize(
    ("silent_for", "status", "worker"),
    [(None, 503, False), (timedelta(seconds=5), 200, True), (timedelta(hours=1), 503, False)],
)
def test_ready_means_database_migrations_and_a_worker(
    app: Flask, client: FlaskClient, silent_for: timedelta | None, status: int, worker: bool
) -> None:
    if silent_for is not None:
        with transaction() as db:
            note_worker_seen(db, "w1", now=clock.now() - silent_for)

    answer = client.get("/readyz")

    assert answer.status_code == status
    assert answer.json["checks"] == {"database": True, "migrations": True, "worker": worker}


@pytest.mark.parametrize(
    ("address", "forwarded", "status"),
    [
        ("127.0.0.1", None, 200),
        ("::1", None, 200),
        ("203.0.113.7", None, 404),
        ("127.0.0.1", "203.0.113.7", 404),
        ("203.0.113.7", "127.0.0.1", 404),
    ],
)
def test_metrics_are_for_this_machine_alone(
    client: FlaskClient, address: str, forwarded: str | None, status: int
) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    client.get("/")

    answer = client.get("/metrics", environ_base={"REMOTE_ADDR": address}, headers=headers)

    assert answer.status_code == status
    assert ('endpoint="home.editions"' in answer.text) == (status == 200)
