"""What a row of somebody's table says about a registration."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from forumapp.core.files.spreadsheets import read_table
from forumapp.domain.people.spreadsheets.rows import guess
from forumapp.domain.registration.spreadsheets.headings import REGISTRATION_HEADINGS
from forumapp.domain.registration.spreadsheets.rows import Choices, read_registration

CHOICES = Choices(forms={}, delegations={}, zone=ZoneInfo("America/Los_Angeles"))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Name\n何，丽\n", ("何丽", "", "")),
        ("Name,姓名\n，何，丽,\n", ("何丽", "", "")),
        ('Name,姓名\n"何,  丽",\n', ("何丽", "", "")),
        ("Name,姓名\n何　　丽、,\n", ("何丽", "", "")),
        ("Family name,Given name\n，何,　丽，\n", ("何丽", "何", "丽")),
    ],
)
def test_a_chinese_name_in_a_latin_column_has_no_commas_and_double_spaces(
    text: str, name: tuple[str, str, str]
) -> None:
    table = read_table(text.encode())
    mapping = guess(table.headings, REGISTRATION_HEADINGS)
    values = read_registration(table.rows[0], mapping, CHOICES).person.values
    assert (values["native_full"], values["native_family"], values["native_given"]) == name
