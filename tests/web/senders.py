"""A process that sends registrations from one address. Run by serving/test_rate_counts.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.app import create_app
from forumapp.core.database.db import db
from forumapp.core.serving.rate_limits import limiter
from tests.conftest import config_for

if TYPE_CHECKING:
    from multiprocessing.synchronize import Barrier
    from pathlib import Path

PATIENCE, PATH, REQUESTS = 60.0, "/api/v1/editions/forum/registrations", 40


def send(url: str, folder: Path, in_memory: bool, begin: Barrier, results: Any) -> None:
    """Put the number of requests that the limit let through into `results`."""
    if in_memory:
        limiter._storage_uri, limiter._strategy = "memory://", "fixed-window"
    app = create_app(config_for(url, folder))
    client = app.test_client()
    begin.wait(PATIENCE)
    statuses = [
        client.post(PATH, json={}, environ_base={"REMOTE_ADDR": "203.0.113.7"}).status_code for _ in range(REQUESTS)
    ]
    results.put(sum(status == 422 for status in statuses))
    with app.app_context():
        db.engine.dispose()
