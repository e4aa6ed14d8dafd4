"""Headings as offices write them, and the field that each means."""

from __future__ import annotations

import pytest

from forumapp.domain.people.spreadsheets.rows import guess
from forumapp.domain.registration.spreadsheets.headings import REGISTRATION_HEADINGS


@pytest.mark.parametrize(
    ("heading", "meant"),
    [
        ("手机 Mobile", "phone"),
        ("手机号码/Mobile No.", "phone"),
        ("Name (as in passport)", "latin"),
        ("Name (Chinese)", "native"),
        ("分团 Delegation", "delegation"),
        ("单位名称\nOrganization", "organization.zh-Hans"),
        ("3. 您的邮箱 *", "email"),
        ("嘉宾姓名", "native"),
        ("latin_family", "latin_family"),
        ("organization.en", "organization.en"),
        ("姓名 Name", "native"),
        ("Guest Name", "latin"),
        ("Passenger name", "latin"),
        ("Job Title (Chinese)", "title.zh-Hans"),
        ("Company (Chinese)", "organization.zh-Hans"),
        ("紧急联系人 Phone", ""),
        ("Passport No.", ""),
        ("序号", ""),
    ],
)
def test_a_heading_is_known_by_its_parts(heading: str, meant: str) -> None:
    assert guess([heading], REGISTRATION_HEADINGS) == {heading: meant}


def test_a_whole_heading_comes_before_a_part_of_another() -> None:
    assert guess(["手机 Mobile", "Mobile"], REGISTRATION_HEADINGS) == {"手机 Mobile": "", "Mobile": "phone"}


def test_a_contact_person_is_the_name_of_a_list_without_another() -> None:
    exhibitors = {"Exhibitor": "organization.en", "Contact person": "latin", "Position": "title.en"}
    assert guess(exhibitors, REGISTRATION_HEADINGS) == exhibitors
    for name, meant in (("姓名", "native"), ("Name", "latin"), ("First name", "latin_given")):
        assert guess([name, "Contact person"], REGISTRATION_HEADINGS) == {name: meant, "Contact person": ""}
