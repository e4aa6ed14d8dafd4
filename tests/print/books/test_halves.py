"""A large book, laid out in halves by two processes, is the one that a single process makes."""

from __future__ import annotations

import io
import resource
import signal
import time
from dataclasses import replace

import pikepdf
import pytest
import sample

from forumapp.domain.printing.books import program, program_parts
from forumapp.domain.printing.engine import boxtree, forked_process
from forumapp.domain.printing.paper.documents import Venue
from forumapp.domain.printing.production import render


def told(pdf: bytes):
    """Its bookmarks and links with the pages they lead to, the order of its tags, and the fonts it holds."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        number = {page.objgen: n for n, page in enumerate(opened.pages)}
        names = opened.Root.Names.Dests.Names
        places = {str(names[n]): number[names[n + 1][0].objgen] for n in range(0, len(names), 2)}
        with opened.open_outline() as outline:
            marks = [(mark.title, number[mark.destination[0].objgen], [one.title for one in mark.children])
                     for mark in outline.root]  # fmt: skip
        links = [
            (n, str(link.Contents), places[str(link.Dest)])
            for n, page in enumerate(opened.pages)
            for link in page.get("/Annots", ())
        ]
        tags = list(_tags(opened.Root.StructTreeRoot.K[0], number))
        fonts = sorted(str(font.BaseFont) for font in opened.objects if _is_font(font))
        return {"marks": marks, "links": links, "places": places, "tags": tags, "fonts": fonts}, _known(opened)


def _tags(element, number):
    yield str(element.S), number[element.Pg.objgen] if "/Pg" in element else None
    for kid in element.K:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from _tags(kid, number)


def _is_font(found):
    return isinstance(found, pikepdf.Dictionary) and found.get("/Subtype") == "/Type0"


def _known(opened):
    """Whether what pages and links say they belong to is on the same page."""
    listed = opened.Root.StructTreeRoot.ParentTree.Nums
    by_number = {int(listed[n]): listed[n + 1] for n in range(0, len(listed), 2)}
    return all(
        one.Pg.objgen == page.objgen
        for page in opened.pages
        for one in [*by_number[page.StructParents], *(by_number[link.StructParent] for link in page.get("/Annots", ()))]
    )


VENUE = Venue({"en": "Harbor Hotel", "zh-Hans": "港湾酒店"}, {"en": "506 Pier Road"}, ({"en": "Ballroom"},))

OTHER_BOOKS = ((5, 6, (VENUE,), True), (3, 9, (), False), (3, 40, (), True))


@pytest.mark.parametrize(
    ("sessions", "speakers", "venues", "alone"),
    [
        (3, 6, (), True),
        (3, 20, (VENUE,), False),
        *(pytest.param(*one, marks=pytest.mark.long) for one in OTHER_BOOKS),
    ],
)
def test_two_halves_are_one_book(font_folder, poppler, laid_out, monkeypatch, sessions, speakers, venues, alone):
    """Also where the index goes on below the last speakers, which leaves it to the second half."""
    monkeypatch.setattr(program_parts, "LARGE", 0)
    values = replace(sample.program(1, sessions, speakers), venues=venues)
    assert program.cut_of(program.pieces_of(values), values) == 1  # speakers, from page 4 or 5
    pages = laid_out(values)
    last_speaker = max(where[-1] for one, where in boxtree.people(pages, 1).items() if one.startswith("b"))
    assert (boxtree.anchors(pages, 1)["index"] > last_speaker) == alone
    one = render.render_program(values, folder=font_folder, processes=1)
    monkeypatch.delattr(program.Book, "whole")
    two = render.render_program(values, folder=font_folder, processes=2)
    assert told(one) == told(two)
    assert told(two)[1]
    where = [poppler(pdf, "pdftotext", "-bbox", "{}", "-") for pdf in (one, two)]
    assert where[0] == where[1]


def test_what_fails_beside_is_told_here():
    with forked_process.beside(lambda _channel: int("x")) as other, pytest.raises(ValueError, match="'x'"):
        other.hear()
    with forked_process.beside(lambda _channel: None) as other, pytest.raises(forked_process.Ended):
        other.hear()


def test_what_fails_beside_is_told_to_whoever_tells_more_than_there_is_room_for():
    much = b"x" * 4_000_000

    def out_of_memory(channel):
        channel.tell("so far")
        raise MemoryError

    with forked_process.beside(out_of_memory) as other, pytest.raises(MemoryError):
        other.tell(much)
    with (
        forked_process.beside(lambda _channel: signal.raise_signal(signal.SIGKILL)) as other,
        pytest.raises(forked_process.Ended),
    ):
        other.tell(much)


def test_a_limit_of_time_met_beside_is_met_here():
    met = []
    usual = signal.signal(signal.SIGXCPU, lambda *_: met.append("here"))
    try:
        with forked_process.beside(_out_of_time) as other, pytest.raises(forked_process.Ended):
            other.hear()
    finally:
        signal.signal(signal.SIGXCPU, usual)
    assert met == ["here"]


def test_what_is_left_of_a_limit_of_time_is_shared_with_what_goes_on_beside():
    usual = resource.getrlimit(resource.RLIMIT_CPU)
    limit = int(time.process_time()) + 100
    resource.setrlimit(resource.RLIMIT_CPU, (limit, usual[1]))
    try:
        with forked_process.beside(_told_its_limit) as other:
            theirs = other.hear()
        left = resource.getrlimit(resource.RLIMIT_CPU)[0]
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, usual)
    assert (theirs <= 100, left < limit) == (True, True)


def _told_its_limit(channel):
    while time.process_time() < 0.01:
        pass
    channel.tell(resource.getrlimit(resource.RLIMIT_CPU)[0])


def _out_of_time(_channel):
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    signal.raise_signal(signal.SIGXCPU)
