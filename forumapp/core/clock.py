"""The one place that reads the wall clock. Edges call it; everything below takes `now=`."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)
