"""Texts for what needs attention, with the page where each is fixed."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, cast

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from forumapp.core.values.attention import Section, Severity
from forumapp.schemas.choices import EditionStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from forumapp.core.values.attention import Need
    from forumapp.domain.overview.rules import Step

SECTIONS: dict[Section, Any] = {
    Section.SETUP: _l("Setup"),
    Section.PEOPLE: _l("People"),
    Section.REGISTRATION: _l("Registration"),
    Section.AGENDA: _l("Agenda"),
    Section.DELEGATIONS: _l("Delegations"),
    Section.PAPER: _l("Printing"),
    Section.MAIL: _l("Mail"),
    Section.CALENDAR: _l("Calendar"),
}
# The label of each severity and the style of its badge.
SEVERITIES: dict[Severity, tuple[Any, str]] = {
    Severity.CLASHING: (_l("Clashes"), "bad"),
    Severity.BLOCKING: (_l("Blocks"), "bad"),
    Severity.FAILED: (_l("Failed"), "bad"),
    Severity.OVERDUE: (_l("Overdue"), "bad"),
    Severity.DOUBTFUL: (_l("Check"), "warn"),
    Severity.MISSING: (_l("Missing"), "warn"),
    Severity.STALE: (_l("Out of date"), "warn"),
    Severity.DUE: (_l("Due"), "warn"),
    Severity.WAITING: (_l("Pending"), "info"),
}


@dataclass(frozen=True, slots=True)
class NeedText:
    """The text of a need. `many` and `query` give the address of the list; `row` is the endpoint of one record
    and the name of its URL parameter.
    """

    words: Callable[[int], str]
    many: str
    query: Mapping[str, str] = field(default_factory=dict)
    row: tuple[str, str] = ("", "")

    def address(self, need: Need) -> str:
        page, values = self.many, dict(self.query)
        if need.where is not None and self.row[0]:
            page, name = self.row
            values = {**(values if page == self.many else {}), name: need.where}
        return url_for(f"organizer.{page}", **cast("Any", values))


PERSON, SESSION = ("person", "person_id"), ("session", "session_id")
TYPE, DELEGATION = ("registration_type", "code"), ("delegation", "code")
REGISTRATION = ("registration", "registration_id")
# fmt: off
NEED_TEXTS: dict[str, NeedText] = {
    "edition-untranslated": NeedText(lambda _n: str(_(
        "The name, theme or place of the edition is missing in a language.")), "settings"),
    "edition-over": NeedText(lambda _n: str(_(
        "The forum is over. Archive it to freeze its records.")), "settings"),
    "host-without-logo": NeedText(lambda n: ngettext(
        "%(num)s host has no logo.", "%(num)s hosts have no logo.", n), "hosts", row=("host", "host_id")),
    "host-untranslated": NeedText(lambda n: ngettext(
        "The name or remark of %(num)s host is missing in a language.",
        "The names or remarks of %(num)s hosts are missing in a language.", n), "hosts", row=("host", "host_id")),
    "level-untranslated": NeedText(lambda n: ngettext(
        "%(num)s sponsor level is missing in a language.",
        "%(num)s sponsor levels are missing in a language.", n), "hosts", row=("level", "level_id")),
    "venue-untranslated": NeedText(lambda n: ngettext(
        "The name or address of %(num)s venue is missing in a language.",
        "The names or addresses of %(num)s venues are missing in a language.", n), "venues", row=("venue", "venue_id")),
    "room-untranslated": NeedText(lambda n: ngettext(
        "The name of %(num)s room is missing in a language.",
        "The names of %(num)s rooms are missing in a language.", n), "venues", row=("room", "room_id")),
    "page-untranslated": NeedText(lambda n: ngettext(
        "%(num)s content page is missing in a language.",
        "%(num)s content pages are missing in a language.", n), "pages", row=("page", "code")),
    "emergency-page-missing": NeedText(lambda _n: str(_(
        "No page of the program book says what to do in an emergency.")), "new_page", {"kind": "emergency"}),
    "latin-name-missing": NeedText(lambda n: ngettext(
        "%(num)s person has no name in Latin letters.",
        "%(num)s people have no name in Latin letters.", n), "people", {"need": "latin-name-missing"}, PERSON),
    "title-untranslated": NeedText(lambda n: ngettext(
        "The title of %(num)s person is missing in a language.",
        "The titles of %(num)s people are missing in a language.", n),
        "people", {"need": "title-untranslated"}, PERSON),
    "person-flagged": NeedText(lambda n: ngettext(
        "%(num)s person has something to be checked.",
        "%(num)s people have something to be checked.", n), "people", {"need": "person-flagged"}, PERSON),
    "organization-untranslated": NeedText(lambda n: ngettext(
        "%(num)s organization has no name in a language.",
        "%(num)s organizations have no name in a language.", n),
        "organizations", {"need": "organization-untranslated"}, ("organization", "organization_id")),
    "order-changed": NeedText(lambda n: ngettext(
        "%(num)s order of precedence was changed after it had been approved.",
        "%(num)s orders of precedence were changed after they had been approved.", n), "precedence_lists"),
    "people-alike": NeedText(lambda n: ngettext(
        "%(num)s pair of people may be one person.",
        "%(num)s pairs of people may be one person each.", n), "people_doubles"),
    "organizations-alike": NeedText(lambda n: ngettext(
        "%(num)s pair of organizations may be one.",
        "%(num)s pairs of organizations may be one each.", n), "organization_doubles"),
    "name-corrected": NeedText(lambda n: ngettext(
        "A correction of %(num)s name waits for your decision.",
        "Corrections of %(num)s names wait for your decision.", n), "name_proofs", {"state": "correction"}),
    "name-changed-since-proof": NeedText(lambda n: ngettext(
        "%(num)s name has changed since it was approved.",
        "%(num)s names have changed since they were approved.", n), "names_not_approved", {"state": "changed"}),
    "name-unapproved": NeedText(lambda n: ngettext(
        "%(num)s name in a name check is not approved yet.",
        "%(num)s names in name checks are not approved yet.", n), "names_not_approved", {"state": "waiting"}),
    "name-without-proof": NeedText(lambda n: ngettext(
        "%(num)s name of a VIP, speaker or new delegation member has not been sent for approval.",
        "%(num)s names of VIPs, speakers and new delegation members have not been sent for approval.", n),
        "names_not_approved", {"state": "none"}),
    "request-waiting": NeedText(lambda n: ngettext(
        "%(num)s request waits for your decision.",
        "%(num)s requests wait for your decision.", n), "registrations", {"status": "applied"}, REGISTRATION),
    "waitlisted": NeedText(lambda n: ngettext(
        "%(num)s person is on the waitlist.",
        "%(num)s people are on the waitlist.", n), "registrations", {"status": "waitlisted"}, REGISTRATION),
    "invitation-unanswered": NeedText(lambda n: ngettext(
        "%(num)s registered person is invited and has not replied yet.",
        "%(num)s registered people are invited and have not replied yet.", n),
        "registrations", {"status": "invited"}, REGISTRATION),
    "invitation-sent": NeedText(lambda n: ngettext(
        "%(num)s invitation was sent and is not answered yet.",
        "%(num)s invitations were sent and are not answered yet.", n),
        "invitations", {"state": "sent"}, ("registration_invitation", "invitation_id")),
    "type-untranslated": NeedText(lambda n: ngettext(
        "%(num)s registration type is missing in a language.",
        "%(num)s registration types are missing in a language.", n), "registration_types", row=TYPE),
    "type-still-open": NeedText(lambda n: ngettext(
        "The forum is over, and %(num)s registration type still takes registrations.",
        "The forum is over, and %(num)s registration types still take registrations.", n),
        "registration_types", row=TYPE),
    "type-without-quota": NeedText(lambda n: ngettext(
        "%(num)s registration type has no limit of places.",
        "%(num)s registration types have no limit of places.", n), "registration_types", row=TYPE),
    "scan-conflict": NeedText(lambda n: ngettext(
        "%(num)s scan that a station made on its own is to be looked at.",
        "%(num)s scans that stations made on their own are to be looked at.", n), "scan_conflicts"),
    "room-clash": NeedText(lambda n: ngettext(
        "%(num)s pair of sessions is in one room at the same time.",
        "%(num)s pairs of sessions are in one room at the same time.", n), "agenda", row=SESSION),
    "person-clash": NeedText(lambda n: ngettext(
        "%(num)s person is needed in two sessions at the same time.",
        "%(num)s times a person is needed in two sessions at the same time.", n), "agenda", row=SESSION),
    "outside-edition": NeedText(lambda n: ngettext(
        "%(num)s session begins outside the forum's dates.",
        "%(num)s sessions begin outside the forum's dates.", n), "agenda", row=SESSION),
    "too-long": NeedText(lambda n: ngettext(
        "%(num)s session is longer than a day can be. Are its dates right?",
        "%(num)s sessions are longer than a day can be. Are their dates right?", n), "agenda", row=SESSION),
    "items-longer-than-session": NeedText(lambda n: ngettext(
        "The items of %(num)s session take longer than it does.",
        "The items of %(num)s sessions take longer than these do.", n), "agenda", row=SESSION),
    "session-untranslated": NeedText(lambda n: ngettext(
        "%(num)s title or abstract of a session is missing in a language.",
        "%(num)s titles or abstracts of sessions are missing in a language.", n), "agenda", row=SESSION),
    "room-changeover": NeedText(lambda n: ngettext(
        "%(num)s pair of sessions leaves too little time to clear and set up their room.",
        "%(num)s pairs of sessions leave too little time to clear and set up their rooms.", n), "agenda", row=SESSION),
    "speaker-travel": NeedText(lambda n: ngettext(
        "%(num)s speaker has too little time to get to another venue.",
        "%(num)s speakers have too little time to get to another venue.", n), "agenda", row=SESSION),
    "all-rooms-clash": NeedText(lambda n: ngettext(
        "%(num)s session is at the same time as one in all rooms.",
        "%(num)s sessions are at the same time as one in all rooms.", n), "agenda", row=SESSION),
    "clock-change": NeedText(lambda n: ngettext(
        "The clocks do not show %(num)s time of a session, or show it twice.",
        "The clocks do not show %(num)s times of sessions, or show them twice.", n), "agenda", row=SESSION),
    "speaker-unavailable": NeedText(lambda n: ngettext(
        "%(num)s person is not free at the time of their session.",
        "%(num)s times a person is not free at the time of their session.", n), "agenda", row=SESSION),
    "room-too-small": NeedText(lambda n: ngettext(
        "%(num)s session is for more people than its room holds.",
        "%(num)s sessions are for more people than their rooms hold.", n), "agenda", row=SESSION),
    "confirmed-without-time": NeedText(lambda n: ngettext(
        "%(num)s session is confirmed and has no time yet.",
        "%(num)s sessions are confirmed and have no time yet.", n), "agenda", row=SESSION),
    "interpreter-missing": NeedText(lambda n: ngettext(
        "An interpreter is missing in %(num)s place.",
        "Interpreters are missing in %(num)s places.", n), "agenda", row=SESSION),
    "interpreter-alone": NeedText(lambda n: ngettext(
        "%(num)s interpreter has nobody to take turns with.",
        "%(num)s times an interpreter has nobody to take turns with.", n), "agenda", row=SESSION),
    "interpreter-back-to-back": NeedText(lambda n: ngettext(
        "%(num)s time an interpreter has less than ten minutes between two sessions.",
        "%(num)s times an interpreter has less than ten minutes between two sessions.", n), "agenda", row=SESSION),
    "interpreter-without-rest": NeedText(lambda n: ngettext(
        "%(num)s interpreter works for more than two hours without a break.",
        "%(num)s times an interpreter works for more than two hours without a break.", n), "agenda", row=SESSION),
    "panel-without-moderator": NeedText(lambda n: ngettext(
        "%(num)s panel has no moderator.", "%(num)s panels have no moderator.", n), "agenda", row=SESSION),
    "session-without-room": NeedText(lambda n: ngettext(
        "%(num)s session has no room yet.", "%(num)s sessions have no room yet.", n), "agenda", row=SESSION),
    "speaker-declined": NeedText(lambda n: ngettext(
        "%(num)s part in a session was declined.",
        "%(num)s parts in sessions were declined.", n), "agenda", row=SESSION),
    "speeches-out-of-order": NeedText(lambda n: ngettext(
        "%(num)s session does not follow the order approved for its speeches.",
        "%(num)s sessions do not follow the order approved for their speeches.", n), "agenda", row=SESSION),
    "speaker-unconfirmed": NeedText(lambda n: ngettext(
        "%(num)s part in a session is not confirmed yet.",
        "%(num)s parts in sessions are not confirmed yet.", n), "agenda", row=SESSION),
    "speaker-half-shown": NeedText(lambda n: ngettext(
        "%(num)s person announced in the program has no photo or no biography.",
        "%(num)s people announced in the program have no photo or no biography.", n),
        "people", {"need": "speaker-half-shown"}, PERSON),
    "agenda-unpublished": NeedText(lambda n: ngettext(
        "%(num)s session is not published yet.",
        "%(num)s sessions are not published yet.", n), "versions"),
    "agenda-changed": NeedText(lambda n: ngettext(
        "%(num)s session has changed since the agenda was published.",
        "%(num)s sessions have changed since the agenda was published.", n), "versions"),
    "delegation-headless": NeedText(lambda n: ngettext(
        "%(num)s delegation has no head.", "%(num)s delegations have no head.", n), "delegations", row=DELEGATION),
    "people-torn": NeedText(lambda n: ngettext(
        "%(num)s person is wanted in two places at once.",
        "%(num)s people are wanted in two places at once.", n), "clashes", {"state": "open"}),
    "vehicle-twice": NeedText(lambda n: ngettext(
        "%(num)s vehicle runs for two transfers at the same time.",
        "%(num)s vehicles run for two transfers at the same time.", n), "delegations"),
    "seat-beside-group": NeedText(lambda n: ngettext(
        "%(num)s person does not ride in the coach of their group.",
        "%(num)s people do not ride in the coaches of their groups.", n),
        "delegations", row=("delegation_coaches", "code")),
    "captain-not-coming": NeedText(lambda n: ngettext(
        "The transfer of %(num)s coach is no longer for its captain.",
        "The transfers of %(num)s coaches are no longer for their captains.", n),
        "delegations", row=("delegation_coaches", "code")),
    "native-name-missing": NeedText(lambda n: ngettext(
        "%(num)s member has no name in their own script, as others of the delegation have.",
        "%(num)s members have no name in their own script, as others of their delegations have.", n),
        "people", {"need": "native-name-missing"}, PERSON),
    "delegation-untranslated": NeedText(lambda n: ngettext(
        "The name of %(num)s delegation is missing in a language.",
        "The names of %(num)s delegations are missing in a language.", n), "delegations", row=DELEGATION),
    "itinerary-untranslated": NeedText(lambda n: ngettext(
        "%(num)s itinerary item is missing in a language.",
        "%(num)s itinerary items are missing in a language.", n), "delegations", row=DELEGATION),
    "delegation-without-liaison": NeedText(lambda n: ngettext(
        "%(num)s delegation has no liaison.",
        "%(num)s delegations have no liaison.", n), "delegations", row=DELEGATION),
    "print-failed": NeedText(lambda n: ngettext(
        "%(num)s print failed.", "%(num)s prints failed.", n), "paper"),
    "print-stuck": NeedText(lambda n: ngettext(
        "%(num)s print has waited for more than ten minutes. Is the worker running?",
        "%(num)s prints have waited for more than ten minutes. Is the worker running?", n), "paper"),
    "program-outdated": NeedText(lambda _n: str(_(
        "The printed program shows an earlier version of the agenda.")), "paper", {"paper": "program"}),
    "book-outdated": NeedText(lambda _n: str(_(
        "Letters, hosts, venues, photos or the cover have changed since the program was printed.")),
        "paper", {"paper": "program"}),
    "itinerary-outdated": NeedText(lambda n: ngettext(
        "The itinerary of %(num)s delegation has changed since it was printed.",
        "The itineraries of %(num)s delegations have changed since they were printed.", n),
        "paper", {"paper": "itineraries"}, ("paper", "delegation")),
    "badge-outdated": NeedText(lambda n: ngettext(
        "%(num)s badge has changed since it was printed.",
        "%(num)s badges have changed since they were printed.", n), "outdated"),
    "card-outdated": NeedText(lambda n: ngettext(
        "%(num)s card or sign names somebody otherwise than they are named by now.",
        "%(num)s cards or signs name somebody otherwise than they are named by now.", n), "outdated"),
    "mail-failed": NeedText(lambda n: ngettext(
        "%(num)s mail could not be sent.", "%(num)s mails could not be sent.", n), "mail", {"state": "failed"}),
    "mail-stuck": NeedText(lambda n: ngettext(
        "%(num)s mail has waited for more than a quarter of an hour. Is the worker running?",
        "%(num)s mails have waited for more than a quarter of an hour. Is the worker running?", n),
        "mail", {"state": "queued"}),
    "task-overdue": NeedText(lambda n: ngettext(
        "%(num)s task is overdue.", "%(num)s tasks are overdue.", n),
        "calendar", {"state": "overdue"}, ("calendar", "role")),
    "task-due": NeedText(lambda n: ngettext(
        "%(num)s task is due within a week.",
        "%(num)s tasks are due within a week.", n), "calendar", {"state": "due"}, ("calendar", "role")),
}
# Headings of lists that show the records of one need only.
NARROWED: dict[str, Any] = {
    "latin-name-missing": _l("Without a name in Latin letters"),
    "native-name-missing": _l("Without a name in its own script"),
    "speaker-half-shown": _l("Announced without a photo or a biography"),
    "title-untranslated": _l("Title missing in a language"),
    "person-flagged": _l("Something to be checked"),
    "organization-untranslated": _l("Name missing in a language"),
}
STEPS: dict[str, tuple[Any, str]] = {
    "names": (_l("Write the name and the place in every language"), "settings"),
    "hosts": (_l("Name the hosts in order"), "new_host"),
    "venue": (_l("Add the venue and a room"), "venues"),
    "type": (_l("Add a registration type"), "new_registration_type"),
    "session": (_l("Add a session"), "new_session"),
    "publish": (_l("Publish the agenda"), "versions"),
    "open": (_l("Open the edition and a registration form"), "settings"),
    "guest": (_l("Register the first guest"), "new_registration"),
    "badge": (_l("Print a badge"), "paper"),
}
# fmt: on


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the overview: what is wrong, in how many cases, and where to fix it."""

    text: str
    url: str
    word: str
    kind: str


def by_section(needs: list[Need]) -> list[tuple[str, list[Line]]]:
    """Group the needs by section, in their order; sections without needs are left out."""
    return [(str(SECTIONS[section]), [line(need) for need in those]) for section, those in _grouped(needs)]


def _grouped(needs: list[Need]) -> Any:
    return groupby(needs, key=lambda need: need.section)


def line(need: Need) -> Line:
    text = NEED_TEXTS[need.code]
    word, kind = SEVERITIES[need.severity]
    return Line(text.words(need.count), text.address(need), str(word), kind)


def step_line(step: Step, status: EditionStatus) -> tuple[str, str]:
    """Return the text of a first step and the address of its page."""
    words, endpoint = STEPS[step.code]
    if step.code == "open" and status != EditionStatus.DRAFT:  # only a registration form is left to open
        endpoint = "registration_types"
    return str(words), url_for(f"organizer.{endpoint}")


def narrowed(among: Iterable[str]) -> str:
    """Return the need of `among` that the address filters a list by, or ""."""
    word = request.args.get("need", "")
    return word if word in among else ""


def narrowed_words(code: str) -> str:
    return str(NARROWED[code])
