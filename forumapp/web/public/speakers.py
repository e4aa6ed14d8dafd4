"""Those who speak, in protocol order, as the agenda was last published."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from forumapp.core.transactions import reading
from forumapp.domain.agenda.queries import latest_version, public_agenda, with_people_of_now
from forumapp.domain.people.frozen import photos_printed
from forumapp.web.frame import pages
from forumapp.web.public import program
from forumapp.web.public.published import HTML, answer
from forumapp.web.public.site import edition_named, render

if TYPE_CHECKING:
    from flask import Response

    from forumapp.web.public.program import Session

blueprint = pages("speakers", __name__)


@blueprint.get("/<slug>/speakers")
def page(slug: str) -> Response:
    def make() -> str:
        edition = edition_named(slug)
        db = reading()
        version = latest_version(db, edition.id)
        content = with_people_of_now(db, public_agenda(version)) if version else None
        return render(
            "public/speakers/page.html",
            edition,
            "speakers",
            speakers=program.speakers(content) if content else [],
            photos=photos_printed(db, edition.id, content["speakers"]) if content else {},
            sessions=by_speaker(program.list_sessions(content, edition.zone)) if content else {},
        )

    return answer(slug, "speakers", HTML, make)


def by_speaker(sessions: list[Session]) -> dict[int, list[Session]]:
    """Where each of them is heard."""
    found: dict[int, list[Session]] = defaultdict(list)
    for session in sessions:
        parts = [*session.parts, *(part for item in session.items for part in item.parts)]
        for key in dict.fromkeys(part.speaker.id for part in parts):
            found[key].append(session)
    return found
