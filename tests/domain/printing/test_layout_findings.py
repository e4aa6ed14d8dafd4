"""What is found by drawing has limits, and all papers are looked through."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from forumapp.core.serving.render_pool import Limits, Workshop
from forumapp.domain.delegations.coaches import vehicles
from forumapp.domain.printing import custom_stocks
from forumapp.domain.printing.checks.edition_checks import edition_findings
from forumapp.domain.printing.designs.queries import looks_of
from forumapp.domain.printing.fallback_pack.queries import pack_values
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.models import Paper
from forumapp.domain.printing.paper.documents import BadgeValues
from forumapp.domain.printing.previews import layout_findings
from forumapp.domain.printing.queries import edition_head
from forumapp.domain.printing.rules import Options, stock_for
from forumapp.domain.registration.capacity.statements import add_code
from tests.domain.conftest import BY, NOW
from tests.domain.delegations.test_coaches import Coaches
from tests.domain.delegations.test_delegations import make_registration
from tests.domain.printing.test_custom_stocks import NAMED

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.printing.paper.layout import Finding
    from tests.domain.conftest import Forum


def a_badge(number: int) -> BadgeValues:
    name = f"Wolfeschlegelsteinhausenbergerdorff {number} Featherstonehaugh-Cholmondeley {number}"
    texts = {"en": f"Deputy director {number} for whatever else there may be to see to, and its record"}
    kind = {"en": "Delegate", "zh-Hans": "代表"}
    return BadgeValues(number, name, "", "en", texts, texts, "delegate", kind, "#1f4e79", "", f"C{number}")


@pytest.mark.one_database
@pytest.mark.timeout(180)
def test_what_takes_too_long_to_draw_is_told_and_stops_the_print(
    session: DbSession, forum: Forum, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout_findings, "AT_ONCE", 40_000)  # as many as no processor looks through in a second
    edition = forum.edition
    head, looks = edition_head(session, edition, Options()), looks_of(session, edition.id)

    def found(count: int, workshop: Workshop) -> list[tuple[str, bool]]:
        badges = [a_badge(number) for number in range(count)]
        stock = stock_for(Options(), head.page_size)
        of = {"head": head, "stock": stock, "looks": looks, "workshop": workshop, "folder": tmp_path}
        made = layout_findings.of_badges(session, edition, badges, **of)
        return sorted({(one.code, one.blocking) for one in made})

    workshop = Workshop(Limits(1, 1024), loads=("forumapp.domain.printing.previews.pages",))
    try:
        assert found(40_000, workshop) == [("drawing-too-long", True)]
        # The next ones find another process, which tells what it would have told here.
        few = found(3, workshop)
        assert few == found(3, layout_findings.HERE)
        assert ("drawing-too-long", True) not in few
    finally:
        workshop.close()


@pytest.mark.one_database
def test_badges_are_looked_at_some_at_a_time_and_the_same_is_told_of_all(
    session: DbSession, forum: Forum, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    badges = [replace(a_badge(number), latin_name="", type_name={"en": "Delegate \ue000"}) for number in range(5)]
    head, looks = edition_head(session, forum.edition, Options()), looks_of(session, forum.edition.id)
    of: dict[str, Any] = {"head": head, "stock": stock_for(Options(), head.page_size), "looks": looks}

    def found(at_once: int) -> tuple[list[Finding], list[int]]:
        monkeypatch.setattr(layout_findings, "AT_ONCE", at_once)
        workshop = Noting()
        made = layout_findings.of_badges(session, forum.edition, badges, workshop=workshop, folder=tmp_path, **of)
        return made, workshop.badges

    whole, few = found(4000), found(2)
    assert (whole[1], few[1]) == ([5], [2, 2, 1])
    assert few[0] == whole[0]
    codes = [one.code for one in whole[0]]
    assert (codes.count("missing-glyph"), codes.count("missing-latin-name")) == (1, 5)


@pytest.mark.one_database
def test_papers_of_delegations_are_looked_through_with_all_others(
    session: DbSession, forum: Forum, tmp_path: Path
) -> None:
    coaches = Coaches(session, forum)
    told = {"code": "odd", "kind": "coach", "name": {"en": "Bus \ue000"}, "seats": 2}
    bus = vehicles.create_vehicle(session, forum.edition.id, told, **BY)
    coaches.seat(coaches.run(bus), next(iter(coaches.people)))

    def codes(*, all_papers: bool) -> set[str]:
        how = {"all_papers": all_papers, "workshop": layout_findings.HERE, "now": NOW}
        found = edition_findings(session, forum.edition, tmp_path, **how)
        assert len({(one.code, one.subject, str(one.details), one.parties) for one in found}) == len(found)
        return {one.code for one in found}

    assert "missing-glyph" not in codes(all_papers=False)
    assert "missing-glyph" in codes(all_papers=True)


class Noting(Workshop):
    """Notes on which stocks badges are looked at, how many at once, and what books are sent."""

    def __init__(self) -> None:
        super().__init__(None)
        self.stocks: list[str] = []
        self.badges: list[int] = []
        self.books: list[Any] = []

    def run(self, work: Any, *arguments: Any) -> Any:
        if work.name == "badge_findings":
            self.stocks.append(work.arguments[1].name)
            self.badges.append(len(work.arguments[0]))
        if work.name == "book_findings":
            self.books += work.arguments[0]
        return super().run(work, *arguments)


@pytest.mark.one_database
def test_badges_are_looked_at_on_the_stocks_printed_on_that_there_still_are(
    session: DbSession, forum: Forum, tmp_path: Path
) -> None:
    of, by = forum.edition.id, forum.by_owner
    add_code(session, of, make_registration(session, forum, "Ng").id)
    stock = custom_stocks.create_stock(session, of, NAMED, **by)
    for code in (stock.code, "herma-9012"):
        services.ask_print(session, of, Paper.BADGES, {"stock": code}, **by)

    def looked_at() -> list[str]:
        workshop = Noting()
        edition_findings(session, forum.edition, tmp_path, workshop=workshop, now=NOW)
        return workshop.stocks

    assert looked_at() == ["a6", "cards", "herma-9012"]
    custom_stocks.remove_stock(session, of, stock.id, version=1, **by)
    assert looked_at() == ["a6", "herma-9012"]


@pytest.mark.one_database
def test_a_fallback_pack_is_sent_to_be_looked_through_without_its_pictures(session: DbSession, forum: Forum) -> None:
    add_code(session, forum.edition.id, make_registration(session, forum, "Ng").id)
    pack = pack_values(session, forum.edition, Options(), now=NOW)
    workshop = Noting()
    layout_findings.of_books([replace(pack, blanks=replace(pack.blanks, pictures={1: b"logo"}))], workshop=workshop)
    assert workshop.books == [replace(pack, blanks=replace(pack.blanks, pictures={}))]
