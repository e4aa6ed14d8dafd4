"""Two plans of seats, filled from the approved order: the stage of the opening and the head table of a dinner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.delegations.rules.places_of_honor import Convention, Shape
from forumapp.domain.delegations.seating import services as seating

if TYPE_CHECKING:
    from forumapp.cli.demo.load import Loaded


def add_seating(into: Loaded, list_id: int) -> None:
    stage = {
        "code": "opening-stage",
        "name": {"en": "Stage of the opening (sample)", "zh-Hans": "开幕式主席台（示例）"},
        "shape": Shape.STAGE,
        "session_id": into.sessions["opening"],
    }
    dinner = {
        "code": "dinner-head-table",
        "name": {"en": "Head table of the welcome dinner (sample)", "zh-Hans": "欢迎晚宴主桌（示例）"},
        "shape": Shape.TABLES,
        "item_id": into.items["forum-dinner"],
    }
    for values, sizes in ((stage, [7, 9]), (dinner, [12])):
        told = {**values, "convention": Convention.FOREIGN_AFFAIRS, "list_id": list_id}
        row = seating.create_plan(into.db, into.edition.id, told, sizes, **into.by)
        seating.fill_plan(into.db, row, version=row.version, **into.by)
