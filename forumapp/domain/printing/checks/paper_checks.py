"""What all papers of an edition would show that should be mended first, as each is told before it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.domain.delegations.models.delegations import Delegation
from forumapp.domain.delegations.models.seating import SeatingPlan
from forumapp.domain.printing import custom_stocks, queries
from forumapp.domain.printing.checks.preflight import preflight
from forumapp.domain.printing.delegation_papers.registry import PAPERS
from forumapp.domain.printing.designs.queries import looks_of
from forumapp.domain.printing.models import CARDS, Paper, PrintJob
from forumapp.domain.printing.paper.stocks import STOCKS
from forumapp.domain.printing.previews import layout_findings
from forumapp.domain.printing.rules import Options, chosen_stock, stock_for

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.serving.render_pool import Workshop
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.paper.layout import Finding

# Corrections and the booklets of single persons say what the others say.
OF_A_PLAN = tuple(one for one in CARDS if one is not Paper.SIGN_IN_SHEETS)
OF_A_DELEGATION = tuple(one for one in PAPERS if one not in (Paper.ERRATA, Paper.BOOKLETS))


@dataclass(frozen=True, slots=True)
class Papers:
    """Of which edition, and with what its papers are looked through."""

    db: DbSession
    edition: Edition
    fonts: Path
    workshop: Workshop
    now: datetime

    def found(self, paper: Paper, options: Options) -> Sequence[Finding]:
        how: dict[str, Any] = {"folder": self.fonts, "workshop": self.workshop, "now": self.now}
        return preflight(self.db, self.edition, paper, options, **how).findings


def on_badges(at: Papers, within: Collection[int] | None) -> Iterator[Finding]:
    """On the usual stock, and on each on which badges of the edition were printed; each finding once."""
    edition, seen = at.edition, set()
    badges = queries.badge_values(at.db, edition.id, Options(), within=within)
    for options in _stocks(at) if badges else ():
        head = queries.edition_head(at.db, edition, options)
        looks = looks_of(at.db, edition.id, chosen_stock(options))
        of: dict[str, Any] = {"stock": stock_for(options, head.page_size), "looks": looks, "workshop": at.workshop}
        for one in layout_findings.of_badges(at.db, edition, badges, head=head, folder=at.fonts, **of):
            if one.key not in seen:
                seen.add(one.key)
                yield one


def _stocks(at: Papers) -> list[Options]:
    """The usual one, and those printed on that there still are, as they are now."""
    printed = select(PrintJob.options).where(PrintJob.edition_id == at.edition.id, PrintJob.paper == Paper.BADGES)
    names = {str(one["stock"]) for one in at.db.scalars(printed) if one.get("stock")}
    own = {one.code: custom_stocks.stock_of(one) for one in custom_stocks.list_stocks(at.db, at.edition.id)}
    known = [Options(stock=one, geometry=own.get(one)) for one in sorted(names & {*STOCKS, *own})]
    return [Options(), *(one for one in known if stock_of(one, at.edition) != stock_of(Options(), at.edition))]


def stock_of(options: Options, edition: Edition) -> str:
    return stock_for(options, edition.page_size.value).name


def in_papers(at: Papers, *, all_papers: bool) -> Iterator[Finding]:
    """In the program, and in all others that there would be something to print of but letters."""
    yield from at.found(Paper.PROGRAM, Options())
    if all_papers:
        yield from at.found(Paper.SPEAKER_AGENDAS, Options())
        yield from _of_plans(at)
        yield from _of_delegations(at)


def _of_plans(at: Papers) -> Iterator[Finding]:
    from forumapp.domain.printing.cards import seating_plans

    query = select(SeatingPlan).where(SeatingPlan.edition_id == at.edition.id)
    for plan in at.db.scalars(query.order_by(SeatingPlan.id)).all():
        yield from seating_plans.check([seating_plans.read_plan(at.db, plan, at.edition.zone)], at.edition.languages)
        for paper in OF_A_PLAN:
            yield from at.found(paper, Options(plan=plan.code))


def _of_delegations(at: Papers) -> Iterator[Finding]:
    query = select(Delegation.code).where(Delegation.edition_id == at.edition.id)
    delegations = at.db.scalars(query.order_by(Delegation.position, Delegation.id)).all()
    for code, paper in product(delegations, OF_A_DELEGATION):
        yield from at.found(paper, Options(delegation=code))
