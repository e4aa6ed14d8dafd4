"""What of the agenda the next edition begins with: its tracks, what findings mean there, and no session."""

from __future__ import annotations

from forumapp.domain.accounts.edition_copies import ClonePart
from forumapp.domain.agenda.models import FindingSeverity, Track

TRACKS = ClonePart("tracks", Track, ("code", "name", "color", "position"))
SEVERITIES = ClonePart("finding-severities", FindingSeverity, ("code", "severity"))
