"""Erasing one person on request: a record of each erasure, and the tables that refuse changes let it through.

Published agendas, run sheets, letters and the log refuse every change. While an erasure is open, which is only inside
the transaction that does it, their texts can be changed; deleting stays refused.

Revision ID: 0115
Revises: 0114
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0115"
down_revision = "0114"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
OPEN = "EXISTS (SELECT 1 FROM erasure WHERE finished_at IS NULL)"
# By trigger on SQLite, its table; by function on PostgreSQL, what it raises.
TRIGGERS = {
    "agenda_version_no_update": "agenda_version",
    "audit_event_no_update": "audit_event",
    "cue_sheet_no_update": "cue_sheet",
    "letter_as_issued": "letter",
}
FUNCTIONS = {
    "agenda_version_append_only": "agenda_version is append-only",
    "audit_event_append_only": "audit_event is append-only",
    "cue_sheet_append_only": "cue_sheet is append-only",
    "letter_as_issued": "a letter stays as it was issued",
}


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("asked_by", BIG_ID, nullable=True),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_erasure_asked_by_account")),
    )
    op.create_index(op.f("ix_erasure_person_id"), "erasure", ["person_id"])
    op.add_column("person", sa.Column("erased_at", INSTANT, nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        for name in TRIGGERS:
            _replace_trigger(name, f" AND NOT {OPEN}")
        return
    for name, refusal in FUNCTIONS.items():
        _replace_function(name, f"IF TG_OP = 'UPDATE' AND {OPEN} THEN RETURN NEW; END IF; RAISE EXCEPTION '{refusal}';")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in TRIGGERS:
            _replace_trigger(name, "")
    else:
        for name, refusal in FUNCTIONS.items():
            _replace_function(name, f"RAISE EXCEPTION '{refusal}';")
    op.drop_column("person", "erased_at")
    op.drop_table("erasure")


def _replace_trigger(name: str, exception: str) -> None:
    """The same trigger with this at the end of its condition."""
    stored = op.get_bind().execute(sa.text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": name})
    head, body = stored.scalar_one().split(" BEGIN ", 1)
    head = head.removesuffix(f" AND NOT {OPEN}")
    if " WHEN " in head:
        declared, condition = head.split(" WHEN ", 1)
        if exception:
            condition = f"({condition})"
        else:
            condition = condition.removeprefix("(").removesuffix(")") if condition != "TRUE" else ""
    else:
        declared, condition = head, "TRUE" if exception else ""
    when = f" WHEN {condition}{exception}" if condition else ""
    op.execute(f"DROP TRIGGER {name}")
    op.execute(f"{declared}{when} BEGIN {body}")


def _replace_function(name: str, body: str) -> None:
    op.execute(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
