"""The second step of signing in: a code from an app on one's phone (TOTP, RFC 6238), or a recovery code, each once."""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from typing import TYPE_CHECKING

import pyotp
from sqlalchemy import delete, func, select, update

from forumapp.core.errors import Invalid, Refusal
from forumapp.core.tokens import READABLE
from forumapp.domain.accounts import emails
from forumapp.domain.accounts.access import forget_access
from forumapp.domain.accounts.models import Account, RecoveryCode
from forumapp.domain.accounts.sign_in import sign_ins
from forumapp.domain.audit.services import record

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.sealed_fields import Seals
    from forumapp.domain.audit.services import Actor

STEP_SECONDS = 30
STEPS_OFF = (0, -1, 1)  # a phone's clock may be half a minute off, and people type slowly
RECOVERY_CODES = 10
RECOVERY_LENGTH = 10


class AlreadyOn(Refusal):
    code = "two-factor-is-on"


def begin(db: DbSession, account_id: int, seals: Seals, *, actor: Actor, now: datetime) -> None:
    """Make a secret for the app. It counts for nothing until `confirm` has seen a code of it."""
    account = _lock(db, account_id)
    if account.totp_since:
        raise AlreadyOn
    account.totp_secret = seals.seal(pyotp.random_base32(), about=_about(account_id))
    db.flush()
    record(db, "two-factor-begun", "account", account_id, actor=actor, now=now)


def find_secret(db: DbSession, account_id: int, seals: Seals) -> str | None:
    """The secret that was begun and waits for its first code; one that counts is never shown again."""
    account = db.get_one(Account, account_id, populate_existing=True)
    return None if account.totp_since else _open(account, seals)


def address_for_apps(secret: str, *, email: str, issuer: str) -> str:
    """What the QR code says to an app."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def confirm(
    db: DbSession, account_id: int, code: str, seals: Seals, *, keep: int, actor: Actor, now: datetime
) -> list[str]:
    """Turn it on by a first code. The recovery codes are seen this one time. Raises Invalid.

    All sign-ins but `keep` end: a password alone had been enough for them.
    """
    account = _lock(db, account_id)
    if account.totp_since:
        raise AlreadyOn
    step = _fitting_step(_open(account, seals), code, now=now)
    if step is None:
        raise Invalid(fields={"code": "wrong-code"})
    account.totp_since, account.totp_step = now, step
    db.flush()
    codes = _make_codes(db, account_id, seals, now=now)
    forget_access(db)
    record(db, "two-factor-on", "account", account_id, actor=actor, now=now)
    sign_ins.end_all(db, account_id, but=keep, actor=actor, now=now)
    emails.tell_of_change(db, account, "account-two-factor-on", now=now)
    return codes


def is_proven(db: DbSession, account_id: int, code: str, seals: Seals, *, actor: Actor, now: datetime) -> bool:
    """Whether a code of the app or a recovery code is right; it is used up by this."""
    account = _lock(db, account_id)
    step = _fitting_step(_open(account, seals), code, now=now)
    if step is None:
        return _use_recovery_code(db, account_id, code, seals, actor=actor, now=now)
    if account.totp_step is not None and step <= account.totp_step:
        return False
    # Not through the row, whose version is that of the profile, which may stand open in a form.
    db.execute(update(Account).where(Account.id == account_id).values(totp_step=step))
    return True


def make_new_codes(
    db: DbSession, account_id: int, code: str, seals: Seals, *, actor: Actor, now: datetime
) -> list[str]:
    """Those made before count no more. Raises Invalid."""
    _prove(db, account_id, code, seals, actor=actor, now=now)
    codes = _make_codes(db, account_id, seals, now=now)
    record(db, "recovery-codes-made", "account", account_id, actor=actor, now=now)
    return codes


def codes_left(db: DbSession, account_id: int) -> int:
    query = select(func.count()).select_from(RecoveryCode)
    return db.scalar(query.where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))) or 0


def turn_off(
    db: DbSession, account_id: int, code: str, seals: Seals, *, keep: int, actor: Actor, now: datetime
) -> None:
    """The password alone is enough from now on. All sign-ins but `keep` end, and the owner is told. Raises Invalid."""
    _prove(db, account_id, code, seals, actor=actor, now=now)
    take_off(db, account_id, keep=keep, actor=actor, now=now)


def take_off(db: DbSession, account_id: int, *, keep: int | None = None, actor: Actor, now: datetime) -> None:
    """The same without a code, by the console, for whoever has lost phone and recovery codes."""
    account = _lock(db, account_id)
    if account.totp_since is None:
        return
    account.totp_secret = account.totp_since = account.totp_step = None
    db.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    db.flush()
    forget_access(db)
    record(db, "two-factor-off", "account", account_id, actor=actor, now=now)
    sign_ins.end_all(db, account_id, but=keep, actor=actor, now=now)
    emails.tell_of_change(db, account, "account-two-factor-off", now=now)


def _prove(db: DbSession, account_id: int, code: str, seals: Seals, *, actor: Actor, now: datetime) -> None:
    """Also from a browser that is signed in: one that was found open, with the password, is one factor alone."""
    if _lock(db, account_id).totp_since is None or not is_proven(db, account_id, code, seals, actor=actor, now=now):
        raise Invalid(fields={"code": "wrong-code"})


def _lock(db: DbSession, account_id: int) -> Account:
    """So that of two who send the same code at the same time only one is let in."""
    query = select(Account).where(Account.id == account_id).with_for_update()
    return db.scalars(query.execution_options(populate_existing=True)).one()


def _open(account: Account, seals: Seals) -> str | None:
    return seals.open(account.totp_secret, about=_about(account.id)) if account.totp_secret else None


def _about(account_id: int) -> str:
    return f"totp:{account_id}"


def _fitting_step(secret: str | None, code: str, *, now: datetime) -> int | None:
    """The time step of which this is the code, near to now."""
    typed = _typed(code)
    if secret is None or not typed.isascii():
        return None
    step, totp = int(now.timestamp()) // STEP_SECONDS, pyotp.TOTP(secret)
    near = [step + off for off in STEPS_OFF]
    return next((one for one in near if hmac.compare_digest(totp.at(one * STEP_SECONDS), typed)), None)


def _typed(code: str) -> str:
    """As it is meant: spaces, hyphens, case and width do not count."""
    return "".join(c for c in unicodedata.normalize("NFKC", code).upper() if c.isalnum())


def _make_codes(db: DbSession, account_id: int, seals: Seals, *, now: datetime) -> list[str]:
    db.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = ["".join(secrets.choice(READABLE) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
    for code in codes:
        row = RecoveryCode(account_id=account_id, code_hash=_code_hash(account_id, code, seals))
        row.created_at = row.updated_at = now
        db.add(row)
    db.flush()
    half = RECOVERY_LENGTH // 2
    return [f"{code[:half]}-{code[half:]}" for code in codes]


def _use_recovery_code(db: DbSession, account_id: int, code: str, seals: Seals, *, actor: Actor, now: datetime) -> bool:
    used = (
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_hash == _code_hash(account_id, _typed(code), seals),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
        .execution_options(synchronize_session=False)
    )
    if db.scalar(used) is None:
        return False
    record(db, "recovery-code-used", "account", account_id, actor=actor, now=now)
    return True


def _code_hash(account_id: int, code: str, seals: Seals) -> str:
    """By a key: the codes are short enough to be typed, and so to be tried out by whoever has the table alone."""
    return seals.fingerprint("recovery-code", f"{account_id}:{code}")
