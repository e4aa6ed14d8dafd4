"""Working papers of delegations: what each was made from, and its version.

Revision ID: 0060
Revises: 0059
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BEFORE = ("badges", "program", "itineraries", "speaker-agendas")
NEW = (
    "booklets", "arrivals", "departures", "face-sheet", "rooming-list", "manifests", "coach-signs", "airport-signs",
    "contact-list", "head-days", "diet-sheet", "errata",
)  # fmt: skip
PAPER = "ck_print_job_paper"
POSITIVE = "ck_print_job_paper_version_positive"


def _one_of(words: tuple[str, ...]) -> str:
    return "paper IN (" + ", ".join(f"'{word}'" for word in words) + ")"


def upgrade() -> None:
    with op.batch_alter_table("print_job") as batch:
        batch.drop_constraint(op.f(PAPER), type_="check")
        batch.create_check_constraint(op.f(PAPER), _one_of((*BEFORE, *NEW)))
        batch.add_column(sa.Column("made_from", JSON, nullable=False, server_default="{}"))
        batch.add_column(sa.Column("paper_version", sa.Integer(), nullable=True))
        batch.create_check_constraint(op.f(POSITIVE), "paper_version > 0")
    with op.batch_alter_table("print_job") as batch:
        batch.alter_column("made_from", server_default=None)
    with op.batch_alter_table("print_line") as batch:
        batch.add_column(sa.Column("facts", JSON, nullable=False, server_default="[]"))
    with op.batch_alter_table("print_line") as batch:
        batch.alter_column("facts", server_default=None)


def downgrade() -> None:
    new = _one_of(NEW)
    op.execute(f"DELETE FROM print_line WHERE job_id IN (SELECT id FROM print_job WHERE {new})")
    op.execute(f"DELETE FROM print_job WHERE {new}")  # our own words
    op.drop_column("print_line", "facts")
    with op.batch_alter_table("print_job") as batch:
        batch.drop_constraint(op.f(POSITIVE), type_="check")
        batch.drop_column("paper_version")
        batch.drop_column("made_from")
        batch.drop_constraint(op.f(PAPER), type_="check")
        batch.create_check_constraint(op.f(PAPER), _one_of(BEFORE))
