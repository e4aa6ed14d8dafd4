"""Speakers' own agendas: whose are printed, and the values of each, from what was published."""

from __future__ import annotations

import string
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from forumapp.domain.accounts.scope import people_of
from forumapp.domain.agenda.content.snapshots import name_in
from forumapp.domain.agenda.queries import get_version, latest_version, published_agenda, with_people_of_now
from forumapp.domain.agenda.speaker_pages.briefing import Beside, OwnPart, own_parts, people_with_parts
from forumapp.domain.agenda.speakers.services import find_speaker
from forumapp.domain.delegations.queries import get_delegation, list_parts
from forumapp.domain.people.names.printed_names import printed
from forumapp.domain.printing.paper import documents as paper
from forumapp.domain.printing.queries import NothingPublished, NothingToPrint, in_book

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.models import AgendaVersion
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.rules import Options


def list_speaker_agendas(
    db: DbSession, edition: Edition, options: Options, *, within: Collection[int] | None = None
) -> tuple[int, list[int]]:
    """The number of the version that is printed, and the people whose agendas are: all that have a part in it, or
    those of a delegation. Raises NothingPublished and NothingToPrint.
    """
    version = latest_version(db, edition.id)
    if version is None:
        raise NothingPublished(edition=edition.slug)
    people = people_with_parts(_content(db, version), _among(db, edition.id, options, within))
    if not people:
        raise NothingToPrint(edition=edition.slug)
    return version.number, people


def who_speaks(db: DbSession, edition_id: int) -> frozenset[int]:
    """Everyone with a part in the last published agenda."""
    version = latest_version(db, edition_id)
    return frozenset(people_with_parts(_content(db, version))) if version else frozenset()


def _among(db: DbSession, edition_id: int, options: Options, within: Collection[int] | None) -> Sequence[int] | None:
    if options.delegation is None:
        return None if within is None else list(db.scalars(people_of(within)))
    delegation = get_delegation(db, edition_id, options.delegation, within=within)
    return list(db.scalars(people_of(list_parts(db, delegation))))


def speaker_agenda_values(
    db: DbSession,
    edition: Edition,
    person_id: int,
    head: paper.EditionHead,
    *,
    number: int | None = None,
    now: datetime,
) -> paper.SpeakerAgendaValues:
    """Of a published agenda, the last one unless `number` says which. Raises NothingPublished."""
    version = latest_version(db, edition.id) if number is None else get_version(db, edition.id, number)
    if version is None:
        raise NothingPublished(edition=edition.slug)
    content = _content(db, version)
    parts = own_parts(content, person_id)
    agreed = find_speaker(db, edition.id, person_id)
    facts: dict[str, Any] = {"contact": edition.contact_email or ""}
    if agreed is not None:
        facts |= {name: getattr(agreed, name) or "" for name in ("home_zone", "av_needs", "speaks")}
        facts["contact"] = agreed.contact or facts["contact"]
    days = groupby(parts, key=lambda one: one.span.start.wall.date())
    return paper.SpeakerAgendaValues(
        head=replace(head, hosts=()),
        person=person_values(content, person_id),
        days=tuple(paper.SpeakerDay(day, tuple(map(part_values, found))) for day, found in days),
        version=version.number,
        printed_at=now,
        letters=letters_of(version),
        **facts,
    )


@lru_cache(maxsize=4)
def _letters(text: str) -> str:
    return "".join(sorted({*text, *string.printable}))


def letters_of(version: AgendaVersion) -> str:
    """Every character of the agenda, as it was sealed."""
    return _letters(version.content)


def _content(db: DbSession, version: AgendaVersion) -> dict[str, Any]:
    return with_people_of_now(db, published_agenda(version))


def part_values(own: OwnPart) -> paper.SpeakerPart:
    return paper.SpeakerPart(own, tuple(map(_appearance, own.moderators)), tuple(map(_appearance, own.others)))


def _appearance(one: Beside) -> paper.Appearance:
    return paper.Appearance(one.role, in_book(one.person_id, printed(one.name, one.title, one.organization)))


def person_values(content: Mapping[str, Any], person_id: int) -> paper.PersonValues:
    """As they were published. Of whom nothing was, without a name: a print job asks for those who had a part when it
    began, and records may become one since.
    """
    one = content["people"].get(str(person_id))
    if one is None:
        return paper.PersonValues(person_id, "")
    first = one["titles"][0] if one["titles"] else {"title": {}, "organization": {}}
    return in_book(person_id, printed(name_in(one), first["title"], first["organization"]))
