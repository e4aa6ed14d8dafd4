"""Registrations taken out as tables: what went in comes out to the character, and the log knows who took it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.errors import Forbidden
from forumapp.core.files.spreadsheets import read_table, write_csv, write_xlsx
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.importing.models import ImportKind, ImportRun
from forumapp.domain.importing.runs.kinds import IMPORTERS
from forumapp.domain.people.imports.services import State
from forumapp.domain.registration.lists.filters import EVERYONE, Filters
from forumapp.domain.registration.spreadsheets.export import take_out
from tests.domain.registering import HOUSE, NOW, applicant, make_edition, make_type, sign_up
from tests.seeds import seed_access

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

LABEL = {"en": "Which ones, please?", "zh-Hans": "哪些？"}
OPTIONS = [{"code": one, "label": {"en": words}} for one, words in (("a", "Ships, boats"), ("b", "Cars"))]
QUESTIONS: list[dict[str, Any]] = [
    {"code": "food", "kind": "diet", "label": {"en": "Food"}},
    {"code": "which", "kind": "choices", "label": LABEL, "options": OPTIONS},
    {"code": "one", "kind": "choice", "label": {"en": "Phone"}, "options": [{"code": "x", "label": {"en": "Ex"}}]},
    {"code": "words", "kind": "long-text", "label": {"en": "Words"}},
    {"code": "many", "kind": "number", "label": {"en": "How many"}},
    {"code": "sure", "kind": "yes-no", "label": {"en": "Sure"}},
    {"code": "day", "kind": "date", "label": {"en": "Day"}},
]
ANSWERS = {
    "food": ["halal", "no-pork"], "which": ["a", "b"], "one": "x", "words": "=SUM(1)\n第二行", "many": 2.5,
    "sure": False, "day": "2023-05-20",
}  # fmt: skip
# Names as registries have them: rare characters, traditional ones, one word, marks, both orders, and formulas.
NAMES: list[dict[str, str]] = [
    {"latin_family": "Liu", "latin_given": "Chun", "native_full": "刘春", "name_order": "family-first"},
    {"latin_family": "Lyu", "latin_given": "Jian'an", "native_full": "吕\U00020bb7安", "native_family": "吕"},
    {"latin_family": "Sun", "latin_given": "Michelle", "native_full": "孫偉真", "native_language": "zh-Hant"},
    {"latin_family": "Ouyang", "latin_given": "Nana", "native_full": "欧阳娜娜", "native_family": "欧阳"},
    {"latin_family": "O’Neil-Smith", "latin_given": "  Mary Ann", "native_full": ""},
    {"latin_family": "Kounalakis", "latin_given": "Eleni", "native_full": "康伊莲"},
    {"latin_family": "Smith", "latin_given": "John", "native_full": "约翰·史密斯"},
    {"latin_family": "", "latin_given": "Sukarno", "native_full": ""},
    {"latin_family": "Ñúñez", "latin_given": "Zoë"},
]


def planned(db: DbSession, edition_id: int, content: bytes) -> list[Any]:
    table = read_table(content)
    mapping = IMPORTERS[ImportKind.REGISTRATIONS].guess(db, edition_id, table.headings)
    run = ImportRun(
        edition_id=edition_id, kind=ImportKind.REGISTRATIONS, mapping=mapping, chosen=[], joined=[], settings={},
        total=len(table.rows),
    )  # fmt: skip
    return list(IMPORTERS[ImportKind.REGISTRATIONS].plan(db, run, table.rows, None))


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_what_is_taken_out_is_read_again_to_the_character(session: DbSession, write: Any) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id, questions=QUESTIONS)
    for number, name in enumerate(NAMES):
        answers = ANSWERS if number == 0 else {}
        sign_up(
            session, edition_id, applicant(number, **{**name, "phone": "+8613800000000"}, answers=answers), actor=HOUSE
        )

    headings, rows = take_out(session, edition_id, EVERYONE, (), actor=HOUSE, now=NOW)
    content = write(headings, rows)
    lines = planned(session, edition_id, content)

    assert [(line.state, line.faults) for line in lines] == [(State.SAME, ())] * len(NAMES)
    read = [line.entry.person.values for line in reversed(lines)]
    # To the character, but for spaces that nobody means.
    kept = [{part: text.strip() for part, text in {"native_full": "", **name}.items()} for name in NAMES]
    assert [{part: one[part] for part in name} for one, name in zip(read, kept, strict=True)] == kept
    assert {line.entry.person.values["phone"] for line in lines} == {"+8613800000000"}
    assert lines[-1].entry.answers == ANSWERS
    if write is write_csv:
        assert [cell for row in read_table(content).rows for cell in row.cells.values() if cell.startswith("'")] == []
        assert ",=SUM" not in content.decode("utf-8-sig")
        assert ",+86" not in content.decode("utf-8-sig")


def test_columns_are_chosen_rows_filtered_and_the_log_told(session: DbSession) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    make_type(session, edition_id, "media")
    sign_up(session, edition_id, applicant(1))
    sign_up(session, edition_id, applicant(2), "media")

    taken = take_out(session, edition_id, Filters(type=("media",)), ("email", "type"), actor=HOUSE, now=NOW)

    assert taken == (["registration type", "attendee email"], [["media", "guest2@example.org"]])
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    assert (event.action, event.edition_id, event.fields) == ("took-out", edition_id, ["columns", "count"])


@pytest.mark.parametrize("role", [Role.REGISTRATION_DESK, Role.PRINT_STAFF, Role.VIEWER])
def test_the_desk_print_staff_and_viewers_are_refused_an_export(session: DbSession, role: Role) -> None:
    edition_id = make_edition(session)
    account = seed_access(session, edition_id, "staff@forum.example", role)
    actor = Actor(account.id, Via.PAGE)

    with pytest.raises(Forbidden) as refusal:
        take_out(session, edition_id, EVERYONE, ("email",), actor=actor, now=NOW)
    assert refusal.value.details == {"needs": "export"}
    assert take_out(session, edition_id, EVERYONE, ("email",), actor=HOUSE, now=NOW)[0]
