"""What the kitchen has to know of each meal: how many eat what, and who."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.domain.delegations.models.delegations import ItemKind
from forumapp.domain.people.archive.archived_names import organizations_printed
from forumapp.domain.printing.list_papers import words
from forumapp.domain.printing.list_papers.cell_texts import clock_cell, day_texts
from forumapp.domain.printing.list_papers.queries import items_by_person, party_of
from forumapp.domain.printing.list_papers.values import (
    Column,
    Head,
    Line,
    ListValues,
    Row,
    Section,
    plain,
    text,
)
from forumapp.domain.printing.queries import NothingToPrint
from forumapp.domain.registration.forms.answers import Topic, answered, topic_of
from forumapp.domain.registration.forms.questions import DIETS, Kind
from forumapp.domain.registration.lists.statistics import UNANSWERED, needs_of
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from typing import Any

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.models.delegations import ItineraryItem
    from forumapp.domain.printing.list_papers.queries import Asked, Person
    from forumapp.domain.printing.list_papers.values import Cell

    Needs = tuple[tuple[str, ...], str]  # the diets, and what was written besides

COLUMNS = (Column("diet", 70), Column("count", 22), Column("names"))
FOOD = ("allerg", "food", "meal", "diet")  # in the code of a question, which may ask for other needs, too
MOST_NAMES = 30  # in one row
WRITTEN = (Kind.SHORT_TEXT, Kind.LONG_TEXT)
NONE: Needs = ((), "")


def read_diets(db: DbSession, asked: Asked) -> ListValues:
    people = asked.people(db)
    ids = [one.registration_id for one in people]
    doing = items_by_person(db, asked.edition.id, ids)
    needs = _needs(db, ids)
    eating: dict[int, list[Person]] = defaultdict(list)
    meals = {}
    for person in people:
        for item in doing.get(person.registration_id, ()):
            if item.kind is ItemKind.MEAL:
                meals[item.id] = item
                eating[item.id].append(person)
    if not meals:
        raise NothingToPrint(edition=asked.edition.slug)
    hosts = organizations_printed(db, type(next(iter(meals.values()))), list(meals))
    ordered = sorted(meals.values(), key=lambda one: (one.start_utc, one.id))
    sections = tuple(_sections(ordered, eating, needs, hosts))
    return ListValues(asked.head, party_of(asked.delegation), "diet-sheet", sections)


def _sections(
    meals: Iterable[ItineraryItem],
    eating: Mapping[int, Sequence[Person]],
    needs: Mapping[int, Needs],
    hosts: Mapping[int, dict[str, str]],
) -> Iterable[Section]:
    day = None
    for meal in meals:
        parts = {
            "time": clock_cell(meal.span.start),
            "what": text(meal.title, "strong"),
            "place": text(meal.where),
            "host": text(hosts.get(meal.id, {})),
        }
        heads = [Head(f"item:{meal.id}", parts)]
        on = meal.start_wall.date()
        if on != day:
            heads.insert(0, Head("", {"day": text(day_texts(on))}))
        day = on
        heads.append(Head("", {"people": text(words.people(len(eating[meal.id])))}))
        yield Section(tuple(heads), COLUMNS, tuple(_rows(meal.id, eating[meal.id], needs)))


def _rows(meal_id: int, people: Sequence[Person], needs: Mapping[int, Needs]) -> Iterable[Row]:
    """Who needs the same things together, so that the counts add up; whoever told no needs is counted alone."""
    groups: dict[Needs, list[Person]] = defaultdict(list)
    for person in people:
        groups[needs.get(person.registration_id, NONE)].append(person)
    for need in sorted(groups, key=lambda one: (one == NONE, -len(groups[one]), one)):
        diets, said = need
        key = f"item:{meal_id}/diet:" + ("+".join(diets) + (f"/{said}" if said else "") or "none")
        counted = {
            "diet": _diet(diets) + plain(said) or text(words.both("no-needs")),
            "count": plain(str(len(groups[need])), "strong"),
        }
        if need == NONE:
            yield Row(key, counted)
        else:
            yield from _named(key, counted, groups[need])


def _named(key: str, counted: dict[str, Cell], people: Sequence[Person]) -> Iterable[Row]:
    """A row is never divided, so that many names take several."""
    for first in range(0, len(people), MOST_NAMES):
        those = people[first : first + MOST_NAMES]
        cells = {**(counted if not first else {}), "names": tuple(line for one in those for line in _names(one))}
        yield Row(f"{key}#{first}" if first else key, cells, tuple(one.registration_id for one in those))


def _diet(diets: Sequence[str]) -> Cell:
    return tuple(Line(words.DIETS[one], style="strong") for one in diets)


def _names(person: Person) -> Cell:
    first, *rest = person.called
    return (replace(first, style=""), *rest)


def _needs(db: DbSession, registration_ids: Collection[int]) -> dict[int, Needs]:
    query = select(Registration.id, Registration.answers).where(Registration.id.in_(registration_ids))
    return {row.id: (_diets(row.answers), _written(row.answers)) for row in db.execute(query)}


def _diets(kept: Mapping[str, Any]) -> tuple[str, ...]:
    named = set(needs_of(kept)) - {UNANSWERED}
    return tuple(one for one in DIETS if one in named)


def _written(kept: Mapping[str, Any]) -> str:
    """What someone has written about their food; not about other needs."""
    found = [
        str(value)
        for question, value in answered(kept)
        if question.kind in WRITTEN
        and topic_of(question.code, question.kind) is Topic.NEEDS
        and any(word in question.code for word in FOOD)
    ]
    return "; ".join(one for one in found if one)
