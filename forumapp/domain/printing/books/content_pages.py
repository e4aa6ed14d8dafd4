"""How the pages that organizers write stand in a book: both languages side by side, block by block."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from markupsafe import Markup

from forumapp.core.values.markdown import blocks, to_words
from forumapp.domain.printing.engine.templates import spaced
from forumapp.domain.printing.wording import dates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from forumapp.core.values.markdown import Block
    from forumapp.domain.printing.paper.documents import Host, Texts, WrittenPage

LEVEL = 3  # of "#", under the heading of the page
# A row never goes on on the next page: with more characters than these its text stands alone, over the whole width.
LONGEST_LATIN, LONGEST_HAN = 1300, 450
SHORT, SHORT_HAN = 700, 250

Row = tuple[Markup, ...]


def is_letter(page: WrittenPage) -> bool:
    """What stands before the program, on pages of its own: a welcome, and whatever someone has signed."""
    return page.kind == "welcome" or page.signatory is not None


def letters_in_order(pages: Sequence[WrittenPage], hosts: Sequence[Host]) -> list[WrittenPage]:
    """As their hosts stand, those of one host as the organizers have put them; then those of others."""
    names = [host.name for host in hosts]

    def place(page: WrittenPage) -> int:
        of = page.signatory.organization if page.signatory else {}
        return names.index(of) if of and of in names else len(names)

    return sorted(filter(is_letter, pages), key=place)


def is_short(page: WrittenPage, room: float = 1.0) -> bool:
    """Whether a page is not to be divided: it takes less than half a page of the book, which holds `room` times as much
    as one of A5.
    """
    return is_brief(page.body, room)


def is_brief(texts: Texts, room: float = 1.0) -> bool:
    return all(len(text) <= room * _most(language, SHORT, SHORT_HAN) for language, text in texts.items())


def paragraphs(text: str) -> list[str]:
    """Of what is no Markdown, such as a biography."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def prose(text: str, language: str) -> Markup:
    """One language alone."""
    return Markup("").join(block.html for block in _blocks(text, language))


def rows(texts: Texts, languages: Sequence[str], room: float = 1.0) -> list[list[Row]]:
    """Several languages beside each other: rows that say the same, in groups that stay on one page.

    Block by block where both have as many, else from heading to heading. None where neither fits.
    """
    read = [_blocks(texts[language], language) for language in languages]
    for parts in ([[[block] for block in one] for one in read], [_sections(one) for one in read]):
        matching = list(zip(*parts, strict=False))
        same = all(_shape(one) == _shape(parts[0]) for one in parts)
        cells = (cell for row in matching for cell in zip(row, languages, strict=True))
        if same and all(_fits(part, texts, language, room) for part, language in cells):
            return _grouped(matching)
    return []


def _blocks(text: str, language: str) -> list[Block]:
    return blocks(text, level=LEVEL, say=partial(spaced, language=language))


def _sections(read: Iterable[Block]) -> list[list[Block]]:
    """Each heading with what stands under it."""
    found: list[list[Block]] = []
    for block in read:
        if _is_heading(block) or not found:
            found.append([])
        found[-1].append(block)
    return found


def _shape(parts: Iterable[Sequence[Block]]) -> list[bool]:
    return [_is_heading(part[0]) for part in parts]


def _fits(part: Sequence[Block], texts: Mapping[str, str], language: str, room: float) -> bool:
    longest = room * _most(language, LONGEST_LATIN, LONGEST_HAN)
    return len(texts[language]) <= longest or sum(len(block.html.striptags()) for block in part) <= longest


def _most(language: str, latin: int, han: int) -> int:
    return han if dates.is_chinese(language) else latin


def _grouped(matching: Iterable[Sequence[Sequence[Block]]]) -> list[list[Row]]:
    """A heading stays with what follows it."""
    found: list[list[Row]] = []
    alone = False
    for row in matching:
        cells = tuple(Markup("").join(block.html for block in part) for part in row)
        if alone:
            found[-1].append(cells)
        else:
            found.append([cells])
        alone = len(row[0]) == 1 and _is_heading(row[0][0])
    return found


def _is_heading(block: Block) -> bool:
    return block.kind.startswith("h") and block.kind != "hr"


def words_of(page: WrittenPage) -> str:
    """All that is set of a page, for those who look for characters without a glyph."""
    return "".join((*page.title.values(), *map(to_words, page.body.values())))
