"""What clashes in the agenda, what it lacks, and what the published one does not tell yet."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from forumapp.core.database.counting import Asked, counted, is_written
from forumapp.core.values.attention import Need, Section, Severity
from forumapp.core.values.text import SCRIPTS
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import limited
from forumapp.domain.agenda.content.diff import changed_sessions
from forumapp.domain.agenda.content.snapshots import ANNOUNCED
from forumapp.domain.agenda.findings.detection import agenda_findings
from forumapp.domain.agenda.models import AssignmentStatus, RoleAssignment, Session, SessionStatus
from forumapp.domain.agenda.publishing.draft import working_agenda
from forumapp.domain.agenda.queries import (
    latest_version,
    published_agenda,
    with_people_of_now,
)
from forumapp.domain.people.models import Person

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.permissions import Access
    from forumapp.domain.agenda.findings.values import Finding

MISSING_TEXT = "missing-translation"
CLASHES = ("person-clash", "room-clash", "room-changeover", "all-rooms-clash")
# How pressing findings are that block nothing, where they are no mere doubts.
PRESSING = {
    MISSING_TEXT: Severity.MISSING,
    "confirmed-without-time": Severity.MISSING,
    "interpreter-missing": Severity.MISSING,
    "panel-without-moderator": Severity.MISSING,
    "speaker-declined": Severity.MISSING,
    "speaker-unconfirmed": Severity.WAITING,
}


def _half_shown(edition_id: int, _languages: Collection[str]) -> Select[Any]:
    """Those announced in the program of whom a photo or a biography is missing."""
    parts = select(RoleAssignment.person_id).join(Session, Session.id == RoleAssignment.session_id)
    announced = parts.where(
        Session.edition_id == edition_id,
        Session.status != SessionStatus.CANCELLED,
        RoleAssignment.role.in_(ANNOUNCED),
        RoleAssignment.status == AssignmentStatus.CONFIRMED,
    )
    gaps = or_(Person.photo_id.is_(None), ~is_written(Person.biography, *SCRIPTS))
    return select(Person.id).where(Person.id.in_(announced), gaps)


PEOPLE = {"speaker-half-shown": _half_shown}


def agenda_needs(db: DbSession, edition_id: int, access: Access) -> list[Need]:
    if not access.allows(Permission.EDIT_AGENDA):
        return []
    standing = select(Session.id).where(Session.edition_id == edition_id, Session.status != SessionStatus.CANCELLED)
    asked = [
        Asked(
            "session-without-room", Severity.MISSING, standing.where(Session.room_id.is_(None), ~Session.in_all_rooms)
        ),
    ]
    if access.allows(Permission.EDIT_PEOPLE):
        reached = limited(Person.id, "person", None, access.within(Permission.EDIT_PEOPLE))
        asked += [Asked(code, Severity.MISSING, ids(edition_id, ()).where(*reached)) for code, ids in PEOPLE.items()]
    return [
        *_of_findings(agenda_findings(db, edition_id)),
        *counted(db, Section.AGENDA, asked),
        *_unpublished(db, edition_id, access),
    ]


def _of_findings(findings: list[Finding]) -> list[Need]:
    by_code: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_code["session-untranslated" if finding.code == MISSING_TEXT else finding.code].append(finding)
    return [
        Need(
            Section.AGENDA, code, len(those), _severity(those[0]), _last_session(those[0]) if len(those) == 1 else None
        )
        for code, those in by_code.items()
    ]


def _severity(finding: Finding) -> Severity:
    if finding.blocking:
        return Severity.CLASHING if finding.code in CLASHES else Severity.BLOCKING
    return PRESSING.get(finding.code, Severity.DOUBTFUL)


def _last_session(finding: Finding) -> str:
    return str([one for kind, one in finding.parties if kind == "session"][-1])


def _unpublished(db: DbSession, edition_id: int, access: Access) -> list[Need]:
    if not access.allows(Permission.PUBLISH_AGENDA):
        return []
    working, last = working_agenda(db, edition_id), latest_version(db, edition_id)
    if last is None:
        sessions = len(working["sessions"])
        return [Need(Section.AGENDA, "agenda-unpublished", sessions, Severity.MISSING)]
    changed = changed_sessions(with_people_of_now(db, published_agenda(last)), working)
    return [Need(Section.AGENDA, "agenda-changed", len(changed), Severity.STALE)]
