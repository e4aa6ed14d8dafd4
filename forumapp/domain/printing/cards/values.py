"""Whom cards and signs name: those who sit on a plan of seats, in its order, or registrations as badges choose them;
and who is expected, on sheets to sign.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.values.times import at_zone
from forumapp.domain.accounts.editing.rows import get_by_code
from forumapp.domain.agenda.models import Session
from forumapp.domain.delegations.seating import services
from forumapp.domain.forums.models import Room
from forumapp.domain.people.names.printed_names import Printed, printed
from forumapp.domain.printing.cards.print_log import last_cards
from forumapp.domain.printing.models import Paper
from forumapp.domain.printing.paper.card_documents import Card, CardsValues, SignInValues
from forumapp.domain.printing.queries import NothingChanged, NothingToPrint, badge_values, edition_head
from forumapp.domain.printing.speaker_agendas import who_speaks
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.paper.documents import BadgeValues
    from forumapp.domain.printing.rules import Options


def card_values(
    db: DbSession,
    edition: Edition,
    paper: Paper,
    options: Options,
    *,
    within: Collection[int] | None = None,
    cards: Sequence[Card] | None = None,
    now: datetime,
) -> CardsValues | SignInValues:
    """Of these `cards`, or of those that stand now. Raises NothingToPrint where there is nobody."""
    if cards is None:
        cards = list_cards(db, edition.id, paper, options, within=within)
    if not cards:
        raise (NothingChanged if options.changed else NothingToPrint)(edition=edition.slug)
    head = replace(edition_head(db, edition, options), hosts=())
    if paper is Paper.SIGN_IN_SHEETS:
        return _sheet(db, edition, options, SignInValues(head, {}, {}, None, tuple(cards), now))
    return CardsValues(head, paper.value, tuple(cards), options.untitled, now)


def list_cards(
    db: DbSession, edition_id: int, paper: Paper, options: Options, *, within: Collection[int] | None = None
) -> list[Card]:
    """Of everyone whom the options name; of those that are `changed`, as they were printed last from the same plan."""
    if options.plan:
        cards = _seated(db, edition_id, options.plan)
    else:
        of: dict[str, Any] = {"within": within, "mixed": paper is Paper.SIGN_IN_SHEETS}
        found = badge_values(db, edition_id, replace(options, changed=False), **of)
        cards = _registered(db, edition_id, found)
    if options.speaking:
        speaking = who_speaks(db, edition_id)
        cards = [card for card in cards if card.person_id in speaking]
    if not options.changed:
        return cards
    last = last_cards(db, edition_id, paper)
    return [card for card in cards if (one := last.get((paper, card.person_id))) and one.is_changed(card, options.plan)]


def _sheet(db: DbSession, edition: Edition, options: Options, values: SignInValues) -> SignInValues:
    if options.session is None:
        return values
    row = get_by_code(db, Session, edition.id, options.session)
    room = db.get(Room, row.room_id) if row.room_id else None
    starts = at_zone(row.start_utc, edition.zone).wall if row.start_utc else None
    of: dict[str, Any] = {"session_id": row.id, "title": row.title, "room": room.name if room else {}, "starts": starts}
    return replace(values, **of)


def _seated(db: DbSession, edition_id: int, code: str) -> list[Card]:
    """Row after row or table after table, as they are set out."""
    plan = services.get_plan(db, edition_id, code)
    cards = []
    for line in services.list_seats(db, plan):
        if line.name is not None:
            title = line.titles[0] if line.titles else None
            who = printed(line.name, title.title if title else None, title.organization if title else None)
            cards.append(Card(who, person_id=line.person_id))
    return cards


def _registered(db: DbSession, edition_id: int, badges: Sequence[BadgeValues]) -> list[Card]:
    """One query, of the whole edition: those that are printed may be too many to name."""
    query = select(Registration.id, Registration.person_id).where(Registration.edition_id == edition_id)
    people = {row.id: row.person_id for row in db.execute(query)}
    return [
        Card(
            Printed(one.latin_name, one.native_name, one.native_lang, one.title, one.organization),
            registration_id=one.registration_id,
            person_id=people[one.registration_id],
        )
        for one in badges
    ]
