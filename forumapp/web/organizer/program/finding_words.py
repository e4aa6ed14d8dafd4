"""Words for the findings of an agenda, with the names of both sides and a link to each."""

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
class FindingFacts:
    """The names that a finding's words use; `first` and `other` are sessions in order of time."""

    first: str
    other: str
    room: str
    name: str
    second: str
    item: str
    details: Mapping[str, Any]


def visible_findings() -> list[Finding]:
    """List findings of the agenda and, if the caller may see itineraries, their conflicts with it."""
    return [*agenda_findings(reading(), edition().id, orders=sees_orders()), *visible_itinerary_findings()]


def sees_orders() -> bool:
    """Return whether findings may use orders of precedence, which takes the permission for all delegations."""
    return may(Permission.SEE_PRECEDENCE, everywhere=True)


def visible_itinerary_findings(session_id: int | None = None) -> list[Finding]:
    if not may(Permission.SEE_ITINERARIES, somewhere=True):
        return []
    reach = within(Permission.SEE_ITINERARIES)
    return with_sessions(itinerary_findings(reading(), edition().id, within=reach, session_id=session_id))


def agenda_needs(findings: Sequence[Finding]) -> list[Need]:
    """Describe the findings, in their order. At most five queries."""
    names = names_beside(reading(), findings)
    return [agenda_need(finding, names) for finding in findings]


def agenda_need(finding: Finding, names: Names) -> Need:
    """Describe a finding and link each of its sessions."""
    called = _sessions_called(names, finding.sessions)
    links = tuple(zip(called, map(session_url, finding.sessions), strict=True))
    return Need(finding_words(finding, names), links[-1][1], finding.blocking, links)


def session_url(session_id: int) -> str:
    return url_for("organizer.session", session_id=session_id)


def finding_words(finding: Finding, names: Names) -> str:
    by_kind: dict[str, list[str]] = {}
    for kind, record_id in finding.parties:
        by_kind.setdefault(kind, []).append(_called(names, kind, record_id))
    sessions = _sessions_called(names, finding.sessions)
    if finding.code == CODE:  # from itineraries: its severity is not a setting
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
    return WORDS[finding.code](FindingFacts(sessions[0], sessions[-1], room, name, second, item, finding.details))


def _called(names: Names, kind: str, record_id: int) -> str:
    if kind == PERSON:
        return names.people[record_id].shown(language()) or str(_("Someone"))
    return pick(names.of(kind, record_id), language())


def _sessions_called(names: Names, ids: Sequence[int]) -> list[str]:
    """Return the titles of sessions; equal ones get the time when each begins."""
    called = [_called(names, SESSION, session_id) for session_id in ids]
    if len(set(called)) == len(called):
        return called
    begin = [names.begin[session_id] for session_id in ids]
    return [f"{name} ({day_of_year(at)} {at:%H:%M})" if at else name for name, at in zip(called, begin, strict=True)]


def _itinerary(name: str, one: str, other: str, *, minutes: int) -> str:
    return str(ngettext(
        "%(name)s is wanted in “%(one)s” and “%(other)s”: %(num)s minute is lacking.",
        "%(name)s is wanted in “%(one)s” and “%(other)s”: %(num)s minutes are lacking.",
        minutes, name=name, one=one, other=other,
    ))  # fmt: skip


def _changeover(facts: FindingFacts) -> str:
    return str(ngettext(
        "Between “%(one)s” and “%(other)s” in %(room)s, %(num)s minute is missing for clearing and setting up.",
        "Between “%(one)s” and “%(other)s” in %(room)s, %(num)s minutes are missing for clearing and setting up.",
        facts.details["minutes"], one=facts.first, other=facts.other, room=facts.room,
    ))  # fmt: skip


def _travel(facts: FindingFacts) -> str:
    return str(ngettext(
        "%(name)s needs %(num)s more minute to get from “%(one)s” to “%(other)s” at another venue.",
        "%(name)s needs %(num)s more minutes to get from “%(one)s” to “%(other)s” at another venue.",
        facts.details["minutes"], name=facts.name, one=facts.first, other=facts.other,
    ))  # fmt: skip


def _clock(facts: FindingFacts) -> str:
    words = {
        "gap": _("The clocks jump over a time of “%(title)s”. Enter another one.", title=facts.first),
        "fold": _("The clocks show a time of “%(title)s” twice. Say which one is meant.", title=facts.first),
        "moved": _(
            "The zone of “%(title)s” has new rules since its time was entered. Save it again.", title=facts.first
        ),
    }
    return str(words[facts.details["why"]])


def _items(facts: FindingFacts) -> str:
    return str(ngettext(
        "The items of “%(title)s” take %(num)s minute more than it has.",
        "The items of “%(title)s” take %(num)s minutes more than it has.",
        facts.details["minutes"], title=facts.first,
    ))  # fmt: skip


def _no_interpreter(facts: FindingFacts) -> str:
    if facts.item:
        return str(
            _("“%(item)s” in “%(title)s” is interpreted and has no interpreter.", item=facts.item, title=facts.first)
        )
    if "channel" in facts.details:
        tongue = labels.language_name(facts.details["language"])
        return str(_(
            "Channel %(number)s (%(language)s) of “%(title)s” has no interpreter.",
            number=facts.details["channel"], language=tongue, title=facts.first,
        ))  # fmt: skip
    return str(_("“%(title)s” is interpreted and has no interpreter.", title=facts.first))


def _back_to_back(facts: FindingFacts) -> str:
    return str(ngettext(
        "%(name)s interprets “%(one)s” and, %(num)s minute later, “%(other)s”.",
        "%(name)s interprets “%(one)s” and, %(num)s minutes later, “%(other)s”.",
        facts.details["minutes"], name=facts.name, one=facts.first, other=facts.other,
    ))  # fmt: skip


def _without_rest(facts: FindingFacts) -> str:
    if facts.first == facts.other:
        return str(_(
            "%(name)s interprets for %(minutes)s minutes without a break in “%(title)s”.",
            name=facts.name, minutes=facts.details["minutes"], title=facts.first,
        ))  # fmt: skip
    return str(_(
        "%(name)s interprets for %(minutes)s minutes without a break, from “%(one)s” to “%(other)s”.",
        name=facts.name, minutes=facts.details["minutes"], one=facts.first, other=facts.other,
    ))  # fmt: skip


def _no_moderator(facts: FindingFacts) -> str:
    if facts.item:
        return str(_("The panel “%(item)s” in “%(title)s” has no moderator.", item=facts.item, title=facts.first))
    return str(_("The panel “%(title)s” has no moderator.", title=facts.first))


def _untranslated(facts: FindingFacts) -> str:
    tongue = labels.language_name(facts.details["language"])
    if facts.details["part"] == "abstract":
        return str(_("The abstract of “%(title)s” is missing in %(language)s.", title=facts.first, language=tongue))
    if facts.item:
        return str(_(
            "The title of “%(item)s” in “%(title)s” is missing in %(language)s.",
            item=facts.item, title=facts.first, language=tongue,
        ))  # fmt: skip
    return str(_("The title of “%(title)s” is missing in %(language)s.", title=facts.first, language=tongue))


# fmt: off
WORDS: dict[str, Callable[[FindingFacts], str]] = {
    "person-clash": lambda facts: str(_(
        "%(name)s is needed in “%(one)s” and “%(other)s” at the same time.",
        name=facts.name, one=facts.first, other=facts.other)),
    "room-clash": lambda facts: str(_(
        "“%(one)s” and “%(other)s” are in %(room)s at the same time.",
        one=facts.first, other=facts.other, room=facts.room)),
    "room-changeover": _changeover,
    "clock-change": _clock,
    "speaker-travel": _travel,
    "speaker-unavailable": lambda facts: str(_(
        "%(name)s is not free at the time of “%(title)s”.", name=facts.name, title=facts.first)),
    "all-rooms-clash": lambda facts: str(_(
        "“%(one)s” and “%(other)s” are at the same time, and one of them is in all rooms.",
        one=facts.first, other=facts.other)),
    "room-too-small": lambda facts: str(_(
        "“%(title)s” is for %(people)s people, but %(room)s has %(seats)s seats as it is set up.",
        title=facts.first, room=facts.room, people=facts.details["people"], seats=facts.details["seats"])),
    "outside-edition": lambda facts: str(_("“%(title)s” begins outside the forum's dates.", title=facts.first)),
    "too-long": lambda facts: str(_(
        "“%(title)s” takes %(hours)s hours. Are its dates right?", title=facts.first, hours=facts.details["hours"])),
    "items-longer-than-session": _items,
    "confirmed-without-time": lambda facts: str(_("“%(title)s” is confirmed and has no time yet.", title=facts.first)),
    "interpreter-missing": _no_interpreter,
    "interpreter-alone": lambda facts: str(_(
        "%(name)s interprets “%(title)s” alone for %(minutes)s minutes. Nobody can for more than %(most)s.",
        name=facts.name, title=facts.first, minutes=facts.details["minutes"],
        most=int(LONGEST_ALONE.total_seconds() // 60))),
    "interpreter-back-to-back": _back_to_back,
    "interpreter-without-rest": _without_rest,
    "panel-without-moderator": _no_moderator,
    "speaker-declined": lambda facts: str(_(
        "%(name)s has declined a part in “%(title)s”. Give it to someone else, or take it away.",
        name=facts.name, title=facts.first)),
    "speeches-out-of-order": lambda facts: str(_(
        "In “%(title)s”, %(name)s comes before %(second)s; in the approved order for speeches, after.",
        title=facts.first, name=facts.name, second=facts.second)),
    "speaker-unconfirmed": lambda facts: str(_(
        "%(name)s has not confirmed the part in “%(title)s” yet.", name=facts.name, title=facts.first)),
    "missing-translation": _untranslated,
}
# fmt: on
