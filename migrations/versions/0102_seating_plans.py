"""Plans of seats stand among the prints.

Revision ID: 0102
Revises: 0101
"""

from __future__ import annotations

from alembic import op

revision = "0102"
down_revision = "0101"
branch_labels = None
depends_on = None

BEFORE = (
    "badges", "program", "itineraries", "speaker-agendas", "pocket-agenda", "program-erratum", "booklets", "arrivals",
    "departures", "face-sheet", "rooming-list", "manifests", "coach-signs", "airport-signs", "contact-list",
    "head-days", "diet-sheet", "errata", "tent-cards", "place-cards", "seat-signs", "lectern-signs", "sign-in-sheets",
    "invitations", "certificates", "fallback-pack",
)  # fmt: skip
NEW = ("seating-plans",)
PAPER = "ck_print_job_paper"


def _one_of(words: tuple[str, ...]) -> str:
    return "paper IN (" + ", ".join(f"'{word}'" for word in words) + ")"


def upgrade() -> None:
    with op.batch_alter_table("print_job") as batch:
        batch.drop_constraint(op.f(PAPER), type_="check")
        batch.create_check_constraint(op.f(PAPER), _one_of((*BEFORE, *NEW)))


def downgrade() -> None:
    op.execute(f"DELETE FROM print_line WHERE job_id IN (SELECT id FROM print_job WHERE {_one_of(NEW)})")
    op.execute(f"DELETE FROM print_job WHERE {_one_of(NEW)}")
    with op.batch_alter_table("print_job") as batch:
        batch.drop_constraint(op.f(PAPER), type_="check")
        batch.create_check_constraint(op.f(PAPER), _one_of(BEFORE))
