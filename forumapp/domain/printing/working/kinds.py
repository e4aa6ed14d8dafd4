"""Which papers are working papers, what reading one takes, and which data go from it when theirs must."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.printing.models import Paper

if TYPE_CHECKING:
    from collections.abc import Mapping

# What one has to see on the screen to have it on paper.
READS: Mapping[Paper, Permission] = {
    Paper.BOOKLETS: Permission.SEE_ITINERARIES,
    Paper.ARRIVALS: Permission.SEE_ITINERARIES,
    Paper.DEPARTURES: Permission.SEE_ITINERARIES,
    Paper.FACE_SHEET: Permission.SEE_ITINERARIES,
    Paper.ROOMING_LIST: Permission.SEE_ITINERARIES,
    Paper.MANIFESTS: Permission.SEE_ITINERARIES,
    Paper.COACH_SIGNS: Permission.SEE_ITINERARIES,
    Paper.AIRPORT_SIGNS: Permission.SEE_ITINERARIES,
    Paper.CONTACT_LIST: Permission.SEE_ANSWERS,
    Paper.HEAD_DAYS: Permission.SEE_ITINERARIES,
    Paper.DIET_SHEET: Permission.SEE_ANSWERS,
    Paper.ERRATA: Permission.SEE_ITINERARIES,
}
WORKING = tuple(READS)
# Files and facts of these go with the edition's flights, answers about food and contact details of officials.
TELLS_FLIGHTS = (
    Paper.ITINERARIES, Paper.BOOKLETS, Paper.ARRIVALS, Paper.DEPARTURES, Paper.FACE_SHEET, Paper.MANIFESTS,
    Paper.COACH_SIGNS, Paper.AIRPORT_SIGNS, Paper.HEAD_DAYS, Paper.ERRATA,
)  # fmt: skip
TELLS_DIET = (Paper.DIET_SHEET, Paper.ERRATA)
TELLS_CONTACTS = (Paper.CONTACT_LIST, Paper.ERRATA)
