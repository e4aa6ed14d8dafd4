"""Papers and pages as a liaison gets them, with what other delegations have beside it."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Access, Permission, Role
from forumapp.domain.delegations.models.delegations import Delegation
from forumapp.domain.forums.models import Edition
from forumapp.domain.printing import queries
from forumapp.domain.printing.badges.printer import BadgePrinter
from forumapp.domain.printing.books import itineraries
from forumapp.domain.printing.delegation_papers.registry import PAPERS
from forumapp.domain.printing.delegation_papers.versions import made_now
from forumapp.domain.printing.models import Paper
from forumapp.domain.printing.production import finished_papers
from forumapp.domain.printing.rules import Options, stock_for
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.rules import RegistrationStatus
from tests.web.organizer.house import NOW

if TYPE_CHECKING:
    from pathlib import Path

    from tests.access.world import World

# `test_walk` and `test_leaks` ask every address on both databases, and tests/domain every service.
pytestmark = pytest.mark.one_database

LIAISON = str(Role.DELEGATION_LIAISON)


def in_print(pdf: bytes) -> str:
    return subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("paper", ["badges", "itineraries", "program"])
def test_a_paper_of_one_delegation_tells_nothing_of_another(world: World, paper: str, tmp_path: Path) -> None:
    edition = db.session.get_one(Edition, world.house.edition_id)
    mine, options = world.jiangsu, Options(delegation=world.jiangsu.code)
    within = Access(edition.id, frozenset({Role.DELEGATION_LIAISON}), frozenset({mine.delegation_id})).within(
        Permission.PRINT
    )
    if paper == "badges":
        badges = queries.badge_values(db.session(), edition.id, options, within=within)
        head = queries.edition_head(db.session(), edition, options)
        pdf = BadgePrinter(head, stock_for(options, head.page_size), badges, tmp_path).pages(badges)
    elif paper == "itineraries":
        values = itineraries.itinerary_values(db.session(), edition, mine.code, options, within=within, now=NOW)
        pdf = finished_papers.make_book(values, tmp_path)
    else:
        pdf = finished_papers.make_book(queries.program_values(db.session(), edition, Options(), now=NOW), tmp_path)
    text = in_print(pdf).replace("\n", " ")

    assert [word for word in world.hubei.secrets if word.lower() in text.lower()] == []
    assert (mine.words.family.lower() in text.lower()) is (paper != "program")


def test_no_working_paper_of_one_delegation_tells_of_another(world: World) -> None:
    """By all that it prints, and by whom it would name."""
    edition, told = db.session.get_one(Edition, world.house.edition_id), {}
    row = db.session.get_one(Delegation, world.jiangsu.delegation_id)
    for paper in PAPERS:
        made = made_now(db.session(), edition, row, paper)
        if made is not None:
            told[paper] = json.dumps([made.facts, list(made.whom)], ensure_ascii=False).lower()
    assert {paper: [word for word in world.hubei.secrets if word.lower() in said] for paper, said in told.items()} == {
        paper: [] for paper in told
    }
    assert world.jiangsu.words.family.lower() in told[Paper.DIET_SHEET]


def test_who_cancels_their_own_member_is_led_to_the_list(world: World) -> None:
    mine = world.jiangsu
    path = f"/organizer/forum/registrations/{mine.registration_id}"
    with transaction() as session:
        version = session.get_one(Registration, mine.registration_id).version

    answer = world.ask(LIAISON, "POST", f"{path}/cancel", {"version": str(version)})

    status = db.session.scalar(select(Registration.status).where(Registration.id == mine.registration_id))
    db.session.commit()
    assert (answer.status_code, status) == (302, RegistrationStatus.CANCELLED)
    assert world.ask(LIAISON, "GET", answer.location).status_code == 200


def test_who_changes_the_address_sees_nothing_of_another(world: World) -> None:
    for path in (f"delegations/{world.hubei.code}", f"registrations?type={world.hubei.code}", "registrations?page=9"):
        assert world.hubei.words.family not in world.ask(LIAISON, "GET", f"/organizer/forum/{path}").text
