"""Vehicles, their runs for transfers, and who rides in which.

Revision ID: 0063
Revises: 0062
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
FULL, CLOSED, EXPECTED = "no-seat-left", "run-closed", "still-expected"
# `{run}` is the id of a run.
RIDE = "(SELECT count(*) FROM boarding WHERE boarding.run_id = {run} AND boarding.state <> 'absent')"
IS_FULL = (
    "EXISTS (SELECT 1 FROM coach_run AS r JOIN vehicle AS v ON v.id = r.vehicle_id "
    f"WHERE r.{{which}} AND v.seats < {RIDE.format(run='r.id')})"
)
IS_CLOSED = "EXISTS (SELECT 1 FROM coach_run AS r WHERE r.id IN ({runs}) AND r.closed_at IS NOT NULL)"
IS_EXPECTED = (
    "NEW.closed_at IS NOT NULL AND EXISTS (SELECT 1 FROM boarding AS b WHERE b.run_id = NEW.id "
    "AND b.state = 'expected')"
)
# By table: after what on it, and what is refused then.
RULES: dict[str, tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]] = {
    "boarding": (
        (
            "insert", "INSERT",
            ((CLOSED, IS_CLOSED.format(runs="NEW.run_id")), (FULL, IS_FULL.format(which="id = NEW.run_id"))),
        ),
        (
            "update", "UPDATE OF run_id, state",
            ((CLOSED, IS_CLOSED.format(runs="OLD.run_id, NEW.run_id")), (FULL, IS_FULL.format(which="id = NEW.run_id"))),
        ),
        ("delete", "DELETE", ((CLOSED, IS_CLOSED.format(runs="OLD.run_id")),)),
    ),
    "coach_run": (
        ("close", "UPDATE OF closed_at", ((EXPECTED, IS_EXPECTED),)),
        ("vehicle", "UPDATE OF vehicle_id", ((FULL, IS_FULL.format(which="id = NEW.id")),)),
    ),
    "vehicle": (("seats", "UPDATE OF seats", ((FULL, IS_FULL.format(which="vehicle_id = NEW.id")),)),),
}  # fmt: skip
# Two at once would not see each other on PostgreSQL: the row of the run makes the second one wait, and read after the
# first; so does that of the vehicle where its runs change.
WAITS = {
    ("boarding", "insert"): "PERFORM 1 FROM coach_run WHERE id = NEW.run_id FOR NO KEY UPDATE; ",
    ("boarding", "update"): (
        "PERFORM 1 FROM coach_run WHERE id IN (OLD.run_id, NEW.run_id) ORDER BY id FOR NO KEY UPDATE; "
    ),
    ("boarding", "delete"): "PERFORM 1 FROM coach_run WHERE id = OLD.run_id FOR NO KEY UPDATE; ",
    ("coach_run", "vehicle"): "PERFORM 1 FROM vehicle WHERE id = NEW.vehicle_id FOR SHARE; ",
    ("vehicle", "seats"): "PERFORM 1 FROM coach_run WHERE vehicle_id = NEW.id ORDER BY id FOR NO KEY UPDATE; ",
}


def upgrade() -> None:
    _vehicles()
    _runs()
    _boardings()
    for table, rules in RULES.items():
        for name, on, refused in rules:
            _forbid(table, name, on, refused)


def downgrade() -> None:
    for table, rules in reversed(RULES.items()):
        for name, _on, refused in reversed(rules):
            if op.get_bind().dialect.name == "sqlite":
                for code, _when in reversed(refused):
                    op.execute(f"DROP TRIGGER {table}_{name}_{code.replace('-', '_')}")
            else:
                op.execute(f"DROP TRIGGER {table}_{name} ON {table}")
                op.execute(f"DROP FUNCTION {table}_{name}()")
    for table in ("boarding", "coach_run", "vehicle"):
        op.drop_table(table)


def _forbid(table: str, name: str, on: str, refused: tuple[tuple[str, str], ...]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for code, when in refused:
            op.execute(
                f"CREATE TRIGGER {table}_{name}_{code.replace('-', '_')} AFTER {on} ON {table} WHEN {when} "
                f"BEGIN SELECT RAISE(ABORT, '{code}'); END"
            )
        return
    checks = "".join(
        f"IF {when} THEN RAISE EXCEPTION '{code}' USING ERRCODE = 'check_violation', CONSTRAINT = '{code}'; END IF; "
        for code, when in refused
    )
    op.execute(
        f"CREATE FUNCTION {table}_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"{WAITS.get((table, name), '')}{checks}RETURN NULL; END $$"
    )
    op.execute(f"CREATE TRIGGER {table}_{name} AFTER {on} ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_{name}()")


def _vehicles() -> None:
    op.create_table(
        "vehicle",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("plate", sa.Text(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("driver", sa.Text(), nullable=False),
        sa.Column("driver_mobile", sa.Text(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        *_kept(),
        sa.CheckConstraint("kind IN ('coach', 'van', 'car')", name=op.f("ck_vehicle_vehiclekind")),
        sa.CheckConstraint("seats BETWEEN 1 AND 100", name=op.f("ck_vehicle_seats_in_a_vehicle")),
        *_of_edition("vehicle"),
        sa.UniqueConstraint("edition_id", "code", name=op.f("uq_vehicle_edition_id_code")),
    )
    op.create_index(op.f("ix_vehicle_edition_id"), "vehicle", ["edition_id"])


def _runs() -> None:
    references = (
        ("item_id", "itinerary_item"), ("vehicle_id", "vehicle"), ("group_id", "delegation_group"),
        ("captain_id", "registration"),
    )  # fmt: skip
    op.create_table(
        "coach_run",
        sa.Column("item_id", BIG_ID, nullable=False),
        sa.Column("vehicle_id", BIG_ID, nullable=False),
        sa.Column("group_id", BIG_ID, nullable=True),
        sa.Column("captain_id", BIG_ID, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closed_by", BIG_ID, nullable=True),
        *_kept(),
        *_of_edition("coach_run"),
        *(
            sa.ForeignKeyConstraint(
                ["edition_id", column],
                [f"{table}.edition_id", f"{table}.id"],
                name=op.f(f"fk_coach_run_edition_id_{table}"),
            )
            for column, table in references
        ),
        sa.ForeignKeyConstraint(["closed_by"], ["account.id"], name=op.f("fk_coach_run_closed_by_account")),
        sa.UniqueConstraint("edition_id", "item_id", "id", name=op.f("uq_coach_run_edition_id_item_id_id")),
        sa.UniqueConstraint("item_id", "vehicle_id", name=op.f("uq_coach_run_item_id_vehicle_id")),
    )
    for column in ("edition_id", "vehicle_id", "group_id", "captain_id"):
        op.create_index(op.f(f"ix_coach_run_{column}"), "coach_run", [column])


def _boardings() -> None:
    op.create_table(
        "boarding",
        sa.Column("item_id", BIG_ID, nullable=False),
        sa.Column("run_id", BIG_ID, nullable=False),
        sa.Column("registration_id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("marked_at", INSTANT, nullable=True),
        sa.Column("marked_by", BIG_ID, nullable=True),
        *_kept(),
        sa.CheckConstraint("state IN ('expected', 'boarded', 'absent')", name=op.f("ck_boarding_boardingstate")),
        sa.CheckConstraint(
            "(state = 'expected') = (marked_at IS NULL)", name=op.f("ck_boarding_marked_unless_expected")
        ),
        *_of_edition("boarding"),
        sa.ForeignKeyConstraint(
            ["edition_id", "item_id", "run_id"],
            ["coach_run.edition_id", "coach_run.item_id", "coach_run.id"],
            name=op.f("fk_boarding_edition_id_coach_run"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "registration_id"],
            ["registration.edition_id", "registration.id"],
            name=op.f("fk_boarding_edition_id_registration"),
        ),
        sa.ForeignKeyConstraint(["marked_by"], ["account.id"], name=op.f("fk_boarding_marked_by_account")),
        sa.UniqueConstraint("item_id", "registration_id", name=op.f("uq_boarding_item_id_registration_id")),
    )
    for column in ("edition_id", "run_id", "registration_id"):
        op.create_index(op.f(f"ix_boarding_{column}"), "boarding", [column])


def _kept() -> tuple[sa.Column[int], ...]:
    return (
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
    )


def _of_edition(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f(f"fk_{table}_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("edition_id", "id", name=op.f(f"uq_{table}_edition_id_id")),
    )
