"""What cards, signs and sheets that name people need, as plain values, like `documents`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from forumapp.domain.people.names.printed_names import Printed
    from forumapp.domain.printing.paper.documents import EditionHead, Texts


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


@dataclass(frozen=True, slots=True)
class SignInValues:
    """Who is expected, by name. `title`, `room` and `starts`, the wall time, are of the session, if it is for one."""

    head: EditionHead
    title: Texts
    room: Texts
    starts: datetime | None
    cards: tuple[Card, ...]
    printed_at: datetime
    session_id: int = 0
