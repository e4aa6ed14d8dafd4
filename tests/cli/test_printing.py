"""Papers and checks from the console."""

from __future__ import annotations

import json
import subprocess
from datetime import date

import pikepdf
import pytest
from click.testing import CliRunner
from flask import current_app
from sqlalchemy import func, select, update

from forumapp.cli.letters import issue
from forumapp.cli.printing import check, print_paper
from forumapp.cli.stocks import calibration
from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.core.errors import Invalid, NotFound
from forumapp.core.values.times import Moment, Span
from forumapp.domain.agenda.models import Session, SessionKind
from forumapp.domain.agenda.sessions.services import add_item, create_session, publish
from forumapp.domain.audit.models import AuditEvent, Via
from forumapp.domain.audit.services import SYSTEM, Actor
from forumapp.domain.delegations.seating.services import create_plan
from forumapp.domain.forums.models import Edition
from forumapp.domain.forums.queries import get_edition
from forumapp.domain.people.models import Person
from forumapp.domain.printing.custom_stocks import create_stock
from forumapp.domain.printing.letter_models import LetterKind
from forumapp.domain.printing.models import JobStatus, PrintJob, PrintLine, Reprint
from forumapp.domain.printing.queries import NothingToPrint
from forumapp.domain.registration.models import Registration
from tests.domain.letters.test_letters import signed
from tests.seeds import NOW, seed


@pytest.fixture
def run(own_app):
    def invoke(command, *arguments):
        return CliRunner().invoke(command, arguments, obj=own_app.extensions["forumapp.config"])

    return invoke


@pytest.fixture
def forum(own_app):
    with transaction() as session:
        return seed(session, 12)


def rename(**values):
    with transaction() as session:
        session.execute(update(Person).where(Person.latin_given.like("% AAA")).values(**values))


def test_badges_are_printed_into_one_file(run, forum, tmp_path):
    target = tmp_path / "badges.pdf"
    result = run(print_paper, "badges", "ccbf-2023", "-o", str(target))
    assert (result.exit_code, result.stderr, result.stdout) == (0, "", f"{target}: 12 pages\n")
    with pikepdf.open(target) as pdf:
        assert len(pdf.pages) == 12
    result = run(print_paper, "badges", "ccbf-2023", "-o", str(target), "--stock", "a6-on-a4")
    assert result.stdout == f"{target}: 3 pages\n"
    with transaction() as session:
        labels = {"page_width": 210, "page_height": 297, "width": 90, "height": 55, "columns": 2, "rows": 5}
        create_stock(
            session, get_edition(session, "ccbf-2023").id, {"name": {"en": "Cards"}, **labels}, actor=SYSTEM, now=NOW
        )
    assert run(
        print_paper, "badges", "ccbf-2023", "-o", str(target), "--stock", "cards", "--reason", "spare"
    ).stdout == (f"{target}: 2 pages\n")
    assert run(calibration, "cards", "--edition", "ccbf-2023", "-o", str(target)).exit_code == 0
    assert run(calibration, "a6", "-o", str(target)).exit_code == 2


def test_a_character_without_a_glyph_is_named_with_its_person_and_stops_the_print(run, forum, tmp_path):
    rename(native_full="周\U00013000艺")
    target = tmp_path / "badges.pdf"
    result = run(print_paper, "badges", "ccbf-2023", "-o", str(target))
    assert (result.exit_code, target.exists()) == (1, False)
    assert result.stderr.splitlines() == [
        "BLOCKS ZHOU Yi AAA 周\U00013000艺: no font has the character \U00013000 (U+13000)",
        f"findings that block printing: 1; mend them, or say --anyway WHY --despite {(mark := result.stderr.split()[-1])}",
    ]
    words = print_paper, "badges", "ccbf-2023", "-o", str(target), "--anyway", "Proofed by hand"
    assert run(*words).exit_code == 1
    changed = run(*words, "--despite", "0" * 16)
    assert (changed.exit_code, target.exists()) == (1, False)
    assert "findings that block printing have changed: 1; mend them" in changed.stderr
    assert run(*words, "--despite", mark).exit_code == 0
    assert target.exists()
    with transaction() as session:
        assert session.scalars(select(PrintJob.options)).one() == {"anyway": "Proofed by hand", "despite": mark}
        assert reasons(session) == [("printed-despite", "Proofed by hand")]


def reasons(session):
    """What the log tells of why something was printed or issued."""
    events = select(AuditEvent.action, AuditEvent.reason).where(AuditEvent.reason.is_not(None))
    return session.execute(events.where(AuditEvent.entity.in_(("print_job", "letter")))).all()


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (("badges", "no-such"), NotFound),
        (("badges", "ccbf-2023", "--type", "no-such"), NotFound),
        (("badges", "ccbf-2023", "--delegation", "no-such"), NotFound),
        (("badges", "ccbf-2023", "--language", "tlh"), Invalid),
        (("badges", "ccbf-2023", "--device", "Desk\t2"), Invalid),
        (("badges", "ccbf-2023", "--anyway", "Proofed\nby hand"), Invalid),
        (("seating", "ccbf-2023", "--device", "D" * 61), Invalid),
    ],
)
def test_what_cannot_be_printed_is_refused_and_leaves_no_file(run, forum, tmp_path, arguments, refusal):
    target = tmp_path / "paper.pdf"
    result = run(print_paper, *arguments, "-o", str(target))
    assert isinstance(result.exception, refusal)  # which `main` turns into one line and exit status 1
    assert not target.exists()


def test_where_there_is_nothing_to_print_the_console_says_why_as_pages_do(run, forum, tmp_path):
    target = tmp_path / "paper.pdf"
    result = run(print_paper, "program", "ccbf-2023", "-o", str(target))
    assert (result.exit_code, result.stderr) == (1, "The agenda has not been published yet.\n")
    assert not target.exists()


def test_wrong_usage_has_its_own_status(run, tmp_path):
    assert run(print_paper, "banknotes", "ccbf-2023", "-o", str(tmp_path / "x.pdf")).exit_code == 2


def test_a_check_tells_of_flags_and_gaps_and_blocks_for_what_must_not_be_printed(run, forum):
    rename(flags=["native-name-unattested"], native_full="")
    result = run(check, "ccbf-2023")
    assert (result.exit_code, result.stdout) == (0, "ZHOU Yi AAA: the name in Chinese is not attested\n")
    rename(flags=[], native_full="周\U00013000艺")
    result = run(check, "ccbf-2023", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (
        1,
        [
            {
                "code": "missing-glyph",
                "blocking": True,
                "subject": "ZHOU Yi AAA 周\U00013000艺",
                "parties": [["registration", forum.registration_ids[0]]],
                "details": {"character": "\U00013000", "codepoint": "U+13000"},
                "severity": "block",
            }
        ],
    )


def test_a_check_tells_what_the_program_could_not_show(run, forum):
    with transaction() as session:
        span = Span(*(Moment(NOW.replace(tzinfo=None, hour=hour), forum.edition.zone) for hour in (9, 10)))
        values = {"code": "opening", "title": {"en": "Opening", "zh-Hans": "开幕"}, "kind": SessionKind.OPENING}
        opening = create_session(session, forum.edition.id, values, span, actor=SYSTEM, now=NOW)
        publish(session, forum.edition.id, label="", note={}, actor=SYSTEM, now=NOW)
    assert run(check, "ccbf-2023").exit_code == 0
    with transaction() as session:  # in no name, on no badge, and no text that lacks a language
        theme = {"en": "Together \U00013000", "zh-Hans": "携手"}
        session.execute(update(Edition).values(theme=theme))
        film = {"title": {"en": "Film", "zh-Hans": "\U00013000"}, "minutes": 10}
        for one in (film, {"title": {"en": "Talk"}, "minutes": 10}):
            add_item(session, session.get_one(Session, opening.id), one, actor=SYSTEM, now=NOW)
        publish(session, forum.edition.id, label="", note={}, actor=SYSTEM, now=NOW)
    result = run(check, "ccbf-2023")
    assert result.exit_code == 1
    assert "Opening — Talk: item is missing in zh-Hans" in result.stdout.splitlines()
    for named in ("Together \U00013000", "Opening — Film"):
        assert f"BLOCKS {named}: no font has the character \U00013000 (U+13000)" in result.stdout.splitlines()


def test_what_the_console_printed_stands_among_the_print_jobs(run, forum, tmp_path):
    target = tmp_path / "badges.pdf"
    run(print_paper, "badges", "ccbf-2023", "-o", str(target))
    with transaction() as session:
        job = session.scalars(select(PrintJob)).one()
        kept = current_app.extensions["forumapp.storage"].get(job.file)
        printed = list(session.scalars(select(Registration.printed).where(Registration.printed_at.is_not(None))))
        lines = session.scalar(select(func.count()).select_from(PrintLine))
    assert (job.status, job.total, job.pages, kept) == (JobStatus.DONE, 12, 12, target.read_bytes())
    assert lines == 12
    assert len({one["short_code"] for one in printed}) == 12


def test_a_place_that_cannot_be_written_is_named(run, forum):
    result = run(print_paper, "badges", "ccbf-2023", "-o", "/dev/full")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "/dev/full" in result.stderr


@pytest.mark.parametrize(
    ("paper", "option", "field"),
    [
        ("program", ("--stock", "a6"), "stock"),
        ("program", ("--delegation", "hubei"), "delegation"),
        ("itineraries", ("--type", "guest"), "type"),
        ("badges", ("--imposed",), "imposed"),
        ("badges", ("--speaking",), "speaking"),
    ],
)
def test_a_choice_that_a_paper_does_not_know_is_refused(run, forum, tmp_path, paper, option, field):
    result = run(print_paper, paper, "ccbf-2023", "-o", str(tmp_path / "x.pdf"), *option)
    assert isinstance(result.exception, Invalid)
    assert result.exception.fields == {field: "not-for-this-paper"}


def test_cards_of_everyone_stand_several_on_a_sheet(run, forum, tmp_path):
    target = tmp_path / "cards.pdf"
    result = run(
        print_paper, "place-cards", "ccbf-2023", "-o", str(target), "--untitled", "--anyway", "Proofed by hand"
    )
    assert result.stdout == f"{target}: 2 pages\n"  # twelve, ten on a sheet
    with transaction() as session:
        # There was nothing to print it in spite of.
        assert (session.scalars(select(PrintJob.options)).one(), reasons(session)) == ({"untitled": True}, [])
        said = session.scalars(select(PrintLine.said).order_by(PrintLine.position)).all()
        assert (len(said), set(said[0])) == (12, {"latin_name", "native_name"})


def test_plans_of_seats_are_drawn_at_once_and_stand_among_the_prints(run, forum, tmp_path):
    target = tmp_path / "seating.pdf"
    words = ("seating", "ccbf-2023", "-o", str(target))
    refused = run(print_paper, *words)
    assert isinstance(refused.exception, NothingToPrint)
    with transaction() as session:
        edition_id = session.scalars(select(Registration.edition_id)).first()
        values = {"name": {"en": "Dinner"}, "shape": "tables", "convention": "domestic"}
        create_plan(session, edition_id, values, [8, 10], actor=Actor(None, Via.COMMAND), now=clock.now())

    result = run(print_paper, *words, "--plan", "dinner")

    assert (result.exit_code, result.stdout) == (0, f"{target}: 2 pages\n")
    assert "missing" in result.stderr  # the name in Chinese
    assert run(print_paper, *words, "--imposed").exit_code == 2
    assert isinstance(run(print_paper, *words).exception, Invalid)  # why again
    assert run(print_paper, *words, "--reason", "spare", "--language", "zh-Hans").exit_code == 0
    said = subprocess.run(["pdftotext", target, "-"], capture_output=True, check=True, text=True).stdout
    assert ("Dinner" in said, "Seating" in said) == (True, False)  # what nobody has translated stands as it is
    assert run(print_paper, *words, "--reason", "spare", "--device", "Desk").exit_code == 0
    with transaction() as session:
        columns = (PrintJob.status, PrintJob.pages, PrintJob.paper_version, PrintJob.reason, PrintJob.device)
        assert [tuple(row) for row in session.execute(select(*columns).order_by(PrintJob.id))] == [
            (JobStatus.DONE, 2, 1, None, ""),
            (JobStatus.DONE, 2, 1, Reprint.SPARE, ""),
            (JobStatus.DONE, 2, 1, Reprint.SPARE, "Desk"),
        ]


def test_letters_are_issued_in_spite_of_what_was_seen_alone(run, forum):
    words = issue, "certificates", "ccbf-2023", "--anyway", "Signed by hand"
    two_lines = run(*words[:-1], "Signed\nby hand")
    assert two_lines.exception.fields == {"anyway": "line-break"}
    refused = run(*words)
    assert (refused.exit_code, "BLOCKS " in refused.stderr) == (1, True)
    changed = run(*words, "--despite", "0" * 16)
    assert (changed.exit_code, "findings that block printing have changed: 1" in changed.stderr) == (1, True)
    made = run(*words, "--despite", refused.stderr.split()[-1])
    assert (made.stdout.startswith("issued 12: "), "BLOCKS " in made.stderr) == (True, True)


def test_whoever_issues_letters_is_told_what_does_not_stop_them(run, forum):
    with transaction() as session:
        edition = session.scalars(select(Registration.edition_id)).first()
        signed(session, edition, LetterKind.INVITATION, prefix="", answer_by=date(2001, 1, 31))
    made = run(issue, "invitations", "ccbf-2023")
    assert (made.exit_code, made.stdout.startswith("issued 13: ")) == (0, True)
    assert ("2001-01-31" in made.stderr, "BLOCKS " in made.stderr) == (True, False)
