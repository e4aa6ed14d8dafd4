"""Column types and helpers of the baseline migrations, 0201 to 0207.

Frozen with them: a later migration brings along what it needs. Constraints without a name of their own get the
conventional one (NAMING in forumapp/core/database/db.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

if TYPE_CHECKING:
    from collections.abc import Iterable

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite numbers rows by INTEGER keys only
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
ERASURE_IS_OPEN = "EXISTS (SELECT 1 FROM erasure WHERE finished_at IS NULL)"


def is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def enum(name: str, *values: str) -> sa.Enum:
    """Text of at most 32 characters with a CHECK `ck_<table>_<name>` that allows these values."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def row() -> list[sa.Column]:
    """The columns that nearly every table has."""
    return [
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
    ]


def versioned_row() -> list[sa.Column]:
    """The columns of a row that people edit."""
    return [*row(), sa.Column("version", sa.Integer(), nullable=False)]


def edition_id(*, index: bool = True) -> sa.Column:
    return sa.Column("edition_id", BIG_ID, sa.ForeignKey("edition.id"), nullable=False, index=index)


def same_edition(column: str, table: str, name: str | None = None, ondelete: str | None = None) -> sa.Constraint:
    """A foreign key to a row of the same edition. `name`: where it is not the conventional one."""
    target = [f"{table}.edition_id", f"{table}.id"]
    return sa.ForeignKeyConstraint(["edition_id", column], target, name=name and op.f(name), ondelete=ondelete)


def time_span(*, is_optional: bool = False) -> list[sa.Column | sa.Constraint]:
    """Wall time, zone and instant of a start and of a later end; a span that is optional has all of them or none."""
    columns: list[sa.Column | sa.Constraint] = []
    for end in ("start", "end"):
        columns += [
            sa.Column(f"{end}_wall", sa.DateTime(), nullable=is_optional),
            sa.Column(f"{end}_zone", sa.Text(), nullable=is_optional),
            sa.Column(f"{end}_fold", sa.SmallInteger(), nullable=True),
            sa.Column(f"{end}_utc", INSTANT, nullable=is_optional),
        ]
    columns.append(sa.CheckConstraint("end_utc > start_utc", name="ends_after_start"))
    if is_optional:
        names = [column.name for column in columns if isinstance(column, sa.Column) and "fold" not in column.name]
        all_set = " AND ".join(f"{name} IS NOT NULL" for name in names)
        none_set = " AND ".join(f"{name} IS NULL" for name in [*names, "start_fold", "end_fold"])
        columns.append(sa.CheckConstraint(f"({all_set}) OR ({none_set})", name="whole_span_or_none"))
    return columns


def partial_index(name: str, condition: str, *columns: str | sa.TextClause, unique: bool = False) -> sa.Index:
    """An index of the rows for which the condition holds."""
    where = sa.text(condition)
    return sa.Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


def append_only(table: str, *, update_if: str = "", delete_if: str = "") -> None:
    """Refuse to update and to delete rows of the table, except when a condition allows it."""
    refusal = f"{table} is append-only"
    if is_sqlite():
        for action, allowed in (("UPDATE", update_if), ("DELETE", delete_if)):
            condition = f"NOT {allowed}" if allowed else ""
            refuse_on_sqlite(f"{table}_no_{action.lower()}", f"BEFORE {action} ON {table}", refusal, condition)
        return
    body = f"RAISE EXCEPTION '{refusal}';"
    if update_if:
        body = f"IF TG_OP = 'UPDATE' AND {update_if} THEN RETURN NEW; END IF; {body}"
    if delete_if:
        body = f"IF TG_OP = 'DELETE' AND {delete_if} THEN RETURN OLD; END IF; {body}"
    event = f"BEFORE UPDATE OR DELETE ON {table}"
    create_trigger_function(f"{table}_no_change", event, body, function=f"{table}_append_only")


def refuse_replacing(table: str) -> None:
    """SQLite's INSERT OR REPLACE deletes the former row without running the triggers of DELETE."""
    if is_sqlite():
        exists = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"
        refuse_on_sqlite(f"{table}_no_replace", f"BEFORE INSERT ON {table}", f"{table} is append-only", exists)


def refuse_truncating(table: str) -> None:
    """Uses the function `never_emptied` of 0201. SQLite has no TRUNCATE."""
    if not is_sqlite():
        statement = "FOR EACH STATEMENT EXECUTE FUNCTION never_emptied()"
        op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} {statement}")


def refuse_on_sqlite(name: str, event: str, message: str, condition: str = "") -> None:
    """A trigger that raises the message. `event`: "BEFORE UPDATE ON scan"."""
    when = f" WHEN {condition}" if condition else ""
    op.execute(f"CREATE TRIGGER {name} {event}{when} BEGIN SELECT RAISE(ABORT, '{message}'); END")


def create_trigger_function(name: str, event: str, body: str, *, function: str = "", condition: str = "") -> None:
    """A trigger on PostgreSQL and the function that it runs, by default of the same name."""
    function = function or name
    when = f"WHEN ({condition}) " if condition else ""
    op.execute(f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
    op.execute(f"CREATE TRIGGER {name} {event} FOR EACH ROW {when}EXECUTE FUNCTION {function}()")


def raise_if(condition: str, code: str, error: str) -> str:
    """A statement for PostgreSQL that names the code as the violated constraint. `error`: "check_violation"."""
    return f"IF {condition} THEN RAISE EXCEPTION '{code}' USING ERRCODE = '{error}', CONSTRAINT = '{code}'; END IF;"


def drop(tables: Iterable[str], functions: Iterable[str] = ()) -> None:
    """Drop tables, their triggers and, on PostgreSQL, the functions of the triggers."""
    for table in tables:
        op.drop_table(table)
    if not is_sqlite():
        for function in functions:
            op.execute(f"DROP FUNCTION {function}()")
