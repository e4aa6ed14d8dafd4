"""The log of an edition, for those who may see it: who changed what, the latest first."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, cast, func, or_, select, true, union
from sqlalchemy.orm import aliased

from forumapp.core.values.masks import MASKED
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.core.values.times import zone_named
from forumapp.domain.accounts.models import Account, TokenEdition
from forumapp.domain.accounts.scope import NOBODY, REACHED, about_reached, has_open_contacts, limited, people_of_edition
from forumapp.domain.audit.models import AuditEvent, AuditValue
from forumapp.domain.delegations.models.delegations import Delegation, DelegationSupporter
from forumapp.domain.forums.models import Edition, EditionHost
from forumapp.domain.log.reaching import was_theirs
from forumapp.domain.people.models import Affiliation, EditionTitle, Kept, Merge, Person
from forumapp.domain.people.queries import merged_into
from forumapp.domain.people.records.services import CONTACTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.scope import ContactScope
    from forumapp.domain.audit.models import Via

Change = tuple[str, object, object]


@dataclass(frozen=True, slots=True)
class LogLine:
    """One event, with the fields it changed as (name, before, after). `by` is the name of the account `actor_id`."""

    id: int
    at: datetime
    actor_id: int | None
    by: str | None
    via: Via
    token_id: int | None
    action: str
    entity: str
    entity_id: int
    reason: str | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which events; None is all. `since` and `until` are days in the edition's zone, both taken in."""

    entity: str | None = None
    entity_id: int | None = None
    actor_id: int | None = None
    via: Via | None = None
    action: str | None = None
    since: date | None = None
    until: date | None = None
    words: tuple[str, ...] = field(default=())


def log_page(
    db: DbSession,
    edition_id: int,
    wanted: Wanted,
    *,
    zone: str,
    contact_scope: ContactScope | None = NOBODY,
    within: Collection[int] | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[LogLine]:
    """The log of an edition and of the people who take part in it, in three queries. Contact details are shown and
    searched for people in `contact_scope` only.
    """
    ids = _ids(db, wanted.entity or "", wanted.entity_id) if wanted.entity_id is not None else ()
    query = _with_names(_of_edition(edition_id, within)).where(*_conditions(wanted, zone, ids, contact_scope))
    page = paged(db, query, number=number, size=size)
    return Page(log_lines(db, page.items, contact_scope), page.number, page.size, page.total)


def history(
    db: DbSession,
    edition_id: int,
    entity: str,
    entity_id: int,
    *,
    contact_scope: ContactScope | None = NOBODY,
    within: Collection[int] | None = None,
    size: int = PAGE_SIZE,
) -> list[LogLine]:
    """What happened to a record, and to those that have become one with it, the latest first: in the edition, and
    across them. No query runs for callers who may see none of it.
    """
    if within is not None and (not within or entity not in REACHED):
        return []
    of_record = [AuditEvent.entity == entity, AuditEvent.entity_id.in_(_ids(db, entity, entity_id))]
    of_record.append(or_(AuditEvent.edition_id == edition_id, AuditEvent.edition_id.is_(None)))
    of_record += [~of_an_earlier_row(), *limited(AuditEvent.entity_id, entity, edition_id, within)]
    if within is not None:
        of_record.append(was_theirs(edition_id, within))
    return log_lines(db, list(db.execute(_with_names(of_record).limit(size))), contact_scope)


def _ids(db: DbSession, entity: str, entity_id: int) -> list[int]:
    """The record's own, and those of the records that have become one with it."""
    return [entity_id, *(merged_into(db, Kept(entity), entity_id) if entity in set(Kept) else ())]


def list_actors(db: DbSession, edition_id: int, *, within: Collection[int] | None = None) -> list[tuple[int, str]]:
    """The ids and names of the accounts of which the log tells, by name."""
    acted = select(AuditEvent.actor_id).where(*_of_edition(edition_id, within))
    query = select(Account.id, Account.name).where(Account.id.in_(acted)).order_by(Account.name, Account.id)
    return [(row.id, row.name) for row in db.execute(query)]


def _of_edition(edition_id: int, within: Collection[int] | None) -> list[ColumnElement[bool]]:
    """Also what happened to people and organizations across editions, where they take part in this one, to tokens that
    act in it, and to its series.
    """
    across = or_(*((AuditEvent.entity == entity) & _is_in(entity, ids) for entity, ids in _across(edition_id).items()))
    conditions = [or_(AuditEvent.edition_id == edition_id, AuditEvent.edition_id.is_(None) & across)]
    if within is not None:
        conditions.append(about_reached(AuditEvent.entity, AuditEvent.entity_id, edition_id, within))
        conditions += [was_theirs(edition_id, within), ~of_an_earlier_row()]
    return conditions


def _across(edition_id: int) -> dict[str, Any]:
    """By table without editions, the ids of the rows that have to do with this one."""
    people = people_of_edition(edition_id)
    parts = (
        EditionHost.organization_id,
        EditionTitle.organization_id,
        Delegation.lead_organization_id,
        DelegationSupporter.organization_id,
    )
    organizations = union(*(select(one).where(one.class_.edition_id == edition_id) for one in parts))
    return {
        "person": people,
        "affiliation": select(Affiliation.id).where(Affiliation.person_id.in_(people)),
        "organization": organizations,
        "api_token": select(TokenEdition.token_id).where(TokenEdition.edition_id == edition_id),
        "series": select(Edition.series_id).where(Edition.id == edition_id),
    }


def _is_in(entity: str, ids: Any) -> ColumnElement[bool]:
    """About one of the records, or about one that has become one with it."""
    own = AuditEvent.entity_id.in_(ids)
    if entity not in set(Kept):
        return own
    merged = select(Merge.gone_id).where(Merge.entity == Kept(entity), Merge.kept_id.in_(ids))
    return own | AuditEvent.entity_id.in_(merged)


def _with_names(conditions: Iterable[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    """Events with the names of who acted, the latest first."""
    query = select(AuditEvent, Account.name).outerjoin(Account, Account.id == AuditEvent.actor_id)
    return query.where(*conditions).order_by(AuditEvent.id.desc())


def log_lines(db: DbSession, rows: Collection[Any], contact_scope: ContactScope | None) -> list[LogLine]:
    """Of events with the names of who acted. One query."""
    changes: dict[int, list[Change]] = {}
    values = _values(_is_open(contact_scope).label("is_open")).where(
        AuditValue.event_id.in_([event.id for event, _ in rows])
    )
    for value, is_open in db.execute(values.order_by(AuditValue.id)):
        before_and_after = (value.before, value.after) if is_open else MASKED
        changes.setdefault(value.event_id, []).append((value.field, *before_and_after))
    return [
        LogLine(
            id=event.id,
            at=event.at,
            actor_id=event.actor_id,
            by=name,
            via=event.via,
            token_id=event.token_id,
            action=event.action,
            entity=event.entity,
            entity_id=event.entity_id,
            reason=event.reason,
            changes=tuple(changes.get(event.id, ())),
        )
        for event, name in rows
    ]


def _values(*more: Any) -> Select[*tuple[Any, ...]]:
    """What events changed, beside the events."""
    return select(AuditValue, *more).join(AuditEvent, AuditEvent.id == AuditValue.event_id)


def _is_open(contact_scope: ContactScope | None) -> ColumnElement[bool]:
    """Whether the reader may see a logged value. Contact details are for people in `contact_scope` only; those of a
    merged record belong to the record that remains.
    """
    if contact_scope is None:
        return true()
    other = or_(AuditEvent.entity != Kept.PERSON.value, AuditValue.field.not_in(CONTACTS))
    into = select(Merge.kept_id).where(Merge.entity == Kept.PERSON, Merge.gone_id == AuditEvent.entity_id)
    theirs = func.coalesce(into.correlate(AuditEvent).scalar_subquery(), AuditEvent.entity_id)
    person = (
        select(Person.id).where(Person.id == theirs, has_open_contacts(Person.id, contact_scope)).correlate(AuditEvent)
    )
    return or_(other, person.exists())


def of_an_earlier_row() -> ColumnElement[bool]:
    """SQLite gives the id of a removed row again, which then is another record, and may be another delegation's."""
    made = aliased(AuditEvent)
    same = (made.entity == AuditEvent.entity, made.entity_id == AuditEvent.entity_id)
    return select(made.id).where(*same, made.action == "created", made.id > AuditEvent.id).exists()


def _conditions(
    wanted: Wanted, zone: str, ids: Collection[int], contact_scope: ContactScope | None
) -> Iterator[ColumnElement[bool]]:
    alike = {
        AuditEvent.entity: wanted.entity,
        AuditEvent.actor_id: wanted.actor_id,
        AuditEvent.via: wanted.via,
        AuditEvent.action: wanted.action,
    }
    yield from (column == value for column, value in alike.items() if value is not None)
    if wanted.entity_id is not None:
        yield AuditEvent.entity_id.in_(ids)
        yield ~of_an_earlier_row()
    if wanted.since is not None:
        yield AuditEvent.at >= _begin(wanted.since, zone)
    if wanted.until is not None:
        yield AuditEvent.at < _begin(wanted.until + timedelta(days=1), zone)
    for word in wanted.words:
        yield or_(
            AuditEvent.reason.icontains(word, autoescape=True),
            Account.name.icontains(word, autoescape=True),
            AuditEvent.id.in_(
                _values().with_only_columns(AuditValue.event_id).where(_holds(word), _is_open(contact_scope))
            ),
        )


def _begin(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), zone_named(zone))


def _holds(word: str) -> ColumnElement[bool]:
    """SQLite keeps JSON as it was written, with other than ASCII escaped; PostgreSQL as characters."""
    forms = {word, json.dumps(word)[1:-1]}
    texts = [cast(column, String) for column in (AuditValue.before, AuditValue.after)]
    return or_(*(text.icontains(form, autoescape=True) for text in texts for form in forms))
