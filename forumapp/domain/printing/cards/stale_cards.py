"""Cards that no longer say what they said when they were printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forumapp.core.errors import NotFound
from forumapp.domain.printing.cards.print_log import last_cards
from forumapp.domain.printing.cards.values import list_cards
from forumapp.domain.printing.models import Paper
from forumapp.domain.printing.rules import Options

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.printing.paper.card_documents import Card


@dataclass(frozen=True, slots=True)
class OutdatedCard:
    """A card as it would print now, when it was printed last, and which of its parts differ since."""

    card: Card
    printed_at: datetime | None
    was: dict[str, Any]
    now: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OutdatedCards:
    """Those of one paper, of one plan of seats or of registrations. Printed with these `options`, they and no others
    are printed again.
    """

    paper: Paper
    options: Options
    cards: tuple[OutdatedCard, ...]


def outdated_cards(
    db: DbSession, edition_id: int, *, within: Collection[int] | None = None, with_plans: bool
) -> list[OutdatedCards]:
    """By paper, those of plans after the others and only `with_plans`. More plans ask more queries; more cards none."""
    last = last_cards(db, edition_id)
    plans = {one.options.plan for one in last.values()} if with_plans else {None} if last else set()
    found = []
    for plan in sorted(plans, key=lambda one: one or ""):
        cards = _cards_now(db, edition_id, plan, within)
        for paper in {paper for paper, _ in last}:
            those = _changed(((last.get((paper, card.person_id)), card) for card in cards), plan)
            found.append(OutdatedCards(paper, Options(plan=plan, changed=True), tuple(those)))
    return sorted((one for one in found if one.cards), key=lambda one: list(Paper).index(one.paper))


def _changed(pairs: Iterable[tuple[Any, Card]], plan: str | None) -> Iterable[OutdatedCard]:
    for last, card in pairs:
        if last is not None and last.is_changed(card, plan):
            now = last.as_it_stands(card)
            parts = [part for part, text in last.texts.items() if now[part] != text]
            was, new = ({part: of[part] for part in parts} for of in (last.texts, now))
            yield OutdatedCard(card, last.printed_at, was, new)


def _cards_now(db: DbSession, edition_id: int, plan: str | None, within: Collection[int] | None) -> list[Card]:
    """None of a plan that is gone: whoever took it away knows."""
    try:
        return list_cards(db, edition_id, Paper.PLACE_CARDS, Options(plan=plan), within=within)
    except NotFound:
        return []
