"""Finds changes that nobody told the log: triggers write each change of a row down, and the row's event strikes it out.

They stand in the database, so that no way of writing goes past them, and what is rolled back is gone with its note.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError

from forumapp.core.database.db import AppSession, Base
from forumapp.core.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from sqlalchemy import Connection, Table
    from sqlalchemy.orm import Session as DbSession

NOT_BY_PEOPLE = {
    "erasure": "the log of the person tells of it",
    "admission": "follow from scans",
    "agenda_telling": "whom the worker told; that they are to be told stands with the version",
    "allowance": "counts tries",
    "rate_count": "counts requests",
    "choice_places": "follow from the form and from what is answered",
    "answer_file": "the answers that name them are told",
    "audit_event": "the log itself",
    "audit_value": "the log itself",
    "consent": "what registrants agree to is told of their registration",
    "frozen_name": "follow from an edition that is archived",
    "approved_place": "follow from an approval, which is told of its order",
    "item_person": "follow from whom an item is for, and from groups and delegations",
    "item_notice": "follow from what changes of an item, and from telling people of it",
    "forced_pass": "told of whoever was let in",
    "idempotency_key": "answers kept for programs that ask twice",
    "message": "the outbox; what asks for a mail is told",
    "organization_double": "follow from what organizations are called",
    "organization_word": "follow from an organization's names",
    "person_double": "follow from what people are called and share",
    "person_word": "follow from a person's names",
    "print_line": "what the worker put on a paper",
    "purge_report": "what the worker purged",
    "removal": "what the log says is removed, kept for bringing it back",
    "suppressed_address": "which addresses take no mail; a bounce tells of itself, and who else marks one tells the log",
    "scan": "a log of their own, which nobody changes",
    "sign_in": "browsers, and when they were last seen",
    "list_columns": "how someone looks at a list",
    "speaker_writing": "asked for of an edition, whose log tells it; each speaker's own tells that they were written to",
    "badge_design_version": "the design's own number tells of it",
    "letter_issue": "each letter that is issued is told",
    "letter_picture": "follow from what issued letters show",
    "bulk_row": "a worker's notes of what each registration's own log tells",
    "ticket_code": "follow from the state of a registration",
    "vip_alert": "follow from scans; that one was seen is told of the VIP",
    "worker_seen": "signs of life",
}
FOLLOWS = {
    "": {"id", "created_at", "updated_at", "version", "search_text"},
    # The last code that was used; the links that count; what the access tells that they were invited for.
    "account": {"totp_step", "link_number", "invited_at"},
    "agenda_plan": {"status", "stopped_by", "blocking", "version_id", "done_at"},  # what came of it
    "api_token": {"last_used_at"},
    "checkin_device": {"seen_at"},
    "delegation": {"members"},  # counts its members
    "bulk_run": {"status", "total", "done", "changed", "finished_at"},  # the worker's progress
    "import_run": {"status", "done", "added", "content", "fault", "finished_at"},  # the worker's progress
    "letter": {"pdf_sha256", "renderer"},  # by whoever prints it first
    "mail_reminder": {"sent_at", "is_missed", "reached_id"},  # the worker's progress
    "mailing": {"status", "asked", "reached_id"},  # the worker's progress
    "print_job": {
        "status", "done", "total", "pages", "file", "purged_at", "sha256", "fault", "findings", "renderer",
        "started_at", "finished_at", "agenda_version_id", "made_from", "paper_version", "looked",
        "options",  # a reason that turns out to override nothing is dropped
    },  # the worker's progress
    "place_block": {"taken"},  # counts those that have a name
    "speaker": {"answered_at"},  # what they answered is told
    "session": {"signed_up"},  # counts those who choose it
    "registration": {"printed", "printed_at"},  # by the worker
    "seating_plan": {"printed", "printed_at"},  # by whoever prints it
    "registration_group": {"outcome"},  # what the sender of its form was answered, for sending it twice
    "edition_places": {"taken", "over"},  # the same for the whole edition
    # Counters of what registrations say, and whether the edition counts them too.
    "registration_type": {"taken", "over", "next_in_queue", "waiting", "is_limited", "counts_choices"},
}  # fmt: skip
# Rows that are a part of another one, whose event tells of them.
PART_OF = {
    "access_delegation": ("edition_access", "access_id"),
    "access_role": ("edition_access", "access_id"),
    "recovery_code": ("account", "account_id"),
    "token_edition": ("api_token", "token_id"),
}
TESTS, PRODUCT, CORE = (str(ROOT / folder) for folder in ("tests", "forumapp", "forumapp/core"))
ACTIONS = ("INSERT", "UPDATE", "DELETE")
LAST = "forgotten.last"
WATCHED = [table for table in Base.metadata.sorted_tables if table.name not in NOT_BY_PEOPLE]


def set_up(connection: Connection) -> None:
    postgres = connection.dialect.name == "postgresql"
    key = "BIGSERIAL" if postgres else "INTEGER"
    connection.execute(
        text(f"CREATE TABLE untold (id {key} PRIMARY KEY, entity TEXT, entity_id BIGINT, what TEXT)")  # our own words
    )
    # A purge tells how many values went, and not of each row; so does whoever lays out a calendar.
    strike = (
        "DELETE FROM untold WHERE NEW.action IN ('purged', 'erased') OR (entity = NEW.entity AND entity_id = NEW.entity_id)"
        " OR (NEW.action = 'laid-out' AND what = 'INSERT task')"
    )
    _trigger(connection, "audit_event", "INSERT", strike)
    for table in WATCHED:
        for action in ACTIONS:
            row = "OLD" if action == "DELETE" else "NEW"
            entity, key = PART_OF.get(table.name, (table.name, "id"))
            what = f"{action} {table.name}"
            note = f"INSERT INTO untold (entity, entity_id, what) VALUES ('{entity}', {row}.{key}, '{what}')"
            _trigger(connection, table.name, action, note, _differs(table, postgres) if action == "UPDATE" else "")


def _differs(table: Table, postgres: bool) -> str:
    follows = FOLLOWS[""] | FOLLOWS.get(table.name, set())
    names = [column.name for column in table.c if column.name not in follows]
    unlike = "IS DISTINCT FROM" if postgres else "IS NOT"
    return f"WHEN ({' OR '.join(f'OLD.{name} {unlike} NEW.{name}' for name in names)}) "


def _name(table: str, action: str) -> str:
    return f"untold_{table}_{action.lower()}"


def _trigger(connection: Connection, table: str, action: str, statement: str, when: str = "") -> None:
    name = _name(table, action)
    if connection.dialect.name == "postgresql":
        body = f"$$ BEGIN {statement}; RETURN NULL; END $$"
        connection.execute(text(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS {body}"))
        body = f"EXECUTE FUNCTION {name}()"
    else:
        body = f"BEGIN {statement}; END"
    connection.execute(text(f"CREATE TRIGGER {name} AFTER {action} ON {table} FOR EACH ROW {when}{body}"))


def unlogged(connection: Connection) -> list[str]:
    rows = _run(connection, "SELECT what, entity, entity_id FROM untold ORDER BY id")
    return [f"{what} ({entity} {entity_id})" for what, entity, entity_id in rows]


@dataclass
class Watch:
    """Looks at what sessions commit, and at what is left uncommitted in the end."""

    found: list[str] = field(default_factory=list)

    def look(self, db: DbSession) -> None:
        if db.in_nested_transaction():  # the event may come after it
            return
        db.flush()
        if told := unlogged(db.connection()):
            self.found += told
            _run(db.connection(), "DELETE FROM untold")

    def look_at_the_end(self, db: DbSession) -> None:
        """A refusal may have spoilt the transaction: what it holds is lost then, as it is outside tests."""
        try:
            self.found += unlogged(db.connection()) if db.is_active else []
        except (DBAPIError, psycopg.Error):
            db.rollback()


@contextmanager
def watching() -> Iterator[Watch]:
    watch = Watch()
    heard = (
        (AppSession, "before_commit", watch.look),
        (Engine, "before_cursor_execute", _before_statement),
        (Engine, "after_cursor_execute", _after_statement),
    )
    for one in heard:
        event.listen(*one)
    try:
        yield watch
    finally:
        for one in heard:
            event.remove(*one)


def _before_statement(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
    if statement.lstrip()[:6].upper() in ACTIONS and _is_by_hand():
        ((connection.info[LAST],),) = _run(connection, "SELECT coalesce(max(id), 0) FROM untold")


def _after_statement(connection: Connection, *_: Any) -> None:
    """What a test writes itself is no service's."""
    last = connection.info.pop(LAST, None)
    if last is not None:
        _run(connection, f"DELETE FROM untold WHERE id > {last}")


def _is_by_hand() -> bool:
    """Whether a test is nearer to the statement than the product."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(PRODUCT) and not name.startswith(CORE):  # which commits for tests as well
            return False
        if name.startswith(TESTS) and name != __file__:
            return True
        frame = frame.f_back
    return False


def _run(connection: Connection, statement: str) -> list[Any]:
    """Past SQLAlchemy, so that tests that count statements do not count it."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []
    finally:
        cursor.close()
