"""Tables to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.delegations.models.delegations import MemberRole
from forumapp.domain.people.spreadsheets.export import PERSON_COLUMNS, usual
from forumapp.domain.people.spreadsheets.rows import heading_key
from forumapp.domain.registration.forms.questions import DIETS, YES, Kind, with_sections
from forumapp.domain.registration.rules import MediaRole
from forumapp.domain.registration.spreadsheets.cells import stands_in_cells
from forumapp.domain.registration.spreadsheets.headings import REGISTRATION_HEADINGS
from forumapp.domain.registration.spreadsheets.rows import ANSWER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forumapp.domain.registration.forms.questions import Question
    from forumapp.domain.registration.spreadsheets.rows import Form

ORGANIZATION = {"legal.en": "Example Trading Co., Ltd.", "legal.zh-Hans": "示例贸易有限公司", "kind": "company"}
PERSON = {
    "latin_family": "Zhang",
    "latin_given": "San",
    "name_order": "family-first",
    "native": "张三",
    "title.en": "General Manager",
    "title.zh-Hans": "总经理",
    "organization.en": "Example Trading Co., Ltd.",
    "organization.zh-Hans": "示例贸易有限公司",
}
_MEANT_OTHERWISE = {heading_key(one) for names in REGISTRATION_HEADINGS.values() for one in names}
_COLUMNS = ("type", "status", "delegation", "registered_at", "language")
_PERSONAL = tuple(column for column in usual(PERSON_COLUMNS) if not column.startswith("biography"))
# Where people write in their own words, there is an example only if they have to.
_REQUIRED = {Kind.PHONE: "+86 10 1234 5678"}
_TRAVEL = {
    "arrival.date": "2023-05-20",
    "arrival.time": "09:30",
    "arrival.flight": "MU583",
    "departure.date": "2023-05-26",
    "departure.time": "12:40",
    "departure.flight": "MU584",
}
_SHOWN = {Kind.DATE: "2023-05-22", Kind.REGION: "CN", Kind.YES_NO: YES, Kind.DIET: DIETS[0]}


def of_registrations(forms: Sequence[Form]) -> tuple[list[str], list[list[str]]]:
    """A row for each registration type, with an answer to whatever can be answered by a word of ours."""
    asked = {name: cell for form in forms for name, cell in _answers(form).items()}
    columns = [*_COLUMNS, *_PERSONAL, *(["media_role"] if any(form.is_media for form in forms) else []), *asked]
    heads = [REGISTRATION_HEADINGS[one][0] if one in REGISTRATION_HEADINGS else _heading(one) for one in columns]
    rows = []
    for number, form in enumerate(forms, start=1):
        answers = _answers(form)
        own = {"type": form.code, "status": "confirmed", "email": f"guest{number}@example.org"}
        own |= {"media_role": MediaRole.REPORTER.value} if form.is_media else {}
        filled = {**PERSON, "latin_given": f"San {number}", **own, **answers}
        rows.append([filled.get(column, "") for column in columns])
    return heads, rows


def of_members() -> tuple[list[str], list[list[str]]]:
    """The list of a delegation: its head and a member."""
    columns = ["role", *_PERSONAL]
    heads = [REGISTRATION_HEADINGS[one][0] if one in REGISTRATION_HEADINGS else _heading(one) for one in columns]
    rows = [{**PERSON, "role": MemberRole.HEAD.value}, {**PERSON, "latin_given": "Si", "native": "张四"}]
    return heads, [[filled.get(column, "") for column in columns] for filled in rows]


def _answers(form: Form) -> dict[str, str]:
    """What the columns of a form's questions say; those of files have none."""
    cells: dict[str, str] = {}
    for one in with_sections(form.questions):
        if one.kind is Kind.TRAVEL:
            cells |= {f"{ANSWER}{one.code}.{part}": cell for part, cell in _TRAVEL.items()}
        elif stands_in_cells(one.kind):
            cells[ANSWER + one.code] = _shown(one)
    return cells


def _heading(name: str) -> str:
    """By its code, where that means nothing else."""
    code = name.removeprefix(ANSWER)
    return name if "." in code or heading_key(code) in _MEANT_OTHERWISE else code


def _shown(question: Question) -> str:
    if question.options:
        return question.options[0].code
    if question.kind is Kind.NUMBER:
        return f"{next(one for one in (question.least, question.most, 1) if one is not None):g}"
    return _SHOWN.get(question.kind, "") or (_REQUIRED.get(question.kind, "Example") if question.required else "")
