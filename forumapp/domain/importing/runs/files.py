"""The files of imports, read once and passed along.

Reading a file and comparing its rows with the database take seconds. No other writer may wait for that, so both are
refused within a write transaction: edges do them first and pass the result to the service that writes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forumapp.core.database.db import WRITING
from forumapp.core.errors import NotFound
from forumapp.domain.importing.corrections import corrected
from forumapp.domain.importing.runs.kinds import ANYWHERE, IMPORTERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.importing.models import ImportKind, ImportRun
    from forumapp.domain.importing.runs.kinds import Brought, TablePlace


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent and read, before it is stored. `delegation` is the code of the one whose list it is."""

    kind: ImportKind
    filename: str
    content: bytes
    table: Brought
    delegation: str = ""


@dataclass(frozen=True, slots=True)
class ImportFile:
    """The file of an import at one version: as it was sent, and with its corrected cells in `table`."""

    run_id: int
    version: int
    as_sent: Brought
    table: Brought


def refuse_while_writing(db: DbSession) -> None:
    if WRITING in db.info:
        raise RuntimeError("a file is read or compared within a write transaction")


def read_table_of(
    db: DbSession,
    edition_id: int,
    kind: ImportKind,
    filename: str,
    content: bytes,
    *,
    mapping: Mapping[str, str] | None = None,
    place: TablePlace = ANYWHERE,
) -> Brought:
    """Raises UnreadableTable."""
    refuse_while_writing(db)
    return IMPORTERS[kind].read(db, edition_id, filename, content, mapping, place)


def read_run(db: DbSession, run: ImportRun, place: TablePlace, mapping: Mapping[str, str] | None = None) -> Brought:
    """The stored file of an import, from this sheet and heading row. Raises UnreadableTable."""
    if run.content is None:
        raise NotFound(entity="file")
    return read_table_of(db, run.edition_id, run.kind, run.filename, run.content, mapping=mapping or None, place=place)


def with_corrections(run: ImportRun, table: Brought) -> ImportFile:
    mended = table._replace(rows=corrected(table.rows, run.cells)) if run.cells else table
    return ImportFile(run.id, run.version, table, mended)


class FileCache:
    """Files of imports that are in progress, for the batches of a worker process. The least recently used one goes
    first.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._files: OrderedDict[tuple[int, int, str], ImportFile] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, run: ImportRun) -> ImportFile | None:
        key = _key(run)
        with self._lock:
            if key in self._files:
                self._files.move_to_end(key)
            return self._files.get(key)

    def keep(self, run: ImportRun, file: ImportFile) -> None:
        with self._lock:
            self._files[_key(run)] = file
            while len(self._files) > self._most:
                self._files.popitem(last=False)

    def drop(self, run_id: int) -> None:
        with self._lock:
            for key in [one for one in self._files if one[0] == run_id]:
                del self._files[key]


def _key(run: ImportRun) -> tuple[int, int, str]:
    return run.id, run.version, run.sha256
