"""What gunicorn reads when it is started in this folder."""

from __future__ import annotations

from typing import Any

from forumapp.core.processors import least_used, stay_on


def pre_fork(server: Any, worker: Any) -> None:
    """Also of one that takes the place of another, which has ended or is about to."""
    worker.processor = least_used(one.processor for one in server.WORKERS.values())


def post_fork(_server: Any, worker: Any) -> None:
    if worker.processor is not None:
        stay_on([worker.processor])
