"""What needs somebody now in an edition, of all domains. The same number of queries for one row and for a thousand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import literal, select, union_all

from forumapp.core.values.attention import in_order
from forumapp.core.values.text import missing
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.models import AgendaVersion, Session
from forumapp.domain.agenda.sessions.attention import agenda_needs
from forumapp.domain.checkin.offline.attention import checkin_needs
from forumapp.domain.delegations.conflicts.attention import delegation_needs
from forumapp.domain.forums.calendar.attention import calendar_needs, closing_needs, setup_needs
from forumapp.domain.forums.calendar.queries import today_at
from forumapp.domain.forums.calendar.tasks import days_of
from forumapp.domain.forums.models import Edition, EditionHost, EditionStatus, Room
from forumapp.domain.mail.needs import mail_needs
from forumapp.domain.overview.rules import Step, first_steps
from forumapp.domain.people.duplicates.attention import people_needs
from forumapp.domain.printing.jobs.attention import printing_needs
from forumapp.domain.printing.models import JobStatus, Paper, PrintJob
from forumapp.domain.proofs.needs import proof_needs
from forumapp.domain.registration.lists.attention import registration_needs
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.rules import RegistrationStatus

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.attention import Need
    from forumapp.domain.accounts.permissions import Access
    from forumapp.domain.accounts.scope import ContactScope


@dataclass(frozen=True, slots=True)
class Overview:
    """`days_from_forum` is negative before it, 0 while it lasts and positive after it; `steps` are the first ones of an
    edition, none once they are done or it is over.
    """

    days_from_forum: int
    needs: list[Need]
    steps: list[Step]


def overview(
    db: DbSession, edition: Edition, access: Access, *, contact_scope: ContactScope | None, now: datetime
) -> Overview:
    """What the caller, who is `told` these contacts, may both see and mend."""
    of, languages, today = edition.id, edition.languages, today_at(edition, now)
    past = today > edition.ends_on
    needs = [
        *setup_needs(db, edition, access),
        *closing_needs(edition, access, today=today),
        *people_needs(db, of, languages, access, contact_scope),
        *proof_needs(db, of, access),
        *registration_needs(db, of, languages, access, today=today, over=edition.status is EditionStatus.OPEN and past),
        *checkin_needs(db, of, access),
        *agenda_needs(db, of, access),
        *delegation_needs(db, of, languages, access),
        *printing_needs(db, of, access, now=now),
        *(mail_needs(db, of, now=now) if access.allows(Permission.SEND_MAIL) else []),
        *calendar_needs(db, edition, access, today=today),
    ]
    return Overview(days_of(edition).offset(today), in_order(needs), steps_of(db, edition, access, now=now))


def steps_of(db: DbSession, edition: Edition, access: Access, *, now: datetime) -> list[Step]:
    """The first steps, for whoever may take them; none once they are done or the forum is over. One query."""
    begins = access.allows(Permission.EDIT_EDITION) and today_at(edition, now) <= edition.ends_on
    return first_steps(_done(db, edition)) if begins else []


def _done(db: DbSession, edition: Edition) -> frozenset[str]:
    """The first steps that are done, of those that other tables tell by one query."""
    jobs = select(PrintJob.id).where(PrintJob.paper == Paper.BADGES, PrintJob.status == JobStatus.DONE)
    there: dict[str, Any] = {
        "hosts": select(EditionHost.id).where(EditionHost.edition_id == edition.id),
        "venue": select(Room.id).where(Room.edition_id == edition.id),
        "type": select(RegistrationType.id).where(RegistrationType.edition_id == edition.id),
        "open": select(RegistrationType.id).where(RegistrationType.edition_id == edition.id, RegistrationType.is_open),
        "session": select(Session.id).where(Session.edition_id == edition.id),
        "publish": select(AgendaVersion.id).where(AgendaVersion.edition_id == edition.id),
        "guest": select(Registration.id).where(
            Registration.edition_id == edition.id, Registration.status == RegistrationStatus.CONFIRMED
        ),
        "badge": jobs.where(PrintJob.edition_id == edition.id),
    }
    asked = [select(literal(code)).where(query.exists()) for code, query in there.items()]
    done = set(db.scalars(union_all(*asked)))
    if edition.status == EditionStatus.DRAFT:
        done.discard("open")
    if not any(missing(text, edition.languages) for text in (edition.name, edition.place)):
        done.add("names")
    return frozenset(done)
