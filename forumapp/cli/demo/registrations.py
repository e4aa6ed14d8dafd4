"""Who registered, when, how, and what became of it. Instants are in UTC and rise from first to last."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from forumapp.cli.demo.answering import answers_of, listed_of
from forumapp.cli.demo.casting import rng_for
from forumapp.cli.demo.people import DELEGATION_SIZES
from forumapp.cli.demo.records import Registration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from forumapp.cli.demo.records import Person

FIRST = datetime(2023, 3, 1, 17, 0, tzinfo=UTC)
ROSTERS_IMPORTED = datetime(2023, 4, 24, 16, 0, tzinfo=UTC)
ENGLISH_OFFICER, CHINESE_OFFICER = "staff-13", "staff-14"
OBSERVER_PLACES = 12
MEDIA_APPROVED = 14
# Places among the guests. They lie behind the first sixty, from whom the program takes those who sign.
GUESTS_NOT_COMING = {"cancelled": range(60, 231, 20), "declined": range(65, 230, 40), "invited": range(73, 233, 48)}

TYPE_OF_GROUP = {
    "officials": "vip",
    "vip": "vip",
    "speaker": "speaker",
    "staff": "staff",
    "guest": "guest",
    "observer": "observer",
    "media": "media",
    **dict.fromkeys(DELEGATION_SIZES, "delegate"),
}
SOURCE_OF_GROUP = {
    "officials": "invitation",
    "vip": "invitation",
    "speaker": "invitation",
    "staff": "manual",
    "guest": "form",
    "observer": "form",
    "media": "form",
    **dict.fromkeys(DELEGATION_SIZES, "import"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    status: str
    position: int | None = None


def sample_registrations(people: Iterable[Person]) -> tuple[Registration, ...]:
    """Staff first, then invited people, then the public; the rosters arrive in one import between them."""
    everyone = tuple(people)
    early = [*_of(everyone, "staff"), *_of(everyone, "officials"), *_of(everyone, "vip"), *_of(everyone, "speaker")]
    delegates = [person for code in DELEGATION_SIZES for person in _of(everyone, code)]
    public = _public_in_order(everyone)
    timeline = [*_paced([*early, *public]), *_imported(delegates)]
    answers, listed = answers_of(delegates), listed_of(delegates)
    return tuple(
        replace(_registration(person, at), answers=answers.get(person.key, {}), is_listed=person.key in listed)
        for at, person in sorted(timeline, key=lambda entry: entry[0])
    )


def _of(people: tuple[Person, ...], group: str) -> list[Person]:
    return [person for person in people if person.group == group]


def _public_in_order(people: tuple[Person, ...]) -> list[Person]:
    """Guests, observers and media mixed by chance, each group still in its own order, so that a queue is a queue."""
    groups = {group: iter(_of(people, group)) for group in ("guest", "observer", "media")}
    tickets = [person.group for person in people if person.group in groups]
    rng_for("arrivals").shuffle(tickets)
    return [next(groups[ticket]) for ticket in tickets]


def _paced(people: list[Person]) -> Iterator[tuple[datetime, Person]]:
    """Between half an hour and ten hours apart, and never in the minutes of the import."""
    rng, at = rng_for("pace"), FIRST
    for person in people:
        at += timedelta(seconds=rng.randrange(1800, 36000))
        if ROSTERS_IMPORTED <= at < ROSTERS_IMPORTED + timedelta(minutes=10):
            at += timedelta(minutes=10)
        yield at, person


def _imported(delegates: list[Person]) -> Iterator[tuple[datetime, Person]]:
    for index, person in enumerate(delegates):
        yield ROSTERS_IMPORTED + timedelta(seconds=index), person


def _outcome(person: Person) -> Outcome:
    number = int(person.key.rsplit("-", 1)[-1]) if person.is_sample else 0
    if person.group == "observer" and number > OBSERVER_PLACES:
        return Outcome("waitlisted", number - OBSERVER_PLACES)
    if person.group == "media" and number > MEDIA_APPROVED:
        return Outcome("applied")
    if person.group == "guest":
        return Outcome(next((status for status, ones in GUESTS_NOT_COMING.items() if number in ones), "confirmed"))
    return Outcome("confirmed")


def _officer(person: Person) -> str:
    """A VIP's officer speaks the VIP's language."""
    return CHINESE_OFFICER if person.languages[0] == "zh-Hans" else ENGLISH_OFFICER


def _registration(person: Person, at: datetime) -> Registration:
    outcome = _outcome(person)
    is_vip = TYPE_OF_GROUP[person.group] == "vip" or person.key in {f"{code}-01" for code in DELEGATION_SIZES}
    changed = at + timedelta(days=3, hours=5) if outcome.status in {"cancelled", "declined"} else at
    invited = outcome.status in {"declined", "invited"}
    return Registration(
        person=person.key,
        type=TYPE_OF_GROUP[person.group],
        status=outcome.status,
        source="invitation" if invited else SOURCE_OF_GROUP[person.group],
        language=person.languages[0],
        registered_at=at,
        status_at=changed,
        delegation=person.group if person.group in DELEGATION_SIZES else None,
        waitlist_position=outcome.position,
        is_vip=is_vip,
        responsible_officer=_officer(person) if is_vip else None,
    )
