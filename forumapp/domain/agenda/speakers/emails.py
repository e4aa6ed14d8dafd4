"""Inviting and reminding speakers: mails with the link to a page of their own, and that link."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from babel.dates import format_skeleton, format_time, get_timezone_location

from forumapp.core.errors import Invalid, Refusal
from forumapp.core.tokens import ending
from forumapp.core.values.text import LANGUAGES, pick
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.rows import change_in
from forumapp.domain.agenda.models import AssignmentStatus
from forumapp.domain.agenda.speakers.queries import lines_of, standing_part
from forumapp.domain.agenda.speakers.services import EDIT, ensure_speaker, seen_speaker
from forumapp.domain.forums.link_lifetimes import days_from_signing, link_ends
from forumapp.domain.forums.models import EditionStatus
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.mail import services as mail
from forumapp.domain.mail.suppressing import refuse_suppressed
from forumapp.domain.mail.wording import MailKind
from forumapp.domain.people.records.services import name_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.speakers.models import Speaker
    from forumapp.domain.agenda.speakers.queries import PartLine, SpeakerLine
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.forums.models import Edition

LINK_PURPOSE = "speaker"
PAGE = "s"  # where the link leads, before its signed part
ABOUT = "speaker"
BETWEEN = timedelta(hours=12)  # nobody is written to twice within it


class WrittenLately(Refusal):
    code = "written-lately"


class NothingToAnswer(Refusal):
    """They have confirmed or declined all that they are asked for."""

    code = "nothing-to-answer"


class LinksAreOver(Refusal):
    """The forum was so long ago that its links no longer open."""

    code = "links-are-over"


def link_of(row: Speaker, edition: Edition) -> dict[str, Any]:
    """What is signed when a link is shown or sent, so that none is ever kept."""
    return {
        "purpose": LINK_PURPOSE,
        "values": [row.id, row.link_number],
        "page": PAGE,
        **_lives(edition),
    }


def _lives(edition: Edition) -> dict[str, Any]:
    days = days_from_signing(is_open=edition.status == EditionStatus.OPEN)
    return {"ends": link_ends(edition.ends_on).isoformat(), "days": days}


def opens(edition: Edition, *, now: datetime) -> bool:
    """Whether a link that is made now opens: not so long after the forum."""
    return ending(_lives(edition), now=now) > now


def invite_speaker(
    db: DbSession, edition_id: int, person_id: int, *, version: int, actor: Actor, now: datetime
) -> Speaker:
    """Mail them the link to their own page; once more when they were invited before."""
    row = seen_speaker(db, edition_id, person_id, version=version, actor=actor, now=now)
    _write(db, row, lines_of(db, edition_id, [person_id])[0], again=False, actor=actor, now=now)
    return row


def remind_speaker(
    db: DbSession, edition_id: int, person_id: int, *, version: int, actor: Actor, now: datetime
) -> Speaker:
    """Ask for the answers that are still open. Raises NothingToAnswer."""
    row = seen_speaker(db, edition_id, person_id, version=version, actor=actor, now=now)
    _write(db, row, lines_of(db, edition_id, [person_id])[0], again=True, actor=actor, now=now)
    return row


def write_to(
    db: DbSession, edition_id: int, line: SpeakerLine, *, again: bool, key: str, actor: Actor, now: datetime
) -> None:
    """One of many, however they were seen: whoever was invited is not invited again by this, and whoever has nothing
    to answer is not written to. `key` tells the mails of one run from those of another.
    """
    require(db, edition_id, EDIT, actor=actor)
    if not again and line.agreed is not None and line.agreed.invited_at is not None:
        raise WrittenLately
    if not _open(line):
        raise NothingToAnswer
    # By what is loaded already: who can't be written to costs nothing more.
    _refuse(line, line.agreed, get_edition_by_id(db, edition_id), again=again, now=now)
    row = ensure_speaker(db, edition_id, line.person_id, actor=actor, now=now)
    with mail.asking_for_many(db):
        _write(db, row, line, again=again, key=key, actor=actor, now=now)


def _refuse(line: SpeakerLine, row: Speaker | None, edition: Edition, *, again: bool, now: datetime) -> None:
    """Unless they can be written to now; `row` is None as long as nothing is agreed with them."""
    if not line.person.email:
        raise Invalid(fields={"email": "required"})
    if not opens(edition, now=now):
        raise LinksAreOver
    if again and not _open(line):
        raise NothingToAnswer
    written = () if row is None else (row.invited_at, row.reminded_at)
    if any(at is not None and now - at < BETWEEN for at in written):
        raise WrittenLately


def _open(line: SpeakerLine) -> list[PartLine]:
    """What they have not answered yet."""
    return [one for one in line.parts if standing_part(one) and one.role.status is AssignmentStatus.INVITED]


def _told(line: SpeakerLine) -> list[PartLine]:
    """What a mail names: whatever they are asked to confirm, or else all that they have."""
    return _open(line) or [one for one in line.parts if standing_part(one)]


def _write(
    db: DbSession, row: Speaker, line: SpeakerLine, *, again: bool, key: str = "", actor: Actor, now: datetime
) -> None:
    edition = get_edition_by_id(db, row.edition_id)
    _refuse(line, row, edition, again=again, now=now)
    address = line.person.email or ""
    refuse_suppressed(db, address)
    changes = {"reminded_at": now} if again else {"invited_at": now}
    told: dict[str, Any] = {"action": "reminded" if again else "sent", "actor": actor, "now": now}
    change_in(db, row, changes, EDIT, version=row.version, **told)
    kind = MailKind.SPEAKER_REMINDER if again else MailKind.SPEAKER
    mail.ask(
        db,
        key=f"{kind}-{row.id}-{key or f'{now.timestamp():.6f}'}",
        template=kind,
        recipient=address,
        language=row.language,
        values=_values(row, line, _told(line), edition),
        edition_id=row.edition_id,
        about=ABOUT,
        about_id=row.id,
        now=now,
    )


def _values(row: Speaker, line: SpeakerLine, parts: Sequence[PartLine], edition: Edition) -> dict[str, Any]:
    return {
        "name": name_of(line.person).shown(row.language),
        "edition_slug": edition.slug,
        "edition_name": dict(edition.name),
        "starts_on": edition.starts_on.isoformat(),
        "ends_on": edition.ends_on.isoformat(),
        "place": dict(edition.place),
        "parts": {language: "\n".join(_part(one, language, edition.zone) for one in parts) for language in LANGUAGES},
        "link": link_of(row, edition),
    }


def _part(one: PartLine, language: str, zone: str) -> str:
    """When and in what; what has no time yet is named alone. A time in another zone than the edition's names it."""
    title = " ".join(pick(one.session.title, language).split())
    if one.session.start_wall is None:
        return title
    locale, between = language.replace("-", "_"), "　" if language.startswith("zh") else ", "
    day = format_skeleton("MMMd", one.session.start_wall, locale=locale)
    time = format_time(one.session.start_wall, "HH:mm", locale=locale)
    if one.session.start_zone != zone:
        time = f"{time} ({get_timezone_location(one.session.start_zone, locale=locale, return_city=True)})"
    return f"{day} {time}{between}{title}"
