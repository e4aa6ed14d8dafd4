"""Reading editions and what belongs to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, case, select

from forumapp.core.database.compiled_statements import Prepared
from forumapp.core.errors import NotFound
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.core.values.text import fold
from forumapp.domain.accounts.editing.ordering import order_of
from forumapp.domain.accounts.editing.rows import get_in
from forumapp.domain.forums.models import (
    Edition,
    EditionHost,
    EditionStatus,
    HostRole,
    Room,
    Series,
    SponsorLevel,
    Venue,
)
from forumapp.domain.images.models import Image
from forumapp.domain.people.archive.archived_names import frozen_beside, organization_printed
from forumapp.domain.people.models import FrozenName, Organization

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.ordering import Order
    from forumapp.domain.images.rules import MediaType

# The order in which roles are printed; within a role, the organizers' own order counts.
ROLES_IN_PRINT = tuple(HostRole)
_OF_SLUG = select(Edition).where(Edition.slug == bindparam("of_slug"))
_ID_OF = Prepared(select(Edition.id).where(Edition.slug == bindparam("of_slug")))


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo without its content: what is needed to make room for it."""

    id: int
    media_type: MediaType
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class HostLine:
    """A host as it is shown and printed."""

    id: int
    version: int
    organization_id: int
    role: HostRole
    print_order: int
    name: dict[str, str]
    remark: dict[str, str]
    level_id: int | None = None
    level: dict[str, str] | None = None
    logo_id: int | None = None
    logo: Logo | None = None


def find_edition(db: DbSession, slug: str) -> Edition | None:
    return db.scalar(_OF_SLUG, {"of_slug": slug})


def get_edition(db: DbSession, slug: str) -> Edition:
    edition = find_edition(db, slug)
    if edition is None:
        raise NotFound(entity="edition", named=slug)
    return edition


def get_edition_id(db: DbSession, slug: str) -> int:
    """Of a statement built once, for the path on which hundreds register in a minute."""
    edition_id: int | None = _ID_OF.value(db, {"of_slug": slug})
    if edition_id is None:
        raise NotFound(entity="edition")
    return edition_id


def get_public_edition(db: DbSession, slug: str) -> Edition:
    """An edition that the public may see; a draft does not exist for it."""
    edition = get_edition(db, slug)
    if edition.status == EditionStatus.DRAFT:
        raise NotFound(entity="edition")
    return edition


def has_editions(db: DbSession) -> bool:
    return db.scalar(select(Edition.id).limit(1)) is not None


def list_public_editions(db: DbSession) -> list[Edition]:
    query = select(Edition).where(Edition.status != EditionStatus.DRAFT)
    return list(db.scalars(query.order_by(Edition.starts_on.desc(), Edition.id)))


def list_visible_editions(db: DbSession, own: Collection[int]) -> list[Edition]:
    """The editions with the ids `own` and those that the public may see, the latest first."""
    query = select(Edition).where((Edition.status != EditionStatus.DRAFT) | Edition.id.in_(own))
    return list(db.scalars(query.order_by(Edition.starts_on.desc(), Edition.id)))


def get_edition_by_id(db: DbSession, edition_id: int) -> Edition:
    edition = db.get(Edition, edition_id)
    if edition is None:
        raise NotFound(entity="edition")
    return edition


def list_editions(db: DbSession, edition_ids: Collection[int]) -> list[Edition]:
    """The editions with these ids, the latest first."""
    query = select(Edition).where(Edition.id.in_(edition_ids))
    return list(db.scalars(query.order_by(Edition.starts_on.desc(), Edition.id)))


def list_series(db: DbSession) -> list[Series]:
    return list(db.scalars(select(Series).order_by(Series.code)))


def is_called(search: str, code: str, name: Mapping[str, str]) -> bool:
    """Whether each word of `search` is in the code or the names of a series or an edition, of which there are few."""
    told = fold(" ".join((code, *name.values())))
    return all(word in told for word in map(fold, search.split()))


def get_series(db: DbSession, code: str) -> Series:
    series = db.scalar(select(Series).where(Series.code == code))
    if series is None:
        raise NotFound(entity="series")
    return series


def list_hosts(db: DbSession, edition_id: int) -> list[HostLine]:
    """Hosts, co-hosts, ... as they are printed. One query."""
    return [_host_line(*found) for found in db.execute(_host_lines(edition_id))]


def is_host(db: DbSession, edition_id: int, organization_id: int) -> bool:
    hosts = select(EditionHost.id).filter_by(edition_id=edition_id, organization_id=organization_id)
    return db.scalar(hosts.limit(1)) is not None


def get_host(db: DbSession, edition_id: int, host_id: int) -> HostLine:
    found = db.execute(_host_lines(edition_id).where(EditionHost.id == host_id)).one_or_none()
    if found is None:
        raise NotFound(entity="edition_host")
    return _host_line(*found)


def hosts_in_order(edition_id: int) -> Select[EditionHost]:
    """The one order in which hosts stand wherever they are shown or printed: by role, by level, and then by hand."""
    by_role = case({role: place for place, role in enumerate(ROLES_IN_PRINT)}, value=EditionHost.role)
    # Sponsors without a level come after those with one; NULL sorts otherwise on each database.
    by_level = (SponsorLevel.position.is_(None), SponsorLevel.position)
    return (
        select(EditionHost)
        .outerjoin(SponsorLevel, SponsorLevel.id == EditionHost.level_id)
        .where(EditionHost.edition_id == edition_id)
        .order_by(by_role, *by_level, EditionHost.print_order)
    )


def host_order(db: DbSession, edition_id: int) -> Order:
    return order_of(db, hosts_in_order(edition_id))


def _host_lines(edition_id: int) -> Select[Any]:
    return (
        hosts_in_order(edition_id)
        .join(Organization, Organization.id == EditionHost.organization_id)
        .outerjoin(Image, Image.id == EditionHost.logo_id)
        .outerjoin(FrozenName, frozen_beside(EditionHost))
        .add_columns(FrozenName.said, Organization.short, Organization.legal, SponsorLevel.name)
        .add_columns(Image.media_type, Image.width, Image.height)
    )


def _host_line(
    host: EditionHost,
    said: dict[str, Any] | None,
    short: dict[str, str],
    legal: dict[str, str],
    level: dict[str, str] | None,
    *logo: Any,
) -> HostLine:
    return HostLine(
        host.id,
        host.version,
        host.organization_id,
        host.role,
        host.print_order,
        organization_printed(said, short, legal),
        host.remark,
        host.level_id,
        level,
        host.logo_id,
        Logo(host.logo_id, *logo) if host.logo_id is not None else None,
    )


def levels_in_order(edition_id: int) -> Select[SponsorLevel]:
    return select(SponsorLevel).where(SponsorLevel.edition_id == edition_id).order_by(SponsorLevel.position)


def list_levels(db: DbSession, edition_id: int) -> list[SponsorLevel]:
    return list(db.scalars(levels_in_order(edition_id)))


def levels_page(db: DbSession, edition_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[SponsorLevel]:
    return paged(db, levels_in_order(edition_id), number=number, size=size)


def get_level(db: DbSession, edition_id: int, level_id: int) -> SponsorLevel:
    return get_in(db, SponsorLevel, edition_id, level_id)


def level_order(db: DbSession, edition_id: int) -> Order:
    return order_of(db, levels_in_order(edition_id))


def list_venues(db: DbSession, edition_id: int) -> list[Venue]:
    return list(db.scalars(select(Venue).where(Venue.edition_id == edition_id).order_by(Venue.id)))


def list_rooms(db: DbSession, edition_id: int) -> list[Room]:
    return list(db.scalars(rooms_in_order(edition_id)))


def rooms_in_order(edition_id: int) -> Select[Room]:
    """Venue by venue, and within one by hand."""
    return select(Room).where(Room.edition_id == edition_id).order_by(Room.venue_id, Room.position, Room.id)


def room_order(db: DbSession, edition_id: int) -> Order:
    return order_of(db, rooms_in_order(edition_id))


def venues_page(db: DbSession, edition_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[Venue]:
    query = select(Venue).where(Venue.edition_id == edition_id).order_by(Venue.id)
    return paged(db, query, number=number, size=size)


def rooms_page(db: DbSession, edition_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[Room]:
    return paged(db, rooms_in_order(edition_id), number=number, size=size)


def get_venue(db: DbSession, edition_id: int, venue_id: int) -> Venue:
    return get_in(db, Venue, edition_id, venue_id)


def get_room(db: DbSession, edition_id: int, room_id: int) -> Room:
    return get_in(db, Room, edition_id, room_id)
