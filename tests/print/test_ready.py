"""Whoever draws a paper compiles no template: the process that it is forked from has."""

from __future__ import annotations

import subprocess
import sys

from forumapp.core.paths import ROOT
from forumapp.domain.printing import templates

BEGUN = """
import sys
from pathlib import Path

from forumapp.app import create_app
from forumapp.core.config import load_config
from tests.print.test_ready import compiled

if __name__ == "__main__":
    app = create_app(load_config({}, Path(sys.argv[1])))
    with app.app_context():
        print(app.extensions["forumapp.workshop"].run(compiled))
    app.extensions["forumapp.workshop"].close()
"""


def compiled() -> int:
    return len(templates.environment().cache or ())


def test_a_process_that_has_drawn_nothing_has_all_templates(tmp_path):
    script = tmp_path / "begun.py"
    script.write_text(BEGUN, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, script, tmp_path], cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, check=False
    )
    assert ran.stdout.decode().strip() == str(len(list(templates.FOLDER.rglob("*.html")))), ran.stderr.decode()
