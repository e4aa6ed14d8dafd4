"""`Idempotency-Key`: the same POST sent twice takes effect once and is answered alike."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from flask import g, request

from forumapp.api.auth import call
from forumapp.core.errors import Invalid, Refusal
from forumapp.core.transactions import transaction
from forumapp.domain.accounts.idempotency import Answer, AnsweredMeanwhile, Slot, find_answer, keep_answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from forumapp.api.auth import Call

KEY = r"^[\x21-\x7e]{1,100}$"
HEADER = "Idempotency-Key"
PARAMETER = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "schema": {"type": "string", "pattern": KEY},
    "description": "Chosen by the caller; the same request under the same key takes effect once.",
}


def effective_once(work: Callable[[Call], Answer]) -> Answer:
    """Do `work` in a transaction, or give the answer it had when this very request came before."""
    slot = _slot()
    if slot is None:
        with transaction() as db:
            return work(call(db))
    try:
        return _kept(slot, work)
    except AnsweredMeanwhile:
        return _kept(slot, work)
    except Refusal:
        # If a twin was faster, what it did is what this one was refused for, and its answer is committed by now.
        with transaction() as db:
            before = find_answer(db, slot)
        if before is None:
            raise
        return before


def _kept(slot: Slot, work: Callable[[Call], Answer]) -> Answer:
    with transaction() as db:
        before = find_answer(db, slot)
        if before is not None:
            return before
        this = call(db)
        answer = work(this)
        keep_answer(db, slot, answer, now=this.now)
        return answer


def _slot() -> Slot | None:
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not re.fullmatch(KEY, key):
        raise Invalid(fields={HEADER: "bad-key"})
    account_id = g.api_actor.account_id
    caller = "public" if account_id is None else f"account {account_id}"
    # The address without the query, which no POST of ours reads.
    return Slot(caller, request.method, request.path, key, hashlib.sha256(request.get_data()).hexdigest())
