"""Places of a block and of an option, wanted by many at once from real processes on real databases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.registration.models import ChoicePlaces, PlaceBlock, Registration, RegistrationType
from forumapp.domain.registration.types.allotments import create_block
from tests.domain.registering import HOUSE, NOW
from tests.journeys import crowd
from tests.journeys.at_once.test_capacity import let_in, open_forum, shares

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

pytestmark = pytest.mark.slow


def open_both(app: Flask, folder: Path, *, quota: int, block: int, port: int) -> crowd.Forum:
    options = [{"code": code, "label": {"en": code}, "places": many} for code, many in (("port", port), ("lab", None))]
    tour = {"code": "tour", "kind": "choice", "label": {"en": "Tour"}, "required": False, "options": options}
    forum = open_forum(app, quota, folder, questions=[tour])
    with app.app_context():
        with transaction() as session:
            type_id = session.scalars(select(RegistrationType.id)).one()
            values: dict[str, Any] = {"type_id": type_id, "name": {"en": "Bay Bank"}, "quota": block}
            create_block(session, forum.edition_id, values, actor=HOUSE, now=NOW)
        db.session.remove()
    return forum


def test_blocks_and_options_are_exact_under_a_crowd(own_app: Flask, tmp_path: Path) -> None:
    forum = open_both(own_app, tmp_path, quota=30, block=12, port=9)

    told = let_in([shares(mine, 8) for mine in shares(list(range(48)), 2)], crowd.take_apart, forum)

    assert told == {"in block": 12, "no place in block": 12, "port": 9, "lab": 15}
    with own_app.app_context():
        kind, block, port = (
            db.session.scalars(select(one)).one() for one in (RegistrationType, PlaceBlock, ChoicePlaces)
        )
        assert (kind.taken, kind.waiting, block.taken, port.taken) == (30, 6, 12, 9)
        of_block = select(func.count()).where(Registration.block_id == block.id)
        assert db.session.scalar(of_block) == 12


def test_without_the_guards_there_would_be_too_many(own_app: Flask, tmp_path: Path) -> None:
    forum = open_both(own_app, tmp_path, quota=30, block=1, port=1)

    told = let_in([[[0], [1], [2]], [[3], [4], [5]]], crowd.take_apart_unguarded, forum)

    assert told == {"in block": 3, "port": 3}  # for one place each
