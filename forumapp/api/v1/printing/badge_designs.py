"""Designs of badges: those that stand ready, and an edition's own with their versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma
from flask import current_app

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import KeptSchema, Slug, With, page_from
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.images.queries import get_image
from forumapp.domain.printing.designs import queries, services
from forumapp.domain.printing.designs.json_schema import LAYOUT
from forumapp.domain.printing.designs.reader import plain
from forumapp.domain.printing.designs.ready_designs import ready_designs
from forumapp.domain.printing.pdf.raster import page_as_png
from forumapp.domain.printing.previews.design_trials import print_trial
from forumapp.schemas.fields import Bilingual, Id, Instant, Shape, WholeNumber, Word

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.images.models import Image
    from forumapp.domain.images.rules import Picture
    from forumapp.domain.printing.designs.queries import DesignLine
    from forumapp.domain.printing.models import BadgeDesignVersion

READY = "/badge-designs/ready"
DESIGNS = "/editions/<slug:edition>/badge-designs"
DESIGN = f"{DESIGNS}/<slug:code>"
LOGO = f"{DESIGN}/logo"
LONGEST = 1200  # pixels
VERSIONS = f"{DESIGN}/versions"

blueprint = ApiBlueprint("Badge designs", __name__, description="How badges look, box by box.")


class Layout(ma.fields.Dict):
    """What a design says. The domain's own reader checks it, and names what is wrong by box and field."""

    default_error_messages = {"required": "required", "null": "required", "invalid": "invalid"}  # noqa: RUF012 (theirs)

    def __init__(self, **options: Any) -> None:
        super().__init__(keys=ma.fields.String(), metadata=LAYOUT, **options)


class ReadySchema(Shape):
    code = ma.fields.String(required=True, metadata={"examples": ["a6-portrait-speaker"]})
    layout = Layout(required=True)


class NewDesignSchema(Shape):
    code = Slug(metadata={"description": "Made from the name where it is left out."})
    name = Bilingual(needed=True)
    ready = Word(sorted(ready_designs()), metadata={"description": "The ready design to begin from."})
    layout = Layout()  # instead of a ready one


class DesignSchema(KeptSchema):
    code = Slug(required=True)
    name = Bilingual()
    ready = ma.fields.String(metadata={"description": "The ready design that it began from."})
    number = WholeNumber(required=True, metadata={"description": "The version in use."})
    layout = Layout(required=True)
    logo_id = Id(allow_none=True, metadata={"description": "A logo of its own; null is the edition's."})


class DesignVersionSchema(Shape):
    number = WholeNumber(required=True)
    layout = Layout(required=True)
    logo_id = Id(allow_none=True)
    created_at = Instant(required=True)
    made_by = Id(allow_none=True, metadata={"description": "An account; null is the system."})


@blueprint.lists(READY, ReadySchema)
def list_ready_badge_designs(_call: Call, query: dict[str, Any]) -> Page[dict[str, Any]]:
    """The designs that stand ready, for each size of badge and each look."""
    designs = [{"code": code, "layout": plain(design)} for code, design in ready_designs().items()]
    return page_from(designs, query)


@blueprint.lists(DESIGNS, DesignSchema, needs=Permission.SEE_EDITION)
def list_badge_designs(call: Call, query: dict[str, Any], edition: str) -> Page[With]:
    """The edition's own designs."""
    page = queries.designs_page(call.db, call.edition(edition).id, number=query["page"], size=query["page_size"])
    return page.of([_serialize(line) for line in page.items])


@blueprint.creates(DESIGNS, NewDesignSchema, DesignSchema, located_by="code", needs=Permission.EDIT_EDITION)
def create_badge_design(call: Call, values: dict[str, Any], edition: str) -> With:
    """Begin a design from a ready one, or from a layout."""
    edition_id = call.edition(edition).id
    return _serialize(services.create_design(call.db, edition_id, values, actor=call.actor, now=call.now))


@blueprint.reads(DESIGN, DesignSchema, needs=Permission.SEE_EDITION)
def read_badge_design(call: Call, edition: str, code: str) -> With:
    """One design with the layout in use."""
    return _serialize(queries.get_design(call.db, call.edition(edition).id, code))


@blueprint.changes(DESIGN, NewDesignSchema, DesignSchema, without=("code", "ready"), needs=Permission.EDIT_EDITION)
def change_badge_design(call: Call, changes: dict[str, Any], version: int, edition: str, code: str) -> With:
    """Change its name, or its layout, which makes the next version of it."""
    edition_id = call.edition(edition).id
    return _serialize(
        services.change_design(call.db, edition_id, code, changes, version=version, actor=call.actor, now=call.now)
    )


@blueprint.lists(VERSIONS, DesignVersionSchema, needs=Permission.SEE_EDITION)
def list_badge_design_versions(call: Call, query: dict[str, Any], edition: str, code: str) -> Page[BadgeDesignVersion]:
    """A design's versions, the latest first. None of them ever changes."""
    row = queries.get_design(call.db, call.edition(edition).id, code).row
    return queries.versions_page(call.db, row, number=query["page"], size=query["page_size"])


@blueprint.downloads(f"{DESIGN}/preview.pdf", "application/pdf", needs=Permission.SEE_EDITION)
def preview_badge_design(call: Call, edition: str, code: str) -> tuple[bytes, str]:
    """Badges in this design of the longest names; of invented people where the caller may not print everyone's."""
    return _tried(call, edition, code), f"{edition}-{code}.pdf"


@blueprint.downloads(f"{DESIGN}/preview.png", "image/png", needs=Permission.SEE_EDITION)
def preview_badge_picture(call: Call, edition: str, code: str) -> tuple[bytes, str]:
    """The first of these badges as a picture."""
    return page_as_png(_tried(call, edition, code), 1, LONGEST), f"{edition}-{code}.png"


def _tried(call: Call, edition: str, code: str) -> bytes:
    edition_row = call.edition(edition)
    line = queries.get_design(call.db, edition_row.id, code)
    folder = current_app.extensions["forumapp.config"].data_dir / "fonts"
    workshop = current_app.extensions["forumapp.workshop"]
    return print_trial(call.db, edition_row, line, workshop=workshop, folder=folder, actor=call.actor)


@blueprint.shows_picture(LOGO, needs=Permission.SEE_EDITION)
def read_badge_logo(call: Call, edition: str, code: str) -> Image:
    """A design's own logo."""
    return get_image(call.db, queries.get_design(call.db, call.edition(edition).id, code).current.logo_id)


@blueprint.takes_picture(LOGO, DesignSchema, record_path=DESIGN, needs=Permission.EDIT_EDITION)
def change_badge_logo(call: Call, picture: Picture, version: int, edition: str, code: str) -> With:
    """Give a design a logo of its own: PNG, JPEG, WebP, GIF or SVG. It is a new version."""
    edition_id = call.edition(edition).id
    return _serialize(
        services.set_logo(call.db, edition_id, code, picture, version=version, actor=call.actor, now=call.now)
    )


@blueprint.drops_picture(LOGO, DesignSchema, record_path=DESIGN, needs=Permission.EDIT_EDITION)
def remove_badge_logo(call: Call, version: int, edition: str, code: str) -> With:
    """Show the edition's logo again, in a new version."""
    edition_id = call.edition(edition).id
    return _serialize(
        services.set_logo(call.db, edition_id, code, None, version=version, actor=call.actor, now=call.now)
    )


def _serialize(line: DesignLine) -> With:
    return With(line.row, layout=plain(line.design), logo_id=line.current.logo_id)
