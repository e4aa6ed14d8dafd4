"""How registering goes: when people came, what is missing of them, and what the kitchen must count on."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select

from forumapp.core.values.times import zone_named
from forumapp.domain.accounts.scope import codes_of_delegations, limited
from forumapp.domain.registration.forms.answers import answered
from forumapp.domain.registration.forms.list_questions import is_note_on
from forumapp.domain.registration.forms.questions import Kind
from forumapp.domain.registration.lists.conditions import chosen, chosen_ids, conditions_of
from forumapp.domain.registration.lists.filters import EVERYONE, Filters, Lack
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.rules import RegistrationStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition

# Who came to register and whom nobody refused.
COUNTED = tuple(one for one in RegistrationStatus if one not in ("unconfirmed", "declined", "cancelled"))
MOST_STEPS = 31
_WEEK = 7
NOTED = "noted"  # in words of their own, which a list brought
UNANSWERED, NONE = "unanswered", ""  # beside codes of diets, and of delegations


@dataclass(frozen=True, slots=True)
class Growth:
    """How many had registered by the end of each step, by type or delegation. `steps` are the first days of spans of
    `days` each.
    """

    days: int
    steps: tuple[date, ...]
    series: dict[str, tuple[int, ...]]

    @property
    def highest(self) -> int:
        return max((values[-1] for values in self.series.values() if values), default=0)


@dataclass(frozen=True, slots=True)
class Catering:
    """Of those who are confirmed: how many need what, by diet and then by the code of their type; and by diet and day
    of those who said when they come and go, or who said nothing and are there on every day. One person may need
    several things.
    """

    people: dict[str, int]
    by_type: dict[str, dict[str, int]]
    by_day: dict[str, dict[date, int]]


def growth(
    db: DbSession,
    edition: Edition,
    *,
    by: str,
    of: Filters = EVERYONE,
    within: Collection[int] | None = None,
    details_within: Collection[int] | None = None,
) -> Growth:
    """By "type" or "delegation", `of` those whom filters choose. Two queries at the most."""
    query = select(Registration.id, Registration.registered_at, RegistrationType.code)
    query = query.join(RegistrationType, RegistrationType.id == Registration.type_id)
    query = query.where(*_counted(edition.id, within), *chosen(db, edition.id, of, details_within=details_within))
    rows = db.execute(query).all()
    zone = zone_named(edition.zone)
    if by == "type":
        came = [(row.registered_at.astimezone(zone).date(), row.code) for row in rows]
    else:
        codes = {row.registration_id: row.code for row in db.execute(codes_of_delegations(edition.id))}
        came = [(row.registered_at.astimezone(zone).date(), codes.get(row.id, NONE)) for row in rows]
    return grown(came)


def grown(came: Iterable[tuple[date, str]]) -> Growth:
    """Pure: days and what came on them, put into at most MOST_STEPS steps and added up."""
    counted = Counter(came)
    if not counted:
        return Growth(1, (), {})
    days = [day for day, _key in counted]
    first, last = min(days), max(days)
    length = 1
    while (last - first).days // length >= MOST_STEPS:
        length = _WEEK if length == 1 else length + _WEEK
    steps = tuple(first + timedelta(days=at) for at in range(0, (last - first).days + 1, length))
    new: dict[str, list[int]] = defaultdict(lambda: [0] * len(steps))
    for (day, key), count in counted.items():
        new[key][(day - first).days // length] += count
    series = {}
    for key in sorted(new, key=lambda one: (-sum(new[one]), one)):
        total = 0
        series[key] = tuple(total := total + count for count in new[key])
    return Growth(length, steps, series)


def missing(
    db: DbSession,
    edition_id: int,
    *,
    within: Collection[int] | None = None,
    details_within: Collection[int] | None = None,
) -> dict[Lack, int]:
    """How many of those who are confirmed lack what. Two queries, however many they are."""
    lacks = conditions_of(db, edition_id, Lack, details_within=details_within)
    confirmed = Filters(status=(RegistrationStatus.CONFIRMED,))
    counted = select(*(func.count(case((lack, 1))) for lack in lacks.values()))
    counts = db.execute(counted.where(Registration.id.in_(chosen_ids(db, edition_id, confirmed, within=within))))
    return dict(zip(lacks, counts.one(), strict=True))


def catering(db: DbSession, edition: Edition, *, details_within: Collection[int] | None = None) -> Catering:
    """Of those whose answers the caller may see. One query."""
    reached = limited(Registration.id, "registration", edition.id, details_within)
    query = select(RegistrationType.code, Registration.answers).where(
        Registration.edition_id == edition.id, Registration.status == RegistrationStatus.CONFIRMED, *reached
    )
    query = query.join(RegistrationType, RegistrationType.id == Registration.type_id)
    last = max(edition.ends_on, edition.starts_on)
    days = [edition.starts_on + timedelta(days=at) for at in range((last - edition.starts_on).days + 1)]
    people: Counter[str] = Counter()
    by_type: dict[str, Counter[str]] = defaultdict(Counter)
    by_day: dict[str, Counter[date]] = defaultdict(Counter)
    for code, kept in db.execute(query):
        people[code] += 1
        there = days_there(kept, days)
        for need in needs_of(kept):
            by_type[need][code] += 1
            by_day[need].update(there)
    return Catering(
        dict(people), {one: dict(by_type[one]) for one in by_type}, {one: dict(by_day[one]) for one in by_day}
    )


def needs_of(kept: Mapping[str, Any]) -> list[str]:
    """Pure: the diets that someone named, whether a list has a note on them, or that they answered nothing."""
    given = answered(kept)
    named = [one for question, value in given if question.kind is Kind.DIET for one in value]
    diets = {one["code"] for one in kept.get("questions", ()) if one["kind"] == Kind.DIET}
    named += [NOTED for question, _value in given if is_note_on(question.code, diets)]
    return list(dict.fromkeys(named)) or [UNANSWERED]


def days_there(kept: Mapping[str, Any], days: Collection[date]) -> list[date]:
    """Pure: on which days someone is there, by when they said that they come and go."""
    travel: dict[str, Any] = next((value for question, value in answered(kept) if question.kind is Kind.TRAVEL), {})
    comes, goes = (travel[end]["at"][:10] if travel.get(end) else None for end in ("arrival", "departure"))
    return [day for day in days if (not comes or day.isoformat() >= comes) and (not goes or day.isoformat() <= goes)]


def _counted(edition_id: int, within: Collection[int] | None) -> list[Any]:
    reached = limited(Registration.id, "registration", edition_id, within)
    return [Registration.edition_id == edition_id, Registration.status.in_(COUNTED), *reached]
