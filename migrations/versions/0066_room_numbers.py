"""A number at a hotel is one room on a night, whoever writes it.

Revision ID: 0066
Revises: 0065
"""

from __future__ import annotations

from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

CODE = "room-number-taken"
ON = {"insert": "INSERT", "update": "UPDATE OF place_id, number, check_in, check_out"}
TAKEN = (
    "NEW.number <> '' AND EXISTS (SELECT 1 FROM hotel_room AS other WHERE other.place_id = NEW.place_id "
    "AND other.number = NEW.number AND other.id <> NEW.id "
    "AND other.check_in < NEW.check_out AND NEW.check_in < other.check_out)"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, action in ON.items():
            op.execute(
                f"CREATE TRIGGER hotel_room_number_{name} AFTER {action} ON hotel_room "
                f"BEGIN SELECT RAISE(ABORT, '{CODE}') WHERE {TAKEN}; END"
            )
        return
    # Two at once would not see each other: the row of the hotel makes the second one wait, and read after the first.
    op.execute(
        "CREATE FUNCTION hotel_room_number() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM 1 FROM itinerary_place WHERE id = NEW.place_id FOR NO KEY UPDATE; "
        f"IF {TAKEN} THEN RAISE EXCEPTION '{CODE}' "
        f"USING ERRCODE = 'exclusion_violation', CONSTRAINT = '{CODE}'; END IF; RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER hotel_room_number AFTER {' OR '.join(ON.values())} ON hotel_room "
        "FOR EACH ROW WHEN (NEW.number <> '') EXECUTE FUNCTION hotel_room_number()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ON:
            op.execute(f"DROP TRIGGER hotel_room_number_{name}")
    else:
        op.execute("DROP TRIGGER hotel_room_number ON hotel_room")
        op.execute("DROP FUNCTION hotel_room_number()")
