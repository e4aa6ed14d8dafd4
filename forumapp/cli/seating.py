"""`forumapp print seating ...`: plans of seats, which are drawn at once and not by a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core import clock
from forumapp.core.transactions import reading, transaction
from forumapp.domain.delegations import seating_services as services
from forumapp.domain.delegations.seating_prints import note_printed
from forumapp.domain.printing import seating
from forumapp.domain.printing.queries import NothingToPrint, edition_head

if TYPE_CHECKING:
    from pathlib import Path

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.layout import Finding
    from forumapp.domain.printing.rules import Options

ALL = 200


def read_plans(edition: Edition, code: str | None) -> list[seating.Plan]:
    """One plan, or all of the edition. Raises NotFound and NothingToPrint."""
    db = reading()
    every = [] if code else services.plans_page(db, edition.id, size=ALL).items
    rows = [services.get_plan(db, edition.id, code)] if code else every
    if not rows:
        raise NothingToPrint(edition=edition.slug)
    return [seating.read_plan(db, row, edition.zone) for row in rows]


def check_plans(edition: Edition, plans: list[seating.Plan], options: Options) -> list[Finding]:
    return seating.check(plans, edition_head(reading(), edition, options).languages)


def draw_plans(edition: Edition, plans: list[seating.Plan], options: Options, folder: Path) -> bytes:
    now = clock.now()
    pdf = seating.render(plans, edition_head(reading(), edition, options), at=now, folder=folder)
    with transaction() as db:
        for plan in plans:
            note_printed(db, services.get_plan(db, edition.id, plan.code), now=now)
    return pdf
