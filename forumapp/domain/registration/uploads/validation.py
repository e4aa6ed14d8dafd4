"""Holding what someone answers against the form of a type, with what only the database knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import Invalid
from forumapp.domain.forums.models import Edition
from forumapp.domain.registration.forms.answers import check, revised, snapshot
from forumapp.domain.registration.forms.parsing import ENDS
from forumapp.domain.registration.forms.questions import Kind, for_public, read_questions
from forumapp.domain.registration.uploads.services import claim_files, gone_files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

Stored = list[dict[str, Any]]


def first_answers(
    db: DbSession, edition_id: int, stored: Stored, given: Mapping[str, Any], *, organizer: bool
) -> tuple[dict[str, Any], dict[str, str]]:
    """What a registration keeps of its first answers, and the faults by field. Questions for organizers are asked of
    them alone.
    """
    asked = stored if organizer else for_public(stored)
    found = check(read_questions(asked), _placed(db, edition_id, asked, given))
    kept = snapshot(asked, found.values)
    return kept, by_field({**found.faults, **gone_files(db, edition_id, kept)})


def new_answers(
    db: DbSession, edition_id: int, stored: Stored, kept: Mapping[str, Any], given: Mapping[str, Any], *, at: datetime
) -> dict[str, Any]:
    """What a registration keeps when its questions are answered anew. Raises Invalid by field."""
    now, faults = revised(stored, kept, _placed(db, edition_id, stored, given))
    if faults:
        raise Invalid(fields=by_field(faults))
    return claim_files(db, edition_id, now, now=at)


def by_field(faults: Mapping[str, str]) -> dict[str, str]:
    return {f"answers.{code}": fault for code, fault in faults.items()}


def _placed(
    db: DbSession, edition_id: int, stored: Sequence[Mapping[str, Any]], given: Mapping[str, Any]
) -> dict[str, Any]:
    """The answers with the zone of the forum beside the times of arrival and departure, which are told as its clocks
    show them.
    """
    codes = {one["code"] for one in stored if one["kind"] == Kind.TRAVEL} & given.keys()
    if not codes:
        return dict(given)
    zone = db.scalars(select(Edition.zone).where(Edition.id == edition_id)).one()
    return {code: _with_zone(value, zone) if code in codes else value for code, value in given.items()}


def _with_zone(value: Any, zone: str) -> Any:
    if not isinstance(value, dict):
        return value
    times = {end: at for end, at in value.items() if end not in ENDS or at}
    return {"zone": zone, **times} if times.keys() - {"zone"} else None
