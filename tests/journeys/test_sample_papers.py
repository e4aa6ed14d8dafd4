"""From an empty folder to the sample forum's papers, by the console alone: what a print shop would be handed."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
import zxingcpp
from lxml import etree
from PIL import Image

from forumapp.core.paths import ROOT
from tests.conftest import share_made

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

NAMESPACE = "{http://www.w3.org/1999/xhtml}"
PEOPLE = """
    SELECT registration.status, person.latin_family, person.latin_given, person.native_full, ticket_code.code,
        ticket_code.short
    FROM registration
    JOIN person ON person.id = registration.person_id
    LEFT JOIN ticket_code ON ticket_code.registration_id = registration.id AND ticket_code.revoked_at IS NULL
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the sample forum is loaded."""
    folder = tmp_path_factory.mktemp("sample")
    share_made(folder)
    forumapp(folder, "db", "upgrade")
    forumapp(folder, "demo")
    return folder


def forumapp(place: Path, *words: str) -> None:
    environment = {**os.environ, "FORUMAPP_DATA_DIR": str(place), "FORUMAPP_DATABASE_URL": ""}
    subprocess.run([sys.executable, "-m", "forumapp", *words], cwd=ROOT, env=environment, check=True)


def said(*words: str | Path) -> str:
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def flat(text: str) -> str:
    return re.sub(r"\s+", "", text).casefold()


@pytest.fixture(scope="module")
def people(place: Path) -> list[tuple[str, ...]]:
    with sqlite3.connect(place / "forumapp.sqlite") as connection:
        rows = list(connection.execute(PEOPLE))
    connection.close()
    return rows


@pytest.fixture(scope="module")
def badges(place: Path) -> Path:
    forumapp(place, "print", "badges", "ccbf-2023", "-o", str(place / "badges.pdf"))
    return place / "badges.pdf"


@pytest.fixture(scope="module")
def program(place: Path) -> Path:
    forumapp(place, "print", "program", "ccbf-2023", "-o", str(place / "program.pdf"))
    return place / "program.pdf"


def test_each_confirmed_registration_has_a_badge_and_nobody_else(badges: Path, people: list[tuple[str, ...]]) -> None:
    pages = said("pdftotext", "-raw", badges, "-").split("\f")[:-1]
    by_code = {row[5]: page for page in pages for row in people if row[5] and row[5] in page}
    confirmed = {row[5] for row in people if row[0] == "confirmed"}
    others = {row[0] for row in people} - {"confirmed"}
    assert {"waitlisted", "cancelled"} <= others
    assert len(confirmed) >= 400
    assert len(pages) == len(confirmed)
    assert set(by_code) == confirmed


def test_every_name_is_whole_in_both_scripts(badges: Path, people: list[tuple[str, ...]]) -> None:
    pages = [flat(page) for page in said("pdftotext", "-raw", badges, "-").split("\f")[:-1]]
    by_code = {row[5]: page for page in pages for row in people if row[5] and flat(row[5]) in page}
    lost = [
        (short, name)
        for status, family, given, native, _, short in people
        if status == "confirmed"
        for name in (family, given, native)
        if name and flat(name) not in by_code[short]
    ]
    assert lost == []


def test_every_code_is_read_from_the_printed_page(badges: Path, people: list[tuple[str, ...]], tmp_path: Path) -> None:
    said("pdftoppm", "-r", "150", "-gray", badges, tmp_path / "page")
    pictures = sorted(tmp_path.glob("page-*.pgm"))
    read = [[code.text for code in zxingcpp.read_barcodes(Image.open(picture))] for picture in pictures]
    assert sorted(read) == sorted([row[4]] for row in people if row[0] == "confirmed")


@pytest.mark.parametrize("paper", ["badges", "program"])
def test_the_file_is_sound_and_its_fonts_are_inside(paper: str, request: pytest.FixtureRequest) -> None:
    path = request.getfixturevalue(paper)
    assert "No syntax or stream encoding errors" in said("qpdf", "--check", path)
    rows = [line.split() for line in said("pdffonts", path).splitlines()[2:]]
    assert rows
    assert {(row[-5], row[-4]) for row in rows} == {("yes", "yes")}


def test_the_program_has_no_thin_page_and_nothing_overlaps(program: Path) -> None:
    tree = etree.fromstring(said("pdftotext", "-bbox-layout", program, "-").encode())
    pages = list(tree.iter(f"{NAMESPACE}page"))
    assert len(pages) > 8
    for number, page in enumerate(pages, 1):
        words = sorted(
            tuple(float(word.get(side)) for side in ("yMin", "yMax", "xMin", "xMax"))
            for word in page.iter(f"{NAMESPACE}word")
        )
        for one, other in combinations(words, 2):
            across = min(one[3], other[3]) - max(one[2], other[2])
            down = min(one[1], other[1]) - max(one[0], other[0])
            # Boxes of words reach above and below their letters, so neighbors touch by a little.
            assert not (across > 1 and down > 0.3 * min(one[1] - one[0], other[1] - other[0])), (number, one, other)
        body = [bottom for _, bottom, _, _ in words if bottom < float(page.get("height")) * 0.9]
        is_for_notes = "Notes" in [word.text for word in page.iter(f"{NAMESPACE}word")]  # up to a multiple of four
        assert is_for_notes or max(body) > float(page.get("height")) / 3, number


def test_the_program_tells_the_stored_ordinal_and_the_version(program: Path) -> None:
    pages = [flat(page) for page in said("pdftotext", program, "-").split("\f")[:-1]]
    assert "5th" in pages[0]
    assert "第五届" in pages[0]
    assert all("version1" in page and "第1版" in page for page in pages[1:])
