"""Everything of an edition that should be mended before it goes to print, as values with codes."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.values.text import missing, pick
from forumapp.domain.accounts.scope import REACHED, limited
from forumapp.domain.agenda.findings.detection import agenda_findings
from forumapp.domain.agenda.findings.names import PERSON
from forumapp.domain.agenda.models import Track
from forumapp.domain.agenda.severities import Severity
from forumapp.domain.delegations.conflicts.findings import itinerary_findings, names_beside, vehicles_twice
from forumapp.domain.delegations.models.delegations import Delegation, ItineraryItem
from forumapp.domain.forums.models import ContentPage, Edition, EditionHost, Room, SponsorLevel, Venue
from forumapp.domain.forums.queries import list_hosts
from forumapp.domain.people.models import EditionTitle, Person
from forumapp.domain.people.records.services import name_of
from forumapp.domain.printing.checks.paper_checks import Papers, in_papers, on_badges
from forumapp.domain.printing.paper.blocking_findings import weighed
from forumapp.domain.printing.paper.layout import called
from forumapp.domain.printing.previews.letter_previews import edition_letters
from forumapp.domain.proofs.queries import list_unapproved
from forumapp.domain.registration.models import RegistrationType

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.serving.render_pool import Workshop
    from forumapp.domain.agenda.findings.values import Finding as AgendaFinding
    from forumapp.domain.people.rules import Name
    from forumapp.domain.printing.paper.layout import Finding as PaperFinding

# What people read in several languages, besides sessions, which the agenda's own rules look at.
TRANSLATED: tuple[tuple[type[Any], str, tuple[str, ...]], ...] = (
    (SponsorLevel, "sponsor_level", ("name",)),
    (EditionHost, "edition_host", ("remark",)),
    (Venue, "venue", ("name", "address")),
    (Room, "room", ("name",)),
    (ContentPage, "content_page", ("title", "body")),
    (Track, "track", ("name",)),
    (RegistrationType, "registration_type", ("name",)),
    (Delegation, "delegation", ("name",)),
    (ItineraryItem, "itinerary_item", ("title", "place")),
)


OF_PEOPLE = ("person", "registration")


@dataclass(frozen=True, slots=True)
class Found:
    """Something to mend. `subject` names whom or what it concerns; `parties` are (kind, id) of all of them."""

    code: str
    blocking: bool
    subject: str
    parties: tuple[tuple[str, int], ...] = ()
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """What is ignored is not found at all."""
        return Severity.BLOCK if self.blocking else Severity.WARN


def edition_findings(
    db: DbSession,
    edition: Edition,
    fonts: Path,
    *,
    within: Collection[int] | None = None,
    within_days: Collection[int] | None = None,
    within_proofs: Collection[int] | None = None,
    orders: bool = True,
    all_papers: bool = False,
    workshop: Workshop,
    now: datetime,
) -> list[Found]:
    """Clashes, texts that are not translated, flags on people, names that nobody approved, and what the badges, the
    program and the formal letters would show; blocking ones first. Papers are drawn by `workshop`.

    The number of queries does not grow with the edition, but with `all_papers`, which looks through cards, the agendas
    of speakers and the papers of delegations as well. `fonts` is the folder of cut fonts. `within` leaves out what is
    about people and delegations other than these, `within_days` what is about other delegations' itineraries and the
    clashes of their people, and `within_proofs` what is about their name checks. Without `orders` nothing is told of
    orders of precedence. What other papers say, and letters, which are issued by those who see everyone, is told to
    those alone.
    """
    kind = RegistrationType
    codes = db.execute(select(kind.code, kind.id).where(kind.edition_id == edition.id))
    types = {row.code: row.id for row in codes}
    clashing = [
        *agenda_findings(db, edition.id, orders=orders),
        *itinerary_findings(db, edition.id, within=within_days),
        *vehicles_twice(db, edition.id, within=within_days),
    ]
    found = [
        *_of_agenda(db, clashing, edition.languages[0]),
        *_untranslated(db, edition, within, within_days),
        *_flagged(db, edition.id, within),
        *_unapproved(db, edition.id, within_proofs),
    ]
    at = Papers(db, edition, fonts, workshop, now)
    found += [of_paper(one, types) for one in on_badges(at, within)]
    if within is None:
        found += _unheard(found, (of_paper(one, types) for one in in_papers(at, all_papers=all_papers)))
        letters = map(of_paper, edition_letters(db, edition, fonts, workshop=workshop, now=now))
        known = {(*_words(one), one.parties) for one in found}
        found += [one for one in letters if (*_words(one), one.parties) not in known]
    return sorted(weighed(found, edition.print_blocks), key=lambda one: not one.blocking)


def _unheard(known: Iterable[Found], more: Iterable[Found]) -> Iterator[Found]:
    """What a title lacks, say, it lacks on a badge, in the program and on a card alike. Of people badges tell by their
    registrations, and texts that are not translated are found where they are written.
    """
    seen = {_words(one) for one in known}
    for one in more:
        of_person = one.code != "missing-translation" or any(kind in OF_PEOPLE for kind, _id in one.parties)
        if of_person and _words(one) not in seen:
            seen.add(_words(one))
            yield one


def _words(one: Found) -> tuple[object, ...]:
    return one.code, one.subject, tuple(sorted(one.details.items()))


def of_paper(finding: PaperFinding, types: Mapping[str, int] = MappingProxyType({})) -> Found:
    """`types` are the ids of registration types by their codes."""
    about, parties = finding.about, finding.parties
    if about and about[0] == "registration_type" and about[1] in types:
        parties = (("registration_type", types[str(about[1])]),)
    return Found(finding.code, finding.blocking, finding.subject, parties, dict(finding.details))


def _of_agenda(db: DbSession, findings: list[AgendaFinding], language: str) -> Iterator[Found]:
    names = names_beside(db, findings)

    def name(kind: str, one: int) -> str:
        return in_both_scripts(names.people[one]) if kind == PERSON else pick(names.of(kind, one), language)

    for finding in findings:
        subject = called(name(*party) for party in finding.parties)
        yield Found(finding.code, finding.blocking, subject, finding.parties, finding.details)


def _untranslated(
    db: DbSession, edition: Edition, within: Collection[int] | None, within_days: Collection[int] | None
) -> Iterator[Found]:
    for part in ("name", "theme", "place"):
        yield from _gaps(edition, "edition", part, edition.languages)
    for host in list_hosts(db, edition.id):  # called as their organizations are, on the site and on covers
        yield from _gaps(host, "edition_host", "name", edition.languages)
    for kind, name, parts in TRANSLATED:
        limit = within_days if kind is ItineraryItem else within
        reached = limited(kind.id, name, edition.id, limit) if name in REACHED else []
        for row in db.scalars(select(kind).where(kind.edition_id == edition.id, *reached).order_by(kind.id)):
            for part in parts:
                yield from _gaps(row, name, part, edition.languages, called=parts[0])


def _gaps(row: Any, kind: str, part: str, languages: list[str], *, called: str = "") -> Iterator[Found]:
    """`called` is the part by which people know the row."""
    texts: dict[str, str] = getattr(row, part)
    if not any(texts.values()):
        return  # what nobody wrote lacks no translation
    for language in missing(texts, languages):
        details = {"part": part, "language": language}
        subject = pick(getattr(row, called or part), languages[0])
        yield Found("missing-translation", False, subject, ((kind, row.id),), details)


def _flagged(db: DbSession, edition_id: int, within: Collection[int] | None) -> Iterator[Found]:
    """What still has to be checked about people of the edition, such as an unattested name."""
    here = select(EditionTitle.person_id).where(EditionTitle.edition_id == edition_id)
    query = select(Person).where(Person.id.in_(here), *limited(Person.id, "person", None, within))
    for person in db.scalars(query.order_by(Person.id)):
        for flag in person.flags:
            yield Found(
                flag, blocking=False, subject=in_both_scripts(name_of(person)), parties=(("person", person.id),)
            )


def _unapproved(db: DbSession, edition_id: int, within: Collection[int] | None) -> Iterator[Found]:
    """Whose name would be printed as no office has approved it."""
    for one in list_unapproved(db, edition_id, within=within):
        parties = (("person", one.person_id), *((("name_proof", one.proof.id),) if one.proof else ()))
        details = {"state": one.state.value if one.state else "on-no-proof", "changed": ", ".join(one.changed)}
        yield Found("name-not-proofed", False, in_both_scripts(one.name), parties, details)


def in_both_scripts(name: Name) -> str:
    return " ".join(part for part in (name.latin_in_print, name.native_full) if part)
