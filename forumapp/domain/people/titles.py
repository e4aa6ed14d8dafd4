"""Titles in both languages that someone approved: suggested the next time, and never applied by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.text import fold
from forumapp.domain.accounts.access import require_somewhere
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.people.models import TitlePair

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor

MOST = 10
_APART = "|"


def key_of(title: Mapping[str, str]) -> str:
    """The same for the same pair, however it is spaced and capitalized."""
    return "".join(f"{_APART}{fold(title[language])}" for language in sorted(title))


def suggest_titles(db: DbSession, search: str, *, actor: Actor, most: int = MOST) -> list[TitlePair]:
    """Approved pairs of which either side has `search` in it, those that begin with it first."""
    require_somewhere(db, Permission.SEE_PEOPLE, actor=actor)
    folded = fold(search)
    if not folded:
        return []
    begins = TitlePair.key.contains(f"{_APART}{folded}", autoescape=True)
    query = select(TitlePair).where(TitlePair.key.contains(folded, autoescape=True))
    return list(db.scalars(query.order_by(begins.desc(), TitlePair.key).limit(most)))
