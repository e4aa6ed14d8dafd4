"""Whom the changes of the agenda concern: all with a part in a changed session, before or after, and all signed up."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from forumapp.core.errors import NotFound
from forumapp.core.values.paging import PAGE_SIZE, Page, page_of
from forumapp.core.values.text import fold
from forumapp.domain.accounts.access import require_all
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.content.diff import notices_by_person, public_notices
from forumapp.domain.agenda.speakers.models import Speaker
from forumapp.domain.forums.models import Edition
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import name_of
from forumapp.domain.publishing.queries import next_compared
from forumapp.domain.publishing.rules import language_for
from forumapp.domain.registration.models import Registration, SessionSignUp
from forumapp.domain.registration.rules import RegistrationStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.content.diff import Notice
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.people.rules import Name
    from forumapp.domain.publishing.queries import Compared

ENDED = (RegistrationStatus.CANCELLED, RegistrationStatus.DECLINED, RegistrationStatus.UNCONFIRMED)
Notices = dict[int, dict[int, "Notice"]]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Someone who is written to, once. `registration_id` is theirs in this edition, where they have one."""

    person_id: int
    name: Name
    email: str
    language: str
    registration_id: int | None
    notices: list[Notice]


def notices(db: DbSession, edition_id: int, compared: Compared) -> Notices:
    """By person, in order of their ids, what they are written about each session. One query."""
    found = defaultdict(dict, notices_by_person(compared.before, compared.after))
    public = public_notices(compared.before, compared.after)
    query = (
        select(Registration.person_id, SessionSignUp.session_id)
        .join(SessionSignUp, SessionSignUp.registration_id == Registration.id)
        .where(Registration.edition_id == edition_id, SessionSignUp.session_id.in_(public.keys()))
    )
    for person_id, session_id in db.execute(query):
        found[person_id].setdefault(session_id, public[session_id])
    return dict(sorted(found.items()))


def recipients(db: DbSession, edition_id: int, found: Notices, ids: Collection[int] | None = None) -> list[Recipient]:
    """Those of `found`, or of them those with these ids, in order of their ids. Four queries."""
    wanted = found.keys() if ids is None else found.keys() & set(ids)
    offered = db.scalars(select(Edition.languages).where(Edition.id == edition_id)).one()
    registered = _registered(db, edition_id, wanted)
    written = select(Speaker.person_id, Speaker.language).where(Speaker.edition_id == edition_id)
    speakers = {row.person_id: row.language for row in db.execute(written.where(Speaker.person_id.in_(wanted)))}
    people = db.scalars(select(Person).where(Person.id.in_(wanted)).order_by(Person.id))
    return [_recipient(one, registered.get(one.id), speakers.get(one.id), offered, found[one.id]) for one in people]


def list_recipients(
    db: DbSession,
    edition_id: int,
    *,
    search: str = "",
    again: int | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
    actor: Actor,
) -> Page[Recipient]:
    """Who would be written to, were the agenda published as it stands, or version `again` published anew; of `search`,
    those whose name holds it.
    """
    _require(db, edition_id, actor=actor)
    found = recipients(db, edition_id, notices(db, edition_id, next_compared(db, edition_id, again)))
    wanted = fold(search)
    matching = [one for one in found if wanted in fold(f"{one.name.latin}|{one.name.native_full}")]
    matching.sort(key=lambda one: (one.name.sort_key, one.person_id))
    return page_of(matching, number=number, size=size)


def get_recipient(
    db: DbSession, edition_id: int, person_id: int, *, again: int | None = None, actor: Actor
) -> tuple[Recipient, int]:
    """One of them, and the number that the version would have. Raises NotFound for whoever would not be written to."""
    _require(db, edition_id, actor=actor)
    compared = next_compared(db, edition_id, again)
    found = recipients(db, edition_id, notices(db, edition_id, compared), [person_id])
    if not found:
        raise NotFound(entity="person")
    return found[0], compared.since + 1


def without_address(db: DbSession, found: Notices) -> int:
    """How many of `found` no mail can reach."""
    query = select(func.count(Person.id)).where(Person.id.in_(found.keys()), func.coalesce(Person.email, "") == "")
    return db.scalar(query) or 0


def _require(db: DbSession, edition_id: int, *, actor: Actor) -> None:
    """Those who have signed up are registrants."""
    require_all(db, edition_id, Permission.PUBLISH_AGENDA, actor=actor)
    require_all(db, edition_id, Permission.SEE_REGISTRATIONS, actor=actor)


def _registered(db: DbSession, edition_id: int, ids: Collection[int]) -> Mapping[int, Any]:
    """By person, their registration here; of several, one that stands goes before one that has ended."""
    query = select(Registration.person_id, Registration.id, Registration.language, Registration.status).where(
        Registration.edition_id == edition_id, Registration.person_id.in_(ids)
    )
    rows = sorted(db.execute(query), key=lambda row: (row.status not in ENDED, row.id))
    return {row.person_id: row for row in rows}


def _recipient(
    person: Person, registered: Any, as_speaker: str | None, offered: list[str], mine: Mapping[int, Notice]
) -> Recipient:
    said = (registered.language if registered else None, as_speaker)
    language = language_for(said, person.native_full, person.native_language, offered)
    registration_id = registered.id if registered else None
    return Recipient(person.id, name_of(person), person.email or "", language, registration_id, list(mine.values()))
