"""How a working paper that is a list is laid out, set and checked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from forumapp.core.values.text import missing, pick
from forumapp.domain.printing.engine import templates
from forumapp.domain.printing.list_papers import words
from forumapp.domain.printing.list_papers.values import NAME, SHORT, Laid, Line, cells_of, in_languages
from forumapp.domain.printing.paper import photo_resolution
from forumapp.domain.printing.paper.layout import Finding
from forumapp.domain.printing.wording import dates

if TYPE_CHECKING:
    from forumapp.domain.printing.list_papers.values import ListValues, Stamp
    from forumapp.domain.printing.paper.documents import EditionHead
    from forumapp.domain.printing.paper.layout import About

PARTS = ("title", "organization")  # of which a finding names the person, and of others what lacks a language
HEIGHT = {"A4": (210, 297), "Letter": (215.9, 279.4)}  # mm, width and height


def lay(values: ListValues, stamp: Stamp) -> Laid:
    """The list as one piece."""
    html = templates.page(
        "working_list.html",
        values=values,
        head=values.head,
        languages=values.head.languages,
        title=words.TITLES[values.title],
        columns=words.COLUMNS,
        short=SHORT,
        called=in_languages(Line(values.party.name), values.head.languages),
        stamps=stamp_texts(stamp, values.head),
        lines=partial(in_languages, languages=values.head.languages),
    )
    return Laid((html,), style(values.head, lying=values.lying), values.pictures)


def stamp_texts(stamp: Stamp, head: EditionHead) -> dict[str, str]:
    """ "Version 3 · 23 May 2023, 09:12", by the clocks of the edition, and the day of the order."""
    at = stamp.at.astimezone(ZoneInfo(head.zone))
    found = {}
    for language in head.languages:
        time = f"{dates.date_text(at.date(), language)} {at:%H:%M}"
        found[language] = words.word("stamp", language, version=stamp.version, time=time)
        if head.ranked_on:
            day = dates.date_text(head.ranked_on, language)
            found[language] += " · " + words.word("ranked-on", language, day=day)
    return found


def style(head: EditionHead, *names: str, lying: bool = False) -> str:
    """The style of working papers, with the sheets `names` after it."""
    width, height = HEIGHT[head.page_size]
    size = f"{height}mm {width}mm" if lying else f"{width}mm {height}mm"
    return templates.style("working.css", *names, colors=templates.accents(head), lengths={"page": size})


def check(values: ListValues) -> list[Finding]:
    """What to mend before the paper is printed: characters that no font has and texts that are not translated, by the
    name of whom they concern. Each is told once.
    """
    from forumapp.domain.printing.books import checks

    languages = values.head.languages
    of_party: About = ("delegation", values.party.code)
    found: list[Finding] = []
    for column, cell, row in cells_of(values):
        for line in cell:
            shown = pick(line.words, languages[0])
            who, about = shown, of_party
            if row and row.who:
                who, about = row.who[0], ("person", row.who[1])
            found += checks.missing_glyphs("".join(line.words.values()), who, about)
            part = _part(column, line)
            named = who if part in PARTS else shown
            for language in missing(line.words, languages) if line.kind != NAME else ():
                details = {"part": part, "language": language}
                found.append(Finding("missing-translation", False, None, named, details, about))
    rows = [row for section in values.sections for row in section.rows]
    found += photo_resolution.coarse(
        ((row.who[0], ("person", row.who[1]), row.photo) for row in rows if row.who), photo_resolution.FACE
    )
    told = {(one.code, one.name, *sorted(one.details.items())): one for one in found}
    return list(told.values())


def _part(column: str, line: Line) -> str:
    """A person's organization stands under the title."""
    return "organization" if column == "title" and line.style == "quiet" else column
