"""Images for those who may see the record that they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.database.transactions import reading
from forumapp.core.errors import NotFound
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.forums.editions.pictures import is_shown
from forumapp.domain.images.queries import get_image
from forumapp.domain.people.queries import people_in_photo
from forumapp.domain.printing.designs.queries import is_logo
from forumapp.domain.printing.letters.forms import is_signature
from forumapp.web.forms.pictures import shown
from forumapp.web.organizer.kit.guard import blueprint, edition, may, needs, within

if TYPE_CHECKING:
    from flask import Response


@blueprint.get("/<edition>/images/<id:image_id>")
@needs(Permission.SEE_EDITION)
def image(image_id: int) -> Response:
    db = reading()
    known = is_shown(db, edition().id, image_id, published=False) or is_logo(db, edition().id, image_id)
    signed = may("edit-edition") and is_signature(db, edition().id, image_id)
    if not known and not signed and not is_of_someone(image_id):
        raise NotFound(entity="image")
    return shown(get_image(db, image_id), public=False)


def is_of_someone(image_id: int) -> bool:
    """Return whether it is the photo of a person whom the caller may see."""
    return bool(people_in_photo(reading(), image_id, within=within(Permission.SEE_PEOPLE)))
