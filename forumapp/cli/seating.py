"""`forumapp print seating ...`: plans of seats, which are drawn at once and not by a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.delegations.seating import services
from forumapp.domain.printing.cards import seating_plans
from forumapp.domain.printing.jobs.plan_log import DrawnPlans, keep_plans
from forumapp.domain.printing.queries import NothingToPrint, edition_head

if TYPE_CHECKING:
    from pathlib import Path

    from forumapp.core.files.storage import Storage
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.models import Reprint
    from forumapp.domain.printing.paper.layout import Finding
    from forumapp.domain.printing.rules import Options

ALL = 200


def read_plans(edition: Edition, code: str | None) -> list[seating_plans.Plan]:
    """One plan, or all of the edition. Raises NotFound and NothingToPrint."""
    db = reading()
    every = [] if code else services.plans_page(db, edition.id, size=ALL).items
    rows = [services.get_plan(db, edition.id, code)] if code else every
    if not rows:
        raise NothingToPrint(edition=edition.slug)
    return [seating_plans.read_plan(db, row, edition.zone) for row in rows]


def check_plans(edition: Edition, plans: list[seating_plans.Plan], options: Options) -> list[Finding]:
    return seating_plans.check(plans, edition_head(reading(), edition, options).languages)


def draw_plans(
    edition: Edition, plans: list[seating_plans.Plan], options: Options, found: list[Finding], folder: Path
) -> DrawnPlans:
    pdf = seating_plans.render(plans, edition_head(reading(), edition, options), at=clock.now(), folder=folder)
    return DrawnPlans(pdf, plans, options, found)


def keep_drawn(edition: Edition, drawn: DrawnPlans, storage: Storage, *, reason: Reprint | None, device: str) -> int:
    """How many pages stand in the log of prints now."""
    by: dict[str, Any] = {"storage": storage, "actor": Actor(None, Via.COMMAND), "now": clock.now()}
    with transaction() as db:
        return keep_plans(db, edition, drawn, reason=reason, device=device, **by).pages or 0
