"""Who calls: a bearer token's account, or nobody. Cookies count for nothing here, so no other site can borrow them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Response, after_this_request, g, request

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Refusal
from forumapp.domain.accounts.access import (
    access_to,
    contacts_told,
    require,
    require_all,
    require_anywhere,
    require_somewhere,
)
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.rules import is_use_worth_noting
from forumapp.domain.accounts.tokens.services import find_token, note_token_use
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.checkin.rules import DEVICE
from forumapp.domain.forums.queries import find_edition, get_edition, get_public_edition

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.permissions import Access
    from forumapp.domain.accounts.scope import Told
    from forumapp.domain.forums.models import Edition

SCHEME = "bearer"


class Unauthenticated(Refusal):
    """No token where one is needed, or one that is not, or no longer, valid."""

    status, code = 401, "unauthenticated"


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the interface: the session to work in, who calls, and when."""

    db: DbSession
    actor: Actor
    now: datetime
    needs: Permission | None = None
    # The secret of a device for check-in, which is nobody's account.
    device: str | None = None

    def edition(self, slug: str) -> Edition:
        """The edition for those who may do this there; for those without a role in it, it does not exist."""
        edition = get_edition(self.db, slug)
        require(self.db, edition.id, self.permission, actor=self.actor)
        return edition

    def whole_edition(self, slug: str) -> Edition:
        """The same, for what concerns all of it: those limited to delegations are refused."""
        edition = get_edition(self.db, slug)
        require_all(self.db, edition.id, self.permission, actor=self.actor)
        return edition

    def within(self, edition_id: int) -> frozenset[int] | None:
        """The delegations to which the caller is limited in this; None is no limit."""
        return self.access(edition_id).within(self.permission)

    @property
    def permission(self) -> Permission:
        """What the operation needs."""
        if self.needs is None:
            raise RuntimeError("an operation that asks for a permission must say which")
        return self.needs

    def access(self, edition_id: int) -> Access:
        return access_to(self.db, edition_id, actor=self.actor)

    def visible_edition(self, slug: str) -> Edition:
        """The edition as the public may see it, and even as a draft to those who may see it. A role is not enough: the
        scopes of a token may leave that out.
        """
        edition = find_edition(self.db, slug)
        if edition is not None and self.access(edition.id).allows(Permission.SEE_EDITION):
            return edition
        return get_public_edition(self.db, slug)

    def within_any(self) -> frozenset[int] | None:
        """The delegations of all editions to which the caller is limited in this; None is no limit."""
        return require_somewhere(self.db, self.permission, actor=self.actor)

    def require_anywhere(self) -> None:
        """For what stands across editions and is nobody's own: those limited to delegations are refused."""
        require_anywhere(self.db, self.permission, actor=self.actor)

    def told(self) -> Told | None:
        """Of whom the caller is told how to reach them; None is of everyone."""
        return contacts_told(self.db, actor=self.actor)


def identify(*, public: bool, needs: Permission | None, devices: bool = False) -> None:
    """Find out who calls, before the request is read. A wrong token is refused even where none is needed.

    Where `devices` for check-in may call, theirs is looked at by whoever lets them do something.
    """
    g.api_device = device_of(request.headers.get("Authorization", "")) if devices else None
    g.api_actor = _caller(public=public) if g.api_device is None else Actor(None, Via.API)
    g.api_needs = needs


def call(db: DbSession) -> Call:
    return call_for(db, g.api_needs)


def call_for(db: DbSession, needs: Permission | None) -> Call:
    """The same caller, for something that may need another permission."""
    return Call(db, g.api_actor, clock.now(), needs, g.api_device)


def device_of(authorization: str) -> str | None:
    """The secret of a device for check-in, if that is what the header says."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == SCHEME and token.startswith(f"{DEVICE}_") else None


def _caller(*, public: bool) -> Actor:
    header = request.headers.get("Authorization")
    if header is None and public:
        return Actor(None, Via.API)
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != SCHEME or not token:
        raise Unauthenticated
    now = clock.now()
    known = find_token(reading(), token.strip(), now=now)
    if known is None:
        raise Unauthenticated
    row, granted = known
    if is_use_worth_noting(row.last_used_at, now=now):
        _note_use(row.id, now)
    return Actor(row.account_id, Via.API, granted)


def _note_use(token_id: int, now: datetime) -> None:
    """Once the answer is made, so that a call that only reads does not wait for those who write."""

    @after_this_request
    def note(response: Response) -> Response:
        with transaction() as db:
            note_token_use(db, token_id, now=now)
        return response
