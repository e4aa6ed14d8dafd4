"""Files that can be made again at any time, kept for a while in a local folder that all processes share."""

from __future__ import annotations

import secrets
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

AGE = 30 * 60  # seconds
MOST = 64_000_000  # bytes of all of them


class Rack:
    """No file is older than `age` seconds, and all together are no larger than `most` bytes: the oldest go first."""

    def __init__(self, folder: Path, *, age: float = AGE, most: int = MOST) -> None:
        self._folder, self._age, self._most = folder, age, most

    def get(self, name: str) -> bytes | None:
        path = self._folder / name
        try:
            return path.read_bytes() if time.time() - path.stat().st_mtime < self._age else None
        except FileNotFoundError:
            return None

    def put(self, name: str, content: bytes) -> None:
        """A reader sees the whole file or none."""
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / f".{name}.{secrets.token_hex(4)}"
        try:
            draft.write_bytes(content)
            draft.replace(self._folder / name)
        finally:
            draft.unlink(missing_ok=True)
        self.tidy()

    def tidy(self) -> None:
        """Take away what is too old or too much, drafts that a crash left too."""
        if not self._folder.is_dir():
            return
        newest: list[tuple[float, int, Path]] = []
        for path in self._folder.iterdir():
            with suppress(FileNotFoundError):  # another process was faster
                stat = path.stat()
                newest.append((stat.st_mtime, stat.st_size, path))
        newest.sort(reverse=True)
        oldest, total = time.time() - self._age, 0
        for changed, size, path in newest:
            total += size
            if changed < oldest or total > self._most:
                path.unlink(missing_ok=True)

    def clear(self) -> None:
        if self._folder.is_dir():
            for path in self._folder.iterdir():
                path.unlink(missing_ok=True)
