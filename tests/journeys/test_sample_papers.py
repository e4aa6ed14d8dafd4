"""From an empty folder to the sample forum's papers, by the console alone: what a print shop would be handed."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from itertools import combinations
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from click.testing import CliRunner
from lxml import etree
from PIL import Image

from forumapp.app import create_app
from forumapp.cli.letters import issue
from forumapp.cli.printing import print_paper
from forumapp.cli.stocks import calibration
from forumapp.core.config import load_config
from forumapp.core.database.db import db
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.paths import ROOT
from forumapp.domain.agenda.queries import scheduled
from forumapp.domain.agenda.sessions.services import publish, update_session
from forumapp.domain.delegations.itineraries.items import update_itinerary_item
from forumapp.domain.delegations.queries import get_delegation, itinerary
from forumapp.domain.forums.queries import get_edition
from forumapp.domain.jobs.services import close_clients
from forumapp.domain.printing.jobs.services import PRINTABLE
from forumapp.domain.printing.models import FORMAL
from forumapp.domain.printing.queries import edition_head
from forumapp.domain.printing.rules import Options
from scripts import papers
from tests.browser.installation import Installation, first_run
from tests.domain.conftest import BY
from tests.print import structure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click import Command
    from click.testing import Result
    from flask import Flask

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
    first_run(Installation(folder, port=8000))
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


# Of each paper as little as shows all of it, and of some more than one way to make it.
PRINTED = """
badges --type vip --stock a6 --bleed --marks --boxes 2
badges --type vip --stock us-4x3 --language zh-Hans --reason spare
badges --type vip --stock a6-on-a4 --guides --reason spare
program --size half-letter --language zh-Hans,en --imposed
program --size A5 --language en --bleed --marks
program --size letter --large --language zh-Hans
pocket-agenda
itineraries --delegation hubei --imposed
booklets --delegation cccme-staff
speaker-agendas --delegation jiangsu
arrivals --delegation hubei
departures --delegation hubei
face-sheet --delegation hubei
rooming-list --delegation hubei
manifests --delegation cccme-staff
coach-signs --delegation hubei
airport-signs --delegation hubei
contact-list --delegation hubei
head-days --delegation cccme-staff
diet-sheet --delegation hubei
tent-cards --plan opening-stage
place-cards --type speaker
seat-signs --type vip
lectern-signs --type vip
sign-in-sheets --session opening --type vip
certificates --type vip
invitations --type vip
seating
"""
FALLBACK = "fallback-pack --language en"
# Of what holds no longer.
CORRECTED = """
program-erratum --since 1
errata --delegation hubei
"""


@pytest.fixture
def own(place: Path, tmp_path: Path) -> Iterator[Flask]:
    """The sample of its own for a test that changes it."""
    folder = shutil.copytree(place, tmp_path / "data", symlinks=True)
    app = create_app(load_config({"FORUMAPP_DATA_DIR": str(folder)}, ROOT))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    close_clients()


def change() -> None:
    """What agendas and itineraries say that are printed."""
    with transaction() as session:
        edition = get_edition(session, "ccbf-2023")
        opening = scheduled(session, edition.id)[0]
        title = {"title": {"en": "Opening", "zh-Hans": "开幕"}}
        update_session(session, edition.id, opening.id, title, version=opening.version, **BY)
        publish(session, edition.id, label="", note={}, **BY)
        for one in itinerary(session, get_delegation(session, edition.id, "hubei")):
            contact = {"contact": "Driver Wu"}
            update_itinerary_item(session, edition.id, one.id, contact, version=one.version, **BY)


def printed(app: Flask, file: Path, *words: str, by: Command = print_paper) -> Path:
    """In spite of whatever blocks it."""

    def run(*more: str) -> Result:
        arguments = [words[0], "ccbf-2023", *words[1:], *more]
        return CliRunner().invoke(by, arguments, obj=app.extensions["forumapp.config"])

    to = ["-o", str(file)] if by is print_paper else []
    done = run(*to)
    if mark := re.search("--despite ([0-9a-f]+)$", done.stderr.strip()):
        done = run(*to, "--anyway", "To be looked at", "--despite", mark[1])
    assert done.exit_code == 0, (words, done.exception, done.stderr)
    return file


def faults_of(file: Path) -> list[str]:
    """What a print shop would send it back for."""
    checked = subprocess.run(["qpdf", "--check", file], capture_output=True, text=True, check=False)
    if checked.returncode or "No syntax or stream encoding errors" not in checked.stdout:
        return [checked.stdout + checked.stderr]
    found = [line for line in said("pdffonts", file).splitlines()[2:] if line.split()[-5] != "yes"]
    pages = said("pdftotext", "-raw", file, "-").split("\f")[:-1]
    found += [f"page {number} has what is no character" for number, page in enumerate(pages, 1) if "\ufffd" in page]
    with pypdfium2.PdfDocument(file) as document:
        empty = [number for number, page in enumerate(pages, 1) if not page.strip() and is_white(document[number - 1])]
    with pikepdf.open(file) as document:
        is_tagged = "/StructTreeRoot" in document.Root
    found += structure.faults(file.read_bytes()) if is_tagged else []
    # The back of a last leaf, behind which another booklet begins.
    return found + [f"page {number} is empty" for number in empty if number % 2 or number == len(pages)]


def is_white(page: pypdfium2.PdfPage) -> bool:
    return page.render(scale=0.5).to_pil().convert("L").getextrema()[0] == 255


def test_every_paper_is_sound_with_its_fonts_inside_and_no_page_empty(
    own: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    files = made_of(own, tmp_path, PRINTED)
    edition = get_edition(reading(), "ccbf-2023")
    head = edition_head(reading(), edition, Options())
    for name, make in {**papers.OTHERS, "designs": papers.designs}.items():
        files.append(tmp_path / f"{name}.pdf")
        files[-1].write_bytes(make(edition, head))
    files.append(tmp_path / "calibration.pdf")
    CliRunner().invoke(calibration, ["a6-on-a4", "-o", str(files[-1])], obj=own.extensions["forumapp.config"])
    change()
    files += made_of(own, tmp_path, CORRECTED)

    assert [said for said in caplog.messages if "only adorns" in said] == []
    assert {str(paper) for paper in PRINTABLE} - {"fallback-pack"} <= {file.stem for file in files}
    assert {str(file.relative_to(tmp_path)): found for file in files if (found := faults_of(file))} == {}


@pytest.mark.long
def test_the_fallback_pack_is_sound(own: Flask, tmp_path: Path) -> None:
    (file,) = made_of(own, tmp_path, FALLBACK)
    assert faults_of(file) == []


def made_of(app: Flask, folder: Path, listed: str) -> list[Path]:
    """A paper of which there are several has a folder for each."""
    made = []
    for number, line in enumerate(listed.strip().splitlines()):
        paper, *words = line.split()
        (folder / f"{number}").mkdir(exist_ok=True)
        if paper in FORMAL:
            printed(app, folder, paper, *words, by=issue)
        made.append(printed(app, folder / f"{number}" / f"{paper}.pdf", paper, *words))
    return made
