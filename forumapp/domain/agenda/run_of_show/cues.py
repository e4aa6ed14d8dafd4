"""Cues, and the run of show that is issued from them and the published agenda."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from forumapp.core.errors import Invalid, NotFound, Refusal
from forumapp.core.values.numbers import LARGEST_INTEGER
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.rows import change_in, create_in, find_in, get_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.content.snapshots import seal_of, sealed
from forumapp.domain.agenda.models import AgendaVersion, Cue, CueSheet, Session, SessionItem
from forumapp.domain.agenda.queries import SealBroken, latest_version, published_agenda, with_people_of_now
from forumapp.domain.agenda.run_of_show.lines import Called, lost, run_of_show
from forumapp.domain.audit.services import Actor, record
from forumapp.domain.forums.models import Edition
from forumapp.domain.people.models import Person

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal


class NothingPublished(Refusal):
    """A run of show is made from an agenda that stands; none has been published yet."""

    code = "nothing-published"


def add_cue(db: DbSession, edition_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime) -> Cue:
    """`values` are columns of Cue."""
    require(db, edition_id, Permission.EDIT_AGENDA, actor=actor)
    _refuse_strange_place(db, edition_id, values["session_id"], values.get("item_id"))
    row = Cue(edition_id=edition_id, **values)
    create_in(db, row, Permission.EDIT_AGENDA, actor=actor, now=now)
    return row


def update_cue(
    db: DbSession,
    edition_id: int,
    cue_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Cue:
    require(db, edition_id, Permission.EDIT_AGENDA, actor=actor)
    row = get_in(db, Cue, edition_id, cue_id)
    if changes.keys() & {"session_id", "item_id"}:
        session_id, item_id = changes.get("session_id", row.session_id), changes.get("item_id", row.item_id)
        _refuse_strange_place(db, edition_id, session_id, item_id)
    change_in(db, row, changes, Permission.EDIT_AGENDA, version=version, actor=actor, now=now)
    return row


def remove_cue(db: DbSession, edition_id: int, cue_id: int, *, version: int, actor: Actor, now: datetime) -> Removal:
    """What was issued with it stays as it was."""
    require(db, edition_id, Permission.EDIT_AGENDA, actor=actor)
    row = get_in(db, Cue, edition_id, cue_id)
    return remove_in(db, row, label=row.text, version=version, actor=actor, now=now)


def issue_cue_sheet(
    db: DbSession, edition_id: int, *, note: Mapping[str, str], actor: Actor, now: datetime
) -> CueSheet:
    """Seal the run of show as it stands under the next number. Raises NothingPublished."""
    require(db, edition_id, Permission.EDIT_AGENDA, actor=actor)
    db.scalar(select(Edition.id).where(Edition.id == edition_id).with_for_update())
    agenda = latest_version(db, edition_id)
    if agenda is None:
        raise NothingPublished
    content, seal = sealed(working_sheet(db, edition_id, agenda))
    last = db.scalar(select(func.max(CueSheet.number)).where(CueSheet.edition_id == edition_id)) or 0
    row = CueSheet(
        edition_id=edition_id,
        number=last + 1,
        agenda_version_id=agenda.id,
        note=dict(note),
        issued_at=now,
        issued_by=actor.account_id,
        content=content,
        sha256=seal,
    )
    db.add(row)
    db.flush()
    record(db, "published", "cue_sheet", row.id, actor=actor, now=now, edition_id=edition_id)
    return row


def cues_page(db: DbSession, edition_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[Cue]:
    query = select(Cue).where(Cue.edition_id == edition_id)
    return paged(db, query.order_by(Cue.session_id, Cue.offset_minutes, Cue.id), number=number, size=size)


def get_cue(db: DbSession, edition_id: int, cue_id: int) -> Cue:
    return get_in(db, Cue, edition_id, cue_id)


def cues_of(db: DbSession, edition_id: int) -> list[Cue]:
    query = select(Cue).where(Cue.edition_id == edition_id)
    return list(db.scalars(query.order_by(Cue.session_id, Cue.offset_minutes, Cue.id)))


def working_sheet(db: DbSession, edition_id: int, agenda: AgendaVersion) -> dict[str, Any]:
    """The run of show as it would be issued now, in the shape of `running`. A constant number of queries."""
    zone = db.scalars(select(Edition.zone).where(Edition.id == edition_id)).one()
    content = with_people_of_now(db, published_agenda(agenda))
    ids = [int(key) for key in content["people"]]
    query = select(Person.id, Person.pronunciation).where(Person.id.in_(ids), Person.pronunciation != "")
    spoken = {row.id: row.pronunciation for row in db.execute(query)}
    return run_of_show(content, map(_called, cues_of(db, edition_id)), number=agenda.number, zone=zone, spoken=spoken)


def lost_cues(db: DbSession, edition_id: int, agenda: AgendaVersion) -> list[Cue]:
    """Those that stand on no line, since their session is not in the agenda that is published."""
    rows = cues_of(db, edition_id)
    gone = lost(published_agenda(agenda), map(_called, rows))
    return [row for row in rows if row.id in gone]


def sheets_page(db: DbSession, edition_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[CueSheet]:
    query = select(CueSheet).where(CueSheet.edition_id == edition_id)
    return paged(db, query.order_by(CueSheet.number.desc()), number=number, size=size)


def get_sheet(db: DbSession, edition_id: int, number: int) -> CueSheet:
    query = select(CueSheet).where(CueSheet.edition_id == edition_id, CueSheet.number == number)
    row = db.scalar(query) if number <= LARGEST_INTEGER else None
    if row is None:
        raise NotFound(entity="cue_sheet")
    return row


def issued_sheet(sheet: CueSheet) -> dict[str, Any]:
    """The content of a sheet as it was issued. Raises SealBroken."""
    if seal_of(sheet.content) != sheet.sha256:
        raise SealBroken(number=sheet.number)
    content: dict[str, Any] = json.loads(sheet.content)
    return content


def sessions_on(db: DbSession, sheet: CueSheet) -> dict[str, int]:
    """The ids of a sheet's sessions by the codes that they had when it was issued, by which it tells them."""
    agenda = published_agenda(db.get_one(AgendaVersion, sheet.agenda_version_id))
    return {session["code"]: session["id"] for session in agenda["sessions"]}


def _called(row: Cue) -> Called:
    return Called(
        row.id,
        row.session_id,
        row.item_id,
        row.offset_minutes,
        row.minutes,
        str(row.department),
        dict(row.text),
        row.owner,
    )


def _refuse_strange_place(db: DbSession, edition_id: int, session_id: int, item_id: int | None) -> None:
    if find_in(db, Session, edition_id, session_id) is None:
        raise Invalid(fields={"session_id": "unknown"})
    item = find_in(db, SessionItem, edition_id, item_id) if item_id is not None else None
    if item_id is not None and (item is None or item.session_id != session_id):
        raise Invalid(fields={"item_id": "unknown"})
