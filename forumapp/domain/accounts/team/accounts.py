"""Accounts, proving that one is theirs, and what their owners change about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from forumapp.core.errors import AlreadyExists, Invalid, LinkHasEnded, NotFound, Refusal, refuse_faults
from forumapp.core.values.text import email_key, line_fault
from forumapp.domain.accounts import emails
from forumapp.domain.accounts.access import forget_access
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.sign_in import sign_ins
from forumapp.domain.accounts.sign_in.hashing import fits, new_hash
from forumapp.domain.accounts.tokens.queries import count_live
from forumapp.domain.accounts.tokens.services import revoke_all_own
from forumapp.domain.audit.services import Actor, Via, change, record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession


class BadCredentials(Refusal):
    """Not signed in; says nothing about whether the account exists."""

    status, code = 401, "bad-credentials"


def create_account(
    db: DbSession, *, email: str, name: str, password: str | None, actor: Actor, now: datetime, language: str = "en"
) -> Account:
    refuse_faults({"name": line_fault(name)})
    key = email_key(email)
    password_hash = new_hash(password, key) if password is not None else None
    if db.scalar(select(Account.id).where(Account.email == key)):
        raise AlreadyExists(fields={"email": "taken"})
    account = Account(email=key, name=name, language=language, password_hash=password_hash)
    db.add(account)
    db.flush()
    record(db, "created", "account", account.id, actor=actor, now=now)
    return account


def find_authentic(db: DbSession, *, email: str, password: str) -> Account | None:
    """The active account with this address and password. One deliberate hash, whatever comes of it."""
    account = db.scalar(select(Account).where(Account.email == email_key(email), Account.active))
    return account if fits(account.password_hash if account else None, password) else None


def renew_hash(db: DbSession, account: Account, password_hash: str, *, actor: Actor, now: datetime) -> None:
    """Keep the same password by a hash of today's parameters, unless it was changed meanwhile.

    Not through the row, whose version is that of the profile, which may stand open in a form.
    """
    known = (Account.id == account.id, Account.password_hash == account.password_hash)
    renewing = update(Account).where(*known).values(password_hash=password_hash).returning(Account.id)
    if db.scalar(renewing.execution_options(synchronize_session=False)) is not None:
        record(db, "password-hashed-anew", "account", account.id, actor=actor, now=now)


def confirm_password(db: DbSession, account_id: int, password: str) -> None:
    """Whoever is signed in proves once more that the account is theirs. Raises Invalid."""
    known = db.scalar(select(Account.password_hash).where(Account.id == account_id))
    if not fits(known, password):
        raise Invalid(fields={"current": "wrong-password"})


def find_account_by_email(db: DbSession, email: str) -> Account | None:
    return db.scalar(select(Account).where(Account.email == email_key(email)))


def get_account_by_email(db: DbSession, email: str) -> Account:
    account = find_account_by_email(db, email)
    if account is None:
        raise NotFound(entity="account", named=email)
    return account


def get_account(db: DbSession, account_id: int) -> Account:
    return db.get_one(Account, account_id, populate_existing=True)


def change_profile(
    db: DbSession, account_id: int, changes: Mapping[str, Any], *, version: int, actor: Actor, now: datetime
) -> None:
    """Name and language, by their owner."""
    change(db, _lock(db, account_id), changes, version=version, actor=actor, now=now)


def change_password(
    db: DbSession,
    account_id: int,
    password_hash: str,
    *,
    keep: int,
    revoke_tokens: bool = False,
    actor: Actor,
    now: datetime,
) -> None:
    """A new password ends all other sign-ins at once, and all links that are under way; `keep` is the one in use. The
    programs that act by tokens go on, unless they are to stop, too.
    """
    account = _lock(db, account_id)
    _set_password(db, account, password_hash, actor=actor, now=now)
    sign_ins.end_all(db, account_id, but=keep, actor=actor, now=now)
    if revoke_tokens:
        revoke_all_own(db, account_id, actor=actor, now=now)
    _tell_of_password(db, account, now=now)


def ask_for_password_link(db: DbSession, email: str, *, now: datetime) -> None:
    """Send the owner of an account a link to choose a new password; an address without one gets nothing.

    For that one the same is written and taken back, so that the time it takes does not tell either.
    """
    account = find_account_by_email(db, email)
    if account is not None and account.active:
        _send_password_link(db, account, now=now)
        return
    nobody = Account(id=0, email=email_key(email), name="", language="en", link_number=0)
    with db.begin_nested() as undone:
        _send_password_link(db, nobody, now=now)
        undone.rollback()


def _send_password_link(db: DbSession, account: Account, *, now: datetime) -> None:
    record(db, "asked-for-password", "account", account.id, actor=Actor(None, Via.PAGE), now=now)
    emails.send_password_link(db, account, now=now)


def find_by_link(db: DbSession, account_id: int, link_number: int) -> Account | None:
    """The account that a link of ours leads to, as long as the link has not been used."""
    return db.scalar(
        select(Account).where(Account.id == account_id, Account.link_number == link_number, Account.active)
    )


def find_invited(db: DbSession, account_id: int, link_number: int) -> Account | None:
    """The same for an invitation: never one who has a password already, which it would replace."""
    account = find_by_link(db, account_id, link_number)
    return account if account and account.password_hash is None else None


def set_password_by_link(
    db: DbSession, account_id: int, link_number: int, password_hash: str, *, now: datetime
) -> Account:
    """Raises LinkHasEnded, also for the second of two who use the link at the same time."""
    account = _locked_by_link(db, account_id, link_number)
    actor = Actor(account.id, Via.PAGE)
    _set_password(db, account, password_hash, actor=actor, now=now)
    sign_ins.end_all(db, account.id, actor=actor, now=now)
    _tell_of_password(db, account, now=now)
    return account


def accept_invitation(
    db: DbSession, account_id: int, link_number: int, password_hash: str, *, name: str, language: str, now: datetime
) -> Account:
    """Raises LinkHasEnded."""
    account = _locked_by_link(db, account_id, link_number)
    if account.password_hash is not None:
        raise LinkHasEnded
    actor = Actor(account.id, Via.PAGE)
    own = {"name": name, "language": language}
    change(db, account, own, version=account.version, actor=actor, now=now, action="accepted-invitation")
    _set_password(db, account, password_hash, actor=actor, now=now)
    return account


def set_active(db: DbSession, account: Account, *, active: bool, actor: Actor, now: datetime) -> None:
    """Close an account, or open it again. One that is closed is signed out everywhere at once."""
    action = "activated" if active else "deactivated"
    change(db, account, {"active": active}, version=account.version, actor=actor, now=now, action=action)
    if not active:
        sign_ins.end_all(db, account.id, actor=actor, now=now)


def let_create_editions(db: DbSession, account: Account, *, creates: bool, actor: Actor, now: datetime) -> None:
    """Let an account begin series and editions of its own, or no longer."""
    change(db, account, {"creates_editions": creates}, version=account.version, actor=actor, now=now)
    forget_access(db)


def _set_password(db: DbSession, account: Account, password_hash: str, *, actor: Actor, now: datetime) -> None:
    """The log tells that it was changed, never from what to what."""
    account.password_hash = password_hash
    account.link_number += 1
    db.flush()
    record(db, "password-changed", "account", account.id, actor=actor, now=now)


def _tell_of_password(db: DbSession, account: Account, *, now: datetime) -> None:
    left = count_live(db, account.id, now=now)
    emails.tell_of_change(db, account, "account-password-changed", {"tokens": left}, now=now)


def _locked_by_link(db: DbSession, account_id: int, link_number: int) -> Account:
    account = _lock(db, account_id)
    if account.link_number != link_number or not account.active:
        raise LinkHasEnded
    return account


def _lock(db: DbSession, account_id: int) -> Account:
    query = select(Account).where(Account.id == account_id).with_for_update()
    account = db.scalar(query.execution_options(populate_existing=True))
    if account is None:
        raise NotFound(entity="account")
    return account
