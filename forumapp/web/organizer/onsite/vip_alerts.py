"""Alerts for those responsible for a VIP when the VIP's code is scanned, until they confirm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, redirect, render_template, request, url_for

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.values.numbers import whole_number
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.checkin.scanning import vip_alerts as scanning_vip_alerts
from forumapp.web.frame import unless_known
from forumapp.web.organizer.kit.guard import blueprint, edition, may, needs, within
from forumapp.web.organizer.kit.identity import actor

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

SECTION = "checkin"
SEE, CHECK_IN = Permission.SEE_EDITION, Permission.CHECK_IN
ALL = "/<edition>/vip-alerts"


def vip_alerts_now() -> list[scanning_vip_alerts.AlertLine]:
    """For templates: return the current user's unconfirmed alerts."""
    return scanning_vip_alerts.open_alerts(reading(), edition().id, actor().account_id) if "access" in g else []


@blueprint.get(f"{ALL}/open")
@needs(SEE)
def open_vip_alerts() -> Response:
    """Render the reader's own alerts, which the open overview polls."""
    return unless_known(render_template("organizer/live/fresh_alerts.html"))


@blueprint.get(ALL)
@needs(SEE)
def vip_alerts() -> str:
    """List the alerts of people whom the caller may check in; otherwise, of those whom the caller looks after."""
    account_id = None if may("check-in", somewhere=True) else actor().account_id
    page = scanning_vip_alerts.alerts_page(
        reading(),
        edition().id,
        account_id=account_id,
        within=within(CHECK_IN),
        number=request.args.get("page", 1, whole_number),
    )
    return render_template("organizer/live/vip_alerts.html", section=SECTION, page=page)


@blueprint.post(f"{ALL}/<id:alert_id>/seen")
@needs(SEE)
def note_alert_seen(alert_id: int) -> ResponseReturnValue:
    how = request.form.get("told")
    with transaction() as db:
        scanning_vip_alerts.note_seen(db, edition().id, alert_id, told=how, actor=actor(), now=clock.now())
    is_live = "back" not in request.args and may("see-registrations", somewhere=True)
    return redirect(url_for("organizer.live" if is_live else "organizer.vip_alerts"), 303)
