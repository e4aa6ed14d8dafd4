"""The sessions of the working agenda: by day, with search, filters and findings."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import render_template, request
from flask_babel import gettext as _

from forumapp.core.database.transactions import reading
from forumapp.core.values.numbers import id_from, whole_number
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda import queries
from forumapp.domain.agenda.content.snapshots import by_role
from forumapp.domain.agenda.days import by_day
from forumapp.domain.agenda.sessions.session_list import SessionFilters, sessions_listed
from forumapp.domain.people.queries import list_people
from forumapp.domain.people.records.services import name_of
from forumapp.schemas.choices import SessionKind, SessionStatus
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.program.finding_words import agenda_needs, visible_findings
from forumapp.web.organizer.program.session_form import SECTION, rooms, tracks
from forumapp.web.wording import labels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forumapp.domain.agenda.findings.values import Finding
    from forumapp.domain.agenda.models import RoleAssignment, Session
    from forumapp.web.organizer.kit.display import Need

NAMES = ("day", "search", "room", "track", "kind", "status", "fix")
WAITING, EVERY_ROOM = "none", "all"  # as `day` and as `room`
ANYTHING, BLOCKING = "any", "blocking"  # as `fix`
FIRST_NEEDS = 6  # findings shown above the list
DECLINED = "declined"


@blueprint.get("/<edition>/agenda")
@needs(Permission.SEE_AGENDA)
def agenda() -> str:
    db, event = reading(), edition()
    findings = visible_findings()
    kept = kept_filters(request.args)
    listing = sessions_listed(
        db,
        event.id,
        event.zone,
        filters_of(kept, findings),
        day=day_of_address(kept),
        waiting=kept.get("day") == WAITING,
        number=request.args.get("page", 1, whole_number),
    )
    sessions = listing.page.items
    parts = queries.roles_of(db, [session.id for session in sessions])
    at_top = not kept and listing.page.number == 1
    first = sorted(findings, key=lambda finding: not finding.blocking)[:FIRST_NEEDS] if at_top else []
    to_fix, needs_of = describe_findings(findings, first, {session.id for session in sessions})
    return render_template(
        "organizer/agenda/list.html",
        section=SECTION,
        listing=listing,
        page=listing.page,
        days=by_day([session for session in sessions if session.start_utc], begins, event.zone),
        waiting=[session for session in sessions if session.start_utc is None],
        kept=kept,
        choices=choices(),
        parts={session.id: standing(parts[session.id]) for session in sessions},
        names=names_in(parts),
        needs=needs_of,
        to_fix=to_fix,
        number_to_fix=len(findings),
        room_names=dict(rooms()),
        tracks=queries.list_tracks(db, event.id),
    )


def begins(session: Session) -> Any:
    return session.start_utc


def kept_filters(sent: Mapping[str, str]) -> dict[str, str]:
    return {name: sent[name] for name in NAMES if sent.get(name)}


def day_of_address(kept: Mapping[str, str]) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(kept.get("day", ""))
    return None


def filters_of(kept: Mapping[str, str], findings: Sequence[Finding]) -> SessionFilters:
    """A word of the address that names nothing filters nothing."""
    room, kind, status, fix = (kept.get(name, "") for name in ("room", "kind", "status", "fix"))
    wrong = [finding for finding in findings if finding.blocking or fix == ANYTHING]
    return SessionFilters(
        search=kept.get("search", ""),
        room=EVERY_ROOM if room == EVERY_ROOM else id_from(room),
        track=id_from(kept.get("track", "")),
        kind=SessionKind(kind) if kind in set(SessionKind) else None,
        status=SessionStatus(status) if status in set(SessionStatus) else None,
        among={session_id for finding in wrong for session_id in finding.sessions}
        if fix in (ANYTHING, BLOCKING)
        else None,
    )


def choices() -> list[tuple[str, str, str, list[tuple[str, Any]]]]:
    """Return the filters of the list: name, label, text when empty, and options."""
    return [
        ("room", _("Room"), _("Every room"), [*rooms(), (EVERY_ROOM, _("Plenary (blocks all rooms)"))]),
        ("track", _("Track"), _("Every track"), tracks()),
        ("kind", _("Kind"), _("Every kind"), labels.options(SessionKind)),
        ("status", _("Status"), _("Every status"), labels.options(SessionStatus)),
        ("fix", _("To fix"), _("Warnings: any"), [(ANYTHING, _("Something to fix")), (BLOCKING, _("What blocks"))]),
    ]


def describe_findings(
    findings: Sequence[Finding], first: Sequence[Finding], shown: set[int]
) -> tuple[list[Need], dict[int, list[Need]]]:
    """In words: the first findings, and by session those of the sessions that are shown. At most five queries."""
    wanted = [finding for finding in findings if finding in first or not shown.isdisjoint(finding.sessions)]
    words = dict(zip(map(id, wanted), agenda_needs(wanted), strict=True))
    by_session: dict[int, list[Need]] = {}
    for finding in wanted:
        for session_id in finding.sessions:
            by_session.setdefault(session_id, []).append(words[id(finding)])
    return [words[id(finding)] for finding in first], by_session


def standing(parts: Sequence[RoleAssignment]) -> list[RoleAssignment]:
    return by_role((part for part in parts if part.status != DECLINED), lambda each: each.role.value)


def names_in(parts: Mapping[int, Sequence[RoleAssignment]]) -> dict[int, Any]:
    people = {part.person_id for session_parts in parts.values() for part in session_parts}
    return {person.id: name_of(person) for person in list_people(reading(), people)}
