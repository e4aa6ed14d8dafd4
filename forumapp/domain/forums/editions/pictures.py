"""The pictures that an edition shows: its logo and those of its hosts, floor plans, and those of its written pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, literal, or_, select, union_all

from forumapp.domain.forums.models import ContentPage, Edition, EditionHost, Venue
from forumapp.domain.images.models import Image
from forumapp.domain.people.archive.archived_names import frozen_beside
from forumapp.domain.people.models import FrozenName, Person

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session as DbSession


def is_shown(db: DbSession, edition_id: int, image_id: int, *, published: bool) -> bool:
    """Whether the edition shows the picture: to those who work on it or, of `published`, to everyone."""
    page = [ContentPage.edition_id == edition_id, *([ContentPage.on_site] if published else [])]
    one = literal(1)
    photo = and_(FrozenName.id.is_(None), Person.photo_id == image_id)
    found = union_all(
        select(one).where(Edition.id == edition_id, Edition.logo_id == image_id),
        select(one).where(EditionHost.edition_id == edition_id, EditionHost.logo_id == image_id),
        select(one).where(Venue.edition_id == edition_id, Venue.floor_plan_id == image_id),
        select(one).where(*page, ContentPage.picture_id == image_id),
        # Whose letter it is, where the page has no picture of its own.
        select(one)
        .select_from(ContentPage)
        .join(Person, Person.id == ContentPage.signatory_id)
        .outerjoin(FrozenName, frozen_beside(ContentPage))
        .where(*page, ContentPage.picture_id.is_(None), or_(photo, FrozenName.image_id == image_id)),
    )
    return db.scalar(select(found.subquery().c[0]).limit(1)) is not None


def sizes_of(db: DbSession, image_ids: Iterable[int | None]) -> dict[int, tuple[int, int]]:
    """Width and height by id, so that a page makes room for what is still on its way. One query."""
    ids = {one for one in image_ids if one is not None}
    rows = db.execute(select(Image.id, Image.width, Image.height).where(Image.id.in_(ids))) if ids else ()
    return {image_id: (width, height) for image_id, width, height in rows}
