"""How many pieces of a print have been printed before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.printing.cards.print_log import last_cards
from forumapp.domain.printing.cards.values import list_cards
from forumapp.domain.printing.letters.issued_letters import count_printed
from forumapp.domain.printing.models import FORMAL, Paper
from forumapp.domain.printing.rules import CARD_PAPERS
from forumapp.domain.printing.selection import count_reprints

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.printing.rules import Options


def count_again(
    db: DbSession, edition_id: int, paper: Paper, options: Options, *, within: Collection[int] | None = None
) -> int:
    """Of badges, of cards of the same kind, whatever they said, and of letters with their serials."""
    if paper is Paper.BADGES:
        return count_reprints(db, edition_id, options, within=within)
    if paper in FORMAL:
        return count_printed(db, edition_id, paper, options, within=within)
    if paper.value not in CARD_PAPERS or not (last := last_cards(db, edition_id, paper)):
        return 0
    cards = list_cards(db, edition_id, paper, options, within=within)
    return sum((paper, card.person_id) in last for card in cards)
