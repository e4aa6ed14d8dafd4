"""Agendas of real forums, from the file that is brought to what is exported of them and brought again."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from forumapp.core.files.spreadsheets import UnreadableTable
from forumapp.core.paths import ROOT
from forumapp.domain.agenda.formats.writer import WRITTEN, written
from forumapp.domain.agenda.models import AssignmentStatus, RoleAssignment, Session
from forumapp.domain.agenda.publishing.publication import latest_publication
from forumapp.domain.agenda.publishing.refusals import EmptyAgenda
from forumapp.domain.agenda.sessions.services import publish
from forumapp.domain.importing.models import ImportKind, ImportRun, ImportStatus
from forumapp.domain.importing.runs import batches, services
from forumapp.domain.people.imports.services import State
from forumapp.domain.people.models import Person
from forumapp.web.organizer.imports.agenda_words import FAULTS
from tests import import_steps
from tests.domain.agenda.test_imports import answered
from tests.domain.conftest import BY, NOW

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.importing.agenda.plan import Plan
    from tests.domain.conftest import Forum

SCHEDULES = ROOT.parent / "shared" / "data" / "schedules"
INVALID = "voc_invalid-example.json"
WITHOUT_SESSIONS = {"cwef2021_speaker.json", "openevent_EhealthAfrica"}
# Of each kind a small one: in two languages, with many speakers, with what nobody else writes.
IN_ALL_FORMATS = {
    "wiee2018.json",
    "siemens2019_asu_forum.json",
    "pretalx_democon.json",
    "dlfforum2020_sessions.csv",
}
REAL = sorted(SCHEDULES.iterdir()) if SCHEDULES.exists() else []
pytestmark = [
    pytest.mark.one_database,
    pytest.mark.skipif(not REAL, reason="real schedules are not part of the project"),
]


def content_of(path: Path) -> bytes:
    """Of a folder the archive that it would be sent as."""
    if path.is_file():
        return path.read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for one in path.iterdir():
            archive.writestr(one.name, one.read_bytes())
    return packed.getvalue()


def brought(db: DbSession, forum: Forum, name: str, content: bytes) -> tuple[ImportRun, Plan]:
    run = import_steps.bring(db, forum.edition.id, ImportKind.AGENDA, name, content, **forum.by_owner)
    return run, import_steps.plan_of_agenda(db, run, actor=forum.by_owner["actor"])


def taken(db: DbSession, forum: Forum, run: ImportRun) -> None:
    import_steps.confirm(db, forum.edition.id, run.id, version=run.version, **forum.by_owner)
    while import_steps.take_batch(db, run.id, run.done // batches.BATCH, now=NOW):
        db.refresh(run)
    db.refresh(run)
    assert (run.status, run.done) == (ImportStatus.DONE, run.total)


def told(plan: Plan) -> set[str]:
    codes = {one.code for line in plan.lines for one in (*line.faults, *line.notices)}
    return codes | {one.code for one in plan.schedule.findings}


def published(db: DbSession, forum: Forum, forms: Iterable[str]) -> dict[str, bytes]:
    """As it is read again."""
    publish(db, forum.edition.id, label="", note={}, reason="As it is", **BY)
    publication = latest_publication(db, forum.edition, "https://forum.example")
    return {form: written(form, publication, "en") for form in forms}


@pytest.mark.parametrize("path", [one for one in REAL if one.name != INVALID], ids=lambda one: one.name)
def test_a_real_agenda_is_taken_and_what_is_exported_of_it_says_the_same(
    session: DbSession, forum: Forum, path: Path
) -> None:
    run, plan = brought(session, forum, path.name, content_of(path))
    assert told(plan) <= set(FAULTS)
    if path.name in WITHOUT_SESSIONS:
        people = {"cwef2021_speaker.json": 15}.get(path.name)
        assert told(plan) == {"speakers-alone" if people else "no-sessions"}
        assert [one.said for one in plan.schedule.findings] == [str(people or "")]
        with pytest.raises(services.NothingToImport):
            import_steps.confirm(session, forum.edition.id, run.id, version=run.version, **forum.by_owner)
        return
    taken(session, forum, run)
    timed = sum(one.start is not None for one in plan.schedule.sessions)
    counted = select(func.count(Session.id), func.count(Session.start_utc))
    assert tuple(session.execute(counted).one()) == (run.added, timed) == (run.total, timed)
    has_parts = any(one.parts for one in plan.schedule.sessions)
    assert bool(session.scalar(select(func.count(RoleAssignment.id)))) == has_parts
    answered(session, forum.edition.id, AssignmentStatus.CONFIRMED)  # of tables that do not tell
    forms = WRITTEN if path.name in IN_ALL_FORMATS else ("json", "frab-xml")
    exported = published(session, forum, forms) if timed else {}
    if not timed:
        with pytest.raises(EmptyAgenda):
            published(session, forum, forms)
    # What has no time yet is not published.
    for content, holds in ((content_of(path), run.total), *((one, timed) for one in exported.values())):
        _again, plan = brought(session, forum, path.name, content)
        changed = [(line.name, line.more, line.faults) for line in plan.lines if line.state is not State.SAME]
        assert (changed, len(plan.lines), plan.rooms, plan.tracks, plan.people) == ([], holds, [], [], [])


def test_speakers_alone_come_with_the_program_that_they_stand_beside(session: DbSession, forum: Forum) -> None:
    """As the words say that are told of the file by itself."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("cwef2021_agenda.json", "cwef2021_speaker.json"):
            archive.writestr(name, (SCHEDULES / name).read_bytes())
    run, plan = brought(session, forum, "forum.zip", packed.getvalue())
    assert "speakers-alone" not in told(plan)
    taken(session, forum, run)
    told_of = session.scalars(select(Person).where(Person.native_full == "孫偉真")).one()
    assert "鄧白氏" in "".join(told_of.biography.values())


def test_a_real_file_that_is_broken_is_refused_with_its_place(session: DbSession, forum: Forum) -> None:
    with pytest.raises(UnreadableTable) as refusal:
        brought(session, forum, INVALID, (SCHEDULES / INVALID).read_bytes())
    assert refusal.value.details == {"why": "misplaced", "at": "/schedule/rooms"}
