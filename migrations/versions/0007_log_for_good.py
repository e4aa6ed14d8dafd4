"""What the log holds of values can be emptied, and neither rewritten nor deleted; and nothing empties it as a whole.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEPT = ("event_id", "field")
REFUSAL = "audit_value is append-only; it can be emptied"
WHOLE = ("audit_event", "audit_value", "agenda_version")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        same = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in KEPT)
        emptied = f"{same} AND NEW.before IS NULL AND NEW.after IS NULL"
        op.execute(
            f"CREATE TRIGGER audit_value_no_update BEFORE UPDATE ON audit_value WHEN NOT ({emptied}) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
        op.execute(
            f"CREATE TRIGGER audit_value_no_delete BEFORE DELETE ON audit_value BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION audit_value_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' AND NEW.event_id = OLD.event_id AND NEW.field = OLD.field "
        f"AND NEW.before IS NULL AND NEW.after IS NULL THEN RETURN NEW; END IF; "
        f"RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_value_no_change BEFORE UPDATE OR DELETE ON audit_value "
        "FOR EACH ROW EXECUTE FUNCTION audit_value_append_only()"
    )
    op.execute(
        "CREATE FUNCTION never_emptied() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in WHOLE:
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION never_emptied()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_value_no_update")
        op.execute("DROP TRIGGER audit_value_no_delete")
        return
    for table in WHOLE:
        op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
    op.execute("DROP FUNCTION never_emptied()")
    op.execute("DROP TRIGGER audit_value_no_change ON audit_value")
    op.execute("DROP FUNCTION audit_value_append_only()")
