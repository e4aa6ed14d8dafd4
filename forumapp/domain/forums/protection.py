"""What an edition asks of everyone who works on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.errors import NotFound, Refusal
from forumapp.domain.accounts.access import forget_access, require
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import change
from forumapp.domain.forums.models import Edition

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor


class OwnTwoFactorFirst(Refusal):
    """Whoever asks two-factor of everyone without having it would be the first to be kept out."""

    code = "own-two-factor-first"


def require_two_factor_of_all(
    db: DbSession, edition_id: int, required: bool, *, version: int, actor: Actor, now: datetime
) -> None:
    """Let in only those who sign in with two factors, or everyone again; `version` is the edition's."""
    require(db, edition_id, Permission.MANAGE_ACCESS, actor=actor)
    row = db.get(Edition, edition_id)
    if row is None:
        raise NotFound(entity="edition")
    change(db, row, {"requires_two_factor": required}, version=version, actor=actor, now=now)
    account = db.get(Account, actor.account_id) if actor.account_id is not None else None
    if required and account is not None and account.totp_since is None:
        raise OwnTwoFactorFirst
    forget_access(db)
