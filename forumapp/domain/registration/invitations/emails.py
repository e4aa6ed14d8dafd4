"""The mail with which an invitation goes out, the link that it carries, and the message for those without mail."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.tokens import ending
from forumapp.core.values.text import LANGUAGES
from forumapp.domain.forums.link_lifetimes import days_from_signing, link_ends
from forumapp.domain.forums.models import EditionStatus
from forumapp.domain.mail import services as mail
from forumapp.domain.mail.render import Letter, Sender, write
from forumapp.domain.registration.models import RegistrationType

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.mail.wording import Wording
    from forumapp.domain.registration.models import Invitation

LINK_PURPOSE = "invited"
TEMPLATE = "registration-invitation"
ABOUT = "invitation"
PAGE = "i"  # where the link leads, before its signed part
BETWEEN = "\n\n———\n\n"


def link_of(row: Invitation, edition: Edition) -> dict[str, Any]:
    """What is signed when a link is shown or sent, so that none is ever kept. Until when the invitation can be answered
    stands with it: an end that is moved needs no other link.
    """
    return {"purpose": LINK_PURPOSE, "values": [row.id, row.link_number], "page": PAGE, **link_life(edition)}


def link_life(edition: Edition) -> dict[str, Any]:
    """Until when links of an edition open."""
    return {
        "ends": link_ends(edition.ends_on).isoformat(),
        "days": days_from_signing(is_open=edition.status == EditionStatus.OPEN),
    }


def opens(edition: Edition, *, now: datetime) -> bool:
    """Whether links open at all: not so long after the forum."""
    return ending(link_life(edition), now=now) > now


def send(db: DbSession, row: Invitation, edition: Edition, *, now: datetime) -> None:
    """Each call is one mail: its moment is in the key."""
    assert row.email, "asked before"  # noqa: S101 (a mistake of ours, not of a caller)
    mail.ask(
        db,
        key=f"{TEMPLATE}-{row.id}-{now.timestamp():.6f}",
        template=TEMPLATE,
        recipient=row.email,
        language=row.language,
        values={**_values(db, row, edition, row.language), "link": link_of(row, edition)},
        edition_id=row.edition_id,
        about=ABOUT,
        about_id=row.id,
        now=now,
    )


def message(
    db: DbSession,
    row: Invitation,
    edition: Edition,
    link: str,
    own: Mapping[Any, Mapping[str, Wording]],
    *,
    base_url: str,
) -> str:
    """The same in the languages of the forum, the invitation's own first, for handing over some other way. `own` is how
    the edition words its mails itself.
    """
    others = [one for one in LANGUAGES if one in edition.languages and one != row.language]
    said = own.get((edition.id, TEMPLATE), {})
    letter, sender = Letter("", TEMPLATE, "", row.language, {}, link, own=said), Sender("", base_url)
    texts = [
        write(replace(letter, language=one, values=_values(db, row, edition, one)), sender).text
        for one in (row.language, *others)
    ]
    return BETWEEN.join(texts)


def _values(db: DbSession, row: Invitation, edition: Edition, language: str) -> dict[str, Any]:
    type_name = db.scalars(select(RegistrationType.name).where(RegistrationType.id == row.type_id)).one()
    return {
        "answer_by": row.answer_by.isoformat() if row.answer_by else None,
        "name": row.name.shown(language),
        "greeting": row.greeting,
        "type_name": dict(type_name),
        "edition_slug": edition.slug,
        "edition_name": dict(edition.name),
        "starts_on": edition.starts_on.isoformat(),
        "ends_on": edition.ends_on.isoformat(),
        "place": dict(edition.place),
    }
