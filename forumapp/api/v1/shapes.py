"""Shapes and helpers that the domains' operations share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.joined_records import With as With  # noqa: PLC0414 (operations take it from here)
from forumapp.core.values.paging import page_of
from forumapp.core.values.times import Moment, Span
from forumapp.schemas.choices import MediaRole, Purpose, Via
from forumapp.schemas.fields import (
    Bilingual,
    Choice,
    Id,
    Instant,
    ListOf,
    MomentSchema,
    Part,
    Shape,
    SpanEnd,
    Text,
    WholeNumber,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forumapp.core.values.paging import Page

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class Slug(Text):
    """A code that the house's addresses are made of."""

    def __init__(self, **options: Any) -> None:
        super().__init__(pattern=SLUG, longest=60, shortest=1, **options)


class KeptSchema(Shape):
    """The fields of every record that can be changed."""

    id = Id(required=True)
    version = WholeNumber(required=True)


class TitleSchema(Shape):
    title = Bilingual()
    organization = Bilingual()


class NameSchema(Shape):
    latin = ma.fields.String()
    native = ma.fields.String(attribute="native_full")
    native_language = ma.fields.String()


class NewSpanSchema(Shape):
    """From one wall time to a later one, each in its own zone."""

    start = Part(MomentSchema, required=True)
    end = Part(MomentSchema, required=True)


class SpanSchema(Shape):
    start = SpanEnd(required=True)
    end = SpanEnd(required=True)


class AccreditationSchema(Shape):
    """A journalist's outlet, and who checked their identity document. Nothing of the document is stored."""

    outlet = Bilingual()
    role = Choice(MediaRole, allow_none=True)
    role_other = ma.fields.String()
    id_seen_at = Instant(allow_none=True)
    id_seen_by = Id(allow_none=True)


class RemovalSchema(Shape):
    """What was removed, without its contents. It may be restored."""

    id = Id(required=True)
    kind = ma.fields.String(attribute="entity", required=True, metadata={"description": "The table it was in."})
    record_id = Id(attribute="entity_id", required=True)
    label = Bilingual()
    along = ma.fields.Dict(
        keys=ma.fields.String(),
        values=WholeNumber(),
        metadata={"description": "The numbers of records removed with it."},
    )
    removed_at = Instant(required=True)
    removed_by = Id(allow_none=True, metadata={"description": "An account; null is the system."})
    restored_at = Instant(allow_none=True)


class NewOrderSchema(Shape):
    """The ids of all rows, each once, in the requested order."""

    ids = ListOf(Id(), required=True, most=1000)


class OrderSchema(NewOrderSchema):
    version = WholeNumber(required=True, metadata={"description": "A digest of the order, as in its entity tag."})


def span_of(values: dict[str, Any]) -> Span:
    """Remove both ends from `values` and return their span. The other entries are columns."""
    return Span(values.pop("start"), values.pop("end"))


def changed_span(changes: dict[str, Any], stands: Span) -> Span | None:
    """Takes the ends that change out of `changes`; the other end stays where it is."""
    start: Moment | None = changes.pop("start", None)
    end: Moment | None = changes.pop("end", None)
    return Span(start or stands.start, end or stands.end) if start or end else None


def page_from(
    everything: Sequence[Any], query: dict[str, Any], make: Callable[[Any], Any] = lambda each: each
) -> Page[Any]:
    """A page of a list that is whole in memory."""
    page = page_of(everything, number=query["page"], size=query["page_size"])
    return page.of([make(each) for each in page.items])


class ConsentSchema(Shape):
    """A consent in the words that were shown, and whether it was withdrawn."""

    purpose = Choice(Purpose, required=True)
    number = WholeNumber(required=True)
    text = ma.fields.String(required=True)
    language = ma.fields.String(required=True)
    given_at = Instant(required=True)
    withdrawn_at = Instant(allow_none=True)
    channel = Choice(Via, required=True)


class OverCapacitySchema(Shape):
    """Who authorized a spot over capacity, and why."""

    account_id = Id()
    name = Text()
    reason = Text()
