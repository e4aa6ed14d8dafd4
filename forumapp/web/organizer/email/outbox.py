"""The outbox: sent, waiting and failed emails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.values.numbers import whole_number
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.team.mail_permissions import send_mail_again
from forumapp.domain.letters import addresses
from forumapp.domain.mail.outbox import messages_page
from forumapp.domain.mail.suppressing import TakesNoMail
from forumapp.schemas.choices import MessageState
from forumapp.web.forms.fields import Field
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.registrations.registrations import typed
from forumapp.web.wording import labels

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


TO_STOP, TO_CLEAR = (Field(name=name, label=_l("Reason")) for name in ("stop_reason", "clear_reason"))


@blueprint.get("/<edition>/mail")
@needs(Permission.SEE_MAIL)
def mail() -> str:
    wanted = request.args.get("state", "")
    states = labels.options(MessageState)
    state = MessageState(wanted) if wanted in dict(states) else None
    page = messages_page(reading(), edition().id, state=state, number=request.args.get("page", 1, whole_number))
    return render_template(
        "organizer/mail/list.html", section="registration", page=page, states_offered=states, state=state or ""
    )


@blueprint.post("/<edition>/mail/<id:message_id>/send")
@needs(Permission.SEND_MAIL)
def send_message_again(message_id: int) -> ResponseReturnValue:
    """Resend a message, from the outbox or from a registration, and return there."""
    back = request.args.get("back", 0, whole_number)
    send = addresses.send_once_more if back else send_mail_again
    try:
        with transaction() as db:
            send(db, edition().id, message_id, actor=actor(), now=clock.now())
    except TakesNoMail:
        flash(_("Nothing is sent to this address."), "bad")
    except addresses.NoLongerTrue:
        flash(_("The registration is in another state by now, so this mail would tell something untrue."), "bad")
    else:
        flash(_("The mail is in the outbox again."), "ok")
    return redirect(url_for("organizer.registration", registration_id=back) if back else url_for("organizer.mail"))


@blueprint.post("/<edition>/registrations/<id:registration_id>/address/stop")
@needs(Permission.SEND_MAIL)
def stop_address(registration_id: int) -> ResponseReturnValue:
    with transaction() as db:
        values: Any = {"reason": typed(TO_STOP), "actor": actor(), "now": clock.now()}
        addresses.stop_address(db, edition().id, registration_id, **values)
    flash(_("Nothing is sent to this address any more."), "ok")
    return redirect(url_for("organizer.registration", registration_id=registration_id))


@blueprint.post("/<edition>/registrations/<id:registration_id>/address/clear")
@needs(Permission.SEND_MAIL)
def clear_address(registration_id: int) -> ResponseReturnValue:
    with transaction() as db:
        values: Any = {"reason": typed(TO_CLEAR), "actor": actor(), "now": clock.now()}
        addresses.clear_address(db, edition().id, registration_id, **values)
    flash(_("Mail is sent to this address again."), "ok")
    return redirect(url_for("organizer.registration", registration_id=registration_id))
