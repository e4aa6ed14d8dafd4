"""A session of the working agenda: its form, contents and findings."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.values.text import pick
from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda import queries
from forumapp.domain.agenda.findings.detection import board_of
from forumapp.domain.agenda.sessions import services
from forumapp.domain.agenda.sessions.speech_orders import compared
from forumapp.domain.forums.queries import list_rooms
from forumapp.domain.people.queries import list_people
from forumapp.domain.people.records.services import name_of
from forumapp.schemas.choices import Interpretation, Layout, Press, SessionKind, SessionStatus
from forumapp.web.forms.agenda_fields import MaybeTimes
from forumapp.web.forms.fields import Choice, Count, Field, Flag, Number, Pick, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.ordering import Arrangement
from forumapp.web.forms.registry_fields import Spoken
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed
from forumapp.web.organizer.program.finding_words import agenda_needs, sees_orders, visible_itinerary_findings
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.findings.values import Finding
    from forumapp.domain.agenda.models import Session, SessionItem
    from forumapp.domain.audit.models import Removal

SECTION = "agenda"


def rooms() -> list[tuple[str, str]]:
    return [(str(room.id), pick(room.name, language())) for room in list_rooms(reading(), edition().id)]


def tracks() -> list[tuple[str, str]]:
    return [(str(track.id), pick(track.name, language())) for track in queries.list_tracks(reading(), edition().id)]


FIELDS = (
    Texts(name="title", label=_l("Session title"), required=True),
    MaybeTimes(name="span", label=_l("Time"), zone=lambda: str(edition().zone)),
    Number(
        name="planned_minutes",
        label=_l("Planned minutes"),
        help=_l("Leave both times blank to keep the session unscheduled, and enter its planned length."),
        least=1,
    ),
    Choice(name="kind", label=_l("Kind"), kind=SessionKind, required=True),
    Pick(name="room_id", label=_l("Room"), offer=rooms, empty=_l("No room yet")),
    Flag(
        name="in_all_rooms",
        label=_l("Plenary (blocks all rooms)"),
        help=_l("No other session is held meanwhile. A plenary has the room it is held in, a break may have none."),
    ),
    Choice(name="layout", label=_l("Layout of the room"), kind=Layout, empty=_l("As the room usually is")),
    Number(
        name="expected_audience",
        label=_l("Expected audience"),
        help=_l("You'll be warned if the room is too small."),
    ),
    Count(name="setup_minutes", label=_l("Minutes to set up"), help=_l("The room is held before it begins.")),
    Count(name="changeover_minutes", label=_l("Minutes to clear the room"), help=_l("And after it ends.")),
    Pick(name="track_id", label=_l("Track"), offer=tracks, empty=_l("No track")),
    Choice(name="status", label=_l("Status"), kind=SessionStatus, required=True),
    Spoken(name="languages", label=_l("Working languages")),
    Choice(name="interpretation", label=_l("Interpretation"), kind=Interpretation, required=True),
    Choice(name="press", label=_l("Press"), kind=Press, required=True),
    Number(
        name="places",
        label=_l("Limited capacity (sign-up)"),
        help=_l("On their own page, once it is published. Left empty, the session is open to all who are admitted."),
    ),
    Field(
        name="av_needs",
        label=_l("A/V needs"),
        help=_l("Shown to crew and speakers, not to the public."),
    ),
    Texts(name="abstract", label=_l("Abstract"), multiline=True),
)
NEW_FIELDS = (
    Field(
        name="code", label=_l("Short code"), help=_l("Such as opening or panel-2. Made from the title if left empty.")
    ),
    *FIELDS,
)
_NINE, _TEN = 9, 10


@blueprint.route("/<edition>/agenda/sessions/new", methods=["GET", "POST"])
@needs(Permission.EDIT_AGENDA)
def new_session() -> ResponseReturnValue:
    if request.method == "GET":
        return session_page(Form.empty(NEW_FIELDS, **defaults()), None)
    form = Form.sent(NEW_FIELDS, request.form)

    def create(db: DbSession) -> None:
        values, span = parted(form)
        services.create_session(db, edition().id, values, span, actor=actor(), now=clock.now())

    if not saved(form, create):
        return session_page(form, None), 422
    flash(_("The session has been added."), "ok")
    return redirect(url_for("organizer.agenda"))


@blueprint.route("/<edition>/agenda/sessions/<id:session_id>", methods=["GET", "POST"])
@needs(Permission.SEE_AGENDA, to_change=Permission.EDIT_AGENDA)
def session(session_id: int) -> ResponseReturnValue:
    def current() -> Session:
        return queries.get_session(reading(), edition().id, session_id)

    if request.method == "GET":
        return session_page(Form.of(FIELDS, current()), session_id)
    form = Form.sent(FIELDS, request.form, current())

    def change(db: DbSession) -> None:
        values, span = parted(form)
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        services.update_session(db, edition().id, session_id, values, span, unscheduled=span is None, **by)

    if not saved(form, change, current):
        return session_page(form, session_id), form.status
    flash(_("The session has been saved."), "ok")
    return redirect(url_for("organizer.session", session_id=session_id))


@blueprint.post("/<edition>/agenda/sessions/<id:session_id>/remove")
@needs(Permission.EDIT_AGENDA)
def remove_session(session_id: int) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        by: Any = {"actor": actor(), "now": now}
        return services.remove_session(db, edition().id, session_id, version=version or 0, **by)

    words = _("The session has been removed. What has been published stays as it was.")
    kept = url_for("organizer.session", session_id=session_id)
    return removed(remove, words, url_for("organizer.agenda"), kept=kept)


@blueprint.post("/<edition>/agenda/tracks/<id:track_id>/remove")
@needs(Permission.EDIT_AGENDA)
def remove_track(track_id: int) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        return services.remove_track(db, edition().id, track_id, version=version or 0, actor=actor(), now=now)

    return removed(remove, _("The track has been removed."), url_for("organizer.agenda"))


def session_page(
    form: Form, session_id: int | None, items: Arrangement | None = None, roles: Arrangement | None = None
) -> str:
    """`items` and `roles` are orders that were refused, to be looked at again."""
    row = queries.get_session(reading(), edition().id, session_id) if session_id else None
    parts = parts_of(row, items, roles) if row else {}
    return render_template(
        "organizer/agenda/session.html",
        section=SECTION,
        form=form,
        row=row,
        history=past("session", row.id) if row else [],
        findings=agenda_needs(found_of(row.id)) if row else [],
        **parts,
    )


def found_of(session_id: int) -> list[Finding]:
    """Return all findings of a session, including conflicts of its people."""
    board = board_of(reading(), edition().id, orders=sees_orders())
    return [*board.findings_of(session_id), *visible_itinerary_findings(session_id)]


def parts_of(row: Session, item_order: Arrangement | None, role_order: Arrangement | None) -> dict[str, Any]:
    """A session's items, channels and people, as its page shows them, and whether they speak in the approved order. At
    most eight queries.
    """
    db = reading()
    items, roles = queries.items_of(db, [row.id])[row.id], queries.roles_of(db, [row.id])[row.id]
    channels = queries.channels_of(db, [row.id])[row.id]
    names = {person.id: name_of(person) for person in list_people(db, {role.person_id for role in roles})}
    item_order, role_order = item_order or Arrangement.of(items), role_order or Arrangement.of(roles)
    return {
        "items": item_order.sorted(items),
        "item_order": item_order,
        "their_items": [pick(item.title, language()) for item in item_order.sorted_as_theirs(items)],
        "roles": role_order.sorted(roles),
        "role_order": role_order,
        "their_roles": [names[role.person_id].shown(language()) for role in role_order.sorted_as_theirs(roles)],
        "channels": channels,
        "heard": {channel.id: channel.number for channel in channels},
        "titles": {item.id: item.title for item in items},
        "starts": starts_of(row, items),
        "names": names,
        "speeches": compared(db, row) if sees_orders() else None,
    }


def starts_of(row: Session, items: list[SessionItem]) -> dict[int, datetime]:
    """When each item begins where it takes place; nothing while the session has no time."""
    span = row.span
    if span is None:
        return {}
    minutes = accumulate((item.clock_minutes for item in items), initial=0)
    zone = ZoneInfo(span.start.zone)
    begins = [(span.start.utc + timedelta(minutes=so_far)).astimezone(zone) for so_far in minutes]
    return {item.id: at for item, at in zip(items, begins, strict=False)}


def parted(form: Form) -> tuple[dict[str, Any], Span | None]:
    """A form's values as the services take them: columns, and times if there are any."""
    values = dict(form.values)
    return values, values.pop("span")


def defaults() -> dict[str, Any]:
    day, zone = edition().starts_on, edition().zone
    start, end = (Moment(datetime(day.year, day.month, day.day, hour), zone) for hour in (_NINE, _TEN))  # noqa: DTZ001 (a wall time)
    return {
        "span": Span(start, end),
        "kind": "panel",
        "status": "confirmed",
        "interpretation": "none",
        "press": "open",
    }
