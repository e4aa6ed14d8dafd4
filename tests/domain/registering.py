"""Helpers for tests of registration: an edition with a type, and people who register."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.forums.editions import services as forums
from forumapp.domain.forums.models import EditionStatus
from forumapp.domain.registration.consent_texts import Purpose
from forumapp.domain.registration.lifecycle import register
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.rules import PLACED, Applicant, RegistrationStatus, Source

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

NOW = datetime(2023, 4, 1, 12, tzinfo=UTC)
HOUSE = Actor(None, Via.COMMAND)
STRANGER = Actor(None, Via.PAGE)


def make_edition(db: DbSession, slug: str = "forum-2023", status: EditionStatus = EditionStatus.OPEN) -> int:
    series = forums.create_series(db, code=f"s-{slug}", name={"en": "Forum"}, actor=HOUSE, now=NOW)
    values = {
        "slug": slug,
        "series_id": series.id,
        "ordinal": 5,
        "year": 2023,
        "name": {"en": "Forum 2023", "zh-Hans": "2023年论坛"},
        "starts_on": date(2023, 5, 22),
        "ends_on": date(2023, 5, 22),
        "zone": "America/Los_Angeles",
        "languages": ["en", "zh-Hans"],
        "status": status,
    }
    return forums.create_edition(db, values, actor=HOUSE, now=NOW).id


def make_type(db: DbSession, edition_id: int, code: str = "guest", **values: Any) -> RegistrationType:
    given = {"code": code, "name": {"en": "Guest", "zh-Hans": "嘉宾"}, "is_open": True, **values}
    return register.create_type(db, edition_id, given, actor=HOUSE, now=NOW)


def applicant(number: int = 1, **values: Any) -> Applicant:
    given = {
        "latin_family": f"Guest{number}",
        "latin_given": "Ann",
        "email": f"guest{number}@example.org",
        "organization": {"en": "Bay Trading"},
        "title": {"en": "Buyer"},
        "consents": [Purpose.PRIVACY],
        **values,
    }
    return Applicant(**given)


def sign_up(
    db: DbSession, edition_id: int, who: Applicant, code: str = "guest", actor: Actor = STRANGER, **options: Any
) -> register.Placed:
    return register.register(
        db, edition_id, code, who, source=Source.FORM, language="en", actor=actor, now=NOW, **options
    )


def tally(db: DbSession, type_id: int) -> tuple[int, int, int, int, int, int]:
    """taken, over and waiting as counted by the type, then as counted row by row."""
    row = db.execute(
        select(RegistrationType.taken, RegistrationType.over, RegistrationType.waiting).where(
            RegistrationType.id == type_id
        )
    ).one()
    of_type = select(func.count()).where(Registration.type_id == type_id)
    placed = of_type.where(Registration.status.in_(PLACED))
    return (
        *row,
        db.scalar(placed.where(Registration.over_capacity_by.is_(None))),
        db.scalar(placed.where(Registration.over_capacity_by.is_not(None))),
        db.scalar(of_type.where(Registration.status == RegistrationStatus.WAITLISTED)),
    )


def everything(db: DbSession, table: type[Any]) -> list[str]:
    """All rows of a table as text, to see that nothing at all changed."""
    columns = table.__table__.columns
    return [json.dumps([str(value) for value in row]) for row in db.execute(select(*columns).order_by(columns.id))]
