"""Hotel rooms, and who sleeps in which on which nights.

Revision ID: 0061
Revises: 0060
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
ROOM, STAY = "hotel_room", "room_stay"
# Half-open nights; an end that is empty is the room's. `one` and `other` are stays in the rooms `room` and `there`.
STARTS, ENDS = "COALESCE(one.from_on, room.check_in)", "COALESCE(one.until_on, room.check_out)"
BESIDE = (
    "(SELECT count(*) FROM room_stay AS other WHERE other.room_id = one.room_id "
    f"AND COALESCE(other.from_on, room.check_in) <= {STARTS} AND {STARTS} < COALESCE(other.until_on, room.check_out))"
)
ELSEWHERE = (
    "EXISTS (SELECT 1 FROM room_stay AS other JOIN hotel_room AS there ON there.id = other.room_id "
    "WHERE other.registration_id = one.registration_id AND other.id <> one.id "
    f"AND {STARTS} < COALESCE(other.until_on, there.check_out) "
    f"AND COALESCE(other.from_on, there.check_in) < {ENDS})"
)
# A room is fullest on a night on which somebody comes. What is wrong with the stays in a room, by what is told of it.
WRONG = {
    "outside-the-room": f"one.from_on < room.check_in OR one.until_on > room.check_out OR {ENDS} <= {STARTS}",
    "in-two-rooms": ELSEWHERE,
    "room-full": f"{BESIDE} > room.capacity",
}
# By table: the columns that its rows are looked at for, and which room is theirs.
WATCHED = {
    STAY: ("room_id, registration_id, from_on, until_on", "NEW.room_id"),
    ROOM: ("capacity, check_in, check_out", "NEW.id"),
}


def upgrade() -> None:
    _rooms()
    _stays()
    if op.get_bind().dialect.name == "sqlite":
        _watch_on_sqlite()
    else:
        _watch_on_postgresql()


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in (f"{STAY}_fits_insert", f"{STAY}_fits_update", f"{ROOM}_fits_update"):
            op.execute(f"DROP TRIGGER {name}")
    else:
        for table in WATCHED:
            op.execute(f"DROP TRIGGER {table}_fits ON {table}")
            op.execute(f"DROP FUNCTION {table}_fits()")
    op.drop_table(STAY)
    op.drop_table(ROOM)


def _rooms() -> None:
    op.create_table(
        ROOM,
        sa.Column("delegation_id", BIG_ID, nullable=False),
        sa.Column("place_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        _choice("kind", "roomkind", "single", "twin", "double", "suite"),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("check_in", sa.Date(), nullable=False),
        sa.Column("check_out", sa.Date(), nullable=False),
        _choice("meal_plan", "mealplan", "room-only", "breakfast", "half-board", "full-board"),
        sa.Column("requests", JSON, nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        *_kept(),
        sa.CheckConstraint("capacity BETWEEN 1 AND 8", name=op.f("ck_hotel_room_capacity_of_a_room")),
        sa.CheckConstraint("check_out > check_in", name=op.f("ck_hotel_room_check_out_after_check_in")),
        *_of_edition(ROOM),
        *(
            _same_edition(ROOM, column, to)
            for column, to in (("delegation_id", "delegation"), ("place_id", "itinerary_place"))
        ),
    )
    for column in ("edition_id", "delegation_id", "place_id"):
        op.create_index(op.f(f"ix_hotel_room_{column}"), ROOM, [column])


def _stays() -> None:
    op.create_table(
        STAY,
        sa.Column("room_id", BIG_ID, nullable=False),
        sa.Column("registration_id", BIG_ID, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        *_kept(),
        sa.CheckConstraint("until_on > from_on", name=op.f("ck_room_stay_until_after_from")),
        *_of_edition(STAY),
        *(_same_edition(STAY, column, to) for column, to in (("room_id", ROOM), ("registration_id", "registration"))),
    )
    for column in ("edition_id", "room_id", "registration_id"):
        op.create_index(op.f(f"ix_room_stay_{column}"), STAY, [column])


def _choice(column: str, name: str, *values: str) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(column, kind, nullable=False)


def _kept() -> tuple[sa.Column[int], ...]:
    return (
        sa.Column("edition_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
    )


def _of_edition(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f(f"fk_{table}_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("edition_id", "id", name=op.f(f"uq_{table}_edition_id_id")),
    )


def _same_edition(table: str, column: str, to: str) -> sa.Constraint:
    return sa.ForeignKeyConstraint(
        ["edition_id", column], [f"{to}.edition_id", f"{to}.id"], name=op.f(f"fk_{table}_edition_id_{to}")
    )


def _is_wrong(room: str, what: str) -> str:
    stays = "SELECT 1 FROM room_stay AS one JOIN hotel_room AS room ON room.id = one.room_id"
    return f"EXISTS ({stays} WHERE one.room_id = {room} AND ({WRONG[what]}))"


def _watch_on_sqlite() -> None:
    for table, (columns, room) in WATCHED.items():
        on = {"update": f"UPDATE OF {columns}", **({"insert": "INSERT"} if table == STAY else {})}
        body = " ".join(f"SELECT RAISE(ABORT, '{what}') WHERE {_is_wrong(room, what)};" for what in WRONG)
        for name, action in on.items():
            op.execute(f"CREATE TRIGGER {table}_fits_{name} AFTER {action} ON {table} BEGIN {body} END")


def _watch_on_postgresql() -> None:
    """Two at once would not see each other: the rows of the person and of the room make the second one wait, and read
    after the first.
    """
    holds = {
        STAY: "PERFORM 1 FROM registration WHERE id = NEW.registration_id FOR NO KEY UPDATE; "
        "PERFORM 1 FROM hotel_room WHERE id = NEW.room_id FOR NO KEY UPDATE;",
        # Its own row is held by who changes it.
        ROOM: "PERFORM 1 FROM registration WHERE id IN (SELECT registration_id FROM room_stay WHERE room_id = NEW.id) "
        "ORDER BY id FOR NO KEY UPDATE;",
    }
    for table, (columns, room) in WATCHED.items():
        checks = " ".join(
            f"IF {_is_wrong(room, what)} THEN "
            f"RAISE EXCEPTION '{what}' USING ERRCODE = 'exclusion_violation', CONSTRAINT = '{what}'; END IF;"
            for what in WRONG
        )
        op.execute(
            f"CREATE FUNCTION {table}_fits() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"{holds[table]} {checks} RETURN NULL; END $$"
        )
        action = f"INSERT OR UPDATE OF {columns}" if table == STAY else f"UPDATE OF {columns}"
        op.execute(
            f"CREATE TRIGGER {table}_fits AFTER {action} ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_fits()"
        )
