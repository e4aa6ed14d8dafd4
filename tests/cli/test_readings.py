"""Commands that may write Chinese names load the tables of readings before they take the write lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from forumapp.cli import first_run, retention
from forumapp.core.database.transactions import transaction
from forumapp.domain.people.records.services import create_person
from tests.readings import forget_readings
from tests.seeds import BY, NOW

if TYPE_CHECKING:
    from click import Command
    from flask import Flask


@pytest.mark.parametrize(
    ("command", "loaded"),
    [(retention.purge, [False]), (first_run.demo, [False]), (retention.erase, [])],
    ids=["purge", "demo", "erase: no name is written"],
)
def test_the_tables_of_readings_are_loaded_before_a_transaction(
    own_app: Flask, monkeypatch: pytest.MonkeyPatch, command: Command, loaded: list[bool]
) -> None:
    with transaction() as db:
        person = create_person(db, {"native_full": "吴晓明", "email": "wu@firm.example"}, **BY)
        person.updated_at = NOW
        db.flush()
        number = str(person.id)
    in_transaction = forget_readings(monkeypatch)

    arguments = [number, "--yes"] if command is retention.erase else []
    done = CliRunner().invoke(command, arguments, obj=own_app.extensions["forumapp.config"])

    assert (done.exit_code, in_transaction) == (0, loaded)


def test_nothing_is_loaded_for_a_dry_run(own_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    in_transaction = forget_readings(monkeypatch)
    done = CliRunner().invoke(retention.purge, ["--dry-run"], obj=own_app.extensions["forumapp.config"])
    assert (done.exit_code, in_transaction) == (0, [])
