"""The published agenda as files: for spreadsheets, with all languages, and for other programs."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from flask import abort, current_app, request, send_file

from forumapp.core.database.transactions import reading
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.formats.writer import ENDINGS, written
from forumapp.domain.agenda.publishing.publication import latest_publication
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from flask import Response

    from forumapp.core.config import Config

TYPES = {  # to which Flask adds the characters that text is in
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "ics": "text/calendar",
    "xml": "application/xml",
    "json": "application/json",
}


@blueprint.get("/<edition>/agenda/files/<form>")
@needs(Permission.SEE_AGENDA)
def agenda_file(form: str) -> Response:
    """Return the public agenda of the current version. `?parts=all` adds parts that are unconfirmed or not public;
    formats without a field for the status mark them.
    """
    if form not in ENDINGS:
        abort(404)
    config: Config = current_app.extensions["forumapp.config"]
    is_whole = request.args.get("parts") == "all"
    publication = latest_publication(reading(), edition(), config.base_url, is_whole=is_whole)
    content = written(form, publication, language())
    name = f"{publication.slug}-agenda-{publication.number}{'-all-parts' * is_whole}.{ENDINGS[form]}"
    return send_file(BytesIO(content), TYPES[ENDINGS[form]], as_attachment=True, download_name=name)
