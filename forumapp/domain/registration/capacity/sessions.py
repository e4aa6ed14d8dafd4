"""Places in sessions that registrants choose: counters with a CHECK, as in counters.py.

Whoever changes several does it in the order of the sessions' ids, after the registration, so that nobody waits in a
circle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from forumapp.domain.agenda.models import Session
from forumapp.domain.audit.services import Actor, create, remove
from forumapp.domain.registration.errors import SessionFull
from forumapp.domain.registration.models import SessionSignUp

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.models import Registration

# By the table: counting is no edit, neither of the session's version nor of the time of its last change.
_T = Session.__table__
_ON = update(_T).where(_T.c.id == bindparam("row"))  # type: ignore[arg-type]  # a mapped class's table is a Table
_STILL = {"updated_at": _T.c.updated_at}
_TAKE = (
    _ON.where(_T.c.signed_up < _T.c.places).values(signed_up=_T.c.signed_up + 1, **_STILL).returning(_T.c.id)
)  # of a session without places nothing is less
_FREE = _ON.values(signed_up=_T.c.signed_up - 1, **_STILL)


def change_sessions(
    db: DbSession, row: Registration, added: Collection[int], removed: Collection[int], *, actor: Actor, now: datetime
) -> None:
    """Of a registration that nobody else changes. Raises SessionFull, and then nothing of it counts."""
    standing = {one.session_id: one for one in signed_up(db, row)}
    for session_id in sorted({*added, *removed}):
        if session_id in removed and session_id in standing:
            remove(db, standing[session_id], actor=actor, now=now)
            db.connection().execute(_FREE, {"row": session_id})
        elif session_id in added and session_id not in standing:
            take(db, session_id)
            one = SessionSignUp(edition_id=row.edition_id, session_id=session_id, registration_id=row.id)
            create(db, one, actor=actor, now=now)


def take(db: DbSession, session_id: int) -> None:
    if db.connection().execute(_TAKE, {"row": session_id}).one_or_none() is None:
        raise SessionFull(session_id=session_id)


def leave_sessions(db: DbSession, row: Registration, *, actor: Actor, now: datetime) -> None:
    """Who does not come, or hands their place on, leaves their places in sessions to others."""
    change_sessions(db, row, (), [one.session_id for one in signed_up(db, row)], actor=actor, now=now)


def hold_sessions(db: DbSession, registrations: Select[int]) -> None:
    """Of several registrations, before any of them leaves its sessions, so that all are locked in their order."""
    of = select(SessionSignUp.session_id).where(SessionSignUp.registration_id.in_(registrations))
    query = select(_T.c.id).where(_T.c.id.in_(of)).order_by(_T.c.id)
    db.execute(query.with_for_update(key_share=True)).all()


def signed_up(db: DbSession, row: Registration) -> list[SessionSignUp]:
    query = select(SessionSignUp).where(SessionSignUp.registration_id == row.id)
    return list(db.scalars(query.order_by(SessionSignUp.session_id)))
