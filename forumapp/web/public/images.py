"""Pictures that everyone may see: those of an edition that is public, and of the people who are announced in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.database.transactions import reading
from forumapp.core.errors import NotFound
from forumapp.domain.agenda.queries import latest_version, public_agenda, with_people_of_now
from forumapp.domain.forums.editions.pictures import is_shown
from forumapp.domain.images.queries import get_image
from forumapp.domain.people.archive.archived_names import people_pictured
from forumapp.web.forms.pictures import shown
from forumapp.web.frame import pages
from forumapp.web.public.site import edition_named

if TYPE_CHECKING:
    from flask import Response
    from sqlalchemy.orm import Session as DbSession

blueprint = pages("images", __name__)


@blueprint.get("/<slug>/images/<id:image_id>")
def image(slug: str, image_id: int) -> Response:
    db, edition = reading(), edition_named(slug)
    if not (is_shown(db, edition.id, image_id, published=True) or is_announced(db, edition.id, image_id)):
        raise NotFound(entity="image")
    return shown(get_image(db, image_id), public=True)


def is_announced(db: DbSession, edition_id: int, image_id: int) -> bool:
    """Whether it is the photo of someone in the program that was published."""
    people = people_pictured(db, edition_id, image_id)
    version = latest_version(db, edition_id) if people else None
    if version is None:
        return False
    return not with_people_of_now(db, public_agenda(version))["people"].keys().isdisjoint(map(str, people))
