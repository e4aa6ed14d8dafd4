"""The speakers of a program with photo and biography, as the edition shows them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from forumapp.domain.forums.editions.pictures import sizes_of
from forumapp.domain.people.archive.archived_names import photos_printed
from forumapp.domain.people.models import Kept
from forumapp.domain.people.queries import kept_instead_of
from forumapp.domain.printing.paper.documents import Logo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.printing.paper.documents import PersonValues


def introduced(
    db: DbSession, edition_id: int, content: Mapping[str, Any], people: Mapping[int, PersonValues]
) -> tuple[PersonValues, ...]:
    """In protocol order. Biographies are those of the published agenda, photos those that the edition shows."""
    speakers: list[int] = content["speakers"]
    instead = kept_instead_of(db, Kept.PERSON, speakers)
    photos = photos_printed(db, edition_id, {instead.get(one, one) for one in speakers})
    sizes = sizes_of(db, photos.values())

    def one(person_id: int) -> PersonValues:
        photo = photos.get(instead.get(person_id, person_id))
        portrait = Logo(photo, *sizes[photo]) if photo in sizes else None
        return replace(
            people[person_id], biography=content["people"][str(person_id)]["biography"] or {}, photo=portrait
        )

    return tuple(map(one, speakers))
