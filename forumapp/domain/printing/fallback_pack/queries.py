"""What a fallback pack is made of: whoever is confirmed, who rides where, the designs of badges. A dozen queries."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from forumapp.core.values.text import fold
from forumapp.domain.delegations.coaches.queries import transfers_of
from forumapp.domain.delegations.models.delegations import ItemKind, ItineraryItem
from forumapp.domain.images.queries import contents_of
from forumapp.domain.people.names.pinyin import proposed_spellings
from forumapp.domain.people.names.printed_names import printed
from forumapp.domain.printing.badges.back_content import back_facts
from forumapp.domain.printing.designs.choices import pictures_on
from forumapp.domain.printing.designs.queries import looks_of
from forumapp.domain.printing.fallback_pack.values import Blanks, Coach, Group, PackValues
from forumapp.domain.printing.list_papers.cell_texts import day_texts, span_cell
from forumapp.domain.printing.models import JobStatus, Paper, PrintJob
from forumapp.domain.printing.paper.documents import BadgeValues
from forumapp.domain.printing.paper.handout_boxes import as_read
from forumapp.domain.printing.queries import NothingToPrint, edition_head, named_badges, places_of_delegations
from forumapp.domain.printing.rules import Options, stock_for
from forumapp.domain.printing.wording import words
from forumapp.domain.registration.models import RegistrationType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.coaches.queries import Rider
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.queries import Named

NO_LETTER = "#"


def pack_values(db: DbSession, edition: Edition, options: Options, *, now: datetime) -> PackValues:
    """Raises NothingToPrint where nobody is confirmed."""
    people = named_badges(db, edition.id, Options())
    if not people:
        raise NothingToPrint(edition=edition.slug)
    head = edition_head(db, edition, options)
    places = places_of_delegations(db, edition.id)
    by_delegation = sorted(people, key=lambda one: (places.get(one.delegation_id or 0, len(places)), *_as_read(one)))
    done = select(func.count()).where(PrintJob.edition_id == edition.id, PrintJob.paper == Paper.FALLBACK_PACK)
    return PackValues(
        head,
        by_name=_grouped(people, _as_read, _letter_of),
        by_native=_grouped([one for one in people if _is_chinese(one)], _in_pinyin, _pinyin_letter_of),
        by_delegation=_delegations(by_delegation),
        coaches=tuple(_coaches(db, edition, {one.badge.registration_id: one for one in people})),
        blanks=_blanks(db, edition, options),
        version=(db.scalar(done.where(PrintJob.status == JobStatus.DONE)) or 0) + 1,
        printed_at=now,
    )


def _as_read(one: Named) -> tuple[Any, ...]:
    return (*as_read(one.name), one.badge.registration_id)


def _letter_of(one: Named) -> str:
    return as_read(one.name)[0][:1].upper()


def _is_chinese(one: Named) -> bool:
    return bool(one.badge.native_name) and one.badge.native_lang.startswith("zh")


def _in_pinyin(one: Named) -> tuple[Any, ...]:
    """As it is most likely read, however the person spells it in Latin letters."""
    family, given = next(iter(proposed_spellings(one.badge.native_name)), as_read(one.name))
    return fold(family), fold(given), one.badge.native_name, one.badge.registration_id


def _pinyin_letter_of(one: Named) -> str:
    return str(_in_pinyin(one)[0])[:1].upper()


def _grouped(
    people: Iterable[Named], key: Callable[[Named], tuple[Any, ...]], letter_of: Callable[[Named], str]
) -> tuple[Group, ...]:
    """By letter; what begins with no letter comes last."""

    def letter(one: Named) -> str:
        found = letter_of(one)
        return found if "A" <= found <= "Z" else NO_LETTER

    ordered = sorted(people, key=lambda one: (letter(one) == NO_LETTER, *key(one)))
    parts = [(one, tuple(each.badge for each in those)) for one, those in groupby(ordered, letter)]
    return tuple(Group({"": one}, badges, len(badges)) for one, badges in parts)


def _delegations(people: Iterable[Named]) -> tuple[Group, ...]:
    found = []
    for _delegation, those in groupby(people, lambda one: one.delegation_id):
        badges = tuple(one.badge for one in those)
        found.append(Group(badges[0].delegation or words.WORDS["no-delegation"], badges, len(badges)))
    return tuple(found)


def _coaches(db: DbSession, edition: Edition, people: dict[int, Named]) -> Iterator[Coach]:
    """In order of time; those in which somebody rides."""
    items = select(ItineraryItem).where(ItineraryItem.edition_id == edition.id, ItineraryItem.kind == ItemKind.TRANSFER)
    rows = db.scalars(items.order_by(ItineraryItem.start_utc, ItineraryItem.end_utc, ItineraryItem.id))
    for one in transfers_of(db, edition.id, rows):
        for ride in one.rides:
            riders = sorted(ride.riders, key=lambda each: (*as_read(each.name), each.registration_id))
            if riders:
                yield Coach(
                    day_texts(one.item.start_wall.date()),
                    span_cell(one.item.span, edition.zone),
                    one.item.title,
                    ride.vehicle.name,
                    ride.vehicle.plate,
                    ride.vehicle.seats,
                    tuple(_rider(each, people) for each in riders),
                )


def _rider(one: Rider, people: dict[int, Named]) -> BadgeValues:
    """Whoever has a seat and no confirmed place is named all the same."""
    if one.registration_id in people:
        return people[one.registration_id].badge
    who = printed(one.name, None, None)
    names = (one.registration_id, who.latin_name, who.native_name, who.native_language)
    return BadgeValues(*names, {}, {}, "", words.WORDS["not-confirmed"], "#ffffff", "", "", one.delegation)


def _blanks(db: DbSession, edition: Edition, options: Options) -> Blanks:
    types = select(RegistrationType).where(RegistrationType.edition_id == edition.id)
    badges = tuple(
        BadgeValues(0, "", "", "zh-Hans", {}, {}, one.code, one.name, one.color, "", "")
        for one in db.scalars(types.order_by(RegistrationType.position, RegistrationType.id))
    )
    looks = looks_of(db, edition.id)
    stock = stock_for(options, edition.page_size.value)
    pictures = contents_of(db, pictures_on(badges, looks))
    return Blanks(stock, badges, looks, back_facts(db, edition, looks), pictures)
