"""Logs to standard error, one JSON object a line. Callers log ids, never names, mail addresses or codes.

What libraries log goes the same way (`Stdlib`), and texts of errors are stripped of values (`error_text`): a database
quotes the row it refuses, and rows are people.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog

LONGEST = 300  # characters of a library's text
FRAMES = 20
# Texts of these speak of code, not of data.
_ABOUT_CODE = frozenset({"AttributeError", "ImportError", "ModuleNotFoundError", "NameError", "TypeError"})
_VALUES = (
    re.compile(r"[^\s<>()\"']+@[^\s<>()\"']+"),  # mail addresses
    re.compile(r"(?<=[=:(])\([^)]*\)"),  # PostgreSQL's (column)=(value)
    re.compile(r"'[^']*'"),
    re.compile(r'"[^"]*[^\w."][^"]*"'),  # names of tables and constraints stay
    re.compile(r"(?<=/)[\w.~+=-]{16,}"),  # personal links
    re.compile(r"[^\x00-\x7f]+"),
    re.compile(r"\d{6,}"),
)


def error_text(text: str, kind: str = "") -> str:
    """The first line of an error's text, without the values that it quotes."""
    line = text.strip().partition("\n")[0][:LONGEST]
    if kind not in _ABOUT_CODE:
        for values in _VALUES:
            line = values.sub("…", line)
    return line


class _Tracebacks(structlog.tracebacks.ExceptionDictTransformer):
    """Where an error arose, and neither what the variables held there nor the values in its text."""

    def __init__(self) -> None:
        super().__init__(show_locals=False, max_frames=FRAMES)

    def __call__(self, exc_info: Any) -> list[dict[str, Any]]:
        trace = super().__call__(exc_info)
        for processor_ in trace:
            processor_["exc_value"] = error_text(processor_["exc_value"], processor_["exc_type"])
            processor_["exc_notes"] = []
            processor_.pop("syntax_error", None)
        return trace


TRACEBACKS = _Tracebacks()
_PROCESSORS: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.ExceptionRenderer(TRACEBACKS),
    structlog.processors.JSONRenderer(ensure_ascii=False),
]


class Stdlib(logging.Handler):
    """Writes what a library logs as we log ourselves."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            event = error_text(record.getMessage()) or record.name
            info = record.exc_info if record.exc_info and record.exc_info[0] else None
            logger(record.name).log(record.levelno, event, exc_info=info)
        except Exception:  # noqa: BLE001 (as logging does itself: a log line never ends the work)
            self.handleError(record)


def set_up_logs() -> None:
    structlog.configure(
        processors=_PROCESSORS,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # whatever that is by then
        cache_logger_on_first_use=False,
    )
    take_over_logger(logging.getLogger(), replace=False)


def take_over_logger(log: logging.Logger, *, replace: bool = True) -> None:
    """Have what `log` gets written by ours; `replace` drops the handlers that it has."""
    kept = [] if replace else [handler for handler in log.handlers if not isinstance(handler, Stdlib)]
    log.handlers[:] = [*kept, Stdlib(logging.WARNING if not replace else logging.NOTSET)]


def logger(name: str) -> structlog.typing.FilteringBoundLogger:
    log: structlog.typing.FilteringBoundLogger = structlog.get_logger(part=name)
    return log
