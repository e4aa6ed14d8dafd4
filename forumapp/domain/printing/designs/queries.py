"""Reading badge designs, and which one each registration type has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from forumapp.core.errors import NotFound
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.forums.models import Edition
from forumapp.domain.images.models import Image
from forumapp.domain.printing.designs.choices import Chosen, Looks
from forumapp.domain.printing.designs.reader import saved_design
from forumapp.domain.printing.designs.shapes import Design, fits
from forumapp.domain.printing.models import BadgeDesign, BadgeDesignVersion
from forumapp.domain.printing.paper.documents import Logo
from forumapp.domain.registration.models import RegistrationType

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.printing.paper.stocks import Stock


@dataclass(frozen=True, slots=True)
class DesignLine:
    """A design with what its version in use says."""

    row: BadgeDesign
    current: BadgeDesignVersion

    @property
    def design(self) -> Design:
        return saved_design(self.current.layout)


def list_designs(db: DbSession, edition_id: int) -> list[DesignLine]:
    """By their codes. One query."""
    return [DesignLine(row, current) for row, current in db.execute(_lines(edition_id))]


def designs_page(db: DbSession, edition_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[DesignLine]:
    page = paged(db, _lines(edition_id), number=number, size=size)
    return page.of([DesignLine(row, current) for row, current in page.items])


def get_design(db: DbSession, edition_id: int, code: str) -> DesignLine:
    found = db.execute(_lines(edition_id).where(BadgeDesign.code == code)).one_or_none()
    if found is None:
        raise NotFound(entity="badge_design", named=code)
    return DesignLine(*found)


def versions_page(
    db: DbSession, design: BadgeDesign, *, number: int = 1, size: int = PAGE_SIZE
) -> Page[BadgeDesignVersion]:
    """The latest first."""
    query = select(BadgeDesignVersion).where(BadgeDesignVersion.design_id == design.id)
    return paged(db, query.order_by(BadgeDesignVersion.number.desc()), number=number, size=size)


def get_version(db: DbSession, design: BadgeDesign, number: int) -> BadgeDesignVersion:
    version = BadgeDesignVersion
    found = db.scalar(select(version).where(version.design_id == design.id, version.number == number))
    if found is None:
        raise NotFound(entity="badge_design_version")
    return found


def is_logo(db: DbSession, edition_id: int, image_id: int) -> bool:
    """Whether a design of the edition has the picture, or had it."""
    query = select(BadgeDesignVersion.id).where(
        BadgeDesignVersion.edition_id == edition_id, BadgeDesignVersion.logo_id == image_id
    )
    return db.scalar(query.limit(1)) is not None


def looks_of(db: DbSession, edition_id: int, stock: Stock | None = None) -> Looks:
    """The designs of registration types by their codes; `stock` is one that was asked for. One query."""
    current, image = _current(), Image
    query = (
        select(RegistrationType.code, current.id, current.layout, image.id.label("logo"), image.width, image.height)
        .join(BadgeDesign, BadgeDesign.id == RegistrationType.badge_design_id)
        .join(current, (current.design_id == BadgeDesign.id) & (current.number == BadgeDesign.number))
        .join(Edition, Edition.id == RegistrationType.edition_id)
        .outerjoin(image, image.id == func.coalesce(current.logo_id, Edition.logo_id))
        .where(RegistrationType.edition_id == edition_id)
    )
    looks = {}
    for row in db.execute(query):
        design, logo = saved_design(row.layout), Logo(row.logo, row.width, row.height) if row.logo else None
        looks[row.code] = Chosen(design, row.id, stock is None or fits(design, stock.width, stock.height), logo)
    return looks


def _current() -> Any:
    return aliased(BadgeDesignVersion)


def _lines(edition_id: int) -> Select[Any]:
    current = _current()
    return (
        select(BadgeDesign, current)
        .join(current, (current.design_id == BadgeDesign.id) & (current.number == BadgeDesign.number))
        .where(BadgeDesign.edition_id == edition_id)
        .order_by(BadgeDesign.code)
    )
