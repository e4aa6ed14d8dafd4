"""What speakers want printed otherwise of themselves, by the link to their own page.

It goes the way of all corrections: onto a name check, that of the edition's speakers, where an organizer takes it over
part by part or declines it. Besides what is printed small, speakers send a biography and a photo.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.database.locks import lock_name
from forumapp.core.errors import Invalid, Stale
from forumapp.core.values.text import is_visible
from forumapp.domain.accounts.editing.ordering import next_place
from forumapp.domain.agenda.speaker_pages.self_service import for_an_answer, note_answer
from forumapp.domain.audit.services import change, create
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.images.services import keep_picture
from forumapp.domain.people.models import Person
from forumapp.domain.people.names.printed_names import printed
from forumapp.domain.people.queries import titles_in_edition
from forumapp.domain.people.records.services import name_of
from forumapp.domain.proofs import rules
from forumapp.domain.proofs.answering import CorrectionWaits, TooManyCorrections
from forumapp.domain.proofs.models import NameProof, ProofCorrection, ProofEntry
from forumapp.domain.proofs.queries import lines_of
from forumapp.domain.proofs.rules import CorrectionState, EntryState, Shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.speakers.models import Speaker
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.images.rules import Picture
    from forumapp.domain.people.rules import Name
    from forumapp.domain.proofs.queries import EntryLine

NAME = {"en": "Speakers", "zh-Hans": "演讲嘉宾"}


@dataclass(frozen=True, slots=True)
class OwnPrint:
    """A speaker as they would be printed now. `parts` are what they can correct, as it stands; `line` is where they
    stand on the proof of speakers, as soon as they have answered.
    """

    name: Name
    shown: Shown
    parts: Mapping[str, str]
    has_photo: bool
    corrections: tuple[ProofCorrection, ...] = ()
    line: EntryLine | None = None

    @property
    def printed(self) -> Any:
        return self.shown.printed

    @property
    def is_approved(self) -> bool:
        return self.line is not None and self.line.state is EntryState.APPROVED


def own_print(db: DbSession, row: Speaker) -> OwnPrint:
    person = db.get_one(Person, row.person_id)
    titles = titles_in_edition(db, row.edition_id, [person.id]).get(person.id, [])
    title, organization = (titles[0].title, titles[0].organization) if titles else ({}, {})
    name, languages = name_of(person), get_edition_by_id(db, row.edition_id).languages
    parts = rules.parts_of(name, title, organization, languages) | rules.told_of(person.biography, None, languages)
    proof = find_proof(db, row.edition_id)
    entry = find_entry(db, proof.id, person.id) if proof is not None else None
    if proof is None or entry is None:
        return OwnPrint(name, Shown(printed(name, title, organization)), parts, person.photo_id is not None)
    of_it = select(ProofCorrection).where(ProofCorrection.entry_id == entry.id)
    return OwnPrint(
        name,
        Shown(printed(name, title, organization)),
        parts,
        person.photo_id is not None,
        tuple(db.scalars(of_it.order_by(ProofCorrection.id.desc()))),
        lines_of(db, row.edition_id, [proof])[0].entry(entry.id),
    )


def propose(
    db: DbSession,
    speaker_id: int,
    link_number: int,
    wanted: Mapping[str, str],
    *,
    photo: Picture | None = None,
    remark: str = "",
    seen: str,
    actor: Actor,
    now: datetime,
) -> ProofCorrection:
    """Say what is to be printed otherwise; nothing is changed by it. `wanted` has parts as `OwnPrint.parts` names
    them, `seen` is the fingerprint of what the sender saw.
    """
    speaker = for_an_answer(db, speaker_id, link_number)
    own = own_print(db, speaker)
    if own.shown.fingerprint != seen:
        raise Stale
    proposed = rules.proposal(own.parts, wanted)
    if not proposed and photo is None and not is_visible(remark):
        raise Invalid(fields={"remark": "nothing-to-correct"})
    names = {**own.parts, **proposed}
    if not any(is_visible(names[part]) for part in ("latin_family", "latin_given", "native_full")):
        raise Invalid(fields={"latin_family": "required"})
    if sum(one.state is CorrectionState.OPEN for one in own.corrections) >= rules.MOST_OPEN:
        raise TooManyCorrections
    by: dict[str, Any] = {"actor": actor, "now": now}
    entry = _ensure_entry(db, speaker, **by)
    image = keep_picture(db, photo, **by) if photo is not None else None
    row = ProofCorrection(
        edition_id=speaker.edition_id,
        entry_id=entry.id,
        shown={**own.parts, **({rules.PHOTO: ""} if image else {})},
        proposed=proposed | ({rules.PHOTO: str(image.id)} if image else {}),
        photo_id=image.id if image else None,
        remark=remark,
        proposed_by=own.name.latin or own.name.native_full,
    )
    create(db, row, **by)
    note_answer(db, speaker, now=now)
    return row


def approve_own(db: DbSession, speaker_id: int, link_number: int, *, seen: str, actor: Actor, now: datetime) -> None:
    """Approve how one would be printed, as the sender saw it."""
    speaker = for_an_answer(db, speaker_id, link_number)
    own = own_print(db, speaker)
    if own.shown.fingerprint != seen:
        raise Stale
    if any(one.state is CorrectionState.OPEN for one in own.corrections):
        raise CorrectionWaits
    entry = _ensure_entry(db, speaker, actor=actor, now=now)
    proof = db.get_one(NameProof, entry.proof_id)
    line = lines_of(db, speaker.edition_id, [proof])[0].entry(entry.id)
    by = own.name.latin or own.name.native_full
    changes = {"approved": line.shown.kept, "approved_by": by, "approved_at": now}
    change(db, entry, changes, version=entry.version, actor=actor, now=now, action="approved")
    note_answer(db, speaker, now=now)


def find_proof(db: DbSession, edition_id: int) -> NameProof | None:
    return db.scalar(select(NameProof).where(NameProof.edition_id == edition_id, NameProof.of_speakers))


def find_entry(db: DbSession, proof_id: int, person_id: int) -> ProofEntry | None:
    here = ProofEntry.proof_id == proof_id, ProofEntry.person_id == person_id
    return db.scalar(select(ProofEntry).where(*here))


def _ensure_entry(db: DbSession, speaker: Speaker, *, actor: Actor, now: datetime) -> ProofEntry:
    """At the end of the proof of speakers, which begins with the first who answers."""
    lock_name(db, f"speakers-proof:{speaker.edition_id}")
    proof = find_proof(db, speaker.edition_id)
    if proof is None:
        languages = get_edition_by_id(db, speaker.edition_id).languages
        proof = NameProof(
            edition_id=speaker.edition_id,
            name={code: text for code, text in NAME.items() if code in languages},
            language=languages[0],
            of_speakers=True,
        )
        create(db, proof, actor=actor, now=now)
    entry = find_entry(db, proof.id, speaker.person_id)
    if entry is None:
        entry = ProofEntry(
            edition_id=speaker.edition_id,
            proof_id=proof.id,
            person_id=speaker.person_id,
            position=next_place(db, ProofEntry.position, ProofEntry.proof_id == proof.id),
        )
        create(db, entry, actor=actor, now=now)
    return entry
