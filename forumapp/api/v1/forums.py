"""Series and editions, and an edition's hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import KeptSchema, Slug
from forumapp.core.text import LANGUAGES
from forumapp.domain.accounts.access import list_editions_of
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.forums import archiving, queries, services
from forumapp.schemas.choices import EditionStatus, PageSize
from forumapp.schemas.fields import Bilingual, Choice, Day, Flag, Id, ListOf, Shape, Text, WholeNumber, Word, Zone

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.paging import Page
    from forumapp.domain.forums.models import Edition, Series

COLOR = r"^#[0-9a-fA-F]{6}$"

blueprint = ApiBlueprint("Forums", __name__, description="Series, their editions and hosts.")


class NewSeriesSchema(Shape):
    code = Slug(required=True)
    name = Bilingual(needed=True)


class SeriesSchema(KeptSchema, NewSeriesSchema):
    pass


class NewEditionSchema(Shape):
    slug = Slug(required=True)
    series_id = Id(required=True)
    ordinal = WholeNumber(required=True, least=1)
    year = WholeNumber(required=True, least=1900, most=2999)
    name = Bilingual(needed=True)
    theme = Bilingual()
    place = Bilingual()
    starts_on = Day(required=True)
    ends_on = Day(required=True)
    zone = Zone(required=True)
    languages = ListOf(Word(LANGUAGES), required=True, least=1, most=len(LANGUAGES))
    page_size = Choice(PageSize)
    accent_color = Text(pattern=COLOR, longest=7)
    status = Choice(EditionStatus)


class EditionSchema(KeptSchema, NewEditionSchema):
    is_sample = Flag()


@blueprint.lists("/series", SeriesSchema)
def list_series(call: Call, query: dict[str, Any]) -> Page[Series]:
    """All series."""
    return queries.series_page(call.db, number=query["page"], size=query["page_size"])


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


@blueprint.lists("/editions", EditionSchema, public=True)
def list_editions(call: Call, query: dict[str, Any]) -> Page[Edition]:
    """The editions that the public may see and, with a token, those the caller organizes."""
    own = None if call.actor.account_id is None else list_editions_of(call.db, actor=call.actor)
    return queries.editions_page(call.db, of=own, number=query["page"], size=query["page_size"])


@blueprint.creates("/editions", NewEditionSchema, EditionSchema, located_by="slug", needs=Permission.CREATE_EDITIONS)
def create_edition(call: Call, values: dict[str, Any]) -> Edition:
    """Begin an edition, which the caller then owns."""
    return services.create_edition(call.db, values, actor=call.actor, now=call.now)


@blueprint.reads("/editions/<slug:edition>", EditionSchema, public=True)
def read_edition(call: Call, edition: str) -> Edition:
    """One edition."""
    return call.visible_edition(edition)


@blueprint.changes(
    "/editions/<slug:edition>",
    NewEditionSchema,
    EditionSchema,
    without=("slug", "series_id"),
    needs=Permission.EDIT_EDITION,
)
def change_edition(call: Call, changes: dict[str, Any], version: int, edition: str) -> Edition:
    """Change an edition."""
    row = call.edition(edition)
    return services.update_edition(call.db, row.id, changes, version=version, actor=call.actor, now=call.now)


@blueprint.acts("/editions/<slug:edition>/archive", EditionSchema, tagged=True, needs=Permission.ARCHIVE_EDITION)
def archive_edition(call: Call, version: int, edition: str) -> Edition:
    """Keep an edition as it is: until it is reopened, whatever would change it is refused with the code `archived`."""
    of = call.edition(edition).id
    return archiving.archive_edition(call.db, of, version=version, actor=call.actor, now=call.now)


@blueprint.acts("/editions/<slug:edition>/reopen", EditionSchema, tagged=True, needs=Permission.ARCHIVE_EDITION)
def reopen_edition(call: Call, version: int, edition: str) -> Edition:
    """Let an archived edition be changed again. It is `closed` then."""
    of = call.edition(edition).id
    return archiving.reopen_edition(call.db, of, version=version, actor=call.actor, now=call.now)
