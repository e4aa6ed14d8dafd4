"""What a reader calls the words that prints and letters keep; part of `choice_words`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from forumapp.schemas.choices import JobStatus, LetterKind, Paper, Reprint

if TYPE_CHECKING:
    from enum import StrEnum

PRINTING: dict[type[StrEnum], dict[str, Any]] = {
    Paper: {
        "badges": _l("Badges"),
        "program": _l("Program"),
        "itineraries": _l("Itinerary booklet"),
        "speaker-agendas": _l("Speakers' agendas"),
        "pocket-agenda": _l("Pocket agenda"),
        "program-erratum": _l("Program erratum"),
        "tent-cards": _l("Tent cards"),
        "place-cards": _l("Place cards"),
        "seat-signs": _l("Signs for reserved seats"),
        "lectern-signs": _l("Lectern signs"),
        "sign-in-sheets": _l("Sign-in sheets"),
        "fallback-pack": _l("Fallback pack"),
        "seating-plans": _l("Seating plans"),
        "invitations": _l("Formal invitations"),
        "certificates": _l("Certificates of attendance"),
        "booklets": _l("Personal booklets"),
        "arrivals": _l("Arrival list"),
        "departures": _l("Departure list"),
        "face-sheet": _l("VIP face sheet"),
        "rooming-list": _l("Rooming list"),
        "manifests": _l("Coach manifests"),
        "coach-signs": _l("Coach signs"),
        "airport-signs": _l("Airport signs"),
        "contact-list": _l("Contact list"),
        "head-days": _l("Head's days"),
        "diet-sheet": _l("Diet sheet"),
        "errata": _l("Erratum slips"),
    },
    Reprint: {
        "changed": _l("Something on it has changed"),
        "lost": _l("Lost"),
        "damaged": _l("Damaged"),
        "misprint": _l("Misprint"),
        "other-stock": _l("On other stock or in another size"),
        "spare": _l("A spare one"),
        "other": _l("Another reason"),
    },
    JobStatus: {
        "queued": _l("Queued"),
        "running": _l("Running"),
        "done": _l("Done"),
        "failed": _l("Failed"),
        "cancelled": _l("Cancelled"),
    },
    LetterKind: {"invitation": _l("Formal invitation"), "certificate": _l("Certificate of attendance")},
}
