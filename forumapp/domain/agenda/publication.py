"""The agenda that was published last, for files and programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.errors import NotFound
from forumapp.domain.agenda.formats.published import Publication
from forumapp.domain.agenda.queries import latest_version, public_agenda

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.models import AgendaVersion
    from forumapp.domain.forums.models import Edition


def publication_of(edition: Edition, version: AgendaVersion, base_url: str) -> Publication:
    """What everyone may read of a version. Raises SealBroken."""
    return Publication(
        slug=edition.slug,
        name=edition.name,
        zone=edition.zone,
        starts_on=edition.starts_on,
        number=version.number,
        label=version.label,
        published_at=version.published_at,
        sha256=version.sha256,
        content=public_agenda(version),
        address=f"{base_url}/{edition.slug}/agenda",
    )


def latest_publication(db: DbSession, edition: Edition, base_url: str) -> Publication:
    """Raises NotFound while nothing was published."""
    version = latest_version(db, edition.id)
    if version is None:
        raise NotFound(entity="agenda_version")
    return publication_of(edition, version, base_url)
