"""What DBOS logs. While the database is away each of its threads complains at every try: that is counted instead."""

from __future__ import annotations

import logging
import re
from time import monotonic

from forumapp.core.database.outage import Outages, outages
from forumapp.core.logs import take_over_logger

# The driver's errors within its messages, and what it says of a connection without one.
_OF_OUTAGES = re.compile(r"OperationalError|Database connection (failed|pool)|Notification listener error|is locked")
QUIET = 60.0  # seconds between two lines about the database when we see no outage ourselves


class QuietOutages(logging.Filter):
    def __init__(self, seen: Outages = outages) -> None:
        super().__init__()
        self._outages = seen
        self._last = -QUIET

    def filter(self, record: logging.LogRecord) -> bool:
        if not _OF_OUTAGES.search(record.getMessage()):
            return True
        if self._outages.count() or monotonic() - self._last < QUIET:
            return False
        self._last = monotonic()
        return True


def quiet_queue() -> None:
    """To be called before DBOS sets up its own log."""
    log = logging.getLogger("dbos")
    take_over_logger(log)
    log.propagate = False
    log.addFilter(QuietOutages())
