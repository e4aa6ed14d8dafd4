"""What blocks a paper is told by its job before anything is printed, whatever the paper."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Moment, Span
from forumapp.domain.agenda.models import AssignmentRole, SessionKind
from forumapp.domain.agenda.sessions.services import assign_role, create_session, publish
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.audit.services import SYSTEM
from forumapp.domain.delegations.itineraries.items import add_itinerary_item
from forumapp.domain.delegations.models.delegations import Delegation, ItineraryItem
from forumapp.domain.forums.models import Edition
from forumapp.domain.people.models import Person
from forumapp.domain.printing.checks.preflight import preflight_for
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.letter_models import LetterKind
from forumapp.domain.printing.letters.forms import set_letter_form
from forumapp.domain.printing.letters.issued_letters import KINDS
from forumapp.domain.printing.letters.queries import Selection
from forumapp.domain.printing.letters.services import issue_letters, revoke_letter
from forumapp.domain.printing.list_papers.kinds import WORKING
from forumapp.domain.printing.models import FORMAL, JobStatus, Paper, PrintJob, PrintLine
from forumapp.domain.printing.paper.blocking_findings import FindingsBlock
from forumapp.domain.printing.pdf.fonts import font_folder
from forumapp.domain.printing.previews.layout_findings import HERE
from forumapp.domain.printing.production import finished_papers
from forumapp.domain.registration.models import Registration
from forumapp.worker.context import bind
from forumapp.worker.printing import workflow
from tests.seeds import NOW, seed, seed_delegation

BY = {"actor": SYSTEM, "now": NOW}
FLIGHT = {"kind": "flight", "title": {"en": "Flight", "zh-Hans": "航班"}}


def ask(paper, *, people=1, **options):
    """A forum of one person, whose name no font has, in its program and in a delegation's itinerary, and of others."""
    with transaction() as session:
        forum = seed(session, people)
        edition = forum.edition
        person_id = session.get_one(Registration, forum.registration_ids[0]).person_id
        session.execute(update(Person).where(Person.id == person_id).values(native_full="周\U00013000"))
        span = Span(*(Moment(NOW.replace(tzinfo=None, hour=hour), edition.zone) for hour in (9, 10)))
        values = {"code": "opening", "title": {"en": "Opening", "zh-Hans": "开幕"}, "kind": SessionKind.OPENING}
        opening = create_session(session, edition.id, values, span, **BY)
        assign_role(session, opening, person_id, AssignmentRole.SPEAKER, status="confirmed", **BY)
        publish(session, edition.id, label="", note={}, **BY)
        delegation = seed_delegation(session, edition, "group", forum.registration_ids)
        item = ItineraryItem(edition_id=edition.id, delegation_id=delegation.id, kind="visit", title={"en": "Visit"})
        item.span = span
        session.add(item)
        session.flush()
        if paper in FORMAL:
            issue(session, edition, Selection(KINDS[paper], registration=forum.registration_ids[0]))
        return services.ask_print(session, edition.id, paper, options, **BY).id


def issue(session, edition, chosen):
    """It is refused at first, then wanted anyway, so that there is a letter to print."""
    set_letter_form(session, edition.id, chosen.kind, {"signatory_latin": "GUO Shaochun"}, version=0, **BY)
    with pytest.raises(FindingsBlock) as refused:
        issue_letters(session, edition, chosen, **BY)
    issue_letters(session, edition, chosen, anyway="Wanted so", despite=refused.value.details["mark"], **BY)


BLANK = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""
# A pocket agenda names nobody, and between one version and itself there is no erratum.
NAMELESS = (Paper.POCKET_AGENDA, Paper.PROGRAM_ERRATUM)
# A pack lists people by Latin and by Chinese name and by delegation, and ends in lines and badges for walk-ins.
PIECES = {Paper.FALLBACK_PACK: 5}


# Working papers are checked by what they say (tests/domain/printing/test_working_papers.py), and printed by the same steps.
OTHERS = (*WORKING, *NAMELESS)


@pytest.mark.parametrize("paper", [one for one in services.PRINTABLE if one not in OTHERS])
def test_a_name_without_a_glyph_stops_every_paper_unless_it_is_wanted_anyway(own_app, paper):
    bind(own_app)
    job_id = ask(paper)
    assert workflow.begin(job_id) == 0
    job = db.session().get_one(PrintJob, job_id, populate_existing=True)
    assert (job.status, job.fault) == (JobStatus.FAILED, "findings")
    assert [(one["code"], one["name"]) for one in job.findings if one["blocking"]] == [
        ("missing-glyph", "ZHOU Yi AAA 周\U00013000")
    ]
    again = ask_in_spite(job.edition_id, paper)
    assert workflow.begin(again) == PIECES.get(paper, 1)
    assert db.session().get_one(PrintJob, again, populate_existing=True).status is JobStatus.RUNNING


@pytest.mark.one_database
def test_whoever_wants_it_anyway_does_so_in_spite_of_what_they_saw_alone(own_app):
    bind(own_app)
    unseen = ask(Paper.BADGES, people=2, anyway="Wanted so")
    edition_id = db.session().get_one(PrintJob, unseen).edition_id
    seen, late = (ask_in_spite(edition_id, Paper.BADGES) for _ in range(2))
    assert [workflow.begin(unseen), workflow.begin(seen)] == [0, 1]
    with transaction() as session:  # somebody else's name has that fault before the worker looks
        session.execute(update(Person).values(native_full="周\U00013000"))
    assert workflow.begin(late) == 0
    jobs = [db.session().get_one(PrintJob, one, populate_existing=True).fault for one in (unseen, seen, late)]
    assert jobs == ["findings", None, "findings"]


@pytest.mark.one_database
def test_a_reason_stands_with_a_print_and_in_the_log_where_something_would_have_stopped_it(own_app):
    bind(own_app)
    edition_id = db.session().get_one(PrintJob, ask(Paper.BADGES)).edition_id
    stopped, free = ask_in_spite(edition_id, Paper.BADGES), ask_in_spite(edition_id, Paper.POCKET_AGENDA)
    for _ in range(2):  # as by a worker that ended before it knew that it had begun
        assert [workflow.begin(stopped), workflow.begin(free)] == [1, 1]
    jobs = [db.session().get_one(PrintJob, one, populate_existing=True) for one in (stopped, free)]
    assert [(job.options.get("anyway"), job.mark is None) for job in jobs] == [("Wanted so", False), (None, True)]
    told = select(AuditEvent.entity_id, AuditEvent.action, AuditEvent.reason).where(
        AuditEvent.entity == "print_job", AuditEvent.entity_id.in_((stopped, free)), AuditEvent.reason.is_not(None)
    )
    assert db.session().execute(told).all() == [(stopped, "printed-despite", "Wanted so")]


def ask_in_spite(edition_id, paper, **options):
    """A print asked for by whoever has looked at the check of now."""
    with transaction() as session:
        edition = session.get_one(Edition, edition_id)
        looked = {"actor": SYSTEM, "folder": font_folder(), "workshop": HERE, "now": NOW}
        report, _ = preflight_for(session, edition, paper, options, **looked)
        of = {**options, "anyway": "Wanted so", "despite": report.mark}
        return services.ask_print(session, edition_id, paper, of, **BY).id


@pytest.mark.one_database
def test_what_an_edition_lets_stop_its_prints_stops_working_papers_too(own_app):
    bind(own_app)
    edition_id = db.session().get_one(PrintJob, ask(Paper.BADGES)).edition_id
    with transaction() as session:
        session.execute(update(Person).values(native_full="周艺"))
        session.get_one(Edition, edition_id).print_blocks = ["name-not-proofed"]
        span = Span(*(Moment(NOW.replace(tzinfo=None, hour=hour), "Asia/Shanghai") for hour in (9, 20)))
        add_itinerary_item(session, session.scalars(select(Delegation)).one(), FLIGHT, span, **BY)
        job_id = services.ask_print(session, edition_id, Paper.ARRIVALS, {"delegation": "group"}, **BY).id
    again = ask_in_spite(edition_id, Paper.ARRIVALS, delegation="group")
    assert [workflow.begin(job_id), workflow.begin(again)] == [0, 1]
    assert db.session().get_one(PrintJob, job_id, populate_existing=True).fault == "findings"


def test_a_step_that_is_tried_again_prints_what_it_put_aside_the_second_time(own_app):
    bind(own_app)
    first = ask(Paper.BADGES)
    job_id = ask_in_spite(db.session().get_one(PrintJob, first).edition_id, Paper.BADGES)
    assert workflow.begin(job_id) == 1
    with transaction() as session:
        session.execute(update(Person).values(native_full="周艺"))
        session.execute(update(PrintJob).where(PrintJob.id == job_id).values(status=JobStatus.QUEUED))
    assert workflow.begin(job_id) == 1
    found = db.session().get_one(PrintJob, job_id, populate_existing=True).findings
    assert [one["code"] for one in found] == ["name-not-proofed"]  # the glyph is there now


@pytest.mark.one_database
def test_a_letter_that_is_revoked_before_its_print_is_done_is_not_in_it_and_told(own_app, monkeypatch):
    bind(own_app)
    monkeypatch.setattr(finished_papers, "make_book", lambda *_values: BLANK)
    with transaction() as session:
        forum = seed(session, 2)
        edition = forum.edition
        set_letter_form(session, edition.id, LetterKind.CERTIFICATE, {"signatory_latin": "A"}, version=0, **BY)
        first, second = issue_letters(session, edition, Selection(LetterKind.CERTIFICATE), **BY).letters
        job_id = services.ask_print(session, edition.id, Paper.CERTIFICATES, {}, **BY).id
    assert workflow.begin(job_id) == 2
    assert [workflow.make_part(job_id, number) for number in range(2)] == [1, 1]
    with transaction() as session:
        revoke_letter(session, edition.id, first.id, "A wrong name", version=1, **BY)
    assert workflow.complete(job_id) == 1

    job = db.session().get_one(PrintJob, job_id, populate_existing=True)
    assert (job.status, job.pages, job.findings[0]["code"]) == (JobStatus.DONE, 1, "letter-revoked")
    lines = db.session().scalars(select(PrintLine.letter_id).where(PrintLine.job_id == job_id)).all()
    assert lines == [second.id]


@pytest.mark.one_database
def test_a_letter_that_is_revoked_before_its_print_begins_is_not_in_it_and_told(own_app):
    bind(own_app)
    with transaction() as session:
        edition = seed(session, 2).edition
        set_letter_form(session, edition.id, LetterKind.CERTIFICATE, {"signatory_latin": "A"}, version=0, **BY)
        letters = issue_letters(session, edition, Selection(LetterKind.CERTIFICATE), **BY).letters
        ids = [one.id for one in letters]
        both, alone = (
            services.ask_print(session, edition.id, Paper.CERTIFICATES, {"letters": named}, **BY).id
            for named in (ids, ids[:1])
        )
        revoke_letter(session, edition.id, ids[0], "A wrong name", version=1, **BY)
    assert [workflow.begin(both), workflow.begin(alone)] == [1, 0]
    found = db.session().get_one(PrintJob, both, populate_existing=True).findings
    assert [one["about"] for one in found if one["code"] == "letter-revoked"] == [["letter", ids[0]]]
    assert db.session().get_one(PrintJob, alone, populate_existing=True).fault == "nothing-to-print"


def test_a_working_paper_is_printed_as_it_was_laid_out_with_its_version_and_what_it_was_made_from(own_app):
    bind(own_app)
    with transaction() as session:
        forum = seed(session, 3)
        delegation = seed_delegation(session, forum.edition, "js", forum.registration_ids)
        span = Span(*(Moment(NOW.replace(tzinfo=None, hour=hour), "Asia/Shanghai") for hour in (9, 20)))
        item_id = add_itinerary_item(session, delegation, FLIGHT, span, **BY).id
        job_id = services.ask_print(session, forum.edition.id, Paper.ARRIVALS, {"delegation": "js"}, **BY).id
    assert [workflow.begin(job_id), workflow.begin(job_id)] == [1, 1]  # tried again, it is the same version
    with transaction() as session:
        session.execute(update(ItineraryItem).values(title={"en": "Another"}))
    assert (workflow.make_part(job_id, 0), workflow.complete(job_id)) == (1, 1)
    job = db.session().get_one(PrintJob, job_id, populate_existing=True)
    assert (job.status, job.pages, job.paper_version) == (JobStatus.DONE, 1, 1)
    assert job.made_from[f"item:{item_id}"]["flight"] == {"en": "Flight", "zh-Hans": "航班"}
    facts = db.session().scalars(select(PrintLine.facts).where(PrintLine.job_id == job_id)).all()
    assert [len(one) for one in facts] == [3, 3, 3]  # the flight, that no car waits for it, and who takes it
