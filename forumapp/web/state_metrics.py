"""Metrics of the installation as a whole: work that waits, mail, workers, disks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from forumapp.core import clock
from forumapp.core.database.outage import ERRORS
from forumapp.core.database.transactions import reading
from forumapp.core.files.disk import folders_of, free_bytes
from forumapp.domain.importing.runs.services import count_failed_imports
from forumapp.domain.jobs.figures import count_work, heartbeats
from forumapp.domain.mail.outbox import backlog
from forumapp.domain.printing.queries import count_failed_prints

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prometheus_client.core import Metric

    from forumapp.core.config import Config

QUEUED = {"ENQUEUED": "queued", "DELAYED": "queued", "PENDING": "running"}
FAILED_SINCE = timedelta(days=7)  # finished work is kept so long
WORKER_FORGOTTEN = timedelta(days=1)  # a worker that was taken away or renamed raises no alarm for longer
BROKEN = ("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")


class StateCollector(Collector):
    """Metrics read at each scrape. During an outage only those that need no database."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def collect(self) -> Iterator[Metric]:
        free = {name: free_bytes(folder) for name, folder in folders_of(self._config).items()}
        yield _gauge("forumapp_disk_free_bytes", "Free space where this is kept", "kept", free)
        try:
            metrics_ = list(self._of_database())
        except ERRORS:
            metrics_ = []
        yield GaugeMetricFamily("forumapp_database_up", "Whether the database answers", value=float(bool(metrics_)))
        yield from metrics_

    def _of_database(self) -> Iterator[Metric]:
        db, now = reading(), clock.now()
        work = count_work(db)
        queue = dict.fromkeys(QUEUED.values(), 0)
        for (_name, status), count in work.items():
            if status in QUEUED:
                queue[QUEUED[status]] += count
        yield _gauge("forumapp_queue_length", "Background work by state", "state", queue)
        since = now - FAILED_SINCE
        failed = {"print": count_failed_prints(db, since=since), "import": count_failed_imports(db, since=since)}
        failed["workflow"] = sum(count for (_name, status), count in work.items() if status in BROKEN)
        yield _gauge("forumapp_jobs_failed", "Background work that failed in the last seven days", "kind", failed)
        mail = backlog(db, now=now)
        yield _gauge("forumapp_mail_messages", "Mails by state", "state", {"due": mail.due, "failed": mail.failed})
        yield GaugeMetricFamily("forumapp_mail_oldest_due_seconds", "Wait of the oldest due mail", value=mail.seconds)
        seen_lately = heartbeats(db, since=now - WORKER_FORGOTTEN)
        ages = {name: (now - seen).total_seconds() for name, seen in seen_lately.items()}
        yield _gauge("forumapp_worker_heartbeat_age_seconds", "Since the last heartbeat", "worker", ages)
        oldest = max(ages.values(), default=-1.0)
        yield GaugeMetricFamily("forumapp_worker_heartbeat_oldest_seconds", "The oldest; -1 without any", value=oldest)
        db.rollback()


def _gauge(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    gauge = GaugeMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        gauge.add_metric([key], value)
    return gauge
