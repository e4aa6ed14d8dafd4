"""Reading registrations from the rows of a table. Pure: what is there already is for the import to say.

Names stay to the character. In which of a person's names they stand follows from the script they are written in: the
programs that write such tables have one column for all scripts.
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
# Whoever asks for a place answers what its form requires.
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
    """A registration type as rows name it, and the questions that it asks, as they are stored.

    `must` are the codes of those that people have to answer and that a cell can. `more` are the questions of lists
    that the type leaves out, as they are stored.
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
        """All that a row may answer. Those of lists come first, where no section has conditions for them."""
        return with_sections((*read_questions(self.more), *self.questions))


@dataclass(frozen=True, slots=True)
class Choices:
    """What the rows of one edition may say. Types and delegations are by code and name, folded.

    `form` is that of rows that name none. A list of a delegation has its id, and `within` are the ids of it and its
    parts.
    """

    forms: Mapping[str, Form]
    delegations: Mapping[str, int]
    zone: ZoneInfo
    form: Form | None = None
    delegation_id: int | None = None
    within: frozenset[int] = frozenset()
    wholes: Mapping[int, Sequence[int]] = field(default_factory=dict)  # by delegation, itself and what it is part of
    questions: Mapping[str, Question] = field(default_factory=dict)  # of all types, by code
    starts_on: date | None = None  # the first day of the edition
    groups: Sequence[GroupChoice] = ()
    # The day and time of the edition's flights, by "arrival" or "departure" and number.
    flights: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a row says: who registers, and how. What is wrong with it stands with the person; what it leaves open of
    what the form requires is `unanswered`. Cells that their question cannot take are `notes`.
    """

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
        """What the registration keeps of it."""
        form = self.form
        return kept_answers(form.stored, form.more, self.answers, self.notes) if form else snapshot([], {})


def answer_fields(forms: Sequence[Form]) -> dict[str, Mapping[str, str]]:
    """The questions that a column may answer, as fields, with what they ask; of arrival and departure each part, too.
    Files are among them, so that whoever has a column of them is told that it is not read.
    """
    fields: dict[str, Mapping[str, str]] = {}
    for one in _asked(forms):
        fields.setdefault(ANSWER + one.code, one.label)
        if one.kind is Kind.TRAVEL:
            for part, label in part_labels(one.label).items():
                fields.setdefault(f"{ANSWER}{one.code}.{part}", label)
        elif one.code == HOTEL:
            fields |= {f"{ANSWER}{HOTEL}.{part}": label for part, label in HOTEL_PARTS.items()}
    return fields


def known_headings(forms: Sequence[Form]) -> dict[str, tuple[str, ...]]:
    """How columns are called; those of questions by what these ask, or by code."""
    asked = {name: (*label.values(), name.removeprefix(ANSWER), name) for name, label in answer_fields(forms).items()}
    for code in {one.code for one in _asked(forms) if one.kind is Kind.TRAVEL}:
        asked |= {name: (*asked[name], *part_headings(part)) for part in PARTS if (name := f"{ANSWER}{code}.{part}")}
    diet = next((one.code for one in _asked(forms) if one.kind is Kind.DIET), None)
    if diet is not None:
        asked[ANSWER + diet] = (*asked[ANSWER + diet], *DIET_HEADINGS)
    if ANSWER + HOTEL in asked:
        asked[ANSWER + HOTEL] = (*asked[ANSWER + HOTEL], *HOTEL_HEADINGS)
        asked |= {f"{ANSWER}{HOTEL}.{part}": names for part, names in HOTEL_PART_HEADINGS.items()}
    return {**REGISTRATION_HEADINGS, **asked}


def without_column(forms: Iterable[Form], meant: Iterable[str]) -> list[Question]:
    """What has to be answered, and no column does; `meant` is what the columns mean."""
    answered = {_question_of(name) for name in meant}
    found = {one.code: one for form in forms for one in with_sections(form.questions) if one.code in form.must}
    return [one for code, one in found.items() if code not in answered]


def _asked(forms: Sequence[Form]) -> list[Question]:
    """The types' own questions first: their labels are those that columns are called by."""
    own = [one for form in forms for one in with_sections(form.questions)]
    travel = any(one.kind is Kind.TRAVEL for one in own)
    more = [one for form in forms for one in read_questions(form.more) if one.kind is not Kind.TRAVEL or not travel]
    return [*own, *more]


def _question_of(meant: str) -> str:
    """The code of the question that a column answers, whole or in part."""
    return meant.removeprefix(ANSWER).partition(".")[0] if meant.startswith(ANSWER) else ""


def read_registration(row: TableRow, mapping: Mapping[str, str], choices: Choices) -> Entry:
    person = read_person(row, {heading: one if one in PERSON_FIELDS else "" for heading, one in mapping.items()})
    if row.is_too_wide or row.is_too_narrow:  # nobody knows what its cells mean
        code = "too-many-cells" if row.is_too_wide else "too-few-cells"
        person = replace(person, faults=(RowFault("", code),))
        return Entry(person, None, RegistrationStatus.CONFIRMED, "en", None, None, {}, ())
    said = {meant: cell for heading, meant in mapping.items() if meant and (cell := row.cells.get(heading, "").strip())}
    reader = _Reader(mapping, said, choices)
    reader.look_at_cells()
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
    """One row: what its cells say by what they mean, and what is found wrong on the way, each column once."""

    def __init__(self, mapping: Mapping[str, str], said: Mapping[str, str], choices: Choices) -> None:
        self.mapping, self.said, self.choices = mapping, dict(said), choices
        self.faults: list[RowFault] = []
        self.notices: list[RowFault] = []
        self.unanswered: list[RowFault] = []
        self.notes: list[Note] = []

    def look_at_cells(self) -> None:
        """Joins the lines of what is one line. Cells of the person are looked at where the person is read."""
        for meant, cell in list(self.said.items()):
            is_line = REGISTRATION_FIELDS.get(meant, PARAGRAPHS) <= LINE and meant != "phone"
            if is_line:
                self.said[meant] = on_one_line(cell)
            if meant in PERSON_FIELDS:
                continue
            if is_line and has_line_break(cell):
                self._notice_joined(meant)
            if LOST in cell:
                self._wrong(meant, "undecodable")
            elif not (is_one_line if is_line else is_plain)(self.said[meant]):
                self._wrong(meant, "not-plain")
            elif is_error(cell):
                self._wrong(meant, "error-cell")
                del self.said[meant]

    def _notice_joined(self, meant: str) -> None:
        self.notices.append(replace(fault_at(self.mapping, meant, LINES_JOINED), among=(self.said[meant],)))

    def _wrong(self, meant: str, code: str, bound: float | None = None) -> None:
        """`bound` is that of a number."""
        fault = fault_at(self.mapping, meant, code)
        if bound is not None:
            fault = replace(fault, among=(f"{bound:.15g}",))
        if not fault.heading or all(one.heading != fault.heading for one in self.faults):
            self.faults.append(fault)

    def person(self, person: Draft) -> Draft:
        """With Chinese names, titles and organizations where Chinese ones stand."""
        faulty = {one.heading for one in person.faults}
        self._look_at_lines()
        if self.said.get("email") and not is_mail_address(self.said["email"]):
            self._wrong("email", "not-an-address")
        values = self._by_script(person.values)
        self.faults = [one for one in self.faults if one.heading not in faulty]
        if any(one.code in PHONE_NOTES for one in person.notices) and not is_nothing(self.said["phone"]):
            self.notes.append(note_on("list-phone", Kind.PHONE, _PHONE_LABEL, self.said["phone"]))
        title, organization = in_its_language(person.title), in_its_language(person.organization)
        return replace(person, values=values, title=title, organization=organization)

    def _look_at_lines(self) -> None:
        traditional = False
        for meant in _LINES:
            cell = self.said.get(meant, "")
            if _FORMULA.match(cell) and meant in _NAMES:
                self._wrong(meant, "formula")
            elif _FORMULA.match(cell):
                self.notices.append(fault_at(self.mapping, meant, "formula"))
            elif meant in _NAMES and not traditional and any(map(is_traditional, cell)):
                traditional = True
                self.notices.append(fault_at(self.mapping, meant, "traditional"))

    def _by_script(self, values: dict[str, Any]) -> dict[str, Any]:
        family, given = values["latin_family"], values["latin_given"]
        parts = [part for part in (family, given) if part]
        if all(map(is_latin, parts)):
            return values
        if values["native_full"] or any(map(_has_latin, parts)) or not all(map(has_han, parts)):
            self._wrong(next(meant for meant in _NAMES if not is_latin(self.said.get(meant, ""))), "not-latin")
            return values
        moved = {**values, "latin_family": "", "latin_given": "", "native_full": family + given}
        if family:
            return {**moved, "native_family": family, "native_given": given}
        moved["flags"] = [flag for flag in values.get("flags", ()) if flag != UNDIVIDED]
        return moved

    def with_latin_name(self, person: Draft, status: RegistrationStatus) -> Draft:
        """A badge carries the Latin name. Where it is missing, one is read from the Chinese name for review; where it
        cannot be read, it is a fault for those who have a place.
        """
        known = person.values["latin_family"] + person.values["latin_given"]
        told = {one.code for one in (*person.faults, *self.faults)}
        if _has_latin(known) or told & {"no-name", "not-latin", "not-a-letter", "formula", "not-plain"}:
            return person
        read = with_proposed_name(person, self.mapping) if status in _HAS_ANSWERED and not known else person
        if read is person and status in _NEEDS_LATIN:
            self._wrong(next((meant for meant in _NAMES if meant in self.mapping.values()), ""), "no-latin-name")
        return read

    def form(self) -> Form | None:
        named = self.said.get("type")
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
            told = (meant for meant in MEDIA_FIELDS if form and meant in self.said)
            self.notices += [fault_at(self.mapping, meant, "not-media") for meant in told]
            return NO_MEDIA
        for meant, code in media_cell_faults(self.said):
            self._wrong(meant, code)
        return read_media(self.said, person.organization)

    def status(self) -> RegistrationStatus:
        named = self.said.get("status")
        status = read_status(named) if named else RegistrationStatus.CONFIRMED
        if status is None:
            self._wrong("status", "unknown-status")
        return status or RegistrationStatus.CONFIRMED

    def language(self, person: Draft) -> str:
        named = self.said.get("language")
        language = read_language(named) if named else None
        if named and language is None:
            self._wrong("language", "not-an-option")
        return language or (ZH if person.values["native_full"] else "en")

    def registered_at(self) -> datetime | None:
        written = self.said.get("registered_at")
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
        found = whole if part is None else part
        if found is None:
            return self.choices.delegation_id
        if self.choices.delegation_id is not None and found not in self.choices.within:
            self._wrong("sub_delegation" if part is not None else "delegation", "another-delegation")
        return found

    def _delegation_in(self, meant: str) -> int | None:
        named = self.said.get(meant)
        if not named or is_nothing(named):
            return None
        found = self.choices.delegations.get(fold(named))
        if found is None:
            self.notices.append(replace(fault_at(self.mapping, meant, UNKNOWN_PART), among=(named,)))
            code, label = _DELEGATION_NOTES[meant]
            self.notes.append(note_on(code, Kind.SHORT_TEXT, label, named))
        return found

    def role(self) -> str | None:
        """Of whoever joins a delegation: of others a column with this heading says what they are at the event, and so
        may it of these, with a word that is no role.
        """
        named = self.said.get("role")
        if not named:
            return None
        has_delegation = any(self.said.get(name) for name in ("delegation", "sub_delegation"))
        if not has_delegation and self.choices.delegation_id is None:
            self.notices.append(fault_at(self.mapping, "role", "role-of-no-delegation"))
            return None
        role = read_role(named)
        if role is None:
            self.notices.append(replace(fault_at(self.mapping, "role", "unknown-role"), among=(named,)))
            self.notes.append(note_on("list-role", Kind.SHORT_TEXT, _ROLE_LABEL, named))
        return role

    def groups(self, delegation_id: int | None) -> tuple[int, ...]:
        """The groups of the delegation that the row names. A cell that names none of them is a note."""
        found: list[int] = []
        for kind, cell in group_cells(self.said).items():
            if is_nothing(cell):
                continue
            groups = [one for one in self.choices.groups if one.kind == kind]
            wholes = self.choices.wholes.get(delegation_id or 0, ())
            try:
                found += read_groups(cell, groups, wholes)
            except WrongGroup as wrong:
                meant = GROUP_FIELDS[kind]
                self.notices.append(replace(fault_at(self.mapping, meant, wrong.code), among=(cell,)))
                code = f"list-{kind}-group"
                self.notes.append(note_on(code, Kind.SHORT_TEXT, GROUP_LABELS[meant], cell))
        return tuple(found)

    def answers(self, form: Form | None, *, must: bool) -> dict[str, Any]:
        """Those that are given; a cell that its question cannot take is a note. Where answers `must` be given, what is
        missing under a column of the file is told apart.
        """
        if form is None:
            return {}
        asked = {one.code: one for one in form.asked}
        given = self._by_question()
        values: dict[str, Any] = {}
        for code, cells in given.items():
            if code in asked:
                values[code] = self._answer(asked[code], cells)
            elif not all(map(is_nothing, cells.values())):
                self._note_unasked(code, cells)
        questions = (*read_questions(form.more), *form.questions)
        found = check(questions, {code: value for code, value in values.items() if value is not None})
        for code, fault in found.faults.items():
            if values.get(code) is not None:
                self._refuse(asked[code], given[code], "departure.time", fault)
            elif must and fault == "required" and code in form.must and code not in given:
                self._leave_open(code)
        return found.values

    def _by_question(self) -> dict[str, dict[str, str]]:
        """The cells of answers by question, and by part of it."""
        given: dict[str, dict[str, str]] = {}
        for meant, cell in self.said.items():
            if code := _question_of(meant):
                given.setdefault(code, {})[meant.removeprefix(ANSWER + code).lstrip(".")] = cell
        return given

    def _note_unasked(self, code: str, cells: Mapping[str, str]) -> None:
        """Another type asks this: what the row says of it is kept as a note."""
        meant = next(one for one in self.said if _question_of(one) == code)
        text = "; ".join(cells.values())
        known = self.choices.questions.get(code)
        label = known.label if known else {"en": code}
        self.notes.append(note_on(code, known.kind if known else Kind.LONG_TEXT, label, text))
        self.notices.append(replace(fault_at(self.mapping, meant, "not-asked"), among=(text,)))

    def _refuse(self, question: Question, cells: Mapping[str, str], part: str, code: str) -> None:
        """An answer that the question cannot take becomes a note, with the reason for review."""
        bound = bound_of(question, code)
        reason = fault_at(self.mapping, self._column(question, part), code)
        self.notices.append(replace(reason, among=(f"{bound:.15g}",)) if bound is not None else reason)
        self._keep_as_note(question, cells, part)

    def _keep_as_note(self, question: Question, cells: Mapping[str, str], part: str) -> None:
        text = "; ".join(cells.values())
        self.notes.append(note_on(question.code, question.kind, question.label, text))
        self.notices.append(replace(fault_at(self.mapping, self._column(question, part), KEPT_AS_NOTE), among=(text,)))

    def _answer(self, question: Question, cells: Mapping[str, str]) -> Any:
        """None for what becomes a note, and for files, which stand in no table."""
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
            # Another type asks for parts under its code.
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
        """Each end by itself: a departure that nobody can read hinders no arrival."""
        answer: dict[str, Any] = {}
        for end in ("", *ENDS):
            of_end = {part: cell for part, cell in cells.items() if part.partition(".")[0] == end}
            of_end = with_flight_apart({part: cell for part, cell in of_end.items() if not is_nothing(cell)})
            of_end = {part: self._with_year(part, cell) for part, cell in of_end.items()}
            if not of_end:
                continue
            if end and (flight := of_end.get(f"{end}.flight")) and len(of_end) == 1:
                at = self.choices.flights.get((end, flight_number(flight)))
                if at is None:
                    self._keep_as_note(question, of_end, f"{end}.flight")
                    continue
                of_end[f"{end}.time"] = at
            try:
                answer |= read_travel(question, of_end, self.choices.zone)
            except WrongPart as wrong:
                self._refuse(question, of_end, wrong.part, wrong.code)
        return answer or None

    def _with_year(self, part: str, cell: str) -> str:
        """In a column of times "9.30" is no day."""
        near = self.choices.starts_on
        is_day = part.endswith(".date") or (part.endswith(".time") and "月" in cell)
        return with_year(cell, near) if near and is_day else cell

    def _heading(self, question: Question) -> str:
        return fault_at(self.mapping, ANSWER + question.code, "").heading

    def _column(self, question: Question, part: str) -> str:
        """What the column means at which something of the answer is to be told."""
        name = ANSWER + question.code
        if question.kind is not Kind.TRAVEL:
            return name
        mapped = {"": name, **{one: f"{name}.{one}" for one in PARTS}}
        return mapped[where(lambda one: mapped[one] in self.mapping.values(), part)]

    def _leave_open(self, code: str) -> None:
        """Where a column of the file could have told it, and its cell has no fault yet."""
        column = next((heading for heading, meant in self.mapping.items() if _question_of(meant) == code), None)
        if column is not None and all(one.heading != column for one in self.faults):
            self.unanswered.append(RowFault(column, "required"))


def _has_latin(text: str) -> bool:
    return any(character.isalpha() and is_latin(character) for character in text)
