"""What is told of letters before they are sent: a VIP who is addressed by the name alone, an answer asked for too late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text, update

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.people.models import Person
from forumapp.domain.printing.checks.edition_checks import edition_findings
from forumapp.domain.printing.checks.preflight import preflight
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.letter_models import Letter, LetterKind
from forumapp.domain.printing.letters import address_checks
from forumapp.domain.printing.letters import queries as letters_queries
from forumapp.domain.printing.letters import services as letters_services
from forumapp.domain.printing.letters.queries import Selection
from forumapp.domain.printing.models import Paper, PrintJob
from forumapp.domain.printing.pdf.fonts import font_folder
from forumapp.domain.printing.previews import letter_previews
from forumapp.domain.printing.previews.layout_findings import HERE
from forumapp.domain.printing.rules import Options
from forumapp.domain.registration.models import Registration
from forumapp.worker.printing import steps
from tests.domain.letters.test_letters import BY, signed
from tests.seeds import NOW, seed, seed_delegation

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.letters.values import LetterValues
    from tests.seeds import Forum

CODES = ("no-form-of-address", "reply-by-passed")
HOW: dict[str, Any] = {"workshop": HERE, "now": NOW}
LATE = date(2023, 2, 28)  # the day before


def with_a_vip(session: DbSession, **said: Any) -> tuple[Forum, int]:
    """Two who are registered, of whom the first is a VIP; letters that ask for an answer."""
    forum = seed(session, 2)
    signed(session, forum.edition.id, LetterKind.INVITATION, prefix="", **said)
    vip = forum.registration_ids[0]
    officer = create_account(session, email="a@b.example", name="A", password=None, **BY).id
    session.execute(update(Registration).where(Registration.id == vip).values(is_vip=True, responsible_id=officer))
    session.expire_all()
    return forum, vip


def address(session: DbSession, vip: int, **form: str) -> None:
    person = session.get_one(Registration, vip).person_id
    session.execute(update(Person).where(Person.id == person).values(form_of_address=form))


def told(found: Any) -> list[tuple[Any, ...]]:
    """Code, whether it blocks, whom or what it concerns, and how; in order."""
    return sorted((one.code, one.blocking, one.parties, *one.details.values()) for one in found if one.code in CODES)


def test_page_check_issue_and_print_tell_of_a_vip_without_a_form_of_address_and_of_a_day_that_has_passed(
    session: DbSession,
) -> None:
    forum, vip = with_a_vip(session, answer_by=LATE)
    edition, folder = forum.edition, font_folder()
    of_vip = (("registration", vip),)
    late = ("reply-by-passed", False, (), "2023-02-28")
    bare = [("no-form-of-address", False, of_vip, one) for one in ("en", "zh-Hans")]

    to = Selection(LetterKind.INVITATION)
    letters = letters_queries.candidates(session, edition, to, now=NOW)
    assert told(letter_previews.check(session, edition, letters, folder=folder, **HOW)) == [*bare, late]
    assert told(edition_findings(session, edition, folder, **HOW)) == [*bare, late]
    assert told(letters_services.issue_letters(session, edition, to, **BY).findings) == [*bare, late]
    report = preflight(session, edition, Paper.INVITATIONS, Options(), folder=folder, **HOW)
    assert (told(report.findings), report.blocking) == ([*bare, late], False)
    other = Options(registration=forum.registration_ids[1])
    assert told(preflight(session, edition, Paper.INVITATIONS, other, folder=folder, **HOW).findings) == [late]
    assert told(preflight(session, edition, Paper.PROGRAM, Options(), folder=folder, **HOW).findings) == []


def letters_of(session: DbSession, edition: Edition, *languages: str) -> list[LetterValues]:
    return letters_queries.candidates(session, edition, Selection(LetterKind.INVITATION), languages, now=NOW)


@pytest.mark.one_database
def test_nothing_is_told_of_what_is_said_or_what_a_letter_does_not_say(session: DbSession) -> None:
    forum, vip = with_a_vip(session, answer_by=LATE + timedelta(days=1), text={"zh-Hans": "{name}：\n\n{answer_by}"})
    edition = forum.edition

    def found(*languages: str, now: Any = NOW) -> list[tuple[str, str]]:
        letters = letters_of(session, edition, *languages)
        of = address_checks.sending_findings(session, edition, letters, now=now)
        return [(one.code, *one.details.values()) for one in of]

    assert found() == [("no-form-of-address", "en")]  # the Chinese one calls them by the name on purpose
    assert found("zh-Hans") == []
    assert found("zh-Hans", now=NOW + timedelta(days=1)) == [("reply-by-passed", "2023-03-01")]
    address(session, vip, en="H.E.")
    assert found() == []
    without = [
        replace(one, content=replace(one.content, text={"en": "Welcome."}))
        for one in letters_of(session, edition, "en")
    ]
    assert address_checks.of_letters(without, {vip}, date(2024, 1, 1)) == []


def test_a_print_keeps_what_it_would_have_told(own_app: Flask) -> None:
    with transaction() as session:
        forum, _vip = with_a_vip(session, answer_by=LATE)
        edition_id = forum.edition.id
        letters_services.issue_letters(session, forum.edition, Selection(LetterKind.INVITATION), **BY)
        job = services.ask_print(session, edition_id, Paper.INVITATIONS, {}, **BY).id
    assert steps.begin(own_app, job)
    with transaction() as session:
        kept = session.get_one(PrintJob, job).findings
        assert [one["code"] for one in kept if one["code"] in CODES] == ["reply-by-passed", *[CODES[0]] * 2]


@pytest.mark.one_database
def test_whoever_prints_letters_of_one_delegation_is_told_of_no_vip_of_another(session: DbSession) -> None:
    forum, vip = with_a_vip(session)
    edition = forum.edition
    theirs, own = (
        seed_delegation(session, edition, code, [one])
        for code, one in zip(("theirs", "own"), forum.registration_ids, strict=True)
    )
    letters_services.issue_letters(session, edition, Selection(LetterKind.INVITATION), **BY)

    def found(*within: int) -> list[tuple[Any, ...]]:
        how: dict[str, Any] = {"within": within, "folder": font_folder(), **HOW}
        return told(preflight(session, edition, Paper.INVITATIONS, Options(), **how).findings)

    assert {whom for _, _, whom, _ in found(theirs.id)} == {(("registration", vip),)}
    assert found(own.id) == []


@pytest.mark.one_database
def test_nothing_is_told_of_a_letter_that_is_not_printed_as_it_is_not_what_was_issued(session: DbSession) -> None:
    forum, vip = with_a_vip(session, answer_by=LATE)
    edition = forum.edition
    letters_services.issue_letters(session, edition, Selection(LetterKind.INVITATION), **BY)
    of_table = "" if session.get_bind().dialect.name == "sqlite" else " ON letter"
    session.execute(text(f"DROP TRIGGER letter_as_issued{of_table}"))
    session.execute(update(Letter).where(Letter.registration_id == vip).values(sha256="0" * 64))
    session.expire_all()
    found = preflight(session, edition, Paper.INVITATIONS, Options(), folder=font_folder(), **HOW).findings
    assert [one.code for one in found if one.blocking] == ["letter-altered"]
    assert [code for code, *_ in told(found)] == ["reply-by-passed"]  # which the other letter says


@pytest.mark.one_database
def test_a_day_has_passed_when_it_is_over_where_the_forum_takes_place(session: DbSession) -> None:
    forum, _vip = with_a_vip(session, answer_by=LATE)  # in Los Angeles, where it ends at 8 in UTC
    letters = letters_of(session, forum.edition)
    ends = datetime(2023, 3, 1, 8, tzinfo=UTC)

    def codes(now: datetime) -> set[str]:
        return {one.code for one in address_checks.sending_findings(session, forum.edition, letters, now=now)}

    assert ("reply-by-passed" in codes(ends - timedelta(minutes=1)), "reply-by-passed" in codes(ends)) == (False, True)
