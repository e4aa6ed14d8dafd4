"""A fallback pack of more than a hundred pages, made by the steps of a print from its start to its file."""

from __future__ import annotations

import io
import subprocess

import pikepdf
import pytest

from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Moment, Span
from forumapp.domain.audit.services import SYSTEM
from forumapp.domain.delegations.coaches.boardings import put_into_run, seen_of
from forumapp.domain.delegations.coaches.runs import create_run
from forumapp.domain.delegations.coaches.vehicles import create_vehicle
from forumapp.domain.delegations.itineraries.items import add_itinerary_item
from forumapp.domain.delegations.models.delegations import ItemKind
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.models import JobStatus, Paper, PrintJob
from forumapp.worker.context import bind
from forumapp.worker.printing import workflow
from tests.seeds import NOW, seed, seed_delegation

BY = {"actor": SYSTEM, "now": NOW}
RUNS = 100  # each of them begins on a page of its own


def ask():
    with transaction() as session:
        forum = seed(session, 1, languages=("en",))
        (rider,) = forum.registration_ids
        delegation = seed_delegation(session, forum.edition, "js", [rider])
        told = {"code": "bus", "kind": "coach", "name": {"en": "Bus"}, "seats": 9}
        bus = create_vehicle(session, forum.edition.id, told, **BY)
        for number in range(RUNS):
            begins, ends = (NOW.replace(tzinfo=None, day=1 + number // 20, hour=number % 20 + n) for n in (0, 1))
            span = Span(Moment(begins, forum.edition.zone), Moment(ends, forum.edition.zone))
            ride = {"kind": ItemKind.TRANSFER, "title": {"en": f"Ride{number:03}"}}
            item = add_itinerary_item(session, delegation, ride, span, **BY)
            run = create_run(session, forum.edition.id, item.id, {"vehicle_id": bus.id}, **BY)
            put_into_run(session, forum.edition.id, run.id, {rider: seen_of(None)}, **BY)
        return services.ask_print(session, forum.edition.id, Paper.FALLBACK_PACK, {"anyway": "Wanted so"}, **BY).id


@pytest.mark.one_database
@pytest.mark.timeout(600)
def test_the_contents_and_the_outline_of_a_long_pack_lead_to_the_pages_where_everything_begins(own_app):
    bind(own_app)
    job_id = ask()
    parts = workflow.begin(job_id)
    for number in range(parts):
        assert workflow.make_part(job_id, number) == 1
    assert workflow.complete(job_id) == 1
    job = db.session().get_one(PrintJob, job_id, populate_existing=True)
    assert (job.status, job.done, job.pages > RUNS) == (JobStatus.DONE, parts, True)

    made = own_app.extensions["forumapp.storage"].get(job.file)
    told = subprocess.run(["pdftotext", "-layout", "-", "-"], input=made, capture_output=True, check=True).stdout
    pages = told.decode().split("\f")[:-1]
    assert [f"{number} / {len(pages)}" in page for number, page in enumerate(pages, 1)] == [True] * job.pages

    ahead = next(number for number, page in enumerate(pages) if "· Everyone by name" in page.strip().splitlines()[0])
    begins = {f"Ride{number:03}": 0 for number in range(RUNS)}
    for number, page in enumerate(pages[ahead:], ahead + 1):
        begins |= {name: number for name in begins if name in page}
    assert sorted(begins.values()) == list(range(min(begins.values()), min(begins.values()) + RUNS))
    lines = [line.split() for page in pages[:ahead] for line in page.splitlines() if "Ride" in line]
    assert {next(word for word in line if word in begins): int(line[-1]) for line in lines} == begins

    with pikepdf.open(io.BytesIO(made)) as pdf:
        places = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
        with pdf.open_outline() as outline:
            leaves = [each for one in outline.root for each in one.children if "Ride" in each.title]
            assert {one.title.split()[-1]: places[one.destination[0].objgen] for one in leaves} == begins
        links = [link for page in pdf.pages for link in page.get("/Annots", ())]
        assert {str(link.Dest) for link in links} >= {f"by-coach-{number}" for number in range(RUNS)}
