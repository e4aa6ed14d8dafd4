"""The mail that tells someone what has changed in the agenda."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.core.values.text import pick
from forumapp.domain.letters.queries import own_wordings
from forumapp.domain.mail.render import Letter, paragraphs_of, write
from forumapp.domain.mail.wording import MailKind
from forumapp.domain.printing.wording.agenda_changes import in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.content.diff import Notice
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.mail.render import Sender, Written
    from forumapp.domain.publishing.recipients import Recipient


def values_of(edition: Edition, one: Recipient, number: int, note: Mapping[str, str]) -> dict[str, Any]:
    """For the mail, in its reader's language. The page that it leads to is everyone's, so it may be passed on."""
    return {
        "name": one.name.shown(one.language),
        "edition_slug": edition.slug,
        "edition_name": dict(edition.name),
        "starts_on": edition.starts_on.isoformat(),
        "ends_on": edition.ends_on.isoformat(),
        "place": dict(edition.place),
        "agenda_version": number,
        "changes": "\n\n".join(_told(notice, one.language, edition.zone) for notice in one.notices),
        "note": pick(note, one.language),
        "page": f"{edition.slug}/agenda/changes?version={number}&lang={one.language}",
    }


def previewed(
    db: DbSession, edition: Edition, one: Recipient, number: int, *, sender: Sender
) -> tuple[Written, list[Markup]]:
    """The mail as this person would read it, without the note that is not written yet."""
    values = values_of(edition, one, number, {})
    link = f"{sender.base_url}/{values.pop('page')}"
    own = own_wordings(db, {(edition.id, MailKind.AGENDA_CHANGED)}).get((edition.id, MailKind.AGENDA_CHANGED), {})
    written = write(Letter("", MailKind.AGENDA_CHANGED, one.email, one.language, values, link, own), sender)
    return written, paragraphs_of(written, sender)


def _told(notice: Notice, language: str, zone: str) -> str:
    """The session, and under it what has changed, a line each."""
    title = " ".join((pick(notice.difference.title, language) or notice.difference.code).split())
    heading = f"【{title}】" if language.startswith("zh") else f"“{title}”"
    return "\n".join([heading, *(" ".join(in_words(change, language, zone=zone).split()) for change in notice.changes)])
