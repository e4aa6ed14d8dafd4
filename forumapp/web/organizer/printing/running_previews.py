"""Papers of those who run the day as pictures of their pages: a run of show, and the signs at doors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.serving.rate_limits import DRAWINGS, is_local, limiter
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.run_of_show import cues
from forumapp.domain.printing.previews.previews import Beginning, Drawn, Readers
from forumapp.domain.printing.queries import edition_head
from forumapp.domain.printing.rules import Options
from forumapp.web.drawing import fonts
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.printing.previews import make_preview
from forumapp.web.organizer.printing.running_papers import requested_signs
from forumapp.web.organizer.program.run_of_show import SHEET
from forumapp.web.organizer.program.session_form import SECTION

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

READERS = Readers((Permission.SEE_AGENDA,))
SIGNS = 6


@blueprint.get(f"{SHEET}/paper/preview")
@limiter.limit(DRAWINGS, exempt_when=is_local)
@needs(Permission.SEE_AGENDA)
def cue_sheet_preview(number: int) -> ResponseReturnValue:
    from forumapp.domain.printing.cards import door_signs

    row = cues.get_sheet(reading(), edition().id, number)
    content, head = cues.issued_sheet(row), edition_head(reading(), edition(), Options())
    content |= {"days": content["days"][:1]}
    is_whole = len(cues.issued_sheet(row)["days"]) == len(content["days"])
    sheet = door_signs.Sheet(number, row.note, row.issued_at, edition().contact_email or "")
    make = Drawn("run_of_show", content, head, sheet, at=clock.now(), folder=fonts())
    title = _("Run of show, sheet %(number)s", number=number)
    back = url_for("organizer.cue_sheet", number=number)
    return make_preview(Beginning((content, head, sheet), make, is_whole), READERS, title, back, section=SECTION)


@blueprint.get("/<edition>/agenda/door-signs/preview")
@limiter.limit(DRAWINGS, exempt_when=is_local)
@needs(Permission.SEE_AGENDA)
def door_signs_preview() -> ResponseReturnValue:
    agenda, signs = requested_signs()
    back = url_for("organizer.door_signs", version=agenda.number if agenda else None)
    if agenda is None or not signs:
        return redirect(back)
    head, number = edition_head(reading(), edition(), Options()), agenda.number
    make = Drawn("door_signs", signs[:SIGNS], head, number, at=clock.now(), folder=fonts())
    first = Beginning((signs[:SIGNS], head, number), make, len(signs) <= SIGNS)
    return make_preview(first, READERS, _("Door signs"), back, section=SECTION)
