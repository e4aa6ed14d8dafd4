"""Put a session's speeches in the approved order: compare, apply, undo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, Stale
from forumapp.core.values.numbers import whole_number
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda import queries
from forumapp.domain.agenda.sessions import speech_orders
from forumapp.domain.agenda.speech_order import SPEAKING
from forumapp.domain.people.queries import list_people
from forumapp.domain.people.records.services import name_of
from forumapp.schemas.choices import AssignmentStatus
from forumapp.web.frame import Offer, tell
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.program.session_form import SECTION

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from forumapp.core.values.ordering import Order
    from forumapp.domain.agenda.models import RoleAssignment, SessionItem
    from forumapp.domain.agenda.sessions.speech_orders import SpeechOrder


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two orders: each item with the ids of its speakers, and the ids of all speakers."""

    items: list[tuple[SessionItem, list[int]]]
    people: list[int]

    @property
    def is_ordered_by_items(self) -> bool:
        """Return whether the items list the speakers in the same order as the session does."""
        return self.people == list(dict.fromkeys(person for _item, people in self.items for person in people))


SPEECHES = "/<edition>/agenda/sessions/<id:session_id>/speeches"


@blueprint.get(SPEECHES)
@needs(Permission.SEE_PRECEDENCE, everywhere=True)
def session_speeches(session_id: int) -> str:
    return comparison_page(session_id)


@blueprint.post(f"{SPEECHES}/order")
@needs(Permission.EDIT_AGENDA)
def order_session_speeches(session_id: int) -> ResponseReturnValue:
    """Apply exactly the order that the page showed, which the form sends."""
    before = speech_orders.speech_order(reading(), session_id)
    try:
        after = put_in_order(session_id, request.form)
    except (Stale, Invalid):
        flash(_("The session was changed since. Look at it again."), "bad")
        return redirect(url_for("organizer.session_speeches", session_id=session_id))
    if after != before:
        sent: dict[str, Any] = {"items": joined(before.items), "roles": joined(before.roles), "version": after.version}
        back = url_for("organizer.undo_session_speeches", session_id=session_id, **sent)
        tell(_("The speeches are in the approved order."), "ok", do=Offer(_("Undo"), back))
    return redirect(url_for("organizer.session", session_id=session_id))


@blueprint.post(f"{SPEECHES}/undo")
@needs(Permission.EDIT_AGENDA)
def undo_session_speeches(session_id: int) -> ResponseReturnValue:
    """Put all back where it stood, unless someone has changed the order since."""
    try:
        put_in_order(session_id, request.args)
    except (Stale, Invalid):
        flash(_("The order was changed since, so it stays as it is."), "bad")
    else:
        flash(_("All stand again where they stood before."), "ok")
    return redirect(url_for("organizer.session", session_id=session_id))


def put_in_order(session_id: int, sent: Any) -> SpeechOrder:
    edition_id = edition().id
    items, roles = (parted(sent.get(name, "")) for name in ("items", "roles"))
    by: Any = {"version": sent.get("version", 0, whole_number), "actor": actor(), "now": clock.now()}
    with transaction() as db:
        return speech_orders.order_speeches(db, edition_id, session_id, items, roles, **by)


def joined(order: Order) -> str:
    return "-".join(map(str, order.ids))


def parted(text: str) -> list[int]:
    return [whole_number(part) for part in text.split("-") if part.isdecimal()]


def comparison_page(session_id: int) -> str:
    db = reading()
    row = queries.get_session(db, edition().id, session_id)
    comparison = speech_orders.compared(db, row)
    if comparison is None:
        return render_template("organizer/agenda/speeches.html", section=SECTION, row=row, found=None)
    items = {item.id: item for item in queries.items_of(db, [row.id])[row.id]}
    roles = {role.id: role for role in queries.roles_of(db, [row.id])[row.id]}
    people = list_people(db, {role.person_id for role in roles.values()})
    stands, listed = side_of(comparison.stands, items, roles), side_of(comparison.listed, items, roles)
    return render_template(
        "organizer/agenda/speeches.html",
        section=SECTION,
        row=row,
        found=comparison,
        stands=stands,
        listed=listed,
        by_items=stands.is_ordered_by_items and listed.is_ordered_by_items,
        names={person.id: name_of(person) for person in people},
        sent={"items": joined(comparison.listed.items), "roles": joined(comparison.listed.roles)},
    )


def side_of(order: SpeechOrder, items: dict[int, SessionItem], roles: dict[int, RoleAssignment]) -> Side:
    """Return one side of the comparison, without speakers who declined. Someone with two parts is listed once."""
    speaking = [
        role
        for role in (roles[role_id] for role_id in order.roles.ids)
        if role.role in SPEAKING and role.status is not AssignmentStatus.DECLINED
    ]
    lines = [
        (items[item_id], list(dict.fromkeys(role.person_id for role in speaking if role.item_id == item_id)))
        for item_id in order.items.ids
    ]
    return Side(lines, list(dict.fromkeys(role.person_id for role in speaking)))
