"""The pages that organizers write for the site and for the program book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import KeptSchema, NewOrderSchema, OrderSchema, RemovalSchema, Slug
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.forums.pages import queries
from forumapp.domain.forums.pages import services as pages_services
from forumapp.domain.images.queries import get_image
from forumapp.schemas.choices import ContentKind
from forumapp.schemas.fields import PARAGRAPHS, Bilingual, Choice, Flag, Id, Shape, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.ordering import Order
    from forumapp.core.values.paging import Page
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.forums.models import ContentPage
    from forumapp.domain.images.models import Image
    from forumapp.domain.images.rules import Picture

PAGES = "/editions/<slug:edition>/content-pages"
PAGE = f"{PAGES}/<slug:code>"
PICTURE = f"{PAGE}/picture"
MARKDOWN = "Markdown without HTML, pictures and code. Links lead to https, http, mailto and tel addresses."

blueprint = ApiBlueprint("Content pages", __name__, description="Welcome letters, practical and other pages.")


class NewContentPageSchema(Shape):
    code = Slug(required=True, metadata={"description": "It ends the page's address on the site."})
    kind = Choice(ContentKind, required=True)
    title = Bilingual(needed=True)
    body = Bilingual(longest=PARAGRAPHS, metadata={"description": MARKDOWN})
    signatory_id = Id(allow_none=True, metadata={"description": "The person who signs the letter."})
    on_site = Flag(metadata={"description": "Shown on the site."})
    in_program = Flag(metadata={"description": "Printed in the program book."})


class ContentPageSchema(KeptSchema, NewContentPageSchema):
    picture_id = Id(allow_none=True, metadata={"description": "Another one with each picture; null without one."})
    position = WholeNumber()
    is_sample = Flag()


@blueprint.lists(PAGES, ContentPageSchema, needs=Permission.SEE_EDITION)
def list_content_pages(call: Call, query: dict[str, Any], edition: str) -> Page[ContentPage]:
    """The pages that organizers have written, in order."""
    return queries.pages_page(call.db, call.edition(edition).id, number=query["page"], size=query["page_size"])


@blueprint.reads(f"{PAGES}/order", OrderSchema, needs=Permission.SEE_EDITION)
def read_content_page_order(call: Call, edition: str) -> Order:
    """The pages' order, by their ids."""
    return queries.content_order(call.db, call.edition(edition).id)


@blueprint.replaces(f"{PAGES}/order", NewOrderSchema, OrderSchema, needs=Permission.EDIT_EDITION)
def order_content_pages(call: Call, values: dict[str, Any], version: int, edition: str) -> Order:
    """Put all pages in order."""
    edition_id = call.edition(edition).id
    return pages_services.order_pages(
        call.db, edition_id, values["ids"], version=version, actor=call.actor, now=call.now
    )


@blueprint.creates(PAGES, NewContentPageSchema, ContentPageSchema, located_by="code", needs=Permission.EDIT_EDITION)
def create_content_page(call: Call, values: dict[str, Any], edition: str) -> ContentPage:
    """Create a page at the end of the list."""
    return pages_services.create_page(call.db, call.edition(edition).id, values, actor=call.actor, now=call.now)


@blueprint.reads(PAGE, ContentPageSchema, needs=Permission.SEE_EDITION)
def read_content_page(call: Call, edition: str, code: str) -> ContentPage:
    """One page."""
    return queries.get_page(call.db, call.edition(edition).id, code)


@blueprint.changes(
    PAGE,
    NewContentPageSchema,
    ContentPageSchema,
    without=("code",),
    needs=Permission.EDIT_EDITION,
)
def change_content_page(call: Call, changes: dict[str, Any], version: int, edition: str, code: str) -> ContentPage:
    """Change a page."""
    return _changed(call, changes, version, edition, code)


@blueprint.removes(PAGE, RemovalSchema, needs=Permission.EDIT_EDITION)
def remove_content_page(call: Call, version: int, edition: str, code: str) -> Removal:
    """Take a page away."""
    row = queries.get_page(call.db, call.edition(edition).id, code)
    return pages_services.remove_page(call.db, row.edition_id, row.id, version=version, actor=call.actor, now=call.now)


@blueprint.shows_picture(PICTURE, needs=Permission.SEE_EDITION)
def read_content_picture(call: Call, edition: str, code: str) -> Image:
    """A page's own picture."""
    return get_image(call.db, queries.get_page(call.db, call.edition(edition).id, code).picture_id)


@blueprint.takes_picture(PICTURE, ContentPageSchema, record_path=PAGE, needs=Permission.EDIT_EDITION)
def change_content_picture(call: Call, picture: Picture, version: int, edition: str, code: str) -> ContentPage:
    """Give a page a picture: PNG, JPEG, WebP, GIF or SVG. It is checked, and kept smaller where it is large."""
    return _changed(call, {"picture": picture}, version, edition, code)


@blueprint.drops_picture(PICTURE, ContentPageSchema, record_path=PAGE, needs=Permission.EDIT_EDITION)
def remove_content_picture(call: Call, version: int, edition: str, code: str) -> ContentPage:
    """Take a page's picture away."""
    return _changed(call, {"picture": None}, version, edition, code)


def _changed(call: Call, changes: dict[str, Any], version: int, edition: str, code: str) -> ContentPage:
    row = queries.get_page(call.db, call.edition(edition).id, code)
    return pages_services.update_page(
        call.db, row.edition_id, row.id, changes, version=version, actor=call.actor, now=call.now
    )
