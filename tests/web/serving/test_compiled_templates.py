"""Compiled templates on disk: taken where they fit, and never in the way of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from jinja2 import Environment, FileSystemLoader

from forumapp.web.template_cache import Compiled

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

NAME = "page.html"


def drawn(folder: Path, kept: Path, *, how: str = "so", compiles: bool = True) -> str:
    """The page as a process draws it that has just started."""
    env = Environment(loader=FileSystemLoader(folder), bytecode_cache=Compiled(kept, how), autoescape=True)
    if not compiles:
        env._generate = None  # type: ignore[method-assign, assignment]  # the way to Python: not to be gone
    return env.get_template(NAME).render()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / NAME).write_text("{{ 6 * 7 }}")
    return tmp_path


def test_the_next_process_compiles_nothing(folder: Path) -> None:
    kept = folder / "kept"

    assert [drawn(folder, kept), drawn(folder, kept, compiles=False)] == ["42", "42"]
    with pytest.raises(TypeError):
        drawn(folder, kept, how="otherwise", compiles=False)


def test_a_page_that_changed_is_compiled_anew(folder: Path) -> None:
    kept = folder / "kept"
    drawn(folder, kept)

    (folder / NAME).write_text("{{ 6 * 8 }}")

    assert drawn(folder, kept) == "48"


def test_what_cannot_be_kept_or_read_is_compiled_again(folder: Path) -> None:
    kept = folder / "kept"
    kept.write_text("a file where the folder should be, as good as a disk that is full")
    assert drawn(folder, kept) == "42"
    kept.unlink()
    drawn(folder, kept)

    [file] = kept.iterdir()
    whole = file.read_bytes()
    for end in (*range(0, 100, 3), -9):
        file.write_bytes(whole[:end])
        assert drawn(folder, kept) == "42"


def test_the_pages_of_the_site_are_kept(app: Flask) -> None:
    app.jinja_env.get_template("organizer/sign_in.html")

    cache = app.jinja_env.bytecode_cache
    assert isinstance(cache, Compiled)
    assert any(app.extensions["forumapp.config"].data_dir.joinpath("templates").iterdir())
