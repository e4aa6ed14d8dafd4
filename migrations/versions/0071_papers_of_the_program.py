"""The pocket agenda and the erratum of the program are papers.

Revision ID: 0071
Revises: 0070
"""

from __future__ import annotations

from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None

BEFORE = (
    "badges", "program", "itineraries", "speaker-agendas", "booklets", "arrivals", "departures", "face-sheet",
    "rooming-list", "manifests", "coach-signs", "airport-signs", "contact-list", "head-days", "diet-sheet", "errata",
)  # fmt: skip
NEW = ("pocket-agenda", "program-erratum")
PAPER = "ck_print_job_paper"


def _one_of(words: tuple[str, ...]) -> str:
    return "paper IN (" + ", ".join(f"'{word}'" for word in words) + ")"


def upgrade() -> None:
    with op.batch_alter_table("print_job") as batch:
        batch.drop_constraint(op.f(PAPER), type_="check")
        batch.create_check_constraint(op.f(PAPER), _one_of((*BEFORE, *NEW)))


def downgrade() -> None:
    op.execute(f"DELETE FROM print_job WHERE {_one_of(NEW)}")
    with op.batch_alter_table("print_job") as batch:
        batch.drop_constraint(op.f(PAPER), type_="check")
        batch.create_check_constraint(op.f(PAPER), _one_of(BEFORE))
