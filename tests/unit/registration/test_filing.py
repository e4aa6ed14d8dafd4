"""Files that answer questions. Pure."""

from __future__ import annotations

import io
import zipfile

import pikepdf
import pytest

from forumapp.domain.registration.forms.questions import Kind
from forumapp.domain.registration.uploads.file_checks import LARGEST, BadFile, check_file
from tests.pictures import document, photo

WORD = ("[Content_Types].xml", "word/document.xml")


def archive(*parts: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as made:
        for part in parts:
            made.writestr(part, "x")
    return kept.getvalue()


def locked() -> bytes:
    kept = io.BytesIO()
    with pikepdf.open(io.BytesIO(document())) as opened:
        opened.save(kept, encryption=pikepdf.Encryption(owner="a", user="b"))
    return kept.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("letter.pdf", document(), "letter.pdf"),
        ("介绍信.doc", archive(*WORD), "介绍信.docx"),
        (r"C:\Users\me\list.exe", archive("[Content_Types].xml", "xl/workbook.xml"), "list.xlsx"),
        ("../../etc/passwd", document(), "file.pdf"),
        ("me.gif", photo(), "me.jpg"),
        ("\u202egpj.exe", document(), "file.pdf"),
    ],
    ids=range(6),
)
def test_a_file_is_known_by_what_it_holds(name: str, content: bytes, kept: str) -> None:
    assert check_file(Kind.FILE, name, content).name == kept


@pytest.mark.parametrize(
    ("kind", "content", "fault"),
    [
        (Kind.FILE, b"", "not-a-file"),
        (Kind.FILE, b"MZ" + b"\0" * 100, "not-a-file"),
        (Kind.FILE, b"<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>", "not-a-file"),
        (Kind.FILE, b"%PDF-1.7 and nothing more", "file-damaged"),
        (Kind.FILE, locked(), "file-locked"),
        (Kind.FILE, archive("readme.txt"), "not-a-file"),
        (Kind.FILE, archive(*WORD, "word/vbaProject.bin"), "file-with-macros"),
        (Kind.FILE, archive(*WORD)[:40], "file-damaged"),
        (Kind.PHOTO, document(), "not-a-photo"),
    ],
    ids=range(9),
)
def test_a_file_that_is_not_taken(kind: Kind, content: bytes, fault: str) -> None:
    with pytest.raises(BadFile) as refusal:
        check_file(kind, "x", content)

    assert refusal.value.code == fault


def test_a_file_of_too_many_bytes_is_not_taken() -> None:
    with pytest.raises(BadFile) as refusal:
        check_file(Kind.FILE, "x", b"%PDF-" + b"0" * LARGEST)

    assert refusal.value.code == "file-too-large"
