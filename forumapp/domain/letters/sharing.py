"""What is handed over to people without mail, to be copied into WeChat or any other way, in the forum's languages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forumapp.core.values.text import LANGUAGES
from forumapp.domain.letters.queries import own_wordings
from forumapp.domain.mail.render import Letter, Sender, write
from forumapp.domain.mail.wording import MailKind
from forumapp.domain.registration.emails import letters_about

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.registration.emails import Letter as About

BETWEEN = "\n\n———\n\n"


def message_for(db: DbSession, edition: Edition, about: About, link: str, *, base_url: str) -> str:
    """To one person, in their own language first."""
    return _written(db, edition, MailKind.MESSAGE, about, first=about.language, link=link, base_url=base_url)


def message_for_many(db: DbSession, edition: Edition, links: Mapping[int, str], language: str, *, base_url: str) -> str:
    """To whoever hands each of these people their own link, which `links` holds by registration."""
    found = letters_about(db, links.keys())
    if not found:
        return ""
    people = "\n\n".join(f"{one.name}\n{links[one.registration_id]}" for one in found.values())
    about = next(iter(found.values()))
    return _written(db, edition, MailKind.MESSAGES, about, first=language, base_url=base_url, people=people)


def _written(
    db: DbSession,
    edition: Edition,
    kind: MailKind,
    about: About,
    *,
    first: str,
    base_url: str,
    link: str = "",
    **more: str,
) -> str:
    languages = sorted((one for one in LANGUAGES if one in edition.languages), key=lambda one: one != first)
    own = own_wordings(db, {(edition.id, kind)}).get((edition.id, kind), {})
    letter = Letter("", kind, "", first, {}, link, own)
    sender = Sender("", base_url)
    said = [replace(letter, language=one, values={**about.values_in(one), **more}) for one in languages]
    return BETWEEN.join(write(one, sender).text for one in said)
