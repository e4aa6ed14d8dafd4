"""A new edition from the forum in which everything stands that someone might see who should not: nothing of anyone
crosses, nothing hangs on the old edition, and the old one is left as it was.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Table, select, text

from forumapp.core.database.db import Base, db
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.cloning.parts import LEFT, PARTS
from forumapp.domain.cloning.services import clone_edition
from forumapp.domain.forums.models import Edition
from forumapp.domain.forums.pages.services import create_page
from forumapp.domain.people.models import Person
from tests.web.organizer.house import BY, NOW

if TYPE_CHECKING:
    from tests.access.world import World

SAID: dict[str, Any] = {"ordinal": 8, "starts_on": date(2024, 5, 20)}
COPIED = {part.kind.__tablename__: part for part in PARTS}
# Tables of an edition of which nothing is copied, beside those that the page tells of.
ANEW = {
    "checkpoint": "of its rooms, sessions and times",
    "checkpoint_type": "of a checkpoint",
    "checkin_device": "at a checkpoint",
    "scan": "people",
    "admission": "people",
    "rehearsal": "of that check-in",
    "forced_pass": "people",
    "scan_review": "people",
    "vip_alert": "people",
    "agenda_plan": "of that agenda",
    "agenda_telling": "mail to people",
    "access_delegation": "who works on it is said anew",
    "access_role": "the same",
    "badge_design_version": "the one in use is copied with its design",
    "answer_file": "files of people",
    "choice_places": "counted anew by the form that comes along",
    "audit_event": "a log of its own",
    "consent": "people",
    "bulk_row": "registrations of people",
    "bulk_run": "what was done to registrations",
    "delegation_member": "people",
    "partition": "of that delegation",
    "delegation_group": "of that delegation",
    "group_member": "people",
    "hotel_room": "of that delegation",
    "room_stay": "people",
    "vehicle": "hired anew",
    "coach_run": "of that delegation",
    "boarding": "people",
    "seating_plan": "of sessions and orders there",
    "seat": "people",
    "delegation_supporter": "belongs to a delegation",
    "clash_override": "people",
    "frozen_name": "what was printed there",
    "list_columns": "how someone looks at a list",
    "import_run": "files with people",
    "mailing": "mail to people",
    "message": "mail to people",
    "print_line": "people on papers",
    "letter_issue": "letters to people",
    "letter_picture": "letters to people",
    "proof_correction": "people",
    "proof_entry": "people",
    "purge_report": "what was deleted there",
    "removal": "what was removed there",
    "role_assignment": "people",
    "session_item": "the agenda",
    "interpretation_channel": "the agenda",
    "cue": "the agenda",
    "travel_leg": "journeys",
    "item_audience": "people",
    "item_person": "people",
    "approved_place": "people",
    "item_notice": "people",
    "itinerary_telling": "people",
    "itinerary_given_out": "of that delegation",
    "cue_sheet": "the agenda",
    "speaker": "people",
    "speaker_writing": "mail to people",
    "speaker_availability": "people",
    "session_sign_up": "people",
    "task": "copied by the calendar itself",
    "ticket_code": "codes",
    "token_edition": "tokens act where they were made for",
}
# Columns of what is copied that stay behind, and why.
BEHIND = {
    "badge_design": {"number": "begins with its first version"},
    "content_page": {"signatory_id": "a person", "picture_id": "may show one", "on_site": "read it first",
                     "in_program": "read it first", "is_sample": "of the sample"},
    "edition_host": {},
    "letter_form": {"prefix": "counts editions", "answer_by": "said anew", "office": "of the signatory",
                    "signatory_latin": "a person", "signatory_native": "a person", "signature_id": "a person's"},
    "mail_reminder": {"sent_at": "not yet", "is_missed": "not yet", "reached_id": "nobody yet"},
    "consent_text": {},
    "edition_places": {"taken": "nobody yet", "over": "nobody yet"},
    "precedence_list": {"approved_by": "a person", "approved_at": "was approved there", "session_id": "stays behind",
                        "was_approved_by": "a person", "was_approved_at": "was approved there"},
    "registration_type": {"taken": "nobody yet", "over": "nobody yet", "next_in_queue": "nobody yet",
                          "waiting": "nobody yet", "is_open": "opened by hand", "counts_choices": "follows from the form"},
    "retention_rule": {"purge_on": "shifted"},
    "room": {"is_sample": "of the sample"},
    "venue": {"is_sample": "of the sample"},
    "itinerary_place": {"is_sample": "of the sample"},
    "itinerary_settings": {},
}  # fmt: skip
PERSONAL = frozenset({"person_id", "signatory_id", "registration_id", "liaison_id", "principal_id", "photo_id"})
OWN = {"id", "created_at", "updated_at", "version", "edition_id"}


def tables() -> list[Table]:
    return [table for table in Base.metadata.sorted_tables if "edition_id" in table.c]


def test_of_every_table_of_an_edition_it_is_known_whether_it_comes_along() -> None:
    left = {kind.__tablename__ for _key, kind, _permission in LEFT}

    assert {table.name for table in tables()} == COPIED.keys() | left | ANEW.keys()
    assert (COPIED.keys() & left, COPIED.keys() & ANEW.keys(), left & ANEW.keys()) == (set(), set(), set())


@pytest.mark.parametrize("name", COPIED)
def test_of_every_column_of_what_comes_along_it_is_known_whether_it_does(name: str) -> None:
    part = COPIED[name]

    assert set(Base.metadata.tables[name].c.keys()) - OWN == {*part.columns, *part.links, *BEHIND.get(name, {})}


def cloned(world: World, **options: Any) -> int:
    """The id of a new edition of the owner's."""
    by: dict[str, Any] = {"actor": Actor(world.callers[Role.OWNER].account_id, Via.PAGE), "now": NOW}
    with transaction() as session:
        person = session.scalars(select(Person.id).order_by(Person.id)).first()
        words = {"kind": "welcome", "title": {"en": "Welcome"}, "body": {"en": "Dear guests"}, "signatory_id": person}
        create_page(session, world.house.edition_id, {**words, "on_site": True}, **BY)
    with transaction() as session:
        return clone_edition(session, world.house.edition_id, SAID, **options, **by).id


def rows_of(edition_id: int) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for table in tables():
        rows = db.session.connection().execute(select(table).where(table.c.edition_id == edition_id))
        found[table.name] = [dict(row._mapping) for row in rows]
    own = text("SELECT v.* FROM audit_value v JOIN audit_event e ON e.id = v.event_id WHERE e.edition_id = :id")
    found["audit_value"] = [dict(row._mapping) for row in db.session.connection().execute(own, {"id": edition_id})]
    db.session.rollback()
    return found


def test_nothing_of_anyone_crosses(world: World) -> None:
    source, target = (rows_of(one) for one in (world.house.edition_id, cloned(world)))
    with transaction() as session:
        people = [
            word
            for row in session.scalars(select(Person))
            for word in (
                row.native_full, row.latin_family, row.latin_given, row.email, row.phone, row.wechat, row.call_name
            )
            if word and len(word) > 2
        ]  # fmt: skip
    secrets = {*people, *world.jiangsu.secrets, *world.hubei.secrets}
    told = {
        name: json.dumps(rows, default=str, ensure_ascii=False)
        for name, rows in (("source", source), ("target", target))
    }

    assert [word for word in secrets if word in told["target"]] == []
    assert len([word for word in secrets if word in told["source"]]) > 40  # which it could have told
    ids = {row[column] for rows in target.values() for row in rows for column in row if column in PERSONAL}
    assert ids <= {None}


def test_what_comes_along_is_all_there_and_closed(world: World) -> None:
    source, target = (rows_of(one) for one in (world.house.edition_id, cloned(world)))

    came = {name: len(rows) for name, rows in target.items() if rows}
    assert {name: came.get(name, 0) for name in COPIED} == {
        name: len(source[name]) for name in COPIED if name in source
    }
    made = {"task", "edition_access", "access_role", "audit_event", "audit_value", "badge_design_version"}
    assert came.keys() - COPIED.keys() == made
    counters = ("is_open", "taken", "over", "waiting", "next_in_queue")
    assert {tuple(row[one] for one in counters) for row in target["registration_type"]} == {(False, 0, 0, 0, 1)}
    asked = [[row["questions"] for row in rows["registration_type"]] for rows in (source, target)]
    assert asked[0] == asked[1]
    assert any(asked[0])
    assert {(row["done_at"], row["done_by"], row["note"]) for row in target["task"]} == {(None, None, "")}
    assert {(row["on_site"], row["in_program"]) for row in target["content_page"]} == {(False, False)}
    assert {row["approved_by"] for row in target["precedence_list"]} == {None}


def test_every_reference_to_a_row_of_an_edition_stays_within_the_new_one(world: World) -> None:
    edition_id = cloned(world)
    target = rows_of(edition_id)
    of_edition = {table.name for table in tables()}

    looked_at, astray = 0, []
    for table in tables():
        for constraint in table.foreign_key_constraints:
            if constraint.referred_table.name not in of_edition:
                continue
            column = next(one.name for one in constraint.columns if one.name != "edition_id")
            ids = {row["id"] for row in target[constraint.referred_table.name]}
            for row in target[table.name]:
                looked_at += row[column] is not None
                if row[column] is not None and row[column] not in ids:
                    astray.append((table.name, column, row[column]))

    assert astray == []
    assert looked_at >= 3


def test_the_source_is_untouched(world: World) -> None:
    first = cloned(world)  # which also writes the page that the source has
    before = rows_of(world.house.edition_id)
    by: dict[str, Any] = {"actor": Actor(world.callers[Role.OWNER].account_id, Via.PAGE), "now": NOW}

    with transaction() as session:
        edition = session.get_one(Edition, world.house.edition_id)
        stood = {column.name: getattr(edition, column.name) for column in Edition.__table__.c}
        second = clone_edition(session, world.house.edition_id, {**SAID, "ordinal": 9, "slug": "second"}, **by).id
        session.flush()
        session.refresh(edition)
        stands = {column.name: getattr(edition, column.name) for column in Edition.__table__.c}

    assert rows_of(world.house.edition_id) == before
    assert stands == stood
    assert len({first, second, world.house.edition_id}) == 3


def test_hosts_and_pages_stay_behind_where_it_is_said(world: World) -> None:
    target = rows_of(cloned(world, without=["hosts", "content-pages"]))

    assert (target["edition_host"], target["content_page"]) == ([], [])
    assert target["room"] != []
