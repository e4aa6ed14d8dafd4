"""What the texts of mails may hold. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from forumapp.domain.mail.placeholders import Placeholder, names_in, unknown_in

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

LONGEST_SUBJECT, LONGEST_TEXT = 200, 10_000

MOST_DAYS = 365
LATE = timedelta(hours=24)  # a reminder that no worker could send in time is still sent until then
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def due_at(starts_on: date, days_before: int, at_time: str, zone: str) -> datetime:
    """When a reminder goes out: a wall time at the forum's place. One that the clocks skip comes with the next hour, of
    one that they show twice the first counts.
    """
    wall = datetime.combine(starts_on - timedelta(days=days_before), time.fromisoformat(at_time), ZoneInfo(zone))
    return wall.astimezone(UTC)


def reminder_faults(starts_on: date, days_before: int, at_time: str, zone: str, *, now: datetime) -> dict[str, str]:
    if not 0 <= days_before <= MOST_DAYS:
        return {"days_before": "too-small" if days_before < 0 else "too-large"}
    if not _CLOCK.fullmatch(at_time):
        return {"at_time": "not-a-clock-time"}
    return {"days_before": "already-passed"} if due_at(starts_on, days_before, at_time, zone) <= now else {}


def text_faults(
    subject: Mapping[str, str], text: Mapping[str, str], known: Collection[str], *, needs_link: bool
) -> dict[str, str]:
    """What is wrong, by field and language ("text.en"): a placeholder that is none is named after the code."""
    found: dict[str, str] = {}
    for field, texts, longest in (("subject", subject, LONGEST_SUBJECT), ("text", text, LONGEST_TEXT)):
        for language, words in texts.items():
            unknown = unknown_in(words, known)
            if unknown:
                found[f"{field}.{language}"] = f"unknown-placeholder:{unknown[0]}"
            elif len(words) > longest:
                found[f"{field}.{language}"] = "too-long"
            elif needs_link and field == "text" and words and Placeholder.LINK not in names_in(words):
                found[f"{field}.{language}"] = "needs-link"
    return found


def differing(texts: Mapping[str, str], default: Mapping[str, str]) -> dict[str, str]:
    """Of what was written, what is not as it was anyway, so that the rest follows the default when that is mended."""
    return {language: words for language, words in texts.items() if words and words != default.get(language)}
