"""Paper is tried on a made-up forum; its cut fonts are kept for the whole run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def font_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fonts")


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
