"""Types that accredit media: outlet, role, and that an identity document was seen. A place is one of a block or one
over capacity, and never both.

Revision ID: 0033
Revises: 0032
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
TEXTS = sa.JSON().with_variant(JSONB(), "postgresql")
ROLES = (
    "reporter", "editor", "photographer", "camera", "sound", "producer", "presenter", "interpreter", "driver", "other",
)  # fmt: skip
ONE_OF_ROLES = f"media_role IN ({', '.join(repr(role) for role in ROLES)})"
CHECKS = {
    "ck_registration_place_is_counted_once": "block_id IS NULL OR over_capacity_by IS NULL",
    "ck_registration_media_or_nothing": "is_media IS NULL OR is_media",
    "ck_registration_media_alone": (
        "is_media IS NOT NULL OR (outlet = '{}' AND media_role IS NULL AND id_seen_at IS NULL)"
    ),
    "ck_registration_other_role_is_said_which": "(COALESCE(media_role, '') = 'other') = (media_role_other <> '')",
    "ck_registration_id_seen_is_whole": "(id_seen_at IS NULL) = (id_seen_by IS NULL)",
    "ck_registration_mediarole": ONE_OF_ROLES,
}
MARK = "fk_registration_type_id_registration_type"
SEEN_BY = "fk_registration_id_seen_by_account"


def upgrade() -> None:
    with op.batch_alter_table("registration_type") as batch:
        batch.add_column(sa.Column("is_media", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.create_unique_constraint(op.f("uq_registration_type_id_is_media"), ["id", "is_media"])
        batch.create_check_constraint(
            op.f("ck_registration_type_media_is_not_handed_on"), "NOT (is_media AND is_transferable)"
        )
    with op.batch_alter_table("registration") as batch:
        batch.add_column(sa.Column("is_media", sa.Boolean(), nullable=True))
        batch.add_column(sa.Column("outlet", TEXTS, nullable=False, server_default="{}"))
        batch.add_column(sa.Column("media_role", sa.String(32), nullable=True))
        batch.add_column(sa.Column("media_role_other", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("id_seen_at", INSTANT, nullable=True))
        batch.add_column(sa.Column("id_seen_by", BIG_ID, nullable=True))
        batch.create_foreign_key(op.f(SEEN_BY), "account", ["id_seen_by"], ["id"])
        batch.create_foreign_key(op.f(MARK), "registration_type", ["type_id", "is_media"], ["id", "is_media"])
        for name, condition in CHECKS.items():
            batch.create_check_constraint(op.f(name), condition)


def downgrade() -> None:
    with op.batch_alter_table("registration") as batch:
        for name in reversed(CHECKS):
            batch.drop_constraint(op.f(name), type_="check")
        batch.drop_constraint(op.f(MARK), type_="foreignkey")
        batch.drop_constraint(op.f(SEEN_BY), type_="foreignkey")
        for column in ("id_seen_by", "id_seen_at", "media_role_other", "media_role", "outlet", "is_media"):
            batch.drop_column(column)
    with op.batch_alter_table("registration_type") as batch:
        batch.drop_constraint(op.f("ck_registration_type_media_is_not_handed_on"), type_="check")
        batch.drop_constraint(op.f("uq_registration_type_id_is_media"), type_="unique")
        batch.drop_column("is_media")
