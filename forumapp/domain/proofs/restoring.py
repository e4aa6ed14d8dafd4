"""Which service brings back what. Stands here because no domain above this one has rows that people remove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.accounts.editing.removals import bring_back_in, get_removal
from forumapp.domain.accounts.team.roles import bring_back_access
from forumapp.domain.agenda.sessions import services as agenda
from forumapp.domain.delegations.coaches.boardings import bring_back_boarding
from forumapp.domain.delegations.coaches.runs import bring_back_run
from forumapp.domain.delegations.groups.members import bring_back_group_member, take_moves_back
from forumapp.domain.delegations.groups.services import bring_back_groups
from forumapp.domain.delegations.hotel.services import bring_back_room
from forumapp.domain.delegations.hotel.stays import bring_back_stay
from forumapp.domain.delegations.itineraries.items import bring_back_items
from forumapp.domain.delegations.members.services import bring_back_member
from forumapp.domain.forums.editions.replaced_pictures import bring_back_picture
from forumapp.domain.forums.hosts.levels import bring_back_level
from forumapp.domain.forums.hosts.services import bring_back_host
from forumapp.domain.forums.pages.services import bring_back_page
from forumapp.domain.people.archive.replaced_photos import bring_back_photo
from forumapp.domain.people.duplicates.removal import bring_back_kept
from forumapp.domain.people.precedence.lists import bring_back_precedence_entry
from forumapp.domain.people.records.posts import bring_back_affiliation
from forumapp.domain.people.records.services import bring_back_edition_title
from forumapp.domain.proofs.services import bring_back_entry
from forumapp.domain.registration.types.form_editor import bring_back_question
from forumapp.domain.registration.types.services import bring_back_type
from forumapp.domain.registration.uploads.replaced_files import bring_back_file

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor

# By table, and by part of a row; what is not named here comes back as it was.
RESTORING = {
    "track": agenda.bring_back,
    "session": agenda.bring_back,
    "session_item": agenda.bring_back,
    "interpretation_channel": agenda.bring_back,
    "role_assignment": agenda.bring_back,
    "cue": agenda.bring_back,
    "edition_access": bring_back_access,
    "edition_host": bring_back_host,
    "content_page": bring_back_page,
    "sponsor_level": bring_back_level,
    "affiliation": bring_back_affiliation,
    "edition_title": bring_back_edition_title,
    "organization": bring_back_kept,
    "person": bring_back_kept,
    "precedence_entry": bring_back_precedence_entry,
    "delegation": bring_back_items,
    "delegation_member": bring_back_member,
    "itinerary_item": bring_back_items,
    "partition": bring_back_groups,
    "delegation_group": bring_back_groups,
    "group_member": bring_back_group_member,
    "group_moves": take_moves_back,
    "hotel_room": bring_back_room,
    "room_stay": bring_back_stay,
    "coach_run": bring_back_run,
    "boarding": bring_back_boarding,
    "proof_entry": bring_back_entry,
    "registration_type": bring_back_type,
    "question": bring_back_question,
    "picture": bring_back_picture,
    "photo": bring_back_photo,
    "answer_file": bring_back_file,
}


def restore(db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime) -> Removal:
    """Bring back what was removed. Refused to whoever may not remove it."""
    entity = get_removal(db, edition_id, removal_id, actor=actor).entity
    return RESTORING.get(entity, bring_back_in)(db, edition_id, removal_id, actor=actor, now=now)
