"""The rooming list: who sleeps where on which nights, for the hotel on paper and as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.errors import NotFound
from forumapp.core.files.spreadsheets import write_csv, write_xlsx
from forumapp.domain.accounts.permissions import Access, Role
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.delegations.hotel.services import remove_room, update_room
from forumapp.domain.printing.delegation_papers.registry import PAPERS, read_paper
from forumapp.domain.printing.delegation_papers.versions import Made, paper_states, shown_of
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.jobs.rooming_export import take_rooming_list
from forumapp.domain.printing.jobs.services import Finished
from forumapp.domain.printing.models import Paper
from forumapp.domain.printing.queries import NothingToPrint
from forumapp.domain.printing.rules import Options
from tests.domain.conftest import BY
from tests.domain.delegations.test_delegations import make_delegation
from tests.domain.delegations.test_group_scope import liaison
from tests.domain.delegations.test_hotel_rooms import House, may

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.models.delegations import Delegation
    from tests.domain.conftest import Forum

pytestmark = pytest.mark.one_database
LIST = Paper.ROOMING_LIST


@pytest.fixture
def house(session: DbSession, forum: Forum) -> House:
    found = House(session, forum)
    found.house(found.twin, "Adams", "Chen")
    found.house(found.other, "Adams", start=may(24))
    wish = {"requests": {"en": "=Crib", "zh-Hans": "婴儿床"}, "number": "501"}
    update_room(session, found.of, found.twin.id, wish, version=1, **BY)
    session.expire_all()  # as another request reads them
    return found


def made(house: House, of: Delegation) -> Made:
    values = read_paper(house.db, house.forum.edition, of, LIST, Options(delegation=of.code))
    return Made(PAPERS[LIST].facts(values), PAPERS[LIST].whom(values))


def test_it_tells_of_each_room_who_sleeps_there_when_and_what_is_asked_for(house: House) -> None:
    told = made(house, house.whole)
    twin, other, single = (f"room:{one.id}" for one in (house.twin, house.other, house.single))
    assert list(told.facts) == [f"place:{house.hotel.id}", twin, other, single]
    room = told.facts[twin]
    assert (room["room"], room["requests"]) == (
        ["501", {"en": "Twin", "zh-Hans": "双床间"}],
        {"en": "=Crib", "zh-Hans": "婴儿床"},
    )
    assert room["sharers"][1]["en"] == "20–24 May 2023 (4 nights)"  # Adams; Chen is there all the time
    assert [len(room["sharers"]), told.facts[single]["sharers"]["en"]] == [3, "Held, nobody yet"]
    assert told.whom[house.people["Adams"]] == [f"place:{house.hotel.id}", twin, other]


def test_that_of_a_part_names_its_own_people_in_rooms_of_the_whole(house: House) -> None:
    told = made(house, house.hubei)
    assert (list(told.whom), len(told.facts)) == ([house.people["Chen"]], 2)
    assert "Adams" not in str(told.facts)
    assert f"room:{house.single.id}" in made(house, house.jiangsu).facts  # their own, though it is empty


def test_the_table_neutralizes_formulas_and_bears_the_version_of_what_stands(house: House) -> None:
    db, edition = house.db, house.forum.edition

    def table(**by: Any) -> list[list[str]]:
        headings, rows = take_rooming_list(db, edition, house.whole, **{**BY, **by})
        assert len(headings) == len(rows[0])
        return rows

    rows = table()
    assert [(one[1], one[4], one[10], one[12]) for one in rows] == [
        ("501", "Ann Adams", "4", "no"),
        ("501", "Ann Chen", "6", "no"),
        ("#2", "Ann Adams", "2", ""),
        ("#1", "", "6", ""),
    ]
    assert rows[0][-1].startswith("not printed yet · ")
    assert b"'=Crib" in write_csv([str(one) for one in range(15)], rows)
    assert write_xlsx([str(one) for one in range(15)], rows)[:2] == b"PK"

    file: Any = {"badges": [], "made_from": made(house, house.whole), **BY}
    options = Options(delegation=house.whole.code)
    services.keep_made(db, edition.id, LIST, options, Finished("x.pdf", "0", 1, "x"), **file)
    assert table()[0][-1].startswith("Version 1 · ")
    house.house(house.single, "Baker")
    assert paper_states(db, edition, house.whole, [LIST])[0].state == "stale"
    assert table()[0][-1].startswith("after version 1 · ")
    assert db.scalars(select(AuditEvent.action).where(AuditEvent.action == "took-rooms")).all() == ["took-rooms"] * 3


def test_an_empty_room_that_is_gone_has_its_hotel_printed_again(house: House) -> None:
    db, edition = house.db, house.forum.edition
    file: Any = {"badges": [], "made_from": made(house, house.whole), **BY}
    services.keep_made(
        db, edition.id, LIST, Options(delegation=house.whole.code), Finished("x.pdf", "0", 1, "x"), **file
    )
    remove_room(db, house.of, house.single.id, version=house.single.version, **BY)
    db.expire_all()
    options = Options(delegation=house.whole.code, changed=True)
    values = read_paper(db, edition, house.whole, LIST, options)
    [section] = shown_of(db, house.whole, LIST, options, values).sections
    assert (section.heads[0].key, len(section.rows)) == (f"place:{house.hotel.id}", 2)


def test_it_is_for_whoever_sees_itineraries_and_answers_of_that_delegation(house: House) -> None:
    mine = liaison(house, house.hubei)
    assert take_rooming_list(house.db, house.forum.edition, house.hubei, **mine)[1]
    with pytest.raises(NotFound):
        take_rooming_list(house.db, house.forum.edition, house.jiangsu, **mine)
    assert Paper.ROOMING_LIST not in services.papers_of(Access(1, frozenset({Role.PROGRAM_MANAGER})), 1)


def test_without_rooms_there_is_none(session: DbSession, forum: Forum) -> None:
    with pytest.raises(NothingToPrint):
        read_paper(session, forum.edition, make_delegation(session, forum, "alone"), LIST, Options())
