"""Series and editions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import Number, SearchQuery
from forumapp.api.v1.shapes import KeptSchema, Slug, page_from
from forumapp.core.values.numbers import LARGEST_ID
from forumapp.core.values.text import LANGUAGES
from forumapp.domain.accounts.access import list_editions_of
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.checkin.setup import date_change
from forumapp.domain.forums import queries
from forumapp.domain.forums.editions import archiving, services
from forumapp.domain.images.queries import get_image
from forumapp.schemas.choices import EditionStatus, PageSize, PrintBlock
from forumapp.schemas.fields import (
    Bilingual,
    Choice,
    Day,
    Email,
    Flag,
    Id,
    ListOf,
    Part,
    Shape,
    Text,
    WholeNumber,
    Word,
    Zone,
)

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.forums.models import Edition, Series
    from forumapp.domain.images.models import Image
    from forumapp.domain.images.rules import Picture

COLOR = r"^#[0-9a-fA-F]{6}$"
EDITION = "/editions/<slug:edition>"

blueprint = ApiBlueprint("Forums", __name__, description="Series and their editions.")


class NewSeriesSchema(Shape):
    code = Slug(required=True)
    name = Bilingual(needed=True)


class SeriesSchema(KeptSchema, NewSeriesSchema):
    pass


class EditionsQuery(SearchQuery):
    series_id = Number(None, LARGEST_ID, metadata={"description": "Those of one series."})


class NewEditionSchema(Shape):
    slug = Slug(metadata={"description": "Of the series and the year, as in ccbf-2023, where none is given."})
    series_id = Id(required=True)
    ordinal = WholeNumber(required=True, least=1)
    year = WholeNumber(least=1900, most=2999, metadata={"description": "That of the first day where none is given."})
    name = Bilingual(needed=True)
    theme = Bilingual()
    place = Bilingual()
    starts_on = Day(required=True)
    ends_on = Day()
    zone = Zone(required=True)
    languages = ListOf(Word(LANGUAGES), required=True, least=1, most=len(LANGUAGES))
    page_size = Choice(PageSize)
    print_blocks = ListOf(
        Word([block.value for block in PrintBlock]),
        most=len(PrintBlock),
        metadata={"description": "Findings that stop a print; others are reported and do not."},
    )
    changes_until = Day(
        allow_none=True,
        metadata={
            "description": "The last day on which registrants change their own registration; null: the day before "
            "the forum."
        },
    )
    contact_email = Email(
        allow_none=True,
        metadata={"description": "Where registrants send questions from then on."},
    )
    accent_color = Text(pattern=COLOR, longest=7)
    status = Choice(EditionStatus)


class EditionFieldsSchema(NewEditionSchema):
    leaves_behind = Flag(
        metadata={
            "description": "`false` refuses dates that leave anything behind, with the code `left-behind`: sessions "
            "that begin, or people who were let in, on none of the new days, of which it tells how many."
        }
    )


class AccentSchema(Shape):
    """How the accent color is used, so that words on it and in it can be read. Contrasts are WCAG's, from 1 to 21."""

    ink = Text(metadata={"description": "The color of words on it."})
    contrast_on_it = ma.fields.Float(attribute="on_it")
    as_text = Text(metadata={"description": "What stands for it where words are written in it: itself, or darker."})
    contrast_in_it = ma.fields.Float(attribute="in_it", metadata={"description": "Of the color as it was given."})


class EditionSchema(KeptSchema, NewEditionSchema):
    accent = Part(AccentSchema, dump_only=True)
    logo_id = Id(allow_none=True, metadata={"description": "Another one with each picture; null without a logo."})
    slug = Slug(required=True)
    year = WholeNumber(required=True)
    ends_on = Day(required=True)
    is_sample = Flag()


@blueprint.lists("/series", SeriesSchema, query=SearchQuery)
def list_series(call: Call, query: dict[str, Any]) -> Page[Series]:
    """All series, by code; found by words of code or name."""
    found = [row for row in queries.list_series(call.db) if queries.is_called(query["q"], row.code, row.name)]
    return page_from(found, query)


@blueprint.creates("/series", NewSeriesSchema, SeriesSchema, located_by="code", needs=Permission.CREATE_EDITIONS)
def create_series(call: Call, values: dict[str, Any]) -> Series:
    """Begin a series."""
    return services.create_series(call.db, **values, actor=call.actor, now=call.now)


@blueprint.reads("/series/<slug:code>", SeriesSchema)
def read_series(call: Call, code: str) -> Series:
    """One series."""
    return queries.get_series(call.db, code)


@blueprint.changes(
    "/series/<slug:code>", NewSeriesSchema, SeriesSchema, without=("code",), needs=Permission.CREATE_EDITIONS
)
def change_series(call: Call, changes: dict[str, Any], version: int, code: str) -> Series:
    """Change a series' name."""
    return services.update_series(call.db, code, changes, version=version, actor=call.actor, now=call.now)


@blueprint.lists("/editions", EditionSchema, query=EditionsQuery, public=True)
def list_editions(call: Call, query: dict[str, Any]) -> Page[Edition]:
    """The editions that the public may see and, with a token, those the caller organizes; the latest first."""
    visible = queries.list_visible_editions(call.db, list_editions_of(call.db, actor=call.actor))
    found = [
        row
        for row in visible
        if query.get("series_id", row.series_id) == row.series_id and queries.is_called(query["q"], row.slug, row.name)
    ]
    return page_from(found, query)


@blueprint.creates("/editions", NewEditionSchema, EditionSchema, located_by="slug", needs=Permission.CREATE_EDITIONS)
def create_edition(call: Call, values: dict[str, Any]) -> Edition:
    """Begin an edition, which the caller then owns."""
    return services.create_edition(call.db, values, actor=call.actor, now=call.now)


@blueprint.reads(EDITION, EditionSchema, public=True)
def read_edition(call: Call, edition: str) -> Edition:
    """One edition."""
    return call.visible_edition(edition)


@blueprint.changes(
    EDITION,
    EditionFieldsSchema,
    EditionSchema,
    without=("slug", "series_id"),
    needs=Permission.EDIT_EDITION,
)
def change_edition(call: Call, changes: dict[str, Any], version: int, edition: str) -> Edition:
    """Change an edition."""
    edition_id, knows = call.edition(edition).id, changes.pop("leaves_behind", True)
    by: Any = {"leaves_behind": knows, "version": version, "actor": call.actor, "now": call.now}
    return date_change.change_edition(call.db, edition_id, changes, **by)


@blueprint.shows_picture(f"{EDITION}/logo", public=True)
def read_edition_logo(call: Call, edition: str) -> Image:
    """An edition's logo."""
    return get_image(call.db, call.visible_edition(edition).logo_id)


@blueprint.takes_picture(f"{EDITION}/logo", EditionSchema, record_path=EDITION, needs=Permission.EDIT_EDITION)
def change_edition_logo(call: Call, logo: Picture, version: int, edition: str) -> Edition:
    """Give an edition a logo: PNG, JPEG, WebP, GIF or SVG. It is checked, and kept smaller where it is large."""
    edition_id = call.edition(edition).id
    return services.update_edition(call.db, edition_id, {"logo": logo}, version=version, actor=call.actor, now=call.now)


@blueprint.drops_picture(f"{EDITION}/logo", EditionSchema, record_path=EDITION, needs=Permission.EDIT_EDITION)
def remove_edition_logo(call: Call, version: int, edition: str) -> Edition:
    """Take an edition's logo away."""
    edition_id = call.edition(edition).id
    return services.update_edition(call.db, edition_id, {"logo": None}, version=version, actor=call.actor, now=call.now)


@blueprint.acts(f"{EDITION}/archive", EditionSchema, tagged=True, needs=Permission.ARCHIVE_EDITION)
def archive_edition(call: Call, version: int, edition: str) -> Edition:
    """Archive an edition: until it is reopened, every change is refused with the code `archived`."""
    edition_id = call.edition(edition).id
    return archiving.archive_edition(call.db, edition_id, version=version, actor=call.actor, now=call.now)


@blueprint.acts(f"{EDITION}/take-names", EditionSchema, tagged=True, needs=Permission.EDIT_EDITION)
def take_names_of_now(call: Call, version: int, edition: str) -> Edition:
    """Use today's names of people and organizations in an edition that was archived and reopened."""
    edition_id = call.edition(edition).id
    return archiving.take_names_of_now(call.db, edition_id, version=version, actor=call.actor, now=call.now)


@blueprint.acts(f"{EDITION}/reopen", EditionSchema, tagged=True, needs=Permission.ARCHIVE_EDITION)
def reopen_edition(call: Call, version: int, edition: str) -> Edition:
    """Let an archived edition be changed again. It is `closed` then."""
    edition_id = call.edition(edition).id
    return archiving.reopen_edition(call.db, edition_id, version=version, actor=call.actor, now=call.now)
