"""Series and editions, and an edition's hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import KeptSchema, NewOrderSchema, OrderSchema, RemovalSchema, Slug, page_from
from forumapp.core.text import LANGUAGES
from forumapp.domain.accounts.access import list_editions_of
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.forums import archiving, queries, services
from forumapp.domain.images.queries import get_image
from forumapp.schemas.choices import EditionStatus, HostRole, PageSize
from forumapp.schemas.fields import Bilingual, Choice, Day, Flag, Id, ListOf, Shape, Text, WholeNumber, Word, Zone

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.ordering import Order
    from forumapp.core.paging import Page
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.forums.models import Edition, Series
    from forumapp.domain.forums.queries import HostLine
    from forumapp.domain.images.models import Image
    from forumapp.domain.images.rules import Picture

COLOR = r"^#[0-9a-fA-F]{6}$"
HOSTS = "/editions/<slug:edition>/hosts"
HOST = f"{HOSTS}/<id:host_id>"
LOGO = f"{HOST}/logo"

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


class NewHostSchema(Shape):
    organization_id = Id(required=True)
    role = Choice(HostRole, required=True)
    print_order = WholeNumber(
        least=0, metadata={"description": "The place among those with the same role; the last one where none is given."}
    )
    remark = Bilingual()


class HostSchema(KeptSchema, NewHostSchema):
    name = Bilingual()
    logo_id = Id(allow_none=True, metadata={"description": "Another one with each picture; null without a logo."})


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


@blueprint.lists(HOSTS, HostSchema, public=True)
def list_hosts(call: Call, query: dict[str, Any], edition: str) -> Page[HostLine]:
    """Who hosts, organizes and supports an edition, in the order in which they are printed."""
    return page_from(queries.list_hosts(call.db, call.visible_edition(edition).id), query)


@blueprint.creates(HOSTS, NewHostSchema, HostSchema, needs=Permission.EDIT_EDITION)
def add_host(call: Call, values: dict[str, Any], edition: str) -> HostLine:
    """Give an organization a part in an edition."""
    of = call.edition(edition).id
    row = services.add_host(call.db, of, values, actor=call.actor, now=call.now)
    return queries.get_host(call.db, of, row.id)


@blueprint.reads(HOST, HostSchema, public=True)
def read_host(call: Call, edition: str, host_id: int) -> HostLine:
    """One host."""
    return queries.get_host(call.db, call.visible_edition(edition).id, host_id)


@blueprint.changes(HOST, NewHostSchema, HostSchema, needs=Permission.EDIT_EDITION)
def change_host(call: Call, changes: dict[str, Any], version: int, edition: str, host_id: int) -> HostLine:
    """Change a host's part, its place in print or its remark."""
    of = call.edition(edition).id
    services.update_host(call.db, of, host_id, changes, version=version, actor=call.actor, now=call.now)
    return queries.get_host(call.db, of, host_id)


@blueprint.removes(HOST, RemovalSchema, needs=Permission.EDIT_EDITION)
def remove_host(call: Call, version: int, edition: str, host_id: int) -> Removal:
    """Take a host's part away. The organization stays."""
    of = call.edition(edition).id
    return services.remove_host(call.db, of, host_id, version=version, actor=call.actor, now=call.now)


@blueprint.shows_picture(LOGO, public=True)
def read_host_logo(call: Call, edition: str, host_id: int) -> Image:
    """A host's logo."""
    return get_image(call.db, queries.get_host(call.db, call.visible_edition(edition).id, host_id).logo_id)


@blueprint.takes_picture(LOGO, HostSchema, of=HOST, needs=Permission.EDIT_EDITION)
def change_host_logo(call: Call, logo: Picture, version: int, edition: str, host_id: int) -> HostLine:
    """Give a host a logo: PNG, JPEG, WebP, GIF or SVG. It is checked, and kept smaller where it is large."""
    return _with_logo(call, logo, version, edition, host_id)


@blueprint.drops_picture(LOGO, HostSchema, of=HOST, needs=Permission.EDIT_EDITION)
def remove_host_logo(call: Call, version: int, edition: str, host_id: int) -> HostLine:
    """Take a host's logo away."""
    return _with_logo(call, None, version, edition, host_id)


def _with_logo(call: Call, logo: Picture | None, version: int, edition: str, host_id: int) -> HostLine:
    of = call.edition(edition).id
    services.update_host(call.db, of, host_id, {"logo": logo}, version=version, actor=call.actor, now=call.now)
    return queries.get_host(call.db, of, host_id)


@blueprint.reads(f"{HOSTS}/order", OrderSchema, needs=Permission.SEE_EDITION)
def read_host_order(call: Call, edition: str) -> Order:
    """The hosts' order in print, by their ids."""
    return queries.host_order(call.db, call.edition(edition).id)


@blueprint.replaces(f"{HOSTS}/order", NewOrderSchema, OrderSchema, needs=Permission.EDIT_EDITION)
def order_hosts(call: Call, values: dict[str, Any], version: int, edition: str) -> Order:
    """Put all hosts in order. It counts among those of the same role and level, which stand together in print."""
    of = call.edition(edition).id
    return services.order_hosts(call.db, of, values["ids"], version=version, actor=call.actor, now=call.now)
