"""Prints every paper of a fresh sample forum, in each size and choice of languages, and lays its pages out on contact
sheets, to be looked at.

`python -m scripts.papers FOLDER [PART ...]`: FOLDER gets a PDF and a PNG for each paper; parts are beginnings of names.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
from PIL import Image

from forumapp.app import create_app
from forumapp.core import clock
from forumapp.core.config import load_config
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.paths import ROOT
from forumapp.domain.agenda import queries
from forumapp.domain.agenda.run_of_show import cues
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.forums.queries import get_edition
from forumapp.domain.printing.badges.printer import BadgePrinter
from forumapp.domain.printing.badges.tickets import render_tickets
from forumapp.domain.printing.cards import door_signs as cards_door_signs
from forumapp.domain.printing.designs.choices import Chosen
from forumapp.domain.printing.designs.ready_designs import ready_designs
from forumapp.domain.printing.letter_models import LetterKind
from forumapp.domain.printing.letters import queries as formal
from forumapp.domain.printing.letters.values import LetterBook
from forumapp.domain.printing.paper.stocks import Stock
from forumapp.domain.printing.pdf import imposition
from forumapp.domain.printing.pdf.fonts import font_folder
from forumapp.domain.printing.production.finished_papers import make_book
from forumapp.domain.printing.queries import badge_values, edition_head
from forumapp.domain.printing.rules import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.paper.documents import EditionHead

EDITION, PART = "ccbf-2023", "hubei"
SAID = {"both": "en,zh-Hans", "zh-first": "zh-Hans,en", "en": "en", "zh": "zh-Hans"}
SHEETS = ("A4", "Letter")
WORKING = (
    "itineraries", "booklets", "arrivals", "departures", "face-sheet", "rooming-list", "manifests", "coach-signs",
    "airport-signs", "contact-list", "head-days", "diet-sheet",
)  # fmt: skip
# Of a contact sheet: how many pixels it is wide, how many pages it shows, and how high each is.
WIDE, MOST, TALL = 2400, 36, 620


def main(folder: Path, parts: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix="papers-"))
    environment = {**os.environ, "FORUMAPP_DATA_DIR": str(place)}
    try:
        went_well(command(environment, "init"))
        for size in SHEETS:
            # As the settings page would have it, and nothing beside it.
            with sqlite3.connect(place / "forumapp.sqlite") as database:
                database.execute("UPDATE edition SET page_size = ?", (size,))
            for name, words in commands(size):
                if wanted(name, parts):
                    file = folder / f"{name}.pdf"
                    if printed(environment, words[0], EDITION, "-o", str(file), *words[1:]):
                        contact_sheet(file)
            others(create_app(load_config({"FORUMAPP_DATA_DIR": str(place)}, ROOT)), folder, size, parts)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def wanted(name: str, parts: list[str]) -> bool:
    return not parts or any(name.startswith(one) for one in parts)


def commands(size: str) -> Iterator[tuple[str, list[str]]]:
    """Names, and the words of the command; some papers in every choice of languages, the others in those that differ
    most.
    """
    half, whole = ("A5", "A4") if size == "A4" else ("half-letter", "letter")
    for said, languages in SAID.items():
        for page in (half, whole):
            yield f"program-{page}-{said}", ["program", "--size", page, "--language", languages]
        yield f"pocket-{size}-{said}", ["pocket-agenda", "--language", languages]
    for said in ("both", "zh"):
        words = ["program", "--language", SAID[said]]
        yield f"program-{whole}-large-{said}", [*words, "--size", whole, "--large"]
        yield f"program-{half}-imposed-{said}", [*words, "--size", half, "--imposed"]
        yield f"program-{half}-shop-{said}", [*words, "--size", half, "--bleed", "--marks"]
        yield f"speaker-agendas-{size}-{said}", ["speaker-agendas", "--language", SAID[said]]
        yield f"tent-cards-{size}-{said}", ["tent-cards", "--plan", "opening-stage", "--language", SAID[said]]
        for paper in ("place-cards", "seat-signs", "lectern-signs"):
            yield f"{paper}-{size}-{said}", [paper, "--type", "speaker", "--language", SAID[said]]
        yield f"fallback-{size}-{said}", ["fallback-pack", "--language", SAID[said]]
        yield f"sign-in-{size}-{said}", ["sign-in-sheets", "--session", "opening", "--language", SAID[said]]
        yield f"seating-{size}-{said}", ["seating", "--language", SAID[said]]
        for paper in WORKING:
            yield f"{paper}-{size}-{said}", [paper, "--delegation", PART, "--language", SAID[said]]
    stock = "a6" if size == "A4" else "us-4x3"
    for said, languages in SAID.items():
        reason = ["--reason", "spare", "--boxes", "2"]
        yield f"badges-{stock}-{said}", ["badges", "--stock", stock, "--type", "vip", "--language", languages, *reason]


def others(app: Flask, folder: Path, size: str, parts: list[str]) -> None:
    """What no command prints: badges by every ready design, tickets, the run of show, signs at doors, and letters as
    they would be issued.
    """
    with app.app_context():
        edition = get_edition(reading(), EDITION)
        for said, languages in SAID.items():
            head = edition_head(reading(), edition, Options(languages=tuple(languages.split(","))))
            made: dict[str, Callable[[Edition, EditionHead], bytes]] = {**LETTERS}
            if said in ("both", "zh"):
                made |= OTHERS
            makers = {f"{name}-{size}-{said}": make for name, make in made.items()}
            if size == "A4" and said in ("both", "zh"):
                makers[f"designs-{said}"] = designs
            for name, make in makers.items():
                if wanted(name, parts):
                    file = folder / f"{name}.pdf"
                    file.write_bytes(make(edition, head))
                    contact_sheet(file)


def tickets(edition: Edition, head: EditionHead) -> bytes:
    badges = badge_values(reading(), edition.id, Options())
    return render_tickets([(badges[0], ()), (badges[-1], ())], head, at=clock.now())


def run_of_show(edition: Edition, head: EditionHead) -> bytes:
    note, now = {"en": "Doors open at 08:00.", "zh-Hans": "8点开门。"}, clock.now()
    with transaction() as db:
        row = cues.issue_cue_sheet(db, edition.id, note=note, actor=Actor(None, Via.COMMAND), now=now)
        content, number = cues.issued_sheet(row), row.number
    sheet = cards_door_signs.Sheet(number, note, now, "desk@forum.example")
    return cards_door_signs.render_run_of_show(content, head, sheet, at=now)


def door_signs(edition: Edition, head: EditionHead) -> bytes:
    agenda = queries.get_version(reading(), edition.id, 1)
    signs = cards_door_signs.door_signs(queries.public_agenda(agenda), edition.zone)
    return cards_door_signs.render_door_signs(signs, head, agenda.number, at=clock.now())


def designs(edition: Edition, head: EditionHead) -> bytes:
    """Each with the first badge and the one with the longest names."""
    badges = badge_values(reading(), edition.id, Options())
    some = [badges[0], max(badges, key=lambda one: len(one.latin_name) + 2 * len(one.native_name))]
    made = []
    for design in ready_designs().values():
        looks = {one.type_code: Chosen(design, 1) for one in some}
        printer = BadgePrinter(head, Stock("x", *design.page), some, None, looks)
        made.append(printer.pages(some))
    return imposition.merge(made)


def letters(kind: LetterKind, edition: Edition, head: EditionHead) -> bytes:
    """To the first person and to those with the longest names and titles, with what the settings may add."""
    found = formal.candidates(reading(), edition, formal.Selection(kind), head.languages, now=clock.now())
    longest = max(found, key=lambda one: len(one.said.in_passport_order + one.said.native_full))
    fullest = max(found, key=lambda one: sum(map(len, (*one.said.title.values(), *one.said.organization.values()))))
    content, made = found[0].content, []
    for number, one in enumerate((found[0], longest, fullest), start=1):
        letter = replace(one, content=content, serial=f"CCBF-{number:04}", issued_on=edition.ends_on)
        made.append(make_book(LetterBook(letter, "", {}), font_folder()))
    return imposition.merge(made)


LETTERS = {
    "certificates": partial(letters, LetterKind.CERTIFICATE),
    "invitations": partial(letters, LetterKind.INVITATION),
}
OTHERS = {"tickets": tickets, "run-of-show": run_of_show, "door-signs": door_signs}


def contact_sheet(file: Path) -> None:
    document = pypdfium2.PdfDocument(file)
    pages = [document[number] for number in range(len(document))]
    if len(pages) > MOST:  # the first, and some of the last
        pages = pages[: MOST - 6] + pages[-6:]
    pictures = [page.render(scale=TALL / page.get_height()).to_pil() for page in pages]
    wide = max(one.width for one in pictures) + 8
    across = min(max(1, WIDE // wide), len(pictures))
    rows = -(-len(pictures) // across)
    sheet = Image.new("RGB", (wide * across, (TALL + 8) * rows), "#667")
    for number, one in enumerate(pictures):
        sheet.paste(one, (number % across * wide + 4, number // across * (TALL + 8) + 4))
    sheet.save(file.with_suffix(".png"))
    document.close()


def printed(environment: dict[str, str], *words: str) -> bool:
    """In spite of whatever blocks it."""
    done = command(environment, "print", *words)
    if seen := re.search("--despite ([0-9a-f]+)$", done.stderr):
        done = command(environment, "print", *words, "--anyway", "To be looked at", "--despite", seen[1])
    return went_well(done)


def went_well(done: subprocess.CompletedProcess[str]) -> bool:
    """If it did not, it is said why, and the other papers are printed nevertheless."""
    if done.returncode:
        print(" ".join(done.args), done.stderr[-300:], sep="\n")
    return not done.returncode


def command(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    said = [sys.executable, "-m", "forumapp", *words]
    return subprocess.run(said, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
