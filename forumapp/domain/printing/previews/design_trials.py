"""A design tried on real people before it is saved: those with the longest names first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.forums.editions.pictures import sizes_of
from forumapp.domain.images.queries import contents_of
from forumapp.domain.printing.badges.back_content import back_facts
from forumapp.domain.printing.designs.choices import Chosen, pictures_on
from forumapp.domain.printing.designs.reader import plain
from forumapp.domain.printing.paper.documents import BadgeValues, Logo
from forumapp.domain.printing.paper.stocks import Stock
from forumapp.domain.printing.previews.previews import Beginning, Drawn, Preview, Readers, keep_preview
from forumapp.domain.printing.queries import badge_values, edition_head
from forumapp.domain.printing.rules import Options
from forumapp.domain.registration.models import RegistrationType

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.files.preview_cache import Rack
    from forumapp.core.serving.render_pool import Workshop
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.images.rules import Picture
    from forumapp.domain.printing.designs.queries import DesignLine
    from forumapp.domain.printing.designs.shapes import Design
    from forumapp.domain.printing.models import BadgeDesign
    from forumapp.domain.printing.paper.layout import Finding

SHOWN = 4
UNSAVED = 0  # in the place of the id of a picture that has none yet
DELEGATE, BLUE = {"en": "Delegate", "zh-Hans": "代表"}, "#1f4e79"  # while there is no registration type
HAN, WIDE = "\u2e80", 2  # from where on letters are as wide as two Latin ones
# For whoever may not see people, and while nobody is registered.
NOBODY = (
    ("Alexandra Featherstonehaugh-Montgomery", "", "Vice President, International Cooperation", "国际合作副总裁"),
    ("OUYANG Mingzhe", "欧阳明哲", "Deputy Director-General", "副司长"),
    ("LI Na", "李娜", "Analyst", "分析师"),
)


def try_design(
    db: DbSession,
    edition: Edition,
    design: Design,
    *,
    logo: int | Picture | None,
    types: Collection[str] = (),
    rack: Rack,
    workshop: Workshop,
    folder: Path,
    actor: Actor,
    count: int = SHOWN,
) -> Preview:
    """Badges of a few people as they would print, with what would be told of them. `types` are the codes of the
    registration types that have the design; without one, everyone's badges may. `logo` is the design's own, by its id
    or as it was chosen and is not saved yet.
    """
    trial = _trial(db, edition, design, logo, types, folder=folder, actor=actor, count=count)
    first = Beginning(trial.said, trial.draw)
    needs = (Permission.PRINT,) if trial.sees_people else (Permission.SEE_EDITION,)
    return keep_preview(edition.id, first, Readers(needs), rack=rack, workshop=workshop)


def print_trial(
    db: DbSession, edition: Edition, line: DesignLine, *, workshop: Workshop, folder: Path, actor: Actor
) -> bytes:
    """The same badges of a design as it stands, as a PDF."""
    types = types_with(db, line.row)
    logo_id = line.current.logo_id
    trial = _trial(db, edition, line.design, logo_id, types, folder=folder, actor=actor, count=SHOWN)
    pdf, _findings = workshop.run(trial.draw)
    return pdf


def types_with(db: DbSession, row: BadgeDesign) -> list[str]:
    """The codes of the registration types that have the design."""
    query = select(RegistrationType.code).where(RegistrationType.badge_design_id == row.id)
    return list(db.scalars(query.order_by(RegistrationType.position, RegistrationType.id)))


@dataclass(frozen=True, slots=True)
class _Trial:
    """`said` is all that the pages follow from."""

    said: object
    draw: Callable[[], tuple[bytes, list[Finding]]]
    sees_people: bool


def _trial(
    db: DbSession,
    edition: Edition,
    design: Design,
    logo: int | Picture | None,
    types: Collection[str],
    *,
    folder: Path,
    actor: Actor,
    count: int,
) -> _Trial:
    access = require(db, edition.id, Permission.SEE_EDITION, actor=actor)
    sees_people = access.within(Permission.PRINT) is None
    people = _people(db, edition, types, count) if sees_people else []
    head = edition_head(db, edition, Options())
    people = people or _samples(db, edition, types)[:count]
    design = replace(design, bleed=0.0)  # the badge as it is cut
    unsaved = {} if logo is None or isinstance(logo, int) else {UNSAVED: logo}
    shown = _logo(db, logo or edition.logo_id)
    looks = {one.type_code: Chosen(design, 0, logo=shown) for one in people}
    backs = back_facts(db, edition, looks)

    held = contents_of(db, pictures_on(people, looks)) | {key: one.content for key, one in unsaved.items()}
    draw = Drawn(
        "trial", people, Stock("design", *design.page), head, looks=looks, backs=backs, held=held, folder=folder
    )
    said = (head, plain(design), shown, [one.sha256 for one in unsaved.values()], backs, people)
    return _Trial(said, draw, sees_people)


def _logo(db: DbSession, image_id: int | Picture | None) -> Logo | None:
    if image_id is not None and not isinstance(image_id, int):
        return Logo(UNSAVED, image_id.width, image_id.height)
    size = sizes_of(db, [image_id]).get(image_id) if image_id else None
    return Logo(image_id, *size) if image_id and size else None


def _people(db: DbSession, edition: Edition, types: Collection[str], count: int) -> list[BadgeValues]:
    found = badge_values(db, edition.id, Options())
    among = [one for one in found if one.type_code in types] or found
    return sorted(among, key=_width, reverse=True)[:count]


def _width(one: BadgeValues) -> int:
    return max(_of(one.latin_name), _of(one.native_name))


def _of(text: str) -> int:
    return sum(WIDE if letter >= HAN else 1 for letter in text)


def _samples(db: DbSession, edition: Edition, types: Collection[str]) -> list[BadgeValues]:
    """Of the first type that has the design, or of the first of all."""
    kinds = db.scalars(
        select(RegistrationType)
        .where(RegistrationType.edition_id == edition.id)
        .order_by(RegistrationType.position, RegistrationType.id)
    ).all()
    kind = next((one for one in kinds if one.code in types), kinds[0] if kinds else None)
    code, name, color = (kind.code, kind.name, kind.color) if kind else ("delegate", DELEGATE, BLUE)
    return [
        BadgeValues(
            registration_id=0,
            latin_name=latin,
            native_name=native,
            native_lang="zh-Hans",
            title={"en": title, "zh-Hans": chinese},
            organization={"en": "Institute of Examples", "zh-Hans": "示例研究院"},
            type_code=code,
            type_name=name,
            type_color=color,
            code="SAMPLE",
            short_code="SAMPLE22",
        )
        for latin, native, title, chinese in NOBODY
    ]
