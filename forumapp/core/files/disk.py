"""Whether there is room to write, tried for real: quotas and limits on files count as a full disk too."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forumapp.core.config import Config

PROBE = b"\0" * 65536


def folders_of(config: Config) -> dict[str, Path]:
    """The folders that this installation writes to, by their contents."""
    folders = {"data": config.data_dir}
    if config.database_url.startswith("sqlite:///"):
        folders["database"] = Path(config.database_url.removeprefix("sqlite:///").partition("?")[0]).parent
    if config.storage_url.startswith("file:"):
        folders["storage"] = Path(config.storage_url.removeprefix("file:"))
    return {name: folder for name, folder in folders.items() if folder.is_dir()}


def free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def can_write(folder: Path) -> bool:
    probe = folder / f".probe-{os.getpid()}"
    try:
        probe.write_bytes(PROBE)
    except OSError:
        return False
    finally:
        with suppress(OSError):
            probe.unlink()
    return True
