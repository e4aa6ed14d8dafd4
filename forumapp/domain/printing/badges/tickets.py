"""A ticket: one small page for the phone or the pocket, with what the badge will say and the code for the door."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from markupsafe import Markup

from forumapp.core.values.colors import ink_on
from forumapp.core.values.text import pick
from forumapp.domain.printing.engine import templates
from forumapp.domain.printing.engine.typeset import Typesetter
from forumapp.domain.printing.paper import layout
from forumapp.domain.printing.pdf import fonts, qr
from forumapp.domain.printing.pdf.fonts import font_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from forumapp.domain.printing.paper.documents import BadgeValues, EditionHead, TicketSession

SIZES = {"A4": "105mm 148mm", "Letter": "4in 6in"}


def render_tickets(
    several: Sequence[tuple[BadgeValues, Sequence[TicketSession]]],
    head: EditionHead,
    *,
    at: datetime,
    folder: Path | None = None,
) -> bytes:
    """All of them in one file, one after another."""
    from pikepdf import Pdf  # for those requests alone that ask for several

    whole, made = Pdf.new(), io.BytesIO()
    for values, sessions in several:
        with Pdf.open(io.BytesIO(render_ticket(values, head, sessions, at=at, folder=folder))) as one:
            whole.pages.extend(one.pages)
    whole.save(made)
    return made.getvalue()


def render_ticket(
    values: BadgeValues,
    head: EditionHead,
    sessions: Sequence[TicketSession] = (),
    *,
    at: datetime,
    folder: Path | None = None,
) -> bytes:
    """The ticket as a PDF, `at` an aware moment that it says it was made."""
    band = layout.fill(values.type_color)
    html = templates.page(
        "ticket.html",
        values=values,
        head=head,
        sessions=sessions,
        languages=head.languages,
        title=pick(head.name, head.languages[0]),
        made=at.astimezone(ZoneInfo(head.zone)),
        drawn=Markup(qr.svg(values.code)),  # noqa: S704 (made of numbers)
    )
    colors = {**templates.accents(head), "type": band, "on-type": ink_on(band)}
    css = templates.style("ticket.css", colors=colors, lengths={"page": SIZES[head.page_size]})
    return Typesetter(fonts.SANS, html, folder or font_folder()).pdf(html, css)
