"""The agenda that was published last, for files and programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from forumapp.core.errors import NotFound
from forumapp.domain.agenda.content.snapshots import CANCELLED, public_view, whole_view
from forumapp.domain.agenda.formats.published import Publication, hidden_parts
from forumapp.domain.agenda.models import Session
from forumapp.domain.agenda.queries import latest_version, published_agenda

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.models import AgendaVersion
    from forumapp.domain.forums.models import Edition


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What files of a version do not hold: parts that everyone's view leaves out, and sessions."""

    parts: int
    cancelled: int  # left out of formats that know no state of a session
    untimed: int  # in no version before they have a time


def publication_of(edition: Edition, version: AgendaVersion, base_url: str, *, is_whole: bool = False) -> Publication:
    """What everyone may read of a version, and where `is_whole` beside it what those may who work on it. Raises
    SealBroken.
    """
    content = published_agenda(version)
    return Publication(
        slug=edition.slug,
        name=edition.name,
        zone=edition.zone,
        starts_on=edition.starts_on,
        number=version.number,
        label=version.label,
        published_at=version.published_at,
        sha256=version.sha256,
        content=public_view(content),
        address=f"{base_url}/{edition.slug}/agenda",
        whole=whole_view(content) if is_whole else None,
    )


def latest_publication(db: DbSession, edition: Edition, base_url: str, *, is_whole: bool = False) -> Publication:
    """Raises NotFound while nothing was published."""
    version = latest_version(db, edition.id)
    if version is None:
        raise NotFound(entity="agenda_version")
    return publication_of(edition, version, base_url, is_whole=is_whole)


def left_out(db: DbSession, edition_id: int) -> LeftOut | None:
    """Of the version that stands, None before there is one. Raises SealBroken."""
    version = latest_version(db, edition_id)
    if version is None:
        return None
    content = published_agenda(version)
    untimed = select(func.count(Session.id)).where(Session.edition_id == edition_id, Session.start_utc.is_(None))
    return LeftOut(
        parts=sum(hidden_parts(content, public_view(content)).values()),
        cancelled=sum(one["status"] == CANCELLED for one in content["sessions"]),
        untimed=db.scalar(untimed) or 0,
    )
