"""The office in which someone attends an edition, as they say it themselves once they are registered.

Whoever lets them, by their link, has asked what there is to be asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.database.locks import lock_name
from forumapp.core.values.text import LANGUAGES
from forumapp.domain.accounts.scope import delegation_of
from forumapp.domain.audit.removals import remove
from forumapp.domain.audit.services import change, create, stale
from forumapp.domain.people.archive.archived_names import release
from forumapp.domain.people.index.search_index import index_offices
from forumapp.domain.people.models import EditionTitle, Person
from forumapp.domain.people.queries import organization_name
from forumapp.domain.people.records.services import name_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor


@dataclass(frozen=True, slots=True)
class Office:
    """Title and organization as they are printed; `version` is 0 where nothing is said of them."""

    title: Mapping[str, str]
    organization: Mapping[str, str]
    version: int = 0


NOWHERE = Office({}, {})


def office_of(db: DbSession, edition_id: int, person_id: int) -> Office:
    row = _first(db, edition_id, person_id)
    return NOWHERE if row is None else _office(row)


def say_office(db: DbSession, edition_id: int, person_id: int, said: Office, *, actor: Actor, now: datetime) -> int:
    """Appear with `said` from now on, whose version is the one that was seen; the version that stands then.

    An organization of the registry stays the one that is meant as long as its name is left as it was. Who names
    neither has no office any more; what organizers had set can be brought back by them. Raises Stale.
    """
    lock_name(db, f"titles-{edition_id}-{person_id}")
    row = _first(db, edition_id, person_id)
    before = NOWHERE if row is None else _office(row)
    if before.version != said.version:
        raise stale(row or db.get_one(Person, person_id))
    title, organization = (_with_others(*both) for both in _both(said, before))
    if (title, organization) == (before.title, before.organization):
        return before.version
    values: dict[str, Any] = {"title": title}
    if row is None or organization != before.organization:
        values |= {"organization_id": None, "organization_name": organization, "affiliation_id": None}
    return _said(db, (edition_id, person_id), row, values, actor=actor, now=now)


def _said(
    db: DbSession,
    whose: tuple[int, int],
    row: EditionTitle | None,
    values: dict[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> int:
    edition_id, person_id = whose
    by: Any = {"actor": actor, "now": now}
    release(db, edition_id, person_id)
    if row is None:
        row = EditionTitle(edition_id=edition_id, person_id=person_id, position=1, **values)
        create(db, row, **by)
    elif values["title"] or values.get("organization_name", row.organization_id or row.organization_name):
        change(db, row, values, version=row.version, **by)
    else:
        of = delegation_of(db, person_id, None, edition_id=edition_id)
        label = name_of(db.get_one(Person, person_id)).texts
        remove(db, row, label=label, delegation_id=of, version=row.version, **by)
        row = None
    index_offices(db, person_id)
    return row.version if row else 0


def _first(db: DbSession, edition_id: int, person_id: int) -> EditionTitle | None:
    query = select(EditionTitle).where(EditionTitle.edition_id == edition_id, EditionTitle.person_id == person_id)
    return db.scalar(query.order_by(EditionTitle.position).limit(1).execution_options(populate_existing=True))


def _office(row: EditionTitle) -> Office:
    of = row.organization
    named = organization_name(of.short if of else None, of.legal if of else None, row.organization_name)
    return Office(row.title, named, row.version)


def _both(said: Office, before: Office) -> list[tuple[Mapping[str, str], Mapping[str, str]]]:
    return [(said.title, before.title), (said.organization, before.organization)]


def _with_others(said: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """What is said, with the languages in which nobody was asked."""
    others = {language: text for language, text in before.items() if language not in LANGUAGES}
    return {**others, **{language: text for language, text in said.items() if text}}
