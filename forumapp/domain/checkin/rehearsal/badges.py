"""Badges that a rehearsal prints: made as on the day, marked across each page, and kept by no print job, so that no
count or log has them. They wait for half an hour beside the pages of previews, and for no longer than the rehearsal.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forumapp.core.errors import NotFound
from forumapp.domain.accounts.editing.rows import get_in
from forumapp.domain.checkin import rehearsals
from forumapp.domain.checkin.rehearsal.badge_on_demand import badge_asked, draw
from forumapp.domain.checkin.rehearsal.services import RehearsalOver
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.models import Paper
from forumapp.domain.printing.previews.previews import KEY, Drawn
from forumapp.domain.printing.queries import NothingToPrint
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.files.preview_cache import Rack
    from forumapp.core.serving.render_pool import Workshop
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.forums.models import Edition


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What was made, and what would have to be mended before it is printed on the day."""

    pdf: bytes
    would_block: list[dict[str, Any]]


def rehearse_badges(
    db: DbSession,
    edition: Edition,
    ids: Sequence[int],
    said: Mapping[str, Any],
    edited: Mapping[str, Any],
    *,
    rack: Rack,
    workshop: Workshop,
    folder: Path,
    actor: Actor,
    now: datetime,
) -> str:
    """Of those of these registrations that get one, in one file; answers the key by which it is read. `said` and
    `edited` are as of `make_badge`, and nobody has a badge by it. Raises RehearsalOver, Invalid, NothingToPrint, and
    what `workshop` does.
    """
    from forumapp.domain.printing.pdf.imposition import merge

    _require_rehearsal(db, edition.id, now)
    drawn_by: Any = {"workshop": workshop, "folder": folder}
    asked: dict[int, Any] = {}
    for one in ids:
        with suppress(NothingToPrint):
            asked[one] = badge_asked(db, edition, one, said, is_rehearsal=True, actor=actor)
    if not asked:
        raise NothingToPrint(edition=edition.slug)
    made = [draw(db, edition, badge, edited, options, **drawn_by)[0] for badge, options in asked.values()]
    pdf: bytes = workshop.run(Drawn("rehearsed", merge([one.pdf for one in made]), folder=folder))
    key = hashlib.sha256(pdf).hexdigest()
    blocking = [found for one in made for found in one.findings if found["blocking"]]
    rack.put(f"{_name(edition.id, key)}.pdf", pdf)
    rack.put(f"{_name(edition.id, key)}.json", json.dumps({"of": list(asked), "would_block": blocking}).encode())
    return key


def read_rehearsed(db: DbSession, edition_id: int, key: str, *, rack: Rack, actor: Actor, now: datetime) -> Rehearsed:
    """For whoever may print all of them. Raises RehearsalOver, or NotFound where nothing is there any more."""
    _require_rehearsal(db, edition_id, now)
    within = services.require_paper(db, edition_id, Paper.BADGES, actor=actor)
    name = _name(edition_id, key)
    pdf, told = (rack.get(f"{name}.pdf"), rack.get(f"{name}.json")) if KEY.fullmatch(key) else (None, None)
    if pdf is None or told is None:
        raise NotFound(entity="badge")
    found = json.loads(told)
    for one in found["of"]:
        get_in(db, Registration, edition_id, one, within=within)
    return Rehearsed(pdf, found["would_block"])


def _require_rehearsal(db: DbSession, edition_id: int, now: datetime) -> None:
    if rehearsals.running(db, edition_id, now=now) is None:
        raise RehearsalOver


def _name(edition_id: int, key: str) -> str:
    return f"{edition_id}-rehearsed-{key}"
