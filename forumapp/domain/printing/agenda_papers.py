"""The papers of a published agenda, which lie about for all to read: the program, the pocket agenda, the erratum."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from forumapp.core.values.text import LANGUAGES
from forumapp.domain.agenda.content.diff import public_differences
from forumapp.domain.agenda.queries import get_version, latest_version, published_agenda, with_people_of_now
from forumapp.domain.printing.models import OF_THE_AGENDA, Paper
from forumapp.domain.printing.paper.documents import Correction, ErratumValues, PocketValues
from forumapp.domain.printing.queries import NothingPublished, NothingToPrint, edition_head, program_values
from forumapp.domain.printing.wording import dates
from forumapp.domain.printing.wording.agenda_changes import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.content.diff import Difference
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.paper.documents import ProgramValues
    from forumapp.domain.printing.rules import Options


class NothingEarlier(NothingToPrint):
    """No version of the agenda before the one of which corrections would tell."""

    code = "nothing-earlier"


class NothingDiffers(NothingToPrint):
    """Two versions of the agenda read the same."""

    code = "nothing-differs"


def is_of_the_agenda(paper: Paper) -> bool:
    return paper in OF_THE_AGENDA


def agenda_paper(
    db: DbSession, edition: Edition, paper: Paper, options: Options, *, number: int | None = None, now: datetime
) -> ProgramValues | ErratumValues:
    """Of the agenda that is asked for; see `queries.program_values`."""
    if paper is Paper.PROGRAM_ERRATUM:
        return erratum_values(db, edition, options, number=number, now=now)
    program = program_values(db, edition, options, number=number, now=now)
    return PocketValues.of(program) if paper is Paper.POCKET_AGENDA else program


def erratum_values(
    db: DbSession, edition: Edition, options: Options, *, number: int | None = None, now: datetime
) -> ErratumValues:
    """Of the agenda that is asked for, against an earlier one, the one before unless the options say which. Nothing is
    said of a session that reads otherwise in languages alone in which this is not printed.

    Raises NothingPublished, NothingEarlier, and NothingDiffers where the two read the same.
    """
    number = options.agenda if number is None else number
    latest = latest_version(db, edition.id) if number is None else get_version(db, edition.id, number)
    if latest is None:
        raise NothingPublished(edition=edition.slug)
    since = options.since or latest.number - 1
    if since < 1:
        raise NothingEarlier(edition=edition.slug, agenda=latest.number)
    before, after = (
        with_people_of_now(db, published_agenda(one)) for one in (get_version(db, edition.id, since), latest)
    )
    head = edition_head(db, edition, options)
    begins = {one["id"]: one["start"]["utc"] for content in (before, after) for one in content["sessions"]}
    corrections = (
        Correction(one.title, _when(begins[one.id], edition.zone), _said(one, head.languages), one.is_gone, one.id)
        for one in public_differences(before, after)
    )
    told = tuple(one for one in corrections if any(one.said[language] for language in head.languages))
    if not told:
        raise NothingDiffers(edition=edition.slug, since=since, agenda=latest.number)
    return ErratumValues(head=head, since=since, version=latest.number, printed_at=now, corrections=told)


def _said(difference: Difference, languages: Sequence[str]) -> dict[str, tuple[str, ...]]:
    return {language: tuple(sentences(difference, language, languages=languages)) for language in languages}


def _when(utc: str, zone: str) -> dict[str, str]:
    """The day and time at which it begins now, or was to begin."""
    at = datetime.fromisoformat(utc).astimezone(ZoneInfo(zone))
    return {language: f"{dates.day_text(at.date(), language)} {at:%H:%M}" for language in LANGUAGES}
