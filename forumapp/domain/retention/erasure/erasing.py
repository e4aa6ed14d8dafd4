"""Erases each area of one person's data, by the same functions as the purge, limited to the person's rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import or_, select, update

from forumapp.domain.agenda.content.snapshots import sealed
from forumapp.domain.agenda.models import AgendaVersion, CueSheet, RoleAssignment
from forumapp.domain.agenda.speakers.erasure import erase_letters
from forumapp.domain.agenda.speakers.models import Speaker, SpeakerAvailability
from forumapp.domain.audit.erasing import delete_rows, empty_rows, scrub_removals
from forumapp.domain.audit.services import erase_values
from forumapp.domain.checkin.models import Scan
from forumapp.domain.checkin.offline.reconciliation import erase_notes
from forumapp.domain.checkin.scanning.override import erase_forced
from forumapp.domain.delegations.models.audiences import ItemAudience, ItemPerson
from forumapp.domain.delegations.models.conflicts import ClashOverride
from forumapp.domain.delegations.models.delegations import DelegationMember, MemberRole
from forumapp.domain.delegations.models.notices import ItemNotice, ItineraryTelling
from forumapp.domain.delegations.models.rooms import HotelRoom, RoomStay
from forumapp.domain.delegations.models.seating import Seat
from forumapp.domain.forums.models import ContentPage
from forumapp.domain.images.services import forget_among
from forumapp.domain.importing.models import ImportKind
from forumapp.domain.importing.runs.services import end_drafts
from forumapp.domain.importing.runs.services import erase_files as erase_imports
from forumapp.domain.mail.erasing import erase_messages, erase_messages_to
from forumapp.domain.people.archive.replaced_photos import forget_former_photos
from forumapp.domain.people.models import ApprovedPlace, FrozenName, Person, PrecedenceEntry
from forumapp.domain.people.records.erasure import erase_record
from forumapp.domain.printing.jobs.erasure import purge_papers
from forumapp.domain.printing.letters.erasure import erase_letter_texts
from forumapp.domain.printing.models import PrintJob, PrintLine
from forumapp.domain.proofs.models import ProofCorrection, ProofEntry
from forumapp.domain.registration.models import Invitation, Registration
from forumapp.domain.registration.uploads.erasure import erase_answers, erase_desk_notes, erase_invited
from forumapp.domain.registration.uploads.replaced_files import list_former_files
from forumapp.domain.registration.uploads.services import file_ids
from forumapp.domain.retention.erasure.areas import Area, Line
from forumapp.domain.retention.erasure.mentions import mask_mentions
from forumapp.domain.retention.erasure.words import ERASED_LATIN, ERASED_NATIVE, emptied, erase_named, erase_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.retention.erasure.mentions import Mention
    from forumapp.domain.retention.erasure.scope import Scope

# Rows of the log that belong to the person, with all that they say.
_LOGGED = (
    "registration", "speaker", "invitation", "edition_title", "affiliation", "precedence_entry", "proof_entry",
    "role_assignment", "clash_override", "seat", "room_stay", "delegation_member", "letter",
)  # fmt: skip


class Rewritten(NamedTuple):
    """A published agenda or run sheet without the person; no content where it never named them. `read` is the seal with
    which it was read.
    """

    read: str
    content: str | None
    seal: str


@dataclass(frozen=True, slots=True)
class Run:
    """One erasure, or, with `dry_run`, its preview. `mentions` are the texts of others that name the person, and
    `rewritten` the published agendas and run sheets by table and id: the preview finds both before the transaction.
    """

    db: DbSession
    scope: Scope
    actor: Actor
    now: datetime
    mentions: Sequence[Mention]
    rewritten: dict[tuple[str, int], Rewritten]
    dry_run: bool


def erase_areas(run: Run) -> list[Line]:
    """Erase all areas in one transaction; how many rows of each. Mentions come last: they mask what is left."""
    lines = [Line(area, count) for area, erase in _ERASE.items() if (count := erase(run))]
    return sorted(lines, key=lambda line: list(Area).index(line.area))


def _photos(run: Run) -> int:
    db, scope = run.db, run.scope
    frozen = select(FrozenName.image_id).where(FrozenName.record_id.in_(scope.people), FrozenName.entity.in_(_PEOPLE))
    corrections = ProofCorrection.entry_id.in_(scope.of("proof_entry"))
    sent = select(ProofCorrection.photo_id).where(corrections)
    images = {one for one in (*db.scalars(frozen), *db.scalars(sent), scope.person.photo_id) if one is not None}
    former = 0
    for edition_id in scope.editions:
        former += forget_former_photos(db, edition_id, scope.people, actor=run.actor, now=run.now, dry_run=run.dry_run)
    if not run.dry_run:
        _update(
            run, FrozenName, {"image_id": None}, FrozenName.record_id.in_(scope.people), FrozenName.entity.in_(_PEOPLE)
        )
        _update(run, ProofCorrection, {"photo_id": None}, corrections)
        _update(run, Person, {"photo_id": None}, Person.id == scope.person.id)
        db.expire_all()
        forget_among(db, images, actor=run.actor, now=run.now)
    return len(images) + former


# Of frozen names, the rows that name people.
_PEOPLE = ("content_page", "proof_entry", "registration", "seat", "person")


def _answers(run: Run) -> int:
    db, scope = run.db, run.scope
    count = 0
    for edition_id in scope.editions:
        rows = list(
            db.scalars(
                select(Registration).where(
                    Registration.edition_id == edition_id, Registration.id.in_(scope.of("registration"))
                )
            )
        )
        files = {one for row in rows for one in file_ids(row.answers)}
        files |= {one.entity_id for row in rows for one in list_former_files(db, row)}
        erased = erase_answers(
            db, edition_id, None, of=scope.registrations, files=files, now=run.now, dry_run=run.dry_run
        ) if rows or scope.registrations else {}  # fmt: skip
        count += erased.get("registration", 0) + erased.get("answer_file", 0)
        erase_desk_notes(db, edition_id, of=scope.registrations, now=run.now, dry_run=run.dry_run)
    return count


def _invitations(run: Run) -> int:
    scope = run.scope
    ids = scope.of("invitation")
    for edition_id in scope.editions if ids else ():
        erase_invited(run.db, edition_id, of=ids, now=run.now, dry_run=run.dry_run)
    values: dict[str, Any] = {"greeting": "", "latin_given": "", "search_text": ""}
    named = {"latin_family": ERASED_LATIN, "native_full": ERASED_NATIVE, "link_number": Invitation.link_number + 1}
    return _update(run, Invitation, values | named, Invitation.id.in_(ids))


def _ranks(run: Run) -> int:
    """The head or a deputy of a delegation could be named by the rank alone."""
    ranked = DelegationMember.role != MemberRole.MEMBER
    mine = DelegationMember.registration_id.in_(run.scope.of("registration"))
    return _update(run, DelegationMember, {"role": MemberRole.MEMBER}, mine, ranked)


def _travel(run: Run) -> int:
    scope, mine = run.scope, run.scope.registrations
    others = select(RoomStay.room_id).where(RoomStay.registration_id.not_in(mine))
    own = select(RoomStay.room_id).where(RoomStay.registration_id.in_(mine), RoomStay.room_id.not_in(others))
    rooms = set(run.db.scalars(own))
    _update(run, HotelRoom, {"requests": {}}, HotelRoom.id.in_(rooms))
    count = 0
    for model in (ItemNotice, ItineraryTelling, RoomStay, ItemAudience, ItemPerson):
        count += delete_rows(run.db, model, model.registration_id.in_(mine), dry_run=run.dry_run)
    return count + _update(run, Seat, {"person_id": None}, Seat.person_id == scope.person.id)


def _program(run: Run) -> int:
    """Parts and what was agreed go; published versions and run sheets name an erased person instead."""
    scope, db = run.scope, run.db
    speakers = scope.of("speaker")
    delete_rows(db, SpeakerAvailability, SpeakerAvailability.speaker_id.in_(speakers), dry_run=run.dry_run)
    count = 0
    for model in (RoleAssignment, Speaker):
        count += delete_rows(db, model, model.person_id == scope.person.id, dry_run=run.dry_run)
    _update(run, ContentPage, {"signatory_id": None}, ContentPage.signatory_id == scope.person.id)
    people = {str(one) for one in scope.people}

    def of_agenda(content: dict[str, Any]) -> dict[str, Any]:
        named = {key: erase_parts(one) if key in people else one for key, one in content["people"].items()}
        return {**content, "people": named}

    count += _erase_sealed(run, AgendaVersion, of_agenda)
    return count + _erase_sealed(run, CueSheet, lambda content: erase_named(content, scope.names))


def _erase_sealed(run: Run, model: Any, erase: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    count = 0
    query = select(model.id, model.sha256).where(model.edition_id.in_(run.scope.editions)).order_by(model.id)
    for row_id, seal in run.db.execute(query).all():
        key = (model.__tablename__, row_id)
        new = run.rewritten.get(key)
        if new is None or new.read != seal:
            text = run.db.execute(select(model.content).where(model.id == row_id)).scalar_one()
            new = run.rewritten[key] = _rewrite(seal, json.loads(text), erase)
        if new.content is None:
            continue
        count += 1
        if not run.dry_run:
            values = {"content": new.content, "sha256": new.seal}
            run.db.connection().execute(update(model).where(model.id == row_id).values(values))
    return count


def _rewrite(seal: str, content: dict[str, Any], erase: Callable[[dict[str, Any]], dict[str, Any]]) -> Rewritten:
    left = erase(content)
    return Rewritten(seal, None, "") if left == content else Rewritten(seal, *sealed(left))


def _lists(run: Run) -> int:
    scope, db = run.scope, run.db
    entries = scope.of("proof_entry")
    delete_rows(db, ProofCorrection, ProofCorrection.entry_id.in_(entries), dry_run=run.dry_run)
    count = 0
    for model in (ProofEntry, PrecedenceEntry, ApprovedPlace, ClashOverride):
        count += delete_rows(db, model, model.person_id == scope.person.id, dry_run=run.dry_run)
    delete_rows(
        db, FrozenName, FrozenName.record_id.in_(scope.people), FrozenName.entity.in_(_PEOPLE), dry_run=run.dry_run
    )
    return count


def _mail(run: Run) -> int:
    scope, db = run.scope, run.db
    abouts = {
        "registration": scope.registrations,
        "person": scope.people,
        "invitation": scope.of("invitation"),
    }
    count = sum(erase_messages(db, about, ids, now=run.now, dry_run=run.dry_run) for about, ids in abouts.items())
    for edition_id in scope.editions:
        count += erase_letters(db, edition_id, scope.people, now=run.now, dry_run=run.dry_run)
    addresses = [one for one in scope.unshared.contacts if "@" in one]
    return count + (0 if run.dry_run else erase_messages_to(db, addresses, now=run.now))


def _draft_imports(run: Run) -> int:
    """Their files would be gone, so that nobody could confirm them any more."""
    of: dict[str, Any] = {"reason": "person-erased", "now": run.now, "dry_run": run.dry_run}
    return sum(end_drafts(run.db, one, tuple(ImportKind), **of) for one in run.scope.editions)


def _imports(run: Run) -> int:
    return sum(erase_imports(run.db, one, tuple(ImportKind), dry_run=run.dry_run) for one in run.scope.editions)


def _papers(run: Run) -> int:
    """Prints with a line about the person, and those that keep no lines: any of them may name everyone."""
    scope, db = run.scope, run.db
    registered, letters = (
        PrintLine.registration_id.in_(scope.of("registration")),
        PrintLine.letter_id.in_(scope.of("letter")),
    )
    mine = or_(PrintLine.person_id == scope.person.id, registered, letters)
    count = 0
    for edition_id in scope.editions:
        here = PrintJob.edition_id == edition_id
        about = select(PrintLine.job_id).where(PrintLine.edition_id == edition_id, mine)
        lined = select(PrintLine.job_id).where(PrintLine.edition_id == edition_id)
        jobs = set(db.scalars(select(PrintJob.id).where(here, or_(PrintJob.id.in_(about), PrintJob.id.not_in(lined)))))
        count += purge_papers(db, edition_id, of=jobs, asked_before=run.now, now=run.now, dry_run=run.dry_run)
    for row_id, said in [] if run.dry_run else db.execute(select(PrintLine.id, PrintLine.said).where(mine)).all():
        _update(run, PrintLine, {"said": emptied(said)}, PrintLine.id == row_id)
    return count


def _letters(run: Run) -> int:
    return erase_letter_texts(run.db, run.scope.of("letter"), dry_run=run.dry_run)


def _removed(run: Run) -> int:
    scope = run.scope

    def scrub(table: str, values: dict[str, Any]) -> dict[str, Any] | None:
        if table == "registration" and values["id"] in scope.registrations:
            return {**values, "answers": {}, "outlet": {}, "media_role_other": "", "printed": None, "desk_note": ""}
        if table != "registration" and values.get("person_id") in scope.people:
            return None
        left: dict[str, Any] = erase_named(values, scope.names)
        return left

    count = 0
    for edition_id in scope.editions:
        count += scrub_removals(run.db, edition_id, scrub, dry_run=run.dry_run)
    return count


def _log(run: Run) -> int:
    """The values of everything that is about the person. Who changed what and when stays."""
    scope = run.scope
    count = erase_values(run.db, "person", scope.people, dry_run=run.dry_run)
    for entity in _LOGGED:
        ids = scope.registrations if entity == "registration" else scope.of(entity)
        count += erase_values(run.db, entity, ids, dry_run=run.dry_run)
    return count


def _registrations(run: Run) -> int:
    """They stay, without any text; personal links to them end."""
    ids = run.scope.of("registration")
    media: dict[str, Any] = {"outlet": {}, "media_role": None, "media_role_other": ""}
    ends = {"desk_note": "", "printed": None, "link_number": Registration.link_number + 1}
    for edition_id in run.scope.editions:
        erase_forced(run.db, edition_id, of=ids, now=run.now, dry_run=run.dry_run)
        erase_notes(run.db, edition_id, of=ids, now=run.now, dry_run=run.dry_run)
    return _update(run, Registration, media | ends, Registration.id.in_(ids))


def _checkins(run: Run) -> int:
    return len(set(run.db.scalars(select(Scan.id).where(Scan.registration_id.in_(run.scope.of("registration"))))))


def _record(run: Run) -> int:
    erase_record(
        run.db, run.scope.person.id, run.scope.people, names=(ERASED_LATIN, ERASED_NATIVE), now=run.now,
        dry_run=run.dry_run,
    )  # fmt: skip
    return 1 + len(run.scope.of("affiliation")) + len(run.scope.of("edition_title"))


def _mentions(run: Run) -> int:
    if not run.dry_run:
        mask_mentions(run.db, run.scope.unshared, run.mentions)
    return len(list_shown(run.mentions))


def list_shown(mentions: Sequence[Mention]) -> list[Mention]:
    """Those that no other area takes care of, which in a preview is still to come."""
    return [one for one in mentions if one.table not in _OF_OTHER_AREAS]


_OF_OTHER_AREAS = frozenset(
    {"audit_value", "audit_event", "removal", "message", "import_run", "print_job", "agenda_version", "cue_sheet"}
)


def _update(run: Run, model: Any, values: dict[str, Any], *which: Any) -> int:
    stamped = {**values, "updated_at": run.now} if hasattr(model, "updated_at") else values
    return empty_rows(run.db, model, stamped, *which, dry_run=run.dry_run)


_ERASE: dict[Area, Callable[[Run], int]] = {
    Area.ANSWERS: _answers,
    Area.PHOTOS: _photos,
    Area.MAIL: _mail,
    Area.PAPERS: _papers,
    Area.LETTERS: _letters,
    Area.INVITATIONS: _invitations,
    Area.RANKS: _ranks,
    Area.TRAVEL: _travel,
    Area.PROGRAM: _program,
    Area.LISTS: _lists,
    Area.DRAFT_IMPORTS: _draft_imports,
    Area.IMPORTS: _imports,
    Area.REMOVED: _removed,
    Area.LOG: _log,
    Area.REGISTRATIONS: _registrations,
    Area.CHECKINS: _checkins,
    Area.RECORD: _record,
    Area.MENTIONS: _mentions,
}
