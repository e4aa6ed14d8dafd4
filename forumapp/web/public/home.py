"""The list of forums, and an edition's first page."""

from __future__ import annotations

from itertools import groupby

from flask import render_template

from forumapp.core.transactions import reading
from forumapp.domain.forums.pictures import sizes_of
from forumapp.domain.forums.queries import list_hosts, list_public_editions, list_venues
from forumapp.domain.registration.queries import list_types
from forumapp.web.frame import pages
from forumapp.web.public.site import edition_named, is_taking, render

blueprint = pages("home", __name__)


@blueprint.get("/")
def editions() -> str:
    return render_template("public/home/editions.html", editions=list_public_editions(reading()))


@blueprint.get("/<slug>")
def edition(slug: str) -> str:
    found = edition_named(slug)
    hosts = list_hosts(reading(), found.id)
    by_role = [(role.value, list(lines)) for role, lines in groupby(hosts, key=lambda line: line.role)]
    venues = list_venues(reading(), found.id)
    return render(
        "public/home/edition.html",
        found,
        "home",
        hosts=by_role,
        venues=venues,
        sizes=sizes_of(reading(), [venue.floor_plan_id for venue in venues]),
        is_open=is_taking(found) and bool(list_types(reading(), found.id, open_only=True)),
    )
