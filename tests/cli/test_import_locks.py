"""What takes long and can be done before is not done while an import from the console holds the write lock."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from forumapp.core.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

# In a process of its own: in that of the tests, everything is loaded.
PROGRAM = """
import gc, os, sys
from pathlib import Path
from click.testing import CliRunner
from sqlalchemy import event
from forumapp.app import create_app
from forumapp.cli.tables import import_
from forumapp.core.config import load_config
from forumapp.core.db import db

app = create_app(load_config(os.environ, Path.cwd()))
begun, holds, loaded, collecting = [], [], [], []

def begin(_session, _transaction, connection):
    if connection.get_execution_options().get("writer") and not begun:
        begun.append(set(sys.modules))

def end(_session, ended):
    if begun and ended.parent is None:
        holds.append(1)
        loaded.extend(set(sys.modules) - begun.pop())
        collecting.append(gc.isenabled())

with app.app_context():
    factory = db.session.session_factory
    event.listen(factory, "after_begin", begin)
    event.listen(factory, "after_transaction_end", end)
    gc.enable()
    done = CliRunner().invoke(import_, ["people", sys.argv[1]], obj=app.extensions["forumapp.config"])
print(done.output.splitlines()[-1], bool(holds), sorted(loaded), any(collecting), gc.isenabled())
"""


@pytest.mark.one_database
def test_no_module_is_loaded_and_no_garbage_collected_within_a_transaction(own_database: str, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(
        "Family name,Given name,姓名,单位\nZhang,San,张三,示例贸易有限公司\nLee,Ann,,Port of Oakland\n",
        encoding="utf-8",
    )
    environment = {
        **os.environ,
        "FORUMAPP_DATABASE_URL": own_database,
        "FORUMAPP_DATA_DIR": str(tmp_path / "var"),
        "FORUMAPP_SECRET_KEY": "only for this test, and long enough to be taken",
    }
    command = [sys.executable, "-c", PROGRAM, str(file)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "2 added True [] False True"
