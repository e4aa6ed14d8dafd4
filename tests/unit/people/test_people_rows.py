"""What a row of somebody's table says about a person or an organization."""

from __future__ import annotations

import pytest

from forumapp.core.files.spreadsheets import TableRow, read_table
from forumapp.domain.people.spreadsheets.rows import (
    ORGANIZATION_HEADINGS,
    PERSON_FIELDS,
    PERSON_HEADINGS,
    RowFault,
    guess,
    read_organization,
    read_person,
)

EVENTBRITE = ("Order #", "First Name", "Last Name", "Email", "Job Title", "Company", "Cell Phone")
PLAIN_CHINESE = ("姓名", "拼音", "单位", "职务", "手机", "微信", "邮箱", "备注")


def draft(text: str):
    table = read_table(text.encode())
    return read_person(table.rows[0], guess(table.headings, PERSON_HEADINGS))


@pytest.mark.parametrize(
    ("headings", "meant"),
    [
        (EVENTBRITE, ("", "latin_given", "latin_family", "email", "title.en", "organization.en", "phone")),
        (
            PLAIN_CHINESE,
            ("native", "latin", "organization.zh-Hans", "title.zh-Hans", "phone", "wechat", "email", ""),
        ),
        (("Name", "Full name"), ("latin", "")),
        (("母语姓名的姓", "母语姓名的名", "母语姓名的语言"), ("native_family", "native_given", "native_language")),
        (("母语姓名", "手机"), ("native", "phone")),
        (("name_local", "NAME-LATIN", " Title_EN "), ("native", "latin", "title.en")),
    ],
)
def test_headings_are_known_by_what_other_programs_call_them(headings, meant) -> None:
    assert tuple(guess(headings, PERSON_HEADINGS).values()) == meant


def test_every_field_has_a_heading_of_its_own() -> None:
    named = [name for names in PERSON_HEADINGS.values() for name in names]
    assert set(PERSON_HEADINGS) == set(PERSON_FIELDS)
    assert len(named) == len(set(named))


@pytest.mark.parametrize(
    ("text", "native", "latin"),
    [
        ("姓名 Name\n何丽\n", "何丽", ""),
        ("姓名 Name\nMichael Lee\n", "", "Michael Lee"),
        ("姓名 Name\n何丽 HE Li\n", "何丽", "He Li"),
        ("Name\n何丽\n", "何丽", ""),
        ("Name\nMichael Lee\n", "", "Michael Lee"),
        ("姓名,拼音\nMarc Pons,\n", "Marc Pons", ""),  # its own column says what it is
        ("Name\nสมชาย\n", "", "สมชาย"),
    ],
)
def test_the_script_of_a_cell_decides_in_a_single_column_of_names(text: str, native: str, latin: str) -> None:
    values = draft(text).values
    assert (values["native_full"], f"{values['latin_family']} {values['latin_given']}".strip()) == (native, latin)


@pytest.mark.parametrize(
    ("text", "native", "latin"),
    [
        ("Name\n何，丽\n", "何丽", ""),
        ("Name\n，何　　丽、\n", "何丽", ""),
        ('Name\n"何,  丽"\n', "何丽", ""),
        ("Name,姓名\n何，丽,\n", "", "何丽"),
        ("Name,Family name\nสมชาย，  ใจดี,\n", "", "สมชาย ใจดี"),
    ],
)
def test_a_name_of_another_script_has_no_commas_and_double_spaces(text: str, native: str, latin: str) -> None:
    values = draft(text).values
    assert (values["native_full"], values["latin_given"]) == (native, latin)


def test_a_name_that_cannot_be_split_is_kept_whole_and_asked_about() -> None:
    one = draft('Name,姓名\n"Hon Andrew LEUNG  Kwan-yuen, GBS",梁君彥\n')
    assert (one.values["latin_given"], one.values["latin_family"]) == ("Hon Andrew LEUNG Kwan-yuen GBS", "")
    assert one.values["native_full"] == "梁君彥"
    assert one.values["flags"] == ["latin-name-undivided"]
    assert one.notices == (RowFault("Name", "name-not-split"),)


@pytest.mark.parametrize(
    ("text", "names", "order"),
    [
        ('姓名,拼音\n何丽,"HE, Li"\n', ("He", "Li", "何丽"), "family-first"),
        ("姓名,拼音\n刘秀英,LIU  Xiuying\n", ("Liu", "Xiuying", "刘秀英"), "family-first"),
        ("姓名,拼音\n张海涛,Haitao ZHANG\n", ("Zhang", "Haitao", "张海涛"), "given-first"),
        ("Name\n张海涛 ZHANG Haitao\n", ("Zhang", "Haitao", "张海涛"), "family-first"),
        ("姓名\n郭子涵（Guo Zihan）\n", ("Guo", "Zihan", "郭子涵"), "family-first"),
        ("Name\nJohn KENNEDY\n", ("KENNEDY", "John", ""), "given-first"),
        ("Name\nCHEN Xiaoming\n", ("CHEN", "Xiaoming", ""), "family-first"),
    ],
)
def test_a_name_in_one_cell_is_split_for_review(text: str, names: tuple[str, str, str], order: str) -> None:
    one = draft(text)
    assert tuple(one.values[name] for name in ("latin_family", "latin_given", "native_full")) == names
    assert one.values["name_order"] == order
    assert "flags" not in one.values
    assert [(notice.code, notice.among) for notice in one.notices] == [("name-split", names[:2])]


@pytest.mark.parametrize(
    ("text", "expected", "codes"),
    [
        ("Name\nDr. Anna-Lena MÜLLER-ÖZ\n", ("MÜLLER-ÖZ", "Anna-Lena", "", "Dr."), ["title-moved", "name-split"]),
        ('Name\n"Prof. Dr. Lee, Ann"\n', ("Lee", "Ann", "", "Prof. Dr."), ["title-moved", "name-split"]),
        ("First name,Last name\nMr Drew,Missoni\n", ("Missoni", "Mr Drew", "", ""), []),
        ("Name\nDr Hon LAU Wong-fat\n", ("LAU", "Wong-fat", "", "Dr Hon"), ["title-moved", "name-split"]),
        ("Name\nHon Mrs Regina IP\n", ("IP", "Regina", "", "Hon Mrs"), ["title-moved", "name-split"]),
        ("Name\nHon Alice MAK Mei-kuen\n", ("", "Alice MAK Mei-kuen", "", "Hon"), ["title-moved", "name-not-split"]),
        ("Name\nMS Dhoni\n", ("", "MS Dhoni", "", ""), ["name-not-split"]),
        ("Name\nMR John Smith\n", ("", "John Smith", "", "MR"), ["title-moved", "name-not-split"]),
        ("Name\nHon Wai KWOK\n", ("KWOK", "Hon Wai", "", ""), ["name-split"]),
        ("Name\nHon Wai Kwok\n", ("", "Hon Wai Kwok", "", ""), ["name-not-split"]),
        ("Name,Salutation\nDr. Lee,Professor\n", ("", "Lee", "", "Professor"), ["title-moved", "name-not-split"]),
        ("姓名\n林 心如\n", ("", "", "林心如", ""), ["blanks-left-out"]),
        ("姓名\n约翰 史密斯\n", ("", "", "约翰 史密斯", ""), []),
    ],
)
def test_titles_and_blanks_are_no_part_of_a_name(
    text: str, expected: tuple[str, str, str, str], codes: list[str]
) -> None:
    one = draft(text)
    names = tuple(one.values[name] for name in ("latin_family", "latin_given", "native_full"))
    assert (*names, one.values["form_of_address"].get("en", "")) == expected
    assert [notice.code for notice in one.notices] == codes


def test_a_comma_says_that_a_single_name_is_the_family_name() -> None:
    assert draft("Name\nSuharto\n").notices == (RowFault("Name", "name-not-split"),)
    assert draft('Name\n"Suharto,"\n').values["latin_family"] == "Suharto"


def test_commas_and_double_spaces_of_two_cells_never_reach_a_badge() -> None:
    one = draft('First name,Last name\n"Tai  Man ","CHAN,"\n')
    assert (one.values["latin_family"], one.values["latin_given"]) == ("CHAN", "Tai Man")


@pytest.mark.parametrize(
    ("cell", "number", "code"),
    [
        ("+86 138 0000 0000", "+86 138 0000 0000", ""),
        ("+86 10 1234 5678 ext. 9", "+86 10 1234 5678 ext. 9", ""),
        ("13800000000", "13800000000", "phone-without-country-code"),
        ("010-12345678转9", "010-12345678转9", "phone-without-country-code"),
        ("+86 10 12345678-801 (office)", "+86 10 12345678 ext. 801", "phone-in-part"),
        ("13800000000/13900000000", "13800000000", "phone-in-part phone-without-country-code"),
        ("021-55556666 分机 12 / 13800000000", "021-55556666", "phone-in-part phone-without-country-code"),
        ('"13800000000\n13900000000"', "13800000000", "phone-in-part phone-without-country-code"),
        ("138", None, "phone-left-out"),
        ("1.38E+10", None, "phone-left-out"),
        ("+86 138", None, "phone-left-out"),
        ("同团长", None, "phone-left-out"),
    ],
)
def test_an_odd_phone_cell_is_a_notice_and_no_fault(cell: str, number: str | None, code: str) -> None:
    one = draft(f"姓名,手机\n何丽,{cell}\n")
    assert one.values.get("phone") == number
    assert one.faults == ()
    assert [notice.code for notice in one.notices] == code.split()


@pytest.mark.parametrize(
    ("heading", "cell", "value", "fault"),
    [
        ("工作单位", "江苏省商务厅\n外贸处", "江苏省商务厅 外贸处", ""),
        ("Title", "Vice\r\nGovernor", "Vice Governor", ""),
        ("Title", "Vice\u2028Governor", "Vice Governor", ""),
        ("微信", "\twx_12345\n", "wx_12345", ""),
        ("称呼", "Ann\tLee", "Ann\tLee", "not-plain"),
        ("Title", "Vice\x85Governor", "Vice\x85Governor", "not-plain"),
        ("微信", "wx\x0b12345", "wx\x0b12345", "not-plain"),
        ("Biography", "One\ntwo\tthree", "One\ntwo\tthree", ""),
    ],
)
def test_the_lines_of_a_one_line_cell_are_joined_and_other_controls_are_faults(
    heading: str, cell: str, value: str, fault: str
) -> None:
    one = draft(f'姓名,{heading}\n何丽,"{cell}"\n')
    held = (*one.title.values(), *one.organization.values(), one.values.get("wechat"), one.values["call_name"])
    assert value in (*held, *one.values["biography"].values())
    assert [(each.heading, each.code) for each in one.faults] == ([(heading, fault)] if fault else [])
    is_joined = " " in value and not fault
    assert [(each.code, each.among) for each in one.notices] == ([("lines-joined", (value,))] if is_joined else [])


def test_a_name_in_two_cells_is_taken_as_it_is_divided() -> None:
    one = draft("First name,Last name,Order of the Latin name\nChun,Liu,family first\n")
    assert {name: one.values[name] for name in ("latin_given", "latin_family", "name_order")} == {
        "latin_given": "Chun",
        "latin_family": "Liu",
        "name_order": "family-first",
    }
    assert "flags" not in one.values


@pytest.mark.parametrize(
    ("order", "found"), [("", "family-first"), ("名在前", "given-first"), ("姓在前", "family-first")]
)
def test_a_chinese_name_puts_the_family_first_unless_it_is_said(order: str, found: str) -> None:
    one = draft(f"姓名,姓（拼音）,名（拼音）,姓名顺序\n吴用,Wu,Yong,{order}\n")
    assert one.values["name_order"] == found


@pytest.mark.parametrize(
    "phone",
    [
        "13800000000",
        "(010) 1234-5678",
        "+86 10 1234 5678 ext. 9",
        "010-12345678转9",
        "＋86 138 0000 0000",
        "0012135550122",
    ],
)
def test_numbers_are_taken_as_they_are_dialed(phone: str) -> None:
    one = draft(f"Name,Phone\nA B,{phone}\n")
    assert (one.values["phone"], one.faults) == (phone, ())


def test_a_post_with_title_and_organization_in_both_languages() -> None:
    one = draft("姓名,职务,英文职务,单位,英文单位\n方伟,副省长,Vice Governor,江苏省,Jiangsu\n")
    assert one.title == {"en": "Vice Governor", "zh-Hans": "副省长"}
    assert one.organization == {"en": "Jiangsu", "zh-Hans": "江苏省"}


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        pytest.param("Name,Email\n,a@b.example\n", (RowFault("", "no-name"),), id="nobody"),
        pytest.param("Name\n\u200b\n", (RowFault("Name", "not-plain"), RowFault("", "no-name")), id="unseen"),
        pytest.param(f"Name\n{'x' * 151}\n", (RowFault("Name", "too-long"),), id="a name longer than any"),
        pytest.param("Name,Email\nA B,a at b\n", (RowFault("Email", "not-an-address"),), id="no address"),
        pytest.param("Name\nA B,c\n", (RowFault("", "too-many-cells"),), id="a comma too many"),
        pytest.param("Name,Speaks\nA B,en; Chinese!\n", (RowFault("Speaks", "not-a-language"),), id="no language"),
        pytest.param("Name\nA B 😀\n", (RowFault("Name", "not-a-letter"),), id="a picture in a name"),
        pytest.param(
            "Name,Company\nA B,Acme™ 😀\n", (RowFault("Company", "not-a-letter"),), id="a picture in an office"
        ),
        pytest.param("Name,Name order\nA B,sideways\n", (RowFault("Name order", "not-an-option"),), id="no order"),
    ],
)
def test_faults_name_the_column(text: str, faults: tuple[RowFault, ...]) -> None:
    assert draft(text).faults == faults


def test_an_organization() -> None:
    table = read_table(
        "名称,英文全称,缩写,Country/Region,Type\n中国机电产品进出口商会,China Chamber,CCCME,cn,Association\n".encode()
    )
    one = read_organization(table.rows[0], guess(table.headings, ORGANIZATION_HEADINGS), ["association"])
    assert one.values == {
        "legal": {"en": "China Chamber", "zh-Hans": "中国机电产品进出口商会"},
        "short": {},
        "abbreviation": {"en": "CCCME"},
        "also_known_as": [],
        "country_region": "CN",
        "kind": "association",
    }
    assert one.faults == ()


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Inc; LLC\n", ["Inc; LLC"]), ("Inc; LLC\nA；B", ["Inc; LLC", "A；B"]), ("Inc; LLC；Old", ["Inc", "LLC", "Old"]),
        ("One", ["One"]), ("x" * 501, ["x" * 501]),
    ],
)  # fmt: skip
def test_further_names_stand_on_lines_or_apart_by_semicolons(cell: str, names: list[str]) -> None:
    one = read_person(
        TableRow(2, {"Name": "A B", "Also known as": cell}), {"Name": "latin", "Also known as": "also_known_as"}
    )
    assert one.values["also_known_as"] == names
    assert one.faults == ((RowFault("Also known as", "too-long"),) if len(cell) > 500 else ())


def test_an_organization_of_no_name_kind_and_region() -> None:
    row = TableRow(7, {"Name": " ", "Country": "China", "Kind": "club"})
    mapping = {"Name": "legal.en", "Country": "country_region", "Kind": "kind"}
    one = read_organization(row, mapping, ["association"])
    assert one.number == 7
    assert one.faults == (
        RowFault("Country", "too-long"),
        RowFault("Country", "not-a-region"),
        RowFault("Kind", "not-an-option"),
        RowFault("", "no-name"),
    )
