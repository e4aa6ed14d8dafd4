"""Caches compiled templates on disk: compiling a page takes several times as long as rendering, and each process that
starts would compile each of them anew.

The folder is as private as the key next to it: anyone who may write there already controls the application.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache

if TYPE_CHECKING:
    from flask import Flask


class Compiled(FileSystemBytecodeCache):
    """Jinja's own, of `how` templates are read. A page that cannot be kept is compiled again, and no error."""

    def __init__(self, folder: Path, how: str) -> None:
        super().__init__(str(folder))
        self._how = how

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        return hashlib.sha256(f"{self._how} {filename or name}".encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(Exception):  # whatever a crash has left of a file
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            Path(self.directory).mkdir(mode=0o700, parents=True, exist_ok=True)
            super().dump_bytecode(bucket)


def set_up(app: Flask) -> None:
    """Call after all template settings: templates compiled with other settings are not used."""
    env = app.jinja_env
    how = (jinja2.__version__, env.trim_blocks, env.lstrip_blocks, sorted(env.extensions))
    env.bytecode_cache = Compiled(app.extensions["forumapp.config"].data_dir / "templates", repr(how))
