"""The languages that can be heard in a session, each under the number that receivers show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda import queries
from forumapp.domain.agenda.sessions import parts
from forumapp.web.forms.fields import Number, PickCode
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.registry_fields import SPOKEN
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed
from forumapp.web.organizer.program.session_form import SECTION
from forumapp.web.organizer.program.session_parts import SESSION, back, session_in, session_of
from forumapp.web.wording.labels import language_name
from forumapp.web.wording.language import OWN_NAMES

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.models import InterpretationChannel
    from forumapp.domain.audit.models import Removal

CHANNEL = f"{SESSION}/channels/<id:channel_id>"


def heard() -> list[tuple[str, str]]:
    return [(code, OWN_NAMES.get(code) or language_name(code)) for code in SPOKEN]


FIELDS = (
    Number(name="number", label=_l("Channel"), help=_l("The number that receivers show."), least=1, required=True),
    PickCode(name="language", label=_l("Language"), offer=heard, required=True, empty=_l("Choose a language")),
)


@blueprint.route(f"{SESSION}/channels/new", methods=["GET", "POST"])
@needs(Permission.EDIT_AGENDA)
def new_channel(session_id: int) -> ResponseReturnValue:
    taken = [channel.number for channel in queries.channels_of(reading(), [session_of(session_id).id])[session_id]]
    if request.method == "GET":
        return channel_page(session_id, Form.empty(FIELDS, number=max(taken, default=0) + 1))
    form = Form.sent(FIELDS, request.form)

    def add(db: DbSession) -> None:
        parts.add_channel(db, edition().id, session_id, form.values, actor=actor(), now=clock.now())

    if not saved(form, add):
        return channel_page(session_id, form), 422
    flash(_("The channel has been added."), "ok")
    return back(session_id)


@blueprint.route(CHANNEL, methods=["GET", "POST"])
@needs(Permission.SEE_AGENDA, to_change=Permission.EDIT_AGENDA)
def channel(session_id: int, channel_id: int) -> ResponseReturnValue:
    def current() -> InterpretationChannel:
        return queries.get_channel(reading(), session_of(session_id), channel_id)

    row = current()
    if request.method == "GET":
        return channel_page(session_id, Form.of(FIELDS, row), channel_id)
    form = Form.sent(FIELDS, request.form, row)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        parts.update_channel(db, edition().id, channel_id, form.values, **by)

    if not saved(form, change, current):
        return channel_page(session_id, form, channel_id), form.status
    flash(_("The channel has been saved."), "ok")
    return back(session_id)


@blueprint.post(f"{CHANNEL}/remove")
@needs(Permission.EDIT_AGENDA)
def remove_channel(session_id: int, channel_id: int) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        row = queries.get_channel(db, session_in(db, session_id), channel_id)
        return parts.remove_channel(db, row.edition_id, row.id, version=version or 0, actor=actor(), now=now)

    return removed(remove, _("The channel has been removed."), url_for("organizer.session", session_id=session_id))


def channel_page(session_id: int, form: Form, channel_id: int | None = None) -> str:
    return render_template(
        "organizer/agenda/channel.html",
        section=SECTION,
        session=session_of(session_id),
        form=form,
        channel_id=channel_id,
        history=past("interpretation_channel", channel_id) if channel_id else [],
    )
