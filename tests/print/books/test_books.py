"""Books: every word there, pages whole and well filled, structure tagged."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date

import pikepdf
import pytest
import sample
from lxml import etree
from overlaps import NAMESPACE, divided, flat, heads_alone, lines, overlapping
from PIL import Image
from weasyprint.formatting_structure import boxes

from forumapp.domain.images.checking import check_picture
from forumapp.domain.printing.engine import boxtree
from forumapp.domain.printing.engine.typeset import FINEST, OnlyOurs, Typesetter
from forumapp.domain.printing.paper import photo_resolution
from forumapp.domain.printing.paper.documents import Appearance, Host, Logo, PersonValues, ProgramItem, Venue
from forumapp.domain.printing.paper.layout import Finding
from forumapp.domain.printing.paper.page_formats import Format
from forumapp.domain.printing.pdf import fonts, imposition
from forumapp.domain.printing.production import render
from tests.pictures import photo, svg

BOTH = ("en", "zh-Hans")


@pytest.fixture(scope="module")
def program(font_folder):
    return render.render_program(sample.program(), folder=font_folder)


@pytest.fixture(scope="module")
def booklet(font_folder):
    return render.render_itineraries([sample.itinerary()], folder=font_folder)


@pytest.fixture(scope="module")
def led_by_chinese(font_folder):
    return render.render_program(sample.program(speakers=8), ("zh-Hans", "en"), folder=font_folder)


def words_of(values) -> set[str]:
    texts = [values.head.name, values.head.theme, values.head.place, *(host.name for host in values.head.hosts)]
    people = list(values.speakers)
    for session in (session for day in values.days for session in day.sessions):
        texts += [session.title, session.room, *(item.title for item in session.items)]
        people += [a.person for a in session.people] + [a.person for item in session.items for a in item.people]
    names = {name for person in people for name in (person.latin_name, person.native_name) if name}
    return names | {text for each in texts for text in each.values()} | {t for p in people for t in p.title.values()}


def test_the_program_holds_every_word_in_both_languages(program, poppler):
    # In columns, so that a wrapped title is not cut through by the words beside it.
    found = flat("".join(" ".join(e.itertext()) for e in blocks_of(program, poppler)))
    missing = [text for text in words_of(sample.program()) if flat(text) not in found]
    assert missing == []


def blocks_of(pdf: bytes, poppler):
    tree = etree.fromstring(poppler(pdf, "pdftotext", "-bbox-layout", "{}", "-").encode())
    return list(tree.iter(f"{NAMESPACE}block"))


def test_the_cover_shows_the_stored_ordinal_in_both_languages(program, poppler):
    cover = poppler(program, "pdftotext", "-l", "1", "-layout", "{}", "-")
    assert re.search(r"5th\s*/\s*第五届", cover)
    hosts = [cover.index(host.name["en"][:20]) for host in sample.HEAD.hosts]
    assert hosts == sorted(hosts)


@pytest.mark.parametrize("paper", ["program", "booklet"])
def test_books_are_sound_tagged_and_described(paper, request, poppler):
    pdf = request.getfixturevalue(paper)
    assert "No syntax or stream encoding errors" in poppler(pdf, "qpdf", "--check", "{}")
    rows = [line.split() for line in poppler(pdf, "pdffonts", "{}").splitlines()[2:]]
    assert {(row[-5], row[-4]) for row in rows} == {("yes", "yes")}
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert bool(opened.Root.MarkInfo.Marked)
        assert str(opened.Root.Lang) == "en"
        assert "/StructTreeRoot" in opened.Root
        with opened.open_outline() as outline:
            assert len(outline.root) > 1


def test_contents_name_the_page_on_which_each_session_stands(program, poppler):
    pages = [flat(" ".join(line[4] for line in page)) for page in lines(program, poppler)]
    listed = {}
    for line in poppler(program, "pdftotext", "-f", "2", "-l", "2", "-layout", "{}", "-").splitlines():
        if found := re.match(
            r"\s*\d\d:\d\d\s+(Opening ceremony|Business matchmaking|Signing ceremony)\b.*?(\d+)$", line
        ):
            listed[found[1]] = int(found[2])
    assert sorted(listed) == ["Business matchmaking", "Opening ceremony", "Signing ceremony"]
    assert [title for title, page in listed.items() if flat(title) not in pages[page - 1]] == []


@pytest.mark.parametrize("paper", ["program", "booklet", "led_by_chinese"])
def test_no_two_words_overlap(paper, request, poppler):
    assert overlapping(request.getfixturevalue(paper), poppler) == []


SHAPES = [(1, 10, 18), (1, 4, 3), (1, 7, 1), (2, 10, 9), (2, 6, 30), (1, 10, 0)]


@pytest.mark.parametrize(("days", "sessions", "speakers"), SHAPES)
def test_pages_are_well_filled_and_well_broken(days, sessions, speakers, laid_out):
    pages = laid_out(sample.program(days, sessions, speakers))
    assert len(pages) % 4 == 0
    # Each session and each speaker once: a table that goes on over pages is one element on all of them.
    places: dict[str, set[int]] = {}
    for element in (box.element for page in pages for box in boxtree.on(page) if box.element is not None):
        if place := element.get("data-place"):
            places.setdefault(place, set()).add(id(element))
    assert (len(places), {len(found) for found in places.values()}) == (days * sessions + speakers, {1})
    assert [n for n, page in enumerate(pages, 1) if not boxtree.is_planned(page) and boxtree.fill(page) < 1 / 3] == []
    assert (divided(pages), divided(pages, groups_of="session"), heads_alone(pages)) == ([], [], [])
    for number, page in enumerate(pages, 1):
        rows = [box for box in boxtree.on(page) if box.element is not None]
        blocks = [box for box in rows if box.element.tag in {"h2", "h3"}]
        for heading in blocks:
            below = [
                box
                for box in rows
                if box.element.tag in {"td", "p"} and box.position_y > heading.position_y and box.height
            ]
            assert below, f"a heading ends page {number}"


@pytest.mark.parametrize("language", BOTH)
def test_one_language_alone(language, font_folder, poppler):
    pdf = render.render_program(sample.program(speakers=6), (language,), folder=font_folder)
    text = flat(poppler(pdf, "pdftotext", "{}", "-"))
    other = "zh-Hans" if language == "en" else "en"
    assert flat(sample.HEAD.theme[language]) in text
    assert flat(sample.HEAD.theme[other]) not in text
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert str(opened.Root.Lang) == language


@pytest.mark.parametrize(("size", "width", "height"), [("A4", 419.5, 595.3), ("Letter", 396, 612)])
def test_books_are_half_the_size_of_the_edition_s_paper(size, width, height, font_folder):
    head = replace(sample.HEAD, page_size=size)
    pdf = render.render_program(sample.program(sessions=4, head=head), folder=font_folder)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert [float(v) for v in opened.pages[0].mediabox] == pytest.approx([0, 0, width, height], abs=0.5)


def test_the_foot_says_which_version_this_is_and_when_it_was_printed(program, poppler):
    pages = poppler(program, "pdftotext", "-layout", "{}", "-").split("\f")[1:-1]
    feet = [(re.findall(r"version (\d+), printed (\S+ \S+)", page), "第3版" in page) for page in pages]
    assert feet == [([("3", "2023-05-15 10:30")], True)] * len(pages)


def test_the_booklet_says_what_a_traveler_needs(booklet, poppler):
    text = flat(poppler(booklet, "pdftotext", "{}", "-"))
    for expected in (
        "13:00 Beijing time – 09:30 Los Angeles time, elapsed 11 h 30 min",
        "13:00北京时间–09:30洛杉矶时间，历时11小时30分钟",
        "elapsed 14 h 20 min",
        "+1",
        "Delegation of Jiangnan Province",
        "团长",
    ):
        assert flat(expected) in text
    names = [text.index(flat(person.person.title["en"])) for person in sample.itinerary().members[:1]]
    assert names


def test_the_booklet_tells_the_days_of_the_trip_and_that_it_is_a_sample(font_folder, poppler):
    values = replace(
        sample.itinerary(5),
        head=replace(sample.HEAD, is_sample=True, ranked_on=date(2023, 5, 15)),
        starts_on=date(2023, 5, 20),
        ends_on=date(2023, 5, 26),
        version=12,
    )
    pdf = render.render_itineraries([values], folder=font_folder)
    pages = poppler(pdf, "pdftotext", "{}", "-").split("\f")[:-1]
    assert [text in flat(pages[0]) for text in (flat("20–26 May 2023"), flat("22 May 2023"))] == [True, False]
    marked = [all(flat(mark) in flat(page) for mark in ("· Sample", "· 示例数据")) for page in pages]
    assert marked == [False, *[True] * (len(pages) - 1)]
    # However much the foot says, none of it stands where office printers leave the edge white.
    assert max(line[3] for page in lines(pdf, poppler) for line in page) < (210 - 3.5) / 25.4 * 72


def test_the_running_head_of_a_booklet_is_one_line(booklet, poppler):
    heads = [min(line[1] for line in page) for page in lines(booklet, poppler)[1:]]
    second = [sorted({round(line[1]) for line in page})[1] for page in lines(booklet, poppler)[1:]]
    assert [two - one > 10 for one, two in zip(heads, second, strict=True)] == [True] * len(heads)


def test_an_organization_that_the_title_tells_is_not_told_again(font_folder, poppler):
    person = replace(
        sample.people(1)[0],
        title={"en": "Vice Governor of Jiangnan Province", "zh-Hans": "江南省副省长"},
        organization={"en": "Jiangnan Province", "zh-Hans": "江南省"},
    )
    head = replace(sample.HEAD, hosts=())
    values = replace(sample.program(sessions=1, speakers=1, head=head), speakers=(person,), days=())
    text = flat(poppler(render.render_program(values, folder=font_folder), "pdftotext", "{}", "-"))
    assert [text.count(flat(words)) for words in ("Jiangnan Province", "江南省")] == [1, 1]


def test_everyone_in_an_item_stands_at_one_edge(font_folder, poppler):
    day = sample.program(sessions=1, speakers=1).days[0]
    cast = tuple(
        Appearance("speaker", replace(person, latin_name=f"Signer{n}", native_name=""))
        for n, person in enumerate(sample.people(3))
    )
    item = ProgramItem({"en": "Signing", "zh-Hans": "签约"}, 20, cast)
    session = replace(day.sessions[0], people=(), items=(item,))
    values = replace(sample.program(sessions=1, speakers=1), days=(replace(day, sessions=(session,)),), speakers=())
    pdf = render.render_program(values, ["en"], folder=font_folder)
    found = [line for page in lines(pdf, poppler, "word") for line in page if line[4].startswith("Signer")]
    assert (len(found), len({round(line[0]) for line in found[:3]})) == (6, 1)  # once more in the index


def test_members_stand_in_their_order_without_a_number(booklet, poppler):
    text = poppler(booklet, "pdftotext", "-f", "2", "-l", "2", "{}", "-")
    wanted = [member.person.native_name or member.person.latin_name for member in sample.itinerary().members[:5]]
    places = [text.index(name) for name in wanted]
    assert places == sorted(places)
    assert re.findall(r"^\s*[1-5][.、 ]", text, re.MULTILINE) == []


def test_booklets_of_several_delegations_follow_one_another(font_folder, poppler):
    other = replace(sample.itinerary(5), name={"en": "Delegation of the Delta", "zh-Hans": "三角洲代表团"})
    pdf = render.render_itineraries([sample.itinerary(5), other], folder=font_folder)
    text = poppler(pdf, "pdftotext", "{}", "-")
    assert 0 < text.index("Jiangnan Province") < text.index("Delegation of the Delta")


def test_a_book_folds_for_the_copier(program):
    sheets = imposition.booklet(program)
    assert imposition.pages_in(sheets) == -(-imposition.pages_in(program) // 4) * 2


def test_findings_name_the_person_or_the_session():
    person = replace(
        sample.people(1)[0], latin_name="LIU Yi", native_name="刘\U00031350", title={"en": "Chair"}, organization={}
    )
    values = sample.program(sessions=1, speakers=1)
    day = values.days[0]
    bare = replace(day.sessions[0], title={"en": "Coffee"})
    values = replace(values, speakers=(person,), days=(replace(day, sessions=(bare,)),))
    assert render.preflight_program(values) == [
        Finding(
            "missing-glyph", True, None, "LIU Yi 刘\U00031350", {"character": "\U00031350", "codepoint": "U+31350"}
        ),
        Finding("missing-translation", False, None, "LIU Yi 刘\U00031350", {"part": "title", "language": "zh-Hans"}),
        Finding("missing-translation", False, None, "Coffee", {"part": "session", "language": "zh-Hans"}),
    ]


def test_what_is_not_written_in_the_language_of_a_book_stands_there_in_the_other_and_is_told(font_folder, poppler):
    only = {
        "edition": "Forum of One Tongue", "theme": "New trade", "place": "Harbor Hotel", "host": "Bay Council",
        "level": "Gold", "remark": "Since 1999", "venue": "Grand Hall", "address": "506 Pier Road",
    }  # fmt: skip
    says = {part: {"en": text} for part, text in only.items()}
    person = PersonValues(1, "MAYER Anna", title={"en": "Harbor Master"}, organization={"en": "Port Office"})
    host = Host(says["host"], "sponsor", says["remark"], says["level"])
    head = replace(sample.HEAD, name=says["edition"], theme=says["theme"], place=says["place"], hosts=(host, host))
    venue = Venue(says["venue"], says["address"], ({"en": "Salon A"},))
    values = replace(sample.program(sessions=1, speakers=1, head=head), speakers=(person,), venues=(venue,))

    book = render.render_program(values, languages=("zh-Hans",), folder=font_folder)

    cover, text = (flat(poppler(book, "pdftotext", "-l", last, "{}", "-")) for last in ("1", "99"))
    assert [one for one in ("edition", "theme", "place", "host", "level") if flat(only[one]) not in cover] == []
    assert flat("Forum of One Tongue，会议手册") in text
    # A remark stands where hosts stand at the end of a book, and these have room on the cover.
    printed = [text for part, text in only.items() if part != "remark"]
    assert [one for one in (*printed, "Salon A", "Harbor Master", "Port Office") if flat(one) not in text] == []
    found = [one for one in render.preflight_program(values, ("zh-Hans",)) if one.code == "missing-translation"]
    told = {(one.details["part"], one.name) for one in found}
    assert told >= {*only.items(), ("room", "Salon A"), ("title", "MAYER Anna")}
    assert len([one for one in found if one.details["part"] == "host"]) == 1
    assert not any(one.blocking for one in found)
    # Beside the language that it is written in it is told, and not said twice.
    pair = poppler(render.render_program(values, folder=font_folder), "pdftotext", "-l", "1", "{}", "-")
    assert (pair.count("Harbor Hotel"), pair.count("New trade")) == (1, 1)
    assert not [one for one in render.preflight_program(values, ("en",)) if one.details["part"] in only]


def test_speakers_stand_with_photo_and_biography_in_the_languages_of_the_book(font_folder, poppler):
    content = check_picture(photo()).content
    told = {"en": "Leads the harbor.\nTaught before.", "zh-Hans": "主持港务工作。"}
    first = PersonValues(1, "MAYER Anna", biography=told, photo=Logo(7, 800, 800))
    second = PersonValues(2, "Okafor", biography={"en": "Builds ships."})
    values = replace(sample.program(sessions=1, speakers=1), speakers=(first, second), pictures={7: content})
    for languages, missing in ((BOTH, False), (("zh-Hans", "en"), False), (("zh-Hans",), True)):
        pdf = render.render_program(values, languages, folder=font_folder)
        text = flat(poppler(pdf, "pdftotext", "{}", "-"))
        assert flat("主持港务工作。") in text
        assert (flat("Leads the harbor.") in text, flat("Builds ships.") in text) == (not missing, True)
        (picture,) = poppler(pdf, "pdfimages", "-list", "{}").splitlines()[2:]
        assert int(picture.split()[12]) <= FINEST
    found = [one for one in render.preflight_program(values) if one.details["part"] == "biography"]
    assert [(one.name, one.details["language"], one.blocking) for one in found] == [("Okafor", "zh-Hans", False)]


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("languages", [BOTH, BOTH[::-1], ("en",)])
def test_no_room_is_kept_for_a_photo_that_is_not_there(languages, large, laid_out):
    told = {"en": "Leads the harbor.", "zh-Hans": "主持港务工作。"}
    first = PersonValues(1, "MAYER Anna", biography=told, photo=Logo(7, 800, 800))
    pictures = {7: check_picture(photo()).content}
    speakers = first, PersonValues(2, "Okafor")
    values = replace(sample.program(sessions=1, speakers=1), speakers=speakers, pictures=pictures)

    pages = laid_out(values, languages, Format("A4", large=large))
    found = [box for page in pages for box in boxtree.on(page) if isinstance(box, boxes.TableBox)]
    tables = [one for one in found if "speaker" in one.element.get("class", "").split()]
    rows = [[box for box in boxtree.walk(one) if isinstance(box, boxes.TableCellBox)] for one in tables]
    assert [sum(cell.element.get("class") == "photo" for cell in row) for row in rows] == [1, 0]
    alone, table = rows[1], tables[1]
    edges = alone[0].position_x, alone[-1].position_x + alone[-1].border_width()
    assert edges == pytest.approx((table.position_x, table.position_x + table.width))
    if len(languages) > 1:  # what the second language says begins where it does beside a photo
        assert alone[1].position_x == pytest.approx(rows[0][-1].position_x, abs=1)


def test_characters_without_a_glyph_are_found_in_venues():
    venue = Venue({"en": "Hotel \U00031350"}, {"en": "1 Road \ue000"}, ({"en": "Room \ue001"},))
    values = replace(sample.program(sessions=1, speakers=1), venues=(venue,))
    found = [one for one in render.preflight_program(values, ("en",)) if one.code == "missing-glyph"]
    assert [(one.name[:5], one.details["codepoint"], one.blocking) for one in found] == [
        ("Hotel", "U+31350", True), ("1 Roa", "U+E000", True), ("Room ", "U+E001", True),
    ]  # fmt: skip


def test_words_of_organizers_cannot_become_markup_or_style(font_folder, poppler):
    head = replace(
        sample.HEAD, name={"en": "<b>Forum</b> & Co", "zh-Hans": "论坛<i>"}, accent_color="red;} body{display:none}"
    )
    pdf = render.render_program(sample.program(sessions=2, head=head), folder=font_folder)
    assert "<b>Forum</b> & Co" in poppler(pdf, "pdftotext", "-l", "1", "{}", "-")


@pytest.mark.parametrize("url", ["file:///etc/hostname", "http://127.0.0.1:9/x.png", "data:text/plain,x", "font:other"])
def test_paper_loads_nothing_but_its_own(url, tmp_path, font_folder):
    setter = Typesetter(fonts.SANS, "a", font_folder)
    with pytest.raises(BaseException, match="paper may not load"):
        setter.document(f"<img src='{url}'>")
    with pytest.raises(BaseException, match="paper may not load"):
        OnlyOurs({}).fetch(url)


LONG = (
    "Association of Machinery and Electronics Exporters of the Yangtze Delta and Its Partners",
    "长三角地区机电产品出口企业及合作伙伴联合会",
)


@pytest.mark.parametrize(
    ("more", "name", "role", "size", "languages"),
    [
        (8, ("Harbor Chamber", "港湾商会"), "supporter", "A4", BOTH),
        (8, LONG, "supporter", "Letter", BOTH[::-1]),
        (35, LONG, "supporter", "A4", BOTH[::-1]),
        (35, LONG, "host", "Letter", BOTH),
    ],
)
def test_the_cover_is_one_page_however_many_hosts_there_are(more, name, role, size, languages, laid_out):
    hosts = [Host({"en": f"{name[0]} {n}", "zh-Hans": f"{name[1]}{n}"}, role) for n in range(more)]
    values = sample.program(sessions=3, speakers=4)
    everyone = sorted((*values.head.hosts, *hosts), key=lambda one: one.role != role)
    head = replace(values.head, hosts=tuple(everyone), page_size=size)

    pages = laid_out(replace(values, head=head), languages)

    classes = [{(box.element.get("class") or "").split(" ")[0] for box in boxtree.on(page) if box.element is not None}
               for page in pages]  # fmt: skip
    assert [number for number, found in enumerate(classes) if "cover" in found] == [0]
    assert "contents" in classes[1]
    of_hosts = [page for page, found in zip(pages, classes, strict=True) if "partners" in found]
    assert all(boxtree.fill(page) > 1 / 3 for page in of_hosts[:-1])
    words = "".join(box.text for page in pages for box in boxtree.on(page) if hasattr(box, "text"))
    assert all(flat(text) in flat(words) for host in everyone for text in host.name.values())


def test_the_book_tells_where_it_is_in_both_languages_with_a_plan_that_stays_a_drawing(font_folder, poppler):
    plan = svg('<rect width="30" height="15"/>')
    address = {"en": "506 South Grand Avenue", "zh-Hans": "南格兰德大道506号"}
    rooms = ({"en": "Ballroom", "zh-Hans": "宴会厅"},)
    venue = Venue({"en": "Harbor Hotel", "zh-Hans": "港湾酒店"}, address, rooms, Logo(7, 900, 600))
    pdf = render.render_program(replace(sample.program(), venues=(venue,), pictures={7: plan}), folder=font_folder)

    pages = poppler(pdf, "pdftotext", "{}", "-").split("\f")
    page = flat(next(page for page in pages if "506 South" in page))
    assert all(flat(text) in page for texts in (venue.name, address, *rooms) for text in texts.values())
    assert len(poppler(pdf, "pdfimages", "-list", "{}").splitlines()) == 2  # its head alone


def test_words_in_a_plan_stand_in_the_fonts_of_the_book(font_folder, poppler):
    plan = svg('<text x="1" y="9" font-size="4">按比例绘，龘</text>')
    venue = Venue({"en": "Harbor Hotel"}, {"en": "506 South Grand Avenue"}, (), Logo(7, 900, 600))
    values = replace(sample.program(), venues=(venue,), pictures={7: plan})
    listed = poppler(render.render_program(values, ("en",), folder=font_folder), "pdffonts", "{}")
    assert "Paper-Han" in listed
    assert "CJK" not in listed


def test_photos_have_no_more_dots_than_print_shows():
    made = photo_resolution.made_ready(content := picture_of("JPEG", (1200, 900)), 20)
    with Image.open(io.BytesIO(made)) as opened:
        assert opened.size == (316, 237)  # 300 to the inch on 20 mm
    assert photo_resolution.made_ready(content, 20) is made
    assert photo_resolution.made_ready(small := picture_of("JPEG", (200, 150)), 20) == small
    assert photo_resolution.made_ready(drawn := picture_of("PNG", (1200, 900)), 20) == drawn


def picture_of(kind, size):
    Image.linear_gradient("L").resize(size).save(out := io.BytesIO(), kind)
    return out.getvalue()
