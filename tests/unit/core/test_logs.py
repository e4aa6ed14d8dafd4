"""What a log may not tell."""

from __future__ import annotations

import json
import logging

import pytest

from forumapp.core.database.outage import Outages
from forumapp.core.database.write_lock import GateStaysClosed
from forumapp.core.logs import error_text, logger, set_up_logs
from forumapp.worker.queue_logs import QuietOutages


def test_a_fault_is_told_without_what_the_variables_held(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs()

    def add(person: dict[str, str]) -> None:
        raise RuntimeError(f"{len(person)} columns")

    try:
        add({"email": "liuchun@example.cn", "phone": "+86 139 1234 5678"})
    except RuntimeError:
        logger("worker").exception("an import failed", run=7)
    line = capsys.readouterr().err
    told = json.loads(line)
    assert (told["event"], told["run"]) == ("an import failed", 7)
    assert told["exception"][0]["exc_value"] == "2 columns"
    assert [frame["name"] for frame in told["exception"][0]["frames"]][-1] == "add"
    assert "liuchun" not in line
    assert "1234" not in line


@pytest.mark.parametrize(
    ("text", "kind", "logged"),
    [
        ("2 columns", "RuntimeError", "2 columns"),
        ("'Liu Chun'", "KeyError", "…"),
        ("'NoneType' object has no attribute 'id'", "AttributeError", "'NoneType' object has no attribute 'id'"),
        (
            'violates unique constraint "uq_email"\nDETAIL:  Key (email)=(liuchun@example.cn) already exists.',
            "UniqueViolation",
            'violates unique constraint "uq_email"',
        ),
        ("no such file: liuchun@example.cn 13912345678 刘春", "ValueError", "no such file: … … …"),
        ('invalid input syntax for type integer: "Liu Chun"', "DataError", "invalid input syntax for type integer: …"),
        ("Error handling request /r/WzEsInJlZ2lzdHJhdGlvbiJd.abc", "", "Error handling request /r/…"),
    ],
)
def test_the_text_of_an_error_has_no_values(text: str, kind: str, logged: str) -> None:
    assert error_text(text, kind) == logged


def test_what_a_library_logs_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs()
    try:
        {}["liuchun@example.cn"]
    except KeyError:
        logging.getLogger("some.library").exception("it failed\nfor %s", "liuchun@example.cn")
    (line,) = capsys.readouterr().err.splitlines()
    entry = json.loads(line)
    assert (entry["part"], entry["level"], entry["event"]) == ("some.library", "error", "it failed")
    assert entry["exception"][0]["exc_type"] == "KeyError"
    assert "liuchun" not in line


def test_retries_of_the_queue_are_counted_and_not_logged() -> None:
    outages = Outages()
    quiet = QuietOutages(outages)

    def logs(text: str) -> bool:
        return quiet.filter(logging.LogRecord("dbos", logging.WARNING, "", 0, text, (), None))

    assert logs("a workflow has no owner")
    assert [logs(f"Database connection failed: refused. Retrying in {n}s") for n in range(3)] == [True, False, False]
    outages.note(GateStaysClosed())
    assert not logs("Exception listing queues: (psycopg.OperationalError) connection is bad")
