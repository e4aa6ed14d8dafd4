"""What several working papers read of a delegation: who is in it, and what its people do. A few queries each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.domain.delegations.models.audiences import ItemPerson
from forumapp.domain.delegations.models.delegations import ItineraryItem
from forumapp.domain.delegations.queries import list_members
from forumapp.domain.people.names.printed_names import printed
from forumapp.domain.printing.list_papers import words
from forumapp.domain.printing.list_papers.values import Party, name, text
from forumapp.domain.registration.rules import ADMITTED

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.models.delegations import Delegation
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.people.names.printed_names import Printed
    from forumapp.domain.printing.list_papers.values import Cell
    from forumapp.domain.printing.paper.documents import EditionHead
    from forumapp.domain.printing.rules import Options


@dataclass(frozen=True, slots=True)
class Asked:
    """Of what a working paper is read. `head` is what every paper of the edition shares."""

    edition: Edition
    delegation: Delegation
    head: EditionHead
    options: Options
    _people: list[Person] = field(default_factory=list, compare=False, repr=False)

    def people(self, db: DbSession) -> list[Person]:
        """As in `list_people`, read once for all papers that are read of one asking."""
        if not self._people:
            self._people.extend(list_people(db, self.delegation))
        return list(self._people)


@dataclass(frozen=True, slots=True)
class Person:
    """A member as working papers name them. `role` is a member role's value."""

    registration_id: int
    person_id: int
    role: str
    printed: Printed
    delegation_id: int
    delegation: dict[str, str]
    admitted: bool = True

    @property
    def called(self) -> Cell:
        """In both scripts; of those who may not come yet, that too."""
        return name(self.printed) + (() if self.admitted else text(words.both("not-admitted"), "quiet"))

    @property
    def who(self) -> tuple[str, int]:
        """For a row: whom a finding names."""
        one = self.printed
        return " ".join(part for part in (one.latin_name, one.native_name) if part), self.person_id


def party_of(delegation: Delegation) -> Party:
    return Party(delegation.code, delegation.name)


def list_people(db: DbSession, delegation: Delegation) -> list[Person]:
    """Everyone in it or in its parts, in precedence order: the same people whom pages give seats and rooms, also those
    who are not admitted yet. Whoever gives up has left it.
    """
    found: list[Person] = []
    for line in list_members(db, delegation):
        first = line.titles[0] if line.titles else None
        one = printed(line.name, first.title if first else None, first.organization if first else None)
        of = line.delegation_id, line.delegation, line.status in ADMITTED
        found.append(Person(line.registration_id, line.person_id, line.role.value, one, *of))
    return found


def items_by_person(
    db: DbSession, edition_id: int, registration_ids: Collection[int]
) -> dict[int, list[ItineraryItem]]:
    """By registration, the items that are for them, in order of time. Those without any are left out. Two queries,
    of which the larger brings nothing but ids.
    """
    theirs = select(ItemPerson.item_id, ItemPerson.registration_id).where(
        ItemPerson.edition_id == edition_id, ItemPerson.registration_id.in_(registration_ids)
    )
    people: dict[int, list[int]] = {}
    for item_id, registration_id in db.execute(theirs):
        people.setdefault(item_id, []).append(registration_id)
    query = select(ItineraryItem).where(ItineraryItem.id.in_(people))
    found: dict[int, list[ItineraryItem]] = {}
    for item in db.scalars(query.order_by(ItineraryItem.start_utc, ItineraryItem.end_utc, ItineraryItem.id)):
        for registration_id in people[item.id]:
            found.setdefault(registration_id, []).append(item)
    return found
