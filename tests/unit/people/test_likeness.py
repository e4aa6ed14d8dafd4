"""Which records are proposed as one, and why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forumapp.domain.people.names.likeness import (
    COMMON,
    Double,
    Face,
    House,
    Reason,
    core_of,
    initials_of,
    like_houses,
    like_people,
)

CHAMBER = frozenset({"house 1"})
LIU = Face(1, ("Liu", "Chun"), "刘春")


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (("Liu", "Chun", ""), ("Chun", "Liu", ""), Reason.SAME_LATIN),
        (("LIU", "chun", ""), ("Liu", "Chun", ""), Reason.SAME_LATIN),
        (("", "Liu Chun", ""), ("Liu", "Chun", ""), Reason.SAME_LATIN),
        (("Liú", "Chūn", ""), ("Liu", "Chun", ""), Reason.SAME_LATIN),
        (("Wang", "Jian-guo", ""), ("Wang", "Jianguo", ""), Reason.SAME_LATIN),
        (("Wang", "Jian guo", ""), ("Jianguo", "Wang", ""), Reason.SAME_LATIN),
        (("O’Brien", "Ann", ""), ("OBrien", "Ann", ""), Reason.SAME_LATIN),
        (("", "", "刘春"), ("", "", "刘春"), Reason.SAME_NATIVE),
        (("Liu", "Chun", "刘春"), ("Lau", "Chun", "刘春"), Reason.SAME_NATIVE),
        (("", "", "约翰·史密斯"), ("", "", "约翰•史密斯"), Reason.SAME_NATIVE),
        (("", "", "约翰·史密斯"), ("", "", "史密斯·约翰"), Reason.SAME_NATIVE),
        (("Liu", "Chun", ""), ("", "", "刘春"), Reason.READ_ALIKE),
        (("Chun", "Liu", ""), ("", "", "刘春"), Reason.READ_ALIKE),
        (("Shan", "Liwen", ""), ("", "", "单立文"), Reason.READ_ALIKE),
        (("Lyu", "Wei", ""), ("", "", "吕薇"), Reason.READ_ALIKE),
        (("Ouyang", "Xiuying", ""), ("", "", "欧阳秀英"), Reason.READ_ALIKE),
        (("Xiuying", "Ouyang", ""), ("", "", "欧阳秀英"), Reason.READ_ALIKE),
        (("Li", "Wei", "李伟"), ("Li", "Wei", "李薇"), None),
        (("Liu", "Chun", "刘春"), ("Liu", "Chun", "劉春"), Reason.SAME_NATIVE),
        (("", "", "龙体后"), ("", "", "龍體後"), Reason.SAME_NATIVE),
        (("", "Ms. Liu Chun", ""), ("Liu", "Chun", ""), Reason.SAME_LATIN),
        (("Liu", "Prof. Dr. Chun", ""), ("Chun", "Liu", ""), Reason.SAME_LATIN),
        (("", "", "刘春女士"), ("", "", "刘春"), Reason.SAME_NATIVE),
        (("", "Mr. Liu", ""), ("", "Ms. Liu", ""), None),
        (("", "", "刘先生"), ("", "", "刘女士"), None),
        (("Liu", "Chun", ""), ("Liu", "Xia", ""), None),
        (("", "", "刘春"), ("", "", "刘纯"), None),
        (("Smith", "Ann", ""), ("", "", "刘春"), None),
        (("", "", ""), ("", "", ""), None),
    ],
)
def test_people_are_alike_across_script_order_and_spelling(
    one: tuple[str, str, str], other: tuple[str, str, str], reason: Reason | None
) -> None:
    faces = [Face(number, (family, given), native) for number, (family, given, native) in enumerate((one, other))]
    wanted = [Double(0, 1, reason)] if reason else []
    assert like_people(faces) == like_people(faces[::-1]) == wanted


def test_two_that_sound_alike_need_a_house_or_an_address_in_common() -> None:
    faces = [Face(1, ("Li", "Wei"), "李伟", bonds=CHAMBER), Face(2, ("Li", "Wei"), "李薇", bonds=CHAMBER)]
    assert like_people(faces) == [Double(1, 2, Reason.SOUND_ALIKE)]


def test_other_spellings_count_too() -> None:
    assert like_people([LIU, Face(2, ("Smith", "Ann"), others=("Chun Liu",))]) == [Double(1, 2, Reason.SAME_LATIN)]


@pytest.mark.parametrize("bonds", [frozenset(), CHAMBER])
def test_of_a_common_name_each_is_held_against_the_first_and_those_that_share_something_else(
    bonds: frozenset[str],
) -> None:
    many = [Face(number, ("Zhang", "Wei"), bonds=bonds) for number in range(10, 10 + COMMON + 1)]
    firsts = [Double(10, face.id, Reason.SAME_LATIN) for face in many[1:]]
    assert like_people(many) == like_people(many[::-1]) == firsts
    office = frozenset({"mail office@a.example"})
    bound = [Face(20, ("Wei", "Zhang"), bonds=office), Face(21, ("Zhang", "Wei"), bonds=office)]
    found = like_people([*many, *bound])
    assert found == [
        *firsts,
        *(Double(10, face.id, Reason.SAME_LATIN) for face in bound),
        Double(20, 21, found[-1].reason),
    ]


NAMES = st.text("abcdeéü -'", max_size=8)
NATIVE = st.text("刘春李伟薇欧阳·", max_size=4)
FACES = st.builds(Face, st.integers(1, 9), st.tuples(NAMES, NAMES), NATIVE, bonds=st.frozensets(st.sampled_from("xy")))


@given(st.lists(FACES, max_size=7, unique_by=lambda face: face.id))
def test_whatever_people_are_called(faces: list[Face]) -> None:
    """Each pair once, the smaller id first, whatever the order in which they come; and a twin is always found."""
    found = like_people(faces)
    assert {(one.low, one.high, one.reason) for one in found} == {
        (one.low, one.high, one.reason) for one in like_people(faces[::-1])
    }
    assert len({(one.low, one.high) for one in found}) == len(found)
    assert all(one.low < one.high for one in found)
    for face in faces[:1]:
        twin = Face(99, face.latin, face.native, bonds=face.bonds)
        named = bool(face.native.strip("·") or "".join(face.latin).strip(" -'"))
        pairs = {(one.low, one.high) for one in like_people([face, twin])}
        assert pairs == ({(face.id, 99)} if named else set())


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (["Port of Oakland"], ["port of oakland"], Reason.SAME_NAME),
        (["Google"], ["Google LLC"], Reason.BUT_FOR_ITS_FORM),
        (["Bay Trading Inc."], ["Bay Trading Co., Ltd."], Reason.BUT_FOR_ITS_FORM),
        (["The Port of Oakland"], ["Port of Oakland"], Reason.BUT_FOR_ITS_FORM),
        (["港口贸易有限公司"], ["港口贸易"], Reason.BUT_FOR_ITS_FORM),
        (["港口貿易有限公司"], ["港口贸易有限公司"], Reason.SAME_NAME),
        (["港口貿易責任有限公司"], ["港口贸易有限责任公司"], Reason.BUT_FOR_ITS_FORM),
        (["港口贸易股份有限公司"], ["港口贸易有限公司"], Reason.BUT_FOR_ITS_FORM),
        (["Bay Area Council"], ["BAC"], Reason.ABBREVIATION),
        (["Bay Area Council"], ["Bay Area Commission"], None),
        (["Company"], ["Limited"], None),
        (["公司"], ["集团"], None),
        (["A"], ["B"], None),
    ],
)
def test_organizations_are_alike_but_for_their_form(one: list[str], other: list[str], reason: Reason | None) -> None:
    houses = [House(0, tuple(one)), House(1, tuple(other))]
    assert like_houses(houses) == ([Double(0, 1, reason)] if reason else [])


def test_an_abbreviation_is_the_name_of_another() -> None:
    long = House(1, ("China Chamber of Commerce",), abbreviations=("CCCME",))
    assert like_houses([long, House(2, ("CCCME",))]) == [Double(1, 2, Reason.ABBREVIATION)]


def test_one_name_in_two_countries_is_two_organizations() -> None:
    houses = [
        House(1, ("Ministry of Commerce",), country_region="CN"),
        House(2, ("Ministry of Commerce",), country_region="KH"),
    ]
    assert like_houses(houses) == []
    assert like_houses([houses[0], House(3, ("Ministry of Commerce",))]) == [Double(1, 3, Reason.SAME_NAME)]


@given(st.text(max_size=30))
def test_what_is_left_of_a_name_says_something_if_the_name_did(name: str) -> None:
    assert isinstance(initials_of(name), str)
    core = core_of(name)
    assert core_of(f"{name}有限公司") in (core, core_of(name + "有限公司"))
    if core:
        assert core_of(f"{name.strip()} Ltd") != ""
