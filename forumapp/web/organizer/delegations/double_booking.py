"""Warn after a change that a vehicle now runs for two transfers at once.

The change is not refused: the editor of an item may not know of its vehicles, and a restored item returns as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from forumapp.core.database.transactions import reading
from forumapp.domain.delegations.coaches.double_booking import twice_at_once
from forumapp.domain.delegations.coaches.queries import runs_of
from forumapp.web.frame import Offer, tell

if TYPE_CHECKING:
    from collections.abc import Collection


def tell_of_vehicles(code: str, item_ids: Collection[int]) -> None:
    """Of those that run for these items of a delegation, and elsewhere at the same time, without a reason."""
    runs = runs_of(reading(), item_ids)
    twice = {run_id for run_id, overlap in twice_at_once(reading(), runs).items() if not overlap.is_allowed}
    if number := len({run.vehicle_id for run in runs if run.id in twice}):
        words = ngettext(
            "%(num)s vehicle runs elsewhere at the same time now. Say why it may, or have another one run.",
            "%(num)s vehicles run elsewhere at the same time now. Say why they may, or have others run.",
            number,
        )
        tell(words, "warn", see=Offer(_("Coaches"), url_for("organizer.delegation_coaches", code=code)))
