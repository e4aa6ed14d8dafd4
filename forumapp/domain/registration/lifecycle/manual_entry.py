"""Manual registration by an organizer, in advance or at the door, without the form's questions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from forumapp.core.errors import Invalid, refuse_faults
from forumapp.core.values.text import has_han, is_visible
from forumapp.domain.accounts.access import require_all, require_person
from forumapp.domain.accounts.editing.rows import get_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.people.index.registrants import Found, add_title, find_or_add
from forumapp.domain.people.models import NameOrder, Organization
from forumapp.domain.people.records.services import refuse_strange, refuse_unseen_organization
from forumapp.domain.people.rules import name_faults, usual_order
from forumapp.domain.registration.lifecycle.accreditation import note_id_seen
from forumapp.domain.registration.lifecycle.register import enter
from forumapp.domain.registration.models import RegistrationType
from forumapp.domain.registration.rules import NO_MEDIA, Media, RegistrationStatus, Source, media_faults

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.registration.models import Registration

NOTHING: dict[str, Any] = {
    "latin_family": "",
    "latin_given": "",
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
    person_id: int | None = None,
    title: Mapping[str, str],
    organization: Mapping[str, str],
    organization_id: int | None = None,
    source: Source = Source.MANUAL,
    language: str,
    actor: Actor,
    now: datetime,
    **place: Any,
) -> Registration:
    """Confirm a registration for `person_id`, or for a person found by email and name or else added. Sends no mail.

    `person` holds columns of Person. `organization` is free text; `organization_id` is one of the registry. `place` is
    passed to `enter`: `block_id`, `over_capacity` with `reason` and `authorized_by`, and `media`. Raises NoPlacesLeft,
    AlreadyRegistered, and Invalid without a Latin name.
    """
    require_all(db, edition_id, Permission.DECIDE_REGISTRATIONS, actor=actor)
    refuse_strange(db, {"organization_id": (Organization, organization_id)})
    refuse_unseen_organization(db, organization_id, actor=actor)
    by: Any = {"actor": actor, "now": now}
    target = _find_or_add(db, {**NOTHING, **person, "organization": dict(organization)}, person_id, **by)
    office: Any = {"title": title, "organization": organization, "organization_id": organization_id}
    add_title(db, edition_id, target.person_id, **office, is_new=target.is_new, **by)
    values: Any = {"status": RegistrationStatus.CONFIRMED, "source": source, "language": language}
    return enter(db, edition_id, target.person_id, type_id, **values, **place, **by)


def _find_or_add(db: DbSession, values: dict[str, Any], person_id: int | None, *, actor: Actor, now: datetime) -> Found:
    """The person of `person_id`, whose record stays as it is, or one found or added by `values`."""
    if person_id is not None:
        require_person(db, Permission.SEE_PEOPLE, person_id, actor=actor)
        return Found(person_id, is_new=False)
    values["name_order"] = NameOrder(values.get("name_order") or usual_order(values["native_full"] or ""))
    if not is_visible(values["latin_family"] + values["latin_given"]):  # before a person without a name is added
        raise Invalid(fields={"latin_family": "required"})
    refuse_faults(name_faults(values))
    return find_or_add(db, values, actor=actor, now=now)


def walk_in(
    db: DbSession,
    edition_id: int,
    type_id: int,
    person: Mapping[str, Any],
    *,
    organization: str = "",
    media: Media = NO_MEDIA,
    id_seen: bool = False,
    language: str,
    actor: Actor,
    now: datetime,
    **place: Any,
) -> Registration:
    """Register someone at the door, confirmed and with a code. `organization` is in either language; for media types it
    is the outlet, and `id_seen` says whether their identity document was checked. `place` is as for `enter_by_hand`.
    Raises NoPlacesLeft, AlreadyRegistered and Invalid.
    """
    require_all(db, edition_id, Permission.DECIDE_REGISTRATIONS, actor=actor)
    office = {"zh-Hans" if has_han(organization) else "en": organization} if organization else {}
    media = replace(media, outlet=office)
    is_media = get_in(db, RegistrationType, edition_id, type_id).is_media
    refuse_faults(media_faults(media) if is_media else {})
    by: Any = {"actor": actor, "now": now}
    values: Any = {"title": {}, "organization": office, "media": media, "language": language}
    row = enter_by_hand(db, edition_id, type_id, person, source=Source.WALK_IN, **values, **place, **by)
    if is_media and id_seen:
        note_id_seen(db, edition_id, row.id, version=row.version, **by)
    return row
