"""Pages that no address shows by itself: what forms answer, refusals, and what depends on how a record stands."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from sqlalchemy import select, update

from forumapp.core import clock
from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.core.serving.render_pool import AllAtWork, Workshop
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.agenda.models import Session
from forumapp.domain.audit.models import Removal
from forumapp.domain.forums.models import Edition, EditionStatus
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.rules import RegistrationStatus
from tests.access.asking import read_form
from tests.access.world import NOBODY, STRANGER
from tests.web.organizer.account.test_two_factor import Phone, begin, confirm
from tests.web.organizer.house import HOME, TOKEN
from tests.web.organizer.imports.test_agenda import AGENDA
from tests.web.organizer.imports.test_imports import SCHEDULE, upload

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.test import TestResponse

    from tests.access.world import World
    from tests.web.organizer.house import Browser

PLACED = {"slug": "forum", "code": "guest", "email": "a***@guests.example", "people": [["Ann Lee", "confirmed"]]}


def fill(browser: Browser, page: str, values: dict[str, Any]) -> TestResponse:
    """Send the form of a page as it stands there, but for `values`."""
    text = browser.get(page).text
    token = TOKEN.search(text)
    assert token, f"{page} has no form"
    return browser.post(page, data={**read_form(text), "csrf_token": token[1], **values})


def show_new_token(_world: World, browser: Browser) -> TestResponse:
    expiry = f"{clock.now() + timedelta(days=9):%Y-%m-%d}"
    values = {"name": "Export", "scopes": "read", "expires_at": expiry}
    return fill(browser, f"{HOME}/access/tokens/new", values)


def show_new_device(world: World, browser: Browser) -> TestResponse:
    values = {"name": "Phone of the owner", "checkpoint_id": world.ids["checkpoint_id"]}
    return fill(browser, f"{HOME}/checkin-devices/new", values)


def show_recovery_codes(_world: World, browser: Browser) -> TestResponse:
    begin(browser, phone := Phone())
    with patch.object(clock, "now", phone.now):
        return confirm(browser, phone.code())


def ask_for_code(world: World, browser: Browser) -> TestResponse:
    with transaction() as session:
        account = session.get_one(Account, world.callers[Role.VIEWER].account_id)
        account.totp_since = clock.now()
    browser.sign_in(account.email)
    return browser.get("/organizer/sign-in/code")


def show_agenda_import(_world: World, browser: Browser) -> TestResponse:
    return browser.get(upload(browser, json.dumps(SCHEDULE).encode(), "schedule.json", AGENDA).location)


def itinerary(world: World) -> str:
    return f"{HOME}/delegations/{world.jiangsu.code}/itinerary"


def confirm_item(world: World, browser: Browser) -> TestResponse:
    return fill(browser, f"{itinerary(world)}/{world.jiangsu.item_id}", {"starts": "2023-05-22T09:30"})


def preview_shift(world: World, browser: Browser) -> TestResponse:
    page = f"{itinerary(world)}/shift?day=2023-05-22"
    return fill(browser, page, {"items": f"{world.jiangsu.item_id}.1", "minutes": "30"})


def show_removed(world: World, browser: Browser) -> TestResponse:
    removed = db.session.scalars(select(Removal.entity_id).filter_by(entity="itinerary_item")).first()
    return browser.get(f"{itinerary(world)}/{removed}")


def change_archived(world: World, browser: Browser) -> TestResponse:
    with transaction() as session:
        session.get_one(Edition, world.house.edition_id).status = EditionStatus.ARCHIVED
    return browser.send("/organizer/account", to=f"{HOME}/venues/new")


def check_while_others_do(_world: World, browser: Browser) -> TestResponse:
    with patch.object(Workshop, "run", side_effect=AllAtWork):
        return browser.get(f"{HOME}/paper/check?paper=badges")


def change_several(world: World, browser: Browser) -> TestResponse:
    return browser.get(f"{HOME}/registrations/bulk?do=remind&id={world.jiangsu.registration_id}")


def choose_sessions(world: World, browser: Browser) -> TestResponse:
    with transaction() as session:
        session.get_one(Edition, world.house.edition_id).changes_until = clock.now().date() + timedelta(days=2)
        session.execute(update(Session).values(places=1))
    return browser.get(f"/r/{world.links['own']}/sessions")


def decline_invitation(world: World, browser: Browser) -> TestResponse:
    page = f"/i/{world.links['invited']}"
    browser.send(page, to=f"{page}/decline")
    return browser.get(page)


def confirm_email(status: RegistrationStatus, hours: int | None) -> Callable[[World, Browser], TestResponse]:
    """The link of a registration with that status, whose time to confirm ends in so many hours."""

    def show(world: World, browser: Browser) -> TestResponse:
        with transaction() as session:
            row = session.get_one(Registration, world.jiangsu.registration_id)
            row.status, row.offer_ends_at = status, None if hours is None else clock.now() + timedelta(hours=hours)
        return browser.get(f"/e/{world.links['email']}")

    return show


def registered(page: str, key: str, **values: Any) -> Callable[[World, Browser], TestResponse]:
    """The page after a registration, of which the cookie tells."""

    def show(_world: World, browser: Browser) -> TestResponse:
        with browser.session_transaction() as cookie:
            cookie[key] = {**PLACED, **values}
        return browser.get(f"/forum/{page}")

    return show


def remove_used_person(world: World, browser: Browser) -> TestResponse:
    page = f"{HOME}/people/{world.jiangsu.person_id}"
    return browser.send(page, {"version": "1"}, to=f"{page}/remove")


def check_spelling(world: World, browser: Browser) -> TestResponse:
    page = f"/r/{world.links['own']}"
    return browser.send(page, to=f"{page}/spelling")


def preview_badge(_world: World, browser: Browser) -> TestResponse:
    page = "/forum/register/guest"
    return browser.send(page, {"latin_family": "Lee", "latin_given": "Ann"}, to=f"{page}/badge")


def open_station(world: World, browser: Browser) -> TestResponse:
    return browser.get(f"/checkin/forum?at={world.ids['checkpoint_id']}")


def get(page: str) -> Callable[[World, Browser], TestResponse]:
    return lambda _world, browser: browser.get(page)


UNTIL = {"confirm_by": "2023-05-01T12:00:00+00:00", "holds_spot": True}
# By template: who asks, and what leads to the page.
OUTCOMES: dict[str, tuple[str, Callable[[World, Browser], TestResponse]]] = {
    "api/docs.html": (STRANGER, get("/api/v1/docs")),
    "organizer/access/token.html": (Role.OWNER, show_new_token),
    "organizer/account/code.html": (STRANGER, ask_for_code),
    "organizer/account/link_ended.html": (STRANGER, get("/organizer/invitation/ended")),
    "organizer/account/recovery_codes.html": (NOBODY, show_recovery_codes),
    "organizer/archived.html": (Role.OWNER, change_archived),
    "organizer/at_work.html": (Role.OWNER, check_while_others_do),
    "organizer/checkin/code.html": (Role.OWNER, show_new_device),
    "organizer/forbidden.html": (Role.VIEWER, get(f"{HOME}/access")),
    "organizer/gone.html": (Role.OWNER, show_removed),
    "organizer/imports/agenda.html": (Role.OWNER, show_agenda_import),
    "organizer/itineraries/confirm.html": (Role.OWNER, confirm_item),
    "organizer/itineraries/outcome.html": (Role.OWNER, preview_shift),
    "organizer/people/in_use.html": (Role.OWNER, remove_used_person),
    "organizer/registration/bulk_ask.html": (Role.OWNER, change_several),
    "public/checkin/page.html": (Role.OWNER, open_station),
    "public/confirmation/canceled.html": (STRANGER, confirm_email(RegistrationStatus.CANCELLED, None)),
    "public/confirmation/ended.html": (STRANGER, confirm_email(RegistrationStatus.UNCONFIRMED, -1)),
    "public/confirmation/page.html": (STRANGER, confirm_email(RegistrationStatus.UNCONFIRMED, 1)),
    "public/confirmation/sent.html": (STRANGER, registered("registered", "registered", status="unconfirmed", **UNTIL)),
    "public/groups/done.html": (STRANGER, registered("registered-group", "group")),
    "public/invitation/ended.html": (STRANGER, decline_invitation),
    "public/registration/badge.html": (STRANGER, preview_badge),
    "public/registration/change.html": (STRANGER, check_spelling),
    "public/registration/done.html": (STRANGER, registered("registered", "registered", status="confirmed")),
    "public/registration/sessions.html": (STRANGER, choose_sessions),
}
