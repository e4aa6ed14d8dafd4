"""Retired words are counted by folder, and a folder may hold no more than it held."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))

from check_words import find_retired, folder_of, main


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def told(said: str) -> None:", ["told", "said"]),
        ("Whoever comes is named beside the table.", ["whoever", "beside"]),
        ("so that nobody\nis told", ["so that nobody", "told"]),
        ("has_met = is_told = 1", ["met", "told"]),
        ("The method is aforesaid; besides, a comet.", []),
    ],
)
def test_retired_words_are_found_in_names_and_prose(text: str, words: list[str]) -> None:
    assert [word for _line, word in find_retired(text)] == words


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("forumapp/domain/agenda/findings/load.py", "forumapp/domain/agenda"),
        ("forumapp/app.py", "forumapp"),
        ("tests/api/onsite/test_desk.py", "tests/api"),
        ("templates/mail/ticket.txt", "templates"),
        ("README.md", "README.md"),
    ],
)
def test_words_are_counted_by_folder(path: str, folder: str) -> None:
    assert folder_of(Path(path)) == folder


def test_a_folder_may_hold_no_more_than_it_held(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, allowed = tmp_path / "docs" / "page.md", tmp_path / "allowed.toml"
    page.parent.mkdir()
    page.write_text("Whoever was told.")
    assert main([], tmp_path, allowed) == 1
    assert "docs: 2 retired words, 0 allowed" in capsys.readouterr().err

    main(["--write"], tmp_path, allowed)
    assert main([], tmp_path, allowed) == 0
    page.write_text("Whoever was told, said nothing.")
    main(["--write"], tmp_path, allowed)
    assert main([], tmp_path, allowed) == 1

    page.write_text("One was told.")
    main(["--write"], tmp_path, allowed)
    page.write_text("Whoever was told.")
    assert main([], tmp_path, allowed) == 1
