"""What cards and signs that name people need, as plain values, like `documents`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from forumapp.domain.people.printed import Printed
    from forumapp.domain.printing.documents import EditionHead


@dataclass(frozen=True, slots=True)
class Card:
    """Whom it names. A finding tells of the registration, or else of the person, whichever is known."""

    who: Printed
    registration_id: int | None = None
    person_id: int | None = None

    @property
    def shown_name(self) -> str:
        return " ".join(name for name in (self.who.latin_name, self.who.native_name) if name)


@dataclass(frozen=True, slots=True)
class CardsValues:
    """`paper` is the word of the paper; `untitled` shows names alone."""

    head: EditionHead
    paper: str
    cards: tuple[Card, ...]
    untitled: bool
    printed_at: datetime
