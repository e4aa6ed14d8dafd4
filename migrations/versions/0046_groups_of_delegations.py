"""Groups of a delegation that split and rejoin.

Revision ID: 0046
Revises: 0045
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
TABLE = "group_member"
# Half-open spans; an end that is empty is open. `NEW` and another row of the same person in the same partition.
OVERLAPS = (
    "EXISTS (SELECT 1 FROM group_member AS other WHERE other.partition_id = NEW.partition_id "
    "AND other.registration_id = NEW.registration_id AND other.id <> NEW.id "
    "AND (other.until_utc IS NULL OR NEW.from_utc IS NULL OR other.until_utc > NEW.from_utc) "
    "AND (NEW.until_utc IS NULL OR other.from_utc IS NULL OR NEW.until_utc > other.from_utc))"
)
TOLD = "in-two-groups"
COLUMNS = "partition_id, registration_id, from_utc, until_utc"


def upgrade() -> None:
    _partitions()
    _groups()
    _members()
    _forbid_overlaps()


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for action in ("insert", "update"):
            op.execute(f"DROP TRIGGER {TABLE}_once_{action}")
    else:
        op.execute(f"DROP TRIGGER {TABLE}_once ON {TABLE}")
        op.execute(f"DROP FUNCTION {TABLE}_once()")
    op.drop_table(TABLE)
    op.drop_table("delegation_group")
    op.drop_table("partition")


def _partitions() -> None:
    kinds = ("coach", "visit", "hotel", "language")
    op.create_table(
        "partition",
        sa.Column("delegation_id", BIG_ID, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*kinds, name="partitionkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("name", JSON, nullable=False),
        sa.Column("split_item_id", BIG_ID, nullable=True),
        sa.Column("rejoin_item_id", BIG_ID, nullable=True),
        *_ordered(),
        *_kept(),
        sa.CheckConstraint("split_item_id <> rejoin_item_id", name=op.f("ck_partition_rejoins_elsewhere")),
        *_of_edition("partition"),
        sa.ForeignKeyConstraint(
            ["edition_id", "delegation_id"],
            ["delegation.edition_id", "delegation.id"],
            name=op.f("fk_partition_edition_id_delegation"),
        ),
        *(
            sa.ForeignKeyConstraint(
                ["edition_id", column], ["itinerary_item.edition_id", "itinerary_item.id"], name=op.f(name)
            )
            for column, name in (
                ("split_item_id", "fk_partition_split_item_id"),
                ("rejoin_item_id", "fk_partition_rejoin_item_id"),
            )
        ),
    )
    for column in ("edition_id", "delegation_id", "split_item_id", "rejoin_item_id"):
        op.create_index(op.f(f"ix_partition_{column}"), "partition", [column])


def _groups() -> None:
    op.create_table(
        "delegation_group",
        sa.Column("partition_id", BIG_ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("captain_id", BIG_ID, nullable=True),
        *_ordered(),
        *_kept(),
        *_of_edition("delegation_group"),
        sa.ForeignKeyConstraint(
            ["edition_id", "partition_id"],
            ["partition.edition_id", "partition.id"],
            name=op.f("fk_delegation_group_edition_id_partition"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "captain_id"],
            ["registration.edition_id", "registration.id"],
            name=op.f("fk_delegation_group_edition_id_registration"),
        ),
        sa.UniqueConstraint(
            "edition_id", "partition_id", "id", name=op.f("uq_delegation_group_edition_id_partition_id_id")
        ),
        sa.UniqueConstraint("partition_id", "code", name=op.f("uq_delegation_group_partition_id_code")),
    )
    for column in ("edition_id", "captain_id"):
        op.create_index(op.f(f"ix_delegation_group_{column}"), "delegation_group", [column])


def _members() -> None:
    op.create_table(
        TABLE,
        sa.Column("partition_id", BIG_ID, nullable=False),
        sa.Column("group_id", BIG_ID, nullable=False),
        sa.Column("registration_id", BIG_ID, nullable=False),
        sa.Column("from_utc", INSTANT, nullable=True),
        sa.Column("until_utc", INSTANT, nullable=True),
        *_kept(),
        sa.CheckConstraint("until_utc > from_utc", name=op.f("ck_group_member_until_after_from")),
        *_of_edition(TABLE),
        sa.ForeignKeyConstraint(
            ["edition_id", "partition_id"],
            ["partition.edition_id", "partition.id"],
            name=op.f("fk_group_member_edition_id_partition"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "partition_id", "group_id"],
            ["delegation_group.edition_id", "delegation_group.partition_id", "delegation_group.id"],
            name=op.f("fk_group_member_edition_id_delegation_group"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "registration_id"],
            ["registration.edition_id", "registration.id"],
            name=op.f("fk_group_member_edition_id_registration"),
        ),
    )
    for column in ("edition_id", "group_id", "registration_id"):
        op.create_index(op.f(f"ix_group_member_{column}"), TABLE, [column])
    op.create_index("ix_group_member_in", TABLE, ["partition_id", "registration_id"])


def _ordered() -> tuple[sa.Column[int], sa.Column[bool]]:
    return sa.Column("position", sa.Integer(), nullable=False), sa.Column("is_sample", sa.Boolean(), nullable=False)


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


def _forbid_overlaps() -> None:
    """Nobody is in two groups of one partition at an instant, whoever writes."""
    if op.get_bind().dialect.name == "sqlite":
        for action, on in (("insert", "INSERT"), ("update", f"UPDATE OF {COLUMNS}")):
            op.execute(
                f"CREATE TRIGGER {TABLE}_once_{action} AFTER {on} ON {TABLE} WHEN {OVERLAPS} "
                f"BEGIN SELECT RAISE(ABORT, '{TOLD}'); END"
            )
        return
    # Two at once would not see each other: the partition's row makes the second one wait, and read after the first.
    op.execute(
        f"CREATE FUNCTION {TABLE}_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM 1 FROM partition WHERE id = NEW.partition_id FOR NO KEY UPDATE; "
        f"IF {OVERLAPS} THEN "
        f"RAISE EXCEPTION '{TOLD}' USING ERRCODE = 'exclusion_violation', CONSTRAINT = '{TOLD}'; "
        "END IF; RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {TABLE}_once AFTER INSERT OR UPDATE OF {COLUMNS} ON {TABLE} "
        f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_once()"
    )
