"""Making the list of common passwords."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))

from common_passwords import long_enough, main


def test_keeps_the_long_ones_of_the_first_lines_folded_once_and_sorted(tmp_path: Path) -> None:
    given, kept = tmp_path / "all.txt", tmp_path / "kept.txt"
    given.write_text("123456\nqwerty123456\nElevenChars\nPeanutButter\npeanutbutter\nphiladelphia\n", encoding="utf-8")

    main([str(given), "--first", "5", "--to", str(kept)])

    head, entries = kept.read_text(encoding="utf-8").splitlines()[:2], kept.read_text(encoding="utf-8").splitlines()[2:]
    assert [line.split()[0] for line in head] == ["#", "#"]
    assert entries == ["peanutbutter", "qwerty123456"]


def test_refuses_a_password_that_would_be_read_as_a_remark() -> None:
    with pytest.raises(SystemExit, match="read as remarks"):
        long_enough(["# not a remark"])
