"""Filters the sessions of a published agenda by day, place, words or time. Pure."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from forumapp.core.values.text import fold
from forumapp.domain.agenda.content.snapshots import CANCELLED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from forumapp.web.public.agenda.program import Program, Session, Speaker

SEPARATOR = "."  # of codes in an address or a cookie; no code holds one
MOST_PICKS = 100
LONGEST_PICKS = 3000  # characters of an address, a cookie takes 4,000
# Kinds for everyone, in whichever room, if nothing else is at the same time.
PLENARY = frozenset({"opening", "keynote", "signing", "meal", "break", "registration"})


def search(sessions: Iterable[Session], words: str) -> list[Session]:
    """Sessions that contain every word, in any language or in a speaker's name."""
    asked = [folded for word in words.split() if (folded := fold(word))]
    return [session for session in sessions if all(word in _searchable_text(session) for word in asked)]


def match_all(sessions: Iterable[Session], chosen: Mapping[str, str]) -> list[Session]:
    """Sessions that match all chosen filters: room, track, kind and language. Sessions in all rooms match any room."""
    return [session for session in sessions if all(_matches(session, name, value) for name, value in chosen.items())]


def _matches(session: Session, name: str, value: str) -> bool:
    if name == "room":
        return session.in_all_rooms or session.room_code == value
    if name == "language":
        return value in session.languages
    return value == (session.track_code if name == "track" else session.kind)


def _searchable_text(session: Session) -> str:
    fields = [session.title, session.abstract, session.room, session.track, *(item.title for item in session.items)]
    texts = [text for text_by_language in fields for text in text_by_language.values()]
    for speaker in session.people:
        texts += _speaker_texts(speaker)
    return "|".join(map(fold, texts))


def _speaker_texts(speaker: Speaker) -> list[str]:
    name = speaker.name
    both_ways = (name.latin_given + name.latin_family, name.latin_family + name.latin_given)
    offices = [text for line in speaker.titles for part in line.values() for text in part.values()]
    return [*both_ways, name.native_full, *offices]


def heard_in(sessions: Iterable[Session], speaker_id: int) -> list[Session]:
    return [session for session in sessions if any(speaker.id == speaker_id for speaker in session.people)]


def running_at(sessions: Iterable[Session], now: datetime) -> list[Session]:
    return [session for session in sessions if session.begins <= now < session.ends and session.status != CANCELLED]


def next_after(sessions: Iterable[Session], now: datetime) -> list[Session]:
    """All that begin at the next time at which anything does."""
    later = [session for session in sessions if session.begins > now and session.status != CANCELLED]
    soonest = min((session.begins for session in later), default=None)
    return [session for session in later if session.begins == soonest]


def is_for_all(session: Session, sessions: Iterable[Session]) -> bool:
    """Whether it is for everyone: a plenary, a break or a meal, with nothing else at its time. A cancelled session does
    not count as something else.
    """
    if session.room_code and not session.in_all_rooms and session.kind not in PLENARY:
        return False
    others = (other for other in sessions if other.code != session.code)
    if session.status != CANCELLED:
        others = (other for other in others if other.status != CANCELLED)
    return not any(other.overlaps(session) for other in others)


def neighbors(session: Session, sessions: Sequence[Session]) -> tuple[list[Session], list[Session]]:
    """The sessions before and after it in its room, or for everyone. `sessions` are in order of time.

    A session for everyone, or without a room, has several neighbors: all that begin next, and all that began last
    before it. Cancelled sessions are never neighbors.
    """
    index = sessions.index(session)
    earlier, later = (
        [other for other in half if other.status != CANCELLED] for half in (sessions[:index], sessions[index + 1 :])
    )
    if session.room_code and not is_for_all(session, sessions):
        return _nearest(session, reversed(earlier), sessions), _nearest(session, later, sessions)
    ended = [other for other in earlier if other.ends <= session.begins]
    upcoming = [other for other in later if other.begins >= session.ends]
    last, soonest = (
        max((other.begins for other in ended), default=None),
        min((other.begins for other in upcoming), default=None),
    )
    return [other for other in ended if other.begins == last], [other for other in upcoming if other.begins == soonest]


def _nearest(session: Session, candidates: Iterable[Session], sessions: Sequence[Session]) -> list[Session]:
    """The first of the candidates that is in its room or for everyone, if any."""
    neighbors_ = (other for other in candidates if other.room_code == session.room_code or is_for_all(other, sessions))
    return list(islice(neighbors_, 1))


def picks_of(text: str) -> list[str]:
    """The session codes in an address or a cookie. Codes beyond the limits are dropped."""
    return list(dict.fromkeys(code for code in text[:LONGEST_PICKS].split(SEPARATOR) if code))[:MOST_PICKS]


def limit_picks(codes: list[str]) -> list[str]:
    """The last ones, as many as a cookie and an address take."""
    newest = codes[-MOST_PICKS:]
    while len(SEPARATOR.join(newest)) > LONGEST_PICKS:
        newest = newest[1:]
    return newest


def find_picked(program: Program, codes: Collection[str]) -> list[Session]:
    """The sessions with these codes. Codes without a session are ignored."""
    wanted = set(codes)
    return [session for session in program.sessions if session.code in wanted]
