"""Reading the pages that organizers write."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.errors import NotFound
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.editing.ordering import order_of
from forumapp.domain.accounts.editing.rows import get_by_code
from forumapp.domain.forums.models import ContentKind, ContentPage
from forumapp.domain.people.archive.archived_names import frozen_beside, person_printed
from forumapp.domain.people.models import FrozenName, Person
from forumapp.domain.people.queries import titles_in_edition
from forumapp.domain.people.records.services import name_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.ordering import Order
    from forumapp.domain.people.archive.archived_names import Appearance
    from forumapp.domain.people.queries import TitleLine


@dataclass(frozen=True, slots=True)
class Written:
    """A page as it is shown and printed. Texts are Markdown; `signatory` is whose letter it is, `picture_id` its own
    picture or that of who signs it.
    """

    code: str
    kind: ContentKind
    title: dict[str, str]
    body: dict[str, str]
    signatory_id: int | None
    signatory: Appearance | None
    picture_id: int | None
    is_sample: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """A page as the way to it shows it."""

    code: str
    title: dict[str, str]


def pages_in_order(edition_id: int) -> Select[ContentPage]:
    return select(ContentPage).where(ContentPage.edition_id == edition_id).order_by(ContentPage.position)


def list_pages(db: DbSession, edition_id: int) -> list[ContentPage]:
    return list(db.scalars(pages_in_order(edition_id)))


def pages_page(db: DbSession, edition_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[ContentPage]:
    return paged(db, pages_in_order(edition_id), number=number, size=size)


def get_page(db: DbSession, edition_id: int, code: str) -> ContentPage:
    return get_by_code(db, ContentPage, edition_id, code)


def content_order(db: DbSession, edition_id: int) -> Order:
    return order_of(db, pages_in_order(edition_id))


def headings_on_site(db: DbSession, edition_id: int) -> list[Heading]:
    """The ways to the pages that are shown on the site, in order."""
    query = pages_in_order(edition_id).where(ContentPage.on_site)
    rows = db.execute(query.with_only_columns(ContentPage.code, ContentPage.title))
    return [Heading(code, title) for code, title in rows]


def codes_on_site(db: DbSession, edition_ids: Collection[int]) -> dict[int, list[str]]:
    """The codes of the pages that are shown on the sites of these editions, by edition. One query."""
    shown = ContentPage.edition_id.in_(edition_ids), ContentPage.on_site
    query = select(ContentPage.edition_id, ContentPage.code).where(*shown).order_by(ContentPage.id)
    codes: dict[int, list[str]] = defaultdict(list)
    for edition_id, code in db.execute(query):
        codes[edition_id].append(code)
    return codes


def page_on_site(db: DbSession, edition_id: int, code: str) -> Written:
    """Two queries. A page that is not shown there does not exist for the public."""
    query = pages_in_order(edition_id).where(ContentPage.on_site, ContentPage.code == code)
    found = _written(db, edition_id, query)
    if not found:
        raise NotFound(entity="content_page", named=code)
    return found[0]


def pages_in_program(db: DbSession, edition_id: int) -> list[Written]:
    """Those of the program book, in order; two queries."""
    return _written(db, edition_id, pages_in_order(edition_id).where(ContentPage.in_program))


def _written(db: DbSession, edition_id: int, query: Select[ContentPage]) -> list[Written]:
    query = query.outerjoin(Person, Person.id == ContentPage.signatory_id)
    query = query.outerjoin(FrozenName, frozen_beside(ContentPage))
    rows = db.execute(query.add_columns(Person, FrozenName)).all()
    titles = titles_in_edition(db, edition_id, {person.id for _page, person, _kept in rows if person is not None})
    return [_one(page, person, kept, titles) for page, person, kept in rows]


def _one(
    page: ContentPage, person: Person | None, kept: FrozenName | None, titles: dict[int, list[TitleLine]]
) -> Written:
    signatory, photo_id = None, None
    if person is not None:
        said, photo_id = (kept.said, kept.image_id) if kept is not None else (None, person.photo_id)
        signatory = person_printed(said, name_of(person), titles.get(person.id, ()))
    return Written(
        page.code, page.kind, page.title, page.body, page.signatory_id, signatory, page.picture_id or photo_id,
        page.is_sample,
    )  # fmt: skip
