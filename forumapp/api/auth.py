"""Identifies the caller by bearer token. Cookies are ignored, so other sites cannot misuse them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Response, after_this_request, g, request

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Refusal
from forumapp.domain.accounts.access import (
    access_to,
    contact_scope_of,
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
    from forumapp.domain.accounts.scope import ContactScope
    from forumapp.domain.forums.models import Edition

SCHEME = "bearer"


class Unauthenticated(Refusal):
    """The token is missing, invalid or expired."""

    status, code = 401, "unauthenticated"


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the interface: the session to work in, who calls, and when."""

    db: DbSession
    actor: Actor
    now: datetime
    needs: Permission | None = None
    # The secret of a check-in device, which has no account.
    device: str | None = None

    def edition(self, slug: str) -> Edition:
        """The edition. Raises NotFound for callers without a role in it, and Forbidden without the permission."""
        edition = get_edition(self.db, slug)
        require(self.db, edition.id, self.permission, actor=self.actor)
        return edition

    def whole_edition(self, slug: str) -> Edition:
        """The same for operations on all of it: refuses callers limited to delegations."""
        edition = get_edition(self.db, slug)
        require_all(self.db, edition.id, self.permission, actor=self.actor)
        return edition

    def within(self, edition_id: int) -> frozenset[int] | None:
        """The delegations to which the caller's permission is limited. None means no limit."""
        return self.access(edition_id).within(self.permission)

    @property
    def permission(self) -> Permission:
        """The permission that the operation needs."""
        if self.needs is None:
            raise RuntimeError("an operation that asks for a permission must say which")
        return self.needs

    def access(self, edition_id: int) -> Access:
        return access_to(self.db, edition_id, actor=self.actor)

    def visible_edition(self, slug: str) -> Edition:
        """The published edition, or a draft if the caller may see it. A role is not enough: the token's scopes may
        exclude it.
        """
        edition = find_edition(self.db, slug)
        if edition is not None and self.access(edition.id).allows(Permission.SEE_EDITION):
            return edition
        return get_public_edition(self.db, slug)

    def within_any(self) -> frozenset[int] | None:
        """The delegations of all editions to which the permission is limited. None means no limit."""
        return require_somewhere(self.db, self.permission, actor=self.actor)

    def require_anywhere(self) -> None:
        """Require the permission across editions. Refuses callers limited to delegations."""
        require_anywhere(self.db, self.permission, actor=self.actor)

    def contact_scope(self) -> ContactScope | None:
        """The people whose contacts the caller may see. None is everyone."""
        return contact_scope_of(self.db, actor=self.actor)


def identify(*, public: bool, needs: Permission | None, devices: bool = False) -> None:
    """Identify the caller before the request is read. Raises Unauthenticated for an invalid token, even if optional.

    With `devices`, the secret of a check-in device is only stored here: the services verify it.
    """
    g.api_device = device_of(request.headers.get("Authorization", "")) if devices else None
    g.api_actor = _caller(public=public) if g.api_device is None else Actor(None, Via.API)
    g.api_needs = needs


def call(db: DbSession) -> Call:
    return call_for(db, g.api_needs)


def call_for(db: DbSession, needs: Permission | None) -> Call:
    """The same caller, with another permission."""
    return Call(db, g.api_actor, clock.now(), needs, g.api_device)


def device_of(authorization: str) -> str | None:
    """The secret of a check-in device, if the header has one."""
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
    token_row = find_token(reading(), token.strip(), now=now)
    if token_row is None:
        raise Unauthenticated
    row, granted = token_row
    if is_use_worth_noting(row.last_used_at, now=now):
        _note_use(row.id, now)
    return Actor(row.account_id, Via.API, granted)


def _note_use(token_id: int, now: datetime) -> None:
    """Record the token's use after the response, because a read must not wait for writers."""

    @after_this_request
    def note(response: Response) -> Response:
        with transaction() as db:
            note_token_use(db, token_id, now=now)
        return response
