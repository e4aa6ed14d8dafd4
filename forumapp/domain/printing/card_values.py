"""Whom cards and signs name: those who sit on a plan of seats, in its order, or registrations as badges choose them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forumapp.domain.delegations import seating_services
from forumapp.domain.people.printed import Printed, printed
from forumapp.domain.printing.card_documents import Card, CardsValues
from forumapp.domain.printing.queries import NothingToPrint, badge_values, edition_head

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.models import Paper
    from forumapp.domain.printing.rules import Options


def card_values(
    db: DbSession,
    edition: Edition,
    paper: Paper,
    options: Options,
    *,
    within: Collection[int] | None = None,
    now: datetime,
) -> CardsValues:
    """Raises NothingToPrint where there is nobody."""
    cards = _seated(db, edition.id, options.plan) if options.plan else _registered(db, edition.id, options, within)
    if not cards:
        raise NothingToPrint(edition=edition.slug)
    head = replace(edition_head(db, edition, options), hosts=())
    return CardsValues(head, paper.value, tuple(cards), options.untitled, now)


def _seated(db: DbSession, edition_id: int, code: str) -> list[Card]:
    """Row after row or table after table, as they are set out."""
    plan = seating_services.get_plan(db, edition_id, code)
    cards = []
    for line in seating_services.list_seats(db, plan):
        if line.name is not None:
            title = line.titles[0] if line.titles else None
            who = printed(line.name, title.title if title else None, title.organization if title else None)
            cards.append(Card(who, person_id=line.person_id))
    return cards


def _registered(db: DbSession, edition_id: int, options: Options, within: Collection[int] | None) -> list[Card]:
    """In the order in which badges are handed out."""
    return [
        Card(
            Printed(one.latin_name, one.native_name, one.native_lang, one.title, one.organization),
            registration_id=one.registration_id,
        )
        for one in badge_values(db, edition_id, options, within=within)
    ]
