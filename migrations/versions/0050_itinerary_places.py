"""Places, minutes between them, legs of journeys, and what else an itinerary's items say.

Revision ID: 0050
Revises: 0049
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
KINDS = ("flight", "transfer", "hotel", "meal", "visit", "meeting", "session", "free")
KIND = "ck_itinerary_item_itemkind"
PLACES = ("place_id", "end_place_id")
TEXTS = ("carrier", "number", "operating_carrier", "operating_number", "from_terminal", "to_terminal")


def upgrade() -> None:
    _places()
    _settings()
    with op.batch_alter_table("itinerary_item") as batch:
        batch.drop_constraint(op.f(KIND), type_="check")
        batch.create_check_constraint(op.f(KIND), _one_of("kind", (*KINDS, "train", "ceremony")))
        for column in PLACES:
            batch.add_column(sa.Column(column, BIG_ID, nullable=True))
        batch.add_column(sa.Column("gift", JSON, nullable=False, server_default="{}"))
        batch.add_column(sa.Column("contact", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("is_frame", sa.Boolean(), nullable=False, server_default=sa.false()))
        for column in PLACES:
            batch.create_foreign_key(
                op.f(f"fk_itinerary_item_edition_id_{column}_itinerary_place"),
                "itinerary_place",
                ["edition_id", column],
                ["edition_id", "id"],
            )
    with op.batch_alter_table("itinerary_item") as batch:
        for column in ("gift", "contact", "is_frame"):
            batch.alter_column(column, server_default=None)
    for column in PLACES:
        op.create_index(op.f(f"ix_itinerary_item_{column}"), "itinerary_item", [column])
    _legs()


def downgrade() -> None:
    """A train becomes a transfer and a ceremony a meeting; places and legs are lost, as there was no place for them."""
    op.drop_table("travel_leg")
    op.execute("UPDATE itinerary_item SET kind = 'transfer' WHERE kind = 'train'")
    op.execute("UPDATE itinerary_item SET kind = 'meeting' WHERE kind = 'ceremony'")
    for column in PLACES:
        op.drop_index(op.f(f"ix_itinerary_item_{column}"), "itinerary_item")
    with op.batch_alter_table("itinerary_item") as batch:
        for column in PLACES:
            batch.drop_constraint(op.f(f"fk_itinerary_item_edition_id_{column}_itinerary_place"), type_="foreignkey")
        for column in (*PLACES, "gift", "contact", "is_frame"):
            batch.drop_column(column)
        batch.drop_constraint(op.f(KIND), type_="check")
        batch.create_check_constraint(op.f(KIND), _one_of("kind", KINDS))
    op.drop_table("itinerary_settings")
    op.drop_table("itinerary_place")


def _places() -> None:
    op.create_table(
        "itinerary_place",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("address", JSON, nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("venue_id", BIG_ID, nullable=True),
        sa.Column("buffer_minutes", sa.Integer(), nullable=True),
        sa.Column("connection_minutes", sa.Integer(), nullable=True),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        *_kept(),
        sa.CheckConstraint(
            _one_of("kind", ("airport", "station", "hotel", "venue", "other")),
            name=op.f("ck_itinerary_place_placekind"),
        ),
        *_minutes("itinerary_place", "buffer_minutes", "connection_minutes"),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_itinerary_place_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["edition_id", "venue_id"],
            ["venue.edition_id", "venue.id"],
            name=op.f("fk_itinerary_place_edition_id_venue_id_venue"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_itinerary_place")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_itinerary_place_edition_id_id")),
        sa.UniqueConstraint("edition_id", "code", name=op.f("uq_itinerary_place_edition_id_code")),
    )
    for column in ("edition_id", "venue_id"):
        op.create_index(op.f(f"ix_itinerary_place_{column}"), "itinerary_place", [column])


def _settings() -> None:
    op.create_table(
        "itinerary_settings",
        sa.Column("travel_minutes", sa.Integer(), nullable=False),
        sa.Column("connection_minutes", sa.Integer(), nullable=False),
        *_kept(),
        *_minutes("itinerary_settings", "travel_minutes", "connection_minutes"),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_itinerary_settings_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_itinerary_settings")),
        sa.UniqueConstraint("edition_id", name=op.f("uq_itinerary_settings_edition_id")),
    )
    op.create_index(op.f("ix_itinerary_settings_edition_id"), "itinerary_settings", ["edition_id"])


def _legs() -> None:
    op.create_table(
        "travel_leg",
        sa.Column("item_id", BIG_ID, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        sa.Column("estimated_start_utc", INSTANT, nullable=True),
        sa.Column("estimated_end_utc", INSTANT, nullable=True),
        *_kept(),
        sa.CheckConstraint(
            "estimated_end_utc > estimated_start_utc", name=op.f("ck_travel_leg_estimated_end_after_start")
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_travel_leg_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["edition_id", "item_id"],
            ["itinerary_item.edition_id", "itinerary_item.id"],
            name=op.f("fk_travel_leg_edition_id_item_id_itinerary_item"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_travel_leg")),
        sa.UniqueConstraint("item_id", name=op.f("uq_travel_leg_item_id")),
    )
    op.create_index(op.f("ix_travel_leg_edition_id"), "travel_leg", ["edition_id"])


def _kept() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
    )


def _minutes(table: str, *columns: str) -> list[sa.CheckConstraint]:
    rule = "{0} BETWEEN 0 AND 1440"
    return [sa.CheckConstraint(rule.format(one), name=op.f(f"ck_{table}_{one}_in_a_day")) for one in columns]


def _one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN (" + ", ".join(f"'{word}'" for word in words) + ")"
