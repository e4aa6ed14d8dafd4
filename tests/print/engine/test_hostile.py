"""What people type or upload is words and pictures on paper: it loads nothing, runs nothing and breaks nothing."""

from __future__ import annotations

import io
import random
import socket
import threading
from dataclasses import replace

import pikepdf
import pytest
import sample

from forumapp.domain.images.checking import check_picture
from forumapp.domain.printing.badges.printer import BadgePrinter
from forumapp.domain.printing.paper.documents import Logo
from forumapp.domain.printing.paper.stocks import STOCKS
from forumapp.domain.printing.production import finished_papers, render
from forumapp.domain.printing.rules import Options

CHANCE = random.Random(3)
A6 = STOCKS["a6"]
LONG = 10_000


@pytest.fixture
def heard():
    """What anybody asks of a server on this machine, and its address."""
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        over = threading.Event()

        def listen():
            while not over.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                asked.append(connection.recv(500))
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield asked, f"http://127.0.0.1:{server.getsockname()[1]}"
        over.set()
        thread.join()


def test_markup_is_printed_as_words_and_nothing_is_loaded(heard, font_folder, tmp_path, poppler):
    asked, address = heard
    secret = tmp_path / "secret.txt"
    secret.write_text("TOPSECRET")
    typed = [
        f"<img src={secret.as_uri()}>",
        f"</style><style>@import '{address}/a.css';</style>",
        f"<link rel=attachment href='{secret.as_uri()}'>",
        "{{ 7*7 }}",
        f"<a href='{address}'>url({address}/x)</a>",
        f"![x]({address}/p.png) [file]({secret.as_uri()})",
    ]
    texts = [{"en": one, "zh-Hans": f"名{one}"} for one in typed]
    people = [
        sample.badge(number, CHANCE, latin_name=one["en"], native_name=one["zh-Hans"], title=one, organization=one)
        for number, one in enumerate(texts)
    ]
    program = sample.program(1, 2, 2)
    (day,) = program.days
    sessions = tuple(replace(one, title=texts[number]) for number, one in enumerate(day.sessions))
    speakers = tuple(replace(one, organization=texts[number + 2]) for number, one in enumerate(program.speakers))
    head = replace(program.head, theme=texts[4], name=texts[3])
    program = replace(program, days=(replace(day, sessions=sessions),), speakers=speakers, head=head)

    papers = [
        render.render_badges(people, A6, sample.HEAD, folder=font_folder),
        finished_papers.make_book(program, font_folder, Options()),
    ]

    read = ["".join(poppler(paper, "pdftotext", "-raw", "{}", "-").split()) for paper in papers]
    assert [[one for one in typed if "".join(one.split()) not in text] for text in read] == [[], [typed[-1]]]
    assert not any("TOPSECRET" in text for text in read)
    for paper in papers:
        with pikepdf.open(io.BytesIO(paper)) as pdf:
            assert (len(pdf.attachments), b"/URI" in paper) == (0, False)
    assert asked == []


@pytest.mark.parametrize(
    "name",
    ["W" * LONG, "Intergovernmental " * (LONG // 18), "长" * LONG, "W" * 110],
    ids=("W", "words", "Han", "a hairline"),
)
def test_a_name_that_nobody_can_read_stops_the_print(name, font_folder):
    values = sample.badge(1, CHANCE, latin_name=name, native_name="")
    printer = BadgePrinter(sample.HEAD, A6, [values], font_folder)
    found = [(one.registration_id, one.blocking) for one in printer.check([values]) if one.code == "name-under-floor"]
    assert found == [(1, True)]
    assert printer.pages([values]).startswith(b"%PDF")  # for whoever wants it anyway


def test_a_drawing_that_asks_for_files_and_addresses_is_printed_without_them(heard, font_folder, tmp_path):
    asked, address = heard
    (tmp_path / "dot.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    drawing = f"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 90 30">
    <style>@import url({address}/a.css); rect {{ fill: url({address}/b.svg#a) }}</style>
    <image width="9" height="9" xlink:href="{address}/c.png"/><image width="9" height="9" href="{tmp_path.as_uri()}/dot.svg"/>
    <use href="{address}/d.svg#e"/><rect width="90" height="30" fill="#123456"/></svg>"""
    picture = check_picture(drawing.encode())
    program = sample.program(1, 1, 1)
    hosts = tuple(replace(one, logo=Logo(1, picture.width, picture.height)) for one in program.head.hosts)
    program = replace(program, head=replace(program.head, hosts=hosts), pictures={1: picture.content})
    assert finished_papers.make_book(program, font_folder, Options()).startswith(b"%PDF")
    assert (asked, address.encode() in picture.content) == ([], False)
