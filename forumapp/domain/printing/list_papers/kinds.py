"""Which papers are working papers, what reading one takes, and which data go from it when theirs must."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.printing.models import Paper

if TYPE_CHECKING:
    from collections.abc import Mapping

_DAYS = (Permission.SEE_ITINERARIES,)
_ANSWERS = (Permission.SEE_ANSWERS,)
# What one has to see on the screen to have it on paper.
READS: Mapping[Paper, tuple[Permission, ...]] = {
    Paper.ITINERARIES: _DAYS,
    Paper.BOOKLETS: _DAYS,
    Paper.ARRIVALS: _DAYS,
    Paper.DEPARTURES: _DAYS,
    Paper.FACE_SHEET: _DAYS,
    Paper.ROOMING_LIST: (*_DAYS, *_ANSWERS),  # what the hotel is asked for
    Paper.MANIFESTS: (*_DAYS, *_ANSWERS),  # how to reach drivers
    Paper.COACH_SIGNS: _DAYS,
    Paper.AIRPORT_SIGNS: _DAYS,
    Paper.CONTACT_LIST: (*_ANSWERS, Permission.EXPORT),
    Paper.HEAD_DAYS: _DAYS,
    Paper.DIET_SHEET: (*_DAYS, *_ANSWERS),
    Paper.ERRATA: (Permission.PRINT,),  # and what the papers take that it corrects: `services.paper_within`
}
# Always about one delegation; the shared booklets may be printed of all at once, without a version then.
WORKING = tuple(paper for paper in READS if paper is not Paper.ITINERARIES)
# Files and facts of these go with the edition's flights, photos, answers about food and contact details of officials.
TELLS_FLIGHTS = (
    Paper.ITINERARIES, Paper.BOOKLETS, Paper.ARRIVALS, Paper.DEPARTURES, Paper.FACE_SHEET, Paper.MANIFESTS,
    Paper.COACH_SIGNS, Paper.AIRPORT_SIGNS, Paper.HEAD_DAYS, Paper.ERRATA, Paper.FALLBACK_PACK,
)  # fmt: skip
TELLS_PHOTOS = (Paper.ITINERARIES, Paper.BOOKLETS, Paper.FACE_SHEET)
TELLS_DIET = (Paper.DIET_SHEET, Paper.ROOMING_LIST, Paper.ERRATA)
TELLS_CONTACTS = (Paper.CONTACT_LIST, Paper.MANIFESTS, Paper.ERRATA)
