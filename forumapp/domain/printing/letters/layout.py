"""Formal letters laid out: an invitation is a letter, a certificate is a sheet for the wall. Each is one page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from forumapp.core.values.text import missing, pick
from forumapp.domain.printing.books import checks
from forumapp.domain.printing.engine import templates
from forumapp.domain.printing.letters import wording
from forumapp.domain.printing.letters.values import formal_date
from forumapp.domain.printing.list_papers.lists import HEIGHT
from forumapp.domain.printing.list_papers.values import Laid
from forumapp.domain.printing.paper.layout import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from forumapp.domain.printing.letters.values import Content, LetterValues, Recipient
    from forumapp.domain.printing.paper.layout import About

TEMPLATES = {wording.INVITATION: "invitation", wording.CERTIFICATE: "certificate"}
NAME_SIZE, NARROWEST = 3.1, 1.6  # rem
ROOT = 10.5  # pt to the rem, at its largest
CAPITAL, SMALL = 0.76, 0.62  # em that letters are wide on average, in bold
POINT = 25.4 / 72  # mm
SIDES = 60  # mm, of both sides of a certificate's width
FOOT, LOGO, HOST_NAME = 62, 15, 6.5  # mm, as high as they usually are on a certificate, with what is around them
IN_A_ROW = {2: 2, 3: 3, 4: 4, 5: 3, 6: 3, 7: 4, 8: 4}  # hosts on a letterhead, by how many there are
MARGINS = {wording.INVITATION: 36, wording.CERTIFICATE: 24}  # mm, of both sides of the page's height


def lay(letter: LetterValues, revoked_on: date | None = None) -> Laid:
    """`revoked_on` is marked across the page, beneath which all stands as it was issued."""
    content = letter.content
    html = templates.page(
        f"{TEMPLATES[content.kind]}.html",
        letter=letter,
        revoked_on=revoked_on,
        content=content,
        said=letter.said,
        languages=content.languages,
        wording=wording,
        formal_date=formal_date,
        paragraphs=_paragraphs,
    )
    return Laid((html,), _style(content, letter.said), content.pictures, one_page=True)


def _style(content: Content, person: Recipient) -> str:
    width, height = HEIGHT[content.page_size]
    if content.kind == wording.CERTIFICATE:
        width, height = height, width
    inner = height - MARGINS[content.kind]
    lengths = {"page": f"{width}mm {height}mm", "middle": f"{_middle(content, inner):.1f}mm"}
    lengths["name"] = f"{name_size(person, _room(content)):.2f}rem"
    sheets = ("formal.css", f"{TEMPLATES[content.kind]}.css")
    return templates.style(*sheets, colors=templates.accents_of(content.accent_color), lengths=lengths)


def _middle(content: Content, inner: float) -> float:
    """How high a certificate is between its letterhead and its foot, supposing usual ones, in mm."""
    return max(0.0, inner - FOOT - letterhead(content))


def letterhead(content: Content) -> float:
    """How high it is on a certificate, supposing usual names, in mm."""
    count = len(content.hosts)
    rows = -(-count // IN_A_ROW.get(count, 1))
    logos = LOGO if any(host.logo for host in content.hosts) else 0
    return rows * (logos + HOST_NAME * len(content.languages))


def name_size(person: Recipient, room: float) -> float:
    """How large a name is set so that no part of it is broken in `room` mm, in rem."""
    return max(NARROWEST, min(NAME_SIZE, room / POINT / ROOT / max(_widest(person), 1)))


def _widest(person: Recipient) -> float:
    """Of what of a name is not broken, in em."""
    pieces = re.split(r"(?<=-)|\s", person.in_passport_order)
    widest = max((sum(CAPITAL if letter.isupper() else SMALL for letter in piece) for piece in pieces), default=0)
    return max(widest, len(person.native_full))


def _room(content: Content) -> float:
    """For the name on a certificate, in mm."""
    return HEIGHT[content.page_size][1] - SIDES


def _paragraphs(text: str) -> list[list[str]]:
    """The lines of each paragraph."""
    return [part.splitlines() for part in text.split("\n\n") if part.strip()]


def check(letters: Sequence[LetterValues], folder: Path | None = None) -> list[Finding]:
    """Check letters before they are issued or printed. `folder` caches font subsets.

    Findings about content that letters share are reported once, under the forum's name.
    """
    from forumapp.domain.printing.letters.fit_checks import too_long

    together: dict[str, list[LetterValues]] = {}
    for letter in letters:
        together.setdefault(repr(letter.content), []).append(letter)
    findings: list[Finding] = []
    for each in together.values():
        findings += [finding for finding in _of_content(each[0].content) if finding not in findings]
        findings += too_long(each, folder)
    for letter in letters:
        findings += _of_person(letter)
    return findings


def _of_content(content: Content) -> Iterator[Finding]:
    forum = pick(content.forum, content.languages[0])
    about: About = ("letters", content.kind)
    if not (content.signatory_latin or content.signatory_native):
        yield Finding("no-signatory", True, None, forum, {}, about)
    elif not (content.has_seal or content.signature):
        yield Finding("no-seal", False, None, forum, {}, about)
    if not content.hosts:
        yield Finding("no-host", False, None, forum, {}, about)
    shared = [("edition", content.forum), ("place", content.place)]
    shared += [("host", host.name) for host in content.hosts]
    shared += [(part, texts) for part, texts in (("office", content.office), ("dress", content.dress)) if texts]
    for part, texts in shared:
        for language in missing(texts, content.languages):
            yield Finding("missing-translation", False, None, forum, {"part": part, "language": language}, about)
    written = [content.signatory_latin, content.signatory_native, *content.text.values()]
    written += [text for _part, texts in shared for text in texts.values()]
    yield from checks.missing_glyphs("".join(written), forum, about)


def about_person(letter: LetterValues) -> About:
    registration_id = letter.registration_id
    return ("registration", registration_id) if registration_id else ("invitation", letter.invitation_id or 0)


def _of_person(letter: LetterValues) -> Iterator[Finding]:
    person, languages = letter.said, letter.content.languages
    registration_id, name = letter.registration_id, letter.said.shown_name
    about = about_person(letter)
    narrowest = _widest(person) * ROOT * NARROWEST * POINT  # mm
    if letter.content.kind == wording.CERTIFICATE and narrowest > _room(letter.content):
        floor = {"floor": f"{NARROWEST * ROOT:.1f}"}
        yield Finding("name-under-floor", False, registration_id, name, floor, about)
    if not person.in_passport_order:
        yield Finding("missing-latin-name", False, registration_id, name, {}, about)
    for part, texts in (("title", person.title), ("organization", person.organization)):
        for language in missing(texts, languages) if any(texts.values()) else ():
            details = {"part": part, "language": language}
            yield Finding("missing-translation", False, registration_id, name, details, about)
    forms = [*person.address.values(), *person.title.values(), *person.organization.values()]
    for finding in checks.missing_glyphs("".join((name, *forms)), name, about):
        yield Finding(finding.code, finding.blocking, registration_id, name, finding.details, about)
