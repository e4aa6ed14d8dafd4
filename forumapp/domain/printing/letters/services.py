"""Issuing formal letters, and revoking them. A serial is given once and never again, whatever becomes of its letter."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from forumapp.core.database.flushing import flush
from forumapp.core.database.locks import lock_name
from forumapp.core.errors import Invalid, Refusal, Stale
from forumapp.core.values.text import is_visible
from forumapp.domain.accounts.access import require_all
from forumapp.domain.accounts.editing.rows import change_in, get_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import record, stale, told_at_once
from forumapp.domain.forums.calendar.queries import today_at
from forumapp.domain.people.rules import search_text
from forumapp.domain.printing.letter_models import Letter, LetterIssue, LetterKind, LetterPicture
from forumapp.domain.printing.letters import wording
from forumapp.domain.printing.letters.address_checks import sending_findings
from forumapp.domain.printing.letters.forms import get_letter_form, prefix_of
from forumapp.domain.printing.letters.queries import Selection, candidates, refuse_unknown, who_is_left_out
from forumapp.domain.printing.letters.values import content_from
from forumapp.domain.printing.paper.blocking_findings import reason_of, refuse_blocked, weighed
from forumapp.domain.printing.queries import NothingToPrint
from forumapp.domain.printing.rules import Options, options_from

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.letters.values import LetterValues
    from forumapp.domain.printing.paper.layout import Finding

DECIDE = Permission.DECIDE_REGISTRATIONS
LONGEST_REASON = 500


class LetterRevoked(Refusal):
    """It is revoked already."""

    code = "letter-revoked"


@dataclass(frozen=True, slots=True)
class Issued:
    """Letters by their serials, and what was found of them: whoever did not look before can revoke before they send."""

    letters: Sequence[Letter]
    findings: Sequence[Finding]


def issue_letters(
    db: DbSession,
    edition: Edition,
    selection: Selection,
    *,
    languages: Sequence[str] = (),
    anyway: str | None = None,
    despite: str | None = None,
    seen: str | None = None,
    actor: Actor,
    now: datetime,
) -> Issued:
    """Give each of those who are chosen, and hold none, a letter with the next serial. All or nobody.

    `seen` is the `mark_of` what was looked at before: nothing is issued where it would be another by now. `anyway`
    says why they are issued in spite of findings that block, for the log, and `despite` is the mark of those, as for
    any print. Raises FindingsBlock, and NothingToPrint where there is nobody, with how many were left out, and why.
    """
    require_all(db, edition.id, DECIDE, actor=actor)
    how = options_from({"languages": languages, "anyway": anyway, "despite": despite})
    refuse_unknown(db, edition.id, selection)
    _hold(db)
    found = candidates(db, edition, selection, languages, now=now)
    if seen is not None and seen != mark_of(found):
        raise Stale(entity=Letter.__tablename__)
    if not found:
        left_out = asdict(who_is_left_out(db, edition, selection, now=now))
        raise NothingToPrint(edition=edition.slug, **{name: count for name, count in left_out.items() if count})
    return _issue(db, edition, found, how, actor=actor, now=now)


def mark_of(letters: Sequence[LetterValues]) -> str:
    """The same for the same letters to the same people."""
    told = "\n".join(f"{one.registration_id} {one.invitation_id} {one.seal}" for one in letters)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def revoke_letter(
    db: DbSession, edition_id: int, letter_id: int, reason: str, *, version: int, actor: Actor, now: datetime
) -> Letter:
    """It counts no more, for a reason that is kept with it. It stays on record, and so does its serial."""
    require_all(db, edition_id, DECIDE, actor=actor)
    row = get_in(db, Letter, edition_id, letter_id)
    if row.version != version:
        raise stale(row)
    if row.revoked_at is not None:
        raise LetterRevoked(serial=row.serial)
    said = reason.strip()
    if not is_visible(said) or len(said) > LONGEST_REASON:
        raise Invalid(fields={"reason": "too-long" if len(said) > LONGEST_REASON else "required"})
    changes = {"revoked_at": now, "revoked_by": actor.account_id, "reason": said}
    change_in(db, row, changes, DECIDE, version=version, actor=actor, now=now, action="revoked", reason=said)
    return row


def reissue_letter(
    db: DbSession,
    edition: Edition,
    letter_id: int,
    reason: str,
    *,
    anyway: str | None = None,
    despite: str | None = None,
    version: int,
    actor: Actor,
    now: datetime,
) -> Issued:
    """Revoke it and give whom it was for another one with the next serial, as things stand now, in its languages."""
    require_all(db, edition.id, DECIDE, actor=actor)
    how = options_from({"anyway": anyway, "despite": despite})
    old = get_in(db, Letter, edition.id, letter_id)
    _hold(db)
    revoke_letter(db, edition.id, letter_id, reason, version=version, actor=actor, now=now)
    languages = content_from(db.get_one(LetterIssue, old.issue_id).content).languages
    one = Selection(old.kind, registration=old.registration_id, invitation=old.invitation_id)
    found = candidates(db, edition, one, languages, now=now)
    if not found:
        raise NothingToPrint(edition=edition.slug)
    return _issue(db, edition, found, how, replaces=old.id, actor=actor, now=now)


def _hold(db: DbSession) -> None:
    """Whoever else issues letters waits, so that no two take one number: also those of another kind or edition, whose
    serials may begin alike.
    """
    lock_name(db, "letters")


def _last(db: DbSession, edition_id: int, kind: LetterKind, prefix: str) -> int:
    """The highest number of the kind, or of any letter whose serial begins so: no two letters have one serial."""
    counted = (Letter.edition_id == edition_id) & (Letter.kind == kind)
    alike = Letter.serial.startswith(prefix, autoescape=True)
    return db.scalar(select(func.max(Letter.number)).where(counted | alike)) or 0


def _issue(
    db: DbSession,
    edition: Edition,
    found: Sequence[LetterValues],
    how: Options,
    *,
    replaces: int | None = None,
    actor: Actor,
    now: datetime,
) -> Issued:
    from forumapp.domain.printing.letters.layout import check

    findings = weighed([*check(found), *sending_findings(db, edition, found, now=now)], edition.print_blocks)
    refuse_blocked(findings, how)
    why = reason_of(findings, how.anyway)
    content = found[0].content
    kind = LetterKind(content.kind)
    prefix = prefix_of(db, edition, get_letter_form(db, edition.id, kind))
    last = _last(db, edition.id, kind, prefix)
    characters = "".join(sorted({c for one in found for c in _characters(one)} | set(prefix)))
    issue = LetterIssue(
        edition_id=edition.id, kind=kind, content=content.plain, characters=characters, made_by=actor.account_id
    )
    db.add(issue)
    flush(db)
    db.add_all(LetterPicture(edition_id=edition.id, issue_id=issue.id, image_id=one) for one in content.pictures)
    rows = []
    for number, one in enumerate(found, last + 1):
        told = replace(one, serial=wording.serial_of(prefix, number), issued_on=today_at(edition, now))
        rows.append(_row(edition.id, issue, number, told, replaces, actor=actor, now=now))
    db.add_all(rows)
    flush(db)
    with told_at_once(db):
        for row in rows:
            by: dict[str, Any] = {"actor": actor, "now": now, "edition_id": edition.id, "reason": why}
            record(db, "issued", Letter.__tablename__, row.id, **by)
    return Issued(rows, findings)


def _row(
    edition_id: int,
    issue: LetterIssue,
    number: int,
    told: LetterValues,
    replaces: int | None,
    *,
    actor: Actor,
    now: datetime,
) -> Letter:
    return Letter(
        edition_id=edition_id,
        kind=issue.kind,
        issue_id=issue.id,
        number=number,
        serial=told.serial,
        registration_id=told.registration_id,
        invitation_id=told.invitation_id,
        said=asdict(told.said),
        sha256=told.seal,
        issued_by=actor.account_id,
        issued_at=now,
        replaces_id=replaces,
        search_text=search_text(told.said.name, (told.serial,)),
    )


def _characters(one: LetterValues) -> str:
    said = one.said
    texts = (said.address, said.title, said.organization)
    written = [text for texts in texts for text in texts.values()]
    return "".join((said.latin_family.upper(), said.latin_family, said.latin_given, said.native_full, *written))
