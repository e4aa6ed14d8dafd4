"""The migrations make what the models say, on both databases, up, down and up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from click import ClickException
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from forumapp.cli.database import (
    FIRST_OF_BASELINE,
    LAST_BEFORE_BASELINE,
    LAST_OF_BASELINE,
    migrate,
    move_to_baseline,
    upgrade_all,
)
from forumapp.core.database.db import Base, db
from forumapp.core.database.transactions import transaction
from forumapp.core.errors import Invalid
from forumapp.core.health import find_migration, is_migrated, newest_migration
from forumapp.core.paths import ROOT
from forumapp.domain.people.records.services import (
    add_affiliation,
    create_organization,
    create_person,
    set_edition_title,
)
from tests.domain.conftest import BY, Forum
from tests.domain.registering import make_edition, make_type

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session as DbSession

MIGRATIONS = str(ROOT / "migrations")


def our_tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) & set(Base.metadata.tables)


# Names of what a database holds, without what the tests add.
OBJECTS = {
    "sqlite": "SELECT type || ' ' || name FROM sqlite_master WHERE name NOT LIKE '%untold%'",
    "postgresql": (
        "SELECT 'relation ' || relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relname NOT LIKE '%untold%' "
        "UNION SELECT 'constraint ' || conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace "
        "UNION SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal "
        "AND tgname NOT LIKE 'untold%' AND tgname NOT LIKE 'dbos%' "
        "UNION SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
        "AND proname NOT LIKE 'untold%'"
    ),
}


def objects() -> set[str]:
    with db.engine.connect() as connection:
        return set(connection.scalars(text(OBJECTS[db.engine.dialect.name])))


def mark_as(migration: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :number"), {"number": migration})


def test_migrations_go_down_to_nothing_and_up_again(own_app: Flask) -> None:
    assert own_app is not None
    before = objects()
    assert our_tables() == set(Base.metadata.tables)
    assert "trigger letter_as_issued" in before
    migrate("downgrade", revision="base")
    assert our_tables() == set()
    assert not {name for name in objects() if name.startswith(("trigger ", "function "))}
    migrate("upgrade")
    assert objects() == before


def test_a_database_of_the_last_development_version_goes_on_as_it_is(own_app: Flask) -> None:
    assert own_app is not None
    with transaction() as session:
        make_edition(session)
    before = objects()
    mark_as(LAST_BEFORE_BASELINE)
    assert not is_migrated(db.session())
    upgrade_all()
    assert is_migrated(db.session())
    assert objects() == before
    assert db.session.scalar(text("SELECT count(*) FROM edition")) == 1


@pytest.mark.parametrize("migration", ["0001", "0115"])
def test_a_database_of_an_earlier_development_version_is_refused(own_app: Flask, migration: str) -> None:
    assert own_app is not None
    mark_as(migration)
    with pytest.raises(ClickException, match=f"migration {migration} .* with the code of commit [0-9a-f]{{8}}, then"):
        upgrade_all()
    db.session.rollback()
    assert find_migration(db.session()) == migration


def test_other_numbers_are_left_to_the_migrations() -> None:
    for migration in (None, FIRST_OF_BASELINE, LAST_OF_BASELINE, newest_migration()):
        move_to_baseline(migration)  # would need an application if it wrote


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

    config = Config(f"{MIGRATIONS}/alembic.ini")
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
