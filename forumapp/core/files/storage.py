"""Files by name, in a local folder."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Protocol

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
FULL_DATABASE = "disk is full"  # in the words of SQLite
FULL_POSTGRESQL = "53100"  # its words are in the language of the server
# A file that cannot grow for another reason, such as a limit on the size of files.
FULL_SQLITE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE)


class Storage(Protocol):
    """Puts and gets whole files; a reader never sees half of one. `get` raises FileNotFoundError."""

    def put(self, name: str, content: bytes) -> None: ...
    def get(self, name: str) -> bytes: ...
    def exists(self, name: str) -> bool: ...
    def delete(self, name: str) -> None: ...
    def delete_drafts(self, name: str) -> None: ...
    def delete_folder(self, name: str) -> None: ...


def storage_at(url: str) -> Storage:
    """The storage that `url` names: `file:FOLDER`."""
    return Folder(Path(url.removeprefix("file:")))


def is_full(error: Exception) -> bool:
    """Whether a disk has no room for it, the database's own too."""
    driver = getattr(error, "orig", None)
    if getattr(driver, "sqlite_errorcode", None) in FULL_SQLITE:
        return True
    if getattr(driver, "sqlstate", None) == FULL_POSTGRESQL:
        return True
    return getattr(error, "errno", None) in FULL or FULL_DATABASE in str(driver)


def checked(name: str) -> str:
    if name.startswith("/") or ".." in name.split("/"):
        raise ValueError(f"not a storage name: {name}")
    return name


class Folder:
    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, content: bytes) -> None:
        """A crash or a full disk leaves the old file or the new one, never half of it."""
        target = self._root / checked(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            with draft.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise

    def get(self, name: str) -> bytes:
        return (self._root / checked(name)).read_bytes()

    def exists(self, name: str) -> bool:
        return (self._root / checked(name)).is_file()

    def delete(self, name: str) -> None:
        (self._root / checked(name)).unlink(missing_ok=True)

    def delete_drafts(self, name: str) -> None:
        """Partial files left in a folder by a killed process."""
        for draft in (self._root / checked(name)).glob(".*"):
            draft.unlink(missing_ok=True)

    def delete_folder(self, name: str) -> None:
        """With all that is in it, drafts that a crash left too."""
        with suppress(FileNotFoundError):
            shutil.rmtree(self._root / checked(name))
