"""Taking out to whom name checks went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from forumapp.domain.audit.erasing import list_removed, scrub_removals
from forumapp.domain.mail.erasing import erase_messages
from forumapp.domain.proofs.letters import ABOUT
from forumapp.domain.proofs.models import NameProof, ProofCorrection

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession


def erase_recipients(db: DbSession, edition_id: int, *, now: datetime, dry_run: bool = False) -> dict[str, int]:
    """Take the mail addresses of offices out of the edition's proofs, of what was removed, and of the outbox; how many
    of what, by table. The log never held them. What was approved, and by whom, stays.
    """

    def scrub(table: str, values: dict[str, Any]) -> dict[str, Any]:
        return {**values, "email": None} if table == ABOUT and values["edition_id"] == edition_id else values

    which = NameProof.edition_id == edition_id
    ids = set(db.scalars(select(NameProof.id).where(which)))
    ids |= {values["id"] for values in list_removed(db, edition_id, ABOUT)}
    reached = which, NameProof.email.is_not(None)
    if dry_run:
        count = db.execute(select(func.count()).select_from(NameProof).where(*reached)).scalar_one()
    else:
        gone = update(NameProof).where(*reached).values(email=None, version=NameProof.version + 1, updated_at=now)
        count = int(db.connection().execute(gone).rowcount)
    return {
        ABOUT: count,
        "message": erase_messages(db, ABOUT, ids, now=now, dry_run=dry_run),
        "removal": scrub_removals(db, edition_id, scrub, dry_run=dry_run),
    }


def erase_sent_photos(db: DbSession, edition_id: int, *, now: datetime, dry_run: bool = False) -> dict[str, int]:
    """Let go of the photos that speakers sent; how many. The photo that was taken over is the person's own."""
    sent = ProofCorrection.edition_id == edition_id, ProofCorrection.photo_id.is_not(None)
    if dry_run:
        count = db.execute(select(func.count()).select_from(ProofCorrection).where(*sent)).scalar_one()
    else:
        raised = ProofCorrection.version + 1
        gone = update(ProofCorrection).where(*sent).values(photo_id=None, version=raised, updated_at=now)
        count = int(db.connection().execute(gone).rowcount)
    return {"proof_correction": count}
