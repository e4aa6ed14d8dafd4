"""Purging: each domain takes out its own, and here it is put together, reported and told to the log.

A caller purges one kind of one edition in each transaction: whoever is killed in the middle leaves the others done and
this one untouched, and the next run begins there. A run with nothing left to do writes nothing.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from forumapp.domain.accounts.tokens.idempotency import forget_answers_at
from forumapp.domain.agenda.speakers.erasure import erase_letters, erase_said, list_on_program
from forumapp.domain.audit.services import SYSTEM, record
from forumapp.domain.checkin.offline.reconciliation import erase_notes
from forumapp.domain.checkin.scanning.override import erase_forced
from forumapp.domain.checkin.scanning.vip_alerts import TEMPLATE as VIP_ALERT
from forumapp.domain.delegations.members.erasure import (
    erase_flights,
    erase_liaison_phones,
    erase_requests,
    list_past_flights,
)
from forumapp.domain.forums.models import Edition
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.importing.models import ImportKind
from forumapp.domain.importing.runs.services import end_drafts, erase_files
from forumapp.domain.letters.erasing import erase_searches
from forumapp.domain.mail.erasing import erase_edition_messages, erase_messages, erase_messages_of
from forumapp.domain.mail.wording import MailKind
from forumapp.domain.people.archive.replaced_photos import forget_former_photos
from forumapp.domain.people.duplicates.appearances import list_appearing, list_removed_people
from forumapp.domain.people.records.erasure import erase_contacts, list_of_government
from forumapp.domain.printing.jobs.erasure import purge_papers
from forumapp.domain.printing.list_papers import kinds
from forumapp.domain.proofs.erasing import erase_recipients, erase_sent_photos
from forumapp.domain.registration.forms.answers import Topic
from forumapp.domain.registration.uploads.erasure import (
    erase_answers,
    erase_desk_notes,
    erase_groups,
    erase_invited,
    list_all_registrations,
    list_invited,
    list_registered,
    list_registrations_of,
    list_taking_part,
    list_vips,
)
from forumapp.domain.retention.models import PurgeReport
from forumapp.domain.retention.queries import last_purge, list_due
from forumapp.domain.retention.rules import Kind

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

# By kind of data, the tables that people bring which may hold it, even in columns that were left out.
IMPORTED = {
    Kind.DIET: (ImportKind.REGISTRATIONS, ImportKind.ROSTER),
    Kind.FLIGHTS: (ImportKind.REGISTRATIONS, ImportKind.ROSTER),
    Kind.IDENTITY: (ImportKind.REGISTRATIONS, ImportKind.ROSTER),
    Kind.FILES: (),
    Kind.OFFICIALS: (ImportKind.PEOPLE, ImportKind.REGISTRATIONS, ImportKind.ROSTER),
    Kind.CONTACTS: tuple(ImportKind),
}
# And the papers that tell of it.
TOLD_ON = {
    Kind.DIET: kinds.TELLS_DIET,
    Kind.FILES: kinds.TELLS_PHOTOS,
    Kind.OFFICIALS: kinds.TELLS_CONTACTS,
    Kind.CONTACTS: kinds.TELLS_CONTACTS,
}


def purge(db: DbSession, edition_id: int, kind: Kind, *, now: datetime) -> dict[str, int]:
    """Take a kind of data out of an edition for good, whether or not its day has come. How many of what, by table."""
    counts = _take_out(db, edition_id, kind, now=now, dry_run=False)
    if not counts:
        return counts
    _forget_answers(db, get_edition_by_id(db, edition_id), kind)
    db.add(PurgeReport(edition_id=edition_id, kind=kind, purged_at=now, counts=counts, total=sum(counts.values())))
    db.flush()
    # What the session has read may hold what is gone.
    db.expire_all()
    changes = {kind.value: (None, counts)}
    record(db, "purged", "edition", edition_id, actor=SYSTEM, now=now, edition_id=edition_id, changes=changes)
    return counts


def what_would_go(db: DbSession, edition_id: int, kind: Kind, *, now: datetime) -> dict[str, int]:
    """What `purge` would take out now."""
    return _take_out(db, edition_id, kind, now=now, dry_run=True)


def _take_out(db: DbSession, edition_id: int, kind: Kind, *, now: datetime, dry_run: bool) -> dict[str, int]:
    erase = {
        Kind.DIET: _diet,
        Kind.FLIGHTS: _flights,
        Kind.IDENTITY: _identity,
        Kind.FILES: _files,
        Kind.OFFICIALS: _officials,
        Kind.CONTACTS: _contacts,
    }[kind]
    counts = erase(db, edition_id, now, dry_run)
    drafts = end_drafts(db, edition_id, IMPORTED[kind], reason="data-deleted", now=now, dry_run=dry_run)
    counts["import_run"] = drafts + erase_files(db, edition_id, IMPORTED[kind], dry_run=dry_run)
    return {table: count for table, count in sorted(counts.items()) if count}


def _diet(db: DbSession, edition_id: int, now: datetime, dry_run: bool) -> Counter[str]:
    counts = Counter(erase_answers(db, edition_id, Topic.NEEDS, now=now, dry_run=dry_run))
    counts.update(erase_requests(db, edition_id, dry_run=dry_run))
    counts.update(erase_said(db, edition_id, ("notes",), now=now, dry_run=dry_run))
    counts.update(erase_desk_notes(db, edition_id, now=now, dry_run=dry_run))
    when: Any = {"now": now, "dry_run": dry_run}
    counts["print_job"] = _papers(db, edition_id, Kind.DIET, all_gone=not counts.total(), **when)
    return counts


def _flights(db: DbSession, edition_id: int, now: datetime, dry_run: bool) -> Counter[str]:
    """A paper goes if it may show a flight, a driver or a contact on site: not one that was asked for after all of
    them had gone.
    """
    last = last_purge(db, edition_id, Kind.FLIGHTS)
    past = list_past_flights(db, edition_id)
    counts = Counter(erase_flights(db, edition_id, dry_run=dry_run))
    if counts["itinerary_item"] or counts["vehicle"] or (past and last is None):
        last = now
    if last is not None:
        of: dict[str, Any] = {"asked_before": last, "now": now, "dry_run": dry_run}
        counts["print_job"] = purge_papers(db, edition_id, kinds.TELLS_FLIGHTS, **of)
    counts.update(erase_answers(db, edition_id, Topic.TRAVEL, now=now, dry_run=dry_run))
    counts.update(erase_said(db, edition_id, ("arrival",), now=now, dry_run=dry_run))
    counts["message"] = erase_messages_of(db, edition_id, MailKind.ITINERARY_CHANGED, now=now, dry_run=dry_run)
    return counts


def _identity(db: DbSession, edition_id: int, now: datetime, dry_run: bool) -> Counter[str]:
    """Answers with passport and visa data. No paper prints them."""
    return Counter(erase_answers(db, edition_id, Topic.IDENTITY, now=now, dry_run=dry_run))


def _files(db: DbSession, edition_id: int, now: datetime, dry_run: bool) -> Counter[str]:
    counts = Counter(erase_answers(db, edition_id, Topic.FILES, now=now, dry_run=dry_run))
    counts.update(erase_sent_photos(db, edition_id, now=now, dry_run=dry_run))
    counts["removal"] += forget_former_photos(
        db, edition_id, list_registered(db, edition_id), actor=SYSTEM, now=now, dry_run=dry_run
    )
    when: Any = {"now": now, "dry_run": dry_run}
    counts["print_job"] = _papers(db, edition_id, Kind.FILES, all_gone=not counts.total(), **when)
    return counts


def _officials(db: DbSession, edition_id: int, now: datetime, dry_run: bool) -> Counter[str]:
    officials = _list_officials(db, edition_id) - _list_returning(db, edition_id, Kind.OFFICIALS, now)
    counts = Counter(erase_contacts(db, edition_id, officials, now=now, dry_run=dry_run))
    of = list_registrations_of(db, edition_id, officials)
    counts.update(erase_answers(db, edition_id, Topic.CONTACT, of=of, now=now, dry_run=dry_run))
    counts["message"] = erase_messages(db, "registration", of, now=now, dry_run=dry_run)
    counts["message"] += erase_letters(db, edition_id, officials, now=now, dry_run=dry_run)
    counts["message"] += erase_messages(db, "person", officials, now=now, dry_run=dry_run)
    counts["message"] += erase_messages_of(db, edition_id, VIP_ALERT, now=now, dry_run=dry_run)
    counts.update(_edition_contacts(db, edition_id, now, dry_run))
    when: Any = {"now": now, "dry_run": dry_run}
    counts["print_job"] = _papers(db, edition_id, Kind.OFFICIALS, all_gone=not counts.total(), **when)
    return counts


def _contacts(db: DbSession, edition_id: int, now: datetime, dry_run: bool) -> Counter[str]:
    """Contact details of everyone in the edition except officials, which have a date of their own: of all people to
    whom any of its rows refers, or a removed one.

    The mail log goes as a whole: one mail may concern several people.
    """
    officials = _list_officials(db, edition_id)
    people = list_appearing(db, [edition_id]) | list_removed_people(db, edition_id)
    people -= officials | _list_returning(db, edition_id, Kind.CONTACTS, now)
    counts = Counter(erase_contacts(db, edition_id, people, now=now, dry_run=dry_run))
    of = list_all_registrations(db, edition_id) - list_registrations_of(db, edition_id, officials)
    counts.update(erase_answers(db, edition_id, Topic.CONTACT, of=of, now=now, dry_run=dry_run))
    counts.update(erase_said(db, edition_id, ("contact",), now=now, dry_run=dry_run))
    counts.update(erase_liaison_phones(db, edition_id, dry_run=dry_run))
    others = _edition_contacts(db, edition_id, now, dry_run)
    others["message"] = 0  # the next line counts them with the rest of the edition's mail
    counts.update(others)
    counts["message"] = erase_edition_messages(db, edition_id, now=now, dry_run=dry_run)
    when: Any = {"now": now, "dry_run": dry_run}
    counts["print_job"] = _papers(db, edition_id, Kind.CONTACTS, all_gone=not counts.total(), **when)
    return counts


def _edition_contacts(db: DbSession, edition_id: int, now: datetime, dry_run: bool) -> Counter[str]:
    """Contact details that belong to the edition and not to a person's record: offices, invitations, groups, notes."""
    counts = Counter(erase_recipients(db, edition_id, now=now, dry_run=dry_run))
    for erase in (erase_invited, erase_groups, erase_forced, erase_notes):
        counts.update(erase(db, edition_id, now=now, dry_run=dry_run))
    counts["mailing"] = erase_searches(db, edition_id, now=now, dry_run=dry_run)
    return counts


def _list_officials(db: DbSession, edition_id: int) -> set[int]:
    return list_vips(db, edition_id) | list_of_government(db, edition_id)


def _list_returning(db: DbSession, edition_id: int, kind: Kind, now: datetime) -> set[int]:
    """People in a later edition that still needs to reach them: with a registration, a part in the program, an
    invitation or any other row.
    """
    later = _later(db, edition_id, kind, now)
    # A title or a seat of people whose registration has ended is no reason to reach them.
    others = {person for one in later for person in list_appearing(db, [one]) - list_registered(db, one)}
    return others | list_taking_part(db, later) | list_on_program(db, later) | list_invited(db, later)


def _papers(db: DbSession, edition_id: int, kind: Kind, *, all_gone: bool, now: datetime, dry_run: bool) -> int:
    """The papers that told of what goes, go with it: not one that was asked for after all of it had gone."""
    last = last_purge(db, edition_id, kind)
    before = last if all_gone and last is not None else now
    return purge_papers(db, edition_id, TOLD_ON[kind], asked_before=before, now=now, dry_run=dry_run)


def _later(db: DbSession, edition_id: int, kind: Kind, now: datetime) -> list[int]:
    """The ids of editions that begin later, or end no earlier, where contact details of this kind are not due yet."""
    edition = get_edition_by_id(db, edition_id)
    is_later = or_(Edition.starts_on > edition.starts_on, Edition.ends_on >= edition.ends_on)
    later = set(db.scalars(select(Edition.id).where(Edition.id != edition_id, is_later)))
    return sorted(later - {edition.id for edition, due in list_due(db, now=now) if due is kind})


def _forget_answers(db: DbSession, edition: Edition, kind: Kind) -> None:
    """The API keeps its answers for some days, for callers that ask twice; they repeat what was sent."""
    forget_answers_at(db, f"/editions/{edition.slug}/")
    if kind in (Kind.OFFICIALS, Kind.CONTACTS):
        forget_answers_at(db, "/people")
