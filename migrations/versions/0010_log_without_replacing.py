"""Nothing written for good is replaced by another row of its id, and no value of the log takes another one's id.

On SQLite INSERT OR REPLACE and UPDATE OR REPLACE take rows away without asking the triggers that refuse to delete.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

FOR_GOOD = ("audit_event", "audit_value", "agenda_version")
REFUSAL = "audit_value is append-only; it can be emptied"
KEPT = ("event_id", "field")


def upgrade() -> None:
    keep_on_update("id", *KEPT)
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in FOR_GOOD:
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def downgrade() -> None:
    keep_on_update(*KEPT)
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in FOR_GOOD:
        op.execute(f"DROP TRIGGER {table}_no_replace")


def keep_on_update(*columns: str) -> None:
    """The trigger of a value, which lets it be emptied where these stay as they are."""
    if op.get_bind().dialect.name == "sqlite":
        same = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in columns)
        op.execute("DROP TRIGGER audit_value_no_update")
        op.execute(
            f"CREATE TRIGGER audit_value_no_update BEFORE UPDATE ON audit_value "
            f"WHEN NOT ({same} AND NEW.before IS NULL AND NEW.after IS NULL) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
        return
    same = " AND ".join(f"NEW.{column} = OLD.{column}" for column in columns)
    op.execute(
        f"CREATE OR REPLACE FUNCTION audit_value_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' AND {same} AND NEW.before IS NULL AND NEW.after IS NULL THEN RETURN NEW; END IF; "
        f"RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
