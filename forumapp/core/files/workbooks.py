"""Workbooks (XLSX, XLSM, XLS, ODS), read in a process with limits, so that no file takes a web worker down with it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forumapp.core.files.workbook_process import ERROR, MOST_CELLS, MOST_CHARACTERS, MOST_ROWS

__all__ = ["ERROR", "MOST_CELLS", "MOST_CHARACTERS", "MOST_ROWS", "UnreadableWorkbook", "is_workbook", "read_workbook"]

LARGEST_UNPACKED = 200 * 1024 * 1024  # bytes of a workbook, which is a packed archive
MEGABYTES, SECONDS, PATIENCE = 1024, 30, 90
MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_READER = Path(__file__).with_name("workbook_process.py")
_AT_ONCE = threading.Semaphore(2)


class UnreadableWorkbook(Exception):
    """`details` has `why`: not-a-workbook, xlsb, unpacked-too-large, too-many-cells, too-much-text or too-much-work."""

    def __init__(self, **details: str) -> None:
        super().__init__(details["why"])
        self.details: dict[str, Any] = dict(details)


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows` are those with anything in them, with their numbers in the file. `left_out` are filled cells that are far
    from the list, as "XFD1048576".
    """

    name: str
    rows: list[tuple[int, list[str]]]
    is_hidden: bool = False
    left_out: tuple[str, ...] = ()


def is_workbook(content: bytes) -> bool:
    return content.startswith(MAGIC)


def read_workbook(content: bytes) -> tuple[str, list[Sheet]]:
    """The kind of the workbook and its sheets. Raises UnreadableWorkbook."""
    command = [sys.executable, "-I", str(_READER), str(LARGEST_UNPACKED), str(MEGABYTES), str(SECONDS)]
    with _AT_ONCE:
        try:
            done = subprocess.run(  # noqa: S603 (our own program, and the file goes in as data)
                command,
                input=content,
                capture_output=True,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise UnreadableWorkbook(why="too-much-work") from None
    if done.returncode != 0 or not done.stdout:
        # Ended for its memory or time, by a limit or by the library itself.
        raise UnreadableWorkbook(why="too-much-work")
    answer = json.loads(done.stdout)
    if "why" in answer:
        raise UnreadableWorkbook(**answer)
    sheets = [
        Sheet(
            sheet["name"],
            [(number, row) for number, row in sheet["rows"]],
            sheet["is_hidden"],
            tuple(sheet["left_out"]),
        )
        for sheet in answer["sheets"]
    ]
    return answer["read_as"], sheets
