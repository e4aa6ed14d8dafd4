"""What is agreed with speakers, and what they propose of themselves.

Revision ID: 0037
Revises: 0036
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "speaker",
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("speaks", sa.Text(), nullable=False),
        sa.Column("home_zone", sa.Text(), nullable=True),
        sa.Column("av_needs", sa.Text(), nullable=False),
        sa.Column("arrival", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("invited_at", INSTANT, nullable=True),
        sa.Column("reminded_at", INSTANT, nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("link_number", sa.Integer(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_speaker_edition_id_edition")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_speaker_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_speaker_edition_id_id")),
        sa.UniqueConstraint("edition_id", "person_id", name=op.f("uq_speaker_edition_id_person_id")),
    )
    op.create_table(
        "speaker_availability",
        sa.Column("speaker_id", BIG_ID, nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("start_wall", sa.DateTime(), nullable=False),
        sa.Column("start_zone", sa.Text(), nullable=False),
        sa.Column("start_fold", sa.SmallInteger(), nullable=True),
        sa.Column("start_utc", INSTANT, nullable=False),
        sa.Column("end_wall", sa.DateTime(), nullable=False),
        sa.Column("end_zone", sa.Text(), nullable=False),
        sa.Column("end_fold", sa.SmallInteger(), nullable=True),
        sa.Column("end_utc", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("end_utc > start_utc", name=op.f("ck_speaker_availability_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_speaker_availability_edition_id_edition")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "speaker_id"],
            ["speaker.edition_id", "speaker.id"],
            name=op.f("fk_speaker_availability_edition_id_speaker"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker_availability")),
    )
    for table, column in (
        ("speaker", "edition_id"),
        ("speaker", "person_id"),
        ("speaker_availability", "edition_id"),
        ("speaker_availability", "speaker_id"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    op.drop_table("speaker_availability")
    op.drop_table("speaker")
