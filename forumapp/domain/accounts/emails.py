"""The mails about accounts: invitations, and what the owner of an account must learn of."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from forumapp.domain.mail import services as mail

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.models import Account

INVITATION, PASSWORD = "invitation", "password"
INVITATION_DAYS = 7
PASSWORD_LIVES = timedelta(hours=1)
# Where each link leads, before its signed part.
PAGES = {INVITATION: "organizer/invitation", PASSWORD: "organizer/new-password"}
SIGN_IN_PAGE = "organizer/sign-in"


class Forum(Protocol):
    """The edition that someone is asked to work on, of which this domain knows no more."""

    @property
    def id(self) -> int: ...
    @property
    def slug(self) -> str: ...
    @property
    def name(self) -> Mapping[str, str]: ...


def send_invitation(db: DbSession, account: Account, edition: Forum, *, by: str = "", now: datetime) -> None:
    """Invite whoever has no password yet to choose one. `by` names who invites."""
    link = {**_link(INVITATION, account, now + timedelta(days=INVITATION_DAYS)), "days": INVITATION_DAYS}
    _send(db, account, "account-invitation", {**_of(edition), "by": by, "link": link}, edition_id=edition.id, now=now)


def send_access_given(db: DbSession, account: Account, edition: Forum, *, by: str = "", now: datetime) -> None:
    """Tell someone who has a password that they can work on the edition from now on."""
    values = {**_of(edition), "by": by, "page": f"organizer/{edition.slug}"}
    _send(db, account, "account-access-given", values, edition_id=edition.id, now=now)


def send_password_link(db: DbSession, account: Account, *, now: datetime) -> None:
    """Lead whoever forgot their password to a new one."""
    _send(db, account, "account-new-password", {"link": _link(PASSWORD, account, now + PASSWORD_LIVES)}, now=now)


def tell_of_change(
    db: DbSession, account: Account, template: str, values: Mapping[str, Any] | None = None, *, now: datetime
) -> None:
    """Tell the owner of a change that someone else might have made: "account-password-changed" and the like."""
    _send(db, account, template, {"page": SIGN_IN_PAGE, **(values or {})}, now=now)


def _of(edition: Forum) -> dict[str, Any]:
    return {"edition_slug": edition.slug, "edition_name": dict(edition.name)}


def _link(purpose: str, account: Account, ends: datetime) -> dict[str, Any]:
    """What the worker signs when it sends the mail, so that the database never holds a link."""
    values = [account.id, account.link_number]
    return {"purpose": purpose, "values": values, "ends": ends.isoformat(), "page": PAGES[purpose]}


def _send(
    db: DbSession,
    account: Account,
    template: str,
    values: Mapping[str, Any],
    *,
    edition_id: int | None = None,
    now: datetime,
) -> None:
    """Each call is one mail: its moment is in the key."""
    mail.ask(
        db,
        key=f"{template}-{account.id}-{edition_id or 0}-{now.timestamp():.6f}",
        template=template,
        recipient=account.email,
        language=account.language,
        values={"name": account.name, **values},
        edition_id=edition_id,
        about="account",
        about_id=account.id,
        now=now,
    )
