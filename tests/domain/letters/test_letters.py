"""Formal letters: a serial is given once, what was issued stays as it was, and its paper can be made again."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session as DbSession

from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.core.errors import Invalid, Stale
from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.agenda.models import SessionKind
from forumapp.domain.agenda.sessions.services import create_session
from forumapp.domain.audit.models import AuditEvent, Via
from forumapp.domain.audit.services import SYSTEM, Actor
from forumapp.domain.checkin.desk.undo import undo_check_in
from forumapp.domain.checkin.models import Admission, Checkpoint, Scan
from forumapp.domain.forums.models import Edition
from forumapp.domain.images.checking import check_picture
from forumapp.domain.people.models import Person
from forumapp.domain.printing.checks.edition_checks import edition_findings
from forumapp.domain.printing.checks.preflight import preflight
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.jobs.print_log import PieceFilters, pieces_page
from forumapp.domain.printing.letter_models import Letter, LetterKind
from forumapp.domain.printing.letters import forms, issued_letters
from forumapp.domain.printing.letters import queries as letters_queries
from forumapp.domain.printing.letters import services as letters_services
from forumapp.domain.printing.letters.attendance import hours_attended
from forumapp.domain.printing.letters.queries import Selection
from forumapp.domain.printing.models import Paper, Reprint
from forumapp.domain.printing.paper.blocking_findings import FindingsBlock
from forumapp.domain.printing.pdf.fonts import font_folder
from forumapp.domain.printing.previews.layout_findings import HERE
from forumapp.domain.printing.production.finished_papers import make_book
from forumapp.domain.printing.queries import NothingToPrint
from forumapp.domain.printing.rules import Options
from forumapp.domain.registration.models import Invitation, Registration, RegistrationType
from tests.pictures import photo
from tests.seeds import NOW, seed

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

BY: dict[str, Any] = {"actor": SYSTEM, "now": NOW}
CERTIFICATES = Selection(LetterKind.CERTIFICATE)
SIGNED: dict[str, Any] = {
    "prefix": "CCBF5-C-", "signatory_latin": "GUO Shaochun", "office": {"en": "Consul General", "zh-Hans": "总领事"},
    "has_seal": True,
}  # fmt: skip


def signed(session: DbSession, edition_id: int, kind: LetterKind = LetterKind.CERTIFICATE, **said: Any) -> None:
    forms.set_letter_form(session, edition_id, kind, {**SIGNED, **said}, version=0, **BY)


def test_serials_rise_and_are_never_given_again(session: DbSession) -> None:
    forum = seed(session, 3)
    edition = forum.edition
    with pytest.raises(FindingsBlock):
        letters_services.issue_letters(session, edition, CERTIFICATES, **BY)  # nobody signs them
    signed(session, edition.id)
    one = replace(CERTIFICATES, registration=forum.registration_ids[2])

    with pytest.raises(Invalid, match="languages"):
        letters_services.issue_letters(session, edition, one, languages=("en", "xx"), **BY)
    first = letters_services.issue_letters(session, edition, one, **BY).letters
    for chosen in ({"type": "none"}, {"registration": 99}, {"delegation": "none"}):
        with pytest.raises(Invalid, match="unknown"):
            letters_services.issue_letters(session, edition, replace(CERTIFICATES, **chosen), **BY)
    rest = letters_services.issue_letters(session, edition, CERTIFICATES, **BY).letters

    serials = [row.serial for row in (*first, *rest)]
    assert serials == ["CCBF5-C-0001", "CCBF5-C-0002", "CCBF5-C-0003"]
    assert {row.registration_id for row in (*first, *rest)} == set(forum.registration_ids)
    with pytest.raises(NothingToPrint) as refusal:
        letters_services.issue_letters(session, edition, CERTIFICATES, **BY)
    assert refusal.value.details == {"edition": edition.slug, "have_one": 3, "without_place": 2}

    with pytest.raises(Invalid):
        letters_services.revoke_letter(session, edition.id, first[0].id, " ", version=1, **BY)
    again = letters_services.reissue_letter(
        session, edition, first[0].id, "The name was wrong", version=1, **BY
    ).letters[0]
    assert (again.serial, again.replaces_id, again.registration_id) == (
        "CCBF5-C-0004", first[0].id, forum.registration_ids[2],
    )  # fmt: skip
    assert (first[0].serial, first[0].reason) == ("CCBF5-C-0001", "The name was wrong")
    with pytest.raises(letters_services.LetterRevoked):
        letters_services.revoke_letter(session, edition.id, first[0].id, "Twice", version=2, **BY)
    found = issued_letters.letters_page(session, edition, revoked=False, search="c-0004").items
    assert [line.row.id for line in found] == [again.id]
    logged = select(AuditEvent.action).where(AuditEvent.entity == "letter", AuditEvent.entity_id == first[0].id)
    assert session.scalars(logged.order_by(AuditEvent.id)).all() == ["issued", "revoked"]


@pytest.mark.one_database
def test_no_two_letters_have_one_serial_whatever_their_kind_and_edition(session: DbSession) -> None:
    forums = [seed(session, 1), seed(session, 1, slug="other")]
    serials = []
    for edition in (one.edition for one in forums):
        for kind in LetterKind:
            signed(session, edition.id, kind, prefix="LETTER-")
            serials += [
                row.serial for row in letters_services.issue_letters(session, edition, Selection(kind), **BY).letters
            ]

    assert len(serials) == len(set(serials)) >= 4
    assert serials[0] == "LETTER-0001"
    row = session.scalars(select(Letter).order_by(Letter.id.desc())).first()
    assert row is not None
    values = {one.key: getattr(row, one.key) for one in inspect(Letter).column_attrs if one.key != "id"}
    taken = {"number": 99, "serial": serials[0], "revoked_at": NOW, "reason": "None"}
    with pytest.raises(IntegrityError):
        session.execute(insert(Letter), [{**values, **taken}])  # also where nothing of ours counts


def test_letters_that_were_printed_stand_in_the_log_of_pieces_and_are_printed_again_for_a_reason(
    session: DbSession,
) -> None:
    forum = seed(session, 1)
    edition = forum.edition
    type_id = session.scalars(select(RegistrationType.id)).first()
    invited = Invitation(edition_id=edition.id, type_id=type_id, latin_family="Kounalakis", latin_given="Eleni")
    session.add(invited)
    session.flush()
    signed(session, edition.id, LetterKind.INVITATION, prefix="")
    chosen = [{"registration": forum.registration_ids[0]}, {"invited": True}]
    to: list[Any] = [Selection(LetterKind.INVITATION, **one) for one in chosen]
    rows = [row for one in to for row in letters_services.issue_letters(session, edition, one, **BY).letters]

    def printed(letters: list[int], reason: Reprint | None = None) -> None:
        made = services.Finished(f"print/1/{len(letters)}/letters.pdf", "ab" * 32, 2, "weasyprint 70")
        said: dict[str, Any] = {"badges": (), "device": "Desk 2", "reason": reason}
        job = services.keep_made(session, edition.id, Paper.INVITATIONS, Options(), made, **said, **BY)
        for _time in range(2):
            issued_letters.note_letters(session, job, letters)

    printed([row.id for row in rows])
    with pytest.raises(Invalid, match="reason"):
        services.ask_print(session, edition.id, Paper.INVITATIONS, {"letters": [rows[1].id]}, **BY)
    printed([rows[1].id], Reprint.LOST)

    found = pieces_page(session, edition.id, PieceFilters(paper=Paper.INVITATIONS)).items
    assert [(one.serial, one.copy, one.reason, one.device) for one in found] == [
        (rows[1].serial, 2, Reprint.LOST, "Desk 2"), (rows[0].serial, 1, None, "Desk 2"),
        (rows[1].serial, 1, None, "Desk 2"),
    ]  # fmt: skip
    assert found[1].registration_id == rows[0].registration_id
    searched = pieces_page(session, edition.id, PieceFilters(search="kounalakis")).items
    assert [one.name.latin_family for one in searched if one.name] == ["Kounalakis"] * 2


@pytest.mark.one_database
def test_certificates_are_for_whoever_came_once_anybody_did(session: DbSession) -> None:
    forum = seed(session, 3)
    of, when = {"edition_id": forum.edition.id}, {"first_at": NOW, "since": NOW}
    taken_back, here, late = forum.registration_ids
    ways = {"door": "in-out", "meal": "once", "hand-out": "once"}
    checkpoints = [Checkpoint(**of, code=one, name={"en": one}, kind=one, mode=mode) for one, mode in ways.items()]
    session.add_all(checkpoints)
    session.flush()
    account_id = create_account(session, email="a@b.example", name="A", password=None, **BY).id
    grant_role(session, account_id, forum.edition.id, Role.OWNER, **BY)
    for checkpoint, one in zip(checkpoints, (taken_back, here, late), strict=True):
        to: dict[str, Any] = {"checkpoint_id": checkpoint.id, "registration_id": one}
        session.add(Admission(**of, **to, **when))
        read = {"received_at": NOW, "counts_at": NOW, "account_id": account_id, "direction": "in", "result": "passed"}
        session.add(Scan(**of, **to, **read, nonce=str(one)))
    session.flush()
    took_back: dict[str, Any] = {"checkpoint_id": checkpoints[0].id, "nonce": "undo", "now": NOW}
    undo_check_in(session, forum.edition.id, taken_back, **took_back, actor=Actor(account_id, Via.PAGE))

    assert [
        one.registration_id for one in letters_queries.candidates(session, forum.edition, CERTIFICATES, now=NOW)
    ] == [here]
    left_out = letters_queries.who_is_left_out(session, forum.edition, CERTIFICATES, now=NOW)
    assert left_out == letters_queries.LeftOut(without_place=2, not_there=2)
    named = replace(CERTIFICATES, registration=late)
    assert [one.registration_id for one in letters_queries.candidates(session, forum.edition, named, now=NOW)] == [late]


@pytest.mark.one_database
def test_letters_stand_in_the_check_of_an_edition_that_has_begun_them_and_two_pages_are_told(
    session: DbSession,
) -> None:
    forum = seed(session, 1)
    edition = forum.edition

    def found() -> set[str]:
        return {one.code for one in edition_findings(session, edition, font_folder(), workshop=HERE, now=NOW)}

    of_letters = {"no-signatory", "no-host", "letter-overfull", "no-seal"}
    assert found() & of_letters == set()
    long = "\n\n".join(["Dear {address},", *["We look forward to welcoming you to our forum. " * 6] * 12])
    signed(session, edition.id, LetterKind.INVITATION, signatory_latin="", text={"en": long})
    assert found() & of_letters == {"no-signatory", "no-host", "letter-overfull"}
    to = Selection(LetterKind.INVITATION, registration=forum.registration_ids[0])
    why = {"anyway": "Signed by hand"}
    with pytest.raises(FindingsBlock) as refused:
        letters_services.issue_letters(session, edition, to, **why, **BY)
    letters_services.issue_letters(session, edition, to, **why, despite=refused.value.details["mark"], **BY)
    signed(session, edition.id)
    letters_services.issue_letters(session, edition, CERTIFICATES, **why, **BY)  # which nothing stops
    issued = select(AuditEvent.reason).where(AuditEvent.entity == "letter").order_by(AuditEvent.id)
    assert session.scalars(issued).all() == ["Signed by hand", None]
    report = preflight(session, edition, Paper.INVITATIONS, Options(), folder=font_folder(), workshop=HERE, now=NOW)
    assert {one.code for one in report.findings if one.blocking} == {"no-signatory"}
    assert "letter-overfull" in {one.code for one in report.findings}


@pytest.mark.one_database
def test_hours_are_those_of_the_program_that_scans_tell_and_none_of_a_rehearsal(session: DbSession) -> None:
    forum = seed(session, 4)
    edition, of = forum.edition, {"edition_id": forum.edition.id}
    zone = ZoneInfo(edition.zone)

    def at(hour: int, minute: int = 0, day: int = 22) -> datetime:
        return datetime(2023, 5, day, hour, minute, tzinfo=zone)

    held = {}
    for code, kind, first, last in (("talk", "panel", 9, 12), ("lunch", "meal", 12, 13), ("tea", "panel", 13, 15)):
        values = {"code": code, "title": {"en": code}, "kind": SessionKind(kind)}
        span = Span(*(Moment(at(hour).replace(tzinfo=None), edition.zone) for hour in (first, last)))
        held[code] = create_session(session, edition.id, values, span, **BY)
    door = Checkpoint(**of, code="door", name={}, kind="door", mode="in-out")
    talk = Checkpoint(**of, code="talk", name={}, kind="session", session_id=held["talk"].id)
    session.add_all([door, talk])
    session.flush()
    late, all_day, rehearsed, taken_back = forum.registration_ids
    for one, is_rehearsal in ((late, False), (rehearsed, True)):
        when = {"first_at": at(9, 50), "since": at(9, 50), "is_rehearsal": is_rehearsal}
        session.add(Admission(**of, checkpoint_id=talk.id, registration_id=one, **when))
    passes = [(all_day, at(8), "passed"), (all_day, at(11), "out"), (all_day, at(11, 30), "passed"),
              (taken_back, at(9), "passed"), (taken_back, at(10), "undone")]  # fmt: skip
    account_id = create_account(session, email="a@b.example", name="A", password=None, **BY).id
    for number, (one, when_, result) in enumerate(passes):
        told = {"direction": "out" if result in ("out", "undone") else "in", "result": result, "nonce": str(number)}
        of_scan = {"checkpoint_id": door.id, "registration_id": one, "received_at": when_, "counts_at": when_}
        session.add(Scan(**of, **of_scan, **told, account_id=account_id))
    session.flush()

    # 9:50 to 12; 9 to 11, 11:30 to 12 and, whoever did not leave, 13 to 15.
    assert hours_attended(session, edition) == {late: "2", all_day: "4.5"}
    signed(session, edition.id)
    (row,) = letters_services.issue_letters(session, edition, replace(CERTIFICATES, registration=all_day), **BY).letters
    assert "Hours attended: 4.5" in letter_text(session, edition, row.id)


def test_a_letter_says_what_it_said_and_its_paper_is_the_same_again(session: DbSession, tmp_path: Path) -> None:
    forum = seed(session, 2)
    edition = forum.edition
    signed(session, edition.id)
    rows = letters_services.issue_letters(session, edition, CERTIFICATES, **BY).letters
    ids = [row.id for row in rows]
    pdf = make_book(issued_letters.letter_books(session, edition, ids[:1])[0], font_folder())
    issued_letters.note_paper(session, ids[0], pdf, "x 1", now=NOW)
    issued_letters.note_paper(session, ids[0], b"another", "x 2", now=NOW)
    session.execute(update(Person).values(latin_family="Other", native_full="另"))
    session.execute(update(Edition).values(name={"en": "Renamed", "zh-Hans": "改名"}))
    signed_anew = {"signatory_latin": "SOMEONE Else", "text": {"en": "Renamed for\n{name}"}}
    forms.set_letter_form(session, edition.id, LetterKind.CERTIFICATE, signed_anew, version=1, **BY)
    session.flush()
    session.expire_all()

    assert issued_letters.list_to_print(session, edition, Paper.CERTIFICATES, Options()) == ids
    again = make_book(issued_letters.letter_books(session, edition, ids[:1])[0], font_folder())

    assert hashlib.sha256(again).hexdigest() == session.get_one(Letter, ids[0]).pdf_sha256
    file = tmp_path / "letter.pdf"
    file.write_bytes(again)
    told = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    shown = ("Certificate of Attendance", "参会证书", "LIN ", "林", "2023 Pacific Forum", "22 May 2023", "CCBF5-C-0001",
             "GUO Shaochun", "总领事", "General Manager", "盖章处")  # fmt: skip
    assert [one for one in shown if one not in " ".join(told.split())] == []


@pytest.mark.one_database
def test_a_letter_that_is_revoked_is_taken_out_with_a_mark_and_stays_as_it_was(session: DbSession) -> None:
    forum = seed(session, 1)
    signed(session, forum.edition.id)
    (row,) = letters_services.issue_letters(session, forum.edition, CERTIFICATES, **BY).letters
    before = letter_text(session, forum.edition, row.id)
    letters_services.revoke_letter(session, forum.edition.id, row.id, "A wrong name", version=1, **BY)

    marked = letter_text(session, forum.edition, row.id, marked=True)
    assert ("Revoked 1 March 2023" in marked, "已撤销 2023年3月1日" in marked, "CCBF5-C-0001" in marked) == (True,) * 3
    assert issued_letters.file_name(row) == "CCBF5-C-0001-revoked.pdf"
    assert letter_text(session, forum.edition, row.id) == before


def letter_text(session: DbSession, edition: Edition, letter_id: int, **said: Any) -> str:
    """As it stands on its paper."""
    pdf = make_book(issued_letters.letter_books(session, edition, [letter_id], **said)[0], font_folder())
    told = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True).stdout
    return " ".join(told.decode().split())


@pytest.mark.one_database
def test_a_letter_that_is_not_as_it_was_issued_is_told_and_alone_left_out(session: DbSession) -> None:
    forum = seed(session, 2)
    edition = forum.edition
    signed(session, edition.id)
    first, second = letters_services.issue_letters(session, edition, CERTIFICATES, **BY).letters
    of_table = "" if session.get_bind().dialect.name == "sqlite" else " ON letter"
    session.execute(text(f"DROP TRIGGER letter_as_issued{of_table}"))
    session.execute(update(Letter).where(Letter.id == first.id).values(said={**first.said, "latin_family": "Other"}))
    session.expire_all()

    lines = issued_letters.letters_page(session, edition).items
    assert {one.row.id: one.altered for one in lines} == {first.id: True, second.id: False}
    assert issued_letters.list_to_print(session, edition, Paper.CERTIFICATES, Options()) == [second.id]
    report = preflight(session, edition, Paper.CERTIFICATES, Options(), folder=font_folder(), workshop=HERE, now=NOW)
    assert [one.details["serial"] for one in report.findings if one.blocking] == [first.serial]
    with pytest.raises(issued_letters.LetterAltered):
        issued_letters.list_to_print(session, edition, Paper.CERTIFICATES, Options(letters=(first.id,)))
    again = letters_services.reissue_letter(session, edition, first.id, "Altered", version=1, **BY).letters[0]
    assert again.said["latin_family"] != "Other"


@pytest.mark.one_database
def test_nothing_of_a_certificate_is_left_out_where_there_is_little_room(session: DbSession, tmp_path: Path) -> None:
    forum = seed(session, 1)
    office = {
        "en": "Consul General and Chair of the Committee " * 6 + "END",
        "zh-Hans": "总领事兼组委会主席" * 6 + "完",
    }
    signed(session, forum.edition.id, has_seal=False, office=office)
    (row,) = letters_services.issue_letters(session, forum.edition, CERTIFICATES, **BY).letters
    file = tmp_path / "letter.pdf"
    file.write_bytes(make_book(issued_letters.letter_books(session, forum.edition, [row.id])[0], font_folder()))
    told = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    assert [one for one in ("GUO Shaochun", "END", "完") if one not in told] == []
    assert told.count("\f") == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE letter SET serial = 'x'",
        "UPDATE letter SET said = '{}'",
        "DELETE FROM letter",
        "UPDATE letter_issue SET characters = ''",
        "DELETE FROM letter_picture",
    ],
)
def test_nothing_changes_what_was_issued(session: DbSession, change: str) -> None:
    forum = seed(session, 1)
    signed(session, forum.edition.id, signature=check_picture(photo()))
    letters_services.issue_letters(session, forum.edition, CERTIFICATES, **BY)
    with pytest.raises(DBAPIError):
        session.execute(text(change))


@pytest.mark.one_database
def test_invitations_go_to_the_invited_and_say_nothing_that_nobody_knows(session: DbSession) -> None:
    forum = seed(session, 1)
    edition = forum.edition
    asked = {"prefix": "", "office": {}, "answer_by": NOW.date(), "text": {"en": "Dear {address},\n\nDress: {dress}"}}
    with pytest.raises(Invalid) as refusal:
        signed(session, edition.id, LetterKind.INVITATION, text={"en": "{nmae}"})
    assert refusal.value.fields == {"text.en": "unknown-placeholder:{nmae}"}
    with pytest.raises(Invalid):
        signed(session, edition.id, answer_by=NOW.date())  # a certificate asks for no answer
    signed(session, edition.id, LetterKind.INVITATION, **asked)
    type_id = session.scalars(select(RegistrationType.id)).first()
    session.add(Invitation(edition_id=edition.id, type_id=type_id, latin_family="Kounalakis", latin_given="Eleni"))
    session.add(Invitation(edition_id=edition.id, type_id=type_id, email="only@address.example"))
    session.flush()
    invited = Selection(LetterKind.INVITATION, invited=True)

    looked = letters_queries.candidates(session, edition, invited, now=NOW)
    with pytest.raises(Stale):
        letters_services.issue_letters(session, edition, invited, seen="other", **BY)
    (row,) = letters_services.issue_letters(
        session, edition, invited, seen=letters_services.mark_of(looked), **BY
    ).letters

    (values,) = issued_letters.letter_values(session, edition, [row])
    assert (row.serial, row.invitation_id is not None) == ("CCBF20235-I-0001", True)
    assert values.parts("en")[0] == "Dear Eleni Kounalakis,"
    registered = letters_services.issue_letters(
        session, edition, Selection(LetterKind.INVITATION), languages=("zh-Hans",), **BY
    ).letters
    assert session.get_one(Registration, registered[0].registration_id).edition_id == edition.id


def test_who_issues_letters_waits_for_whoever_is_issuing_some(own_app: Flask, backend: str) -> None:
    if backend == "sqlite":
        pytest.skip("SQLite has a single writer")
    with transaction() as session:
        forum = seed(session, 2)
        edition_id = forum.edition.id
        signed(session, edition_id)

    def issued(session: DbSession, number: int) -> str:
        edition = session.get_one(Edition, edition_id)
        chosen = replace(CERTIFICATES, registration=forum.registration_ids[number])
        return letters_services.issue_letters(session, edition, chosen, **BY).letters[0].serial

    with DbSession(db.engine) as other:
        with transaction() as session:
            first = issued(session, 0)
            other.execute(text("SET LOCAL lock_timeout = '200ms'"))
            with pytest.raises(OperationalError, match="lock timeout"):
                issued(other, 1)
        other.rollback()
        second = issued(other, 1)
        other.rollback()
    assert (first, second) == ("CCBF5-C-0001", "CCBF5-C-0002")
