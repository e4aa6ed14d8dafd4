"""Gunicorn's own log, written as ours is."""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger

from forumapp.core.logs import set_up_logs, take_over_logger


class WebLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        set_up_logs()
        take_over_logger(self.error_log)
        self.error_log.propagate = False
