"""Reading pictures. Who may see one follows from what it belongs to, and is asked there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import undefer

from forumapp.core.errors import NotFound
from forumapp.domain.images.models import Image
from forumapp.domain.images.rules import MediaType

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session as DbSession


def get_image(db: DbSession, image_id: int | None) -> Image:
    """With its content."""
    found = db.scalar(select(Image).where(Image.id == image_id).options(undefer(Image.content)))
    if found is None:
        raise NotFound(entity="image")
    return found


def find_raster(db: DbSession, image_id: int | None) -> Image | None:
    """A PNG or JPEG without its content; drawings are not shown by every program that shows pictures."""
    rasters = (MediaType.PNG, MediaType.JPEG)
    return db.scalar(select(Image).where(Image.id == image_id, Image.media_type.in_(rasters)))


def contents_of(db: DbSession, image_ids: Collection[int]) -> dict[int, bytes]:
    """The bytes of pictures, by id. One query."""
    rows = db.execute(select(Image.id, Image.content).where(Image.id.in_(image_ids))) if image_ids else ()
    return {row.id: row.content for row in rows}
