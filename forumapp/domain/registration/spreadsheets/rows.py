"""Reading registrations from the rows of a table. Pure: the import compares them with existing data.

Names are kept exactly as written. Their script decides which of a person's names they are, because programs that write
such tables have one column for all scripts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from forumapp.core.files.spreadsheets import LOST, is_error
from forumapp.core.values.phones import has_extension
from forumapp.core.values.text import (
    LINE,
    PARAGRAPHS,
    fold,
    has_han,
    has_line_break,
    is_latin,
    is_mail_address,
    is_one_line,
    is_plain,
    on_one_line,
)
from forumapp.domain.people.names.characters import is_traditional
from forumapp.domain.people.spreadsheets.rows import (
    LINES_JOINED,
    PERSON_FIELDS,
    PHONE_NOTES,
    UNDIVIDED,
    ZH,
    Draft,
    RowFault,
    fault_at,
    read_person,
    with_proposed_name,
)
from forumapp.domain.registration.forms.answers import check, snapshot
from forumapp.domain.registration.forms.list_questions import (
    DIET_HEADINGS,
    HOTEL,
    HOTEL_HEADINGS,
    HOTEL_PART_HEADINGS,
    HOTEL_PARTS,
    Note,
    hotel_wishes,
    is_nothing,
    kept_answers,
    note_on,
)
from forumapp.domain.registration.forms.parsing import ENDS, LONGEST, Wrong, read_answer
from forumapp.domain.registration.forms.questions import Kind, bound_of, read_questions, with_sections
from forumapp.domain.registration.rules import NO_MEDIA, PLACED, Media, RegistrationStatus
from forumapp.domain.registration.spreadsheets.cells import (
    in_its_language,
    options_in,
    read_cell,
    read_language,
    read_role,
    read_status,
    read_time,
)
from forumapp.domain.registration.spreadsheets.group_cells import (
    GROUP_FIELDS,
    GROUP_LABELS,
    GroupChoice,
    WrongGroup,
    group_cells,
    read_groups,
)
from forumapp.domain.registration.spreadsheets.headings import REGISTRATION_HEADINGS
from forumapp.domain.registration.spreadsheets.media_cells import MEDIA_FIELDS, media_cell_faults, read_media
from forumapp.domain.registration.spreadsheets.travel_cells import (
    PARTS,
    WrongPart,
    flight_number,
    part_headings,
    part_labels,
    read_travel,
    where,
    with_flight_apart,
    with_year,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from forumapp.core.files.spreadsheets import TableRow
    from forumapp.domain.registration.forms.questions import Question

ANSWER = "answer."
OWN_FIELDS = dict.fromkeys(
    (
        "type", "status", "registered_at", "language", "delegation", "sub_delegation", "role",
        *GROUP_FIELDS.values(), *MEDIA_FIELDS,
    ),
    LINE,
)  # fmt: skip
REGISTRATION_FIELDS: dict[str, int] = {**OWN_FIELDS, **PERSON_FIELDS}
_NAMES = ("latin", "latin_family", "latin_given", "native", "native_family", "native_given")
_LINES = (*_NAMES, "title.en", f"title.{ZH}", "organization.en", f"organization.{ZH}")
_FORMULA = re.compile(r"[=+\-@]")
_NEEDS_LATIN = {*PLACED, RegistrationStatus.WAITLISTED}
# Statuses that need the required answers of the form.
_HAS_ANSWERED = {*_NEEDS_LATIN, RegistrationStatus.APPLIED}
FILES = frozenset({Kind.FILE, Kind.PHOTO})
_SEVERAL = frozenset({Kind.DIET, Kind.CHOICES})
_PHONE_LABEL = {"en": "Phone", "zh-Hans": "电话"}
_DELEGATION_NOTES = {
    "delegation": ("list-delegation", {"en": "Delegation", "zh-Hans": "代表团"}),
    "sub_delegation": ("list-part", {"en": "Part of the delegation", "zh-Hans": "分团"}),
}
_ROLE_LABEL = {"en": "Role in the delegation", "zh-Hans": "团内职务"}
KEPT_AS_NOTE, UNKNOWN_PART = "kept-as-note", "unknown-part"


@dataclass(frozen=True, slots=True)
class Form:
    """A registration type that rows can name, with its stored questions.

    `must` are the codes of the required questions that a cell can answer. `more` are the stored list questions that the
    type does not ask.
    """

    id: int
    code: str
    name: Mapping[str, str]
    stored: Sequence[Mapping[str, Any]]
    questions: Sequence[Question]
    must: frozenset[str]
    is_media: bool = False
    more: Sequence[Mapping[str, Any]] = ()

    @property
    def asked(self) -> tuple[Question, ...]:
        """All questions that a row may answer. List questions come first, outside of any section's conditions."""
        return with_sections((*read_questions(self.more), *self.questions))


@dataclass(frozen=True, slots=True)
class Choices:
    """The values that rows of an edition may refer to. Types and delegations are by folded code and name.

    `form` is the default for rows without a type. The list of a delegation has `delegation_id`, and `within` has the
    ids of the delegation and its parts.
    """

    forms: Mapping[str, Form]
    delegations: Mapping[str, int]
    zone: ZoneInfo
    form: Form | None = None
    delegation_id: int | None = None
    within: frozenset[int] = frozenset()
    wholes: Mapping[int, Sequence[int]] = field(default_factory=dict)  # by delegation, itself and its parents
    questions: Mapping[str, Question] = field(default_factory=dict)  # of all types, by code
    starts_on: date | None = None  # the first day of the edition
    groups: Sequence[GroupChoice] = ()
    # The day and time of the edition's flights, by "arrival" or "departure" and number.
    flights: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """A registration read from a row, with faults in `person`; `notes` are cells that their question cannot take."""

    person: Draft
    form: Form | None
    status: RegistrationStatus
    language: str
    registered_at: datetime | None
    delegation_id: int | None
    answers: Mapping[str, Any]
    notices: tuple[RowFault, ...]
    unanswered: tuple[RowFault, ...] = ()
    media: Media = NO_MEDIA
    role: str | None = None  # in the delegation, as delegations call it
    groups: tuple[int, ...] = ()  # of the delegation, by id
    notes: tuple[Note, ...] = ()

    @property
    def kept_answers(self) -> dict[str, Any]:
        """The answers to store in the registration."""
        form = self.form
        return kept_answers(form.stored, form.more, self.answers, self.notes) if form else snapshot([], {})


def answer_fields(forms: Sequence[Form]) -> dict[str, Mapping[str, str]]:
    """The labels of questions that a column may answer, by field; files too, to report that they are not read."""
    fields: dict[str, Mapping[str, str]] = {}
    for question in _asked(forms):
        fields.setdefault(ANSWER + question.code, question.label)
        if question.kind is Kind.TRAVEL:
            for part, label in part_labels(question.label).items():
                fields.setdefault(f"{ANSWER}{question.code}.{part}", label)
        elif question.code == HOTEL:
            fields |= {f"{ANSWER}{HOTEL}.{part}": label for part, label in HOTEL_PARTS.items()}
    return fields


def known_headings(forms: Sequence[Form]) -> dict[str, tuple[str, ...]]:
    """The headings of columns by field; questions by label or by code."""
    asked = {name: (*label.values(), name.removeprefix(ANSWER), name) for name, label in answer_fields(forms).items()}
    for code in {question.code for question in _asked(forms) if question.kind is Kind.TRAVEL}:
        asked |= {name: (*asked[name], *part_headings(part)) for part in PARTS if (name := f"{ANSWER}{code}.{part}")}
    diet = next((question.code for question in _asked(forms) if question.kind is Kind.DIET), None)
    if diet is not None:
        asked[ANSWER + diet] = (*asked[ANSWER + diet], *DIET_HEADINGS)
    if ANSWER + HOTEL in asked:
        asked[ANSWER + HOTEL] = (*asked[ANSWER + HOTEL], *HOTEL_HEADINGS)
        asked |= {f"{ANSWER}{HOTEL}.{part}": names for part, names in HOTEL_PART_HEADINGS.items()}
    return {**REGISTRATION_HEADINGS, **asked}


def without_column(forms: Iterable[Form], fields: Iterable[str]) -> list[Question]:
    """The required questions that no column answers; `fields` are the fields of the columns."""
    answered = {_question_code(name) for name in fields}
    required = {
        question.code: question
        for form in forms
        for question in with_sections(form.questions)
        if question.code in form.must
    }
    return [question for code, question in required.items() if code not in answered]


def _asked(forms: Sequence[Form]) -> list[Question]:
    """The questions of all types, then the list questions: a type's own label names the column."""
    own = [question for form in forms for question in with_sections(form.questions)]
    has_travel = any(question.kind is Kind.TRAVEL for question in own)
    more = [question for form in forms for question in read_questions(form.more)]
    return [*own, *(question for question in more if question.kind is not Kind.TRAVEL or not has_travel)]


def _question_code(name: str) -> str:
    """The code of the question that a field answers, whole or in part; "" for other fields."""
    return name.removeprefix(ANSWER).partition(".")[0] if name.startswith(ANSWER) else ""


def read_registration(row: TableRow, mapping: Mapping[str, str], choices: Choices) -> Entry:
    """Read one row; `mapping` has the field of each heading. Faults and notices are part of the result."""
    person = read_person(row, {heading: name if name in PERSON_FIELDS else "" for heading, name in mapping.items()})
    if row.is_too_wide or row.is_too_narrow:  # its cells cannot be assigned to columns
        code = "too-many-cells" if row.is_too_wide else "too-few-cells"
        person = replace(person, faults=(RowFault("", code),))
        return Entry(person, None, RegistrationStatus.CONFIRMED, "en", None, None, {}, ())
    cells = {name: cell for heading, name in mapping.items() if name and (cell := row.cells.get(heading, "").strip())}
    reader = _Reader(mapping, cells, choices)
    reader.check_cells()
    person = reader.person(person)
    form, status, role = reader.form(), reader.status(), reader.role()
    person = reader.with_latin_name(person, status)
    media = reader.media(form, person)
    person = replace(person, organization=person.organization or dict(media.outlet))
    delegation_id = reader.delegation()
    groups = reader.groups(delegation_id)
    entry = Entry(
        person,
        form,
        status,
        reader.language(person),
        reader.registered_at(),
        delegation_id,
        reader.answers(form, must=status in _HAS_ANSWERED),
        tuple(reader.notices),
        tuple(reader.unanswered),
        media,
        role,
        groups,
        tuple(reader.notes),
    )
    return replace(entry, person=replace(person, faults=(*person.faults, *reader.faults)))


class _Reader:
    """One row: its cells by field, and the faults found so far, at most one per column."""

    def __init__(self, mapping: Mapping[str, str], cells: Mapping[str, str], choices: Choices) -> None:
        self.mapping, self.cells, self.choices = mapping, dict(cells), choices
        self.faults: list[RowFault] = []
        self.notices: list[RowFault] = []
        self.unanswered: list[RowFault] = []
        self.notes: list[Note] = []

    def check_cells(self) -> None:
        """Check all cells, and join the lines of one-line values. The person's cells are checked by `read_person`."""
        for name, cell in list(self.cells.items()):
            is_line = REGISTRATION_FIELDS.get(name, PARAGRAPHS) <= LINE and name != "phone"
            if is_line:
                self.cells[name] = on_one_line(cell)
            if name in PERSON_FIELDS:
                continue
            if is_line and has_line_break(cell):
                self._notice_joined(name)
            if LOST in cell:
                self._wrong(name, "undecodable")
            elif not (is_one_line if is_line else is_plain)(self.cells[name]):
                self._wrong(name, "not-plain")
            elif is_error(cell):
                self._wrong(name, "error-cell")
                del self.cells[name]

    def _notice_joined(self, name: str) -> None:
        self.notices.append(replace(fault_at(self.mapping, name, LINES_JOINED), among=(self.cells[name],)))

    def _wrong(self, name: str, code: str, bound: float | None = None) -> None:
        """Add a fault; `bound` is the limit of a number."""
        fault = fault_at(self.mapping, name, code)
        if bound is not None:
            fault = replace(fault, among=(f"{bound:.15g}",))
        if not fault.heading or all(other.heading != fault.heading for other in self.faults):
            self.faults.append(fault)

    def person(self, person: Draft) -> Draft:
        """Complete the person, and move Chinese names, titles and organizations to their Chinese fields."""
        faulty = {fault.heading for fault in person.faults}
        self._check_lines()
        if self.cells.get("email") and not is_mail_address(self.cells["email"]):
            self._wrong("email", "not-an-address")
        values = self._by_script(person.values)
        self.faults = [fault for fault in self.faults if fault.heading not in faulty]
        if any(notice.code in PHONE_NOTES for notice in person.notices) and not is_nothing(self.cells["phone"]):
            self.notes.append(note_on("list-phone", Kind.PHONE, _PHONE_LABEL, self.cells["phone"]))
        title, organization = in_its_language(person.title), in_its_language(person.organization)
        return replace(person, values=values, title=title, organization=organization)

    def _check_lines(self) -> None:
        traditional = False
        for name in _LINES:
            cell = self.cells.get(name, "")
            if _FORMULA.match(cell) and name in _NAMES:
                self._wrong(name, "formula")
            elif _FORMULA.match(cell):
                self.notices.append(fault_at(self.mapping, name, "formula"))
            elif name in _NAMES and not traditional and any(map(is_traditional, cell)):
                traditional = True
                self.notices.append(fault_at(self.mapping, name, "traditional"))

    def _by_script(self, values: dict[str, Any]) -> dict[str, Any]:
        family, given = values["latin_family"], values["latin_given"]
        parts = [part for part in (family, given) if part]
        if all(map(is_latin, parts)):
            return values
        if values["native_full"] or any(map(_has_latin, parts)) or not all(map(has_han, parts)):
            self._wrong(next(name for name in _NAMES if not is_latin(self.cells.get(name, ""))), "not-latin")
            return values
        moved = {**values, "latin_family": "", "latin_given": "", "native_full": family + given}
        if family:
            return {**moved, "native_family": family, "native_given": given}
        moved["flags"] = [flag for flag in values.get("flags", ()) if flag != UNDIVIDED]
        return moved

    def with_latin_name(self, person: Draft, status: RegistrationStatus) -> Draft:
        """Propose a missing Latin name from the Chinese one, for review; without one, it is a fault for a spot."""
        known = person.values["latin_family"] + person.values["latin_given"]
        codes = {fault.code for fault in (*person.faults, *self.faults)}
        if _has_latin(known) or codes & {"no-name", "not-latin", "not-a-letter", "formula", "not-plain"}:
            return person
        read = with_proposed_name(person, self.mapping) if status in _HAS_ANSWERED and not known else person
        if read is person and status in _NEEDS_LATIN:
            self._wrong(next((name for name in _NAMES if name in self.mapping.values()), ""), "no-latin-name")
        return read

    def form(self) -> Form | None:
        named = self.cells.get("type")
        if not named:
            if self.choices.form is None:
                self._wrong("type", "no-type")
            return self.choices.form
        form = self.choices.forms.get(fold(named))
        if form is None:
            self._wrong("type", "unknown-type")
        return form

    def media(self, form: Form | None, person: Draft) -> Media:
        if form is None or not form.is_media:
            unused = (name for name in MEDIA_FIELDS if form and name in self.cells)
            self.notices += [fault_at(self.mapping, name, "not-media") for name in unused]
            return NO_MEDIA
        for name, code in media_cell_faults(self.cells):
            self._wrong(name, code)
        return read_media(self.cells, person.organization)

    def status(self) -> RegistrationStatus:
        named = self.cells.get("status")
        status = read_status(named) if named else RegistrationStatus.CONFIRMED
        if status is None:
            self._wrong("status", "unknown-status")
        return status or RegistrationStatus.CONFIRMED

    def language(self, person: Draft) -> str:
        named = self.cells.get("language")
        language = read_language(named) if named else None
        if named and language is None:
            self._wrong("language", "not-an-option")
        return language or (ZH if person.values["native_full"] else "en")

    def registered_at(self) -> datetime | None:
        written = self.cells.get("registered_at")
        moment = read_time(written, self.choices.zone) if written else None
        if written and moment is None:
            self._wrong("registered_at", "not-a-date")
        return moment

    def delegation(self) -> int | None:
        """The delegation that the row names, or the part of it that a second column names."""
        whole = self._delegation_in("delegation")
        part = self._delegation_in("sub_delegation")
        if part is not None and whole is not None and whole not in self.choices.wholes.get(part, (part,)):
            self._wrong("sub_delegation", "another-delegation")
        delegation_id = whole if part is None else part
        if delegation_id is None:
            return self.choices.delegation_id
        if self.choices.delegation_id is not None and delegation_id not in self.choices.within:
            self._wrong("sub_delegation" if part is not None else "delegation", "another-delegation")
        return delegation_id

    def _delegation_in(self, name: str) -> int | None:
        named = self.cells.get(name)
        if not named or is_nothing(named):
            return None
        delegation_id = self.choices.delegations.get(fold(named))
        if delegation_id is None:
            self.notices.append(replace(fault_at(self.mapping, name, UNKNOWN_PART), among=(named,)))
            code, label = _DELEGATION_NOTES[name]
            self.notes.append(note_on(code, Kind.SHORT_TEXT, label, named))
        return delegation_id

    def role(self) -> str | None:
        """The role of a delegation member. In other rows, a column with this heading is the role at the event. A word
        that is no delegation role becomes a note.
        """
        named = self.cells.get("role")
        if not named:
            return None
        has_delegation = any(self.cells.get(name) for name in ("delegation", "sub_delegation"))
        if not has_delegation and self.choices.delegation_id is None:
            self.notices.append(fault_at(self.mapping, "role", "role-of-no-delegation"))
            return None
        role = read_role(named)
        if role is None:
            self.notices.append(replace(fault_at(self.mapping, "role", "unknown-role"), among=(named,)))
            self.notes.append(note_on("list-role", Kind.SHORT_TEXT, _ROLE_LABEL, named))
        return role

    def groups(self, delegation_id: int | None) -> tuple[int, ...]:
        """The ids of the delegation's groups that the row names. A cell that names none becomes a note."""
        group_ids: list[int] = []
        for kind, cell in group_cells(self.cells).items():
            if is_nothing(cell):
                continue
            groups = [group for group in self.choices.groups if group.kind == kind]
            wholes = self.choices.wholes.get(delegation_id or 0, ())
            try:
                group_ids += read_groups(cell, groups, wholes)
            except WrongGroup as wrong:
                name = GROUP_FIELDS[kind]
                self.notices.append(replace(fault_at(self.mapping, name, wrong.code), among=(cell,)))
                code = f"list-{kind}-group"
                self.notes.append(note_on(code, Kind.SHORT_TEXT, GROUP_LABELS[name], cell))
        return tuple(group_ids)

    def answers(self, form: Form | None, *, must: bool) -> dict[str, Any]:
        """The valid answers of the row. A cell that its question cannot take becomes a note. If answers are required
        (`must`), missing ones that have a column are added to `unanswered`.
        """
        if form is None:
            return {}
        asked = {question.code: question for question in form.asked}
        given = self._by_question()
        values: dict[str, Any] = {}
        for code, cells in given.items():
            if code in asked:
                values[code] = self._answer(asked[code], cells)
            elif not all(map(is_nothing, cells.values())):
                self._note_unasked(code, cells)
        questions = (*read_questions(form.more), *form.questions)
        checked = check(questions, {code: value for code, value in values.items() if value is not None})
        for code, fault in checked.faults.items():
            if values.get(code) is not None:
                self._refuse(asked[code], given[code], "departure.time", fault)
            elif must and fault == "required" and code in form.must and code not in given:
                self._add_unanswered(code)
        return checked.values

    def _by_question(self) -> dict[str, dict[str, str]]:
        """The cells of answers, by question code and part; "" is the whole answer."""
        given: dict[str, dict[str, str]] = {}
        for name, cell in self.cells.items():
            if code := _question_code(name):
                given.setdefault(code, {})[name.removeprefix(ANSWER + code).lstrip(".")] = cell
        return given

    def _note_unasked(self, code: str, cells: Mapping[str, str]) -> None:
        """Keep the answer to a question of another type as a note."""
        name = next(name for name in self.cells if _question_code(name) == code)
        text = "; ".join(cells.values())
        known = self.choices.questions.get(code)
        label = known.label if known else {"en": code}
        self.notes.append(note_on(code, known.kind if known else Kind.LONG_TEXT, label, text))
        self.notices.append(replace(fault_at(self.mapping, name, "not-asked"), among=(text,)))

    def _refuse(self, question: Question, cells: Mapping[str, str], part: str, code: str) -> None:
        """Turn an invalid answer into a note, with the reason for review."""
        bound = bound_of(question, code)
        reason = fault_at(self.mapping, self._column(question, part), code)
        self.notices.append(replace(reason, among=(f"{bound:.15g}",)) if bound is not None else reason)
        self._keep_as_note(question, cells, part)

    def _keep_as_note(self, question: Question, cells: Mapping[str, str], part: str) -> None:
        text = "; ".join(cells.values())
        self.notes.append(note_on(question.code, question.kind, question.label, text))
        self.notices.append(replace(fault_at(self.mapping, self._column(question, part), KEPT_AS_NOTE), among=(text,)))

    def _answer(self, question: Question, cells: Mapping[str, str]) -> Any:
        """The answer of the cells; None for files, which a table cannot hold, and for what becomes a note."""
        if question.kind in FILES:
            self.notices.append(fault_at(self.mapping, ANSWER + question.code, "no-file"))
            return None
        if question.kind is Kind.TRAVEL:
            return self._travel(question, cells)
        if question.code == HOTEL and question.kind is Kind.LONG_TEXT:
            cells = {"": hotel_wishes(cells)}
            if not cells[""]:
                return None
        if LONGEST.get(question.kind, PARAGRAPHS) <= LINE and question.kind is not Kind.PHONE:
            cells = self._joined(question, cells)
        try:
            # The cells may be parts only: another type asks a travel question with this code.
            answer = read_cell(question, cells[""]) if "" in cells else None
            if answer is not None:
                answer = read_answer(question, answer)
        except Wrong as wrong:
            if is_nothing(cells[""]):
                return None
            self._refuse(question, cells, "", wrong.code)
            return options_in(question, cells[""]) or None if question.kind in _SEVERAL else None
        if question.kind is Kind.PHONE and has_extension(cells[""]):
            self.notes.append(note_on(question.code, question.kind, question.label, cells[""]))
            self.notices.append(RowFault(self._heading(question), KEPT_AS_NOTE, (cells[""],)))
        return answer

    def _joined(self, question: Question, cells: Mapping[str, str]) -> Mapping[str, str]:
        """The cells of an answer on one line."""
        if any(map(has_line_break, cells.values())):
            joined = "; ".join(map(on_one_line, cells.values()))
            self.notices.append(RowFault(self._heading(question), LINES_JOINED, (joined,)))
        return {part: on_one_line(cell) for part, cell in cells.items()}

    def _travel(self, question: Question, cells: Mapping[str, str]) -> dict[str, Any] | None:
        """The answer to a travel question. Arrival and departure are read independently of each other's faults."""
        answer: dict[str, Any] = {}
        for end in ("", *ENDS):
            parts = {part: cell for part, cell in cells.items() if part.partition(".")[0] == end}
            parts = with_flight_apart({part: cell for part, cell in parts.items() if not is_nothing(cell)})
            parts = {part: self._with_year(part, cell) for part, cell in parts.items()}
            if not parts:
                continue
            if end and (flight := parts.get(f"{end}.flight")) and len(parts) == 1:
                at = self.choices.flights.get((end, flight_number(flight)))
                if at is None:
                    self._keep_as_note(question, parts, f"{end}.flight")
                    continue
                parts[f"{end}.time"] = at
            try:
                answer |= read_travel(question, parts, self.choices.zone)
            except WrongPart as wrong:
                self._refuse(question, parts, wrong.part, wrong.code)
        return answer or None

    def _with_year(self, part: str, cell: str) -> str:
        """Add the year to a day without one. In a column of times, "9.30" is not a day."""
        near = self.choices.starts_on
        is_day = part.endswith(".date") or (part.endswith(".time") and "月" in cell)
        return with_year(cell, near) if near and is_day else cell

    def _heading(self, question: Question) -> str:
        return fault_at(self.mapping, ANSWER + question.code, "").heading

    def _column(self, question: Question, part: str) -> str:
        """The field of the column at which to report a part of the answer."""
        name = ANSWER + question.code
        if question.kind is not Kind.TRAVEL:
            return name
        fields = {"": name, **{each: f"{name}.{each}" for each in PARTS}}
        return fields[where(lambda each: fields[each] in self.mapping.values(), part)]

    def _add_unanswered(self, code: str) -> None:
        """Report a missing answer if the file has a column for it whose cell has no fault yet."""
        column = next((heading for heading, name in self.mapping.items() if _question_code(name) == code), None)
        if column is not None and all(fault.heading != column for fault in self.faults):
            self.unanswered.append(RowFault(column, "required"))


def _has_latin(text: str) -> bool:
    return any(character.isalpha() and is_latin(character) for character in text)
