"""Addresses that take no mail: those that do not exist, and those whose owners want none. Kept as hashes alone.

Mail about an account goes on: nobody may be locked out of it by this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

# PostgreSQL's construct, because its ON CONFLICT reads the same on both databases.
from sqlalchemy.dialects.postgresql import insert

from forumapp.core.errors import Refusal
from forumapp.core.tokens import hashed
from forumapp.core.values.text import email_key
from forumapp.domain.audit.services import record
from forumapp.domain.mail.models import Suppressed, Suppression

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor

UNSUBSCRIBE = "unsubscribe"  # the purpose of the link that does so
UNTOUCHED = "account"  # what such a mail is about


class TakesNoMail(Refusal):
    """There is no address, or its server or owner wants nothing sent to it."""

    code = "takes-no-mail"


def key_of(address: str) -> str:
    return hashed(f"mail-address:{email_key(address)}")


def suppress(db: DbSession, key: str, why: Suppressed, *, now: datetime) -> None:
    """Send nothing to the address with this key any more; the first reason stands."""
    row = {"address_key": key, "why": why, "created_at": now, "updated_at": now}
    db.connection().execute(insert(Suppression).on_conflict_do_nothing(index_elements=["address_key"]), row)


def clear(db: DbSession, key: str) -> bool:
    """Send to it again; whether nothing had been sent to it."""
    return bool(db.connection().execute(delete(Suppression).where(Suppression.address_key == key)).rowcount)


def unsubscribe(db: DbSession, key: str, *, actor: Actor, now: datetime) -> None:
    """As its owner asks, by the link of a mail; for the second time, nothing changes."""
    if find_suppression(db, key) is None:
        suppress(db, key, Suppressed.UNSUBSCRIBED, now=now)
        record(db, "unsubscribed", Suppression.__tablename__, _id_of(db, key), actor=actor, now=now)


def come_back(db: DbSession, key: str, *, actor: Actor, now: datetime) -> None:
    """The way back, by the same link."""
    found = find_suppression(db, key)
    if found is not None and clear(db, key):
        record(db, "came-back", Suppression.__tablename__, found.id, actor=actor, now=now)


def suppressed_among(db: DbSession, addresses: Iterable[str]) -> dict[str, Suppression]:
    """Those of these addresses that take no mail, and why."""
    keys = {key_of(address): address for address in addresses if address}
    if not keys:
        return {}
    rows = db.scalars(select(Suppression).where(Suppression.address_key.in_(keys)))
    return {keys[row.address_key]: row for row in rows}


def _id_of(db: DbSession, key: str) -> int:
    return db.scalars(select(Suppression.id).where(Suppression.address_key == key)).one()


def refuse_suppressed(db: DbSession, address: str) -> None:
    if not address or find_suppression(db, key_of(address)):
        raise TakesNoMail


def find_suppression(db: DbSession, key: str) -> Suppression | None:
    return db.scalar(select(Suppression).where(Suppression.address_key == key))
