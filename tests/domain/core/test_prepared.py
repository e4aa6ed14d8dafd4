"""Statements that are handed straight to the driver say and read what SQLAlchemy's own do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from forumapp.core.database.compiled_statements import Prepared
from forumapp.domain.forums.models import Edition
from forumapp.domain.people.models import Person
from tests.domain.conftest import NOW

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from tests.domain.conftest import Forum

ADD = Prepared(insert(Person).returning(Person.id))
ADD_ALL = Prepared(insert(Person).inline())
HEARD = {"latin_family": "Liu", "native_full": "刘春", "form_of_address": {"en": "Dr."}, "phone": "+14155550123"}


def test_what_is_written_is_what_sqlalchemy_writes(session: DbSession) -> None:
    """With the values of columns for which none is given, also of those that follow from others."""
    prepared = ADD.value(session, HEARD)
    usual = session.connection().execute(insert(Person).returning(Person.id), HEARD).scalar_one()
    rows = [session.get_one(Person, one) for one in (prepared, usual)]
    kept = [column.key for column in Person.__table__.columns if column.key not in ("id", "created_at", "updated_at")]
    assert [getattr(rows[0], name) for name in kept] == [getattr(rows[1], name) for name in kept]
    assert rows[0].phone_tail
    assert rows[0].created_at.tzinfo is not None


def test_several_rows_are_written_at_once(session: DbSession) -> None:
    ADD_ALL.many(session, [{"latin_family": family, "created_at": NOW} for family in ("An", "Bo")])
    wanted = select(Person.latin_family).where(Person.created_at == NOW).order_by(Person.id)
    assert session.scalars(wanted).all() == ["An", "Bo"]


def test_what_is_read_is_what_sqlalchemy_reads(session: DbSession, forum: Forum) -> None:
    query = select(
        Edition.id, Edition.name, Edition.starts_on, Edition.status, Edition.languages, Edition.created_at
    ).where(Edition.slug == bindparam("slug"))
    found = Prepared(query).rows(session, {"slug": forum.edition.slug})
    assert found == [tuple(session.connection().execute(query, {"slug": forum.edition.slug}).one())]
    assert Prepared(query).rows(session, {"slug": "another"}) == []
    assert Prepared(query).value(session, {"slug": "another"}) is None


def test_what_the_database_refuses_is_refused_alike_and_names_no_values(session: DbSession) -> None:
    with pytest.raises(IntegrityError) as refused:
        ADD.value(session, {**HEARD, "id": ADD.value(session, HEARD)})
    assert "刘春" not in str(refused.value).partition("DETAIL")[0]


def test_what_differs_each_time_cannot_be_prepared(session: DbSession) -> None:
    several = Prepared(select(Person.id).where(Person.id.in_(bindparam("ids", expanding=True))))
    dated = Prepared(update(Person).where(Person.id == bindparam("row")).values(latin_family="Bo"))
    for statement, values in ((several, {"ids": [1]}), (dated, {"row": 1})):
        with pytest.raises(TypeError):
            statement.rows(session, values)
