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
    """The letters, and their findings: a caller who did not check first can still revoke before sending."""

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
    options = options_from({"languages": languages, "anyway": anyway, "despite": despite})
    refuse_unknown(db, edition.id, selection)
    _hold(db)
    letters = candidates(db, edition, selection, languages, now=now)
    if seen is not None and seen != mark_of(letters):
        raise Stale(entity=Letter.__tablename__)
    if not letters:
        left_out = asdict(who_is_left_out(db, edition, selection, now=now))
        raise NothingToPrint(edition=edition.slug, **{name: count for name, count in left_out.items() if count})
    return _issue(db, edition, letters, options, actor=actor, now=now)


def mark_of(letters: Sequence[LetterValues]) -> str:
    """The same for the same letters to the same people."""
    text = "\n".join(f"{letter.registration_id} {letter.invitation_id} {letter.seal}" for letter in letters)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def revoke_letter(
    db: DbSession, edition_id: int, letter_id: int, reason: str, *, version: int, actor: Actor, now: datetime
) -> Letter:
    """Revoke a letter and store the reason. The letter and its serial stay on record.

    Raises Stale, LetterRevoked, and Invalid for a reason that is empty or too long.
    """
    require_all(db, edition_id, DECIDE, actor=actor)
    row = get_in(db, Letter, edition_id, letter_id)
    if row.version != version:
        raise stale(row)
    if row.revoked_at is not None:
        raise LetterRevoked(serial=row.serial)
    text = reason.strip()
    if not is_visible(text) or len(text) > LONGEST_REASON:
        raise Invalid(fields={"reason": "too-long" if len(text) > LONGEST_REASON else "required"})
    changes = {"revoked_at": now, "revoked_by": actor.account_id, "reason": text}
    change_in(db, row, changes, DECIDE, version=version, actor=actor, now=now, action="revoked", reason=text)
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
    """Revoke a letter and issue a new one to the same person, with today's facts and the next serial.

    Raises NothingToPrint when the person may no longer receive it.
    """
    require_all(db, edition.id, DECIDE, actor=actor)
    options = options_from({"anyway": anyway, "despite": despite})
    old = get_in(db, Letter, edition.id, letter_id)
    _hold(db)
    revoke_letter(db, edition.id, letter_id, reason, version=version, actor=actor, now=now)
    languages = content_from(db.get_one(LetterIssue, old.issue_id).content).languages
    one = Selection(old.kind, registration=old.registration_id, invitation=old.invitation_id)
    letters = candidates(db, edition, one, languages, now=now)
    if not letters:
        raise NothingToPrint(edition=edition.slug)
    return _issue(db, edition, letters, options, replaces=old.id, actor=actor, now=now)


def _hold(db: DbSession) -> None:
    """Lock the issuing of letters, so that no two get the same number.

    The lock covers all kinds and editions, since their serials may share a prefix.
    """
    lock_name(db, "letters")


def _last(db: DbSession, edition_id: int, kind: LetterKind, prefix: str) -> int:
    """The highest number of the kind, or of any letter with this serial prefix. Serials are unique."""
    counted = (Letter.edition_id == edition_id) & (Letter.kind == kind)
    alike = Letter.serial.startswith(prefix, autoescape=True)
    return db.scalar(select(func.max(Letter.number)).where(counted | alike)) or 0


def _issue(
    db: DbSession,
    edition: Edition,
    letters: Sequence[LetterValues],
    options: Options,
    *,
    replaces: int | None = None,
    actor: Actor,
    now: datetime,
) -> Issued:
    from forumapp.domain.printing.letters.layout import check

    findings = weighed([*check(letters), *sending_findings(db, edition, letters, now=now)], edition.print_blocks)
    refuse_blocked(findings, options)
    why = reason_of(findings, options.anyway)
    content = letters[0].content
    kind = LetterKind(content.kind)
    prefix = prefix_of(db, edition, get_letter_form(db, edition.id, kind))
    last = _last(db, edition.id, kind, prefix)
    characters = "".join(sorted({c for one in letters for c in _characters(one)} | set(prefix)))
    issue = LetterIssue(
        edition_id=edition.id, kind=kind, content=content.plain, characters=characters, made_by=actor.account_id
    )
    db.add(issue)
    flush(db)
    db.add_all(LetterPicture(edition_id=edition.id, issue_id=issue.id, image_id=one) for one in content.pictures)
    rows = []
    for number, one in enumerate(letters, last + 1):
        letter = replace(one, serial=wording.serial_of(prefix, number), issued_on=today_at(edition, now))
        rows.append(_row(edition.id, issue, number, letter, replaces, actor=actor, now=now))
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
    letter: LetterValues,
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
        serial=letter.serial,
        registration_id=letter.registration_id,
        invitation_id=letter.invitation_id,
        said=asdict(letter.said),
        sha256=letter.seal,
        issued_by=actor.account_id,
        issued_at=now,
        replaces_id=replaces,
        search_text=search_text(letter.said.name, (letter.serial,)),
    )


def _characters(letter: LetterValues) -> str:
    person = letter.said
    texts = (person.address, person.title, person.organization)
    written = [text for texts in texts for text in texts.values()]
    return "".join((person.latin_family.upper(), person.latin_family, person.latin_given, person.native_full, *written))
