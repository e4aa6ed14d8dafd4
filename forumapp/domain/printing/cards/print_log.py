"""The print log of cards: a line for each printed card, and the last card of each person."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from forumapp.core.database.locks import lock_name
from forumapp.domain.people.names.printed_names import Printed
from forumapp.domain.printing.models import JobStatus, Paper, PrintJob, PrintLine
from forumapp.domain.printing.paper.card_documents import Card
from forumapp.domain.printing.rules import options_from

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.printing.rules import Options

NAMES, TITLES = ("latin_name", "native_name"), ("title", "organization")


@dataclass(frozen=True, slots=True)
class LastCard:
    """The last printed card of one kind for a person. `contents` counts how often the texts of their cards changed."""

    printed_at: datetime | None
    options: Options
    texts: Mapping[str, Any]
    copies: int
    contents: int

    def as_it_stands(self, card: Card) -> dict[str, Any]:
        """What it would say today, in the same languages."""
        titles = self.texts.get(TITLES[0])
        return printed_texts(card, tuple(titles or ()), untitled=titles is None)

    def is_changed(self, card: Card, plan: str | None) -> bool:
        """Whether it came from that plan of seats, or from none, and would say something else today."""
        return self.options.plan == plan and self.as_it_stands(card) != self.texts


def printed_texts(card: Card, languages: Sequence[str], *, untitled: bool) -> dict[str, Any]:
    texts: dict[str, Any] = {part: getattr(card.who, part) for part in NAMES}
    for part in () if untitled else TITLES:
        texts[part] = {one: getattr(card.who, part).get(one, "") for one in languages}
    return texts


def last_cards(db: DbSession, edition_id: int, paper: Paper | None = None) -> dict[tuple[Paper, int | None], LastCard]:
    """By paper and person, of one paper or of all. One query, of the whole edition."""
    columns = (PrintJob.paper, PrintJob.finished_at, PrintJob.options, PrintLine.person_id, PrintLine.said)
    query = (
        select(*columns, PrintLine.copy_number, PrintLine.content_version)
        .join(PrintLine, PrintLine.job_id == PrintJob.id)
        .where(PrintJob.edition_id == edition_id, PrintJob.status == JobStatus.DONE, PrintLine.person_id.is_not(None))
        .order_by(PrintJob.id, PrintLine.position)
    )
    if paper is not None:
        query = query.where(PrintJob.paper == paper)
    return {
        (row.paper, row.person_id): LastCard(
            row.finished_at, options_from(row.options), row.said, row.copy_number or 0, row.content_version or 0
        )
        for row in db.execute(query)
    }


def note_cards(db: DbSession, job: PrintJob, cards: Sequence[Card], languages: Sequence[str]) -> None:
    """A line for each, in these languages. Harmless when done twice. Nobody else numbers pieces of the edition until
    the transaction ends.
    """
    lock_name(db, f"print-lines-{job.edition_id}")
    connection = db.connection()
    connection.execute(delete(PrintLine).where(PrintLine.job_id == job.id))
    before = last_cards(db, job.edition_id, job.paper)
    untitled = options_from(job.options).untitled
    lines = []
    for place, card in enumerate(cards, start=1):
        last, texts = before.get((job.paper, card.person_id)), printed_texts(card, languages, untitled=untitled)
        new = last is None or last.texts != texts
        numbers = {
            "copy_number": last.copies + 1 if last else 1,
            "content_version": (last.contents if last else 0) + new,
        }
        of = {"edition_id": job.edition_id, "job_id": job.id, "person_id": card.person_id}
        lines.append({**of, "position": place, "said": texts, **numbers})
    if lines:
        connection.execute(insert(PrintLine), lines)


def as_plain(cards: Sequence[Card]) -> list[dict[str, Any]]:
    """As JSON can hold them, so that a print that is taken up again prints, and notes, what it began with."""
    return [asdict(one) for one in cards]


def from_plain(kept: Sequence[Mapping[str, Any]]) -> list[Card]:
    return [Card(**{**one, "who": Printed(**one["who"])}) for one in kept]
