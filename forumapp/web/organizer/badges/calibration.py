"""The calibration page of a stock, moved as the form says, to see whether the offset is right."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import flash, redirect, request, send_file, url_for
from flask_babel import gettext as _

from forumapp.core.errors import Invalid
from forumapp.core.serving.rate_limits import DRAWINGS, is_local, limiter
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.printing.rules import chosen_stock, placing_for
from forumapp.web.drawing import drawn
from forumapp.web.forms.forms import Form
from forumapp.web.organizer.kit.guard import blueprint, needs
from forumapp.web.organizer.printing.papers import given, options_of
from forumapp.web.organizer.printing.sheet_layout_fields import ON_SHEETS, PRINTER, STOCK

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/<edition>/paper/calibration")
@limiter.limit(DRAWINGS, exempt_when=is_local)
@needs(Permission.PRINT)
def calibration() -> ResponseReturnValue:
    form = Form.sent((STOCK, PRINTER, *ON_SHEETS), request.args)
    try:
        options = None if form.faults else options_of(given(form))
    except Invalid:
        options = None
    stock = chosen_stock(options) if options else None
    if options is None or stock is None or stock.sheet is None:
        flash(_("Choose a stock with several badges on a sheet first."), "warn")
        return redirect(f"{url_for('organizer.paper')}?{urlencode(request.args)}")
    pdf = drawn("calibration", stock, placing_for(options))
    return send_file(BytesIO(pdf), "application/pdf", as_attachment=True, download_name=f"{stock.name}-calibration.pdf")
