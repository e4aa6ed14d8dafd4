"""`Idempotency-Key`: the same POST sent twice takes effect once and is answered alike."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from flask import request

from forumapp.api.auth import call
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, NotFound, Refusal
from forumapp.domain.accounts.access import access_to, contact_scope_of, require_creator, tells_contacts
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import NOBODY
from forumapp.domain.accounts.tokens.idempotency import (
    Answer,
    AnsweredMeanwhile,
    KeyReused,
    Slot,
    find_answer,
    keep_answer,
)
from forumapp.domain.delegations.queries import is_still_of
from forumapp.domain.forums.queries import get_edition

if TYPE_CHECKING:
    from collections.abc import Callable

    from forumapp.api.auth import Call

    Prepare = Callable[[Call], None]

KEY = r"^[\x21-\x7e]{1,100}$"
HEADER = "Idempotency-Key"
# WSGI environment key of the error with which `scan_fast_path.py` failed.
FAST_PATH_ERROR = "forumapp.fast_path_error"
# Rows named by addresses and bodies that may leave the scope of a caller limited to delegations.
ROWS = {"registration_id": "registration", "person_id": "person"}
PARAMETER = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "schema": {"type": "string", "pattern": KEY},
    "description": "Chosen by the caller; the same request under the same key takes effect once.",
}


def effective_once(work: Callable[[Call], Answer], prepare: Prepare | None = None) -> Answer:
    """Do `work` in a transaction, or repeat the answer to the same request. `prepare` runs before the transaction, and
    not for a repeated answer. Raises Invalid for a malformed key, and KeyReused for another request under the key.
    """
    key = request.headers.get(HEADER)
    if key is None:
        if prepare is not None:
            prepare(call(reading()))
        return at_once(work)
    if not re.fullmatch(KEY, key):
        raise Invalid(fields={HEADER: "bad-key"})
    try:
        return _answer_by_key(key, work, prepare)
    except AnsweredMeanwhile:
        return _answer_by_key(key, work)
    except Refusal:
        # A concurrent duplicate may have caused the refusal: its answer is committed by now.
        with transaction() as db:
            before = _find_earlier_answer(call(db), key)
        if before is None:
            raise
        return before


def at_once(work: Callable[[Call], Answer]) -> Answer:
    """Do `work` in a transaction. Raises the error of the fast path, if that has tried it already."""
    error: Exception | None = request.environ.get(FAST_PATH_ERROR)
    if error is not None:
        raise error
    with transaction() as db:
        return work(call(db))


def _answer_by_key(key: str, work: Callable[[Call], Answer], prepare: Prepare | None = None) -> Answer:
    if prepare is not None:
        this = call(reading())
        before = _find_earlier_answer(this, key)
        if before is not None:
            return before
        prepare(this)
    with transaction() as db:
        this = call(db)
        before = _find_earlier_answer(this, key)
        if before is not None:
            return before
        answer = work(this)
        keep_answer(db, _slot(this, key), answer, now=this.now)
        return answer


def _find_earlier_answer(this: Call, key: str) -> Answer | None:
    try:
        before = find_answer(this.db, _slot(this, key))
    except KeyReused:  # the caller's access may have changed: check the named rows first
        _refuse_out_of_reach(this)
        raise
    if before is not None:
        _refuse_out_of_reach(this)
    return before


def _refuse_out_of_reach(this: Call) -> None:
    """Raise NotFound if the request names rows that have left the delegations to which the caller is limited, as the
    request itself would.
    """
    if this.actor.account_id is None or this.needs is None or this.needs is Permission.CREATE_EDITIONS:
        return
    slug = (request.view_args or {}).get("edition")
    edition_id = this.edition(slug).id if slug else None
    within = this.within_any() if edition_id is None else this.within(edition_id)
    if within is None:
        return
    sent = request.get_json(silent=True)
    named = {**(sent if isinstance(sent, dict) else {}), **(request.view_args or {})}
    for name, entity in ROWS.items():
        if name in named and not is_still_of(this.db, edition_id, entity, named[name], within):
            raise NotFound(entity=entity)


def _slot(this: Call, key: str) -> Slot:
    """Bind the key to the caller, the token and its access: a repeated answer must not reveal what is now hidden."""
    actor = this.actor
    caller = "public" if actor.account_id is None else f"account {actor.account_id}"
    if actor.token is not None:
        caller += f" token {actor.token.id}"
    asked = request.get_data() + _access_fingerprint(this).encode()
    # The path without the query, which none of our POSTs reads.
    return Slot(caller, request.method, request.path, key, hashlib.sha256(asked).hexdigest())


def _access_fingerprint(this: Call) -> str:
    """The caller's access in the edition of the address, or else the people whose contacts they see. Across editions
    this also checks the permission, as each operation does.
    """
    if this.actor.account_id is None:
        return ""
    slug = (request.view_args or {}).get("edition")
    if slug:
        access = access_to(this.db, get_edition(this.db, slug).id, actor=this.actor)
        parts = (sorted(access.roles), sorted(access.delegations), sorted(access.scopes or ()))
        return f"{parts} {access.needs_two_factor}"
    if this.needs is Permission.CREATE_EDITIONS:
        require_creator(this.db, actor=this.actor)
        return ""  # creating an edition extends one's own access
    if this.needs is not None:
        this.within_any()
    contacts = contact_scope_of(this.db, actor=this.actor) or NOBODY
    about = [value for name, value in (request.view_args or {}).items() if name == "person_id"]
    return f"{[sorted(ids) for ids in contacts]} {tells_contacts(this.db, *about, actor=this.actor)}"
