"""Single-use forms: the transaction that a form starts spends its key."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import current_app, request

from forumapp.core import clock
from forumapp.core.errors import Invalid
from forumapp.domain.accounts.tokens.idempotency import Answer, AnsweredMeanwhile, Slot, find_answer, keep_answer
from forumapp.web.organizer.kit.identity import actor

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.tokens import Links

FORM_KEY = "form_key"
PURPOSE = "form"
# Keys that were spent are remembered for a week.
OPEN = timedelta(days=1)


class SentBefore(AnsweredMeanwhile):
    """The form took effect already, as before its page was loaded again."""


def new_key() -> str:
    return _links().sign(PURPOSE, [secrets.token_urlsafe(16)], ends=clock.now() + OPEN)


def spend_key(db: DbSession, why: str = "") -> None:
    """Spend the key of the form; with `why`, once for each reason.

    Raises SentBefore, AnsweredMeanwhile if both copies came at the same moment, and Invalid if the key is invalid.
    """
    key, now = request.form.get(FORM_KEY, ""), clock.now()
    read = _links().read(PURPOSE, key, now=now)
    if read is None:
        raise Invalid(fields={"": "open-too-long"})
    digest = hashlib.sha256(why.encode()).hexdigest() if why else ""
    slot = Slot(f"account {actor().account_id}", request.method, request.path, f"{read[0]}{digest}", "")
    if find_answer(db, slot) is not None:
        raise SentBefore
    keep_answer(db, slot, Answer(200, ""), now=now)


def _links() -> Links:
    current: Links = current_app.extensions["forumapp.links"]
    return current
