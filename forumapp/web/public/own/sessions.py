"""Choosing sessions with limited places, on the registrant's own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, Refusal
from forumapp.core.serving.rate_limits import FORMS, is_local, limiter
from forumapp.core.values.numbers import LARGEST_ID, whole_number
from forumapp.domain.agenda.days import by_day
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.registration.errors import ChangesOver, SessionFull, SessionsClash, WrongStatus
from forumapp.domain.registration.session_signup.self_service import choose_sessions
from forumapp.web.public.own.page import blueprint, may_choose, registration_of
from forumapp.web.public.own.program import sessions_of
from forumapp.web.public.registration.forms import UNPROCESSABLE
from forumapp.web.public.site import VISITOR, render
from forumapp.web.wording.words import t

if TYPE_CHECKING:
    from collections.abc import Collection

    from flask.typing import ResponseReturnValue

    from forumapp.domain.registration.models import Registration


@blueprint.get("/<token>/sessions")
def choose(token: str) -> ResponseReturnValue:
    row = registration_of(token)
    if not may_choose(row):
        return redirect(url_for(".page", token=token))
    return sessions_page(token, row)


@blueprint.post("/<token>/sessions")
@limiter.limit(FORMS, exempt_when=is_local)
def save_sessions(token: str) -> ResponseReturnValue:
    row = registration_of(token)
    chosen, seen = ids_sent("session"), ids_sent("seen")
    try:
        with transaction() as db:
            choose_sessions(db, row.id, row.link_number, chosen, seen=seen, actor=VISITOR, now=clock.now())
    except (ChangesOver, WrongStatus):
        return redirect(url_for(".page", token=token), 303)  # which shows the status
    except (SessionFull, SessionsClash, Invalid) as refusal:
        row = registration_of(token)
        return sessions_page(token, row, chosen, describe_refusal(row, refusal)), max(refusal.status, UNPROCESSABLE)
    flash(_("Your sessions are saved."), "ok")
    return redirect(url_for(".page", token=token), 303)


def ids_sent(name: str) -> set[int]:
    """The ids in a field of the form. Anything else is ignored."""
    ids = request.form.getlist(name, whole_number)
    return {session_id for session_id in ids if 0 < session_id <= LARGEST_ID}


def describe_refusal(row: Registration, refusal: Refusal) -> str:
    """Why nothing was saved, with the names of the sessions."""
    edition = get_edition_by_id(reading(), row.edition_id)
    titles = {offered.choice.id: t(offered.session.title) for offered in sessions_of(row, edition)}
    if isinstance(refusal, SessionFull):
        title = titles.get(refusal.details["session_id"], "")
        return str(
            _("All places in “%(session)s” are taken by now. Nothing was saved; choose another one.", session=title)
        )
    if isinstance(refusal, SessionsClash):
        first, second = (
            titles.get(each, _("a session in which you have a part")) for each in refusal.details["session_ids"]
        )
        return str(_("“%(one)s” and “%(other)s” are at the same time. Choose one of them.", one=first, other=second))
    return str(_("One of these sessions cannot be chosen any more. Look again."))


def sessions_page(token: str, row: Registration, chosen: Collection[int] | None = None, fault: str = "") -> str:
    edition = get_edition_by_id(reading(), row.edition_id)
    offered = sessions_of(row, edition)
    mine = {line.choice.id for line in offered if line.choice.is_mine}
    days = by_day(offered, lambda line: line.session.begins, edition.zone).items()
    return render(
        "public/registration/sessions.html",
        edition,
        "own",
        token=token,
        days=days,
        mine=mine,
        chosen=mine if chosen is None else chosen,
        errors={"": fault} if fault else {},
    )
