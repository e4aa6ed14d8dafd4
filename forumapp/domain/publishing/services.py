"""Publishing the agenda, and telling those whom it concerns.

In the request the version is sealed and the telling is asked for, be it of one person or of a thousand; a worker writes
the mails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from forumapp.domain.agenda.models import AgendaVersion
from forumapp.domain.agenda.sessions import services as agenda
from forumapp.domain.audit.services import record
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.jobs.services import enqueue
from forumapp.domain.mail.services import ask
from forumapp.domain.mail.wording import MailKind
from forumapp.domain.publishing.letters import values_of
from forumapp.domain.publishing.models import Telling, TellingStatus
from forumapp.domain.publishing.queries import version_compared
from forumapp.domain.publishing.recipients import notices, recipients

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.publishing.refusals import Seen
    from forumapp.domain.audit.services import Actor

WORKFLOW = "tell-of-agenda"
BATCH = 100
OVER = (TellingStatus.TOLD, TellingStatus.FAILED)


def publish(
    db: DbSession,
    edition_id: int,
    *,
    label: str = "",
    note: Mapping[str, str],
    reason: str = "",
    again: int | None = None,
    tell: bool | None = None,
    seen: Seen | None = None,
    only_new: bool = False,
    actor: Actor,
    now: datetime,
) -> AgendaVersion:
    """Seal the agenda as it stands, or what version `again` holds. Raises AgendaBlocked, EmptyAgenda, and where
    either is another by now than was `seen`, PublishedMeanwhile or ChangedMeanwhile; with `only_new`, NothingNew where
    that is what the latest version holds.

    Those whom it concerns are told, unless `tell` says no; of a first version, and of an earlier one that is published
    again, nobody is unless it says so.
    """
    said: Any = {"label": label, "note": note, "reason": reason, "again": again, "seen": seen}
    said["only_new"] = only_new
    row = agenda.publish(db, edition_id, **said, actor=actor, now=now)
    if tell or (tell is None and row.number > 1 and again is None):
        telling = Telling(edition_id=edition_id, version_id=row.id, since=row.number - 1)
        db.add(telling)
        db.flush()
        record(db, "had-told", "agenda_version", row.id, actor=actor, now=now, edition_id=edition_id)
        enqueue(db, WORKFLOW, telling.id, key=f"{WORKFLOW}-{telling.id}")
    return row


def take_batch(db: DbSession, telling_id: int, *, now: datetime) -> bool:
    """Put the next mails into the outbox, and note how far it is; whether there are more."""
    row = db.get_one(Telling, telling_id, populate_existing=True, with_for_update=True)
    if row.status in OVER:
        return False
    version = db.get_one(AgendaVersion, row.version_id)
    compared = version_compared(db, row.edition_id, version.number, row.since)
    found = notices(db, row.edition_id, compared)
    ids = [person for person in found if person > row.reached_id][:BATCH]
    edition = get_edition_by_id(db, row.edition_id)
    batch = recipients(db, row.edition_id, found, ids)
    addressed = [one for one in batch if one.email]
    for one in addressed:
        registered = one.registration_id is not None
        ask(
            db,
            key=f"{MailKind.AGENDA_CHANGED}-{version.id}-{one.person_id}",
            template=MailKind.AGENDA_CHANGED,
            recipient=one.email,
            language=one.language,
            values=values_of(edition, one, version.number, version.note),
            edition_id=row.edition_id,
            about="registration" if registered else "person",
            about_id=one.registration_id if registered else one.person_id,
            telling_id=row.id,
            now=now,
        )
    more = len(ids) == BATCH
    _note(
        db,
        row.id,
        status=TellingStatus.TELLING if more else TellingStatus.TOLD,
        total=len(found),
        asked=row.asked + len(addressed),
        without_address=row.without_address + len(ids) - len(addressed),
        reached_id=ids[-1] if ids else row.reached_id,
        finished_at=None if more else now,
        updated_at=now,
    )
    return more


def give_up(db: DbSession, telling_id: int, *, now: datetime) -> None:
    """What was asked for by then is sent; that it is not all of it shows."""
    still = select(Telling.id).where(Telling.id == telling_id, Telling.status.not_in(OVER)).with_for_update()
    if db.scalar(still):
        _note(db, telling_id, status=TellingStatus.FAILED, finished_at=now, updated_at=now)


def _note(db: DbSession, telling_id: int, **values: Any) -> None:
    db.connection().execute(update(Telling).where(Telling.id == telling_id).values(**values))
    db.expire_all()
