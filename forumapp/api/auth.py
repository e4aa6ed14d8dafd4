"""Who calls: a bearer token's account, or nobody. Cookies count for nothing here, so no other site can borrow them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Response, after_this_request, g, request

from forumapp.core import clock
from forumapp.core.errors import Refusal
from forumapp.core.transactions import reading, transaction
from forumapp.domain.accounts.rules import is_use_worth_noting
from forumapp.domain.accounts.services import (
    find_token,
    list_editions_of,
    note_token_use,
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
    now = clock.now()
    known = find_token(reading(), token.strip(), now=now)
    if known is None:
        raise Unauthenticated
    if is_use_worth_noting(known.last_used_at, now=now):
        _note_use(known.id, now)
    return known.account_id


def _note_use(token_id: int, now: datetime) -> None:
    """Once the answer is made, so that a call that only reads does not wait for those who write."""

    @after_this_request
    def note(response: Response) -> Response:
        with transaction() as db:
            note_token_use(db, token_id, now=now)
        return response
