"""Titles in both languages that someone approved: suggested the next time, and never applied by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import AlreadyExists, Invalid, NotFound
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.core.values.text import LANGUAGES, fold, is_visible
from forumapp.domain.accounts.access import require_anywhere, require_somewhere
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.queries import name_of_account
from forumapp.domain.audit.removals import remove
from forumapp.domain.audit.services import change, create
from forumapp.domain.people.models import Affiliation, EditionTitle, TitlePair

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor

MOST = 10
_APART = "|"


def key_of(title: Mapping[str, str]) -> str:
    """The same for the same pair, however it is spaced and capitalized."""
    return "".join(f"{_APART}{fold(title[language])}" for language in sorted(title))


def is_pair(title: Mapping[str, str]) -> bool:
    return all(is_visible(title.get(language, "")) for language in LANGUAGES)


def suggest_titles(db: DbSession, search: str, *, actor: Actor, most: int = MOST) -> list[TitlePair]:
    """Approved pairs of which either side has `search` in it, those that begin with it first."""
    require_somewhere(db, Permission.SEE_PEOPLE, actor=actor)
    folded = fold(search)
    if not folded:
        return []
    begins = TitlePair.key.contains(f"{_APART}{folded}", autoescape=True)
    query = select(TitlePair).where(TitlePair.key.contains(folded, autoescape=True))
    return list(db.scalars(query.order_by(begins.desc(), TitlePair.key).limit(most)))


def title_pairs_page(db: DbSession, *, search: str = "", number: int = 1, size: int = PAGE_SIZE) -> Page[TitlePair]:
    words = [folded for folded in map(fold, search.split()) if folded]
    query = select(TitlePair).where(*(TitlePair.key.contains(word, autoescape=True) for word in words))
    return paged(db, query.order_by(TitlePair.key), number=number, size=size)


def get_title_pair(db: DbSession, pair_id: int) -> TitlePair:
    row = db.get(TitlePair, pair_id)
    if row is None:
        raise NotFound(entity="title_pair")
    return row


def pairs_to_approve(db: DbSession, person_id: int) -> list[dict[str, str]]:
    """Titles of this person that are written in both languages, and that nobody has approved as a pair yet."""
    held = [select(kind.title).where(kind.person_id == person_id) for kind in (Affiliation, EditionTitle)]
    found = {key_of(title): title for query in held for title in db.scalars(query) if is_pair(title)}
    return _without_approved(db, found)


def _without_approved(db: DbSession, found: Mapping[str, dict[str, str]]) -> list[dict[str, str]]:
    known = set(db.scalars(select(TitlePair.key).where(TitlePair.key.in_(found)))) if found else set()
    return [title for key, title in found.items() if key not in known]


def approve_title_pair(db: DbSession, title: Mapping[str, str], *, actor: Actor, now: datetime) -> TitlePair:
    """Keep a title in both languages for the next time. Raises AlreadyExists where it is kept already."""
    require_anywhere(db, Permission.EDIT_PEOPLE, actor=actor)
    key = _key(db, title)
    row = TitlePair(title=dict(title), key=key, approved_by=name_of_account(db, actor.account_id))
    create(db, row, actor=actor, now=now)
    return row


def update_title_pair(
    db: DbSession, pair_id: int, changes: Mapping[str, Any], *, version: int, actor: Actor, now: datetime
) -> TitlePair:
    """Whoever changes a pair has approved it. Titles that people have stay as they are."""
    require_anywhere(db, Permission.EDIT_PEOPLE, actor=actor)
    row = get_title_pair(db, pair_id)
    title = changes.get("title", row.title)
    values = {"title": title, "key": _key(db, title, pair_id), "approved_by": name_of_account(db, actor.account_id)}
    change(db, row, values if title != row.title else {"title": title}, version=version, actor=actor, now=now)
    return row


def remove_title_pair(db: DbSession, pair_id: int, *, version: int, actor: Actor, now: datetime) -> Removal:
    """It is suggested no more; titles that people have stay as they are."""
    require_anywhere(db, Permission.EDIT_PEOPLE, actor=actor)
    row = get_title_pair(db, pair_id)
    return remove(db, row, label=row.title, version=version, actor=actor, now=now)


def _key(db: DbSession, title: Mapping[str, str], pair_id: int | None = None) -> str:
    gaps: Iterable[str] = [language for language in LANGUAGES if not is_visible(title.get(language, ""))]
    if gaps:
        raise Invalid(fields={"title": "both-languages-needed"})
    key = key_of(title)
    taken = select(TitlePair.id).where(TitlePair.key == key, TitlePair.id != (pair_id or 0))
    if db.scalar(taken) is not None:
        raise AlreadyExists(fields={"title": "taken"})
    return key
