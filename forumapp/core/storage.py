"""Files by name: a local folder by default, an object store for many machines."""

from __future__ import annotations

from typing import Any

import fsspec


class Storage:
    """Puts and gets whole files. A reader never sees half a file."""

    def __init__(self, url: str) -> None:
        self._fs, self._root = fsspec.core.url_to_fs(url, auto_mkdir=True) if url.startswith("file:") else _remote(url)

    def put(self, name: str, content: bytes) -> None:
        path = self._path(name)
        if self._fs.protocol != "file" and "file" not in self._fs.protocol:
            self._fs.pipe_file(path, content)
            return
        # A crash leaves the old file or the new one, never half of it.
        import os
        import secrets
        from pathlib import Path

        target = Path(path)
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
        """Raises FileNotFoundError."""
        content: bytes = self._fs.cat_file(self._path(name))
        return content

    def exists(self, name: str) -> bool:
        return bool(self._fs.exists(self._path(name)))

    def delete(self, name: str) -> None:
        if self.exists(name):
            self._fs.rm_file(self._path(name))

    def _path(self, name: str) -> str:
        if name.startswith("/") or ".." in name.split("/"):
            raise ValueError(f"not a storage name: {name}")
        return f"{self._root}/{name}"


def _remote(url: str) -> tuple[Any, str]:
    fs, root = fsspec.core.url_to_fs(url)
    return fs, root
