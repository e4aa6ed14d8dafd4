"""Designs of badges, in versions that stay as they are.

Revision ID: 0069
Revises: 0068
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
DESIGN, VERSION = "badge_design", "badge_design_version"
# By table, the column that names a design or a version of one.
NAMED = {"registration_type": ("badge_design_id", DESIGN), "print_line": ("design_version_id", VERSION)}


def upgrade() -> None:
    _create_design()
    _create_version()
    for table, (column, target) in NAMED.items():
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column(column, BIG_ID, nullable=True))
            batch.create_foreign_key(
                op.f(f"fk_{table}_edition_id_{column}_{target}"), target, ["edition_id", column], ["edition_id", "id"]
            )
        where = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_{table}_{column}", table, [column], sqlite_where=where, postgresql_where=where)
    _forbid_changes()


def downgrade() -> None:
    _allow_changes()
    for table, (column, target) in NAMED.items():
        op.drop_index(f"ix_{table}_{column}", table)
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"fk_{table}_edition_id_{column}_{target}"), type_="foreignkey")
            batch.drop_column(column)
    op.drop_table(VERSION)
    op.drop_table(DESIGN)


def _create_design() -> None:
    op.create_table(
        DESIGN,
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("ready", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("number > 0", name=op.f(f"ck_{DESIGN}_number_positive")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f(f"fk_{DESIGN}_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{DESIGN}")),
        sa.UniqueConstraint("edition_id", "id", name=op.f(f"uq_{DESIGN}_edition_id_id")),
        sa.UniqueConstraint("edition_id", "code", name=op.f(f"uq_{DESIGN}_edition_id_code")),
    )
    op.create_index(op.f(f"ix_{DESIGN}_edition_id"), DESIGN, ["edition_id"])


def _create_version() -> None:
    op.create_table(
        VERSION,
        sa.Column("design_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("layout", JSON, nullable=False),
        sa.Column("logo_id", BIG_ID, nullable=True),
        sa.Column("made_by", BIG_ID, nullable=True),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("number > 0", name=op.f(f"ck_{VERSION}_number_positive")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f(f"fk_{VERSION}_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["edition_id", "design_id"],
            [f"{DESIGN}.edition_id", f"{DESIGN}.id"],
            name=op.f(f"fk_{VERSION}_edition_id_design_id_{DESIGN}"),
        ),
        sa.ForeignKeyConstraint(["logo_id"], ["image.id"], name=op.f(f"fk_{VERSION}_logo_id_image")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f(f"fk_{VERSION}_made_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{VERSION}")),
        sa.UniqueConstraint("edition_id", "id", name=op.f(f"uq_{VERSION}_edition_id_id")),
        sa.UniqueConstraint("design_id", "number", name=op.f(f"uq_{VERSION}_design_id_number")),
    )
    op.create_index(op.f(f"ix_{VERSION}_edition_id"), VERSION, ["edition_id"])


def _forbid_changes() -> None:
    """What was printed by a version can be rebuilt, whoever asks."""
    if op.get_bind().dialect.name == "sqlite":
        for action in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {VERSION}_no_{action} BEFORE {action} ON {VERSION} "
                f"BEGIN SELECT RAISE(ABORT, '{VERSION} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {VERSION}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{VERSION} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {VERSION}_no_change BEFORE UPDATE OR DELETE ON {VERSION} "
        f"FOR EACH ROW EXECUTE FUNCTION {VERSION}_append_only()"
    )


def _allow_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for action in ("update", "delete"):
            op.execute(f"DROP TRIGGER {VERSION}_no_{action}")
        return
    op.execute(f"DROP TRIGGER {VERSION}_no_change ON {VERSION}")
    op.execute(f"DROP FUNCTION {VERSION}_append_only()")
