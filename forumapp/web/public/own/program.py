"""The sessions that a registrant can choose or has chosen, in the words of the published agenda."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forumapp.core.database.transactions import reading
from forumapp.domain.agenda.queries import latest_version, public_agenda
from forumapp.domain.registration.session_signup.self_service import Choice, choices_of
from forumapp.web.public.agenda.program import Session, list_sessions

if TYPE_CHECKING:
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.registration.models import Registration


@dataclass(frozen=True, slots=True)
class Offered:
    choice: Choice
    session: Session

    @property
    def is_full(self) -> bool:
        return not self.choice.left and not self.choice.is_mine


def sessions_of(row: Registration, edition: Edition) -> list[Offered]:
    """In order of time. One that was chosen and is not published any more has no words, and is left out."""
    version = latest_version(reading(), edition.id)
    choices = choices_of(reading(), row, version)
    if version is None or not choices:
        return []
    known = {session.code: session for session in list_sessions(public_agenda(version), edition.zone)}
    return [Offered(choice, known[choice.code]) for choice in choices if choice.code in known]
