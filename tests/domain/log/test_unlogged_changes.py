"""That a change without a word to the log is caught, however it is written, and one that is told is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, insert, text, update

from forumapp.core.database.db import Base
from forumapp.core.paths import ROOT
from forumapp.domain.audit.services import SYSTEM, change, create, record, remove
from forumapp.domain.people.models import Person
from tests.forgotten import FOLLOWS, NOT_BY_PEOPLE, PART_OF, Watch, unlogged

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from tests.domain.conftest import Forum

BY: dict[str, Any] = {"actor": SYSTEM}
FORGETFUL = {
    "insert": ("db.add(Person(latin_family='Wang')); db.flush()", "INSERT person"),
    "update": ("one.latin_family = 'Wang'; db.flush()", "UPDATE person"),
    "delete": ("db.delete(one); db.flush()", "DELETE person"),
    "insert many": ("db.execute(insert(Person).values(latin_family='Wang'))", "INSERT person"),
    "update many": ("db.connection().execute(update(Person).values(latin_family='Wang'))", "UPDATE person"),
    "delete many": ("db.execute(delete(Person).where(Person.id == one.id))", "DELETE person"),
    "in words": ("db.execute(text('UPDATE person SET is_sample = (1 = 1)'))", "UPDATE person"),
    "another record's event": (
        "one.call_name = 'Li'; db.flush(); record(db, 'changed', 'person', one.id + 1, **by)",
        "UPDATE person",
    ),
    "the event came before": (
        "record(db, 'changed', 'person', one.id, **by); one.call_name = 'Li'; db.flush()",
        "UPDATE person",
    ),
}
MINDFUL = {
    "insert": "create(db, Person(latin_family='Wang'), **by)",
    "update": "change(db, one, {'latin_family': 'Wang'}, version=1, **by)",
    "delete": "remove(db, one, **by)",
    "update many": "db.execute(update(Person).values(call_name='Li')); record(db, 'changed', 'person', one.id, **by)",
    "what only follows": "one.search_text = 'wang'; db.flush()",
    "what was taken back": "n = db.begin_nested(); one.call_name = 'Li'; db.flush(); n.rollback()",
}
NAMES = (Person, change, create, delete, insert, record, remove, text, update)


def run(db: DbSession, forum: Forum, source: str) -> list[str]:
    """`source` as if it stood in a service: what a test writes itself is not watched."""
    one = Person(latin_family="Liu")
    db.add(one)
    db.flush()
    by = {**BY, "now": forum.by_owner["now"]}
    names: dict[str, Any] = {kind.__name__: kind for kind in NAMES} | {"db": db, "one": one, "by": by}
    exec(compile(source, str(ROOT / "forumapp/domain/service.py"), "exec"), names)
    found = unlogged(db.connection())
    db.connection().exec_driver_sql("DELETE FROM untold")
    return [what.split(" (")[0] for what in found]


@pytest.mark.parametrize(("source", "what"), FORGETFUL.values(), ids=FORGETFUL)
def test_a_service_that_forgets_the_log_is_caught(session: DbSession, forum: Forum, source: str, what: str) -> None:
    assert what in run(session, forum, source)


@pytest.mark.parametrize("source", MINDFUL.values(), ids=MINDFUL)
def test_a_service_that_tells_it_is_not(session: DbSession, forum: Forum, source: str) -> None:
    assert run(session, forum, source) == []


def test_it_is_caught_as_it_is_committed(session: DbSession, forum: Forum, watch: Watch) -> None:
    source = "one.call_name = 'Li'; db.commit()"
    assert run(session, forum, source) == []
    assert [what.split(" (")[0] for what in watch.found] == ["UPDATE person"]
    watch.found.clear()


def test_what_is_left_out_exists() -> None:
    tables = Base.metadata.tables
    assert NOT_BY_PEOPLE.keys() | PART_OF.keys() <= tables.keys()
    left_out = [(table, name) for table, names in FOLLOWS.items() if table for name in names]
    assert [(table, name) for table, name in left_out if name not in tables[table].c] == []
