"""Who calls: a bearer token's account, or nobody. Cookies count for nothing here, so no other site can borrow them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import g, request

from forumapp.core import clock
from forumapp.core.errors import Refusal
from forumapp.core.transactions import reading
from forumapp.domain.accounts.services import (
    find_account_for_token,
    list_editions_of,
    require_organizer,
    require_owner,
)
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.forums.queries import find_edition, get_edition, get_public_edition

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

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

    def edition(self, slug: str) -> Edition:
        """The edition for its organizers; for everyone else it does not exist."""
        edition = get_edition(self.db, slug)
        require_organizer(self.db, edition.id, actor=self.actor)
        return edition

    def visible_edition(self, slug: str) -> Edition:
        """The edition as the public may see it, and to its organizers even as a draft."""
        edition = find_edition(self.db, slug)
        if edition is not None and self.organizes(edition.id):
            return edition
        return get_public_edition(self.db, slug)

    def organizes(self, edition_id: int) -> bool:
        account_id = self.actor.account_id
        return account_id is not None and edition_id in list_editions_of(self.db, account_id)

    def require_owner(self) -> None:
        require_owner(self.db, actor=self.actor)


def identify(*, public: bool) -> None:
    """Find out who calls, before the request is read. A wrong token is refused even where none is needed."""
    g.api_actor = Actor(_account_id(public=public), Via.API)


def call(db: DbSession) -> Call:
    return Call(db, g.api_actor, clock.now())


def _account_id(*, public: bool) -> int | None:
    header = request.headers.get("Authorization")
    if header is None and public:
        return None
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != SCHEME or not token:
        raise Unauthenticated
    account = find_account_for_token(reading(), token.strip(), now=clock.now())
    if account is None:
        raise Unauthenticated
    return account.id
