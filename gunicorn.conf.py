"""What gunicorn reads when it is started in this folder."""

from __future__ import annotations

from typing import Any

from forumapp.core.serving.web_logs import WebLogger
from forumapp.core.serving.web_worker import WebWorker

worker_class = WebWorker
logger_class = WebLogger


def pre_fork(server: Any, worker: Any) -> None:
    if isinstance(worker, WebWorker):  # and not of another class, which somebody has asked for
        worker.choose(server.WORKERS.values())


def post_fork(_server: Any, worker: Any) -> None:
    if isinstance(worker, WebWorker):
        worker.settle()


def child_exit(_server: Any, worker: Any) -> None:
    if isinstance(worker, WebWorker):
        worker.leave()
