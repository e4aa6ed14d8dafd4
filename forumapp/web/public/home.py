"""The list of forums, and an edition's first page."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from flask import current_app, render_template, url_for

from forumapp.core.database.transactions import reading
from forumapp.domain.forums.editions.pictures import sizes_of
from forumapp.domain.forums.queries import list_hosts, list_public_editions, list_venues
from forumapp.domain.images.rules import even_size
from forumapp.domain.registration.lists.queries import list_types
from forumapp.web.frame import pages
from forumapp.web.public import linked_data
from forumapp.web.public.site import edition_named, is_taking, render
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from forumapp.core.config import Config
    from forumapp.domain.forums.queries import Logo

blueprint = pages("home", __name__)
LOGO_AREA, LOGO_ROOM = 7200, (180, 96)  # square pixels of a logo, and how wide and high it may be


@blueprint.get("/")
def editions() -> str:
    return render_template("public/home/editions.html", editions=list_public_editions(reading()))


@blueprint.get("/<slug>")
def edition(slug: str) -> str:
    edition_row = edition_named(slug)
    config: Config = current_app.extensions["forumapp.config"]
    address = config.base_url + url_for(".edition", slug=slug)
    hosts = list_hosts(reading(), edition_row.id)
    venues = list_venues(reading(), edition_row.id)
    groups = groupby(hosts, key=lambda line: (line.role.value, line.level))
    return render(
        "public/home/edition.html",
        edition_row,
        "home",
        venues=venues,
        sizes=sizes_of(reading(), [venue.floor_plan_id for venue in venues]),
        hosts=[(role, level, list(lines)) for (role, level), lines in groups],
        logo_size=logo_size,
        linked=linked_data.block(linked_data.event_of(edition_row, address, language())),
        is_open=is_taking(edition_row) and bool(list_types(reading(), edition_row.id, open_only=True)),
    )


def logo_size(logo: Logo) -> tuple[int, int]:
    """Width and height in pixels."""
    wide, high = even_size(logo.width, logo.height, area=LOGO_AREA, widest=LOGO_ROOM[0], highest=LOGO_ROOM[1])
    return max(1, round(wide)), max(1, round(high))
