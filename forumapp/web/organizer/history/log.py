"""The log of the edition and of one record: who did what, when and how."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from forumapp.core.database.transactions import reading
from forumapp.core.values.numbers import id_from, whole_number
from forumapp.core.values.text import pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import REACHED
from forumapp.domain.delegations.queries import delegation_names
from forumapp.domain.log.naming import names_in
from forumapp.domain.log.queries import Wanted, history, list_actors, log_page
from forumapp.domain.registration.forms.questions import read_questions
from forumapp.domain.registration.lists.queries import list_types
from forumapp.schemas.choices import Via
from forumapp.web.forms.fields import Day, Fault
from forumapp.web.organizer.history.log_values import Change, Knowing, changes_of, name_words
from forumapp.web.organizer.history.log_words import ACTIONS, RECORDS, action_words, record_words
from forumapp.web.organizer.kit.guard import blueprint, contact_scope, edition, needs, opens, within, within_reach
from forumapp.web.wording import labels
from forumapp.web.wording.language import language
from forumapp.web.wording.words import local, zone_words

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date, datetime

    from markupsafe import Markup

    from forumapp.domain.log.naming import Named, Names
    from forumapp.domain.log.queries import LogLine
    from forumapp.domain.registration.forms.questions import Question

SECTION = "log"
FILTERS = ("search", "actor", "via", "record", "of", "action", "since", "until")
SEE = Permission.SEE_LOG
# By table: the page of its rows, and the name of the id in its address, if it takes one.
PAGES: dict[str, tuple[str, str]] = {
    "affiliation": ("person", ""),
    "agenda_plan": ("agenda_plan", "plan_id"),
    "agenda_version": ("versions", ""),
    "api_token": ("tokens", ""),
    "clash_override": ("clashes", ""),
    "consent_text": ("consent", ""),
    "content_page": ("page", ""),
    "cue": ("cue", "cue_id"),
    "cue_sheet": ("run_of_show", ""),
    "delegation": ("delegation", ""),
    "delegation_member": ("delegation", ""),
    "partition": ("partition", "partition_id"),
    "delegation_group": ("delegation_groups", ""),
    "group_member": ("delegation_groups", ""),
    "hotel_room": ("hotel_rooms", ""),
    "room_stay": ("hotel_rooms", ""),
    "vehicle": ("vehicle", "vehicle_id"),
    "coach_run": ("coach_run", "coach_run_id"),
    "boarding": ("coach_run", ""),
    "badge_stock": ("badge_stock", "stock_id"),
    "badge_printer": ("badge_printer", "printer_id"),
    "edition": ("settings", ""),
    "edition_access": ("access_of", ""),
    "edition_host": ("host", "host_id"),
    "edition_places": ("edition_places", ""),
    "delegation_supporter": ("delegation", ""),
    "edition_title": ("person", ""),
    "bulk_run": ("bulk_run", "bulk_id"),
    "import_run": ("import_run", "run_id"),
    "interpretation_channel": ("session", ""),
    "invitation": ("registration_invitation", "invitation_id"),
    "item_audience": ("delegation", ""),
    "itinerary_given_out": ("delegation", ""),
    "itinerary_item": ("delegation", ""),
    "itinerary_place": ("itinerary_place", "place_id"),
    "itinerary_settings": ("itinerary_settings", ""),
    "itinerary_telling": ("registration", ""),
    "travel_leg": ("delegation", ""),
    "letter": ("issued_letter", "letter_id"),
    "letter_form": ("letter_form", ""),
    "mailing": ("mailing", "mailing_id"),
    "mail_reminder": ("mail_reminders", ""),
    "mail_text": ("mail_text", ""),
    "message": ("mail", ""),
    "name_proof": ("name_proof", "proof_id"),
    "organization": ("organization", "organization_id"),
    "person": ("person", "person_id"),
    "place_block": ("block", "block_id"),
    "precedence_entry": ("precedence_list", ""),
    "precedence_list": ("precedence_list", ""),
    "print_job": ("paper", ""),
    "proof_correction": ("name_correction", "correction_id"),
    "proof_entry": ("name_proof", ""),
    "registration": ("registration", "registration_id"),
    "registration_group": ("registration_group", "group_id"),
    "registration_type": ("registration_type", ""),
    "finding_severity": ("finding_severities", ""),
    "retention_rule": ("retention_rule", ""),
    "role_assignment": ("session", ""),
    "room": ("room", "room_id"),
    "seat": ("seating_plan", ""),
    "seating_plan": ("seating_plan", ""),
    "session": ("session", "session_id"),
    "session_item": ("item", "item_id"),
    "session_sign_up": ("session", ""),
    "speaker": ("speaker", ""),
    "speaker_availability": ("speaker", ""),
    "sponsor_level": ("level", "level_id"),
    "task": ("task", "task_id"),
    "title_pair": ("title_pair", "pair_id"),
    "track": ("agenda", ""),
    "venue": ("venue", "venue_id"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log in words. `url` is "" where the record has no page, is gone, or is closed to the reader."""

    at: datetime
    by: str
    through: str
    done: str
    kind: str
    name: Markup
    url: str
    reason: str | None
    changes: list[Change]
    action: str


@blueprint.get("/<edition>/log")
@needs(SEE)
def log() -> str:
    db, event, reach = reading(), edition(), within(SEE)
    kept = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    number = request.args.get("page", 1, whole_number)
    page = log_page(
        db, event.id, wanted_by(kept), zone=event.zone, contact_scope=contact_scope(), within=reach, number=number
    )
    lines = entries(page.items)
    return render_template(
        "organizer/log/list.html",
        section=SECTION,
        page=page,
        days=by_day(lines, event.zone),
        kept=kept,
        one=lines[0] if kept.get("of") and lines else None,
        actors=list_actors(db, event.id, within=reach),
        ways=labels.options(Via),
        records=in_order({name: words for name, words in RECORDS.items() if reach is None or name in REACHED}),
        actions=in_order(ACTIONS),
    )


def wanted_by(kept: dict[str, str]) -> Wanted:
    """Parse the filters of the address; invalid ones are dropped."""
    read: dict[str, Callable[[str], Any]] = {
        "actor": id_from,
        "of": id_from,
        "via": lambda word: Via(word) if word in tuple(Via) else None,
        "record": lambda word: word if word in RECORDS else None,
        "action": lambda word: word if word in ACTIONS else None,
        "since": _day,
        "until": _day,
    }
    filters = {name: read[name](kept[name]) for name in read if name in kept}
    for name in [name for name, value in filters.items() if value is None] + ([] if "record" in kept else ["of"]):
        kept.pop(name, None)
    return Wanted(
        entity=filters.get("record"),
        entity_id=filters.get("of") if filters.get("record") else None,
        actor_id=filters.get("actor"),
        via=filters.get("via"),
        action=filters.get("action"),
        since=filters.get("since"),
        until=filters.get("until"),
        words=tuple(kept.get("search", "").split()),
    )


def _day(text: str) -> date | None:
    try:
        parsed: date | None = Day(name="day", label="").parse({"day": text})
    except Fault:
        return None
    return parsed


def in_order(words: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted(((value, str(text)) for value, text in words.items()), key=lambda pair: pair[1].casefold())


def by_day(entries: list[Entry], zone: str) -> list[tuple[date, str, list[Entry]]]:
    """The entries under their days in that zone, with its words where that is another than above it."""
    days: dict[date, list[Entry]] = {}
    for entry in entries:
        days.setdefault(local(entry.at, zone).date(), []).append(entry)
    shown, above = [], ""
    for day, those in days.items():
        words = zone_words(those[0].at, zone)
        shown.append((day, "" if words == above else words, those))
        above = words
    return shown


def past(entity: str, row_id: int) -> list[Entry]:
    """Return a record's log as far as the caller may see it."""
    lines = history(reading(), edition().id, entity, row_id, contact_scope=contact_scope(), within=within(SEE))
    return entries(lines) if lines else []


def past_url(entity: str, row_id: int) -> str:
    """For templates: the page of a record's log, "" for those who may not see it."""
    return url_for("organizer.log", record=entity, of=row_id) if within_reach(SEE, entity, row_id) else ""


def entries(lines: Collection[LogLine]) -> list[Entry]:
    names = names_in(reading(), lines, edition().id, within=within(SEE))
    known = _knowing(names)
    return [_entry(line, names, known) for line in lines]


def _knowing(names: Names) -> Knowing:
    return Knowing(names=names, zone=edition().zone, question=_questions(), delegation=delegations_of(edition().id))


def entry_of(line: LogLine, *, within: Collection[int] | None) -> Entry:
    """Describe one log line for a reader who may see these delegations."""
    names = names_in(reading(), [line], edition().id, within=within)
    return _entry(line, names, _knowing(names))


def _entry(line: LogLine, names: Names, known: Knowing) -> Entry:
    url = _url(line, names.of(line.entity, line.entity_id, line)) if names.is_there(line) else ""
    return replace(in_words(line, names, known), url=url)


def in_words(line: LogLine, names: Names, known: Knowing) -> Entry:
    """Without the way to the record's page."""
    return Entry(
        at=line.at,
        by=line.by or _nobody(line),
        through=_through(line, names),
        done=action_words(line.action),
        kind=record_words(line.entity),
        name=name_words(names.of(line.entity, line.entity_id, line), line.entity),
        url="",
        reason=line.reason,
        changes=list(changes_of(line, known)),
        action=line.action,
    )


def _nobody(line: LogLine) -> str:
    if line.action.endswith("-by-captain"):
        return str(_("The captain of the coach"))
    return str(_("A visitor") if line.via in (Via.PAGE, Via.API) else _("The system"))


def _through(line: LogLine, names: Names) -> str:
    if line.via is not Via.API:
        return labels.label(line.via)
    token = names.of("api_token", line.token_id, line) if line.token_id is not None else None
    return str(_("API token “%(name)s”", name=pick(token.texts, language())) if token else _("API"))


def _url(line: LogLine, named: Named | None) -> str:
    if line.entity not in PAGES or named is None:
        return ""
    page, id_name = PAGES[line.entity]
    if not opens(f"organizer.{page}"):
        return ""
    own: dict[str, Any] = {id_name: line.entity_id} if id_name else {}
    return url_for(f"organizer.{page}", **named.at, **own)


def _questions() -> Callable[[str], Question | None]:
    """Return a lookup of the edition's questions by code, loaded on first use."""

    @cache
    def asked() -> dict[str, Question]:
        types = list_types(reading(), edition().id)
        return {question.code: question for kind in types for question in read_questions(kind.questions)}

    return lambda code: asked().get(code)


def delegations_of(edition_id: int) -> Callable[[str], str]:
    """The names of an edition's delegations by their codes, likewise."""

    @cache
    def named() -> dict[str, str]:
        return {code: pick(name, language()) for code, name in delegation_names(reading(), edition_id)}

    return lambda code: named().get(code, code)
