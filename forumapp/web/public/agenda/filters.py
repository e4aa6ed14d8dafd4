"""Which sessions of a published agenda a reader asks for: by day, place or words, those that run now. Pure."""

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
# What everyone comes to where nothing else is at its time, whichever room it is in.
PLENARY = frozenset({"opening", "keynote", "signing", "meal", "break", "registration"})


def called(sessions: Iterable[Session], words: str) -> list[Session]:
    """Those in which every one of the words is said, in any of their languages or in the name of who is heard."""
    asked = [folded for word in words.split() if (folded := fold(word))]
    return [session for session in sessions if all(word in _said_in(session) for word in asked)]


def matching(sessions: Iterable[Session], chosen: Mapping[str, str]) -> list[Session]:
    """Those that match all chosen filters at once: room, track, kind and language. A room has what is in all rooms."""
    return [session for session in sessions if all(_matches(session, name, value) for name, value in chosen.items())]


def _matches(session: Session, name: str, value: str) -> bool:
    if name == "room":
        return session.in_all_rooms or session.room_code == value
    if name == "language":
        return value in session.languages
    return value == (session.track_code if name == "track" else session.kind)


def _said_in(session: Session) -> str:
    texts = [session.title, session.abstract, session.room, session.track, *(item.title for item in session.items)]
    said = [text for one in texts for text in one.values()]
    for speaker in session.people:
        said += _said_of(speaker)
    return "|".join(map(fold, said))


def _said_of(speaker: Speaker) -> list[str]:
    name = speaker.name
    both_ways = (name.latin_given + name.latin_family, name.latin_family + name.latin_given)
    offices = [text for line in speaker.titles for part in line.values() for text in part.values()]
    return [*both_ways, name.native_full, *offices]


def heard_in(sessions: Iterable[Session], speaker_id: int) -> list[Session]:
    return [session for session in sessions if any(speaker.id == speaker_id for speaker in session.people)]


def running(sessions: Iterable[Session], now: datetime) -> list[Session]:
    return [session for session in sessions if session.begins <= now < session.ends and session.status != CANCELLED]


def following(sessions: Iterable[Session], now: datetime) -> list[Session]:
    """All that begin at the next time at which anything does."""
    later = [session for session in sessions if session.begins > now and session.status != CANCELLED]
    soonest = min((one.begins for one in later), default=None)
    return [one for one in later if one.begins == soonest]


def is_for_all(session: Session, sessions: Iterable[Session]) -> bool:
    """Whether it is for everyone who is there: a plenary, a break or a meal, with nothing else at its time. What is
    cancelled takes no place from what is not.
    """
    if session.room_code and not session.in_all_rooms and session.kind not in PLENARY:
        return False
    others = (one for one in sessions if one.code != session.code)
    if session.status != CANCELLED:
        others = (other for other in others if other.status != CANCELLED)
    return not any(other.is_beside(session) for other in others)


def neighbors(session: Session, sessions: Sequence[Session]) -> tuple[list[Session], list[Session]]:
    """What comes before and after it where one sits: in its room, or for everyone. `sessions` are in order of time.

    Whoever leaves what is for everyone, or has no room, may go to any of several: those that begin next, and likewise
    those that began last before it. Nobody comes from or goes to what is cancelled.
    """
    place = sessions.index(session)
    earlier, later = (
        [one for one in part if one.status != CANCELLED] for part in (sessions[:place], sessions[place + 1 :])
    )
    if session.room_code and not is_for_all(session, sessions):
        return _nearest(session, reversed(earlier), sessions), _nearest(session, later, sessions)
    over = [one for one in earlier if one.ends <= session.begins]
    to_come = [one for one in later if one.begins >= session.ends]
    last, soonest = max((one.begins for one in over), default=None), min((one.begins for one in to_come), default=None)
    return [one for one in over if one.begins == last], [one for one in to_come if one.begins == soonest]


def _nearest(session: Session, way: Iterable[Session], sessions: Sequence[Session]) -> list[Session]:
    """The first one on the way that is in its room or for everyone."""
    found = (one for one in way if one.room_code == session.room_code or is_for_all(one, sessions))
    return list(islice(found, 1))


def picks_of(text: str) -> list[str]:
    """The codes of sessions that an address or a cookie holds; what is too much is left out."""
    return list(dict.fromkeys(code for code in text[:LONGEST_PICKS].split(SEPARATOR) if code))[:MOST_PICKS]


def fitting(codes: list[str]) -> list[str]:
    """The last ones, as many as a cookie and an address take."""
    kept = codes[-MOST_PICKS:]
    while len(SEPARATOR.join(kept)) > LONGEST_PICKS:
        kept = kept[1:]
    return kept


def picked(program: Program, codes: Collection[str]) -> list[Session]:
    """Those that are there; a code that is no session's any more says nothing."""
    wanted = set(codes)
    return [session for session in program.sessions if session.code in wanted]
