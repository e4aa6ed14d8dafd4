"""Registering someone by hand: an organizer knows who comes, and asks no questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.domain.accounts.access import require_all
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.people.finding import add_title, find_or_add
from forumapp.domain.people.models import NameOrder, Organization
from forumapp.domain.people.services import refuse_strange, refuse_unseen_organization
from forumapp.domain.registration.rules import RegistrationStatus, Source
from forumapp.domain.registration.services import enter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.registration.models import Registration

NOTHING: dict[str, Any] = {
    "latin_family": "",
    "latin_given": "",
    "name_order": NameOrder.GIVEN_FIRST,
    "native_full": "",
    "native_language": "zh-Hans",
    "email": None,
}


def enter_by_hand(
    db: DbSession,
    edition_id: int,
    type_id: int,
    person: Mapping[str, Any],
    *,
    title: Mapping[str, str],
    organization: Mapping[str, str],
    organization_id: int | None = None,
    block_id: int | None = None,
    language: str,
    actor: Actor,
    now: datetime,
) -> Registration:
    """A confirmed place for a person who is found by mail address and name, or added; nobody is mailed.

    `person` holds columns of Person; the organization is one of the registry, or as it is written. Raises
    NoPlacesLeft, AlreadyRegistered, and Invalid for whoever has no Latin name.
    """
    require_all(db, edition_id, Permission.DECIDE_REGISTRATIONS, actor=actor)
    refuse_strange(db, {"organization_id": (Organization, organization_id)})
    refuse_unseen_organization(db, organization_id, actor=actor)
    values = {**NOTHING, **person, "organization": dict(organization)}
    found = find_or_add(db, values, actor=actor, now=now)
    office: Any = {"title": title, "organization": organization, "organization_id": organization_id}
    add_title(db, edition_id, found.person_id, **office, is_new=found.is_new, actor=actor, now=now)
    return enter(
        db,
        edition_id,
        found.person_id,
        type_id,
        status=RegistrationStatus.CONFIRMED,
        source=Source.MANUAL,
        language=language,
        block_id=block_id,
        actor=actor,
        now=now,
    )
