"""Itinerary booklets of the sample's delegation of 132: the shared one, one for each, and one for one alone.

From the database to the file, in processor time of a warm process, whose fonts are cut: what is cut stays on the disk
for as long as nobody writes another letter.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench import places
from bench.marks import Mark, mark
from forumapp.app import create_app
from forumapp.cli.demo.load import EDITION, load
from forumapp.core import clock
from forumapp.core.config import load_config
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.paths import ROOT
from forumapp.domain.delegations.queries import get_delegation
from forumapp.domain.forums.queries import get_edition
from forumapp.domain.printing.books.itineraries import itinerary_values
from forumapp.domain.printing.delegation_papers.booklets import own_booklet
from forumapp.domain.printing.delegation_papers.registry import PAPERS, read_paper
from forumapp.domain.printing.list_papers.typesetting import Setter
from forumapp.domain.printing.list_papers.values import Stamp
from forumapp.domain.printing.models import Paper
from forumapp.domain.printing.pdf import imposition
from forumapp.domain.printing.production.finished_papers import make_book
from forumapp.domain.printing.rules import Options

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition

WHOLE = "cccme"
ROUNDS, SINGLES = 3, 10
SHARED_MOST, ALL_MOST, ONE_MOST = 5, 60, 1  # seconds


def marks() -> list[Mark]:
    with places.database("sqlite") as environment, tempfile.TemporaryDirectory() as name:
        app = create_app(load_config({**os.environ, **environment}, ROOT))
        with app.app_context():
            with transaction() as db:
                load(db, owner_id=None, now=clock.now())
            return _marks(reading(), Path(name))


def _marks(db: DbSession, fonts: Path) -> list[Mark]:
    edition = get_edition(db, EDITION.slug)
    people = _travellers(db, edition)

    def shared() -> bytes:
        return make_book(itinerary_values(db, edition, WHOLE, Options(), now=clock.now()), fonts)

    def one(registration_id: int) -> bytes:
        values = own_booklet(db, edition, registration_id, now=clock.now())
        assert values is not None
        return make_book(values, fonts)

    shared()
    of_one = people[:: len(people) // SINGLES][:SINGLES]
    for registration_id in of_one:
        one(registration_id)  # each delegation's letters
    singles = [_spent(lambda registration_id=registration_id: one(registration_id)) for registration_id in of_one]
    several = f"{len(people)} personal booklets"
    return [
        mark(
            f"shared booklet of {len(people)}", median(_spent(shared) for _ in range(ROUNDS)), "CPU s", most=SHARED_MOST
        ),
        mark(several, _spent(lambda: _all(db, edition, fonts)), "CPU s", most=ALL_MOST),
        mark("one's own booklet, the slowest", max(singles), "CPU s", most=ONE_MOST),
    ]


def _travellers(db: DbSession, edition: Edition) -> list[int]:
    delegation = get_delegation(db, edition.id, WHOLE)
    values = read_paper(db, edition, delegation, Paper.BOOKLETS, Options())
    return list(PAPERS[Paper.BOOKLETS].whom(values))


def _all(db: DbSession, edition: Edition, fonts: Path) -> bytes:
    """What a worker does, piece by piece."""
    paper = PAPERS[Paper.BOOKLETS]
    values = read_paper(db, edition, get_delegation(db, edition.id, WHOLE), Paper.BOOKLETS, Options())
    paper.check(values)
    laid = paper.lay(values, Stamp(1, clock.now()))
    setter = Setter(laid, {}, fonts)
    return imposition.merge([setter.pdf(number) for number in range(len(laid.pieces))])


def _spent(work: Callable[[], bytes]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start
