"""What is collected for paper, and the life of a print job."""

from __future__ import annotations

import json
import subprocess
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, select, update

from forumapp.core.errors import Forbidden, Invalid, NotFound
from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.permissions import Permission, Role
from forumapp.domain.agenda.models import AssignmentRole, SessionKind, SessionStatus
from forumapp.domain.agenda.sessions.services import assign_role, create_session, publish, update_session
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import SYSTEM, Actor
from forumapp.domain.delegations.models.delegations import ItemKind, ItineraryItem
from forumapp.domain.people.records.services import create_person, update_person
from forumapp.domain.printing import print_records, queries
from forumapp.domain.printing.agenda_papers import NothingDiffers, agenda_paper
from forumapp.domain.printing.badges import json_values
from forumapp.domain.printing.books import itineraries
from forumapp.domain.printing.cards.values import list_cards
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.jobs.services import Finished
from forumapp.domain.printing.models import JobStatus, Paper, PrintJob, PrintLine
from forumapp.domain.printing.paper.documents import BadgeValues
from forumapp.domain.printing.production.finished_papers import make_book
from forumapp.domain.printing.rules import Options
from forumapp.domain.registration.models import Registration, TicketCode
from tests.seeds import NOW, coded, seed, seed_access, seed_delegation

BY = {"actor": SYSTEM, "now": NOW}
MADE = Finished("print/1/1/badges.pdf", "ab" * 32, 3, "weasyprint 70")


@contextmanager
def counted(session):
    """The statements that are executed within."""
    statements = []

    def note(connection, cursor, statement, *rest):
        statements.append(statement)

    engine = session.connection().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def names(badges):
    return [badge.latin_name for badge in badges]


def test_a_badge_holds_what_the_database_holds(session):
    forum = seed(session, 1)
    (badge,) = queries.badge_values(session, forum.edition.id, Options())
    (registration,) = forum.registration_ids
    assert badge == BadgeValues(
        registration_id=registration,
        latin_name="ZHOU Yi AAA",
        native_name="周艺",
        native_lang="zh-Hans",
        title={"en": "General Manager", "zh-Hans": "总经理"},
        organization={"en": "Taihu Clean Energy Group", "zh-Hans": "太湖清洁能源集团"},
        type_code="business",
        type_name={"en": "Business delegate", "zh-Hans": "企业代表"},
        type_color="#1f4e79",
        code=coded(registration + 7_000_000, 20),
        short_code=coded(registration + 7_000_000, 8),
    )


def test_only_the_confirmed_have_a_badge_and_only_their_live_code_stands_on_it(session):
    forum = seed(session, 3)
    first = forum.registration_ids[0]
    session.execute(update(TicketCode).where(TicketCode.registration_id == first).values(revoked_at=NOW))
    session.add(
        TicketCode(edition_id=forum.edition.id, registration_id=first, code="NEW" * 6, short="NEWC"),
    )
    session.flush()
    badges = queries.badge_values(session, forum.edition.id, Options())
    assert sorted(badge.registration_id for badge in badges) == forum.registration_ids
    assert [badge.code for badge in badges if badge.registration_id == first] == ["NEW" * 6]


def test_badges_come_by_delegation_each_with_its_parts_then_by_latin_family_name(session):
    forum = seed(session, 10)
    ids = forum.registration_ids  # family names: Zhou Lin An Wang Bai, twice
    second = seed_delegation(session, forum.edition, "second", [ids[0]], position=2)
    first = seed_delegation(session, forum.edition, "first", [ids[1], ids[2]], position=1)
    seed_delegation(session, forum.edition, "part", [ids[3]], position=9, parent=first.id)
    found = names(queries.badge_values(session, forum.edition.id, Options()))
    assert [name.split()[0] for name in found] == [
        *("AN", "LIN", "WANG", "ZHOU"),
        *("AN", "BAI", "BAI", "LIN", "WANG", "ZHOU"),
    ]
    of_first = names(queries.badge_values(session, forum.edition.id, Options(delegation="first")))
    assert [name.split()[0] for name in of_first] == ["AN", "LIN", "WANG"]
    assert len(queries.badge_values(session, forum.edition.id, Options(delegation=second.code))) == 1


def test_badges_can_be_limited_to_a_type_or_to_one_person(session):
    forum = seed(session, 20)
    of_type = queries.badge_values(session, forum.edition.id, Options(type="media"))
    assert [badge.type_code for badge in of_type] == ["media", "media"]
    one = forum.registration_ids[4]
    alone = queries.badge_values(session, forum.edition.id, Options(registration=one))
    assert [badge.registration_id for badge in alone] == [one]


def test_a_thousand_badges_cost_as_many_queries_as_one(session):
    one, many = seed(session, 1), seed(session, 60, slug="ccbf-2024")
    counts = []
    for forum in (one, many):
        with counted(session) as statements:
            queries.badge_values(session, forum.edition.id, Options())
        counts.append(len(statements))
    assert counts == [3, 3]


def test_badge_values_come_back_the_same_from_json(session):
    forum = seed(session, 3)
    head = queries.edition_head(session, forum.edition, Options(languages=("zh-Hans",)))
    badges = queries.badge_values(session, forum.edition.id, Options())
    plain = json.loads(json.dumps(json_values.as_plain(head, badges)))
    assert json_values.from_plain(plain) == (head, badges, {})
    assert head.languages == ("zh-Hans",)


def test_a_program_needs_a_published_agenda(session):
    edition = seed(session, 1).edition
    with pytest.raises(queries.NothingPublished):
        queries.program_values(session, edition, Options(), now=NOW)
    moments = (Moment(datetime(2023, 5, 22, hour), "America/Los_Angeles") for hour in (9, 10))
    opening = {"code": "opening", "title": {"en": "Opening"}, "kind": SessionKind.OPENING}
    create_session(session, edition.id, opening, Span(*moments), **BY)
    publish(session, edition.id, label="", note={}, **BY)
    values = queries.program_values(session, edition, Options(), now=NOW)
    assert (values.version, len(values.days), values.head.ordinal, values.printed_at) == (1, 1, 5, NOW)


@pytest.mark.one_database
def test_signs_are_for_those_alone_who_have_a_part_in_the_published_agenda_where_it_is_asked(session):
    forum = seed(session, 3)
    edition, (_one, speaker, _other) = forum.edition, forum.registration_ids
    moments = (Moment(datetime(2023, 5, 22, hour), "America/Los_Angeles") for hour in (9, 10))
    opening = {"code": "opening", "title": {"en": "Opening"}, "kind": SessionKind.OPENING}
    row = create_session(session, edition.id, opening, Span(*moments), **BY)
    person = session.get_one(Registration, speaker).person_id
    assign_role(session, row, person, AssignmentRole.SPEAKER, status="confirmed", **BY)

    def named():
        cards = list_cards(session, edition.id, Paper.LECTERN_SIGNS, Options(speaking=True))
        return [card.registration_id for card in cards]

    assert named() == []
    publish(session, edition.id, label="", note={}, reason="Rooms come later.", **BY)
    assert named() == [speaker]


@pytest.mark.one_database
def test_the_program_book_names_nobody_whom_the_public_may_not_read(session, tmp_path):
    edition = seed(session, 1).edition
    held = {
        "Openly": {"in_all_rooms": True},
        "Perhaps": {"status": SessionStatus.TENTATIVE},
        "Secretly": {"kind": SessionKind.CLOSED_DOOR},
    }
    for hour, (name, said) in enumerate(held.items(), 9):
        moments = (Moment(datetime(2023, 5, 22, one), "America/Los_Angeles") for one in (hour, hour + 1))
        values = {"code": name.lower(), "title": {"en": f"Held {name}"}, "kind": SessionKind.PANEL, **said}
        row = create_session(session, edition.id, values, Span(*moments), **BY)
        names = {"latin_family": name, "latin_given": "Ann", "biography": {"en": f"Life of {name}."}}
        speaker = create_person(session, names, **BY).id
        assign_role(session, row, speaker, AssignmentRole.SPEAKER, status="confirmed", **BY)
    publish(session, edition.id, label="", note={}, reason="Rooms come later.", **BY)

    values = queries.program_values(session, edition, Options(), now=NOW)
    file = tmp_path / "program.pdf"
    file.write_bytes(make_book(values, tmp_path))
    told = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, text=True, check=True).stdout

    assert [name for name in held if f"Held {name}" in told] == list(held)
    assert [name for name in held if f"{name.upper()} Ann" in told or f"Ann {name}" in told] == ["Openly"]
    assert [name for name in held if f"Life of {name}" in told] == ["Openly"]
    contents, agenda = told[: told.rindex("Held Openly")], told[told.rindex("Held Openly") :]
    assert [contents.count(word) for word in ("Held Perhaps", "Tentative", "暂定")] == [1, 1, 1]
    marked = [
        agenda.index(word) for word in ("All rooms", "所有会场", "Held Perhaps", "Tentative", "暂定", "Held Secretly")
    ]
    assert (marked, agenda.count("Tentative"), agenda.count("All rooms")) == (sorted(marked), 1, 1)


@pytest.mark.one_database
def test_an_erratum_tells_what_differs_between_two_published_agendas_in_both_languages(session, tmp_path):
    edition = seed(session, 1).edition
    spans = [
        Span(*(Moment(datetime(2023, 5, 22, one), "America/Los_Angeles") for one in (hour, hour + 1)))
        for hour in (9, 11, 14)
    ]
    title = {"en": "Opening", "zh-Hans": "开幕式"}
    opening = {"code": "opening", "title": title, "kind": SessionKind.OPENING, "in_all_rooms": True}
    row = create_session(session, edition.id, opening, spans[0], **BY)
    publish(session, edition.id, label="", note={}, **BY)
    with pytest.raises(queries.NothingToPrint):
        agenda_paper(session, edition, Paper.PROGRAM_ERRATUM, Options(), now=NOW)
    for span in spans[1:]:
        update_session(session, edition.id, row.id, {}, span, version=row.version, **BY)
        publish(session, edition.id, label="", note={}, **BY)

    values = agenda_paper(session, edition, Paper.PROGRAM_ERRATUM, Options(since=1), now=NOW)
    pdf = tmp_path / "erratum.pdf"
    pdf.write_bytes(make_book(values, tmp_path))
    told = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout

    assert [one in told for one in ("version 1 → 3", "第1版→第3版", "09:00", "14:00", "Opening", "开幕式")] == [
        True
    ] * 6
    assert ("11:00" in told, told.count("\f")) == (False, 1)
    between = agenda_paper(session, edition, Paper.PROGRAM_ERRATUM, Options(agenda=2), now=NOW)
    assert (between.since, between.version, "11:00" in between.corrections[0].said["en"][0]) == (1, 2, True)
    for options, refusal in (({"since": 9}, NotFound), ({"since": 3, "agenda": 2}, Invalid), ({"size": "A4"}, Invalid)):
        with pytest.raises(refusal):
            services.ask_print(session, edition.id, Paper.PROGRAM_ERRATUM, options, **BY)
    assert services.ask_print(session, edition.id, "program-erratum", {"since": 1}, **BY).options == {"since": 1}


@pytest.mark.one_database
def test_an_erratum_leaves_out_what_has_changed_in_languages_alone_that_it_is_not_in(session):
    edition = seed(session, 1).edition
    span = Span(*(Moment(datetime(2023, 5, 22, hour), "America/Los_Angeles") for hour in (9, 10)))
    values = {"title": {"en": "Opening"}, "kind": SessionKind.OPENING, "in_all_rooms": True}
    rows = [create_session(session, edition.id, {**values, "code": code}, span, **BY) for code in ("one", "two")]
    named = {"latin_family": "Guo", "latin_given": "Shaochun", "native_full": "郭少春", "name_order": "family-first"}
    speaker = create_person(session, {**named, "biography": {"en": "A life.", "zh-Hans": "生平。"}}, **BY)
    assign_role(session, rows[0], speaker.id, AssignmentRole.SPEAKER, status="confirmed", **BY)
    publish(session, edition.id, label="", note={}, reason="At once.", **BY)
    changed = {"biography": {"en": "A life.", "zh-Hans": "另。"}}
    update_person(session, speaker.id, changed, version=speaker.version, **BY)
    publish(session, edition.id, label="", note={}, reason="At once.", **BY)

    def said(*languages):
        options = Options(languages=languages)
        return [one.said for one in agenda_paper(session, edition, Paper.PROGRAM_ERRATUM, options, now=NOW).corrections]

    assert said("en", "zh-Hans") == [{"en": (), "zh-Hans": ("郭少春的简介已修订。",)}]
    assert said("zh-Hans") == [{"zh-Hans": ("郭少春 GUO Shaochun的简介已修订。",)}]
    with pytest.raises(NothingDiffers):
        said("en")


def add_item(session, delegation, day):
    span = Span(
        Moment(datetime(2023, 5, day, 9), "America/Los_Angeles"),
        Moment(datetime(2023, 5, day, 10), "America/Los_Angeles"),
    )
    item = ItineraryItem(
        edition_id=delegation.edition_id, delegation_id=delegation.id, kind=ItemKind.VISIT,
        title={"en": f"Visit {day}"}, place={}, address={}, note={}, dress={},
    )  # fmt: skip
    item.span = span
    session.add(item)
    session.flush()


def test_a_booklet_costs_the_same_however_much_is_in_it(session):
    forum = seed(session, 30)
    small = seed_delegation(session, forum.edition, "small", forum.registration_ids[:1])
    large = seed_delegation(session, forum.edition, "large", forum.registration_ids[1:])
    add_item(session, small, 23)
    for day in range(20, 30):
        add_item(session, large, day)
    counts = []
    for code in ("small", "large"):
        with counted(session) as statements:
            values = itineraries.itinerary_values(session, forum.edition, code, Options(), now=NOW)
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert (len(values.members), [len(day.items) for day in values.days]) == (29, [1] * 10)


def test_booklets_are_printed_for_delegations_that_do_something(session):
    forum = seed(session, 2)
    with pytest.raises(queries.NothingToPrint):
        itineraries.list_booklets(session, forum.edition.id, Options())
    seed_delegation(session, forum.edition, "idle", [])
    add_item(session, seed_delegation(session, forum.edition, "busy", []), 23)
    assert itineraries.list_booklets(session, forum.edition.id, Options()) == ["busy"]
    assert itineraries.list_booklets(session, forum.edition.id, Options(delegation="idle")) == ["idle"]


@pytest.mark.parametrize(
    ("paper", "options", "refusal", "fields"),
    [
        ("badges", {"stock": "no-such"}, Invalid, {"stock": "unknown"}),
        ("badges", {"languages": ["tlh"]}, Invalid, {"languages": "unknown"}),
        ("program", {"languages": ["en", "en"]}, Invalid, {"languages": "unknown"}),
        ("badges", {"color": "red"}, Invalid, {"color": "unknown"}),
        ("banknotes", {}, Invalid, {"paper": "unknown"}),
        ("badges", {"type": "no-such"}, NotFound, {}),
        ("badges", {"delegation": "no-such"}, NotFound, {}),
        ("badges", {"registration": 999_999}, NotFound, {}),
    ],
)
def test_what_does_not_exist_cannot_be_printed(session, paper, options, refusal, fields):
    forum = seed(session, 1)
    with pytest.raises(refusal) as refused:
        services.ask_print(session, forum.edition.id, paper, options, **BY)
    assert refused.value.fields == fields


def test_working_papers_of_someone_in_no_delegation_are_refused_when_asked_for(session):
    forum = seed(session, 1)
    with pytest.raises(Invalid) as refused:
        services.ask_print(session, forum.edition.id, "booklets", {"registration": forum.registration_ids[0]}, **BY)
    assert refused.value.fields == {"registration": "not-a-member"}


def test_a_stranger_cannot_print(session):
    forum = seed(session, 1)
    with pytest.raises(NotFound):
        services.ask_print(session, forum.edition.id, Paper.BADGES, {}, actor=Actor(None, Via.PAGE), now=NOW)


def test_a_job_goes_from_queued_to_done_and_each_registration_learns_of_it(session):
    forum = seed(session, 3)
    options = {"stock": "a6", "languages": ["en"], "imposed": False, "type": None}
    job = services.ask_print(session, forum.edition.id, Paper.BADGES, options, **BY)
    assert (job.status, job.options) == (JobStatus.QUEUED, {"stock": "a6", "languages": ["en"]})
    badges = queries.badge_values(session, forum.edition.id, Options())
    assert services.start(session, job.id, total=3, findings=[], now=NOW)
    assert services.advance(session, job.id, 2, now=NOW)
    for _ in range(2):  # a step may run again
        services.finish(session, job, MADE, badges, now=NOW + timedelta(minutes=1))
    session.expire_all()
    assert (job.status, job.done, job.total, job.pages, job.file) == (JobStatus.DONE, 3, 3, 3, MADE.file)
    lines = session.execute(select(PrintLine.registration_id, PrintLine.position).order_by(PrintLine.position)).all()
    assert [tuple(line) for line in lines] == [(b.registration_id, n) for n, b in enumerate(badges, start=1)]
    first = session.get(Registration, badges[0].registration_id)
    assert (first.printed, first.printed_at) == (print_records.snapshot(badges[0]), NOW + timedelta(minutes=1))
    assert first.version == 1
    with pytest.raises(services.JobIsOver):
        services.cancel(session, forum.edition.id, job.id, version=job.version, **BY)


def test_a_cancelled_job_stays_cancelled_whatever_its_worker_still_says(session):
    forum = seed(session, 1)
    job = services.ask_print(session, forum.edition.id, Paper.BADGES, {}, **BY)
    services.start(session, job.id, total=1, findings=[], now=NOW)
    services.cancel(session, forum.edition.id, job.id, version=job.version, **BY)
    assert not services.start(session, job.id, total=1, findings=[], now=NOW)
    assert not services.advance(session, job.id, 1, now=NOW)
    assert not services.finish(session, job, MADE, [], now=NOW)
    services.fail(session, job.id, "error", now=NOW)
    session.expire_all()
    assert (job.status, job.fault, job.file) == (JobStatus.CANCELLED, None, None)


@pytest.mark.parametrize(
    ("role", "paper", "may"),
    [
        (Role.REGISTRATION_DESK, Paper.ITINERARIES, False),  # it may not see itineraries on the screen either
        (Role.PRINT_STAFF, Paper.ITINERARIES, False),
        (Role.PROTOCOL_OFFICER, Paper.ITINERARIES, True),
        (Role.REGISTRATION_DESK, Paper.BADGES, True),
        (Role.VIEWER, Paper.PROGRAM, False),
    ],
)
def test_who_prints_reads_no_more_on_paper_than_on_the_screen(session, role, paper, may):
    forum = seed(session, 1)
    account = seed_access(session, forum.edition.id, "printer@forum.example", role)
    by = Actor(account.id, Via.PAGE)

    if may:
        job = services.ask_print(session, forum.edition.id, paper, {}, actor=by, now=NOW)
        services.require_readable(session, job, actor=by)
        return
    with pytest.raises(Forbidden):
        services.ask_print(session, forum.edition.id, paper, {}, actor=by, now=NOW)
    job = services.ask_print(session, forum.edition.id, paper, {}, **BY)
    with pytest.raises(Forbidden):
        services.require_readable(session, job, actor=by)


@pytest.mark.parametrize(
    ("role", "paper", "missing"),
    [
        (Role.REGISTRATION_DESK, Paper.FALLBACK_PACK, Permission.SEE_ITINERARIES),
        (Role.REGISTRATION_DESK, Paper.CONTACT_LIST, Permission.EXPORT),
        (Role.REGISTRATION_DESK, Paper.ERRATA, Permission.SEE_ITINERARIES),
        (Role.PRINT_STAFF, Paper.ROOMING_LIST, Permission.SEE_ITINERARIES),
        (Role.PRINT_STAFF, Paper.SPEAKER_AGENDAS, Permission.SEE_PEOPLE),
    ],
)
def test_a_refused_print_names_a_permission_that_the_caller_lacks(session, role, paper, missing):
    forum = seed(session, 1)
    by = Actor(seed_access(session, forum.edition.id, "printer@forum.example", role).id, Via.PAGE)
    job = PrintJob(edition_id=forum.edition.id, paper=paper, status=JobStatus.DONE, options={})

    for refuse in (
        lambda: services.require_paper(session, forum.edition.id, paper, actor=by),
        lambda: services.require_readable(session, job, actor=by),
    ):
        with pytest.raises(Forbidden) as refused:
            refuse()
        assert refused.value.details == {"needs": missing.value}
