"""A published agenda is one that stood: nobody changes it while it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session as DbSession

from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.core.errors import Forbidden
from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.agenda.models import SessionKind
from forumapp.domain.agenda.sessions.services import create_session, publish, update_session
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import SYSTEM, Actor
from tests.seeds import NOW, seed

if TYPE_CHECKING:
    from flask import Flask

    from tests.domain.conftest import Forum

BY: dict[str, Any] = {"actor": SYSTEM, "now": NOW}


def test_a_change_of_the_agenda_waits_until_it_is_published(own_app: Flask, backend: str) -> None:
    if backend == "sqlite":
        pytest.skip("SQLite has a single writer")
    with transaction() as session:
        edition = seed(session, 0).edition
        span = Span(*(Moment(NOW.replace(tzinfo=None, hour=hour), edition.zone) for hour in (9, 10)))
        values = {"code": "opening", "title": {"en": "Opening", "zh-Hans": "开幕"}, "kind": SessionKind.OPENING}
        made = create_session(session, edition.id, values, span, **BY)
        edition_id, session_id = edition.id, made.id
    with transaction() as session, DbSession(db.engine) as other:
        publish(session, edition_id, label="", note={}, **BY)
        other.execute(text("SET LOCAL lock_timeout = '200ms'"))
        with pytest.raises(OperationalError, match="lock timeout"):
            update_session(other, edition_id, session_id, {"title": {"en": "Anew"}}, version=1, **BY)


def test_who_publishes_is_asked_for_just_that(session: DbSession, forum: Forum) -> None:
    viewer = create_account(session, email="v@forum.example", name="V", password=None, **BY)
    grant_role(session, viewer.id, forum.edition.id, Role.VIEWER, **BY)
    with pytest.raises(Forbidden) as refusal:
        publish(session, forum.edition.id, label="", note={}, actor=Actor(viewer.id, Via.PAGE), now=NOW)
    assert refusal.value.details == {"needs": "publish-agenda"}
