"""Tables to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.people.exporting import PERSON_COLUMNS, usual
from forumapp.domain.registration.cells import stands_in_cells
from forumapp.domain.registration.questions import DIETS, YES, Kind, with_sections
from forumapp.domain.registration.rows import ANSWER, REGISTRATION_HEADINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forumapp.domain.registration.questions import Question
    from forumapp.domain.registration.rows import Form

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
_COLUMNS = ("type", "status", "delegation", "registered_at", "language")
_PERSONAL = tuple(column for column in usual(PERSON_COLUMNS) if not column.startswith("biography"))
_TRAVEL = {
    "arrival.date": "2023-05-20",
    "arrival.time": "09:30",
    "arrival.flight": "MU583",
    "departure.date": "2023-05-26",
    "departure.time": "12:40",
    "departure.flight": "MU584",
}
_SHOWN = {Kind.DATE: "2023-05-22", Kind.NUMBER: "1", Kind.REGION: "CN", Kind.YES_NO: YES, Kind.DIET: DIETS[0]}


def of_registrations(forms: Sequence[Form]) -> tuple[list[str], list[list[str]]]:
    """A row for each registration type, with an answer to whatever can be answered by a word of ours."""
    asked = {name: cell for form in forms for name, cell in _answers(form).items()}
    columns = [*_COLUMNS, *_PERSONAL, *asked]
    heads = [REGISTRATION_HEADINGS[one][0] if one in REGISTRATION_HEADINGS else _heading(one) for one in columns]
    rows = []
    for number, form in enumerate(forms, start=1):
        answers = _answers(form)
        own = {"type": form.code, "status": "confirmed", "email": f"guest{number}@example.org"}
        filled = {**PERSON, "latin_given": f"San {number}", **own, **answers}
        rows.append([filled.get(column, "") for column in columns])
    return heads, rows


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
    return name.removeprefix(ANSWER) if name.count(".") == 1 else name


def _shown(question: Question) -> str:
    return question.options[0].code if question.options else _SHOWN.get(question.kind, "")
