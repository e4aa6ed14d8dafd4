"""The browsers in which an account is signed in: kept on the server, so that each can be ended from any other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, select, update

from forumapp.core.errors import NotFound
from forumapp.core.tokens import hashed, new_secret
from forumapp.domain.accounts.models import Account, SignIn
from forumapp.domain.audit.services import record

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor

UNSEEN = timedelta(days=7)
IN_ALL = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is signed in, as pages need it."""

    account_id: int
    email: str
    name: str
    language: str
    has_two_factor: bool
    sign_in_id: int
    seen_at: datetime = field(compare=False)


@dataclass(frozen=True, slots=True)
class SignInLine:
    id: int
    device: str
    created_at: datetime
    seen_at: datetime


def start(db: DbSession, account_id: int, *, device: str, actor: Actor, now: datetime) -> str:
    """Sign the account in, in one more browser. The secret is for its cookie alone; only its hash is kept."""
    secret = new_secret("si")
    row = SignIn(account_id=account_id, secret_hash=hashed(secret), device=device, seen_at=now, ends_at=now + IN_ALL)
    row.created_at = row.updated_at = now
    db.add(row)
    db.flush()
    record(db, "signed-in", "account", account_id, actor=actor, now=now, changes={"device": (None, device)})
    return secret


def find_identity(db: DbSession, secret: str, *, now: datetime) -> Identity | None:
    """Whose browser this is: None when the sign-in has ended or its account is no longer active. One query."""
    row = db.execute(_by_secret(), {"secret_hash": hashed(secret), "now": now, "seen": now - UNSEEN}).one_or_none()
    return Identity(*row) if row else None


@cache  # asked for by every page, and making the statement costs more than running it
def _by_secret() -> Select[int, str, str, str, bool, int, datetime]:
    return (
        select(
            Account.id,
            Account.email,
            Account.name,
            Account.language,
            Account.totp_since.is_not(None),
            SignIn.id,
            SignIn.seen_at,
        )
        .join(Account, Account.id == SignIn.account_id)
        .where(
            SignIn.secret_hash == bindparam("secret_hash"),
            Account.active,
            *_live_at(bindparam("now"), bindparam("seen")),
        )
    )


def note_seen(db: DbSession, sign_in_id: int, *, now: datetime) -> None:
    db.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=now))


def list_sign_ins(db: DbSession, account_id: int, *, now: datetime) -> list[SignInLine]:
    """Those that still count, the last seen first."""
    query = select(SignIn.id, SignIn.device, SignIn.created_at, SignIn.seen_at)
    live = query.where(SignIn.account_id == account_id, *_live(now)).order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    return [SignInLine(*row) for row in db.execute(live)]


def end(db: DbSession, account_id: int, sign_in_id: int, *, actor: Actor, now: datetime) -> None:
    """End one of the account's own sign-ins. Raises NotFound when there is none, or no more."""
    if not _end(db, account_id, SignIn.id == sign_in_id, actor=actor, now=now):
        raise NotFound(entity="sign_in")


def end_all(db: DbSession, account_id: int, *, but: int | None = None, actor: Actor, now: datetime) -> int:
    """End all of the account's sign-ins, but for the one named; how many there were."""
    others: list[Any] = [] if but is None else [SignIn.id != but]
    return _end(db, account_id, *others, actor=actor, now=now)


def forget_ended(db: DbSession, *, now: datetime) -> None:
    """What has lived its time needs no row; the log tells of it."""
    db.execute(delete(SignIn).where(SignIn.ends_at <= now))


def _end(db: DbSession, account_id: int, *which: ColumnElement[bool], actor: Actor, now: datetime) -> int:
    ended = (
        update(SignIn)
        .where(SignIn.account_id == account_id, *_live(now), *which)
        .values(revoked_at=now)
        .returning(SignIn.device)
        .execution_options(synchronize_session=False)
    )
    devices = list(db.scalars(ended))
    for device in devices:
        record(db, "signed-out", "account", account_id, actor=actor, now=now, changes={"device": (device, None)})
    return len(devices)


def _live(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return _live_at(now, now - UNSEEN)


def _live_at(now: Any, seen: Any) -> tuple[ColumnElement[bool], ...]:
    return SignIn.revoked_at.is_(None), SignIn.ends_at > now, SignIn.seen_at > seen
