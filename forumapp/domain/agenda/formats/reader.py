"""Agendas out of files: which format one is, told from its content, and what it says. Pure.

Whatever comes, the answer is a Schedule or UnreadableSchedule with the reason; a broken file is never our fault.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from forumapp.core.files.spreadsheets import LARGEST, decoded, read_table
from forumapp.core.files.workbooks import is_workbook
from forumapp.domain.agenda.formats.parsing.json_values import loaded, thing
from forumapp.domain.agenda.formats.parsing.values import LARGEST_ALL, LARGEST_FILES, Schedule, UnreadableSchedule
from forumapp.domain.agenda.formats.readers import (
    forumapp_json,
    frab_json,
    frab_xml,
    icalendar_files,
    linked_json,
    open_event,
    program_json,
    tables,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forumapp.core.files.spreadsheets import Table

_ZIP = b"PK\x03\x04"
_KNOWN = (".json", ".ics", ".xml", ".csv")


def files_in(name: str, content: bytes) -> dict[str, bytes]:
    """The files of an archive, or the one file that it is."""
    if len(content) > LARGEST:
        raise UnreadableSchedule(why="too-large")
    if not content.startswith(_ZIP):
        return {name: content}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if "[Content_Types].xml" in archive.namelist():
                return {name: content}
            return _unpacked(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise UnreadableSchedule(why="not-an-archive") from error


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes]:
    wanted = [one for one in archive.infolist() if not one.is_dir() and one.filename.lower().endswith(_KNOWN)]
    if len(wanted) > LARGEST_FILES:
        raise UnreadableSchedule(why="too-many-files")
    if sum(one.file_size for one in wanted) > LARGEST_ALL:
        raise UnreadableSchedule(why="archive-too-large")
    found = {}
    for one in wanted:
        with archive.open(one) as file:
            # Never more than it says of itself, which was counted.
            found[posixpath.basename(one.filename)] = file.read(one.file_size)
    return found


def read(
    files: Mapping[str, bytes],
    zone: str,
    *,
    form: str = "",
    year: int | None = None,
    mapping: Mapping[str, str] | None = None,
    sheet: str = "",
    heading_row: int | None = None,
) -> Schedule:
    """What they say together, in times of `zone` where they name none. `form` overrides what the content tells, and
    `mapping` what the headings of a table are thought to mean. `sheet` and `heading_row` say where a table stands, as
    for `read_table`. Raises UnreadableTable.
    """
    if len(files) > LARGEST_FILES:
        raise UnreadableSchedule(why="too-many-files")
    if sum(map(len, files.values())) > LARGEST_ALL:
        raise UnreadableSchedule(why="archive-too-large")
    files = {name: content for name, content in sorted(files.items()) if content.strip()}
    if not files:
        raise UnreadableSchedule(why="empty")
    first = next(iter(files.values()))
    form = form or _format(files)
    if form == "frab-xml":
        return frab_xml.read(first, zone)
    if form == "ics":
        return icalendar_files.read({name: one for name, one in files.items() if _looks(one) == "ics"} or files, zone)
    if form in {"csv", "xlsx"}:
        table = read_table(
            first, sheet=sheet, heading_row=heading_row, count_known=lambda cells: _count_known(cells, mapping)
        )
        return _of_table(table, zone, mapping)
    documents = {posixpath.splitext(posixpath.basename(name))[0]: loaded(one) for name, one in files.items()}
    return _of_json(documents, form, zone, year)


def _of_table(table: Table, zone: str, mapping: Mapping[str, str] | None) -> Schedule:
    meant = dict(mapping or tables.meanings(table.headings))
    schedule = tables.read(table, meant, zone)
    return replace(schedule, headings=table.headings, mapping=meant, table=replace(table, rows=()))


def _count_known(cells: Sequence[str], mapping: Mapping[str, str] | None) -> int:
    if mapping:
        return sum(" ".join(cell.split()) in mapping for cell in cells)
    return sum(bool(meant) for meant in tables.meanings(cells).values())


def _of_json(documents: Mapping[str, Any], form: str, zone: str, year: int | None) -> Schedule:
    first = next(iter(documents.values()))
    if form == "frab-json" or (form == "json" and thing(thing(first).get("schedule"))):
        return frab_json.read(first, zone)
    if form == "json" and forumapp_json.is_own(first):
        return forumapp_json.read(first, zone)
    if form == "open-event" or (form == "json" and open_event.is_open_event(documents)):
        return open_event.read(documents, zone)
    if found := linked_json.collections_of(documents):
        return linked_json.read(found, zone)
    return program_json.read(documents, zone, year)


def _format(files: Mapping[str, bytes]) -> str:
    looks = {name: _looks(content) for name, content in files.items()}
    if len(files) > 1 and len(kinds := set(looks.values())) > 1:
        raise UnreadableSchedule(why="unknown-format", at=", ".join(sorted(kinds)))
    return next(iter(looks.values()))


def _looks(content: bytes) -> str:
    """frab-xml, ics, json of any kind, or else a table."""
    if is_workbook(content):
        return "xlsx"
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or content[:1] == b"\x00":
        start = decoded(content)[0][:400]
    else:
        start = content[:400].decode("utf-8", "replace")
    start = start.lstrip("\ufeff \t\r\n")
    if start.startswith("<"):
        return "frab-xml"
    if start.upper().startswith("BEGIN:VCALENDAR"):
        return "ics"
    return "json" if start[:1] in "{[" and start else "csv"
