"""Speakers of the latest agenda in protocol order, and a page for each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import redirect, url_for

from forumapp.core.database.transactions import reading
from forumapp.core.errors import NotFound
from forumapp.domain.agenda.queries import latest_version, public_agenda, with_people_of_now
from forumapp.domain.images.queries import find_raster
from forumapp.domain.people.archive.archived_names import photos_printed
from forumapp.domain.people.queries import kept_instead_of
from forumapp.schemas.choices import Kept
from forumapp.web.frame import pages
from forumapp.web.public.agenda import filters, program
from forumapp.web.public.agenda.feeds import feed
from forumapp.web.public.agenda.page_cache import HTML, answer
from forumapp.web.public.agenda.pages import find_published
from forumapp.web.public.site import edition_named, render

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition
    from forumapp.web.public.agenda.program import Item, Session

blueprint = pages("speakers", __name__)


@dataclass(frozen=True, slots=True)
class Appearance:
    """What someone does in a session: each part by its role, with the item that it is in, if any."""

    session: Session
    parts: list[tuple[str, Item | None]]


@blueprint.get("/<slug>/speakers")
def page(slug: str) -> Response:
    def make() -> str:
        edition = edition_named(slug)
        db = reading()
        content = content_of_now(db, edition)
        sessions = program.list_sessions(content, edition.zone) if content else []
        return render(
            "public/speakers/page.html",
            edition,
            "speakers",
            speakers=program.speakers(content) if content else [],
            photos=photos_printed(db, edition.id, content["speakers"]) if content else {},
            sessions=by_speaker(sessions),
            several_days=len(program.by_day(sessions, edition.zone)) > 1,
        )

    return answer(slug, "speakers", HTML, make, extra_state=lambda: photos_of(slug))


@blueprint.get("/<slug>/speakers/<id:person_id>")
def one(slug: str, person_id: int) -> ResponseReturnValue:
    """Redirects to the remaining record if the person was merged."""

    def make() -> str:
        edition = edition_named(slug)
        db = reading()
        content = content_of_now(db, edition)
        if content is None or str(person_id) not in content["people"]:
            raise NotFound(entity="person")
        speaker = program.speaker(person_id, content["people"][str(person_id)])
        sessions = filters.heard_in(program.list_sessions(content, edition.zone), person_id)
        photo = photos_printed(db, edition.id, [person_id]).get(person_id)
        return render(
            "public/speakers/one.html",
            edition,
            "speakers",
            speaker=speaker,
            photo=photo,
            portrait=find_raster(db, photo),
            appearances=[appearance(session, person_id) for session in sessions],
            feed=feed(slug, speaker=person_id),
        )

    try:
        return answer(slug, f"speakers/{person_id}", HTML, make, extra_state=lambda: photos_of(slug))
    except NotFound:
        instead = kept_instead_of(reading(), Kept.PERSON, [person_id]).get(person_id)
        if instead is None:
            raise
        return redirect(url_for(".one", slug=slug, person_id=instead), 301)


def photos_of(slug: str) -> tuple[tuple[int, int | None], ...]:
    """The current record and photo of every speaker in the agenda. Both may change without a new version, and also
    after an edition is over.
    """
    published = find_published(slug)
    if published is None:
        return ()
    ids = [speaker.id for speaker in published.program.speakers]
    replacements = kept_instead_of(reading(), Kept.PERSON, ids)
    current_ids = [replacements.get(id_, id_) for id_ in ids]
    photos = photos_printed(reading(), published.edition.id, current_ids)
    return tuple((person_id, photos.get(person_id)) for person_id in current_ids)


def content_of_now(db: DbSession, edition: Edition) -> dict[str, Any] | None:
    version = latest_version(db, edition.id)
    return with_people_of_now(db, public_agenda(version)) if version else None


def appearance(session: Session, person_id: int) -> Appearance:
    parts: list[tuple[str, Item | None]] = [(part.role, None) for part in session.parts if part.speaker.id == person_id]
    parts += [(part.role, item) for item in session.items for part in item.parts if part.speaker.id == person_id]
    return Appearance(session, parts)


def by_speaker(sessions: list[Session]) -> dict[int, list[Session]]:
    """Sessions by speaker."""
    heard: dict[int, list[Session]] = defaultdict(list)
    for session in sessions:
        for speaker in session.people:
            heard[speaker.id].append(session)
    return heard
