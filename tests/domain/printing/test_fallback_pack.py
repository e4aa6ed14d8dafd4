"""The fallback pack: everyone stands once in each of its lists, and blank badges name nobody."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest

from forumapp.core.errors import Forbidden
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.people.models import Person
from forumapp.domain.printing.fallback_pack import blank_badges, layout, typesetting
from forumapp.domain.printing.fallback_pack.blank_badges import MM
from forumapp.domain.printing.fallback_pack.queries import pack_values
from forumapp.domain.printing.fallback_pack.values import Group, PackValues, first_of
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.list_papers.lists import HEIGHT
from forumapp.domain.printing.models import Paper
from forumapp.domain.printing.pdf import binding
from forumapp.domain.printing.production.finished_papers import make_book
from forumapp.domain.printing.rules import Options
from forumapp.domain.registration.capacity.statements import add_code
from forumapp.domain.registration.models import Registration
from tests.domain.conftest import BY, NOW
from tests.domain.delegations.test_coaches import Coaches
from tests.domain.delegations.test_delegations import make_registration
from tests.seeds import seed_access

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.printing.paper.documents import BadgeValues
    from tests.domain.conftest import Forum

PARTS = ("Everyone by name", "Chinese names by pinyin", "By delegation", "By coach", "Not on the list", "Blank badges")


def listed(groups: Sequence[Group]) -> list[tuple[str, list[int]]]:
    return [(next(iter(one.head.values())), [each.registration_id for each in one.people]) for one in groups]


@pytest.mark.one_database
def test_everyone_stands_once_in_each_list_and_blank_badges_name_nobody(
    session: DbSession, forum: Forum, tmp_path: Path
) -> None:
    coaches = Coaches(session, forum)
    run = coaches.run(coaches.north)
    north, south, *_ = coaches.people
    coaches.seat(run, north)
    alone = make_registration(session, forum, "Zeng").id
    for one in (*coaches.people.values(), alone):
        add_code(session, forum.edition.id, one)
    who = session.get_one(Person, session.get_one(Registration, coaches.people[south]).person_id)
    who.native_full, who.native_language = "曾芳", "zh-Hans"
    session.flush()

    values = pack_values(session, forum.edition, Options(), now=NOW)
    people = sorted([*coaches.people.values(), alone])
    for groups in (values.by_name, values.by_delegation):
        assert sorted(each for _head, those in listed(groups) for each in those) == people
    assert listed(values.by_name)[-1] == ("Z", [alone])
    assert listed(values.by_native) == [("Z", [coaches.people[south]])]  # a name that is read Zeng here
    assert listed(values.by_delegation)[-1] == ("In no delegation", [alone])
    assert [[one.registration_id for one in coach.riders] for coach in values.coaches] == [[coaches.people[north]]]

    file = tmp_path / "pack.pdf"
    file.write_bytes(make_book(values, tmp_path))
    pages = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    told = pages.split("\f")[:-1]
    assert [next(part for part in PARTS if part in page) for page in told[1:5]] == list(PARTS[:4])
    assert [all(f"{number} / {len(told)}" in page for number, page in enumerate(told, 1)), "ersion 1" in told[-1]] == [
        True
    ] * 2
    codes = {one.registration_id: one.short_code for one in values.people}
    times = {one: pages.count(code) for one, code in codes.items()}
    assert "(continued)" not in pages
    assert times == dict.fromkeys(people, 2) | {coaches.people[north]: 3, coaches.people[south]: 3}
    assert PARTS[-1] in told[-1]
    assert len(first_of(values, 1).people) < len(values.people)


@pytest.mark.one_database
def test_long_lists_go_on_under_their_heads_and_the_contents_lead_to_what_begins(
    session: DbSession, forum: Forum, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typesetting, "MOST", 120)
    coaches = Coaches(session, forum)
    coaches.seat(coaches.run(coaches.north), next(iter(coaches.people)))
    for one in coaches.people.values():
        add_code(session, forum.edition.id, one)
    values = pack_values(session, forum.edition, Options(), now=NOW)
    (rider,) = values.coaches[0].riders
    many = tuple(
        replace(rider, registration_id=n, short_code=f"CODE{n:04}", latin_name=f"Name{n:04}") for n in range(300)
    )
    long = (Group({"": "A"}, many[:290], 290), Group({"": "B"}, many[290:], 10))
    north, south = (Group({"en": name, "zh-Hans": name}, some, 150)
                    for name, some in (("The North", many[:150]), ("The South", many[150:])))  # fmt: skip
    coach = replace(values.coaches[0], vehicle={"en": "Bus One"}, riders=many[:60])
    values = replace(values, by_name=long, by_native=(), by_delegation=(north, south), coaches=(coach,))

    file = tmp_path / "pack.pdf"
    file.write_bytes(make_book(values, tmp_path))
    told = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    pages = told.split("\f")[:-1]
    assert [told.count(one.short_code) for one in many] == [3] * 60 + [2] * 240
    assert [f"{number} / {len(pages)}" in page for number, page in enumerate(pages, 1)] == [True] * len(pages)

    # Every page names its part, every list its columns, and what goes on says so, from the second page on.
    of_part = {part: [page for page in pages[1:] if f"· {part}" in page.strip().splitlines()[0]] for part in PARTS}
    assert sum(map(len, of_part.values())) == len(pages) - 1
    listed = [page for page in pages if "CODE0" in page]
    assert all("Name" in page and "Code" in page for page in listed)
    for part, name in (("By delegation", "The North"), ("By delegation", "The South"), ("By coach", "Bus One")):
        here = [page for page in of_part[part] if name in page]
        assert len(here) > 1
        assert [is_said_to_go_on(page, name) for page in here] == [False, *[True] * (len(here) - 1)]
    # By name, a page says from whom to whom it goes.
    for page in of_part["Everyone by name"]:
        names = [word for word in page.split() if word.startswith("Name0")]
        assert f"{names[0]} – {names[1]}" in squeezed(page)
        assert (names[0], names[1]) == (names[2], names[-1])

    # A list flows on: however many rows are laid out at once, no page before its last is less full than others.
    for part in ("Everyone by name", "By delegation"):
        _first, *between, _last = (len(re.findall(r"CODE\d+", page)) for page in of_part[part])
        assert min(between) > max(between) - 4  # which the head of a letter or a delegation takes
    assert "(continued)" not in "".join(of_part["Everyone by name"])

    numbers = {part: 2 + pages[1:].index(of_part[part][0]) for part in PARTS if of_part[part]}
    assert {part: f" {number}" in line_with(part, pages[0]) for part, number in numbers.items()} == dict.fromkeys(
        numbers, True
    )
    for name in ("The North", "The South", "Bus One"):
        (first, *_) = (number for number, page in enumerate(pages[1:], 2) if name in page)
        assert line_with(name, pages[0]).split()[-1] == str(first)
    with pikepdf.open(file) as pdf:
        links = {str(link.Dest): link for page in pdf.pages for link in page.get("/Annots", ())}
        assert set(links) == set(binding.places_in(pdf))
        assert binding.places_in(pdf)["by-delegation-1"] + 1 == int(line_with("The South", pages[0]).split()[-1])
        fonts = {font.objgen: str(font.BaseFont) for page in pdf.pages for font in page.Resources.Font.values()}
        with pdf.open_outline() as outline:
            assert [one.title for one in outline.root] == [part for part in PARTS if part in numbers]
    assert sum("Latin" in one for one in fonts.values()) == 2  # of all parts, plain and bold


@pytest.mark.one_database
@pytest.mark.parametrize(("most", "count", "long"), [(60, 80, 57), (2, 4, 1)])
def test_whoever_has_a_row_longer_than_a_page_stands_once_wherever_what_is_laid_out_at_once_ends(
    session: DbSession, forum: Forum, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, count: int, long: int
) -> None:
    monkeypatch.setattr(typesetting, "MOST", most)
    values, many = listed_by_name(session, forum, count)
    many[long] = replace(many[long], organization={"en": "Chamber of commerce " * 150})
    values = replace(values, by_name=(Group({"": "A"}, tuple(many), count),))

    file = tmp_path / "pack.pdf"
    file.write_bytes(make_book(values, tmp_path))
    told = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    assert re.findall(r"CODE\d+", told) == [one.short_code for one in many]
    assert sum("Chamber" in page for page in told.split("\f")) > 1
    assert len(re.findall("Chamber", told)) == 150


@pytest.mark.one_database
def test_each_font_stands_once_in_a_pack_whose_first_rows_need_fewer_than_later_ones(
    session: DbSession, forum: Forum, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typesetting, "MOST", 30)
    values, many = listed_by_name(session, forum, 120)
    for place, each in enumerate(many[40:], 40):
        native = {"native_name": "曾芳李明"[place % 4], "native_lang": "zh-Hans"}
        many[place] = replace(each, **native, organization={"en": "湖南商会"[place % 3 :]})
    some = tuple(many)
    values = replace(values, by_name=(Group({"": "A"}, some, 120),), by_native=(Group({"": "Z"}, some[40:], 80),))

    file = tmp_path / "pack.pdf"
    file.write_bytes(make_book(values, tmp_path))
    with pikepdf.open(file) as pdf:
        fonts = {font.objgen: str(font.BaseFont) for page in pdf.pages for font in page.Resources.Font.values()}
    assert sorted(one.rpartition("+")[2] for one in fonts.values()) == [
        "Paper-Han", "Paper-Han-Bold", "Paper-Latin", "Paper-Latin-Bold",
    ]  # fmt: skip
    told = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True).stdout
    assert min(told.count(one) for one in "曾芳李明") >= 40  # and more, as pages say from whom to whom they go
    assert told.count("会") == 160


@pytest.mark.one_database
def test_a_thousand_people_of_a_list_are_one_piece_of_work(session: DbSession, forum: Forum) -> None:
    values, many = listed_by_name(session, forum, 2200)
    groups = (Group({"": "A"}, tuple(many[:900]), 900), Group({"": "B"}, tuple(many[900:]), 1300))
    *pieces, _walk_ins = layout.lay(replace(values, by_name=groups)).pieces
    codes = [re.findall(r"CODE\d+", piece) for piece in pieces]
    assert [len(one) for one in codes] == [1000, 1000, 200]
    assert [code for one in codes for code in one] == [one.short_code for one in many]
    heads = [re.findall(r'class="group" id="(.*?)"', piece) for piece in pieces]
    assert heads == [["by-name-0", "by-name-1"], [], []]


@pytest.mark.one_database
def test_in_chinese_people_stand_by_their_own_script_first(session: DbSession, forum: Forum, tmp_path: Path) -> None:
    coaches = Coaches(session, forum)
    coaches.seat(coaches.run(coaches.north), next(iter(coaches.people)))
    for person in coaches.people.values():
        add_code(session, forum.edition.id, person)
    values = pack_values(session, forum.edition, Options(languages=("zh-Hans",)), now=NOW)
    (rider,) = values.coaches[0].riders
    one = replace(rider, latin_name="LI Ming", native_name="李明", native_lang="zh-Hans")
    group = Group({"zh-Hans": "北方"}, (one,), 1)
    coach = replace(values.coaches[0], riders=(one,))
    values = replace(values, by_name=(), by_native=(), by_delegation=(group,), coaches=(coach,))

    file = tmp_path / "pack.pdf"
    file.write_bytes(make_book(values, tmp_path))
    told = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout

    assert re.findall("LI Ming|李明", told) == ["李明", "LI Ming"] * 2


@pytest.mark.one_database
def test_no_word_is_broken_behind_another_and_no_line_of_a_name_begins_with_its_mark(
    session: DbSession, forum: Forum, tmp_path: Path
) -> None:
    values, many = listed_by_name(session, forum, 14)
    kinds = [{"en": one, "zh-Hans": "参会代表团成员"} for one in ("Delegate", "Multiculturally")]
    people = (replace(one, type_name=kinds[n % 2], native_name="文" * n + "・文文", native_lang="zh-Hans")
              for n, one in enumerate(many, 1))  # fmt: skip
    head = replace(values.head, languages=("zh-Hans", "en"))
    values = replace(values, head=head, by_name=(Group({"": "A"}, tuple(people), 14),))

    file = tmp_path / "pack.pdf"
    file.write_bytes(make_book(values, tmp_path))
    told = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    assert [told.count(one["en"]) for one in kinds] == [7, 7]
    assert re.findall(r"(?m)^\s*・", told) == []


@pytest.mark.one_database
@pytest.mark.parametrize("word", ["WWWWWWWWWWWWWW", "WWWWWWWWW"])
def test_no_word_runs_into_the_next_column(session: DbSession, forum: Forum, tmp_path: Path, word: str) -> None:
    values, (person,) = listed_by_name(session, forum, 1)
    person = replace(person, type_name={"en": word}, organization={"en": "Chamber"})
    values = replace(values, by_name=(Group({"": "A"}, (person,), 1),))

    file = tmp_path / "pack.pdf"
    file.write_bytes(make_book(values, tmp_path))
    told = subprocess.run(["pdftotext", "-bbox", file, "-"], capture_output=True, text=True, check=True).stdout
    words = re.findall(r'xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="[\d.]+">([^<]+)<', told)
    next_column = next(float(left) for left, _, said in words if said == "Chamber")
    parts = [(float(left), float(right)) for left, right, said in words if said[0] == word[0] and said in word]
    assert parts
    assert all(left > next_column or right <= next_column for left, right in parts)


def listed_by_name(session: DbSession, forum: Forum, count: int) -> tuple[PackValues, list[BadgeValues]]:
    """A pack in English without lists, coaches and blank badges, and so many people for its lists."""
    one = make_registration(session, forum, "Zeng").id
    add_code(session, forum.edition.id, one)
    values = pack_values(session, forum.edition, Options(languages=("en",)), now=NOW)
    (person,) = values.people
    many = [
        replace(person, registration_id=n, short_code=f"CODE{n:04}", latin_name=f"Name{n:04}") for n in range(count)
    ]
    empty: dict[str, Any] = dict.fromkeys(("by_name", "by_native", "by_delegation", "coaches"), ())
    return replace(values, blanks=replace(values.blanks, badges=()), **empty), many


def squeezed(page: str) -> str:
    return " ".join(page.split())


def line_with(what: str, page: str) -> str:
    return next(line for line in page.splitlines() if what in line)


def is_said_to_go_on(page: str, name: str) -> bool:
    return "(continued)" in line_with(name, page)


@pytest.mark.parametrize(
    ("width", "height", "size", "places", "turned"),
    [
        (105, 148, "A4", 2, True),
        (105, 148, "Letter", 2, True),
        (101.6, 76.2, "A4", 4, True),
        (101.6, 76.2, "Letter", 4, False),
        (85.6, 54, "A4", 8, False),
        (210, 148, "A4", 1, True),
        (210, 297, "A4", 1, False),
    ],
)
def test_blank_badges_are_as_large_as_they_are_and_keep_off_the_edges(
    width: float, height: float, size: str, places: int, *, turned: bool
) -> None:
    grid = blank_badges.grid(width * MM, height * MM, size)
    assert (grid.places, grid.is_turned) == (places, turned)
    sides = {round(grid.width / MM, 1), round(grid.height / MM, 1)}
    assert sides == {width, height} or height == 297  # what no printer reaches is smaller
    wide, high = HEIGHT[size]
    for x, y in grid.rectangles:
        assert x / MM + 1e-6 >= 5
        assert (x + grid.width) / MM <= wide - 5 + 1e-6
        assert 5 <= y / MM <= (y + grid.height) / MM <= high - 5


@pytest.mark.one_database
def test_whoever_is_limited_to_delegations_has_no_pack_of_all(session: DbSession, forum: Forum) -> None:
    of = forum.edition.id
    for role, may in ((Role.SECRETARIAT, True), (Role.DELEGATION_LIAISON, False), (Role.PRINT_STAFF, False)):
        account = seed_access(session, of, f"{role.value}@x.example", role)
        by = {**BY, "actor": Actor(account.id, Via.PAGE)}
        if may:
            assert services.ask_print(session, of, Paper.FALLBACK_PACK, {}, **by).paper is Paper.FALLBACK_PACK
        else:
            with pytest.raises(Forbidden):
                services.ask_print(session, of, Paper.FALLBACK_PACK, {}, **by)
