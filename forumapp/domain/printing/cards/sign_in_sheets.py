"""Sheets on which people sign that they are there, of a session or of the whole edition."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from forumapp.core.values.text import pick
from forumapp.domain.printing.books import checks
from forumapp.domain.printing.engine import templates
from forumapp.domain.printing.engine.typeset import Typesetter
from forumapp.domain.printing.list_papers.lists import HEIGHT
from forumapp.domain.printing.pdf import fonts

if TYPE_CHECKING:
    from pathlib import Path

    from forumapp.domain.printing.paper.card_documents import SignInValues
    from forumapp.domain.printing.paper.layout import Finding

BLANK = 8  # lines for those who are not on the list


def sheets(values: SignInValues, folder: Path) -> bytes:
    """One line for each, never divided, below heads that every page repeats."""
    head = values.head
    html = templates.page(
        "sign_in.html",
        values=values,
        head=head,
        languages=head.languages,
        title=pick(head.name, head.languages[0]),
        blank=BLANK,
        printed=values.printed_at.astimezone(ZoneInfo(head.zone)),
    )
    width, height = HEIGHT[head.page_size]
    lengths = {"page": f"{width}mm {height}mm"}
    css = templates.style("working.css", "sign_in.css", colors=templates.accents(head), lengths=lengths)
    return Typesetter(fonts.SANS, html, folder).pdf(html, css)


def check(values: SignInValues) -> list[Finding]:
    """What to mend before: characters that no font has, and what the session lacks in a language."""
    languages = values.head.languages
    found = list(checks.of_session(values.session_id, values.title, languages))
    found += checks.texts_findings([("room", values.room)], languages)
    for card in values.cards:
        who = card.who
        shown = "".join((who.latin_name, who.native_name, *who.title.values(), *who.organization.values()))
        missing = checks.missing_glyphs(shown, card.shown_name, ("person", card.person_id or ""))
        found += [replace(one, registration_id=card.registration_id) for one in missing]
    return found
