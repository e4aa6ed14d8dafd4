"""The sessions with limited places that a registrant takes part in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.registrations.registration import REGISTRATION
from forumapp.api.v1.shapes import page_from
from forumapp.core.errors import NotFound
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.registration.lists.queries import get_registration
from forumapp.domain.registration.session_signup.by_staff import sessions_for, sign_up
from forumapp.schemas.fields import Bilingual, Flag, Id, Shape, SpanEnd, Text, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.agenda.models import Session
    from forumapp.domain.registration.models import Registration

SESSIONS = f"{REGISTRATION}/sessions"
ONE = f"{SESSIONS}/<id:session_id>"

blueprint = ApiBlueprint("Sign-ups", __name__, description="Sessions with limited places, and who takes part in them.")


class SignUpSchema(Shape):
    session_id = Id(required=True)
    code = Text(required=True)
    title = Bilingual()
    start = SpanEnd(required=True, allow_none=True)
    end = SpanEnd(required=True, allow_none=True)
    places = WholeNumber(allow_none=True)
    taken = WholeNumber(required=True)
    is_signed_up = Flag(required=True)


@blueprint.lists(SESSIONS, SignUpSchema, needs=Permission.SEE_REGISTRATIONS)
def list_sign_ups(call: Call, query: dict[str, Any], edition: str, registration_id: int) -> Page[dict[str, Any]]:
    """What a registrant is or can be signed up for, in order of time. Who takes part in one session: the filter
    `session` of the list of registrations.
    """
    edition_id = call.edition(edition).id
    row = get_registration(call.db, edition_id, registration_id, within=call.within(edition_id))
    return page_from([_shown(session, is_mine=is_mine) for session, is_mine in sessions_for(call.db, row)], query)


@blueprint.acts(f"{ONE}/take", SignUpSchema, needs=Permission.EDIT_REGISTRATIONS)
def take_session(call: Call, edition: str, registration_id: int, session_id: int) -> dict[str, Any]:
    """Sign someone who has a place up for a session. They are mailed their ticket as it is then."""
    row = _of(call, edition, registration_id, session_id)
    sign_up(call.db, row.edition_id, row.id, {session_id}, (), actor=call.actor, now=call.now)
    return _one(call, row, session_id)


@blueprint.acts(f"{ONE}/leave", SignUpSchema, needs=Permission.EDIT_REGISTRATIONS)
def leave_session(call: Call, edition: str, registration_id: int, session_id: int) -> dict[str, Any]:
    """Remove someone from a session, which frees their spot."""
    row = _of(call, edition, registration_id, session_id)
    shown = _one(call, row, session_id)  # one that is cancelled is offered no longer once they have left it
    if sign_up(call.db, row.edition_id, row.id, (), {session_id}, actor=call.actor, now=call.now):
        shown |= {"is_signed_up": False, "taken": shown["taken"] - 1}
    return shown


def _of(call: Call, edition: str, registration_id: int, session_id: int) -> Registration:
    edition_id = call.edition(edition).id
    row = get_registration(
        call.db, edition_id, registration_id, within=call.access(edition_id).within(Permission.EDIT_REGISTRATIONS)
    )
    _one(call, row, session_id)
    return row


def _one(call: Call, row: Registration, session_id: int) -> dict[str, Any]:
    for session, is_mine in sessions_for(call.db, row):
        if session.id == session_id:
            return _shown(session, is_mine=is_mine)
    raise NotFound(entity="session")


def _shown(session: Session, *, is_mine: bool) -> dict[str, Any]:
    return {
        "session_id": session.id,
        "code": session.code,
        "title": session.title,
        "start": session.span and session.span.start,
        "end": session.span and session.span.end,
        "places": session.places,
        "taken": session.signed_up,
        "is_signed_up": is_mine,
    }
