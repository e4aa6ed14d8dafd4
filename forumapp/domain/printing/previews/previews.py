"""Papers on the screen, as pictures of their pages, before anything is printed.

The pages are kept for a while under a name made from what they say, and shown to those alone who may have the paper.
Nothing of it is in the database, and no address names anyone.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from forumapp.core.errors import Forbidden, NotFound
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.printing.designs.choices import pictures_on
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.pdf import raster

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.files.preview_cache import Rack
    from forumapp.core.serving.render_pool import Workshop
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.printing.designs.choices import Chosen
    from forumapp.domain.printing.paper.documents import BadgeValues, EditionHead
    from forumapp.domain.printing.paper.layout import Finding
    from forumapp.domain.printing.paper.stocks import Stock

MOST_PAGES = 40
PAGE, LARGE = raster.PAGE, raster.LARGE
KEPT_AS = 2  # raised when pages are kept otherwise, or look otherwise though they say the same
KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first pages of a paper, or all. `said` is what its pages say, but for the moment of printing: what says the
    same looks the same. `make` is sent to a process with limits; it answers a PDF, or one and what to mend.
    """

    said: object
    make: Callable[[], bytes | tuple[bytes, list[Finding]]]
    is_whole: bool = True


class Drawn:
    """A function of `pages.py` by its name, with what it gets: whoever sends it need not load the typesetter."""

    def __init__(self, name: str, *arguments: Any, **of: Any) -> None:
        self.name, self.arguments, self.of = name, arguments, of

    def __call__(self) -> Any:
        from forumapp.domain.printing.previews import pages

        return getattr(pages, self.name)(*self.arguments, **self.of)


@dataclass(frozen=True, slots=True)
class Readers:
    """Who may see a paper: whoever has all that it `needs`, everywhere or for its delegation. `is_shared` tells
    everyone the same, wherever they have it.
    """

    needs: tuple[Permission, ...]
    delegation_id: int | None = None
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """`pages` are the width and height of each in points; `is_whole` where no page of the paper is left out. `findings`
    as a job keeps them.
    """

    key: str
    pages: list[tuple[float, float]]
    is_whole: bool
    findings: list[dict[str, Any]]


def keep_preview(edition_id: int, first: Beginning, readers: Readers, *, rack: Rack, workshop: Workshop) -> Preview:
    """Lay the pages out, unless what says the same stands there. The caller has asked whether they may see them."""
    key = hashlib.sha256(repr((KEPT_AS, readers, first.is_whole, first.said)).encode()).hexdigest()
    name = f"{edition_id}-{key}"
    kept = rack.get(f"{name}.json")
    if kept is None or rack.get(f"{name}.pdf") is None:
        pdf, sizes, findings = workshop.run(_laid_out, first.make)
        kept = json.dumps(
            {
                "needs": [one.value for one in readers.needs],
                "delegation": readers.delegation_id,
                "shared": readers.is_shared,
                "pages": sizes[:MOST_PAGES],
                "whole": first.is_whole and len(sizes) <= MOST_PAGES,
                "findings": [asdict(one) for one in findings],
            }
        ).encode()
        rack.put(f"{name}.pdf", pdf)
        rack.put(f"{name}.json", kept)
    stored = json.loads(kept)
    return Preview(key, [(width, height) for width, height in stored["pages"]], stored["whole"], stored["findings"])


def _laid_out(make: Callable[[], Any]) -> tuple[bytes, list[tuple[float, float]], list[Finding]]:
    made = make()
    pdf, findings = made if isinstance(made, tuple) else (made, [])
    return pdf, raster.page_sizes(pdf), findings


def preview_page(
    db: DbSession,
    edition_id: int,
    key: str,
    number: int,
    longest: int,
    *,
    rack: Rack,
    workshop: Workshop,
    actor: Actor,
) -> bytes:
    """One page of a preview as WebP. Raises NotFound where there is none, or none any more, or not for the caller."""
    name = f"{edition_id}-{key}"
    kept = rack.get(f"{name}.json") if KEY.fullmatch(key) else None
    if kept is None:
        raise NotFound(entity="page")
    stored = json.loads(kept)
    _require_reader(db, edition_id, stored, actor=actor)
    if not 0 < number <= len(stored["pages"]):
        raise NotFound(entity="page")
    picture = rack.get(f"{name}-{number}-{longest}.webp")
    if picture is None:
        pdf = rack.get(f"{name}.pdf")
        if pdf is None:
            raise NotFound(entity="page")
        picture = workshop.run(raster.page_as_picture, pdf, number, longest)
        rack.put(f"{name}-{number}-{longest}.webp", picture)
    return picture


def _require_reader(db: DbSession, edition_id: int, stored: dict[str, Any], *, actor: Actor) -> None:
    needs = [Permission(one) for one in stored["needs"]]
    access = require(db, edition_id, needs[0], actor=actor)
    within = replace(access, scopes=None).within(*needs)  # what printing reads goes with it, as in `paper_within`
    if within is not None and not within:
        raise Forbidden(needs=services.find_missing(access, needs).value)
    if within is not None and not stored["shared"] and stored["delegation"] not in within:
        raise NotFound(entity="page")


def draw_badge(
    values: BadgeValues,
    stock: Stock,
    head: EditionHead,
    looks: Mapping[str, Chosen],
    pictures: Callable[[Collection[int]], Mapping[int, bytes]],
    *,
    workshop: Workshop,
    folder: Path,
) -> tuple[bytes, list[Finding]]:
    """The badge of someone who is not registered yet as WebP, and what would be told of it before printing. Nothing is
    kept.
    """
    held = pictures(pictures_on([values], looks))
    drawn: tuple[bytes, list[Finding]] = workshop.run(
        Drawn("one_badge", values, stock, head, looks=looks, held=held, folder=folder)
    )
    return drawn
