"""Values of the log in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from forumapp.core.values.masks import is_hidden
from forumapp.core.values.text import SCRIPTS, pick
from forumapp.domain.log import values
from forumapp.domain.registration.lists.filters import filters_in
from forumapp.domain.registration.spreadsheets.rows import ANSWER
from forumapp.schemas.choices import Area, Layout, PrintBlock, Purpose, Role, Scope
from forumapp.web.organizer.history.log_words import SILENT, field_words, record_words
from forumapp.web.organizer.imports import words as imports_words
from forumapp.web.organizer.kit.display import answer_words, print_options
from forumapp.web.organizer.kit.export_words import column_words
from forumapp.web.organizer.registration_types.question_changes import changed_parts
from forumapp.web.organizer.registrations.filters import in_words
from forumapp.web.wording import labels
from forumapp.web.wording.choice_words import LABELS
from forumapp.web.wording.language import OWN_NAMES, language
from forumapp.web.wording.words import day, in_language, listed, moment, region, t, time, zone_of_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from enum import StrEnum

    from forumapp.domain.log.naming import Named, Names
    from forumapp.domain.log.queries import LogLine
    from forumapp.domain.registration.forms.questions import Question

LONGEST = 160
ANSWERS = "answers."
NOTHING = Markup()


@dataclass(frozen=True, slots=True)
class Change:
    """One changed field. `instead` replaces both values if they may not be shown."""

    label: str
    before: Markup = NOTHING
    after: Markup = NOTHING
    instead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowing:
    """What describing values takes: names, the edition's time zone, its questions, and its delegations by code."""

    names: Names
    zone: str
    question: Callable[[str], Question | None]
    delegation: Callable[[str], str]


def changes_of(line: LogLine, known: Knowing) -> Iterator[Change]:
    """Yield the changes of a log line; for a removed record, the values that it held."""
    for field, before, after in sorted(line.changes, key=lambda change: values.place_of(line.entity, change[0])):
        if field in SILENT or values.is_quiet(line.entity, field):
            continue
        yield from _changed(line, field, before, after, known)


def _changed(line: LogLine, field: str, before: Any, after: Any, known: Knowing) -> Iterator[Change]:
    label, held = _label(line.entity, field, known), values.held_in(line.entity, field)
    if is_hidden(after) or is_hidden(before):
        yield Change(label, instead=_("changed, not shown"))
    elif before is None and after is None and line.action != "removed":
        yield Change(label, instead=_("deleted for good, no longer shown"))
    elif field == "questions":
        yield from (Change(*part) for part in changed_parts(before or [], after or []))
    elif held.table == "image" and before and after:
        yield Change(label, instead=_("another one than before"))
    elif held.sort == values.TEXTS:
        yield from _by_language(label, before or {}, after or {})
    elif not (_is_empty(before) and _is_empty(after)):
        yield Change(label, *(_words(line, field, value, known) for value in (before, after)))


def _label(entity: str, field: str, known: Knowing) -> str:
    if not field.startswith(ANSWERS):
        return field_words(entity, field)
    code = field.removeprefix(ANSWERS)
    question = known.question(code)
    return pick(question.label, language()) if question else _("Answer to “%(code)s”", code=code)


def _by_language(label: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for code in SCRIPTS:
        pair = before.get(code, ""), after.get(code, "")
        if pair[0] != pair[1]:
            texts = (in_language(_short(text), code) for text in pair)
            yield Change(_("%(field)s (%(language)s)", field=label, language=OWN_NAMES[code]), *texts)


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _words(line: LogLine, field: str, value: Any, known: Knowing) -> Markup:
    if _is_empty(value):
        return NOTHING
    if field.startswith(ANSWERS):
        return escape(_short(_answer(known.question(field.removeprefix(ANSWERS)), value)))
    if field in _BY_FIELD:
        return escape(_short(_BY_FIELD[field](value)))
    if field in _BY_KNOWING:
        return escape(_short(_BY_KNOWING[field](value, known)))
    held = values.held_in(line.entity, field)
    if held.sort == values.RECORD:
        return name_words(known.names.of(held.table, value, line), held.table)
    return escape(_short(_plain(held, value, known)))


def name_words(named: Named | None, table: str) -> Markup:
    """Return a record's name, or its kind if the name may not be shown."""
    if named is not None and table in ("message", "mail_text"):
        return escape(labels.letter(pick(named.texts, language())))
    if named is not None and named.choice is not None:
        return escape(labels.label(named.choice))
    return (t(named.texts) if named is not None else NOTHING) or escape(record_words(table))


def _plain(held: values.Held, value: Any, known: Knowing) -> str:
    if held.sort == values.CHOICE and held.choice is not None:
        return _choice(held.choice, value)
    if held.sort == values.YES_NO:
        return _yes_no(value)
    if held.sort == values.DAY:
        return day(date.fromisoformat(value))
    if held.sort == values.INSTANT:
        return moment(datetime.fromisoformat(value), known.zone)
    if held.sort == values.WALL:
        wall = datetime.fromisoformat(value)
        return f"{day(wall)} {time(wall)}"
    return _anything(value)


def _anything(value: Any) -> str:
    """Show a value that has no wording of its own as its plain texts."""
    if isinstance(value, dict):
        return " · ".join(filter(None, map(_anything, value.values())))
    if isinstance(value, list):
        return listed(map(_anything, value))
    return _yes_no(value) if isinstance(value, bool) else str(value)


def _choice(kind: type[StrEnum], word: str) -> str:
    return str(LABELS[kind].get(word, word))


def _yes_no(value: bool) -> str:
    return str(_("Yes") if value else _("No"))


def _answer(question: Question | None, value: Any) -> str:
    return answer_words(question, value) if question else _anything(value)


def _layouts(seats: Mapping[str, int]) -> str:
    return listed(f"{_choice(Layout, layout)} {number}" for layout, number in seats.items())


def _fold(fold: int) -> str:
    return str(_("The second, after the clocks go back") if fold else _("The first, before the clocks go back"))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"


def counted(counts: Mapping[str, int]) -> list[str]:
    """Describe how much a purge deleted, by table."""
    words = {
        "registration": lambda n: ngettext("%(num)s registration's answers", "%(num)s registrations' answers", n),
        "mailing": lambda n: ngettext("%(num)s mailing's search", "%(num)s mailings' searches", n),
        "import_run": lambda n: ngettext("%(num)s imported table", "%(num)s imported tables", n),
        "answer_file": lambda n: ngettext("%(num)s file", "%(num)s files", n),
        "itinerary_item": lambda n: ngettext("%(num)s flight", "%(num)s flights", n),
        "print_job": lambda n: ngettext("%(num)s printed file", "%(num)s printed files", n),
        "person": lambda n: ngettext("%(num)s person's contact details", "%(num)s people's contact details", n),
        "name_proof": lambda n: ngettext("%(num)s address of a name check", "%(num)s addresses of name checks", n),
        "invitation": lambda n: ngettext("%(num)s address of an invitation", "%(num)s addresses of invitations", n),
        "message": lambda n: ngettext("%(num)s mail", "%(num)s mails", n),
        "audit_value": lambda n: ngettext("%(num)s value in the log", "%(num)s values in the log", n),
        "merge": lambda n: ngettext("%(num)s merged record", "%(num)s merged records", n),
        "removal": lambda n: ngettext("%(num)s removed record", "%(num)s removed records", n),
    }
    return [words[table](counts[table]) for table in words if counts.get(table)]


def _columns(names: Sequence[str], known: Knowing) -> str:
    return listed(_column(name, known) for name in names)


def _column(name: str, known: Knowing) -> str:
    return column_words(name, known.question(name.removeprefix(ANSWER)) if name.startswith(ANSWER) else None)


def _mapping(meant: Mapping[str, str], known: Knowing) -> str:
    """List the headings of an imported table that are mapped, each with its field."""
    meanings = {heading: _meaning(field, known) for heading, field in meant.items() if field}
    return listed(f"{heading}{_(': ')}{words}" for heading, words in meanings.items())


def _meaning(field: str, known: Knowing) -> str:
    return _column(field, known) if field.startswith(ANSWER) else imports_words.field_words(field)


def _filters(given: Mapping[str, Sequence[str]], _known: Knowing) -> str:
    return listed(f"{chip.label}{_(': ')}{chip.value}" for chip in in_words(filters_in(given)))


def _purged(counts: Mapping[str, int]) -> str:
    return listed(counted(counts))


# Fields whose wording also uses names of the edition.
_BY_KNOWING: dict[str, Callable[[Any, Knowing], str]] = {
    "columns": _columns,
    "delegations": lambda codes, known: listed(known.delegation(code) for code in codes),
    "filters": _filters,
    "mapping": _mapping,
}
# Fields with their own wording in every record.
_BY_FIELD: dict[str, Callable[[Any], str]] = {
    "accepted": lambda parts: listed(map(labels.proof_part, parts)),
    "approved": lambda kept: _anything({part: value for part, value in kept.items() if part != "before"}),
    "admits": lambda areas: listed(_choice(Area, area) for area in areas),
    "consents": lambda purpose: str(labels.label(Purpose(purpose))),
    "contacts": _purged,
    "country_region": region,
    "diet": _purged,
    "end_fold": _fold,
    "end_zone": zone_of_place,
    "fault": labels.print_fault,
    "flags": lambda flags: listed(map(labels.flag, flags)),
    "files": _purged,
    "flights": _purged,
    "identity": _purged,
    "layouts": _layouts,
    "language": labels.language_name,
    "languages": lambda codes: listed(map(labels.language_name, codes)),
    "native_language": labels.language_name,
    "officials": _purged,
    "options": lambda options: listed(print_options(options)),
    "print_blocks": lambda codes: listed(_choice(PrintBlock, block) for block in codes),
    "roles": lambda roles: listed(_choice(Role, role) for role in roles),
    "scopes": lambda scopes: listed(_choice(Scope, scope) for scope in scopes),
    "start_fold": _fold,
    "start_zone": zone_of_place,
    "zone": zone_of_place,
}
