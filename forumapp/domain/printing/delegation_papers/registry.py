"""The working papers: of each, how its values are read, what facts they are, how they are checked and laid out.

A paper that is a list says only how it is read. To add one, see docs/changing.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forumapp.domain.printing.delegation_papers import (
    arrivals,
    booklet_facts,
    booklets,
    contacts,
    diets,
    errata,
    faces,
    head_days,
    manifests,
    rooming,
    signs,
)
from forumapp.domain.printing.list_papers import lists, values
from forumapp.domain.printing.list_papers.queries import Asked
from forumapp.domain.printing.models import Paper
from forumapp.domain.printing.queries import ranked_head

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.models.delegations import Delegation
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.list_papers.values import Facts, Laid, Stamp, Whom
    from forumapp.domain.printing.paper.layout import Finding
    from forumapp.domain.printing.rules import Options


@dataclass(frozen=True, slots=True)
class Maker:
    """`read` raises NothingToPrint where there is nothing to say. The others take what it answers; `only` leaves of it
    what tells some facts, or told what stood on some lines.
    """

    read: Callable[[DbSession, Asked], Any]
    facts: Callable[[Any], Facts] = values.facts_of
    whom: Callable[[Any], Whom] = values.whom_of
    only: Callable[[Any, Collection[str], Sequence[Collection[str]]], Any] = values.only
    check: Callable[[Any], list[Finding]] = lists.check
    lay: Callable[[Any, Stamp], Laid] = lists.lay


PAPERS: Mapping[Paper, Maker] = {
    Paper.ITINERARIES: Maker(
        booklets.read_itinerary,
        booklet_facts.shared_facts,
        booklet_facts.shared_whom,
        lambda values, *_: values,  # whatever of it changed, it is one booklet
        booklets.check_itinerary,
        booklets.lay_itinerary,
    ),
    Paper.BOOKLETS: Maker(
        booklets.read_booklets,
        booklet_facts.facts_of,
        booklet_facts.whom_of,
        booklet_facts.only,
        booklets.check,
        booklets.lay,
    ),
    Paper.ARRIVALS: Maker(arrivals.read_arrivals),
    Paper.DEPARTURES: Maker(arrivals.read_departures),
    Paper.FACE_SHEET: Maker(faces.read_faces),
    Paper.ROOMING_LIST: Maker(rooming.read_rooming),
    Paper.CONTACT_LIST: Maker(contacts.read_contacts),
    Paper.HEAD_DAYS: Maker(head_days.read_head_days, lay=head_days.lay),
    Paper.DIET_SHEET: Maker(diets.read_diets),
    Paper.ERRATA: Maker(errata.read_errata),
    Paper.MANIFESTS: Maker(manifests.read_manifests),
    Paper.COACH_SIGNS: Maker(signs.read_coach_signs, lay=signs.lay_signs),
    Paper.AIRPORT_SIGNS: Maker(signs.read_airport_signs, lay=signs.lay_signs),
}


def is_working(paper: Paper, options: Options) -> bool:
    """Whether a print is of a working paper: the shared booklets of all delegations at once are not."""
    return paper in PAPERS and (paper is not Paper.ITINERARIES or options.delegation is not None)


def read_paper(db: DbSession, edition: Edition, delegation: Delegation, paper: Paper, options: Options) -> Any:
    """What a working paper says now. Raises NothingToPrint."""
    return PAPERS[paper].read(db, Asked(edition, delegation, ranked_head(db, edition, options), options))
