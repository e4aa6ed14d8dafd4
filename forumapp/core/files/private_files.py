"""What a process of ours writes is for its owner alone: no other account of the machine reads the database or mail."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from forumapp.core.config import load_config

if TYPE_CHECKING:
    from forumapp.core.config import Config

OTHERS = 0o077


def load_privately(root: Path) -> Config:
    """Load the settings for a process of ours. Its new files are closed to other users, and existing ones are closed
    now.
    """
    os.umask(OTHERS)
    config = load_config(os.environ, root)
    database = config.database_url.removeprefix("sqlite:///")
    folders = [url.removeprefix("file:") for url in (config.mail_url, config.storage_url) if url.startswith("file:")]
    for kept in (database, f"{database}-wal", f"{database}-shm", *folders):
        with suppress(OSError):  # it is not there, it is another's, or there is no such file on PostgreSQL
            Path(kept).chmod(Path(kept).stat().st_mode & ~OTHERS)
    return config
