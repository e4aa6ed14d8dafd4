"""What to mend of letters before they are sent that no drawing tells: whether they address those whom protocol looks
after as it would, and still ask for an answer in time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.values.text import pick
from forumapp.domain.forums.calendar.queries import today_at
from forumapp.domain.printing.letters import wording
from forumapp.domain.printing.letters.issued_letters import altered, lines_to_print
from forumapp.domain.printing.models import FORMAL
from forumapp.domain.printing.paper.layout import Finding
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.letters.values import Content, LetterValues
    from forumapp.domain.printing.models import Paper
    from forumapp.domain.printing.rules import Options


def printing_findings(
    db: DbSession,
    edition: Edition,
    paper: Paper,
    options: Options,
    *,
    within: Collection[int] | None = None,
    now: datetime,
) -> list[Finding]:
    """Of the letters that a print is of; nothing, where it is of other papers."""
    if paper not in FORMAL:
        return []
    lines = lines_to_print(db, edition, paper, options, within=within)
    sound = [one.said for one in lines if not one.altered]
    return [*altered(lines), *sending_findings(db, edition, sound, now=now)]


def sending_findings(
    db: DbSession, edition: Edition, letters: Sequence[LetterValues], *, now: datetime
) -> list[Finding]:
    """Of letters that were issued or would be. One query."""
    if not letters:
        return []
    query = select(Registration.id).where(Registration.edition_id == edition.id, Registration.is_vip)
    return of_letters(letters, set(db.scalars(query)), today_at(edition, now))


def of_letters(letters: Iterable[LetterValues], vips: Collection[int], today: date) -> list[Finding]:
    """`vips` are ids of registrations; what letters share is told once."""
    found: dict[tuple[object, ...], Finding] = {}
    for letter in letters:
        told = [*_too_late(letter.content, today), *(_bare(letter) if letter.registration_id in vips else ())]
        found |= {one.key: one for one in told}
    return list(found.values())


def _too_late(content: Content, today: date) -> Iterator[Finding]:
    asks = any(content.names(wording.ANSWER, language) for language in content.languages)
    if asks and content.answer_by and content.answer_by < today:
        forum = pick(content.forum, content.languages[0])
        day = {"day": content.answer_by.isoformat()}
        yield Finding("reply-by-passed", False, None, forum, day, ("letters", content.kind))


def _bare(letter: LetterValues) -> Iterator[Finding]:
    said, content = letter.said, letter.content
    about = ("registration", letter.registration_id or 0)
    for language in content.languages:
        if content.names(wording.ADDRESS, language) and not said.address.get(language):
            of = {"language": language}
            yield Finding("no-form-of-address", False, letter.registration_id, said.shown_name, of, about)
