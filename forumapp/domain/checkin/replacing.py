"""Codes that were good when a device alone let somebody in, and whose place was another person's when that was told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.domain.checkin.models import Scan
from forumapp.domain.checkin.rules import Result
from forumapp.domain.registration.models import Registration, TicketCode

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession


@dataclass(frozen=True, slots=True)
class LetInBeforeReplaced:
    """Two may be inside in one place: whoever was scanned, and who replaced them."""

    scan: Scan
    replaced_by_id: int | None


def list_let_in_before_replaced(db: DbSession, edition_id: int) -> list[LetInBeforeReplaced]:
    """For somebody to look at, in the order in which they came in. Who came after their code had ended, and was let in
    by a device that did not know it yet, is found by what it told them: that is otherwise than it was judged.
    """
    query = (
        select(Scan, Registration.replaced_by_id)
        .join(Registration, Registration.id == Scan.registration_id)
        .join(TicketCode, TicketCode.registration_id == Registration.id)
        .where(Scan.edition_id == edition_id, Scan.result == Result.PASSED, Scan.told.is_not(None))
        .where(Scan.is_rehearsal.is_(False))
        .where(Registration.replaced_by_id.is_not(None))
        .where(Scan.counts_at < TicketCode.revoked_at, TicketCode.revoked_at <= Scan.received_at)
        .order_by(Scan.counts_at, Scan.id)
    )
    return [LetInBeforeReplaced(row[0], row[1]) for row in db.execute(query)]
