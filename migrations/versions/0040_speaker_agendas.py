"""Speakers' agendas are a paper, too.

Revision ID: 0040
Revises: 0039
"""

from __future__ import annotations

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

PAPERS = ("badges", "program", "itineraries")
PAPER = "ck_print_job_paper"


def _one_of(words: tuple[str, ...]) -> str:
    return "paper IN (" + ", ".join(f"'{word}'" for word in words) + ")"


def upgrade() -> None:
    with op.batch_alter_table("print_job") as batch:
        batch.drop_constraint(op.f(PAPER), type_="check")
        batch.create_check_constraint(op.f(PAPER), _one_of((*PAPERS, "speaker-agendas")))


def downgrade() -> None:
    op.execute("DELETE FROM print_line WHERE job_id IN (SELECT id FROM print_job WHERE paper = 'speaker-agendas')")
    op.execute("DELETE FROM print_job WHERE paper = 'speaker-agendas'")
    with op.batch_alter_table("print_job") as batch:
        batch.drop_constraint(op.f(PAPER), type_="check")
        batch.create_check_constraint(op.f(PAPER), _one_of(PAPERS))
