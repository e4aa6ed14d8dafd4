from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from forumapp.core.config import ConfigError, kept_secret, load_config
from forumapp.core.files.private_files import load_privately

if TYPE_CHECKING:
    from pathlib import Path


def test_the_defaults_keep_everything_in_one_folder(tmp_path: Path) -> None:
    config = load_config({}, tmp_path)
    assert config.database_url == f"sqlite:///{tmp_path}/var/forumapp.sqlite"
    assert config.mail_url == f"file:{tmp_path}/var/outbox"
    assert config.storage_url == f"file:{tmp_path}/var/files"
    assert config.base_url == "http://127.0.0.1:8000"


def test_a_relative_database_is_one_file_for_all_who_open_it(tmp_path: Path) -> None:
    assert load_config({"FORUMAPP_DATABASE_URL": "sqlite:///x.sqlite"}, tmp_path).database_url == (
        f"sqlite:///{tmp_path}/x.sqlite"
    )


def test_every_bad_setting_is_named_at_once(tmp_path: Path) -> None:
    bad = {
        "FORUMAPP_DATABASE_URL": "mysql://x",
        "FORUMAPP_SECRET_KEY": "short",
        "FORUMAPP_BASE_URL": "ftp://x",
        "FORUMAPP_MAIL_URL": "pigeon:",
        "FORUMAPP_STORAGE_URL": "x",
    }
    with pytest.raises(ConfigError) as error:
        load_config(bad, tmp_path)
    assert {line.partition(":")[0] for line in str(error.value).splitlines()} == set(bad)


def test_the_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    first = kept_secret(tmp_path)
    assert kept_secret(tmp_path) == first
    assert len(first) >= 32
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "short\n"], ids=["empty", "short"])
def test_a_damaged_key_signs_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secret-key").write_text(content)
    with pytest.raises(ConfigError, match="FORUMAPP_SECRET_KEY"):
        load_config({}, tmp_path)


def test_what_an_earlier_process_left_open_to_others_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORUMAPP_DATA_DIR", str(tmp_path))
    database, outbox = tmp_path / "forumapp.sqlite", tmp_path / "outbox"
    database.touch(0o644)
    outbox.mkdir(0o755)
    before = os.umask(0o022)
    try:
        load_privately(tmp_path)
        (tmp_path / "new").touch()
    finally:
        os.umask(before)
    modes = [stat.S_IMODE(one.stat().st_mode) for one in (database, outbox, tmp_path / "new")]
    assert modes == [0o600, 0o700, 0o600]
