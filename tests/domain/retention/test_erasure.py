"""Erasing one person: nothing that identifies them is left anywhere, and other people's rows stay as they are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import JSON, Enum, LargeBinary, Text, func, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session as DbSession
from sqlalchemy.orm import undefer

from forumapp.core.database.db import Base
from forumapp.core.database.db import db as database
from forumapp.core.database.transactions import transaction
from forumapp.core.errors import Forbidden, Invalid, NotFound, Stale
from forumapp.core.files.storage import Folder
from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.agenda.content.snapshots import seal_of
from forumapp.domain.agenda.models import AgendaVersion, AssignmentRole, AssignmentStatus, RoleAssignment, SessionKind
from forumapp.domain.agenda.queries import published_agenda
from forumapp.domain.agenda.run_of_show.cues import issue_cue_sheet
from forumapp.domain.agenda.sessions.services import assign_role, create_session, remove_role
from forumapp.domain.audit.models import AuditEvent, Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.checkin.models import Checkpoint, Scan
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember, MemberRole
from forumapp.domain.forums.models import ContentKind, ContentPage, Edition
from forumapp.domain.images.checking import check_picture
from forumapp.domain.images.models import Image
from forumapp.domain.importing.models import ImportKind, ImportRun, ImportStatus
from forumapp.domain.mail.models import Message, MessageState
from forumapp.domain.people.duplicates.permissions import RowsElsewhere
from forumapp.domain.people.models import Person, PersonWord
from forumapp.domain.people.records import services as people
from forumapp.domain.printing.jobs.erasure import delete_purged_files
from forumapp.domain.printing.letter_models import Letter, LetterKind
from forumapp.domain.printing.letters import forms, issued_letters
from forumapp.domain.printing.letters import services as letters_services
from forumapp.domain.printing.letters.queries import Selection
from forumapp.domain.printing.models import JobStatus, Paper, PrintJob
from forumapp.domain.publishing.services import publish
from forumapp.domain.registration.forms.questions import read_questions
from forumapp.domain.registration.lifecycle import register as registrations
from forumapp.domain.registration.models import AnswerFile, Registration, RegistrationType
from forumapp.domain.registration.uploads.services import keep_file
from forumapp.domain.retention.erasure import erasing
from forumapp.domain.retention.erasure import services as erasure_services
from forumapp.domain.retention.erasure.areas import Area, Outcome
from forumapp.domain.retention.erasure.mentions import NOT_SEARCHED, SEARCHED, list_mentions
from forumapp.domain.retention.erasure.services import TakesPart, WorkUnfinished, erase_person, preview_erasure
from forumapp.domain.retention.models import Erasure
from tests.domain.conftest import BY, Forum, make_forum
from tests.domain.registering import HOUSE, applicant, make_type, sign_up
from tests.pictures import document, photo

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

AFTER: dict[str, Any] = {"actor": BY["actor"], "now": datetime(2023, 6, 1, 12, tzinfo=UTC)}
QUESTIONS = [
    {"code": "food", "kind": "diet", "label": {"en": "Food"}},
    {"code": "passport-number", "kind": "short-text", "label": {"en": "Passport number"}},
    {"code": "cv", "kind": "file", "label": {"en": "CV"}},
]
# What identifies the person, in the forms in which it may be stored.
WORDS = (
    "Quillfeather", "quillfeather", "QUILLFEATHER", "Zenobia", "zenobia", "羽泉赵", "赵羽泉", "zq@harbor.example",
    "4155550188", "wx-quill", "E99887766", "letter-of-zenobia", "no-seafood",
)  # fmt: skip


@dataclass
class Scene:
    forum: Forum
    person_id: int
    registration_id: int
    other_id: int
    other_registration: int


@pytest.fixture
def scene(session: DbSession, forum: Forum) -> Scene:
    """A speaker who registered with everything that a forum asks for, next to another guest."""
    db, edition = session, forum.edition
    make_type(db, edition.id, "guest", questions=QUESTIONS)
    cv = read_questions(QUESTIONS)[2]
    answers = {
        "food": ["no-seafood"],
        "passport-number": "E99887766",
        "cv": keep_file(db, edition.id, cv, "letter-of-zenobia.pdf", document(), now=BY["now"]),
    }
    who = applicant(
        latin_family="Quillfeather", latin_given="Zenobia", native_full="赵羽泉", email="zq@harbor.example",
        phone="+14155550188", answers=answers,
    )  # fmt: skip
    registration_id = sign_up(db, edition.id, who, actor=HOUSE).registration_id
    other = applicant(2, latin_family="Otherby", phone="+14155550177", answers={"food": ["halal"]})
    other_registration = sign_up(db, edition.id, other, actor=HOUSE).registration_id
    person_id, other_id = (db.get_one(Registration, one).person_id for one in (registration_id, other_registration))
    person = db.get_one(Person, person_id)
    changes = {"wechat": "wx-quill", "photo": check_picture(photo()), "also_known_as": ["Zenobia Q. Quillfeather"]}
    people.update_person(db, person_id, changes, version=person.version, **BY)
    _speak(db, forum, person_id)
    _issue(db, edition, registration_id)
    _mention(db, edition)
    db.flush()
    db.expire_all()
    return Scene(forum, person_id, registration_id, other_id, other_registration)


def _speak(db: DbSession, forum: Forum, person_id: int) -> None:
    zone = forum.edition.zone
    span = Span(Moment(datetime(2023, 5, 22, 9), zone), Moment(datetime(2023, 5, 22, 10), zone))
    values = {"title": {"en": "Opening"}, "kind": SessionKind.OPENING, "room_id": forum.room.id}
    talk = create_session(db, forum.edition.id, values, span, **BY)
    assign_role(db, talk, person_id, AssignmentRole.SPEAKER, status=AssignmentStatus.CONFIRMED, **BY)
    publish(db, forum.edition.id, label="", note={}, reason="As it is", **BY)
    issue_cue_sheet(db, forum.edition.id, note={}, **BY)


def _issue(db: DbSession, edition: Edition, registration_id: int) -> None:
    signed = {"prefix": "C-", "signatory_latin": "GUO Shaochun", "office": {"en": "Consul", "zh-Hans": "领事"}}
    forms.set_letter_form(db, edition.id, LetterKind.CERTIFICATE, signed, version=0, **BY)
    letters_services.issue_letters(db, edition, Selection(LetterKind.CERTIFICATE, registration=registration_id), **BY)


def _mention(db: DbSession, edition: Edition) -> None:
    """The name and the address in rows that are not the person's own."""
    rows: list[Any] = [
        Message(edition_id=edition.id, about="edition", about_id=edition.id, key="k1", recipient="zq@harbor.example",
                language="en", template="notice", values={"text": "Dear Zenobia Quillfeather"}, due_at=BY["now"]),
        ImportRun(edition_id=edition.id, kind=ImportKind.PEOPLE, filename="of Zenobia Quillfeather.csv", sha256="",
                  read_as="utf-8", content="Quillfeather,Zenobia,赵羽泉".encode(), total=1),
        PrintJob(edition_id=edition.id, paper=Paper.PROGRAM, status=JobStatus.DONE, file="print/1/1/program.pdf",
                 options={}, made_from={"person": "Zenobia Quillfeather"}, created_at=BY["now"]),
    ]  # fmt: skip
    db.add_all(rows)
    edition_row = update(Edition).where(Edition.id == edition.id)
    db.execute(edition_row.values(theme={"en": "As ZENOBIA QUILLFEATHER put it", "zh-Hans": "感谢赵羽泉女士"}))


def dump(db: DbSession, *, binary: bool = True) -> dict[str, list[str]]:
    """Every row of every table as text, files too."""
    db.expire_all()
    return {
        table.name: [
            json.dumps([value.decode("latin-1") if isinstance(value, bytes) else value for value in row],
                       ensure_ascii=False, default=str)
            for row in db.execute(select(*(one for one in table.c if binary or not isinstance(one.type, LargeBinary))))
        ]
        for table in Base.metadata.sorted_tables
    }  # fmt: skip


def left(db: DbSession) -> dict[str, list[str]]:
    """By table, the words that still stand in it."""
    words = (*WORDS, *(one.encode().decode("latin-1") for one in WORDS if not one.isascii()))
    found = {table: [word for word in words if any(word in row for row in rows)] for table, rows in dump(db).items()}
    return {table: words for table, words in found.items() if words}


def erase(db: DbSession, scene: Scene) -> Any:
    preview = preview_erasure(db, scene.person_id, **AFTER)
    return erase_person(db, scene.person_id, preview=preview, mark=preview.mark, confirmed=True, **AFTER)


def add_page(db: DbSession, edition_id: int, code: str, text: str) -> ContentPage:
    position = db.scalar(select(func.count(ContentPage.id)).where(ContentPage.edition_id == edition_id)) or 0
    page = ContentPage(edition_id=edition_id, code=code, kind=ContentKind.PRACTICAL, title={"en": "About"}, body={"en": text},
                       position=position + 1)  # fmt: skip
    db.add(page)
    db.flush()
    return page


def rows_of(db: DbSession, scene: Scene) -> list[str]:
    found = (db.get_one(Person, scene.other_id), db.get_one(Registration, scene.other_registration))
    return [str({name: getattr(row, name) for name in row.__table__.c.keys()}) for row in found]  # noqa: SIM118 (columns)


def test_nothing_that_identifies_the_person_is_left(session: DbSession, scene: Scene, tmp_path: Path) -> None:
    storage = Folder(tmp_path)
    storage.put("print/1/1/program.pdf", b"Zenobia Quillfeather")
    assert {"person", "message", "letter", "agenda_version", "cue_sheet", "import_run", "edition"} <= left(
        session
    ).keys()
    other = rows_of(session, scene)
    erase(session, scene)
    delete_purged_files(session, storage)
    assert left(session) == {}
    assert not [one for one in tmp_path.rglob("*") if one.is_file()]
    assert rows_of(session, scene) == other


def test_a_preview_changes_nothing_and_names_each_area(session: DbSession, scene: Scene) -> None:
    before = dump(session)
    preview = preview_erasure(session, scene.person_id, **AFTER)
    assert dump(session) == before
    counts = {line.area: line.count for line in preview.lines}
    wanted = {
        Area.RECORD,
        Area.PHOTOS,
        Area.ANSWERS,
        Area.MAIL,
        Area.PROGRAM,
        Area.DRAFT_IMPORTS,
        Area.PAPERS,
        Area.LETTERS,
    }
    assert wanted <= counts.keys()
    assert counts[Area.REGISTRATIONS] == 1
    assert counts[Area.ANSWERS] == 2  # a registration and its file
    assert {line.outcome for line in preview.lines} == {Outcome.ERASED, Outcome.ANONYMIZED}


def test_sealed_records_stay_valid(session: DbSession, scene: Scene) -> None:
    erase(session, scene)
    version = session.scalars(select(AgendaVersion)).one()
    person = published_agenda(version)["people"][str(scene.person_id)]
    assert (person["latin_family"], person["native_full"]) == ("Erased", "已删除")
    edition = session.get_one(Edition, scene.forum.edition.id)
    (line,) = issued_letters.letter_lines(session, edition, session.scalars(select(Letter)).all())
    assert not line.altered
    assert line.said.said.latin_family == "Erased"


def test_published_agendas_are_rewritten_before_the_transaction(
    session: DbSession, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = {"actor": HOUSE, "now": AFTER["now"]}
    preview = preview_erasure(session, scene.person_id, **by)
    reads = []
    rewrite = erasing._rewrite
    monkeypatch.setattr(erasing, "_rewrite", lambda seal, *rest: reads.append(seal) or rewrite(seal, *rest))
    erase_person(session, scene.person_id, preview=preview, mark=preview.mark, confirmed=True, **by)

    assert reads == []
    version = session.scalars(select(AgendaVersion)).one()
    assert seal_of(version.content) == version.sha256
    assert "Quillfeather" not in version.content


def test_an_agenda_that_is_just_being_published_is_waited_for(own_app: Flask, backend: str) -> None:
    if backend == "sqlite":
        pytest.skip("SQLite has a single writer")
    with transaction() as session:
        forum = make_forum(session)
        edition_id = forum.edition.id
        person_id = people.create_person(session, {"latin_family": "Quillfeather"}, **BY).id
        _speak(session, forum, person_id)
    with DbSession(database.engine) as other:
        preview = preview_erasure(other, person_id, **AFTER)
        wanted: dict[str, Any] = {"mark": preview.mark, "confirmed": True, **AFTER}
        other.rollback()
        with transaction() as session:
            publish(session, edition_id, label="", note={}, reason="As it is", **BY)
            other.execute(text("SET LOCAL lock_timeout = '200ms'"))
            with pytest.raises(OperationalError, match="lock timeout"):
                erase_person(other, person_id, preview=preview, **wanted)
        other.rollback()
        preview = preview_erasure(other, person_id, **AFTER)
        erase_person(other, person_id, preview=preview, **(wanted | {"mark": preview.mark}))
        assert "Quillfeather" not in str(other.scalars(select(AgendaVersion.content)).all())
        with transaction() as session:
            session.execute(text("SET LOCAL lock_timeout = '200ms'"))
            with pytest.raises(OperationalError, match="lock timeout"):
                publish(session, edition_id, label="", note={}, reason="As it is", **BY)
            session.rollback()


def test_stored_files_photos_words_and_waiting_mail_go(session: DbSession, scene: Scene) -> None:
    erase(session, scene)
    assert session.scalars(select(AnswerFile.id)).all() == []
    assert session.scalars(select(Image.id).options(undefer("*"))).all() == []
    assert session.scalars(select(PersonWord.word).where(PersonWord.person_id == scene.person_id)).all() == []
    waiting = session.scalars(select(Message).where(Message.key == "k1")).one()
    assert (waiting.recipient, waiting.values) == ("", {})
    assert waiting.state is not MessageState.QUEUED


def test_the_log_tells_of_the_erasure_without_personal_data(session: DbSession, scene: Scene) -> None:
    lines = erase(session, scene)
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "erased")).one()
    assert (event.entity, event.entity_id, event.fields, event.reason) == ("person", scene.person_id, [], None)
    kept = session.scalars(select(Erasure)).one()
    assert kept.counts == {line.area.value: line.count for line in lines}
    assert kept.finished_at == AFTER["now"]


def test_registrations_and_scans_stay_as_numbers(session: DbSession, scene: Scene) -> None:
    edition_id = scene.forum.edition.id
    checkpoint = Checkpoint(edition_id=edition_id, code="door", name={"en": "Door"}, kind="door", mode="in-out")
    session.add(checkpoint)
    session.flush()
    read = {"direction": "in", "result": "passed", "account_id": scene.forum.owner.id, "nonce": "1"}
    at = {"received_at": BY["now"], "counts_at": BY["now"]}
    of: dict[str, Any] = {
        "edition_id": edition_id,
        "checkpoint_id": checkpoint.id,
        "registration_id": scene.registration_id,
    }
    session.add(Scan(**of, **read, **at))
    session.flush()
    registered = set(session.scalars(select(Registration.id)))
    counts = {line.area: line.count for line in erase(session, scene)}
    assert counts[Area.CHECKINS] == 1
    assert set(session.scalars(select(Registration.id))) == registered
    assert session.scalars(select(Scan.registration_id)).all() == [scene.registration_id]
    assert session.get_one(Registration, scene.registration_id).link_number == 2


def test_an_erased_head_of_a_delegation_is_a_plain_member(session: DbSession, scene: Scene) -> None:
    delegation = Delegation(edition_id=scene.forum.edition.id, code="hb", name={"en": "Hubei"})
    session.add(delegation)
    session.flush()
    heads = {scene.registration_id: MemberRole.HEAD, scene.other_registration: MemberRole.DEPUTY}
    for registration_id, role in heads.items():
        session.add(
            DelegationMember(
                edition_id=scene.forum.edition.id,
                delegation_id=delegation.id,
                registration_id=registration_id,
                role=role,
            )
        )
    session.flush()
    preview = {line.area: line.count for line in preview_erasure(session, scene.person_id, **AFTER).lines}

    erase(session, scene)

    assert preview[Area.RANKS] == 1
    roles = session.execute(select(DelegationMember.registration_id, DelegationMember.role)).all()
    assert dict(roles) == {**heads, scene.registration_id: MemberRole.MEMBER}


def test_an_erasure_that_breaks_off_changes_nothing_and_can_be_done_again(
    session: DbSession, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(session)
    point = session.begin_nested()
    with monkeypatch.context() as broken:
        broken.setattr(erasure_services, "_forget_answers", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            erase(session, scene)
    point.rollback()
    assert dump(session) == before
    erase(session, scene)
    assert session.get_one(Person, scene.person_id).erased_at == AFTER["now"]
    erase(session, scene)
    assert left(session) == {}


def test_a_person_in_a_running_edition_is_refused_until_they_cancel(session: DbSession, scene: Scene) -> None:
    during: dict[str, Any] = {**AFTER, "now": datetime(2023, 5, 23, 6, 30, tzinfo=UTC)}  # 22 May in Los Angeles
    preview = preview_erasure(session, scene.person_id, **during)
    assert [one.slug for one in preview.running] == ["ccbf-2023"]
    with pytest.raises(TakesPart) as refused:
        erase_person(session, preview.person_id, preview=preview, mark=preview.mark, confirmed=True, **during)
    assert refused.value.details == {"editions": ["ccbf-2023"]}

    guest = scene.other_id
    row = session.get_one(Registration, scene.other_registration)
    registrations.cancel(session, row.edition_id, row.id, version=row.version, **BY)
    preview = preview_erasure(session, guest, **during)
    assert preview.running == []
    erase_person(session, preview.person_id, preview=preview, mark=preview.mark, confirmed=True, **during)
    assert session.get_one(Person, guest).email is None


def test_a_stale_preview_and_a_missing_confirmation_change_nothing(session: DbSession, scene: Scene) -> None:
    shown = preview_erasure(session, scene.person_id, **AFTER)
    with pytest.raises(Invalid):
        erase_person(session, shown.person_id, preview=shown, mark=shown.mark, confirmed=False, **AFTER)
    version = session.get_one(Person, scene.person_id).version
    people.update_person(session, scene.person_id, {"phone": "+14155550199"}, version=version, **BY)
    with pytest.raises(Stale):
        erase_person(session, shown.person_id, preview=shown, mark=shown.mark, confirmed=True, **AFTER)
    assert session.get_one(Person, scene.person_id).email == "zq@harbor.example"


def test_a_preview_is_stale_when_as_many_other_rows_are_there(session: DbSession, scene: Scene) -> None:
    edition_id = scene.forum.edition.id
    note = add_page(session, edition_id, "about", "Zenobia Quillfeather spoke")
    shown = preview_erasure(session, scene.person_id, **AFTER)
    session.delete(note)
    session.flush()
    add_page(session, edition_id, "thanks", "Zenobia Quillfeather came")
    later = preview_erasure(session, scene.person_id, **AFTER)
    assert [line.count for line in later.lines] == [line.count for line in shown.lines]
    with pytest.raises(Stale):
        erase_person(session, later.person_id, preview=later, mark=shown.mark, confirmed=True, **AFTER)


def test_texts_are_searched_before_the_transaction_unless_something_changed(
    session: DbSession, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    searches: list[int] = []

    def search(*arguments: Any) -> Any:
        searches.append(1)
        return list_mentions(*arguments)

    monkeypatch.setattr(erasure_services, "list_mentions", search)
    shown = preview_erasure(session, scene.other_id, **AFTER)
    erase_person(session, shown.person_id, preview=shown, mark=shown.mark, confirmed=True, **AFTER)
    assert len(searches) == 1
    shown = preview_erasure(session, scene.person_id, **AFTER)
    people.create_person(session, {"latin_family": "Newcomer"}, **BY)
    erase_person(session, shown.person_id, preview=shown, mark=shown.mark, confirmed=True, **AFTER)
    assert len(searches) == 3


@pytest.mark.parametrize("work", ["import", "print"])
def test_unfinished_work_with_files_about_people_stands_against_it(session: DbSession, scene: Scene, work: str) -> None:
    model: Any
    file: dict[str, str]
    model, file = (ImportRun, {}) if work == "import" else (PrintJob, {"file": "print/1/1/program.pdf"})
    session.execute(update(model).values({"status": "running", **dict.fromkeys(file)}))
    with pytest.raises(WorkUnfinished) as refused:
        erase(session, scene)
    assert refused.value.details == {"editions": ["ccbf-2023"]}
    session.execute(update(model).values({"status": "done", **file}))
    erase(session, scene)
    assert left(session) == {}


def test_unconfirmed_imports_end_and_the_preview_counts_them(session: DbSession, scene: Scene) -> None:
    done, draft, expired = (_import(session, scene, content) for content in (b"Name", b"Name", None))
    done.status = ImportStatus.DONE
    session.flush()
    counts = {line.area: line.count for line in preview_erasure(session, scene.person_id, **AFTER).lines}
    assert (counts[Area.DRAFT_IMPORTS], counts[Area.IMPORTS]) == (2, 1)  # the scene has a draft, too
    erase(session, scene)
    ends = [(one.status, one.fault, one.content) for one in (done, draft, expired)]
    ended = (ImportStatus.CANCELLED, "person-erased", None)
    assert ends == [(ImportStatus.DONE, None, None), ended, (ImportStatus.DRAFT, None, None)]


def _import(db: DbSession, scene: Scene, content: bytes | None) -> ImportRun:
    run = ImportRun(edition_id=scene.forum.edition.id, kind=ImportKind.PEOPLE, filename="list.csv", sha256="",
                    read_as="utf-8", content=content, total=1)  # fmt: skip
    db.add(run)
    db.flush()
    return run


def test_texts_of_other_editions_and_names_of_records_stay(session: DbSession, scene: Scene) -> None:
    text = "Zenobia Quillfeather, 赵羽泉"
    elsewhere = add_page(session, scene.forum.other.id, "about", text)
    kind = make_type(session, scene.forum.edition.id, "quillfeather", name={"en": text})
    here = add_page(session, scene.forum.edition.id, "about", text)
    shown = preview_erasure(session, scene.person_id, **AFTER)
    assert [(one.table, one.row_id, one.excerpt) for one in shown.texts if one.table == "content_page"] == [
        ("content_page", here.id, text)
    ]
    erase(session, scene)
    session.expire_all()
    assert (elsewhere.body, here.body) == ({"en": text}, {"en": "[erased], [erased]"})
    assert session.get_one(RegistrationType, kind.id).name == {"en": text}


def test_a_part_that_was_removed_is_erased_from_the_published_agenda(session: DbSession, forum: Forum) -> None:
    person_id = people.create_person(session, {"latin_family": "Quillfeather", "latin_given": "Zenobia"}, **BY).id
    _speak(session, forum, person_id)
    part = session.scalars(select(RoleAssignment)).one()
    remove_role(session, forum.edition.id, part.id, version=part.version, **BY)
    session.flush()
    assert "agenda_version" in left(session)
    shown = preview_erasure(session, person_id, **AFTER)
    erase_person(session, shown.person_id, preview=shown, mark=shown.mark, confirmed=True, **AFTER)
    assert left(session) == {}


def test_each_table_with_texts_is_searched_or_left_for_a_reason() -> None:
    with_texts = {
        table.name
        for table in Base.metadata.sorted_tables
        for column in table.c
        if isinstance(getattr(column.type, "impl", column.type), Text | JSON) and not isinstance(column.type, Enum)
    }
    assert with_texts <= SEARCHED.keys() | NOT_SEARCHED
    assert not SEARCHED.keys() & NOT_SEARCHED
    assert {*SEARCHED, *NOT_SEARCHED} <= Base.metadata.tables.keys()
    assert [
        (name, one) for name, some in SEARCHED.items() for one in some if one not in Base.metadata.tables[name].c
    ] == []


def test_only_who_manages_access_in_all_editions_of_the_person(session: DbSession, scene: Scene) -> None:
    edition, later = scene.forum.edition, scene.forum.other

    def actor(email: str, role: Role, *editions: int) -> Actor:
        account = create_account(session, email=email, name="A", password=None, **BY)
        for one in editions:
            grant_role(session, account.id, one, role, **BY)
        return Actor(account.id, Via.PAGE)

    def refused(who: Actor, person_id: int = scene.person_id) -> type[Exception] | None:
        try:
            preview_erasure(session, person_id, actor=who, now=AFTER["now"])
        except (NotFound, Forbidden) as refusal:
            return type(refusal)
        return None

    owner, elsewhere = actor("o@forum.example", Role.OWNER, edition.id), actor("e@forum.example", Role.OWNER, later.id)
    both = actor("b@forum.example", Role.OWNER, edition.id, later.id)
    assert refused(actor("v@forum.example", Role.VIEWER, edition.id)) is Forbidden
    assert refused(actor("n@forum.example", Role.OWNER)) is Forbidden
    assert refused(elsewhere) is NotFound
    assert refused(owner, 10**6) is NotFound
    assert refused(owner) is None
    make_type(session, later.id, "guest")
    people.set_edition_title(session, later.id, scene.person_id, title={"en": "Poet"}, **BY)
    assert refused(owner) is RowsElsewhere
    assert refused(both) is None


def test_a_name_that_two_people_share_stays_in_the_texts_of_others(session: DbSession, scene: Scene) -> None:
    twin = {"latin_family": "Quillfeather", "latin_given": "Zenobia", "native_full": "赵羽泉"}
    twin_id = people.create_person(session, twin, **BY).id
    erase(session, scene)
    assert session.get_one(Person, twin_id).latin_family == "Quillfeather"
    theme = session.get_one(Edition, scene.forum.edition.id).theme
    assert theme == {"en": "As ZENOBIA QUILLFEATHER put it", "zh-Hans": "感谢赵羽泉女士"}


def test_tables_that_refuse_changes_refuse_them_again_afterwards(session: DbSession, scene: Scene) -> None:
    erase(session, scene)
    point = session.begin_nested()
    with pytest.raises(Exception, match="append-only"):
        session.execute(update(AuditEvent).values(reason="x"))
    point.rollback()
    assert session.scalars(select(Erasure.finished_at)).one().date() == date(2023, 6, 1)
