"""The migrations make what the models say, on both databases, up, down and up again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from forumapp.app import create_app
from forumapp.cli.database import migrate
from forumapp.cli.first_run import load_sample
from forumapp.core.db import Base, db
from forumapp.core.errors import Invalid
from forumapp.core.health import newest_migration
from forumapp.core.paths import ROOT
from forumapp.core.transactions import transaction
from forumapp.domain.audit.models import Removal
from forumapp.domain.checkin.models import Admission, Scan
from forumapp.domain.checkin.rules import Direction, Presence, Result
from forumapp.domain.forums.services import create_edition, create_series
from forumapp.domain.people import ranking
from forumapp.domain.people.models import (
    Organization,
    OrganizationWord,
    Person,
    PersonWord,
    PrecedenceEntry,
    PrecedenceList,
)
from forumapp.domain.people.queries import approved_at, is_kept_to
from forumapp.domain.people.services import add_affiliation, create_organization, create_person, set_edition_title
from forumapp.domain.registration.edition_places import set_edition_places
from forumapp.domain.registration.email_confirmation import confirm_email
from forumapp.domain.registration.stays import Pass, stays
from tests import forgotten
from tests.conftest import config_for, make_pg_database
from tests.domain.conftest import BY, Forum, edition_values, make_forum
from tests.domain.registering import HOUSE, NOW, STRANGER, applicant, make_edition, make_type, sign_up
from tests.domain.test_scanning import AT, MINUTE, Desk

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from sqlalchemy.orm import Session as DbSession

FISH = {"code": "fish", "label": {"en": "Fish"}, "places": 3}
MIGRATIONS = str(ROOT / "migrations")


def our_tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) & set(Base.metadata.tables)


def test_all_tables_are_made_and_the_first_go_down_to_none(
    own_app: Flask, backend: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Every database of a test was made by all migrations, and the next test goes down to the second and up."""
    assert own_app is not None
    assert our_tables() == set(Base.metadata.tables)
    is_here = backend == "sqlite"
    empty = f"sqlite:///{tmp_path / 'empty'}" if is_here else make_pg_database(request.getfixturevalue("pg_server"))
    with create_app(config_for(empty, tmp_path)).app_context():
        migrate("upgrade", revision="0002")
        assert our_tables()
        migrate("downgrade", revision="base")
        assert our_tables() == set()
        db.engine.dispose()


Witness = Iterator[None]  # what is put there before, looked at while nothing of it is left to see, and again after


def counted() -> Witness:
    """Rows that refer to each other, which a table made anew must not lose, nor be refused for."""
    counts = [text(f"SELECT count(*) FROM {table}") for table in ("person", "affiliation")]
    load_sample()
    before = [db.session.scalar(one) for one in counts]
    yield
    yield
    assert [db.session.scalar(one) for one in counts] == before
    assert before[1] > 400
    if db.engine.dialect.name == "sqlite":
        assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []


def in_order() -> Witness:
    """A place in an order of precedence, and one that was taken out of it."""
    edition_id, stays, goes, removal_id = _order_of_two()
    yield
    kept = db.session.scalars(select(Removal.rows).where(Removal.id == removal_id)).one()
    assert "version" not in {name for one in kept for name in one["values"]}
    yield
    with transaction() as session:
        ranking.bring_back_precedence_entry(session, edition_id, removal_id, **BY)
        of_order = select(PrecedenceEntry).where(PrecedenceEntry.id.in_([stays, goes]))
        versions = {one.id: one.version for one in session.scalars(of_order)}
    assert versions == {stays: 1, goes: 1}


def found_by_words() -> Witness:
    with transaction() as session:
        create_person(session, {"latin_family": "Liu", "native_full": "刘春", "call_name": "Spring"}, **BY)
        create_organization(session, {"legal": {"zh-Hans": "中国商会"}, "abbreviation": {"en": "CC"}}, **BY)
    found = [
        select(PersonWord.person_id, PersonWord.word, PersonWord.is_read),
        select(OrganizationWord.organization_id, OrganizationWord.word, OrganizationWord.is_read),
        select(Person.id, Person.search_text),
        select(Organization.id, Organization.search_text),
    ]
    before = [set(db.session.execute(query)) for query in found]
    yield
    yield
    assert all(kept <= set(db.session.execute(query)) for query, kept in zip(found, before, strict=True))
    assert len(before[0]) > 4


def test_what_is_there_goes_down_and_up_again(own_app: Flask) -> None:
    """All at once, those whom all are counted with last: each way down and up takes as long as a hundred tests."""
    assert own_app is not None
    witnesses = [of() for of in (in_order, found_by_words, counted)]
    seen_by(witnesses)
    with db.engine.begin() as connection:
        forgotten.take_down(connection)
    migrate("downgrade", revision="0002")
    seen_by(witnesses)
    migrate("upgrade")
    seen_by(witnesses)


def seen_by(witnesses: list[Witness]) -> None:
    for one in witnesses:
        next(one, None)
        db.session.remove()


def _order_of_two() -> tuple[int, int, int, int]:
    """The ids of an edition, of the place that stays, of the one that was taken out, and of its removal."""
    with transaction() as session:
        series = create_series(session, code="other", name={"en": "Forum"}, **BY)
        edition = create_edition(session, edition_values(series, slug="other-2023"), **BY)
        order = ranking.create_precedence_list(session, edition.id, "program", name={}, **BY)
        stays, goes = (
            ranking.add_precedence_entry(
                session, order, create_person(session, {"latin_family": name}, **BY).id, capacity={}, **BY
            )
            for name in ("Liu", "Wang")
        )
        ranking.approve_precedence_list(session, order, "Protocol", version=order.version, **BY)
        removal = ranking.remove_precedence_entry(session, edition.id, goes.id, version=1, **BY)
        return edition.id, stays.id, goes.id, removal.id


def test_an_order_that_was_approved_waits_to_be_approved_anew(own_app: Flask) -> None:
    assert own_app is not None
    edition_id = _order_of_two()[0]
    with db.engine.begin() as connection:
        forgotten.take_down(connection)
    migrate("downgrade", revision="0071")
    migrate("upgrade")
    with transaction() as session:
        order = session.scalars(select(PrecedenceList)).one()
        kept_to = is_kept_to(session, order), approved_at(session, edition_id, order.scope)
        assert (order.was_approved_by, kept_to) == ("Protocol", (False, None))


def test_registrations_with_an_unconfirmed_address_are_cancelled_and_hold_nothing(own_app: Flask) -> None:
    """An earlier version knows no such state. A spot given to an address that was not confirmed would stay taken."""
    assert own_app is not None
    asks = {"code": "meal", "kind": "choices", "label": {"en": "Meal"}, "options": [FISH]}
    with transaction() as session:
        edition_id = make_edition(session)
        make_type(session, edition_id, quota=2, needs_email_confirmation=True, questions=[asks])
        set_edition_places(session, edition_id, 5, version=0, actor=HOUSE, now=NOW)
        for number in range(3):
            placed = sign_up(session, edition_id, applicant(number, answers={"meal": ["fish"]}))
            if number == 0:
                confirm_email(session, placed.registration_id, 1, actor=STRANGER, now=NOW)
    with db.engine.begin() as connection:
        forgotten.take_down(connection)
    migrate("downgrade", revision="0113")
    with db.engine.connect() as connection:
        statuses = connection.scalars(text("SELECT status FROM registration ORDER BY id")).all()
        live = connection.scalars(text("SELECT count(*) FROM ticket_code WHERE revoked_at IS NULL")).one()
        tables = ("registration_type", "edition_places", "choice_places")
        taken = [connection.scalars(text(f"SELECT taken FROM {table}")).one() for table in tables]
    assert (statuses, live, taken) == (["confirmed", "cancelled", "cancelled"], 1, [1, 1, 1])
    migrate("upgrade")


# What befell whoever is outside: after how many minutes each, in the order of receipt.
OUTSIDE: dict[str, list[tuple[int, str]]] = {
    "by mistake": [(0, "passed"), (9, "undone")],
    "twice by mistake": [(0, "passed"), (3, "already-in"), (9, "undone")],
    "on two days by mistake": [(0, "passed"), (9, "undone"), (1440, "passed"), (1449, "undone")],
    "has left": [(0, "passed"), (9, "out")],
    "came the day before": [(0, "passed"), (1440, "already-in"), (1449, "undone")],
    "is told of afterwards": [(0, "passed"), (9, "undone"), (5, "passed")],
}


def test_who_was_only_let_in_by_mistake_has_not_come(own_app: Flask) -> None:
    """As it was kept before: whoever was taken back was outside, whatever had let them in before."""
    assert own_app is not None
    with transaction() as session:
        desk = Desk(session, make_forum(session), mode="in-out")
        here = {"edition_id": desk.of, "checkpoint_id": desk.door.id}
        people = {desk.person(name).id: name for name in OUTSIDE}
        for one, name in people.items():
            session.add(Admission(**here, registration_id=one, presence=Presence.OUT, first_at=AT, since=AT))
            for number, (minute, result) in enumerate(OUTSIDE[name]):
                way = Direction.OUT if result in ("out", "undone") else Direction.IN
                at, by = AT + minute * MINUTE, {"account_id": desk.forum.owner.id, "nonce": f"{one}-{number}"}
                scan = Scan(**here, **by, registration_id=one, direction=way, result=Result(result))
                scan.counts_at = scan.received_at = at
                session.add(scan)
                session.flush()
    with db.engine.begin() as connection:
        forgotten.take_down(connection)
    migrate("downgrade", revision="0099")
    migrate("upgrade")
    with db.engine.connect() as connection:
        kept = {people[one] for one in connection.scalars(select(Admission.registration_id))}
    zone = ZoneInfo("America/Los_Angeles")
    passes = {
        name: [Pass(number, AT + minute * MINUTE, result) for number, (minute, result) in enumerate(scans)]
        for name, scans in OUTSIDE.items()
    }
    assert kept == {"has left", "came the day before", "is told of afterwards"}
    assert kept == {name for name, scans in passes.items() if stays(scans, zone)}


# SQLite cannot say what an index on an expression holds.
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_models_and_migrations_agree(own_app: Flask) -> None:
    assert own_app is not None
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _parents: kind != "table" or name in Base.metadata.tables,
            },
        )
        assert compare_metadata(context, Base.metadata) == []


def test_there_is_one_head() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", MIGRATIONS)
    assert ScriptDirectory.from_config(config).get_heads() == [newest_migration()]


AUDIT_ROW = (
    "INSERT INTO audit_event (at, via, action, entity, entity_id, fields) "
    "VALUES ('2023-05-22 09:00:00', 'page', 'created', 'room', 1, '[]')"
)


@pytest.mark.parametrize(
    "change", ["UPDATE audit_event SET action = 'nothing'", "DELETE FROM audit_event"], ids=["update", "delete"]
)
def test_the_log_is_append_only(session: DbSession, change: str) -> None:
    session.execute(text(AUDIT_ROW))
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(change))


AGENDA_ROW = (
    "INSERT INTO agenda_version (edition_id, number, label, note, published_at, content, sha256) "
    "VALUES (:edition, :number, '', '{}', '2023-05-22 09:00:00', '{}', '')"
)
VALUE_ROW = "INSERT INTO audit_value (event_id, field, before, after) SELECT id, 'name', '1', '2' FROM audit_event"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_value SET after = '3'",
        "UPDATE audit_value SET before = NULL",
        "UPDATE audit_value SET before = NULL, after = NULL, field = 'other'",
        "UPDATE audit_value SET before = NULL, after = NULL, id = id + 1",
        "DELETE FROM audit_value",
    ],
)
def test_what_the_log_holds_of_values_is_neither_rewritten_nor_deleted(session: DbSession, change: str) -> None:
    session.execute(text(AUDIT_ROW))
    session.execute(text(VALUE_ROW))
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(change))


def test_what_the_log_holds_of_values_can_be_emptied(session: DbSession) -> None:
    session.execute(text(AUDIT_ROW))
    session.execute(text(VALUE_ROW))
    session.execute(text("UPDATE audit_value SET before = NULL, after = NULL"))
    assert session.execute(text("SELECT count(*) FROM audit_value WHERE after IS NULL")).scalar() == 1


@pytest.mark.parametrize("table", ["audit_event", "audit_value", "agenda_version"])
def test_nothing_written_for_good_is_replaced_by_a_row_of_its_id(session: DbSession, forum: Forum, table: str) -> None:
    """SQLite replaces a row without asking the triggers that refuse to delete it; PostgreSQL replaces none."""
    session.execute(text(AUDIT_ROW))
    session.execute(text(VALUE_ROW))
    session.execute(text(AGENDA_ROW), {"edition": forum.edition.id, "number": 1})
    kept = dict(session.execute(text(f"SELECT * FROM {table} ORDER BY id LIMIT 1")).mappings().one())
    forged = kept | ({"number": 2} if table == "agenda_version" else {})
    replace = "INSERT OR REPLACE" if session.connection().dialect.name == "sqlite" else "INSERT"
    names = ", ".join(forged)
    insert = f"{replace} INTO {table} ({names}) SELECT {names.replace('number', ':number')} FROM {table} WHERE id = :id"
    with pytest.raises(DBAPIError, match=r"append-only|duplicate key"), session.begin_nested():
        session.execute(text(insert), {"id": kept["id"], "number": 2})
    assert dict(session.execute(text(f"SELECT * FROM {table} WHERE id = :id"), kept).mappings().one()) == kept


@pytest.mark.parametrize("table", ["audit_event", "audit_value", "agenda_version"])
def test_the_log_and_agendas_are_not_emptied_as_a_whole(session: DbSession, table: str) -> None:
    if session.connection().dialect.name == "sqlite":
        pytest.skip("SQLite knows no TRUNCATE")
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(f"TRUNCATE {table} CASCADE"))


@pytest.mark.parametrize("numbers", [(2,), (1, 3), (1, 1)], ids=["not the first", "a hole", "twice"])
def test_versions_of_an_agenda_are_numbered_without_holes(
    session: DbSession, forum: Forum, numbers: tuple[int, ...]
) -> None:
    insert = text(AGENDA_ROW)
    *good, bad = numbers
    for number in good:
        session.execute(insert, {"edition": forum.edition.id, "number": number})
    with pytest.raises(DBAPIError, match="next number"):
        session.execute(insert, {"edition": forum.edition.id, "number": bad})


def test_nobody_waits_less_than_not_at_all(session: DbSession, forum: Forum) -> None:
    make_type(session, forum.edition.id)
    with pytest.raises(IntegrityError):
        session.execute(text("UPDATE registration_type SET waiting = -1"))


def test_a_title_names_no_post_of_another_person(session: DbSession, forum: Forum) -> None:
    one, other = (create_person(session, {"latin_family": name}, **BY) for name in ("Liu", "Wang"))
    house = create_organization(session, {"legal": {"en": "Chamber"}}, **BY)
    post = add_affiliation(session, one.id, house.id, {"en": "Chair"}, **BY)
    set_edition_title(session, forum.edition.id, one.id, title={}, affiliation_id=post.id, **BY)
    with pytest.raises(Invalid):
        set_edition_title(session, forum.edition.id, other.id, title={}, affiliation_id=post.id, **BY)
