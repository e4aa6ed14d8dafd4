"""The list of registrations as an address narrows it down, for itself and whatever is done to those it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core.database.transactions import reading
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.paging import page_of
from forumapp.core.values.text import LANGUAGES, pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.members.bulk_actions import actions_for, count
from forumapp.domain.delegations.queries import delegation_names, delegations_by_registration
from forumapp.domain.registration.lists import queries
from forumapp.domain.registration.lists.columns import columns_for
from forumapp.domain.registration.lists.filters import FILTERS, NO_DELEGATION, Filters, filters_in
from forumapp.domain.registration.rules import ATTENDANCE
from forumapp.domain.registration.session_signup.self_service import sessions_to_choose
from forumapp.schemas.choices import Badge, BulkAction, Lack, Purpose, RegistrationStatus, Source, Way
from forumapp.web.organizer.kit.guard import access, edition, may, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.wording import labels
from forumapp.web.wording.language import OWN_NAMES, language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.lists.queries import RegistrationLine
    from forumapp.domain.registration.models import RegistrationType

LABELS: dict[str, Any] = {
    "search": _l("Search"),
    "status": _l("Status"),
    "type": _l("Type"),
    "delegation": _l("Delegation"),
    "session": _l("Session"),
    "group": _l("Group with one contact"),
    "language": _l("Language"),
    "source": _l("Source"),
    "way": _l("Way in"),
    "vip": _l("VIP"),
    "missing": _l("Missing"),
    "consent": _l("Agrees to"),
    "badge": _l("Badge"),
    "since": _l("Registered from"),
    "until": _l("Registered until"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter with several values or, if `one`, a single one."""

    name: str
    label: Any
    options: list[tuple[str, Any]]
    one: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A word of a filter that is on, and the address's words without it."""

    label: Any
    value: Any
    without: dict[str, list[str]]


def filters_here(types: Sequence[RegistrationType]) -> Filters:
    """Return the filters of the address, or of a form sent next to the list. A value that names no type is ignored."""
    given = {name: request.values.getlist(name) for name in FILTERS}
    known = {row.code for row in types}
    return filters_in({**given, "type": [code for code in given["type"] if code in known]})


def listed() -> dict[str, Any]:
    """A page of the list, with the filters by which it is narrowed down and those there are."""
    db = reading()
    types = queries.list_types(db, edition().id)
    filters = filters_here(types)
    page = queries.registrations_page(
        db,
        edition().id,
        filters,
        within=within(Permission.SEE_REGISTRATIONS),
        details_within=within(Permission.SEE_ANSWERS),
        number=request.values.get("page", 1, whole_number),
        must_count=False,
    )
    choices = _choices(db, types)
    kept = filters.words
    return {
        "page": page,
        "filters": filters,
        "kept": kept,
        "choices": choices,
        "chips": _chips(kept, choices),
        **_bulk(db, types, filters, page.total if page.is_counted else None),
        **_columns(db, page.items),
    }


def _columns(db: DbSession, lines: Sequence[RegistrationLine]) -> dict[str, Any]:
    """Return the columns that the caller chose, and by registration their values from other records."""
    wanted = columns_for(db, edition().id, actor().account_id)
    ids = [line.id for line in lines] if "delegation" in wanted else []
    return {"list_columns": wanted, "delegation_of": delegations_by_registration(db, edition().id, ids)}


def place_in_list() -> dict[str, Any]:
    """Return the URL parameters that lead back to the list, without reading it."""
    filters = filters_here(queries.list_types(reading(), edition().id))
    return {"kept": filters.words, "page": page_of([], number=request.values.get("page", 1, whole_number))}


def _bulk(db: DbSession, types: Sequence[RegistrationType], filters: Filters, total: int | None) -> dict[str, Any]:
    """Return the bulk actions that the caller may apply, and to how many of `total`. Callers who see all may be allowed
    to change only their own.

    `total` is None if the list is not counted.
    """
    deciding = may("decide-registrations", everywhere=True)
    allowed = actions_for(access())
    actions = [option for option in labels.options(BulkAction) if option[0] in allowed]
    if actions and within(Permission.EDIT_REGISTRATIONS) != within(Permission.SEE_REGISTRATIONS):
        total = count(db, edition().id, BulkAction.LANGUAGE, filters, actor=actor())
    into = [(row.code, pick(row.name, language())) for row in types] if deciding else []
    return {
        "bulk_actions": actions,
        "bulk_total": total,
        "bulk_types": into,
        "bulk_languages": [(code, OWN_NAMES[code]) for code in LANGUAGES],
        "bulk_attendance": [option for option in labels.options(RegistrationStatus) if option[0] in ATTENDANCE],
    }


def in_words(filters: Filters) -> list[Chip]:
    """Describe the filters, as the list shows them."""
    db = reading()
    return _chips(filters.words, _choices(db, queries.list_types(db, edition().id)))


def _choices(db: DbSession, types: Sequence[RegistrationType]) -> list[Choice]:
    offered = [
        ("status", labels.options(RegistrationStatus)),
        ("type", [(row.code, pick(row.name, language())) for row in types]),
        ("delegation", _delegations(db)),
        ("session", _sessions(db)),
        ("missing", labels.options(Lack)),
        ("consent", labels.options(Purpose)),
        ("source", labels.options(Source)),
        ("way", labels.options(Way)),
        ("language", [(code, OWN_NAMES[code]) for code in LANGUAGES]),
    ]
    several = [Choice(name, LABELS[name], options) for name, options in offered if options]
    return [
        *several,
        Choice("badge", LABELS["badge"], labels.options(Badge), one=True),
        Choice("vip", LABELS["vip"], [("yes", _("VIPs")), ("no", _("Others"))], one=True),
    ]


def _delegations(db: DbSession) -> list[tuple[str, Any]]:
    """List the delegations that the caller may see members of; callers limited to theirs get no choice."""
    if within(Permission.SEE_REGISTRATIONS) is not None or not may("see-delegations", everywhere=True):
        return []
    named = [(code, pick(name, language())) for code, name in delegation_names(db, edition().id)]
    return [*named, (NO_DELEGATION, _("In no delegation"))] if named else []


def _sessions(db: DbSession) -> list[tuple[str, Any]]:
    """Those that registrants choose."""
    return [(code, pick(title, language())) for code, title in sessions_to_choose(db, edition().id)]


def _chips(kept: dict[str, list[str]], choices: Sequence[Choice]) -> list[Chip]:
    words = {choice.name: dict(choice.options) for choice in choices}
    return [
        Chip(LABELS[name], words.get(name, {}).get(value, value), _without(kept, name, value))
        for name, values in kept.items()
        for value in values
    ]


def _without(kept: dict[str, list[str]], name: str, value: str) -> dict[str, list[str]]:
    left = {**kept, name: [word for word in kept[name] if word != value]}
    return {each: values for each, values in left.items() if values}
