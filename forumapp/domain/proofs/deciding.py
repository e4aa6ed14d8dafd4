"""What an organizer does about a correction: takes over the parts they choose, or declines it and says why.

What is taken over goes through the services of people, with their permissions, versions and log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import Invalid, Refusal, Stale
from forumapp.core.values.text import fold, is_visible
from forumapp.domain.accounts.access import require_row
from forumapp.domain.accounts.editing.rows import change_in, get_in
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import stale
from forumapp.domain.images.queries import get_image
from forumapp.domain.images.rules import Picture
from forumapp.domain.people.archive.archived_names import release
from forumapp.domain.people.index.search_index import name_in
from forumapp.domain.people.models import Affiliation, EditionTitle, Organization, OrganizationKind, Person
from forumapp.domain.people.records import services as people
from forumapp.domain.people.rules import native_parts
from forumapp.domain.proofs import rules
from forumapp.domain.proofs.models import NameProof, ProofCorrection, ProofEntry
from forumapp.domain.proofs.queries import EntryLine, lines_of
from forumapp.domain.proofs.rules import CorrectionState
from forumapp.domain.registration.person_requirements import update_person

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor

EDIT = Permission.EDIT_PROOFS


class AlreadyDecided(Refusal):
    code = "already-decided"


def accept(
    db: DbSession,
    edition_id: int,
    correction_id: int,
    chosen: Collection[str],
    *,
    seen: Mapping[str, str] | None = None,
    for_everyone: bool = False,
    native_family: str = "",
    version: int,
    actor: Actor,
    now: datetime,
) -> ProofCorrection:
    """Take over the `chosen` parts of a correction; of one that is a remark alone, note that it was followed by hand.

    `seen` is what stood there when the choice was made, None what stood when the correction was written: where
    something else stands by now, Stale names the parts, and nothing is changed. The organization is corrected in
    the registry if `for_everyone`, else for this person in this edition alone. `native_family` is the family name in
    a native name that is taken over, where `asks_for_family`.
    """
    row = _open(db, edition_id, correction_id, version=version, actor=actor)
    line = line_of(db, row)
    if row.proposed and not chosen:
        raise Invalid(fields={"parts": "required"})
    if not set(chosen) <= set(row.proposed):
        raise Invalid(fields={"parts": "unknown"})
    basis = row.shown if seen is None else seen
    if changed := rules.outdated(basis, line.stands, _of_texts(chosen)):
        raise Stale(parts=changed)
    wanted = {part: row.proposed[part] for part in chosen}
    taking: dict[str, Any] = {"actor": actor, "now": now}
    _take_names(db, line, wanted, native_family, **taking)
    _take_told(db, row, line, wanted, **taking)
    release(db, edition_id, line.person_id)
    _take_title(db, edition_id, line, wanted, **taking)
    _take_organization(db, edition_id, line, wanted, for_everyone=for_everyone, **taking)
    changes = {"accepted": [part for part in row.proposed if part in chosen]}
    return _decide(db, row, CorrectionState.ACCEPTED, changes, **taking)


def decline(
    db: DbSession,
    edition_id: int,
    correction_id: int,
    reason: str,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> ProofCorrection:
    """Leave everything as it stands; the office reads the reason."""
    row = _open(db, edition_id, correction_id, version=version, actor=actor)
    if not is_visible(reason):
        raise Invalid(fields={"reason": "required"})
    return _decide(db, row, CorrectionState.DECLINED, {"reason": reason}, actor=actor, now=now)


def line_of(db: DbSession, row: ProofCorrection) -> EntryLine:
    """The person that a correction is about, as they are printed now. Raises NotFound once they left the proof."""
    entry = get_in(db, ProofEntry, row.edition_id, row.entry_id)
    proof = get_in(db, NameProof, row.edition_id, entry.proof_id)
    return lines_of(db, row.edition_id, [proof])[0].entry(entry.id)


def asks_for_family(db: DbSession, row: ProofCorrection, line: EntryLine) -> bool:
    """Whether the person's native name has parts, of which it cannot be told what becomes of them."""
    full = row.proposed.get("native_full")
    person = db.get_one(Person, line.person_id)
    return bool(full and _has_parts(person) and native_parts(person.native_family, person.native_given, full) is None)


def _has_parts(person: Person) -> bool:
    return bool(person.native_family or person.native_given)


def registered_in(db: DbSession, edition_id: int, person_id: int) -> Organization | None:
    """The organization of the registry by whose name the person is printed."""
    title = _title(db, edition_id, person_id)
    return None if title is None or title.organization_id is None else db.get(Organization, title.organization_id)


def _open(db: DbSession, edition_id: int, correction_id: int, *, version: int, actor: Actor) -> ProofCorrection:
    require_row(db, edition_id, EDIT, "proof_correction", correction_id, actor=actor)
    row = get_in(db, ProofCorrection, edition_id, correction_id)
    if row.state is not CorrectionState.OPEN:
        raise AlreadyDecided
    if row.version != version:
        raise stale(row)
    return row


def _decide(
    db: DbSession,
    row: ProofCorrection,
    state: CorrectionState,
    changes: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> ProofCorrection:
    account = db.get(Account, actor.account_id) if actor.account_id is not None else None
    told = {"state": state, "decided_by": account.name if account else None, "decided_at": now, **changes}
    reason: str | None = changes.get("reason")
    by_whom: Any = {"actor": actor, "now": now}
    change_in(db, row, told, EDIT, version=row.version, action=state.value, reason=reason, **by_whom)
    return row


def _take_names(
    db: DbSession, line: EntryLine, wanted: Mapping[str, str], native_family: str, *, actor: Actor, now: datetime
) -> None:
    changes: dict[str, Any] = {part: wanted[part] for part in rules.NAME_PARTS if part in wanted}
    if not changes:
        return
    person = db.get_one(Person, line.person_id)
    if "native_full" in changes and _has_parts(person):
        changes |= _native_parts(person, changes["native_full"], native_family)
    if former := _former(person, changes):
        changes["also_known_as"] = [*person.also_known_as, *former]
    update_person(db, person.id, changes, version=person.version, actor=actor, now=now)


def _of_texts(chosen: Collection[str]) -> list[str]:
    """A photo is no text that someone could have written over: it was shown to nobody as it stood."""
    return [part for part in chosen if part != rules.PHOTO]


def _take_told(
    db: DbSession, row: ProofCorrection, line: EntryLine, wanted: Mapping[str, str], *, actor: Actor, now: datetime
) -> None:
    """The biography in the languages that were chosen, and the photo that was sent."""
    person = db.get_one(Person, line.person_id)
    changes: dict[str, Any] = {}
    if any(part.startswith(f"{rules.BIOGRAPHY}.") for part in wanted):
        changes["biography"] = rules.texts_with(person.biography, wanted, rules.BIOGRAPHY)
    if rules.PHOTO in wanted and row.photo_id is not None:
        image = get_image(db, row.photo_id)
        changes["photo"] = Picture(image.media_type, image.width, image.height, image.content)
    if changes:
        update_person(db, person.id, changes, version=person.version, actor=actor, now=now)


def _former(person: Person, changes: Mapping[str, Any]) -> list[str]:
    """The names that are given up, by which older lists still call the person."""
    columns = ("latin_family", "latin_given", "name_order", "native_full")
    before = {column: getattr(person, column) for column in columns}
    old, new = name_in(before), name_in({**before, **changes})
    known = {fold(text) for text in (new.latin, new.native_full, *person.also_known_as)}
    return [text for text in (old.latin, old.native_full) if text and fold(text) not in known]


def _native_parts(person: Person, full: str, said: str) -> dict[str, str]:
    if not full:
        return {"native_family": "", "native_given": ""}
    parts = native_parts(person.native_family, person.native_given, full, said)
    if parts is None:
        raise Invalid(fields={"native_family": "not-its-beginning" if said else "required"})
    return dict(zip(("native_family", "native_given"), parts, strict=True))


def _title(db: DbSession, edition_id: int, person_id: int) -> EditionTitle | None:
    """The one that is printed."""
    query = select(EditionTitle).where(EditionTitle.edition_id == edition_id, EditionTitle.person_id == person_id)
    return db.scalar(query.order_by(EditionTitle.position).limit(1))


def _take_title(
    db: DbSession, edition_id: int, line: EntryLine, wanted: Mapping[str, str], *, actor: Actor, now: datetime
) -> None:
    if not any(part.startswith("title.") for part in wanted):
        return
    row = _title(db, edition_id, line.person_id)
    title = rules.texts_with(row.title if row else {}, wanted, "title")
    if row is None:
        people.set_edition_title(db, edition_id, line.person_id, title=title, actor=actor, now=now)
    else:
        people.update_edition_title(db, row, {"title": title}, version=row.version, actor=actor, now=now)


def _take_organization(
    db: DbSession,
    edition_id: int,
    line: EntryLine,
    wanted: Mapping[str, str],
    *,
    for_everyone: bool,
    actor: Actor,
    now: datetime,
) -> None:
    if not any(part.startswith("organization.") for part in wanted):
        return
    row = _title(db, edition_id, line.person_id)
    by: Any = {"actor": actor, "now": now}
    name = rules.texts_with(line.printed.organization, wanted, "organization")
    organization = registered_in(db, edition_id, line.person_id)
    if row is None:
        people.set_edition_title(db, edition_id, line.person_id, title={}, organization_name=name, **by)
    elif organization is None:
        people.update_edition_title(db, row, {"organization_name": name}, version=row.version, **by)
    elif for_everyone:
        mine = rules.texts_with({}, wanted, "organization")
        short, legal = rules.names_with(organization.short, organization.legal, mine)
        changes = {"short": short, "legal": legal}
        people.update_organization(db, organization.id, changes, version=organization.version, **by)
    else:
        post = _post(db, line, organization, row, **by)
        written = {"organization_id": None, "organization_name": name, "affiliation_id": post}
        people.update_edition_title(db, row, written, version=row.version, **by)


def _post(
    db: DbSession, line: EntryLine, organization: Organization, row: EditionTitle, *, actor: Actor, now: datetime
) -> int | None:
    """The post that a title keeps when its organization is written otherwise than in the registry. An official's is
    noted if need be: by it their contact details are known to be an official's, which must go.
    """
    if row.affiliation_id is not None:
        return row.affiliation_id
    posts = select(Affiliation.id).where(
        Affiliation.person_id == line.person_id, Affiliation.organization_id == organization.id
    )
    known = db.scalar(posts.order_by(Affiliation.position).limit(1))
    if known is not None or organization.kind is not OrganizationKind.GOVERNMENT:
        return known
    title = dict(row.title)
    return people.add_affiliation(db, line.person_id, organization.id, title, actor=actor, now=now).id
