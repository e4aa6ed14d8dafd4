"""A plan of seats as a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, url_for

from forumapp.core import clock
from forumapp.core.limits import DRAWINGS, is_local, limiter
from forumapp.core.text import pick
from forumapp.core.transactions import reading, transaction
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations import seating_services as services
from forumapp.domain.delegations.seating_prints import note_printed
from forumapp.domain.printing.previewing import Beginning, Drawn, Readers
from forumapp.domain.printing.queries import edition_head
from forumapp.domain.printing.rules import Options
from forumapp.web.drawing import drawn, fonts
from forumapp.web.language import language
from forumapp.web.organizer.guard import blueprint, edition, needs
from forumapp.web.organizer.previews import made_at_once
from forumapp.web.organizer.running import handed, stopped
from forumapp.web.organizer.seating import SECTION
from forumapp.web.organizer.shown import print_need

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/<edition>/seating/<code>/paper")
@needs(Permission.SEE_PRECEDENCE, everywhere=True)
def seating_paper(code: str) -> str:
    """What to mend before it is printed."""
    from forumapp.domain.printing import seating

    db = reading()
    row = services.get_plan(db, edition().id, code)
    found = seating.check([seating.read_plan(db, row, edition().zone)], edition().languages)
    told = [print_need(one) for one in found]
    return render_template("organizer/seating/paper.html", section=SECTION, row=row, needs=told)


@blueprint.get("/<edition>/seating/<code>/paper.pdf")
@limiter.limit(DRAWINGS, exempt_when=is_local)
@needs(Permission.SEE_PRECEDENCE, everywhere=True)
def seating_pdf(code: str) -> ResponseReturnValue:
    from forumapp.domain.printing import seating  # with the typesetter, which few requests need

    now = clock.now()
    with transaction() as db:
        row = services.get_plan(db, edition().id, code)
        plan = seating.read_plan(db, row, edition().zone)
        if stopped(seating.check([plan], edition().languages)):
            return redirect(url_for("organizer.seating_paper", code=code))
        note_printed(db, row, now=now)
        head = edition_head(db, edition(), Options())
    return handed(drawn("seats", [plan], head, at=now), f"seating-{code}.pdf")


@blueprint.get("/<edition>/seating/<code>/paper/preview")
@limiter.limit(DRAWINGS, exempt_when=is_local)
@needs(Permission.SEE_PRECEDENCE, everywhere=True)
def seating_preview(code: str) -> ResponseReturnValue:
    from forumapp.domain.printing import seating

    db = reading()
    row = services.get_plan(db, edition().id, code)
    plan, head = seating.read_plan(db, row, edition().zone), edition_head(db, edition(), Options())
    first = Beginning((plan, head), Drawn("seats", [plan], head, at=clock.now(), folder=fonts()))
    readers = Readers((Permission.SEE_PRECEDENCE,))
    back = url_for("organizer.seating_paper", code=code)
    return made_at_once(first, readers, pick(row.name, language()), back, section=SECTION)
