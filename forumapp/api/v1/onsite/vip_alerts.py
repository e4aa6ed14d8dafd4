"""Alerts of scanned VIPs, for the people who look after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.checkin.scanning import vip_alerts
from forumapp.schemas.choices import ScanResult
from forumapp.schemas.fields import Choice, Day, Flag, Id, Instant, Shape

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.checkin.models import VipAlert

CHECK_IN = Permission.CHECK_IN
ALERTS = "/editions/<slug:edition>/vip-alerts"
ALERT = f"{ALERTS}/<id:alert_id>"

blueprint = ApiBlueprint("VIP alerts", __name__, description="Codes of VIPs that were scanned.")


class AlertSchema(Shape):
    """Once a day that a VIP has come (`passed`), or had, until the desk took their check-in back (`undone`); and once a
    day that they were refused somewhere for one reason.
    """

    id = Id(required=True)
    registration_id = Id()
    checkpoint_id = Id()
    officer_id = Id(metadata={"description": "Of the account that looks after them, which was mailed."})
    result = Choice(ScanResult)
    day = Day()
    at = Instant()
    is_late = Flag(metadata={"description": "The station was offline and sent the scan later."})
    seen_at = Instant(allow_none=True)
    seen_by = Id(allow_none=True)


class AlertSeenSchema(Shape):
    told = Choice(ScanResult, metadata={"description": "The result that the alert had when it was read."})


@blueprint.lists(ALERTS, AlertSchema, needs=CHECK_IN)
def list_vip_alerts(call: Call, query: dict[str, Any], edition: str) -> Page[VipAlert]:
    """Of the VIPs whom the caller may check in, the latest first."""
    edition_id = call.edition(edition).id
    page = vip_alerts.alerts_page(
        call.db, edition_id, within=call.within(edition_id), number=query["page"], size=query["page_size"]
    )
    return page.of([line.row for line in page.items])


@blueprint.reads(ALERT, AlertSchema, needs=CHECK_IN)
def read_vip_alert(call: Call, edition: str, alert_id: int) -> VipAlert:
    """One alert."""
    return vip_alerts.get_alert(call.db, call.edition(edition).id, alert_id, actor=call.actor)


@blueprint.acts(f"{ALERT}/seen", AlertSchema, body=AlertSeenSchema, needs=CHECK_IN)
def note_vip_alert_seen(call: Call, values: dict[str, Any], edition: str, alert_id: int) -> VipAlert:
    """Mark it as seen, which removes it from its officer's pages. If its result is no longer `told`, it stays unseen
    and is returned as it is.
    """
    edition_id = call.edition(edition).id
    return vip_alerts.note_seen(call.db, edition_id, alert_id, **values, actor=call.actor, now=call.now)
