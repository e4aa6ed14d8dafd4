"""Taking the rooming list out as a table, with the version that its contents bear."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from forumapp.core.errors import NotFound
from forumapp.domain.accounts.access import require_row
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import record
from forumapp.domain.printing.delegation_papers.rooming import HEADINGS, list_rooms, table_of
from forumapp.domain.printing.delegation_papers.versions import paper_states
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.list_papers.queries import Asked
from forumapp.domain.printing.models import Paper
from forumapp.domain.printing.queries import ranked_head
from forumapp.domain.printing.rules import Options

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.delegations.models.delegations import Delegation
    from forumapp.domain.forums.models import Edition


def take_rooming_list(
    db: DbSession, edition: Edition, delegation: Delegation, *, actor: Actor, now: datetime
) -> tuple[list[str], list[list[str]]]:
    """Headings and rows. What it says now is a version only while the last print says the same. Raises NothingToPrint;
    who took it out is told to the log.
    """
    within = services.require_paper(db, edition.id, Paper.ROOMING_LIST, actor=actor)
    if within is not None and delegation.id not in within:
        raise NotFound(entity="delegation")
    require_row(db, edition.id, Permission.EXPORT, "delegation", delegation.id, actor=actor)
    [state] = paper_states(db, edition, delegation, [Paper.ROOMING_LIST])
    last, at = state.last, now.astimezone(ZoneInfo(edition.zone))
    number = last.paper_version if last is not None and state.state == "current" else None
    stamp = f"Version {number}" if number else f"after version {last.paper_version}" if last else "not printed yet"
    options = Options(delegation=delegation.code)
    found = list_rooms(db, Asked(edition, delegation, ranked_head(db, edition, options), options))
    rows = table_of(found, f"{stamp} · {at:%Y-%m-%d %H:%M}")
    taken = {"count": (None, len(rows))}
    record(db, "took-rooms", "delegation", delegation.id, actor=actor, now=now, edition_id=edition.id, changes=taken)
    return list(HEADINGS), rows
