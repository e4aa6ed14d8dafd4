"""Whoever draws a paper compiles no template: the process that it is forked from has."""

from __future__ import annotations

import subprocess
import sys

from forumapp.core.paths import ROOT
from forumapp.domain.printing.engine import templates
from forumapp.domain.printing.engine.typeset import Typesetter
from forumapp.domain.printing.pdf import fonts
from forumapp.domain.printing.previews import pages

BEGUN = """
import sys
from pathlib import Path

from forumapp.app import create_app
from forumapp.core.config import load_config
from tests.print.engine.test_ready import compiled

if __name__ == "__main__":
    app = create_app(load_config({}, Path(sys.argv[1])))
    with app.app_context():
        print(app.extensions["forumapp.workshop"].run(compiled))
    app.extensions["forumapp.workshop"].close()
"""


def compiled() -> int:
    return len(templates.environment().cache or ())


def test_what_a_process_begins_with_and_the_typesetter_log_no_errors(font_folder, caplog):
    pages.get_ready(font_folder)
    assert caplog.messages == []
    Typesetter(fonts.SANS, "Aa", font_folder).pdf("<p>Aa</p>", "")
    assert "lang" in caplog.text  # so that the log would have shown it


def test_each_paper_names_its_language():
    papers = [one for one in templates.FOLDER.rglob("*.html") if "<html" in one.read_text(encoding="utf-8")]
    assert len(papers) > 20
    assert [one.name for one in papers if "<html lang=" not in one.read_text(encoding="utf-8")] == []


def test_a_process_that_has_drawn_nothing_has_all_templates(tmp_path):
    script = tmp_path / "begun.py"
    script.write_text(BEGUN, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, script, tmp_path], cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, check=False
    )
    assert ran.stdout.decode().strip() == str(len(list(templates.FOLDER.rglob("*.html")))), ran.stderr.decode()
