"""What people send when they register, as JSON and as a form."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from forumapp.core.values.text import is_plain
from forumapp.domain.registration.consent_texts import Purpose
from forumapp.domain.registration.rules import Applicant
from forumapp.schemas.messages import FAULTS
from forumapp.schemas.registration import (
    RegistrationSchema,
    applicant_of,
    faults_by_field,
    from_form,
    registration_schema,
)

LEAST = {"latin_family": "Liu", "email": "liu@example.org", "consent": True}
LABEL = {"en": "Question"}
QUESTIONS: list[dict[str, Any]] = [
    {"code": "bus", "kind": "yes-no", "label": LABEL, "required": True},
    {"code": "diet", "kind": "diet", "label": LABEL},
    {"code": "note", "kind": "long-text", "label": LABEL},
]


def faults(data: dict[str, Any], questions: list[dict[str, Any]] | None = None) -> dict[str, str]:
    try:
        registration_schema(questions or [])().load(data)
    except ma.ValidationError as error:
        found = faults_by_field(error)
        assert set(found.values()) <= set(FAULTS), "a code without words"
        return found
    return {}


def test_the_least() -> None:
    values = RegistrationSchema().load(LEAST)

    assert applicant_of(values) == Applicant(latin_family="Liu", email="liu@example.org", consents=(Purpose.PRIVACY,))
    assert values["language"] == "en"


def test_names_lose_nothing_but_the_spaces_around_them() -> None:
    names = {
        "latin_family": "  van  der Berg ",
        "latin_given": "PETER-Paul\u2019s",
        "native_full": " \u3000约翰·史密斯 ",
        "native_family": "Ａ",
        "native_given": "\U00020000",
    }
    found = applicant_of(RegistrationSchema().load({**LEAST, **names}))

    assert (found.latin_family, found.latin_given) == ("van  der Berg", "PETER-Paul\u2019s")
    assert (found.native_full, found.native_family, found.native_given) == ("约翰·史密斯", "Ａ", "\U00020000")


@pytest.mark.parametrize(
    "name",
    [
        "O´Brien",
        "Hawaiʻi",
        "D`Angelo",
        "Nguyễn",
        "Núñez-O’Neil",
        "\u0e2a\u0e21\u0e0a\u0e32\u0e22",
        "Jr. (3rd)",
        "\U000323b0",
        "\U0002ebf5",
        "王〇",
    ],
)
def test_letters_of_any_script_are_names(name: str) -> None:
    assert applicant_of(RegistrationSchema().load({**LEAST, "native_full": name})).native_full == name


@pytest.mark.parametrize(
    "name",
    [
        "O'Neil", "D’Angelo", "O´Brien", "Kealiʻi", "Jr. (3rd)", "Đặng Thị Ngọc", "Núñez-Łoś", "Straße", "Paul·la",
        "Mª José", "Ａnna", "Şükrü İ.", "Henry Ⅷ", "e\u0301",
    ],
)  # fmt: skip
def test_names_in_latin_letters(name: str) -> None:
    assert faults({**LEAST, "latin_given": name}) == {}


@pytest.mark.parametrize("name", ["李伟", "Li 伟", "Иван", "Αννα", "محمد", "たろう", "김", "สมชาย", "〇", "\U000323b0"])
def test_a_latin_name_in_other_letters(name: str) -> None:
    assert faults({**LEAST, "latin_given": name}) == {"latin_given": "not-latin"}


@pytest.mark.parametrize(
    ("said", "order"),
    [
        ({"native_full": "吴用"}, "family-first"),
        ({"native_family": "吴", "native_given": "用"}, "family-first"),
        ({"native_full": "吴用", "name_order": "given-first"}, "given-first"),
        ({"native_full": "Łukasz"}, "given-first"),
        ({"name_order": "family-first"}, "family-first"),
    ],
)
def test_a_chinese_name_puts_the_family_first_unless_it_is_said(said: dict[str, str], order: str) -> None:
    assert applicant_of(RegistrationSchema().load({**LEAST, **said})).name_order == order


def test_signs_belong_to_organizations() -> None:
    assert RegistrationSchema().load({**LEAST, "organization": {"en": "Acme® Trading™"}})["organization"] == {
        "en": "Acme® Trading™"
    }


@pytest.mark.parametrize(
    ("parts", "full"),
    [
        ({"native_family": "欧阳", "native_given": "修"}, "欧阳修"),
        ({"native_family": "Бор", "native_given": "Ян"}, "Бор Ян"),
    ],
)
def test_a_native_name_in_parts_alone(parts: dict[str, str], full: str) -> None:
    assert applicant_of(RegistrationSchema().load({**LEAST, **parts})).native_full == full


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"latin_family": " ", "native_full": "李伟"}, {"latin_family": "required"}),
        ({"latin_family": "x" * 151}, {"latin_family": "too-long"}),
        ({"latin_family": "x\x07"}, {"latin_family": "not-plain"}),
        ({"latin_family": "x\ny"}, {"latin_family": "line-break"}),
        ({"latin_given": "Smile \U0001f600"}, {"latin_given": "not-a-letter"}),
        ({"native_full": "王\ue001"}, {"native_full": "not-a-letter"}),
        ({"native_given": "\U000e0fff"}, {"native_given": "not-a-letter"}),
        ({"latin_family": "\U0001f3fd"}, {"latin_family": "not-a-letter"}),
        ({"latin_family": "Acme®"}, {"latin_family": "not-a-letter"}),
        ({"form_of_address": {"en": "x" * 101}}, {"form_of_address.en": "too-long"}),
        ({"organization": {"zh-Hans": "\U0001f600"}}, {"organization.zh-Hans": "not-a-letter"}),
        ({"latin_family": None}, {"latin_family": "required"}),
        ({"latin_family": 3}, {"latin_family": "invalid"}),
        ({"name_order": "reversed"}, {"name_order": "not-an-option"}),
        ({"email": " "}, {"email": "required"}),
        ({"email": "liu"}, {"email": "not-an-email"}),
        ({"email": "liu@localhost"}, {"email": "not-an-email"}),
        ({"phone": "138 0000 0000"}, {"phone": "phone-without-country-code"}),
        ({"phone": "+86 1"}, {"phone": "not-a-phone"}),
        ({"phone": "call me"}, {"phone": "not-a-phone"}),
        ({"organization": {"fr": "Baie"}}, {"organization.fr": "unknown"}),
        ({"organization": {"en": "x" * 501}}, {"organization.en": "too-long"}),
        ({"title": "Buyer"}, {"title": "invalid"}),
        ({"consent": False}, {"consent": "must-agree"}),
        ({"consent": "true"}, {"consent": "invalid"}),
        ({"role": "owner"}, {"role": "unknown"}),
        ({"answers": []}, {"answers": "invalid"}),
        ({"answers": {"other": "x"}}, {"answers.other": "unknown"}),
    ],
)
def test_a_fault_is_a_code_at_its_field(change: dict[str, Any], found: dict[str, str]) -> None:
    assert faults({**LEAST, **change}) == found


def test_all_faults_are_found_at_once() -> None:
    assert faults({"email": "liu", "answers": {"diet": ["caviar"]}}, QUESTIONS) == {
        "email": "not-an-email",
        "consent": "must-agree",
        "latin_family": "required",
        "answers.bus": "required",
        "answers.diet": "not-an-option",
    }


@pytest.mark.parametrize("typed", ["+86 138 0000 0000", "0086 138-0000-0000", "+8613800000000"])
def test_a_phone_number_is_kept_in_one_form(typed: str) -> None:
    assert RegistrationSchema().load({**LEAST, "phone": typed})["phone"] == "+8613800000000"


def test_a_form_reads_as_the_same_json() -> None:
    form = MultiDict(
        [
            ("csrf_token", "x"),
            ("latin_family", "Liu"),
            ("latin_given", ""),
            ("email", "Liu@Example.org"),
            ("organization.zh-Hans", "湾区贸易"),
            ("organization.en", ""),
            ("consent", "on"),
            ("consents.photo", "1"),
            ("answers.bus", "no"),
            ("answers.diet", "halal"),
            ("answers.diet", "no-pork"),
            ("answers.note", ""),
        ]
    )
    data = from_form(form, QUESTIONS)

    assert data == {
        "latin_family": "Liu",
        "email": "Liu@Example.org",
        "form_of_address": {},
        "organization": {"zh-Hans": "湾区贸易"},
        "title": {},
        "consent": True,
        "consents": ["photo"],
        "answers": {"bus": False, "diet": ["halal", "no-pork"]},
    }
    loaded = applicant_of(registration_schema(QUESTIONS)().load(data))
    assert (loaded.email, loaded.answers) == ("liu@example.org", data["answers"])


def test_an_empty_form_lacks_what_is_required() -> None:
    assert faults(from_form(MultiDict(), QUESTIONS), QUESTIONS) == {
        "latin_family": "required",
        "email": "required",
        "consent": "must-agree",
        "answers.bus": "required",
    }


@given(st.text(max_size=160))
def test_any_name_is_kept_or_refused(name: str) -> None:
    for part, reasons in (("native_full", ()), ("latin_given", ("not-latin",))):
        found = faults({**LEAST, part: name})
        if found:
            assert found in [
                {part: reason} for reason in ("too-long", "not-plain", "line-break", "not-a-letter", *reasons)
            ]
        else:
            assert is_plain(name.strip())
            assert RegistrationSchema().load({**LEAST, part: name})[part] == name.strip()


@pytest.mark.parametrize(
    ("native", "order", "wanted"),
    [
        ("刘春", "", "family-first"),
        ("", "", "given-first"),
        ("Иванов", "", "given-first"),
        ("刘春", "given-first", "given-first"),
    ],
)
def test_the_name_order_of_an_applicant_follows_the_script_unless_given(native: str, order: str, wanted: str) -> None:
    applicant = Applicant(latin_family="Liu", native_full=native, name_order=order)
    assert (applicant.name_order, applicant.as_person["name_order"]) == (wanted, wanted)
