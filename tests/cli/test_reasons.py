from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from forumapp import __main__ as console
from forumapp.cli.reasons import of_refusal
from forumapp.core.database import write_lock
from forumapp.core.database.db import db
from forumapp.core.errors import Forbidden, Invalid, NotFound, Refusal
from forumapp.core.paths import ROOT
from forumapp.domain.delegations.members.services import DelegationFull

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        (NotFound(entity="edition", named="x"), 'there is no edition "x"'),
        (NotFound(entity="registration_type", named="guests"), 'there is no registration type "guests"'),
        (NotFound(entity="room"), "there is no such room"),
        (
            Invalid(fields={"stock": "unknown", "languages": "not-an-option"}),
            "languages: not an option, stock: unknown",
        ),
        (Forbidden(), "forbidden"),
        (DelegationFull(delegation_id=3), "delegation full (delegation_id: 3)"),
    ],
)
def test_a_refusal_in_one_line(refusal: Refusal, reason: str) -> None:
    assert of_refusal(refusal) == reason


@pytest.mark.parametrize(
    ("words", "status", "reason"),
    [
        (["check", "nowhere"], 1, "run `forumapp db upgrade`"),
        (["user", "add", "notmail", "--role", "owner", "--edition", "x"], 2, "EMAIL"),
        (["token", "create", "a@forum.example", "--name", " "], 2, "--name"),
        (["nonsense"], 2, "nonsense"),
    ],
    ids=["no tables", "no mail address", "no name", "no such command"],
)
def test_exit_status_and_reason(tmp_path: Path, words: list[str], status: int, reason: str) -> None:
    environment = {**os.environ, "FORUMAPP_DATA_DIR": str(tmp_path), "FORUMAPP_DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "-m", "forumapp", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (status, "")
    assert reason in done.stderr.splitlines()[-1]
    assert [one.name for one in tmp_path.iterdir() if one.stat().st_mode & 0o077] == []  # others read nothing of it


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_command_ends_in_one_line_while_another_process_writes(
    own_app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(console, "load_privately", lambda _root: None)
    monkeypatch.setattr(console, "create_app", lambda _config: own_app)
    monkeypatch.setattr(sys, "argv", ["forumapp", "user", "close", "ann@forum.example"])
    monkeypatch.setattr(write_lock, "GATE_SECONDS", 0.1)
    with write_lock.WriterGate(f"{db.engine.url.database}.gate").held(), pytest.raises(SystemExit) as ended:
        console.main()
    assert ended.value.code == 1
    assert capsys.readouterr().err == "the database is busy: another process is writing; try again later\n"
