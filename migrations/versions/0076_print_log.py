"""Who printed each piece, where and why again: the log of pieces.

Revision ID: 0076
Revises: 0075
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None

REASONS = ("changed", "lost", "damaged", "misprint", "other-stock", "spare", "other")
OF_JOB, OF_LINE = ("device", "reason"), ("copy_number", "content_version", "box")
CHECKS = {
    "copies_follow_contents": "copy_number >= content_version AND content_version > 0",
    "copies_have_contents": "(copy_number IS NULL) = (content_version IS NULL)",
    "box_is_a_letter": "length(box) = 1",
}
ONCE = "uq_print_line_registration_id_copy_number"
# What earlier badges said is not known any more, so each counts as another one.
BEFORE = (
    "SELECT count(*) FROM print_line AS earlier JOIN print_job ON print_job.id = earlier.job_id "
    "WHERE earlier.registration_id = print_line.registration_id AND print_job.paper = 'badges' "
    "AND earlier.job_id <= print_line.job_id"
)
BADGES = "SELECT id FROM print_job WHERE paper = 'badges'"


def upgrade() -> None:
    with op.batch_alter_table("print_job") as batch:
        batch.add_column(sa.Column("device", sa.Text(), nullable=False, server_default=""))
        batch.add_column(
            sa.Column(
                "reason",
                sa.Enum(*REASONS, name="reprint", native_enum=False, create_constraint=True, length=32),
                nullable=True,
            )
        )
        batch.create_check_constraint("device_is_short", "length(device) <= 60")
    with op.batch_alter_table("print_job") as batch:
        batch.alter_column("device", server_default=None)
    with op.batch_alter_table("print_line") as batch:
        batch.add_column(sa.Column("copy_number", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("content_version", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("box", sa.Text(), nullable=True))
    op.execute(f"UPDATE print_line SET copy_number = ({BEFORE}) WHERE job_id IN ({BADGES})")
    op.execute("UPDATE print_line SET content_version = copy_number")
    with op.batch_alter_table("print_line") as batch:
        batch.create_unique_constraint(op.f(ONCE), ["registration_id", "copy_number"])
        for name, condition in CHECKS.items():
            batch.create_check_constraint(name, condition)


def downgrade() -> None:
    with op.batch_alter_table("print_line") as batch:
        for name in CHECKS:
            batch.drop_constraint(op.f(f"ck_print_line_{name}"), type_="check")
        batch.drop_constraint(op.f(ONCE), type_="unique")
        for column in reversed(OF_LINE):
            batch.drop_column(column)
    with op.batch_alter_table("print_job") as batch:
        batch.drop_constraint(op.f("ck_print_job_device_is_short"), type_="check")
        batch.drop_constraint(op.f("ck_print_job_reprint"), type_="check")
        for column in reversed(OF_JOB):
            batch.drop_column(column)
