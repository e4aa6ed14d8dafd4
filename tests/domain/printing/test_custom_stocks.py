"""An edition's own stocks and printers: measured, refused by measure, and kept by prints as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from forumapp.core.errors import AlreadyExists, Invalid
from forumapp.domain.printing import custom_stocks
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.paper.sheet_layout import fronts
from forumapp.domain.printing.paper.stocks import Sheet
from forumapp.domain.printing.rules import options_from, placing_for, stock_for

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.printing.models import PrintJob
    from tests.domain.conftest import Forum

pytestmark = pytest.mark.one_database
CARDS: dict[str, Any] = {"page_width": 210, "page_height": 297, "width": 90, "height": 55, "columns": 2, "rows": 5}
NAMED: dict[str, Any] = {"name": {"en": "Cards", "zh-Hans": "卡片"}, **CARDS}


def test_what_is_not_said_is_in_the_middle_and_touches() -> None:
    assert custom_stocks.geometry(custom_stocks.measured(CARDS), "x").sheet == Sheet(210, 297, 2, 5, 15, 11, 90, 55)
    whole = {**CARDS, "width": 210, "height": 297, "columns": 1, "rows": 1}
    assert custom_stocks.geometry(custom_stocks.measured(whole), "x").sheet is None


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"page_width": None}, {"page_width": "required"}),
        ({"width": 5, "columns": 0}, {"width": "too-small:15", "columns": "too-small:1"}),
        ({"columns": 3}, {"pitch_x": "beyond-the-page"}),
        ({"left": 40}, {"pitch_x": "beyond-the-page"}),
        ({"left": 130}, {"width": "beyond-the-page"}),
        ({"pitch_x": 80, "pitch_y": 50}, {"pitch_x": "over-the-next", "pitch_y": "over-the-next"}),
        ({"radius": 30}, {"radius": "too-large"}),
    ],
)
def test_labels_that_cannot_lie_so_are_told_at_the_measure(changes: dict[str, Any], faults: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        custom_stocks.measured({**CARDS, **changes})
    assert refused.value.fields == faults


def test_a_print_keeps_the_geometry_and_the_offset_that_it_was_asked_with(session: DbSession, forum: Forum) -> None:
    of, by = forum.edition.id, forum.by_owner
    stock = custom_stocks.create_stock(session, of, NAMED, **by)
    printer = custom_stocks.create_printer(session, of, {"name": {"en": "Desk 2"}, "offset_x": 1.5}, **by)
    with pytest.raises(AlreadyExists):
        custom_stocks.create_stock(session, of, {**NAMED, "code": "herma-9012"}, **by)

    def asked(**more: Any) -> PrintJob:
        said = {"stock": stock.code, "printer": printer.code, "first_label": 10, **more}
        return services.ask_print(session, of, "badges", said, **by)

    job, typed = asked(), asked(offset_x=-1.0)
    custom_stocks.update_stock(session, of, stock.id, {"top": 5}, version=1, **by)
    custom_stocks.update_printer(session, of, printer.id, {"offset_x": 3}, version=1, **by)
    later = asked()
    custom_stocks.remove_stock(session, of, stock.id, version=2, **by)

    kept = [options_from(one.options) for one in (job, typed, later)]
    assert [fronts(stock_for(one, "A4"))[0].top for one in kept] == [11, 11, 5]
    assert [placing_for(one).offset_x for one in kept] == [1.5, -1, 3]
    assert job.device == "Desk 2"
    with pytest.raises(Invalid) as refused:
        asked()
    assert refused.value.fields["stock"] == "unknown"
