"""Prints by a real worker in a process of its own: it is killed, comes back, and nothing is missing or double."""

from __future__ import annotations

import hashlib
import signal
import subprocess
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select, text, update

from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Moment, Span
from forumapp.domain.agenda.models import AssignmentRole, RoleAssignment, SessionKind
from forumapp.domain.agenda.sessions.services import assign_role, create_session, publish
from forumapp.domain.audit.services import SYSTEM
from forumapp.domain.delegations.itineraries.items import add_itinerary_item
from forumapp.domain.jobs.services import take_over
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.models import JobStatus, Paper, PrintJob, PrintLine
from forumapp.domain.registration.models import Registration
from tests.seeds import seed, seed_delegation
from tests.worker.processes import Workers, wait_for

BY = {"actor": SYSTEM, "now": datetime(2023, 3, 1, 12, tzinfo=UTC)}


@pytest.fixture
def workers(own_app, own_database, tmp_path):
    started = Workers(own_app, own_database, tmp_path)
    yield started
    started.end_all()


def ask(people, paper=Paper.BADGES, **options):
    with transaction() as session:
        forum = seed(session, people)
        job = services.ask_print(session, forum.edition.id, paper, options, **BY)
        return forum, job.id


def state(job_id):
    """The job as pages see it, read anew."""
    columns = (PrintJob.status, PrintJob.done, PrintJob.total, PrintJob.fault)
    with db.engine.connect() as connection:
        return tuple(connection.execute(select(*columns).where(PrintJob.id == job_id)).one())


def is_over(job_id):
    return state(job_id)[0] not in (JobStatus.QUEUED, JobStatus.RUNNING)


def parts(folder):
    found = {}
    for path in Path(folder).glob("files/print/*/*/part-*.pdf"):
        with suppress(FileNotFoundError):  # they go when the whole is there
            found[path.name] = path.stat().st_mtime_ns
    return found


def finished(job_id):
    with db.engine.connect() as connection:
        return connection.execute(
            select(PrintJob.file, PrintJob.sha256, PrintJob.pages).where(PrintJob.id == job_id)
        ).one()


def recorded_steps(job_id):
    schema = "dbos." if db.engine.dialect.name == "postgresql" else ""
    query = text(f"SELECT function_name FROM {schema}operation_outputs WHERE workflow_uuid = :key")
    with db.engine.connect() as connection:
        return sorted(connection.execute(query, {"key": f"print-{job_id}"}).scalars())


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_worker_killed_amid_a_thousand_badges_comes_back_and_finishes(workers, own_app, tmp_path):
    forum, job_id = ask(1000)
    first = workers.start("one")
    wait_for(lambda: state(job_id)[1] >= 300, "no progress")
    first.send_signal(signal.SIGKILL)
    first.wait()
    before, reached = parts(tmp_path), state(job_id)[1]
    assert state(job_id)[0] is JobStatus.RUNNING
    assert 300 <= reached < 1000
    # As whoever is killed amid writing leaves it.
    (next(tmp_path.glob("files/print/*/*")) / ".part-0009.pdf.5eed").write_bytes(b"%PDF")
    made = {}
    workers.start("one")
    wait_for(lambda: made.update(parts(tmp_path)) or is_over(job_id), "not finished")

    assert state(job_id) == (JobStatus.DONE, 1000, 1000, None)
    # What had been recorded was not made again: at most the part in hand when it died.
    assert sum(made[name] != when for name, when in before.items() if name in made) <= 1
    assert len(before) >= reached // 100
    steps = sorted(["begin", "complete", *["make_part"] * 10])
    wait_for(lambda: recorded_steps(job_id) == steps, recorded_steps(job_id))
    file, sha256, pages = finished(job_id)
    content = own_app.extensions["forumapp.storage"].get(file)
    assert (hashlib.sha256(content).hexdigest(), pages) == (sha256, 1000)
    pdf = tmp_path / "badges.pdf"
    pdf.write_bytes(content)
    with pikepdf.open(pdf) as opened:
        assert len(opened.pages) == 1000
    assert shorts_on(pdf) == shorts_of(forum)
    with db.engine.connect() as connection:
        lines = connection.execute(select(PrintLine.registration_id).where(PrintLine.job_id == job_id)).scalars().all()
        unprinted = connection.execute(
            select(Registration.id).where(
                Registration.id.in_(forum.registration_ids), Registration.printed_at.is_(None)
            )
        ).all()
    assert (sorted(lines), unprinted) == (forum.registration_ids, [])
    # Nothing with people's names is left behind but the paper itself.
    wait_for(lambda: [path.name for path in Path(tmp_path).glob("files/print/*/*/*")] == [Path(file).name], "not tidy")
    assert [code_on(pdf, page) in codes_of(forum) for page in (1, 301, 1000)] == [True] * 3


def shorts_on(pdf):
    """The short code of each page, as it can be read there."""
    content = subprocess.run(["pdftotext", "-raw", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    pages = content.split("\f")[:-1]
    return sorted(next(line for line in page.split() if len(line) == 8 and line.startswith("AAAG")) for page in pages)


def shorts_of(forum):
    return sorted(code for code, _ in _codes(forum))


def codes_of(forum):
    return {code for _, code in _codes(forum)}


def _codes(forum):
    from forumapp.domain.registration.models import TicketCode

    with db.engine.connect() as connection:
        return connection.execute(
            select(TicketCode.short, TicketCode.code).where(TicketCode.registration_id.in_(forum.registration_ids))
        ).all()


def code_on(pdf, page):
    """What a reader finds in the page's QR."""
    picture = pdf.with_name(f"page-{page}")
    subprocess.run(
        ["pdftoppm", "-r", "150", "-gray", "-png", "-singlefile", "-f", str(page), "-l", str(page), pdf, picture],
        check=True,
    )
    with Image.open(picture.with_suffix(".png")) as image:
        (found,) = zxingcpp.read_barcodes(image)
    return found.text


# The thousand badges stand for it in `make test`: each batch is kept in the same way.
@pytest.mark.long
@pytest.mark.one_database
@pytest.mark.timeout(600)
def test_a_worker_killed_amid_a_fallback_pack_goes_on_with_the_lists_that_are_missing(workers, own_app, tmp_path):
    forum, job_id = ask(300, Paper.FALLBACK_PACK, anyway="Wanted so")
    first = workers.start("one")
    wait_for(lambda: state(job_id)[1] >= 1, "no progress")
    first.send_signal(signal.SIGKILL)
    first.wait()
    before, (status, reached, total, _) = parts(tmp_path), state(job_id)
    assert (status, 1 <= reached < total) == (JobStatus.RUNNING, True)
    # Who comes later is in the next one: all lists say who was there at one moment.
    with transaction() as session:
        session.execute(
            update(Registration).where(Registration.id == forum.registration_ids[0]).values(status="cancelled")
        )
    made = {}
    workers.start("one")
    wait_for(lambda: made.update(parts(tmp_path)) or is_over(job_id), "not finished")

    assert state(job_id) == (JobStatus.DONE, total, total, None)
    assert sum(made[name] != when for name, when in before.items() if name in made) <= 1
    pdf = tmp_path / "pack.pdf"
    pdf.write_bytes(own_app.extensions["forumapp.storage"].get(finished(job_id).file))
    content = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    assert {content.count(short) for short in shorts_of(forum)} == {3}
    pages = content.split("\f")[:-1]
    assert all(f"{number} / {len(pages)}" in page for number, page in enumerate(pages, 1))


# The thousand badges stand for it in `make test`: each batch is kept in the same way.
@pytest.mark.long
@pytest.mark.one_database
@pytest.mark.timeout(600)
def test_a_worker_killed_amid_booklets_goes_on_with_those_that_are_missing(workers, own_app, tmp_path):
    people = 10
    with transaction() as session:
        forum = seed(session, people)
        delegation = seed_delegation(session, forum.edition, "js", forum.registration_ids)
        times = [Moment(datetime(2023, 5, 22, hour), "America/Los_Angeles") for hour in (9, 10)]
        dinner = {"kind": "meal", "title": {"en": "Dinner", "zh-Hans": "晚餐"}}
        add_itinerary_item(session, delegation, dinner, Span(*times), **BY)
        options = {"delegation": "js", "anyway": "Wanted so"}
        job_id = services.ask_print(session, forum.edition.id, Paper.BOOKLETS, options, **BY).id
    first = workers.start("one")
    wait_for(lambda: state(job_id)[1] >= 3, "no progress")
    first.send_signal(signal.SIGKILL)
    first.wait()
    before, (status, reached, total, _) = parts(tmp_path), state(job_id)
    assert (status, total, 3 <= reached < people) == (JobStatus.RUNNING, people, True)
    made = {}
    workers.start("one")
    wait_for(lambda: made.update(parts(tmp_path)) or is_over(job_id), "not finished")

    assert state(job_id) == (JobStatus.DONE, people, people, None)
    # At most the one in hand when it died was made again.
    assert sum(made[name] != when for name, when in before.items() if name in made) <= 1
    assert len(before) >= reached
    pdf = tmp_path / "booklets.pdf"
    pdf.write_bytes(own_app.extensions["forumapp.storage"].get(finished(job_id).file))
    content = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    # Each has a cover of its own.
    assert content.count("Personal itinerary 个人行程手册") == people
    with db.engine.connect() as connection:
        lines = connection.execute(select(PrintLine.registration_id).where(PrintLine.job_id == job_id)).scalars().all()
        version = connection.execute(select(PrintJob.paper_version).where(PrintJob.id == job_id)).scalar_one()
    assert (sorted(lines), version) == (forum.registration_ids, 1)


@pytest.mark.one_database
def test_a_worker_told_to_stop_leaves_its_print_to_the_next_start(workers, tmp_path):
    _, job_id = ask(1000)
    first = workers.start("one")
    wait_for(lambda: state(job_id)[1] >= 100, "no progress")
    first.terminate()
    assert first.wait(timeout=60) == 0
    if not is_over(job_id):  # a quick machine finishes within the grace
        workers.start("one")
        wait_for(lambda: is_over(job_id), "not finished")
    assert state(job_id) == (JobStatus.DONE, 1000, 1000, None)


@pytest.mark.one_database
def test_another_worker_takes_over_from_one_that_does_not_come_back(workers, own_app):
    _, job_id = ask(500)
    first = workers.start("one")
    wait_for(lambda: state(job_id)[1] >= 100, "no progress")
    first.kill()
    first.wait()
    assert not is_over(job_id)
    workers.start("two")
    session = db.session()
    wait_for(lambda: take_over(session, ["two"]) == [f"print-{job_id}"], "nothing to take over")
    wait_for(lambda: is_over(job_id), "not finished")
    assert state(job_id) == (JobStatus.DONE, 500, 500, None)


@pytest.mark.one_database
def test_a_cancelled_print_stops_after_the_batch_in_hand(workers, tmp_path):
    forum, job_id = ask(1000)
    workers.start("one")
    wait_for(lambda: state(job_id)[1] >= 100, "no progress")
    with transaction() as session:
        services.cancel(session, forum.edition.id, job_id, version=1, **BY)
    wait_for(lambda: not list(Path(tmp_path).glob("files/print/*/*/*")), "not tidied up")
    status, done, *_ = state(job_id)
    assert status is JobStatus.CANCELLED
    assert done < 1000


@pytest.mark.one_database
def test_a_print_that_cannot_be_made_says_why(workers):
    with transaction() as session:
        forum = seed(session, 0)
        jobs = [
            services.ask_print(session, forum.edition.id, paper, {}, **BY).id
            for paper in (Paper.BADGES, Paper.PROGRAM, Paper.ITINERARIES, Paper.SPEAKER_AGENDAS, Paper.TENT_CARDS)
        ]
    workers.start("one")
    wait_for(lambda: all(is_over(job_id) for job_id in jobs), "not finished")
    assert [state(job_id)[::3] for job_id in jobs] == [
        (JobStatus.FAILED, "nothing-to-print"),
        (JobStatus.FAILED, "nothing-published"),
        (JobStatus.FAILED, "nothing-to-print"),
        (JobStatus.FAILED, "nothing-published"),
        (JobStatus.FAILED, "nothing-to-print"),
    ]


@pytest.mark.one_database
def test_a_print_without_end_or_room_is_ended_and_the_next_one_printed(workers, tmp_path):
    with transaction() as session:
        edition = seed(session, 1).edition
        jobs = [
            services.ask_print(session, edition.id, Paper.BADGES, {"anyway": "Wanted so"}, device=device, **BY).id
            for device in ("endless", "greedy", "full", "desk")
        ]
    # Of a processor: on one that others share a badge takes more than one.
    limits = {"FORUMAPP_PRINT_SECONDS": "4", "FORUMAPP_PRINT_MEGABYTES": "400"}
    worker = workers.start("one", "-c", "from tests.worker.greedy import run; run()", **limits)
    wait_for(lambda: all(is_over(job_id) for job_id in jobs), "not finished")
    assert [state(job_id) for job_id in jobs] == [
        (JobStatus.FAILED, 0, 1, "took-too-long"),
        (JobStatus.FAILED, 0, 1, "took-too-much-memory"),
        (JobStatus.FAILED, 1, 1, "disk-full"),
        (JobStatus.DONE, 1, 1, None),
    ]
    assert worker.poll() is None
    # Nothing half is left of those that were ended; what the last one put aside goes once it is done.
    kept = Path(finished(jobs[-1]).file).name
    wait_for(lambda: files_in(tmp_path) == [kept], "something is left")


def files_in(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("files/print/*/*/*") if path.is_file()]


@pytest.mark.one_database
def test_each_speaker_gets_an_agenda_of_the_version_that_was_published(workers):
    with transaction() as session:
        forum = seed(session, 2)
        times = [Moment(datetime(2023, 5, 22, hour), "America/Los_Angeles") for hour in (9, 10)]
        panel = {"title": {"en": "Panel", "zh-Hans": "讨论"}, "kind": SessionKind.PANEL}
        meeting = create_session(session, forum.edition.id, panel, Span(*times), **BY)
        for row in session.scalars(select(Registration).order_by(Registration.id)):
            assign_role(session, meeting, row.person_id, AssignmentRole.SPEAKER, status="confirmed", **BY)
        publish(session, forum.edition.id, label="", note={}, **BY)
        speakers = len(set(session.scalars(select(RoleAssignment.person_id))))
        job_id = services.ask_print(session, forum.edition.id, Paper.SPEAKER_AGENDAS, {"anyway": "Wanted so"}, **BY).id
        cards = services.ask_print(session, forum.edition.id, Paper.PLACE_CARDS, {"anyway": "Wanted so"}, **BY).id
    workers.start("one")
    wait_for(lambda: is_over(job_id), "not finished")
    assert state(job_id) == (JobStatus.DONE, speakers, speakers, None)
    assert finished(job_id).pages >= speakers > 1
    wait_for(lambda: is_over(cards), "not finished")
    assert (state(cards), finished(cards).pages) == ((JobStatus.DONE, 1, 1, None), 1)
    with transaction() as session:
        each = select(PrintLine.position, PrintLine.copy_number).where(PrintLine.job_id == cards)
        assert session.execute(each.order_by(PrintLine.position)).all() == [(1, 1), (2, 1)]
