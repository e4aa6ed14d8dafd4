"""What the roll-call of a run says to those who look after it and to its captain alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import ngettext

if TYPE_CHECKING:
    from forumapp.domain.delegations.coaches.runs import StillExpected


def why_it_stays(refusal: StillExpected) -> str:
    return str(
        ngettext(
            "It does not depart: %(num)s person is still expected.",
            "It does not depart: %(num)s people are still expected.",
            refusal.details["expected"],
        )
    )
