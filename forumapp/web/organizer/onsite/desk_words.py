"""Texts for the result of a check-in at the desk, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.domain.checkin.rules import LETS_THROUGH, CheckpointKind, Result
from forumapp.web.wording import labels

if TYPE_CHECKING:
    from forumapp.domain.checkin.desk.search import Happened

OK, WARN, BAD, QUIET = "ok", "warn", "bad", "quiet"
LATER = frozenset({Result.ALREADY_IN, Result.NOT_IN, Result.WRONG_TIME})
TO_DO = {
    Result.ALREADY_IN: _l("They came in before, as it stands below. Undo that if it was somebody else."),
    Result.NOT_IN: _l("Nobody saw them come in here. Check them in first."),
    Result.WRONG_TIME: _l("This checkpoint is not open now. Choose another one for this station, or change its times."),
    Result.WRONG_CHECKPOINT: _l("Their registration type does not admit here. Choose another checkpoint."),
    Result.NOT_SIGNED_UP: _l("Sign them up for the session first, if there is a place."),
    Result.NOT_CONFIRMED: _l("They have no place yet. Confirm the registration first."),
    Result.CANCELLED: _l("The registration was cancelled. Register them anew if they may come."),
    Result.REPLACED: _l("Their registration was transferred to another person. Open that registration."),
    Result.OLD_CODE: _l("Their badge was replaced by a newer one. Take the old one back."),
    Result.FULL: _l("No seat is left in this coach. Give them one in another coach."),
    Result.DEPARTED: _l("The coach is closed for departure. Its captain can open it again."),
}


def kind_of(result: Result) -> str:
    """The color of a result."""
    if result is Result.UNDONE:
        return QUIET
    if result in LETS_THROUGH:
        return OK
    return WARN if result in LATER else BAD


def result_text(scan: Happened) -> str:
    """The word for it."""
    result = scan.row.result
    if result is Result.PASSED:
        return str(_("Badge handed out") if scan.kind is CheckpointKind.HAND_OUT else _("Checked in"))
    if result is Result.ALREADY_IN and scan.kind is CheckpointKind.HAND_OUT:
        return str(_("Handed out already"))
    return str(labels.label(result))


def to_do(result: Result, kind: CheckpointKind) -> str:
    if result is Result.FULL and kind is CheckpointKind.SESSION:
        return str(_("The room holds nobody more. Wait until somebody leaves, or let them in all the same."))
    return str(TO_DO.get(result, ""))
