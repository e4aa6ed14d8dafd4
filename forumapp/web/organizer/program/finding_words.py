"""What is wrong with an agenda, in the words of the pages: with the names of both sides and the way to each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from forumapp.core.database.transactions import reading
from forumapp.core.values.text import pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.findings.detection import agenda_findings
from forumapp.domain.agenda.findings.interpreters import LONGEST_ALONE
from forumapp.domain.agenda.findings.names import ITEM, PERSON, ROOM, SESSION
from forumapp.domain.delegations.conflicts.findings import BESIDE, CODE, itinerary_findings, names_beside, with_sessions
from forumapp.schemas.choices import PartyKind
from forumapp.web.organizer.kit.display import Need
from forumapp.web.organizer.kit.guard import edition, may, within
from forumapp.web.wording import labels
from forumapp.web.wording.language import language
from forumapp.web.wording.words import day_of_year

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from forumapp.domain.agenda.findings.names import Names
    from forumapp.domain.agenda.findings.values import Finding


ITINERARY = str(PartyKind.ITEM)
COACH = str(PartyKind.COACH)


@dataclass(frozen=True, slots=True)
class Said:
    """The names that a finding's words use; `one` and `other` are sessions, in order of time."""

    one: str
    other: str
    room: str
    name: str
    second: str
    item: str
    details: Mapping[str, Any]


def findings_told() -> list[Finding]:
    """What is wrong with the agenda and, for whoever may see itineraries, what keeps people from it there."""
    return [*agenda_findings(reading(), edition().id, orders=sees_orders()), *clashes_told()]


def sees_orders() -> bool:
    """Orders of precedence, which findings may tell of: not whoever sees their own people in them alone."""
    return may(Permission.SEE_PRECEDENCE, everywhere=True)


def clashes_told(session_id: int | None = None) -> list[Finding]:
    if not may(Permission.SEE_ITINERARIES, somewhere=True):
        return []
    reach = within(Permission.SEE_ITINERARIES)
    return with_sessions(itinerary_findings(reading(), edition().id, within=reach, session_id=session_id))


def agenda_needs(findings: Sequence[Finding]) -> list[Need]:
    """The findings in words, in their order. At most five queries."""
    names = names_beside(reading(), findings)
    return [agenda_need(finding, names) for finding in findings]


def agenda_need(finding: Finding, names: Names) -> Need:
    """A finding with the names of all that are concerned, each session of it with its page."""
    called = _sessions_called(names, finding.sessions)
    links = tuple(zip(called, map(session_url, finding.sessions), strict=True))
    return Need(finding_words(finding, names), links[-1][1], finding.blocking, links)


def session_url(session_id: int) -> str:
    return url_for("organizer.session", session_id=session_id)


def finding_words(finding: Finding, names: Names) -> str:
    by_kind: dict[str, list[str]] = {}
    for kind, one in finding.parties:
        by_kind.setdefault(kind, []).append(_called(names, kind, one))
    sessions = _sessions_called(names, finding.sessions)
    if finding.code == CODE:  # is of itineraries, and no edition sets how pressing it is
        return _itinerary(
            by_kind[PERSON][0],
            *sessions,
            *by_kind.get(ITINERARY, ()),
            *by_kind.get(COACH, ()),
            minutes=finding.details["minutes"],
        )
    if finding.code == BESIDE:
        return str(_("“%(item)s” of an itinerary is not at the time of “%(title)s”.",
                     item=by_kind[ITINERARY][0], title=sessions[0]))  # fmt: skip
    room, name, item = (by_kind.get(kind, [""])[0] for kind in (ROOM, PERSON, ITEM))
    second = by_kind.get(PERSON, [""])[-1]
    return WORDS[finding.code](Said(sessions[0], sessions[-1], room, name, second, item, finding.details))


def _called(names: Names, kind: str, one: int) -> str:
    if kind == PERSON:
        return names.people[one].shown(language()) or str(_("Someone"))
    return pick(names.of(kind, one), language())


def _sessions_called(names: Names, ids: Sequence[int]) -> list[str]:
    """Their titles; where two have the same, with when each begins."""
    called = [_called(names, SESSION, one) for one in ids]
    if len(set(called)) == len(called):
        return called
    begin = [names.begin[one] for one in ids]
    return [f"{name} ({day_of_year(at)} {at:%H:%M})" if at else name for name, at in zip(called, begin, strict=True)]


def _itinerary(name: str, one: str, other: str, *, minutes: int) -> str:
    return str(ngettext(
        "%(name)s is wanted in “%(one)s” and “%(other)s”: %(num)s minute is lacking.",
        "%(name)s is wanted in “%(one)s” and “%(other)s”: %(num)s minutes are lacking.",
        minutes, name=name, one=one, other=other,
    ))  # fmt: skip


def _changeover(said: Said) -> str:
    return str(ngettext(
        "Between “%(one)s” and “%(other)s” in %(room)s, %(num)s minute is missing for clearing and setting up.",
        "Between “%(one)s” and “%(other)s” in %(room)s, %(num)s minutes are missing for clearing and setting up.",
        said.details["minutes"], one=said.one, other=said.other, room=said.room,
    ))  # fmt: skip


def _travel(said: Said) -> str:
    return str(ngettext(
        "%(name)s needs %(num)s more minute to get from “%(one)s” to “%(other)s” at another venue.",
        "%(name)s needs %(num)s more minutes to get from “%(one)s” to “%(other)s” at another venue.",
        said.details["minutes"], name=said.name, one=said.one, other=said.other,
    ))  # fmt: skip


def _clock(said: Said) -> str:
    words = {
        "gap": _("The clocks jump over a time of “%(title)s”. Enter another one.", title=said.one),
        "fold": _("The clocks show a time of “%(title)s” twice. Say which one is meant.", title=said.one),
        "moved": _("The zone of “%(title)s” has new rules since its time was entered. Save it again.", title=said.one),
    }
    return str(words[said.details["why"]])


def _items(said: Said) -> str:
    return str(ngettext(
        "The items of “%(title)s” take %(num)s minute more than it has.",
        "The items of “%(title)s” take %(num)s minutes more than it has.",
        said.details["minutes"], title=said.one,
    ))  # fmt: skip


def _no_interpreter(said: Said) -> str:
    if said.item:
        return str(
            _("“%(item)s” in “%(title)s” is interpreted and has no interpreter.", item=said.item, title=said.one)
        )
    if "channel" in said.details:
        tongue = labels.language_name(said.details["language"])
        return str(_(
            "Channel %(number)s (%(language)s) of “%(title)s” has no interpreter.",
            number=said.details["channel"], language=tongue, title=said.one,
        ))  # fmt: skip
    return str(_("“%(title)s” is interpreted and has no interpreter.", title=said.one))


def _back_to_back(said: Said) -> str:
    return str(ngettext(
        "%(name)s interprets “%(one)s” and, %(num)s minute later, “%(other)s”.",
        "%(name)s interprets “%(one)s” and, %(num)s minutes later, “%(other)s”.",
        said.details["minutes"], name=said.name, one=said.one, other=said.other,
    ))  # fmt: skip


def _without_rest(said: Said) -> str:
    if said.one == said.other:
        return str(_(
            "%(name)s interprets for %(minutes)s minutes without a break in “%(title)s”.",
            name=said.name, minutes=said.details["minutes"], title=said.one,
        ))  # fmt: skip
    return str(_(
        "%(name)s interprets for %(minutes)s minutes without a break, from “%(one)s” to “%(other)s”.",
        name=said.name, minutes=said.details["minutes"], one=said.one, other=said.other,
    ))  # fmt: skip


def _no_moderator(said: Said) -> str:
    if said.item:
        return str(_("The panel “%(item)s” in “%(title)s” has no moderator.", item=said.item, title=said.one))
    return str(_("The panel “%(title)s” has no moderator.", title=said.one))


def _untranslated(said: Said) -> str:
    tongue = labels.language_name(said.details["language"])
    if said.details["part"] == "abstract":
        return str(_("The abstract of “%(title)s” is missing in %(language)s.", title=said.one, language=tongue))
    if said.item:
        return str(_(
            "The title of “%(item)s” in “%(title)s” is missing in %(language)s.",
            item=said.item, title=said.one, language=tongue,
        ))  # fmt: skip
    return str(_("The title of “%(title)s” is missing in %(language)s.", title=said.one, language=tongue))


# fmt: off
WORDS: dict[str, Callable[[Said], str]] = {
    "person-clash": lambda said: str(_(
        "%(name)s is needed in “%(one)s” and “%(other)s” at the same time.",
        name=said.name, one=said.one, other=said.other)),
    "room-clash": lambda said: str(_(
        "“%(one)s” and “%(other)s” are in %(room)s at the same time.", one=said.one, other=said.other, room=said.room)),
    "room-changeover": _changeover,
    "clock-change": _clock,
    "speaker-travel": _travel,
    "speaker-unavailable": lambda said: str(_(
        "%(name)s is not free at the time of “%(title)s”.", name=said.name, title=said.one)),
    "all-rooms-clash": lambda said: str(_(
        "“%(one)s” and “%(other)s” are at the same time, and one of them is in all rooms.",
        one=said.one, other=said.other)),
    "room-too-small": lambda said: str(_(
        "“%(title)s” is for %(people)s people, but %(room)s has %(seats)s seats as it is set up.",
        title=said.one, room=said.room, people=said.details["people"], seats=said.details["seats"])),
    "outside-edition": lambda said: str(_("“%(title)s” begins outside the forum's dates.", title=said.one)),
    "too-long": lambda said: str(_(
        "“%(title)s” takes %(hours)s hours. Are its dates right?", title=said.one, hours=said.details["hours"])),
    "items-longer-than-session": _items,
    "confirmed-without-time": lambda said: str(_("“%(title)s” is confirmed and has no time yet.", title=said.one)),
    "interpreter-missing": _no_interpreter,
    "interpreter-alone": lambda said: str(_(
        "%(name)s interprets “%(title)s” alone for %(minutes)s minutes. Nobody can for more than %(most)s.",
        name=said.name, title=said.one, minutes=said.details["minutes"],
        most=int(LONGEST_ALONE.total_seconds() // 60))),
    "interpreter-back-to-back": _back_to_back,
    "interpreter-without-rest": _without_rest,
    "panel-without-moderator": _no_moderator,
    "speaker-declined": lambda said: str(_(
        "%(name)s has declined a part in “%(title)s”. Give it to someone else, or take it away.",
        name=said.name, title=said.one)),
    "speeches-out-of-order": lambda said: str(_(
        "In “%(title)s”, %(name)s comes before %(second)s; in the approved order for speeches, after.",
        title=said.one, name=said.name, second=said.second)),
    "speaker-unconfirmed": lambda said: str(_(
        "%(name)s has not confirmed the part in “%(title)s” yet.", name=said.name, title=said.one)),
    "missing-translation": _untranslated,
}
# fmt: on
