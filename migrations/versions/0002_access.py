"""Who may do what, where people are signed in, what can be brought back, and when data must go.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)

TABLES = (
    "allowance",
    "recovery_code",
    "sign_in",
    "edition_access",
    "purge_report",
    "removal",
    "retention_rule",
    "token_edition",
    "access_delegation",
    "access_role",
)
ADDED = {
    "account": ("link_number", "invited_at", "totp_secret", "totp_since", "totp_step"),
    "api_token": ("scopes", "every_edition"),
    "audit_event": ("token_id",),
    "edition": ("requires_two_factor",),
    "print_job": ("delegation_id", "purged_at"),
}


def upgrade() -> None:
    add_columns()
    op.create_table(
        "allowance",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("spent >= 0", name=op.f("ck_allowance_spent_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allowance")),
        sa.UniqueConstraint("key", name=op.f("uq_allowance_key")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_code_code_hash")),
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_code_account_id"), ["account_id"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_sign_in_secret_hash")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_account_id"), ["account_id"], unique=False)

    op.create_table(
        "edition_access",
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_edition_access_account_id_account")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_edition_access_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_access")),
        sa.UniqueConstraint("account_id", "edition_id", name=op.f("uq_edition_access_account_id_edition_id")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_edition_access_edition_id_id")),
    )
    with op.batch_alter_table("edition_access", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_edition_access_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "purge_report",
        sa.Column(
            "kind",
            sa.Enum("diet", "flights", "officials", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("purged_at", INSTANT, nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_purge_report_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purge_report")),
    )
    with op.batch_alter_table("purge_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_purge_report_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "removal",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=True),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", BIG_ID, nullable=False),
        sa.Column("delegation_id", BIG_ID, nullable=True),
        sa.Column("label", JSON, nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("rows", JSON, nullable=False),
        sa.Column("removed_at", INSTANT, nullable=False),
        sa.Column("removed_by", BIG_ID, nullable=True),
        sa.Column("restored_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_removal_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removal")),
    )
    with op.batch_alter_table("removal", schema=None) as batch_op:
        batch_op.create_index("ix_removal_edition", ["edition_id", "removed_at"], unique=False)

    op.create_table(
        "retention_rule",
        sa.Column(
            "kind",
            sa.Enum("diet", "flights", "officials", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("purge_on", sa.Date(), nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_retention_rule_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_rule")),
        sa.UniqueConstraint("edition_id", "kind", name=op.f("uq_retention_rule_edition_id_kind")),
    )
    with op.batch_alter_table("retention_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_retention_rule_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "token_edition",
        sa.Column("token_id", BIG_ID, nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_token_edition_edition_id_edition")),
        sa.ForeignKeyConstraint(["token_id"], ["api_token.id"], name=op.f("fk_token_edition_token_id_api_token")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token_edition")),
        sa.UniqueConstraint("token_id", "edition_id", name=op.f("uq_token_edition_token_id_edition_id")),
    )
    with op.batch_alter_table("token_edition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_token_edition_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "access_delegation",
        sa.Column("access_id", BIG_ID, nullable=False),
        sa.Column("delegation_id", BIG_ID, nullable=False),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id", "access_id"],
            ["edition_access.edition_id", "edition_access.id"],
            name=op.f("fk_access_delegation_edition_id_access_id_edition_access"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "delegation_id"],
            ["delegation.edition_id", "delegation.id"],
            name=op.f("fk_access_delegation_edition_id_delegation_id_delegation"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_access_delegation_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_delegation")),
        sa.UniqueConstraint("access_id", "delegation_id", name=op.f("uq_access_delegation_access_id_delegation_id")),
    )
    with op.batch_alter_table("access_delegation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_delegation_delegation_id"), ["delegation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_delegation_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "access_role",
        sa.Column("access_id", BIG_ID, nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "owner",
                "secretariat",
                "program-manager",
                "protocol-officer",
                "delegation-liaison",
                "registration-desk",
                "print-staff",
                "viewer",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id", "access_id"],
            ["edition_access.edition_id", "edition_access.id"],
            name=op.f("fk_access_role_edition_id_access_id_edition_access"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_access_role_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_role")),
        sa.UniqueConstraint("access_id", "role", name=op.f("uq_access_role_access_id_role")),
    )
    with op.batch_alter_table("access_role", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_role_edition_id"), ["edition_id"], unique=False)
    move_roles()
    mask_log()


def add_columns() -> None:
    """What is never null needs a value for the rows there are; the models give it to new ones."""
    op.add_column("account", sa.Column("link_number", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("account", sa.Column("invited_at", INSTANT, nullable=True))
    op.add_column("account", sa.Column("totp_secret", sa.Text(), nullable=True))
    op.add_column("account", sa.Column("totp_since", INSTANT, nullable=True))
    op.add_column("account", sa.Column("totp_step", sa.Integer(), nullable=True))
    # A token made before there were scopes did all that its account may.
    op.add_column("api_token", sa.Column("scopes", JSON, nullable=False, server_default='["admin"]'))
    op.add_column("api_token", sa.Column("every_edition", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("audit_event", sa.Column("token_id", BIG_ID, nullable=True))
    op.add_column("edition", sa.Column("requires_two_factor", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("print_job", sa.Column("purged_at", INSTANT, nullable=True))
    refers = sa.ForeignKey("delegation.id", name=op.f("fk_print_job_delegation_id_delegation"))
    op.add_column("print_job", sa.Column("delegation_id", BIG_ID, refers, nullable=True), inline_references=True)


def move_roles() -> None:
    """From a row for each role to one for each person, with their roles."""
    op.execute(
        "INSERT INTO edition_access (account_id, edition_id, version, created_at, updated_at) "
        "SELECT account_id, edition_id, 1, min(created_at), max(updated_at) FROM edition_role "
        "GROUP BY account_id, edition_id"
    )
    op.execute(
        "INSERT INTO access_role (edition_id, access_id, role, created_at, updated_at) "
        "SELECT r.edition_id, a.id, r.role, r.created_at, r.updated_at FROM edition_role r "
        "JOIN edition_access a ON a.account_id = r.account_id AND a.edition_id = r.edition_id"
    )
    op.drop_table("edition_role")


def mask_log() -> None:
    """Phone numbers, WeChat names and answers no longer stand in the log in clear."""
    op.execute("UPDATE audit_value SET before = NULL, after = NULL WHERE field IN ('phone', 'wechat', 'answers')")


def downgrade() -> None:
    make_edition_role()
    op.execute(
        "INSERT INTO edition_role (account_id, edition_id, role, created_at, updated_at) "
        "SELECT a.account_id, r.edition_id, r.role, r.created_at, r.updated_at FROM access_role r "
        "JOIN edition_access a ON a.id = r.access_id WHERE r.role = 'owner'"
    )
    for table in reversed(TABLES):
        op.drop_table(table)
    # Its foreign key stands apart from the column, once SQLite has made the table anew.
    with op.batch_alter_table("print_job") as batch:
        for column in ADDED["print_job"]:
            batch.drop_column(column)
    for table in ADDED.keys() - {"print_job"}:
        for column in ADDED[table]:
            op.drop_column(table, column)


def make_edition_role() -> None:
    op.create_table(
        "edition_role",
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column(
            "role", sa.Enum("owner", name="role", native_enum=False, create_constraint=True, length=32), nullable=False
        ),
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_edition_role_account_id_account")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_edition_role_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_role")),
        sa.UniqueConstraint(
            "account_id", "edition_id", "role", name=op.f("uq_edition_role_account_id_edition_id_role")
        ),
    )
    with op.batch_alter_table("edition_role", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_edition_role_edition_id"), ["edition_id"], unique=False)
