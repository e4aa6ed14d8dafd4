"""Public changes from one published version of the agenda to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from forumapp.core.database.transactions import reading
from forumapp.core.values.numbers import whole_number
from forumapp.domain.agenda.queries import get_version, version_numbers
from forumapp.domain.publishing.queries import version_compared
from forumapp.web.frame import pages
from forumapp.web.public.agenda.page_cache import HTML, answer
from forumapp.web.public.site import edition_named, render
from forumapp.web.wording.changes import describe_changes

if TYPE_CHECKING:
    from flask import Response

blueprint = pages("changes", __name__)
SHOWN = 12  # versions that the page leads to, the latest ones


@blueprint.get("/<slug>/agenda/changes")
def page(slug: str) -> Response:
    """Of the latest version, or of the one that is named."""

    def make() -> str:
        edition = edition_named(slug)
        db = reading()
        numbers = version_numbers(db, edition.id)
        latest = numbers[0] if numbers else None
        number = request.args.get("version", latest, whole_number)
        version = get_version(db, edition.id, number) if number is not None else None
        changed = version_compared(db, edition.id, number) if number is not None and number > 1 else None
        return render(
            "public/changes/page.html",
            edition,
            "agenda",
            version=version,
            is_latest=number == latest,
            changes=describe_changes(changed.public_differences) if changed else [],
            numbers=numbers[:SHOWN],
        )

    return answer(slug, "changes", HTML, make, known=frozenset({"version"}))
