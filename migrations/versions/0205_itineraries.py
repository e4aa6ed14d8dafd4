"""Itineraries of delegations: items, groups, coaches, hotel rooms, notifications and seating plans.

Revision ID: 0205
Revises: 0204
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from baseline import (
    BIG_ID,
    INSTANT,
    JSON,
    create_trigger_function,
    drop,
    edition_id,
    enum,
    is_sqlite,
    partial_index,
    raise_if,
    refuse_on_sqlite,
    row,
    same_edition,
    time_span,
    versioned_row,
)

revision = "0205"
down_revision = "0204"
branch_labels = None
depends_on = None

TABLES = (  # in the order of their references
    "itinerary_item", "travel_leg",
    "partition", "delegation_group", "group_member", "item_audience", "item_person",
    "vehicle", "coach_run", "boarding",
    "hotel_room", "room_stay",
    "itinerary_telling", "item_notice", "itinerary_given_out",
    "seating_plan", "seat",
)  # fmt: skip
FUNCTIONS = (
    "group_member_once",
    "boarding_insert",
    "boarding_update",
    "boarding_delete",
    "coach_run_close",
    "coach_run_vehicle",
    "vehicle_seats",
    "room_stay_fits",
    "hotel_room_fits",
    "hotel_room_number",
)


def upgrade() -> None:
    create_items()
    create_groups()
    create_coaches()
    create_hotel_rooms()
    create_notifications()
    create_seating_plans()


def downgrade() -> None:
    drop(reversed(TABLES), FUNCTIONS)


def create_items() -> None:
    op.create_table(
        "itinerary_item",
        *versioned_row(),
        edition_id(),
        sa.Column("delegation_id", BIG_ID, nullable=False),
        sa.Column(
            "kind",
            enum(
                "itemkind",
                "flight",
                "transfer",
                "hotel",
                "meal",
                "visit",
                "meeting",
                "session",
                "free",
                "train",
                "ceremony",
            ),
            nullable=False,
        ),
        sa.Column("title", JSON, nullable=False),
        sa.Column("place", JSON, nullable=False),
        sa.Column("address", JSON, nullable=False),
        sa.Column("note", JSON, nullable=False),
        sa.Column("place_id", BIG_ID, nullable=True, index=True),
        sa.Column("end_place_id", BIG_ID, nullable=True, index=True),
        sa.Column("dress", JSON, nullable=False),
        sa.Column("gift", JSON, nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("host_id", BIG_ID, sa.ForeignKey("organization.id"), nullable=True),
        sa.Column("session_id", BIG_ID, nullable=True),
        sa.Column("open_to_press", sa.Boolean(), nullable=False),
        sa.Column("is_frame", sa.Boolean(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        *time_span(),
        same_edition("delegation_id", "delegation"),
        same_edition("end_place_id", "itinerary_place"),
        same_edition("place_id", "itinerary_place"),
        same_edition("session_id", "session"),
        sa.UniqueConstraint("edition_id", "id"),
        sa.Index("ix_itinerary_item_time", "delegation_id", "start_utc"),
    )
    op.create_table(
        "travel_leg",
        *versioned_row(),
        edition_id(),
        sa.Column("item_id", BIG_ID, nullable=False, unique=True),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("operating_carrier", sa.Text(), nullable=False),
        sa.Column("operating_number", sa.Text(), nullable=False),
        sa.Column("from_terminal", sa.Text(), nullable=False),
        sa.Column("to_terminal", sa.Text(), nullable=False),
        sa.Column("estimated_start_utc", INSTANT, nullable=True),
        sa.Column("estimated_end_utc", INSTANT, nullable=True),
        sa.CheckConstraint("estimated_end_utc > estimated_start_utc", name="estimated_end_after_start"),
        same_edition("item_id", "itinerary_item", ondelete="CASCADE"),
    )


def create_groups() -> None:
    op.create_table(
        "partition",
        *versioned_row(),
        edition_id(),
        sa.Column("delegation_id", BIG_ID, nullable=False, index=True),
        sa.Column("kind", enum("partitionkind", "coach", "visit", "hotel", "language"), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("split_item_id", BIG_ID, nullable=True, index=True),
        sa.Column("rejoin_item_id", BIG_ID, nullable=True, index=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.CheckConstraint("split_item_id <> rejoin_item_id", name="rejoins_elsewhere"),
        same_edition("delegation_id", "delegation", "fk_partition_edition_id_delegation"),
        same_edition("rejoin_item_id", "itinerary_item", "fk_partition_rejoin_item_id"),
        same_edition("split_item_id", "itinerary_item", "fk_partition_split_item_id"),
        sa.UniqueConstraint("edition_id", "id"),
    )
    op.create_table(
        "delegation_group",
        *versioned_row(),
        edition_id(),
        sa.Column("partition_id", BIG_ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("captain_id", BIG_ID, nullable=True, index=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        same_edition("captain_id", "registration", "fk_delegation_group_edition_id_registration"),
        same_edition("partition_id", "partition", "fk_delegation_group_edition_id_partition"),
        sa.UniqueConstraint("edition_id", "id"),
        sa.UniqueConstraint("edition_id", "partition_id", "id"),
        sa.UniqueConstraint("partition_id", "code"),
    )
    op.create_table(
        "group_member",
        *versioned_row(),
        edition_id(),
        sa.Column("partition_id", BIG_ID, nullable=False),
        sa.Column("group_id", BIG_ID, nullable=False, index=True),
        sa.Column("registration_id", BIG_ID, nullable=False, index=True),
        sa.Column("from_utc", INSTANT, nullable=True),
        sa.Column("until_utc", INSTANT, nullable=True),
        sa.CheckConstraint("until_utc > from_utc", name="until_after_from"),
        same_edition("partition_id", "partition", "fk_group_member_edition_id_partition"),
        sa.ForeignKeyConstraint(
            ["edition_id", "partition_id", "group_id"],
            ["delegation_group.edition_id", "delegation_group.partition_id", "delegation_group.id"],
            name=op.f("fk_group_member_edition_id_delegation_group"),
        ),
        same_edition("registration_id", "registration", "fk_group_member_edition_id_registration"),
        sa.UniqueConstraint("edition_id", "id"),
        sa.Index("ix_group_member_in", "partition_id", "registration_id"),
    )
    op.create_table(
        "item_audience",
        *row(),
        edition_id(),
        sa.Column("item_id", BIG_ID, nullable=False),
        sa.Column("includes", sa.Boolean(), nullable=False),
        sa.Column("delegation_id", BIG_ID, nullable=True, index=True),
        sa.Column("group_id", BIG_ID, nullable=True, index=True),
        sa.Column("registration_id", BIG_ID, nullable=True, index=True),
        sa.CheckConstraint(
            (
                "(CASE WHEN delegation_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN group_id IS NULL THEN 0 "
                "ELSE 1 END) + (CASE WHEN registration_id IS NULL THEN 0 ELSE 1 END) = 1"
            ),
            name="one_of_three",
        ),
        same_edition("delegation_id", "delegation"),
        same_edition("group_id", "delegation_group"),
        same_edition("item_id", "itinerary_item", ondelete="CASCADE"),
        same_edition("registration_id", "registration"),
        sa.UniqueConstraint("item_id", "delegation_id"),
        sa.UniqueConstraint("item_id", "group_id"),
        sa.UniqueConstraint("item_id", "registration_id"),
    )
    op.create_table(
        "item_person",
        *row(),
        edition_id(),
        sa.Column("item_id", BIG_ID, nullable=False),
        sa.Column("registration_id", BIG_ID, nullable=False, index=True),
        same_edition("item_id", "itinerary_item", ondelete="CASCADE"),
        same_edition("registration_id", "registration"),
        sa.UniqueConstraint("item_id", "registration_id"),
    )
    forbid_two_groups()


def create_coaches() -> None:
    op.create_table(
        "vehicle",
        *versioned_row(),
        edition_id(),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", enum("vehiclekind", "coach", "van", "car"), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("plate", sa.Text(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("driver", sa.Text(), nullable=False),
        sa.Column("driver_mobile", sa.Text(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.CheckConstraint("seats BETWEEN 1 AND 100", name="seats_in_a_vehicle"),
        sa.UniqueConstraint("edition_id", "code"),
        sa.UniqueConstraint("edition_id", "id"),
    )
    op.create_table(
        "coach_run",
        *versioned_row(),
        edition_id(),
        sa.Column("item_id", BIG_ID, nullable=False),
        sa.Column("vehicle_id", BIG_ID, nullable=False, index=True),
        sa.Column("group_id", BIG_ID, nullable=True, index=True),
        sa.Column("captain_id", BIG_ID, nullable=True, index=True),
        sa.Column("captain_may_be_rung", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("beside_reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("link_number", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closed_by", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        same_edition("captain_id", "registration", "fk_coach_run_edition_id_registration"),
        same_edition("group_id", "delegation_group", "fk_coach_run_edition_id_delegation_group"),
        same_edition("item_id", "itinerary_item", "fk_coach_run_edition_id_itinerary_item"),
        same_edition("vehicle_id", "vehicle", "fk_coach_run_edition_id_vehicle"),
        sa.UniqueConstraint("edition_id", "id"),
        sa.UniqueConstraint("edition_id", "item_id", "id"),
        sa.UniqueConstraint("item_id", "vehicle_id"),
    )
    op.create_table(
        "boarding",
        *versioned_row(),
        edition_id(),
        sa.Column("item_id", BIG_ID, nullable=False),
        sa.Column("run_id", BIG_ID, nullable=False, index=True),
        sa.Column("registration_id", BIG_ID, nullable=False, index=True),
        sa.Column("state", enum("boardingstate", "expected", "boarded", "absent"), nullable=False),
        sa.Column("marked_at", INSTANT, nullable=True),
        sa.Column("marked_by", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        sa.CheckConstraint("(state = 'expected') = (marked_at IS NULL)", name="marked_unless_expected"),
        sa.ForeignKeyConstraint(
            ["edition_id", "item_id", "run_id"],
            ["coach_run.edition_id", "coach_run.item_id", "coach_run.id"],
            name=op.f("fk_boarding_edition_id_coach_run"),
        ),
        same_edition("registration_id", "registration", "fk_boarding_edition_id_registration"),
        sa.UniqueConstraint("edition_id", "id"),
        sa.UniqueConstraint("item_id", "registration_id"),
    )
    forbid_full_coaches()


def create_hotel_rooms() -> None:
    op.create_table(
        "hotel_room",
        *versioned_row(),
        edition_id(),
        sa.Column("delegation_id", BIG_ID, nullable=False, index=True),
        sa.Column("place_id", BIG_ID, nullable=False, index=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", enum("roomkind", "single", "twin", "double", "suite"), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("check_in", sa.Date(), nullable=False),
        sa.Column("check_out", sa.Date(), nullable=False),
        sa.Column("meal_plan", enum("mealplan", "room-only", "breakfast", "half-board", "full-board"), nullable=False),
        sa.Column("requests", JSON, nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.CheckConstraint("capacity BETWEEN 1 AND 8", name="capacity_of_a_room"),
        sa.CheckConstraint("check_out > check_in", name="check_out_after_check_in"),
        same_edition("delegation_id", "delegation", "fk_hotel_room_edition_id_delegation"),
        same_edition("place_id", "itinerary_place", "fk_hotel_room_edition_id_itinerary_place"),
        sa.UniqueConstraint("edition_id", "id"),
    )
    op.create_table(
        "room_stay",
        *versioned_row(),
        edition_id(),
        sa.Column("room_id", BIG_ID, nullable=False, index=True),
        sa.Column("registration_id", BIG_ID, nullable=False, index=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("until_on > from_on", name="until_after_from"),
        same_edition("registration_id", "registration", "fk_room_stay_edition_id_registration"),
        same_edition("room_id", "hotel_room", "fk_room_stay_edition_id_hotel_room"),
        sa.UniqueConstraint("edition_id", "id"),
    )
    forbid_full_rooms()
    forbid_room_numbers_twice()


def create_notifications() -> None:
    op.create_table(
        "itinerary_telling",
        *row(),
        edition_id(),
        sa.Column("registration_id", BIG_ID, nullable=False, index=True),
        sa.Column("how", enum("how", "mail", "phone"), nullable=False),
        sa.Column("told_by", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        same_edition("registration_id", "registration"),
        sa.UniqueConstraint("edition_id", "id"),
    )
    op.create_table(
        "item_notice",
        *row(),
        edition_id(),
        sa.Column("registration_id", BIG_ID, nullable=False, index=True),
        sa.Column("delegation_id", BIG_ID, nullable=False, index=True),
        sa.Column("item_id", BIG_ID, nullable=True, index=True),
        sa.Column("item_made_at", INSTANT, nullable=True),
        sa.Column("was", JSON, nullable=True),
        sa.Column("telling_id", BIG_ID, nullable=True, index=True),
        sa.CheckConstraint("(item_id IS NULL) = (item_made_at IS NULL)", name="item_with_its_making"),
        same_edition("delegation_id", "delegation"),
        same_edition("registration_id", "registration"),
        same_edition("telling_id", "itinerary_telling"),
        partial_index(
            "uq_item_notice_open",
            "telling_id IS NULL",
            "registration_id",
            "delegation_id",
            "item_id",
            "item_made_at",
            unique=True,
        ),
        partial_index(
            "uq_item_notice_open_rooms",
            "telling_id IS NULL AND item_id IS NULL",
            "registration_id",
            "delegation_id",
            unique=True,
        ),
    )
    op.create_table(
        "itinerary_given_out",
        *row(),
        edition_id(),
        sa.Column("delegation_id", BIG_ID, nullable=False, unique=True),
        sa.Column("given_by", BIG_ID, sa.ForeignKey("account.id"), nullable=True),
        same_edition("delegation_id", "delegation"),
        sa.UniqueConstraint("edition_id", "id"),
    )


def create_seating_plans() -> None:
    op.create_table(
        "seating_plan",
        *versioned_row(),
        edition_id(),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("session_id", BIG_ID, nullable=True),
        sa.Column("item_id", BIG_ID, nullable=True),
        sa.Column("shape", enum("shape", "stage", "tables"), nullable=False),
        sa.Column("convention", enum("convention", "foreign-affairs", "domestic"), nullable=False),
        sa.Column("host_side", enum("hostside", "right", "left"), nullable=True),
        sa.Column("list_id", BIG_ID, nullable=True),
        sa.Column("printed", JSON, nullable=True),
        sa.Column("printed_at", INSTANT, nullable=True),
        sa.CheckConstraint("session_id IS NULL OR item_id IS NULL", name="of_one_occasion"),
        same_edition("item_id", "itinerary_item"),
        same_edition("list_id", "precedence_list", "fk_seating_plan_edition_id_precedence_list"),
        same_edition("session_id", "session", "fk_seating_plan_edition_id_session"),
        sa.UniqueConstraint("edition_id", "code"),
        sa.UniqueConstraint("edition_id", "id"),
    )
    op.create_table(
        "seat",
        *versioned_row(),
        edition_id(),
        sa.Column("plan_id", BIG_ID, nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), nullable=True, index=True),
        sa.CheckConstraint("tier > 0 AND number > 0", name="counted_from_one"),
        same_edition("plan_id", "seating_plan", "fk_seat_edition_id_seating_plan"),
        sa.UniqueConstraint("edition_id", "id"),
        sa.UniqueConstraint("plan_id", "person_id"),
        sa.UniqueConstraint("plan_id", "tier", "number"),
    )


def forbid_two_groups() -> None:
    """A person is in one group of a partition at a time. Spans are half-open, and an empty end is open."""
    code, columns = "in-two-groups", "partition_id, registration_id, from_utc, until_utc"
    overlaps = (
        "EXISTS (SELECT 1 FROM group_member AS other WHERE other.partition_id = NEW.partition_id "
        "AND other.registration_id = NEW.registration_id AND other.id <> NEW.id "
        "AND (other.until_utc IS NULL OR NEW.from_utc IS NULL OR other.until_utc > NEW.from_utc) "
        "AND (NEW.until_utc IS NULL OR other.from_utc IS NULL OR NEW.until_utc > other.from_utc))"
    )
    if is_sqlite():
        for name, action in (("insert", "INSERT"), ("update", f"UPDATE OF {columns}")):
            refuse_on_sqlite(f"group_member_once_{name}", f"AFTER {action} ON group_member", code, overlaps)
        return
    lock = "PERFORM 1 FROM partition WHERE id = NEW.partition_id FOR NO KEY UPDATE;"
    body = f"{lock} {raise_if(overlaps, code, 'exclusion_violation')} RETURN NULL;"
    event = f"AFTER INSERT OR UPDATE OF {columns} ON group_member"
    create_trigger_function("group_member_once", event, body)


def forbid_full_coaches() -> None:
    """A run takes no more people than its vehicle has seats, and none once it is closed. It cannot be closed while
    someone is still expected.
    """
    on_board = "(SELECT count(*) FROM boarding WHERE boarding.run_id = r.id AND boarding.state <> 'absent')"
    full_runs = (
        "SELECT 1 FROM coach_run AS r JOIN vehicle AS v ON v.id = r.vehicle_id "
        f"WHERE r.{{run}} AND v.seats < {on_board}"
    )
    closed_runs = "SELECT 1 FROM coach_run AS r WHERE r.id IN ({runs}) AND r.closed_at IS NOT NULL"
    expected = "SELECT 1 FROM boarding AS b WHERE b.run_id = NEW.id AND b.state = 'expected'"

    def is_full(run: str) -> tuple[str, str]:
        return "no-seat-left", f"EXISTS ({full_runs.format(run=run)})"

    def is_closed(runs: str) -> tuple[str, str]:
        return "run-closed", f"EXISTS ({closed_runs.format(runs=runs)})"

    lock_runs = "PERFORM 1 FROM coach_run WHERE {} FOR NO KEY UPDATE; "
    forbid(
        "boarding_insert", "AFTER INSERT ON boarding",
        [is_closed("NEW.run_id"), is_full("id = NEW.run_id")],
        lock=lock_runs.format("id = NEW.run_id"),
    )  # fmt: skip
    forbid(
        "boarding_update", "AFTER UPDATE OF run_id, state ON boarding",
        [is_closed("OLD.run_id, NEW.run_id"), is_full("id = NEW.run_id")],
        lock=lock_runs.format("id IN (OLD.run_id, NEW.run_id) ORDER BY id"),
    )  # fmt: skip
    forbid(
        "boarding_delete", "AFTER DELETE ON boarding",
        [is_closed("OLD.run_id")],
        lock=lock_runs.format("id = OLD.run_id"),
    )  # fmt: skip
    forbid(
        "coach_run_close", "AFTER UPDATE OF closed_at ON coach_run",
        [("still-expected", f"NEW.closed_at IS NOT NULL AND EXISTS ({expected})")],
    )  # fmt: skip
    forbid(
        "coach_run_vehicle", "AFTER UPDATE OF vehicle_id ON coach_run",
        [is_full("id = NEW.id")],
        lock="PERFORM 1 FROM vehicle WHERE id = NEW.vehicle_id FOR SHARE; ",
    )  # fmt: skip
    forbid(
        "vehicle_seats", "AFTER UPDATE OF seats ON vehicle",
        [is_full("vehicle_id = NEW.id")],
        lock=lock_runs.format("vehicle_id = NEW.id ORDER BY id"),
    )  # fmt: skip


def forbid(name: str, event: str, refused: list[tuple[str, str]], lock: str = "") -> None:
    """Refuse with a code when its condition holds.

    On PostgreSQL two transactions would not see each other's rows: `lock` makes the second one wait for the first.
    """
    if is_sqlite():
        for code, condition in refused:
            refuse_on_sqlite(f"{name}_{code.replace('-', '_')}", event, code, condition)
        return
    checks = " ".join(raise_if(condition, code, "check_violation") for code, condition in refused)
    create_trigger_function(name, event, f"{lock}{checks} RETURN NULL;")


def forbid_full_rooms() -> None:
    """Stays lie within the time of their room, a person sleeps in one room, and a room has beds for all.

    Nights are half-open, and an empty end is that of the room. A room is fullest on a night on which a stay begins.
    """
    starts, ends = "COALESCE(one.from_on, room.check_in)", "COALESCE(one.until_on, room.check_out)"
    wrong = {
        "outside-the-room": f"one.from_on < room.check_in OR one.until_on > room.check_out OR {ends} <= {starts}",
        "in-two-rooms": (
            "EXISTS (SELECT 1 FROM room_stay AS other JOIN hotel_room AS there ON there.id = other.room_id "
            "WHERE other.registration_id = one.registration_id AND other.id <> one.id "
            f"AND {starts} < COALESCE(other.until_on, there.check_out) "
            f"AND COALESCE(other.from_on, there.check_in) < {ends})"
        ),
        "room-full": (
            "(SELECT count(*) FROM room_stay AS other WHERE other.room_id = one.room_id "
            f"AND COALESCE(other.from_on, room.check_in) <= {starts} "
            f"AND {starts} < COALESCE(other.until_on, room.check_out)) > room.capacity"
        ),
    }
    stays = "SELECT 1 FROM room_stay AS one JOIN hotel_room AS room ON room.id = one.room_id WHERE one.room_id ="
    lock_people = "PERFORM 1 FROM registration WHERE {} FOR NO KEY UPDATE;"
    watch_stays(
        "room_stay",
        {"insert": "INSERT", "update": "UPDATE OF room_id, registration_id, from_on, until_on"},
        {code: f"EXISTS ({stays} NEW.room_id AND ({condition}))" for code, condition in wrong.items()},
        lock=f"{lock_people.format('id = NEW.registration_id')} "
        "PERFORM 1 FROM hotel_room WHERE id = NEW.room_id FOR NO KEY UPDATE;",
    )
    watch_stays(
        "hotel_room",
        {"update": "UPDATE OF capacity, check_in, check_out"},
        {code: f"EXISTS ({stays} NEW.id AND ({condition}))" for code, condition in wrong.items()},
        lock=lock_people.format("id IN (SELECT registration_id FROM room_stay WHERE room_id = NEW.id) ORDER BY id"),
    )


def watch_stays(table: str, actions: dict[str, str], refused: dict[str, str], *, lock: str) -> None:
    """As `forbid`, with all codes of an action in one trigger on SQLite."""
    if is_sqlite():
        body = " ".join(f"SELECT RAISE(ABORT, '{code}') WHERE {condition};" for code, condition in refused.items())
        for name, action in actions.items():
            op.execute(f"CREATE TRIGGER {table}_fits_{name} AFTER {action} ON {table} BEGIN {body} END")
        return
    checks = " ".join(raise_if(condition, code, "exclusion_violation") for code, condition in refused.items())
    event = f"AFTER {' OR '.join(actions.values())} ON {table}"
    create_trigger_function(f"{table}_fits", event, f"{lock} {checks} RETURN NULL;")


def forbid_room_numbers_twice() -> None:
    """A number of a hotel is one room on each night."""
    code, actions = "room-number-taken", ("INSERT", "UPDATE OF place_id, number, check_in, check_out")
    is_taken = (
        "NEW.number <> '' AND EXISTS (SELECT 1 FROM hotel_room AS other WHERE other.place_id = NEW.place_id "
        "AND other.number = NEW.number AND other.id <> NEW.id "
        "AND other.check_in < NEW.check_out AND NEW.check_in < other.check_out)"
    )
    if is_sqlite():
        for name, action in zip(("insert", "update"), actions, strict=True):
            op.execute(
                f"CREATE TRIGGER hotel_room_number_{name} AFTER {action} ON hotel_room "
                f"BEGIN SELECT RAISE(ABORT, '{code}') WHERE {is_taken}; END"
            )
        return
    lock = "PERFORM 1 FROM itinerary_place WHERE id = NEW.place_id FOR NO KEY UPDATE;"
    body = f"{lock} {raise_if(is_taken, code, 'exclusion_violation')} RETURN NULL;"
    event = f"AFTER {' OR '.join(actions)} ON hotel_room"
    create_trigger_function("hotel_room_number", event, body, condition="NEW.number <> ''")
