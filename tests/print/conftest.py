"""Paper is tried on a made-up forum; its fonts are cut once for the whole run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from forumapp.domain.printing.books import book_layout, program
from forumapp.domain.printing.engine.typeset import TYPESETTING
from forumapp.domain.printing.paper.page_formats import Format
from forumapp.domain.printing.pdf import fonts

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def font_folder():
    """The one that all tests share, whichever process they are tried in."""
    return fonts.font_folder()


@pytest.fixture(scope="session")
def poppler(tmp_path_factory):
    """Runs a tool on a PDF (`{}` in the arguments) and answers what it prints."""
    folder = tmp_path_factory.mktemp("pdf")

    def run(pdf: bytes, *command: str) -> str:
        path = folder / "paper.pdf"
        path.write_bytes(pdf)
        words = [part.format(path) for part in command]
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout

    return run


@pytest.fixture
def laid_out(font_folder):
    """Lays a program out and answers the pages that would be written."""

    def layout(values, languages=("en", "zh-Hans"), form=None):
        with TYPESETTING:
            return program.laid_out(values, languages, font_folder, form or Format(book_layout.half_of(values.head)))[0]

    return layout
