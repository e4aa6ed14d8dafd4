"""Who hosts, organizes, supports and sponsors an edition, and the levels of its sponsors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import KeptSchema, NewOrderSchema, OrderSchema, RemovalSchema, page_from
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.forums import queries
from forumapp.domain.forums.hosts import levels
from forumapp.domain.forums.hosts import services as hosts_services
from forumapp.domain.images.queries import get_image
from forumapp.schemas.choices import HostRole
from forumapp.schemas.fields import Bilingual, Choice, Id, Shape, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.ordering import Order
    from forumapp.core.values.paging import Page
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.forums.models import SponsorLevel
    from forumapp.domain.forums.queries import HostLine
    from forumapp.domain.images.models import Image
    from forumapp.domain.images.rules import Picture

HOSTS = "/editions/<slug:edition>/hosts"
HOST = f"{HOSTS}/<id:host_id>"
LOGO = f"{HOST}/logo"
LEVELS = "/editions/<slug:edition>/sponsor-levels"
LEVEL = f"{LEVELS}/<id:level_id>"

blueprint = ApiBlueprint("Hosts", __name__, description="Hosts and sponsors, in the order in which they are printed.")


class NewHostSchema(Shape):
    organization_id = Id(required=True)
    role = Choice(HostRole, required=True)
    level_id = Id(allow_none=True, metadata={"description": "A sponsor's level."})
    print_order = WholeNumber(
        least=0, metadata={"description": "The place among those with the same role; the last one where none is given."}
    )
    remark = Bilingual()


class HostSchema(KeptSchema, NewHostSchema):
    name = Bilingual()
    level = Bilingual(allow_none=True, metadata={"description": "The level's name."})
    logo_id = Id(allow_none=True, metadata={"description": "Another one with each picture; null without a logo."})


@blueprint.lists(HOSTS, HostSchema, public=True)
def list_hosts(call: Call, query: dict[str, Any], edition: str) -> Page[HostLine]:
    """Who hosts, organizes and supports an edition, in the order in which they are printed."""
    return page_from(queries.list_hosts(call.db, call.visible_edition(edition).id), query)


@blueprint.creates(HOSTS, NewHostSchema, HostSchema, needs=Permission.EDIT_EDITION)
def add_host(call: Call, values: dict[str, Any], edition: str) -> HostLine:
    """Give an organization a part in an edition."""
    edition_id = call.edition(edition).id
    row = hosts_services.add_host(call.db, edition_id, values, actor=call.actor, now=call.now)
    return queries.get_host(call.db, edition_id, row.id)


@blueprint.reads(HOST, HostSchema, public=True)
def read_host(call: Call, edition: str, host_id: int) -> HostLine:
    """One host."""
    return queries.get_host(call.db, call.visible_edition(edition).id, host_id)


@blueprint.changes(HOST, NewHostSchema, HostSchema, needs=Permission.EDIT_EDITION)
def change_host(call: Call, changes: dict[str, Any], version: int, edition: str, host_id: int) -> HostLine:
    """Change a host's part, its place in print or its remark."""
    edition_id = call.edition(edition).id
    hosts_services.update_host(call.db, edition_id, host_id, changes, version=version, actor=call.actor, now=call.now)
    return queries.get_host(call.db, edition_id, host_id)


@blueprint.removes(HOST, RemovalSchema, needs=Permission.EDIT_EDITION)
def remove_host(call: Call, version: int, edition: str, host_id: int) -> Removal:
    """Take a host's part away. The organization stays."""
    edition_id = call.edition(edition).id
    return hosts_services.remove_host(call.db, edition_id, host_id, version=version, actor=call.actor, now=call.now)


@blueprint.shows_picture(LOGO, public=True)
def read_host_logo(call: Call, edition: str, host_id: int) -> Image:
    """A host's logo."""
    return get_image(call.db, queries.get_host(call.db, call.visible_edition(edition).id, host_id).logo_id)


@blueprint.takes_picture(LOGO, HostSchema, record_path=HOST, needs=Permission.EDIT_EDITION)
def change_host_logo(call: Call, logo: Picture, version: int, edition: str, host_id: int) -> HostLine:
    """Give a host a logo: PNG, JPEG, WebP, GIF or SVG. It is checked, and kept smaller where it is large."""
    return _with_logo(call, logo, version, edition, host_id)


@blueprint.drops_picture(LOGO, HostSchema, record_path=HOST, needs=Permission.EDIT_EDITION)
def remove_host_logo(call: Call, version: int, edition: str, host_id: int) -> HostLine:
    """Take a host's logo away."""
    return _with_logo(call, None, version, edition, host_id)


def _with_logo(call: Call, logo: Picture | None, version: int, edition: str, host_id: int) -> HostLine:
    edition_id = call.edition(edition).id
    hosts_services.update_host(
        call.db, edition_id, host_id, {"logo": logo}, version=version, actor=call.actor, now=call.now
    )
    return queries.get_host(call.db, edition_id, host_id)


@blueprint.reads(f"{HOSTS}/order", OrderSchema, needs=Permission.SEE_EDITION)
def read_host_order(call: Call, edition: str) -> Order:
    """The hosts' order in print, by their ids."""
    return queries.host_order(call.db, call.edition(edition).id)


@blueprint.replaces(f"{HOSTS}/order", NewOrderSchema, OrderSchema, needs=Permission.EDIT_EDITION)
def order_hosts(call: Call, values: dict[str, Any], version: int, edition: str) -> Order:
    """Put all hosts in order. It counts among those of the same role and level, which stand together in print."""
    edition_id = call.edition(edition).id
    return hosts_services.order_hosts(
        call.db, edition_id, values["ids"], version=version, actor=call.actor, now=call.now
    )


class NewLevelSchema(Shape):
    name = Bilingual(needed=True)


class LevelSchema(KeptSchema, NewLevelSchema):
    position = WholeNumber(required=True)


@blueprint.lists(LEVELS, LevelSchema, needs=Permission.SEE_EDITION)
def list_sponsor_levels(call: Call, query: dict[str, Any], edition: str) -> Page[SponsorLevel]:
    """The levels of sponsors, in the order in which they are printed."""
    return queries.levels_page(call.db, call.edition(edition).id, number=query["page"], size=query["page_size"])


@blueprint.creates(LEVELS, NewLevelSchema, LevelSchema, needs=Permission.EDIT_EDITION)
def create_sponsor_level(call: Call, values: dict[str, Any], edition: str) -> SponsorLevel:
    """Add a level, after those that there are."""
    return levels.create_level(call.db, call.edition(edition).id, values["name"], actor=call.actor, now=call.now)


@blueprint.reads(LEVEL, LevelSchema, needs=Permission.SEE_EDITION)
def read_sponsor_level(call: Call, edition: str, level_id: int) -> SponsorLevel:
    """One level."""
    return queries.get_level(call.db, call.edition(edition).id, level_id)


@blueprint.changes(LEVEL, NewLevelSchema, LevelSchema, needs=Permission.EDIT_EDITION)
def change_sponsor_level(
    call: Call, changes: dict[str, Any], version: int, edition: str, level_id: int
) -> SponsorLevel:
    """Change a level's name."""
    edition_id = call.edition(edition).id
    name = changes.get("name", queries.get_level(call.db, edition_id, level_id).name)
    return levels.rename_level(call.db, edition_id, level_id, name, version=version, actor=call.actor, now=call.now)


@blueprint.removes(LEVEL, RemovalSchema, needs=Permission.EDIT_EDITION)
def remove_sponsor_level(call: Call, version: int, edition: str, level_id: int) -> Removal:
    """Take a level away. Refused while it has sponsors."""
    edition_id = call.edition(edition).id
    return levels.remove_level(call.db, edition_id, level_id, version=version, actor=call.actor, now=call.now)


@blueprint.reads(f"{LEVELS}/order", OrderSchema, needs=Permission.SEE_EDITION)
def read_sponsor_level_order(call: Call, edition: str) -> Order:
    """The levels' order, by their ids."""
    return queries.level_order(call.db, call.edition(edition).id)


@blueprint.replaces(f"{LEVELS}/order", NewOrderSchema, OrderSchema, needs=Permission.EDIT_EDITION)
def order_sponsor_levels(call: Call, values: dict[str, Any], version: int, edition: str) -> Order:
    """Put all levels in order."""
    edition_id = call.edition(edition).id
    return levels.order_levels(call.db, edition_id, values["ids"], version=version, actor=call.actor, now=call.now)
