"""Files by name: a local folder by default, an object store for many machines."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any, Protocol

import fsspec


class Storage(Protocol):
    """Puts and gets whole files; a reader never sees half of one. `get` raises FileNotFoundError."""

    def put(self, name: str, content: bytes) -> None: ...
    def get(self, name: str) -> bytes: ...
    def exists(self, name: str) -> bool: ...
    def delete(self, name: str) -> None: ...


def storage_at(url: str) -> Storage:
    """The storage that `url` names: `file:FOLDER`, or any address that fsspec knows, such as `s3://BUCKET`."""
    return Folder(Path(url.removeprefix("file:"))) if url.startswith("file:") else Bucket(url)


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


class Bucket:
    def __init__(self, url: str) -> None:
        self._fs: Any
        self._root: str
        self._fs, self._root = fsspec.core.url_to_fs(url)

    def put(self, name: str, content: bytes) -> None:
        self._fs.pipe_file(f"{self._root}/{checked(name)}", content)

    def get(self, name: str) -> bytes:
        content: bytes = self._fs.cat_file(f"{self._root}/{checked(name)}")
        return content

    def exists(self, name: str) -> bool:
        return bool(self._fs.isfile(f"{self._root}/{checked(name)}"))

    def delete(self, name: str) -> None:
        if self.exists(name):
            self._fs.rm_file(f"{self._root}/{checked(name)}")
