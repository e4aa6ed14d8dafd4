"""Pages of a list in the answer's body, with the addresses of the pages around them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import marshmallow as ma
from flask import request

from forumapp.core.values.paging import LARGEST_PAGE, PAGE_SIZE
from forumapp.schemas.fields import CODES, LARGEST, Shape, Text

if TYPE_CHECKING:
    from forumapp.core.values.paging import Page

LONGEST_SEARCH = 100


class Number(ma.fields.Integer):
    """A number in a query string."""

    default_error_messages = CODES

    def __init__(self, default: int | None, most: int, **options: Any) -> None:
        """Without a default, a missing number is left out of the loaded values."""
        field_options = options if default is None else {"load_default": default, **options}
        super().__init__(validate=ma.validate.Range(1, most, error="out-of-range"), **field_options)


class PageQuery(Shape):
    page = Number(1, LARGEST)
    page_size = Number(PAGE_SIZE, LARGEST_PAGE)


class SearchQuery(PageQuery):
    q = Text(longest=LONGEST_SEARCH, load_default="", metadata={"description": "Words, each of which must be found."})


class LinksSchema(Shape):
    self = ma.fields.String(required=True)
    first = ma.fields.String(required=True)
    last = ma.fields.String(metadata={"description": "Missing where `total_is_exact` is false."})
    prev = ma.fields.String()
    next = ma.fields.String()


class PageSchema(Shape):
    page = ma.fields.Integer(required=True)
    page_size = ma.fields.Integer(required=True)
    total = ma.fields.Integer(required=True)
    total_is_exact = ma.fields.Boolean(
        required=True,
        metadata={"description": "False where counting would take too long: `total` is then a lower bound."},
    )
    links = ma.fields.Nested(LinksSchema, required=True)


@cache  # one schema, under one name in the document, for all lists of it
def page_of(item: type[ma.Schema]) -> type[ma.Schema]:
    """The schema of a page of `item`s."""
    fields = {"items": ma.fields.List(ma.fields.Nested(item), required=True)}
    return type(f"{item.__name__.removesuffix('Schema')}PageSchema", (PageSchema,), fields)


def page_body(page: Page[Any], items: list[Any]) -> dict[str, Any]:
    return {
        "items": items,
        "page": page.number,
        "page_size": page.size,
        "total": page.total,
        "total_is_exact": page.is_counted,
        "links": _links(page),
    }


def _links(page: Page[Any]) -> dict[str, str]:
    numbers = {"self": page.number, "first": 1}
    if page.is_counted:
        numbers["last"] = page.last
    if page.has_previous:
        numbers["prev"] = min(page.number - 1, page.last)
    if page.has_next:
        numbers["next"] = page.number + 1
    return {name: _link(number, page.size) for name, number in numbers.items()}


def _link(number: int, size: int) -> str:
    """The same list with its filters, at another page."""
    arguments = {**request.args.to_dict(), "page": number, "page_size": size}
    return f"{request.path}?{urlencode(arguments)}"
