"""Plans of seats in the log of what was printed: they are drawn at once, by their page or a command."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from forumapp.core.errors import Invalid, Stale
from forumapp.domain.delegations.seating.printed_plans import note_printed
from forumapp.domain.delegations.seating.services import get_plan
from forumapp.domain.printing.cards import seating_plans
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.models import Paper, PrintJob
from forumapp.domain.printing.pdf import imposition
from forumapp.domain.printing.pdf.renderer import RENDERER

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.files.storage import Storage
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.models import Reprint
    from forumapp.domain.printing.paper.layout import Finding
    from forumapp.domain.printing.rules import Options


@dataclass(frozen=True, slots=True)
class DrawnPlans:
    """A file of plans as they were read, and what there was to be mended of them."""

    pdf: bytes
    plans: Sequence[seating_plans.Plan]
    options: Options
    findings: Sequence[Finding] = ()


def keep_plans(
    db: DbSession,
    edition: Edition,
    drawn: DrawnPlans,
    *,
    reason: Reprint | None,
    device: str,
    storage: Storage,
    actor: Actor,
    now: datetime,
) -> PrintJob:
    """Raises Stale where a plan is not as it was drawn any more, and Invalid where one was printed before and nobody
    says why it is printed again.
    """
    rows = [get_plan(db, edition.id, one.code) for one in drawn.plans]
    for row, plan in zip(rows, drawn.plans, strict=True):
        if seating_plans.read_plan(db, row, edition.zone) != plan:
            raise Stale(entity=row.__tablename__, row_id=row.id)
    if reason is None and any(row.printed_at for row in rows):
        raise Invalid(fields={"reason": "required"})
    sha256 = hashlib.sha256(drawn.pdf).hexdigest()
    made = services.Finished(f"print/{edition.id}/plans/{sha256}.pdf", sha256, imposition.pages_in(drawn.pdf), RENDERER)
    storage.put(made.file, drawn.pdf)
    of: dict[str, Any] = {"badges": (), "findings": [one.plain for one in drawn.findings]}
    by: dict[str, Any] = {"reason": reason, "device": device, "actor": actor, "now": now}
    job = services.keep_made(db, edition.id, Paper.SEATING_PLANS, drawn.options, made, **of, **by)
    for row in rows:
        note_printed(db, row, now=now)
    if len(rows) == 1:
        told = update(PrintJob).where(PrintJob.id == job.id).values(paper_version=rows[0].version)
        db.connection().execute(told.values(updated_at=PrintJob.updated_at))
        db.refresh(job)
    return job
