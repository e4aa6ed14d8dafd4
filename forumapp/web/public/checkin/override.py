"""Overrides at a station: an organizer lets somebody pass despite the rules, with an authorizer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, redirect, request, url_for

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.core.errors import Invalid
from forumapp.core.serving.rate_limits import in_turn
from forumapp.core.values.numbers import whole_number
from forumapp.domain.checkin.scanning.judgement import NonceReused, Read
from forumapp.domain.checkin.scanning.override import let_pass
from forumapp.web.forms import authorizer_fields
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.public.checkin.station import LONGEST_CODE, NONCE, blueprint, find, offer_to_force, shown

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

__all__ = ["blueprint"]


@blueprint.post("/<slug>/let-pass")
@in_turn
def force(slug: str) -> ResponseReturnValue:
    code, nonce = request.form.get("code", "").strip()[:LONGEST_CODE], request.form.get("nonce", "")
    by, reason = authorizer_fields.read_authorizer()
    here = None
    try:
        with transaction() as db:
            here = find(db, slug)
            if here is None or here.station.account_id is None or not code:
                return redirect(url_for(".page", slug=slug, at=request.form.get("at") or None), 303)
            if not NONCE.fullmatch(nonce):
                abort(400)  # no form of ours
            read = Read(code, nonce, rehearsal_id=request.form.get("rehearsal", 0, whole_number) or None)
            scanned = let_pass(db, here.station, read, by, reason=reason, actor=actor(), now=clock.now())
    except NonceReused:
        return redirect(url_for(".page", slug=slug, at=request.form.get("at") or None), 303)
    except Invalid as refusal:
        assert here is not None  # noqa: S101 (nothing is refused before it is found)
        again = authorizer_fields.asked_again(here.edition.id, refusal.fields)
        return shown(here, forcing=offer_to_force(here, code) | again), refusal.status
    return shown(here, scanned)
