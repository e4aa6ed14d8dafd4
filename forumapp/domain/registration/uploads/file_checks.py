"""Files that people bring with their answers: known by what they hold, never by their name. Pure.

Pictures are made anew, without what cameras add. Documents are kept as they are, and only ever offered for download.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forumapp.core.errors import Invalid
from forumapp.core.values.text import is_plain, is_visible
from forumapp.domain.images.checking import check_picture
from forumapp.domain.images.rules import BadPicture, MediaType
from forumapp.domain.registration.forms.questions import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST, LONGEST_NAME, MOST_PARTS = 10_000_000, 120, 5000
PDF, ZIP = b"%PDF-", b"PK\x03\x04"
# By the part that each holds: its media type, and how its name ends.
_OFFICE: Mapping[str, tuple[str, str]] = {
    "word/document.xml": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "xl/workbook.xml": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
}
_PICTURES = {MediaType.PNG: "png", MediaType.JPEG: "jpg"}
TAKEN = {
    Kind.FILE: ".pdf,.docx,.xlsx,image/png,image/jpeg,image/webp",
    Kind.PHOTO: "image/png,image/jpeg,image/webp",
}


class BadFile(Invalid):
    """A file that is not taken; `code` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__()


@dataclass(frozen=True, slots=True)
class Filed:
    name: str
    media_type: str
    content: bytes


def check_file(kind: Kind, name: str, content: bytes) -> Filed:
    """What is kept of a file that answers a question of this kind. Raises BadFile."""
    if len(content) > LARGEST:
        raise BadFile("file-too-large")
    if kind is Kind.FILE and content.startswith(PDF):
        return Filed(_named(name, "pdf"), "application/pdf", _whole_pdf(content))
    if kind is Kind.FILE and content.startswith(ZIP):
        media_type, end = _office(content)
        return Filed(_named(name, end), media_type, content)
    try:
        picture = check_picture(content)
    except BadPicture as bad:
        raise BadFile("not-a-photo" if kind is Kind.PHOTO else "not-a-file") from bad
    if picture.media_type not in _PICTURES:
        raise BadFile("not-a-photo" if kind is Kind.PHOTO else "not-a-file")
    return Filed(_named(name, _PICTURES[picture.media_type]), picture.media_type.value, picture.content)


def _named(name: str, end: str) -> str:
    """The name that it came with, as far as it is one, with the ending of what it is."""
    stem = name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0].strip()
    return f"{stem[:LONGEST_NAME] if stem and is_plain(stem) and is_visible(stem) else 'file'}.{end}"


def _whole_pdf(content: bytes) -> bytes:
    import pikepdf  # for those requests alone that bring one

    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            pages = len(document.pages)
    except pikepdf.PasswordError as error:
        raise BadFile("file-locked") from error
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        raise BadFile("file-damaged") from error
    if not pages:
        raise BadFile("file-damaged")
    return content


def _office(content: bytes) -> tuple[str, str]:
    """Of Word and Excel, without macros. Nothing in it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise BadFile("file-damaged") from error
    found = next((what for part, what in _OFFICE.items() if part in parts), None)
    if found is None or "[Content_Types].xml" not in parts or len(parts) > MOST_PARTS:
        raise BadFile("not-a-file")
    if any(part.endswith("vbaProject.bin") for part in parts):
        raise BadFile("file-with-macros")
    return found
