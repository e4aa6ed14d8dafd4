"""Books put together: what each tells of its pages is told of its own pages in the whole, too."""

import io

import pikepdf
import pytest
import structure
from weasyprint import HTML

from forumapp.domain.printing.pdf import imposition, page_joining

NAMES = "Anna", "李明", "Okafor"


def book(name, pages=2):
    chapters = "".join(
        f'<h1 id="c{n}" style="break-before:page">{name} {n}</h1><p><a href="#c{pages}">To the last</a></p>'
        for n in range(1, pages + 1)
    )
    html = f"<html lang='en'><title>{name}: Booklet</title><body>{chapters}"
    return HTML(string=html).write_pdf(pdf_tags=True)


@pytest.fixture(scope="module")
def joined():
    books = [book(name, pages) for name, pages in zip(NAMES, (2, 3, 1), strict=True)]
    with pikepdf.open(io.BytesIO(page_joining.books(imposition.on_fronts(books)))) as pdf:
        yield pdf


def page_numbers(pdf):
    return {page.objgen: number for number, page in enumerate(pdf.pages)}


def test_each_has_a_bookmark_above_its_own_that_leads_to_its_pages(joined):
    numbers = page_numbers(joined)
    with joined.open_outline() as outline:
        told = [(mark.title, numbers[mark.destination[0].objgen], mark.is_closed) for mark in outline.root]
        below = [[(mark.title, numbers[mark.destination[0].objgen]) for mark in one.children] for one in outline.root]
    assert told == [("Anna: Booklet", 0, True), ("李明: Booklet", 2, True), ("Okafor: Booklet", 6, True)]
    assert below == [[("Anna 1", 0), ("Anna 2", 1)], [("李明 1", 2), ("李明 2", 3), ("李明 3", 4)], [("Okafor 1", 6)]]
    assert (int(joined.Root.Outlines.Count), [int(one.obj.Count) for one in outline.root]) == (3, [-2, -3, -1])


def test_links_lead_to_the_places_of_their_own_book(joined):
    numbers = page_numbers(joined)
    places = {name: numbers[place[0].objgen] for name, place in page_joining.places(joined.Root)}
    links = [[places[str(link.Dest)] for link in page.get("/Annots", ())] for page in joined.pages]
    assert links == [[1], [1], [4], [4], [4], [], [6]]


def test_a_book_in_another_language_is_read_in_that():
    books = [
        HTML(string=f"<html lang={language}><body><p>A<p lang=ja>B").write_pdf(pdf_tags=True)
        for language in ("en", "zh-Hans")
    ]
    assert structure.outline(page_joining.books(books)) == "P P@ja P@zh-Hans P@ja"


def test_tags_tell_of_their_own_pages(joined):
    numbers = page_numbers(joined)
    nums = joined.Root.StructTreeRoot.ParentTree.Nums
    elements = {int(nums[n]): nums[n + 1] for n in range(0, len(nums), 2)}
    for number, page in enumerate(joined.pages):
        if number == 5:  # blank, so that the next book begins on a front
            assert "/StructParents" not in page
            continue
        assert {numbers[one.Pg.objgen] for one in elements[int(page.StructParents)]} == {number}
        for link in page.Annots:
            assert elements[int(link.StructParent)].S == "/Link"
    assert len(elements) == len(nums) // 2
    (document,) = joined.Root.StructTreeRoot.K
    assert all(part.P.objgen == document.objgen for part in document.K)


def test_one_alone_is_what_it_was():
    alone = book("Anna")
    assert page_joining.books([alone]) == alone
