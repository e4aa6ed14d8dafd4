"""The pages that organizers have written for visitors."""

from __future__ import annotations

from forumapp.core.database.transactions import reading
from forumapp.domain.forums.editions.pictures import sizes_of
from forumapp.domain.forums.pages.queries import page_on_site
from forumapp.web.frame import pages
from forumapp.web.public.site import edition_named, render

blueprint = pages("contents", __name__)


@blueprint.get("/<slug>/pages/<code>")
def page(slug: str, code: str) -> str:
    edition_row = edition_named(slug)
    written = page_on_site(reading(), edition_row.id, code)
    size = sizes_of(reading(), [written.picture_id]).get(written.picture_id or 0)
    return render("public/contents/page.html", edition_row, f"pages/{code}", page=written, size=size)
