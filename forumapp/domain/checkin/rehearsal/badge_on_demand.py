"""One badge, made while somebody waits for it: as it stands, or as the desk words it on this one piece. Whoever was let
in without a place gets one as well: they are asked for it in every room.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from forumapp.core.errors import Invalid, Refusal
from forumapp.core.values.text import LANGUAGES, LINE, is_one_line
from forumapp.domain.checkin.rehearsal.services import refuse_in_rehearsal
from forumapp.domain.images.queries import contents_of
from forumapp.domain.people.models import EditionTitle, Organization, Person
from forumapp.domain.printing import queries
from forumapp.domain.printing.badges.back_content import back_facts
from forumapp.domain.printing.checks.unapproved_names import unproofed_badges
from forumapp.domain.printing.designs.choices import pictures_on, versions_of
from forumapp.domain.printing.designs.queries import looks_of
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.models import Paper, PrintLine
from forumapp.domain.printing.paper.blocking_findings import refuse_blocked, weighed
from forumapp.domain.printing.pdf.renderer import RENDERER
from forumapp.domain.printing.previews.previews import Drawn
from forumapp.domain.printing.rules import chosen_stock, stock_for
from forumapp.domain.registration.lists.queries import find_live_code
from forumapp.domain.registration.models import Registration, TicketCode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.files.storage import Storage
    from forumapp.core.serving.render_pool import Workshop
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.models import PrintJob, Reprint
    from forumapp.domain.printing.paper.documents import BadgeValues
    from forumapp.domain.printing.paper.layout import Finding
    from forumapp.domain.printing.rules import Options

NAMES, TEXTS = ("latin_name", "native_name"), ("title", "organization")


class CodeEnded(Refusal):
    """While the badge was being drawn, the code that it bears was revoked: the place is another one's by now."""

    code = "code-ended"


@dataclass(frozen=True, slots=True)
class MadeBadge:
    """What was made, and what its print job keeps of it. `edited` are the parts that say something else than what
    stands; `live_code` is what opened doors before it was drawn, and None of who had no such code.
    """

    pdf: bytes
    pages: int
    badge: BadgeValues
    edited: Mapping[str, Any]
    options: Options
    designs: Mapping[str, int]
    findings: list[dict[str, Any]]
    live_code: str | None


def make_badge(
    db: DbSession,
    edition: Edition,
    registration_id: int,
    said: Mapping[str, Any],
    edited: Mapping[str, Any],
    *,
    reason: Reprint | None,
    workshop: Workshop,
    folder: Path,
    actor: Actor,
    now: datetime,
) -> MadeBadge:
    """Nothing is kept yet. `said` are a print's options; `edited` may have the names as they are printed, and title and
    organization by language. Raises what `services.ask_print` would, NothingToPrint, FindingsBlock, NotInRehearsal,
    and what `workshop` does of what is too much.
    """
    live_code = find_live_code(db, registration_id)  # first: what ends from here on is seen
    stands, options = badge_asked(db, edition, registration_id, said, actor=actor)
    if reason is None and db.get_one(Registration, registration_id).printed_at is not None:
        raise Invalid(fields={"reason": "required"})
    refuse_in_rehearsal(db, edition.id, now=now)
    made, found = draw(db, edition, stands, edited, options, workshop=workshop, folder=folder)
    refuse_blocked(found, options)
    return replace(made, live_code=live_code)


def badge_asked(
    db: DbSession,
    edition: Edition,
    registration_id: int,
    said: Mapping[str, Any],
    *,
    is_rehearsal: bool = False,
    actor: Actor,
) -> tuple[BadgeValues, Options]:
    """The badge as it stands, for whoever may print it, with the options of its print. Raises NothingToPrint."""
    within = services.require_paper(db, edition.id, Paper.BADGES, actor=actor)
    told = {**said, "registration": registration_id}
    options = services.checked_options(db, edition.id, Paper.BADGES, told, within=within)
    stands = queries.badge_at_desk(db, edition.id, registration_id, is_rehearsal=is_rehearsal, within=within)
    if stands is None:
        raise queries.NothingToPrint(edition=edition.slug)
    return stands, options


def draw(
    db: DbSession,
    edition: Edition,
    stands: BadgeValues,
    edited: Mapping[str, Any],
    options: Options,
    *,
    workshop: Workshop,
    folder: Path,
) -> tuple[MadeBadge, list[Finding]]:
    """With all that is to be looked at, whether it blocks or not."""
    badge, parts = reworded(stands, edited)
    looks = looks_of(db, edition.id, chosen_stock(options))
    pdf, pages, found = _drawn(db, edition, badge, options, looks, workshop=workshop, folder=folder)
    found = weighed([*found, *unproofed_badges(db, edition.id, [badge])], edition.print_blocks)
    findings = [one.plain for one in found]
    return MadeBadge(pdf, pages, badge, parts, options, versions_of(looks), findings, None), found


def keep_badge(
    db: DbSession,
    edition_id: int,
    made: MadeBadge,
    *,
    reason: Reprint | None,
    device: str,
    storage: Storage,
    actor: Actor,
    now: datetime,
) -> PrintJob:
    """The piece stands in the log, with what it says otherwise than the registration. Raises CodeEnded."""
    held = select(TicketCode.revoked_at).where(TicketCode.edition_id == edition_id, TicketCode.code == made.live_code)
    if db.scalar(held.with_for_update(read=True, key_share=True)) is not None:
        raise CodeEnded
    sha256 = hashlib.sha256(made.pdf).hexdigest()
    name = f"print/{edition_id}/desk/{sha256}.pdf"
    storage.put(name, made.pdf)
    done = services.Finished(name, sha256, made.pages, RENDERER)
    of: dict[str, Any] = {"badges": [made.badge], "designs": made.designs, "findings": made.findings}
    by: dict[str, Any] = {"reason": reason, "device": device, "actor": actor, "now": now}
    job = services.keep_made(db, edition_id, Paper.BADGES, made.options, done, **of, **by)
    if made.edited:
        piece = update(PrintLine).where(PrintLine.job_id == job.id)
        db.connection().execute(piece.values(said=dict(made.edited), updated_at=PrintLine.updated_at))
    return job


def reworded(badge: BadgeValues, edited: Mapping[str, Any]) -> tuple[BadgeValues, dict[str, Any]]:
    """The badge as it is printed, and those of its parts that say something else. Raises Invalid."""
    wanted: dict[str, Any] = {name: edited[name].strip() for name in NAMES if edited.get(name) is not None}
    for name in TEXTS:
        if edited.get(name) is not None:
            wanted[name] = {one: text.strip() for one, text in edited[name].items() if text.strip()}
    parts = {name: value for name, value in wanted.items() if value != getattr(badge, name)}
    made = replace(badge, **parts)
    faults = {name: fault for name, value in parts.items() if (fault := _fault(value))}
    if not made.latin_name and not made.native_name:
        faults["latin_name"] = "required"
    if faults:
        raise Invalid(fields=faults)
    return made, parts


def _fault(value: Any) -> str | None:
    texts = [value] if isinstance(value, str) else list(value.values())
    if not isinstance(value, str) and set(value) - set(LANGUAGES):
        return "unknown"
    if any(len(text) > LINE for text in texts):
        return "too-long"
    return None if all(map(is_one_line, texts)) else "not-plain"


def _drawn(
    db: DbSession,
    edition: Edition,
    badge: BadgeValues,
    options: Options,
    looks: Mapping[str, Any],
    *,
    workshop: Workshop,
    folder: Path,
) -> tuple[bytes, int, list[Finding]]:
    """By a printer that a process keeps for the day, with its templates laid out and its fonts cut to the characters of
    everyone there; only a process that has none yet is told these.
    """
    head = queries.edition_head(db, edition, options)
    held = contents_of(db, pictures_on([badge], looks))
    kind: tuple[Any, ...] = (stock_for(options, head.page_size), head, dict(looks), back_facts(db, edition, looks))
    key = hashlib.sha256(repr((edition.id, *kind)).encode()).hexdigest()
    of: dict[str, Any] = {"held": held, "folder": folder}
    made = workshop.run(Drawn("at_the_desk", key, badge, options, **of))
    if made is None:
        kind = (*kind, _letters_of(db, edition.id))
        made = workshop.run(Drawn("at_the_desk", key, badge, options, **of, kind=kind))
    if made is None:
        raise RuntimeError("a process that is told everything makes the badge")
    return made  # type: ignore[no-any-return]  # what `pages.at_the_desk` answers


def _letters_of(db: DbSession, edition_id: int) -> str:
    """Every character that a badge of the edition may need."""
    of = Registration.edition_id == edition_id
    names = select(Person.latin_family, Person.latin_given, Person.native_full)
    names = names.join(Registration, Registration.person_id == Person.id).where(of)
    titles = select(EditionTitle.title, EditionTitle.organization_name, Organization.short, Organization.legal)
    titles = titles.outerjoin(Organization, Organization.id == EditionTitle.organization_id)
    titles = titles.where(EditionTitle.edition_id == edition_id)
    found = {c for row in db.execute(names) for text in row for c in text}
    found |= {c for row in db.execute(titles) for texts in row for text in (texts or {}).values() for c in text}
    return "".join(sorted(found))
